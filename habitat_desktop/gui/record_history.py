"""The history of one record as a story: revisions, packages, receipts, the newest first."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.outbox_texts import office_title, when
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.records.story import Event
    from habitat_desktop.workspace import Workspace

_SHOWN_FIRST = 12


class RecordHistory(QWidget):
    """Reads and shows the story of a record; put it into a panel that scrolls.

    `show_record` shows another record, `refresh` reads again, `retranslate` says it in the language now.
    """

    loaded = Signal()

    def __init__(self, workspace: "Workspace", record_id: str = "") -> None:
        super().__init__()
        self._workspace = workspace
        self._record_id = ""
        self._job: jobs.Job | None = None
        self.events: tuple[Event, ...] = ()
        self._whole = False
        self._lines = kit.column(space=8)
        self.setLayout(self._lines)
        kit.expand(self, vertical=False)
        if record_id:
            self.show_record(record_id)

    def show_record(self, record_id: str) -> None:
        """Show the story of `record_id`; "" shows nothing."""
        if record_id != self._record_id:
            self._record_id, self.events, self._whole = record_id, (), False
            self._show()
        self.refresh()

    def refresh(self) -> None:
        if self._job is not None:
            self._job.forget()
            self._job = None
        if self._record_id:
            self._job = jobs.run(
                partial(_read_story, self._workspace, self._record_id), self, done=self._read
            )

    def retranslate(self) -> None:
        self._show()

    def lines(self) -> list[str]:
        """Return what is said, for tests and for copying."""
        return [f"{event_title(event)}\n{event_text(event)}" for event in self.events]

    def _read(self, events: "tuple[Event, ...]") -> None:
        self._job = None
        if events != self.events or self._lines.count() == 0:
            self.events = events
            self._show()
        self.loaded.emit()

    def _show(self) -> None:
        kit.clear(self._lines)
        if not self._record_id:
            return
        self._lines.addWidget(kit.Label(_("History"), strong=True))
        shown = self.events if self._whole else self.events[:_SHOWN_FIRST]
        for event in shown:
            self._lines.addWidget(_EventLine(event))
        more = len(self.events) - len(shown)
        if more:
            text = ngettext("Show {count} more", "Show {count} more", more).format(count=more)
            self._lines.addLayout(kit.row(kit.LinkButton(text, self._show_whole), None))
        self._lines.addStretch(1)

    def _show_whole(self) -> None:
        self._whole = True
        self._show()


class _EventLine(QWidget):
    """What happened, and when and by whom below it."""

    def __init__(self, event: "Event") -> None:
        super().__init__()
        icon, state = event_sign(event)
        title = kit.Label(event_title(event), strong=True, wrap=True)
        below = kit.Label(event_text(event), "caption", "muted", wrap=True, select=True)
        layout = kit.row(space=8)
        sign = kit.IconLabel(icon, f"state.{state}", 16, filled=True)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(kit.column(title, below, space=0), 1)
        self.setLayout(layout)
        self.setAccessibleName(f"{title.text()}, {below.text()}")


_SIGNS = {
    "draft": ("edit", "draft"),
    "revision": ("document_checkmark", "final"),
    "merge": ("branch_fork", "conflict"),
    "correction": ("edit", "query"),
    "withdraw": ("prohibited", "draft"),
    "sent": ("box", "package"),
    "receipt": ("mail_inbox_checkmark", "received"),
    "came": ("mail_inbox_checkmark", "received"),
    "query": ("chat_help", "query"),
    "proposal": ("chat_help", "query"),
    "reply": ("arrow_reply", "final"),
    "agree": ("arrow_reply", "final"),
    "refuse": ("arrow_reply", "final"),
    "close": ("checkmark_circle", "received"),
    "accept": ("checkmark_circle", "accepted"),
    "return": ("chat_help", "query"),
    "comment": ("chat_help", "received"),
    "clear": ("checkmark_circle", "received"),
}


def event_sign(event: "Event") -> tuple[str, str]:
    """Return the icon of an event and the state whose colour it has."""
    return _SIGNS[event.kind]


def event_title(event: "Event") -> str:
    """Return what happened in one short sentence."""
    number, person = ltr(str(event.number)), iso(event.person)
    if event.kind == "draft":
        return _("Draft")
    if event.kind == "sent":
        return _("In package {number}").format(number=number)
    if event.kind == "receipt":
        return _("Received by {office}").format(office=iso(office_title(event.peer)))
    if event.kind == "came":
        return _("Came from {office} in package {number}").format(
            office=iso(office_title(event.peer)), number=number
        )
    if event.peer:
        return _said_title(event)
    said = {
        "revision": _("Revision {number}, finalized by {person}"),
        "merge": _("Revision {number}, merged by {person}"),
        "correction": _("Revision {number}, corrected by {person}"),
        "withdraw": _("Revision {number}, withdrawn by {person}"),
    }
    return said[event.kind].format(number=number, person=person or _("somebody"))


def _said_title(event: "Event") -> str:
    """Return what somebody said about the record: who, and in which query."""
    said = {
        "query": _("{person} asks: {query}"),
        "proposal": _("{person} proposes a value: {query}"),
        "reply": _("{person} answers {query}"),
        "agree": _("{person} takes the proposed value: {query}"),
        "refuse": _("{person} refuses the proposed value: {query}"),
        "close": _("{person} closes {query}"),
        "accept": _("Accepted by {person}, {office}"),
        "return": _("Returned by {person}: {query}"),
        "comment": _("Comment by {person}, {office}"),
        "clear": _("Looked at and found right by {person}, {office}"),
    }
    person, office = iso(event.person), iso(office_title(event.peer))
    return said[event.kind].format(person=person, query=ltr(event.name.rpartition("/")[2]), office=office)


def event_text(event: "Event") -> str:
    """Return when it happened, and how much."""
    parts = [when(event.at)]
    if event.kind == "sent":
        parts.append(ngettext("{count} record", "{count} records", event.count).format(count=event.count))
    elif event.kind == "receipt":
        parts.append(_("receipt for package {number}").format(number=ltr(str(event.number))))
    elif event.kind == "draft":
        parts.append(_("saved by {person}").format(person=iso(event.person)) if event.person else "")
    elif event.count and event.kind in ("revision", "merge", "correction"):
        parts.append(
            ngettext("{count} answer changed", "{count} answers changed", event.count).format(
                count=event.count
            )
        )
    if event.reason:
        parts.append(iso(event.reason))
    return " · ".join(part for part in parts if part)


def _read_story(workspace: "Workspace", record_id: str, progress: Progress) -> "tuple[Event, ...]":
    from habitat_desktop.records.story import record_story

    with workspace.read() as session:
        return record_story(session, record_id)
