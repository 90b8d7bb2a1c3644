# ruff: noqa: E501 - forms are written as tables
"""Texts: languages, answers shown inside labels, messages, units, translations of our own forms."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.itext import language_code
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import Fill, MakeForm, fixed_environment, value

TWO_LANGUAGES = """
| survey  |                 |        |                        |                          |            |                        |
|         | type            | name   | label::English (en)    | label::Français (fr)     | constraint | constraint_message::Français (fr) |
|         | text            | person | Name                   | Nom                      |            |                        |
|         | integer         | rooms  | Rooms of ${person}     | Pièces de ${person}      | . < 9      | ${person} exagère      |
|         | select_one yn   | roof   | A roof?                | Un toit ?                |            |                        |
| choices |                 |        |                        |                          |            |                        |
|         | list_name       | name   | label::English (en)    | label::Français (fr)     |            |                        |
|         | yn              | yes    | Yes                    | Oui                      |            |                        |
|         | yn              | no     | No                     | Non                      |            |                        |
"""


def test_labels_show_answers_in_the_language_asked_for(fill: Fill) -> None:
    instance = fill(TWO_LANGUAGES, language="fr")
    assert instance.form.languages == ("en", "fr")
    assert "/data/rooms" in instance.answer("/data/person", "Amina")
    assert instance.state("/data/rooms").label == "Pièces de Amina"
    instance.set_language("en")
    assert instance.state("/data/rooms").label == "Rooms of Amina"
    assert [choice.label for choice in instance.state("/data/roof").choices] == ["Yes", "No"]
    instance.set_language("fr")
    assert [choice.label for choice in instance.state("/data/roof").choices] == ["Oui", "Non"]


def test_messages_show_answers_too(fill: Fill) -> None:
    instance = fill(TWO_LANGUAGES, language="fr")
    instance.answer("/data/person", "Amina")
    instance.answer("/data/rooms", "12")
    assert instance.state("/data/rooms").message == "Amina exagère"


def test_a_static_label_marks_where_an_answer_will_stand(form: MakeForm) -> None:
    made = form(TWO_LANGUAGES)
    assert made.element("/data/rooms").label("fr") == "Pièces de …"
    assert made.element("/data/rooms").label("xx") == "Rooms of …", "the default language steps in"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Français (fr)", "fr"), ("العربية (ar)", "ar"), ("zh", "zh"), ("Portuguese (pt-BR)", "pt-BR")],
)
def test_languages_are_known_by_their_code(name: str, code: str) -> None:
    assert language_code(name) == code


def test_expressions_that_read_texts_follow_the_language(fill: Fill) -> None:
    instance = fill(
        """
        | survey  |               |       |                     |                      |                                  |
        |         | type          | name  | label::English (en) | label::Français (fr) | calculation                      |
        |         | select_one yn | roof  | A roof?             | Un toit ?            |                                  |
        |         | calculate     | shown |                     |                      | jr:choice-name(${roof}, '${roof}') |
        | choices |               |       |                     |                      |                                  |
        |         | list_name     | name  | label::English (en) | label::Français (fr) |                                  |
        |         | yn            | yes   | Yes                 | Oui                  |                                  |
        """
    )
    instance.answer("/data/roof", "yes")
    assert value(instance, "shown") == "Yes"
    instance.set_language("fr")
    assert value(instance, "shown") == "Oui"


def test_hints_and_guidance_are_apart(fill: Fill) -> None:
    instance = fill("""
        | survey |      |      |       |           |               |
        |        | type | name | label | hint      | guidance_hint |
        |        | text | a    | A     | As shown. | Only on call. |
    """)
    state = instance.state("/data/a")
    assert (state.hint, state.guidance) == ("As shown.", "Only on call.")


def test_our_forms_speak_all_six_languages(forms_folder: Path, tmp_path: Path) -> None:
    made = load_form(forms_folder / "housing_policy.xlsx", foreign=False, cache=tmp_path)
    assert set(made.languages) == {"en", "ar", "es", "fr", "ru", "zh"}
    assert made.title("fr") != made.title("en")
    instance = FormInstance(made, fixed_environment("fr"))
    english = FormInstance(made, fixed_environment("en"))
    ref = "/data/hdr/reporting_period"
    assert instance.state(ref).label != english.state(ref).label
    assert instance.state(ref).choices != english.state(ref).choices
    assert [c.value for c in instance.state(ref).choices] == [c.value for c in english.state(ref).choices]


def test_units_are_shown_in_the_language_asked_for(forms_folder: Path, tmp_path: Path) -> None:
    made = load_form(forms_folder / "slum_upgrading.xlsx", foreign=False, cache=tmp_path)
    ref = "/data/prog/city_population"
    english = FormInstance(made, fixed_environment("en")).state(ref).unit
    french = FormInstance(made, fixed_environment("fr")).state(ref).unit
    assert english == "persons"
    assert french not in ("", english)


def test_the_hash_does_not_depend_on_translations(forms_folder: Path) -> None:
    path = forms_folder / "housing_policy.xlsx"
    assert load_form(path, foreign=False).hash == load_form(path, foreign=True).hash


def test_the_hash_changes_with_the_logic_but_not_with_spaces(form: MakeForm) -> None:
    table = """
        | survey |         |      |       |            |
        |        | type    | name | label | constraint |
        |        | integer | a    | {label} | {constraint} |
    """
    plain = form(table.format(label="A", constraint=". > 1")).hash
    assert form(table.format(label="B", constraint=".   >   1")).hash == plain
    assert form(table.format(label="A", constraint=". > 2")).hash != plain


def test_a_subject_and_a_periodicity_come_from_the_settings(form: MakeForm) -> None:
    made = form("""
        | survey   |                |      |       |
        |          | type           | name | label |
        |          | begin group    | g    | G     |
        |          | text           | city | City  |
        |          | end group      |      |       |
        | settings |                |                 | |
        |          | habitat_period | habitat_subject | |
        |          | half-year      | city            | |
    """)
    assert (made.periodicity, made.subject) == ("half-year", ("/data/g/city",))


def test_our_columns_reach_the_questions(form: MakeForm, fill: Fill) -> None:
    table = """
        | survey |         |      |       |                     |                        |                          |                      |
        |        | type    | name | label | bind::habitat:unit  | bind::habitat:rollover | bind::habitat:strict     | appearance           |
        |        | decimal | a    | A     | hectares            | carry                  | yes                      | thousands-sep        |
    """
    question = form(table).element("/data/a")
    assert (question.unit, question.rollover, question.strict) == ("hectares", "carry", True)  # type: ignore[attr-defined]
    state = fill(table).state("/data/a")
    assert (state.unit, state.appearance) == ("hectares", "thousands-sep")
    assert value(fill(table), "a") == ""


def test_typographic_quotes_in_texts_stay(fill: Fill) -> None:
    instance = fill("""
        | survey |      |      |                           |
        |        | type | name | label                     |
        |        | text | who  | L’habitant dit « “oui” »  |
    """)
    assert instance.state("/data/who").label == "L’habitant dit « “oui” »"


def test_names_of_months_follow_the_language_when_it_changes(fill: Fill) -> None:
    instance = fill(
        """
        | survey |           |      |                     |                       |                             |
        |        | type      | name | label::English (en) | label::Français (fr)  | calculation                 |
        |        | date      | day  | Day                 | Jour                  |                             |
        |        | calculate | said |                     |                       | format-date(${day}, '%e %b') |
        """
    )
    instance.answer("/data/day", "2026-02-03")
    assert value(instance, "said") == "3 Feb"
    instance.set_language("fr")
    assert value(instance, "said") == "3 févr."
