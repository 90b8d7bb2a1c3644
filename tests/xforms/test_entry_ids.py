"""Entries of a repeat keep who they are, whatever happens around them."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.xforms.engine import FormInstance, Opening
from habitat_desktop.xforms.entry_ids import ENTRY_ID, ids_of, is_entry_id, with_ids, without_ids
from tests.xforms.conftest import Fill, fixed_environment

_HOUSES = """
    | survey |              |        |        |              |
    |        | type         | name   | label  | repeat_count |
    |        | integer      | floors | Floors |              |
    |        | begin repeat | floor  | Floor  | ${floors}    |
    |        | text         | use    | Use    |              |
    |        | end repeat   | floor  |        |              |
    |        | begin group  | who    | Who    |              |
    |        | begin repeat | person | Person |              |
    |        | text         | name   | Name   |              |
    |        | begin repeat | job    | Job    |              |
    |        | text         | title  | Title  |              |
    |        | end repeat   | job    |        |              |
    |        | end repeat   | person |        |              |
    |        | end group    | who    |        |              |
"""
_OLD = {"who": {"person": [{"name": "A", "job": [{"title": "x"}, {"title": "y"}]}, {"name": "B"}]}}


def complete(instance: FormInstance) -> dict[str, Any]:
    return instance.answers(relevant_only=False, complete=True)


def _people(instance: FormInstance) -> dict[str, str]:
    return {one["name"]: one[ENTRY_ID] for one in complete(instance)["who"]["person"] if "name" in one}


def test_an_entry_keeps_its_id_when_others_come_and_go_and_when_it_is_saved(fill: Fill) -> None:
    instance = fill(_HOUSES)
    for name in ("A", "B", "C"):
        ref = instance.add("/data/who/person")
        instance.answer(f"{ref}/name", name)
    before = _people(instance)
    assert len(set(before.values())) == 3 and all(map(is_entry_id, before.values()))
    instance.remove("/data/who/person[3]")
    for opening in Opening:
        again = FormInstance(instance.form, fixed_environment(), complete(instance), opening=opening)
        assert complete(again) == complete(instance)
        again.add("/data/who/person")
        kept = {name: before[name] for name in ("A", "C")}
        assert _people(again) == kept
    assert ENTRY_ID not in str(instance.answers(relevant_only=True)) + instance.submission_xml()


def test_entries_a_count_makes_are_told_by_their_position(fill: Fill) -> None:
    one, other = fill(_HOUSES), fill(_HOUSES)
    other.entry_id(other.add("/data/who/person"))  # another number of ids drawn
    for instance in (one, other):
        instance.answer("/data/floors", "2")
    assert complete(one)["floor"] == complete(other)["floor"]


def test_answers_without_ids_get_the_same_ones_everywhere(fill: Fill) -> None:
    opened = complete(FormInstance(fill(_HOUSES).form, fixed_environment(), _OLD))
    assert opened == with_ids(_OLD)
    assert without_ids(opened) == _OLD


_ENTRY = st.dictionaries(st.just(ENTRY_ID), st.sampled_from(["a", "b", "ab12", "", "9", "x]", None, 1]))


@settings(deadline=None)
@given(st.lists(_ENTRY, max_size=8), st.sampled_from(["", "p"]))
def test_every_entry_of_a_list_has_an_id_of_its_own(entries: list[dict[str, Any]], parent: str) -> None:
    found = ids_of(entries, parent, "person")
    assert len(set(found)) == len(entries) and all(map(is_entry_id, found))
    named = [{ENTRY_ID: one} for one in found]
    assert ids_of(named, "elsewhere", "other") == found
    for entry, one in zip(entries, found, strict=True):
        given_id = entry.get(ENTRY_ID)
        assert one == given_id or not is_entry_id(given_id) or given_id in found
