"""The translators' page in windows of a real headquarters, on a copy of the real catalogues."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from habitat_desktop.gui import kit
from habitat_desktop.i18n import po
from habitat_desktop.i18n.workshop import TARGETS
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import Person
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless
from tests.gui.desk import Settled, banners

QUESTION = "slum_upgrading|settlement/depr/dep_any|label"
Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Catalogues of the menus and of two forms, as they are shipped; no test changes them."""
    folder = tmp_path_factory.mktemp("catalogues")
    for code in ("pot", *TARGETS):
        for domain in ("app", "forms/housing_policy", "forms/slum_upgrading"):
            name = f"{code}/{domain}.{'pot' if code == 'pot' else 'po'}"
            entries = po.read_po((data_dir("translations") / name).read_text(encoding="utf-8"))
            kept = [entry for entry in entries if domain != "app" or not entry.id or _is_wanted(entry)]
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(po.write_po(kept), encoding="utf-8", newline="\n")
    return folder


def _is_wanted(entry: po.Entry) -> bool:
    return any("gui/menus.py" in place for place in entry.places) or entry.id.startswith("{count} record")


@pytest.fixture
def translations(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped, tmp_path / "translations"))


@pytest.fixture
def opened(hq_workspace: Workspace, translations: Path, open_window: Any, settled: Settled) -> Opened:
    """Return a function that shows the page of a language and waits until everything is checked."""

    def show(code: str = "ar", *, person: str = "A. Reader", **context: Any) -> Any:
        names = {key: context.pop(key) for key in ("language", "theme", "width", "height") if key in context}
        hq_workspace.settings = replace(hq_workspace.settings, persons=(Person("A. Reader"),), person=person)
        window = open_window(hq_workspace, **names)
        window.show_page("languages", translations=translations, **{"language": code, **context})
        settled()
        return window.page("languages")

    return show


def go_to(page: Any, context: str, settled: Settled) -> None:
    row = next(row for row in page.rows.values() if context in (row.entry.context, row.entry.id))
    assert page.list.go_to(row.id)
    settled()


def typed(field: Any, text: str) -> None:
    """Replace the text of a field, sign by sign, as a person does."""
    field.selectAll()
    for sign in text:
        QApplication.sendEvent(
            field, QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )


def press(page: Any, key: Qt.Key, modifier: Qt.KeyboardModifier, qtbot: Any, settled: Settled) -> None:
    qtbot.keyClick(QApplication.focusWidget() or page, key, modifier)
    settled()


def in_file(translations: Path, code: str, domain: str, text: str) -> po.Entry:
    content = (translations / code / f"{domain}.po").read_text(encoding="utf-8")
    return next(entry for entry in po.read_po(content) if text in (entry.id, entry.context))


def lines(page: Any) -> list[str]:
    return [label.text() for label in page.panel.findChildren(QLabel) if label.isVisible() and label.text()]


def test_a_translator_corrects_a_question_and_a_reader_confirms_it(
    opened: Opened, translations: Path, qtbot: Any, settled: Settled
) -> None:
    page = opened("ar", language="en")
    assert page.tabs["ar"].text().splitlines()[1].endswith("reviewed ⁦0⁩ %")
    go_to(page, QUESTION, settled)
    text = page.panel.fields[0].toPlainText()
    assert page.panel.fields[0].layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert text in _spoken(page)
    page.panel.focus_field()
    typed(page.panel.fields[0], text + " جديد")
    qtbot.waitUntil(lambda: "جديد" in _spoken(page), timeout=5000)
    before = (translations / "ar" / "app.po").read_bytes()
    row = page.panel.row
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, qtbot, settled)
    entry = in_file(translations, "ar", "forms/slum_upgrading", QUESTION)
    assert entry.strings == [text + " جديد"]
    assert any(comment.startswith("reviewed: A. Reader 2026-07-19") for comment in entry.comments)
    assert (translations / "ar" / "app.po").read_bytes() == before
    assert page.rows[row.id].state == "reviewed"
    assert page.panel.row.id != row.id  # the next text
    assert page.panel.fields[0].hasFocus()
    assert page.book.totals["ar"].reviewed == 1
    press(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, qtbot, settled)
    assert in_file(translations, "ar", "forms/slum_upgrading", QUESTION).strings == [text]
    assert page.panel.row.id == row.id
    assert page.book.totals["ar"].reviewed == 0


def _spoken(page: Any) -> str:
    labels = page.preview.findChildren(QLabel)
    shown = [label for label in labels if label.isVisible() and not label.pixmap().isNull()]
    return " ".join(label.accessibleName() for label in shown)


def test_what_breaks_the_program_is_told_while_it_is_typed_and_not_saved(
    opened: Opened, translations: Path, qtbot: Any, settled: Settled
) -> None:
    page = opened("fr", room="gui", words="{count} record")
    row = page.panel.row
    assert row.entry.plural is not None
    assert [field.accessibleName().split(", ", 1)[1][:5] for field in page.panel.fields] == ["For ⁦", "For ⁦"]
    assert "{count} is not" not in " ".join(lines(page))
    typed(page.panel.fields[1], "{cuonnt} <b>enregistrements")
    qtbot.waitUntil(lambda: any("{cuonnt}" in line for line in lines(page)), timeout=5000)
    before = (translations / "fr" / "app.po").read_bytes()
    page.save(True)
    settled()
    assert (translations / "fr" / "app.po").read_bytes() == before
    assert any("was not saved" in banner for banner in banners(page.frame))
    assert page.typed[row.id].strings[1] == "{cuonnt} <b>enregistrements"
    page.step(1)
    page.step(-1)
    assert page.panel.fields[1].toPlainText() == "{cuonnt} <b>enregistrements"  # kept, not saved
    assert not page.frame.show_page("records")  # told once, then the person may leave
    assert page.frame.show_page("records")
    settled()


def test_too_much_is_not_pasted_and_hidden_signs_are_told(opened: Opened, qtbot: Any) -> None:
    page = opened("ru", words="Quit")
    field = page.panel.fields[0]
    before = field.toPlainText()
    data = QMimeData()
    data.setText("я" * 5_000_000)
    field.insertFromMimeData(data)
    assert field.toPlainText() == before
    qtbot.waitUntil(lambda: any("5000000" in line for line in lines(page)), timeout=5000)
    data.setText("\u202e\x07")
    field.insertFromMimeData(data)
    qtbot.waitUntil(lambda: any("direction" in line for line in lines(page)), timeout=5000)
    assert any("cannot be seen" in line for line in lines(page))


def test_nobody_reviews_without_a_name(opened: Opened, translations: Path, settled: Settled) -> None:
    page = opened("es", person="", words="Quit")
    page.save(True)
    settled()
    assert any("Enter yourself" in banner for banner in banners(page.frame))
    assert "reviewed:" not in (translations / "es" / "app.po").read_text(encoding="utf-8")


def test_search_filter_place_and_keys_lead_through_the_texts(
    opened: Opened, qtbot: Any, settled: Settled
) -> None:
    page = opened("zh", language="en")
    everything = page.list.model.rowCount()
    assert everything > 300
    chips = page.list.chips.findChildren(kit.Button)
    assert [chip.text().split("  ")[0] for chip in chips] == [
        "All", "Not translated", "To check", "English changed", "Not reviewed",
    ]  # fmt: skip
    page.list.search.setText("贫民窟")
    page.list.show_chosen()
    assert 0 < page.list.model.rowCount() < everything
    page.list.narrow(room="forms/housing_policy")
    assert {row.domain for row in page.list.model.rows} == {"forms/housing_policy"}
    first = page.panel.row.id
    page.list.table.setFocus()
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, qtbot, settled)
    assert page.panel.fields[0].hasFocus()
    press(page, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, qtbot, settled)
    assert page.panel.row.id != first
    press(page, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, qtbot, settled)
    assert page.panel.row.id == first
    press(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier, qtbot, settled)
    assert page.panel.fields[0].toPlainText() == page.panel.row.entry.id
    press(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, qtbot, settled)  # of the field itself
    assert page.panel.fields[0].toPlainText() == page.panel.row.translation
    page.list.narrow(words="no text says this")
    assert page.list.model.rowCount() == 0
    qtbot.waitUntil(lambda: "No text fits" in lines(page), timeout=5000)


def test_a_file_changed_outside_is_read_again_and_never_overwritten(
    opened: Opened, translations: Path, settled: Settled
) -> None:
    page = opened("ar")
    go_to(page, "Quit", settled)
    file = translations / "ar" / "app.po"
    mine, theirs = "اخرج", "غادر"
    page.panel.fields[0].put(mine)
    was = page.panel.row.translation
    file.write_bytes(
        file.read_bytes().replace(
            f'msgid "Quit"\nmsgstr "{was}"'.encode(), f'msgid "Quit"\nmsgstr "{theirs}"'.encode()
        )
    )
    page.look_at_files()
    settled()
    assert page.panel.fields[0].toPlainText() == mine
    page.save(False)
    settled()
    assert in_file(translations, "ar", "app", "Quit").strings == [theirs]
    button = next(one for one in page.panel.findChildren(kit.Button) if one.text() == "Keep mine")
    button.click()
    page.save(False)
    settled()
    assert in_file(translations, "ar", "app", "Quit").strings == [mine]


def test_an_unreadable_file_is_told_with_its_line(
    opened: Opened, translations: Path, settled: Settled
) -> None:
    file = translations / "fr" / "forms" / "housing_policy.po"
    file.write_bytes(file.read_bytes() + b"oops\n")
    count = file.read_bytes().count(b"\n")
    page = opened("fr")
    assert any(f"line \u2068{count}" in banner or f"line {count}" in banner for banner in banners(page.frame))
    assert all(row.domain != "forms/housing_policy" for row in page.rows.values())


@pytest.mark.parametrize(
    ("code", "spoken", "theme", "width"),
    [("ar", "en", "light", 1366), ("zh", "ar", "dark", 1366), ("fr", "fr", "light", 700)],
)
def test_everything_is_named_and_nothing_is_cut_off(
    opened: Opened, qtbot: Any, settled: Settled, code: str, spoken: str, theme: str, width: int
) -> None:
    page = opened(code, language=spoken, theme=theme, width=width, height=688 if width > 1000 else 500)
    go_to(page, QUESTION, settled)
    assert not nameless(page)
    qtbot.waitUntil(lambda: not clipped(page), timeout=5000)
    assert (
        page.panel.reviewed.mapTo(page.frame, page.panel.reviewed.rect().bottomLeft()).y()
        < page.frame.height()
    )


def test_an_office_finds_the_page_in_the_menu_and_by_a_setting(
    workspace: Workspace, open_window: Any, settled: Settled
) -> None:
    window = open_window(workspace)
    assert "languages" not in [spec.key for spec in window.navigation_pages()]
    assert window.has_page("languages")
    window.update_settings(translator=True)
    assert [spec.key for spec in window.navigation_pages()][-3:] == ["languages", "settings", "help"]
