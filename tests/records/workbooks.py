"""Forms for the tests, written as the table a form author would recognise."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook


def table_form(folder: Path, table: str, lists: Mapping[str, str] | None = None) -> Form:
    """Return the form of a Markdown table; `lists` are the CSV files beside it."""
    for name, content in (lists or {}).items():
        (folder / name).write_text(textwrap.dedent(content).strip() + "\n", encoding="utf-8")
    path = folder / "form.md"
    path.write_text(textwrap.dedent(table).strip() + "\n", encoding="utf-8")
    made = parse_xform(convert_workbook(path, translate=False).xml.encode("utf-8"), path=path)
    program_of(made)
    return made
