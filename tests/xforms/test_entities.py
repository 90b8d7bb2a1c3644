"""Entities: declared in the form, computed while it is filled, kept and written with the submission."""

from habitat_desktop.xforms.engine import FormInstance
from tests.xforms.conftest import Fill, MakeForm, fixed_environment, value

_CREATE = """
    | survey   |          |          |          |         |
    |          | type     | name     | label    | save_to |
    |          | text     | plot     | Plot     | plot_no |
    |          | integer  | rooms    | Rooms    | rooms   |
    | entities |          |          |          |         |
    |          | list_name | label   | create_if   |      |
    |          | dwellings | ${plot} | ${rooms} > 0 |     |
"""

_UPSERT = """
    | survey   |                                 |          |       |         |
    |          | type                            | name     | label | save_to |
    |          | select_one_from_file plots.csv  | plot     | Plot  |         |
    |          | integer                         | rooms    | Rooms | rooms   |
    | entities |                                 |          |       |         |
    |          | list_name | entity_id | update_if    | create_if  | label   |
    |          | plots     | coalesce(${plot}, uuid()) | ${plot} != '' | ${plot} = '' | ${plot} |
"""
_PLOTS = """
    name,label,rooms,__version,__trunkVersion,__branchId
    plot-7,Plot 7,3,4,4,
"""


def test_an_entity_is_created_with_id_and_label(form: MakeForm) -> None:
    instance = FormInstance(form(_CREATE), fixed_environment())
    instance.answer("/data/plot", "12 b")
    instance.answer("/data/rooms", "2")
    entity_id = value(instance, "meta/entity/@id")
    assert entity_id == "00000000-0000-4000-8000-000000000002"
    xml = instance.submission_xml()
    assert f'<entity dataset="dwellings" create="true" id="{entity_id}"><label>12 b</label></entity>' in xml


def test_the_form_says_where_each_answer_goes(form: MakeForm) -> None:
    made = form(_CREATE)
    assert made.element("/data/plot").bind.attributes["entities:saveto"] == "plot_no"
    assert made.attributes["entities:entities-version"].startswith("20")


def test_an_entity_keeps_its_id_when_saved_and_opened(form: MakeForm) -> None:
    made = form(_CREATE)
    instance = FormInstance(made, fixed_environment())
    instance.answer("/data/plot", "12 b")
    answers = instance.answers(relevant_only=True)
    assert answers["meta"]["entity"]["@id"] == "00000000-0000-4000-8000-000000000002"
    again = FormInstance(made, fixed_environment(), answers)
    assert value(again, "meta/entity/@id") == value(instance, "meta/entity/@id")
    assert value(again, "meta/entity/label") == "12 b"


def test_a_form_without_entities_keeps_no_meta(fill: Fill) -> None:
    instance = fill("""
        | survey   |      |      |       |
        |          | type | name | label |
        |          | text | plot | Plot  |
        | settings |               |     |
        |          | instance_name |     |
        |          | ${plot}       |     |
    """)
    instance.answer("/data/plot", "7")
    assert instance.answers(relevant_only=False) == {"plot": "7"}
    assert "<instanceName>7</instanceName>" in instance.submission_xml()


def test_an_entity_of_a_list_is_updated_from_the_version_known_here(form: MakeForm) -> None:
    made = form(_UPSERT, {"plots.csv": _PLOTS})
    instance = FormInstance(made, fixed_environment())
    instance.answer("/data/plot", "plot-7")
    assert value(instance, "meta/entity/@id") == "plot-7"
    assert value(instance, "meta/entity/@baseVersion") == "4"
    assert value(instance, "meta/entity/@update") == "true"
    again = FormInstance(made, fixed_environment(), instance.answers(relevant_only=False))
    assert again.submission_xml("uuid:1") == instance.submission_xml("uuid:1")


def test_entities_in_a_repeat_have_an_id_each(form: MakeForm) -> None:
    made = form("""
        | survey   |              |        |         |         |
        |          | type         | name   | label   | save_to |
        |          | begin repeat | house  | Houses  |         |
        |          | text         | number | Number  | number  |
        |          | end repeat   |        |         |         |
        | entities |              |        |         |         |
        |          | list_name    | label     |      |         |
        |          | houses       | ${number} |      |         |
    """)
    instance = FormInstance(made, fixed_environment())
    instance.answer("/data/house[1]/number", "A")
    instance.answer(f"{instance.add('/data/house')}/number", "B")
    ids = [value(instance, f"house[{place}]/meta/entity/@id") for place in (1, 2)]
    assert all(ids) and ids[0] != ids[1]
    again = FormInstance(made, fixed_environment(), instance.answers(relevant_only=True))
    assert [value(again, f"house[{place}]/meta/entity/@id") for place in (1, 2)] == ids
    assert value(again, "house[2]/meta/entity/label") == "B"
