"""The card of home that says what headquarters asks, with its reason; Answer leads to the question."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.outbox_texts import record_title
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.glance import Ask, Glance
from habitat_desktop.records.record import RecordState, RecordSummary, utc_time

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

SHOWN = 3
_REASON = 140  # signs: two or three lines


def asks_card(
    frame: "MainWindow",
    seen: Glance,
    questions: Mapping[str, str],
    titles: Mapping[str, str],
    now: datetime,
) -> QWidget:
    """Return the card; `questions` names, by the id of a query, what it is about, as far as that was read,
    `titles` the forms.
    """
    count = len(seen.asks)
    if not count:
        card = kit.Card(_("Headquarters asks"))
        none = kit.Label(_("Headquarters has no question for you."), tone="muted", wrap=True)
        card.body.addLayout(kit.row(kit.IconLabel("chat_help", "text_muted"), (none, 1), space=12))
        return card
    spoken = ngettext("{count} query", "{count} queries", count).format(count=count)
    card = kit.Card(_("Headquarters asks"), kit.CountBadge(count, spoken=spoken), None)
    card.body.setSpacing(0)
    shown = seen.asks[:SHOWN]
    rest = count - len(shown)
    for ask in shown:
        title = questions.get(ask.act_id) or record_title(ask.record)
        named = record_title(ask.record) if ask.act_id in questions else titles.get(ask.record.form_id, "")
        card.body.addWidget(_row(frame, ask, title, named, now, last=ask is shown[-1]))
    if rest:
        text = ngettext("{count} more query", "{count} more queries", rest).format(count=ltr(str(rest)))
        card.body.addLayout(kit.row(kit.LinkButton(text, lambda: frame.show_page("queries")), None))
    return card


def _row(frame: "MainWindow", ask: Ask, title: str, about: str, now: datetime, *, last: bool) -> QFrame:
    record = ask.record
    head = kit.Label(title, strong=True, wrap=True)
    reason = " ".join(ask.reason.split())
    reason = reason if len(reason) <= _REASON else f"{reason[:_REASON].rstrip()}…"
    # Translators: the words of somebody else, in the quotation marks of your language.
    said = kit.Label(_("“{text}”").format(text=iso(reason)), wrap=True)
    when = relative_time(utc_time(ask.at).astimezone(now.tzinfo), now, language())
    line = kit.ElidedLabel(iso(about), "caption", "muted")
    who = kit.ElidedLabel(f"{ltr(record.label)} · {iso(ask.person)} · {when}", "caption", "muted")
    answer = kit.Button(
        pgettext("button", "Answer"), does=lambda: answer_in_form(frame, record, ask.act_id, ask.ref)
    )
    answer.setAccessibleName(_("Answer: {question}, {record}").format(question=title, record=record.label))
    layout = kit.row(space=12, margins=(0, 8, 0, 8))
    layout.addWidget(kit.IconLabel("chat_help", "warning"), 0, Qt.AlignmentFlag.AlignTop)
    layout.addLayout(kit.column(head, said, line, who, space=0), 1)
    layout.addWidget(answer, 0, Qt.AlignmentFlag.AlignTop)
    return kit.frame("surface" if last else "row", layout)


def answer_in_form(
    frame: "MainWindow", record: RecordSummary, act_id: str, ref: str, *, may: bool = True
) -> bool:
    """Show the question of a query in the form with the panel open; `may`: to answer it there."""
    is_stuck = len(record.heads) > 1 or record.state is RecordState.WITHDRAWN
    readonly = False if may and not is_stuck else None
    return frame.show_page("form", record_id=record.record_id, ref=ref, query=act_id, readonly=readonly)
