"""What a form says beside its logic stays readable, and what a desktop cannot do is told."""

from pathlib import Path

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.environment import Environment
from habitat_desktop.xforms.library import load_text
from tests.xforms.conftest import MakeForm, fixed_environment, value

_FORM = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
    xmlns:odk="http://www.opendatakit.org/xforms"><h:head><model odk:xforms-version="1.0.0">
  <instance><data id="survey"><place/><sound/><photo/><code/><app/><line/>
    <orx:meta><orx:audit/><orx:instanceID/></orx:meta></data></instance>
  <bind nodeset="/data/photo" type="binary" orx:max-pixels="1024" saveIncomplete="true()"/>
  <bind nodeset="/data/code" type="barcode"/>
  <bind nodeset="/data/orx:meta/orx:audit" type="binary" odk:location-priority="balanced"/>
  <odk:setgeopoint event="odk-instance-first-load" ref="/data/place"/>
  <odk:recordaudio event="odk-instance-load" ref="/data/sound" odk:quality="low"/>
  <submission action="https://example.org/in" method="post" base64RsaPublicKey="MIIB" orx:auto-send="true"/>
</model></h:head><h:body class="theme-grid pages">
  <upload ref="/data/photo" mediatype="image/*" appearance="annotate"/>
  <input ref="/data/code"/>
  <input ref="/data/app" appearance="ex:org.example.count(a='b')"/>
  <range ref="/data/line" start="1" end="9" step="2" odk:ticks="false"/>
</h:body></h:html>
"""


def _form(folder: Path) -> Form:
    return load_text(_FORM, folder)


def test_attributes_of_binds_controls_model_and_submission_are_kept(tmp_path: Path) -> None:
    form = _form(tmp_path)
    photo = form.element("/data/photo")
    assert photo.bind.attributes == {"orx:max-pixels": "1024", "saveIncomplete": "true()"}
    assert photo.parameters["mediatype"] == "image/*"
    line = form.element("/data/line").parameters
    assert (line["start"], line["end"], line["step"], line["odk:ticks"]) == ("1", "9", "2", "false")
    assert form.attributes == {"odk:xforms-version": "1.0.0"}
    assert form.submission["action"] == "https://example.org/in"
    assert form.submission["base64RsaPublicKey"] == "MIIB"
    assert form.style == "theme-grid pages"
    assert [action.attributes for action in form.actions] == [{}, {"odk:quality": "low"}]


def test_what_a_desktop_cannot_do_is_told_and_kept(tmp_path: Path) -> None:
    form = _form(tmp_path)
    assert form.beyond == (
        ("base64RsaPublicKey", "/data"),
        ("orx:auto-send", "/data"),
        ("barcode", "/data/code"),
        ("ex:org.example.count", "/data/app"),
        ("audit", "/data/orx:meta/orx:audit"),
        ("setgeopoint", "/data/place"),
        ("recordaudio", "/data/sound"),
    )
    xml = FormInstance(form, fixed_environment()).submission_xml()
    assert "<sound/>" in xml and "<orx:audit/>" in xml


def test_a_place_the_computer_knows_is_set_and_one_it_does_not_know_is_left(tmp_path: Path) -> None:
    form = _form(tmp_path)
    nowhere = fixed_environment()
    assert value(FormInstance(form, nowhere), "place") == ""
    here = Environment(
        nowhere.now, nowhere.uuid, nowhere.random, nowhere.timezone, location=lambda: "-1.28 36.82 0 0"
    )
    assert value(FormInstance(form, here), "place") == "-1.28 36.82 0 0"


def test_groups_and_repeats_keep_what_the_body_says_of_them(form: MakeForm) -> None:
    made = form("""
        | survey |              |       |         |            |                       |
        |        | type         | name  | label   | appearance | body::intent          |
        |        | begin group  | visit | Visit   | field-list | ex:org.example.open() |
        |        | begin repeat | room  | Rooms   | minimal    |                       |
        |        | text         | use   | Use     |            |                       |
        |        | end repeat   |       |         |            |                       |
        |        | end group    |       |         |            |                       |
    """)
    assert made.element("/data/visit").appearance == "field-list"
    assert made.element("/data/visit/room").appearance == "minimal"
    assert made.beyond == (("ex:org.example.open", "/data/visit"),)
