"""Every appearance of the documents, and what becomes of it here: control, layout, or plain control."""

from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.gui.appearances import APPEARANCES, choice_kind, columns_of, is_quick, use_of, words_of
from habitat_desktop.gui.question_widgets import QUESTION_WIDGETS, make_widget
from habitat_desktop.xforms.checking import travel
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.question_types import CALENDARS
from tests.benchmarks.engine import environment

SELECTS = ("select_one", "select_multiple")
PLACES = ("geopoint", "geotrace", "geoshape")
GROUPS = ("group", "repeat")
DATES = ("date", "dateTime")

# the table "Appearance" of xlsform.org
XLSFORM = {
    "multiline": ("text",),
    "minimal": SELECTS,
    "quick": ("select_one",),
    "no-calendar": ("date",),
    "month-year": ("date",),
    "year": ("date",),
    "horizontal-compact": SELECTS,
    "horizontal": SELECTS,
    "likert": ("select_one",),
    "compact": SELECTS,
    "quickcompact": ("select_one",),
    "field-list": GROUPS,
    "label": SELECTS,
    "list-nolabel": SELECTS,
    "table-list": ("group",),
    "signature": ("image",),
    "draw": ("image",),
    "w3": ("text", "integer", *SELECTS, "group"),
}
# the question types of docs.getodk.org, with the constants of Collect and the selects of Web Forms
ODK = {
    "numbers": ("text",),
    "thousands-sep": ("text", "integer", "decimal"),
    "url": ("text",),
    "masked": ("text",),
    "printer": ("text",),
    "ex:org.example.app(a='b')": ("text", "integer", "decimal"),
    "counter": ("integer",),
    "bearing": ("decimal",),
    **dict.fromkeys(CALENDARS, DATES),
    "autocomplete": SELECTS,
    "search": SELECTS,
    "columns": SELECTS,
    "columns-1": SELECTS,
    "columns-5": SELECTS,
    "columns-pack": SELECTS,
    "compact-2": SELECTS,
    "quickcompact-3": ("select_one",),
    "list": SELECTS,
    "no-buttons": SELECTS,
    "image-map": SELECTS,
    "map": SELECTS,
    "maps": PLACES,
    "placement-map": PLACES,
    "hide-input": PLACES,
    "annotate": ("image",),
    "new": ("image", "video"),
    "new-front": ("image",),
    "front": ("image", "video", "barcode"),
    "selfie": ("image", "video"),
    "hidden-answer": ("barcode",),
    "vertical": ("range",),
    "no-ticks": ("range",),
    "picker": ("range",),
    "rating": ("range",),
}
# what other tools know beside these
OTHERS = {"distress": ("range",), "analog-scale": ("range",), "no-collapse": GROUPS}
EVERY = [(word, kind) for table in (XLSFORM, ODK, OTHERS) for word, kinds in table.items() for kind in kinds]


def test_what_becomes_of_each_appearance_is_said() -> None:
    for word, kind in EVERY:
        use = use_of(kind, word)
        assert use is not None, f"nobody says what becomes of {word} on {kind}"
        assert use.becomes in ("control", "layout", "behaviour", "plain")
        assert use.what.count(" ") >= 1, "in words, also the reason for a plain control"


def test_the_table_names_the_types_of_the_program_and_no_appearance_of_its_own() -> None:
    assert set(APPEARANCES) == {*QUESTION_WIDGETS, "note", "group", "repeat"}
    known = {word.partition("(")[0].split("org.")[0] for word, _kind in EVERY}
    known |= {"columns-n", "compact-n", "quickcompact-n", "w-n", "summary"}
    told = {word for uses in APPEARANCES.values() for word in uses}
    assert told - known == set()


def test_every_appearance_other_tools_are_told_about_is_known_here() -> None:
    elsewhere = {"comment", "dn", "x-timed-grid"}  # of Enketo and SurveyCTO alone, on no question we ask
    for word in set(travel._APPEARANCES) - elsewhere:
        assert any(use_of(kind, word) is not None for kind in APPEARANCES), word


BECOMES: tuple[tuple[str, str, str | None], ...] = (
    ("select_one", "", None),
    ("select_one", "sparkling", None),
    ("select_one", "w2", None),
    ("select_one", "minimal", "list"),
    ("select_one", "MINIMAL", "list"),
    ("select_one", "minimal autocomplete", "search"),
    ("select_one", "search('people', 'contains', 'a', 'b')", None),
    ("select_one", "minimal search('minimal list', concat('a', ')'))", "list"),
    ("select_one", "columns-2 no-buttons", "columns"),
    ("select_one", "columns", "columns"),
    ("select_multiple", "columns-pack", "pack"),
    ("select_multiple", "likert", None),
    ("select_one", "likert", "likert"),
    ("select_one", "quick", None),
    ("select_one", "no-buttons", "boxes"),
    ("select_one", "image-map quick", "map"),
    ("select_multiple", "list-nolabel", "grid"),
)


def test_appearances_of_selects_become_controls() -> None:
    for kind, appearance, becomes in BECOMES:
        assert choice_kind(kind, appearance) == becomes, appearance


def test_words_beside_each_other_are_all_heard() -> None:
    words = words_of("Quick columns-99 sparkling")
    assert (is_quick(words), columns_of(words)) == (True, 12)
    assert columns_of(words_of("w3")) == columns_of(words_of("columns-0x")) == 0


RUBBISH = ("sparkling", "columns-", "columns-0", "search(", "ex:", "w99", "😀 \u202e", "x" * 10_000)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """One question of each type with an appearance nobody knows."""
    types = [kind for kind in QUESTION_WIDGETS if kind not in ("rank", *SELECTS)]
    lines = ["| survey | | | | |", "| | type | name | label | appearance |"]
    for number, kind in enumerate((*types, "select_one few", "select_multiple few", "rank few")):
        lines += [f"| | {kind} | plain{number} | {kind} | |"]
        lines += [f"| | {kind} | odd{number}x{n} | {kind} | {word} |" for n, word in enumerate(RUBBISH)]
    lines += ["| choices | | | |", "| | list_name | name | label |", "| | few | a | A |", "| | few | b | B |"]
    lines += ["| settings | | |", "| | form_id | version |", "| | odd | 1 |"]
    path: Path = tmp_path_factory.mktemp("odd") / "odd.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_form(path, foreign=False)


def test_what_nobody_knows_leaves_the_plain_control(asked: Form, qtbot: Any) -> None:
    instance = FormInstance(asked, environment())
    plain: dict[str, type] = {}
    for element in asked.walk():
        if not isinstance(element, Question) or not element.has_control:
            continue
        widget = make_widget(element, instance.state(element.path))
        qtbot.addWidget(widget)
        widget.show_state(instance.state(element.path), None)
        number = element.name.removeprefix("plain").removeprefix("odd").partition("x")[0]
        assert type(widget) is plain.setdefault(number, type(widget)), element.appearance[:40]
    assert len(plain) == len(QUESTION_WIDGETS)
