"""What will not travel: what other tools, or this program, do not do. Facts of November 2026.

Functions: JavaRosa's XPathFuncExpr, the function libraries of ODK Web Forms, Enketo's XPath evaluator.
Appearances: Collect's Appearances, the feature matrix of Web Forms, Enketo's widgets. KoboToolbox is Collect
(KoboCollect) and Enketo: a function one of them lacks stops a form there, an appearance both lack is not
shown.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from habitat_desktop.xforms.checking.codes import TOOLS
from habitat_desktop.xforms.checking.sheets import Book, nearest
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.xpath.syntax import Binary, Call, Expression, Path, String, parts

_C, _W, _E = "collect", "webforms", "enketo"
_FUNCTIONS_LACKING = {
    **dict.fromkeys(
        ("floor", "ceiling", "substring", "id", "lang", "last", "local-name", "name", "namespace-uri"), (_C,)
    ),
    "property": (_W, _E),
    "base64-decode": (_E,),
    "geofence": (_E,),
}
_AXES_OF_COLLECT = frozenset(("child", "parent", "self", "attribute"))

_CALENDARS = ("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist")
# appearance -> who does not show it
_APPEARANCES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("minimal", "autocomplete", "search", "likert", "columns", "columns-pack"), ()),
    **dict.fromkeys(("list", "list-nolabel", "label", "table-list", "field-list", "no-buttons"), ()),
    **dict.fromkeys(("multiline", "numbers", "thousands-sep", "month-year", "year", "rating", "maps"), ()),
    **dict.fromkeys(("placement-map", "map", "compact", "quickcompact", "w1", "w2", "w3", "w4"), ()),
    **dict.fromkeys(("image-map", "draw", "signature", "annotate", "url", "vertical", "no-ticks"), (_W,)),
    **dict.fromkeys(("picker", "new", "new-front", "quick", "no-calendar"), (_W,)),
    **dict.fromkeys(_CALENDARS, (_W, _E)),
    **dict.fromkeys(("bearing", "printer", "counter", "hidden-answer", "selfie", "front"), (_W, _E)),
    "x-timed-grid": (_W, _E),
    "masked": (_E, "desktop"),
    "hide-input": (_C, _W),
    **dict.fromkeys(("comment", "analog-scale", "no-collapse", "dn"), (_C, _W)),
    **dict.fromkeys(("horizontal", "horizontal-compact"), (_C, _W)),
}
_NUMBERED = re.compile(r"(columns|compact|quickcompact|w)-?\d+|mins?-\d+|maxs?-\d+")
_INTENT = re.compile(r"(?:^|\s)(ex:\S+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")

_TYPES_LACKING = {
    "audit": (_W, _E),
    "background-audio": (_W,),
    "osm": (_W, _E),
}
_SETTINGS_LACKING = {"public_key": (_W,), "auto_send": (_W,), "auto_delete": (_W,)}
# what this program cannot do: it has no camera, no telephone, no position, no key
_DESKTOP_TYPES = ("barcode", "audit", "background-audio", "start-geopoint", "background-geopoint", "osm")
_DESKTOP_SETTINGS = ("public_key", "auto_send", "auto_delete", "sms_keyword", "sms_separator")
_DESKTOP_APPEARANCES = ("bearing", "printer")


def with_kobo(lacking: Iterable[str]) -> tuple[str, ...]:
    """Return `lacking` with KoboToolbox in it where both Collect and Enketo are."""
    found = set(lacking)
    if found >= {_C, _E}:
        found.add("kobo")
    return tuple(tool for tool in TOOLS if tool in found)


def _stopped(lacking: Iterable[str]) -> tuple[str, ...]:
    """Return `lacking` with KoboToolbox in it, part of which stops where Collect or Enketo does."""
    return tuple(tool for tool in TOOLS if tool in {*lacking, "kobo"})


def features(tree: Expression) -> Iterator[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Yield (code, tools, context) for all in an expression that some tool cannot do."""
    for part in parts(tree):
        if isinstance(part, Call) and part.name in _FUNCTIONS_LACKING:
            yield "TRAVEL_FUNCTION", _stopped(_FUNCTIONS_LACKING[part.name]), {"function": part.name}
        elif isinstance(part, Path):
            for step in part.steps:
                if step.axis not in _AXES_OF_COLLECT:
                    yield "TRAVEL_AXIS", _stopped((_C,)), {"axis": step.axis}


def date_texts(tree: Expression) -> Iterator[str]:
    """Yield dates written as plain text that an expression compares or reckons with."""
    for part in parts(tree):
        if isinstance(part, Binary) and part.operator in ("<", "<=", ">", ">=", "+", "-"):
            for side in (part.left, part.right):
                if isinstance(side, String) and _DATE.fullmatch(side.value.strip()):
                    yield side.value.strip()


def appearance_features(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (code, what, tools) for the words of an appearance that some tool, or none, knows."""
    for intent in _INTENT.findall(text):
        yield "TRAVEL_FEATURE", intent, with_kobo((_W, _E))
        yield "DESKTOP_FEATURE", intent, ("desktop",)
    if "(" in text or ":" in text:  # search('…') of Collect, an intent with its parameters
        if "search(" in text:
            yield "TRAVEL_APPEARANCE", "search()", with_kobo((_W, _E))
        return
    for word in text.lower().split():
        if word in _DESKTOP_APPEARANCES:
            yield "DESKTOP_FEATURE", word, ("desktop",)
        if word in _APPEARANCES:
            if _APPEARANCES[word]:
                yield "TRAVEL_APPEARANCE", word, with_kobo(_APPEARANCES[word])
        elif not _NUMBERED.fullmatch(word):
            yield "APPEARANCE_UNKNOWN", word, ()


def check_travel(book: Book, items: Iterable[Item]) -> None:
    """Note the question types, appearances and settings that some tool does not do."""
    for item in items:
        number = item.row.number
        for code, word, tools in appearance_features(item.row["appearance"]):
            if code == "APPEARANCE_UNKNOWN":
                similar = nearest(word, _APPEARANCES)
                book.add(code, "survey", number, "appearance", nearest=similar, appearance=word)
            elif code == "TRAVEL_APPEARANCE":
                book.add(code, "survey", number, "appearance", tools=tools, appearance=word)
            else:
                book.add(code, "survey", number, "appearance", tools=tools, feature=word)
        if item.word in _TYPES_LACKING:
            tools = with_kobo(_TYPES_LACKING[item.word])
            book.add("TRAVEL_FEATURE", "survey", number, "type", tools=tools, feature=item.word)
        if item.word in _DESKTOP_TYPES:
            book.add("DESKTOP_FEATURE", "survey", number, "type", tools=("desktop",), feature=item.word)
    for name in (*_SETTINGS_LACKING, *_DESKTOP_SETTINGS):
        _check_setting(book, name)
    _check_own_columns(book)


def _check_setting(book: Book, name: str) -> None:
    if not book.setting(name):
        return
    if name in _SETTINGS_LACKING:
        tools = with_kobo(_SETTINGS_LACKING[name])
        book.add("TRAVEL_FEATURE", "settings", 2, name, tools=tools, feature=name)
    if name in _DESKTOP_SETTINGS:
        book.add("DESKTOP_FEATURE", "settings", 2, name, tools=("desktop",), feature=name)


def _check_own_columns(book: Book) -> None:
    own = [
        column.header
        for sheet in ("survey", "settings")
        for column in book.sheets[sheet].columns.values()
        if "habitat:" in column.header or column.header.startswith("habitat_")
    ]
    if own:
        book.add("HABITAT_COLUMNS", "survey", 1, "", columns=", ".join(own))
