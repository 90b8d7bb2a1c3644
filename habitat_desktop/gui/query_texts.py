"""What the pages say of a query: its state, its values, who said what. No Qt."""

from datetime import datetime

from habitat_desktop.gui.outbox_texts import record_title, when
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.packages.answer_words import answer_words
from habitat_desktop.records.inquiries import Inquiry, Stage
from habitat_desktop.records.queries import Answer

# the state whose sign and colour each stage has
SIGNS: dict[Stage, str] = {
    "open": "query",
    "waiting": "final",
    "sent": "package",
    "received": "received",
    "closed": "accepted",
}


def stage_word(stage: Stage) -> str:
    """Return the word of a stage, for pills and filters."""
    words = {
        "open": pgettext("state of a query", "Open"),
        # Translators: the reply to a query is written and goes with the next package.
        "waiting": pgettext("state of a query", "Reply not sent"),
        # Translators: the reply to a query is in a package and headquarters has not confirmed it.
        "sent": pgettext("state of a query", "Reply sent"),
        "received": pgettext("state of a query", "Reply received"),
        "closed": pgettext("state of a query", "Closed"),
    }
    return words[stage]


def state_words(one: Inquiry) -> str:
    """Return the state of an inquiry in one or two words."""
    if one.kind == "return" and one.is_open:
        return pgettext("state of a record", "Returned")
    return stage_word(one.stage)


def question_of(one: Inquiry) -> str:
    """Return what is asked about: the question, else the whole return."""
    if one.question:
        return one.question
    return _("The whole return")


def record_of(one: Inquiry) -> str:
    """Return "Mavoko · KE-7F3K-0042"."""
    return f"{iso(record_title(one.record))} · {ltr(one.record.label)}"


def words_of(one: Inquiry, value: object) -> str:
    """Return a value of the question asked about in words."""
    return answer_words(one.form, one.asked_ref, value)


def asked_by(one: Inquiry, now: datetime) -> str:
    """Return "A. Diallo · today 09:41"."""
    return f"{iso(one.person)} · {when(one.at, now)}"


def said(one: Inquiry, answer: Answer) -> str:
    """Return what an office answered: what it did with the value, and its words."""
    parts = []
    if answer.kind == "agree":
        parts.append(_("Takes the proposed value {value}").format(value=iso(words_of(one, answer.value))))
    elif answer.kind == "refuse":
        parts.append(_("Keeps the value"))
    elif answer.has_value:
        parts.append(_("New value: {value}").format(value=iso(words_of(one, answer.value))))
    if answer.text:
        parts.append(answer.text)
    return "\n".join(parts)


def goes_with(stage: Stage) -> str:
    """Return what becomes of an answer, in a sentence; "" where there is none."""
    sentences = {
        "waiting": _("The reply goes with the next package. What is signed cannot be changed any more."),
        "sent": _("The reply is in a package; no receipt has come yet."),
        "received": _("Headquarters has the reply."),
        "closed": _("Headquarters needs no answer any more."),
    }
    return sentences.get(stage, "")


def spoken_row(one: Inquiry) -> str:
    """Return a query in one line, for search: all a person may remember of it."""
    values = (
        one.name, one.question, one.reason, one.person, one.record.subject, one.record.label,
        one.record.country, *(answer.text for answer in one.answers),
    )  # fmt: skip
    return "\n".join(values)
