"""Questionnaires: made of a record, filled in a spreadsheet, taken into the same draft cell by cell."""

import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.packages.errors import PackageError
from habitat_desktop.packages.questionnaires import errors
from habitat_desktop.packages.questionnaires.outcome import QuestionnaireTaken
from habitat_desktop.packages.reader import Reader
from habitat_desktop.records.entry import finalize, open_entry
from habitat_desktop.records.roles import RoleError
from tests.packages.hostile_workbooks import FILES, SHEETS, XML
from tests.packages.offices import Desk
from tests.packages.questionnaire_form import Office, newer
from tests.packages.questionnaire_hands import Hands, sort_rows

Open = Callable[[str], Desk]
HOSTILE = FILES | XML | SHEETS
ANSWERS: dict[str, Any] = {
    "place": {"city": "Nairobi", "people": "4397073", "share": "56.25", "surveyed": "2026-03-31"},
    "land": {"tenure": "tenant", "risks": ["flood", "fire"]},
    "donor": [{"do_name": "World Bank", "do_usd": "1000", "do_for": ["owner"], "part": [{"pa_usd": "7"}]}],
    "visit": [{"vi_name": "Kibera", "vi_seen": ["m2", "m12"], "talk": [{"ta_with": "elders"}]}],
}


@pytest.fixture
def office(desk: Open, tmp_path: Path) -> Office:
    return Office(desk("KE"), tmp_path)


def said(taken: QuestionnaireTaken) -> dict[str, tuple[str, str]]:
    """Outcome and code by the last part of the ref, or the cell where it has none."""
    return {
        cell.ref.removeprefix("/data/") or cell.place.cell: (cell.outcome, cell.code) for cell in taken.cells
    }


def codes(taken: QuestionnaireTaken) -> list[str]:
    return [remark.code for remark in taken.remarks]


# -- made ------------------------------------------------------------------------------------------------


def test_a_questionnaire_asks_what_people_answer_and_nothing_the_program_knows(office: Office) -> None:
    made = office.make()
    paths = [item.path.removeprefix("/data/") for item in made.manifest.questions]
    assert paths == [
        "place/city", "place/people", "place/share", "place/surveyed", "place/opens", "place/point",
        "land/tenure", "land/why_other", "land/risks", "land/insured", "land/seen",
        "land/topics",
        "donor/do_name", "donor/do_usd", "donor/do_for", "donor/part/pa_date", "donor/part/pa_usd",
        "visit/vi_name", "visit/vi_seen", "visit/vi_lacks", "visit/vi_homes", "visit/talk/ta_with", "remarks",
    ]  # fmt: skip
    assert [item.number for item in made.manifest.questions] == [str(n) for n in range(1, 24)]
    kinds = {sheet.name: sheet.kind for sheet in made.manifest.sheets}
    assert kinds == {
        "Read me first": "cover", "Questions": "questions", "Donors": "table", "Instalments": "table",
        "Visits 1": "entry", "Visits 2": "entry", "Visits 3": "entry", "Talks": "table",
    }  # fmt: skip


def test_a_new_draft_is_begun_and_the_questionnaire_belongs_to_it(office: Office) -> None:
    made = office.make()
    assert made.started
    assert office.draft(made.manifest.record_id).label == made.manifest.label
    again = office.make(record=made.manifest.label)
    assert (again.started, again.manifest.record_id) == (False, made.manifest.record_id)
    assert again.manifest.questionnaire_id != made.manifest.questionnaire_id


def test_what_is_known_stands_in_the_answers_and_last_period_in_grey(office: Office) -> None:
    record = office.start(
        {"place": {"city": "Nairobi", "people": "5"}, "land": {"tenure": "owner"}, "donor": [], "visit": []}
    )
    with office.desk.database.begin() as session:
        finalize(session, open_entry(session, office.form, office.desk.settings, record, language="en"))
    office.make(period="2026-H2")
    hands = Hands(office.folder / "1.xlsx")
    assert hands.cell("people").value is None
    assert hands.cell("people", "last").value == "5"
    assert hands.sheet("s1").cell(4, 7).value == "First half 2026"
    hands = Hands(office.make(record=record).path)
    assert (hands.cell("city").value, hands.cell("people").value) == ("Nairobi", 5)


def test_conditions_are_told_plainly_or_marked(office: Office) -> None:
    hands = Hands(office.make().path)
    labels = {name: str(hands.cell(name, "question").value) for name in ("why_other", "insured", "city")}
    assert labels["why_other"].endswith("Only if question 7 is “Other”.")
    assert labels["insured"].endswith("Only if “Fire” is chosen in question 9.")
    assert "Only if" not in labels["city"]
    group = [row[1].value for row in hands.sheet("s1").iter_rows() if row[1].value]
    assert "Only if question 2 is more than 0." in group


def test_the_workbook_warns_fits_on_paper_and_has_no_macros(office: Office) -> None:
    with zipfile.ZipFile(office.make().path) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.casefold() or "external" in name]
    hands = Hands(office.folder / "1.xlsx")
    every = [rule for sheet in hands.book.worksheets for rule in sheet.data_validations.dataValidation]
    assert {rule.errorStyle for rule in every} == {"warning"}
    rules = {str(rule.sqref): rule for rule in hands.sheet("s1").data_validations.dataValidation}
    asked = ("people", "share", "surveyed", "tenure")
    kinds = {name: rules[hands.cell(name).coordinate].type for name in asked}
    assert kinds == {"people": "whole", "share": "decimal", "surveyed": "date", "tenure": "list"}
    assert "_lists" in rules[hands.cell("tenure").coordinate].formula1
    people = rules[hands.cell("people").coordinate]
    assert (people.formula1, people.formula2) == ("1", "49999999")
    assert rules[hands.cell("why_other").coordinate].formula1 == "40"
    hidden = {sheet.title for sheet in hands.book.worksheets if sheet.sheet_state == "hidden"}
    assert hidden == {"_lists", "_questionnaire"}
    for sheet in hands.book.worksheets:
        if sheet.title not in hidden:
            assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, None) or (
                sheet.sheet_properties.pageSetUpPr.fitToPage
            )
            assert sheet.column_dimensions["A"].hidden and sheet.row_dimensions[1].hidden
            assert not sheet.merged_cells.ranges
    assert not hands.cell("city").protection.locked and hands.cell("city", "question").protection.locked
    assert hands.cell("city", "last").font.color.rgb == "FF5C6975"


@pytest.mark.parametrize(("language", "rtl"), [("ar", True), ("zh", False), ("fr", False)])
def test_it_speaks_the_language_asked_for(office: Office, language: str, rtl: bool) -> None:
    made = office.make(language=language)
    hands = Hands(made.path)
    assert bool(hands.sheet("s1").sheet_view.rightToLeft) is rtl
    yes = {"ar": "نعم", "zh": "是", "fr": "Oui"}[language]
    hands.sign()
    hands.tick("risks", "fire", word=yes)
    hands.write("tenure", "Owner")
    office.take(hands.save())
    answers = office.answers(made.manifest.record_id)["land"]
    assert answers == {"risks": ["fire"], "tenure": "owner"}
    assert office.draft(made.manifest.record_id).language == "en", (
        "the draft keeps the language of the officer"
    )


def test_only_some_sections_can_be_asked(office: Office) -> None:
    made = office.make(sections=("place", "visit/vi_homes"))
    paths = {item.path for item in made.manifest.questions}
    assert "/data/place/city" in paths and "/data/visit/vi_homes" in paths
    assert not {"/data/remarks", "/data/visit/vi_name", "/data/land/tenure"} & paths
    assert not any(entry.is_new for entry in made.manifest.entries), "who is not asked for a name adds nobody"
    with pytest.raises(errors.UnknownSectionError, match="place, land, donor, visit, remarks"):
        office.make(sections=("plaice",))


def test_a_file_that_is_there_is_left_and_nothing_is_begun(office: Office) -> None:
    (office.folder / "1.xlsx").write_text("mine")
    before = office.desk.dump()
    with pytest.raises(errors.FileExistsAlreadyError):
        office.make()
    assert (office.folder / "1.xlsx").read_text() == "mine"
    assert office.desk.dump() == before


def test_a_folder_that_is_not_there_begins_no_draft(office: Office) -> None:
    before = office.desk.dump()
    with pytest.raises(errors.NotWrittenError):
        office.make(office.folder / "nowhere" / "a.xlsx")
    assert office.desk.dump() == before


# -- there and back --------------------------------------------------------------------------------------


def test_an_untouched_questionnaire_changes_nothing(office: Office) -> None:
    made = office.make(record=office.start(ANSWERS))
    before = office.desk.dump()
    taken = office.take(made.path, supplier="Ministry / A. Person")
    assert (taken.cells, taken.remarks) == ((), ())
    assert office.desk.dump() == before


def test_what_was_filled_in_stands_in_the_draft_with_who_supplied_it(office: Office) -> None:
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    hands.write("city", "Nairobi")
    hands.write("people", 4397073)
    hands.write("share", "56,25 %")
    hands.write("surveyed", date(2026, 3, 31))
    hands.write("opens", time(9, 30))
    hands.write("point", "-1.286, 36.817")
    hands.write("tenure", "Other")
    hands.write("why_other", "=1+1 is text")
    hands.tick("risks", "flood", "fire", word="x")
    hands.write("insured", "No")
    hands.write("topics", "Topic 3")
    hands.write("topics", "t70; Topic 4", part=2)
    hands.write("seen", "Yes")
    hands.write("do_name", "World Bank", entry="1")
    hands.tick("do_for", "owner", "other", entry="1")
    hands.write("do_usd", "Refused by those who have it: they are shy", entry="1")
    hands.write("vi_name", "Kibera", entry="1")
    hands.tick("vi_seen", "m1", "m12", entry="1")
    hands.write("vi_homes", "No survey or register has it", "why", entry="1")
    hands.write("vi_homes", "planned", "remark", entry="1")
    taken = office.take(hands.save())
    assert [cell for cell in taken.cells if cell.outcome != "taken"] == []
    assert office.answers(made.manifest.record_id) == {
        "place": {
            "city": "Nairobi", "people": "4397073", "share": "56.25", "surveyed": "2026-03-31",
            "opens": "09:30", "point": "-1.286 36.817",
        },
        "land": {
            "tenure": "other", "why_other": "=1+1 is text", "risks": ["flood", "fire"], "insured": "no",
            "seen": "OK", "topics": ["t3", "t4", "t70"],
        },
        "donor": [
            {
                "do_name": "World Bank", "do_for": ["owner", "other"], "part": [{}],
                "do_usd": {"$unavailable": {"reason": "refused", "remark": "they are shy"}},
            }
        ],
        "visit": [
            {
                "vi_name": "Kibera", "vi_seen": ["m1", "m12"], "talk": [{}],
                "vi_homes": {"$unavailable": {"reason": "no_survey", "remark": "planned"}},
            }
        ],
    }  # fmt: skip
    draft = office.draft(made.manifest.record_id)
    assert set(draft.authors.values()) == {"Ministry of Housing / A. Person"}
    assert len(draft.authors) == len(taken.cells)
    assert draft.saved_by == "Amina"


def test_taking_twice_changes_nothing_and_says_so(office: Office) -> None:
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    hands.write("city", "Nairobi")
    hands.write("vi_name", "Mathare", entry="2")
    hands.write("do_name", "GIZ", entry="3")
    path = hands.save()
    assert len(office.take(path).of("taken")) == 3
    before = office.desk.dump()
    again = office.take(path)
    assert {cell.outcome for cell in again.cells} == {"already"}
    assert office.desk.dump() == before
    answers = office.answers(made.manifest.record_id)
    assert [one.get("vi_name") for one in answers["visit"]] == [None, "Mathare"]
    assert [one.get("do_name") for one in answers["donor"]] == [None, "GIZ"]
    assert "talk" not in answers["visit"][1], "a new entry begins with nothing inside"


def test_a_preview_says_the_same_and_writes_nothing(office: Office) -> None:
    hands = Hands(office.make().path)
    hands.sign()
    hands.write("city", "Nairobi")
    hands.write("people", "many")
    hands.write("vi_name", "Mathare", entry="3")
    path = hands.save()
    before = office.desk.dump()
    shown = office.take(path, preview=True)
    assert office.desk.dump() == before
    assert [cell.json() for cell in shown.cells] == [cell.json() for cell in office.take(path).cells]


def test_entries_inside_entries_go_where_they_belong(office: Office) -> None:
    made = office.make(record=office.start(ANSWERS))
    hands = Hands(made.path)
    hands.sign()
    hands.write("pa_usd", 8, entry="1.1")
    hands.write("pa_usd", 9, entry="+1")
    hands.write("pa_usd", 10, entry="+2")
    sheet = hands.sheet_of("pa_usd")
    by_number = {sheet.cell(row, 2).value: row for row in range(1, sheet.max_row + 1)}
    sheet.cell(by_number["+1"], 3).value = "2"
    hands.write("do_name", "GIZ", entry="2")
    hands.write("ta_with", "women", entry="+1")
    talks = hands.sheet_of("ta_with")
    row = next(row for row in range(1, talks.max_row + 1) if talks.cell(row, 2).value == "+1")
    talks.cell(row, 3).value = "1 Kibera"
    taken = office.take(hands.save())
    assert [cell.code for cell in taken.of("left")] == ["BELONGS_UNCLEAR"]
    answers = office.answers(made.manifest.record_id)
    assert answers["donor"][0]["part"] == [{"pa_usd": "8"}]
    assert answers["donor"][1] == {"do_name": "GIZ", "part": [{"pa_usd": "9"}]}
    assert answers["visit"][0]["talk"] == [{"ta_with": "elders"}, {"ta_with": "women"}]


def test_an_answer_of_somebody_else_is_left_and_both_are_shown(office: Office) -> None:
    record = office.start(ANSWERS)
    hands = Hands(office.make(record=record).path)
    hands.sign()
    hands.write("city", "Kisumu")
    hands.write("people", 5)
    office.answer(record, place__city="Nakuru")
    path = hands.save()
    taken = office.take(path)
    assert said(taken) == {
        "place/city": ("conflict", "ANSWERED_MEANWHILE"), "place/people": ("taken", ""),
    }  # fmt: skip
    (conflict,) = taken.of("conflict")
    assert "Nakuru" in conflict.message and "Kisumu" in conflict.message and "Amina" in conflict.message
    assert office.answers(record)["place"]["city"] == "Nakuru"
    taken = office.take(path, overwrite=("place/city",))
    assert said(taken)["place/city"] == ("taken", "")
    assert office.answers(record)["place"]["city"] == "Kisumu"


def test_an_emptied_cell_erases_nothing_unless_that_is_said(office: Office) -> None:
    record = office.start(ANSWERS)
    hands = Hands(office.make(record=record).path)
    hands.sign()
    hands.write("city", None)
    hands.tick("risks", "flood", "fire", word="")
    path = hands.save()
    taken = office.take(path)
    assert said(taken) == {"place/city": ("left", "EMPTIED"), "land/risks": ("left", "EMPTIED")}
    assert office.answers(record)["place"]["city"] == "Nairobi"
    assert "--overwrite /data/place/city" in taken.cells[0].message
    office.take(path, overwrite=("/data/place/city",))
    assert "city" not in office.answers(record)["place"]
    assert office.answers(record)["land"]["risks"] == ["flood", "fire"]


def test_one_choice_less_is_a_change(office: Office) -> None:
    record = office.start(ANSWERS)
    hands = Hands(office.make(record=record).path)
    hands.sign()
    hands.tick("risks", "fire", word="No")
    office.take(hands.save())
    assert office.answers(record)["land"]["risks"] == ["flood"]


def test_what_the_form_does_not_ask_is_kept_and_told(office: Office) -> None:
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    hands.write("tenure", "Owner")
    hands.write("why_other", "none")
    hands.write("people", -4)
    taken = office.take(hands.save())
    assert said(taken) == {
        "place/people": ("taken", "CONSTRAINT"), "land/tenure": ("taken", "NOT_ASKED"),
        "land/why_other": ("taken", "NOT_ASKED"),
    }  # fmt: skip
    assert office.answers(made.manifest.record_id)["land"]["why_other"] == "none"


def test_several_ministries_fill_in_parts_of_one_record(office: Office) -> None:
    record = office.start()
    one = Hands(office.make(record=record, sections=("place",)).path)
    two = Hands(office.make(record=record, sections=("land", "donor")).path)
    one.sign("A", "Statistics")
    one.write("city", "Nairobi")
    two.sign("B", "Lands")
    two.write("tenure", "Owner")
    office.take(one.save("one.xlsx"))
    office.take(two.save("two.xlsx"))
    draft = office.draft(record)
    assert draft.authors["/data/place/city"] == "Statistics / A"
    assert draft.authors["/data/land/tenure"] == "Lands / B"


def test_somebody_has_to_have_supplied_it(office: Office) -> None:
    made = office.make(to="")
    hands = Hands(made.path)
    hands.write("city", "Nairobi")
    path = hands.save()
    with pytest.raises(errors.NoSupplierError):
        office.take(path)
    assert office.take(path, preview=True).of("taken")
    assert (
        office.take(path, supplier="Ministry of Lands / B. Other").supplier.author
        == "Ministry of Lands / B. Other"
    )
    assert office.draft(made.manifest.record_id).authors["/data/place/city"] == "Ministry of Lands / B. Other"


def test_the_journal_notes_what_was_made_and_what_was_taken_once(office: Office) -> None:
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    hands.write("city", "Nairobi")
    hands.write("people", "many")
    path = hands.save()
    for _time in range(2):
        office.take(path)
    first, second = office.acts()
    assert (first.kind, first.record_id) == ("questionnaire_made", made.manifest.record_id)
    assert first.content["file_sha256"] == made.sha256
    assert (second.kind, second.person) == ("questionnaire_taken", "Amina")
    said = {name: second.content[name] for name in ("supplier", "taken", "left")}
    assert said == {"supplier": "Ministry of Housing / A. Person", "taken": 1, "left": 1}
    assert second.content["questionnaire_id"] == made.manifest.questionnaire_id


def test_headquarters_makes_none(desk: Open, tmp_path: Path) -> None:
    headquarters = Office(desk("HQ"), tmp_path)
    with pytest.raises(RoleError):
        headquarters.make()


# -- an older version of the form ------------------------------------------------------------------------


def test_an_older_version_is_mapped_and_says_so(office: Office) -> None:
    from habitat_desktop.records.upgrading import upgrade

    record = office.start(ANSWERS)
    hands = Hands(office.make(record=record).path)
    hands.sign()
    hands.write("people", 7)
    hands.write("opens", "08:00")
    hands.write("vi_homes", 3, entry="1")
    hands.write("vi_name", "Mathare", entry="2")
    path = hands.save()
    office.forms["2"] = newer()
    with office.desk.database.begin() as session:
        upgrade(session, office.form, office.desk.settings, record)
    taken = office.take(path)
    assert (taken.is_mapped, taken.version) == (True, "2")
    assert said(taken) == {
        "place/residents": ("taken", ""), "D10": ("left", "QUESTION_GONE"),
        "trip[1]/vi_homes": ("taken", ""), "trip[2]/vi_name": ("taken", ""),
    }  # fmt: skip
    assert office.answers(record)["place"]["residents"] == "7"
    del office.forms["1"]  # nor is it lost where the old version is no longer there
    assert {cell.outcome for cell in office.take(path).cells} == {"already", "left"}


# -- refused as a whole ----------------------------------------------------------------------------------


def test_the_questionnaire_of_another_record_is_refused_when_one_is_named(office: Office) -> None:
    made, other = office.make(), office.make()
    with pytest.raises(errors.OtherRecordError, match=made.manifest.label):
        office.take(made.path, record=other.manifest.record_id, supplier="x")


def test_where_the_record_is_not_nothing_is_taken(office: Office, desk: Open, tmp_path: Path) -> None:
    made = office.make()
    elsewhere = Office(desk("UG"), tmp_path / "ug")
    with pytest.raises(errors.RecordNotHereError, match="KE"):
        elsewhere.take(made.path, supplier="x")


def test_a_workbook_that_was_never_ours_a_package_and_a_hostile_file_are_refused(office: Office) -> None:
    import openpyxl

    path = office.folder / "any.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(errors.NotAQuestionnaireError):
        office.take(path)
    office.desk.finalize()
    with pytest.raises(errors.IsAPackageError):
        office.take(office.desk.make().path)


@pytest.mark.parametrize("name", ["nothing", "text", "password", "a billion laughs", "everything merged"])
def test_a_hostile_file_is_kept_out_with_a_code(office: Office, name: str) -> None:
    path = office.folder / "hostile.xlsx"
    path.write_bytes(HOSTILE[name].build())
    before = office.desk.dump()
    with pytest.raises(PackageError) as refused:
        office.take(path, supplier="x")
    assert refused.value.code == HOSTILE[name].code
    assert office.desk.dump() == before


def test_with_its_hidden_sheet_damaged_or_removed_the_copy_kept_here_is_used(office: Office) -> None:
    made = office.make()
    for name, harm in (("gone", "remove"), ("bad", "damage")):
        hands = Hands(made.path)
        hands.sign()
        hands.write("city", name)
        if harm == "remove":
            del hands.book["_questionnaire"]
        else:
            hands.book["_questionnaire"].cell(6, 2).value = "AAAA"
        path = hands.save(f"{name}.xlsx")
        taken = office.take(path, preview=True)
        assert codes(taken) == ["HIDDEN_SHEET_DAMAGED"]
        assert said(taken) == {"place/city": ("taken", "")}
    for kept in office.kept.iterdir():
        kept.unlink()
    with pytest.raises(errors.NotAQuestionnaireError):
        office.take(office.folder / "gone.xlsx")
    with pytest.raises(errors.QuestionnaireDamagedError):
        office.take(office.folder / "bad.xlsx")


def test_a_newer_format_is_told_apart_from_damage(office: Office) -> None:
    hands = Hands(office.make().path)
    hands.book["_questionnaire"].cell(2, 2).value = "habitat-desktop/questionnaire/v2"
    with pytest.raises(errors.QuestionnaireNewerError):
        office.take(hands.save())


def test_a_withdrawn_record_takes_nothing(office: Office) -> None:
    from habitat_desktop.records.acts import withdraw_record

    record = office.start(ANSWERS)
    made = office.make(record=record)
    with office.desk.database.begin() as session:
        finalize(session, open_entry(session, office.form, office.desk.settings, record, language="en"))
        withdraw_record(session, office.desk.settings, record, reason="twice", at=office.desk.tick())
    with pytest.raises(errors.RecordWithdrawnError):
        office.take(made.path, supplier="x")


# -- what people and programs do to workbooks ------------------------------------------------------------


def _filled(office: Office) -> tuple[Hands, str]:
    made = office.make(record=office.start(ANSWERS))
    hands = Hands(made.path)
    hands.sign()
    return hands, made.manifest.record_id


def test_bad_cells_are_named_with_their_place_and_the_good_ones_taken(office: Office) -> None:
    hands, _record = _filled(office)
    hands.write("city", "Kisumu")
    places = {
        "people": hands.write("people", "about many"),
        "share": hands.write("share", "1,234"),
        "surveyed": hands.write("surveyed", 2026),
        "tenure": hands.write("tenure", "squatter"),
        "insured": hands.write("insured", "#REF!"),
        "point": hands.write("point", "near the river"),
        "risks": hands.write("risks", "perhaps", part=3),
        "remarks": hands.write("remarks", "planned", "remark"),
    }
    hands.write("opens", "No survey or register has it", "why")
    places["opens"] = hands.write("opens", "09:30")
    taken = office.take(hands.save())
    found = {cell.ref.rpartition("/")[2]: cell for cell in taken.of("left")}
    assert {name: cell.code for name, cell in found.items()} == {
        "people": "NOT_A_NUMBER",
        "share": "NUMBER_UNCLEAR",
        "surveyed": "YEAR_AS_DATE",
        "tenure": "NOT_IN_LIST",
        "insured": "CELL_ERROR",
        "point": "WRONG_TYPE",
        "risks": "NOT_YES_NO",
        "remarks": "REMARK_ALONE",
        "opens": "ANSWER_AND_REASON",
    }
    for name, cell in places.items():
        message = found[name].message
        assert cell.coordinate in message and f"row {cell.row}" in message and "“Questions”" in message
    assert [cell.ref for cell in taken.of("taken")] == ["/data/place/city"]


def test_renamed_reordered_and_added_sheets_are_read(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("city", "Kisumu")
    hands.write("vi_homes", 9, entry="1")
    hands.book["Questions"].title = "Our answers"
    hands.book.move_sheet("Visits 1", offset=-3)
    hands.book.create_sheet("Notes")["A1"] = "ask Amina"
    taken = office.take(hands.save())
    assert codes(taken) == ["SHEET_RENAMED", "SHEET_UNKNOWN"]
    assert "Our answers" in taken.remarks[0].sentence
    assert len(taken.of("taken")) == 2
    assert office.answers(record)["visit"][0]["vi_homes"] == "9"


def test_a_deleted_sheet_is_told_and_the_rest_taken(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("city", "Kisumu")
    del hands.book["Donors"]
    taken = office.take(hands.save())
    assert codes(taken) == ["SHEET_MISSING"]
    assert office.answers(record)["place"]["city"] == "Kisumu"
    assert office.answers(record)["donor"][0]["do_name"] == "World Bank"


@pytest.mark.parametrize("with_ids", [True, False], ids=["hidden column sorted along", "left behind"])
def test_sorted_rows_keep_their_answers(office: Office, with_ids: bool) -> None:
    hands, record = _filled(office)
    hands.write("city", "Kisumu")
    hands.write("people", 7)
    hands.write("tenure", "Owner")
    sheet = hands.sheet("s1")
    sort_rows(sheet, 5, sheet.max_row, lambda row: str(row[2]), with_ids=with_ids)
    taken = office.take(hands.save())
    answers = office.answers(record)
    assert (answers["place"]["city"], answers["place"]["people"]) == ("Kisumu", "7")
    assert answers["land"] == {"tenure": "owner", "risks": ["flood", "fire"]}
    assert {cell.outcome for cell in taken.cells} == {"taken"}


@pytest.mark.parametrize("with_ids", [True, False], ids=["hidden column sorted along", "left behind"])
def test_a_sorted_table_keeps_its_rows(office: Office, with_ids: bool) -> None:
    record = office.start({"donor": [{"do_name": name} for name in ("Ada", "Bo", "Cem")]})
    hands = Hands(office.make(record=record).path)
    hands.sign()
    for number, amount in (("1", 100), ("2", 200), ("3", 300)):
        hands.write("do_usd", amount, entry=number)
    sheet = hands.sheet_of("do_name")
    sort_rows(sheet, 6, 8, lambda row: -int(row[1]), with_ids=with_ids)
    office.take(hands.save())
    assert [(one["do_name"], one["do_usd"]) for one in office.answers(record)["donor"]] == [
        ("Ada", "100"), ("Bo", "200"), ("Cem", "300"),
    ]  # fmt: skip


def test_rows_and_columns_may_be_inserted_and_moved(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("city", "Kisumu")
    hands.write("do_usd", 5, entry="1")
    sheet = hands.sheet("s1")
    sheet.insert_rows(7)
    sheet.insert_cols(3)
    sheet.cell(7, 3).value = "our own note"
    donors = hands.sheet_of("do_name")
    donors.move_range(f"D1:D{donors.max_row}", cols=10)
    taken = office.take(hands.save())
    assert {cell.outcome for cell in taken.cells} == {"taken"}
    assert office.answers(record)["place"]["city"] == "Kisumu"
    assert office.answers(record)["donor"][0]["do_usd"] == "5"


def test_deleted_rows_and_columns_are_told(office: Office) -> None:
    hands, record = _filled(office)
    sheet = hands.sheet("s1")
    sheet.delete_rows(hands.cell("city").row)
    donors = hands.sheet_of("do_name")
    donors.delete_rows(hands.cell("do_name", entry="1").row)
    hands.sheet_of("ta_with").delete_cols(4)
    taken = office.take(hands.save())
    assert sorted(codes(taken)) == ["COLUMN_MISSING", "ROWS_MISSING", "ROW_MISSING"]
    assert "World Bank" in next(one.sentence for one in taken.remarks if one.code == "ROW_MISSING")
    assert office.answers(record)["donor"][0]["do_name"] == "World Bank"


def test_without_its_hidden_cells_a_sheet_is_read_by_the_numbers_people_see(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("city", "Kisumu")
    hands.tick("risks", "slide")
    sheet = hands.sheet("s1")
    sheet.delete_rows(1)
    sheet.delete_cols(1)
    taken = office.take(hands.save())
    assert codes(taken) == ["IDS_MISSING"]
    assert office.answers(record)["place"]["city"] == "Kisumu"
    assert office.answers(record)["land"]["risks"] == ["flood", "fire", "slide"]


def test_a_row_added_to_a_table_is_an_entry_and_stays_one(office: Office) -> None:
    hands, record = _filled(office)
    donors = hands.sheet_of("do_name")
    row = donors.max_row + 3
    donors.cell(row, hands.cell("do_name", entry="1").column).value = "Private"
    donors.cell(row, hands.cell("do_usd", entry="1").column).value = 12
    path = hands.save()
    office.take(path)
    office.take(path)
    assert [one["do_name"] for one in office.answers(record)["donor"]] == ["World Bank", "Private"]


def test_a_copied_sheet_is_one_more_entry(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("vi_name", "Mathare", entry="2")
    copied = hands.book.copy_worksheet(hands.sheet_of("vi_name", "2"))
    copied.cell(
        hands.cell("vi_name", entry="2").row, hands.cell("vi_name", entry="2").column
    ).value = "Korogocho"
    hands.book.copy_worksheet(hands.sheet_of("vi_name", "3"))
    path = hands.save()
    office.take(path)
    office.take(path)
    assert [one["vi_name"] for one in office.answers(record)["visit"]] == ["Kibera", "Mathare", "Korogocho"]


def test_the_same_question_with_two_answers_is_left_and_both_places_named(office: Office) -> None:
    hands, record = _filled(office)
    first = hands.write("city", "Kisumu")
    sheet = hands.sheet("s1")
    row = sheet.max_row + 2
    for column in range(1, 10):
        sheet.cell(row, column).value = sheet.cell(first.row, column).value
    sheet.cell(row, first.column).value = "Nakuru"
    taken = office.take(hands.save())
    assert [cell.code for cell in taken.cells] == ["ANSWERED_TWICE", "ANSWERED_TWICE"]
    assert f"Questions!D{row}" in taken.cells[0].message
    assert office.answers(record)["place"]["city"] == "Nairobi"


def test_a_formula_gives_its_last_value_and_is_told(office: Office, tmp_path: Path) -> None:
    hands, _record = _filled(office)
    cell = hands.write("people", "=2+3", is_formula=True)
    taken = office.take(hands.save())
    assert said(taken) == {"place/people": ("left", "FORMULA_EMPTY")}
    assert cell.coordinate in taken.cells[0].message


def test_merged_cells_are_told(office: Office) -> None:
    hands = Hands(office.make().path)
    hands.sign()
    first, second = hands.write("city", "Nairobi"), hands.cell("people")
    hands.sheet("s1").merge_cells(f"{first.coordinate}:{second.coordinate}")
    taken = office.take(hands.save())
    assert {cell.code for cell in taken.cells} == {"", "CELLS_MERGED"}
    (left,) = taken.of("left")
    assert left.place.cell == second.coordinate


def test_hidden_rows_are_read_and_told(office: Office) -> None:
    hands, record = _filled(office)
    cell = hands.write("city", "Kisumu")
    hands.sheet("s1").row_dimensions[cell.row].hidden = True
    taken = office.take(hands.save())
    assert codes(taken) == ["HIDDEN_ROWS"]
    assert office.answers(record)["place"]["city"] == "Kisumu"


@pytest.mark.parametrize(
    ("tenure", "risk", "reason"),
    [
        ("owner", "نعم", "no_survey"),
        ("OWNER", "是", "Not available: no survey"),
        ("Owner ", "✓", "no_survey"),
    ],
)
def test_codes_words_of_other_languages_and_spellings_are_understood(
    office: Office, tenure: str, risk: str, reason: str
) -> None:
    hands, record = _filled(office)
    hands.write("tenure", tenure)
    hands.tick("risks", "slide", word=risk)
    hands.write("opens", reason, "why")
    office.take(hands.save())
    answers = office.answers(record)
    assert answers["land"]["tenure"] == "owner"
    assert "slide" in answers["land"]["risks"]
    assert answers["place"]["opens"] == {"$unavailable": {"reason": "no_survey", "remark": ""}}


def test_arabic_digits_and_dates_are_read(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("people", "٤٣٩٧٠٧٣")
    hands.write("share", "٥٦٫٥")
    hands.write("surveyed", "٣١/٠٣/٢٠٢٥")
    office.take(hands.save())
    place = office.answers(record)["place"]
    assert (place["people"], place["share"], place["surveyed"]) == ("4397073", "56.5", "2025-03-31")


def test_an_entry_that_is_gone_is_told(office: Office) -> None:
    hands, record = _filled(office)
    hands.write("vi_homes", 3, entry="1")
    with office.desk.database.begin() as session:
        from habitat_desktop.records import repository

        sitting = open_entry(session, office.form, office.desk.settings, record, language="en")
        sitting.remove("/data/visit[1]")
        repository.save_draft(session, sitting.draft(at=office.desk.tick()))
    taken = office.take(hands.save())
    assert [cell.code for cell in taken.cells] == ["ENTRY_GONE"]
    assert "1 Kibera" in taken.cells[0].message


def test_a_sheet_of_another_questionnaire_is_not_read(office: Office) -> None:
    hands, _record = _filled(office)
    sheet = hands.sheet("s1")
    sheet.cell(1, 1).value = str(sheet.cell(1, 1).value).replace(hands.manifest.questionnaire_id, "0" * 36)
    taken = office.take(hands.save())
    assert codes(taken) == ["SHEET_OTHER", "SHEET_MISSING"]


def test_every_refusal_is_a_package_error_with_a_sentence(reader: Reader) -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, PackageError)]
    bases = (PackageError, errors.QuestionnaireError)
    assert all("kept" in one.message for one in kinds if one not in bases)
