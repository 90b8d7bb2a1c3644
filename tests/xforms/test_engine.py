# ruff: noqa: E501 - forms are written as tables
"""What an answer changes: calculations, relevance, constraints, required questions."""

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import (
    NotAQuestionError,
    NotInListError,
    ReadOnlyError,
    UnknownQuestionError,
    WrongTypeError,
)
from tests.xforms.conftest import Fill, fixed_environment, value

AREAS = """
| survey |           |       |       |          |                |             |              |                      |
|        | type      | name  | label | required | relevant       | constraint  | calculation  | constraint_message   |
|        | integer   | rooms | Rooms | yes      |                | . >= 0      |              | Not below zero       |
|        | integer   | area  | Area  |          | ${rooms} > 0   | . > 0       |              |                      |
|        | calculate | mean  |       |          |                |             | ${area} div ${rooms} |              |
"""


def test_a_calculation_follows_its_answers(fill: Fill) -> None:
    instance = fill(AREAS)
    instance.answer("/data/rooms", "4")
    changed = instance.answer("/data/area", "50")
    assert value(instance, "mean") == "12.5"
    assert changed == {"/data/area", "/data/mean"}


SELF = """
| survey |         |       |       |              |                |
|        | type    | name  | label | required     | constraint     |
|        | integer | limit | Limit |              |                |
|        | integer | hours | Hours |              | ${limit} > 10  |
|        | integer | never | Never |              | false()        |
|        | integer | again | Again | ${again} > 3 |                |
"""


def test_a_constraint_is_asked_of_every_answer_also_where_it_does_not_name_the_answer(fill: Fill) -> None:
    instance = fill(SELF)
    instance.answer("/data/limit", "5")
    assert instance.state("/data/hours").valid
    instance.answer("/data/hours", "1")
    instance.answer("/data/never", "1")
    assert instance.state("/data/hours").error == "constraint"
    assert instance.state("/data/never").error == "constraint"
    instance.answer("/data/limit", "11")
    instance.answer("/data/never", "")
    assert instance.state("/data/hours").valid
    assert instance.state("/data/never").valid


def test_an_answer_may_decide_whether_it_is_required(fill: Fill) -> None:
    instance = fill(SELF)
    instance.answer("/data/again", "4")
    assert instance.state("/data/again").required
    instance.answer("/data/again", "2")
    assert not instance.state("/data/again").required


def test_a_calculation_without_a_result_is_blank(fill: Fill) -> None:
    assert value(fill(AREAS), "mean") == ""


def test_an_irrelevant_answer_is_kept_but_counts_as_blank_and_is_not_submitted(fill: Fill) -> None:
    instance = fill(AREAS)
    instance.answer("/data/rooms", "2")
    instance.answer("/data/area", "30")
    instance.answer("/data/rooms", "0")
    assert not instance.state("/data/area").relevant
    assert value(instance, "area") == "30"
    assert value(instance, "mean") == ""
    assert instance.answers(relevant_only=True) == {"rooms": "0"}
    assert instance.answers(relevant_only=False) == {"rooms": "0", "area": "30"}
    assert "area" not in instance.submission_xml()
    instance.answer("/data/rooms", "3")
    assert value(instance, "mean") == "10"


def test_a_broken_constraint_keeps_the_answer_and_says_why(fill: Fill) -> None:
    instance = fill(AREAS)
    instance.answer("/data/rooms", "-1")
    state = instance.state("/data/rooms")
    assert (state.value, state.valid, state.error, state.message) == (
        "-1",
        False,
        "constraint",
        "Not below zero",
    )


def test_a_required_question_is_a_problem_until_it_is_answered(fill: Fill) -> None:
    instance = fill(AREAS)
    assert [(p.ref, p.kind) for p in instance.problems()] == [("/data/rooms", "required")]
    instance.answer("/data/rooms", "0")
    assert instance.problems() == []


def test_a_constraint_is_checked_again_when_what_it_reads_changes(fill: Fill) -> None:
    instance = fill("""
        | survey |         |       |       |               |
        |        | type    | name  | label | constraint    |
        |        | integer | total | Total |               |
        |        | integer | women | Women | . <= ${total} |
    """)
    instance.answer("/data/total", "5")
    instance.answer("/data/women", "6")
    assert instance.state("/data/women").error == "constraint"
    assert "/data/women" in instance.answer("/data/total", "7")
    assert instance.state("/data/women").valid


def test_unavailable_satisfies_a_required_question_and_reads_as_blank(fill: Fill) -> None:
    instance = fill(AREAS)
    instance.answer("/data/rooms", "4")
    instance.answer("/data/area", "8")
    instance.mark_unavailable("/data/rooms", "no_survey", "census is due in 2027")
    assert instance.problems() == []
    assert value(instance, "mean") == ""
    assert instance.answers(relevant_only=True) == {
        "rooms": {"$unavailable": {"reason": "no_survey", "remark": "census is due in 2027"}}
    }
    instance.answer("/data/rooms", "2")
    assert instance.state("/data/rooms").unavailable is None


def test_unavailable_does_not_satisfy_a_strict_question(fill: Fill) -> None:
    instance = fill("""
        | survey   |         |       |       |          |                      |
        |          | type    | name  | label | required | bind::habitat:strict |
        |          | integer | rooms | Rooms | yes      | yes                  |
        | settings |         |       |       |          |                      |
        |          | habitat_period | | | | |
    """)
    instance.mark_unavailable("/data/rooms", "refused")
    assert [p.kind for p in instance.problems()] == ["required"]


def test_an_unknown_reason_is_refused(fill: Fill) -> None:
    with pytest.raises(WrongTypeError):
        fill(AREAS).mark_unavailable("/data/rooms", "lazy")


TYPES = """
| survey  |                     |        |       |     |
|         | type                | name   | label | readonly |
|         | integer             | whole  | A     |     |
|         | decimal             | number | B     |     |
|         | date                | day    | C     |     |
|         | time                | hour   | D     |     |
|         | dateTime            | moment | E     |     |
|         | select_one water    | one    | F     |     |
|         | select_multiple water | many | G     |     |
|         | geopoint            | place  | H     |     |
|         | note                | hello  | Hello |     |
|         | text                | fixed  | Fixed | yes |
|         | begin group         | inner  | Inner |     |
|         | text                | word   | Word  |     |
|         | end group           |        |       |     |
| choices |                     |        |       |     |
|         | list_name           | name   | label |     |
|         | water               | piped  | Piped |     |
|         | water               | well   | Well  |     |
"""


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("whole", "-12", "12.5"),
        ("number", "12.50", "1,5"),
        ("day", "2026-02-28", "2026-02-30"),
        ("hour", "23:59", "24:00"),
        ("moment", "2026-02-28T10:00:00+03:00", "2026-02-28"),
        ("place", "-1.286 36.817 0 0", "100 36"),
    ],
)
def test_a_value_of_another_type_is_refused_and_changes_nothing(
    fill: Fill, name: str, good: str, bad: str
) -> None:
    instance = fill(TYPES)
    instance.answer(f"/data/{name}", good)
    with pytest.raises(WrongTypeError) as refused:
        instance.answer(f"/data/{name}", bad)
    assert refused.value.context["ref"] == f"/data/{name}"
    assert value(instance, name) == good


def test_only_choices_are_taken_and_kept_in_the_order_of_the_list(fill: Fill) -> None:
    instance = fill(TYPES)
    instance.answer("/data/one", "piped")
    instance.answer("/data/many", ["well", "piped", "well"])
    assert instance.answers(relevant_only=True) == {"one": "piped", "many": ["piped", "well"]}
    for name in ("one", "many"):
        with pytest.raises(NotInListError):
            instance.answer(f"/data/{name}", "river")


def test_what_nobody_answers_is_refused(fill: Fill) -> None:
    instance = fill(TYPES)
    with pytest.raises(UnknownQuestionError):
        instance.answer("/data/nowhere", "1")
    with pytest.raises(UnknownQuestionError):
        instance.answer("/other/whole", "1")
    with pytest.raises(NotAQuestionError):
        instance.answer("/data/inner", "1")
    for name in ("hello", "fixed"):
        with pytest.raises(ReadOnlyError):
            instance.answer(f"/data/{name}", "1")


def test_clearing_an_answer_leaves_it_out(fill: Fill) -> None:
    instance = fill(TYPES)
    instance.answer("/data/whole", "3")
    instance.answer("/data/whole", None)
    assert instance.answers(relevant_only=False) == {}


def test_text_is_cleaned_at_entry(fill: Fill) -> None:
    instance = fill(TYPES)
    instance.answer("/data/inner/word", "Cafe\u0301\u202e\tbar\r\nx")
    assert value(instance, "inner/word") == "Café bar\nx"


def test_children_and_kinds_describe_the_form(fill: Fill) -> None:
    instance = fill(TYPES)
    assert instance.children("/data/inner") == ["/data/inner/word"]
    kinds = {state.ref: (state.kind, state.type) for state in instance.states()}
    assert kinds["/data/inner"] == ("group", "group")
    assert kinds["/data/hello"] == ("note", "note")
    assert kinds["/data/many"] == ("question", "select_multiple")


def test_answers_given_are_the_answers_taken(fill: Fill) -> None:
    answers = {"whole": "3", "many": ["well"], "inner": {"word": "x"}}
    assert fill(TYPES, answers=answers).answers(relevant_only=False) == answers


def test_numbers_of_an_answers_file_may_be_json_numbers(fill: Fill) -> None:
    instance = fill(TYPES, answers={"whole": 3, "number": 2.50})
    assert instance.answers(relevant_only=False) == {"whole": "3", "number": "2.5"}


def test_an_answers_file_with_unknown_names_or_wrong_types_is_refused(fill: Fill) -> None:
    with pytest.raises(UnknownQuestionError) as unknown:
        fill(TYPES, answers={"inner": {"wort": "x"}})
    assert unknown.value.context["ref"] == "/data/inner/wort"
    with pytest.raises(WrongTypeError):
        fill(TYPES, answers={"whole": "many"})
    with pytest.raises(WrongTypeError):
        fill(TYPES, answers={"inner": "x"})


def test_opening_again_does_not_apply_defaults(form, fill: Fill) -> None:  # type: ignore[no-untyped-def]
    table = """
        | survey |         |      |       |         |             |
        |        | type    | name | label | default | calculation |
        |        | integer | a    | A     | 7       |             |
        |        | calculate | b  |       |         | ${a} + 1    |
    """
    assert fill(table).answers(relevant_only=False) == {"a": "7", "b": "8"}
    again = FormInstance(form(table), fixed_environment(), {"b": "99"})
    assert again.answers(relevant_only=False) == {}


def test_only_rules_that_read_a_changed_value_run(fill: Fill) -> None:
    instance = fill("""
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | integer   | a    | A     |             |
        |        | integer   | z    | Z     |             |
        |        | calculate | b    |       | ${a} > 10   |
        |        | calculate | c    |       | concat(${b}, '!') |
        |        | calculate | d    |       | ${z} + 1    |
    """)
    instance.answer("/data/a", "1")
    before = instance.rules_run
    instance.answer("/data/a", "2")
    assert instance.rules_run - before == 1, "b ran, gave what it gave before, and so c did not run"
    instance.answer("/data/a", "11")
    assert instance.rules_run - before == 3, "b and c ran"
    instance.answer("/data/a", "11")
    assert instance.rules_run - before == 3, "the same answer again runs nothing"


def test_numbers_are_written_without_exponent_or_trailing_zero(fill: Fill) -> None:
    instance = fill("""
        | survey |           |       |       |                      |
        |        | type      | name  | label | calculation          |
        |        | integer   | a     | A     |                      |
        |        | calculate | big   |       | ${a} * 1000000000000 |
        |        | calculate | whole |       | ${a} * 0.5           |
        |        | calculate | small |       | ${a} div 100000000   |
        |        | calculate | third |       | round(${a} div 3, 2) |
        |        | calculate | half  |       | round(-2.5)          |
    """)
    instance.answer("/data/a", "1000")
    assert [value(instance, name) for name in ("big", "whole", "small", "third", "half")] == [
        "1000000000000000",
        "500",
        "0.00001",
        "333.33",
        "-3",
    ]


def test_a_warning_shows_while_its_condition_holds(fill: Fill) -> None:
    instance = fill("""
        | survey |         |            |                       |              |
        |        | type    | name       | label                 | relevant     |
        |        | integer | people     | People                |              |
        |        | note    | warn_many  | ${people} are many.   | ${people} > 9 |
    """)
    assert instance.warnings() == []
    instance.answer("/data/people", "12")
    assert [(w.ref, w.message) for w in instance.warnings()] == [("/data/warn_many", "12 are many.")]


def test_required_and_readonly_may_depend_on_answers(fill: Fill) -> None:
    instance = fill("""
        | survey |         |      |       |           |            |
        |        | type    | name | label | required  | readonly   |
        |        | integer | a    | A     |           |            |
        |        | text    | b    | B     | ${a} = 1  | ${a} = 2   |
    """)
    instance.answer("/data/a", "1")
    assert instance.state("/data/b").required
    instance.answer("/data/a", "2")
    assert (instance.state("/data/b").required, instance.state("/data/b").readonly) == (False, True)
    with pytest.raises(ReadOnlyError):
        instance.answer("/data/b", "x")


def test_a_calculation_may_keep_its_own_answer(fill: Fill) -> None:
    instance = fill("""
        | survey |           |       |       |                          |
        |        | type      | name  | label | calculation              |
        |        | text      | usual | Usual |                          |
        |        | calculate | kept  |       | coalesce(${kept}, ${usual}) |
    """)
    instance.answer("/data/usual", "first")
    instance.answer("/data/usual", "second")
    assert value(instance, "kept") == "first"
