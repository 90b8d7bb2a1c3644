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
