"""The sheet of the conversation: questions, answers and decisions in the words of persons, newest first.

It explains and is not compared: what counts are the signed acts in the payload.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.packages.finding import FormFinder
from habitat_desktop.packages.layout import text_cell
from habitat_desktop.packages.texts import LINE, UNAVAILABLE, Formats, lines_of
from habitat_desktop.records.act import Act
from habitat_desktop.records.act_log import in_words, thing
from habitat_desktop.records.conversation import QUERY, RETURN, number_of
from habitat_desktop.records.record import RecordSummary
from habitat_desktop.xforms.definition import Question

# Translators: name of a sheet: questions, answers and decisions; at most 31 characters
NAME = N_("Conversation")
_WIDTHS = (16, 20, 22, 18, 24, 30, 46, 18)
_OWN_DIRECTION = (4, 6, 7)  # columns in the words of whoever wrote them
_LETTERS = {"query": QUERY, "proposal": QUERY, "return": RETURN}
_SHOWN = 2000  # rows; the newest, for people look at these
_POSITION = re.compile(r"\[\d+\]")  # of an entry in a repeat


def write_conversation(
    workbook: Any,
    name: str,
    acts: Sequence[Act],
    records: Mapping[str, RecordSummary],
    find_form: FormFinder,
) -> None:
    """Write one row for each act; `records` are what is known of the records they are about, by id."""
    formats = Formats(workbook)
    sheet = workbook.add_worksheet(name)
    formats.prepare(sheet)
    for position, (heading, width) in enumerate(zip(_headings(), _WIDTHS, strict=True)):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, heading, formats.header)
    shown = sorted(acts, key=lambda act: (act.made_at, act.number), reverse=True)[:_SHOWN]
    for row, act in enumerate(shown, 1):
        cells = _cells(act, records.get(act.record_id), find_form)
        height = max(lines_of(text, width) for text, width in zip(cells, _WIDTHS, strict=True))
        sheet.set_row(row, LINE * min(height, 12) + 3)
        for position, text in enumerate(cells):
            if text:
                style = formats.several_lines if position in _OWN_DIRECTION else formats.wrapped
                sheet.write_string(row, position, text_cell(text), style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(shown), 1), len(_WIDTHS) - 1)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _headings() -> tuple[str, ...]:
    return (
        _("Date"),
        _("From"),
        pgettext("what somebody did", "What"),
        _("Record"),
        pgettext("what something is about", "About"),
        _("Question"),
        pgettext("what somebody said", "Words"),
        _("Value"),
    )


def _cells(act: Act, record: RecordSummary | None, find_form: FormFinder) -> tuple[str, ...]:
    form = find_form(record.form_id, record.form_version) if record is not None else None
    question = form.elements.get(_POSITION.sub("", act.ref)) if form is not None and act.ref else None
    return (
        format_date(act.made_at[:10], language(), "medium"),
        f"{act.person} ({act.sender})",
        in_words(act),
        _name(act, record.label) if record is not None else "",
        record.subject if record is not None else thing(act, {}),
        question.label(language()) if isinstance(question, Question) else act.ref,
        act.reason,
        _value(act, grouped=isinstance(question, Question) and bool(question.unit)),
    )


def _name(act: Act, label: str) -> str:
    """Return what people call a query when they answer it, else the record."""
    number = number_of(act)
    return f"{label}/{_LETTERS[act.kind]}{number}" if number and act.kind in _LETTERS else label


def _value(act: Act, *, grouped: bool) -> str:
    """Return the value an act proposes or is about, or the date it sets, as people read it."""
    found = (act.content.get(name) for name in ("proposed", "due", "value"))
    value = next((one for one in found if one), "")
    if isinstance(value, dict):
        why = value.get("$unavailable", {})
        reason = str(why.get("reason", "")) if isinstance(why, dict) else ""
        remark = str(why.get("remark", "")) if isinstance(why, dict) else ""
        word = _(UNAVAILABLE[reason]) if reason in UNAVAILABLE else reason
        return f"{word}: {remark}" if remark else word
    if isinstance(value, list):
        return " ".join(map(str, value))
    return format_number(str(value), language()) if grouped else str(value)
