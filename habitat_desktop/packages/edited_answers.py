"""What an edited cell answers: read by the type of its question, never guessed."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.dates import parse_date
from habitat_desktop.i18n.numbers import AmbiguousNumber, format_number, parse_number
from habitat_desktop.packages.cells import plain
from habitat_desktop.packages.finding import Finding
from habitat_desktop.packages.layout import FLAG, Column, answer_cell
from habitat_desktop.records.entry_places import steps
from habitat_desktop.xforms.question_types import ATTACHMENTS
from habitat_desktop.xforms.states import NodeState

_NUMBERS = frozenset(("integer", "decimal", "range"))
_TRUE, _FALSE = ("1", "TRUE"), ("", "0", "FALSE")


class NumberUnclearError(HabitatError):
    code = "NUMBER_UNCLEAR"
    message = N_("“{text}” can be read as {one} or as {other}. Type it in the form.")


class NotANumberError(HabitatError):
    code = "NOT_A_NUMBER"
    message = N_("“{text}” is not a number.")


class NotADateError(HabitatError):
    code = "NOT_A_DATE"
    message = N_("“{text}” is not a date. Give the cell a date, such as 2026-03-31.")


class NotYesNoError(HabitatError):
    code = "NOT_YES_NO"
    message = N_("The column of one choice holds 1 or 0, not “{text}”.")


class FileEditedError(HabitatError):
    code = "FILE_EDITED"
    message = N_("An attached file cannot be changed in Excel. Attach it in the form.")


def answer_of(
    finding: Finding, state: NodeState, words: Mapping[str, str], language: str
) -> str | list[str] | Mapping[str, str]:
    """Return what the edited cell answers: a value, choices, or reason and remark of a missing answer.

    Raises:
        HabitatError: it cannot be read as an answer to this question, or only guessed.
    """
    text = finding.new.strip()
    if finding.kind == FLAG:
        return _with_choice(finding, state)
    if not text:
        return ""
    missing = read_missing(text, [(word, reason) for reason, word in words.items()])
    if missing is not None:
        return missing
    if state.type in ATTACHMENTS:
        raise FileEditedError
    if state.type in _NUMBERS:
        return read_number(text, finding.new_type, language)
    if state.type == "date":
        return read_date(text, finding.new_type, language)
    if state.type == "select_one":
        return _code(text, state)
    if state.type in ("select_multiple", "rank"):
        return _codes(text, state)
    return finding.new


def current(finding: Finding, ref: str, answers: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return what `answers` say at `ref`, as plainly as the finding says old and new."""
    node: Any = answers
    for name, position in steps(ref):
        node = node.get(name) if isinstance(node, Mapping) else None
        if position:
            node = node[position - 1] if isinstance(node, list) and len(node) >= position else None
    return plain(answer_cell(Column(finding.question, finding.kind, (), finding.choice), node, words))


def is_said(state: NodeState, answer: str | list[str] | Mapping[str, str]) -> bool:
    """Whether a question is answered so already."""
    if isinstance(answer, Mapping):
        return state.unavailable == (answer["reason"], answer["remark"])
    if state.unavailable:
        return False
    if isinstance(answer, list):
        return sorted(state.value.split()) == sorted(answer)
    if state.type in _NUMBERS and answer and state.value:
        return Decimal(state.value) == Decimal(answer)
    return state.value == answer


def read_missing(text: str, words: Iterable[tuple[str, str]]) -> Mapping[str, str] | None:
    """Return reason and remark where `text` says with one of `words` (word, reason) that none is there."""
    for word, reason in words:
        if text == word or text.startswith(f"{word}: "):
            return {"reason": reason, "remark": text[len(word) + 2 :]}
    return None


def read_number(text: str, cell: str, language: str) -> str:
    """Return the number in a cell that holds `cell` ("number" or "text"), as it is stored.

    Raises:
        NumberUnclearError, NotANumberError.
    """
    if cell == "number":
        return format(Decimal(text), "f")
    try:
        return format(parse_number(text, language), "f")
    except AmbiguousNumber as error:
        one, other = (format_number(reading, language) for reading in error.readings)
        raise NumberUnclearError(text=text, one=one, other=other) from error
    except ValueError as error:
        raise NotANumberError(text=text) from error


def read_date(text: str, cell: str, language: str) -> str:
    """Return the date in a cell that holds `cell` ("date", "number" or "text"), as it is stored.

    Raises:
        NotADateError.
    """
    if cell == "date":
        return text[:10]
    if cell == "number":  # a year, or the number of a day: nobody can tell
        raise NotADateError(text=text)
    try:
        return parse_date(text, language)
    except ValueError as error:
        raise NotADateError(text=text) from error


def _code(text: str, state: NodeState) -> str:
    """Return the code of a choice, also where its label was typed."""
    if any(choice.value == text for choice in state.choices):
        return text
    named = [choice.value for choice in state.choices if choice.label.casefold() == text.casefold()]
    return named[0] if len(named) == 1 else text


def _codes(text: str, state: NodeState) -> list[str]:
    codes = text.split()
    known = {choice.value for choice in state.choices}
    if all(code in known for code in codes):
        return codes
    return [_code(part.strip(), state) for part in re.split("[,;،]", text) if part.strip()]


def _with_choice(finding: Finding, state: NodeState) -> list[str]:
    chosen = [code for code in state.value.split() if code != finding.choice]
    text = finding.new.strip().upper()
    if text in _TRUE:
        return [*chosen, finding.choice]
    if text in _FALSE:
        return chosen
    raise NotYesNoError(text=finding.new)
