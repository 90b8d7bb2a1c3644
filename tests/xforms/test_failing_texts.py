"""Expressions in labels and choice filters that fail while a form is filled: the form can still be read."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import FormRuleError
from habitat_desktop.xforms.xform import parse_xform
from tests.xforms.conftest import fixed_environment

FORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
  <h:title>t</h:title><model><instance><data id="t"><pattern/><told/><choice/></data></instance>
  <instance id="yn"><root><item><name>yes</name></item><item><name>no</name></item></root></instance>
  </model></h:head><h:body><input ref="/data/pattern"/>
  <input ref="/data/told"><label>Fits: <output value="regex('yes', /data/pattern)"/>, so far</label></input>
  <select1 ref="/data/choice"><label>Choose</label>
  <itemset nodeset="instance('yn')/root/item[regex(name, /data/pattern)]">
  <value ref="name"/><label ref="name"/></itemset></select1></h:body></h:html>"""


@pytest.fixture
def instance() -> FormInstance:
    return FormInstance(parse_xform(FORM, path=Path("t.xml")), fixed_environment())


def test_a_label_that_cannot_be_worked_out_shows_the_rest(instance: FormInstance) -> None:
    instance.answer("/data/pattern", "y")
    assert instance.state("/data/told").label == "Fits: true, so far"
    instance.answer("/data/pattern", "(")
    assert instance.state("/data/told").label == "Fits: …, so far"


def test_a_choice_filter_that_fails_shows_no_choices_and_takes_no_answer(instance: FormInstance) -> None:
    instance.answer("/data/pattern", "(")
    assert instance.state("/data/choice").choices == ()
    with pytest.raises(FormRuleError):
        instance.answer("/data/choice", "yes")
    instance.answer("/data/pattern", "y")
    assert [choice.value for choice in instance.state("/data/choice").choices] == ["yes"]


def test_an_answer_on_which_the_choices_of_another_fail_is_taken_back(instance: FormInstance) -> None:
    instance.answer("/data/pattern", "y")
    instance.answer("/data/choice", "yes")
    with pytest.raises(FormRuleError):
        instance.answer("/data/pattern", "(")
    assert instance.state("/data/pattern").value == "y"
    assert instance.state("/data/choice").value == "yes"
    assert instance.problems() == []


def test_a_record_in_which_choices_cannot_be_worked_out_opens_all_the_same() -> None:
    answers = {"pattern": "(", "choice": "yes"}
    instance = FormInstance(parse_xform(FORM, path=Path("t.xml")), fixed_environment(), answers)
    assert instance.answers(relevant_only=True) == answers
    assert [state.value for state in instance.states() if state.kind == "question"][:3] == ["(", "", "yes"]
