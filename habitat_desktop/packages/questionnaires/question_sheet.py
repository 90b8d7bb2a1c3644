"""A sheet of questions, one below the other: of the form itself, or of one entry of a repeat.

Column A and row 1 are hidden: they say which question and which part of an answer a cell holds.
"""

from collections.abc import Mapping
from typing import Any

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.questionnaires.cells import (
    LONGEST_MESSAGE,
    LONGEST_TITLE,
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
from habitat_desktop.packages.questionnaires.looks import Looks, height_of, is_right_to_left, small_height
from habitat_desktop.packages.questionnaires.manifest import ROWS, SLOTS, Manifest
from habitat_desktop.packages.questionnaires.plan import Asked, Heading, Sheet
from habitat_desktop.packages.texts import LINE, lines_of, unit_name

# what a column holds, and how wide it is, in letters
COLUMNS = (
    ("no", 5.5), ("question", 46), ("answer", 28), ("unit", 11), ("how", 19), ("last", 18), ("why", 20),
    ("remark", 22),
)  # fmt: skip
_AT = {name: position for position, (name, _width) in enumerate(COLUMNS, 1)}
_WIDTH = dict(COLUMNS)
HEADER_ROW = 3
_MOST_HIGH = 400.0  # points; Excel takes no row higher than 409
_PROTECT = {
    "format_columns": True, "format_rows": True, "format_cells": True, "select_locked_cells": True,
    "objects": True,
}  # fmt: skip


def headings(previous_period: str) -> dict[str, str]:
    """Return what stands above the columns, in the language spoken now."""
    return {
        "no": _("No."),
        "question": _("Question"),
        "answer": _("Answer"),
        "unit": _("Unit"),
        "how": _("How to answer"),
        "last": previous_period or _("Last time"),
        "why": _("If not available: why"),
        "remark": _("Remark"),
    }


class QuestionSheet:
    """Writes one sheet of questions."""

    def __init__(self, workbook: Any, looks: Looks, lists: Lists, manifest: Manifest) -> None:
        self._workbook = workbook
        self._looks = looks
        self._lists = lists
        self._manifest = manifest
        self._yes_no = lists.range(YES_NO, yes_no(language()))
        self._yes = lists.range(YES, yes_no(language())[:1])
        self._why = lists.range(WHY, lists.reasons())

    def write(self, planned: Sheet, subtitle: str, previous_period: str) -> None:
        """Write `planned`; `previous_period` names the column of last period's answers."""
        sheet = self._sheet = self._workbook.add_worksheet(planned.shown.name)
        looks = self._looks
        prepare(sheet, self._manifest)
        sheet.write_string(0, 0, self._manifest.mark(planned.shown.key), looks.id)
        for name, column in _AT.items():
            sheet.write_string(0, column, name, looks.id)
            sheet.set_column(column, column, _WIDTH[name])
        write_title(sheet, looks, planned.title, " · ".join(filter(None, (subtitle, planned.note))))
        texts = headings(previous_period)
        for name, text in texts.items():
            style = looks.header_indented if name in ("unit", "how", "last") else looks.header
            sheet.write_string(HEADER_ROW, _AT[name], text, style)
        sheet.set_row(
            HEADER_ROW, LINE * max(lines_of(text, _WIDTH[name]) for name, text in texts.items()) + 6
        )
        row = HEADER_ROW + 1
        for one in planned.rows:
            row = self._heading(row, one) if isinstance(one, Heading) else self._question(row, one)
        sheet.freeze_panes(HEADER_ROW + 1, 3)
        sheet.repeat_rows(HEADER_ROW)
        sheet.print_area(1, 1, max(row - 1, HEADER_ROW + 1), len(COLUMNS))
        sheet.protect("", _PROTECT)

    # -- rows ----------------------------------------------------------------------------------------

    def _heading(self, row: int, heading: Heading) -> int:
        sheet, looks = self._sheet, self._looks
        style = looks.section if heading.level == 1 else looks.heading
        sheet.write_string(row, 0, "-", looks.id)
        sheet.write_string(row, _AT["no"], heading.text, style)
        sheet.set_row(row, 28 if heading.level == 1 else 23)
        if not heading.note:
            return row + 1
        row += 1
        sheet.write_string(row, 0, "-", looks.id)
        if heading.sheet:
            write_link(sheet, row, _AT["no"], heading.sheet, heading.note, looks)
        else:
            sheet.write_string(row, _AT["no"], heading.note, looks.subtitle)
        return row + 1

    def _question(self, row: int, asked: Asked) -> int:
        item = asked.item
        labels = dict(asked.choices)
        self._front(row, asked)
        why, remark = reason_cells(asked.answer, self._manifest.language)
        if item.mode == ROWS:
            self._put(row, "why", why, "aside", {"validate": "list", "source": self._why, **_warn()})
            self._put(row, "remark", remark, "aside")
            sheet = self._sheet
            sheet.write_blank(row, _AT["answer"], None, self._looks.small)
            sheet.write_blank(row, _AT["last"], None, self._looks.small)
            return self._choices(row + 1, asked)
        cell = answer_cell(item, asked.answer, labels, self._manifest.language)
        self._answer(row, asked, cell)
        self._sheet.write_string(row, _AT["last"], asked.previous, self._looks.last(asked.previous))
        self._put(row, "why", why, "aside", {"validate": "list", "source": self._why, **_warn()})
        self._put(row, "remark", remark, "aside")
        return self._slots(row + 1, asked) if item.mode == SLOTS else row + 1

    def _front(self, row: int, asked: Asked) -> None:
        sheet, looks, item = self._sheet, self._looks, asked.item
        how = how_to_answer(asked, self._manifest.language)
        unit = unit_name(item.unit) if item.unit else ""
        sheet.write_string(row, 0, item.key, looks.id)
        sheet.write_string(row, _AT["no"], item.number, looks.number)
        write_label(sheet, row, _AT["question"], asked, looks)
        sheet.write_string(row, _AT["unit"], unit, looks.small)
        sheet.write_string(row, _AT["how"], how, looks.small)
        label = asked.label + (" *" if asked.must else "")
        height = max(
            height_of(_WIDTH["question"], label, asked.hint, asked.only_if),
            small_height(_WIDTH["how"], how),
            small_height(_WIDTH["unit"], unit),
            small_height(_WIDTH["last"], asked.previous) if item.mode != ROWS else 0,
            self._room(asked),
        )
        sheet.set_row(row, min(height, _MOST_HIGH))

    def _room(self, asked: Asked) -> float:
        """Return how high the answer is, or the room left for writing one, in points."""
        if isinstance(asked.answer, dict):
            return LINE * lines_of(asked.answer["$unavailable"]["remark"] or "-", _WIDTH["remark"]) + 4
        text = asked.answer if isinstance(asked.answer, str) else ""
        lines = lines_of(text, _WIDTH["answer"]) if text and asked.item.type == "text" else 1
        if asked.choices and asked.item.mode != ROWS:
            # the longest choice shall be read whole
            lines = max(lines_of(label or "-", _WIDTH["answer"]) for _code, label in asked.choices)
        if asked.item.type == "text" and "multiline" in asked.question.appearance:
            lines = max(lines, 5)
        return LINE * lines + 4

    def _choices(self, row: int, asked: Asked) -> int:
        """Write one row for each choice."""
        sheet, looks, item = self._sheet, self._looks, asked.item
        before = set(asked.previous_codes)
        yes = yes_no(self._manifest.language)[0]
        for number, (code, label) in enumerate(asked.choices, 1):
            sheet.write_string(row, 0, f"{item.key}.{number}", looks.id)
            sheet.write_string(row, _AT["no"], f"{item.number}.{number}", looks.choice_number)
            sheet.write_string(row, _AT["question"], label, looks.choice)
            cell = choice_cell(asked.answer, code, self._manifest.language)
            rule = {"validate": "list", "source": self._yes_no, **_warn()}
            self._put(row, "answer", cell, "choice", rule)
            if code in before:
                sheet.write_string(row, _AT["last"], yes, looks.last_choice)
            sheet.set_row(row, LINE * lines_of(label, _WIDTH["question"]) + 3)
            row += 1
        return row

    def _slots(self, row: int, asked: Asked) -> int:
        """Write the other cells of a question that takes several answers from a long list."""
        sheet, looks, item = self._sheet, self._looks, asked.item
        for slot in range(1, item.slots):
            sheet.write_string(row, 0, f"{item.key}.{slot + 1}", looks.id)
            sheet.write_string(row, _AT["no"], f"{item.number}.{slot + 1}", looks.choice_number)
            self._answer(
                row,
                asked,
                answer_cell(item, asked.answer, dict(asked.choices), self._manifest.language, slot),
            )
            row += 1
        return row

    # -- cells ---------------------------------------------------------------------------------------

    def _answer(self, row: int, asked: Asked, cell: Cell) -> None:
        kind, decimals = style_of(asked.item)
        if kind == "number" and asked.item.unit and cell != "":
            kind, decimals = "quantity", decimals_of(cell)
        self._put(row, "answer", cell, kind, validation(asked, self._source(asked)), decimals)

    def _source(self, asked: Asked) -> str:
        if asked.item.type == "acknowledge":
            return self._yes
        return self._lists.range(asked.item.choices, [label for _code, label in asked.choices])

    def _put(
        self,
        row: int,
        name: str,
        cell: Cell,
        kind: str,
        rule: Mapping[str, Any] | None = None,
        decimals: int = -1,
    ) -> None:
        column = _AT[name]
        put(self._sheet, row, column, cell, self._looks.answer(kind, decimals))
        if rule is not None:
            self._sheet.data_validation(row, column, row, column, dict(rule))


def put(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    """Write a cell as what it is."""
    if isinstance(cell, list):
        from datetime import date

        sheet.write_datetime(row, column, date.fromisoformat(cell[0]), style)
    elif cell == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    else:
        sheet.write_number(row, column, cell, style)


def write_label(sheet: Any, row: int, column: int, asked: Asked, looks: Looks) -> None:
    """Write a label, with its hint and its condition below it, in one cell."""
    runs: list[Any] = [looks.run_label, asked.label]
    if asked.must:
        runs += [looks.run_must, " *"]
    if asked.hint:
        runs += [looks.run_hint, f"\n{asked.hint}"]
    if asked.only_if:
        runs += [looks.run_if, f"\n{asked.only_if}"]
    if len(runs) == 2:
        sheet.write_string(row, column, asked.label, looks.label)
    else:
        sheet.write_rich_string(row, column, *runs, looks.label)


def write_title(sheet: Any, looks: Looks, title: str, subtitle: str) -> None:
    """Write what a sheet is about into its first rows that show."""
    sheet.write_string(1, 0, "-", looks.id)
    sheet.write_string(1, 1, title, looks.title)
    sheet.set_row(1, 30)
    sheet.write_string(2, 0, "-", looks.id)
    sheet.write_string(2, 1, subtitle, looks.subtitle)
    sheet.set_row(2, 20)
    sheet.write_string(3, 0, "-", looks.id)


def prepare(sheet: Any, manifest: Manifest, *, landscape: bool = True) -> None:
    """Set what every visible sheet has: direction, paper, hidden ids, footer."""
    if is_right_to_left():
        sheet.right_to_left()
    sheet.hide_gridlines(2)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576", "list_data_validation": "A1:XFD1048576"})
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{_footer(manifest.label[:40])}&C&8{_footer(manifest.title[:90])}&R&8&P / &N")
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_zoom(100)


def write_link(sheet: Any, row: int, column: int, target: str, text: str, looks: Looks) -> None:
    """Write a text that leads to another sheet; plain in Arabic, where LibreOffice tears such texts apart."""
    if is_right_to_left():
        sheet.write_string(row, column, text, looks.pointer)
        return
    address = "internal:'{}'!B2".format(target.replace("'", "''"))
    sheet.write_url(row, column, address, looks.link, text)


def _footer(text: str) -> str:
    return text.replace("&", "&&")


def _warn() -> dict[str, Any]:
    return {
        "error_type": "warning",
        "error_title": _("Please check")[:LONGEST_TITLE],
        "error_message": _("This is not in the list. Keep it all the same?")[:LONGEST_MESSAGE],
        "ignore_blank": True,
    }
