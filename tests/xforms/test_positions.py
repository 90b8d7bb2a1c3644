# ruff: noqa: E501 - forms are written as tables
"""Repeats seen from inside and outside: positions, current(), nesting, counts, templates, relevance, read-only."""

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import NotARepeatError, ReadOnlyError
from tests.xforms.conftest import Fill, FillXForm, value

NESTED = """
| survey |              |        |       |                                            |
|        | type         | name   | label | calculation                                |
|        | begin repeat | house  | House |                                            |
|        | calculate    | number |       | position(..)                               |
|        | begin repeat | person | P     |                                            |
|        | integer      | age    | Age   |                                            |
|        | calculate    | place  |       | concat(position(../..), '.', position(..)) |
|        | calculate    | share  |       | ${age} div sum(../../person/age)           |
|        | end repeat   |        |       |                                            |
|        | calculate    | people |       | count(${person})                           |
|        | calculate    | oldest |       | max(${age})                                |
|        | end repeat   |        |       |                                            |
|        | calculate    | all    |       | count(/data/house/person)                  |
"""


def village(fill: Fill) -> FormInstance:
    """Two houses with two people each."""
    instance = fill(NESTED)
    instance.add("/data/house")
    for house in (1, 2):
        instance.add(f"/data/house[{house}]/person")
        for person in (1, 2):
            instance.answer(f"/data/house[{house}]/person[{person}]/age", str(10 * house + person))
    return instance


def test_positions_are_known_through_every_level(fill: Fill) -> None:
    instance = village(fill)
    places = [value(instance, f"house[{h}]/person[{p}]/place") for h in (1, 2) for p in (1, 2)]
    assert places == ["1.1", "1.2", "2.1", "2.2"]


def test_removing_an_outer_entry_moves_the_positions_inside_the_later_ones(fill: Fill) -> None:
    instance = village(fill)
    instance.remove("/data/house[1]")
    assert [value(instance, f"house[1]/person[{p}]/place") for p in (1, 2)] == ["1.1", "1.2"]
    assert (value(instance, "house[1]/number"), value(instance, "all")) == ("1", "2")


def test_an_inner_name_means_the_entries_of_the_own_outer_entry(fill: Fill) -> None:
    instance = village(fill)
    assert [value(instance, f"house[{h}]/oldest") for h in (1, 2)] == ["12", "22"]
    assert [value(instance, f"house[{h}]/people") for h in (1, 2)] == ["2", "2"]
    instance.answer("/data/house[1]/person[1]/age", "60")
    assert [value(instance, f"house[{h}]/oldest") for h in (1, 2)] == ["60", "22"]


def test_a_share_follows_when_a_sibling_entry_is_removed(fill: Fill) -> None:
    instance = village(fill)
    instance.answer("/data/house[1]/person[2]/age", "11")
    assert value(instance, "house[1]/person[1]/share") == "0.5"
    instance.remove("/data/house[1]/person[2]")
    assert value(instance, "house[1]/person[1]/share") == "1"


def test_current_is_the_question_inside_a_predicate(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<r><code/><name/></r><r><code/><name/></r>",
        """<instance id="list"><root><item><code>a</code><name>Ash</name></item>
             <item><code>b</code><name>Birch</name></item></root></instance>
           <bind nodeset="/data/r/name" calculate="instance('list')/root/item[code = current()/../code]/name"/>""",
        '<repeat nodeset="/data/r"><input ref="/data/r/code"/></repeat>',
    )
    instance.answer("/data/r[1]/code", "b")
    instance.answer("/data/r[2]/code", "a")
    assert [value(instance, f"r[{i}]/name") for i in (1, 2)] == ["Birch", "Ash"]


def test_an_entry_may_look_other_entries_up(fill: Fill) -> None:
    instance = fill("""
        | survey |              |        |        |                                                                       |
        |        | type         | name   | label  | calculation                                                           |
        |        | begin repeat | person | Person |                                                                       |
        |        | text         | name   | Name   |                                                                       |
        |        | text         | boss   | Boss   |                                                                       |
        |        | integer      | pay    | Pay    |                                                                       |
        |        | calculate    | above  |        | /data/person[name = current()/../boss]/pay                            |
        |        | calculate    | same   |        | count(/data/person[position() != position(current()/..)][pay = current()/../pay]) |
        |        | end repeat   |        |        |                                                                       |
    """)
    instance.add("/data/person")
    for number, (name, boss, pay) in enumerate((("Amina", "", "9"), ("Bo", "Amina", "5")), 1):
        for key, given in (("name", name), ("boss", boss), ("pay", pay)):
            instance.answer(f"/data/person[{number}]/{key}", given)
    assert value(instance, "person[2]/above") == "9"
    instance.answer("/data/person[1]/pay", "5")
    assert value(instance, "person[2]/above") == "5"
    assert [value(instance, f"person[{i}]/same") for i in (1, 2)] == ["1", "1"]
    instance.remove("/data/person[1]")
    assert (value(instance, "person[1]/above"), value(instance, "person[1]/same")) == ("", "0")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/data/r[1]/a", "x"),
        ("/data/r[2]/a", "y"),
        ("/data/r[last()]/a", "z"),
        ("/data/r[position() = 2]/a", "y"),
        ("/data/r[position() = /data/n]/a", "z"),
        ("indexed-repeat(/data/r/a, /data/r, /data/n)", "z"),
        ("join(' ', /data/r/a)", "x y z"),
        ("count(/data/r[a != 'y'])", "2"),
        ("string-length(/data/r[a = 'y']/a)", "1"),
        ("/data/r[9]/a", ""),
    ],
)
def test_entries_are_picked_from_outside(fill_xform: FillXForm, expression: str, expected: str) -> None:
    instance = fill_xform(
        "<n>3</n><r><a>x</a></r><r><a>y</a></r><r><a/></r><got/>",
        f'<bind nodeset="/data/got" calculate="{expression}"/>',
        '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    instance.answer("/data/r[3]/a", "z")
    assert value(instance, "got") == expected


COUNTED = """
| survey |              |       |       |          |                     |
|        | type         | name  | label | relevant | repeat_count        |
|        | integer      | many  | Many  |          |                     |
|        | begin repeat | house | House |          | ${many}             |
|        | integer      | size  | Size  |          |                     |
|        | begin repeat | room  | Room  |          | ${size} + 1         |
|        | text         | name  | Name  |          |                     |
|        | end repeat   |       |       |          |                     |
|        | end repeat   |       |       |          |                     |
"""


def test_a_count_inside_an_entry_counts_for_that_entry(fill: Fill) -> None:
    instance = fill(COUNTED)
    assert instance.instances("/data/house") == [], "nothing is counted yet"
    instance.answer("/data/many", "2")
    instance.answer("/data/house[2]/size", "2")
    assert len(instance.instances("/data/house[1]/room")) == 0
    assert len(instance.instances("/data/house[2]/room")) == 3
    instance.answer("/data/house[2]/size", "0")
    assert len(instance.instances("/data/house[2]/room")) == 1


def test_a_count_shrinks_from_the_end_and_keeps_what_stays(fill: Fill) -> None:
    instance = fill(COUNTED)
    instance.answer("/data/many", "3")
    for number in (1, 2, 3):
        instance.answer(f"/data/house[{number}]/size", str(number))
    instance.answer("/data/many", "2")
    assert [value(instance, f"house[{i}]/size") for i in (1, 2)] == ["1", "2"]
    instance.answer("/data/many", "3")
    assert value(instance, "house[3]/size") == "", "what was counted away is gone"


def test_a_count_that_turns_blank_for_a_moment_throws_nothing_away(fill: Fill) -> None:
    instance = fill(COUNTED)
    instance.answer("/data/many", "2")
    instance.answer("/data/house[2]/size", "4")
    instance.answer("/data/many", "")
    assert value(instance, "house[2]/size") == "4"
    instance.answer("/data/many", "0")
    assert instance.instances("/data/house") == []


@pytest.mark.parametrize(("count", "entries"), [("3", 3), ("2.9", 2), ("-1", 0), ("'x'", 0), ("1 + 1", 2)])
def test_a_count_may_be_any_expression(fill_xform: FillXForm, count: str, entries: int) -> None:
    instance = fill_xform(
        "<r><a/></r>", body=f'<repeat nodeset="/data/r" jr:count="{count}"><input ref="/data/r/a"/></repeat>'
    )
    assert len(instance.instances("/data/r")) == entries


def test_nobody_adds_to_a_repeat_that_forbids_it(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<r><a/></r><r><a/></r>",
        body='<repeat nodeset="/data/r" jr:noAddRemove="true()"><input ref="/data/r/a"/></repeat>',
    )
    assert len(instance.instances("/data/r")) == 2
    assert instance.state("/data/r").readonly
    with pytest.raises(NotARepeatError):
        instance.add("/data/r")
    with pytest.raises(NotARepeatError):
        instance.remove("/data/r[1]")


def test_a_template_gives_new_entries_their_defaults_and_is_no_entry(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        '<r jr:template=""><a>usual</a></r><r><a>John</a></r>',
        body='<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    assert instance.instances("/data/r") == ["/data/r[1]"]
    instance.add("/data/r")
    assert [value(instance, f"r[{i}]/a") for i in (1, 2)] == ["John", "usual"]


def test_a_form_with_a_template_alone_starts_without_entries(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        '<r jr:template=""><a>usual</a></r>',
        body='<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    assert instance.instances("/data/r") == []


def test_relevance_may_be_of_each_entry(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<shown>1</shown><r><a>1</a></r><r><a>2</a></r><r><a>4</a></r><total/><many/>",
        """<bind nodeset="/data/r" relevant="position(.) &lt;= /data/shown"/>
           <bind nodeset="/data/total" calculate="join('+', /data/r/a)"/>""",
        '<input ref="/data/shown"/><repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    assert [instance.state(f"/data/r[{i}]").relevant for i in (1, 2, 3)] == [True, False, False]
    instance.answer("/data/shown", "2")
    assert [instance.state(f"/data/r[{i}]/a").relevant for i in (1, 2, 3)] == [True, True, False]
    assert instance.submission_xml().count("<r>") == 2
    instance.remove("/data/r[1]")
    assert [instance.state(f"/data/r[{i}]").relevant for i in (1, 2)] == [True, True]


def test_a_hidden_group_hides_all_below_and_gives_it_back(fill: Fill) -> None:
    instance = fill("""
        | survey |             |       |       |              |             |          |
        |        | type        | name  | label | relevant     | calculation | required |
        |        | integer     | many  | Many  |              |             |          |
        |        | begin group | outer | Outer | ${many} > 0  |             |          |
        |        | begin group | inner | Inner | ${many} > 1  |             |          |
        |        | text        | name  | Name  |              |             | yes      |
        |        | end group   |       |       |              |             |          |
        |        | end group   |       |       |              |             |          |
        |        | calculate   | said  |       |              | concat('[', ${name}, ']') | |
    """)
    assert instance.problems() == [], "what is hidden is not required"
    instance.answer("/data/many", "2")
    instance.answer("/data/outer/inner/name", "Amina")
    instance.answer("/data/many", "1")
    assert (instance.state("/data/outer").relevant, instance.state("/data/outer/inner").relevant) == (
        True,
        False,
    )
    assert value(instance, "said") == "[]"
    instance.answer("/data/many", "2")
    assert value(instance, "said") == "[Amina]"


def test_an_inner_group_cannot_show_what_the_outer_hides(fill: Fill) -> None:
    instance = fill("""
        | survey |             |       |       |             |
        |        | type        | name  | label | relevant    |
        |        | integer     | many  | Many  |             |
        |        | begin group | outer | Outer | ${many} > 0 |
        |        | text        | name  | Name  | true()      |
        |        | end group   |       |       |             |
    """)
    assert not instance.state("/data/outer/name").relevant


def test_read_only_is_inherited_by_everything_below(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<locked/><g><a/><r><b/></r></g>",
        '<bind nodeset="/data/g" readonly="/data/locked = 1"/><bind nodeset="/data/g/a" readonly="false()"/>',
        """<input ref="/data/locked"/><group ref="/data/g"><input ref="/data/g/a"/>
           <repeat nodeset="/data/g/r"><input ref="/data/g/r/b"/></repeat></group>""",
    )
    instance.answer("/data/g/r[1]/b", "x")
    instance.answer("/data/locked", "1")
    for ref in ("/data/g/a", "/data/g/r[1]/b"):
        with pytest.raises(ReadOnlyError):
            instance.answer(ref, "y")
    assert instance.state("/data/g/r").readonly
    instance.answer("/data/locked", "0")
    instance.answer("/data/g/a", "y")


def test_a_bind_may_make_a_repeat_required_and_limited_in_each_entry(fill: Fill) -> None:
    instance = fill("""
        | survey |              |      |       |                     |          |
        |        | type         | name | label | constraint          | required |
        |        | begin repeat | row  | Row   |                     |          |
        |        | integer      | low  | Low   |                     | yes      |
        |        | integer      | high | High  | . >= ${low}         |          |
        |        | end repeat   |      |       |                     |          |
    """)
    instance.add("/data/row")
    instance.answer("/data/row[1]/low", "5")
    instance.answer("/data/row[1]/high", "4")
    assert [(p.ref, p.kind) for p in instance.problems()] == [
        ("/data/row[1]/high", "constraint"),
        ("/data/row[2]/low", "required"),
    ]
