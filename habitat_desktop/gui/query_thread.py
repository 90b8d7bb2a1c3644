"""What was said about one question: the query with its reason, the answers in order, the closing."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_parts import leading
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.outbox_texts import record_title, when
from habitat_desktop.gui.query_texts import SIGNS, goes_with, question_of, said, state_words, words_of
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.inquiries import Inquiry

_SHOWN = 5_000  # signs of one text: what comes from outside may be megabytes


class QueryThread(QWidget):
    """Shows one inquiry; put it into a panel that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = kit.column(space=8)
        self.setLayout(self._lines)
        kit.expand(self, vertical=False)

    def show_inquiry(self, one: Inquiry | None, now: datetime, *, with_record: bool = False) -> None:
        """Show what was said, oldest first; `with_record` tells record, state and proposed value too."""
        kit.clear(self._lines)
        if one is None:
            return
        if with_record:
            self._lines.addLayout(kit.row(kit.Pill(SIGNS[one.stage], text=state_words(one)), None))
        self._lines.addWidget(_wrapped(plain(question_of(one)), "subtitle", strong=True))
        if with_record:
            names = kit.column(_wrapped(iso(record_title(one.record)), "caption", tone="muted"), space=0)
            names.addWidget(kit.ElidedLabel(ltr(one.name), "caption", "muted"))
            self._lines.addLayout(names)
        who = _("{person} · headquarters").format(person=iso(one.person))
        self._lines.addWidget(speech(who, when(one.at, now), one.reason, asks=True))
        if with_record and one.kind == "proposal":
            self._say_proposed(one)
        self._say_values(one)
        for answer in one.answers:
            self._lines.addWidget(speech(iso(answer.person), when(answer.at, now), said(one, answer)))
        if one.closing is not None:
            words = one.closing.text or pgettext("state of a query", "Closed")
            self._lines.addWidget(speech(who, when(one.closing.at, now), words, asks=True))
        if sentence := goes_with(one.stage):
            self._lines.addWidget(_wrapped(sentence, "caption", tone="muted"))

    def _say_proposed(self, one: Inquiry) -> None:
        heading = kit.Label(_("Proposed value"), "caption", "muted", strong=True)
        value = _wrapped(iso(words_of(one, one.proposed)), "body", strong=True)
        # Translators: stands after a proposed value: "708, instead of 1,008".
        old = _("instead of {value}").format(value=iso(words_of(one, one.value)))
        lines = kit.column(heading, value, _wrapped(old, "caption", tone="muted"), space=4)
        lines.setContentsMargins(12, 8, 12, 8)
        self._lines.addWidget(kit.frame("sunk", lines))

    def _say_values(self, one: Inquiry) -> None:
        if not one.asked_ref:
            return
        if one.ref is None:
            text = _("The entry asked about was removed from the record.")
            self._lines.addWidget(_wrapped(text, "caption", tone="muted"))
        elif one.kind != "return" and one.is_changed:
            then, now = iso(words_of(one, one.value)), iso(words_of(one, one.value_now))
            text = _("Asked about {then}; the return says {now} now.").format(then=then, now=now)
            self._lines.addWidget(_wrapped(text, "caption", tone="muted"))


def speech(who: str, at: str, text: str, *, asks: bool = False) -> QFrame:
    """Return what one person said, in a frame: tinted where headquarters asks."""
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    head = kit.row(space=8)
    head.addWidget(_wrapped(who, "caption", strong=True), 1)
    head.addWidget(kit.Label(at, "caption", "muted"), 0, Qt.AlignmentFlag.AlignTop)
    words = _wrapped(text, "body")
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box = kit.frame("banner" if asks else "sunk", kit.column(head, words, space=4, margins=(12, 8, 12, 8)))
    if asks:
        box.setProperty("tone", "query")
    box.setAccessibleName(f"{who}, {at}: {text}")
    return box


def _wrapped(
    text: str, role: kit.labels.Role, *, strong: bool = False, tone: kit.labels.Tone = "text"
) -> kit.Label:
    label = kit.Label(text, role, tone, strong=strong, wrap=True)
    label.setAlignment(leading())
    return label
