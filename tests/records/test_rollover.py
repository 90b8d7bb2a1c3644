# ruff: noqa: E501 - forms are written as tables
"""The next period's return begun from the last one: what comes along, and what has to be confirmed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.hq.deep_check import deep_check
from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import Entry, NotConfirmedError, finalize, open_entry, start_entry
from habitat_desktop.records.keys import key_of, records_with_key
from habitat_desktop.records.previous import previous_values
from habitat_desktop.records.record import Draft, RecordState
from habitat_desktop.records.rollover import (
    NoNextPeriodError,
    NothingToRollOverError,
    ReturnThereError,
    RolledOver,
    last_return,
    roll_over,
)
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import FormInfo, info_of
from tests.records.making import draft
from tests.records.workbooks import table_form

_FORM = """
| survey   |                   |         |         |                         |             |         |
|          | type              | name    | label   | bind::habitat:rollover  | calculation | bind::jr:preload |
|          | begin group       | about   | About   |                         |             |         |
|          | text              | code    | Code    |                         |             |         |
|          | text              | city    | City    | carry                   |             |         |
|          | end group         |         |         |                         |             |         |
|          | begin group       | numbers | Numbers |                         |             |         |
|          | integer           | people  | People  | confirm                 |             |         |
|          | integer           | spent   | Spent   | clear                   |             |         |
|          | text              | remark  | Remark  |                         |             |         |
|          | calculate         | double  |         | carry                   | ${people}*2 |         |
|          | end group         |         |         |                         |             |         |
|          | begin repeat      | house   | Houses  |                         |             |         |
|          | text              | street  | Street  | carry                   |             |         |
|          | integer           | rooms   | Rooms   |                         |             |         |
|          | end repeat        |         |         |                         |             |         |
|          | begin repeat      | visit   | Visits  |                         |             |         |
|          | text              | day     | Day     |                         |             |         |
|          | end repeat        |         |         |                         |             |         |
| settings |                   |         |         |                         |             |         |
|          | form_id           | version | habitat_period | habitat_subject  | habitat_key |         |
|          | town              | 1       | half-year      | city             | code        |         |
"""
_START = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
_SETTINGS = Settings(role="office", office="KE", name="Kenya", person="Amina")
_ANSWERS = {
    "/data/about/code": "T1",
    "/data/about/city": "Nakuru",
    "/data/numbers/people": "20",
    "/data/numbers/spent": "500",
    "/data/numbers/remark": "All well",
    "/data/house[1]/street": "Hill Road",
    "/data/house[1]/rooms": "3",
    "/data/visit[1]/day": "Monday",
}


class Desk:
    """An office with one form, in one or more versions."""

    def __init__(self, database: Database, folder: Path, table: str = _FORM) -> None:
        self.database = database
        self.versions = [table_form(folder, table)]
        self._at = _START

    def form(self, form_id: str, version: str | None = None) -> Form:
        found = [form for form in self.versions if version in (None, form.version)]
        return found[-1]

    def forms(self) -> list[FormInfo]:
        return [info_of(form, form.path) for form in self.versions]

    def form_for(self, form_id: str, period: str) -> Form:
        return self.versions[-1]

    def tick(self) -> datetime:
        self._at += timedelta(minutes=1)
        return self._at

    def final(self, period: str = "2026-H1", **changes: str) -> Entry:
        with self.database.begin() as session:
            entry = start_entry(
                session, self.form("town"), _SETTINGS,
                country="KEN", period=period, language="en", at=self.tick(),
            )  # fmt: skip
        for ref, value in (_ANSWERS | changes).items():
            entry.answer(ref, value)
        self.finalize(entry)
        return entry

    def finalize(self, entry: Entry) -> None:
        with self.database.begin() as session:
            repository.save_draft(session, entry.draft(at=self.tick()))
        with self.database.begin() as session:
            finalize(session, entry, at=self.tick())

    def roll(self, record: str, period: str | None = None) -> RolledOver:
        with self.database.begin() as session:
            return roll_over(session, self, _SETTINGS, record, period=period, language="en", at=self.tick())

    def open(self, record: str) -> Entry:
        with self.database.begin() as session:
            return open_entry(session, self.form, _SETTINGS, record, language="en")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def _answers(entry: Entry) -> dict[str, Any]:
    found = entry.instance.answers(relevant_only=False)
    found.pop("meta", None)
    return found


_CARRIED = (
    "/data/about/code",
    "/data/about/city",
    "/data/numbers/people",
    "/data/house[1]/street",
)


def test_carry_and_confirm_come_along_clear_and_blank_do_not(desk: Desk) -> None:
    made = desk.roll(desk.final().record_id)
    assert _answers(made.entry) == {
        "about": {"code": "T1", "city": "Nakuru"},
        "numbers": {"people": "20", "double": "40"},
        "house": [{"street": "Hill Road"}],
        "visit": [{}],  # a list starts with an entry
    }
    assert made.carried == _CARRIED and made.left_out == ()
    heading = made.entry.heading()
    assert (heading.period, heading.subject, heading.country) == ("2026-H2", "Nakuru", "KEN")
    assert made.entry.author("/data/about/city") == ""


def test_finalize_waits_until_everything_is_confirmed(desk: Desk) -> None:
    entry = desk.roll(desk.final().record_id).entry
    with pytest.raises(NotConfirmedError) as refused:
        desk.finalize(entry)
    assert refused.value.context["sections"] == "About (2), Numbers (1), Houses (1)"
    assert refused.value.context["refs"] == list(_CARRIED)
    entry.answer("/data/numbers/people", "25")  # changing an answer confirms it
    entry.confirm(["/data/about/code", "/data/about/city"])
    assert [state.ref for state in entry.unconfirmed()] == ["/data/house[1]/street"]
    entry.confirm(["/data/house[1]/street"])
    assert entry.author("/data/house[1]/street") == "Amina"
    desk.finalize(entry)
    with desk.database.read() as session:
        revision = repository.current(session, entry.record_id)
    assert revision is not None and "carried" not in revision.document()


def test_confirming_and_changing_can_be_undone(desk: Desk) -> None:
    entry = desk.roll(desk.final().record_id).entry
    entry.confirm(_CARRIED)
    assert entry.unconfirmed() == []
    entry.undo()
    assert [state.ref for state in entry.unconfirmed()] == list(_CARRIED)
    entry.redo()
    assert entry.unconfirmed() == []
    entry.undo()
    entry.answer("/data/numbers/people", "25")
    assert not entry.is_carried("/data/numbers/people")
    entry.undo()
    assert entry.is_carried("/data/numbers/people")


def test_what_waits_is_saved_with_the_draft_and_follows_its_entries(desk: Desk) -> None:
    first = desk.final()
    entry = desk.open(first.record_id)
    entry.add("/data/house")
    entry.answer("/data/house[2]/street", "Lake Road")
    desk.finalize(entry)
    made = desk.roll(first.record_id)
    again = desk.open(made.entry.record_id)
    assert [state.ref for state in again.unconfirmed()] == [*_CARRIED, "/data/house[2]/street"]
    again.remove("/data/house[1]")
    assert [state.ref for state in again.unconfirmed()][-1] == "/data/house[1]/street"
    assert again.instance.state("/data/house[1]/street").value == "Lake Road"


def test_last_periods_value_stands_beside_though_the_entry_got_another_name(desk: Desk) -> None:
    first = desk.final()
    entry = desk.roll(first.record_id).entry
    entry.answer("/data/house[1]/street", "Hill Street")
    with desk.database.read() as session:
        before = repository.previous_of(session, entry.heading(), "KE")
    assert before is not None and before.record_id == first.record_id
    values = previous_values(entry.form, before, desk, same_ids=True)
    assert values.value(entry.instance, "/data/house[1]/rooms") == "3"
    assert values.value(entry.instance, "/data/numbers/people") == "20"
    assert previous_values(entry.form, before).value(entry.instance, "/data/house[1]/rooms") == ""


def test_a_draft_is_told_by_the_check_while_it_waits(desk: Desk) -> None:
    entry = desk.roll(desk.final().record_id).entry
    with desk.database.read() as session:
        found = list(deep_check(session, _SETTINGS, desk.form))
    assert [(one.code, one.ref) for one in found] == [("unconfirmed", ref) for ref in _CARRIED]
    entry.confirm(_CARRIED)
    with desk.database.begin() as session:
        repository.save_draft(session, entry.draft(at=desk.tick()))
        assert list(deep_check(session, _SETTINGS, desk.form)) == []


def test_a_second_return_of_the_same_key_is_refused(desk: Desk) -> None:
    first = desk.final()
    there = desk.roll(first.record_id).entry
    with pytest.raises(ReturnThereError) as refused:
        desk.roll(first.record_id)
    assert refused.value.context["label"] == there.label
    with desk.database.read() as session:
        key = key_of(desk.form("town"), {"about": {"code": " t1 "}})
        twins = records_with_key(session, desk.form("town"), "KE", "KEN", "2026-H2", key)
    assert [one.record_id for one in twins] == [there.record_id]


@pytest.mark.parametrize("period", ["2026", "2026-H1", "2025-H2", "2026-adhoc", "2026-2027"])
def test_only_a_later_period_of_the_form_can_follow(desk: Desk, period: str) -> None:
    with pytest.raises(NoNextPeriodError):
        desk.roll(desk.final().record_id, period)


def test_a_period_may_be_passed_over(desk: Desk) -> None:
    assert desk.roll(desk.final().record_id, "2027-H2").entry.heading().period == "2027-H2"


def test_what_was_never_final_cannot_be_followed(desk: Desk) -> None:
    made = desk.roll(desk.final().record_id)
    with pytest.raises(NothingToRollOverError):
        desk.roll(made.entry.record_id)


def test_returns_of_the_period_before_are_offered(desk: Desk) -> None:
    first = desk.final()
    desk.final(period="2025-H2")
    with desk.database.read() as session:
        found = last_return(session, "town", "KE", "KEN", "2026-H2")
        assert [one.record_id for one in found] == [first.record_id]
        assert last_return(session, "town", "KE", "KEN", "2026-adhoc") == []


def test_answers_of_an_older_version_come_along_under_their_new_names(desk: Desk, tmp_path: Path) -> None:
    first = desk.final()
    newer = _FORM.replace("| town              | 1 ", "| town              | 2 ").replace(
        "text              | city    | City    | carry                   |             |         |",
        "text              | place   | City    | carry                   |             |         | city |",
    )
    newer = newer.replace("bind::jr:preload |", "bind::jr:preload | bind::habitat:was |", 1)
    newer = newer.replace("half-year      | city ", "half-year      | place")
    desk.versions.append(table_form(tmp_path, newer))
    made = desk.roll(first.record_id)
    assert _answers(made.entry)["about"] == {"code": "T1", "place": "Nakuru"}
    assert "/data/about/place" in made.carried
    assert made.entry.heading().form_version == "2"


def test_drafts_of_before_are_read_and_new_ones_hold_no_empty_list() -> None:
    old = draft()
    document = json.loads(json.dumps(old.document()))
    assert "carried" not in document
    assert Draft.from_document(document) == old
    carried = draft(carried=("/data/a",))
    assert Draft.from_document(json.loads(json.dumps(carried.document()))) == carried


def test_entries_without_answers_that_come_along_stay_behind(desk: Desk) -> None:
    first = desk.open(desk.final().record_id)
    first.add("/data/visit")
    first.answer("/data/visit[2]/day", "Friday")
    desk.finalize(first)
    made = desk.roll(first.record_id)
    assert _answers(made.entry)["visit"] == [{}]  # what a new list starts with
    with desk.database.read() as session:
        summary = repository.find_record(session, made.entry.record_id)
    assert summary is not None and summary.state == RecordState.DRAFT
