"""Attributes of the instance: logic, actions, paths, what is written and read again."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_text
from habitat_desktop.xforms.problems import UnknownQuestionError
from tests.xforms.conftest import fixed_environment, value

_FORM = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><model>
  <instance><data id="survey" version="3">
    <rooms unit="">4</rooms>
    <twice/><of_form/>
    <house kind="flat"><floor/></house>
    <visit jr:template="" mark=""><day/><seen/></visit>
    <visit mark="first"><day/><seen/></visit>
  </data></instance>
  <bind nodeset="/data/rooms" type="int"/>
  <bind nodeset="/data/rooms/@unit" calculate="if(/data/rooms > 1, 'rooms', 'room')"/>
  <bind nodeset="/data/twice" calculate="concat(/data/rooms/@unit, '/', /data/house/@kind)"/>
  <bind nodeset="/data/of_form" calculate="concat(/data/@id, ' ', /data/@version, count(/data/house/@*))"/>
  <bind nodeset="/data/house" relevant="/data/rooms != 9"/>
  <bind nodeset="/data/visit/@mark" relevant="../day != 'none'"/>
  <bind nodeset="/data/visit/seen" calculate="concat(../@mark, '!')"/>
  <setvalue event="odk-instance-first-load" ref="/data/house/@kind" value="'tower'"/>
</model></h:head><h:body>
  <input ref="/data/rooms"><label>Rooms</label>
    <setvalue event="xforms-value-changed" ref="/data/house/@kind" value="concat('of ', /data/rooms)"/>
  </input>
  <group ref="/data/visit"><repeat nodeset="/data/visit"><input ref="/data/visit/day"/></repeat></group>
</h:body></h:html>
"""


@pytest.fixture
def survey(tmp_path: Path) -> Form:
    return load_text(_FORM, tmp_path)


@pytest.fixture
def instance(survey: Form) -> FormInstance:
    return FormInstance(survey, fixed_environment())


def test_a_calculation_on_an_attribute_runs_and_is_read_by_others(instance: FormInstance) -> None:
    assert value(instance, "rooms/@unit") == "rooms"
    assert value(instance, "twice") == "rooms/tower"
    changed = instance.answer("/data/rooms", "1")
    assert "/data/rooms/@unit" in changed
    assert value(instance, "twice") == "room/of 1"


def test_attributes_of_the_form_are_reached_by_paths(instance: FormInstance) -> None:
    assert value(instance, "of_form") == "survey 31"


def test_attributes_in_repeats_belong_to_their_instance(instance: FormInstance) -> None:
    assert value(instance, "visit[1]/seen") == "first!"
    second = instance.add("/data/visit")
    assert value(instance, "visit[2]/seen") == "!"
    assert instance.state(f"{second}/@mark").relevant
    instance.answer("/data/visit[1]/day", "none")
    assert value(instance, "visit[1]/seen") == "!"
    assert '<visit><day>none</day><seen>!</seen></visit><visit mark="">' in instance.submission_xml()


def test_attributes_are_written_with_their_node(instance: FormInstance) -> None:
    xml = instance.submission_xml()
    assert '<rooms unit="rooms">4</rooms>' in xml
    assert '<house kind="tower"><floor/></house>' in xml
    instance.answer("/data/rooms", "9")
    assert "<house" not in instance.submission_xml()


def test_attributes_survive_saving_and_opening(survey: Form, instance: FormInstance) -> None:
    instance.answer("/data/rooms", "1")
    answers = instance.answers(relevant_only=False)
    assert answers["house"] == {"@kind": "of 1"}
    assert answers["rooms/@unit"] == "room"
    again = FormInstance(survey, fixed_environment(), answers)
    assert again.answers(relevant_only=False) == answers
    assert value(again, "house/@kind") == "of 1"


def test_attributes_are_not_among_the_states_that_are_shown(instance: FormInstance) -> None:
    assert not [state.ref for state in instance.states() if "@" in state.ref]


def test_an_attribute_the_form_has_not_is_an_unknown_question(survey: Form, instance: FormInstance) -> None:
    with pytest.raises(UnknownQuestionError):
        instance.state("/data/house/@colour")
    with pytest.raises(UnknownQuestionError):
        FormInstance(survey, fixed_environment(), {"house": {"@colour": "red"}})


def test_nodes_of_another_namespace_keep_it(tmp_path: Path) -> None:
    form = load_text(
        """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
             <instance><data xmlns="urn:census" id="census">
               <people/><x:extra xmlns:x="urn:extra" x:of="me"/>
               <meta xmlns="http://openrosa.org/xforms"><instanceID/></meta>
             </data></instance>
             <bind nodeset="/data/people" calculate="/data/x:extra/@x:of"/>
           </model></h:head><h:body/></h:html>""",
        tmp_path,
    )
    instance = FormInstance(form, fixed_environment())
    assert instance.submission_xml() == (
        '<data id="census" xmlns="urn:census" xmlns:x="urn:extra"><people>me</people>'
        '<x:extra x:of="me"/><meta xmlns="http://openrosa.org/xforms">'
        "<instanceID>uuid:00000000-0000-4000-8000-000000000001</instanceID></meta></data>"
    )
