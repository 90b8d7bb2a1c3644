"""The page of files that were not let in, and the list of codes, in windows of real workspaces."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.packages import errors, quarantine
from habitat_desktop.records import journal
from tests.gui.checks import clipped, nameless
from tests.gui.desk import Settled, Shown
from tests.gui.test_headquarters_pages import THEN, package_of, rows, take_in


@pytest.fixture
def damaged(headquarters: Path, tmp_path: Path) -> Path:
    """Headquarters with one damaged package of Kenya and one empty file in quarantine."""
    half, empty = tmp_path / "KE-HQ-1.xlsx", tmp_path / "عودة.xlsx"
    half.write_bytes(b"PK\x03\x04 half of it")
    empty.write_bytes(b"")
    assert take_in(headquarters, half) == ["quarantined"]
    assert take_in(headquarters, empty, at=THEN.replace(hour=10)) == ["quarantined"]
    return headquarters


def page_of(folder: Path, shown: Shown, settled: Settled, **context: Any) -> Any:
    window = shown(folder)
    window.show_page("quarantine", **context)
    settled()
    return window.page("quarantine")


def press(page: Any, key: str, settled: Settled) -> None:
    page.panel.buttons[key].click()
    settled()
    settled()


def test_every_file_is_explained_with_what_to_do_and_where_it_lies(
    damaged: Path, shown: Shown, settled: Settled
) -> None:
    page = page_of(damaged, shown, settled)
    assert [row[1] for row in rows(page)] == ["EMPTY", "ZIP_BAD"]
    page.table.setCurrentIndex(page.model.index(1, 0))
    lines = {line.partition(". ")[0]: line.partition(". ")[2] for line in page.panel.lines}
    for title in ("What happened", "What was kept", "What to do next", "Where the original lies"):
        assert lines[title]
    assert str(page.workspace.quarantine) in lines["Where the original lies"]
    assert "2 files were not let in" in page.head.subtitle.text()


def test_the_inbox_leads_to_the_file(damaged: Path, shown: Shown, settled: Settled) -> None:
    window = shown(damaged)
    window.show_page("inbox")
    settled()
    inbox: Any = window.page("inbox")
    assert inbox.quarantine_button.isVisible() and "2" in inbox.quarantine_button.text()
    inbox.table.selectRow(1)
    show = [b for b in inbox.panel.findChildren(QAbstractButton) if b.text() == "Show in quarantine"]
    show[-1].click()
    settled()
    page: Any = window.page("quarantine")
    assert window.current_key == "quarantine"
    assert page.panel.lines and "ZIP_BAD" in " ".join(page.panel.lines)


def test_a_file_whose_cause_is_gone_is_let_in_at_the_next_try(
    office: Path, headquarters: Path, shown: Shown, settled: Settled
) -> None:
    package = package_of(office)
    folder = headquarters / "quarantine"
    quarantine.keep(folder, package, errors.EmptyFileError(file=package.name), THEN)
    page = page_of(headquarters, shown, settled)
    press(page, "again", settled)
    assert rows(page) == []
    (kept,) = quarantine.kept_out(folder)
    assert kept.outcome == "let_in" and kept.stored.is_file()
    with page.workspace.read() as session:
        from habitat_desktop.records import exchange_state

        (entry,) = exchange_state.packages(session, direction="in")
    assert entry.file_name == package.name


def test_a_file_that_is_refused_again_stays_with_the_reason_of_this_time(
    damaged: Path, shown: Shown, settled: Settled
) -> None:
    page = page_of(damaged, shown, settled)
    before = [row[1] for row in rows(page)]
    press(page, "again", settled)
    assert [row[1] for row in rows(page)] == before
    assert page.panel.buttons["again"].isEnabled()


def test_a_file_leaves_the_list_with_a_reason_only(damaged: Path, shown: Shown, settled: Settled) -> None:
    page = page_of(damaged, shown, settled)
    press(page, "remove", settled)
    dialog = page.findChild(ReasonDialog)
    assert nameless(dialog) == []
    dialog.done_button.click()
    assert dialog.isVisible() and dialog.problem.isVisible()
    dialog.field.setText("sent by mistake")
    dialog.done_button.click()
    settled()
    settled()
    assert [row[1] for row in rows(page)] == ["ZIP_BAD"]
    page._choose_filter("settled")
    assert any("sent by mistake" in line for line in page.panel.lines)
    assert "again" not in page.panel.buttons and "remove" not in page.panel.buttons
    assert len(list((damaged / "quarantine").glob("*.xlsx"))) == 2
    with page.workspace.read() as session:
        (act,) = journal.acts(session, kinds=["remove"])
    assert (act.reason, act.person) == ("sent by mistake", page.workspace.settings.person)


def test_a_copy_is_saved_byte_for_byte(damaged: Path, shown: Shown, settled: Settled, tmp_path: Path) -> None:
    page = page_of(damaged, shown, settled)
    page.table.setCurrentIndex(page.model.index(1, 0))
    page.choose_target = lambda name: tmp_path / f"copy of {name}"
    press(page, "copy", settled)
    assert (tmp_path / "copy of KE-HQ-1.xlsx").read_bytes() == b"PK\x03\x04 half of it"


def test_the_list_of_codes_has_every_code_and_is_searched(
    damaged: Path, shown: Shown, settled: Settled
) -> None:
    page = page_of(damaged, shown, settled, codes=True)
    assert page.codes.codes == [meaning.code for meaning in errors.all_codes()]
    page.search("ZIP_BOMB")
    assert "ZIP_BOMB" in page.codes.codes and "EMPTY" not in page.codes.codes
    page.codes_button.click()
    assert not page.codes.isVisible()


def test_an_office_with_nothing_in_quarantine_is_told_so(
    office: Path, shown: Shown, settled: Settled
) -> None:
    page = page_of(office, shown, settled)
    assert page.head.subtitle.text() == "No file waits for you."
    assert not page.chips.isVisible()
    assert page.frame.navigation.page_list.items_model.current == "exchange"


@pytest.mark.parametrize("code", LANGUAGES)
def test_files_and_codes_show_whole_in_every_language(
    code: str, damaged: Path, shown: Shown, settled: Settled, qtbot: Any
) -> None:
    window = shown(damaged)
    window.update_settings(language=code, theme="dark")
    window.resize(1366, 688)
    for context in ({}, {"codes": True}):
        window.show_page("quarantine", **context)
        settled()
        qtbot.waitUntil(lambda: clipped(window) == [], timeout=20_000)
        assert nameless(window) == []
        assert (window.layoutDirection() == Qt.LayoutDirection.RightToLeft) is (code == "ar")
