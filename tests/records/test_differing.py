# ruff: noqa: E501 - forms are written as tables
"""Any two versions of a record compared, duplicates, and what is done to several records at once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.text import without_isolates
from habitat_desktop.packages.record_export import (
    ExportKindError,
    ExportNotWrittenError,
    NothingToExportError,
    export_records,
)
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import differing, duplicating, many, repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.differing_text import comparison_lines
from habitat_desktop.records.entry import Entry, finalize, open_entry, start_entry
from habitat_desktop.records.list_views import Filter, View, Views, read_views, write_views
from habitat_desktop.records.record import Draft, RecordState
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from tests.records.workbooks import table_form

_FORM = """
| survey   |                   |         |           |                     |             |          |                  |
|          | type              | name    | label     | bind::habitat:unit  | calculation | required | bind::jr:preload |
|          | begin group       | about   | About     |                     |             |          |                  |
|          | text              | city    | City      |                     |             | yes      |                  |
|          | select_one tenure | tenure  | Tenure    |                     |             |          |                  |
|          | end group         |         |           |                     |             |          |                  |
|          | begin group       | numbers | Numbers   |                     |             |          |                  |
|          | integer           | people  | People    | persons             |             |          |                  |
|          | date              | counted | Counted   |                     |             |          |                  |
|          | calculate         | double  |           |                     | ${people}*2 |          |                  |
|          | end group         |         |           |                     |             |          |                  |
|          | begin repeat      | house   | Houses    |                     |             |          |                  |
|          | text              | street  | Street    |                     |             |          |                  |
|          | integer           | rooms   | Rooms     |                     |             |          |                  |
|          | end repeat        |         |           |                     |             |          |                  |
| choices  |                   |         |           |                     |             |          |                  |
|          | list_name         | name    | label     |                     |             |          |                  |
|          | tenure            | own     | Own house |                     |             |          |                  |
|          | tenure            | rent    | Rented    |                     |             |          |                  |
| settings |                   |         |           |                     |             |          |                  |
|          | form_id           | version | habitat_period | habitat_subject |            |          |                  |
|          | town              | 1       | half-year | city                |             |          |                  |
"""
_SETTINGS = Settings(role="office", office="KE", name="Kenya", person="Amina")
_ANSWERS = {
    "/data/about/city": "Nakuru",
    "/data/about/tenure": "own",
    "/data/numbers/people": "1200",
    "/data/house[1]/street": "Hill Road",
    "/data/house[1]/rooms": "3",
}


class Desk:
    """An office with one form."""

    def __init__(self, database: Database, form: Form) -> None:
        self.database, self.the_form = database, form
        self._at = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)

    def form(self, form_id: str, version: str | None = None) -> Form:
        return self.the_form

    def tick(self) -> datetime:
        self._at += timedelta(minutes=1)
        return self._at

    def draft(self, **changes: str) -> Entry:
        with self.database.begin() as session:
            entry = start_entry(
                session,
                self.the_form,
                _SETTINGS,
                country="KEN",
                period="2026-H1",
                language="en",
                at=self.tick(),
            )
            for ref, value in (_ANSWERS | changes).items():
                entry.answer(ref, value)
            repository.save_draft(session, entry.draft(at=self.tick()))
        return entry

    def final(self, **changes: str) -> Entry:
        entry = self.draft(**changes)
        with self.database.begin() as session:
            finalize(session, entry, at=self.tick())
        return entry

    def edit(self, entry: Entry) -> Entry:
        with self.database.read() as session:
            return open_entry(session, self.form, _SETTINGS, entry.record_id, language="en", at=self.tick())

    def save(self, entry: Entry) -> None:
        with self.database.begin() as session:
            repository.save_draft(session, entry.draft(at=self.tick()))

    def differences(self, record: str, old: str = "", new: str = "") -> differing.Comparison:
        with self.database.read() as session:
            versions = differing.versions_of(session, record)
            pair = differing.last_two(versions)
            one = differing.version_named(versions, old) if old else pair[0]
            other = differing.version_named(versions, new) if new else pair[1]
            return differing.compare(session, self.form, _SETTINGS, one, other)

    def state(self, record: str) -> RecordState | None:
        with self.database.read() as session:
            found = repository.find_record(session, record)
        return found.state if found is not None else None


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return table_form(tmp_path_factory.mktemp("form"), _FORM)


@pytest.fixture
def desk(database: Database, form: Form) -> Iterator[Desk]:
    yield Desk(database, form)


def told(found: differing.Comparison) -> list[tuple[str, ...]]:
    return [
        tuple(map(without_isolates, (one.kind, one.section, one.entry, one.question, one.old, one.new)))
        for one in found.differences
    ]


def test_what_changed_is_told_in_words_and_by_section(desk: Desk) -> None:
    entry = desk.edit(desk.final())
    entry.answer("/data/about/tenure", "rent")
    entry.answer("/data/numbers/people", "1350")
    entry.answer("/data/numbers/counted", "2026-06-30")
    desk.save(entry)
    assert told(desk.differences(entry.record_id)) == [
        ("changed", "About", "", "Tenure", "Own house", "Rented"),
        ("changed", "Numbers", "", "People", "1,200 persons", "1,350 persons"),
        ("given", "Numbers", "", "Counted", "", "30 Jun 2026"),
    ]


def test_entries_are_known_by_their_ids_whatever_their_place(desk: Desk) -> None:
    first = desk.draft()
    first.add("/data/house")
    first.answer("/data/house[2]/street", "Lake View")
    first.answer("/data/house[2]/rooms", "4")
    desk.save(first)
    with desk.database.begin() as session:
        finalize(session, desk.edit(first), at=desk.tick())
    entry = desk.edit(first)
    entry.remove("/data/house[1]")
    entry.answer("/data/house[1]/rooms", "5")
    entry.add("/data/house")
    entry.answer("/data/house[2]/street", "Market Street")
    desk.save(entry)
    assert told(desk.differences(entry.record_id, "1", "draft")) == [
        ("entry_removed", "Houses", "", "Houses 1", "Hill Road · 3", ""),
        ("changed", "Houses", "Houses 1", "Rooms", "4", "5"),
        ("entry_added", "Houses", "", "Houses 2", "", "Market Street"),
    ]


def test_any_two_versions_can_be_named_and_turned_round(desk: Desk) -> None:
    entry = desk.final()
    for people in ("1300", "1400"):
        changed = desk.edit(entry)
        changed.answer("/data/numbers/people", people)
        desk.save(changed)
        with desk.database.begin() as session:
            last = finalize(session, changed, at=desk.tick())
    forth, back = desk.differences(entry.record_id, "1", "3"), desk.differences(entry.record_id, "3", "1")
    assert [(one.old, one.new) for one in forth.differences] == [
        (one.new, one.old) for one in back.differences
    ]
    assert desk.differences(entry.record_id, "2", last.revision_id[:8]).new.number == 3
    for name in ("4", "0", "draft", "abc", ""):
        with pytest.raises(HabitatError) as refused, desk.database.read() as session:
            differing.version_named(differing.versions_of(session, entry.record_id), name)
        assert refused.value.code == "VERSION_NOT_FOUND"
    lines = list(comparison_lines(forth, "en"))
    assert any("1,200" in line and "1,400" in line for line in lines)
    assert not desk.differences(entry.record_id, "1", "1").differences


def test_not_available_is_told_with_its_reason(desk: Desk) -> None:
    entry = desk.edit(desk.final())
    entry.mark_unavailable("/data/numbers/people", "no_survey", "next year")
    desk.save(entry)
    ((kind, *_where, old, new),) = told(desk.differences(entry.record_id))
    assert (kind, old, new) == ("changed", "1,200 persons", "Not available: no survey (next year)")


def test_a_duplicate_has_the_answers_and_neither_period_nor_ids(desk: Desk) -> None:
    source = desk.final()
    with desk.database.begin() as session:
        made = duplicating.duplicate(
            session, desk.form, _SETTINGS, source.label, language="en", at=desk.tick()
        )
    with desk.database.read() as session:
        old, new = (
            repository.current(session, source.record_id),
            repository.find_draft(session, made.entry.record_id),
        )
    assert old is not None and new is not None and not made.left_out
    assert (new.answers["about"], new.answers["numbers"]) == (old.answers["about"], old.answers["numbers"])
    assert new.answers["house"][0]["street"] == "Hill Road"
    assert new.answers["house"][0]["$id"] != old.answers["house"][0]["$id"]
    assert (new.heading.period, new.heading.previous_record, new.parents) == ("", "", ())
    assert new.label != old.label and new.record_id != old.record_id
    assert desk.state(source.record_id) == RecordState.FINAL


def test_several_are_finalized_and_the_others_say_why(desk: Desk) -> None:
    good, bad, done = desk.draft(), desk.draft(**{"/data/about/city": ""}), desk.final()
    ids = [good.record_id, bad.record_id, done.record_id, "nobody"]
    with desk.database.read() as session:
        checked = many.check_many(session, desk.form, _SETTINGS, ids, language="en")
    assert [one.record_id for one in checked.ready] == [good.record_id]
    assert desk.state(good.record_id) == RecordState.DRAFT
    with desk.database.begin() as session:
        told = many.finalize_many(session, desk.form, _SETTINGS, ids, language="en", at=desk.tick())
    assert [one.record_id for one in told.made] == [good.record_id]
    codes = [(one.record_id, one.error.code) for one in told.blocked]
    assert codes == [
        (bad.record_id, "NOT_FINALIZABLE"),
        (done.record_id, "NO_DRAFT"),
        ("nobody", "RECORD_NOT_FOUND"),
    ]
    assert (desk.state(good.record_id), desk.state(bad.record_id)) == (RecordState.FINAL, RecordState.DRAFT)


def test_finalizing_several_stops_whole(desk: Desk) -> None:
    drafts = [desk.draft().record_id for _number in range(3)]
    progress = Progress(lambda done, _total: progress.cancel() if done == 1 else None)
    with pytest.raises(Cancelled), desk.database.begin() as session:
        many.finalize_many(session, desk.form, _SETTINGS, drafts, language="en", progress=progress)
    assert {desk.state(one) for one in drafts} == {RecordState.DRAFT}


def test_dropped_drafts_come_back_as_they_were(desk: Desk) -> None:
    fresh, final = desk.draft(), desk.final()
    changed = desk.edit(final)
    changed.answer("/data/numbers/people", "7")
    desk.save(changed)
    ids = [fresh.record_id, final.record_id]
    with desk.database.read() as session:
        before = [repository.find_draft(session, one) for one in ids]
    with desk.database.begin() as session:
        dropped = many.discard_many(session, _SETTINGS, [*ids, "nobody"])
    assert (desk.state(ids[0]), desk.state(ids[1])) == (None, RecordState.FINAL)
    assert [one.error.code for one in dropped.blocked] == ["RECORD_NOT_FOUND"]
    with desk.database.begin() as session:
        assert many.put_back(session, dropped.drafts) == 2
        assert many.put_back(session, dropped.drafts) == 0
    with desk.database.read() as session:
        assert [repository.find_draft(session, one) for one in ids] == before
    assert isinstance(before[0], Draft)


def test_nobody_drops_what_belongs_to_another_office(desk: Desk) -> None:
    entry = desk.draft()
    with desk.database.begin() as session:
        dropped = many.discard_many(session, replace(_SETTINGS, office="UG"), [entry.record_id])
    assert not dropped.drafts and [one.error.code for one in dropped.blocked] == ["NOT_OURS"]


def test_records_are_written_for_other_programs(desk: Desk, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    ids = [desk.final().record_id, desk.draft(**{"/data/about/city": "=1+1"}).record_id]
    with desk.database.read() as session:
        for name in ("all.xlsx", "all.csv", "all.json"):
            made = export_records(session, desk.form, ids, tmp_path / name, language="en")
            assert (made.records, made.drafts) == (2, 1)
        with pytest.raises(ExportKindError):
            export_records(session, desk.form, ids, tmp_path / "all.doc", language="en")
        with pytest.raises(NothingToExportError):
            export_records(session, desk.form, ["nobody"], tmp_path / "none.csv", language="en")
        with pytest.raises(ExportNotWrittenError):
            export_records(session, desk.form, ids, tmp_path / "missing" / "all.csv", language="en")
    book = load_workbook(tmp_path / "all.xlsx")
    assert [cell.value for cell in book.worksheets[0]["B"]][2:] == ["Nakuru", "=1+1"]
    assert book.worksheets[0]["B4"].data_type == "s"
    text = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    assert "Nakuru" in text and "'=1+1" in text
    assert "Hill Road" in (tmp_path / "all-house.csv").read_text(encoding="utf-8-sig")
    rows = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [row["answers"]["about"]["city"] for row in rows] == ["Nakuru", "=1+1"]


def test_views_are_kept_by_name_and_a_broken_file_harms_nobody(tmp_path: Path) -> None:
    mine = View("قائمتي", Filter(state="draft", text="住房"), ("return", "period", "state"), "period", False)
    views = Views(default="قائمتي", columns=("return", "label")).with_view(mine)
    write_views(tmp_path, views)
    assert read_views(tmp_path) == views
    assert views.with_view(replace(mine, sort="state")).named("قائمتي") == replace(mine, sort="state")
    assert views.without("قائمتي") == Views(columns=("return", "label"))
    for text in ("", "[]", "{", '{"saved": 3}', '{"saved": [{"name": "x", "filter": 7}]}'):
        (tmp_path / "views.json").write_text(text, encoding="utf-8")
        assert read_views(tmp_path) == Views()
    odd = {"saved": [{"name": "x", "filter": {"state": "burnt"}, "columns": ["nothing"], "sort": "no"}, 5]}
    (tmp_path / "views.json").write_text(json.dumps(odd), encoding="utf-8")
    assert read_views(tmp_path).saved == (View("x"),)


def test_lists_are_sorted_by_every_column_and_counted_by_filter(desk: Desk) -> None:
    from habitat_desktop.records.list_views import COLUMNS

    first, second = desk.final(), desk.draft(**{"/data/about/city": "Arusha"})
    with desk.database.read() as session:
        for order in COLUMNS.values():
            up = repository.list_ids(session, order=order, descending=False)
            down = repository.list_ids(session, order=order, descending=True)
            assert sorted(up) == sorted(down) == sorted((first.record_id, second.record_id))
        assert repository.list_ids(session, order="subject")[0] == second.record_id
        assert repository.list_ids(session, order="to_do", descending=True, limit=1) == [second.record_id]
        assert repository.count_by_state(session, text="arusha")[RecordState.FINAL] == 0
        assert repository.count_by_state(session, text="arusha")[RecordState.DRAFT] == 1
        found = repository.ids_with_states(session, text="arusha")
        assert found == [(second.record_id, RecordState.DRAFT)]
        assert repository.known_values(session, "period") == ["2026-H1"]
