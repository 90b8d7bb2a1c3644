"""What came from headquarters, told in plain lines that lead on; packages edited in Excel or sent again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QAbstractButton, QComboBox

from habitat_desktop.gui import kit
from habitat_desktop.gui.sending import make_packages
from habitat_desktop.packages import news
from habitat_desktop.packages.exporting import create_packages
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace, open_workspace
from tests.gui.desk import (
    Settled,
    Shown,
    banners,
    drop,
    exchange_page,
    nameless,
    packages_in,
    send_to,
    states,
)
from tests.gui.talk_desk import TalkDesk

Opener = Callable[[Workspace], Any]


def _answer_of(talk: TalkDesk) -> Path:
    sender = talk.headquarters
    made = create_packages(
        sender.database, sender.settings, talk.folder, sender.library.form,
        to="KE", attachments_dir=sender.attachments, keyring=sender.keyring, at=datetime.now(UTC),
    )  # fmt: skip
    return made[-1].path


def _bare(text: str) -> str:
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))


def _link(page: Any, name: str) -> QAbstractButton:
    found: QAbstractButton = next(
        b for b in page.findChildren(QAbstractButton) if _bare(b.accessibleName()) == name
    )
    return found


def _edit(package: Path) -> None:
    """Change one answer of the visible sheets, as somebody would in Excel."""
    book = openpyxl.load_workbook(package)
    sheet = next(s for s in book.worksheets if s.sheet_state == "visible" and "Nairobi" in _texts(s))
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "Nairobi")
    cell.value = "Mombasa"
    book.save(package)


def _texts(sheet: Any) -> set[object]:
    return {cell.value for row in sheet.iter_rows() for cell in row}


def test_the_report_says_what_came_and_each_line_leads_there(
    talk: TalkDesk, open_window: Opener, settled: Settled, qtbot: Any
) -> None:
    talk.ask()
    talk.propose()
    talk.give_back()
    package = _answer_of(talk)
    window = open_window(talk.office)
    page = exchange_page(window, settled)
    assert drop(window, [package])
    settled()
    told = {line.line.kind: line for line in page.receive_card.news}
    assert {"query", "proposal", "returned", "received"} <= set(told)
    assert "1 question" in told["query"].sentence.text() and talk.label in told["query"].sentence.text()
    assert "“⁨Both figures need a source⁩”" in told["returned"].sentence.text()
    assert nameless(page) == []
    kinds = list(told)
    assert kinds.index("returned") < kinds.index("query") < kinds.index("received")
    qtbot.keyClick(told["query"].button, Qt.Key.Key_Space)
    settled()
    assert window.current_key == "queries"
    window.show_page("exchange")
    qtbot.keyClick(told["received"].button, Qt.Key.Key_Space)
    settled()
    assert window.current_key == "records"
    assert drop(window, [package])  # twice changes nothing and brings no news
    settled()
    assert window.page("exchange").receive_card.news == []


def test_the_command_line_says_the_same_with_the_command_that_shows_it(
    talk: TalkDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    from habitat_desktop.cli import run

    talk.ask()
    talk.accept()
    package = _answer_of(talk)
    folder = talk.office.folder
    talk.office.close()
    arguments = ["--workspace", str(folder), "import", str(package)]
    assert run(arguments, open_window=lambda folder: 0, take_screenshots=lambda *parts: []) == 0
    said = capsys.readouterr().out
    assert "asks 1 question" in said and "habitat query list" in said
    assert "accepted 1 record" in said and "habitat record list --state accepted" in said


def test_news_of_several_packages_tell_each_thing_once() -> None:
    one = news.News({"received": (news.Said("r1", "KE-1"),)})
    both = news.together([one, one, news.News({"received": (news.Said("r2", "KE-2"),)})])
    (line,) = news.lines(both)
    assert line.text.startswith("2 records are at headquarters now") and line.key == ""


def test_a_package_changed_in_excel_is_told_and_goes_as_it_was_made(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    page.panel.buttons["make"].click()
    settled()
    (package,) = packages_in(window.workspace.outgoing)
    signed = package.read_bytes()
    _edit(package)
    page.refresh()
    settled()
    said = " ".join(label.text() for label in page.tabs.findChildren(kit.Label))
    assert "1 change was made in Excel since" in said
    stick = tmp_path / "stick"
    stick.mkdir()
    copy = send_to(stick, page, settled)
    assert "Mombasa" not in {t for s in openpyxl.load_workbook(copy).worksheets for t in _texts(s)}
    opened: list[QUrl] = []
    page.open_url = lambda url: opened.append(url) is None
    page.panel.buttons["mail"].click()
    settled()
    assert Path(opened[0].toLocalFile()) == package.parent / "as made"
    assert package.read_bytes() != signed  # what the person changed is kept
    next(b for b in page.tabs.findChildren(QAbstractButton) if b.text() == "See the changes").click()
    settled()
    assert window.current_key == "edits"


def test_an_earlier_package_is_sent_again_as_the_same_file_and_a_stick_pulled_out_is_told(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    page.panel.buttons["make"].click()
    settled()
    (package,) = packages_in(window.workspace.outgoing)
    stick = tmp_path / "stick"
    stick.mkdir()
    page.choose_folder = lambda: stick
    _link(page, "Send package 1 again").click()
    settled()
    assert packages_in(stick)[0].read_bytes() == package.read_bytes()
    packages_in(stick)[0].unlink()
    stick.rmdir()  # pulled out after it was chosen
    _link(page, "Send package 1 again").click()
    settled()
    assert any(said.startswith("error: Not written to") for said in banners(window))
    assert len(packages_in(window.workspace.outgoing)) == 1
    opened: list[QUrl] = []
    page.open_url = lambda url: opened.append(url) is None
    _link(page, "Show package 1 in its folder").click()
    assert Path(opened[0].toLocalFile()) == package.parent


def test_a_damaged_package_that_lies_here_is_made_anew(office: Path, shown: Shown, settled: Settled) -> None:
    window = shown(office)
    page = exchange_page(window, settled)
    page.panel.buttons["make"].click()
    settled()
    (package,) = packages_in(window.workspace.outgoing)
    package.write_bytes(package.read_bytes()[:500])
    page.refresh()
    settled()
    assert "make" in page.panel.buttons


def test_records_chosen_for_the_package_are_found_in_it(office: Path, shown: Shown, settled: Settled) -> None:
    window = shown(office)
    window.show_page("exchange", records=("KE-r-1", "gone"))
    settled()
    page: Any = window.page("exchange")
    (said,) = banners(window)
    assert "1 of the chosen records goes with this package" in said and "1 stays here" in said
    assert page.contents.table.currentIndex().row() == 0


def test_encryption_is_switched_in_settings_and_the_page_says_so(
    office: Path, shown: Shown, settled: Settled, qtbot: Any
) -> None:
    window = shown(office)
    window.show_page("settings", topic="exchange")
    box = window.findChild(QComboBox, "encrypt")
    assert box is not None and box.accessibleName() == "Who can read packages"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    settled()
    assert window.workspace.settings.encrypt
    page = exchange_page(window, settled)
    assert any("will be encrypted" in label.text() for label in page.panel.findChildren(kit.Label))
    page.panel.buttons["make"].click()  # nobody is trusted yet who could open it
    settled()
    assert any(said.startswith("error: The package was not made") for said in banners(window))
    assert packages_in(window.workspace.outgoing) == []


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    window = shown(office)
    page = exchange_page(window, settled)
    page.panel.buttons["make"].click()
    settled()
    stick = tmp_path / "stick"
    stick.mkdir()
    page.choose_folder = lambda: stick
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # writing more fails as on a full disk
    try:
        page.panel.buttons["folder"].click()
        settled()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert any(said.startswith("error: Not written to") for said in banners(window))
    assert packages_in(stick) == [] and page.steps.now == "Send"
    page.panel.buttons["folder"].click()  # there is room again
    settled()
    assert len(packages_in(stick)) == 1 and page.steps.now == "Receipt"


def test_cancelling_makes_no_package_and_the_record_waits(office: Path) -> None:
    workspace = open_workspace(office)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_packages(workspace, ["HQ"], {}, progress)
    assert packages_in(workspace.outgoing) == []
    workspace.close()
    assert states(office) == {RecordState.FINAL: 1}
