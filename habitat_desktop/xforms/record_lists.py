"""Lists made of an office's own records: `bind::habitat:records` = form, value question, label question.

The file such a list names holds a header only; whoever opens the form hands in the rows
(`Environment.record_rows`). An answer that is no longer among them stays, and is told.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.list_nodes import InstanceNode, TableNode

RECORDS = "habitat:records"
COLUMNS = ("name", "label", "record", "country", "period")
_FORM = re.compile(r"[^\s/]+")
_QUESTION = re.compile(r"[^\s/\[\]${}]+(/[^\s/\[\]${}]+)*")

Rows = Sequence[Sequence[str]]


class RecordList(NamedTuple):
    """Which records give the rows: those of `form_id`; `value` and `label` are questions, names or paths."""

    form_id: str
    value: str
    label: str


def read_record_list(text: str) -> RecordList | None:
    """Return what a cell of the column says; None where it is not of three words that can be names."""
    words = text.split()
    if len(words) != 3 or not _FORM.fullmatch(words[0]) or not all(map(_QUESTION.fullmatch, words[1:])):
        return None
    return RecordList(*words)


def record_lists(form: Form) -> dict[str, RecordList]:
    """Return, by the name of the list, which records its rows are made of."""
    found: dict[str, RecordList] = {}
    for element in form.walk():
        text = element.bind.attributes.get(RECORDS, "") if isinstance(element, Question) else ""
        known = read_record_list(text) if text else None
        if known is not None and isinstance(element, Question) and element.list_name in form.sources:
            found.setdefault(element.list_name, known)
    return found


def list_of_rows(name: str, rows: Rows) -> InstanceNode:
    """Return the secondary instance `name` with the rows that records gave."""
    node = InstanceNode(name)
    node.append(TableNode(node, COLUMNS, list(rows)))
    return node
