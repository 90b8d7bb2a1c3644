"""Taking files in: the job, its progress line, and the plain report of what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.progress_line import SHOWN_AFTER_MS, ProgressLine
from habitat_desktop.i18n.catalogues import _, explain, ngettext, pgettext
from habitat_desktop.i18n.text import ltr
from habitat_desktop.progress import Cancelled, Progress

if TYPE_CHECKING:
    from habitat_desktop.packages.importing import Importer, ImportResult
    from habitat_desktop.packages.news import Line
    from habitat_desktop.workspace import Workspace

RIGHT_TO_LEFT_MARK = "\N{RIGHT-TO-LEFT MARK}"
OWN_EDITED = "OWN_PACKAGE_EDITED"  # the code of a package made here and changed in Excel
_LINES_UNSCROLLED, _REPORT_HEIGHT = 3, 156
_NEWS_SIGNS = {
    "returned": ("chat_help", "warning"),
    "query": ("chat_help", "warning"),
    "proposal": ("edit", "warning"),
    "received": ("mail_inbox_checkmark", "state.received"),
    "accepted": ("checkmark_circle", "ok"),
    "release": ("document_table", "accent"),
    "expected": ("calendar_clock", "accent"),
    "keys": ("key", "accent"),
}
_LINES_SHOWN = 200  # of a longer report the refused files come first, the rest is counted


@dataclass(frozen=True)
class Received:
    """What came of one round of taking files in; `left` files were not looked at, because of Cancel."""

    results: "tuple[ImportResult, ...]"
    left: int = 0
    receipts: int = 0

    @property
    def is_bad(self) -> bool:
        return any(is_refused(result) for result in self.results)


def received_of(workspace: "Workspace", results: "Sequence[ImportResult]", left: int = 0) -> Received:
    """Return what came of a round; receipts count where they move records: not at headquarters."""
    at_headquarters = workspace.settings.role == "headquarters"
    receipts = 0 if at_headquarters else sum(result.receipts_applied for result in results)
    return Received(tuple(results), left, receipts)


def receive_files(workspace: "Workspace", paths: Sequence[Path], progress: Progress) -> Received:
    """Take `paths` in, each in its own transaction; what was taken in before Cancel stays taken in."""
    from habitat_desktop.packages import publishing
    from habitat_desktop.packages.reader import Reader
    from habitat_desktop.records.safekeeping import back_up_after_package

    importer = importer_of(workspace)
    results: list[ImportResult] = []
    with Reader() as reader:
        for done, path in enumerate(paths):
            try:
                progress.step(done, len(paths))
            except Cancelled:
                break
            results.append(importer.take_in(path, reader))
    if any(result.status in ("imported", "waiting") for result in results):
        back_up_after_package(workspace, at=datetime.now(UTC))  # one that fails is told by the daily one
    results = publishing.with_releases(workspace, results)
    return received_of(workspace, results, len(paths) - len(results))


def importer_of(workspace: "Workspace") -> "Importer":
    """Return what takes files into `workspace` now."""
    from habitat_desktop.packages.importing import Importer

    return Importer(
        workspace.database,
        workspace.settings,
        store=workspace.incoming,
        quarantine=workspace.quarantine,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        forms=workspace.library.form,
        at=datetime.now(UTC),
    )


def is_refused(result: "ImportResult") -> bool:
    return result.status in ("quarantined", "refused")


class Receiving(QObject):
    """Runs one round of taking files in and shows it in a `ReceiveCard`; files that come meanwhile wait."""

    finished = Signal(object)  # Received

    def __init__(self, workspace: "Workspace", card: "ReceiveCard") -> None:
        super().__init__(card)
        self._workspace = workspace
        self._card = card
        self._waiting: list[Path] = []
        self._job: jobs.Job | None = None
        card.cancelled.connect(self.cancel)

    @property
    def is_busy(self) -> bool:
        return self._job is not None

    def receive(self, paths: Sequence[Path]) -> None:
        """Take `paths` in now, or after the round at hand."""
        self._waiting += paths
        if self._job is None and self._waiting:
            self._start()

    def cancel(self) -> None:
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()

    def _start(self) -> None:
        paths, self._waiting = self._waiting, []
        self._card.show_progress(0, len(paths))
        self._job = jobs.run(
            lambda progress: receive_files(self._workspace, paths, progress),
            self,
            done=self._done,
            failed=self._failed,
            progressed=self._card.show_progress,
        )

    def _done(self, received: Received) -> None:
        self._job = None
        self._card.show_received(received)
        self.finished.emit(received)
        self.receive(())

    def _failed(self, error: Exception) -> None:
        self._job = None
        self._card.hide()
        self._waiting.clear()
        if isinstance(error, HabitatError):
            self._card.show_problem(explain(error))
        else:
            jobs.report_failure(error)


class ReceiveCard(QFrame):
    """One line of progress while files are taken in, then the report; hidden when there is neither."""

    cancelled = Signal()
    quarantine_wanted = Signal()
    edits_wanted = Signal(object)  # the Path of a package made here and changed in Excel
    news_wanted = Signal(object)  # the Line whose button was pressed

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._body = QVBoxLayout()
        self._body.setContentsMargins(16, 8, 16, 8)
        self._body.setSpacing(4)
        self.setLayout(self._body)
        self.lines: list[ReportLine] = []
        self.news: list[NewsLine] = []
        self.bar: ProgressLine | None = None
        self._received: Received | None = None
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(SHOWN_AFTER_MS)
        self._delay.timeout.connect(self.show)
        self.hide()

    def show_progress(self, done: int, total: int) -> None:
        if self.bar is None:
            self._empty()
            title = ngettext("Taking in {count} file", "Taking in {count} files", total).format(count=total)
            self.bar = ProgressLine(title, self.cancelled.emit, _("What was taken in so far stays."))
            self._body.addWidget(self.bar)
            self._delay.start()
        self.bar.show_progress(done, total)

    def show_received(self, received: Received) -> None:
        """Show the report: the refused files first, then one sentence a file."""
        self._empty()
        self._received = received
        close = kit.IconButton("dismiss", _("Close this report"), self._empty)
        head = kit.Label(summary(received), "subtitle", strong=True, wrap=True)
        head_line = kit.row((head, 1))
        if any(result.status == "quarantined" for result in received.results):
            head_line.addWidget(kit.LinkButton(_("Show in quarantine"), self.quarantine_wanted.emit))
        head_line.addWidget(close)
        self._body.addLayout(head_line)
        self._show_news(received)
        ordered = sorted(received.results, key=lambda result: not is_refused(result))
        rows = kit.column(space=0)
        for result in ordered[:_LINES_SHOWN]:
            line = ReportLine(result)
            line.edits_wanted.connect(self.edits_wanted)
            self.lines.append(line)
            rows.addWidget(line)
        more = len(ordered) - _LINES_SHOWN
        if more > 0:
            text = ngettext("and {count} more file", "and {count} more files", more).format(count=more)
            rows.addWidget(kit.Label(text, "caption", "muted"))
        if len(ordered) <= _LINES_UNSCROLLED:
            self._body.addLayout(rows)
        else:
            rows.addStretch(1)
            area = kit.scrolling(kit.frame("surface", rows))
            area.setFixedHeight(round(_REPORT_HEIGHT * theme.current().scale))
            self._body.addWidget(area)
        self.show()

    def _show_news(self, received: Received) -> None:
        """Show what came with the packages of headquarters, each line with the place it leads to."""
        from habitat_desktop.packages import news

        for said in news.lines(news.together(result.news for result in received.results)):
            line = NewsLine(said)
            line.wanted.connect(self.news_wanted)
            self.news.append(line)
            self._body.addWidget(line)

    def retranslate(self) -> None:
        """Say the report in the language now; a line of progress stays as it is."""
        if self._received is not None:
            self.show_received(self._received)
        elif self.bar is not None:
            self.show()

    def show_problem(self, text: str) -> None:
        """Show that nothing could be taken in at all."""
        self._empty()
        self._body.addWidget(kit.Banner("error", _("Nothing was taken in"), text, closable=True))
        self.show()

    def _empty(self) -> None:
        self._delay.stop()
        self.bar = None
        self._received = None
        self.lines = []
        self.news = []
        kit.clear(self._body)
        self.hide()


class NewsLine(QFrame):
    """One thing that came, in a sentence, and the button that leads to it."""

    wanted = Signal(object)  # Line

    def __init__(self, line: "Line") -> None:
        super().__init__()
        self.setProperty("part", "row")
        icon, token = _NEWS_SIGNS[line.kind]
        self.line = line
        self.sentence = kit.Label(line.text, wrap=True, select=True)
        layout = kit.row(
            kit.IconLabel(icon, token, 16, filled=True), (self.sentence, 1), margins=(0, 4, 0, 4)
        )
        self.button = kit.Button(line.button, does=lambda: self.wanted.emit(line))
        layout.addWidget(self.button)
        self.setLayout(layout)
        self.setAccessibleName(line.text)


class ReportLine(QFrame):
    """One file: its state, its name and one sentence."""

    edits_wanted = Signal(object)

    def __init__(self, result: "ImportResult") -> None:
        super().__init__()
        self.setProperty("part", "row")
        self.result = result
        state, word = result_state(result)
        self.pill = kit.Pill(state, text=word)
        self.sentence = kit.Label(result_text(result), wrap=True, select=True)
        pill = kit.column(self.pill, None)
        words = kit.column(self.sentence, space=0)
        if is_refused(result):
            self.code = kit.Label(ltr(result.code), "caption", "muted", mono=True, select=True)
            words.addWidget(self.code)
        layout = kit.row(pill, (words, 1), space=12, margins=(0, 4, 0, 4))
        if result.code == OWN_EDITED:
            self.edits_button = kit.Button(
                _("See the changes"), icon="edit", does=lambda: self.edits_wanted.emit(result.file)
            )
            layout.addWidget(self.edits_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self.setAccessibleName(f"{word}: {self.sentence.text()}")


def summary(received: Received) -> str:
    """Return what came of the round in one sentence or two."""
    results = received.results
    taken = sum(1 for result in results if result.status in ("imported", "waiting"))
    known = sum(1 for result in results if result.status == "duplicate")
    refused = sum(1 for result in results if is_refused(result))
    parts = []
    if taken:
        parts.append(
            ngettext("{count} package taken in.", "{count} packages taken in.", taken).format(count=taken)
        )
    if known:
        parts.append(
            ngettext(
                "{count} package was here already; nothing changed.",
                "{count} packages were here already; nothing changed.",
                known,
            ).format(count=known)
        )
    if refused:
        parts.append(
            ngettext("{count} file was not let in.", "{count} files were not let in.", refused).format(
                count=refused
            )
        )
    if received.receipts:
        parts.append(
            ngettext(
                "{count} receipt came with them.", "{count} receipts came with them.", received.receipts
            ).format(count=received.receipts)
        )
    if received.left:
        parts.append(
            ngettext(
                "You stopped it: {count} file was not looked at.",
                "You stopped it: {count} files were not looked at.",
                received.left,
            ).format(count=received.left)
        )
    return " ".join(parts)


def quarantine_words(count: int) -> str:
    """Return what the button says that leads to the files kept out."""
    # Translators: a button: the place of files that were not let in, and how many wait there.
    return _("Quarantine: {count}").format(count=ltr(str(count)))


def result_state(result: "ImportResult") -> tuple[str, str]:
    """Return the state whose sign a result gets, and the word for it."""
    return {
        "imported": ("received", pgettext("what became of a file", "Taken in")),
        "duplicate": ("received", pgettext("what became of a file", "Already known")),
        "waiting": ("waiting", pgettext("what became of a file", "Waiting")),
        "quarantined": ("quarantine", pgettext("what became of a file", "Quarantine")),
        "refused": ("quarantine", pgettext("what became of a file", "Refused")),
    }[result.status]


def result_text(result: "ImportResult") -> str:
    """Return what happened to one file, what was kept, and what to do, in the language now."""
    if result.error is None:
        return result.message
    # a sentence that begins with the name of a file would run from the left in Arabic, too
    return (RIGHT_TO_LEFT_MARK if theme.current().rtl else "") + explain(result.error)
