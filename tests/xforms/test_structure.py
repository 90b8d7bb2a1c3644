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


_TYPES = """
    | survey |              |       |       |                     |
    |        | type         | name  | label | default             |
    |        | integer      | rooms | Rooms | 4.0                 |
    |        | decimal      | area  | Area  | 12.50               |
    |        | text         | who   | Who   | Ada                 |
    |        | date         | day   | Day   | 2026-01-31T10:00:00 |
    |        | time         | hour  | Hour  | 09:30:00            |
    |        | dateTime     | at    | At    | 2026-01-31T09:30:00 |
    |        | geopoint     | place | Place | -1.2 36.8 0 0       |
    |        | integer      | bad   | Bad   | many                |
    |        | date         | now   | Now   | today()             |
"""


def test_defaults_are_values_of_their_type(fill: Fill) -> None:
    answers = fill(_TYPES).answers(relevant_only=False)
    assert answers == {
        "rooms": "4",
        "area": "12.50",
        "who": "Ada",
        "day": "2026-01-31",
        "hour": "09:30:00",
        "at": "2026-01-31T09:30:00",
        "place": "-1.2 36.8 0 0",
        "now": "2026-01-15",
    }


_NESTED = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head><model>
  <instance><data id="form">
    <house jr:template=""><name>new</name><room jr:template=""><use>bed</use></room></house>
    <house><name>first</name><room><use>kitchen</use></room><room><use>bath</use></room></house>
    <house><name>second</name></house>
    <orx:meta><orx:instanceID/><orx:timeStart/></orx:meta>
  </data></instance>
  <bind nodeset="/data/orx:meta/orx:timeStart" jr:preload="timestamp" jr:preloadParams="start"/>
</model></h:head><h:body>
  <group ref="/data/house"><repeat nodeset="/data/house"><input ref="/data/house/name"/>
    <group ref="/data/house/room"><repeat nodeset="/data/house/room">
      <input ref="/data/house/room/use"/>
    </repeat></group>
  </repeat></group>
</h:body></h:html>
"""


def test_the_entries_a_form_brings_are_kept_and_new_ones_grow_from_the_template(tmp_path: Path) -> None:
    instance = FormInstance(load_text(_NESTED, tmp_path), fixed_environment())
    assert instance.answers(relevant_only=False)["house"] == [
        {"name": "first", "room": [{"use": "kitchen"}, {"use": "bath"}]},
        {"name": "second"},
    ]
    house = instance.add("/data/house")
    room = instance.add(f"{house}/room")
    assert instance.state(f"{house}/name").value == "new"
    assert instance.state(f"{room}/use").value == "bed"


def test_what_meta_was_given_at_the_start_is_kept(tmp_path: Path) -> None:
    form = load_text(_NESTED, tmp_path)
    instance = FormInstance(form, fixed_environment())
    answers = instance.answers(relevant_only=False)
    assert answers["orx:meta"] == {"orx:timeStart": "2026-01-15T10:00:00.000+03:00"}
    again = FormInstance(form, fixed_environment(), answers)
    assert again.submission_xml("uuid:1") == instance.submission_xml("uuid:1")
    assert "<orx:timeStart>2026-01-15" in again.submission_xml()


def test_a_secret_is_asked_as_a_text_that_is_masked(tmp_path: Path) -> None:
    form = load_text(
        """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
             <instance><data id="form"><pin/></data></instance>
           </model></h:head><h:body><secret ref="/data/pin"><label>PIN</label></secret></h:body></h:html>""",
        tmp_path,
    )
    state = FormInstance(form, fixed_environment()).state("/data/pin")
    assert (state.type, state.appearance) == ("text", "masked")
