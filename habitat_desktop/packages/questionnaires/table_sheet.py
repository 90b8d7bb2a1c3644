"""A sheet of one repeat as a table: a row for each entry, room for more, last period below."""

from dataclasses import dataclass
from typing import Any

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.cells import address
from habitat_desktop.packages.questionnaires.cells import (
    answer_cell,
    choice_cell,
    decimals_of,
    how_to_answer,
    reason_cells,
    style_of,
    validation,
    yes_no,
)
from habitat_desktop.packages.questionnaires.lists_sheet import WHY, YES, YES_NO, Lists
from habitat_desktop.packages.questionnaires.looks import Looks, small_height
from habitat_desktop.packages.questionnaires.manifest import ROWS, SLOTS, Answer, Entry, Manifest
from habitat_desktop.packages.questionnaires.plan import Asked, Sheet, entry_name
from habitat_desktop.packages.questionnaires.question_sheet import prepare, put, write_title
from habitat_desktop.packages.texts import LINE, lines_of, text_width, unit_name

HEADER_ROW = 3
_HOW_ROW = 4
_WIDEST, _NARROWEST, _CHOICE = 30.0, 12.0, 11.0
_PROTECT = {
    "format_columns": True, "format_rows": True, "format_cells": True, "insert_rows": True, "sort": True,
    "objects": True,
}  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """One column: `id` is the question ("q12"), or one of its choices or cells ("q12.3")."""

    id: str
    asked: Asked
    width: float
    choice: str = ""
    label: str = ""
    slot: int = 0


class TableSheet:
    """Writes one table."""

    def __init__(self, workbook: Any, looks: Looks, lists: Lists, manifest: Manifest) -> None:
        self._workbook = workbook
        self._looks = looks
        self._lists = lists
        self._manifest = manifest

    def write(self, planned: Sheet, subtitle: str, previous_period: str) -> None:
        """Write `planned`; `previous_period` names the rows of last period's answers."""
        sheet = self._sheet = self._workbook.add_worksheet(planned.shown.name)
        looks = self._looks
        prepare(sheet, self._manifest)
        columns = list(_columns(planned))
        first = 3 if planned.parents else 2
        self._first = first
        note = _("One row for each entry; leave the rows you do not need empty.")
        sheet.write_string(0, 0, self._manifest.mark(planned.shown.key), looks.id)
        sheet.write_string(0, 1, "no", looks.id)
        write_title(sheet, looks, planned.title, " · ".join(filter(None, (subtitle, planned.note, note))))
        sheet.set_column(1, 1, 5.5)
        sheet.write_string(HEADER_ROW, 1, _("No."), looks.header)
        sheet.write_string(_HOW_ROW, 0, "-", looks.id)
        sheet.write_blank(_HOW_ROW, 1, None, looks.small)
        if planned.parents:
            sheet.write_string(0, 2, "parent", looks.id)
            sheet.set_column(2, 2, 20)
            belongs = _("Belongs to: {repeat}").format(repeat=planned.around)
            sheet.write_string(HEADER_ROW, 2, belongs, looks.header)
            sheet.write_string(_HOW_ROW, 2, _("one from the list"), looks.small)
        self._headers(columns)
        row = _HOW_ROW + 1
        for entry in planned.entries:
            self._entry(row, entry, planned, columns)
            row += 1
        if planned.previous:
            row = self._previous(row + 1, planned, columns, previous_period)
        sheet.freeze_panes(_HOW_ROW + 1, first + 1)
        sheet.repeat_rows(HEADER_ROW, _HOW_ROW)
        sheet.print_area(1, 1, max(row - 1, _HOW_ROW + 1), first + len(columns) - 1)
        sheet.protect("", _PROTECT)

    def _headers(self, columns: list[_Column]) -> None:
        sheet, looks = self._sheet, self._looks
        high = how_high = LINE + 6.0
        for position, column in enumerate(columns, self._first):
            sheet.set_column(position, position, column.width)
            sheet.write_string(0, position, column.id, looks.id)
            label = _header(column)
            sheet.write_string(HEADER_ROW, position, label, looks.header)
            how = self._how(column)
            sheet.write_string(_HOW_ROW, position, how, looks.small)
            high = max(high, LINE * lines_of(label, column.width * 0.93) + 6)
            how_high = max(how_high, small_height(column.width, how))
        sheet.set_row(HEADER_ROW, min(high, 400))
        sheet.set_row(_HOW_ROW, min(how_high, 400))

    def _how(self, column: _Column) -> str:
        asked = column.asked
        if column.choice:
            return _("“{yes}” if it applies").format(yes=yes_no(language())[0])
        unit = unit_name(asked.item.unit) if asked.item.unit else ""
        how = how_to_answer(asked, self._manifest.language)
        if unit:
            # Translators: what form an answer takes, and its unit: a whole number (persons)
            how = _("{how} ({unit})").format(how=how, unit=unit)
        return "\n".join(filter(None, (how, asked.hint, asked.only_if)))

    def _entry(self, row: int, entry: Entry, planned: Sheet, columns: list[_Column]) -> None:
        sheet, looks = self._sheet, self._looks
        sheet.write_string(row, 0, entry.key, looks.id)
        sheet.write_string(row, 1, entry.number, looks.number)
        if planned.parents:
            names = [entry_name(one) for one in planned.parents]
            parent = self._manifest.entry_by_key.get(entry.parent)
            put(sheet, row, 2, entry_name(parent) if parent else "", looks.answer("text"))
            rule = {
                "validate": "list",
                "source": self._lists.range("belongs", names),
                "error_type": "warning",
            }
            sheet.data_validation(row, 2, row, 2, rule)
        lines = 1
        for position, column in enumerate(columns, self._first):
            answer = planned.answers.get((column.asked.item.key, entry.key), "")
            lines = max(lines, self._cell(row, position, column, answer))
        sheet.set_row(row, min(LINE * lines + 6, 400))

    def _cell(self, row: int, position: int, column: _Column, answer: Answer) -> int:
        """Write one cell and return how many lines it takes."""
        asked, looks = column.asked, self._looks
        item = asked.item
        labels = dict(asked.choices)
        kind, decimals = ("choice", -1) if column.choice else style_of(item)
        if isinstance(answer, dict):
            cell: Any = (
                ""
                if column.choice or column.slot
                else ": ".join(filter(None, reason_cells(answer, self._manifest.language)))
            )
        elif column.choice:
            cell = choice_cell(answer, column.choice, self._manifest.language)
        else:
            cell = answer_cell(item, answer, labels, self._manifest.language, column.slot)
        if kind == "number" and item.unit and isinstance(cell, int | float):
            kind, decimals = "quantity", decimals_of(cell)
        put(self._sheet, row, position, cell, looks.answer(kind, decimals))
        rule = self._rule(column, address(row, position))
        if rule is not None:
            self._sheet.data_validation(row, position, row, position, rule)
        return lines_of(cell, column.width) if isinstance(cell, str) and cell else 1

    def _rule(self, column: _Column, cell: str) -> dict[str, Any] | None:
        asked, lists = column.asked, self._lists
        words = lists.range(WHY, lists.reasons())
        if column.choice:
            source = lists.range(YES_NO, yes_no(language()))
        elif asked.item.type == "acknowledge":
            source = lists.range(YES, yes_no(language())[:1])
        elif asked.choices:
            # the words for a missing answer can be chosen, too
            labels = [label for _code, label in asked.choices]
            source = lists.range(asked.item.choices, [*labels, *lists.reasons()])
        else:
            source = ""
        return validation(asked, source, words.removeprefix("="), cell)

    def _previous(self, row: int, planned: Sheet, columns: list[_Column], period: str) -> int:
        sheet, looks = self._sheet, self._looks
        sheet.write_string(row, 0, "-", looks.id)
        sheet.write_string(row, 1, period or _("Last time"), looks.heading)
        sheet.set_row(row, 24)
        for previous in planned.previous:
            row += 1
            sheet.write_string(row, 0, "-", looks.id)
            sheet.write_blank(row, 1, None, looks.small)
            if planned.parents:
                sheet.write_string(row, 2, previous.parent, looks.last(previous.parent))
            lines = 1
            shown: set[str] = set()
            for position, column in enumerate(columns, self._first):
                key = column.asked.item.key
                text = "" if key in shown else previous.answers.get(key, "")
                shown.add(key)
                sheet.write_string(row, position, text, looks.last(text))
                lines = max(lines, lines_of(text, column.width * 1.1) if text else 1)
            sheet.set_row(row, min(12.5 * lines + 5, 400))
        return row + 1


def _columns(planned: Sheet) -> Any:
    for asked in planned.columns:
        item = asked.item
        if item.mode == ROWS:
            for number, (code, label) in enumerate(asked.choices, 1):
                longest = max(map(text_width, label.split()), default=0)
                width = max(_CHOICE, min(longest * 1.2 + 2, 22.0), min(text_width(label) / 2 + 3, 16.0))
                yield _Column(f"{item.key}.{number}", asked, width, code, label)
        elif item.mode == SLOTS:
            for slot in range(item.slots):
                yield _Column(f"{item.key}.{slot + 1}", asked, 20.0, slot=slot)
        else:
            yield _Column(item.key, asked, _width(asked))


def _width(asked: Asked) -> float:
    kind = asked.item.type
    if kind == "text":
        return _WIDEST if "multiline" in asked.question.appearance else 24.0
    longest = max((text_width(label) for _code, label in asked.choices), default=0)
    wanted = max(longest + 4, text_width(asked.label) / 2 + 3, 14.0 if kind == "date" else _NARROWEST)
    return float(min(wanted, _WIDEST if longest else 18.0))


def _header(column: _Column) -> str:
    asked = column.asked
    label = f"{asked.item.number}. {asked.label}"
    if column.choice:
        label = _("{question}: {choice}").format(question=label, choice=column.label)
    elif column.asked.item.mode == SLOTS:
        label = _("{question} ({number})").format(question=label, number=column.slot + 1)
    return f"{label} *" if asked.must else label
