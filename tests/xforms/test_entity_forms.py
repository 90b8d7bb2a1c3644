# ruff: noqa: E501 - forms are written as tables
"""The ways of the entities specification to create and update entities, as forms write them."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_text
from habitat_desktop.xforms.problems import NotAFormError
from tests.xforms.conftest import Fill, FillXForm, value

TREES = {
    "trees.csv": """
        name,label,species,circumference,__version
        u-1,Oak at the gate,oak,40,3
        u-2,Old ash,ash,90,1
    """
}
ENTITIES = 'xmlns:entities="http://www.opendatakit.org/xforms/entities"'


def _entity(instance: FormInstance) -> dict[str, str]:
    """The attributes of the entity and its label."""
    names = [name for name in instance.form.elements if name.startswith("/data/meta/entity/")]
    return {name.rpartition("/")[2].lstrip("@"): instance.state(name).value for name in names}


UPDATE = """
    | survey   |                                |      |        |               |             |
    |          | type                           | name | label  | save_to       | calculation |
    |          | select_one_from_file trees.csv | tree | Tree   |               |             |
    |          | begin group                    | size | Size   |               |             |
    |          | integer                        | cm   | Around | circumference |             |
    |          | calculate                      | inch |        | inches        | ${{cm}} div 2.54 |
    |          | end group                      |      |        |               |             |
    | entities |                                |      |        |               |             |
    |          | list_name | entity_id | {condition} | label |
    |          | trees     | ${{tree}} | {expression} | concat(${{cm}}, ' cm') |
"""


def test_an_entity_is_updated_from_its_list(fill: Fill) -> None:
    instance = fill(UPDATE.format(condition="", expression=""), lists=TREES)
    instance.answer("/data/tree", "u-1")
    instance.answer("/data/size/cm", "42")
    assert _entity(instance) == {
        "dataset": "trees",
        "id": "u-1",
        "update": "1",
        "baseVersion": "3",
        "trunkVersion": "",
        "branchId": "",
        "label": "42 cm",
    }
    elements = instance.form.elements
    assert elements["/data/size/cm"].bind.attributes["entities:saveto"] == "circumference"
    assert elements["/data/size/inch"].bind.attributes["entities:saveto"] == "inches"
    instance.answer("/data/tree", "u-2")
    assert value(instance, "meta/entity/@baseVersion") == "1"
    assert 'id="u-2"' in instance.submission_xml()


def test_an_update_may_depend_on_answers(fill: Fill) -> None:
    instance = fill(UPDATE.format(condition="update_if", expression="${cm} > 40"), lists=TREES)
    instance.answer("/data/tree", "u-1")
    instance.answer("/data/size/cm", "40")
    assert value(instance, "meta/entity/@update") == "false"
    instance.answer("/data/size/cm", "41")
    assert value(instance, "meta/entity/@update") == "true"


def test_an_entity_is_always_created_where_nothing_is_said(fill: Fill) -> None:
    instance = fill("""
        | survey   |           |          |          |          |
        |          | type      | name     | label    | save_to  |
        |          | geopoint  | location | Location | geometry |
        |          | text      | species  | Species  | species  |
        | entities |           |          |          |          |
        |          | list_name | label    |          |          |
        |          | trees     | ${species} |        |          |
    """)
    instance.answer("/data/species", "oak")
    found = _entity(instance)
    assert (found["create"], found["dataset"], found["label"]) == ("1", "trees", "oak")
    assert len(found["id"]) == 36
    assert instance.form.attributes["entities:entities-version"] in ("2024.1.0", "2025.1.0")


def test_properties_of_entities_are_columns_of_their_list(fill: Fill) -> None:
    instance = fill(
        """
        | survey |                                |       |       |                 |                                                       |
        |        | type                           | name  | label | choice_filter   | calculation                                           |
        |        | select_one_from_file trees.csv | tree  | Tree  | species = 'ash' |                                                       |
        |        | calculate                      | about |       |                 | instance('trees')/root/item[name = ${tree}]/circumference |
        """,
        lists=TREES,
    )  # fmt: skip
    assert [choice.label for choice in instance.state("/data/tree").choices] == ["Old ash"]
    instance.answer("/data/tree", "u-2")
    assert value(instance, "about") == "90"


def test_the_entity_of_the_specification_is_written_as_it_stands(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        '<species/><meta><instanceID/><entity dataset="trees" id="" create="true"><label/></entity></meta>',
        f"""<bind nodeset="/data/species" type="string" {ENTITIES} entities:saveto="species"/>
        <setvalue event="odk-instance-first-load" ref="/data/meta/entity/@id" value="uuid()"/>
        <bind nodeset="/data/meta/entity/label" calculate="/data/species" type="string"/>""",
        '<input ref="/data/species"/>',
    )
    instance.answer("/data/species", "oak")
    entity_id = value(instance, "meta/entity/@id")
    assert entity_id.startswith("00000000-")
    assert (
        f'<entity dataset="trees" id="{entity_id}" create="true"><label>oak</label></entity>'
        in instance.submission_xml()
    )


_VERSIONED = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:entities="http://www.opendatakit.org/xforms/entities">
<h:head><model entities:entities-version="{version}"><instance><data id="t"><a/></data></instance></model></h:head>
<h:body><input ref="/data/a"/></h:body></h:html>"""


@pytest.mark.parametrize("version", ["2022.1.0", "2023.1.0", "2024.1.7", "2025.1.0", "latest", ""])
def test_known_versions_of_the_specification_are_taken(tmp_path: Path, version: str) -> None:
    form = load_text(_VERSIONED.format(version=version), tmp_path)
    assert form.attributes["entities:entities-version"] == version


@pytest.mark.parametrize("version", ["2025.2.0", "2026.1.0"])
def test_newer_versions_are_refused_by_name(tmp_path: Path, version: str) -> None:
    with pytest.raises(NotAFormError) as refused:
        load_text(_VERSIONED.format(version=version), tmp_path)
    assert version in str(refused.value)
