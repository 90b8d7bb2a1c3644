"""Controls, groups, repeats and lists as a ready XForm may write them, beyond what the converter makes."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media
from habitat_desktop.xforms.problems import NotARepeatError
from tests.xforms.conftest import Fill, FillXForm, value


def _data(instance: FormInstance) -> str:
    """The answers as they are submitted, without the head and the meta group."""
    return instance.submission_xml().partition(">")[2].partition("<orx:meta")[0]


def test_references_may_be_relative_to_the_group_around_them(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<g><a/><h><b/></h></g><c/>",
        """<bind nodeset="/data/g" relevant="/data/c != 'no'"/>
        <bind nodeset="/data/g/h/b" calculate="concat(../../a, '!')"/>""",
        """<group ref="/data/g"><label>Logical</label><input ref="a"/>
        <group><label>Shown together</label><group ref="h"><input ref="b"/></group></group></group>
        <input ref="/data/c"/>""",
    )
    instance.answer("/data/g/a", "x")
    assert _data(instance) == "<g><a>x</a><h><b>x!</b></h></g><c/>"
    instance.answer("/data/c", "no")
    assert _data(instance) == "<c>no</c>"


def test_a_control_may_name_the_bind_instead_of_the_node(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/>",
        '<bind id="rooms" nodeset="/data/a" type="int"/>',
        '<input bind="rooms"><label>A</label></input>',
    )
    assert (instance.state("/data/a").type, instance.state("/data/a").label) == ("integer", "A")


def test_a_node_needs_no_bind_and_a_bind_no_control(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b>kept</b><c/>", '<bind nodeset="/data/c" calculate="1 + 1"/>', '<input ref="/data/a"/>'
    )
    instance.answer("/data/a", "x")
    assert _data(instance) == "<a>x</a><b>kept</b><c>2</c>"


def test_readonly_and_relevance_reach_everything_in_a_group_but_required_does_not(
    fill_xform: FillXForm,
) -> None:
    instance = fill_xform(
        "<n/><g><h><a/></h></g>",
        """<bind nodeset="/data/g" readonly="/data/n = 1" relevant="/data/n != 2" required="true()"/>""",
        """<input ref="/data/n"/><group ref="/data/g"><input ref="/data/g/h/a"/></group>""",
    )
    instance.answer("/data/n", "1")
    state = instance.state("/data/g/h/a")
    assert (state.readonly, state.relevant, state.required) == (True, True, False)
    instance.answer("/data/n", "2")
    assert not instance.state("/data/g/h/a").relevant


REPEATS = """
    <group ref="/data/p"><label>People</label><repeat nodeset="/data/p">
      <input ref="/data/p/name"/><input ref="/data/p/role"/></repeat></group>"""


def test_new_entries_are_made_of_the_template_which_is_not_submitted(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        """<p jr:template=""><name/><role>spouse</role></p>
        <p><name>John</name><role>father</role></p><p><name>Kofi</name><role>brother</role></p>""",
        "",
        REPEATS,
    )
    assert instance.state("/data/p").label == "People"
    instance.add("/data/p")
    assert [value(instance, f"p[{n}]/name") for n in (1, 2, 3)] == ["John", "Kofi", ""]
    assert [value(instance, f"p[{n}]/role") for n in (1, 2, 3)] == ["father", "brother", "spouse"]
    assert "template" not in instance.submission_xml()


def test_entries_that_stand_in_the_form_are_no_templates(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<p kind='x'><name>John</name><role>father</role></p><p><name>Kofi</name><role/></p>", "", REPEATS
    )
    instance.add("/data/p")
    assert _data(instance) == (
        '<p kind="x"><name>John</name><role>father</role></p><p kind="x"><name>Kofi</name><role/></p>'
        '<p kind="x"><name/><role/></p>'
    )


def test_counted_entries_beyond_those_in_the_form_are_blank(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<n>2</n><r><a>first</a></r>",
        '<bind nodeset="/data/n" type="int"/>',
        '<input ref="/data/n"/><repeat nodeset="/data/r" jr:count="/data/n"><input ref="a"/></repeat>',
    )
    assert _data(instance) == "<n>2</n><r><a>first</a></r><r><a/></r>"


@pytest.mark.parametrize(("attribute", "entries"), [('jr:noAddRemove="true()"', 1), ('jr:count="3"', 3)])
def test_nobody_adds_to_a_repeat_that_is_fixed(fill_xform: FillXForm, attribute: str, entries: int) -> None:
    instance = fill_xform(
        "<r><a/></r>", "", f'<repeat nodeset="/data/r" {attribute}><input ref="a"/></repeat>'
    )
    assert len(instance.instances("/data/r")) == entries
    with pytest.raises(NotARepeatError):
        instance.add("/data/r")
    with pytest.raises(NotARepeatError):
        instance.remove("/data/r[1]")


def test_a_repeat_may_say_that_people_add_to_it(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<r><a/></r>", "", '<repeat nodeset="/data/r" jr:noAddRemove="false()"><input ref="a"/></repeat>'
    )
    assert instance.add("/data/r") == "/data/r[2]"


COUNTRIES = """
    <itext><translation lang="English (en)">
      <text id="c1"><value>Netherlands</value><value form="short">NL</value>
        <value form="image">jr://images/nl.png</value></text>
      <text id="c2"><value>Kenya</value></text>
    </translation></itext>
    <instance id="countries"><root>
      <item><itextId>c1</itextId><name>n</name><eu>yes</eu></item>
      <item><itextId>c2</itextId><name>k</name><eu>no</eu></item></root></instance>
    <bind nodeset="/data/shown" calculate="jr:choice-name(/data/c, '/data/c')"/>
    <bind nodeset="/data/eu" calculate="instance('countries')/root/item[name = current()/../c]/eu"/>"""


def test_a_list_takes_its_texts_from_itext(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<c/><shown/><eu/>",
        COUNTRIES,
        """<select1 ref="/data/c"><itemset nodeset="instance('countries')/root/item">
        <value ref="name"/><label ref="jr:itext(itextId)"/></itemset></select1>""",
    )
    assert instance.state("/data/c").choices == (
        Choice("n", "Netherlands", (Media("image", "nl.png"),), "NL"),
        Choice("k", "Kenya"),
    )
    instance.answer("/data/c", "n")
    assert (value(instance, "shown"), value(instance, "eu")) == ("Netherlands", "yes")


@pytest.mark.parametrize(
    ("seed", "order"),
    [
        ("abc", "acbed"),
        ("x", "badce"),
        ("été", "cedba"),
        ("-3", "dacbe"),
        ("2.9", "ecadb"),
        ("-2.9", "abecd"),
        ("9999999999", "caedb"),
        ("", "cbead"),
    ],
)
def test_a_seed_gives_the_order_of_odk_web_forms(fill_xform: FillXForm, seed: str, order: str) -> None:
    items = "".join(f"<item><name>{name}</name></item>" for name in "abcde")
    instance = fill_xform(
        f"<s>{seed}</s><c/>",
        f'<instance id="l"><root>{items}</root></instance>',
        """<input ref="/data/s"/><select1 ref="/data/c">
        <itemset nodeset="randomize(instance('l')/root/item, /data/s)"><value ref="name"/><label ref="name"/>
        </itemset></select1>""",
    )
    assert "".join(choice.value for choice in instance.state("/data/c").choices) == order


def test_texts_show_answers_and_results(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<n>5</n><a/>",
        '<bind nodeset="/data/n" type="int"/>',
        """<input ref="/data/a"><label>From <output value="/data/n"/> to <output value="/data/n + 1"/></label>
        <hint>or <output ref="/data/n"/> &amp; *more*</hint></input>""",
    )
    state = instance.state("/data/a")
    assert (state.label, state.hint) == ("From 5 to 6", "or 5 & *more*")


def test_the_dictionary_comes_before_the_text_in_the_label(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/>",
        '<itext><translation lang="en"><text id="a"><value>Known</value></text></translation></itext>',
        """<input ref="/data/a"><label ref="jr:itext('a')">instead</label></input>
        <input ref="/data/b"><label>Plain</label></input>""",
    )
    assert [instance.state(f"/data/{name}").label for name in "ab"] == ["Known", "Plain"]


@pytest.mark.parametrize("mark", ['default="true()"', 'default=""'])
def test_the_translation_marked_as_default_comes_first(fill_xform: FillXForm, mark: str) -> None:
    instance = fill_xform(
        "<a/>",
        f"""<itext><translation lang="English (en)"><text id="a"><value>House</value></text></translation>
        <translation lang="Français (fr)" {mark}><text id="a"><value>Maison</value></text></translation>
        </itext>""",
        """<input ref="/data/a"><label ref="jr:itext('a')"/></input>""",
    )
    assert instance.form.languages == ("fr", "en")
    assert instance.form.element("/data/a").label("xx") == "Maison"


def test_messages_come_from_the_dictionary_or_stand_in_the_bind(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b>1</b>",
        """<itext><translation lang="en"><text id="m"><value>No!</value></text></translation></itext>
        <bind nodeset="/data/a" required="true()" jr:requiredMsg="Say it"/>
        <bind nodeset="/data/b" constraint=". > 1" jr:constraintMsg="jr:itext('m')"/>""",
        '<input ref="/data/a"/><input ref="/data/b"/>',
    )
    assert [problem.message for problem in instance.problems()] == ["Say it", "No!"]


def test_choices_stand_in_the_control_itself(fill_xform: FillXForm) -> None:
    items = "".join(f"<item><label>{n.upper()}</label><value>{n}</value></item>" for n in "abc")
    instance = fill_xform(
        "<one/><many/><order/>",
        "",
        f"""<select1 ref="/data/one">{items}</select1><select ref="/data/many">{items}</select>
        <odk:rank ref="/data/order">{items}</odk:rank>""",
    )
    instance.answer("/data/one", "b")
    instance.answer("/data/many", ["c", "a"])
    instance.answer("/data/order", ["c", "a", "b"])
    assert _data(instance) == "<one>b</one><many>a c</many><order>c a b</order>"


def test_an_action_sets_a_text_an_expression_or_nothing(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><text/><result/><blank>old</blank>",
        "",
        """<input ref="/data/a">
        <setvalue event="xforms-value-changed" ref="/data/text">fixed text</setvalue>
        <setvalue event="xforms-value-changed" ref="/data/result" value="concat(/data/a, '!')"/>
        <setvalue event="xforms-value-changed" ref="/data/blank"/></input>""",
    )
    instance.answer("/data/a", "x")
    assert _data(instance) == "<a>x</a><text>fixed text</text><result>x!</result><blank/>"


def test_external_choices_of_a_ready_form_come_from_the_file_the_converter_made(
    fill_xform: FillXForm, tmp_path: Path
) -> None:
    (tmp_path / "itemsets.csv").write_text(
        "list_name,name,label,state\ncities,aus,Austin,tx\ncities,sea,Seattle,wa\nlakes,sea,Sea Lake,wa\n",
        encoding="utf-8",
    )
    instance = fill_xform(
        "<state/><city/>",
        "",
        """<input ref="/data/state"/>
        <input ref="/data/city" query="instance('cities')/root/item[state= /data/state ]"/>""",
    )
    instance.answer("/data/state", "wa")
    assert instance.state("/data/city").type == "select_one"
    assert [(one.value, one.label) for one in instance.state("/data/city").choices] == [("sea", "Seattle")]


TABLE_LIST = """
| survey  |                |         |          |            |          |
|         | type           | name    | label    | appearance | required |
|         | text           | before  | Before   |            |          |
|         | begin_group    | rooms   | Rooms    | table-list |          |
|         | select_one yn  | kitchen | Kitchen? |            | yes      |
|         | select_one yn  | bath    | Bath?    |            |          |
|         | end_group      |         |          |            |          |
|         | select_one yn  | heads   | Heads    | label      | yes      |
| choices |                |         |          |            |          |
|         | list_name      | name    | label    |            |          |
|         | yn             | y       | Yes      |            |          |
|         | yn             | n       | No       |            |          |
"""


def test_a_select_that_only_heads_a_table_is_neither_asked_nor_missed_nor_counted(fill: Fill) -> None:
    made = fill(TABLE_LIST)
    asked = [e.name for e in made.form.walk() if isinstance(e, Question) and e.is_asked]
    assert asked == ["before", "kitchen", "bath"]
    assert made.form.questions == 3
    assert [problem.ref for problem in made.problems()] == ["/data/rooms/kitchen"]
    made.answer("/data/rooms/kitchen", "y")
    assert made.problems() == []
    assert made.answered() == 1
