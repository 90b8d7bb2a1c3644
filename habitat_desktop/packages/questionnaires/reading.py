"""What was written for a question -> an answer: read by its type, in any of the languages, never guessed."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import LANGUAGES, _, listed
from habitat_desktop.i18n.dates import parse_date
from habitat_desktop.i18n.text import clean, fold, latin_digits
from habitat_desktop.packages.cells import plain, text_of, type_of
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.edited_answers import NotADateError, read_date, read_missing, read_number
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.questionnaires.cells import NUMBERS, REASONS, reason_words, yes_no
from habitat_desktop.packages.questionnaires.errors import (
    AnswerAndReasonError,
    CellErrorError,
    ChoiceUnclearError,
    ChoiceUnknownError,
    NotATimeError,
    ReasonUnknownError,
    RemarkAloneError,
    YearAsDateError,
    YesNoUnclearError,
)
from habitat_desktop.packages.questionnaires.found import Filled
from habitat_desktop.packages.questionnaires.manifest import ROWS, SLOTS, Answer, Item, Manifest
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.question_types import value_problem

_ERRORS = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}", re.IGNORECASE)
_YES = frozenset(("x", "✓", "✔", "☑", "1", "true", "ok", "y", "oui", "si", "да", "是"))
_NO = frozenset(("0", "false", "-", "–", "n", "☐"))
# a year typed into a cell that shows dates is taken for the number of a day, in 1905
_FIRST_DAY, _FIRST_YEAR, _LAST_YEAR = date(1899, 12, 30), 1950, 2150
_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?")


class Words:
    """What people may write in place of codes, in every language. One for each questionnaire."""

    def __init__(self, form: Form, manifest: Manifest) -> None:
        self._form = form
        self.manifest = manifest
        self._choices: dict[str, dict[str, set[str]]] = {}
        self._own: dict[str, dict[str, str]] = {}
        self.reasons = [(text_of(word), code) for word, code in reason_words()]
        self._reasons = {fold(word): code for word, code in self.reasons}
        pairs = [yes_no(language) for language in LANGUAGES]
        self._yes = _YES | {fold(yes) for yes, _no in pairs}
        self._no = _NO | {fold(no) for _yes, no in pairs}

    def code(self, item: Item, question: Question, text: str, offered: Iterable[tuple[str, str]]) -> str:
        """Return the code of the choice `text` names: by its label in any language, or itself a code.

        `offered` are value and label of the choices the form offers now.

        Raises:
            ChoiceUnclearError, ChoiceUnknownError.
        """
        if item.path not in self._own:
            listed_here = self.manifest.lists.get(item.choices, ())
            own: dict[str, str] = {}
            for code, label in (*listed_here, *offered):
                own.setdefault(text_of(label), code)
            self._own[item.path] = own
        own = self._own[item.path]
        if text in own:
            return own[text]
        known = self._known(item, question, offered)
        if text in known[""]:
            return text
        found = known.get(fold(text), set())
        if len(found) > 1:
            raise ChoiceUnclearError(text=text, choices=listed(sorted(found)))
        if not found:
            raise ChoiceUnknownError(text=text)
        return next(iter(found))

    def _known(
        self, item: Item, question: Question, offered: Iterable[tuple[str, str]]
    ) -> dict[str, set[str]]:
        """Return codes by folded label in all languages; those of "" are all codes."""
        if item.path not in self._choices:
            by_label: dict[str, set[str]] = {}
            own = self.manifest.lists.get(item.choices, ())
            everywhere = [pair for one in LANGUAGES for pair in choice_labels(self._form, question, one)]
            for code, label in (*own, *offered, *everywhere):
                by_label.setdefault(fold(label), set()).add(code)
                by_label.setdefault(fold(code), set()).add(code)
            by_label[""] = {code for code, _label in (*own, *offered, *everywhere)}
            self._choices[item.path] = by_label
        return self._choices[item.path]

    def is_yes(self, cell: Cell) -> bool:
        """Whether a cell says yes; an empty one says no.

        Raises:
            YesNoUnclearError: it says neither.
        """
        if isinstance(cell, bool):
            return cell
        text = fold(plain(cell).strip())
        if text in self._yes:
            return True
        if not text or text in self._no:
            return False
        raise YesNoUnclearError(text=plain(cell))

    def reason(self, cell: Cell) -> str:
        """Return the code of a reason why there is no answer.

        Raises:
            ReasonUnknownError.
        """
        text = plain(cell).strip()
        found = self._reasons.get(fold(text)) or (text if text in REASONS else "")
        if not found:
            raise ReasonUnknownError(text=text, reasons=listed(_(word) for word in REASONS.values()))
        return found


def read_answer(
    filled: Filled, question: Question, words: Words, language: str, offered: Iterable[tuple[str, str]]
) -> Answer:
    """Return what was written: text, codes, or why there is no answer; "" for nothing.

    Raises:
        HabitatError: it cannot be read as an answer to this question, or only guessed.
    """
    written: dict[str, Cell] = {"answer": filled.answer, "why": filled.why, "remark": filled.remark}
    for name, cell in (written | {str(number): cell for number, cell in filled.parts.items()}).items():
        if isinstance(cell, str) and _ERRORS.fullmatch(cell.strip()):
            filled.fault = filled.places.get(name)
            raise CellErrorError(text=cell.strip())
    answer = _value(filled, question, words, language, offered)
    if filled.why == "":
        if filled.remark != "" and not answer:
            raise RemarkAloneError(text=plain(filled.remark))
        return answer
    reason = words.reason(filled.why)
    if answer:
        raise AnswerAndReasonError
    return _missing(reason, clean(plain(filled.remark)).strip())


def _missing(reason: str, remark: str) -> Answer:
    return {"$unavailable": {"reason": reason, "remark": remark}}


def _value(
    filled: Filled, question: Question, words: Words, language: str, offered: Iterable[tuple[str, str]]
) -> Answer:
    item = filled.item
    text = plain(filled.answer).strip()
    missing = read_missing(" ".join(text.split()), words.reasons) if text else None
    if missing is not None and not (
        item.choices and item.mode != ROWS and _is_choice(words, item, question, text)
    ):
        return _missing(missing["reason"], missing["remark"])
    if item.mode == ROWS:
        for cell in filled.parts.values():
            said = read_missing(text_of(cell), words.reasons)
            if said is not None:
                return _missing(said["reason"], said["remark"])
        return _ticked(filled, question, words, offered)
    if item.mode == SLOTS:
        return _slots(filled, question, words, offered)
    if not text:
        return ""
    return _text(item, question, filled.answer, text, words, language, offered)


def _is_choice(words: Words, item: Item, question: Question, text: str) -> bool:
    try:
        words.code(item, question, " ".join(text.split()), ())
    except HabitatError:
        return False
    return True


def _text(
    item: Item,
    question: Question,
    cell: Cell,
    text: str,
    words: Words,
    language: str,
    offered: Iterable[tuple[str, str]],
) -> Answer:
    kind = question.type
    if kind in NUMBERS:
        if question.unit == "%" and text.endswith(("%", "٪", "％")):
            text = text[:-1].strip()
        return read_number(text, type_of(cell), language)
    if kind == "date":
        return _date(text, cell, language)
    if kind == "time":
        return _time(text)
    if kind == "dateTime":
        return _moment(text, language)
    if question.is_select:
        if isinstance(cell, bool):
            return _boolean(words, item, question, cell, offered)
        code = words.code(item, question, " ".join(text.split()), offered)
        return code if kind == "select_one" else [code]
    if kind == "acknowledge":
        return "OK" if words.is_yes(cell) else ""
    if kind in ("geopoint", "geotrace", "geoshape"):
        return _places(text)
    return clean(plain(cell)) if isinstance(cell, str) else text


def _date(text: str, cell: Cell, language: str) -> str:
    day = read_date(text, type_of(cell), language)
    number = (date.fromisoformat(day) - _FIRST_DAY).days
    if isinstance(cell, list) and _FIRST_YEAR <= number <= _LAST_YEAR:
        raise YearAsDateError(date=day, number=number)
    return day


def _boolean(
    words: Words, item: Item, question: Question, cell: bool, offered: Iterable[tuple[str, str]]
) -> Answer:
    """Read the truth value a program made of "yes" or "no"."""
    yes, no = yes_no("en")
    return words.code(item, question, yes if cell else no, offered)


def _ticked(filled: Filled, question: Question, words: Words, offered: Iterable[tuple[str, str]]) -> Answer:
    """Return the choices with a yes beside them; also those written into the cell of the question itself."""
    choices = words.manifest.lists.get(filled.item.choices, ())
    chosen: list[str] = []
    for number, cell in sorted(filled.parts.items()):
        filled.fault = filled.places.get(str(number))
        if number <= len(choices) and words.is_yes(cell):
            chosen.append(choices[number - 1][0])
    filled.fault = None
    for text in _several(plain(filled.answer)):
        chosen.append(words.code(filled.item, question, text, offered))
    return list(dict.fromkeys(chosen)) or ""


def _slots(filled: Filled, question: Question, words: Words, offered: Iterable[tuple[str, str]]) -> Answer:
    chosen: list[str] = []
    for number, cell in ((1, filled.answer), *sorted(filled.parts.items())):
        filled.fault = filled.places.get(str(number)) if number > 1 else None
        text = " ".join(plain(cell).split())
        if not text:
            continue
        try:
            chosen.append(words.code(filled.item, question, text, offered))
        except ChoiceUnknownError:
            parts = _several(plain(cell))
            if len(parts) < 2:
                raise
            chosen += [words.code(filled.item, question, part, offered) for part in parts]
    filled.fault = None
    return list(dict.fromkeys(chosen)) or ""


def _several(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split("[;؛；\n]", text) if part.strip()]


def _time(text: str) -> str:
    typed = latin_digits(text).strip()
    found = _TIME.fullmatch(typed.rpartition("T")[2])
    if found is None:
        raise NotATimeError(text=text)
    seconds = found[3] or "00"
    return f"{int(found[1]):02}:{found[2]}" + (f":{seconds}" if seconds != "00" else "")


def _moment(text: str, language: str) -> str:
    typed = latin_digits(text).strip()
    if not value_problem(typed, "dateTime", "dateTime"):
        return typed
    day, _between, clock = typed.replace("T", " ").rpartition(" ")
    if not day:
        day, clock = typed, "00:00"
    try:
        return f"{parse_date(day, language)}T{_time(clock)}"
    except ValueError as error:
        raise NotADateError(text=text) from error


def _places(text: str) -> str:
    """Return latitudes and longitudes with spaces between; people write commas, too."""
    typed = latin_digits(text).replace("−", "-").replace("٫", ".")
    points = [re.sub(r"\s*[,،]\s*|\s+", " ", point.strip()) for point in typed.split(";")]
    return "; ".join(point for point in points if point)


def is_same_answer(one: Any, other: Any, kind: str) -> bool:
    """Whether two answers say the same to a question of that type."""
    if isinstance(one, Mapping) or isinstance(other, Mapping):
        return bool(one == other)
    if isinstance(one, list) or isinstance(other, list):
        first, second = _as_list(one), _as_list(other)
        return first == second if kind == "rank" else set(first) == set(second)
    if kind in NUMBERS and one and other:
        from decimal import Decimal, InvalidOperation

        try:
            return Decimal(one) == Decimal(other)
        except InvalidOperation:
            return bool(one == other)
    if kind == "text":
        return text_of(str(one)) == text_of(str(other))
    return bool(one == other)


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else str(value).split()
