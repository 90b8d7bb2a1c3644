"""What was changed in Excel in the office's own package becomes drafts, cell by cell, and nothing else."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.packages.edits import EditsTaken, NotOwnPackageError, take_edits
from habitat_desktop.packages.exporting import PackageMade
from habitat_desktop.records import entry, repository
from tests.packages.offices import Desk, full_answers

Open = Callable[[str], Desk]

# cells of the sheet "settlements", row 3, by technical name
_CELLS = {"city": "E3", "residents": "F3", "share": "G3", "surveyed": "H3", "tenure": "I3", "risks": "J3"}
_CELLS |= {"flood": "K3", "slide": "M3", "map": "N3", "density": "O3", "label": "A3"}


def _edited(made: PackageMade, **cells: Any) -> Path:
    """Save the package as Excel would after somebody has typed into it."""
    book = openpyxl.load_workbook(made.path)
    for name, value in cells.items():
        sheet, _, cell = name.rpartition("__")
        target = book[sheet or "settlements"][_CELLS.get(cell, cell)]
        target.value = value
        target.number_format = "General"
        if isinstance(value, date):
            target.number_format = "dd/mm/yyyy"
    path = made.path.with_name(f"edited {made.path.name}")
    book.save(path)
    return path


def _take(desk: Desk, path: Path, **options: Any) -> EditsTaken:
    return take_edits(desk.database, desk.settings, path, desk.form, language="en", at=desk.tick(), **options)


def _draft(desk: Desk, record_id: str) -> dict[str, Any]:
    with desk.database.read() as session:
        draft = repository.find_draft(session, record_id)
    return {} if draft is None else without_ids(draft.answers)


def without_ids(answers: Any) -> Any:
    if isinstance(answers, dict):
        return {name: without_ids(value) for name, value in answers.items() if name != "$id"}
    return [without_ids(value) for value in answers] if isinstance(answers, list) else answers


def _reasons(taken: EditsTaken) -> dict[str, str]:
    return {edit.finding.question: edit.error.code for edit in taken.of("left") if edit.error}


def test_edited_cells_become_answers_of_a_draft_and_nothing_is_finalized(desk: Open) -> None:
    kenya = desk("KE")
    revision = kenya.finalize()
    path = _edited(
        kenya.make(),
        city="Nairobi County", residents=4397074, share="56,3", surveyed=date(2026, 4, 1), tenure="Owner",
        flood=0, slide=1, settlement__C3=52001, visit__C4="third visit",
    )  # fmt: skip
    taken = _take(kenya, path)
    assert _reasons(taken) == {}
    assert (len(taken.of("taken")), taken.records) == (9, ((revision.record_id, revision.label),))
    answers = _draft(kenya, revision.record_id)
    assert answers["totals"] == {"residents": "4397074", "share": "56.3"}
    assert (answers["city"], answers["surveyed"], answers["tenure"]) == (
        "Nairobi County",
        "2026-04-01",
        "owner",
    )
    assert set(answers["risks"]) == {"fire", "slide"}
    assert answers["settlement"][0]["st_homes"] == "52001"
    assert answers["settlement"][0]["visit"][1]["vi_note"] == "third visit"
    assert kenya.heads() == {revision.record_id: (revision.revision_id,)}


def test_taking_twice_changes_nothing(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    path = _edited(kenya.make(), city="Kisumu", share="56,3", tenure="Owner", risks="Flood, Landslide")
    assert len(_take(kenya, path).of("taken")) == 4
    before = kenya.dump()
    again = _take(kenya, path)
    assert [edit.outcome for edit in again.edits] == ["already"] * len(again.edits)
    assert (again.records, kenya.dump()) == ((), before)


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Open) -> None:
    kenya = desk("KE")
    revision = kenya.finalize()
    path = _edited(kenya.make(), city="Kisumu", residents="many")
    before = kenya.dump()
    said = _take(kenya, path, dry_run=True)
    assert kenya.dump() == before
    done = _take(kenya, path)
    assert [edit.json() for edit in said.edits] == [edit.json() for edit in done.edits]
    assert said.records == done.records
    assert _draft(kenya, revision.record_id)["city"] == "Kisumu"


def test_an_untouched_package_gives_no_draft(desk: Open) -> None:
    kenya = desk("KE")
    revision = kenya.finalize()
    assert _take(kenya, kenya.make().path).edits == ()
    assert _draft(kenya, revision.record_id) == {}


def test_what_cannot_be_taken_is_named_with_its_cell_and_the_reason(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    path = _edited(
        kenya.make(), residents="about 1,234", share="1,234", surveyed=2026, tenure="squatter",
        flood="perhaps", map="photo.jpg", density=7, label="KE-1",
    )  # fmt: skip
    taken = _take(kenya, path)
    assert _reasons(taken) == {
        "totals/residents": "NOT_A_NUMBER",
        "totals/share": "NUMBER_UNCLEAR",
        "surveyed": "NOT_A_DATE",
        "tenure": "NOT_IN_LIST",
        "risks/flood": "NOT_YES_NO",
        "map": "FILE_EDITED",
        "density": "READ_ONLY",
        "_label": "NOT_AN_ANSWER",
    }
    assert all(edit.finding.cell in edit.message for edit in taken.edits)
    assert taken.records == ()


def test_a_deleted_cell_is_a_blank_answer_and_words_of_missing_answers_are_understood(desk: Open) -> None:
    kenya = desk("KE")
    answers = full_answers() | {"city": {"$unavailable": {"reason": "refused", "remark": ""}}}
    revision = kenya.finalize(answers)
    path = _edited(
        kenya.make(), city="Mombasa", surveyed=None, residents="Not available: coming later: in May"
    )
    assert _reasons(_take(kenya, path)) == {}
    draft = _draft(kenya, revision.record_id)
    assert draft["city"] == "Mombasa"
    assert "surveyed" not in draft
    assert draft["totals"]["residents"] == {"$unavailable": {"reason": "coming_later", "remark": "in May"}}


def test_rows_and_columns_are_named_not_taken(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    made = kenya.make()
    book = openpyxl.load_workbook(made.path)
    book["settlement"].append([None, "Huruma", 900])
    book["visit"].delete_rows(3)
    path = made.path.with_name("edited.xlsx")
    book.save(path)
    taken = _take(kenya, path)
    assert [edit.finding.code for edit in taken.edits] == ["ROW_ADDED", "ROW_REMOVED"]
    assert {edit.error.code for edit in taken.edits if edit.error} == {"NOT_A_CELL"}


def test_a_record_changed_since_keeps_its_answers(desk: Open) -> None:
    kenya = desk("KE")
    revision = kenya.finalize()
    path = _edited(kenya.make(), city="Kisumu", residents=5)
    kenya.finalize(full_answers("Kisumu"), record=revision)
    taken = _take(kenya, path)
    assert [(edit.finding.question, edit.outcome) for edit in taken.edits] == [
        ("city", "already"), ("totals/residents", "left"),
    ]  # fmt: skip
    assert _reasons(taken) == {"totals/residents": "RECORD_CHANGED"}
    assert _draft(kenya, revision.record_id) == {}


def test_a_draft_that_says_something_else_already_is_left_alone(desk: Open) -> None:
    kenya = desk("KE")
    revision = kenya.finalize()
    path = _edited(kenya.make(), city="Kisumu", residents=5)
    with kenya.database.begin() as session:
        sitting = entry.open_entry(session, kenya.form, kenya.settings, revision.record_id, language="en")
        sitting.answer("/data/city", "Nakuru")
        repository.save_draft(session, sitting.draft(at=kenya.tick()))
    taken = _take(kenya, path)
    assert _reasons(taken) == {"city": "DRAFT_CHANGED"}
    draft = _draft(kenya, revision.record_id)
    assert (draft["city"], draft["totals"]["residents"]) == ("Nakuru", "5")


def test_one_record_can_be_chosen(desk: Open) -> None:
    kenya = desk("KE")
    first, second = kenya.finalize(), kenya.finalize(full_answers("Eldoret"))
    path = _edited(kenya.make(), city="Kisumu", E4="Nakuru")
    taken = _take(kenya, path, record=second.label)
    assert [edit.finding.new for edit in taken.of("taken")] == ["Nakuru"]
    assert _draft(kenya, first.record_id) == {}


def test_only_the_office_that_made_a_package_takes_changes_from_it(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    path = _edited(kenya.make(), city="Kisumu")
    with pytest.raises(NotOwnPackageError):
        _take(headquarters, path)
    with pytest.raises(NotOwnPackageError):
        _take(desk("UG"), path)
