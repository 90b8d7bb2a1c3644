"""The inbox of headquarters: every package that came, what is special about it, and files kept out."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.arrival_panel import ArrivalPanel, arrival_cells, arrival_title, attention_of
from habitat_desktop.gui.exchange_page import ask_files
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.receiving import ReceiveCard, Received, Receiving, quarantine_words
from habitat_desktop.gui.sending import form_titles
from habitat_desktop.gui.side_by_side import SideBySide
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import fold
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.hq.inbox import Arrival, PackageDetail
    from habitat_desktop.workspace import Workspace

_COLUMNS = (176, 136, 0, 148, 120)
_LOOKED_INTO, _BATCH = 100, 4
_PANEL_WIDTH = 312
_TABLE_MIN_HEIGHT = 32 + 4 * 46


class InboxPage(Page):
    """Table of what came, chips that filter it, and five plain lines about the one chosen."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._arrivals: tuple[Arrival, ...] = ()
        self._shown: list[Arrival] = []
        self._filter, self._text = "all", ""
        self._owed = 0
        self._titles: dict[str, str] = {}
        self._details: dict[Path, PackageDetail | None] = {}  # None: the file cannot be read again
        self._looking: jobs.Job | None = None
        self._is_left = False
        self._reading: jobs.Job | None = None
        self.choose_files: Callable[[], list[Path]] = lambda: ask_files(self)
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self.receive_card = ReceiveCard()  # outlives a change of language: files may be on their way in
        self.receiving = Receiving(self.workspace, self.receive_card)
        self.receiving.finished.connect(self._received)
        self.receive_card.quarantine_wanted.connect(self._show_quarantine)
        self._build()

    # Page

    def enter(self, **context: Any) -> None:
        """`files`: paths to take in; `start="import"` asks for them."""
        self._is_left = False
        self.refresh()
        if context.get("files"):
            self.receiving.receive(context["files"])
        if context.get("start") == "import":
            QTimer.singleShot(0, self.add_files)

    def refresh(self) -> None:
        jobs.run(partial(_read_inbox, self.workspace), self, done=self._read)

    def retranslate(self) -> None:
        self._build()
        self.receive_card.retranslate()
        self._show_all()
        self.refresh()

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.chips, self.table, self.panel)

    def search(self, text: str) -> bool:
        self._text = fold(text)
        self._show_rows()
        return True

    # building

    def _build(self) -> None:
        self.receive_card.setParent(self)
        kit.clear(self._layout)
        self.add_button = kit.PrimaryButton(_("Add files…"), "add", self.add_files)
        self.add_button.setToolTip(_("Take in packages; you can also drop the files anywhere on this window"))
        self.packages_button = kit.Button(_("Make packages"), icon="send", does=self._make_packages)
        self.quarantine_button = kit.Button("", icon="shield_error", does=self._show_quarantine)
        self.head = kit.PageHead(
            _("Inbox"), "", self.quarantine_button, self.packages_button, self.add_button
        )
        self.chips = kit.StateChips()
        self.chips.chosen.connect(self._choose_filter)
        self.table = kit.Table(_("Packages that came"), two_lines=True)
        self.table.setMinimumHeight(_TABLE_MIN_HEIGHT)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(
            lambda index, _before: self._choose(index.row())
        )
        self.table.opened.connect(self._open_row)
        self._empty_layout = kit.column()
        empty = QWidget()
        empty.setLayout(self._empty_layout)
        self._empty = empty
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        card = QFrame()
        card.setProperty("part", "card")
        card.setLayout(kit.column(self._stack, margins=(1, 1, 1, 1)))
        self.panel = ArrivalPanel()
        self.panel.records_wanted.connect(self._open_records)
        self.panel.quarantine_wanted.connect(self._show_quarantine)
        self.panel.edits_wanted.connect(self._show_edits)
        content = QWidget()
        content.setLayout(
            kit.column(
                self.receive_card,
                self.chips,
                (SideBySide(card, self.panel, width=_PANEL_WIDTH), 1),
                space=8,
                margins=(20, 0, 20, 12),
            )
        )
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(kit.scrolling(content), 1)

    # showing

    def leave(self) -> bool:
        self._is_left = True
        return True

    def _read(self, inbox: "tuple[tuple[Arrival, ...], int, dict[str, str]]") -> None:
        self._arrivals, self._owed, self._titles = inbox
        self._show_all()
        self._look_inside()

    def _look_inside(self) -> None:
        """Read the newest packages a few at a time, so that what was changed in Excel shows without asking.

        Other work gets its turn between two batches; a page that was left reads no further.
        """
        newest = [arrival for arrival in self._arrivals[:_LOOKED_INTO] if arrival.entry is not None]
        unread = [arrival for arrival in newest if arrival.stored not in self._details][:_BATCH]
        if unread and self._looking is None and not self._is_left:
            self._looking = jobs.run(
                partial(_read_details, self.workspace, unread), self, done=self._looked_inside
            )

    def _looked_inside(self, details: "dict[Path, PackageDetail | None]") -> None:
        self._looking = None
        self._details |= details
        if any(detail is not None and detail.findings for detail in details.values()):
            self._show_chips()
            self._show_rows()
        self._look_inside()

    def _show_all(self) -> None:
        count = len(self._arrivals)
        kept_out = sum(1 for arrival in self._arrivals if arrival.kind == "quarantined")
        packages = ngettext("{count} package", "{count} packages", count - kept_out).format(
            count=count - kept_out
        )
        subtitle = packages
        if kept_out:
            subtitle = _("{packages} · {count} in quarantine").format(packages=packages, count=kept_out)
        self.head.set_texts(_("Inbox"), subtitle)
        self.quarantine_button.setVisible(kept_out > 0)
        self.quarantine_button.setText(quarantine_words(kept_out))
        self.packages_button.setVisible(self._owed > 0)
        self.packages_button.setText(
            ngettext(
                "Make packages for {count} office", "Make packages for {count} offices", self._owed
            ).format(count=self._owed)
        )
        self._show_chips()
        self._show_rows()

    def _show_chips(self) -> None:
        counts = {key: sum(1 for a in self._arrivals if _is_shown(a, key, self._details)) for key in _FILTERS}
        words = {
            "all": pgettext("packages", "All"),
            "imported": pgettext("packages", "Taken in"),
            "edited": pgettext("packages", "Edited in Excel"),
            "waiting": pgettext("packages", "Waiting"),
            "missing": pgettext("packages", "Earlier one missing"),
            "quarantined": pgettext("packages", "Quarantine"),
        }
        chips = [
            kit.Chip(key, words[key], counts[key], icon)
            for key, icon in _FILTERS.items()
            if counts[key] or key == "all" or key == self._filter
        ]
        self.chips.show_chips(chips, self._filter)

    def _show_rows(self) -> None:
        chosen = self._chosen()
        self._shown = [
            arrival
            for arrival in self._arrivals
            if _is_shown(arrival, self._filter, self._details)
            and self._text in fold(f"{arrival_title(arrival)} {arrival.file_name}")
        ]
        heads = (_("From"), _("Signature"), _("Contents"), _("State"), pgettext("package", "Came"))
        self.model.show_rows(heads, [arrival_cells(a, self._details.get(a.stored)) for a in self._shown])
        self.table.set_columns(*_COLUMNS)
        if self._shown:
            self._stack.setCurrentWidget(self.table)
            same = next((row for row, a in enumerate(self._shown) if chosen and a.stored == chosen.stored), 0)
            kit.select_row(self.table, same)
            self._choose(same)
        else:
            self._show_empty()
            self.panel.show_nothing()

    def _show_empty(self) -> None:
        kit.clear(self._empty_layout)
        if self._arrivals:
            clear = kit.Button(_("Show all"), does=lambda: self._choose_filter("all"))
            state = kit.EmptyState(
                "search", _("No package fits"), _("Choose another state or clear the search."), clear
            )
        else:
            add = kit.Button(_("Add files…"), icon="add", does=self.add_files)
            text = _(
                "Packages of the offices come in here. Add their files, or drop them anywhere on this window."
            )
            state = kit.EmptyState("mail_inbox", _("No package has come yet"), text, add)
        self._empty_layout.addWidget(state)
        self._stack.setCurrentWidget(self._empty)

    def edited(self) -> "Arrival | None":
        """Return the newest package that was changed in Excel, if there is one."""
        found = (a for a in self._arrivals if a.entry is not None and a.entry.findings)
        return next(found, None)

    # what the person does

    def add_files(self) -> None:
        """Ask for files and take them in."""
        paths = self.choose_files()
        if paths:
            self.receiving.receive(paths)

    def _show_edits(self) -> None:
        arrival = self._chosen()
        if arrival is not None and arrival.entry is not None:
            self.frame.show_page("edits", entry=arrival.entry, stored=arrival.stored)

    def _show_quarantine(self, file: str = "") -> None:
        self.frame.show_page("quarantine", file=file)

    def _make_packages(self) -> None:
        self.frame.show_page("exchange", start="make")

    def _choose_filter(self, key: str) -> None:
        self._filter = key
        self._show_chips()
        self._show_rows()

    def _chosen(self) -> "Arrival | None":
        row = self.table.currentIndex().row()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _choose(self, row: int) -> None:
        if not 0 <= row < len(self._shown):
            return
        arrival = self._shown[row]
        detail = self._details.get(arrival.stored)
        self.panel.show_arrival(arrival, detail, self._titles)
        if detail is None and arrival.entry is not None:
            if self._reading is not None:
                self._reading.forget()
            self._reading = jobs.run(
                partial(_read_detail, self.workspace, arrival),
                self,
                done=partial(self._detail_read, arrival),
                failed=self.panel.show_problem,
            )

    def _detail_read(self, arrival: "Arrival", detail: "PackageDetail") -> None:
        self._reading = None
        self._details[arrival.stored] = detail
        chosen = self._chosen()
        if chosen is not None and chosen.stored == arrival.stored:
            self.panel.show_arrival(arrival, detail, self._titles)
        if detail.findings:
            self._show_chips()
            self._show_rows()

    def _open_row(self, row: int) -> None:
        self._choose(row)
        detail = self._details.get(self._shown[row].stored)
        if detail is not None:
            self._open_records([revision.record_id for revision in detail.heads])

    def _open_records(self, record_ids: list[str]) -> None:
        entry = getattr(self._chosen(), "entry", None)
        if len(record_ids) == 1:
            self.frame.show_page("records", record_id=record_ids[0])
        else:
            self.frame.show_page("records", office=entry.peer if entry else "")

    def _received(self, received: Received) -> None:
        self.frame.records_changed()


_FILTERS = {
    "all": "",
    "imported": "mail_inbox_checkmark",
    "edited": "chat_help",
    "waiting": "hourglass",
    "missing": "info",
    "quarantined": "shield_error",
}


def _is_shown(arrival: "Arrival", key: str, details: "dict[Path, PackageDetail | None]") -> bool:
    return key == "all" or key == arrival.kind or key in attention_of(arrival, details.get(arrival.stored))


def _read_inbox(
    workspace: "Workspace", progress: Progress
) -> "tuple[tuple[Arrival, ...], int, dict[str, str]]":
    from habitat_desktop.hq.inbox import inbox
    from habitat_desktop.sync.outbox import outbox

    with workspace.read() as session:
        arrivals = inbox(session, workspace.incoming, workspace.quarantine)
        owed = len(outbox(session, workspace.settings))
    return arrivals, owed, form_titles(workspace)


def _read_detail(workspace: "Workspace", arrival: "Arrival", progress: Progress) -> "PackageDetail":
    from habitat_desktop.hq.inbox import package_detail

    return package_detail(arrival.stored, workspace.library.form, workspace.keyring)


def _read_details(
    workspace: "Workspace", arrivals: "Sequence[Arrival]", progress: Progress
) -> "dict[Path, PackageDetail | None]":
    from habitat_desktop.packages.errors import PackageError

    details: dict[Path, PackageDetail | None] = {}
    for done, arrival in enumerate(arrivals):
        progress.step(done, len(arrivals))
        try:
            details[arrival.stored] = _read_detail(workspace, arrival, progress)
        except PackageError:
            details[arrival.stored] = None
    return details
