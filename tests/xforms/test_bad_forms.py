"""Forms that cannot be used: each is refused with a class that says where and why."""

import subprocess
import sys
from pathlib import Path

import pytest

from habitat_desktop.xforms import child
from habitat_desktop.xforms.checking import check_form
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.problems import (
    FormCellError,
    FormCycleError,
    FormError,
    FormExpressionError,
    FormTooLargeError,
    NotAFormError,
)
from tests.xforms.conftest import MakeForm


def workbook(path: Path, survey: list[list[str]], **sheets: list[list[str]]) -> Path:
    """Write a workbook with these sheets and return its path."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in {"survey": survey, **sheets}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.fixture
def shipped(forms_folder: Path) -> bytes:
    return (forms_folder / "housing_policy.xlsx").read_bytes()


@pytest.mark.parametrize("foreign", [True, False])
def test_half_a_workbook_is_no_form(tmp_path: Path, shipped: bytes, foreign: bool) -> None:
    path = tmp_path / "half.xlsx"
    path.write_bytes(shipped[: len(shipped) // 2])
    with pytest.raises(NotAFormError) as refused:
        load_form(path, foreign=foreign)
    assert refused.value.context["path"] == "half.xlsx"


@pytest.mark.parametrize("content", [b"", b"name,age\nx,1\n", b"PK\x03\x04 but nothing more"])
def test_another_file_renamed_is_no_form(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.xlsx"
    path.write_bytes(content)
    with pytest.raises(NotAFormError):
        load_form(path, foreign=False)


def test_a_file_that_is_not_there_is_no_form(tmp_path: Path) -> None:
    with pytest.raises(NotAFormError):
        load_form(tmp_path / "none.xlsx", foreign=True)


def test_a_workbook_without_a_survey_is_no_form(tmp_path: Path) -> None:
    path = workbook(tmp_path / "data.xlsx", [], Budget=[["a", "b"], ["1", "2"]])
    with pytest.raises(NotAFormError):
        load_form(path, foreign=False)


@pytest.mark.parametrize("foreign", [True, False])
def test_an_unknown_question_type_is_named_by_row_and_column(tmp_path: Path, foreign: bool) -> None:
    path = workbook(
        tmp_path / "t.xlsx", [["type", "name", "label"], ["text", "a", "A"], ["telepathy", "b", "B"]]
    )
    with pytest.raises(FormCellError) as refused:
        load_form(path, foreign=foreign)
    context = refused.value.context
    assert (context["sheet"], context["row"], context["column"]) == ("survey", 3, "type")


def test_an_unknown_question_in_an_expression_is_named_by_row_and_column(tmp_path: Path) -> None:
    rows = [["type", "name", "label", "relevant"], ["text", "a", "A", "${ghost} = 1"]]
    with pytest.raises(FormCellError) as refused:
        load_form(workbook(tmp_path / "t.xlsx", rows), foreign=False)
    context = refused.value.context
    assert (context["sheet"], context["row"], context["column"]) == ("survey", 2, "relevant")


@pytest.mark.parametrize(
    ("expression", "position"), [("${a} > ", 11), ("(${a} + 1", 13), ("nosuch(${a})", 1), ("if(${a}, 1)", 1)]
)
def test_a_broken_expression_names_question_column_and_position(
    form: MakeForm, expression: str, position: int
) -> None:
    with pytest.raises(FormExpressionError) as refused:
        form(f"""
            | survey |         |      |       |              |
            |        | type    | name | label | constraint   |
            |        | integer | a    | A     |              |
            |        | integer | b    | B     | {expression} |
        """)
    context = refused.value.context
    assert (context["question"], context["column"]) == ("b", "constraint")
    assert abs(int(str(context["position"])) - position) <= 3, context


def test_a_circle_names_the_questions_in_it(form: MakeForm) -> None:
    with pytest.raises(FormCycleError) as refused:
        form("""
            | survey |           |      |       |             |          |
            |        | type      | name | label | calculation | relevant |
            |        | integer   | a    | A     |             | ${c} > 0 |
            |        | calculate | b    |       | ${a} + 1    |          |
            |        | calculate | c    |       | ${b} + 1    |          |
        """)
    cycle = str(refused.value.context["cycle"])
    assert {"/data/a", "/data/b", "/data/c"} <= set(cycle.split(" → "))
    assert cycle.split(" → ")[0] == cycle.split(" → ")[-1]


def test_a_group_cannot_depend_on_what_is_in_it(form: MakeForm) -> None:
    with pytest.raises(FormCycleError):
        form("""
            | survey |             |      |       |          |
            |        | type        | name | label | relevant |
            |        | begin group | g    | G     | ${a} > 0 |
            |        | integer     | a    | A     |          |
            |        | end group   |      |       |          |
        """)


def test_a_constraint_may_read_its_own_question(form: MakeForm) -> None:
    assert (
        form("""
        | survey |         |      |       |              |
        |        | type    | name | label | constraint   |
        |        | integer | a    | A     | ${a} > 0     |
    """).questions
        == 1
    )


@pytest.mark.parametrize(
    "xml",
    [
        "<data/>",
        "<h:html xmlns:h='http://www.w3.org/1999/xhtml'/>",
        "not xml at all",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    ],
)
def test_other_xml_is_no_form(tmp_path: Path, xml: str) -> None:
    path = tmp_path / "form.xml"
    path.write_text(xml, encoding="utf-8")
    with pytest.raises(NotAFormError):
        load_form(path, foreign=True)


def test_a_conversion_that_takes_too_long_is_stopped(tmp_path: Path, shipped: bytes) -> None:
    path = tmp_path / "slow.xlsx"
    path.write_bytes(shipped)
    with pytest.raises(FormTooLargeError):
        child.convert_in_child(path, time_limit_s=0.001)


@pytest.mark.skipif(sys.platform == "win32", reason="memory limits of a process are set on Unix")
def test_a_form_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    rows = [["type", "name", "label"]]
    rows += [["begin group", f"g{i}", "G"] for i in range(900)]
    rows += [["text", "a", "A"], *[["end group", "", ""]] * 900]
    with pytest.raises(FormError):
        load_form(workbook(tmp_path / "deep.xlsx", rows), foreign=True)


def test_the_child_answers_in_json(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [["type", "name", "label"], ["text", "a", "A"]])
    done = subprocess.run(
        [sys.executable, "-m", "habitat_desktop", "--child", "convert-form", str(path)],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b'{"xml"')


def problems(path: Path) -> list[tuple[str, str, int, str]]:
    return [(p.code, p.sheet, p.row, p.column) for p in check_form(path) if p.severity == "error"]


def test_form_check_tells_every_broken_expression_at_once(tmp_path: Path) -> None:
    rows = [
        ["type", "name", "label", "constraint", "calculation"],
        ["integer", "a", "A", ". >", ""],
        ["begin group", "g", "G", "", ""],
        ["calculate", "b", "", "", "nosuch(1)"],
        ["end group", "", "", "", ""],
    ]
    assert problems(workbook(tmp_path / "t.xlsx", rows)) == [
        ("FORM_EXPRESSION", "survey", 2, "constraint"),
        ("FUNCTION_UNKNOWN", "survey", 4, "calculation"),
    ]


def test_form_check_names_paths_that_lead_nowhere_and_lists_that_are_missing(tmp_path: Path) -> None:
    rows = [
        ["type", "name", "label", "calculation"],
        ["text", "a", "A", ""],
        ["calculate", "b", "", "/data/ghost + 1"],
        ["calculate", "c", "", "pulldata('nolist', 'x', 'y', ${a})"],
    ]
    assert problems(workbook(tmp_path / "t.xlsx", rows)) == [
        ("FORM_PATH", "survey", 3, "calculation"),
        ("FORM_FILE_MISSING", "survey", 4, "calculation"),
    ]


def test_form_check_warns_of_what_collect_cannot_do(tmp_path: Path) -> None:
    rows = [["type", "name", "label", "constraint"], ["integer", "a", "A", "floor(.) = ."]]
    found = check_form(workbook(tmp_path / "t.xlsx", rows))
    (problem,) = [p for p in found if p.code == "TRAVEL_FUNCTION"]
    assert (problem.severity, problem.row, problem.tools) == ("warning", 2, ("collect", "kobo"))


def test_form_check_tells_of_a_circle_and_of_files_that_are_no_form(tmp_path: Path) -> None:
    rows = [
        ["type", "name", "label", "calculation"],
        ["calculate", "a", "", "${b}"],
        ["calculate", "b", "", "${a}"],
        ["text", "c", "C", ""],
    ]
    assert [code for code, *_ in problems(workbook(tmp_path / "t.xlsx", rows))] == ["FORM_CYCLE"]
    (tmp_path / "x.xlsx").write_bytes(b"x")
    assert [code for code, *_ in problems(tmp_path / "x.xlsx")] == ["NOT_A_FORM"]
    assert [code for code, *_ in problems(tmp_path / "none.xml")] == ["NOT_A_FORM"]


@pytest.mark.parametrize("form_id", ["slum_upgrading", "project_status", "housing_policy"])
def test_the_shipped_forms_are_in_order(forms_folder: Path, form_id: str) -> None:
    assert problems(forms_folder / f"{form_id}.xlsx") == []
