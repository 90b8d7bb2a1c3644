"""The two cards of the page of sending: what is in the next package; what was checked and sent before."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QStackedLayout, QTabWidget, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui import outbox_texts as texts
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.outbox_texts import Made
    from habitat_desktop.records.record import PackageEntry
    from habitat_desktop.sync.outbox import PeerBox

_RECORD_COLUMNS = (0, 150, 170, 72)
_OFFICE_COLUMNS = (0, 200, 180, 96)
_MADE_COLUMNS = (0, 290, 110, 96)
_TABLE_MIN_HEIGHT = 32 + 3 * 46
_TABS_HEIGHT = 176
_EARLIER_SHOWN = 50


class ContentsCard(kit.Card):
    """What goes, and why; or that nothing waits."""

    row_opened = Signal(int)
    records_wanted = Signal()

    def __init__(self) -> None:
        self._beside = kit.Label("", "caption", "muted")
        super().__init__(" ", None, self._beside, flush=True)
        self.table = kit.Table(_("Contents of the package"), two_lines=True)
        self.table.setMinimumHeight(_TABLE_MIN_HEIGHT)
        self.table.opened.connect(self.row_opened)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self._empty_place = QWidget()
        self._empty_layout = kit.column()
        self._empty_place.setLayout(self._empty_layout)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty_place)
        self.body.addLayout(self._stack)

    def show_boxes(
        self,
        boxes: "Sequence[PeerBox]",
        made: "Sequence[Made]",
        titles: Mapping[str, str],
        *,
        is_office: bool,
    ) -> None:
        """Show what waits: the records of the one box of an office, or one row an office that waits."""
        if all(box.is_empty for box in boxes) and made and not is_office:
            self.heading.setText(_("Packages ready to be sent"))
            self.model.show_rows((_("Office"), _("File"), _("Size"), _("Number")), texts.made_rows(made))
            self.table.set_columns(*_MADE_COLUMNS)
            self._stack.setCurrentWidget(self.table)
            return
        if all(box.is_empty for box in boxes):
            self._show_empty(boxes, is_office=is_office)
            return
        if is_office:
            box = boxes[0]
            number = box.latest.number if box.is_made and box.latest else box.number
            self.heading.setText(_("Contents of package {number}").format(number=ltr(str(number))))
            self.model.show_rows(
                (_("Record"), _("State"), _("Why it is in"), _("Files")),
                texts.record_rows(box, titles),
            )
            self.table.set_columns(*_RECORD_COLUMNS)
        else:
            self.heading.setText(_("Packages to make"))
            self.model.show_rows(
                (_("Office"), _("What goes"), _("Last package"), _("Number")), texts.office_rows(boxes)
            )
            self.table.set_columns(*_OFFICE_COLUMNS)
        again = sum(1 for box in boxes for item in box.waiting if item.reason == "again")
        beside = ngettext("{count} goes again, no receipt yet", "{count} go again, no receipt yet", again)
        self._beside.setText(beside.format(count=again) if again else "")
        self._stack.setCurrentWidget(self.table)

    def _show_empty(self, boxes: "Sequence[PeerBox]", *, is_office: bool) -> None:
        self.heading.setText(_("Nothing waits to be sent"))
        self._beside.setText("")
        self.model.show_rows((), ())
        kit.clear(self._empty_layout)
        icon, title, sentence = "mail_inbox_checkmark", "", ""
        if not is_office:
            title, sentence = _("No office waits for you"), _("Every package that came has its receipt.")
        elif boxes and boxes[0].since is not None:
            title = _("Headquarters has everything")
            sentence = _("All your finalized records have arrived. The last receipt came {when}.").format(
                when=texts.when(boxes[0].since)
            )
        else:
            icon, title = "send", _("Nothing to send yet")
            sentence = _("Finalize a record first; then it waits here to be sent.")
        records = kit.Button(_("Go to the records"), does=self.records_wanted.emit)
        self._empty_layout.addWidget(kit.EmptyState(icon, title, sentence, records))
        self._stack.setCurrentWidget(self._empty_place)


class PackageTabs(QFrame):
    """Checks, and earlier packages, behind tabs so that the page fits a low screen."""

    edits_wanted = Signal(object)  # the Path of a package that was changed in Excel
    shown_wanted = Signal(str)  # the name of an earlier package, to be shown in its folder
    again_wanted = Signal(str)  # the name of one to be sent again

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(_("Checks and earlier packages"))
        self._checks = kit.column(space=4, margins=(16, 8, 16, 8))
        self._earlier = kit.column(space=4, margins=(16, 8, 16, 8))
        for layout, title in ((self._checks, _("Checks")), (self._earlier, _("Earlier packages"))):
            self.tabs.addTab(kit.scrolling(kit.frame("surface", layout)), title)
        self.setLayout(kit.column(self.tabs, margins=(1, 1, 1, 4)))
        self.setFixedHeight(round(_TABS_HEIGHT * theme.current().scale))

    def show_boxes(
        self, boxes: "Sequence[PeerBox]", made: "Sequence[Made]", kept: Collection[str] = ()
    ) -> None:
        """Show both; `kept` are the names of packages whose files are still here."""
        self._show_checks(boxes, made)
        self._show_earlier(boxes, kept)

    def _show_checks(self, boxes: "Sequence[PeerBox]", made: "Sequence[Made]") -> None:
        kit.clear(self._checks)
        lines = texts.checks(boxes, made)
        for check in lines:
            sign, token = ("checkmark_circle", "ok") if check.is_good else ("warning", "warning")
            words = kit.Label(check.text, wrap=True)
            line = kit.row(kit.IconLabel(sign, token, 16, filled=True), (words, 1))
            if check.edited is not None:
                line.addWidget(
                    kit.LinkButton(_("See the changes"), partial(self.edits_wanted.emit, check.edited))
                )
            self._checks.addLayout(line)
        if not lines:
            self._checks.addWidget(kit.Label(_("There is nothing to check."), tone="muted"))
        self._checks.addStretch(1)

    def _show_earlier(self, boxes: "Sequence[PeerBox]", kept: Collection[str]) -> None:
        kit.clear(self._earlier)
        entries = [entry for box in boxes for entry in box.sent]
        entries.sort(key=lambda entry: entry.made_at, reverse=True)
        for entry in entries[:_EARLIER_SHOWN]:
            state = "received" if entry.receipt_at else "waiting"
            sign = kit.IconLabel(kit.state_icon(state), f"state.{state}", 16, filled=True)
            number = kit.Label(ltr(str(entry.number)), strong=True)
            rest = kit.ElidedLabel(texts.earlier_text(entry), "caption", "muted")
            line = kit.row(sign, number, (rest, 1))
            if entry.file_name in kept:
                self._add_ways(line, entry)
            self._earlier.addLayout(line)
        if not entries:
            self._earlier.addWidget(kit.Label(_("No package was made yet."), tone="muted"))
        self._earlier.addStretch(1)

    def _add_ways(self, line: QBoxLayout, entry: "PackageEntry") -> None:
        number = ltr(str(entry.number))
        show = kit.LinkButton(_("Show in folder"), partial(self.shown_wanted.emit, entry.file_name))
        show.setAccessibleName(_("Show package {number} in its folder").format(number=number))
        # Translators: opens a dialog in which a folder is chosen; the same file is written there once more.
        again = kit.LinkButton(_("Send again…"), partial(self.again_wanted.emit, entry.file_name))
        again.setAccessibleName(_("Send package {number} again").format(number=number))
        line.addWidget(show)
        line.addWidget(again)
