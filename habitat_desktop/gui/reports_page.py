"""Reports made of records: what each tells, for a period and on a basis, to look at, save and print."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QCursor, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTextBrowser,
    QWidget,
)

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.printed_ink import colour
from habitat_desktop.gui.progress_line import ProgressCard
from habitat_desktop.gui.report_work import ReportAsked, ReportMade, make_report, write_report
from habitat_desktop.i18n.catalogues import LANGUAGES, _, explain, language, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.periods import current_period, period_name, previous_period
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.reports.catalogue import REPORTS

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_HALF_YEARS, _YEARS = 6, 3  # periods to choose from
_MOST_LINKED = 30  # records behind a figure in a menu


class ReportsPage(Page):
    """The list of reports and a preview of the chosen one."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self.made: ReportMade | None = None
        self._job: jobs.Job | None = None
        self._language = ""  # chosen by hand; "" that of the window
        self.head = kit.PageHead("")
        self.table = kit.Table("", two_lines=True)
        self._model = kit.CellTable(self.table)
        self.table.setModel(self._model)
        self.period, self.basis, self.spoken = QComboBox(), QComboBox(), QComboBox()
        self.save_button = kit.Button("", does=self._ask_where)
        self.print_button = kit.QuietButton("", "print", self._ask_printer)
        self.view = QTextBrowser()
        self.view.setOpenLinks(False)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setProperty("part", "paper")
        self.view.anchorClicked.connect(self._follow)
        self.progress = ProgressCard()
        self._stack = QStackedWidget()
        self._lay_out()
        self.retranslate()
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._make())
        for combo in (self.period, self.basis):
            combo.activated.connect(lambda _index: self._make())
        self.spoken.activated.connect(lambda _index: self._speak())
        QShortcut(QKeySequence("Ctrl+P"), self, self._ask_printer)

    def _lay_out(self) -> None:
        tools = kit.flowing(self.period, self.basis, self.spoken, self.save_button, self.print_button)
        self._stack.addWidget(kit.frame("card", kit.column((self.view, 1), margins=(1, 1, 1, 1))))
        work = QWidget()
        work.setLayout(kit.column(tools, self.progress, (self._stack, 1), space=12))
        listed = kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1)))
        listed.setMinimumWidth(round(240 * theme.current().scale))
        split = QSplitter()
        split.setHandleWidth(12)
        split.setChildrenCollapsible(False)
        split.addWidget(listed)
        split.addWidget(work)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([round(320 * theme.current().scale), 800])
        self.setLayout(kit.column(self.head, (split, 1), space=12, margins=kit.PAGE_MARGINS))

    # pages of the window

    def enter(self, **context: Any) -> None:
        """Show the reports; `report` names the one to show."""
        wanted = context.get("report")
        for row, report in enumerate(REPORTS):
            if report.name == wanted or (wanted is None and row == 0 and self.made is None):
                kit.select_row(self.table, row)
        if self.made is None and self._job is None:
            self._make()

    def leave(self) -> bool:
        if self._job is not None and self.made is None:
            self._job.forget()
            self._job = None
            self.progress.end()
        return True

    def refresh(self) -> None:
        self._make()

    def retranslate(self) -> None:
        self.head.set_texts(
            pgettext("page", "Reports"), _("Made of records: every figure leads to those behind it.")
        )
        self.table.setAccessibleName(pgettext("page", "Reports"))
        row = max(self.table.currentIndex().row(), 0)
        rows = [(kit.Cell(_(one.title), _(one.description), strong=True),) for one in REPORTS]
        self._model.show_rows((_("Report"),), rows)
        self.table.set_columns(0)
        self._fill_choices()
        self.save_button.setText(_("Save…"))
        self.print_button.setText(pgettext("button", "Print…"))
        self.print_button.setToolTip(ltr("Ctrl+P"))
        self.view.setAccessibleName(_("Preview of the report"))
        if self.made is not None:
            kit.select_row(self.table, row)
            self._make()

    def regions(self) -> Sequence[QWidget]:
        return (self.table, self.period, self.view)

    def _fill_choices(self) -> None:
        today = self.frame.now().date()
        keys = [*_back(current_period(today, "half-year"), _HALF_YEARS)]
        keys += [str(today.year), *_back(current_period(today, "year"), _YEARS - 1)]
        _fill(self.period, [(period_name(key, language()), key) for key in keys])
        self.period.setAccessibleName(_("Period"))
        names = {
            "final": pgettext("basis of a report", "All final records here"),
            "received": pgettext("basis of a report", "Received by headquarters"),
            "accepted": pgettext("basis of a report", "Accepted by headquarters"),
        }
        is_office = self.workspace.settings.role == "office"
        order = ("final", "received", "accepted") if is_office else ("accepted", "received", "final")
        _fill(self.basis, [(names[key], key) for key in order])
        self.basis.setAccessibleName(_("Basis"))
        _fill(self.spoken, [(languages()[code].endonym, code) for code in LANGUAGES])
        self.spoken.setCurrentIndex(self.spoken.findData(self._language or language()))
        self.spoken.setAccessibleName(_("Language"))

    # making

    def _speak(self) -> None:
        chosen = str(self.spoken.currentData())
        self._language = "" if chosen == language() else chosen
        self._make()

    def asked(self) -> ReportAsked:
        """Return what is asked for now."""
        report = REPORTS[max(self.table.currentIndex().row(), 0)]
        return ReportAsked(
            report.name, self.period.currentData(), self.basis.currentData(), self.spoken.currentData()
        )

    def _show_head(self) -> None:
        """Say what the chosen report tells: its row has no room for all of it."""
        report = REPORTS[max(self.table.currentIndex().row(), 0)]
        self.head.set_texts(pgettext("page", "Reports"), _(report.description))

    def _make(self) -> None:
        self._show_head()
        if self._job is not None:
            self._job.forget()
        self._let(False)
        work = partial(_made, self.frame, self.asked())
        self._run(work, self._show, _("Making the report"), _("Nothing is changed by stopping."))

    def _run(
        self, work: Callable[[Progress], Any], done: Callable[[Any], object], title: str, kept: str
    ) -> None:
        self._job = jobs.run(
            work, self, done=done, failed=self._failed, progressed=self.progress.show_progress
        )
        self._job.cancelled.connect(self._stopped)
        self.progress.begin(title, self._job.cancel, kept)

    def _show(self, made: ReportMade) -> None:
        self._end()
        self.made = made
        kit.drop_pages(self._stack, 1)
        if made.document.records:
            self._show_page(made)
            self._let(True)
            return
        period = period_name(made.asked.period, language())
        text = _("No record of {period} counts for this report on this basis.").format(period=iso(period))
        more = _("Choose another period or another basis. Records that are still drafts never count.")
        self._empty("data_bar_vertical", text, more)

    def _show_page(self, made: ReportMade) -> None:
        """Show the page on paper: light in a dark window too."""
        palette = QPalette(self.view.palette())
        palette.setColor(QPalette.ColorRole.Link, colour("accent"))
        self.view.setPalette(palette)
        self.view.document().setDocumentMargin(20)
        self.view.setHtml(made.page)
        self._stack.setCurrentIndex(0)

    def _empty(self, icon: str, title: str, text: str, *actions: QWidget) -> None:
        kit.drop_pages(self._stack, 1)
        self._stack.addWidget(kit.frame("card", kit.column(kit.EmptyState(icon, title, text, *actions))))
        self._stack.setCurrentIndex(1)

    def _let(self, on: bool) -> None:
        for button in (self.save_button, self.print_button):
            button.setEnabled(on)

    def _end(self) -> None:
        self._job = None
        self.progress.end()

    def _stopped(self) -> None:
        self._end()
        again = kit.Button(_("Make it again"), does=self._make)
        self._empty(
            "document", _("The report was not made"), _("You stopped it. Nothing was changed."), again
        )

    def _failed(self, error: Exception) -> None:
        self._end()
        self._let(self.made is not None and self.made.asked == self.asked())
        if isinstance(error, HabitatError):
            self.frame.notify("error", _("The report was not made or saved"), explain(error))
        elif isinstance(error, OSError):
            text = _("{problem}. Nothing was written. Choose another place.")
            text = text.format(problem=iso(error.strerror or str(error)))
            self.frame.notify("error", _("The report was not made or saved"), text)
        else:
            jobs.report_failure(error)

    # what a link leads to

    def _follow(self, url: QUrl) -> None:
        kind, _colon, target = url.toString().partition(":")
        if kind == "record":
            self.frame.show_page("form", record_id=target, readonly=True)
        elif kind == "source" and target.isdigit() and self.made is not None:
            menu = self.records_menu(int(target))
            menu.popup(QCursor.pos())

    def records_menu(self, number: int) -> QMenu:
        """Return a menu with the records behind the figures marked `number`."""
        from habitat_desktop.reports.preview import records_of_source

        assert self.made is not None
        records = records_of_source(self.made.document, number)
        menu = QMenu(self)
        about = {line.record_id: line.subject for line in self.made.document.records}
        for record_id, label in records[:_MOST_LINKED]:
            words = " · ".join(iso(part) for part in (label, about.get(record_id, "")) if part)
            action = menu.addAction(words)
            action.triggered.connect(
                lambda *_checked, one=record_id: self.frame.show_page("form", record_id=one, readonly=True)
            )
        if len(records) > _MOST_LINKED:
            more = _("{count} more: they are named in the saved report").format(
                count=ltr(str(len(records) - _MOST_LINKED))
            )
            menu.addAction(more).setEnabled(False)
        return menu

    # saving and printing

    def _ask_where(self) -> None:
        if self.made is None:
            return
        kinds = {
            "Excel (*.xlsx)": ".xlsx", "Word (*.docx)": ".docx", "PDF (*.pdf)": ".pdf",
            "HTML (*.html)": ".html", "JSON (*.json)": ".json",
        }  # fmt: skip
        asked = self.made.asked
        start = str(Path.home() / f"{asked.name}-{asked.period}.xlsx")
        chosen, kind = QFileDialog.getSaveFileName(self, _("Save the report"), start, ";;".join(kinds))
        if chosen:
            path = Path(chosen)
            self.save_to(
                path if path.suffix.lower() in kinds.values() else Path(f"{path}{kinds.get(kind, '.xlsx')}")
            )

    def save_to(self, path: Path) -> None:
        """Write the report shown to `path`, in the format its ending names."""
        if self.made is None:
            return
        self._let(False)
        work = partial(write_report, self.made.document, path)
        self._run(work, self._saved, _("Saving the report"), _("Nothing is saved."))

    def _saved(self, path: Path) -> None:
        self._end()
        self._let(True)
        self.frame.notify("ok", _("The report is saved: {file}").format(file=ltr(path.name)))

    def _ask_printer(self) -> None:
        if self.made is None or not self.print_button.isEnabled():
            return
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        self._let(False)
        work = partial(_print, self.made, printer)
        self._run(work, self._printed, _("Printing"), _("Pages already sent to the printer are printed."))

    def _printed(self, _count: int) -> None:
        self._end()
        self._let(True)
        self.frame.notify("ok", _("The report was sent to the printer."))


def _made(frame: "MainWindow", asked: ReportAsked, progress: Progress) -> ReportMade:
    return make_report(frame.workspace, asked, frame.now().astimezone().date(), progress)


def _print(made: ReportMade, printer: Any, progress: Progress) -> int:
    from habitat_desktop.gui.printing import print_report
    from habitat_desktop.reports.as_page import as_page

    progress.step(0, 1)
    from_right = languages()[made.document.language].direction == "rtl"
    return print_report(as_page(made.document, for_print=True), printer, right_to_left=from_right)


def _back(key: str | None, count: int) -> Sequence[str]:
    """Return a period and those before it, `count` in all."""
    found: list[str] = []
    while key is not None and len(found) < count:
        found.append(key)
        key = previous_period(key)
    return found


def _fill(combo: QComboBox, items: Sequence[tuple[str, str]]) -> None:
    chosen = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for text, value in items:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(combo.findData(chosen), 0))
    combo.blockSignals(False)
