"""The table of reporting systems in CONTRIBUTING.md: each has shipped forms and reports that read them."""

import re

import pytest

from habitat_desktop.reports.catalogue import REPORTS, report_named
from tests.xforms.shipped_workbooks import FORM_IDS, ROOT

_ROW = re.compile(r"^\| (S\d\d) \| ([^|]+) \| ([\w, ]+) \| ([\w, ]+) \|$", re.MULTILINE)
TABLE = _ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
PRIORITY_A = (
    1, 2, 3, 4, 6, 10, 11, 18, 20, 22, 23, 27, *range(30, 37), 43, 44, 45, 49, 51, 54, 56, 57, 58, 62, 64, 65,
    66, 70, 71, 83, 84, 85,
)  # fmt: skip


def test_every_system_of_priority_a_stands_in_the_table_once() -> None:
    assert [int(row[0][1:]) for row in TABLE] == list(PRIORITY_A)


@pytest.mark.parametrize("system,name,forms,reports", TABLE, ids=[row[0] for row in TABLE])
def test_its_forms_are_shipped_and_its_reports_read_them(
    system: str, name: str, forms: str, reports: str
) -> None:
    wanted = set(forms.split(", "))
    assert wanted <= set(FORM_IDS)
    shown = [report_named(report) for report in reports.split(", ")]
    assert wanted <= {form_id for report in shown for form_id in report.forms}
    assert all(system in report.seeds for report in shown), name


def test_every_report_names_systems_and_every_form_is_read() -> None:
    assert [report.name for report in REPORTS if not report.seeds or not report.forms] == []
    read = {form_id for report in REPORTS for form_id in report.forms}
    assert set(FORM_IDS) - read == set()
