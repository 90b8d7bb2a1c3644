"""The column parameters: which words a question type takes there, and which values they may have."""

import math
import re
from collections.abc import Callable, Iterable

from habitat_desktop.errors import N_
from habitat_desktop.xforms.checking.sheets import Book, nearest
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.xlsform_words import is_name

_PAIR = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")
_REFERENCE = re.compile(r"\$\{(last-saved#)?[^}]+\}")

_RANGE = ("start", "end", "step", "tick_interval", "placeholder", "tick_labelset")
_GEO = ("allow-mock-accuracy", "incremental", "reference-geometry")
_ACCEPTED = {
    "range": _RANGE,
    "select": ("randomize", "seed"),
    "select from file": ("randomize", "seed", "value", "label"),
    "text": ("rows",),
    "photo": ("max-pixels", "app"),
    "audio": ("quality",),
    "background-audio": ("quality",),
    "geopoint": ("allow-mock-accuracy", "capture-accuracy", "warning-accuracy", "reference-geometry"),
    "geotrace": _GEO,
    "geoshape": _GEO,
    "audit": (
        *("identify-user", "location-max-age", "location-min-interval", "location-priority"),
        *("track-changes", "track-changes-reasons"),
    ),
}
_QUALITIES = ("voice-only", "low", "normal", "external")
_PRIORITIES = ("no-power", "low-power", "balanced", "high-accuracy")
_NO_NUMBER = N_("it must be a number")
_NO_WHOLE = N_("it must be a whole number")
_NOT_YES_NO = N_("it must be true or false")
_NO_COLUMN = N_("it must be the name of a column")
_NOT_AMONG = N_("it is none of the words that may stand there")


def check_parameters(book: Book, items: Iterable[Item]) -> None:
    """Note parameters that cannot be read, are not known, or have values that cannot be."""
    for item in items:
        text = item.row["parameters"].strip()
        kind = _kind(item)
        if not text or item.is_group:
            continue
        rest = _PAIR.sub("", text)
        if rest.strip(" ,;\t\n"):
            book.add("PARAMETER_BAD", "survey", item.row.number, "parameters", value=text)
            continue
        if kind in _ACCEPTED:
            _check_values(book, item, kind, dict(_PAIR.findall(text)))


def _kind(item: Item) -> str:
    if item.type.kind == "select":
        return "select from file" if item.word.replace(" ", "_").endswith("from_file") else "select"
    return item.word


def _check_values(book: Book, item: Item, kind: str, given: dict[str, str]) -> None:
    values = {}
    for written, value in given.items():
        name = written.lower()
        values[name] = value
        if name not in _ACCEPTED[kind]:
            similar = nearest(name, _ACCEPTED[kind])
            book.add(
                "PARAMETER_UNKNOWN",
                "survey",
                item.row.number,
                "parameters",
                nearest=similar,
                name=written,
                type=item.row.word("type").partition(" ")[0],
            )
            continue
        problem = _VALUES[name](value) if name in _VALUES else ""
        if problem:
            _bad(book, item, name, value, problem)
    if "seed" in values and "randomize" not in values:
        _bad(book, item, "seed", values["seed"], N_("it needs randomize=true"))
    if kind == "range":
        _check_range(book, item, values)


def _bad(book: Book, item: Item, name: str, value: str, problem: str) -> None:
    book.add(
        "PARAMETER_VALUE", "survey", item.row.number, "parameters", name=name, value=value, problem=problem
    )


def _check_range(book: Book, item: Item, given: dict[str, str]) -> None:
    values = {"start": "1", "end": "10", "step": "1", **given}
    numbers = {name: float(value) for name, value in values.items() if not _number(value)}
    if not {"start", "end", "step"} <= numbers.keys():
        return
    width = abs(numbers["end"] - numbers["start"])
    for name in ("step", "tick_interval"):
        if numbers.get(name) == 0:
            _bad(book, item, name, values[name], N_("it must not be 0"))
        elif numbers.get(name, 0) > width:
            _bad(book, item, name, values[name], N_("it is larger than the whole range"))
    if "placeholder" in numbers:
        low, high = sorted((numbers["start"], numbers["end"]))
        if not low <= numbers["placeholder"] <= high:
            _bad(book, item, "placeholder", values["placeholder"], N_("it is outside the range"))


def _number(value: str) -> str:
    try:
        return "" if math.isfinite(float(value)) else _NO_NUMBER
    except ValueError:
        return _NO_NUMBER


def _whole(value: str) -> str:
    try:
        int(value)
    except ValueError:
        return _NO_WHOLE
    return ""


def _yes_no(value: str) -> str:
    return "" if value.lower() in ("true", "false") else _NOT_YES_NO


def _seed(value: str) -> str:
    return "" if _REFERENCE.fullmatch(value) else _number(value)


def _column(value: str) -> str:
    return "" if is_name(value) else _NO_COLUMN


def _among(words: Iterable[str]) -> Callable[[str], str]:
    return lambda value: "" if value.lower() in words else _NOT_AMONG


_VALUES: dict[str, Callable[[str], str]] = {
    "start": _number,
    "end": _number,
    "step": _number,
    "tick_interval": _number,
    "placeholder": _number,
    "randomize": _yes_no,
    "seed": _seed,
    "value": _column,
    "label": _column,
    "rows": _whole,
    "max-pixels": _whole,
    "quality": _among(_QUALITIES),
    "capture-accuracy": _number,
    "warning-accuracy": _number,
    "allow-mock-accuracy": _yes_no,
    "incremental": _among(("true", "yes", "true()")),
    "identify-user": _yes_no,
    "track-changes": _yes_no,
    "track-changes-reasons": _among(("on-form-edit",)),
    "location-priority": _among(_PRIORITIES),
    "location-max-age": _whole,
    "location-min-interval": _whole,
}
