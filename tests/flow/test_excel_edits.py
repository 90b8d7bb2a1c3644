"""Export, edit in Excel, take the edits, send again: drafts only, until a person finalizes them."""

from pathlib import Path

import openpyxl

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return


def test_what_was_changed_in_excel_comes_back_as_a_draft_and_goes_to_headquarters_once_final(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    added = habitat(
        desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--finalize", "--json"
    ).json
    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json
    book = openpyxl.load_workbook(made["path"])
    sheet = book["housing_policy"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    pop = sheet.cell(3, columns["ctx/urban_pop"])
    before, pop.value = pop.value, 18_000_000
    sheet.cell(3, columns["ctx/slum_pct"]).value = "about half"
    edited = desk.folder / "edited.xlsx"
    book.save(edited)

    refused = habitat(desk.office, "import", edited, "--json")
    assert [result["code"] for result in refused.json] == ["OWN_PACKAGE_EDITED"]
    dry = habitat(desk.office, "package", "take", edited, "--dry-run", "--json").json
    assert (dry["taken"], dry["left"], dry["dry_run"]) == (1, 1, True)
    (shown,) = habitat(desk.office, "record", "list", "--json").json
    assert shown["state"] == "package"

    taken = habitat(desk.office, "package", "take", edited, "--json")
    assert taken.code == 1  # one cell was left, and is named
    outcomes = {edit["question"]: (edit["outcome"], edit["reason"]) for edit in taken.json["edits"]}
    assert outcomes == {"ctx/urban_pop": ("taken", None), "ctx/slum_pct": ("left", "NOT_A_NUMBER")}
    assert pop.coordinate in habitat(desk.office, "package", "inspect", edited).out
    assert habitat(desk.office, "package", "take", edited, "--json").json["taken"] == 0
    record_id = added["record_id"]
    assert habitat(desk.office, "record", "show", record_id, "--json").json["state"] == "draft"

    assert habitat(desk.office, "record", "finalize", record_id).code == 0
    again = habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json
    assert habitat(desk.headquarters, "import", again["path"], "--json").code == 0
    there = habitat(desk.headquarters, "record", "show", record_id, "--json").json
    assert (there["answers"]["ctx"]["urban_pop"], before) == ("18000000", 17_400_000)
