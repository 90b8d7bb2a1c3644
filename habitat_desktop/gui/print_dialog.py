"""Asks what is printed and how, shows the pages, and saves them as a PDF or sends them to a printer."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QSpinBox,
    QWidget,
)

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.paper_view import PaperView
from habitat_desktop.gui.print_work import Asked, Made, make_pages
from habitat_desktop.gui.printed_pages import Pages
from habitat_desktop.gui.printing import print_pages, write_pages
from habitat_desktop.gui.progress_line import ProgressCard
from habitat_desktop.i18n.catalogues import LANGUAGES, _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.paper.blank import Wanted
from habitat_desktop.paper.tongues import Tongues
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_WAIT_MS = 150  # after a change, before the pages are made anew
_OPTIONS = 288
_MOST_ENTRIES = 50
_MOST_SECTIONS = 60  # to choose from: forms from elsewhere may have thousands


class PrintDialog(QDialog):
    """Prints `records` (ids), or the blank form they are of; or the form `form` (id, version) by itself."""

    def __init__(
        self, frame: "MainWindow", records: Sequence[str] = (), form: tuple[str, str] = ("", "")
    ) -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._records, self._form = frame, tuple(records), form
        self.made: Made | None = None
        self._asked: Asked | None = None
        self._job: jobs.Job | None = None
        self._sections_of: tuple[str, ...] = ()
        self._loose: frozenset[str] = frozenset()
        self._make_controls()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._make_pages)
        self._show_choices()
        self._make_pages()

    # what can be chosen

    def _make_controls(self) -> None:
        self.setWindowTitle(pgettext("window", "Print"))
        self.what = QComboBox()
        if self._records:
            count = len(self._records)
            own = ngettext("This record", "{count} records", count)
            self.what.addItem(own.format(count=format_number(str(count), language())), False)
        if len(self._records) < 2:
            self.what.addItem(_("Blank form"), True)
        self.spoken, self.also = QComboBox(), QComboBox()
        self.also.addItem(pgettext("language", "None"), "")
        for code in LANGUAGES:
            for combo in (self.spoken, self.also):
                combo.addItem(languages()[code].endonym, code)
        self.spoken.setCurrentIndex(self.spoken.findData(language()))
        self.paper = QComboBox()
        for size in ("A4", "Letter"):
            self.paper.addItem(size, size)
        self.sections: dict[str, QCheckBox] = {}  # by path
        self._section_boxes = kit.column(space=4, margins=(0, 0, 0, 4))
        self.unanswered = QCheckBox(_("Questions without an answer"))
        self.unanswered.setChecked(True)
        self.queries = QCheckBox(_("Open queries"))
        self.hints = QCheckBox(_("Hints"))
        self.signing = QCheckBox(_("Lines to sign"))
        self.signing.setChecked(True)
        self.entries = QSpinBox()
        self.entries.setRange(1, _MOST_ENTRIES)
        self.view = PaperView()
        self.place = kit.Label("", "caption", "muted")
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.progress = ProgressCard()
        self.save_button = kit.Button(_("Save as PDF…"), does=self._ask_where)
        self.print_button = kit.PrimaryButton(pgettext("button", "Print…"), "print", self._ask_printer)
        self.close_button = kit.Button(pgettext("button", "Close"), does=self.reject)
        self.print_button.setDefault(True)
        self.what.currentIndexChanged.connect(lambda _index: self._changed_kind())
        for combo in (self.spoken, self.also, self.paper):
            combo.currentIndexChanged.connect(lambda _index: self._changed())
        for box in (self.unanswered, self.queries, self.hints, self.signing):
            box.toggled.connect(lambda _on: self._changed())
        self.entries.valueChanged.connect(lambda _value: self._changed())
        self.view.turned.connect(lambda _page: self._show_place())

    def _lay_out(self) -> None:
        self._entries_label = kit.field_label(_("Blank entries of each list"), self.entries)
        self._sections_label = kit.Label(_("Sections"))
        options = QWidget()
        options.setLayout(
            kit.column(
                kit.field_label(pgettext("to print", "What"), self.what), self.what,
                kit.field_label(_("Language"), self.spoken), self.spoken,
                kit.field_label(_("Second language below it"), self.also), self.also,
                kit.field_label(_("Paper"), self.paper), self.paper,
                self._entries_label, self.entries,
                self._sections_label, self._section_boxes,
                self.unanswered, self.queries, self.hints, self.signing, None,
                space=8, margins=(4, 0, 4, 0),
            )
        )  # fmt: skip
        scrolled = kit.scrolling(options)
        scrolled.setFixedWidth(round(_OPTIONS * theme.current().scale))
        pages = kit.frame("card", kit.column((self.view, 1), margins=(1, 1, 1, 1)))
        self.setLayout(
            kit.column(
                kit.row(kit.Label(pgettext("window", "Print"), "subtitle", strong=True), None, self.place),
                (kit.row(scrolled, (pages, 1), space=12), 1),
                self.problem,
                self.progress,
                kit.row(None, self.close_button, self.save_button, self.print_button),
                space=12,
                margins=(24, 16, 24, 16),
            )
        )
        self.resize(min(1040, self._frame.width() - 40), min(640, self._frame.height() - 24))
        QShortcut(QKeySequence("Ctrl+P"), self, self._ask_printer)

    def _changed_kind(self) -> None:
        self._show_choices()
        self._changed()

    def _show_choices(self) -> None:
        """Show what can be chosen for a record or for a blank form."""
        is_blank = bool(self.what.currentData())
        self.hints.blockSignals(True)
        self.hints.setChecked(is_blank)
        self.hints.blockSignals(False)
        shown: dict[QWidget, bool] = {
            self.unanswered: not is_blank,
            self.queries: not is_blank,
            self._entries_label: is_blank,
            self.entries: is_blank,
            self._sections_label: len(self.sections) > 1,
        }
        for widget, is_shown in shown.items():
            widget.setVisible(is_shown)

    # making

    def _changed(self) -> None:
        """Make the pages anew, soon."""
        self._timer.start()

    def asked(self) -> Asked:
        """Return what is asked for now."""
        chosen = {path for path, box in self.sections.items() if box.isChecked()}
        wanted = Wanted(
            Tongues(self.spoken.currentData(), self.also.currentData()),
            sections=frozenset(chosen | self._loose) if len(chosen) < len(self.sections) else frozenset(),
            unanswered=self.unanswered.isChecked(),
            queries=self.queries.isChecked(),
            hints=self.hints.isChecked(),
            signing=self.signing.isChecked(),
            entries=self.entries.value(),
        )
        is_blank = bool(self.what.currentData())
        return Asked(self._records, self._form, is_blank, wanted, self.paper.currentData())

    def _make_pages(self) -> None:
        if self._job is not None:
            self._job.forget()
        self._asked = self.asked()
        self._let(False)
        work = partial(_make, self._frame, self._asked, language())
        self._job = jobs.run(
            work, self, done=self._show, failed=self._failed, progressed=self.progress.show_progress
        )
        self._job.cancelled.connect(self._stopped)
        self.progress.begin(_("Making the pages"), self._job.cancel, _("Nothing is printed."))

    def _show(self, made: Made) -> None:
        self._job, self.made = None, made
        self.progress.end()
        self.problem.hide()
        self._list_sections(made)
        self.view.show_pages(made.pages)
        self._let(True)

    def _list_sections(self, made: Made) -> None:
        paths = tuple(section.path for section in made.sections)
        if paths == self._sections_of:
            return
        self._sections_of, self._loose = paths, made.loose
        kit.clear(self._section_boxes)
        self.sections = {}
        if 1 < len(made.sections) <= _MOST_SECTIONS:
            for section in made.sections:
                box = QCheckBox(plain(section.title))
                box.setToolTip(plain(section.title))
                box.setChecked(True)
                box.toggled.connect(lambda _on: self._changed())
                self.sections[section.path] = box
                self._section_boxes.addWidget(box)
        self._show_choices()

    def _show_place(self) -> None:
        if not self.view.count:
            self.place.setText("")
            return
        number = format_number(str(self.view.current() + 1), language())
        count = format_number(str(self.view.count), language())
        self.place.setText(_("Page {number} of {count}").format(number=ltr(number), count=ltr(count)))

    def _let(self, on: bool) -> None:
        for button in (self.save_button, self.print_button):
            button.setEnabled(on)

    def _stopped(self) -> None:
        self._job = None
        self.progress.end()
        self._tell(_("The pages were not made. Change something, or close and print again."))
        self._let(self.made is not None and self._asked == self.asked())

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.progress.end()
        self._let(self.made is not None)
        if isinstance(error, HabitatError):
            self._tell(explain(error))
        elif isinstance(error, OSError):
            text = _("Nothing was printed or saved: {problem}. Choose another place or printer.")
            self._tell(text.format(problem=iso(error.strerror or str(error))))
        else:
            jobs.report_failure(error)

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.forget()
        super().done(result)

    # saving and printing

    def _ask_where(self) -> None:
        pages = self.made.pages if self.made is not None else ()
        if not pages:
            return
        name = pages[0].paper.label if len(self._records) == 1 and pages[0].paper.label else _("Forms")
        if not self._records or self.what.currentData():
            name = plain(pages[0].paper.title.text)
        name = "".join("_" if sign in '<>:"/\\|?*' else sign for sign in name)
        start, kinds = str(Path.home() / f"{name}.pdf"), "PDF (*.pdf)"
        path, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF…").rstrip("…"), start, kinds)
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the pages shown into the PDF at `path`, and close."""
        if self.made is None:
            return
        path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
        title = self.made.pages[0].paper.head if len(self.made.pages) == 1 else path.stem
        work = partial(_write, self.made.pages, path, self._size, title)
        saved = _("Saved as PDF: {file}").format(file=ltr(path.name))
        self._run(work, _("Saving the PDF"), lambda _count: self._finish(saved))

    @property
    def _size(self) -> str:
        return str(self.paper.currentData())

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        if self.made is None or not self.print_button.isEnabled():
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        work = partial(_print, self.made.pages, printer, self._size)
        self._run(work, _("Printing"), lambda count: self._finish(_printed(count)))

    def _run(self, work: partial[int], title: str, done: Callable[[Any], object]) -> None:
        self._let(False)
        self._job = jobs.run(
            work, self, done=done, failed=self._failed, progressed=self.progress.show_progress
        )
        self._job.cancelled.connect(self._stopped)
        self.progress.begin(title, self._job.cancel, _("Nothing is saved."))

    def _finish(self, text: str) -> None:
        self._job = None
        self._frame.notify("ok", text)
        self.accept()


def _make(frame: "MainWindow", asked: Asked, spoken: str, progress: Progress) -> Made:
    return make_pages(frame.workspace, asked, frame.now().astimezone(), spoken, progress)


def _write(pages: Sequence[Pages], path: Path, size: str, title: str, progress: Progress) -> int:
    return write_pages(pages, path, "Letter" if size == "Letter" else "A4", title=title, progress=progress)


def _print(pages: Sequence[Pages], printer: object, size: str, progress: Progress) -> int:
    from PySide6.QtPrintSupport import QPrinter

    assert isinstance(printer, QPrinter)
    return print_pages(pages, printer, "Letter" if size == "Letter" else "A4", progress)


def _printed(count: int) -> str:
    text = ngettext("{count} page was sent to the printer.", "{count} pages were sent to the printer.", count)
    return text.format(count=format_number(str(count), language()))


def print_records(frame: "MainWindow", records: Sequence[str]) -> PrintDialog | None:
    """Open the dialog for records; None without any."""
    return _opened(PrintDialog(frame, records)) if records else None


def print_blank(frame: "MainWindow", form_id: str, version: str) -> PrintDialog:
    """Open the dialog for a blank form."""
    return _opened(PrintDialog(frame, form=(form_id, version)))


def _opened(dialog: PrintDialog) -> PrintDialog:
    dialog.open()
    return dialog
