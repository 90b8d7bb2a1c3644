"""Expressions that share their code: they read and mean what they would compiled by themselves."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.binding import Layout, Place, lay_out
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.rules import RuleKind, compiled, make_rule
from habitat_desktop.xforms.shapes import dependencies_of, shape_of
from habitat_desktop.xforms.xform import parse_xform
from tests.xforms.conftest import fixed_environment

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>
  <instance><data id="t"><a/><b/><g><c/></g><r><x/><y/><s><z/></s></r></data></instance>
  <instance id="list"><root><item><name>n</name><of>1</of></item></root></instance>
  {binds}</model></h:head><h:body><group><repeat nodeset="/data/r"><input ref="/data/r/x"/>
  <group><repeat nodeset="/data/r/s"><input ref="/data/r/s/z"/></repeat></group></repeat></group></h:body>
</h:html>"""

EXPRESSIONS = [
    "/data/a > 3",
    "/data/a > /data/b and /data/g/c = 'x'",
    ". > /data/a",
    "/data/r/x + /data/a",
    "count(/data/a)",
    "concat('/data/a', /data/b, \"/data/b\")",
    "instance('list')/root/item[of = /data/a]/name",
    "instance('list')/root/item[of = /data/r/x]/name",
    "coalesce(/data/a, /data/b)",
    "if(/data/a = '', /data/g/c, 2)",
    "/data/a div /data/b",
    "/data/a mod 2 = 0 or /data/b div2 > 1",
    "3 * /data/a",
    "- /data/a",
    "jr:itext('label') = /data/a",
    "true()",
    "count(randomize(instance('list')/root/item, /data/a))",
    "/data/a | /data/b",
    "string(/data/r/s/z)",
    "../x > ../y",
    "../../x + ../../../a",
    "if(../../a > 1, '../../b', ../../g/c)",
    "../s/z + 1",
    "instance('list')/root/item[../item/of = 1]",
]
NOT_SHARED = [
    "sum(/data/r/x)",
    "count(/data/r)",
    "/data/g",
    "position(/data/r)",
    "/data/a[. > 1]",
    "../r/x",
    "a ../b",
    "../b[1]",
    "indexed-repeat(/data/r/x, /data/r, 1)",
    "current()/../a",
    "/data/nowhere",
    "/data/a >",
    "nothing-known(/data/a)",
    "/data/g/*",
    "/data/a/text()",
]
HOMES = ["/data/a", "/data/g/c", "/data/r/x", "/data/r/s/z"]


def _layout() -> Layout:
    return lay_out(parse_xform(FORM.format(binds="").encode(), path=Path("t.xml")))


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_shared_code_reads_what_the_expression_reads_by_itself(home: str, expression: str) -> None:
    layout = _layout()
    place = layout.by_path[home]
    code, reader = compiled(expression, place, "calculation")
    found = shape_of(expression, place, layout)
    if found is None:
        assert (
            "/data/r/" in expression or ".." in expression
        )  # seen from outside, a path into a repeat means all of it
        return
    shape, places = found
    assert dependencies_of(shape, places, place) == reader.found
    assert (shape.code.kind, shape.code.constant) == (code.kind, code.constant)
    assert shape.reads_language == reader.reads_language


@pytest.mark.parametrize("expression", NOT_SHARED)
def test_what_depends_on_the_place_of_the_rule_is_compiled_by_itself(expression: str) -> None:
    layout = _layout()
    assert shape_of(expression, layout.by_path["/data/b"], layout) is None


def test_two_rules_of_one_shape_share_their_code() -> None:
    layout = _layout()

    def rule(text: str, home: str) -> object:
        return make_rule(RuleKind.RELEVANT, text, layout.by_path[home], "relevant", layout).run

    assert rule("/data/a > 3", "/data/b") is rule("/data/b > 3", "/data/a")
    assert rule("/data/a > 3", "/data/b") is not rule("/data/a > 4", "/data/b")


def test_a_question_of_an_outer_repeat_is_found_from_every_depth() -> None:
    binds = """<bind nodeset="/data/r/y" calculate="/data/a + /data/r/x"/>
        <bind nodeset="/data/r/s/z" calculate="/data/a + /data/r/x"/>
        <bind nodeset="/data/b" calculate="/data/a + /data/a"/>"""
    form = parse_xform(FORM.format(binds=binds).encode(), path=Path("t.xml"))
    instance = FormInstance(form, fixed_environment())
    instance.add("/data/r")
    instance.answer("/data/a", "10")
    instance.answer("/data/r[1]/x", "1")
    instance.answer("/data/r[2]/x", "2")
    shown = {
        ref: instance.state(ref).value
        for ref in ("/data/b", "/data/r[1]/y", "/data/r[2]/y", "/data/r[2]/s[1]/z")
    }
    assert shown == {"/data/b": "20", "/data/r[1]/y": "11", "/data/r[2]/y": "12", "/data/r[2]/s[1]/z": "12"}


def test_the_shipped_forms_share_most_of_their_code(forms_folder: Path) -> None:
    shared, alone = 0, 0
    for path in sorted(forms_folder.glob("*.xlsx")):
        layout = lay_out(load_form(path, foreign=False))
        for place in layout.by_path.values():
            for text in _expressions(place):
                found = shape_of(text, place, layout)
                if found is None:
                    alone += 1
                    continue
                shared += 1
                assert dependencies_of(*found, place) == compiled(text, place, "")[1].found, text
    assert shared > alone


def _expressions(place: Place) -> list[str]:
    bind = place.element.bind
    return [t for t in (bind.relevant, bind.constraint, bind.required, bind.readonly, bind.calculate) if t]
