"""Forms made to hurt end with a sentence and nothing is installed; `make hostile` measures what they take."""

from pathlib import Path

import pytest

from habitat_desktop.errors import HabitatError
from habitat_desktop.xforms import limits
from habitat_desktop.xforms.checking import check_form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import Library, load_form
from habitat_desktop.xforms.problems import (
    FormCellError,
    FormTooLargeError,
    NotAFormError,
    UnreadableWorkbookError,
)
from tests.packages.hostile_workbooks import CASES as WORKBOOKS
from tests.packages.hostile_workbooks import READ
from tests.xforms.conftest import fixed_environment
from tests.xforms.hostile import CASES, HARMLESS, workbook, xform
from tests.xforms.test_bad_forms import workbook as written_workbook

REFUSED = sorted(CASES.keys() - HARMLESS)


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_form_is_not_installed(tmp_path: Path, name: str) -> None:
    path = CASES[name](tmp_path)
    with pytest.raises(HabitatError) as refused:
        Library([tmp_path / "installed"]).add(path)
    assert refused.value.code in (
        "NOT_A_FORM", "FORM_TOO_LARGE", "FORM_CYCLE", "FORM_EXPRESSION", "FORM_CELL", "FORM_BAD",
    )  # fmt: skip
    assert len(str(refused.value)) < 1000
    assert not (tmp_path / "installed").exists()


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_only_unusual_opens(tmp_path: Path, name: str) -> None:
    instance = FormInstance(load_form(CASES[name](tmp_path), foreign=True), fixed_environment())
    assert [state for state in instance.states() if state.kind == "question"]


@pytest.mark.parametrize(
    "name",
    [
        "external_entity",
        "laughs_in_xform",
        "a_million_rows_csv",
        "nested_geojson",
        "a_circle_of_ten_thousand",
    ],
)
def test_form_check_says_what_a_hostile_form_is(tmp_path: Path, name: str) -> None:
    codes = {problem.code for problem in check_form(CASES[name](tmp_path)) if problem.severity == "error"}
    assert codes <= {"NOT_A_FORM", "FORM_TOO_LARGE", "FORM_CYCLE"} and codes


def test_a_form_just_within_the_limits_of_nesting_opens(tmp_path: Path) -> None:
    rows = [["type", "name", "label"]]
    rows += [["begin group", f"g{i}", "G"] for i in range(limits.NESTED_LIMIT - 2)]
    rows += [["text", "a", "A"], *[["end group", "", ""]] * (limits.NESTED_LIMIT - 2)]
    form = load_form(written_workbook(tmp_path / "deep.xlsx", rows), foreign=True)
    assert FormInstance(form, fixed_environment()).answered() == 0


@pytest.mark.parametrize(
    "uri", ["jr://file/../../secret.csv", r"..\..\secret.csv", r"\\host\share\secret.csv"]
)
def test_a_list_is_looked_for_only_beside_the_form(tmp_path: Path, uri: str) -> None:
    path = tmp_path / "form.xml"
    path.write_bytes(xform(model=f'<instance id="x" src="{uri}"/>'))
    assert load_form(path, foreign=True).sources["x"].path == tmp_path / "secret.csv"


@pytest.mark.parametrize("form_id", ["..", ".", "a/../../b", "x" * 5000, "\\\\host\\x", ".hidden"])
def test_a_form_is_installed_inside_its_folder_whatever_its_id(tmp_path: Path, form_id: str) -> None:
    path = tmp_path / "form.xml"
    path.write_bytes(xform().replace(b'id="hostile"', f'id="{form_id}"'.encode()))
    folder = tmp_path / "deep" / "installed"
    info = Library([folder]).add(path)
    assert folder in info.path.parents
    assert [one.form_id for one in Library([folder]).forms()] == [form_id]
    assert not [one for one in (tmp_path / "deep").rglob("*") if one.is_file() and folder not in one.parents]


def test_an_installation_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("name,label\na,A\n", encoding="utf-8")
    path = tmp_path / "form.xml"
    path.write_bytes(xform(model='<instance id="x" src="jr://file/towns.csv"/>'))
    folder = tmp_path / "installed"
    folder.mkdir()
    (folder / "hostile").write_text("a file where the folder of the form should be", encoding="utf-8")
    with pytest.raises(NotAFormError):
        Library([folder]).add(path)
    assert [one.name for one in folder.iterdir()] == ["hostile"]


def test_a_file_nobody_may_read_does_not_hide_the_other_forms(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(xform())
    (tmp_path / "broken.xlsx").symlink_to(tmp_path / "gone.xlsx")
    (tmp_path / "folder.xml").mkdir()
    library = Library([tmp_path], tmp_path / "cache")
    assert [info.form_id for info in library.forms()] == ["hostile"]


def test_a_workbook_keeps_its_error_of_a_cell_through_the_child(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(
        workbook('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>')
    )
    with pytest.raises((NotAFormError, FormCellError)):
        load_form(path, foreign=True)


@pytest.mark.parametrize("name", [name for name, case in WORKBOOKS.items() if case.code != READ])
def test_what_no_package_may_be_no_form_may_be_either(tmp_path: Path, name: str) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(WORKBOOKS[name].build())
    with pytest.raises((NotAFormError, FormTooLargeError)) as refused:
        limits.check_workbook(path)
    assert "form.xlsx" in str(refused.value)


def test_the_words_of_the_gate_come_through_the_child(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(WORKBOOKS["a cell twice"].build())
    with pytest.raises(UnreadableWorkbookError, match=r"One cell has two values.*Open it in Excel"):
        load_form(path, foreign=True)


def test_a_child_that_works_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from habitat_desktop.xforms import child

    monkeypatch.setattr(child, "LEAST_TIME_S", 0)
    with pytest.raises(FormTooLargeError):
        child.convert_in_child(CASES["nested_groups_in_a_workbook"](tmp_path), time_limit_s=0.01)
