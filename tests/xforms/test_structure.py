"""The shapes a primary instance can have."""

from pathlib import Path

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_text
from tests.xforms.conftest import Fill, fixed_environment, value


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
