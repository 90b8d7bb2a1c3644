"""Inbox, offices and the story of a record, in windows of real workspaces with real packages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from habitat_desktop.gui.record_history import RecordHistory
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.packages.exporting import create_package
from habitat_desktop.packages.importing import import_files
from habitat_desktop.settings import HEADQUARTERS
from habitat_desktop.workspace import open_workspace
from tests.gui.desk import (
    Settled,
    Shown,
    add_final_record,
    drop_and_settle,
    enrol_folders,
    make_workspace,
    nameless,
)

THEN = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


def package_of(folder: Path, to: str = HEADQUARTERS, at: datetime = THEN) -> Path:
    """Make the package that waits in a workspace, as a command would."""
    workspace = open_workspace(folder)
    made = create_package(
        workspace.database,
        workspace.settings,
        workspace.outgoing,
        workspace.library.form,
        to=to,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        at=at,
        author="M. Njeri",
        language="en",
    )
    workspace.close()
    return made.path


def take_in(folder: Path, *paths: Path, at: datetime = THEN) -> list[str]:
    workspace = open_workspace(folder)
    results = import_files(
        workspace.database,
        workspace.settings,
        paths,
        store=workspace.incoming,
        quarantine=workspace.quarantine,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        forms=workspace.library.form,
        at=at,
    )
    workspace.close()
    return [result.status for result in results]


def edited_in_excel(package: Path, folder: Path) -> Path:
    """Change one answer in a visible sheet and save the workbook again, as Excel would."""
    book = openpyxl.load_workbook(package)
    cells = (cell for sheet in book for row in sheet.iter_rows(min_row=2) for cell in row)
    cell = next(cell for cell in cells if cell.value == "Nairobi")
    cell.value = "Mombasa"
    path = folder / "edited.xlsx"
    book.save(path)
    return path


@pytest.fixture
def filled(office: Path, headquarters: Path, tmp_path: Path) -> Path:
    """Headquarters with packages of Kenya (edited) and Ghana (no. 1 never came), and a damaged file."""
    assert take_in(headquarters, edited_in_excel(package_of(office), tmp_path)) == ["imported"]
    ghana = make_workspace(tmp_path / "ghana", "office", "GH", countries=("GHA",))
    enrol_folders(ghana, headquarters)
    add_final_record(ghana, "Tamale", "r-1")
    package_of(ghana)
    add_final_record(ghana, "Accra", "r-2")
    second = package_of(ghana, at=THEN + timedelta(hours=1))
    assert take_in(headquarters, second, at=THEN + timedelta(hours=2)) == ["imported"]
    half = tmp_path / "half.xlsx"
    half.write_bytes(second.read_bytes()[:2000])
    assert take_in(headquarters, half, at=THEN + timedelta(hours=3)) == ["quarantined"]
    return headquarters


def inbox_of(folder: Path, shown: Shown, settled: Settled):  # type: ignore[no-untyped-def]
    window = shown(folder)
    window.show_page("inbox")
    for _batch in range(3):
        settled()
    return window.page("inbox")


def rows(page) -> list[list[str]]:  # type: ignore[no-untyped-def]
    model = page.model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_inbox_says_of_every_package_what_is_special(
    filled: Path, shown: Shown, settled: Settled
) -> None:
    page = inbox_of(filled, shown, settled)
    by_sender = {row[0].partition(",")[0]: row for row in rows(page)}
    assert list(by_sender) == ["Unknown sender", "Ghana", "Kenya"]  # the newest first
    assert [row[1] for row in by_sender.values()] == ["Not checked", "Signed", "Signed"]
    assert by_sender["Unknown sender"][3] == "Quarantine"
    assert "is missing" in by_sender["Ghana"][2] and by_sender["Ghana"][3] == "Taken in"
    assert "1 cell changed in Excel" in by_sender["Kenya"][2] and by_sender["Kenya"][3] == "Edited in Excel"


def test_chips_count_and_filter(filled: Path, shown: Shown, settled: Settled) -> None:
    page = inbox_of(filled, shown, settled)
    for word, senders in (
        ("Quarantine", ["Unknown sender"]),
        ("Edited in Excel", ["Kenya"]),
        ("Earlier one missing", ["Ghana"]),
        ("All", ["Unknown sender", "Ghana", "Kenya"]),
    ):
        (chip,) = [b for b in page.chips.findChildren(QAbstractButton) if b.text().startswith(word)]
        chip.click()
        assert [row[0].partition(",")[0] for row in rows(page)] == senders
        assert f"{len(senders)}" in chip.text()


def test_the_panel_tells_five_plain_lines_and_opens_the_record(
    filled: Path, shown: Shown, settled: Settled
) -> None:
    page = inbox_of(filled, shown, settled)
    page.table.selectRow(2)
    settled()
    lines = " ".join(page.panel.lines)
    for part in (
        "The contents are whole",
        "1 record, 1 revision",
        "1 cell was changed in Excel",
        "Nothing was overwritten",
        "Nothing is missing",
        "The receipt waits",
    ):
        assert part in lines
    page.panel.open_button.click()
    settled()
    assert page.frame.current_key == "records"


def test_a_kept_out_file_is_explained_in_the_language_now(
    filled: Path, shown: Shown, settled: Settled
) -> None:
    page = inbox_of(filled, shown, settled)
    page.table.selectRow(0)
    assert any("half.xlsx" in line and "damaged or incomplete" in line for line in page.panel.lines)
    assert any("The file is kept" in line for line in page.panel.lines)


def test_the_search_finds_an_office_by_name(filled: Path, shown: Shown, settled: Settled) -> None:
    page = inbox_of(filled, shown, settled)
    assert page.search("GHAna")
    assert [row[0].partition(",")[0] for row in rows(page)] == ["Ghana"]
    page.search("nowhere")
    assert page.model.rowCount() == 0


def test_files_added_while_others_are_taken_in_wait_for_their_turn(
    office: Path, headquarters: Path, shown: Shown, settled: Settled
) -> None:
    package = package_of(office)
    page = inbox_of(headquarters, shown, settled)
    done = []
    page.receiving.finished.connect(lambda received: done.append([r.status for r in received.results]))
    page.receiving.receive([package])
    page.receiving.receive([package])
    settled()
    settled()
    assert done == [["imported"], ["duplicate"]]


def test_the_offices_board_counts_from_the_records(filled: Path, shown: Shown, settled: Settled) -> None:
    window = shown(filled)
    window.show_page("offices")
    settled()
    page = window.page("offices")
    by_office = {row[0]: row for row in rows(page)}
    assert set(by_office) == {"Ghana", "Kenya"}
    heads = [page.model.headerData(c, Qt.Orientation.Horizontal) for c in range(page.model.columnCount())]
    column = next(i for i, head in enumerate(heads) if "lum-upgrading" in head)
    spoken = page.model.index(list(by_office).index("Ghana"), column).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Ghana, ") and ": Received, " in spoken
    assert by_office["Ghana"][-2].strip() == "⁦2⁩" or "2" in by_office["Ghana"][-2]
    assert by_office["Ghana"][-3].startswith("1 of ")
    assert "no. " in by_office["Ghana"][-1]


def test_the_office_panel_leads_to_records_and_to_its_package(
    filled: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(filled)
    window.show_page("offices", office="KE")
    settled()
    page = window.page("offices")
    page.panel.records_button.click()
    settled()
    assert window.current_key == "records"
    window.show_page("offices", office="KE")
    settled()
    page.panel.package_button.click()
    settled()
    assert window.current_key == "exchange"
    assert window.page("exchange").contents.model.rowCount() == 2


def test_headquarters_makes_a_package_for_every_office_it_owes_a_receipt(
    filled: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    window = shown(filled)
    window.show_page("exchange")
    settled()
    page = window.page("exchange")
    page.panel.buttons["make"].click()
    settled()
    made = sorted(path.name.rpartition("-")[0] for path in window.workspace.outgoing.glob("*.xlsx"))
    assert made == ["HQ-GH-1", "HQ-KE-1"]
    assert page.contents.heading.text() == "Packages ready to be sent"
    assert page.steps.now == "Send"
    (package,) = window.workspace.outgoing.glob("HQ-GH*")
    assert drop_and_settle(shown(tmp_path / "ghana"), package, settled) == ["imported"]


def test_the_history_of_a_record_is_a_story_with_package_and_receipt(
    office: Path, headquarters: Path, shown: Shown, settled: Settled
) -> None:
    take_in(headquarters, package_of(office))
    receipt = package_of(headquarters, "KE", THEN + timedelta(days=1))
    take_in(office, receipt, at=THEN + timedelta(days=2))
    window = shown(office)
    history = RecordHistory(window.workspace, "KE-r-1")
    settled()
    kinds = [(event.kind, event.number) for event in history.events]
    assert kinds == [("receipt", 1), ("sent", 1), ("revision", 1)]
    assert "Received by" in history.lines()[0] and "Headquarters" in history.lines()[0]
    assert "M. Njeri" in history.lines()[2]
    history.show_record("")
    assert history.lines() == []


def test_an_old_story_does_not_arrive_after_another_record_was_chosen(
    office: Path, shown: Shown, settled: Settled
) -> None:
    add_final_record(office, "Kisumu", "r-2")
    window = shown(office)
    history = RecordHistory(window.workspace, "KE-r-1")
    history.show_record("KE-nobody")
    settled()
    assert history.events == ()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_pages_of_headquarters_show_in_every_language_with_names_for_all_controls(
    code: str, filled: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(filled)
    window.update_settings(language=code)
    for key in ("inbox", "offices", "exchange"):
        window.show_page(key)
        settled()
        window.resize(1366, 656)
        assert window.grab().height() >= 656
        page = window.page(key)
        assert nameless(page) == []
        is_rtl = window.layoutDirection() == Qt.LayoutDirection.RightToLeft
        assert is_rtl == (code == "ar")
