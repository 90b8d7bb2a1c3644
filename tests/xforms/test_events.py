# ruff: noqa: E501 - forms are written as tables
"""Events and the actions they set off: loading, new entries, changed values, finalizing."""

import pytest

from habitat_desktop.xforms.engine import FormInstance, Opening
from habitat_desktop.xforms.problems import FormRuleError
from tests.xforms.conftest import Fill, FillXForm, MakeForm, fixed_environment, value

_COUNTING = '<bind nodeset="/data/n" type="int"/>'


def reopened(instance: FormInstance) -> FormInstance:
    return FormInstance(instance.form, instance.environment, instance.answers(relevant_only=False))


@pytest.mark.parametrize(
    ("event", "again"),
    [
        ("odk-instance-first-load", "5"),
        ("xforms-ready", "5"),
        ("odk-instance-load", "1"),
        ("odk-instance-first-load odk-instance-load", "1"),
    ],
)
def test_first_load_happens_once_and_load_every_time(fill_xform: FillXForm, event: str, again: str) -> None:
    instance = fill_xform(
        "<n/>", f'{_COUNTING}<setvalue event="{event}" ref="/data/n" value="1"/>', '<input ref="/data/n"/>'
    )
    assert value(instance, "n") == "1"
    instance.answer("/data/n", "5")
    assert value(reopened(instance), "n") == again


def test_a_value_is_an_expression_or_the_text_inside_or_blank(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a>x</a><b/><c>old</c>",
        """<setvalue event="odk-instance-first-load" ref="/data/a" value="concat(/data/c, '!')"/>
           <setvalue event="odk-instance-first-load" ref="/data/b">plain words</setvalue>
           <setvalue event="odk-instance-first-load" ref="/data/c"/>""",
    )
    assert [value(instance, name) for name in "abc"] == ["old!", "plain words", ""]


def test_actions_run_in_the_order_of_the_form(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/>",
        """<setvalue event="odk-instance-first-load" ref="/data/a">1</setvalue>
           <setvalue event="odk-instance-first-load" ref="/data/b" value="concat(/data/a, '2')"/>
           <setvalue event="odk-instance-first-load" ref="/data/a">3</setvalue>""",
    )
    assert (value(instance, "a"), value(instance, "b")) == ("3", "12")


def test_a_value_is_stored_as_the_type_of_its_question(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<n/><d/>",
        f"""{_COUNTING}<bind nodeset="/data/d" type="date"/>
           <setvalue event="odk-instance-first-load" ref="/data/n" value="7 div 2"/>
           <setvalue event="odk-instance-first-load" ref="/data/d" value="now()"/>""",
    )
    assert (value(instance, "n"), value(instance, "d")) == ("3", "2026-01-15")


def test_loading_sees_what_is_calculated_and_what_depends_on_it_follows(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a>2</a><double/><b/><more/>",
        """<bind nodeset="/data/double" calculate="/data/a * 2"/>
           <bind nodeset="/data/more" calculate="/data/b + 1"/>
           <setvalue event="odk-instance-first-load" ref="/data/b" value="/data/double * 10"/>""",
    )
    assert (value(instance, "b"), value(instance, "more")) == ("40", "41")


def test_an_action_wins_over_a_calculation_until_that_runs_again(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a>1</a><sum/>",
        """<bind nodeset="/data/sum" calculate="/data/a + 1"/>
           <setvalue event="odk-instance-load" ref="/data/sum" value="99"/>""",
        '<input ref="/data/a"/>',
    )
    assert value(instance, "sum") == "99"
    instance.answer("/data/a", "2")
    assert value(instance, "sum") == "3"


def test_an_action_may_set_what_is_read_only_or_not_relevant(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<shown/><fixed/><hidden/>",
        """<bind nodeset="/data/fixed" readonly="true()"/>
           <bind nodeset="/data/hidden" relevant="/data/shown = 1"/>
           <setvalue event="odk-instance-first-load" ref="/data/fixed">a</setvalue>
           <setvalue event="odk-instance-first-load" ref="/data/hidden">b</setvalue>""",
        '<input ref="/data/shown"/><input ref="/data/fixed"/><input ref="/data/hidden"/>',
    )
    assert value(instance, "fixed") == "a"
    assert "<hidden>" not in instance.submission_xml()
    instance.answer("/data/shown", "1")
    assert "<hidden>b</hidden>" in instance.submission_xml()


def test_a_target_may_be_named_by_the_id_of_its_bind(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/>",
        '<bind id="it" nodeset="/data/a"/><setvalue event="odk-instance-first-load" bind="it">x</setvalue>',
    )
    assert value(instance, "a") == "x"


def test_an_action_that_cannot_be_worked_out_says_so(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/>",
        body="""<input ref="/data/a">
          <setvalue event="xforms-value-changed" ref="/data/b" value="regex(/data/a, '(')"/></input>""",
    )
    with pytest.raises(FormRuleError):
        instance.answer("/data/a", "x")


NESTED = """
  <input ref="/data/n"><setvalue event="odk-instance-first-load" ref="/data/n">1</setvalue></input>
  <group ref="/data/g">
    <setvalue event="odk-instance-first-load" ref="/data/g/a">in a group</setvalue>
    <input ref="/data/g/a"/>
  </group>
  <group><repeat nodeset="/data/r">
    <setvalue event="odk-instance-first-load" ref="/data/r/a">first</setvalue>
    <setvalue event="odk-new-repeat" ref="/data/r/b" value="concat('new ', position(..))"/>
    <setvalue event="odk-instance-first-load odk-new-repeat" ref="/data/r/c">both</setvalue>
    <input ref="/data/r/a"/><input ref="/data/r/b"/><input ref="/data/r/c"/>
  </repeat></group>"""
NESTED_INSTANCE = "<n/><g><a/></g><r><a/><b/><c/></r><r><a/><b/><c/></r>"


def test_loading_reaches_actions_inside_controls_groups_and_repeats(fill_xform: FillXForm) -> None:
    instance = fill_xform(NESTED_INSTANCE, body=NESTED)
    assert (value(instance, "n"), value(instance, "g/a")) == ("1", "in a group")
    for number in (1, 2):
        entry = f"r[{number}]"
        assert [value(instance, f"{entry}/{name}") for name in "abc"] == ["first", "", "both"]


def test_a_new_entry_gets_its_own_event_only(fill_xform: FillXForm) -> None:
    instance = fill_xform(NESTED_INSTANCE, body=NESTED)
    instance.answer("/data/r[1]/c", "mine")
    instance.add("/data/r")
    assert [value(instance, f"r[3]/{name}") for name in "abc"] == ["", "new 3", "both"]
    assert value(instance, "r[1]/c") == "mine", "the other entries are left alone"


def test_a_new_entry_of_an_outer_repeat_brings_no_event_for_the_inner_entries_of_its_template(
    fill_xform: FillXForm,
) -> None:
    instance = fill_xform(
        "<o><i><a/></i></o>",
        body="""<repeat nodeset="/data/o"><setvalue event="odk-new-repeat" ref="/data/o/i/a">outer</setvalue>
          <repeat nodeset="/data/o/i"><setvalue event="odk-new-repeat" ref="/data/o/i/a">inner</setvalue>
          <input ref="/data/o/i/a"/></repeat></repeat>""",
    )
    instance.add("/data/o")
    assert value(instance, "o[2]/i[1]/a") == "outer"
    instance.add("/data/o[2]/i")
    assert value(instance, "o[2]/i[2]/a") == "inner"
    assert value(instance, "o[1]/i[1]/a") == ""


def test_entries_made_by_a_count_are_new_entries(fill: Fill) -> None:
    instance = fill("""
        | survey |              |       |       |                       |              |
        |        | type         | name  | label | default               | repeat_count |
        |        | integer      | many  | Many  |                       |              |
        |        | begin repeat | row   | Row   |                       | ${many}      |
        |        | integer      | place | Place | 10 * position(..)     |              |
        |        | end repeat   |       |       |                       |              |
    """)
    instance.answer("/data/many", "3")
    assert [value(instance, f"row[{i}]/place") for i in (1, 2, 3)] == ["10", "20", "30"]
    instance.answer("/data/row[1]/place", "7")
    instance.answer("/data/many", "4")
    assert [value(instance, f"row[{i}]/place") for i in (1, 4)] == ["7", "40"]


def test_entries_counted_at_load_have_their_defaults_once(fill: Fill) -> None:
    instance = fill("""
        | survey |              |       |       |         |              |
        |        | type         | name  | label | default | repeat_count |
        |        | begin repeat | row   | Row   |         | 3            |
        |        | text         | id    | Id    | uuid()  |              |
        |        | end repeat   |       |       |         |              |
    """)
    ids = [value(instance, f"row[{i}]/id") for i in (1, 2, 3)]
    assert len(set(ids)) == 3
    assert all(ids)


CHAIN = """
| survey |              |        |        |                          |            |
|        | type         | name   | label  | calculation              | trigger    |
|        | text         | a      | A      |                          |            |
|        | text         | b      | B      | concat(${a}, 'b')        | ${a}       |
|        | text         | c      | C      | concat(${b}, 'c')        | ${b}       |
"""


def test_one_change_sets_off_the_next(fill: Fill) -> None:
    instance = fill(CHAIN)
    assert instance.answer("/data/a", "x") >= {"/data/b", "/data/c"}
    assert (value(instance, "b"), value(instance, "c")) == ("xb", "xbc")


def test_a_default_worked_out_at_the_first_load_is_a_change_too(fill: Fill) -> None:
    instance = fill("""
        | survey |      |      |       |                   |                   |         |
        |        | type | name | label | default           | calculation       | trigger |
        |        | text | a    | A     | concat('o', 'ne') |                   |         |
        |        | text | b    | B     |                   | concat(${a}, '!') | ${a}    |
    """)
    assert (value(instance, "a"), value(instance, "b")) == ("one", "one!")


def test_a_calculation_that_changes_sets_off_actions_too(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><length/><d/>",
        '<bind nodeset="/data/length" calculate="string-length(/data/a)"/>',
        """<input ref="/data/a"/><input ref="/data/length">
          <setvalue event="xforms-value-changed" ref="/data/d" value="/data/length * 2"/></input>""",
    )
    assert value(instance, "d") == "", "nothing changed at load"
    instance.answer("/data/a", "xyz")
    assert value(instance, "d") == "6"
    before = instance.rules_run
    instance.answer("/data/a", "abc")
    assert instance.rules_run - before == 1, "the length is what it was, and so nothing is set"


def test_the_same_answer_again_sets_nothing_off(fill: Fill) -> None:
    instance = fill(CHAIN)
    instance.answer("/data/a", "x")
    instance.answer("/data/b", "mine")
    instance.answer("/data/a", "x")
    assert value(instance, "b") == "mine"


def test_opening_again_sets_off_no_changed_values(form: MakeForm) -> None:
    instance = FormInstance(form(CHAIN), fixed_environment(), {"a": "x", "b": "mine"})
    assert (value(instance, "b"), value(instance, "c")) == ("mine", "")


def test_actions_on_a_change_that_set_each_other_end(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/>",
        body="""<input ref="/data/a"><setvalue event="xforms-value-changed" ref="/data/b" value="/data/a"/></input>
          <input ref="/data/b"><setvalue event="xforms-value-changed" ref="/data/a" value="/data/b"/></input>""",
    )
    instance.answer("/data/a", "x")
    assert (value(instance, "a"), value(instance, "b")) == ("x", "x")
    instance.answer("/data/b", "y")
    assert value(instance, "a") == "y"


CROSSING = """
  <input ref="/data/outside">
    <setvalue event="xforms-value-changed" ref="/data/r/a" value="concat(/data/outside, position(..))"/>
  </input>
  <repeat nodeset="/data/r">
    <input ref="/data/r/a">
      <setvalue event="xforms-value-changed" ref="/data/r/b" value="concat('b of ', ../a)"/>
      <setvalue event="xforms-value-changed" ref="/data/last" value="/data/r/a"/>
    </input><input ref="/data/r/b"/>
  </repeat>"""


def test_a_change_in_an_entry_sets_that_entry_and_what_is_outside(fill_xform: FillXForm) -> None:
    instance = fill_xform("<outside/><last/><r><a/><b/></r><r><a/><b/></r>", body=CROSSING)
    instance.answer("/data/r[2]/a", "x")
    assert [value(instance, f"r[{i}]/b") for i in (1, 2)] == ["", "b of x"]


def test_a_change_outside_sets_every_entry(fill_xform: FillXForm) -> None:
    instance = fill_xform("<outside/><last/><r><a/><b/></r><r><a/><b/></r><r><a/><b/></r>", body=CROSSING)
    instance.answer("/data/outside", "x")
    assert [value(instance, f"r[{i}]/a") for i in (1, 2, 3)] == ["x1", "x2", "x3"]
    assert value(instance, "r[1]/b") == "b of x1", "and the entries' own actions follow"


def test_a_target_with_a_predicate_is_the_entry_it_picks(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<n/><r><b/></r><r><b/></r><r><b/></r>",
        body="""<input ref="/data/n">
          <setvalue event="xforms-value-changed" ref="/data/r[position() = /data/n]/b" value="/data/n"/>
          </input><repeat nodeset="/data/r"><input ref="/data/r/b"/></repeat>""",
    )
    instance.answer("/data/n", "2")
    assert [value(instance, f"r[{i}]/b") for i in (1, 2, 3)] == ["", "2", ""]


def test_a_target_relative_to_its_control_is_in_the_same_entry(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<r><a/><g><b/></g></r><r><a/><g><b/></g></r>",
        body="""<repeat nodeset="/data/r"><input ref="a">
          <setvalue event="xforms-value-changed" ref="../g/b" value="concat(../../a, '!')"/></input>
          <group ref="g"><input ref="b"/></group></repeat>""",
    )
    instance.answer("/data/r[2]/a", "x")
    assert [value(instance, f"r[{i}]/g/b") for i in (1, 2)] == ["", "x!"]


def test_blanking_an_answer_is_a_change(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<a/><b/>",
        body="""<input ref="/data/a">
          <setvalue event="xforms-value-changed" ref="/data/b">changed</setvalue></input><input ref="/data/b"/>""",
    )
    instance.answer("/data/a", "x")
    instance.answer("/data/b", "")
    instance.answer("/data/a", "")
    assert value(instance, "b") == "changed"


def test_finalizing_notes_the_end_and_dispatches_revalidate(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<start/><end/><minutes/><note/>",
        """<bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
           <bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>
           <bind nodeset="/data/minutes" calculate="(/data/end - /data/start) * 1440"/>
           <setvalue event="xforms-revalidate" ref="/data/note" value="concat('took ', /data/minutes)"/>""",
    )
    assert [value(instance, name) for name in ("end", "minutes", "note")] == ["", "", ""]
    assert instance.revalidate() == {"/data/end", "/data/minutes", "/data/note"}
    assert value(instance, "end") == "2026-01-15T10:00:00.000+03:00"
    assert (value(instance, "minutes"), value(instance, "note")) == ("0", "took 0")


_RESTLESS = """
    <bind nodeset="/data/drawn" calculate="random()"/><bind nodeset="/data/read" calculate="string(now())"/>
    <bind nodeset="/data/sum" type="int" calculate="/data/n + 1"/><bind nodeset="/data/n" type="int"/>
    <bind nodeset="/data/id" jr:preload="uid"/><bind nodeset="/data/late" relevant="now() &lt; date('2026-02-01')"/>
    <setvalue event="odk-instance-load" ref="/data/opened" value="now()"/>"""
_SIGNED = {
    "n": "1", "sum": "7", "drawn": "0.5", "read": "then", "late": "x", "opened": "then", "row": [{"a": "1"}]
}  # fmt: skip


def _restless(fill_xform: FillXForm) -> FormInstance:
    return fill_xform(
        '<n/><sum/><drawn/><read/><id/><late/><opened/><row jr:template=""><a/></row>',
        _RESTLESS,
        """<input ref="/data/n"/><input ref="/data/late"/>
        <repeat nodeset="/data/row" jr:count="/data/n + 2"><input ref="/data/row/a"/></repeat>""",
    )


def test_looking_shows_what_was_signed_and_works_nothing_out(fill_xform: FillXForm) -> None:
    instance = _restless(fill_xform)
    shown = FormInstance(instance.form, instance.environment, _SIGNED, opening=Opening.LOOK)
    shown.set_language("en")
    assert shown.answers(relevant_only=True) == _SIGNED
    filled = FormInstance(instance.form, instance.environment, _SIGNED).answers(relevant_only=True)
    assert {name for name in filled if filled[name] != _SIGNED.get(name)} == {
        "sum", "drawn", "read", "opened", "row", "id"
    }  # fmt: skip


def test_what_comes_back_by_undo_is_worked_out_but_begins_nothing(fill_xform: FillXForm) -> None:
    instance = _restless(fill_xform)
    again = FormInstance(instance.form, instance.environment, _SIGNED, opening=Opening.RESUME)
    found = again.answers(relevant_only=True)
    assert found == _SIGNED | {"sum": "2", "row": [{"a": "1"}, {}, {}]}
