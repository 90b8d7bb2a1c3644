"""What can be wrong with a form or an answer: the errors a person can mend."""

from typing import ClassVar

from habitat_desktop.errors import N_, HabitatError


def shortened(text: str, most: int = 200) -> str:
    """Return `text` cut to a length that a message can hold."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


class Reason(HabitatError):
    """Why something failed: a part of another error's sentence, translated where that is shown."""

    code: ClassVar[str] = "REASON"

    def __init__(self, message: str, **context: object) -> None:
        self.message = message  # type: ignore[misc]
        super().__init__(**context)


class FormError(HabitatError):
    """A form that cannot be used as it is."""

    code: ClassVar[str] = "FORM_BAD"
    message: ClassVar[str] = N_("“{path}” cannot be read as a form: {problem}. Nothing was installed.")


class NotAFormError(FormError):
    code = "NOT_A_FORM"
    message = N_(
        "“{path}” is not a form: {problem}. Choose an XLSForm workbook (.xlsx) with a sheet “survey”, "
        "or an XForm (.xml)."
    )


class UnreadableWorkbookError(NotAFormError):
    """A workbook the gate for files from outside does not let in; `problem` and `advice` are its words."""

    message = N_("“{path}” was not opened as a form. {problem} Nothing was installed. {advice}")


class FormCellError(FormError):
    """One cell of the workbook breaks the XLSForm rules; `row` is 1-based, 0 where it is not known."""

    code = "FORM_CELL"
    message = N_("Sheet “{sheet}”, row {row}, column “{column}”: {problem}")


class FormExpressionError(FormError):
    """An expression cannot be read; `position` is the 1-based character where it goes wrong."""

    code = "FORM_EXPRESSION"
    message = N_(
        "Question “{question}”, column “{column}”: the expression “{expression}” cannot be read "
        "at character {position}: {problem}"
    )


class FormCycleError(FormError):
    code = "FORM_CYCLE"
    message = N_("The questions depend on each other in a circle: {cycle}. Break the circle in the form.")


class FormTooLargeError(FormError):
    code = "FORM_TOO_LARGE"
    message = N_("“{path}” is too deeply nested or too large to be read safely. It was not opened.")


class FormRuleError(FormError):
    """An expression that failed while the form was being filled; `problem` says how."""

    code = "FORM_RULE"
    message = N_("Question “{question}”, column “{column}”: the expression fails: {problem}")


class NotASubmissionError(HabitatError):
    code: ClassVar[str] = "NOT_A_SUBMISSION"
    exit_code = 2
    message = N_("This is no submission of the form “{form_id}”: {problem}.")


class TooManyEntriesError(FormError):
    """A repeat that would have more entries than can be handled; none was added."""

    code = "TOO_MANY_ENTRIES"
    message = N_("“{repeat}” would have more entries than can be handled: {limit} at the most.")


class TextTooLongError(FormError):
    """A calculation that gives more text than can be handled."""

    code = "TEXT_TOO_LONG"
    message = N_(
        "Question “{question}”: the text worked out for it is too long: {limit} characters at the most."
    )


class UnknownFormError(FormError):
    code = "UNKNOWN_FORM"
    message = N_("There is no form “{form_id}” here. List those there are with: habitat form list")


class UnknownVersionError(UnknownFormError):
    code = "UNKNOWN_FORM"
    message = N_(
        "The version “{version}” of the form “{form_id}” is not here. Install it with: habitat form add FILE"
    )


class VersionTakenError(FormError):
    """A form that would take the place of another definition of its version, with which records are read."""

    code = "VERSION_TAKEN"
    message = N_(
        "The version “{version}” of the form “{form_id}” is already here with other questions or rules. "
        "Give the changed form another version in its settings. Nothing was installed."
    )


class VersionWantedError(VersionTakenError):
    message = N_(
        "The form “{form_id}” is already here with other questions or rules, and has no version. "
        "Give the changed form a version in its settings. Nothing was installed."
    )


class AnswerError(HabitatError):
    """An answer that cannot be taken; the instance is unchanged. `ref` names the question."""

    code: ClassVar[str] = "ANSWER_BAD"
    exit_code = 2
    message: ClassVar[str] = N_("“{ref}”: the answer cannot be taken.")


class UnknownQuestionError(AnswerError):
    code = "UNKNOWN_QUESTION"
    message = N_("The form has no question “{ref}”.")


class NotAQuestionError(AnswerError):
    code = "NOT_A_QUESTION"
    message = N_("“{ref}” is not a question, so it takes no answer.")


class WrongTypeError(AnswerError):
    """The text is no value of the question's type; `expected` describes the type in words."""

    code = "WRONG_TYPE"
    message = N_("“{ref}”: “{value}” is not {expected}.")


class AnswerTooLongError(AnswerError):
    code = "ANSWER_TOO_LONG"
    message = N_("“{ref}”: the answer is too long: {limit} characters at the most.")


class ReadOnlyError(AnswerError):
    code = "READ_ONLY"
    message = N_("“{ref}” cannot be changed: the form fills it in.")


class NotInListError(AnswerError):
    code = "NOT_IN_LIST"
    message = N_("“{ref}”: “{value}” is not among the choices.")


class NotARepeatError(AnswerError):
    code = "NOT_A_REPEAT"
    message = N_("“{ref}” is not a repeated group, or its number of entries is fixed by the form.")
