"""What people do to a questionnaire in a spreadsheet: cells are found by the hidden ids."""

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from habitat_desktop.packages.questionnaires.manifest import Manifest, from_cells


class Hands:
    """A questionnaire opened by somebody."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)
        rows = [list(row) for row in self.book["_questionnaire"].iter_rows(values_only=True)]
        cells = [["" if cell is None else cell for cell in row] for row in rows]
        self.manifest: Manifest = from_cells(cells, path.name)

    def number(self, name: str) -> str:
        """The number of the question whose path ends with `name`."""
        found = [item for item in self.manifest.questions if item.path.endswith(f"/{name}")]
        assert len(found) == 1, name
        return found[0].number

    def sheet(self, key: str) -> Worksheet:
        """The sheet with this key: "cover", "s1", "e2", "t1"."""
        for sheet in self.book.worksheets:
            mark = sheet.cell(1, 1).value
            if isinstance(mark, str) and mark.endswith(f" {key}"):
                return sheet
        raise LookupError(key)

    def sheet_of(self, name: str, entry: str = "") -> Worksheet:
        """The sheet that asks the question, of one entry by its number."""
        path = next(i.path for i in self.manifest.questions if i.path.endswith(f"/{name}"))
        tables = [s for s in self.manifest.sheets if s.kind == "table" and path.startswith(f"{s.of}/")]
        if tables:
            return self.sheet(max(tables, key=lambda shown: len(shown.of)).key)
        for one in self.manifest.entries:
            if path.startswith(f"{one.repeat}/") and one.number == entry:
                return self.sheet(one.key)
        return self.sheet("s1")

    def cell(self, name: str, column: str = "answer", *, part: int = 0, entry: str = "") -> Cell:
        """The cell of a question: its answer, "why" or "remark", or one of its choices (`part`)."""
        sheet = self.sheet_of(name, entry)
        row_id = f"q{self.number(name)}" + (f".{part}" if part else "")
        if sheet.cell(1, 3).value in ("question",):
            row = _row(sheet, row_id)
            return sheet.cell(row, _column(sheet, column))
        of = next(shown.of for shown in self.manifest.sheets if shown.name == sheet.title)
        key = next(one.key for one in self.manifest.entries if one.number == entry and one.repeat == of)
        return sheet.cell(_row(sheet, key), _column(sheet, row_id))

    def write(
        self, name: str, value: Any, column: str = "answer", *, part: int = 0, entry: str = "",
        is_formula: bool = False,
    ) -> Cell:  # fmt: skip
        """Type into a cell."""
        cell = self.cell(name, column, part=part, entry=entry)
        cell.value = value
        if isinstance(value, str) and not is_formula:
            cell.data_type = "s"
        return cell

    def tick(self, name: str, *codes: str, word: str = "Yes", entry: str = "") -> None:
        """Write a word beside choices."""
        item = next(one for one in self.manifest.questions if one.path.endswith(f"/{name}"))
        choices = [code for code, _label in self.manifest.lists[item.choices]]
        for code in codes:
            self.write(name, word, part=choices.index(code) + 1, entry=entry)

    def sign(self, name: str = "A. Person", organization: str = "Ministry of Housing") -> None:
        """Say on the first sheet who filled it in."""
        sheet = self.sheet("cover")
        sheet.cell(_row(sheet, "name"), 3).value = name
        sheet.cell(_row(sheet, "organization"), 3).value = organization

    def save(self, name: str = "filled.xlsx") -> Path:
        """Save it beside the original."""
        path = self.path.with_name(name)
        self.book.save(path)
        return path


def _row(sheet: Worksheet, row_id: str) -> int:
    for number in range(1, sheet.max_row + 1):
        if sheet.cell(number, 1).value == row_id:
            return number
    raise LookupError(row_id)


def _column(sheet: Worksheet, name: str) -> int:
    for number in range(2, sheet.max_column + 1):
        if sheet.cell(1, number).value == name:
            return number
    raise LookupError(name)


def sort_rows(sheet: Worksheet, first: int, last: int, key: Any, *, with_ids: bool) -> None:
    """Sort rows as a spreadsheet does, values with their formats; `with_ids`: the hidden column along."""
    rows = [
        [(cell.value, cell.number_format) for cell in row]
        for row in sheet.iter_rows(min_row=first, max_row=last)
    ]
    ids = [row[0] for row in rows]
    rows.sort(key=lambda row: key([value for value, _format in row]))
    for number, row in enumerate(rows):
        cells = row if with_ids else [ids[number], *row[1:]]
        for column, (value, number_format) in enumerate(cells, 1):
            cell = sheet.cell(first + number, column)
            cell.value, cell.number_format = value, number_format
