"""Files that answer questions: real files, the real clipboard, real drops; and files made to hurt."""

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from habitat_desktop.gui import look
from habitat_desktop.gui.drawing_dialog import DrawingDialog
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records.attachments import LARGEST
from tests.gui.checks import clipped, nameless
from tests.gui.form_desk import FormDesk, begin
from tests.gui.lasting_desk import lasting_window

TABLE = """
| survey   |         |         |                     |                 |            |
|          | type    | name    | label               | parameters      | appearance |
|          | image   | photo   | A picture           | max-pixels=400  |
|          | audio   | sound   | What do you hear?   |                 |
|          | file    | paper   | The plan            |                 |
|          | image   | sign    | Signature           |                 | signature  |
|          | image   | sketch  | Sketch              |                 | draw       |
|          | image   | mark    | Mark the damage     |                 | annotate   |
| settings |         |         |                     |                 |
|          | form_id | version | form_title          |                 |
|          | files   | 1       | Files               |                 |
"""
PHOTO, SOUND, PAPER = "/data/photo", "/data/sound", "/data/paper"
SIGN, SKETCH, MARK = "/data/sign", "/data/sketch", "/data/mark"


@pytest.fixture(scope="module")
def window(
    made_workspaces: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[MainWindow]:
    folder = tmp_path_factory.mktemp("files")
    yield from lasting_window(made_workspaces["office"], folder, TABLE, "files", qapp)


@pytest.fixture
def desk(window: MainWindow, qtbot: Any) -> FormDesk:
    found = FormDesk(window, qtbot, begin(window.workspace, {}, form="files"))
    found.open()
    return found


def widget_of(desk: FormDesk, ref: str) -> Any:
    return desk.row(ref).widget


def stored(desk: FormDesk, ref: str) -> Path:
    return desk.window.workspace.attachments / desk.value(ref).partition(".")[0]


def picture(path: Path, width: int = 800, height: int = 600) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#a0522d"))
    assert image.save(str(path))
    return path


def png(width: int, height: int, lines: int) -> bytes:
    """Return a PNG that says it has `height` lines and holds `lines` of them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * (width + 1) * lines)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def noting(opened: list[Path]) -> Callable[[QUrl], bool]:
    """Return what stands for the programs of the system: it notes which file they would open."""

    def note(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    return note


def take(desk: FormDesk, ref: str, path: Path) -> Any:
    widget = widget_of(desk, ref)
    widget.take(path)
    desk.settle()
    desk.settle()
    return widget


def drop(widget: Any, data: QMimeData) -> bool:
    buttons, keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    over = QDragEnterEvent(QPoint(9, 9), copy, data, buttons, keys)
    over.setAccepted(False)
    QApplication.sendEvent(widget, over)
    if not over.isAccepted():
        return False
    QApplication.sendEvent(widget, QDropEvent(QPointF(9, 9), copy, data, buttons, keys))
    return True


def test_a_chosen_picture_is_made_smaller_kept_and_shown(
    desk: FormDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "Square of Kibera.jpg")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    widget = widget_of(desk, PHOTO)
    widget.choose.setFocus()
    desk.press(widget.choose, Qt.Key.Key_Space)
    desk.settle()
    desk.settle()
    assert "Square of Kibera.jpg" in widget.name.text()
    kept = QImage(str(stored(desk, PHOTO)))
    assert (kept.width(), kept.height()) == (400, 300), "the form asks for 400 points at most"
    assert "400 × 300" in widget.facts.text() and widget.picture.isVisible()
    assert widget.picture.iconSize().height() <= 64
    assert desk.stored().answers["photo"] == desk.value(PHOTO)


def test_a_picture_is_pasted_with_a_key_and_a_file_dropped(desk: FormDesk, tmp_path: Path) -> None:
    image = QImage(120, 90, QImage.Format.Format_RGB32)
    image.fill(QColor("#006994"))
    QGuiApplication.clipboard().setImage(image)
    widget = widget_of(desk, PHOTO)
    widget.choose.setFocus()
    QTest.keySequence(widget.choose, QKeySequence(QKeySequence.StandardKey.Paste))
    desk.settle()
    desk.settle()
    assert QImage(str(stored(desk, PHOTO))).size().toTuple() == (120, 90)
    book = tmp_path / "Plan.xlsx"  # the window itself would take it for a package
    book.write_bytes(b"PK plan")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(book))])
    assert drop(widget_of(desk, PAPER), data)
    desk.settle()
    assert stored(desk, PAPER).read_bytes() == b"PK plan"
    data.setUrls([QUrl.fromLocalFile(str(book)), QUrl.fromLocalFile(str(tmp_path))])
    assert drop(widget_of(desk, SOUND), data)
    assert widget_of(desk, SOUND).message.isVisible() and desk.value(SOUND) == ""
    words = QMimeData()
    words.setText("words")
    assert not drop(widget_of(desk, PAPER), words)


def test_what_is_pasted_without_a_file_is_told(desk: FormDesk) -> None:
    QGuiApplication.clipboard().setText("5 MB of words " * 1000)
    widget = widget_of(desk, PAPER)
    widget.paste.click()
    assert widget.message.isVisible() and desk.value(PAPER) == ""


def test_hostile_pictures_are_refused_and_the_old_answer_stays(desk: FormDesk, tmp_path: Path) -> None:
    widget = take(desk, PHOTO, picture(tmp_path / "good.png", 300, 200))
    before = desk.value(PHOTO)
    whole = picture(tmp_path / "whole.jpg").read_bytes()
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="90000"><rect/></svg>'
    files = {
        "words.png": b"this is no picture",
        "empty.png": b"",
        "cut.png": (tmp_path / "good.png").read_bytes()[:120],
        "cut.jpg": whole[: len(whole) // 2],
        "huge.png": png(60_000, 60_000, 1),
        "lines.png": png(4000, 4000, 3),
        "drawing.svg": drawing,
        "drawing.png": drawing,
        "bomb.gif": b"GIF89a\xff\xff\xff\xff\x00\x00\x00;",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        take(desk, PHOTO, tmp_path / name)
        assert desk.value(PHOTO) == before, name
        assert name in widget.message.text() and widget.message.isVisible(), name
    assert widget.choose.isEnabled() and widget.picture.isVisible()


def test_a_file_that_vanished_is_too_large_or_of_another_kind_is_told(desk: FormDesk, tmp_path: Path) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    for path in (large, tmp_path / "gone.pdf", tmp_path):
        widget = take(desk, PAPER, path)
        assert path.name in widget.message.text() and desk.value(PAPER) == ""
    paper = tmp_path / "plan.pdf"
    paper.write_bytes(b"%PDF")
    widget = take(desk, SOUND, paper)
    assert "plan.pdf" in widget.message.text() and desk.value(SOUND) == ""
    take(desk, SOUND, large)
    assert desk.value(SOUND) == ""


def test_a_file_is_opened_by_its_name_copied_removed_and_brought_back(
    desk: FormDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "Plan of Kibera.pdf"
    paper.write_bytes(b"%PDF plan")
    widget = take(desk, PAPER, paper)
    value = desk.value(PAPER)
    opened: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", noting(opened))
    widget.open_button.click()
    desk.settle()
    assert opened[0].name == paper.name and opened[0].read_bytes() == b"%PDF plan"
    target = tmp_path / "copy.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    widget.copy_button.click()
    desk.settle()
    assert target.read_bytes() == b"%PDF plan"
    widget.remove.click()
    assert desk.value(PAPER) == "" and paper.name in widget.message.text()
    desk.press(widget.undo, Qt.Key.Key_Space)
    desk.settle()
    assert desk.value(PAPER) == value and widget.facts.text() and not widget.undo.isVisible()
    stored(desk, PAPER).unlink()
    widget.open_button.click()
    desk.settle()
    assert widget.message.isVisible(), "a copy that vanished from the workspace is told"


def test_a_program_is_never_opened_from_an_answer(
    desk: FormDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", noting(opened))
    for name in ("plan.pdf.exe", "plan.desktop", "plan.xlsm", "plan", "plan\u202efdp.bat"):
        path = tmp_path / name
        path.write_bytes(name.encode())
        widget = take(desk, PAPER, path)
        widget.open()
        desk.settle()
        assert widget.message.isVisible()
    assert opened == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_is_named_and_nothing_is_cut_off(desk: FormDesk, tmp_path: Path, language: str) -> None:
    take(desk, PHOTO, picture(tmp_path / "good.png", 300, 200))
    look.apply(language, "light")
    desk.window.retranslate()
    desk.settle()
    for ref in (PHOTO, SOUND, PAPER, SIGN, SKETCH, MARK):
        assert nameless(desk.row(ref)) == []
        assert clipped(desk.row(ref)) == []


def paper_of(desk: FormDesk, ref: str) -> Any:
    """Open the paper of a question with the keyboard."""
    widget = widget_of(desk, ref)
    widget.draw.setFocus()
    desk.press(widget.draw, Qt.Key.Key_Space)
    desk.settle()
    dialog = next(one for one in widget.findChildren(DrawingDialog) if one.isVisible())
    dialog.activateWindow()
    desk.qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def stroke(desk: FormDesk, paper: Any, *points: QPoint) -> None:
    desk.qtbot.mousePress(paper, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        desk.qtbot.mouseMove(paper, point)
    desk.qtbot.mouseRelease(paper, Qt.MouseButton.LeftButton, pos=points[-1])


def keep(desk: FormDesk, dialog: Any) -> None:
    desk.press(dialog.done_button, Qt.Key.Key_Space)
    desk.settle()
    desk.settle()


@pytest.mark.parametrize("name", ["Amina Wanjiru", "محمد النجار"])
def test_a_name_is_typed_as_a_signature_with_the_keyboard_alone(desk: FormDesk, name: str) -> None:
    dialog = paper_of(desk, SIGN)
    desk.qtbot.waitUntil(dialog.typed.hasFocus)
    keep(desk, dialog)
    assert dialog.isVisible() and dialog.problem.isVisible(), "a blank paper is no signature"
    dialog.typed.insert(name)
    desk.press(dialog.typed, Qt.Key.Key_Return)
    desk.settle()
    desk.settle()
    image = QImage(str(stored(desk, SIGN)))
    dark = sum(image.pixelColor(x, 150).lightness() < 128 for x in range(image.width()))
    assert image.size().toTuple() == (900, 300) and 5 < dark < 450
    assert widget_of(desk, SIGN).picture.isVisible()


def test_strokes_are_drawn_taken_back_and_saved_on_white(desk: FormDesk) -> None:
    look.apply("en", "dark")
    dialog = paper_of(desk, SKETCH)
    paper, middle = dialog.paper, dialog.paper.rect().center()
    stroke(desk, paper, middle, middle + QPoint(90, 0))
    stroke(desk, paper, middle - QPoint(0, 60), middle - QPoint(90, 60))
    dialog.clear.click()
    assert paper.is_blank
    desk.press(paper, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    dialog.undo.click()
    assert len(paper.strokes) == 1, "the clearing and the second stroke are taken back"
    keep(desk, dialog)
    image = QImage(str(stored(desk, SKETCH)))
    at = image.rect().center()
    assert image.pixelColor(at + QPoint(40, 0)).lightness() < 128
    assert image.pixelColor(0, 0) == QColor("white") == image.pixelColor(at - QPoint(60, 90))


def test_a_picture_is_marked_where_it_was_drawn_on(desk: FormDesk, tmp_path: Path) -> None:
    take(desk, MARK, picture(tmp_path / "house.png", 600, 400))
    before = desk.value(MARK)
    dialog = paper_of(desk, MARK)
    middle = dialog.paper.rect().center()
    stroke(desk, dialog.paper, middle, middle + QPoint(80, 0))
    keep(desk, dialog)
    image = QImage(str(stored(desk, MARK)))
    assert desk.value(MARK) != before and image.size().toTuple() == (600, 400)
    assert image.pixelColor(2, 2) == QColor("#a0522d")
    assert image.pixelColor(320, 200).red() > image.pixelColor(320, 200).green() + 100
    dialog = paper_of(desk, MARK)
    assert nameless(dialog) == [] and clipped(dialog) == []
    desk.press(dialog, Qt.Key.Key_Escape)
    assert desk.value(MARK) != before


def test_a_picture_that_vanished_cannot_be_marked_and_is_told(desk: FormDesk, tmp_path: Path) -> None:
    take(desk, MARK, picture(tmp_path / "roof.png", 300, 200))
    stored(desk, MARK).unlink()
    widget = widget_of(desk, MARK)
    widget.draw.click()
    desk.settle()
    assert widget.message.isVisible() and widget.findChildren(DrawingDialog) == []
