"""Choices out of files beside the form: select from file, search(), pulldata()."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media
from habitat_desktop.xforms.library import load_text
from habitat_desktop.xforms.problems import NotAFormError
from tests.xforms.conftest import Fill, MakeForm, fixed_environment, value

_CITIES = """
    key,City Name,country,picture,sortby
    nbo,Nairobi,Kenya,nbo.png,10
    msa,Mombasa,Kenya,,9
    dar,Dar es Salaam,Tanzania,,2
    dar,Dar again,Tanzania,,3
"""
_SEARCH = """
    | survey  |                   |      |       |            |             |
    |         | type              | name | label | appearance | calculation |
    |         | text              | want | Want  |            |             |
    |         | select_one cities | city | City  | minimal {search} | |
    |         | calculate         | land |       |            | pulldata('cities','country','key',${{city}}) |
    | choices |                   |      |       |            |             |
    |         | list_name         | name | label | media::image |           |
    |         | cities            | 99   | Other |            |             |
    |         | cities            | key  | city_name, country | picture |  |
"""


def _values(instance: FormInstance) -> list[str]:
    return [choice.value for choice in instance.state("/data/city").choices]


@pytest.fixture
def search(fill: Fill) -> Fill:
    def start(call: str, want: str = "") -> FormInstance:
        instance = fill(_SEARCH.format(search=call), lists={"cities.csv": _CITIES})
        instance.answer("/data/want", want)
        return instance

    return start


def test_search_lists_every_row_once_in_the_order_of_sortby(search: Fill) -> None:
    instance = search("search('cities')")
    assert instance.state("/data/city").choices == (
        Choice("99", "Other"),
        Choice("dar", "Dar es Salaam (country: Tanzania)"),
        Choice("msa", "Mombasa (country: Kenya)"),
        Choice("nbo", "Nairobi (country: Kenya)", (Media("image", "nbo.png"),)),
    )


@pytest.mark.parametrize(
    ("how", "want", "found"),
    [
        ("contains", "AIRO", ["99", "nbo"]),
        ("contains", "", ["99", "dar", "msa", "nbo"]),
        ("startswith", "m", ["99", "msa"]),
        ("endswith", "salaam", ["99", "dar"]),
        ("matches", "nairobi", ["99", "nbo"]),
        ("matches", "nairob", ["99"]),
    ],
)
def test_search_compares_without_regard_to_case(search: Fill, how: str, want: str, found: list[str]) -> None:
    assert _values(search(f"search('cities', '{how}', 'city_name', ${{want}})", want)) == found


def test_search_looks_in_several_columns_and_filters_by_another(search: Fill) -> None:
    call = "search('cities.csv', 'contains', 'city_name, country', ${want}, 'key', 'msa')"
    assert _values(search(call, "kenya")) == ["99", "msa"]
    assert _values(search(call, "tanzania")) == ["99"]


def test_a_new_answer_changes_what_search_finds(search: Fill) -> None:
    instance = search("search('cities', 'matches', 'country', ${want})", "Kenya")
    assert _values(instance) == ["99", "msa", "nbo"]
    instance.answer("/data/city", "nbo")
    assert value(instance, "land") == "Kenya"
    assert "/data/city" in instance.answer("/data/want", "Tanzania")
    assert _values(instance) == ["99", "dar"]


def test_the_whole_list_of_a_search_can_be_shown(form: MakeForm) -> None:
    made = form(_SEARCH.format(search="search('cities')"), {"cities.csv": _CITIES})
    question = made.element("/data/city")
    assert isinstance(question, Question)
    assert [choice.value for choice in listed_choices(made, question, "en")] == ["99", "nbo", "msa", "dar"]


def test_a_list_that_is_not_there_is_told_and_empty(form: MakeForm) -> None:
    made = form(_SEARCH.format(search="search('cities')"))
    assert made.missing_files == ("cities.csv",)
    assert _values(FormInstance(made, fixed_environment())) == ["99"]


def test_a_file_that_pulldata_names_without_an_instance_is_read(tmp_path: Path) -> None:
    (tmp_path / "cities.csv").write_text("key,country\nnbo,Kenya\n", encoding="utf-8")
    form = load_text(
        """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
             <instance><data id="form"><a/><b/></data></instance>
             <bind nodeset="/data/a" calculate="pulldata('cities', 'country', 'key', 'nbo')"/>
             <bind nodeset="/data/b" calculate="pulldata(&quot;towns&quot;, 'x', 'y', 'z')"/>
           </model></h:head><h:body/></h:html>""",
        tmp_path,
    )
    assert form.missing_files == ("towns.csv",)
    instance = FormInstance(form, fixed_environment())
    assert (value(instance, "a"), value(instance, "b")) == ("Kenya", "")


_FROM_FILE = """
    | survey |                              |        |       |               |               |
    |        | type                         | name   | label | choice_filter | parameters    |
    |        | select_one_from_file {file}  | place  | Place | {filter}      | {parameters}  |
"""


def _from_file(fill: Fill, file: str, content: str, where: str = "", parameters: str = "") -> FormInstance:
    table = _FROM_FILE.format(file=file, filter=where, parameters=parameters)
    return fill(table, lists={file: content})


def _choices(instance: FormInstance) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in instance.state("/data/place").choices]


def test_choices_come_from_a_csv_file_by_the_columns_named(fill: Fill) -> None:
    instance = _from_file(
        fill, "towns.csv", "code;town;land\n1;Kisumu;ke\n2;Arusha;tz", "land = 'tz'", "value=code, label=town"
    )
    assert _choices(instance) == [("2", "Arusha")]


def test_choices_come_from_an_xml_file(fill: Fill) -> None:
    xml = (
        "<root><item><name>a</name><label>A</label></item><item><name>b</name><label>B</label></item></root>"
    )
    assert _choices(_from_file(fill, "towns.xml", xml)) == [("a", "A"), ("b", "B")]


_GEOJSON = """
    {"type": "FeatureCollection", "features": [
      {"type": "Feature", "id": "w1", "properties": {"title": "Well", "depth": 12.5, "dry": false},
       "geometry": {"type": "Point", "coordinates": [36.8, -1.2]}},
      {"type": "Feature", "id": "p1", "properties": {"title": "Pipe"},
       "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4, 99]]}},
      {"type": "Feature", "properties": null, "geometry": {"type": "Point", "coordinates": "far"}},
      7
    ]}
"""


def test_choices_come_from_a_geojson_file_with_properties_and_geometry(fill: Fill) -> None:
    instance = fill(
        """
        | survey |                                    |       |       |
        |        | type                               | name  | label | calculation |
        |        | select_one_from_file wells.geojson | place | Place | |
        |        | calculate | where | | instance('wells')/root/item[id = ${place}]/geometry |
        |        | calculate | deep  | | instance('wells')/root/item[id = ${place}]/depth |
        |        | calculate | dry   | | instance('wells')/root/item[id = ${place}]/dry |
        """,
        lists={"wells.geojson": _GEOJSON},
    )
    assert _choices(instance)[:2] == [("w1", "Well"), ("p1", "Pipe")]
    instance.answer("/data/place", "w1")
    assert [value(instance, name) for name in ("where", "deep", "dry")] == ["-1.2 36.8 0 0", "12.5", "false"]
    instance.answer("/data/place", "p1")
    assert value(instance, "where") == "2 1 0 0; 4 3 0 0"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("towns.geojson", "[1, 2]"),
        ("towns.geojson", "no json"),
        ("towns.geojson", '{"features": {"a": 1}}'),
        ("towns.xml", "<root><item>"),
        ("towns.xml", ""),
    ],
)
def test_a_damaged_list_is_named(fill: Fill, file: str, content: str) -> None:
    with pytest.raises(NotAFormError) as caught:
        _choices(_from_file(fill, file, content))
    assert caught.value.context["path"] == file


@pytest.mark.parametrize("content", ["", '"', "name,label"])
def test_a_table_without_rows_gives_no_choices(fill: Fill, content: str) -> None:
    assert _choices(_from_file(fill, "towns.csv", content)) == []


def test_the_labels_of_a_shared_list_appear_in_the_language_of_the_form(fill: Fill) -> None:
    form = """
    | survey |                                 |      |        |
    |        | type                            | name | label  |
    |        | select_one_from_file yes_no.csv | a    | Agreed |
    |        | select_one_from_file town.csv   | b    | Town   |
    """
    town = "name,label,label::Français (fr)\nx,The Hague,La Haye\ny,Bern,\n"
    instance = fill(form, lists={"yes_no.csv": "name,label\nyes,Yes\nno,No\n", "town.csv": town})
    instance.set_language("fr")
    assert [choice.label for choice in instance.state("/data/a").choices] == ["Oui", "Non"]
    assert [choice.label for choice in instance.state("/data/b").choices] == ["La Haye", "Bern"]
    question = instance.form.elements["/data/b"]
    assert isinstance(question, Question)
    assert [one.label for one in listed_choices(instance.form, question, "en")] == ["The Hague", "Bern"]
