"""What can be wrong with a questionnaire as a whole, and with one cell of it."""

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.incoming.errors import KEPT_WHERE_IT_WAS
from habitat_desktop.packages.errors import PackageError

# -- the file --------------------------------------------------------------------------------------------


class QuestionnaireError(PackageError):
    """A questionnaire was not taken in; it stays where it lies, not in quarantine."""

    is_quarantined = False


class NotAQuestionnaireError(QuestionnaireError):
    code = "NOT_QUESTIONNAIRE"
    message = N_(
        "“{file}” is no questionnaire of this program, or its hidden sheets were removed. Nothing was taken "
        "in and the file is kept. Ask for the workbook that was sent out to be filled in, or copy the "
        "answers into it: habitat questionnaire create"
    )
    meaning = N_("The workbook is no questionnaire, or its hidden sheets were removed.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Ask for the workbook that was sent out to be filled in, or copy the answers into it.")


class IsAPackageError(QuestionnaireError):
    code = "PACKAGE_NOT_QUESTIONNAIRE"
    message = N_(
        "“{file}” is no questionnaire but a package. Nothing was taken in and the file is kept. Take it in "
        "with “habitat import FILE”; changes in a package of your own with “habitat package take FILE”."
    )
    meaning = N_("The file is no questionnaire but a package.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Import it as a package.")


class QuestionnaireNewerError(QuestionnaireError):
    code = "QUESTIONNAIRE_NEWER"
    message = N_(
        "The questionnaire “{file}” was made by a newer version of this program (format “{format}”). Nothing "
        "was taken in and the file is kept. Update this program, then take the file in again."
    )
    meaning = N_("The questionnaire was made by a newer version of this program.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Update this program, then take the file in again.")


class QuestionnaireDamagedError(QuestionnaireError):
    code = "QUESTIONNAIRE_DAMAGED"
    message = N_(
        "The hidden sheet “_questionnaire” of “{file}” was changed or damaged, and this workspace has no "
        "copy of the questionnaire. Nothing was taken in and the file is kept. Ask for the file once more, "
        "or copy the answers into a new questionnaire of the same record."
    )
    meaning = N_("The hidden sheet of the questionnaire was changed or damaged.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Ask for the file once more, or copy the answers into a new questionnaire of the same record.")


class OtherRecordError(QuestionnaireError):
    code = "OTHER_RECORD"
    message = N_(
        "“{file}” is a questionnaire about the record {label}, not about {record}. Nothing was taken in and "
        "the file is kept. Leave out --record, or choose the questionnaire of {record}."
    )
    meaning = N_("The questionnaire is about another record than the one that was named.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Take it in for its own record, or choose the questionnaire of the record you mean.")


class RecordNotHereError(QuestionnaireError):
    code = "QUESTIONNAIRE_RECORD_UNKNOWN"
    message = N_(
        "“{file}” is a questionnaire about the record {label}, which is not in this workspace. Nothing was "
        "taken in and the file is kept. Take it in where the questionnaire was made (office {office})."
    )
    meaning = N_("The record the questionnaire is about is not in this workspace.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Take the questionnaire in where it was made.")


class OtherFormError(QuestionnaireError):
    code = "OTHER_FORM"
    message = N_(
        "“{file}” asks the questions of the form “{form}”, but the record {label} is a return on “{other}”. "
        "Nothing was taken in and the file is kept. Make a new questionnaire for the record."
    )
    meaning = N_("The questionnaire asks the questions of another form than its record has.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Make a new questionnaire for the record.")


class RecordWithdrawnError(QuestionnaireError):
    code = "QUESTIONNAIRE_RECORD_WITHDRAWN"
    message = N_(
        "The record {label}, which “{file}” is about, was withdrawn. Nothing was taken in and the file is "
        "kept. Make a new record if the answers are still needed."
    )
    meaning = N_("The record the questionnaire is about was withdrawn.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Make a new record if the answers are still needed.")


class NoSupplierError(QuestionnaireError):
    code = "NO_SUPPLIER"
    message = N_(
        "“{file}” does not say who filled it in. Nothing was taken in and the file is kept. Say it with "
        '--supplier "Ministry / Name", or have “Filled in by” completed on the first sheet.'
    )
    meaning = N_("The questionnaire does not say who filled it in.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Say who supplied the answers, or have “Filled in by” completed on the first sheet.")


# -- making ----------------------------------------------------------------------------------------------


class UnknownSectionError(HabitatError):
    code = "UNKNOWN_SECTION"
    message = N_(
        "The form {form} has no section “{section}” with questions to ask. Its sections: {sections}. Nothing "
        "was made."
    )


class OtherFormOfRecordError(HabitatError):
    code = "OTHER_FORM_OF_RECORD"
    message = N_("The record {label} is a return on the form {form}. Leave out --form. Nothing was made.")


class NothingToAskError(HabitatError):
    code = "NOTHING_TO_ASK"
    message = N_("There is no question to ask in these sections of the form {form}. Nothing was made.")


class FileExistsAlreadyError(HabitatError):
    code = "FILE_EXISTS"
    message = N_("“{path}” exists already and was left as it is. Choose another name with --output.")


class NotWrittenError(HabitatError):
    code = "QUESTIONNAIRE_NOT_WRITTEN"
    message = N_(
        "The questionnaire could not be written to “{path}”: {problem}. No draft was begun and nothing was "
        "changed. Choose another folder, or make room and try again."
    )


# -- one cell --------------------------------------------------------------------------------------------


class EmptiedError(HabitatError):
    code = "EMPTIED"
    message = N_("The cell was emptied; the answer “{old}” stays. To take it away: --overwrite {ref}")


class ConflictingAnswerError(HabitatError):
    code = "ANSWERED_MEANWHILE"
    message = N_(
        "The draft says “{current}” by now ({author}), the questionnaire says “{new}”. The draft was left as "
        "it is. To take the answer of the questionnaire: --overwrite {ref}"
    )


class AnswerAndReasonError(HabitatError):
    code = "ANSWER_AND_REASON"
    message = N_("There is an answer, and a reason why there is none. Keep one of them.")


class RemarkAloneError(HabitatError):
    code = "REMARK_ALONE"
    message = N_("The remark “{text}” has no reason beside it; a remark is kept with “not available” only.")


class ReasonUnknownError(HabitatError):
    code = "REASON_UNKNOWN"
    message = N_("“{text}” is none of the reasons: {reasons}.")


class CellErrorError(HabitatError):
    code = "CELL_ERROR"
    message = N_("The cell shows the error {text} instead of an answer. Type the answer.")


class FormulaEmptyError(HabitatError):
    code = "FORMULA_EMPTY"
    message = N_("A formula stands in the cell, without the value it gives. Type the value.")


class TwiceError(HabitatError):
    code = "ANSWERED_TWICE"
    message = N_("The same question has another answer (“{new}”) in {place}. Neither was taken; keep one.")


class ChoiceUnclearError(HabitatError):
    code = "CHOICE_UNCLEAR"
    message = N_("“{text}” is the name of several choices: {choices}. Choose from the list of the cell.")


class ChoiceUnknownError(HabitatError):
    code = "NOT_IN_LIST"
    message = N_("“{text}” is not among the choices. Choose from the list of the cell.")


class YesNoUnclearError(HabitatError):
    code = "NOT_YES_NO"
    message = N_("“{text}” is neither yes nor no.")


class YearAsDateError(HabitatError):
    code = "YEAR_AS_DATE"
    message = N_("“{date}” is what Excel makes of the number {number}. Type day, month and year.")


class NotATimeError(HabitatError):
    code = "NOT_A_TIME"
    message = N_("“{text}” is not a time. Write it as 09:30.")


class RowUnclearError(HabitatError):
    code = "ROW_UNCLEAR"
    message = N_("It cannot be told which question this row holds: its number and its text disagree.")


class EntryGoneError(HabitatError):
    code = "ENTRY_GONE"
    message = N_("The entry “{entry}” is no longer in the record.")


class ParentUnclearError(HabitatError):
    code = "BELONGS_UNCLEAR"
    message = N_("It is not said to which entry this row belongs. Choose it in the first column.")


class NoPlaceError(HabitatError):
    code = "QUESTION_GONE"
    message = N_("Version {version} of the form, on which the record is now, does not ask this question.")


class MergedError(HabitatError):
    code = "CELLS_MERGED"
    message = N_(
        "The cells {cells} were merged: nobody can tell whether their text answers this question, too."
    )
