# ruff: noqa: E501 - forms are written as tables
"""How an instance begins: defaults, preloads, first-load events, once(), triggers."""

from habitat_desktop.xforms.engine import FormInstance
from tests.xforms.conftest import Fill, FillXForm, MakeForm, fixed_environment, value


def test_defaults_then_preloads_then_dynamic_defaults_then_calculations(fill: Fill) -> None:
    instance = fill(
        """
        | survey |         |         |       |                     |              |                 |                       |
        |        | type    | name    | label | default             | calculation  | bind::jr:preload | bind::jr:preloadParams |
        |        | text    | country | C     | none                |              | property        | country               |
        |        | integer | people  | P     | 7                   |              |                 |                       |
        |        | integer | more    | M     | ${people} + 1       |              |                 |                       |
        |        | text    | upper   | U     | concat(${country}, '!') |          |                 |                       |
        |        | calculate | double |      |                     | ${more} * 2  |                 |                       |
        """,
        country="KEN",
    )
    names = ("country", "people", "more", "upper", "double")
    assert [value(instance, name) for name in names] == ["KEN", "7", "8", "KEN!", "16"]


def test_a_property_nobody_gave_leaves_the_default(fill: Fill) -> None:
    instance = fill("""
        | survey |      |         |       |         |                  |                        |
        |        | type | name    | label | default | bind::jr:preload | bind::jr:preloadParams |
        |        | text | country | C     | none    | property         | country                |
    """)
    assert value(instance, "country") == "none"


def test_every_property_the_specification_names_is_filled_in(fill_xform: FillXForm) -> None:
    names = {"deviceid": "d", "email": "e", "username": "u", "phonenumber": "p", "phone number": "q"}
    instance = fill_xform(
        "".join(f"<{tag}/>" for tag in names.values()),
        "".join(
            f'<bind nodeset="/data/{tag}" jr:preload="property" jr:preloadParams="{name}"/>'
            for name, tag in names.items()
        ),
        deviceid="habitat:1",
        email="a@un.org",
        username="amina",
        phonenumber="+254",
    )
    assert [value(instance, tag) for tag in "deupq"] == ["habitat:1", "a@un.org", "amina", "+254", "+254"]


def test_what_is_preloaded_wins_over_the_default_and_a_calculation_over_both(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a>default</a><b>default</b>",
        """<bind nodeset="/data/a" jr:preload="property" jr:preloadParams="word"/>
           <bind nodeset="/data/b" jr:preload="property" jr:preloadParams="word" calculate="'worked out'"/>""",
        word="preloaded",
    )
    assert (value(instance, "a"), value(instance, "b")) == ("preloaded", "worked out")


def test_every_entry_has_an_id_of_its_own(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<r><id/><a/></r>",
        '<bind nodeset="/data/r/id" jr:preload="uid"/>',
        '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    instance.add("/data/r")
    first, second = value(instance, "r[1]/id"), value(instance, "r[2]/id")
    assert first.startswith("uuid:")
    assert second.startswith("uuid:")
    assert first != second
    again = FormInstance(instance.form, instance.environment, instance.answers(relevant_only=False))
    assert (value(again, "r[1]/id"), value(again, "r[2]/id")) == (first, second)


def test_meta_rows_are_filled_from_the_clock(fill: Fill) -> None:
    instance = fill("""
        | survey |       |      |       |
        |        | type  | name | label |
        |        | start | start |      |
        |        | end   | end  |       |
        |        | today | day  |       |
        |        | text  | a    | A     |
    """)
    assert value(instance, "start") == "2026-01-15T10:00:00.000+03:00"
    assert value(instance, "day") == "2026-01-15"
    assert value(instance, "end") == ""
    assert "<end>2026-01-15T10:00:00.000+03:00</end>" in instance.submission_xml()


def test_once_keeps_its_value_when_the_form_is_opened_again(form: MakeForm) -> None:
    made = form("""
        | survey |           |      |       |              |
        |        | type      | name | label | calculation  |
        |        | calculate | id   |       | once(uuid()) |
        |        | text      | a    | A     |              |
    """)
    first = FormInstance(made, fixed_environment())
    kept = value(first, "id")
    assert len(kept) == 36
    first.answer("/data/a", "x")
    assert value(first, "id") == kept
    again = FormInstance(made, fixed_environment(), first.answers(relevant_only=False))
    assert value(again, "id") == kept


def test_a_trigger_fills_in_once_and_leaves_later_edits_alone(fill: Fill) -> None:
    instance = fill("""
        | survey |      |         |       |                   |            |
        |        | type | name    | label | calculation       | trigger    |
        |        | text | country | C     |                   |            |
        |        | text | office  | O     | concat('RO-', ${country}) | ${country} |
    """)
    assert value(instance, "office") == ""
    assert instance.answer("/data/country", "KEN") == {"/data/country", "/data/office"}
    instance.answer("/data/office", "mine")
    assert value(instance, "office") == "mine"
    instance.answer("/data/country", "EGY")
    assert value(instance, "office") == "RO-EGY"


def test_dynamic_defaults_apply_to_each_new_repeat_instance(fill: Fill) -> None:
    instance = fill("""
        | survey |              |      |       |                     |
        |        | type         | name | label | default             |
        |        | integer      | base | Base  | 5                   |
        |        | begin repeat | row  | Row   |                     |
        |        | integer      | a    | A     | ${base} + position(..) |
        |        | end repeat   |      |       |                     |
    """)
    assert value(instance, "row[1]/a") == "6"
    instance.answer("/data/base", "10")
    instance.add("/data/row")
    assert (value(instance, "row[1]/a"), value(instance, "row[2]/a")) == ("6", "12")


def test_first_load_events_do_not_happen_again(form: MakeForm) -> None:
    made = form("""
        | survey |       |      |       |         |
        |        | type  | name | label | default |
        |        | date  | day  | Day   | today() |
    """)
    assert value(FormInstance(made, fixed_environment()), "day") == "2026-01-15"
    assert value(FormInstance(made, fixed_environment(), {}), "day") == ""


def test_the_submission_names_form_version_and_instance(fill: Fill) -> None:
    instance = fill("""
        | survey   |         |         |       |
        |          | type    | name    | label |
        |          | text    | a       | A     |
        |          | text    | blank   | B     |
        | settings |         |         |       |
        |          | form_id | version |       |
        |          | mine    | 3       |       |
    """)
    instance.answer("/data/a", 'x < "y" & z')
    text = instance.submission_xml()
    assert text.startswith('<data id="mine" version="3">')
    assert "<a>x &lt; &quot;y&quot; &amp; z</a><blank/>" in text
    assert "uuid:00000000-0000-4000-8000-000000000001</instanceID>" in text
    replaced = instance.submission_xml("uuid:2", "uuid:1")
    assert "<instanceID>uuid:2</instanceID><deprecatedID>uuid:1</deprecatedID>" in replaced


def test_a_submission_reads_back_as_the_same_answers(form: MakeForm) -> None:
    from lxml import etree

    made = form("""
        | survey |              |      |       |
        |        | type         | name | label |
        |        | text         | a    | A     |
        |        | begin repeat | row  | Row   |
        |        | text         | b    | B     |
        |        | end repeat   |      |       |
    """)
    given = {"a": "<é\n&", "row": [{"b": "1"}, {"b": "]]>"}]}
    root = etree.fromstring(FormInstance(made, fixed_environment(), given).submission_xml())
    assert {
        "a": root.findtext("a"),
        "row": [{"b": row.findtext("b")} for row in root.findall("row")],
    } == given
