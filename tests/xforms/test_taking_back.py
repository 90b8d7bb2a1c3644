"""What a form cannot work with is taken back whole, so that what is saved can be opened again."""

from collections.abc import Callable

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import FormRuleError
from habitat_desktop.xforms.states import NodeState
from tests.xforms.conftest import FillXForm, value


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(FormRuleError):
        act()


def _shown(instance: FormInstance) -> list[NodeState]:
    return [state for state in instance.states() if not state.ref.endswith("instanceID")]


def same_as_fresh(instance: FormInstance) -> bool:
    """Whether a new computation of the answers gives what `instance` has."""
    answers = instance.answers(relevant_only=False)
    fresh = FormInstance(instance.form, instance.environment, answers)
    return _shown(fresh) == _shown(instance)


def test_what_an_action_changed_before_an_answer_failed_is_worked_out(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><c/><r/><d/>",
        """<bind nodeset="/data/a" type="string"/><bind nodeset="/data/c" type="string"/>
        <bind nodeset="/data/r" calculate="if(/data/c = 'x' and /data/a = 'bad', regex('a', '('), 1)"/>
        <bind nodeset="/data/d" calculate="concat(/data/c, '!')"/>""",
        """<input ref="/data/a"><label>A</label>
        <setvalue event="xforms-value-changed" ref="/data/c" value="'x'"/></input>
        <input ref="/data/c"><label>C</label></input>""",
    )
    refused(lambda: instance.answer("/data/a", "bad"))
    assert value(instance, "a") == ""
    assert value(instance, "d") == value(instance, "c") + "!"
    assert same_as_fresh(instance)


def test_not_available_is_taken_back(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/>",
        """<bind nodeset="/data/a" type="string"/>
        <bind nodeset="/data/b" calculate="if(/data/a = '', regex('a', /data/a/../@p), 1)"/>""",
        '<input ref="/data/a"><label>A</label></input>',
        attributes=' p="("',
        answers={"a": "1"},
    )
    refused(lambda: instance.mark_unavailable("/data/a", "refused"))
    assert value(instance, "a") == "1"
    assert instance.state("/data/a").unavailable is None
    assert same_as_fresh(instance)


ENTRIES = """<bind nodeset="/data/b" calculate="if(count(/data/r) = {}, regex('a', '('), 1)"/>
    <bind nodeset="/data/s" calculate="concat(join(' ', /data/r/x), '')"/><bind nodeset="/data/r/x"/>"""
BODY = """<group ref="/data/r"><repeat nodeset="/data/r"><input ref="/data/r/x"><label>x</label></input>
    </repeat></group>"""


def test_an_entry_that_the_form_cannot_work_with_is_not_added(fill_xform: FillXForm) -> None:
    instance = fill_xform("<b/><r><x/></r><s/>", ENTRIES.format(2), BODY)
    instance.answer("/data/r[1]/x", "one")
    refused(lambda: instance.add("/data/r"))
    assert instance.instances("/data/r") == ["/data/r[1]"]
    assert value(instance, "s") == "one"
    assert same_as_fresh(instance)


def test_an_entry_that_the_form_cannot_work_without_stays_where_it_was(fill_xform: FillXForm) -> None:
    given = [{"x": name} for name in ("one", "two", "three")]
    instance = fill_xform("<b/><r><x/></r><s/>", ENTRIES.format(2), BODY, answers={"r": given})
    refused(lambda: instance.remove("/data/r[2]"))
    assert value(instance, "s") == "one two three"
    assert value(instance, "r[2]/x") == "two"
    assert same_as_fresh(instance)
    instance.answer("/data/r[2]/x", "2")
    assert value(instance, "s") == "one 2 three"


def test_what_was_drawn_by_chance_stays_when_an_answer_is_taken_back(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/><id/>",
        """<bind nodeset="/data/a" type="string"/><bind nodeset="/data/id" calculate="uuid()"/>
        <bind nodeset="/data/b" calculate="regex('a', /data/a)"/>""",
        '<input ref="/data/a"><label>A</label></input>',
    )
    drawn = value(instance, "id")
    refused(lambda: instance.answer("/data/a", "("))
    assert value(instance, "id") == drawn != ""
