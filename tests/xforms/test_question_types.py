# ruff: noqa: E501 - forms are written as tables
"""Every question type of the XLSForm reference: what it takes, what stands in the submission."""

from dataclasses import replace

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import NotInListError, ReadOnlyError, WrongTypeError
from tests.xforms.conftest import Fill, MakeForm, fixed_environment, value

ASKED = """
    | survey  |                     |            |       |                     |
    |         | type                | name       | label | parameters          |
    |         | text                | text       | Q     | rows=4              |
    |         | integer             | integer    | Q     |                     |
    |         | decimal             | decimal    | Q     |                     |
    |         | date                | date       | Q     |                     |
    |         | time                | time       | Q     |                     |
    |         | dateTime            | moment     | Q     |                     |
    |         | geopoint            | geopoint   | Q     |                     |
    |         | geotrace            | geotrace   | Q     |                     |
    |         | geoshape            | geoshape   | Q     |                     |
    |         | barcode             | barcode    | Q     |                     |
    |         | image               | image      | Q     | max-pixels=640      |
    |         | audio               | audio      | Q     | quality=low         |
    |         | video               | video      | Q     |                     |
    |         | file                | file       | Q     |                     |
    |         | acknowledge         | agreed     | Q     |                     |
    |         | range               | whole      | Q     | start=2 end=8 step=2 |
    |         | range               | part       | Q     | start=0 end=1 step=0.25 |
    |         | select_one roofs    | one        | Q     |                     |
    |         | select_multiple roofs | many     | Q     |                     |
    |         | rank roofs          | rank       | Q     |                     |
    |         | percentage          | percentage | Q     |                     |
    |         | photo               | photo      | Q     |                     |
    | choices |                     |            |       |                     |
    |         | list_name           | name       | label |                     |
    |         | roofs               | tin        | Tin   |                     |
    |         | roofs               | tile       | Tile  |                     |
"""


@pytest.mark.parametrize(
    ("name", "type_name", "given", "kept"),
    [
        ("text", "text", " two  words ", " two  words "),
        ("integer", "integer", " 12 ", "12"),
        ("decimal", "decimal", "-0.50", "-0.50"),
        ("date", "date", "2026-02-28", "2026-02-28"),
        ("time", "time", "09:30", "09:30"),
        ("moment", "dateTime", "2026-02-28T09:30:00.000+03:00", "2026-02-28T09:30:00.000+03:00"),
        ("geopoint", "geopoint", "-1.28 36.81 1795 4.5", "-1.28 36.81 1795 4.5"),
        ("geotrace", "geotrace", "0 0 0 0;0 1 0 0", "0 0 0 0;0 1 0 0"),
        ("geoshape", "geoshape", "0 0;0 1;1 1;0 0", "0 0;0 1;1 1;0 0"),
        ("barcode", "barcode", "0401234 567", "0401234 567"),
        ("image", "image", "roof.jpg", "roof.jpg"),
        ("audio", "audio", "talk.m4a", "talk.m4a"),
        ("video", "video", "walk.mp4", "walk.mp4"),
        ("file", "file", "plan.pdf", "plan.pdf"),
        ("agreed", "acknowledge", "OK", "OK"),
        ("whole", "range", "4", "4"),
        ("part", "range", "0.75", "0.75"),
        ("one", "select_one", "tile", "tile"),
        ("many", "select_multiple", "tile tin", "tin tile"),
        ("rank", "rank", "tile tin", "tile tin"),
        ("percentage", "integer", "40", "40"),
        ("photo", "image", "door.jpg", "door.jpg"),
    ],
)
def test_an_answer_is_kept_and_submitted(
    fill: Fill, name: str, type_name: str, given: str, kept: str
) -> None:
    instance = fill(ASKED)
    instance.answer(f"/data/{name}", given)
    state = instance.state(f"/data/{name}")
    assert (state.type, state.value, state.valid) == (type_name, kept, True)
    assert f"<{name}>{kept}</{name}>" in instance.submission_xml()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("integer", "1e3"),
        ("decimal", "many"),
        ("date", "28.02.2026"),
        ("time", "9 h"),
        ("moment", "2026-02-28"),
        ("geopoint", "91 0"),
        ("geotrace", "0 0;north"),
        ("geoshape", "0 0 0 0 0"),
        ("whole", "4.5"),
        ("part", "half"),
        ("rank", "tile"),
    ],
)
def test_an_answer_of_another_kind_is_refused(fill: Fill, name: str, wrong: str) -> None:
    with pytest.raises(WrongTypeError):
        fill(ASKED).answer(f"/data/{name}", wrong)


def test_parameters_reach_the_control_or_the_bind(form: MakeForm) -> None:
    made = form(ASKED)
    assert made.element("/data/text").parameters["rows"] == "4"
    assert made.element("/data/image").bind.attributes == {"orx:max-pixels": "640"}
    assert made.element("/data/audio").bind.attributes == {"odk:quality": "low"}
    whole = made.element("/data/whole").parameters
    assert (whole["start"], whole["end"], whole["step"]) == ("2", "8", "2")
    assert [made.element(f"/data/{name}").bind.data_type for name in ("whole", "part")] == ["int", "decimal"]


def test_accuracy_of_places_is_kept_for_who_can_measure_it(form: MakeForm) -> None:
    made = form("""
        | survey |          |       |       |                                                                 |               |
        |        | type     | name  | label | parameters                                                      | appearance    |
        |        | geopoint | place | Place | capture-accuracy=10 warning-accuracy=20 allow-mock-accuracy=true | placement-map |
        |        | geoshape | field | Field | incremental=true                                                |               |
    """)
    place = made.element("/data/place")
    assert place.parameters["accuracyThreshold"] == "10"
    assert place.parameters["unacceptableAccuracyThreshold"] == "20"
    assert place.bind.attributes == {"odk:allow-mock-accuracy": "true"}
    assert place.appearance == "placement-map"
    assert made.element("/data/field").parameters["incremental"] == "true"


def test_a_range_may_name_its_ticks(form: MakeForm) -> None:
    made = form("""
        | survey  |           |       |       |                                                           |
        |         | type      | name  | label | parameters                                                |
        |         | range     | mood  | Mood  | start=1 end=5 step=1 tick_interval=2 tick_labelset=moods  |
        | choices |           |       |       |                                                           |
        |         | list_name | name  | label |                                                           |
        |         | moods     | 1     | Bad   |                                                           |
        |         | moods     | 5     | Good  |                                                           |
    """)
    assert made.element("/data/mood").parameters["odk:tick-interval"] == "2"


META = """
    | survey |               |          |       |                    |
    |        | type          | name     | label | parameters         |
    |        | start         | began    |       |                    |
    |        | end           | ended    |       |                    |
    |        | today         | day      |       |                    |
    |        | deviceid      | device   |       |                    |
    |        | username      | user     |       |                    |
    |        | email         | mail     |       |                    |
    |        | phonenumber   | phone    |       |                    |
    |        | simserial     | sim      |       |                    |
    |        | subscriberid  | line     |       |                    |
    |        | start-geopoint | place   |       |                    |
    |        | background-audio | sound |       | quality=voice-only |
    |        | audit         | audit    |       | track-changes=true location-priority=balanced location-min-interval=60 location-max-age=120 |
    |        | text          | name     | Name  |                    |
"""


def test_what_the_program_knows_fills_the_meta_questions(form: MakeForm) -> None:
    here = replace(
        fixed_environment(
            deviceid="habitat:1", username="amina", email="amina@example.org", phonenumber="+254 20 1"
        ),
        location=lambda: "-1.28 36.81 1795 5",
    )
    instance = FormInstance(form(META), here)
    names = ("began", "day", "device", "user", "mail", "phone", "sim", "line", "place", "sound")
    assert [value(instance, name) for name in names] == [
        "2026-01-15T10:00:00.000+03:00",
        "2026-01-15",
        "habitat:1",
        "amina",
        "amina@example.org",
        "+254 20 1",
        "",
        "",
        "-1.28 36.81 1795 5",
        "",
    ]
    assert "<ended>2026-01-15T10:00:00.000+03:00</ended>" in instance.submission_xml()


def test_meta_questions_are_not_asked_but_kept_and_told_where_a_desktop_lacks_them(form: MakeForm) -> None:
    made = form(META)
    assert made.questions == 1
    assert dict(made.beyond) == {
        "phonenumber": "/data/phone",
        "simserial": "/data/sim",
        "subscriberid": "/data/line",
        "audit": "/data/meta/audit",
        "setgeopoint": "/data/place",
        "recordaudio": "/data/sound",
    }
    audit = made.element("/data/meta/audit").bind.attributes
    assert audit["odk:track-changes"] == "true"
    assert audit["odk:location-min-interval"] == "60"
    assert made.actions[1].attributes == {"odk:quality": "voice-only"}


def test_a_note_shows_and_takes_nothing(fill: Fill) -> None:
    instance = fill("""
        | survey |         |       |                    |             |
        |        | type    | name  | label              | calculation |
        |        | integer | rooms | Rooms              |             |
        |        | note    | said  | ${rooms} rooms.    |             |
        |        | note    | twice | Twice              | ${rooms} * 2 |
    """)
    instance.answer("/data/rooms", "3")
    assert (instance.state("/data/said").kind, instance.state("/data/said").label) == ("note", "3 rooms.")
    assert value(instance, "twice") == "6"
    assert "<said/><twice>6</twice>" in instance.submission_xml()
    for name in ("said", "twice"):
        with pytest.raises(ReadOnlyError):
            instance.answer(f"/data/{name}", "x")


def test_hidden_and_calculated_rows_have_no_control(fill: Fill) -> None:
    instance = fill("""
        | survey |           |        |       |         |             |
        |        | type      | name   | label | default | calculation |
        |        | hidden    | source |       | census  |             |
        |        | calculate | total  |       |         | 1 + 1       |
        |        | date      | day    |       |         | today()     |
        |        | integer   | shown  | Shown |         | ${total} * 3 |
    """)
    assert instance.form.questions == 1
    assert [value(instance, name) for name in ("source", "total", "day", "shown")] == [
        "census",
        "2",
        "2026-01-15",
        "6",
    ]
    assert instance.form.element("/data/day").bind.data_type == "date"
    assert instance.state("/data/shown").calculated


def test_or_other_adds_a_choice_and_a_question_for_it(fill: Fill) -> None:
    instance = fill("""
        | survey  |                                |      |       |
        |         | type                           | name | label |
        |         | select_one roofs or_other      | roof | Roof  |
        |         | select_multiple roofs or_other | all  | All   |
        | choices |                                |      |       |
        |         | list_name                      | name | label |
        |         | roofs                          | tin  | Tin   |
    """)
    assert [choice.value for choice in instance.state("/data/roof").choices] == ["tin", "other"]
    assert not instance.state("/data/roof_other").relevant
    instance.answer("/data/roof", "other")
    instance.answer("/data/roof_other", "straw")
    instance.answer("/data/all", ["tin", "other"])
    assert instance.state("/data/all_other").relevant
    assert "<roof>other</roof><roof_other>straw</roof_other>" in instance.submission_xml()
    instance.answer("/data/roof", "tin")
    assert "roof_other" not in instance.submission_xml()


FILES = {
    "plots.csv": """
        code,title,area
        1,Hill,north
        2,Lake,south
    """,
    "towns.xml": "<root><item><name>nbo</name><label>Nairobi</label></item><item><name>ksm</name><label>Kisumu</label></item></root>",
    "sites.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "s1",'
    ' "properties": {"title": "Well", "depth": 30}, "geometry": {"type": "Point", "coordinates": [36.8, -1.3]}}]}',
}


def test_choices_come_from_csv_xml_and_geojson_files(fill: Fill) -> None:
    instance = fill(
        """
        | survey |                                     |       |       |                        |                   |                                                       |
        |        | type                                | name  | label | parameters             | choice_filter     | calculation                                           |
        |        | select_one_from_file plots.csv      | plot  | Plot  | value=code label=title | area='south'      |                                                       |
        |        | select_multiple_from_file towns.xml | towns | Towns |                        |                   |                                                       |
        |        | select_one_from_file sites.geojson  | site  | Site  |                        |                   |                                                       |
        |        | calculate                           | where |       |                        |                   | instance('sites')/root/item[id=${site}]/geometry      |
        |        | calculate                           | depth |       |                        |                   | instance('sites')/root/item[id=${site}]/depth         |
        """,
        lists=FILES,
    )
    shown = {
        name: [(choice.value, choice.label) for choice in instance.state(f"/data/{name}").choices]
        for name in ("plot", "towns", "site")
    }
    assert shown == {
        "plot": [("2", "Lake")],
        "towns": [("nbo", "Nairobi"), ("ksm", "Kisumu")],
        "site": [("s1", "Well")],
    }
    instance.answer("/data/site", "s1")
    instance.answer("/data/towns", ["ksm", "nbo"])
    assert (value(instance, "where"), value(instance, "depth")) == ("-1.3 36.8 0 0", "30")
    assert "<towns>nbo ksm</towns>" in instance.submission_xml()
    with pytest.raises(NotInListError):
        instance.answer("/data/plot", "1")


def test_lists_are_attached_without_a_question(fill: Fill) -> None:
    instance = fill(
        """
        | survey |              |        |       |                                                      |
        |        | type         | name   | label | calculation                                          |
        |        | csv-external | plots  |       |                                                      |
        |        | xml-external | houses |       |                                                      |
        |        | text         | code   | Code  |                                                      |
        |        | integer      | rooms  | Rooms |                                                      |
        |        | calculate    | title  |       | instance('plots')/root/item[code=${code}]/title      |
        |        | calculate    | same   |       | count(instance('houses')/houses/house[rooms = current()/../rooms ]) |
        """,
        lists={
            **FILES,
            "houses.xml": "<houses><house><rooms>2</rooms></house><house><rooms>2</rooms></house></houses>",
        },
    )
    assert "<plots" not in instance.submission_xml()
    instance.answer("/data/code", "2")
    instance.answer("/data/rooms", "2")
    assert (value(instance, "title"), value(instance, "same")) == ("Lake", "2")


def test_choices_may_be_the_answers_of_a_repeat(fill: Fill) -> None:
    instance = fill("""
        | survey |                   |        |       |                |
        |        | type              | name   | label | choice_filter  |
        |        | begin repeat      | person | People |               |
        |        | text              | name   | Name  |                |
        |        | integer           | age    | Age   |                |
        |        | end repeat        |        |       |                |
        |        | select_one ${name} | head  | Head  | ${age} > 17    |
    """)
    instance.answer("/data/person[1]/name", "Amina")
    instance.answer("/data/person[1]/age", "40")
    second = instance.add("/data/person")
    instance.answer(f"{second}/name", "Ben")
    changed = instance.answer(f"{second}/age", "9")
    assert [choice.value for choice in instance.state("/data/head").choices] == ["Amina"]
    changed = instance.answer(f"{second}/age", "19")
    assert "/data/head" in changed
    assert [choice.label for choice in instance.state("/data/head").choices] == ["Amina", "Ben"]


TOPPINGS = """
    | survey  |                    |        |       |                          |               |
    |         | type               | name   | label | parameters               | calculation   |
    |         | calculate          | seed   |       |                          | 40 + 2        |
    |         | select_one roofs   | fixed  | Q     | randomize=true, seed=42  |               |
    |         | rank roofs         | named  | Q     | randomize=true, seed=${seed} |           |
    |         | select_multiple roofs | free | Q    | randomize=true           |               |
    | choices |                    |        |       |                          |               |
    |         | list_name          | name   | label |                          |               |
    |         | roofs              | a      | A     |                          |               |
    |         | roofs              | b      | B     |                          |               |
    |         | roofs              | c      | C     |                          |               |
    |         | roofs              | d      | D     |                          |               |
    |         | roofs              | e      | E     |                          |               |
"""


def test_random_order_is_that_of_its_seed_and_else_stays_while_the_form_is_open(fill: Fill) -> None:
    instance = fill(TOPPINGS)

    def order(name: str) -> str:
        return "".join(choice.value for choice in instance.state(f"/data/{name}").choices)

    assert order("fixed") == order("named") != "abcde"
    first = order("free")
    assert sorted(first) == list("abcde")
    instance.answer("/data/free", ["e", "a"])
    assert order("free") == first
    assert set(value(instance, "free").split()) == {"a", "e"}


def test_a_loop_asks_its_questions_for_each_choice(fill: Fill) -> None:
    instance = fill("""
        | survey  |                       |       |                     |
        |         | type                  | name  | label               |
        |         | begin loop over rooms | room  | Rooms               |
        |         | integer               | area  | Area of %(label)s   |
        |         | end loop              |       |                     |
        | choices |                       |       |                     |
        |         | list_name             | name  | label               |
        |         | rooms                 | hall  | Hall                |
        |         | rooms                 | bath  | Bath                |
    """)
    instance.answer("/data/room/bath/area", "4")
    assert instance.state("/data/room/hall/area").label == "Area of Hall"
    assert "<room><hall><area/></hall><bath><area>4</area></bath></room>" in instance.submission_xml()


def test_old_names_of_types_are_still_understood(form: MakeForm) -> None:
    made = form("""
        | survey |                    |       |       |
        |        | type               | name  | label |
        |        | string             | a     | Q     |
        |        | int                | b     | Q     |
        |        | gps                | c     | Q     |
        |        | location           | d     | Q     |
        |        | datetime           | e     | Q     |
        |        | date time          | f     | Q     |
        |        | trigger            | g     | Q     |
        |        | q picture          | h     | Q     |
        |        | phone number       | i     | Q     |
        |        | imei               | j     |       |
        |        | start time         | k     |       |
    """)
    types = [
        element.type for element in made.walk() if element.path.count("/") == 2 and element.name != "meta"
    ]  # type: ignore[attr-defined]
    assert types == [
        *("text", "integer", "geopoint", "geopoint", "dateTime", "dateTime", "acknowledge", "image"),
        *("text", "hidden", "hidden"),
    ]
    assert made.element("/data/j").preload == ("property", "deviceid")  # type: ignore[attr-defined]


def test_a_list_on_both_sheets_is_two_lists_and_names_may_stand_twice_outside(fill: Fill) -> None:
    instance = fill("""
        | survey           |                            |       |       |                  |
        |                  | type                       | name  | label | choice_filter    |
        |                  | select_one towns           | state | State |                  |
        |                  | select_one_external towns  | town  | Town  | state=${state}   |
        | choices          |                            |       |       |                  |
        |                  | list name                  | name  | label |                  |
        |                  | towns                      | tx    | Texas |                  |
        |                  | towns                      | wa    | Washington |             |
        | external_choices |                            |       |       |                  |
        |                  | list_name                  | name  | label | state            |
        |                  | towns                      | paris | Paris (Texas) | tx       |
        |                  | towns                      | paris | Paris (Washington) | wa  |
    """)
    assert [choice.value for choice in instance.state("/data/state").choices] == ["tx", "wa"]
    instance.answer("/data/state", "wa")
    assert [choice.label for choice in instance.state("/data/town").choices] == ["Paris (Washington)"]


def test_choices_on_the_external_sheet_are_choices(fill: Fill) -> None:
    instance = fill("""
        | survey           |                            |       |       |                  |
        |                  | type                       | name  | label | choice_filter    |
        |                  | select_one states          | state | State |                  |
        |                  | select_one_external cities | city  | City  | state=${state}   |
        | choices          |                            |       |       |                  |
        |                  | list_name                  | name  | label |                  |
        |                  | states                     | tx    | Texas |                  |
        |                  | states                     | wa    | Washington |             |
        | external_choices |                            |       |       |                  |
        |                  | list_name                  | name  | label | state            |
        |                  | cities                     | aus   | Austin | tx              |
        |                  | cities                     | sea   | Seattle | wa             |
    """)
    assert instance.state("/data/city").type == "select_one"
    assert instance.state("/data/city").choices == ()
    instance.answer("/data/state", "wa")
    assert [choice.label for choice in instance.state("/data/city").choices] == ["Seattle"]
    with pytest.raises(NotInListError):
        instance.answer("/data/city", "aus")
    instance.answer("/data/city", "sea")
    assert "<city>sea</city>" in instance.submission_xml()


def test_programs_of_a_phone_are_told(form: MakeForm) -> None:
    made = form("""
        | survey |             |        |        |                              |                            |                 |
        |        | type        | name   | label  | parameters                   | intent                     | appearance      |
        |        | image       | photo  | Photo  | app=org.example.stamp        |                            |                 |
        |        | text        | pulse  | Pulse  |                              |                            | ex:org.example.pulse(age=${photo}) |
        |        | begin group | visit  | Visit  |                              | ex:org.example.open(x='1') |                 |
        |        | decimal     | north  | North  |                              |                            | bearing         |
        |        | end group   |        |        |                              |                            |                 |
        |        | osm houses  | mapped | Mapped |                              |                            |                 |
        | osm    |             |        |        |
        |        | list_name   | name   | label  |
        |        | houses      | name   | Name   |
    """)
    assert made.beyond == (
        ("org.example.stamp", "/data/photo"),
        ("ex:org.example.pulse", "/data/pulse"),
        ("ex:org.example.open", "/data/visit"),
        ("bearing", "/data/visit/north"),
        ("osm", "/data/mapped"),
    )


@pytest.mark.parametrize(
    ("name", "given"),
    [("whole", "10"), ("whole", "1"), ("whole", "3"), ("part", "0.3"), ("part", "-0.25"), ("down", "11")],
)
def test_a_range_takes_only_its_steps_between_its_ends(fill: Fill, name: str, given: str) -> None:
    instance = fill(
        """
        | survey |       |       |       |                        |
        |        | type  | name  | label | parameters             |
        |        | range | whole | Q     | start=2 end=8 step=2   |
        |        | range | part  | Q     | start=0 end=1 step=0.25|
        |        | range | down  | Q     | start=10 end=0 step=1  |
        """
    )
    with pytest.raises(WrongTypeError):
        instance.answer(f"/data/{name}", given)
    for ref, taken in (("whole", "8"), ("part", "0.750"), ("down", "0")):
        instance.answer(f"/data/{ref}", taken)


def test_a_record_with_a_number_past_its_range_opens_all_the_same(fill: Fill) -> None:
    table = """
        | survey |       |       |       |                      |
        |        | type  | name  | label | parameters           |
        |        | range | whole | Q     | start=2 end=8 step=2 |
    """
    assert value(fill(table, answers={"whole": "9"}), "whole") == "9"
