# ruff: noqa: E501 - forms are written as tables
"""Repeats: adding, removing, nesting, and what counts or sums over them."""

from typing import Any

import pytest

from habitat_desktop.xforms.problems import NotARepeatError, UnknownQuestionError
from tests.xforms.conftest import Fill, value

TOWN = """
| survey |              |            |            |             |                                   |
|        | type         | name       | label      | relevant    | calculation                       |
|        | begin repeat | settlement | Settlement |             |                                   |
|        | text         | name       | Name       |             |                                   |
|        | integer      | people     | People     |             |                                   |
|        | integer      | poor       | Poor       | ${people} > 0 |                                 |
|        | calculate    | share      |            |             | round(${poor} div ${people} * 100, 1) |
|        | calculate    | place      |            |             | position(..)                      |
|        | begin repeat | funding    | Funding    |             |                                   |
|        | decimal      | usd        | US$        |             |                                   |
|        | calculate    | part       |            |             | ${usd} div ${people}              |
|        | end repeat   |            |            |             |                                   |
|        | calculate    | money      |            |             | sum(${usd})                       |
|        | end repeat   |            |            |             |                                   |
|        | calculate    | number     |            |             | count(${settlement})              |
|        | calculate    | total      |            |             | sum(${people})                    |
|        | calculate    | all_money  |            |             | sum(${usd})                       |
"""


def test_a_repeat_starts_with_one_instance_also_inside_another(fill: Fill) -> None:
    instance = fill(TOWN)
    assert instance.instances("/data/settlement") == ["/data/settlement[1]"]
    assert instance.instances("/data/settlement[1]/funding") == ["/data/settlement[1]/funding[1]"]
    assert value(instance, "number") == "1"
    instance.add("/data/settlement")
    assert instance.instances("/data/settlement[2]/funding") == ["/data/settlement[2]/funding[1]"]


def test_answers_in_one_instance_stay_in_it(fill: Fill) -> None:
    instance = fill(TOWN)
    assert instance.add("/data/settlement") == "/data/settlement[2]"
    instance.answer("/data/settlement[1]/people", "100")
    changed = instance.answer("/data/settlement[2]/people", "50")
    assert "/data/settlement[1]/share" not in changed
    instance.answer("/data/settlement[2]/poor", "20")
    assert value(instance, "settlement[1]/share") == ""
    assert value(instance, "settlement[2]/share") == "40"
    assert value(instance, "total") == "150"


def test_sums_over_a_repeat_with_a_blank_are_blank(fill: Fill) -> None:
    instance = fill(TOWN)
    instance.answer("/data/settlement[1]/people", "100")
    assert value(instance, "total") == "100"
    instance.add("/data/settlement")
    assert value(instance, "total") == "", "the sum is not known while one part is not"
    instance.answer("/data/settlement[2]/people", "1")
    assert value(instance, "total") == "101"


def test_nested_repeats_sum_inside_their_own_instance(fill: Fill) -> None:
    instance = fill(TOWN)
    instance.add("/data/settlement")
    for ref, usd in (("settlement[1]/funding[1]", "5"), ("settlement[2]/funding[1]", "7")):
        instance.answer(f"/data/{ref}/usd", usd)
    instance.add("/data/settlement[1]/funding")
    instance.answer("/data/settlement[1]/funding[2]/usd", "3")
    instance.answer("/data/settlement[1]/people", "10")
    assert value(instance, "settlement[1]/money") == "8"
    assert value(instance, "settlement[2]/money") == "7"
    assert value(instance, "all_money") == "15"
    assert value(instance, "settlement[1]/funding[2]/part") == "0.3"


def test_removing_an_instance_moves_the_later_ones_up(fill: Fill) -> None:
    instance = fill(TOWN)
    for name in ("A", "B", "C"):
        if name != "A":
            instance.add("/data/settlement")
        last = instance.instances("/data/settlement")[-1]
        instance.answer(f"{last}/name", name)
        instance.answer(f"{last}/people", "10")
    instance.remove("/data/settlement[2]")
    assert [value(instance, f"settlement[{i}]/name") for i in (1, 2)] == ["A", "C"]
    assert [value(instance, f"settlement[{i}]/place") for i in (1, 2)] == ["1", "2"]
    assert (value(instance, "number"), value(instance, "total")) == ("2", "20")
    with pytest.raises(UnknownQuestionError):
        instance.state("/data/settlement[3]")


def test_the_last_instance_can_be_removed(fill: Fill) -> None:
    instance = fill(TOWN)
    instance.remove("/data/settlement[1]")
    assert value(instance, "number") == "0"
    assert instance.answers(relevant_only=False) == {"number": "0", "total": "0", "all_money": "0"}


def test_what_is_no_repeat_cannot_grow(fill: Fill) -> None:
    instance = fill(TOWN)
    for ref in ("/data/number", "/data/settlement[1]"):
        with pytest.raises(NotARepeatError):
            instance.add(ref)
    with pytest.raises(NotARepeatError):
        instance.remove("/data/settlement")


def test_relevance_of_a_repeat_reaches_everything_in_it(fill: Fill) -> None:
    instance = fill("""
        | survey |              |       |       |              |             |
        |        | type         | name  | label | relevant     | calculation |
        |        | integer      | many  | Many  |              |             |
        |        | begin repeat | child | Child | ${many} > 0  |             |
        |        | text         | name  | Name  |              |             |
        |        | end repeat   |       |       |              |             |
        |        | calculate    | first |       |              | join(',', ${name}) |
    """)
    instance.answer("/data/many", "1")
    instance.answer("/data/child[1]/name", "Amina")
    assert value(instance, "first") == "Amina"
    changed = instance.answer("/data/many", "0")
    assert changed >= {"/data/child", "/data/child[1]", "/data/child[1]/name", "/data/first"}
    assert value(instance, "first") == ""
    assert instance.answers(relevant_only=True) == {"many": "0"}
    assert "Amina" not in instance.submission_xml()


def test_an_instance_may_read_the_one_before_it(fill: Fill) -> None:
    instance = fill("""
        | survey |              |      |       |                                                          |
        |        | type         | name | label | calculation                                              |
        |        | begin repeat | year | Year  |                                                          |
        |        | integer      | paid | Paid  |                                                          |
        |        | calculate    | sofar |      | ${paid} + coalesce(indexed-repeat(${sofar}, ${year}, position(..) - 1), 0) |
        |        | end repeat   |      |       |                                                          |
    """)
    instance.answer("/data/year[1]/paid", "1")
    for number, paid in ((2, "10"), (3, "100")):
        instance.add("/data/year")
        instance.answer(f"/data/year[{number}]/paid", paid)
    assert [value(instance, f"year[{i}]/sofar") for i in (1, 2, 3)] == ["1", "11", "111"]
    instance.answer("/data/year[1]/paid", "2")
    assert value(instance, "year[3]/sofar") == "112"


def test_a_counted_repeat_has_as_many_instances_as_its_count(fill: Fill) -> None:
    instance = fill("""
        | survey |              |       |       |              |
        |        | type         | name  | label | repeat_count |
        |        | integer      | many  | Many  |              |
        |        | begin repeat | child | Child | ${many}      |
        |        | text         | name  | Name  |              |
        |        | end repeat   |       |       |              |
    """)
    instance.answer("/data/many", "3")
    assert len(instance.instances("/data/child")) == 3
    instance.answer("/data/child[1]/name", "Amina")
    instance.answer("/data/many", "1")
    assert instance.instances("/data/child") == ["/data/child[1]"]
    assert value(instance, "child[1]/name") == "Amina"
    assert instance.state("/data/child").readonly
    with pytest.raises(NotARepeatError):
        instance.add("/data/child")


def test_answers_with_repeats_round_trip(fill: Fill) -> None:
    given: dict[str, Any] = {
        "settlement": [
            {"name": "A", "people": "2", "funding": [{"usd": "1.5"}, {"usd": "2"}]},
            {"name": "B"},
        ]
    }
    taken = fill(TOWN, answers=given).answers(relevant_only=False)
    assert taken["settlement"][0]["funding"][1] == {"usd": "2", "part": "1"}
    assert taken["settlement"][1] == {"name": "B", "place": "2", "money": "0"}
    assert fill(TOWN, answers=taken).answers(relevant_only=False) == taken


def test_answers_may_have_no_instance_at_all(fill: Fill) -> None:
    instance = fill(TOWN, answers={})
    assert instance.instances("/data/settlement") == []


def test_adding_costs_the_same_however_many_instances_there_are(fill: Fill) -> None:
    instance = fill("""
        | survey |              |      |       |             |
        |        | type         | name | label | calculation |
        |        | begin repeat | row  | Row   |             |
        |        | integer      | a    | A     |             |
        |        | calculate    | b    |       | ${a} + 1    |
        |        | calculate    | p    |       | position(..) |
        |        | end repeat   |      |       |             |
    """)

    def cost() -> int:
        before = instance.rules_run
        instance.add("/data/row")
        return instance.rules_run - before

    first = cost()
    for _ in range(30):
        instance.add("/data/row")
    assert cost() == first


NESTED = """
| survey |              |        |       |                                                                     |
|        | type         | name   | label | calculation                                                         |
|        | begin repeat | street | S     |                                                                     |
|        | text         | called | C     |                                                                     |
|        | begin repeat | house  | H     |                                                                     |
|        | integer      | rooms  | R     |                                                                     |
|        | calculate    | first  |       | indexed-repeat(${rooms}, ${house}, 1)                               |
|        | calculate    | other  |       | indexed-repeat(../rooms, ../../house, 3 - position(..))             |
|        | calculate    | far    |       | indexed-repeat(${rooms}, ${street}, 2, ${house}, position(..))      |
|        | end repeat   |        |       |                                                                     |
|        | end repeat   |        |       |                                                                     |
|        | calculate    | half   |       | indexed-repeat(${called}, ${street}, 1.5)                           |
|        | calculate    | whole  |       | indexed-repeat(${called}, ${street}, '2')                           |
"""


def test_an_indexed_repeat_reads_the_instances_it_numbers_and_else_those_it_stands_in(fill: Fill) -> None:
    instance = fill(NESTED)
    for street, name in ((1, "A"), (2, "B")):
        if street > 1:
            instance.add("/data/street")
        instance.answer(f"/data/street[{street}]/called", name)
        for house in (1, 2):
            if house > 1:
                instance.add(f"/data/street[{street}]/house")
            instance.answer(f"/data/street[{street}]/house[{house}]/rooms", str(street * 10 + house))
    assert value(instance, "street[2]/house[2]/first") == "21", "of the street it stands in"
    assert value(instance, "street[2]/house[2]/other") == "21"
    assert value(instance, "street[2]/house[1]/other") == "22", "a relative path leaves its own instance"
    assert value(instance, "street[1]/house[2]/far") == "22"
    assert value(instance, "half") == ""
    assert value(instance, "whole") == "B"
    instance.answer("/data/street[2]/house[2]/rooms", "99")
    assert value(instance, "street[2]/house[1]/other") == "99"
    assert value(instance, "street[1]/house[2]/far") == "99"


def test_many_entries_that_read_one_calculation_are_no_circle(fill: Fill) -> None:
    rows = "".join(f"| | calculate | c{i} | | ${{rate}} + {i} |\n" for i in range(20))
    instance = fill(
        "| survey | | | | |\n| | type | name | label | calculation |\n"
        "| | integer | base | Base | |\n| | calculate | rate | | ${base} * 2 |\n"
        f"| | begin repeat | r | R | |\n{rows}| | end repeat | | | |\n",
        answers={"base": "1", "r": [{}] * 700},
    )
    instance.answer("/data/base", "5")
    assert value(instance, "r[700]/c19") == "29"


def test_the_label_of_a_repeat_may_show_what_is_answered_in_its_entries(fill: Fill) -> None:
    instance = fill("""
        | survey | | | | |
        | | type | name | label | calculation |
        | | begin repeat | person | Person ${number}: ${name} | |
        | | calculate | number | | position(..) |
        | | text | name | Name | |
        | | end repeat | | | |
        """)
    instance.add("/data/person")
    changed = instance.answer("/data/person[2]/name", "Ada")
    assert "/data/person[2]" in changed
    assert instance.state("/data/person[2]").label == "Person 2: Ada"
