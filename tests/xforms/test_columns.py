# ruff: noqa: E501 - forms are written as tables
"""Every column of the sheets `survey` and `choices`, under each of its names."""

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media
from habitat_desktop.xforms.problems import ReadOnlyError
from tests.xforms.conftest import Fill, MakeForm, fixed_environment, value

LOGIC = """
    | survey |         |       |       |            |             |           |             |              |                      |                |
    |        | type    | name  | label | {relevant} | {constraint} | required | {readonly}  | {calculation} | {constraint_message} | {required_message} |
    |        | integer | rooms | Rooms |            | . < 20      | yes       |             |              | Too many             | Say a number   |
    |        | text    | use   | Use   | ${{rooms}} > 1 |         |           | ${{rooms}} = 9 |           |                      |                |
    |        | integer | twice |       |            |             |           |             | ${{rooms}} * 2 |                    |                |
"""
NAMES = {
    "relevant": "relevant",
    "constraint": "constraint",
    "readonly": "read_only",
    "calculation": "calculation",
    "constraint_message": "constraint_message",
    "required_message": "required_message",
}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"relevant": "relevance"},
        {"readonly": "readonly"},
        {"calculation": "calculate"},
        {"constraint_message": "constraining_message"},
        {"required_message": "requiredMsg"},
        {"relevant": "bind::relevant", "constraint": "bind::constraint", "readonly": "bind::readonly"},
        {"calculation": "bind::calculate", "constraint_message": "bind::jr:constraintMsg"},
        {"relevant": "Relevant", "constraint": "CONSTRAINT"},
    ],
)
def test_logic_works_under_each_name_of_its_column(fill: Fill, other: dict[str, str]) -> None:
    instance = fill(LOGIC.format_map({**NAMES, **other}))
    assert [(p.kind, p.message) for p in instance.problems()] == [("required", "Say a number")]
    instance.answer("/data/rooms", "20")
    state = instance.state("/data/rooms")
    assert (state.error, state.message, value(instance, "twice")) == ("constraint", "Too many", "40")
    instance.answer("/data/rooms", "9")
    assert instance.state("/data/use").readonly
    with pytest.raises(ReadOnlyError):
        instance.answer("/data/use", "home")
    instance.answer("/data/rooms", "1")
    assert not instance.state("/data/use").relevant


@pytest.mark.parametrize("word", ["yes", "Yes", "TRUE", "true", "true()"])
def test_each_word_for_yes_is_yes(fill: Fill, word: str) -> None:
    state = fill(f"""
        | survey |      |      |       |          |           |
        |        | type | name | label | required | read_only |
        |        | text | a    | A     | {word}   | {word}    |
    """).state("/data/a")
    assert (state.required, state.readonly, state.kind) == (True, True, "note")


@pytest.mark.parametrize("word", ["no", "No", "false", "FALSE", "false()", ""])
def test_each_word_for_no_is_no(fill: Fill, word: str) -> None:
    state = fill(f"""
        | survey |      |      |       |          |           |
        |        | type | name | label | required | read_only |
        |        | text | a    | A     | {word}   | {word}    |
    """).state("/data/a")
    assert (state.required, state.readonly, state.kind) == (False, False, "question")


def test_older_words_for_type_name_label_and_choices_are_understood(fill: Fill) -> None:
    instance = fill("""
        | survey  |                  |      |         |
        |         | command          | tag  | caption |
        |         | select_one roofs | roof | Roof    |
        | choices |                  |      |         |
        |         | list name        | value | caption |
        |         | roofs            | tin  | Tin     |
    """)
    instance.answer("/data/roof", "tin")
    assert instance.state("/data/roof").label == "Roof"
    assert instance.state("/data/roof").choices == (Choice("tin", "Tin"),)


TEXTS = """
    | survey  |                  |      |                     |                      |                    |                     |                             |                              |
    |         | type             | name | label::English (en) | label::Français (fr) | hint::English (en) | hint::Français (fr) | guidance_hint::English (en) | guidance_hint::Français (fr) | constraint | constraint_message::English (en) | constraint_message::Français (fr) | required | required_message::English (en) | required_message::Français (fr) |
    |         | select_one roofs | roof | Roof                | Toit                 | Look up            | Levez les yeux      | Ask twice                   | Demandez deux fois           | . != 'tile' | No tiles                        | Pas de tuiles                     | yes      | Needed                         | Obligatoire                     |
    | choices |                  |      |                     |                      |
    |         | list_name        | name | label::English (en) | label::Français (fr) |
    |         | roofs            | tin  | Tin                 | Tôle                 |
    |         | roofs            | tile | Tile                | Tuile                |
"""


@pytest.mark.parametrize(
    ("language", "texts", "messages", "choices"),
    [
        ("en", ("Roof", "Look up", "Ask twice"), ("Needed", "No tiles"), ["Tin", "Tile"]),
        ("fr", ("Toit", "Levez les yeux", "Demandez deux fois"), ("Obligatoire", "Pas de tuiles"), ["Tôle", "Tuile"]),
    ],
)  # fmt: skip
def test_every_text_has_a_column_for_each_language(
    fill: Fill, language: str, texts: tuple[str, ...], messages: tuple[str, ...], choices: list[str]
) -> None:
    instance = fill(TEXTS, language=language)
    state = instance.state("/data/roof")
    assert (state.label, state.hint, state.guidance) == texts
    assert [choice.label for choice in state.choices] == choices
    required = instance.problems()[0].message
    instance.answer("/data/roof", "tile")
    assert (required, instance.state("/data/roof").message) == messages


@pytest.mark.parametrize("prefix", ["", "media::"])
def test_media_have_a_column_for_each_language(fill: Fill, prefix: str) -> None:
    table = f"""
        | survey  |                  |      |                     |                      |                              |                               |                           |                        |                                  |          |
        |         | type             | name | label::English (en) | label::Français (fr) | {prefix}image::English (en)  | {prefix}image::Français (fr)  | {prefix}audio::Français (fr) | {prefix}video::English (en) | {prefix}big-image::English (en) | autoplay |
        |         | select_one roofs | roof | Roof                | Toit                 | roof.png                     | toit.png                      | toit.mp3                  | roof.mp4               | big.png                          | audio    |
        | choices |                  |      |                     |                      |                              |
        |         | list_name        | name | label::English (en) | label::Français (fr) | {prefix}image::Français (fr) |
        |         | roofs            | tin  | Tin                 | Tôle                 | tole.png                     |
    """
    english, french = fill(table), fill(table, language="fr")
    assert set(english.state("/data/roof").media) >= {
        Media("image", "roof.png"),
        Media("video", "roof.mp4"),
        Media("big-image", "big.png"),
    }
    assert set(french.state("/data/roof").media) >= {Media("image", "toit.png"), Media("audio", "toit.mp3")}
    assert french.state("/data/roof").choices[0].media == (Media("image", "tole.png"),)
    assert english.form.element("/data/roof").parameters["autoplay"] == "audio"


DEFAULTS = """
    | survey |                     |       |       |                       |
    |        | type                | name  | label | default               |
    |        | integer             | fixed | Q     | 7                     |
    |        | text                | words | Q     | a sentence, with 1    |
    |        | date                | day   | Q     | today()               |
    |        | date                | old   | Q     | 2010-06-15            |
    |        | integer             | more  | Q     | ${fixed} + 1          |
    |        | select_multiple abc | some  | Q     | c a                   |
    |        | image               | photo | Q     | roof.png              |
    | choices |                    |       |       |                       |
    |        | list_name           | name  | label |                       |
    |        | abc                 | a     | A     |                       |
    |        | abc                 | b     | B     |                       |
    |        | abc                 | c     | C     |                       |
"""


def test_defaults_are_fixed_or_worked_out_once(fill: Fill) -> None:
    instance = fill(DEFAULTS)
    names = ("fixed", "words", "day", "old", "more", "some")
    assert [value(instance, name) for name in names] == [
        *("7", "a sentence, with 1", "2026-01-15", "2010-06-15", "8", "c a"),
    ]
    instance.answer("/data/fixed", "1")
    assert value(instance, "more") == "8"
    instance.answer("/data/more", "")
    assert value(instance, "more") == ""


def test_a_picture_that_comes_with_the_form_stands_as_its_address(fill: Fill) -> None:
    instance = fill(DEFAULTS)
    assert value(instance, "photo") == "jr://images/roof.png"


TRIGGER = """
    | survey |           |      |       |                    |                    |           |
    |        | type      | name | label | calculation        | trigger            | read_only |
    |        | integer   | temp | Q     |                    |                    |           |
    |        | text      | who  | Q     |                    |                    |           |
    |        | dateTime  | at   |       | now()              | ${temp}            |           |
    |        | text      | far  | Q     | 32 + 1.8 * ${temp} | ${temp}            | yes       |
    |        | calculate | kelv |       | 273 + ${temp}      | ${temp}            |           |
    |        | integer   | age  | Q     |                    | ${who}             |           |
    |        | calculate | any  |       | concat(${who}, ${temp}) | ${temp}, ${who} |         |
"""


def test_a_trigger_works_out_or_clears_when_its_question_changes(fill: Fill) -> None:
    instance = fill(TRIGGER)
    assert [value(instance, name) for name in ("at", "far", "kelv")] == ["", "", ""]
    instance.answer("/data/temp", "20")
    assert value(instance, "at") == "2026-01-15T10:00:00.000+03:00"
    assert (value(instance, "far"), value(instance, "kelv"), value(instance, "any")) == ("68", "293", "20")
    instance.answer("/data/age", "80")
    instance.answer("/data/who", "Ben")
    assert (value(instance, "age"), value(instance, "any")) == ("", "Ben20")


def test_a_trigger_may_ask_where_the_computer_is(form: MakeForm) -> None:
    from dataclasses import replace

    made = form("""
        | survey |                     |       |       |          |
        |        | type                | name  | label | trigger  |
        |        | integer             | temp  | Q     |          |
        |        | background-geopoint | place |       | ${temp}  |
    """)
    instance = FormInstance(made, replace(fixed_environment(), location=lambda: "1 2 0 0"))
    assert value(instance, "place") == ""
    instance.answer("/data/temp", "20")
    assert value(instance, "place") == "1 2 0 0"


@pytest.mark.parametrize(
    "column", ["repeat_count", "count", "jr:count", "control::jr:count", "body::jr:count"]
)
def test_a_repeat_has_as_many_entries_as_its_count(fill: Fill, column: str) -> None:
    instance = fill(f"""
        | survey |              |      |       |          |
        |        | type         | name | label | {column} |
        |        | integer      | n    | N     |          |
        |        | begin_repeat | row  | Row   | ${{n}} + 1 |
        |        | text         | a    | A     |          |
        |        | end_repeat   |      |       |          |
    """)
    instance.answer("/data/n", "2")
    assert len(instance.instances("/data/row")) == 3
    assert instance.state("/data/row").readonly
    instance.answer("/data/n", "0")
    assert len(instance.instances("/data/row")) == 1


def test_groups_and_repeats_take_relevance_and_appearance(fill: Fill) -> None:
    instance = fill("""
        | survey |              |       |         |            |              |
        |        | type         | name  | label   | appearance | relevant     |
        |        | integer      | n     | N       |            |              |
        |        | begin_group  | house | House   | field-list | ${n} > 0     |
        |        | text         | a     | A       |            |              |
        |        | begin repeat | room  | Rooms   | minimal    | ${n} > 1     |
        |        | text         | b     | B       |            |              |
        |        | end repeat   |       |         |            |              |
        |        | end_group    |       |         |            |              |
    """)
    assert instance.state("/data/house").appearance == "field-list"
    assert instance.state("/data/house/room").appearance == "minimal"
    assert "<house" not in instance.submission_xml()
    instance.answer("/data/n", "1")
    assert "<house><a/></house>" in instance.submission_xml()
    instance.answer("/data/n", "2")
    assert "<house><a/><room><b/></room></house>" in instance.submission_xml()


def test_a_table_list_shows_its_labels_once(fill: Fill) -> None:
    instance = fill("""
        | survey  |                 |      |       |            |
        |         | type            | name | label | appearance |
        |         | begin group     | all  | All   | table-list |
        |         | select_one yn   | tap  | Tap   |            |
        |         | select_one yn   | gas  | Gas   |            |
        |         | end group       |      |       |            |
        | choices |                 |      |       |            |
        |         | list_name       | name | label |            |
        |         | yn              | y    | Yes   |            |
    """)
    shown = [instance.state(ref) for ref in instance.children("/data/all")]
    assert [state.appearance for state in shown] == ["", "label", "list-nolabel", "list-nolabel"]
    assert instance.state("/data/all").appearance == "field-list"


def test_further_attributes_of_bind_body_and_instance_are_kept(form: MakeForm, fill: Fill) -> None:
    table = """
        | survey   |      |      |       |                        |                   |               |                  |      |
        |          | type | name | label | bind::esri:fieldLength | body::accept      | instance::hxl | noAppErrorString | rows |
        |          | text | a    | A     | 50                     | application/pdf   | #name         | no app           | 5    |
        | settings |
        |          | namespaces                    |
        |          | esri="http://esri.com/xforms" |
    """
    element = form(table).element("/data/a")
    assert element.bind.attributes == {"esri:fieldLength": "50", "jr:noAppErrorString": "no app"}
    assert element.parameters["accept"] == "application/pdf"
    assert element.parameters["rows"] == "5"
    assert '<a hxl="#name"/>' in fill(table).submission_xml()


def test_a_row_that_is_disabled_is_left_out(form: MakeForm) -> None:
    made = form("""
        | survey |      |      |       |          |
        |        | type | name | label | disabled |
        |        | text | a    | A     | yes      |
        |        | text | b    | B     | no       |
    """)
    assert made.questions == 1
    assert "/data/a" not in made.elements


def test_other_columns_of_choices_are_read_by_filters_and_formulas(fill: Fill) -> None:
    instance = fill("""
        | survey  |                   |       |       |                  |                                                     |
        |         | type              | name  | label | choice_filter    | calculation                                         |
        |         | select_one states | state | State |                  |                                                     |
        |         | select_one towns  | town  | Town  | state = ${state} |                                                     |
        |         | calculate         | size  |       |                  | instance('towns')/root/item[name = ${town}]/people  |
        | choices |                   |       |       |                  |                                                     |
        |         | list_name         | name  | label | state            | people                                              |
        |         | states            | tx    | Texas |                  |                                                     |
        |         | states            | wa    | Washington |             |                                                     |
        |         | towns             | aus   | Austin | tx              | 974000                                              |
        |         | towns             | sea   | Seattle | wa             | 737000                                              |
    """)
    instance.answer("/data/state", "wa")
    instance.answer("/data/town", "sea")
    assert value(instance, "size") == "737000"
    assert [choice.value for choice in instance.state("/data/town").choices] == ["sea"]


@pytest.mark.parametrize(
    "appearance",
    [
        *("multiline", "numbers", "thousands-sep", "masked", "url", "counter", "bearing", "printer"),
        *("month-year", "year", "no-calendar", "ethiopian", "coptic", "islamic", "bikram-sambat"),
        *("myanmar", "persian", "buddhist", "minimal", "autocomplete", "search", "quick", "likert"),
        *("columns", "columns-3", "columns-pack", "no-buttons", "compact", "quickcompact", "horizontal"),
        *("label", "list-nolabel", "list", "image-map", "map", "quick map", "placement-map", "maps"),
        *("rating", "vertical", "no-ticks", "picker", "signature", "annotate", "draw", "new", "new-front"),
        *("hidden-answer", "w1 field-list", "ex:org.example.app(a='1', b=2)"),
    ],
)
def test_every_appearance_reaches_the_question_as_it_is_written(form: MakeForm, appearance: str) -> None:
    made = form(f"""
        | survey |      |      |       |            |
        |        | type | name | label | appearance |
        |        | text | a    | A     | {appearance} |
    """)
    assert made.element("/data/a").appearance == appearance


def test_a_calculated_question_may_be_changed_until_what_it_reads_changes(fill: Fill) -> None:
    instance = fill("""
        | survey |           |      |       |             |          |
        |        | type      | name | label | calculation | readonly |
        |        | integer   | a    | A     |             |          |
        |        | integer   | b    | B     | ${a} * 2    |          |
        |        | integer   | c    | C     | ${a} * 3    | yes      |
        |        | calculate | d    |       | ${b} + 1    |          |
    """)
    instance.answer("/data/a", "2")
    instance.answer("/data/b", "7")
    assert (value(instance, "b"), value(instance, "d")) == ("7", "8")
    with pytest.raises(ReadOnlyError):
        instance.answer("/data/c", "1")
    instance.answer("/data/a", "3")
    assert [value(instance, name) for name in "bcd"] == ["6", "9", "7"]


def test_a_count_inside_a_repeat_is_that_of_its_entry(fill: Fill) -> None:
    instance = fill("""
        | survey |              |        |        |              |
        |        | type         | name   | label  | repeat_count |
        |        | begin repeat | house  | Houses |              |
        |        | integer      | number | Rooms  |              |
        |        | begin repeat | room   | Room   | ${number}    |
        |        | text         | use    | Use    |              |
        |        | end repeat   |        |        |              |
        |        | end repeat   |        |        |              |
    """)
    instance.answer("/data/house[1]/number", "2")
    second = instance.add("/data/house")
    instance.answer(f"{second}/number", "1")
    assert [len(instance.instances(f"/data/house[{n}]/room")) for n in (1, 2)] == [2, 1]
    instance.answer("/data/house[1]/number", "0")
    assert [len(instance.instances(f"/data/house[{n}]/room")) for n in (1, 2)] == [0, 1]


def test_a_question_may_have_a_hint_or_a_picture_alone(fill: Fill) -> None:
    instance = fill("""
        | survey |      |       |       |           |          |
        |        | type | name  | label | hint      | image    |
        |        | text | told  |       | As shown. |          |
        |        | text | drawn |       |           | door.png |
    """)
    assert (instance.state("/data/told").label, instance.state("/data/told").hint) == ("", "As shown.")
    assert instance.state("/data/drawn").media == (Media("image", "door.png"),)
    assert instance.form.questions == 2


def test_answers_show_in_every_text(fill: Fill) -> None:
    instance = fill("""
        | survey  |                  |       |                |               |                |            |                    |          |                  |
        |         | type             | name  | label          | hint          | guidance_hint  | constraint | constraint_message | required | required_message |
        |         | text             | who   | Who            |               |                |            |                    |          |                  |
        |         | select_one roofs | roof  | Roof of ${who} | For ${who}    | Ask ${who}     | false()    | Not ${who}         | yes      | Say, ${who}      |
        |         | begin group      | place | At ${who}      |               |                |            |                    |          |                  |
        |         | note             | said  | ${who}!        |               |                |            |                    |          |                  |
        |         | end group        |       |                |               |                |            |                    |          |                  |
        | choices |                  |       |                |
        |         | list_name        | name  | label          |
        |         | roofs            | own   | Made by ${who} |
    """)
    changed = instance.answer("/data/who", "Ada")
    assert {"/data/roof", "/data/place", "/data/place/said"} <= changed
    state = instance.state("/data/roof")
    assert (state.label, state.hint, state.guidance) == ("Roof of Ada", "For Ada", "Ask Ada")
    assert state.choices == (Choice("own", "Made by Ada"),)
    assert instance.problems()[0].message == "Say, Ada"
    instance.answer("/data/roof", "own")
    assert instance.state("/data/roof").message == "Not Ada"
    assert [instance.state(ref).label for ref in ("/data/place", "/data/place/said")] == ["At Ada", "Ada!"]


@pytest.mark.parametrize(
    ("type_name", "default", "kept"),
    [
        ("integer", "many", ""),
        ("integer", "1.9", "1"),
        ("decimal", "1.50", "1.50"),
        ("date", "2026-06-15", "2026-06-15"),
        ("geopoint", "1.2 36.8 0 0", "1.2 36.8 0 0"),
        ("acknowledge", "OK", "OK"),
        ("text", "-5", "-5"),
        ("text", "uuid()", "00000000-0000-4000-8000-000000000002"),
    ],
)
def test_a_default_is_kept_as_a_value_of_its_type(
    fill: Fill, type_name: str, default: str, kept: str
) -> None:
    instance = fill(f"""
        | survey |             |      |       |           |
        |        | type        | name | label | default   |
        |        | {type_name} | a    | A     | {default} |
    """)
    assert value(instance, "a") == kept
