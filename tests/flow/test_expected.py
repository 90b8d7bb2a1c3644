"""Expected returns at the command line, and on their way between headquarters and an office."""

from pathlib import Path
from typing import Any

from tests.flow.conftest import Desk, Habitat

TERMS = ("--form", "slum_upgrading", "--period", "2026-H1")
DUE = ("--due", "2026-07-31")
WHY = ("--reason", "no slum-upgrading project ran in this period")


def expect(habitat: Habitat, desk: Desk, *more: str) -> dict[str, Any]:
    who = ("--office", "KE", "--person", "A. Reviewer")
    said = habitat(desk.headquarters, "expected", "add", *who, *TERMS, *DUE, *more, "--json")
    assert said.code == 0, said.err
    return dict(said.json)


def listed(habitat: Habitat, workspace: Path, *more: str) -> list[dict[str, Any]]:
    said = habitat(workspace, "expected", "list", "--on", "2026-08-10", *more, "--json")
    assert said.code == 0, said.err
    return list(said.json["expected"])


# -- headquarters alone ----------------------------------------------------------------------------------


def test_what_is_expected_is_listed_shown_corrected_closed_and_opened(habitat: Habitat, desk: Desk) -> None:
    hq = desk.headquarters
    made = expect(habitat, desk, "--subject", "Nairobi", "--note", "with the map of Kibera")
    label = made["label"]
    assert (made["state"], made["due"], made["records"]) == ("expected", "2026-07-31", [])
    (found,) = listed(habitat, hq)
    assert (found["late"], found["days_left"], found["note"]) == (10, -10, "with the map of Kibera")
    text = habitat(hq, "expected", "list", "--on", "2026-08-10").out
    assert label in text and "10 days late" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    assert habitat(hq, "expected", "correct", label, "--due", "2026-08-31", "--person", "A").code == 0
    assert listed(habitat, hq, "--late") == []
    assert [one["label"] for one in listed(habitat, hq, "--due-within", "21")] == [label]
    assert listed(habitat, hq, "--due-within", "20") == []
    assert (
        habitat(hq, "expected", "excuse", label, "--reason", "the project ended", "--person", "A").code == 0
    )
    assert [one["state"] for one in listed(habitat, hq)] == ["excused"]
    assert listed(habitat, hq, "--missing") == []
    assert habitat(hq, "expected", "reopen", label, "--reason", "it goes on", "--person", "A").code == 0
    shown = habitat(hq, "expected", "show", label, "--json").json
    assert [one["kind"] for one in shown["history"]] == ["expect", "correct", "excuse", "reopen"]
    assert shown.keys() - {"history"} == found.keys()
    text = habitat(hq, "expected", "show", label).out
    assert "the project ended" in text and "A. Reviewer (HQ)" in text


def test_bad_input_is_told_and_changes_nothing(habitat: Habitat, desk: Desk) -> None:
    hq, office = desk.headquarters, desk.office
    label = expect(habitat, desk)["label"]
    me = ("--person", "A")
    add = ("expected", "add", "--office", "KE", *TERMS)
    tries = [
        (hq, (*add, *DUE, *me), "expected already"),
        (hq, (*add, "--due", "2026-06-31", *me), "date of the calendar"),
        (hq, (*add, "--due", "2025-06-30", *me), "before the period"),
        (hq, (*add, *DUE, "--period", "2026-H9", *me), "not a period"),
        (hq, (*add, *DUE, "--form", "cooking", *me), "No form is called"),
        (hq, (*add, *DUE, "--country", "KEX", *me), "country code"),
        (hq, (*add, *DUE, "--office", "TZ", *me), "knows no office"),
        (hq, (*add, *DUE, "--subject", "Lamu"), "Somebody must answer"),
        (hq, ("expected", "extend", label, *DUE, *WHY, *me), "not later"),
        (hq, ("expected", "extend", "KE-0000-E9", *DUE, *WHY, *me), "No expected return"),
        (hq, ("expected", "extend", label, "--due", "2026-09-01", "--reason", " ", *me), "reason in words"),
        (hq, ("expected", "deny", label, *WHY, *me), "Nothing is asked"),
        (hq, ("expected", "reopen", label, *WHY, *me), "not closed"),
        (hq, ("expected", "nil", label, *WHY, *me), "may not"),
        (hq, ("expected", "nil", *WHY, *me), "Say for which"),
        (hq, ("expected", "start", label), "may not"),
        (hq, ("expected", "list", "--on", "tomorrow"), "date of the calendar"),
        (hq, ("coverage", "--by", "colour"), "cannot be counted by"),
        (hq, ("expected", "roll", "2026-H3", "--from", "2026-H1", *DUE, *me), "not a period"),
        (office, (*add, *DUE, *me), "may not"),
        (
            office,
            ("expected", "generate", "--form", "slum_upgrading", "--period", "2026-H1", *DUE),
            "may not",
        ),
        (office, ("expected", "nil", "--all", *WHY), "has a record or an answer"),
        (office, ("expected", "nil", label, *WHY), "No expected return"),
    ]
    for workspace, command, sentence in tries:
        said = habitat(workspace, *command)
        assert said.code == 1 and sentence in said.err, (command, said.err, said.out)
    assert [len(one["requests"]) for one in listed(habitat, hq)] == [0]
    assert habitat(hq, "coverage", "--json").json["total"]["expected"] == 1
    assert listed(habitat, office) == []


def test_a_file_of_expected_returns_is_taken_once(habitat: Habitat, desk: Desk) -> None:
    table = desk.folder / "expected.csv"
    rows = [
        "office;form_id;country;period;subject;due;note",
        "KE;slum_upgrading;KEN;2026-H1;Nairobi;2026-07-31;",
        "KE;slum_upgrading;KEN;2026-H1;Kisumu;31/07/2026;après la réunion",
        "KE;slum_upgrading;KEN;2026-H1;Lamu;31/06/2026;",
        "TZ;slum_upgrading;TZA;2026-H1;;2026-07-31;",
    ]
    table.write_bytes("\r\n".join(rows).encode("cp1252"))
    take = ("expected", "import", table, "--person", "A")
    first = habitat(desk.headquarters, *take, "--json")
    assert first.code == 1
    assert (first.json["added"], first.json["known"], first.json["encoding"]) == (2, 0, "windows-1252")
    assert [(one["row"], one["column"], one["code"]) for one in first.json["problems"]] == [
        (4, "due", "EXPECTED_DATE"),
        (5, "office", "EXPECTED_OFFICE"),
    ]
    again = habitat(desk.headquarters, *take)
    assert "0 added, 0 corrected, 2 known" in again.out
    assert "Windows-1252" in again.err and "Row 4, column due" in again.err and "2 rows" in again.err
    table.write_bytes("\r\n".join(rows[:3]).replace("2026-07-31", "2026-08-31").encode("utf-16"))
    later = habitat(desk.headquarters, *take, "--json")
    assert (later.code, later.json["added"], later.json["corrected"], later.json["known"]) == (0, 0, 1, 1)
    assert {one["subject"]: one["due"] for one in listed(habitat, desk.headquarters)} == {
        "Nairobi": "2026-08-31",
        "Kisumu": "2026-07-31",
    }
    assert habitat(desk.headquarters, "expected", "import", desk.folder / "none.csv").code == 1


def test_one_is_expected_of_every_office_and_again_in_the_next_period(habitat: Habitat, desk: Desk) -> None:
    hq, me = desk.headquarters, ("--person", "A", "--json")
    form = ("--form", "housing_policy", "--period", "2026-H1", *DUE)
    assert habitat(hq, "expected", "generate", *form, *me).json == {"added": 1, "corrected": 0, "known": 0}
    more = ("--offices", "ke,GH", "--new-offices")
    assert habitat(hq, "expected", "generate", *form, *more, *me).json["added"] == 1
    (ghana,) = listed(habitat, hq, "--office", "GH")
    assert (ghana["country"], ghana["subject"]) == ("GHA", "")
    excuse = habitat(hq, "expected", "excuse", ghana["label"], *WHY, "--person", "A")
    assert excuse.code == 0
    roll = ("expected", "roll", "2026-H2", "--from", "2026-H1", "--due", "2027-01-31", *me)
    assert habitat(hq, *roll).json["added"] == 1
    assert habitat(hq, *roll).json == {"added": 0, "corrected": 0, "known": 1}
    rows = habitat(hq, "coverage", "--by", "period,office", "--json").json["rows"]
    assert [(row["period"], row["office"], row["expected"], row["excused"]) for row in rows] == [
        ("2026-H1", "GH", 0, 1),
        ("2026-H1", "KE", 1, 0),
        ("2026-H2", "KE", 1, 0),
    ]
    text = habitat(hq, "coverage", "--on", "2026-08-10").out
    assert "0 of 1" in text and "0 of 2" in text
    assert max(map(len, text.splitlines())) <= 80
    status = habitat(hq, "status", "--json").json
    assert status["expected"] == 2
