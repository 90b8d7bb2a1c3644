"""The translators' page in windows of a real headquarters, on a copy of the real catalogues."""

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import kit
from habitat_desktop.i18n import catalogues, po
from habitat_desktop.i18n.workshop import TARGETS
from habitat_desktop.packages.language_packs import read_pack
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
    assert page.tabs["ar"].text().splitlines()[1].translate(_MARKS) == "100 %, reviewed 0 %"
    go_to(page, QUESTION, settled)
    text = page.panel.fields[0].toPlainText()
    assert page.panel.fields[0].layoutDirection() == Qt.LayoutDirection.RightToLeft
    qtbot.waitUntil(lambda: text in _spoken(page), timeout=5000)
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


def test_a_workbook_goes_out_and_comes_back_with_a_preview(
    opened: Opened, translations: Path, tmp_path: Path, settled: Settled
) -> None:
    page = opened("fr", language="en")
    book = tmp_path / "parcel.xlsx"
    page.files.choose_target = lambda name: book
    page.files.choose_file = lambda pattern: book
    page.files.ask_export()
    dialog = page.files.dialog
    assert not nameless(dialog)
    dialog.wanted.setCurrentIndex(dialog.wanted.findData("all"))
    dialog.room.setCurrentIndex(dialog.room.findData("forms/slum_upgrading"))
    dialog.findChild(kit.PrimaryButton).click()
    settled()
    assert any("100 texts are in the file" in banner.translate(_MARKS) for banner in banners(page.frame))
    changed = openpyxl.load_workbook(book)
    sheet = next(one for one in changed.worksheets if one.max_row > 50)
    row = next(
        row for row in sheet.iter_rows() if any(cell.value == "Slum-upgrading status return" for cell in row)
    )
    names = {cell.value: cell.column for line in sheet.iter_rows(max_row=3) for cell in line}
    sheet.cell(row[0].row, names["text"]).value = "État de la réhabilitation"
    sheet.cell(row[0].row + 1, names["text"]).value = "mot\u202eretourné"
    changed.save(book)
    file = translations / "fr" / "forms" / "slum_upgrading.po"
    before = file.read_bytes()
    page.files.ask_import()
    settled()
    dialog = page.files.dialog
    assert not nameless(dialog)
    shown = [dialog.model.index(line, 1).data() for line in range(dialog.model.rowCount())]
    assert any("État de la réhabilitation" in line for line in shown)
    assert any("row" in line for line in shown)
    assert file.read_bytes() == before  # nothing yet
    dialog.take.click()
    settled()
    entry = in_file(translations, "fr", "forms/slum_upgrading", "slum_upgrading|settings|form_title")
    assert entry.strings == ["État de la réhabilitation"]
    assert any("1 text was taken in" in banner.translate(_MARKS) for banner in banners(page.frame))
    assert "État de la réhabilitation" in {row.translation for row in page.rows.values()}
    book.write_bytes(b"no workbook")
    page.files.ask_import()
    settled()
    assert any(banner.startswith("error") for banner in banners(page.frame))


def test_the_window_is_tried_in_the_language_with_the_texts_of_now_and_back(
    opened: Opened, translations: Path, settled: Settled
) -> None:
    for path in data_dir("translations").rglob("*.po"):  # forms whose texts are as ever stay converted
        whole = translations / path.relative_to(data_dir("translations"))
        whole.parent.mkdir(exist_ok=True)
        shutil.copy(path, whole)
    page = opened("fr", language="en", words="Quit")
    go_to(page, "Quit", settled)
    page.panel.fields[0].put("Fermer tout")
    page.files.try_button.click()
    settled()
    settled()
    assert catalogues.language() == "fr"
    assert catalogues.gettext_in("fr", "Quit") == "Fermer tout"
    file_menu = page.frame.top_bar.menu_bar.actions()[0].menu()
    assert "Fermer tout" in [action.text() for action in file_menu.actions()]
    assert page.frame.current_key != "languages"
    page.frame.show_page("records")  # the way back stays on every page
    back = next(button for button in page.frame.findChildren(kit.Button) if button.text() == "End the trial")
    assert back.isVisible()
    back.click()
    settled()
    assert catalogues.language() == "en"
    assert catalogues.gettext_in("fr", "Quit") == "Quitter"
    assert page.frame.current_key == "languages"
    assert page.workspace.settings.language == "en"


def test_a_pack_is_made_tried_published_and_a_bad_one_refused(
    opened: Opened, translations: Path, tmp_path: Path, settled: Settled
) -> None:
    page = opened("fr", language="en")
    pack = tmp_path / "fr.zip"
    page.files.choose_target = lambda name: pack
    page.files.choose_file = lambda pattern: pack
    go_to(page, "Quit", settled)
    page.panel.fields[0].put("Fermer")
    page.save(False)
    settled()
    page.files.make_pack()
    settled()
    read = read_pack(pack)
    assert (read.language, sorted(read.catalogues)) == (
        "fr", ["app", "forms/housing_policy", "forms/slum_upgrading"],
    )  # fmt: skip
    page.undo()
    settled()
    page.files.try_pack()
    settled()
    settled()
    assert catalogues.gettext_in("fr", "Quit") == "Fermer"  # of the pack, the files say "Quitter" again
    page.files.trial.end()
    settled()
    go_to(page, "Quit", settled)
    page.panel.fields[0].put("Fermer")
    page.save(False)
    settled()
    page.files.publish("Shorter")
    settled()
    assert any("fr/app" in banner for banner in banners(page.frame)), banners(page.frame)
    for bad in (
        b"",
        b"PK\x03\x04 half",
        _zip("fr/app.po", b'msgid "x"\nmsgstr oops\n'),
        _zip("../x.po", b""),
    ):
        pack.write_bytes(bad)
        with pytest.raises(HabitatError):
            read_pack(pack)
    page.files.try_pack()
    settled()
    assert any(banner.startswith("error") for banner in banners(page.frame))
    assert catalogues.language() == "en"


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


_MARKS = {0x2066: None, 0x2068: None, 0x2069: None}


def test_what_is_typed_is_not_lost_when_another_language_is_chosen(
    opened: Opened, translations: Path, settled: Settled
) -> None:
    page = opened("fr", words="Quit")
    go_to(page, "Quit", settled)
    page.panel.fields[0].put("Quitter {oops}")
    page.tabs["es"].click()
    settled()
    assert page.code == "fr"
    assert page.tabs["fr"].isChecked()
    assert page.panel.fields[0].toPlainText() == "Quitter {oops}"
    page.panel.fields[0].put("Sortir")
    page.tabs["es"].click()
    settled()
    assert page.code == "es"
    assert in_file(translations, "fr", "app", "Quit").strings == ["Sortir"]
