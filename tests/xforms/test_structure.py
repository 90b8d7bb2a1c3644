"""The shapes a primary instance can have."""

from pathlib import Path

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_text
from tests.xforms.conftest import Fill, FillXForm, fixed_environment, value


def test_a_model_without_namespace_is_read(tmp_path: Path) -> None:
    form = load_text(
        """<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
             <instance><data id="plain"><rooms>3</rooms></data></instance>
             <bind nodeset="/data/rooms" type="int"/>
           </model></h:head><h:body>
             <input ref="/data/rooms"><label>Rooms</label></input></h:body></h:html>""",
        tmp_path,
    )
    instance = FormInstance(form, fixed_environment())
    assert instance.state("/data/rooms").label == "Rooms"
    assert value(instance, "rooms") == "3"


def test_the_spaces_in_a_default_of_several_choices_are_counted_as_one(fill: Fill) -> None:
    instance = fill("""
        | survey  |                       |       |       |         |
        |         | type                  | name  | label | default |
        |         | select_multiple roofs | roof  | Roof  | tin  tile |
        | choices |                       |       |       |         |
        |         | list_name             | name  | label |         |
        |         | roofs                 | tin   | Tin   |         |
        |         | roofs                 | tile  | Tile  |         |
    """)
    assert value(instance, "roof") == "tin tile"


def test_the_instance_id_goes_into_the_meta_element_the_form_has(fill_xform: FillXForm) -> None:
    plain = fill_xform("<a/><meta><instanceName/></meta>")
    assert "<meta><instanceName/><instanceID>uuid:" in plain.submission_xml()
    empty = fill_xform("<a/><orx:meta/>")
    assert "<orx:meta><orx:instanceID>uuid:" in empty.submission_xml()
    assert empty.submission_xml().count("<orx:meta") == 1


def test_a_form_without_meta_gets_one(fill_xform: FillXForm) -> None:
    assert "<a/><orx:meta><orx:instanceID>uuid:" in fill_xform("<a/>").submission_xml()


def test_the_version_is_written_under_the_name_the_form_gives_it(fill_xform: FillXForm) -> None:
    written = fill_xform("<a/>", attributes=' orx:version="7"').submission_xml()
    assert '<data id="t" orx:version="7"' in written
    assert ' version="7"' not in written


def test_a_ranking_is_known_under_the_older_namespace_too(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<order/>",
        body="""<odk:rank xmlns:odk="http://www.opendatakit.org/xforms/" ref="/data/order">
          <label>Order</label>
          <item><label>A</label><value>a</value></item><item><label>B</label><value>b</value></item></odk:rank>""",
    )
    assert (instance.state("/data/order").type, instance.state("/data/order").label) == ("rank", "Order")


def test_pulldata_may_look_for_an_attribute_of_the_items(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<place>coast</place><town/>",
        """<instance id="towns"><root><item where="hills"><name>Nyeri</name></item>
             <item where="coast"><name>Lamu</name></item></root></instance>
           <bind nodeset="/data/town" calculate="pulldata('towns', 'name', '@where', /data/place)"/>""",
        '<input ref="/data/place"/>',
    )
    assert value(instance, "town") == "Lamu"
