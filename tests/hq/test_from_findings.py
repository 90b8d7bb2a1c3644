"""What was found becomes queries, once, in the language of the office."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from habitat_desktop.hq.from_findings import ask_about_findings, unasked
from habitat_desktop.packages.finding import EDITED, ROW_REMOVED, SHEET_ADDED, Finding
from habitat_desktop.packages.keys import ActSigner, Keyring
from habitat_desktop.records import asking, findings, queries, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Heading, Revision
from habitat_desktop.records.roles import RoleError
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform
from tests.packages.offices import revision_of

FORM = """
| survey   |              |         |              |          |                |
|          | type         | name    | label        | required | constraint     |
|          | integer      | people  | People       | yes      | . >= 0         |
|          | integer      | homes   | Homes        |          | . <= ${people} |
|          | begin repeat | place   | Place        |          |                |
|          | text         | name    | Name         |          |                |
|          | end repeat   | place   |              |          |                |
| settings |              |         |              |          |                |
|          | form_id      | version |              |          |                |
|          | homes        | 1       |              |          |                |
"""
AT = datetime(2026, 11, 21, tzinfo=UTC)
SETTINGS = Settings("headquarters", "HQ", "Headquarters", person="Amina")
ANSWERS = {"people": "5", "homes": "2", "place": [{"$id": "a1", "name": "A"}, {"$id": "b1", "name": "B"}]}


@pytest.fixture(scope="module")
def form() -> Form:
    return parse_xform(convert(FORM).xform.encode(), path=Path("homes.xlsx"))


class Desk:
    """Headquarters with one record of Kenya, filled in in French."""

    def __init__(self, folder: Path, form: Form) -> None:
        self.database = Database.open(folder / "records.sqlite")
        self.form = form
        self.actor = Actor("headquarters", "HQ", "Amina", "en", ActSigner(Keyring(folder / "keys")), AT)
        self.revision = self.add(1)

    def forms(self, form_id: str, version: str) -> Form:
        if form_id != self.form.form_id:
            raise KeyError(form_id)
        return self.form

    def add(self, number: int, answers: dict[str, Any] | None = None, **changes: Any) -> Revision:
        heading = Heading(self.form.form_id, self.form.version, self.form.hash, "KEN", "2026-H1", "Nairobi")
        values = {"heading": heading, "language": "fr"} | changes
        made = revision_of(number, ANSWERS if answers is None else answers, **values)
        with self.database.begin() as session:
            repository.add_revisions(session, [made])
        return made

    def finding(self, ref: str = "/data/homes", old: str = "2", new: str = "3", **changes: Any) -> Finding:
        made = Finding(
            EDITED, "homes", "D3", self.revision.record_id, self.revision.label, ref.removeprefix("/data/"),
            old, new, ref, "number", form_id="homes", form_version="1",
            revision_id=self.revision.revision_id, new_type="number",
        )  # fmt: skip
        return replace(made, **changes)

    def note(self, *found: Finding, file: str = "file1") -> None:
        with self.database.begin() as session:
            documents = [one.document() for one in found]
            findings.note_findings(
                session, "KE", documents, file_sha256=file, payload_sha256="payload", at=AT
            )

    def ask(self, **given: Any) -> list[str]:
        with self.database.begin() as session:
            made = ask_about_findings(session, SETTINGS, self.forms, self.actor, **given)
        return [one.outcome if one.error is None else one.error.code for one in made]

    def queries(self) -> list[queries.Query]:
        with self.database.read() as session:
            return queries.list_queries(session, self.forms, language="en")

    def open(self) -> list[findings.KeptFinding]:
        with self.database.read() as session:
            return findings.findings(session, open_only=True)


@pytest.fixture
def desk(tmp_path: Path, form: Form) -> Iterator[Desk]:
    made = Desk(tmp_path, form)
    yield made
    made.database.close()


def test_an_edited_cell_is_asked_about_once_also_where_it_comes_in_another_file(desk: Desk) -> None:
    desk.note(desk.finding())
    assert desk.ask() == ["asked"]
    assert desk.ask() == []  # it is marked
    desk.note(desk.finding(sheet="homes2", cell="E4"), file="file2")
    assert desk.ask() == ["already"]
    (query,) = desk.queries()
    assert (query.ref, query.value, query.language) == ("/data/homes", "2", "fr")
    assert query.origin == {
        "kind": "excel", "code": EDITED, "sheet": "homes", "cell": "D3", "old": "2", "new": "3"
    }  # fmt: skip
    assert "feuille" in query.reason.lower()
    with desk.database.read() as session:
        assert {one.handled for one in findings.findings(session)} == {query.act_id}
    desk.note(desk.finding(new="4"), file="file3")
    assert desk.ask() == ["asked"] and len(desk.queries()) == 2


def test_what_the_record_says_meanwhile_is_settled_without_a_question(desk: Desk) -> None:
    desk.note(desk.finding())
    desk.add(1, ANSWERS | {"homes": "3"}, installation="laptop-2", parents=(desk.revision.revision_id,))
    assert desk.ask() == ["already"] and desk.queries() == [] and desk.open() == []


def test_entries_are_followed_and_what_cannot_be_asked_stays(desk: Desk) -> None:
    moved = desk.finding("/data/place[2]/name", "B", "C", kind="text", new_type="text")
    gone = desk.finding("/data/place[1]/name", "A", "C", kind="text", new_type="text")
    desk.note(
        moved, gone, Finding(SHEET_ADDED, "Notes"), Finding(EDITED, "x", "A1", "unknown", ref="/data/x")
    )
    desk.add(
        1, ANSWERS | {"place": ANSWERS["place"][1:]}, installation="laptop-2",
        parents=(desk.revision.revision_id,),
    )  # fmt: skip
    assert sorted(desk.ask()) == ["ABOUT_NO_RECORD", "ENTRY_MOVED", "RECORD_NOT_HERE", "asked"]
    assert [query.ref for query in desk.queries()] == ["/data/place[1]/name"]
    assert len(desk.open()) == 3


def test_a_row_that_was_removed_is_asked_about_as_a_whole(desk: Desk) -> None:
    revision = desk.revision
    desk.note(Finding(ROW_REMOVED, "homes", "", revision.record_id, revision.label))
    assert desk.ask(record_id=revision.record_id) == ["asked"]
    (query,) = desk.queries()
    assert (query.ref, query.question, query.value, query.is_changed) == ("", "", None, False)


def test_broken_rules_are_asked_about_until_the_answer_changes(desk: Desk) -> None:
    broken = desk.add(2, ANSWERS | {"homes": "9"})
    desk.add(3, {}, heading=Heading("nowhere", "1", "0" * 64, "KEN", "2026-H1"))
    with desk.database.read() as session:
        told, problems = unasked(session, SETTINGS, desk.forms, broken.record_id, language="en")
    assert (told, [one.ref for one in problems]) == ([], ["/data/homes"])
    assert desk.ask() == []
    assert sorted(desk.ask(rules=True)) == ["FORM_MISSING", "asked"]
    assert sorted(desk.ask(rules=True)) == ["FORM_MISSING", "already"]
    (query,) = desk.queries()
    assert query.origin == {"kind": "deep_check", "code": "constraint"}
    with desk.database.begin() as session:
        asking.close(session, desk.forms, desk.actor, query.name)
        assert unasked(session, SETTINGS, desk.forms, broken.record_id, language="en") == ([], [])
    assert desk.ask(rules=True, records=[broken.record_id]) == ["already"]
    desk.add(2, ANSWERS | {"homes": "8"}, installation="laptop-2", parents=(broken.revision_id,))
    assert desk.ask(rules=True, record_id=broken.record_id) == ["asked"]


def test_only_headquarters_and_only_what_was_chosen(desk: Desk) -> None:
    desk.note(desk.finding())
    assert desk.ask(payloads={"another"}) == [] and desk.ask(record_id="another") == []
    desk.actor = replace(desk.actor, role="region", sender="ROAF")
    with pytest.raises(RoleError):
        desk.ask()
    assert len(desk.open()) == 1 and desk.queries() == []
