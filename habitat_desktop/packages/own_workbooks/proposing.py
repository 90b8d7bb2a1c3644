"""Guesses how a sheet is to be read: its header row, and which heading names which question."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from habitat_desktop.i18n.catalogues import LANGUAGES, _
from habitat_desktop.i18n.text import fold
from habitat_desktop.incoming.values import Cell
from habitat_desktop.packages.own_workbooks.mapping import COUNTRY, PERIOD, Column, Mapping
from habitat_desktop.packages.reader import SheetCells, Workbook
from habitat_desktop.records.repeat_columns import repeat_columns
from habitat_desktop.xforms.definition import Form, Group, Question, Repeat
from habitat_desktop.xforms.question_types import ATTACHMENTS

_ROWS_LOOKED_AT = 30  # a header row further down is chosen by hand
_MOST_COLUMNS = 400
_ALIKE = 0.72
_SAME_HEADINGS = 0.8  # of a saved mapping: then it is the same kind of sheet
_COUNTRY_WORDS = frozenset(
    ("country", "pays", "pais", "страна", "البلد", "الدولة", "国家", "iso3", "country code")
)
_PERIOD_WORDS = frozenset(
    (
        "period",
        "reporting period",
        "periode",
        "periodo",
        "период",
        "отчетныи период",
        "الفترة",
        "期间",
        "时期",
    )
)


@dataclass(frozen=True)
class Target:
    """A question a column may answer; `section` is the group it stands in."""

    path: str
    question: Question
    section: str = ""

    def label(self, language: str) -> str:
        return " ".join(self.question.label(language).split()) or self.question.name


def targets(form: Form, repeat: str = "") -> tuple[Target, ...]:
    """Return the questions a column may answer, in the order of the form.

    Without `repeat` those outside all repeats, with it those of that repeat. Files cannot be given in cells.
    """
    if repeat:
        return tuple(
            Target(one.path, one.question)
            for one in repeat_columns(form, repeat)
            if one.question is not None and not one.is_calculated and one.question.type not in ATTACHMENTS
        )
    return tuple(_outside_repeats(form.root, ""))


def repeats(form: Form) -> tuple[Repeat, ...]:
    """Return the repeats whose entries may be rows: those that stand in no other."""
    found: list[Repeat] = []

    def below(group: Group) -> None:
        for child in group.children:
            if isinstance(child, Repeat):
                found.append(child)
            elif isinstance(child, Group):
                below(child)

    below(form.root)
    return tuple(found)


def propose(workbook: Workbook, form: Form, language: str, *, repeat: str | None = None) -> Mapping:
    """Return the likeliest way to read `workbook` for `form`; `repeat` None: rows are what fits best."""
    ways = ("", *(one.path for one in repeats(form))) if repeat is None else (repeat,)
    best: tuple[float, Mapping] | None = None
    for way in ways:
        known = _Headings(form, way)
        for sheet in workbook.sheets:
            for row, cells in enumerate(sheet.rows[:_ROWS_LOOKED_AT]):
                columns = known.columns(cells)
                score = len(columns) + 0.5 * sum(bool(heading(cell)) for cell in cells) / (1 + len(cells))
                if columns and (best is None or score > best[0]):
                    best = (
                        score,
                        Mapping(form.form_id, sheet.name, row + 1, columns, way, language=language),
                    )
    if best is not None:
        return replace(best[1], language=_spoken(form, best[1], language))
    fullest = max(workbook.sheets, key=_filled, default=None)
    row = _first_full_row(fullest) if fullest is not None else 0
    name = fullest.name if fullest is not None else ""
    return Mapping(form.form_id, name, row + 1, repeat=repeat or "", language=language)


def _spoken(form: Form, mapping: Mapping, language: str) -> str:
    """Return the language most headings are written in; `language` where none says."""
    said: dict[str, int] = {}
    for target in targets(form, mapping.repeat):
        for column in mapping.columns:
            if column.path == target.path:
                wanted = _letters(column.heading)
                for one in LANGUAGES:
                    said[one] = said.get(one, 0) + (_letters(target.label(one)) == wanted)
    best = max(said, key=lambda one: (said[one], one == language), default=language)
    return best if said.get(best) else language


def at_row(workbook: Workbook, form: Form, mapping: Mapping, sheet: str, header_row: int) -> Mapping:
    """Return `mapping` for another sheet or header row, with the columns guessed anew."""
    found = workbook.sheet(sheet)
    cells = found.rows[header_row - 1] if found is not None and header_row <= len(found.rows) else []
    columns = _Headings(form, mapping.repeat).columns(cells)
    return replace(mapping, sheet=sheet, header_row=header_row, columns=columns)


def fitting(workbook: Workbook, known: list[Mapping]) -> Mapping | None:
    """Return the saved mapping this workbook was made for, brought to where its columns stand now."""
    for mapping in known:
        for sheet in workbook.sheets:
            rows = [mapping.header_row - 1, *range(min(_ROWS_LOOKED_AT, len(sheet.rows)))]
            for row in rows:
                moved = _moved(mapping, sheet, row)
                if moved is not None:
                    return moved
    return None


def heading(cell: Cell) -> str:
    """Return a heading as one line; "" for what is no text."""
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def said_column(path: str, form: Form, language: str) -> str:
    """Return what a column answers, for a person."""
    if path == COUNTRY:
        return _("Country of the row")
    if path == PERIOD:
        return _("Period of the row")
    try:
        element = form.element(path)
    except KeyError:
        return path
    return " ".join(element.label(language).split()) or element.name


def _outside_repeats(group: Group, section: str) -> Iterator[Target]:
    for child in group.children:
        if isinstance(child, Repeat):
            continue
        if isinstance(child, Group):
            yield from _outside_repeats(child, child.label("en") or section)
        elif (
            isinstance(child, Question)
            and child.has_control
            and child.is_asked
            and child.type not in ("note", *ATTACHMENTS)
            and not child.bind.calculate
            and not child.preload  # what the program knows is not asked
        ):
            yield Target(child.path, child, section)


class _Headings:
    """The questions by every word a heading may have for them."""

    def __init__(self, form: Form, repeat: str) -> None:
        self._exact: dict[str, str] = {}
        self._labels: list[tuple[str, str]] = []
        spoken = tuple(dict.fromkeys((*form.languages, *LANGUAGES)))
        for target in targets(form, repeat):
            short = target.path.removeprefix(repeat or form.root.path).strip("/")
            for text in (target.question.name, short, *(target.label(one) for one in spoken)):
                key = _letters(text)
                if key:
                    self._exact.setdefault(key, target.path)
                    self._labels.append((key, target.path))
        self._labels = list(dict.fromkeys(self._labels))
        if not repeat:
            for word in _COUNTRY_WORDS:
                self._exact.setdefault(_letters(word), COUNTRY)
            for word in _PERIOD_WORDS:
                self._exact.setdefault(_letters(word), PERIOD)

    def columns(self, cells: list[Cell]) -> tuple[Column, ...]:
        found: dict[str, Column] = {}
        texts = [(index, heading(cell)) for index, cell in enumerate(cells[:_MOST_COLUMNS])]
        for index, text in texts:
            path = self._exact.get(_letters(text), "") if text else ""
            if path and path not in found:
                found[path] = Column(index, text, path)
        taken = {column.index for column in found.values()}
        for index, text in texts:
            if index in taken or len(_letters(text)) < 4:
                continue
            path = self._alike(_letters(text))
            if path and path not in found:
                found[path] = Column(index, text, path)
        return tuple(sorted(found.values(), key=lambda one: one.index))

    def _alike(self, wanted: str) -> str:
        best, path = _ALIKE, ""
        for label, one in self._labels:
            matcher = SequenceMatcher(None, wanted[:120], label[:120], autojunk=False)
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                ratio = matcher.ratio()
                if ratio > best:
                    best, path = ratio, one
        return path


def _letters(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())


def _filled(sheet: SheetCells) -> int:
    return sum(cell != "" for row in sheet.rows[:_ROWS_LOOKED_AT] for cell in row)


def _first_full_row(sheet: SheetCells) -> int:
    """Return the row, from 0, with the most headings among the first."""
    rows = sheet.rows[:_ROWS_LOOKED_AT]
    return max(range(len(rows)), key=lambda row: sum(bool(heading(c)) for c in rows[row]), default=0)


def _moved(mapping: Mapping, sheet: SheetCells, row: int) -> Mapping | None:
    if not 0 <= row < len(sheet.rows) or not mapping.columns:
        return None
    places: dict[str, int] = {}
    for index, cell in enumerate(sheet.rows[row][:_MOST_COLUMNS]):
        places.setdefault(_letters(heading(cell)), index)
    columns = tuple(
        replace(column, index=places[_letters(column.heading)])
        for column in mapping.columns
        if _letters(column.heading) in places
    )
    if len(columns) < _SAME_HEADINGS * len(mapping.columns):
        return None
    return replace(mapping, sheet=sheet.name, header_row=row + 1, columns=columns)
