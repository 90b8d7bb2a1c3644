"""What a revision is: content, and the hash of that content."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.records.record import (
    Draft,
    Revision,
    answer_texts,
    canonical_json,
    utc_text,
    utc_time,
    verify_revision,
)
from tests.records.making import NOW, draft, revision

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_CONTENT = st.recursive(
    _TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
)


def _places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all leaves of a document."""
    if isinstance(document, dict) and document:
        return [place for key, value in document.items() for place in _places(value, (*path, key))]
    if isinstance(document, list) and document:
        return [place for key, value in enumerate(document) for place in _places(value, (*path, key))]
    return [path]


def _changed(document: Any, path: tuple[Any, ...]) -> Any:
    """Return a copy of `document` with another value at `path`."""
    if not path:
        return "another value" if not isinstance(document, int) else document + 1
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = _changed(document[path[0]], path[1:])
    return copy


def test_any_change_of_content_changes_the_id() -> None:
    document = revision(
        4, ("a", "b"), answers={"place": "x", "many": ["1", "2"], "deep": [{"n": "1"}]}
    ).document()
    places = _places(document)
    ids = {canonical_json(_changed(document, place)) for place in places} | {canonical_json(document)}
    assert len(ids) == len(places) + 1 >= 25


def test_a_revision_survives_its_document() -> None:
    made = revision(4, ("a", "b"), answers={"نص": "结果", "n": ["x"]})
    again = Revision.from_document(made.document())
    assert again == made and again.revision_id == made.revision_id and verify_revision(again)


def test_a_revision_whose_content_was_changed_is_found_out() -> None:
    made = revision(1)
    assert verify_revision(made)
    assert not verify_revision(replace(made, author="Somebody else"))


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": "1"},
        {"number": True},
        {"author": None},
        {"answers": []},
        {"parents": [1]},
        {"kind": "delete"},
        {"record_id": ""},
        {"made_at": "yesterday"},
        {"made_at": "2026-01-15T09:41:07"},
        {"authors": {"/data/place": 1}},
        {"extra": "x"},
        {"heading": {"form_id": "x"}},
        {"answers": {"area": 1.5}},
    ],
)
def test_a_document_that_is_no_revision_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Revision.from_document(revision(1).document() | change)


def test_a_document_that_lacks_something_is_refused() -> None:
    document = revision(1).document()
    del document["author"]
    with pytest.raises(ValueError):
        Revision.from_document(document)


@given(_CONTENT)
def test_canonical_json_does_not_depend_on_the_order_of_keys(content: Any) -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(list(value))}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert canonical_json(content) == canonical_json(turned(content))


@pytest.mark.parametrize("content", [1.5, float("nan"), {"a": [0.1]}, {1: "x"}, {"a": {"b": object()}}])
def test_what_json_writes_in_several_ways_is_refused(content: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(content)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError):
        canonical_json("\ud800")


def test_a_draft_survives_its_document() -> None:
    made = draft(answers={"a": [{"b": "ü"}]}, parents=("x", "y"), justifications={"/data/warn_a": "checked"})
    assert Draft.from_document(made.document()) == made


def test_instants_of_any_zone_are_stored_so_that_text_sorts_as_time() -> None:
    nairobi = timezone(timedelta(hours=3))
    texts = [
        utc_text(datetime(1, 1, 2, tzinfo=UTC)),
        utc_text("1970-01-01T00:00:00Z"),
        utc_text(datetime(2026, 1, 15, 12, 0, tzinfo=nairobi)),
        utc_text(datetime(2026, 1, 15, 9, 0, 0, 1, tzinfo=UTC)),
    ]
    assert texts == sorted(texts) and len({len(text) for text in texts}) == 1
    assert utc_time(utc_text(NOW)) == NOW
    with pytest.raises(ValueError):
        utc_text(datetime(2026, 1, 15))


def test_the_texts_of_answers_leave_out_codes_of_missing_answers() -> None:
    answers = {
        "name": "Kibera",
        "blank": "",
        "funders": ["un", "gov"],
        "area": {"$unavailable": {"reason": "no_survey", "remark": "after the rains"}},
        "parts": [{"n": "one"}, {"n": None}],
        "count": 3,
    }
    assert answer_texts(answers) == ["Kibera", "un gov", "after the rains", "one", "3"]


def test_looking_at_home_needs_no_sqlalchemy() -> None:
    program = (
        "import sys, pathlib\n"
        "import habitat_desktop.records.record\n"
        "from habitat_desktop.records.glance import glance\n"
        "glance(pathlib.Path('nowhere.sqlite'))\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('sqlalchemy', 'alembic', 'babel')])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
