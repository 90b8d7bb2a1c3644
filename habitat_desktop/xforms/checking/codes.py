"""All that `form check` can say: a stable code, how bad it is, the sentence, how to mend it."""

from typing import Literal, NamedTuple

from habitat_desktop.errors import N_


class Code(NamedTuple):
    """`message` and `hint` are templates, filled with the context of the finding."""

    severity: Literal["error", "warning", "info"]
    message: str
    hint: str = ""


# who may be concerned by what does not travel
TOOLS = {
    "collect": "ODK Collect",
    "kobo": "KoboToolbox",
    "webforms": "ODK Web Forms",
    "enketo": "Enketo",
    "desktop": "habitat_desktop",
}

_FORM = {
    "NOT_A_FORM": Code("error", N_("“{path}” is not a form: {problem}")),
    "FORM_TOO_LARGE": Code(
        "error", N_("“{path}” is too deeply nested or too large to be read safely. It was not opened.")
    ),
    "FORM_CONVERTER": Code("error", N_("The form cannot be converted: {problem}")),
    "AND_MORE": Code("info", N_("{count} more of the kind {code} are not listed.")),
    "ENTITY_BAD": Code("error", N_("The entities of the form do not work: {problem}.")),
    "FORM_REMARK": Code("warning", N_("The converter remarks: {problem}")),
    "FORM_CYCLE": Code(
        "error",
        N_("The questions depend on each other in a circle (with their rows): {cycle}"),
        N_("Break the circle: let one of them not read the next."),
    ),
    "FORM_SELF": Code(
        "error",
        N_("“{question}” depends on itself."),
        N_("Only a constraint may read the own answer, as a full stop."),
    ),
    "FORM_PATH": Code("error", N_("Question “{question}”: there is no “{path}” in the form.")),
    "FORM_WORD": Code(
        "warning",
        N_("Question “{question}”: “{path}” is read as the name of a question, and there is none beside it."),
        N_("Write text in quotes as '{path}', a question as ${{{path}}}."),
    ),
    "FORM_FILE_MISSING": Code(
        "error", N_("The form needs the list “{file}”."), N_("Put the file beside the form.")
    ),
    "MEDIA_MISSING": Code(
        "warning",
        N_("The file “{file}” is not beside the form."),
        N_("Put it beside the form or into the folder “{folder}”."),
    ),
}

_SHEETS = {
    "SHEET_MISNAMED": Code("warning", N_("The sheet “{name}” is not read, its name is not known.")),
    "COLUMN_MISSING": Code("error", N_("The column “{name}” is missing.")),
    "COLUMN_TWICE": Code(
        "error", N_("The column “{name}” stands twice in the sheet."), N_("Rename or remove one of them.")
    ),
    "COLUMN_UNKNOWN": Code("warning", N_("The column “{name}” is not known and not read.")),
    "COLUMN_SPACE": Code("warning", N_("The column “{name}” is not read: its name has a space in it.")),
    "SETTING_MISSING": Code("warning", N_("The setting “{name}” is missing.")),
    "SETTING_BAD": Code("warning", N_("The setting “{name}” cannot be “{value}”: {problem}")),
    "LANGUAGE_UNKNOWN": Code(
        "warning",
        N_("The default language “{language}” is not among the languages of the form."),
        N_("The languages are: {languages}."),
    ),
    "LANGUAGE_UNNAMED": Code(
        "warning",
        N_("The column “{name}” names no language, but others do."),
        N_("Write {name}::Language (code), or name it with the setting default_language."),
    ),
    "LANGUAGE_CODE": Code(
        "warning",
        N_("The language “{language}” has no code."),
        N_("Write it as in “French (fr)”, so that every tool knows it."),
    ),
    "TRANSLATION_MISSING": Code(
        "warning", N_("Texts missing in {language} in the column “{name}”: {count} (rows {rows}).")
    ),
}

_SURVEY = {
    "TYPE_MISSING": Code("error", N_("The row has no question type.")),
    "TYPE_UNKNOWN": Code("error", N_("There is no question type “{type}”.")),
    "NAME_MISSING": Code("error", N_("The question or group has no name.")),
    "NAME_BAD": Code(
        "error",
        N_("“{name}” is not a name."),
        N_("A name begins with a letter or “_”; letters, digits, “_”, “-” and “.” may follow, no spaces."),
    ),
    "NAME_TWICE": Code("error", N_("The name “{name}” is already used in row {other}.")),
    "NAME_CASE": Code(
        "warning",
        N_("The name “{name}” differs only by capitals from that in row {other}."),
        N_("Some programs do not tell capitals from small letters."),
    ),
    "NAME_RESERVED": Code("error", N_("The name “{name}” is reserved.")),
    "NAME_LONG": Code(
        "warning",
        N_("The name “{name}” is longer than {limit} characters."),
        N_("Exports and statistics programs cut or refuse it."),
    ),
    "BEGIN_WITHOUT_END": Code(
        "error", N_("The {kind} “{name}” is begun here and never ended."), N_("Add a row “end {kind}”.")
    ),
    "END_WITHOUT_BEGIN": Code("error", N_("Nothing is open that “end {kind}” could end.")),
    "END_MISMATCH": Code(
        "error", N_("“end {kind}” stands where the {open} “{name}” begun in row {other} is open.")
    ),
    "GROUP_EMPTY": Code("warning", N_("There is no question in “{name}”.")),
    "LABEL_MISSING": Code("error", N_("The question “{name}” has no label and no hint.")),
    "REPEAT_NO_LABEL": Code(
        "warning", N_("The repeat “{name}” has no label: nothing says what is added to it.")
    ),
    "IMAGE_FULL_SIZE": Code(
        "warning",
        N_("“{name}” takes pictures in full size, which are slow to send from {tools}."),
        N_("Write max-pixels=1024 into the column parameters."),
    ),
    "CALCULATION_MISSING": Code(
        "error", N_("The row “{name}” calculates nothing: the calculation is empty.")
    ),
    "REPEAT_COUNT_BAD": Code(
        "error",
        N_("“{value}” is neither a number nor an expression, and names no question."),
        N_("Refer to a question as ${{name}}."),
    ),
    "TRIGGER_BAD": Code(
        "error",
        N_("“{value}” is not a trigger."),
        N_("Name the question that triggers it as ${{name}}, several with commas."),
    ),
    "TRIGGER_HIDDEN": Code("error", N_("“{name}” is not shown to anybody, so it can trigger nothing.")),
    "OTHER_FILTERED": Code("error", N_("A list with or_other cannot have a choice filter.")),
    "TRIGGER_MISSING": Code("error", N_("“{name}” needs a trigger.")),
    "PARAMETER_BAD": Code("error", N_("The parameters “{value}” cannot be read."), N_("Write name=value.")),
    "PARAMETER_UNKNOWN": Code("error", N_("“{type}” takes no parameter “{name}”.")),
    "PARAMETER_VALUE": Code("error", N_("The parameter “{name}” cannot be “{value}”: {problem}")),
    "CONSTRAINT_NO_MESSAGE": Code(
        "warning", N_("“{name}” has a constraint, but no constraint_message says why an answer is refused.")
    ),
    "MESSAGE_NO_CONSTRAINT": Code("warning", N_("“{name}” has a {column_name}, but no {needed}.")),
    "REQUIRED_POINTLESS": Code("warning", N_("“{name}” is marked required, but nobody answers it.")),
    "WAS_BAD": Code(
        "error",
        N_("“{value}” cannot be the earlier name or path of a question."),
        N_("Write the name it had, or its path, such as group/name."),
    ),
    "WAS_STILL_THERE": Code(
        "error",
        N_("“{value}” is still in the form: an answer cannot be in two places."),
        N_("Leave bind::habitat:was empty, or remove the old question."),
    ),
    "WAS_TAKES": Code(
        "error",
        N_("bind::habitat:takes cannot be “{value}”."),
        N_("Write copy where several questions take the same answer, otherwise nothing."),
    ),
    "ROLLOVER_BAD": Code(
        "error",
        N_("bind::habitat:rollover cannot be “{value}”."),
        N_("Write carry, confirm or clear, or leave it empty."),
    ),
    "RECORDS_BAD": Code(
        "error",
        N_("“{value}” does not say which records make the list."),
        N_("Write the form, the question that gives the value and the one that gives the label."),
    ),
    "RECORDS_FILE": Code(
        "error",
        N_("“{name}” cannot take its choices from records."),
        N_("Make it select_one_from_file with a CSV file that has a header only."),
    ),
    "RECORDS_FORM": Code(
        "warning", N_("The list is made of records of the form “{form}”, which is not among the forms here.")
    ),
    "RECORDS_QUESTION": Code(
        "error", N_("The list is made of the answers to “{name}”, which the form “{form}” does not ask.")
    ),
    "APPEARANCE_UNKNOWN": Code("warning", N_("The appearance “{appearance}” is not known.")),
}

_CHOICES = {
    "LIST_MISSING": Code("error", N_("“{type}” needs the name of a list, as in “{type} yes_no”.")),
    "LIST_UNKNOWN": Code("error", N_("There is no list “{list}” in the sheet choices.")),
    "LIST_FILE_BAD": Code(
        "error", N_("“{file}” is no list file."), N_("The name ends with .csv, .xml or .geojson.")
    ),
    "CHOICE_NO_LIST": Code("warning", N_("The choice belongs to no list: list_name is empty.")),
    "CHOICE_NO_NAME": Code("error", N_("The choice has no name.")),
    "CHOICE_NO_LABEL": Code("warning", N_("The choice “{name}” has no label.")),
    "CHOICE_TWICE": Code(
        "error",
        N_("The choice “{name}” of the list “{list}” already stands in row {other}."),
        N_("If this is meant, set allow_choice_duplicates to yes."),
    ),
    "CHOICE_SPACE": Code(
        "error", N_("The choice “{name}” has a space in its name, and “{list}” is used by select_multiple.")
    ),
    "CHOICE_UNKNOWN": Code("warning", N_("“{value}” is not in the list “{list}”.")),
    "LIST_UNUSED": Code("info", N_("No question uses the list “{list}”.")),
    "FILE_COLUMN": Code("warning", N_("The file “{file}” has no column “{name}”.")),
    "FILTER_COLUMN": Code(
        "warning", N_("The choice filter reads “{name}”, but the list “{list}” has no such column.")
    ),
}

_EXPRESSIONS = {
    "REFERENCE_UNKNOWN": Code("error", N_("There is no question “{name}”.")),
    "REFERENCE_AMBIGUOUS": Code(
        "error", N_("${{{name}}} may mean several questions: rows {rows}."), N_("Give them different names.")
    ),
    "REFERENCE_BAD": Code(
        "error", N_("“{text}” is no reference."), N_("A reference is written ${{name}}, without spaces.")
    ),
    "MULTIPLE_COMPARED": Code(
        "warning",
        N_("“{name}” takes several answers at once, and is compared with one."),
        N_("Write selected(${{{name}}}, '{value}')."),
    ),
    "TEXT_REFERENCE": Code(
        "warning",
        N_("“{text}” stands in quotes: no answer is put in its place."),
        N_("Join texts and answers with concat()."),
    ),
    "COMPARED_TWICE": Code(
        "warning",
        N_("Of two comparisons in a row, the second compares only true or false."),
        N_("Write two comparisons with “and” between them."),
    ),
    "REGEX_BAD": Code("warning", N_("“{pattern}” is no pattern that regex() can read.")),
    "CONSTRAINT_OTHER": Code(
        "warning",
        N_("The constraint of “{name}” does not read the answer it is about."),
        N_("The own answer is written as a full stop."),
    ),
    "DEFAULT_BAD": Code("warning", N_("The default “{value}” is no answer of the type {type}.")),
    "FORM_EXPRESSION": Code(
        "error",
        N_("Question “{question}”: “{expression}” cannot be read at character {position}: {problem}"),
    ),
    "FUNCTION_UNKNOWN": Code(
        "error", N_("Question “{question}”: there is no function “{function}()” (character {position}).")
    ),
    "ARGUMENT_COUNT": Code(
        "error",
        N_(
            "Question “{question}”: {function}() takes {takes} arguments, not {given} (character {position})."
        ),
    ),
}

_TRAVEL = {
    "TRAVEL_FUNCTION": Code(
        "warning", N_("{function}() works here, but not in {tools}."), N_("Write it another way.")
    ),
    "TRAVEL_AXIS": Code("warning", N_("{axis}:: works here, but not in {tools}.")),
    "TRAVEL_DATES": Code(
        "warning",
        N_("The date “{date}” is compared or reckoned with as text: {tools} do not read it as a date."),
        N_("Write date('{date}')."),
    ),
    "TRAVEL_BLANKS": Code(
        "warning",
        N_("{function}() is blank here while an answer to “{name}” is blank, but a number in {tools}."),
        N_("Write {function}(${{{name}}}[. != '']) to leave blanks out."),
    ),
    "TRAVEL_TRUE": Code(
        "warning",
        N_("“{name}” holds true or false here, but 1 or 0 in {tools}."),
        N_("Write if(…, 'yes', 'no') in its calculation, and compare with those."),
    ),
    "TRAVEL_APPEARANCE": Code(
        "warning",
        N_("The appearance “{appearance}” is not shown in {tools}: the question looks plain there."),
    ),
    "TRAVEL_FEATURE": Code("warning", N_("“{feature}” does nothing, or not on every device, in {tools}.")),
    "TRAVEL_LONG_LIST": Code(
        "warning",
        N_("The list “{list}” has {count} choices inside the form, which makes {tools} slow."),
        N_("Put it into a file and use select_one_from_file."),
    ),
    "DESKTOP_FEATURE": Code(
        "warning",
        N_("“{feature}” needs a telephone: it is kept, but does nothing in this program."),
    ),
    "HABITAT_COLUMNS": Code(
        "info", N_("The columns {columns} speak to this program alone; other tools ignore them.")
    ),
}

CODES: dict[str, Code] = _FORM | _SHEETS | _SURVEY | _CHOICES | _EXPRESSIONS | _TRAVEL
