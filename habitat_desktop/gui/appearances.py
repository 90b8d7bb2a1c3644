"""What becomes of each appearance of the XLSForm language on this desk: type, appearance -> control. No Qt.

The only place that says so; `tests/gui/test_appearances.py` walks the appearances of the XLSForm
documentation, the XForms specification, ODK Collect and Enketo against it. An appearance that is unknown, or
belongs to another type, leaves the plain control of the type.
"""

import re
from dataclasses import dataclass
from typing import Literal

Becomes = Literal["control", "layout", "behaviour", "plain"]

_SEARCH_CALL = re.compile(r"\bsearch\s*\(", re.IGNORECASE)
_PACKED = frozenset(("columns-pack", "horizontal-compact", "compact", "quickcompact", "horizontal"))
_NUMBERED = re.compile(r"(columns|compact|quickcompact|w)-?(\d{1,2})")


@dataclass(frozen=True)
class Use:
    """What an appearance gives: a control of its own, another layout or behaviour, or the plain control."""

    becomes: Becomes
    what: str  # in plain words, for people who build forms and for the test that reads them


_SELECTS = ("select_one", "select_multiple")
_ALL_LAYOUTS = {
    "columns": Use("layout", "as many columns as have room"),
    "columns-n": Use("layout", "n columns, fewer where a word has no room"),
    "columns-pack": Use("layout", "packed one after the other"),
    "horizontal": Use("layout", "one after the other in a row that wraps"),
    "horizontal-compact": Use("layout", "packed one after the other"),
    "compact": Use("layout", "packed one after the other, pictures as plain buttons"),
    "compact-n": Use("layout", "n columns of plain buttons"),
    "minimal": Use("control", "a list to open; more than 12 choices are searched by typing"),
    "autocomplete": Use("control", "a field that is searched by typing"),
    "search": Use("control", "a field that is searched by typing"),
    "list": Use("layout", "a line of a grid with its own labels"),
    "list-nolabel": Use("layout", "a line of a grid under the head of labels"),
    "label": Use("layout", "the head of a grid: labels only, nothing to answer"),
    "image-map": Use("control", "an SVG picture whose regions are chosen, and a list of the same choices"),
    "no-buttons": Use("layout", "plain buttons without a sign before the words"),
    "map": Use("plain", "choices on a map need places of the choices; the plain control lists them"),
}
_QUICK = Use("behaviour", "an answer moves on to the next question")
_DATE = {
    "no-calendar": Use("layout", "the field alone, without a calendar to open"),
    "month-year": Use("control", "month and year in fields of their own"),
    "year": Use("control", "the year alone"),
    **dict.fromkeys(
        ("ethiopian", "coptic", "islamic", "persian", "bikram-sambat", "myanmar", "buddhist"),
        Use("control", "day, month and year in that calendar, with the Gregorian day beside them"),
    ),
}
_CAMERA = Use("plain", "there is no camera at a desk: the file is chosen, dropped or pasted")
_MAPS = {
    "maps": Use("plain", "the place is typed, or set on the offline map"),
    "placement-map": Use("plain", "the place is typed, or set on the offline map"),
    "hide-input": Use("plain", "the typed coordinates stay in sight, so that they can be checked"),
}
_TEXT = {
    "multiline": Use("control", "a text of several lines"),
    "masked": Use("behaviour", "dots in place of the letters"),
    "url": Use("control", "an address that can be opened"),
    "numbers": Use("plain", "digits and words are typed on the same keyboard"),
    "thousands-sep": Use("layout", "groups of digits"),
    "ex:": Use("plain", "another application of a telephone cannot be called from a desk"),
    "printer": Use("plain", "labels of a telephone's printer; the record is printed from its page"),
}
_NUMBER = {
    "thousands-sep": Use("layout", "groups of digits"),
    "bearing": Use("plain", "there is no compass at a desk: the degrees are typed"),
    "ex:": Use("plain", "another application of a telephone cannot be called from a desk"),
}
_RANGE = {
    "vertical": Use("layout", "the slider stands upright"),
    "no-ticks": Use("layout", "no marks at the slider"),
    "picker": Use("control", "a list of the steps to open"),
    "rating": Use("control", "stars, as many as the range has steps"),
    "distress": Use("plain", "a thermometer of another tool; the slider upright"),
    "analog-scale": Use("plain", "a scale of another tool; the slider"),
}
_FILES = dict.fromkeys(("new", "new-front", "front", "selfie"), _CAMERA)
_DRAWING = {
    "draw": Use("control", "a sheet to draw on"),
    "signature": Use("control", "a sheet to sign on"),
    "annotate": Use("control", "a picture to draw on"),
}
_ANY = {
    "hidden-answer": Use("plain", "what is scanned stays in sight"),
    "w-n": Use("plain", "widths belong to the grid theme; the ledger has fixed columns"),
}
_GROUP = {
    "field-list": Use("layout", "the questions of a section always stand on one page"),
    "table-list": Use("layout", "a grid: the labels once at the head, one line for each question"),
    "no-collapse": Use("plain", "sections are not folded"),
    "compact": Use("plain", "the ledger is compact as it is; density is a setting"),
    "summary": Use("plain", "the section shows what it shows elsewhere"),
    "w-n": Use("plain", "widths belong to the grid theme; the ledger has fixed columns"),
}

APPEARANCES: dict[str, dict[str, Use]] = {
    "select_one": {
        **_ALL_LAYOUTS,
        "likert": Use("control", "a scale: the choices along a line"),
        "quick": _QUICK,
        "quickcompact": Use("behaviour", "packed; an answer moves on to the next question"),
        "quickcompact-n": Use("behaviour", "n columns; an answer moves on to the next question"),
    },
    "select_multiple": _ALL_LAYOUTS,
    "rank": {},
    "text": _TEXT,
    "integer": {**_NUMBER, "counter": Use("control", "a number with a button for one less and one more")},
    "decimal": _NUMBER,
    "range": _RANGE,
    "date": _DATE,
    "dateTime": _DATE,
    "time": {},
    "geopoint": _MAPS,
    "geotrace": _MAPS,
    "geoshape": _MAPS,
    "image": {**_FILES, **_DRAWING},
    "audio": {},
    "video": _FILES,
    "file": {},
    "barcode": {"front": _CAMERA},
    "acknowledge": {},
    "note": {},
    "group": _GROUP,
    "repeat": _GROUP,
}


def words_of(appearance: str) -> tuple[str, ...]:
    """Return the words of an appearance in small letters, without a call of search() and its file."""
    text = appearance.lower()
    found = _SEARCH_CALL.search(text)
    if found is not None:
        text = text[: found.start()] + text[_end_of_call(text, found.end()) :]
    return tuple(text.split())


def use_of(type_name: str, word: str) -> Use | None:
    """Return what becomes of one word of an appearance on a type of question; None for an unknown one."""
    known = APPEARANCES.get(type_name, {})
    word = word.lower()
    numbered = _NUMBERED.fullmatch(word)
    if word.startswith("ex:"):
        word = "ex:"
    elif numbered is not None:
        word = f"{numbered[1]}-n"
    return known.get(word) or _ANY.get(word)


def columns_of(words: tuple[str, ...]) -> int:
    """Return how many columns the form asks for, 0 where it does not say."""
    for word in words:
        found = _NUMBERED.fullmatch(word)
        if found is not None and found[1] != "w":
            return max(1, min(12, int(found[2])))
    return 0


def is_quick(words: tuple[str, ...]) -> bool:
    """Whether an answer moves on to the next question."""
    return any(word == "quick" or word.startswith("quickcompact") for word in words)


ChoiceKind = Literal["buttons", "list", "search", "boxes", "pack", "columns", "grid", "likert", "map"]


def choice_kind(type_name: str, appearance: str) -> ChoiceKind | None:
    """Return how a select is asked for by its appearance; None leaves it to what its choices need.

    A word that stands for the content ("image-map", "list-nolabel") goes before one that stands for looks.
    """
    words = words_of(appearance)
    has = set(words).__contains__
    if has("image-map"):
        return "map"
    if has("list-nolabel") or has("list"):
        return "grid"
    if type_name == "select_one" and has("likert"):
        return "likert"
    if has("autocomplete") or has("search"):
        return "search"
    if has("minimal"):
        return "list"
    if columns_of(words):
        return "columns"
    if not _PACKED.isdisjoint(words):
        return "pack"
    if has("columns"):
        return "columns"
    return "boxes" if has("no-buttons") else None


def _end_of_call(text: str, at: int) -> int:
    depth = 1
    while at < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at
