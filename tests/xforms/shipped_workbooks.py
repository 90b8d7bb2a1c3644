"""Reads the shipped form workbooks row by row, as a form designer sees them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "forms"
FORM_IDS = tuple(sorted(path.stem for path in FORMS.glob("*.xlsx") if path.stem[0].isalpha()))


@dataclass(frozen=True)
class Row:
    """One row of a survey sheet, with the group it stands in."""

    number: int
    cells: dict[str, str]
    group: str

    def __getattr__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def list_name(self) -> str:
        words = self.type.split()
        return words[1] if words[0] in ("select_one", "select_multiple") else ""

    @property
    def file_list(self) -> str:
        """The reference list that the question reads from its file."""
        words = self.type.split()
        return words[1].removesuffix(".csv") if words[0].endswith("_from_file") else ""

    @property
    def calculated(self) -> bool:
        return bool(self.calculation) and not self.trigger


@dataclass(frozen=True)
class Workbook:
    form_id: str
    rows: list[Row]
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return {row.name for row in self.rows if row.name}


def read_sheet(workbook: Any, title: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows = workbook[title].iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    for number, row in enumerate(rows, 2):
        yield number, {key: str(cell) for key, cell in zip(header, row, strict=True) if cell is not None}


def read_workbook(form_id: str) -> Workbook:
    source = openpyxl.load_workbook(FORMS / f"{form_id}.xlsx")
    rows: list[Row] = []
    open_groups: list[str] = []
    for number, cells in read_sheet(source, "survey"):
        kind = cells["type"]
        if kind.startswith("end "):
            open_groups.pop()
        rows.append(Row(number, cells, "/".join(open_groups)))
        if kind.startswith("begin "):
            open_groups.append(cells["name"])
    choices: dict[str, dict[str, str]] = {}
    for _, cells in read_sheet(source, "choices"):
        assert cells["name"] not in choices.setdefault(cells["list_name"], {}), cells
        choices[cells["list_name"]][cells["name"]] = cells["label"]
    (settings,) = [cells for _, cells in read_sheet(source, "settings")]
    return Workbook(form_id, rows, choices, settings)
