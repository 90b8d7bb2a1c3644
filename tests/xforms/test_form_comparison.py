# ruff: noqa: E501 - forms are written as tables
"""What changed between two versions of a form: cosmetic, additive or breaking, with its place."""

import re
from pathlib import Path

import pytest

from habitat_desktop.records.database import Database
from habitat_desktop.records.form_impact import Touched, impact
from habitat_desktop.records.repository import add_revision, create_draft
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.form_comparison import CODES, FormChange, compare_forms
from tests.records.making import draft, heading, revision
from tests.records.workbooks import table_form

_ROWS = {
    "survey": "type | name | label | hint | appearance | constraint | required | relevant | calculation | choice_filter | bind::habitat:unit | bind::habitat:strict | bind::habitat:rollover | bind::habitat:was | default | bind::readonly | repeat_count",
    "people": "integer | people | People",
    "sure": "select_one sure | sure | Sure",
    "group": "begin group | more | More",
    "remark": "text | remark | Remark",
    "end": "end group",
    "double": "calculate | double | | | | | | | ${people}*2",
    "repeat": "begin repeat | house | House",
    "street": "text | street | Street",
    "out": "end repeat",
}
_CHOICES = ["yes | Yes", "no | No"]


def _table(
    version: str = "1",
    choices: list[str] | None = None,
    settings: tuple[str, str] = ("", ""),
    **changes: str,
) -> str:
    """Return the form, with some rows others: "" leaves one out, a name that is new comes before the repeat."""
    rows = dict(_ROWS)
    new = {name: text for name, text in changes.items() if name not in rows}
    rows |= {name: text for name, text in changes.items() if name in rows}
    lines = ["| survey |"]
    for name, text in rows.items():
        lines += [f"| | {text} |" for text in new.values()] if name == "repeat" else []
        lines += [f"| | {text} |"] if text else []
    lines += ["| choices |", "| | list_name | name | label |"]
    lines += [f"| | sure | {choice} |" for choice in (choices or _CHOICES)]
    lines += ["| settings |", f"| | form_id | version | form_title | {settings[0]} |"]
    lines += [f"| | town | {version} | Town | {settings[1]} |"]
    return "\n".join(lines)


@pytest.fixture
def first(tmp_path: Path) -> Form:
    (tmp_path / "old").mkdir()
    return table_form(tmp_path / "old", _table())


def _compare(first: Form, folder: Path, table: str) -> list[FormChange]:
    (folder / "new").mkdir()
    return compare_forms(first, table_form(folder / "new", table))


def _with(row: str, **cells: str) -> str:
    """Return a row with some of its cells others."""
    names = [name.strip() for name in _ROWS["survey"].split("|")]
    texts = [text.strip() for text in _ROWS[row].split("|")]
    texts += [""] * (len(names) - len(texts))
    for name, text in cells.items():
        texts[names.index(name if name in names else f"bind::habitat:{name}")] = text
    return " | ".join(texts)


CASES: dict[str, tuple[dict[str, object], str, str, str]] = {
    # code: the change, kind, path, sheet
    "removed": ({"remark": "text | other | Other"}, "breaking", "/data/more/remark", "survey"),
    "removed_calculated": ({"double": ""}, "breaking", "/data/double", "survey"),
    "removed_list": ({"repeat": "", "street": "", "out": ""}, "breaking", "/data/house", "survey"),
    "renamed_undeclared": (
        {"remark": "text | note_text | Remark"},
        "breaking",
        "/data/more/remark",
        "survey",
    ),
    "repeat": (
        {"street": "text | rooms | Rooms", "x": "text | street | Street"},
        "breaking",
        "/data/street",
        "survey",
    ),
    "type": ({"people": "date | people | People", "double": ""}, "breaking", "/data/people", "survey"),
    "calculated": (
        {"remark": _with("remark", calculation="${people}")},
        "breaking",
        "/data/more/remark",
        "survey",
    ),
    "choice_removed": ({"choices": ["yes | Yes"]}, "breaking", "/data/sure", "choices"),
    "filter": (
        {"sure": _with("sure", choice_filter="name != ${people}")},
        "breaking",
        "/data/sure",
        "survey",
    ),
    "constraint": ({"people": _with("people", constraint=". > 0")}, "breaking", "/data/people", "survey"),
    "required": ({"people": _with("people", required="yes")}, "breaking", "/data/people", "survey"),
    "added_required": (
        {"x": _with("people", name="more_people", required="yes")},
        "breaking",
        "/data/more_people",
        "survey",
    ),
    "relevant": ({"sure": _with("sure", relevant="${people} > 1")}, "breaking", "/data/sure", "survey"),
    "calculation": (
        {"double": _with("double", calculation="${people}*3")},
        "breaking",
        "/data/double",
        "survey",
    ),
    "unit": ({"people": _with("people", unit="households")}, "breaking", "/data/people", "survey"),
    "strict": ({"people": _with("people", strict="yes")}, "breaking", "/data/people", "survey"),
    "period": ({"settings": ("habitat_period", "year")}, "breaking", "", "settings"),
    "key": ({"settings": ("habitat_key", "people")}, "breaking", "", "settings"),
    "same_version": ({"version": "1", "double": ""}, "breaking", "", "settings"),
    "added": ({"x": "text | fax | Fax"}, "additive", "/data/fax", "survey"),
    "added_calculated": ({"x": _with("double", name="triple")}, "additive", "/data/triple", "survey"),
    "renamed": (
        {"remark": _with("remark", name="words", was="more/remark")},
        "additive",
        "/data/more/words",
        "survey",
    ),
    "moved": (
        {"remark": "text | other | Other", "x": "text | remark | Remark"},
        "additive",
        "/data/remark",
        "survey",
    ),
    "wider": ({"people": "decimal | people | People"}, "additive", "/data/people", "survey"),
    "choice_added": ({"choices": [*_CHOICES, "maybe | Maybe"]}, "additive", "/data/sure", "choices"),
    "rollover": ({"people": _with("people", rollover="carry")}, "additive", "/data/people", "survey"),
    "default": ({"people": _with("people", default="5")}, "additive", "/data/people", "survey"),
    "from": ({"settings": ("habitat_from", "2027-H1")}, "additive", "", "settings"),
    "text": ({"people": "integer | people | Inhabitants"}, "cosmetic", "/data/people", "survey"),
    "choice_text": ({"choices": ["yes | Sure", "no | No"]}, "cosmetic", "/data/sure", "choices"),
    "appearance": (
        {"people": _with("people", appearance="thousands-sep")},
        "cosmetic",
        "/data/people",
        "survey",
    ),
    "order": ({"people": "", "x": "integer | people | People"}, "cosmetic", "/data/people", "survey"),
    "subject": ({"settings": ("habitat_subject", "remark")}, "cosmetic", "", "settings"),
}


@pytest.mark.parametrize("code", CASES)
def test_each_change_is_classed_and_placed(code: str, first: Form, tmp_path: Path) -> None:
    changes, kind, path, sheet = CASES[code]
    found = _compare(first, tmp_path, _table(**{"version": "2", **changes}))  # type: ignore[arg-type]
    (change,) = [one for one in found if one.code == code]
    assert (change.kind, change.new_path or change.old_path, change.sheet) == (kind, path, sheet)
    assert change.row > 1
    assert "{" not in change.what.format(old=change.old, new=change.new) and change.answers


def test_what_kept_answers_out_and_has_gone_is_additive(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    strict = _with("people", constraint=". > 0", required="yes", relevant="${sure} = 'yes'", strict="yes")
    old = table_form(tmp_path / "old", _table(people=strict))
    found = _compare(old, tmp_path, _table("2"))
    assert {(one.code, one.kind, one.old) for one in found} == {
        ("loosened", "additive", what) for what in ("constraint", "required", "relevant", "strict")
    }


def test_a_declared_rename_changes_no_expression(first: Form, tmp_path: Path) -> None:
    table = _table("2", people=_with("people", name="inhabitants", was="people"))
    found = _compare(first, tmp_path, table.replace("${people}", "${inhabitants}"))
    assert [one.code for one in found] == ["renamed"]


def test_the_same_form_has_no_changes(first: Form, tmp_path: Path) -> None:
    assert _compare(first, tmp_path, _table("2")) == []


def test_breaking_changes_come_first(first: Form, tmp_path: Path) -> None:
    found = _compare(
        first, tmp_path, _table("2", people="integer | people | All", x="text | fax | Fax", double="")
    )
    assert [one.kind for one in found] == ["breaking", "additive", "cosmetic"]


def test_every_code_says_what_changed_and_what_becomes_of_answers() -> None:
    for code, (_kind, what, answers) in CODES.items():
        assert what.endswith(".") and answers.endswith("."), code
        assert set(re.findall(r"{(\w+)}", what + answers)) <= {"old", "new"}


def test_drafts_and_returns_a_change_touches_are_counted(
    first: Form, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from dataclasses import replace

    found = _compare(
        first, tmp_path,
        _table("2", choices=["yes | Yes"], remark="text | other | Other", people=_with("people", required="yes")),
    )  # fmt: skip
    of_form = replace(heading(), form_id="town", form_version="1")
    database = Database.open(
        tmp_path_factory.mktemp("store") / "records.sqlite", backups=tmp_path / "backups"
    )
    try:
        with database.begin() as session:
            create_draft(session, draft("r1", {"sure": "no", "more": {"remark": "x"}}, heading=of_form))
            add_revision(
                session,
                replace(
                    revision(1, record_id="r2", answers={"sure": "yes", "people": "3"}),
                    heading=of_form,
                    revision_id="",
                ),
            )
            add_revision(
                session,
                replace(
                    revision(2, record_id="r3", answers={"sure": "no", "people": "3"}),
                    heading=replace(of_form, form_version="0"),
                    revision_id="",
                ),
            )
        with database.read() as session:
            whole, each = impact(session, first, found)
    finally:
        database.close()
    assert whole == Touched(1, 1)
    by_code = {change.code: touched for change, touched in each.items()}
    assert by_code["choice_removed"] == Touched(1, 0)
    assert by_code["removed"] == Touched(1, 0)
    assert by_code["required"] == Touched(1, 0)
