# ruff: noqa: E501 - forms are written as tables
"""An answer never runs everything again: how many rules run for what."""

from collections.abc import Callable

from habitat_desktop.xforms.engine import FormInstance
from tests.xforms.conftest import Fill, value

_OTHERS = 200


def runs(instance: FormInstance, act: Callable[[], object]) -> int:
    before = instance.rules_run
    act()
    return instance.rules_run - before


def table(*rows: str) -> str:
    """A form of `rows` among many other questions with rules of their own."""
    head = "| survey | | | | | | | |\n| | type | name | label | relevant | constraint | calculation | choice_filter |\n"
    others = "".join(
        f"| | integer | o{i} | O | ${{o{i - 1}}} > 0 | . < 9 | | |\n| | calculate | c{i} | | | | ${{o{i}}} + 1 | |\n"
        for i in range(1, _OTHERS)
    )
    return head + "| | integer | o0 | O | | | | |\n" + others + "".join(f"{row}\n" for row in rows)


def test_a_plain_answer_runs_no_rule(fill: Fill) -> None:
    instance = fill(table("| | text | plain | Plain | | | | |"))
    assert runs(instance, lambda: instance.answer("/data/plain", "x")) == 0


def test_an_answer_runs_its_own_constraint_and_nothing_else(fill: Fill) -> None:
    instance = fill(table("| | integer | own | Own | | . > 3 | | |"))
    assert runs(instance, lambda: instance.answer("/data/own", "1")) == 1
    assert not instance.state("/data/own").valid


def test_an_answer_runs_each_of_its_seven_dependants_once(fill: Fill) -> None:
    rows = ["| | integer | a | A | | | | |"]
    rows += [f"| | calculate | d{i} | | | | ${{a}} + {i} | |" for i in range(4)]
    # the last three read several that change: each still runs once, after all of them
    rows += [
        f"| | calculate | e{i} | | | | ${{d0}} + ${{d1}} + ${{d2}} + ${{d3}} + {i} | |" for i in range(3)
    ]
    instance = fill(table(*rows))
    assert runs(instance, lambda: instance.answer("/data/a", "10")) == 7
    assert value(instance, "e2") == "48"


def test_a_value_that_stays_the_same_stops_the_run(fill: Fill) -> None:
    rows = ["| | integer | a | A | | | | |", "| | calculate | big | | | | ${a} > 10 | |"]
    rows += [f"| | calculate | f{i} | | | | concat(${{big}}, '{i}') | |" for i in range(50)]
    instance = fill(table(*rows))
    instance.answer("/data/a", "1")
    assert runs(instance, lambda: instance.answer("/data/a", "2")) == 1
    assert runs(instance, lambda: instance.answer("/data/a", "11")) == 51


def test_toggling_relevance_runs_what_reads_the_hidden_answers_that_are_not_blank(fill: Fill) -> None:
    rows = ["| | integer | shown | Shown | | | | |", "| | begin group | g | G | ${shown} = 1 | | | |"]
    rows += [f"| | integer | g{i} | G | | | | |" for i in range(30)]
    rows += ["| | end group | | | | | | |", "| | calculate | one | | | | ${g1} * 2 | |"]
    rows += ["| | calculate | two | | | | ${g2} * 2 | |"]
    instance = fill(table(*rows))
    instance.answer("/data/shown", "1")
    instance.answer("/data/g/g1", "5")
    assert runs(instance, lambda: instance.answer("/data/shown", "0")) == 2, "the group and what reads g1"
    assert value(instance, "one") == ""
    assert runs(instance, lambda: instance.answer("/data/shown", "1")) == 2
    assert value(instance, "one") == "10"


ROWS = (
    "| | begin repeat | row | Row | | | | |",
    "| | integer | a | A | | | | |",
    "| | calculate | b | | | | ${a} + 1 | |",
    "| | calculate | p | | | | position(..) | |",
    "| | end repeat | | | | | | |",
    "| | calculate | total | | | | sum(${a}) | |",
    "| | calculate | many | | | | count(${row}) | |",
)


def test_an_answer_in_an_entry_runs_that_entry_and_the_sum(fill: Fill) -> None:
    instance = fill(table(*ROWS))
    for number in range(1, 30):
        instance.answer(f"/data/row[{number}]/a", "1")
        instance.add("/data/row")
    instance.answer("/data/row[30]/a", "1")
    assert runs(instance, lambda: instance.answer("/data/row[7]/a", "3")) == 2
    assert (value(instance, "row[7]/b"), value(instance, "total")) == ("4", "32")


def test_adding_an_entry_runs_its_rules_and_what_sums_and_counts(fill: Fill) -> None:
    instance = fill(table(*ROWS))
    for _ in range(30):
        instance.add("/data/row")
    assert runs(instance, lambda: instance.add("/data/row")) == 4, "b and p of the entry, total and many"
    assert value(instance, "many") == "32"


def test_removing_the_last_entry_runs_what_sums_and_counts(fill: Fill) -> None:
    instance = fill(table(*ROWS))
    for number in range(1, 10):
        instance.answer(f"/data/row[{number}]/a", "1")
        instance.add("/data/row")
    assert runs(instance, lambda: instance.remove("/data/row[10]")) == 2
    assert (value(instance, "many"), value(instance, "total")) == ("9", "9")


def test_removing_an_entry_runs_the_positions_of_those_behind_it(fill: Fill) -> None:
    instance = fill(table(*ROWS))
    for _ in range(9):
        instance.add("/data/row")
    assert runs(instance, lambda: instance.remove("/data/row[8]")) <= 2 + 9
    assert [value(instance, f"row[{i}]/p") for i in (7, 8, 9)] == ["7", "8", "9"]


def test_a_choice_filter_runs_for_the_question_it_filters_only(fill: Fill) -> None:
    instance = fill(
        table(
            "| | text | region | Region | | | | |",
            "| | select_one city | city | City | | | | region = ${region} |",
            "| | calculate | shown | | | | jr:choice-name(${city}, '${city}') | |",
            "| choices | | | | |",
            "| | list_name | name | label | region |",
            "| | city | nbo | Nairobi | af |",
            "| | city | del | Delhi | as |",
        )
    )
    assert runs(instance, lambda: instance.answer("/data/region", "af")) == 1
    assert runs(instance, lambda: instance.answer("/data/city", "nbo")) == 1
    assert value(instance, "shown") == "Nairobi"
    assert runs(instance, lambda: instance.answer("/data/region", "as")) == 2, (
        "the list, and what read the answer"
    )


def test_an_action_counts_as_one_run_and_sets_off_only_what_reads_its_target(fill: Fill) -> None:
    instance = fill("""
        | survey |           |      |       |             |         |
        |        | type      | name | label | calculation | trigger |
        |        | integer   | a    | A     |             |         |
        |        | integer   | b    | B     | ${a} * 2    | ${a}    |
        |        | calculate | c    |       | ${b} + 1    |         |
        |        | calculate | d    |       | ${c} > 100  |         |
        |        | calculate | e    |       | ${d}        |         |
    """)
    instance.answer("/data/a", "1")
    assert runs(instance, lambda: instance.answer("/data/a", "2")) == 3, "the action, c and d"


def test_asking_for_states_and_problems_runs_no_rule(fill: Fill) -> None:
    instance = fill(table(*ROWS))
    assert (
        runs(instance, lambda: (list(instance.states()), instance.problems(), instance.submission_xml())) == 0
    )
