"""The words of a workbook as pyxform understands them: its columns, question types, names and defaults.

What is asked here is asked of pyxform's own tables, so that a check and the conversion never disagree. They
are imported when needed, as pyxform is in `xlsform.py`.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

# the types people should write; pyxform knows many more for the sake of old forms
TYPES = (
    *("text", "integer", "decimal", "range", "select_one", "select_multiple", "rank", "note", "geopoint"),
    *("geotrace", "geoshape", "date", "time", "dateTime", "image", "audio", "background-audio", "video"),
    *("file", "barcode", "calculate", "acknowledge", "hidden", "xml-external", "csv-external", "start"),
    *("end", "today", "deviceid", "username", "phonenumber", "email", "audit", "start-geopoint"),
    *("background-geopoint", "select_one_from_file", "select_multiple_from_file"),
    *("begin group", "end group", "begin repeat", "end repeat"),
)
_COLUMNS = {
    "calculate": "calculation",
    "jr:constraintMsg": "constraint_message",
    "jr:requiredMsg": "required_message",
    "jr:count": "repeat_count",
    "entities:saveto": "save_to",
    "list name": "list_name",
    "id_string": "form_id",
    "title": "form_title",
}
_GROUPS = ("bind", "control", "media")
_OWN_SETTINGS = ("habitat_period", "habitat_subject", "habitat_key", "habitat_from")


class ColumnName(NamedTuple):
    """What a header means: `name` as in the XLSForm reference, "bind::x" where it is a plain attribute.

    `other`: the header is another word for it, which may not stand beside the first.
    """

    name: str
    language: str
    known: bool
    other: bool = False


class TypeRead(NamedTuple):
    """A cell of the column type. `word` is group, repeat or loop, or the type as pyxform calls it."""

    kind: Literal["begin", "end", "select", "setting", "question", "unknown"]
    word: str
    list_name: str = ""
    or_other: bool = False


def known_columns(sheet: str) -> frozenset[str]:
    """Return the headers an author may write on `sheet`, without languages."""
    slots, aliases = _tables(sheet)
    written = {name for name in (*slots, *aliases) if not name.startswith("_")}
    return frozenset({_COLUMNS.get(name, name) for name in written} | {"read_only", "relevant", "required"})


def column_names(sheet: str, headers: Iterable[str]) -> list[ColumnName]:
    """Return what each of `headers` means."""
    from pyxform.parsing.sheet_headers import process_header, to_snake_case

    slots, aliases = _tables(sheet)
    written = list(headers)
    double = any("::" in header for header in written)
    found = []
    for header in written:
        plain, tokens = process_header(header, double, aliases, slots)
        known = tokens[0] in slots or tokens[0] in ("control", "list name")
        known = known or tokens[0] in aliases.values() or to_snake_case(header) in _OWN_SETTINGS
        found.append(_column(tokens, known)._replace(other=plain != header))
    return found


def _column(tokens: tuple[str, ...], known: bool) -> ColumnName:
    if tokens[0] in _GROUPS and len(tokens) > 1:
        plain = _COLUMNS.get(tokens[1], tokens[1])
        if ":" in plain:
            return ColumnName("::".join(tokens), "", True)
        return ColumnName(plain, tokens[2] if len(tokens) > 2 else "", True)
    name = _COLUMNS.get(tokens[0], tokens[0])
    if tokens[0] in ("instance", "attribute"):
        return ColumnName("::".join(tokens), "", True)
    return ColumnName(name, tokens[1] if len(tokens) > 1 else "", known)


def _tables(sheet: str) -> tuple[set[str], dict[str, Any]]:
    """Return the columns and the other words for them that pyxform knows on `sheet`."""
    from pyxform import aliases, constants
    from pyxform.question import MultipleChoiceQuestion, Option
    from pyxform.survey import Survey

    if sheet == "survey":
        return {*MultipleChoiceQuestion.get_slot_names(), "disabled", "intent"}, aliases.survey_header
    if sheet == "settings":
        more = ("allow_choice_duplicates", "omit_instanceID", "flat", "attribute")
        return {*Survey.get_slot_names(), *more}, aliases.settings_header
    if sheet == "entities":
        return {column.value for column in constants.EntityColumns.value_list()}, aliases.entities_header
    return set(Option.get_slot_names()), aliases.list_header


def read_type(text: str) -> TypeRead:
    """Return what pyxform makes of the cell `text` of the column type."""
    from pyxform import aliases, xls2json
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    text = aliases._type_alias_map.get(text, text)
    if text in aliases.settings_header:
        return TypeRead("setting", text)
    for pattern, kind in ((xls2json.RE_BEGIN_CONTROL, "begin"), (xls2json.RE_END_CONTROL, "end")):
        control = pattern.search(text)
        if control:
            return TypeRead(kind, aliases.control[control["type"]])  # type: ignore[arg-type]
    select = xls2json.RE_SELECT.search(text)
    if select:
        other = select["specify_other"] is not None
        return TypeRead("select", select["select_command"], select["list_name"], other)
    if text in QUESTION_TYPE_DICT or text == "include" or xls2json.RE_OSM.search(text):
        return TypeRead("question", text)
    return TypeRead("unknown", text)


def select_kind(command: str) -> str:
    """Return which of select_one, select_multiple, rank and select_one_external `command` stands for."""
    from pyxform import aliases

    return {
        "select one": "select_one",
        "select all that apply": "select_multiple",
        "select one external": "select_one_external",
    }.get(aliases.select[command], "rank")


def is_select_command(text: str) -> bool:
    """Whether `text` is a select type that still needs its list."""
    from pyxform import aliases

    return text in aliases.select


def is_name(text: str) -> bool:
    """Whether `text` can be the name of a question."""
    from pyxform.parsing.expression import is_xml_tag

    return bool(is_xml_tag(text))


def is_shown(kind: str) -> bool:
    """Whether a question of type `kind`, as pyxform calls it, is shown to the person and needs a label."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    known = QUESTION_TYPE_DICT.get(kind)
    if known is None or kind == "osm":
        return True
    shown = known.get("control", {}).get("tag", "action") != "action"
    return shown and not ("hint" in known or "label" in known)


def is_formula(default: str, kind: str) -> bool:
    """Whether a default value of a question of type `kind` is worked out."""
    from pyxform.utils import default_is_dynamic

    return bool(default_is_dynamic(default, kind))


def is_yes(text: str) -> bool:
    """Whether a cell says yes."""
    from pyxform import aliases

    return bool(aliases.yes_no.get(text))


def is_yes_or_no(text: str) -> bool:
    """Whether a cell says yes or no."""
    from pyxform import aliases

    return text in aliases.yes_no
