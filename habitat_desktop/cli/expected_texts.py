"""Expected returns in words and in JSON: one table, one shape."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.names import country_name
from habitat_desktop.records.expected import ExpectedReturn, Report, Said


def state_name(state: str) -> str:
    """Return the word for the state of an expected return in the language spoken now."""
    return {
        "expected": pgettext("state of an expected return", "Expected"),
        "draft": pgettext("state of an expected return", "Draft"),
        "final": pgettext("state of an expected return", "Final"),
        "sent": pgettext("state of an expected return", "Sent"),
        "received": pgettext("state of an expected return", "Received"),
        "accepted": pgettext("state of an expected return", "Accepted"),
        "nil": pgettext("state of an expected return", "Nil return"),
        "excused": pgettext("state of an expected return", "Closed"),
    }[state]


def standing(found: ExpectedReturn, on: date) -> str:
    """Return how it stands in one cell: its state, by how much it is late, what is asked or contradicts."""
    parts = [state_name(found.state)]
    days = found.late(on)
    if days:
        parts.append(ngettext("{count} day late", "{count} days late", days).format(count=days))
    if found.open_requests:
        asked = max(one.asked.due for one in found.open_requests)
        parts.append(_("asks for {date}").format(date=format_date(asked, language())))
    if found.contradicts and found.state != "nil":
        parts.append(_("and a nil return"))
    elif found.contradicts:
        parts.append(_("and a record"))
    if found.same_as:
        parts.append(_("the same as {others}").format(others=listed(found.same_as)))
    return "; ".join(parts)


def about(terms: Any) -> str:
    """Return what a return is about: subject, country."""
    place = country_name(terms.country, language()) if terms.country else ""
    return " · ".join(part for part in (terms.subject, place) if part) or pgettext("subject", "any")


def said_in_words(kind: str, said: Said) -> str:
    """Return one sentence: who said what about an expected return, and why."""
    day = format_date(said.due, language()) if said.due else ""
    what = {
        "expect": _("{who} expects it by {date}"),
        "correct": _("{who} corrected the date to {date}") if day else _("{who} corrected it"),
        "extend": _("{who} extended it to {date}"),
        "excuse": _("{who} closed it"),
        "reopen": _("{who} opened it again"),
        "deny": _("{who} denied what was asked"),
        "nil_return": _("{who} gave a nil return"),
        "ask_extension": _("{who} asked for an extension to {date}"),
        "take_back": _("{who} took back what was said"),
    }[kind].format(who=f"{said.person} ({said.sender})", date=day)
    return f"{what}: {said.reason}" if said.reason else what


def report_json(report: Report) -> dict[str, Any]:
    """Return `{record_id, label, office, form_id, country, period, subject, state}`."""
    return report._asdict()


def said_json(said: Said) -> dict[str, Any]:
    """Return `{act_id, person, sender, reason, at, due}`; `due` is null where it names no date."""
    return {
        "act_id": said.act_id,
        "person": said.person,
        "sender": said.sender,
        "reason": said.reason,
        "at": said.made_at,
        "due": said.due or None,
    }


def expected_json(found: ExpectedReturn, on: date) -> dict[str, Any]:
    """Return one expected return for machines.

    Keys: expected_id, label, office, form_id, country, period, subject, note, due (in force), first_due,
    state, late (days), days_left (null without a date), requests (open ones: those of `said_json`),
    nil (null, or that of `said_json`), contradicts, same_as (short ids), records (those of `report_json`).
    """
    terms = found.terms
    return {
        "expected_id": found.expected_id,
        "label": found.label,
        **{name: getattr(terms, name) for name in ("office", "form_id", "country", "period", "subject")},
        "note": terms.note,
        "due": found.due,
        "first_due": terms.due,
        "state": found.state,
        "late": found.late(on),
        "days_left": found.days_left(on),
        "requests": [said_json(one.asked) for one in found.open_requests],
        "nil": said_json(found.nil.said) if found.nil else None,
        "contradicts": found.contradicts,
        "same_as": list(found.same_as),
        "records": [report_json(one) for one in found.records],
    }


def history_json(found: ExpectedReturn) -> list[dict[str, Any]]:
    """Return everything that was said about it: that of `said_json` and `kind`."""
    return [{"kind": kind, **said_json(said)} for kind, said in found.story]


def row(found: ExpectedReturn, on: date) -> tuple[str, ...]:
    """Return the cells of one line: id, form, period, what about, due, how it stands."""
    return (
        found.label,
        found.terms.form_id,
        found.terms.period,
        about(found.terms),
        format_date(found.due, language()),
        standing(found, on),
    )


def titles() -> list[str]:
    """Return the titles of `row`."""
    return [_("Id"), _("Form"), _("Period"), _("Subject"), _("Due"), _("State")]


def unexpected_rows(reports: Iterable[Report]) -> list[tuple[str, ...]]:
    """Return a line for each record that fits no expected return."""
    return [
        (one.label, one.form_id, one.period, about(one), "–", state_name(one.state) + "; " + _("unexpected"))
        for one in reports
    ]
