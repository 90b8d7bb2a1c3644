"""What several people made of one return comes together question by question."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.records.merging import WITHDRAWN, Decision, Merged, Version, merge
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform

_XML = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>V</h:title><model><instance>
 <data id="v" version="1"><town/><size/><risks/><twice/><who><person jr:template=""><name/><age/>
 <job jr:template=""><title/></job></person></who></data></instance>
 <bind nodeset="/data/twice" calculate="/data/size * 2"/><bind nodeset="/data/size" type="int"/></model>
 </h:head><h:body><input ref="/data/town"/><input ref="/data/size"/><select ref="/data/risks">
 <item><label>f</label><value>flood</value></item><item><label>r</label><value>fire</value></item></select>
 <group ref="/data/who"><repeat nodeset="/data/who/person"><input ref="/data/who/person/name"/>
 <input ref="/data/who/person/age"/><repeat nodeset="/data/who/person/job">
 <input ref="/data/who/person/job/title"/></repeat></repeat></group></h:body></h:html>"""
FORM: Form = parse_xform(_XML.encode(), path=Path("v.xml"))


def person(name: str, key: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, **more, "$id": key or f"id{name}"}


def people(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"who": {"person": list(entries)}, **more}


def merged_of(base: dict[str, Any] | None, *sides: dict[str, Any], **decisions: str) -> Merged:
    chosen = {ref: Decision(side) for ref, side in decisions.items()}
    return merge(FORM, Version(base) if base is not None else None, [Version(one) for one in sides], chosen)


def kinds(found: Merged) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {row.ref: (row.kind, row.changed) for row in found.differences}


def test_different_questions_go_together_and_the_same_one_is_for_a_person() -> None:
    base = {"town": "Kisumu", "size": "4", "risks": ["flood", "fire"], "twice": "8"}
    found = merged_of(
        base,
        base | {"town": "Nakuru", "size": "5", "twice": "10", "risks": ["fire", "flood"]},
        base | {"size": "6", "twice": "12"},
    )
    assert kinds(found) == {"/data/town": ("only", ("A",)), "/data/size": ("clash", ("A", "B"))}
    assert [row.ref for row in found.open_rows] == ["/data/size"]
    assert (found.answers["town"], found.answers["size"]) == ("Nakuru", "4")
    size = {"/data/size": Decision("B")}
    taken = merge(FORM, Version(base), [Version(base | {"size": "5"}), Version(base | {"size": "6"})], size)
    assert taken.answers["size"] == "6" and not taken.open_rows
    (row,) = taken.differences
    assert row.losers == ("5",) and row.choice == "B"


def test_a_row_inserted_above_changes_nothing_else() -> None:
    base = people(person("A", age="1"), person("B", age="2"))
    found = merged_of(
        base,
        people(person("New"), person("A", age="1"), person("B", age="2")),
        people(person("A", age="1"), person("B", age="3"), person("Last")),
    )
    assert [one["name"] for one in found.answers["who"]["person"]] == ["New", "A", "B", "Last"]
    assert kinds(found) == {
        "/data/who/person[idNew]": ("only", ("A",)),
        "/data/who/person[idLast]": ("only", ("B",)),
        "/data/who/person[idB]/age": ("only", ("B",)),
    }


def test_what_one_removed_and_another_changed_is_for_a_person() -> None:
    base = people(person("A"), person("B", age="2"), person("C"))
    sides = people(person("A"), person("C")), people(person("A"), person("B", age="3"))
    found = merged_of(base, *sides)
    ref = "/data/who/person[idB]"
    assert [row.ref for row in found.open_rows] == [ref]
    assert [one["name"] for one in found.answers["who"]["person"]] == ["A", "B"]  # C was only removed
    for side, names in (("A", ["A"]), ("B", ["A", "B"]), ("base", ["A", "B"])):
        settled = merged_of(base, *sides, **{ref: side})
        assert not settled.open_rows
        assert [one["name"] for one in settled.answers["who"]["person"]] == names
    assert settled.answers["who"]["person"][1]["age"] == "2"
    assert people(person("B", age="3"))["who"]["person"][0] in next(
        row.losers for row in settled.rows if row.ref == ref
    )


def test_moved_entries_stay_moved_and_two_ways_to_move_them_are_for_a_person() -> None:
    base = people(person("A"), person("B"), person("C"))
    moved, other = (
        people(person("C"), person("A"), person("B")),
        people(person("B"), person("A"), person("C")),
    )
    one = merged_of(base, moved, people(person("A"), person("B", age="1"), person("C")))
    assert [row["name"] for row in one.answers["who"]["person"]] == ["C", "A", "B"]
    assert one.answers["who"]["person"][2]["age"] == "1" and not one.open_rows
    both = merged_of(base, moved, other)
    assert [row.what for row in both.open_rows] == ["order"]
    taken = merged_of(base, moved, other, **{"/data/who/person": "B"})
    assert taken.answers == other


def test_answers_without_ids_are_matched_by_what_they_say() -> None:
    def old(*names: str) -> dict[str, Any]:
        return {"who": {"person": [{"name": name} for name in names]}}

    found = merged_of(old("A", "B"), old("New", "A", "B"), old("A", "Changed"))
    assert [one["name"] for one in found.answers["who"]["person"]] == ["New", "A", "Changed"]
    assert not found.open_rows


def test_people_and_their_reasons_come_along() -> None:
    base = Version(people(person("A")), {"/data/town": "Old"}, {})
    a = Version(
        people(person("New"), person("A", age="1"), town="X"),
        {"/data/town": "Ann", "/data/who/person[1]/name": "Ann", "/data/who/person[2]/age": "Ann"},
        {"/data/who/person[2]/warn_age": "measured"},
    )
    b = Version(people(person("A"), size="3"), {"/data/size": "Ben", "/data/town": "Old"}, {})
    found = merge(FORM, base, [b, a])
    assert found.authors == {
        "/data/town": "Ann",
        "/data/size": "Ben",
        "/data/who/person[1]/name": "Ann",
        "/data/who/person[2]/age": "Ann",
    }
    assert found.justifications == {"/data/who/person[2]/warn_age": "measured"}


def test_not_available_is_an_answer_and_a_person_may_type_another_one() -> None:
    missing = {"$unavailable": {"reason": "no_survey", "remark": ""}}
    base = {"size": "4"}
    sides = [Version({"size": missing}), Version({})]
    found = merge(FORM, Version(base), sides)
    assert kinds(found) == {"/data/size": ("clash", ("A", "B"))}
    typed = merge(FORM, Version(base), sides, {"/data/size": Decision("", "7", "Ann")})
    assert (typed.answers, typed.authors) == ({"size": "7"}, {"/data/size": "Ann"})
    (row,) = typed.differences
    assert row.losers == (missing,)


def test_withdrawn_here_and_changed_there_is_for_a_person() -> None:
    sides = [Version({"town": "X"}, withdrawn=True), Version({"town": "Y"})]
    found = merge(FORM, Version({"town": "X"}), sides)
    assert [row.ref for row in found.open_rows] == [WITHDRAWN] and not found.withdrawn
    assert merge(FORM, Version({"town": "X"}), sides, {WITHDRAWN: Decision("A")}).withdrawn


@pytest.mark.parametrize("chosen", ["A", "B", "C"])
def test_three_laptops_at_once(chosen: str) -> None:
    sides = {"A": {"town": "a"}, "B": {"town": "b", "size": "2"}, "C": {"town": "c"}}
    found = merged_of({"town": "x"}, *sides.values(), **{"/data/town": chosen})
    assert found.answers == {"town": chosen.lower(), "size": "2"}
    assert len(found.differences[0].losers) == 2


# -- whatever people do ----------------------------------------------------------------------------------

_KEYS = st.sampled_from(["ka", "kb", "kc", "kd"])
_WORDS = st.sampled_from(["", "x", "y", "z"])


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], {}, None)}


@st.composite
def _lists(draw: Any, depth: int = 1) -> list[dict[str, Any]]:
    keys = draw(st.lists(_KEYS, unique=True, max_size=4))
    return [
        {
            **_filled(name=draw(_WORDS), age=draw(_WORDS), job=draw(_lists(depth=0)) if depth else ""),
            "$id": key,
        }
        for key in keys
    ]


@st.composite
def answers(draw: Any) -> dict[str, Any]:
    risks = draw(st.lists(st.sampled_from(["flood", "fire"]), unique=True))
    who = draw(_lists())
    return _filled(town=draw(_WORDS), size=draw(_WORDS), risks=risks, who={"person": who} if who else {})


def _values(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_values(inner) for name, inner in value.items() if name != "$id"))
    if isinstance(value, list):
        return set().union(*map(_values, value))
    return {value} if value else set()


@settings(deadline=None)
@given(answers(), answers())
def test_agreeing_and_doing_nothing_change_nothing(base: dict[str, Any], mine: dict[str, Any]) -> None:
    for sides in ((mine, mine), (mine, base), (base, mine), (mine, mine, base)):
        found = merged_of(base, *copy.deepcopy(sides))
        assert found.answers == mine
        assert not found.open_rows
    assert merged_of(None, mine, mine).answers == mine


@settings(deadline=None)
@given(answers(), answers(), answers())
def test_it_does_not_matter_who_comes_first_and_no_value_is_lost(
    base: dict[str, Any], mine: dict[str, Any], yours: dict[str, Any]
) -> None:
    found, turned = merged_of(base, mine, yours), merged_of(base, yours, mine)
    assert found.answers == turned.answers
    swap = {"A": "B", "B": "A"}
    assert {(r.ref, r.kind, frozenset(r.changed)) for r in found.rows} == {
        (r.ref, r.kind, frozenset(swap[one] for one in r.changed)) for r in turned.rows
    }
    kept = _values(found.answers).union(*(_values(list(row.losers)) for row in found.rows))
    old = _values(base)
    assert (_values(mine) | _values(yours)) - old <= kept


@settings(deadline=None)
@given(answers(), answers(), st.sampled_from("AB"))
def test_a_person_can_have_one_side_whole(base: dict[str, Any], mine: dict[str, Any], side: str) -> None:
    """Taking one side of every row gives that side, whatever the other did."""
    yours = base
    found = merged_of(base, mine, yours)
    again = merged_of(base, mine, yours, **{row.ref: side for row in found.rows})
    assert again.answers == (mine if side == "A" else yours)


@settings(deadline=None)
@given(answers(), _WORDS, _WORDS)
def test_changes_of_different_questions_commute(base: dict[str, Any], town: str, size: str) -> None:
    mine, yours = _filled(**base | {"town": town}), _filled(**base | {"size": size})
    found = merged_of(base, mine, yours)
    assert not found.open_rows
    assert found.answers == _filled(**base | {"town": town, "size": size})
