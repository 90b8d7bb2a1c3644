"""Expected returns at the command line, and on their way between headquarters and an office."""

from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.packages.reader import read_workbook
from tests.flow.conftest import Desk, Habitat, Said, answers_file, demo_return, enrol
from tests.flow.telling import Story as Telling
from tests.flow.telling import tell

__all__ = ["tell"]

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
        (office, ("expected", "nil", "--all", *WHY), "Say for which"),
        (office, ("expected", "nil", "--all", "--period", "2026-H1", *WHY), "has a record or an answer"),
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
    tried = habitat(desk.headquarters, *take, "--dry-run", "--json")
    assert (tried.json["added"], tried.json["dry_run"], listed(habitat, desk.headquarters)) == (2, True, [])
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


# -- headquarters and an office --------------------------------------------------------------------------


@pytest.fixture
def story(habitat: Habitat, desk: Desk, tell: Telling) -> "Story":
    return Story(habitat, desk, tell)


class Story:
    """What two sides do with package files between them, told in plain words."""

    def __init__(self, habitat: Habitat, desk: Desk, tell: Telling) -> None:
        self.habitat, self.desk, self.tell = habitat, desk, tell
        self.hq, self.office = desk.headquarters, desk.office
        self.label = ""

    def expect(self, *more: str) -> str:
        self.label = str(expect(self.habitat, self.desk, *more)["label"])
        self.tell(f"Headquarters expects {self.label} by 31 July 2026.")
        return self.label

    def say(self, workspace: Path, *command: object) -> Said:
        person = "A. Reviewer" if workspace == self.hq else "M. Njeri"
        said = self.habitat(workspace, "expected", *command, "--person", person)
        assert said.code == 0, said.err
        who = "Headquarters" if workspace == self.hq else "Kenya"
        why = command[command.index("--reason") + 1] if "--reason" in command else ""
        self.tell(f"{who}, {command[0]}{f' ({why})' if why else ''}: {said.out.strip()}")
        return said

    def pack(self, sender: Path) -> Path:
        to = ("--to", "KE") if sender == self.hq else ()
        made = self.habitat(sender, "package", "create", *to, "--output", self.desk.folder, "--json")
        assert made.code == 0, made.err
        return Path(made.json["path"])

    def take(self, receiver: Path, file: Path) -> None:
        taken = self.habitat(receiver, "import", file)
        assert taken.code == 0, taken.err

    def send(self, sender: Path) -> None:
        file = self.pack(sender)
        self.take(self.office if sender == self.hq else self.hq, file)
        self.tell(f"The file {file.name.rsplit('-', 1)[0]} arrives.")

    def at(self, workspace: Path, label: str = "") -> dict[str, Any]:
        shown = self.habitat(
            workspace, "expected", "show", label or self.label, "--on", "2026-08-10", "--json"
        )
        assert shown.code == 0, shown.err
        return dict(shown.json)

    def total(self) -> dict[str, Any]:
        return dict(self.habitat(self.hq, "coverage", "--on", "2026-08-10", "--json").json["total"])


def test_a_nil_return_travels_to_headquarters(story: "Story") -> None:
    story.expect()
    story.send(story.hq)
    assert story.at(story.office)["state"] == "expected"
    assert story.total()["late"] == 1
    story.say(story.office, "nil", "--all", "--period", "2026-H1", *WHY)
    story.send(story.office)
    found = story.at(story.hq)
    assert (found["state"], found["late"], found["nil"]["person"]) == ("nil", 0, "M. Njeri")
    assert found["nil"]["reason"] == WHY[1]
    whole = story.total()
    assert (whole["expected"], whole["reported"], whole["nil"], whole["late"]) == (1, 1, 1, 0)
    story.say(story.hq, "deny", story.label, "--reason", "the project in Kibera ran until May")
    story.send(story.hq)
    assert story.at(story.office)["state"] == "expected"
    assert story.at(story.office)["history"][-1]["reason"] == "the project in Kibera ran until May"


def test_an_extension_is_granted_and_another_denied(story: "Story") -> None:
    label = story.expect("--subject", "Nairobi")
    story.send(story.hq)
    ask = ("ask-extension", label, "--reason", "the ministry sends its figures in August", "--due")
    story.say(story.office, *ask, "2026-08-20")
    story.send(story.office)
    (asked,) = story.at(story.hq)["requests"]
    assert (asked["due"], story.total()["requests"]) == ("2026-08-20", 1)
    grant = ("--due", "2026-08-15", "--reason", "until the report is written")
    story.say(story.hq, "extend", label, *grant)
    file = story.pack(story.hq)
    sheet = read_workbook(file).sheet("Conversation")
    assert sheet is not None
    told = next(" ".join(map(str, row)) for row in sheet.rows if "extended a deadline" in row)
    for word in (
        "A. Reviewer",
        "slum_upgrading Nairobi 2026-H1",
        "until the report is written",
        "2026-08-15",
    ):
        assert word in told, "whoever has only Excel reads it too"
    story.take(story.office, file)
    found = story.at(story.office)
    assert (found["due"], found["first_due"], found["late"]) == ("2026-08-15", "2026-07-31", 0)
    assert found["requests"] == []
    story.say(story.office, *ask, "2026-12-31")
    story.send(story.office)
    story.say(story.hq, "deny", label, "--reason", "the report goes to print on 20 August")
    story.send(story.hq)
    found = story.at(story.office)
    assert (found["due"], found["requests"]) == ("2026-08-15", [])
    assert [one["kind"] for one in found["history"]] == [
        "expect", "ask_extension", "extend", "ask_extension", "deny",
    ]  # fmt: skip
    assert found["history"] == story.at(story.hq)["history"]
    assert "denied" in story.habitat(story.office, "expected", "show", label).out
    for workspace in (story.hq, story.office):
        assert story.habitat(workspace, "verify").code == 0


def test_a_record_is_begun_from_what_is_expected_and_ends_as_received(story: "Story") -> None:
    label = story.expect("--subject", "Nairobi")
    story.send(story.hq)
    begun = story.habitat(story.office, "expected", "start", label, "--json")
    assert begun.code == 0, begun.err
    record = begun.json["label"]
    again = story.habitat(story.office, "expected", "start", label)
    assert again.code == 1 and record in again.err
    shown = story.habitat(story.office, "record", "show", record, "--json").json
    assert (shown["form_id"], shown["period"], shown["subject"]) == ("slum_upgrading", "2026-H1", "Nairobi")
    assert story.at(story.office)["state"] == "draft"
    answers = answers_file(story.desk.folder, demo_return("slum_upgrading"))
    edit = ("record", "edit", record, "--answers", answers, "--finalize")
    done = story.habitat(story.office, *edit)
    assert done.code == 0, done.err
    subject = story.habitat(story.office, "record", "show", record, "--json").json["subject"]
    period = story.habitat(story.office, "record", "show", record, "--json").json["period"]
    story.say(story.hq, "correct", label, "--subject", subject, "--period", period)
    story.send(story.hq)
    assert story.at(story.office)["state"] == "final"
    story.send(story.office)
    assert story.at(story.hq)["state"] == "received"
    story.tell(f"Headquarters has {record}.")
    story.send(story.hq)
    found = story.at(story.office)
    assert (found["state"], [one["label"] for one in found["records"]]) == ("received", [record])
    late = story.habitat(
        story.office, "expected", "nil", label, "--reason", "none", "--person", "M. Njeri", "--json"
    )
    assert late.code == 0 and record in late.err
    story.send(story.office)
    assert story.at(story.hq)["contradicts"] is True
    assert story.total()["contradicting"] == 1


def test_what_crosses_on_the_way_ends_alike_on_both_sides(story: "Story") -> None:
    label = story.expect()
    story.send(story.hq)
    story.say(story.office, "nil", label, *WHY)
    story.say(story.hq, "excuse", label, "--reason", "the project ended")
    there, back = story.pack(story.office), story.pack(story.hq)
    story.take(story.hq, there)
    story.take(story.office, back)
    story.take(story.office, back)
    assert story.at(story.hq) == story.at(story.office)
    assert story.at(story.hq)["state"] == "excused"
    refused = story.habitat(story.office, "expected", "ask-extension", label, "--due", "2026-12-01", *WHY)
    assert refused.code == 1 and "the project ended" in refused.err


def test_a_new_laptop_knows_what_is_expected_from_one_package(story: "Story", second_laptop: Path) -> None:
    label = story.expect()
    story.send(story.hq)
    story.say(story.office, "nil", label, *WHY)
    story.send(story.office)
    story.take(second_laptop, story.pack(story.hq))
    assert story.at(second_laptop) == story.at(story.hq)
    assert story.at(second_laptop)["state"] == "nil"


def test_a_region_sees_what_its_offices_owe(story: "Story", tmp_path: Path) -> None:
    region = tmp_path / "region"
    role = ("--office", "ROAF", "--name", "Africa", "--role", "region", "--person", "R. Region")
    assert story.habitat(None, "init", region, *role).code == 0
    enrol(region, story.hq, tmp_path)
    assign = ("region", "assign", "ROAF", "--offices", "KE", "--person", "A. Reviewer")
    assert story.habitat(story.hq, *assign).code == 0
    label = story.expect()
    other = ("--form", "housing_policy", "--period", "2026-H1", *DUE, "--offices", "GH", "--new-offices")
    assert story.habitat(story.hq, "expected", "generate", *other, "--person", "A. Reviewer").code == 0
    out = ("--to", "ROAF", "--output", story.desk.folder)
    made = story.habitat(story.hq, "package", "create", *out, "--json")
    assert made.code == 0, made.out
    story.take(region, Path(made.json["path"]))
    rows = story.habitat(region, "coverage", "--on", "2026-08-10", "--json").json["rows"]
    assert [(row["office"], row["expected"], row["late"]) for row in rows] == [("KE", 1, 1)]
    for command in (("extend", label, "--due", "2026-09-01"), ("excuse", label), ("nil", label)):
        refused = story.habitat(region, "expected", *command, *WHY)
        assert refused.code == 1 and "regional office" in refused.err


def test_a_record_nobody_expected_is_shown(story: "Story") -> None:
    story.expect("--subject", "Mombasa")
    answers = answers_file(story.desk.folder, demo_return("slum_upgrading"))
    add = ("record", "add", "--form", "slum_upgrading", "--answers", answers, "--finalize", "--json")
    record = story.habitat(story.office, *add).json["label"]
    story.send(story.office)
    said = story.habitat(story.hq, "expected", "list", "--json").json
    assert [one["label"] for one in said["unexpected"]] == [record]
    assert [one["state"] for one in said["expected"]] == ["expected"]
    assert (story.total()["unexpected"], story.total()["missing"]) == (1, 1)
    assert "unexpected" in story.habitat(story.hq, "expected", "list").out
