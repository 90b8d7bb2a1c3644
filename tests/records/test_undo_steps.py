# ruff: noqa: E501 - forms are written as tables
"""Whatever a person did in a sitting is taken back step by step and done again, exactly."""

import textwrap
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.errors import HabitatError
from habitat_desktop.records.entry import Entry
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance, Opening
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.records.making import draft
from tests.xforms.conftest import fixed_environment

_TABLE = """
    | survey  |                   |        |        |                |                                |                    |              |           |
    |         | type              | name   | label  | relevant       | calculation                    | choice_filter      | repeat_count | trigger   |
    |         | integer           | n      | N      |                |                                |                    |              |           |
    |         | select_one side   | side   | Side   |                |                                |                    |              |           |
    |         | select_multiple town | town | Town  |                |                                | side = ${side}     |              |           |
    |         | text              | deep   | Deep   | ${n} > 1       |                                |                    |              |           |
    |         | calculate         | drawn  |        |                | if(${n} > 0, random(), '')     |                    |              |           |
    |         | text              | stamp  | Stamp  |                | random()                       |                    |              | ${side}   |
    |         | begin repeat      | row    | Row    | ${n} != 3      |                                |                    |              |           |
    |         | text              | a      | A      |                |                                |                    |              |           |
    |         | calculate         | place  |        |                | concat(position(..), ${n})     |                    |              |           |
    |         | text              | b      | B      | ${a} != ''     |                                |                    |              |           |
    |         | end repeat        |        |        |                |                                |                    |              |           |
    |         | begin repeat      | floor  | Floor  |                |                                |                    | ${n}         |           |
    |         | text              | use    | Use    |                |                                |                    |              |           |
    |         | end repeat        |        |        |                |                                |                    |              |           |
    |         | calculate         | sum    |        |                | count(${row}) + count(${floor}) |                   |              |           |
    | choices |                   |        |        |                |                                |                    |              |           |
    |         | list_name         | name   | label  | side           |                                |                    |              |           |
    |         | side              | l      | Left   |                |                                |                    |              |           |
    |         | side              | r      | Right  |                |                                |                    |              |           |
    |         | town              | x      | X      | l              |                                |                    |              |           |
    |         | town              | y      | Y      | r              |                                |                    |              |           |
"""


@cache
def made_form() -> Form:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.md"
        path.write_text(textwrap.dedent(_TABLE).strip() + "\n", encoding="utf-8")
        return parse_xform(convert_workbook(path, translate=False).xml.encode("utf-8"), path=path)


def seen(entry: Entry) -> list[Any]:
    """Everything a person sees and everything that is saved."""
    states = [
        (s.ref, s.value, s.relevant, s.unavailable, s.error, tuple(choice.value for choice in s.choices))
        for s in entry.instance.states()
    ]
    saved = entry.draft(at=datetime(2026, 1, 1, tzinfo=UTC))
    return [states, saved.answers, saved.authors, saved.justifications]


_ACTS = st.tuples(
    st.sampled_from(
        ["n", "n", "side", "town", "deep", "add", "remove", "a", "b", "use", "missing", "justify"]
    ),
    st.sampled_from(["", "0", "1", "2", "3", "l", "r", "x", "y"]),
    st.integers(1, 3),
)


def act(entry: Entry, what: str, value: str, place: int) -> None:
    if what == "add":
        entry.add("/data/row")
    elif what == "remove":
        entry.remove(f"/data/row[{place}]")
    elif what in ("a", "b"):
        entry.answer(f"/data/row[{place}]/{what}", value)
    elif what == "use":
        entry.answer(f"/data/floor[{place}]/use", value)
    elif what == "missing":
        entry.mark_unavailable(f"/data/{'n' if place == 1 else 'deep'}", "refused", value)
    elif what == "justify":
        entry.justify(f"/data/row[{place}]/warn_a", value)
    else:
        entry.answer(f"/data/{what}", value)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ACTS, max_size=12), st.integers(0, 12))
def test_undo_and_redo_lead_exactly_back_and_forth(acts: list[tuple[str, str, int]], back: int) -> None:
    form = made_form()
    entry = Entry(form, FormInstance(form, fixed_environment()), draft(authors={}), person="Amina")
    pictures = [seen(entry)]
    for what in acts:
        try:
            act(entry, *what)
        except HabitatError:
            assert seen(entry) == pictures[-1]
            continue
        pictures.append(seen(entry))
    steps = len(pictures) - 1
    for _round in range(2):
        for step in range(steps, 0, -1):
            entry.undo()
            assert seen(entry) == pictures[step - 1]
        for step in range(1, steps + 1):
            entry.redo()
            assert seen(entry) == pictures[step]
    for _ in range(min(back, steps)):
        entry.undo()
    fresh = FormInstance(
        form, fixed_environment(), pictures[steps - min(back, steps)][1], opening=Opening.RESUME
    )
    left, right = (one.answers(relevant_only=True) for one in (fresh, entry.instance))
    assert left | {"drawn": ""} == right | {"drawn": ""}


def test_a_step_keeps_what_changed_and_not_the_whole_return() -> None:
    form = made_form()
    entry = Entry(form, FormInstance(form, fixed_environment()), draft(authors={}), person="Amina")
    for position in range(1, 201):
        ref = "/data/row[1]" if position == 1 else entry.add("/data/row")
        entry.answer(f"{ref}/a", "x")
    entry.instance.step()
    entry.answer("/data/row[7]/a", "y")
    assert len(entry._undo[-1].changes) <= 3
