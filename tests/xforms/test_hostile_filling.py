"""Forms and answers that would never end, or fill the memory, while a form is filled end with a sentence."""

from typing import Any

import pytest

from habitat_desktop.xforms import limits
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import (
    AnswerTooLongError,
    FormCycleError,
    FormRuleError,
    TooManyEntriesError,
)
from habitat_desktop.xforms.xform import parse_xform
from tests.xforms.conftest import Path, fixed_environment
from tests.xforms.hostile import xform


def start(nodes: str, model: str = "", body: str = "", answers: dict[str, Any] | None = None) -> FormInstance:
    """Start filling the form with `nodes` in its instance."""
    form = parse_xform(xform(nodes, model, body), path=Path("form.xml"))
    return FormInstance(form, fixed_environment(), answers)


def asked(*names: str) -> str:
    return "".join(f'<input ref="/data/{name}"><label>L</label></input>' for name in names)


def calculated(**calculations: str) -> str:
    binds = (f'<bind nodeset="/data/{name}" calculate="{text}"/>' for name, text in calculations.items())
    return "".join(binds)


def setting(at: str, ref: str, value: str) -> str:
    action = f'<setvalue event="xforms-value-changed" ref="/data/{ref}" value="{value}"/>'
    return f'<input ref="/data/{at}"><label>L</label>{action}</input>'


COUNTED = '<repeat nodeset="/data/r" jr:count="{}"><input ref="/data/r/b"/></repeat>'


def test_actions_that_set_each_other_off_for_ever_are_a_circle_and_the_answer_is_taken_back() -> None:
    instance = start("<a/><b/>", "", setting("a", "b", "/data/a + 1") + setting("b", "a", "/data/b + 1"))
    with pytest.raises(FormCycleError):
        instance.answer("/data/a", "1")


def test_an_answer_that_asks_for_a_thousand_million_entries_is_taken_back() -> None:
    instance = start(
        "<n/><m/><r><b/></r>",
        '<bind nodeset="/data/n" type="int"/>' + calculated(m="/data/n * 2"),
        asked("n") + COUNTED.format("/data/n"),
    )
    instance.answer("/data/n", "3")
    with pytest.raises(TooManyEntriesError):
        instance.answer("/data/n", "1000000000")
    assert instance.answers(relevant_only=False)["n"] == "3"
    assert instance.state("/data/m").value == "6"
    assert len(instance.instances("/data/r")) == 3
    instance.answer("/data/n", "4")
    assert len(instance.instances("/data/r")) == 4


@pytest.mark.parametrize("count", ["count(/data/r) + 1", "1 div 0", "1000000000"])
def test_a_count_without_end_is_refused(count: str) -> None:
    with pytest.raises(TooManyEntriesError):
        start("<r><b/></r>", "", COUNTED.format(count))


def test_entries_inside_entries_are_counted_together() -> None:
    inner = '<repeat nodeset="/data/r/s" jr:count="/data/n"><input ref="/data/r/s/b"/></repeat>'
    body = asked("n") + f'<repeat nodeset="/data/r" jr:count="/data/n">{inner}</repeat>'
    instance = start("<n/><r><s><b/></s></r>", '<bind nodeset="/data/n" type="int"/>', body)
    with pytest.raises(TooManyEntriesError):
        instance.answer("/data/n", "9000")
    assert instance.state("/data/n").value == ""


def test_answers_with_too_many_entries_are_refused() -> None:
    with pytest.raises(TooManyEntriesError):
        start(
            "<r><b/></r>",
            "",
            '<repeat nodeset="/data/r"><input ref="/data/r/b"/></repeat>',
            {"r": [{}] * 100_000},
        )


def test_a_huge_answer_is_refused_and_not_repeated_in_the_message() -> None:
    instance = start("<a/>", "", asked("a"))
    with pytest.raises(AnswerTooLongError) as refused:
        instance.answer("/data/a", "x" * 50_000_000)
    assert len(str(refused.value)) < 200
    with pytest.raises(AnswerTooLongError):
        instance.mark_unavailable("/data/a", "refused", "x" * 50_000_000)
    with pytest.raises(AnswerTooLongError):
        start("<a/>", "", asked("a"), {"a": "x" * 50_000_000})


@pytest.mark.parametrize("sum_", ["concat({0}, {0})", "join('', {0}, {0})"])
def test_a_text_that_doubles_forty_times_is_stopped(sum_: str) -> None:
    chain = {f"c{i}": sum_.format(f"/data/c{i - 1}") for i in range(1, 41)}
    nodes = "<a/>" + "".join(f"<c{i}/>" for i in range(41))
    instance = start(nodes, calculated(c0="/data/a", **chain), asked("a"))
    with pytest.raises(FormRuleError):
        instance.answer("/data/a", "xx")
    assert instance.state("/data/a").value == "" and instance.state("/data/c3").value == ""


def test_long_texts_are_counted_together() -> None:
    names = [f"c{i}" for i in range(100)]
    copies = calculated(**dict.fromkeys(names, "/data/a"))
    instance = start("<a/>" + "".join(f"<{name}/>" for name in names), copies, asked("a"))
    instance.answer("/data/a", "x" * (limits.TEXTS_LIMIT // 200))
    from habitat_desktop.xforms.problems import TextTooLongError

    with pytest.raises(TextTooLongError):
        instance.answer("/data/a", "x" * (limits.TEXTS_LIMIT // 50))
    assert len(instance.state("/data/c99").value) == limits.TEXTS_LIMIT // 200


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(.*)*x(.*)*y$", "(a*)*b"])
def test_a_catastrophic_pattern_answers_at_once(pattern: str) -> None:
    instance = start("<a/>", f'<bind nodeset="/data/a" constraint="regex(., \'{pattern}\')"/>', asked("a"))
    instance.answer("/data/a", "a" * 5_000 + "c")
    assert not instance.state("/data/a").valid


def test_a_pattern_that_takes_too_long_says_so_and_the_answer_is_taken_back() -> None:
    instance = start("<a/>", '<bind nodeset="/data/a" constraint="regex(., \'^(a|a)*$\')"/>', asked("a"))
    with pytest.raises(FormRuleError):
        instance.answer("/data/a", "a" * 5_000 + "c")
    assert instance.state("/data/a").value == ""


def test_predicates_inside_predicates_are_stopped() -> None:
    nodes = "<a/><q/><g>" + "".join(f"<q{i}/>" for i in range(30)) + "</g>"
    bomb = "count(" + "/data/g/*[" * 20 + "/data/q = 1" + "]" * 20 + ")"
    instance_model = calculated(a=f"if(/data/q = 1, {bomb}, 0)")
    instance = start(nodes, instance_model, asked("q"))
    with pytest.raises(FormRuleError):
        instance.answer("/data/q", "1")
    assert instance.state("/data/q").value == ""


@pytest.mark.parametrize("call", ["jr:itext('x')", "jr:choice-name('k', '/data/a')"])
def test_a_text_that_shows_itself_ends(call: str) -> None:
    itext = (
        '<itext><translation lang="en"><text id="x">'
        f'<value><output value="{call}"/></value></text></translation></itext>'
    )
    choice = "<item><label ref=\"jr:itext('x')\"/><value>k</value></item>"
    question = f"""<select1 ref="/data/a"><label ref="jr:itext('x')"/>{choice}</select1>"""
    instance = start("<a/>", itext, question)
    assert instance.state("/data/a").label in ("…", "")
    list(instance.states())


def test_huge_numbers_in_calls_give_a_value() -> None:
    calls = (
        "concat(uuid(1000000000), pow(10, 400), substr('abc', 1 div 0), selected-at('a b', 1 div 0), "
        "round(1 div 3, 1000000000), date(99999999999), position(/data), int(1 div 0), 0 mod 0, "
        "format-date(-999999999, '%Y'), decimal-date-time(1 div 0), substring('abc', -1 div 0, 1 div 0))"
    )
    instance = start("<a/>", calculated(a=calls))
    assert len(instance.state("/data/a").value) < 2_000
