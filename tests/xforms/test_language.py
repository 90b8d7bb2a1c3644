"""The names of the ODK XForms specification, its sub-specifications and the XLSForm converter: each is known.

The tables follow https://getodk.github.io/xforms-spec/ in its order. Behaviour is tried in the other modules
of this folder; here a name that nobody handles fails.
"""

import pytest
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.itext import MEDIA
from habitat_desktop.xforms.question_types import TYPES
from habitat_desktop.xforms.xpath.code import Kind
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.functions.registry import FUNCTIONS
from tests.xforms.conftest import FillXForm, MakeForm, value


def _words(text: str) -> list[str]:
    return text.split()


FUNCTION_NAMES = _words(
    """
    string concat join substr substring-before substring-after translate string-length normalize-space
    contains starts-with ends-with uuid digest pulldata
    if coalesce once true false boolean boolean-from-string not regex checklist weighted-checklist
    number random int sum max min round pow log log10 abs sin cos tan asin acos atan atan2 sqrt exp exp10 pi
    count count-non-empty position instance current randomize
    today now format-date format-date-time date decimal-date-time decimal-time
    selected selected-at count-selected jr:choice-name jr:itext indexed-repeat area distance base64-decode
    geofence intersects extract-signed property
    floor ceiling substring last name local-name namespace-uri id lang
"""
)
OPERATORS = ("|", "and", "or", "mod", "div", "=", "!=", "<=", "<", ">=", ">", "+", "-", "*")
PATHS = [
    *(".", "..", "/", "node", "/data/node", "../node", "./node", "a/b", "//node", "@id", "node/@id"),
    *("child::node", "parent::node()", "self::node()", "node[1]", "node[. > 1][last()]", "*", "text()"),
]
DATA_TYPES = {
    "string": ("text", "a b"),
    "int": ("integer", "12"),
    "boolean": ("text", "true"),
    "decimal": ("decimal", "1.5"),
    "date": ("date", "2026-02-28"),
    "time": ("time", "09:30:00.000+03:00"),
    "dateTime": ("dateTime", "2026-02-28T09:30:00.000+03:00"),
    "geopoint": ("geopoint", "1 2 3 4"),
    "geotrace": ("geotrace", "1 2 3 4; 2 3 4 5"),
    "geoshape": ("geoshape", "1 2; 2 3; 3 4; 1 2"),
    "binary": ("text", "roof.jpg"),
    "barcode": ("barcode", "040123"),
    "intent": ("text", "from elsewhere"),
    "select": ("text", "a b"),
    "select1": ("text", "a"),
    "odk:rank": ("text", "a b"),
    "of-no-specification": ("text", "a b"),
}
BIND_ATTRIBUTES = {
    "type": "int",
    "readonly": "1 = 2",
    "required": "1 = 1",
    "relevant": "1 = 1",
    "constraint": ". > 1",
    "calculate": "",
    "jr:requiredMsg": "say it",
    "jr:constraintMsg": "not this",
    "jr:preload": "uid",
    "jr:preloadParams": "x",
}
CONTROLS = {
    '<input ref="/data/a">': "text",
    '<secret ref="/data/a">': "text",
    '<select1 ref="/data/a">': "select_one",
    '<select ref="/data/a">': "select_multiple",
    '<odk:rank ref="/data/a">': "rank",
    '<upload ref="/data/a" mediatype="image/*">': "image",
    '<upload ref="/data/a" mediatype="audio/*">': "audio",
    '<upload ref="/data/a" mediatype="video/*">': "video",
    '<upload ref="/data/a" mediatype="application/*">': "file",
    '<upload ref="/data/a">': "file",
    '<trigger ref="/data/a">': "acknowledge",
    '<range ref="/data/a" start="0" end="9" step="3">': "range",
}
BODY_ATTRIBUTES = {
    "appearance": "minimal",
    "autoplay": "audio",
    "accuracyThreshold": "5",
    "unacceptableAccuracyThreshold": "50",
    "rows": "4",
    "mediatype": "image/*",
    "accept": ".pdf,image/*",
    "start": "0",
    "end": "9",
    "step": "3",
    "incremental": "true",
    "odk:placeholder": "slide",
}
PRELOADS = {
    ("uid", ""): "uuid:00000000-0000-4000-8000-000000000001",
    ("timestamp", "start"): "2026-01-15T10:00:00.000+03:00",
    ("date", "today"): "2026-01-15",
    ("property", "deviceid"): "habitat:1",
    ("property", "email"): "amina@example.org",
    ("property", "username"): "amina",
    ("property", "phonenumber"): "+254 1",
    ("property", "phone number"): "+254 1",
    ("property", "uri:deviceid"): "habitat:1",
    ("property", "uri:email"): "mailto:amina@example.org",
    ("property", "uri:username"): "username:amina",
    ("property", "uri:phonenumber"): "tel:+254 1",
    ("property", "simserial"): "",
    ("property", "uri:simserial"): "",
}
PROPERTIES = {
    "deviceid": "habitat:1",
    "email": "amina@example.org",
    "username": "amina",
    "phonenumber": "+254 1",
}
META = (
    *("instanceID", "instanceName", "timeStart", "timeEnd", "userID", "deviceID", "deprecatedID"),
    *("email", "phoneNumber", "audit"),
)
EVENTS = ("odk-instance-first-load", "odk-instance-load", "xforms-ready", "xforms-value-changed")
_EVENTS = 'xmlns:ev="http://www.w3.org/2001/xml-events"'
URIS = {
    "jr://file/list.xml": "list.xml",
    "jr://file-csv/list.csv": "list.csv",
    "jr://file/list.geojson": "list.geojson",
    "jr://file/path/to/list.xml": "list.xml",
}


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_every_function_is_known(name: str) -> None:
    assert name in FUNCTIONS


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_read(operator: str) -> None:
    assert Compiler().compile_text(f"a {operator} b").source is not None
    assert Compiler().compile_text("-a").kind is Kind.NUMBER


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_path_is_read(path: str) -> None:
    assert Compiler().compile_text(path).kind is Kind.NODES


@pytest.mark.parametrize("name", DATA_TYPES)
@pytest.mark.parametrize("prefix", ["", "xsd:"])
def test_every_data_type_takes_its_values(fill_xform: FillXForm, name: str, prefix: str) -> None:
    kind, given = DATA_TYPES[name]
    instance = fill_xform(
        "<a/>", f'<bind nodeset="/data/a" type="{prefix}{name}"/>', '<input ref="/data/a"/>'
    )
    instance.answer("/data/a", given)
    assert instance.state("/data/a").type == kind
    assert f"<a>{given}</a>" in instance.submission_xml()


def test_every_attribute_of_a_bind_is_understood_and_others_are_kept(fill_xform: FillXForm) -> None:
    written = " ".join(f'{name}="{text}"' for name, text in BIND_ATTRIBUTES.items()).replace(">", "&gt;")
    others = 'saveIncomplete="true()" orx:max-pixels="640" odk:quality="low"'
    bind = (
        fill_xform("<a/>", f'<bind nodeset="/data/a" {written} {others}/>', '<input ref="/data/a"/>')
        .form.element("/data/a")
        .bind
    )
    assert bind.attributes == {"saveIncomplete": "true()", "orx:max-pixels": "640", "odk:quality": "low"}
    assert (bind.data_type, bind.preload) == ("int", ("uid", "x"))
    assert (bind.readonly, bind.required, bind.relevant, bind.constraint) == (
        "1 = 2",
        "1 = 1",
        "1 = 1",
        ". > 1",
    )


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_asks_a_question(fill_xform: FillXForm, control: str) -> None:
    name = control[1:].partition(" ")[0]
    choices = "<item><label>X</label><value>x</value></item>" if "select" in name or "rank" in name else ""
    instance = fill_xform("<a/>", "", f"{control}<label>A</label><hint>H</hint>{choices}</{name}>")
    state = instance.state("/data/a")
    assert (state.kind, state.type, state.label, state.hint) == ("question", CONTROLS[control], "A", "H")
    assert state.type in TYPES
    assert instance.form.questions == 1


def test_every_attribute_of_a_control_is_kept(fill_xform: FillXForm) -> None:
    written = " ".join(f'{name}="{text}"' for name, text in BODY_ATTRIBUTES.items())
    element = fill_xform("<a/>", "", f'<input ref="/data/a" {written}/>').form.element("/data/a")
    assert element.parameters == {"ref": "/data/a", **BODY_ATTRIBUTES}
    assert element.appearance == "minimal"


@pytest.mark.parametrize("preload", PRELOADS)
def test_every_preload_fills_in(fill_xform: FillXForm, preload: tuple[str, str]) -> None:
    kind, parameter = preload
    bind = f'<bind nodeset="/data/a" jr:preload="{kind}" jr:preloadParams="{parameter}"/>'
    assert value(fill_xform("<a/>", bind, **PROPERTIES), "a") == PRELOADS[preload]


def test_the_time_of_the_end_is_filled_in_when_it_ends(fill_xform: FillXForm) -> None:
    bind = '<bind nodeset="/data/a" jr:preload="timestamp" jr:preloadParams="end"/>'
    assert "<a>2026-01-15T10:00:00.000+03:00</a>" in fill_xform("<a/>", bind).submission_xml()


@pytest.mark.parametrize("prefix", ["", "orx:"])
def test_every_meta_element_is_submitted(fill_xform: FillXForm, prefix: str) -> None:
    inside = "".join(f"<{prefix}{name}/>" for name in META)
    xml = fill_xform(f"<a/><{prefix}meta>{inside}</{prefix}meta>").submission_xml("uuid:2", "uuid:1")
    for name in META:
        assert xml.count(f"<{prefix}{name}>") + xml.count(f"<{prefix}{name}/>") == 1, name
    assert f"<{prefix}instanceID>uuid:2<" in xml
    assert f"<{prefix}deprecatedID>uuid:1<" in xml


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("attribute", ["event", "ev:event"])
def test_every_event_runs_its_actions(fill_xform: FillXForm, event: str, attribute: str) -> None:
    action = f'<setvalue {_EVENTS} {attribute}="{event}" ref="/data/b" value="1 + 1"/>'
    changed = event == "xforms-value-changed"
    instance = fill_xform(
        "<a/><b/>", "" if changed else action, f'<input ref="/data/a">{action if changed else ""}</input>'
    )
    if changed:
        assert value(instance, "b") == ""
        instance.answer("/data/a", "x")
    assert value(instance, "b") == "2"


def test_a_new_entry_of_a_repeat_runs_its_actions(fill_xform: FillXForm) -> None:
    instance = fill_xform(
        "<r><a/></r>",
        "",
        """<group ref="/data/r"><repeat nodeset="/data/r">
        <setvalue event="odk-new-repeat" ref="/data/r/a" value="position(..)"/><input ref="/data/r/a"/>
        </repeat></group>""",
    )
    instance.add("/data/r")
    assert (value(instance, "r[1]/a"), value(instance, "r[2]/a")) == ("", "2")


@pytest.mark.parametrize("action", ["setvalue", "odk:setgeopoint", "odk:recordaudio"])
def test_every_action_is_known(fill_xform: FillXForm, action: str) -> None:
    instance = fill_xform("<a/>", f'<{action} event="odk-instance-first-load" ref="/data/a"/>')
    assert [known.kind for known in instance.form.actions] == [action.partition(":")[2] or action]


@pytest.mark.parametrize("form", ["short", "long", "guidance", *MEDIA])
def test_every_form_of_a_text_is_read(fill_xform: FillXForm, form: str) -> None:
    instance = fill_xform(
        "<a/>",
        f"""<itext><translation lang="English (en)"><text id="t"><value>Plain</value>
        <value form="{form}">jr://images/x.png</value></text></translation></itext>""",
        """<input ref="/data/a"><label ref="jr:itext('t')"/><hint ref="jr:itext('t')"/></input>""",
    )
    state = instance.state("/data/a")
    shown = {"short": state.short, "guidance": state.guidance, "long": "jr://images/x.png"}
    shown |= {media.kind: f"jr://images/{media.file}" for media in state.media}
    assert shown[form] == "jr://images/x.png"
    assert state.label == "Plain"


@pytest.mark.parametrize("uri", URIS)
def test_every_address_of_a_list_leads_beside_the_form(fill_xform: FillXForm, uri: str) -> None:
    instance = fill_xform("<a/>", f'<instance id="list" src="{uri}"/>')
    assert instance.form.missing_files == (URIS[uri],)


def test_the_last_saved_instance_is_no_file(fill_xform: FillXForm) -> None:
    instance = fill_xform("<a/>", '<instance id="last" src="jr://instance/last-saved"/>')
    assert instance.form.missing_files == ()


_NOT_A_QUESTION = {"csv-external", "xml-external"}
_OF_A_LIST = {name for name in QUESTION_TYPE_DICT if "select" in name or name == "rank"}
_ROWS = {
    "audit": "audit | audit | A | | |",
    "background-geopoint": "background-geopoint | asked | | ${other} | |",
}


@pytest.mark.parametrize("name", sorted(set(QUESTION_TYPE_DICT) - _OF_A_LIST))
def test_every_type_the_converter_knows_becomes_a_question(form: MakeForm, name: str) -> None:
    shown = QUESTION_TYPE_DICT[name].get("control", {}).get("tag", "action") != "action"
    row = _ROWS.get(name) or f"{name} | asked | A | | {'1 + 1' if 'calculate' in name else ''} |"
    made = form(f"""
        | survey |      |        |       |         |             |
        |        | type | name   | label | trigger | calculation |
        |        | text | other  | Other |         |             |
        |        | {row}
    """)
    if name in _NOT_A_QUESTION:
        assert "asked" in made.sources
    else:
        question = made.element("/data/meta/audit" if name == "audit" else "/data/asked")
        assert isinstance(question, Question)
        assert question.type in TYPES
        assert question.has_control == (shown and name not in _ROWS)
