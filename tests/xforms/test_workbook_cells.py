"""Cells of a real workbook: numbers, dates, times and truth values are read as Excel shows them."""

from datetime import date, time
from pathlib import Path

from openpyxl import Workbook

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import fixed_environment, value

SHEETS = {
    "Survey": [
        ["Type", "name", "Label", "default", "required", "Relevant"],
        ["integer", "rooms", "Rooms", 5, True, None],
        ["decimal", "area", "Area", 1.5, "yes", None],
        ["date", "day", "Day", date(2026, 1, 2), False, None],
        ["time", "hour", "Hour", time(10, 30), None, None],
        [],
        ["text", "text", "Text", 7.0, None, "${rooms} > 3"],
        ["select_one yn", "tap", "Tap", 1, None, None],
    ],
    "Choices": [["list_name", "name", "label"], ["yn", 1, "Yes"], ["yn", 0, "No"], ["yn", 2.0, True]],
    "Settings": [["form_id", "version"], ["cells", 2026010100]],
}


def test_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "cells.xlsx"
    book.save(path)
    form = load_form(path, foreign=False)
    instance = FormInstance(form, fixed_environment())
    assert (form.form_id, form.version) == ("cells", "2026010100")
    names = ("rooms", "area", "day", "hour", "text", "tap")
    assert [value(instance, name) for name in names] == ["5", "1.5", "2026-01-02", "10:30:00", "7", "1"]
    assert [instance.state(f"/data/{name}").required for name in names[:3]] == [True, True, False]
    shown = [(choice.value, choice.label) for choice in instance.state("/data/tap").choices]
    assert shown == [("1", "Yes"), ("0", "No"), ("2", "TRUE")]
    instance.answer("/data/rooms", "3")
    assert not instance.state("/data/text").relevant
