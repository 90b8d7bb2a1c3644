"""An attached file: chosen, pasted or dropped; seen, opened, copied and removed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QSize, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.question_base import QuestionWidget, Span, Unread, set_shown
from habitat_desktop.i18n.catalogues import _, explain, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

Made = Callable[[], object]


class FileQuestion(QuestionWidget):
    """One file. What is chosen is checked off the window's thread; the page copies it into the workspace."""

    span: Span = "both"
    file_chosen = Signal(str)  # its path; the page answers with the value under which the copy is kept

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.is_picture = question.type == "image"
        self._value = ""
        self._file_name = ""
        self._removed: tuple[str, str] | None = None  # value and name of the file just removed
        self._is_fixed = False
        words = (
            pgettext("button", "Choose picture…") if self.is_picture else pgettext("button", "Choose file…")
        )
        self.choose = kit.Button(words, icon="image" if self.is_picture else "attach", does=self._ask)
        self.paste = kit.QuietButton(pgettext("button", "Paste"), "copy", self._paste)
        self.hint = kit.Label(_("or drop it here"), "caption", "faint")
        self.picture = kit.Button("", "picture", does=self.open)
        self.name = kit.ElidedLabel()
        self.facts = kit.Label("", "caption", "muted")
        self.open_button = kit.IconButton("open", _("Open the file"), self.open)
        self.copy_button = kit.IconButton("save", _("Save a copy…"), self._save_copy)
        self.remove = kit.IconButton("dismiss", _("Remove the file"), self._remove)
        self.message = kit.Label("", "caption", "muted", wrap=True)
        self.undo = kit.LinkButton(pgettext("button", "Undo"), self._undo)
        self._lay_out()
        self.setAcceptDrops(True)

    def _lay_out(self) -> None:
        self._shown = QWidget()
        words = kit.column(None, self.name, self.facts, None, space=0)
        self._shown.setLayout(
            kit.row(self.picture, (words, 1), self.open_button, self.copy_button, self.remove, space=4)
        )
        self._takers = kit.flowing(*self.more_ways(), self.choose, self.paste, self.hint, space=4)
        self._news = QWidget()
        self._news.setLayout(kit.row((self.message, 1), self.undo, space=4))
        for part in (self._shown, self._news, self.picture):
            part.hide()
        self.setLayout(kit.column(self._shown, self._takers, self._news, space=4))

    def more_ways(self) -> tuple[kit.Button, ...]:
        """Return what stands before "Choose": drawings have a way of their own."""
        return ()

    def field(self) -> QWidget:
        return self.open_button if self._is_fixed else self.choose

    def set_name(self, name: str, description: str) -> None:
        for button in (self.choose, self.paste, *self.more_ways()):
            button.setAccessibleName(f"{name}. {button.text()}")
        self.field().setAccessibleDescription(f"{self._file_name} {description}".strip())
        self.picture.setAccessibleName(_("{question}: the picture, open it").format(question=name))

    def set_error(self, on: bool) -> None:
        pass  # the row and its message say it

    # showing

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        self._is_fixed = state.readonly
        changed, self._value = state.value != self._value, state.value
        if changed:
            self._file_name = ""
            self.facts.setText("")
            self.picture.hide()
            if state.value:
                self._removed = None
                self._tell("")
        self.show_file(self._file_name or state.value)
        set_shown(self._takers, not self._is_fixed)
        set_shown(self.hint, not state.value)
        self.remove.setVisible(bool(state.value) and not self._is_fixed)
        self._shown.setVisible(bool(state.value) or self._is_fixed)
        for button in (self.open_button, self.copy_button):
            button.setVisible(bool(state.value))
        if changed and state.value:
            self._look()

    def show_file(self, name: str) -> None:
        """Show the name the file had where it came from; until the page knows it, the value kept."""
        self._file_name = name
        # Translators: there is no attached file.
        self.name.setText(name or pgettext("attached file", "No file"))
        self.name.set_tone("text" if name else "faint")

    def _look(self) -> None:
        """Read what is to be seen of the file, off the window's thread."""
        stored, kind, ratio = self._stored(), self.question.type, self.devicePixelRatioF()
        if stored is None:
            return
        value = self._value

        def work(progress: Progress) -> tuple[object, QImage | None]:
            from habitat_desktop.gui.question_files_pictures import thumbnail
            from habitat_desktop.gui.question_files_taking import facts

            return facts(stored, kind), thumbnail(stored, ratio) if kind == "image" else None

        jobs.run(work, self, done=partial(self._looked, value), failed=partial(self._not_here, value))

    def _looked(self, value: str, found: "tuple[object, QImage | None]") -> None:
        from habitat_desktop.gui.outbox_texts import size_text
        from habitat_desktop.gui.question_files_taking import FileFacts

        known, image = found
        if value != self._value or not isinstance(known, FileFacts):
            return
        text = iso(size_text(known.size))
        if known.points is not None:
            points = ltr(f"{known.points.width()} × {known.points.height()}")
            # Translators: of an attached picture: its size and its points: "1.2 MB, 640 × 480".
            text = _("{size}, {points}").format(size=text, points=points)
        self.facts.setText(text)
        if image is not None:
            self.picture.setIcon(QIcon(QPixmap.fromImage(image)))
            self.picture.setIconSize(image.deviceIndependentSize().toSize())
            self.picture.setFixedSize(self.picture.iconSize() + QSize(8, 8))
        self.picture.setVisible(image is not None)

    def _not_here(self, value: str, error: Exception) -> None:
        if not isinstance(error, OSError):
            jobs.report_failure(error)
        elif value == self._value:
            self.facts.setText(_("The file itself is not on this computer."))

    # taking

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and not self._is_fixed:
            self._paste()
        elif event.matches(QKeySequence.StandardKey.Delete) and self._value and not self._is_fixed:
            self._remove()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if not self._is_fixed and (data.hasUrls() or data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take_data(lambda taking: taking.from_clipboard(event.mimeData()))

    def _paste(self) -> None:
        self.take_data(lambda taking: taking.from_clipboard(QGuiApplication.clipboard().mimeData()))

    def take_data(self, read: Callable[[ModuleType], Path | QImage]) -> None:
        """Take what was pasted or dropped; say why where it cannot be taken."""
        from habitat_desktop.gui import question_files_taking as taking

        try:
            found = read(taking)
        except HabitatError as error:
            self._tell(explain(error), is_error=True)
            return
        if isinstance(found, QImage):
            self.take_image(found, _("Pasted picture"))
        else:
            self.take(found)

    def take(self, path: Path) -> None:
        """Check the file and hand it on."""
        kind, most = self.question.type, most_points(self.question)

        def work(progress: Progress) -> Path:
            from habitat_desktop.gui.question_files_taking import prepare

            return prepare(path, kind, most)

        self._work(work)

    def take_image(self, image: QImage, name: str) -> None:
        """Take a picture that came without a file."""
        most = most_points(self.question)

        def work(progress: Progress) -> Path:
            from habitat_desktop.gui.question_files_taking import keep_picture, prepare

            return prepare(keep_picture(image, name), "image", most)

        if self.question.type in ("image", "file"):
            self._work(work)
        else:
            self._tell(_("A picture cannot answer this question. The answer is unchanged."), is_error=True)

    def _work(self, work: Callable[[Progress], Path]) -> None:
        self.choose.setEnabled(False)
        jobs.run(work, self, done=self._prepared, failed=self._failed)

    def _prepared(self, path: Path) -> None:
        self.choose.setEnabled(True)
        self._tell("")
        self.file_chosen.emit(str(path))

    def _failed(self, error: Exception) -> None:
        self.choose.setEnabled(True)
        if isinstance(error, HabitatError):
            self._tell(explain(error), is_error=True)
        elif isinstance(error, OSError):
            text = _("The file could not be read or written: {problem}. The answer is unchanged.")
            self._tell(text.format(problem=iso(error.strerror or str(error))), is_error=True)
        else:
            jobs.report_failure(error)

    def _ask(self) -> None:
        path = self.choose_path()
        if path is not None:
            self.take(path)

    def choose_path(self) -> Path | None:
        """Ask for a file of this computer."""
        from habitat_desktop.gui.question_files_pictures import SUFFIXES

        kinds = {
            "image": _("Pictures") + f" ({' '.join(f'*.{suffix}' for suffix in SUFFIXES)})",
            "audio": _("Sound recordings") + " (*.mp3 *.wav *.ogg *.oga *.opus *.m4a *.aac *.flac *.amr)",
            "video": _("Films") + " (*.mp4 *.m4v *.mov *.avi *.mkv *.webm *.3gp *.mpg *.mpeg)",
        }
        every = _("All files") + " (*)"
        kind = kinds.get(self.question.type)
        path, _kind = QFileDialog.getOpenFileName(
            self, self.choose.text().rstrip("…"), "", f"{kind};;{every}" if kind else every
        )
        return Path(path) if path else None

    # the file that is here

    def open(self) -> None:
        """Open the file in the program of the system."""
        stored, name = self._stored(), self._file_name
        if stored is None:
            return

        def work(progress: Progress) -> Path:
            from habitat_desktop.gui.question_files_taking import to_open

            return to_open(stored, name)

        jobs.run(work, self, done=self._opened, failed=self._failed)

    def _opened(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._tell(_("No program on this computer opens this file. Save a copy instead."), is_error=True)

    def _save_copy(self) -> None:
        stored, name = self._stored(), self._file_name
        if stored is None:
            return
        path, _kind = QFileDialog.getSaveFileName(self, _("Save a copy…").rstrip("…"), name)
        if not path:
            return

        def work(progress: Progress) -> Path:
            from habitat_desktop.gui.question_files_taking import save_copy

            return save_copy(stored, Path(path))

        saved = _("A copy was saved: {path}")
        jobs.run(
            work, self, done=lambda made: self._tell(saved.format(path=ltr(str(made)))), failed=self._failed
        )

    def _remove(self) -> None:
        removed = (self._value, self._file_name)
        self.answered.emit(None)
        self._removed = removed
        self._tell(_("“{file}” was removed.").format(file=iso(removed[1])))
        self.undo.show()
        self.choose.setFocus()

    def _undo(self) -> None:
        if self._removed is not None:
            value, self._removed = self._removed[0], None
            self.answered.emit(value)

    def _tell(self, text: str, *, is_error: bool = False) -> None:
        self.message.setText(text)
        self.message.set_tone("error" if is_error else "muted")
        self.undo.hide()
        set_shown(self._news, bool(text))

    def _stored(self) -> Path | None:
        """Return where the workspace keeps the file, None while this stands in no window of one."""
        workspace = getattr(self.window(), "workspace", None)
        if workspace is None or not self._value:
            return None
        folder: Path = workspace.attachments
        return folder / self._value.partition(".")[0]


def most_points(question: Question) -> int:
    """Return how many points the longer side of a picture may have; 0 where the form does not say."""
    text = question.parameters.get("max-pixels") or question.bind.attributes.get("orx:max-pixels", "")
    return int(text) if text.isdecimal() else 0
