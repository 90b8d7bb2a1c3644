"""A small dose of `make fit`: the busiest pages, mirrored and with long words, in the smallest window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from habitat_desktop.gui import kit, look
from habitat_desktop.i18n import catalogues
from tests.fit import scenes, words
from tests.fit.check import Check, Demonstration, demonstration, read_exceptions
from tests.fit.findings import Finding, faults, missing_glyphs, open_values, settle, texts

PAGES = ("home", "records", "queries", "exchange", "form", "finalize", "settings")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    return demonstration(tmp_path_factory.mktemp("fit"))


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> Iterator[None]:
    yield
    catalogues.read_from(None)
    look.apply("en", "light")


@pytest.mark.parametrize("language", ["ar", "en-XA"])
def test_the_busiest_pages_fit_the_smallest_window(
    made: Demonstration, tmp_path: Path, language: str
) -> None:
    check = Check(made, language, scenes.SMALLEST, tmp_path / "pictures", read_exceptions())
    told = check.run(tmp_path / "here", pages=PAGES)
    assert check.looked_at == len(PAGES) + 1  # the first start too
    assert [str(one.finding) for one in told] == []


# the check itself finds what it is for


@pytest.fixture
def place(qtbot: Any) -> Callable[..., QWidget]:
    def make(*widgets: QWidget, width: int = 120) -> QWidget:
        box = QWidget()
        qtbot.addWidget(box)
        for widget in widgets:
            widget.setParent(box)
        box.resize(width, 80)
        box.show()
        settle()
        return box

    return make


def kinds(found: list[Finding]) -> set[str]:
    return {one.kind for one in found}


def test_a_word_that_is_cut_is_found(place: Callable[..., QWidget]) -> None:
    for widget in (QLabel("Überprüfungsverfahren"), QPushButton("Überprüfungsverfahren")):
        widget.setFixedWidth(60)
        window = place(widget)
        assert kinds(faults(window, rtl=False)) == {"clipped"}
        widget.setToolTip("Überprüfungsverfahren")
        assert faults(window, rtl=False) == []


def test_a_choice_that_is_cut_is_found(place: Callable[..., QWidget]) -> None:
    box = QComboBox()
    box.addItem("National Slum Upgrading Policy")
    box.setFixedWidth(90)
    assert kinds(faults(place(box), rtl=False)) == {"clipped"}


def test_what_lies_outside_or_over_another_is_found(place: Callable[..., QWidget]) -> None:
    label = QLabel("wanderer")
    window = place(label)
    label.move(100, 10)
    assert kinds(faults(window, rtl=False)) == {"cut off"}
    one, two = QLabel("one two three"), QLabel("four five six")
    window = place(width=400)
    window.setLayout(kit.column(one, two))
    settle()
    assert faults(window, rtl=False) == []
    two.move(one.pos())
    assert kinds(faults(window, rtl=False)) == {"overlap"}


def test_what_runs_the_wrong_way_is_found(place: Callable[..., QWidget]) -> None:
    look.apply("ar", "light")
    label, mail = QLabel("عنوان"), QLineEdit("a@example.org")
    window = place(label, mail, width=300)
    mail.move(150, 0)
    assert [one.widget for one in faults(window, rtl=True)] == ["QLineEdit"]
    mail.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert faults(window, rtl=True) == []
    label.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert kinds(faults(window, rtl=True)) == {"direction"}


def test_a_sign_without_a_glyph_is_found(qapp: QApplication) -> None:
    assert missing_glyphs("Nairobi, Москва, القاهرة, 北京", QFont()) == ""
    assert missing_glyphs("a\U0001e7ff", QFont()) == "\U0001e7ff"  # means nothing


def test_english_left_in_another_language_is_found() -> None:
    shown = ["Nairobi", "Records", "Сводка", "Your answers are kept: “Everything takes effect at once.”"]
    found = [text for text, _why in words.english(shown, "ru")]
    assert found == ["Records", shown[-1]]
    assert list(words.english(shown, "en")) == []


def test_a_text_that_was_never_marked_is_found() -> None:
    data = words.words_of(["Kibera"])
    shown = ["[Šåvé ~~]", "Kibera › [Šåvé ~~]", "[Šåvé ~~] now", "KE-7F3K", "READ_TIMEOUT"]
    assert [text for text, _why in words.unmarked(shown, data)] == ["[Šåvé ~~] now"]


def test_texts_are_seen_without_signs_and_markup(place: Callable[..., QWidget]) -> None:
    window = place(QLabel("<b>\u2068Kibera\u2069</b>&nbsp;*"))
    assert [text for _widget, text in texts(window)] == ["Kibera *"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("السجل KE-7F3K-0012", ["KE-7F3K-0012"]),
        ("السجل \u2066KE-7F3K-0012\u2069", []),
        ("الملف KE-HQ-4.xlsx محفوظ", ["KE-HQ-4.xlsx"]),
        ("\u2068الملف \u2066a.xlsx\u2069\u2069 محفوظ", []),
        ("-3.8 %", ["-3.8"]),
        ("\u2066-3.8 %\u2069", []),
        ("من 10–20", []),  # the order of a range is the translator's
        ("KE-7F3K-0012", []),
        ("31/07/2026", []),
        ("اتصل +254 20 7621234", ["+254", "+254 20 7621234"]),
    ],
)
def test_values_that_would_be_torn_from_right_to_left_are_found(text: str, values: list[str]) -> None:
    assert open_values(text) == values
