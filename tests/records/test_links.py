# ruff: noqa: E501 - forms are written as tables
"""Lists made of an office's own records: its projects, settlements and cities."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.hq.deep_check import deep_check
from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import Entry, finalize, open_entry, open_revision, start_entry
from habitat_desktop.records.links import Links
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.problems import NotInListError
from habitat_desktop.xforms.record_lists import RecordList
from tests.records.making import draft, heading
from tests.records.workbooks import table_form

PROJECT = """
| survey |              |           |       |
|        | type         | name      | label |
|        | begin group  | about     | About |
|        | text         | code      | Code  |
|        | text         | title     | Title |
|        | end group    |           |       |
|        | begin repeat | activity  | Act   |
|        | text         | act_code  | Code  |
|        | end repeat   |           |       |
| settings |            |           |       |
|        | form_id      | version   | habitat_period |
|        | project      | 1         | half-year      |
"""
VISIT = """
| survey |                                   |         |         |                       |               |
|        | type                              | name    | label   | bind::habitat:records | calculation   |
|        | select_one_from_file projects.csv | project | Project | project code title    |               |
|        | calculate                         | named   |         |                       | instance('projects')/root/item[name=${project}]/label |
|        | text                              | other   | Other   |                       |               |
| settings |            |           |       |
|        | form_id      | version   | habitat_period |
|        | visit        | 1         | half-year      |
"""
HEADER = {"projects.csv": "name,label,record,country,period"}
_START = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def _settings(office: str = "KE") -> Settings:
    return Settings(role="office", office=office, name="Kenya", person="Amina")


class Desk:
    """An office with two forms, one of which lists the records of the other."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.forms: dict[str, Form] = {}
        for name, table in (("project", PROJECT), ("visit", VISIT)):
            (folder / name).mkdir()
            self.forms[name] = table_form(folder / name, table, HEADER)
        self._at = _START

    def form(self, form_id: str, _version: str | None = None) -> Form:
        return self.forms[form_id]

    def begin(self, form_id: str, *, office: str = "KE", period: str = "2026-H1") -> Entry:
        self._at += timedelta(minutes=1)
        with self.database.begin() as session:
            return start_entry(
                session,
                self.forms[form_id],
                _settings(office),
                country="KEN",
                period=period,
                language="en",
                at=self._at,
            )

    def save(self, entry: Entry) -> None:
        self._at += timedelta(minutes=1)
        with self.database.begin() as session:
            repository.save_draft(session, entry.draft(at=self._at))

    def project(self, code: str, title: str, *, office: str = "KE", period: str = "2026-H1") -> Entry:
        entry = self.begin("project", office=office, period=period)
        entry.answer("/data/about/code", code)
        entry.answer("/data/about/title", title)
        self.save(entry)
        return entry

    def final(self, entry: Entry) -> None:
        self._at += timedelta(minutes=1)
        with self.database.begin() as session:
            finalize(session, entry, at=self._at)

    def open(self, record_id: str, *, readonly: bool = False) -> Entry:
        with self.database.begin() as session:
            return open_entry(session, self.form, _settings(), record_id, language="en", readonly=readonly)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def _choices(entry: Entry) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in entry.instance.state("/data/project").choices]


def test_drafts_and_finalized_records_of_the_office_make_the_list(desk: Desk) -> None:
    desk.project("P2", "Water")
    desk.final(desk.project("P1", "Slum upgrading"))
    desk.project("X9", "Of others", office="UG")
    desk.project("", "Has no code yet")
    assert _choices(desk.begin("visit")) == [("P1", "Slum upgrading"), ("P2", "Water")]


def test_the_newest_answers_of_the_newest_period_are_shown(desk: Desk) -> None:
    desk.final(desk.project("P1", "Slums", period="2025-H2"))
    newest = desk.project("P1", "Slum upgrading", period="2026-H1")
    desk.final(newest)
    assert _choices(desk.begin("visit")) == [("P1", "Slum upgrading")]
    again = desk.open(newest.record_id)
    again.answer("/data/about/title", "Slum upgrading, phase 2")
    desk.save(again)
    assert _choices(desk.begin("visit")) == [("P1", "Slum upgrading, phase 2")]


def test_a_withdrawn_record_leaves_the_list_and_the_answer_stays_and_is_told(desk: Desk) -> None:
    project = desk.project("P1", "Slum upgrading")
    desk.final(project)
    visit = desk.begin("visit")
    visit.answer("/data/project", "P1")
    assert visit.instance.state("/data/named").value == "Slum upgrading"
    desk.save(visit)
    with desk.database.begin() as session:
        repository.withdraw(session, project.record_id, reason="twice", author="Amina", at=_START)
    again = desk.open(visit.record_id)
    state = again.instance.state("/data/project")
    assert (state.value, state.valid, state.message) == ("P1", True, "")
    assert _choices(again) == [("P1", "P1")]
    (warning,) = again.instance.warnings()
    assert warning.ref == "/data/project" and "P1" in warning.message
    again.answer("/data/project", "P1")  # the same again, as a whole answers file says it
    with pytest.raises(NotInListError):
        again.answer("/data/project", "P2")
    desk.final(again)
    with desk.database.read() as session:
        revision = repository.current(session, visit.record_id)
        assert revision is not None and revision.answers["project"] == "P1"
        seen = open_revision(revision, desk.form, _settings(), language="en", session=session)
        assert [one.value for one in seen.instance.state("/data/project").choices] == ["P1"]
        assert list(deep_check(session, _settings(), desk.form)) == []


def test_headquarters_asks_the_records_of_the_office_the_record_belongs_to(desk: Desk) -> None:
    desk.project("P1", "Slum upgrading")
    desk.project("U1", "Kampala", office="UG")
    with desk.database.read() as session:
        links = Links(session)
        rows = {office: links.rows(desk.forms["visit"], office)["projects"] for office in ("KE", "UG", "TZ")}
    assert {office: [row[0] for row in found] for office, found in rows.items()} == {
        "KE": ["P1"],
        "UG": ["U1"],
        "TZ": [],
    }
    label, country, period = rows["KE"][0][1], rows["KE"][0][3], rows["KE"][0][4]
    assert (label, country, period) == ("Slum upgrading", "KEN", "2026-H1")


def test_every_entry_of_a_repeat_is_a_row_and_may_take_its_label_from_outside(desk: Desk) -> None:
    project = desk.project("P1", "Slum upgrading")
    for code in ("A1", "A2"):
        ref = project.add("/data/activity") if code == "A2" else "/data/activity[1]"
        project.answer(f"{ref}/act_code", code)
    desk.save(project)
    text = VISIT.replace("project code title ", "project act_code about/title")
    form = table_form(desk.forms["visit"].path.parent, text, HEADER)
    assert form.record_lists == {"projects": RecordList("project", "act_code", "about/title")}
    desk.forms["visit"] = form
    assert _choices(desk.begin("visit")) == [("A1", "Slum upgrading"), ("A2", "Slum upgrading")]


def test_rows_do_not_change_what_a_form_is(desk: Desk) -> None:
    before = desk.forms["visit"].hash
    desk.project("P1", "Slum upgrading")
    entry = desk.begin("visit")
    assert _choices(entry) and entry.form.hash == before == entry.draft(at=_START).heading.form_hash


def test_the_two_instances_of_a_form_have_a_list_each(desk: Desk) -> None:
    desk.project("P1", "Slum upgrading")
    first = desk.begin("visit")
    desk.project("P2", "Water")
    second = desk.begin("visit")
    assert [len(_choices(entry)) for entry in (first, second, first)] == [1, 2, 1]


def _many(database: Database, count: int) -> None:
    with database.begin() as session:
        for number in range(count):
            answers: dict[str, Any] = {"about": {"code": f"P{number}", "title": f"Project {number}"}}
            answers["activity"] = [{"act_code": f"A{place}", "$id": f"a{place}"} for place in range(20)]
            made = draft(f"r{number}", answers, heading=_heading())
            repository.create_draft(session, made)


def _heading() -> Any:
    from dataclasses import replace

    return replace(heading(), form_id="project")


def test_a_list_of_a_thousand_records_is_made_at_once(desk: Desk) -> None:
    _many(desk.database, 1000)
    with desk.database.read() as session:
        links = Links(session)
        listed = links._listed("KE", "project")
        assert len(listed) == 1000
        begun = time.perf_counter()
        rows = links.rows(desk.forms["visit"], "KE")["projects"]
        took = time.perf_counter() - begun
    assert len(rows) == 1000
    assert took < 0.05  # 7 ms on two busy cores
