"""The order of lists in the window, beside the one that reports use, and boxes searched as people spell."""

from itertools import combinations
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox

from habitat_desktop.gui import look
from habitat_desktop.gui.collation import FoldingCompleter, in_order
from habitat_desktop.gui.country_picker import sorted_countries
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.names import countries, country_name
from habitat_desktop.i18n.text import sort_key


@pytest.mark.parametrize("language", LANGUAGES)
def test_countries_stand_in_the_window_as_in_reports(qapp: Any, language: str) -> None:
    look.apply(language, "light")
    names = [name for _code, name in sorted_countries()]
    assert sorted(names) == sorted(country_name(code, language) for code in countries())
    if language != "zh":
        assert names == sorted(names, key=lambda name: sort_key(name, language))
        return
    pairs = list(combinations(names, 2))
    alike = sum(sort_key(one, "zh") <= sort_key(other, "zh") for one, other in pairs)
    assert alike / len(pairs) > 0.98  # rare characters stand behind, strokes are not counted


def test_equal_words_keep_their_order(qapp: Any) -> None:
    assert in_order([("b", 1), ("a", 2), ("b", 0)], lambda one: one[0]) == [("a", 2), ("b", 1), ("b", 0)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cote", ["Côte d’Ivoire"]),
        ("ÎLES", ["Îles Cook"]),
        ("مسؤول", ["مسؤول"]),
        ("مسوول", ["مسؤول"]),
        ("елка", ["Ёлка"]),
        ("中国", ["大中国区"]),
        ("igdir", ["Iğdır"]),
        ("qq", []),
    ],
)
def test_a_box_offers_what_is_meant(qtbot: Any, typed: str, found: list[str]) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["Côte d’Ivoire", "Îles Cook", "مسؤول", "Ёлка", "大中国区", "Iğdır"])
    completer = FoldingCompleter(box)
    completer.setCompletionPrefix(completer.splitPath(typed)[0])
    model = completer.completionModel()
    offered = [completer.pathFromIndex(model.index(row, 0)) for row in range(model.rowCount())]
    assert offered == found
