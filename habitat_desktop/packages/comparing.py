"""Compares the visible sheets of a package with its payload: what somebody changed in Excel, to the cell.

Sorting, filtering, moving columns, renaming and moving sheets change nothing, and neither does what re-saving
programs do to cells (`cells`). What somebody put beside the tables (helper columns, sums below, sheets of
their own) changes no answer either; it is told apart from findings, as additions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from habitat_desktop.packages.cells import address, day_of, is_same, plain, text_of, type_of
from habitat_desktop.packages.finding import (
    COLUMN_ADDED,
    COLUMN_REMOVED,
    EDITED,
    HEADER_EDITED,
    HEADERS_REMOVED,
    ROW_ADDED,
    ROW_REMOVED,
    ROW_TWICE,
    SHEET_ADDED,
    SHEET_REMOVED,
    Finding,
    FormFinder,
    in_words,
)
from habitat_desktop.packages.layout import Cell, Row, sheets
from habitat_desktop.packages.matching import Match, is_untouched, match_sheets, match_table
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.reader import Workbook

__all__ = ["Comparison", "Finding", "compare", "compare_all"]


@dataclass(frozen=True)
class Comparison:
    """What was changed, and what was only put beside it."""

    findings: list[Finding]
    additions: list[Finding]


def compare(package: Package, workbook: Workbook, find_form: FormFinder | None = None) -> list[Finding]:
    """Return every change in the visible sheets, in the order of the sheets."""
    return compare_all(package, workbook, find_form).findings


def compare_all(package: Package, workbook: Workbook, find_form: FormFinder | None = None) -> Comparison:
    """Return every difference between the visible sheets and the payload, in the order of the sheets."""
    if workbook.is_encrypted:
        return Comparison([], [])  # people see the cover only
    expected = sheets(package.heads, package.layouts, package.words)
    by_name = {seen.name.casefold(): seen for seen in workbook.sheets}
    changed, free = [], dict.fromkeys(by_name)
    for sheet in expected:
        name = sheet.layout.name.casefold()
        if name in by_name and is_untouched(sheet, by_name[name]):
            free.pop(name)
        else:
            changed.append(sheet)
    findings: list[Finding] = []
    additions: list[Finding] = []
    # the cover stands first and the codebook after the forms; both are explanations, in any language
    others = [by_name[name] for name in free if by_name[name].name not in package.explanations]
    matches, others = match_sheets(changed, others)
    for sheet, match in zip(changed, matches, strict=True):
        if match is None:
            findings.append(Finding(SHEET_REMOVED, sheet.layout.name))
        else:
            match_table(match)
            added = sorted(_added_rows(match))
            findings += _findings(match, [number for number, beside in added if not beside])
            additions += _additions(match, [number for number, beside in added if beside])
    additions += [
        Finding(SHEET_ADDED, seen.name)
        for seen in others
        if any(text_of(cell) for row in seen.rows for cell in row)
    ]
    return Comparison(in_words(findings, find_form), in_words(additions, find_form))


def _findings(match: Match, added: Sequence[int]) -> Iterator[Finding]:
    name, columns = match.seen.name, match.sheet.layout.columns
    form = {"form_id": match.sheet.form.form_id, "form_version": match.sheet.form.version}
    if match.header < 0:
        yield Finding(HEADERS_REMOVED, name)
    for position, column in enumerate(columns):
        place = match.places[position]
        about = {"question": column.header, "kind": column.kind, "choice": column.choice} | form
        if place is None:
            yield Finding(COLUMN_REMOVED, name, old=column.header, **about)
        elif position in match.renamed:
            new = plain(_at(match.seen.rows[match.header], place))
            yield Finding(HEADER_EDITED, name, address(match.header, place), old=column.header, new=new)
    for row, number in match.rows:
        yield from _edited_cells(match, row, number)
    for row in match.missing:
        yield _row_finding(ROW_REMOVED, name, row)
    for row, number in match.twice:
        yield _row_finding(ROW_TWICE, name, row, number)
    for number in added:
        yield _row_finding(ROW_ADDED, name, None, number)


def _edited_cells(match: Match, row: Row, number: int) -> Iterator[Finding]:
    cells = match.seen.rows[number]
    for position, old in enumerate(row.cells):
        place = match.places[position]
        if place is None:
            continue
        new = _at(cells, place)
        if new == old or is_same(old, new):
            continue
        column = match.sheet.layout.columns[position]
        yield Finding(
            EDITED,
            match.seen.name,
            address(number, place),
            row.revision.record_id,
            row.revision.label,
            column.header,
            plain(old),
            day_of(new) if isinstance(old, list) and _is_day(new) else plain(new),
            "/".join((row.ref, *column.path)) if column.path else "",
            kind=column.kind,
            choice=column.choice,
            form_id=match.sheet.form.form_id,
            form_version=match.sheet.form.version,
            revision_id=row.revision.revision_id,
            new_type=type_of(new),
        )


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, list) and len(day_of(cell)) == 10


def _row_finding(code: str, sheet: str, row: Row | None, number: int | None = None) -> Finding:
    cell = "" if number is None else address(number, 0)
    if row is None:
        return Finding(code, sheet, cell)
    revision = row.revision
    return Finding(
        code, sheet, cell, revision.record_id, revision.label, ref=row.ref, revision_id=revision.revision_id
    )


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else ""


# -- beside the table ------------------------------------------------------------------------------------


def _additions(match: Match, beside: Sequence[int]) -> Iterator[Finding]:
    """Tell helper columns and what was typed beside known rows, once a column, and the rows `beside`."""
    name, rows = match.seen.name, match.seen.rows
    used = {place for place in match.places if place is not None}
    known = [match.header, *(number for _row, number in match.rows)] if match.header >= 0 else []
    for place in range(max((len(row) for row in rows), default=0)):
        if place not in used:
            filled = ((number, text_of(_at(rows[number], place))) for number in known)
            number, text = next(((number, text) for number, text in filled if text), (0, ""))
            if text:
                yield Finding(COLUMN_ADDED, name, address(number, place), new=text)
    for number in beside:
        yield _row_finding(ROW_ADDED, name, None, number)


def _added_rows(match: Match) -> Iterator[tuple[int, bool]]:
    """Yield the rows nobody expects, and of each whether it stands beside the table and changes nothing.

    So do rows below an empty one, where also for Excel the table has ended, a single remark, and totals.
    """
    last = max((number for _row, number in match.rows), default=match.header + 1)
    filled = {number for number, row in enumerate(match.seen.rows) if any(text_of(cell) for cell in row)}
    gap = next((n for n in range(last + 1, len(match.seen.rows)) if n not in filled), len(match.seen.rows))
    for number in match.spare:
        cells = [cell for cell in match.seen.rows[number] if text_of(cell)]
        is_remark = len(cells) == 1 and isinstance(cells[0], str)
        yield number, number > gap or is_remark or _is_total(match, number)
    for number in filled:
        if number < match.header:
            yield number, True


def _is_total(match: Match, number: int) -> bool:
    """Whether a row holds nothing but what can be worked out of the columns above, and one word for it."""
    texts = figures = 0
    for place, cell in enumerate(match.seen.rows[number]):
        if isinstance(cell, str):
            texts += bool(text_of(cell))
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            figures += 1
            if not _is_aggregate(float(cell), match, place, number):
                return False
        else:
            return False
    return figures > 0 and texts <= 1


def _is_aggregate(value: float, match: Match, place: int, number: int) -> bool:
    before = max((spare for spare in match.spare if spare < number), default=-1)
    every = [row for _row, row in (*match.rows, *match.twice)]
    for rows in (every, [row for row in every if before < row < number]):
        cells = [_at(match.seen.rows[row], place) for row in rows]
        figures = [float(c) for c in cells if isinstance(c, int | float) and not isinstance(c, bool)]
        known = [len(figures), sum(cell != "" for cell in cells), sum(figures)]
        if figures:
            known += [fmean(figures), median(figures), min(figures), max(figures)]
        if any(abs(value - one) <= 1e-9 * max(abs(value), abs(one)) for one in known):
            return True
    return False
