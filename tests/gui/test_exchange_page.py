"""Sending and receiving by the window: real workspaces, real packages, real folders."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtWidgets import QToolButton

from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.records import journal
from habitat_desktop.records.record import RecordState
from habitat_desktop.settings import TransportSetting
from habitat_desktop.workspace import open_workspace
from tests.gui.desk import (
    Settled,
    Shown,
    add_final_record,
    banners,
    drop,
    drop_and_settle,
    enrol_folders,
    exchange_page,
    make_workspace,
    nameless,
    packages_in,
    send_to,
    states,
)


def test_what_waits_is_shown_with_its_reason_and_the_step_at_hand(
    office: Path, shown: Shown, settled: Settled
) -> None:
    page = exchange_page(shown(office), settled)
    assert page.contents.model.rowCount() == 1
    row = [page.contents.model.index(0, column).data() for column in range(3)]
    assert "Nairobi" in row[0] and "First half 2026" in row[0]
    assert row[1:] == ["Final", "new"]
    assert page.steps.now == "Make the package"
    assert "make" in page.panel.buttons


def test_answers_to_headquarters_wait_and_go_also_without_a_record(
    tmp_path: Path, shown: Shown, settled: Settled
) -> None:
    folder = make_workspace(tmp_path / "KE", "office", "KE")
    workspace = open_workspace(folder)
    with workspace.begin() as session:
        journal.write(session, workspace.hand(), "reply", office="KE", about="ab" * 32, reason="The census.")
    workspace.close()
    window = shown(folder)
    page = exchange_page(window, settled)
    assert page.contents.model.rowCount() == 1
    assert "1 question, answer or decision" in page.contents.model.index(0, 0).data()
    page.contents.row_opened.emit(0)  # it leads nowhere
    page.panel.buttons["make"].click()
    settled()
    assert len(packages_in(window.workspace.outgoing)) == 1
    assert page.steps.now == "Send"


def test_making_a_package_writes_one_workbook_and_turns_the_record_to_in_package(
    office: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    page.panel.buttons["make"].click()
    settled()
    (made,) = packages_in(window.workspace.outgoing)
    assert page.steps.now == "Send"
    assert made.name in {label.text().strip("⁦⁩") for label in page.panel.findChildren(type(page.head.title))}
    assert page.contents.model.index(0, 1).data().startswith("In package")
    assert page.contents.model.index(0, 2).data() == "new"
    window.close()
    assert states(office) == {RecordState.PACKAGE: 1}


def test_a_stick_gets_the_same_bytes_and_the_page_then_waits_for_the_receipt(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    window = shown(office)
    page = exchange_page(window, settled)
    copy = send_to(stick, page, settled)
    (made,) = packages_in(window.workspace.outgoing)
    assert copy.read_bytes() == made.read_bytes()
    assert page.steps.now == "Receipt"
    page.panel.buttons["folder"].click()  # again to the same stick: nothing is written twice
    settled()
    assert packages_in(stick) == [copy]
    assert packages_in(window.workspace.outgoing) == [made]


def test_the_whole_way_by_the_window_ends_with_received(
    office: Path, headquarters: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    stick, back = tmp_path / "stick", tmp_path / "back"
    stick.mkdir()
    back.mkdir()
    window = shown(office)
    package = send_to(stick, exchange_page(window, settled), settled)

    there = shown(headquarters)
    there.show_page("inbox")
    settled()
    inbox = there.page("inbox")
    inbox.choose_files = lambda: [package]
    inbox.add_button.click()
    settled()
    assert [line.result.status for line in inbox.receive_card.lines] == ["imported"]
    receipt = send_to(back, exchange_page(there, settled), settled)

    page = exchange_page(window, settled)
    page.choose_files = lambda: [receipt]
    page.receive_button.click()
    settled()
    assert [line.result.receipts_applied for line in page.receive_card.lines] == [1]
    assert page.contents.model.rowCount() == 0
    assert (
        "everything" in page.contents.heading.text()
        or page.contents.heading.text() == "Nothing waits to be sent"
    )
    window.close()
    assert states(office) == {RecordState.RECEIVED: 1}


def test_files_dropped_on_the_window_are_taken_in_and_twice_changes_nothing(
    office: Path, headquarters: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    package = send_to(stick, exchange_page(shown(office), settled), settled)
    there = shown(headquarters)
    there.show_page("inbox")
    settled()
    inbox = there.page("inbox")
    seen = []
    for _time in range(2):
        assert drop(there, [package])
        settled()
        seen += [line.result.status for line in inbox.receive_card.lines]
    assert seen == ["imported", "duplicate"]
    assert there.current_key == "inbox"
    assert inbox.model.rowCount() == 1
    there.close()
    assert sum(states(headquarters).values()) == 1


def test_other_things_dropped_are_left_alone(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    picture, lock = tmp_path / "photo.png", tmp_path / "~$package.xlsx"
    picture.write_bytes(b"png")
    lock.write_bytes(b"lock")
    assert not drop(window, [picture, lock])
    assert page.receive_card.lines == []


def test_a_file_cut_in_half_is_told_in_a_sentence_and_kept(
    office: Path, headquarters: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    package = send_to(stick, exchange_page(shown(office), settled), settled)
    whole = package.read_bytes()
    package.write_bytes(whole[: len(whole) // 2])
    there = shown(headquarters)
    assert drop_and_settle(there, package, settled) == ["quarantined"]
    (line,) = there.page("inbox").receive_card.lines  # type: ignore[attr-defined]
    assert package.name in line.sentence.text()
    assert "Nothing was taken in" in line.sentence.text()
    (kept,) = packages_in(there.workspace.quarantine)
    assert kept.read_bytes() == package.read_bytes()


def test_a_package_for_somebody_else_is_refused_with_the_right_address(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    package = send_to(stick, exchange_page(shown(office), settled), settled)
    uganda = shown(make_workspace(tmp_path / "uganda", "office", "UG"))
    assert drop_and_settle(uganda, package, settled) == ["refused"]
    (line,) = uganda.page("exchange").receive_card.lines  # type: ignore[attr-defined]
    assert "HQ" in line.sentence.text() and "Nothing was taken in" in line.sentence.text()


def test_a_folder_that_cannot_be_written_is_told_and_nothing_counts_as_handed_over(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    window = shown(office)
    page = exchange_page(window, settled)
    page.choose_folder = lambda: blocked
    page.panel.buttons["folder"].click()
    settled()
    (said,) = banners(window)
    assert said.startswith("error: Not written to") and "a file" in said
    assert page.steps.now == "Send"  # the package is made and lies here, but took no way yet
    assert len(packages_in(window.workspace.outgoing)) == 1


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_read_only_folder_is_told(office: Path, shown: Shown, settled: Settled, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    stick.chmod(0o555)
    window = shown(office)
    page = exchange_page(window, settled)
    page.choose_folder = lambda: stick
    page.panel.buttons["folder"].click()
    settled()
    stick.chmod(0o755)
    (said,) = banners(window)
    assert said.startswith("error: Not written to") and str(stick) in said
    assert packages_in(stick) == []


def test_a_workspace_whose_folder_of_packages_cannot_be_written_makes_none_and_says_so(
    office: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    window.workspace.outgoing.rmdir()
    window.workspace.outgoing.write_text("in the way")
    page.panel.buttons["make"].click()
    settled()
    (said,) = banners(window)
    assert said.startswith("error: The package was not made") and "Your records are kept" in said
    window.close()
    assert states(office) == {RecordState.FINAL: 1}


def test_exchange_over_a_folder_sends_receives_and_ends_with_received(
    tmp_path: Path, shown: Shown, settled: Settled
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    transports = (TransportSetting("share", str(share)),)
    office = make_workspace(tmp_path / "kenya", "office", "KE", transports=transports)
    add_final_record(office)
    headquarters = make_workspace(tmp_path / "hq", "headquarters", "HQ", transports=transports)
    enrol_folders(office, headquarters)
    windows = [shown(office), shown(headquarters), None]
    windows[2] = windows[0]
    for window in windows:
        assert window is not None
        page = exchange_page(window, settled)
        page.panel.buttons["transport:share"].click()
        settled()
        assert banners(window)[-1].startswith("ok: Exchanged over")
    for window in windows[:2]:
        assert window is not None
        window.close()
    assert states(office) == {RecordState.RECEIVED: 1}


def test_a_shared_folder_that_is_not_there_is_told_and_the_records_wait(
    tmp_path: Path, shown: Shown, settled: Settled
) -> None:
    gone = tmp_path / "gone"
    office = make_workspace(
        tmp_path / "kenya", "office", "KE", transports=(TransportSetting("share", str(gone)),)
    )
    add_final_record(office)
    window = shown(office)
    page = exchange_page(window, settled)
    page.panel.buttons["transport:share"].click()
    settled()
    (said,) = banners(window)
    assert said.startswith("error: Nothing was exchanged") and str(gone) in said
    assert page.contents.model.rowCount() == 1
    assert all(button.isEnabled() for button in page.panel.buttons.values())


def test_mail_opens_a_message_with_the_name_of_the_file_and_shows_its_folder(
    office: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    opened: list[QUrl] = []
    page.open_url = lambda url: opened.append(url) or True
    page.panel.buttons["mail"].click()
    settled()
    (made,) = packages_in(window.workspace.outgoing)
    folder, mail = opened
    assert Path(folder.toLocalFile()) == made.parent
    assert mail.scheme() == "mailto"
    assert made.name in mail.query(QUrl.ComponentFormattingOption.FullyDecoded)
    assert page.steps.now == "Receipt"


def test_without_a_mail_program_the_page_says_what_to_do(
    office: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    page.open_url = lambda url: False
    page.panel.buttons["mail"].click()
    settled()
    (made,) = packages_in(window.workspace.outgoing)
    (said,) = banners(window)
    assert said.startswith("warning: No mail program") and str(made) in said
    assert page.steps.now == "Send"


def test_cancel_keeps_what_was_taken_in_and_counts_what_was_left(
    office: Path, headquarters: Path, tmp_path: Path, shown: Shown, settled: Settled
) -> None:
    from habitat_desktop.gui.receiving import receive_files
    from habitat_desktop.progress import Progress

    stick = tmp_path / "stick"
    stick.mkdir()
    package = send_to(stick, exchange_page(shown(office), settled), settled)
    workspace = open_workspace(headquarters)
    progress = Progress(lambda done, total: progress.cancel() if done else None)
    received = receive_files(workspace, [package, package, package], progress)
    workspace.close()
    assert [result.status for result in received.results] == ["imported", "duplicate"]
    assert received.left == 1
    assert states(headquarters)


def test_a_report_outlives_a_change_of_language_until_it_is_closed(
    office: Path, headquarters: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    package = send_to(stick, exchange_page(shown(office), settled), settled)
    there = shown(headquarters)
    assert drop_and_settle(there, package, settled) == ["imported"]
    there.update_settings(language="ar")
    settled()
    card = there.page("inbox").receive_card
    assert card.isVisible() and [line.result.status for line in card.lines] == ["imported"]
    card.findChild(QToolButton).click()
    assert not card.isVisible() and card.lines == []


def test_nothing_to_send_is_said_as_such(tmp_path: Path, shown: Shown, settled: Settled) -> None:
    page = exchange_page(shown(make_workspace(tmp_path / "kenya", "office", "KE")), settled)
    assert page.contents.heading.text() == "Nothing waits to be sent"
    assert page.contents.model.rowCount() == 0
    assert page.panel.buttons == {}
    assert page.steps.now == ""


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_the_page_shows_in_every_language_direction_and_theme_with_names_for_all_controls(
    code: str, theme_name: str, office: Path, shown: Shown, settled: Settled
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    window.update_settings(language=code, theme=theme_name)
    settled()
    window.resize(1366, 656)
    picture = window.grab()
    assert picture.width() >= 1366
    is_rtl = window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert is_rtl == (code == "ar")
    assert page.contents.model.rowCount() == 1
    panel_x, contents_x = (part.mapTo(window, QPoint(0, 0)).x() for part in (page.panel, page.contents))
    assert (panel_x < contents_x) == is_rtl
    assert nameless(page) == []
