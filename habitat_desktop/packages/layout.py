"""How the visible sheets are laid out: columns in the shape Kobo and ODK users know, and each answer's cell.

A layout is made from a form once, by the sender, and travels inside the payload. Whoever compares the visible
sheets regenerates every expected cell from the payload alone: no form definition and no translation of the
reader's own program has a say in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from habitat_desktop.i18n.text import clean
from habitat_desktop.records.record import Revision
from habitat_desktop.xforms.definition import Form, Group, Question, Repeat

# As `reader.Cell`: text, number, or a date as a list of one ISO text
Cell = str | int | float | bool | list[str]

TEXT, NUMBER, DATE, VALUE, MULTIPLE, FLAG = "text", "number", "date", "value", "multiple", "flag"
CELL_LENGTH = 32_767  # UTF-16 units, Excel's limit
HEADER_ROWS = 2  # technical names, then labels
_SPLIT_LIMIT = 100  # choices; longer lists (countries) are only joined
_NAME_LENGTH = 31  # of a sheet name, Excel's limit
_RESERVED_NAMES = {"history", "_package", "_files"}

_KINDS = {
    "integer": NUMBER,
    "decimal": NUMBER,
    "range": NUMBER,
    "date": DATE,
    "today": DATE,
    "select_multiple": MULTIPLE,
    "calculate": VALUE,
    "hidden": VALUE,
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DATE = re.compile(r"(?:1[9]|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_FIRST_DATE = "1900-03-01"  # Excel counts a 29 February 1900 that never was
_BAD_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Column:
    """One column. `path` leads from the sheet's node to the answer; a column about the record has none."""

    header: str
    kind: str
    path: tuple[str, ...] = ()
    choice: str = ""


@dataclass(frozen=True)
class SheetLayout:
    """One sheet: of a form, or of a repeat, whose `path` leads from the node of the sheet `parent` to it."""

    name: str
    parent: str
    path: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class FormLayout:
    """The sheets of one form version; the first is the form's own. No form_id: records of unknown forms."""

    form_id: str
    version: str
    hash: str
    sheets: tuple[SheetLayout, ...]


@dataclass(frozen=True)
class Row:
    """One row as it is written: whose record it is, which node of it, and the cells in the columns' order."""

    revision: Revision
    ref: str  # "/data" or the repeat instance, "/data/settlement[2]"
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """A sheet with its rows, ready to be written or compared."""

    form: FormLayout
    layout: SheetLayout
    rows: list[Row]


# -- columns ---------------------------------------------------------------------------------------------

_FRONT = (Column("_label", TEXT), Column("_subject", TEXT), Column("_country", TEXT), Column("_period", TEXT))
_BACK = (
    Column("_submitted_by", TEXT),
    Column("_submission_time", DATE),
    Column("_kind", TEXT),
    Column("__version__", TEXT),
    Column("_uuid", TEXT),
    Column("_revision", TEXT),
    Column("_index", NUMBER),
)
_REPEAT_FRONT = (Column("_label", TEXT),)
_REPEAT_BACK = (
    Column("_index", NUMBER),
    Column("_parent_table_name", TEXT),
    Column("_parent_index", NUMBER),
    Column("_submission__uuid", TEXT),
    Column("_revision", TEXT),
)
KEY_HEADERS = ("_uuid", "_submission__uuid", "_revision")


def form_layout(form: Form, choices: Callable[[Question], Iterable[str]], taken: set[str]) -> FormLayout:
    """Lay out the sheets of `form`; `choices` gives the choice values of a question.

    `taken` holds the sheet names in use, case folded, and learns the new ones.
    """
    sheets: list[SheetLayout] = []

    def add(group: Group, name: str, parent: str, path: tuple[str, ...]) -> None:
        here = len(sheets)
        sheet_name = unique_name(name, taken)
        sheets.append(SheetLayout(sheet_name, parent, path, ()))
        columns = list(_FRONT if not parent else _REPEAT_FRONT)
        unasked: list[Column] = []  # what nobody is asked stands behind what people look for
        for element, below in _below(group, ()):
            if isinstance(element, Repeat):
                add(element, element.name, sheet_name, below)
            elif isinstance(element, Question):
                (columns if element.label_text else unasked).extend(_columns(element, below, choices))
        columns += [*unasked, *(_BACK if not parent else _REPEAT_BACK)]
        sheets[here] = SheetLayout(sheet_name, parent, path, tuple(columns))

    add(form.root, form.form_id, "", ())
    return FormLayout(form.form_id, form.version, form.hash, tuple(sheets))


def other_layout(name: str, taken: set[str]) -> FormLayout:
    """Lay out the sheet of records whose form is not known where the package is made."""
    columns = (*_FRONT, Column("_form", TEXT), *_BACK)
    return FormLayout("", "", "", (SheetLayout(unique_name(name, taken), "", (), columns),))


def unique_name(name: str, taken: set[str]) -> str:
    """Return a sheet name Excel accepts that nothing in `taken` equals in any case, and add it there."""
    base = _BAD_IN_NAMES.sub("_", name).strip() or "_"
    short = base[:_NAME_LENGTH]
    number = 1
    while short.casefold() in taken or short.casefold() in _RESERVED_NAMES:
        number += 1
        ending = f"_{number}"
        short = base[: _NAME_LENGTH - len(ending)] + ending
    taken.add(short.casefold())
    return short


def _below(group: Group, path: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield the questions and repeats of `group`, groups opened, with the path to each."""
    for child in group.children:
        here = (*path, child.name)
        if isinstance(child, Group) and not isinstance(child, Repeat):
            yield from _below(child, here)
        else:
            yield child, here


def _columns(
    question: Question, path: tuple[str, ...], choices: Callable[[Question], Iterable[str]]
) -> list[Column]:
    if question.type == "note" or question.path.startswith("/data/meta/"):
        return []
    header = question.path.removeprefix("/data/")
    kind = _KINDS.get(question.type, TEXT)
    columns = [Column(header, kind, path)]
    if kind == MULTIPLE:
        values = list(choices(question))
        if len(values) <= _SPLIT_LIMIT:
            columns += [Column(f"{header}/{value}", FLAG, path, value) for value in values]
    return columns


# -- rows ------------------------------------------------------------------------------------------------


def sheets(
    revisions: Iterable[Revision], layouts: Iterable[FormLayout], words: Mapping[str, str]
) -> list[Sheet]:
    """Return every visible sheet with its rows; one without a layout stands on the general one."""
    by_form: dict[tuple[str, str], list[Revision]] = {}
    known = {(layout.form_id, layout.version): layout for layout in layouts}
    for revision in revisions:
        key = (revision.heading.form_id, revision.heading.form_version)
        by_form.setdefault(key if key in known else ("", ""), []).append(revision)
    result: list[Sheet] = []
    for key, layout in known.items():
        result += _form_sheets(layout, by_form.get(key, []), words)
    return result


def _form_sheets(form: FormLayout, revisions: list[Revision], words: Mapping[str, str]) -> list[Sheet]:
    built = {layout.name: Sheet(form, layout, []) for layout in form.sheets}
    children: dict[str, list[SheetLayout]] = {}
    for layout in form.sheets:
        children.setdefault(layout.parent, []).append(layout)

    def add(layout: SheetLayout, revision: Revision, ref: str, node: Any, parent_index: int) -> None:
        rows = built[layout.name].rows
        index = len(rows) + 1
        about = {"_index": index, "_parent_table_name": layout.parent, "_parent_index": parent_index}
        cells: list[Cell] = []
        for column in layout.columns:
            path = column.path
            if not path:
                cells.append(_about(column.header, revision, about))
                continue
            value = node.get(path[0]) if len(path) == 1 and type(node) is dict else _find(node, path)
            if type(value) is str and column.kind in _WRITTEN_OUT:
                cells.append(_WRITTEN_OUT[column.kind](value))
            else:
                cells.append(answer_cell(column, value, words))
        rows.append(Row(revision, ref, cells))
        for child in children.get(layout.name, ()):
            instances = _find(node, child.path)
            child_ref = f"{ref}/{'/'.join(child.path)}"
            for position, instance in enumerate(instances if isinstance(instances, list) else (), 1):
                add(child, revision, f"{child_ref}[{position}]", instance, index)

    for revision in revisions:
        add(form.sheets[0], revision, "/data", revision.answers, 0)
    return list(built.values())


def _find(node: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if type(node) is not dict:
            return None
        node = node.get(name)
    return node


def answer_cell(column: Column, value: Any, words: Mapping[str, str]) -> Cell:
    """Return what stands in the cell of one answer: a number or a date where it is one, else text."""
    if not value and value != 0:
        return ""
    kind = column.kind
    if type(value) is dict:
        return "" if kind == FLAG else _unavailable(value, words)
    if kind == FLAG:
        return int(column.choice in (value if type(value) is list else str(value).split()))
    text = value if type(value) is str else " ".join(map(str, value)) if type(value) is list else str(value)
    return _WRITTEN_OUT.get(kind, number_cell)(text)


def number_cell(text: str) -> Cell:
    """Return a number where Excel holds it without loss, else the text."""
    if _is_number(text):
        return float(text) if "." in text else int(text)
    return text_cell(text)


def date_cell(text: str) -> Cell:
    """Return a date cell for an ISO date Excel can count, else the text."""
    return [text] if _DATE.fullmatch(text) and text >= _FIRST_DATE else text_cell(text)


def text_cell(text: str) -> str:
    """Return `text` as a cell can hold it: cleaned, and cut with an ellipsis where it is too long."""
    text = clean(text)
    if len(text) > CELL_LENGTH // 2 and len(text.encode("utf-16-le", "replace")) // 2 > CELL_LENGTH:
        return text[: CELL_LENGTH // 2 - 1] + "…"
    return text


# the cell of an answer that is text, by the kind of its column
_WRITTEN_OUT: dict[str, Callable[[str], Cell]] = {
    TEXT: text_cell,
    MULTIPLE: text_cell,
    DATE: date_cell,
    NUMBER: number_cell,
    VALUE: number_cell,
}


def _is_number(text: str) -> bool:
    """Whether Excel holds `text` without loss: plain, no leading zero, at most 15 significant digits."""
    if _NUMBER.fullmatch(text) is None:
        return False
    return len(text) <= 15 or len(text.lstrip("-").replace(".", "").lstrip("0")) <= 15


def _unavailable(value: Mapping[str, Any], words: Mapping[str, str]) -> str:
    about = value.get("$unavailable")
    if not isinstance(about, Mapping):
        return ""
    reason, remark = str(about.get("reason", "")), str(about.get("remark", ""))
    word = words.get(reason, reason)
    return text_cell(f"{word}: {remark}" if remark else word)


def _about(header: str, revision: Revision, position: Mapping[str, Any]) -> Cell:
    if header in position:
        cell: Cell = position[header]
        return cell
    return _ABOUT[header](revision) if header in _ABOUT else ""


_ABOUT: dict[str, Callable[[Revision], Cell]] = {
    "_label": lambda revision: revision.label,
    "_subject": lambda revision: text_cell(revision.heading.subject),
    "_country": lambda revision: revision.heading.country,
    "_period": lambda revision: revision.heading.period,
    "_form": lambda revision: f"{revision.heading.form_id} {revision.heading.form_version}".strip(),
    "_submitted_by": lambda revision: text_cell(revision.author),
    "_submission_time": lambda revision: date_cell(revision.made_at[:10]),
    "_kind": lambda revision: revision.kind,
    "__version__": lambda revision: revision.heading.form_version,
    "_uuid": lambda revision: revision.record_id,
    "_submission__uuid": lambda revision: revision.record_id,
    "_revision": lambda revision: revision.revision_id[:12],
}
