"""Versions of a form at the command line: what changes, what that touches, from which period each holds."""

from pathlib import Path

import pytest

from tests.flow.conftest import Desk, Habitat, answers_file

_TABLE = """\
| survey   |                 |         |         |                   |
|          | type            | name    | label   | bind::habitat:was |
|          | text            | {city}  | City    | {was}             |
|          | integer         | people  | People  |                   |
{fax}
| settings |                 |         |                |                |
|          | form_id         | version | habitat_period | habitat_from   |
|          | town            | {version} | {period}     | {begins}       |
"""
_FAX = "|          | text            | fax     | Fax     |                   |"


def _form(
    folder: Path, version: str, *, city: str = "city", was: str = "", fax: str = _FAX, begins: str = "",
    period: str = "half-year",
) -> Path:  # fmt: skip
    (folder / version).mkdir()
    path = folder / version / "town.md"
    text = _TABLE.format(city=city, was=was, fax=fax, version=version, begins=begins, period=period)
    path.write_text("\n".join(filter(None, text.splitlines())) + "\n", encoding="utf-8")
    return path


def _add(habitat: Habitat, desk: Desk, folder: Path, period: str, answers: dict[str, object]) -> str:
    path = answers_file(folder, answers, "a.json")
    said = habitat(
        desk.office, "record", "add", "--form", "town", "--answers", path,
        "--country", "KEN", "--period", period, "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    return str(said.json["label"])


def test_a_version_is_taken_from_its_period_on(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    for path in (_form(tmp_path, "1"), _form(tmp_path, "2", city="place", was="city", begins="2026-H2")):
        assert habitat(desk.office, "form", "add", path).code == 0
    earlier = _add(habitat, desk, tmp_path, "2026-H1", {"city": "Nakuru"})
    later = _add(habitat, desk, tmp_path, "2026-H2", {"place": "Nakuru"})
    versions = {
        one["label"]: one["form_version"] for one in habitat(desk.office, "record", "list", "--json").json
    }
    assert versions == {earlier: "1", later: "2"}

    assert habitat(desk.office, "record", "finalize", earlier).code == 0
    rolled = habitat(desk.office, "record", "rollover", earlier, "--period", "2027-H1", "--anyway", "--json")
    assert rolled.code == 0 and rolled.json["form_version"] == "2"


def test_what_changes_is_told_with_what_it_touches(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    old, new = _form(tmp_path, "1"), _form(tmp_path, "2", city="place", was="city", fax="")
    assert habitat(desk.office, "form", "add", old).code == 0
    _add(habitat, desk, tmp_path, "2026-H1", {"city": "Nakuru", "fax": "12"})
    _add(habitat, desk, tmp_path, "2026-H1", {"city": "Kisumu"})
    said = habitat(desk.office, "form", "compare", "town@1", new, "--json")
    assert said.code == 0, said.err
    assert said.json["counts"] == {"breaking": 1, "additive": 1, "cosmetic": 0}
    assert said.json["records"] == {"drafts": 2, "returns": 0}
    gone, renamed = said.json["changes"]
    assert (gone["code"], gone["old_path"], gone["sheet"], gone["row"]) == (
        "removed",
        "/data/fax",
        "survey",
        4,
    )
    assert gone["touches"] == {"drafts": 1, "returns": 0}
    assert (renamed["code"], renamed["row"]) == ("renamed", 2)
    told = habitat(desk.office, "form", "compare", old, new)
    assert "survey 4 /data/fax: breaking" in told.out and "1 draft" in told.out
    assert "Changes: breaking: 1, additive: 1, cosmetic: 0" in told.out


def test_two_files_are_compared_without_a_workspace(habitat: Habitat, tmp_path: Path) -> None:
    old, new = _form(tmp_path, "1"), _form(tmp_path, "2")
    said = habitat(None, "form", "compare", old, new, "--json")
    assert said.code == 0, said.err
    assert said.json["changes"] == [] and said.json["records"] is None


def test_several_returns_as_needed_of_one_year_have_different_keys(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    path = _form(tmp_path, "1", period="ad hoc")
    text = (
        path.read_text(encoding="utf-8")
        .replace("habitat_from ", "habitat_key  ")
        .replace("ad hoc     |        ", "ad hoc     | city   ")
    )
    path.write_text(text, encoding="utf-8")
    assert habitat(desk.office, "form", "add", path).code == 0
    answers = answers_file(tmp_path, {"city": "Nakuru"}, "a.json")
    command = ("record", "add", "--form", "town", "--answers", answers, "--country", "KEN", "--json")
    first = habitat(desk.office, *command).json
    assert first["problems"] == []
    again = habitat(desk.office, *command).json
    assert [one["kind"] for one in again["problems"]] == ["same_subject"]
    other = answers_file(tmp_path, {"city": "Kisumu"}, "b.json")
    third = habitat(
        desk.office, "record", "add", "--form", "town", "--answers", other, "--country", "KEN", "--json"
    )
    assert third.json["problems"] == []
    periods = {one["period"] for one in habitat(desk.office, "record", "list", "--json").json}
    assert len(periods) == 1 and next(iter(periods)).endswith("-adhoc")


@pytest.mark.parametrize(
    ("period", "due", "before"),
    [
        ("half-year", "2026-H1", "2025-H2"),
        ("year", "2026", "2025"),
        ("biennium", "2026-2027", "2024-2025"),
        ("ad hoc", "2026-adhoc", "2026-adhoc"),
    ],
)
def test_every_periodicity_goes_the_whole_way(
    habitat: Habitat, desk: Desk, tmp_path: Path, period: str, due: str, before: str
) -> None:
    path = _form(tmp_path, "1", period=period)
    for workspace in (desk.office, desk.headquarters):
        assert habitat(workspace, "form", "add", path).code == 0
    wanted = ("--office", "KE", "--form", "town", "--period", due, "--due", "2028-03-31", "--person", "A. R.")
    said = habitat(desk.headquarters, "expected", "add", *wanted, "--json")
    assert said.code == 0 and said.json["period"] == due, said.err

    last = _add(habitat, desk, tmp_path, before, {"city": "Nakuru", "people": 20})
    assert habitat(desk.office, "record", "finalize", last).code == 0
    now = _add(habitat, desk, tmp_path, due, {"city": "Kisumu", "people": 30})
    assert habitat(desk.office, "record", "finalize", now).code == 0
    asked = habitat(
        desk.office, "questionnaire", "create", "--form", "town", "--country", "KEN",
        "--period", due, "--output", tmp_path / "q.xlsx", "--json",
    )  # fmt: skip
    assert asked.code == 0, asked.err
    inspected = habitat(desk.office, "questionnaire", "inspect", tmp_path / "q.xlsx", "--json")
    assert inspected.json["period"] == due

    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json")
    assert habitat(desk.headquarters, "import", made.json["path"]).code == 0
    came = habitat(desk.headquarters, "record", "list", "--json").json
    assert {(one["label"], one["period"]) for one in came} == {(last, before), (now, due)}
    due_now = habitat(desk.headquarters, "expected", "list", "--on", "2028-03-01", "--json").json["expected"]
    assert [one["state"] for one in due_now] != ["open"], due_now


def test_without_a_period_the_one_that_is_due_is_taken(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    from datetime import datetime

    from habitat_desktop.i18n.periods import PERIODICITIES, current_period

    answers = answers_file(tmp_path, {"city": "Nakuru"}, "a.json")
    for number, periodicity in enumerate(PERIODICITIES, 1):
        path = _form(tmp_path, str(number), period=periodicity)
        assert habitat(desk.office, "form", "add", path).code == 0
        command = ("--form", "town", "--answers", answers, "--country", "KEN", "--json")
        made = habitat(desk.office, "record", "add", *command)
        assert made.code == 0, made.err
        listed = habitat(desk.office, "record", "list", "--json").json
        (period,) = [one["period"] for one in listed if one["label"] == made.json["label"]]
        assert period == current_period(datetime.now().astimezone().date(), periodicity)
