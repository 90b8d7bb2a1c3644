# ruff: noqa: E501 - forms are written as tables
"""Choices: filters, lists beside the form, and labels of choices in expressions."""

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import WrongTypeError
from habitat_desktop.xforms.program import program_of
from tests.xforms.conftest import Fill, MakeForm, fixed_environment, value

COUNTRIES = """
    code,name,region
    KEN,Kenya,ROAf
    EGY,Egypt,ROAS
    COL,"Colombia, Republic of",ROLAC
"""

PLACES = """
| survey  |                  |        |        |                    |                                  |
|         | type             | name   | label  | choice_filter      | calculation                      |
|         | select_one region | region | Region |                   |                                  |
|         | select_one city  | city   | City   | region=${region}   |                                  |
|         | calculate        | shown  |        |                    | jr:choice-name(${city}, '${city}') |
| choices |                  |        |        |                    |                                  |
|         | list_name        | name   | label  | region             |                                  |
|         | region           | af     | Africa |                    |                                  |
|         | region           | as     | Asia   |                    |                                  |
|         | city             | nbo    | Nairobi | af                |                                  |
|         | city             | lag    | Lagos  | af                 |                                  |
|         | city             | del    | Delhi  | as                 |                                  |
"""


def choices(instance: FormInstance, ref: str) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in instance.state(ref).choices]


def test_a_choice_filter_follows_the_answer_it_reads(fill: Fill) -> None:
    instance = fill(PLACES)
    assert choices(instance, "/data/city") == []
    changed = instance.answer("/data/region", "af")
    assert "/data/city" in changed
    assert choices(instance, "/data/city") == [("nbo", "Nairobi"), ("lag", "Lagos")]


def test_an_answer_that_is_filtered_out_is_given_up_until_the_list_brings_it_back(fill: Fill) -> None:
    instance = fill(PLACES)
    instance.answer("/data/region", "af")
    instance.answer("/data/city", "lag")
    assert value(instance, "shown") == "Lagos"
    assert instance.answer("/data/region", "as") >= {"/data/city", "/data/shown"}
    assert (value(instance, "city"), value(instance, "shown")) == ("", "")
    assert instance.state("/data/city").valid
    instance.answer("/data/region", "af")
    assert (value(instance, "city"), value(instance, "shown")) == ("lag", "Lagos")


def test_an_answer_given_to_the_new_list_replaces_the_one_given_up(fill: Fill) -> None:
    instance = fill(PLACES)
    for ref, answer in (("region", "af"), ("city", "lag"), ("region", "as"), ("city", "del")):
        instance.answer(f"/data/{ref}", answer)
    instance.answer("/data/region", "af")
    assert value(instance, "city") == ""


def test_an_answer_that_was_saved_stays_when_its_list_has_lost_it_but_is_invalid(fill: Fill) -> None:
    instance = fill(PLACES, answers={"region": "as", "city": "lag"})
    state = instance.state("/data/city")
    assert (state.value, state.error) == ("lag", "constraint")
    assert state.message
    assert [p.ref for p in instance.problems()] == ["/data/city"]


def test_choices_made_of_entries_follow_what_is_entered_renamed_and_removed(fill: Fill) -> None:
    instance = fill("""
        | survey |                      |        |        |                |                                   |
        |        | type                 | name   | label  | choice_filter  | calculation                       |
        |        | begin repeat         | person | Person |                |                                   |
        |        | text                 | name   | Name   |                |                                   |
        |        | end repeat           |        |        |                |                                   |
        |        | select_one ${name}   | head   | Head   | ./name != ''   |                                   |
        |        | calculate            | said   |        |                | concat('head: ', ${head})         |
    """)
    instance.add("/data/person")
    instance.answer("/data/person[1]/name", "Amina")
    instance.answer("/data/person[2]/name", "Bo")
    assert [value for value, _ in choices(instance, "/data/head")] == ["Amina", "Bo"]
    instance.answer("/data/head", "Bo")
    instance.answer("/data/person[2]/name", "Bob")
    assert (value(instance, "head"), value(instance, "said")) == ("", "head: ")
    instance.answer("/data/person[2]/name", "Bo")
    assert value(instance, "said") == "head: Bo"
    instance.remove("/data/person[2]")
    assert (value(instance, "head"), choices(instance, "/data/head")) == ("", [("Amina", "Amina")])


MARKETS = """
| survey  |                         |         |         |                                |
|         | type                    | name    | label   | choice_filter                  |
|         | select_multiple goods   | stocked | Stocked |                                |
|         | select_multiple goods   | sold    | Sold    | selected(${stocked}, name)     |
|         | rank goods              | order   | Order   | selected(${stocked}, name)     |
| choices |                         |         |         |                                |
|         | list_name               | name    | label   |                                |
|         | goods                   | rice    | Rice    |                                |
|         | goods                   | beans   | Beans   |                                |
|         | goods                   | oil     | Oil     |                                |
"""


def test_several_choices_lose_only_those_that_are_filtered_out(fill: Fill) -> None:
    instance = fill(MARKETS)
    instance.answer("/data/stocked", "rice beans oil")
    instance.answer("/data/sold", "oil rice")
    assert value(instance, "sold") == "rice oil", "in the order of the list"
    instance.answer("/data/stocked", "rice beans")
    assert value(instance, "sold") == "rice"
    instance.answer("/data/stocked", "oil")
    assert value(instance, "sold") == "oil"


def test_a_ranking_needs_all_choices_and_takes_new_ones_last(fill: Fill) -> None:
    instance = fill(MARKETS)
    instance.answer("/data/stocked", "rice oil")
    assert value(instance, "order") == "", "nobody has ranked yet"
    with pytest.raises(WrongTypeError):
        instance.answer("/data/order", "oil")
    instance.answer("/data/order", "oil rice")
    assert value(instance, "order") == "oil rice", "in the order of the ranking"
    instance.answer("/data/stocked", "rice beans oil")
    assert value(instance, "order") == "oil rice beans"
    instance.answer("/data/stocked", "beans")
    assert value(instance, "order") == "", "nobody has ranked these"


def test_pulldata_looks_up_a_list_beside_the_form(fill: Fill) -> None:
    instance = fill(
        """
        | survey |           |         |       |                                                  |
        |        | type      | name    | label | calculation                                      |
        |        | text      | country | C     |                                                  |
        |        | calculate | region  |       | pulldata('countries', 'region', 'code', ${country}) |
        |        | calculate | called  |       | pulldata('countries', 'name', 'code', ${country}) |
        """,
        lists={"countries.csv": COUNTRIES},
    )
    instance.answer("/data/country", "COL")
    assert (value(instance, "region"), value(instance, "called")) == ("ROLAC", "Colombia, Republic of")
    instance.answer("/data/country", "XXX")
    assert value(instance, "region") == ""


def test_choices_may_come_from_a_list_beside_the_form(fill: Fill) -> None:
    instance = fill(
        """
        | survey |                                     |         |         |               |                  |
        |        | type                                | name    | label   | choice_filter | parameters       |
        |        | text                                | region  | Region  |               |                  |
        |        | select_one_from_file countries.csv  | country | Country | region=${region} | value=code, label=name |
        """,
        lists={"countries.csv": COUNTRIES},
    )
    instance.answer("/data/region", "ROAS")
    assert choices(instance, "/data/country") == [("EGY", "Egypt")]
    instance.answer("/data/country", "EGY")
    assert instance.state("/data/country").valid


def test_a_list_that_is_missing_is_named(form, fill: Fill) -> None:  # type: ignore[no-untyped-def]
    made = form("""
        | survey |           |        |       |                                         |
        |        | type      | name   | label | calculation                             |
        |        | text      | a      | A     |                                         |
        |        | calculate | region |       | pulldata('nolist', 'region', 'code', ${a}) |
    """)
    assert made.missing_files == ("nolist.csv",)
    assert value(FormInstance(made, fixed_environment()), "region") == ""


def test_selected_and_its_relatives(fill: Fill) -> None:
    instance = fill("""
        | survey  |                        |       |       |                                 |
        |         | type                   | name  | label | calculation                     |
        |         | select_multiple hazard | risks | Risks |                                 |
        |         | calculate              | flood |       | selected(${risks}, 'flood')     |
        |         | calculate              | many  |       | count-selected(${risks})        |
        |         | calculate              | last  |       | selected-at(${risks}, ${many} - 1) |
        | choices |                        |       |       |                                 |
        |         | list_name              | name  | label |                                 |
        |         | hazard                 | flood | Flood |                                 |
        |         | hazard                 | fire  | Fire  |                                 |
    """)
    instance.answer("/data/risks", ["fire", "flood"])
    assert [value(instance, name) for name in ("flood", "many", "last")] == ["true", "2", "fire"]


SHUFFLED = {"1": "bfeacd", "-7": "afcebd", "123456789": "fbecda", "0": "cbeafd", "": "cbeafd"}


def test_a_seed_shuffles_choices_the_way_every_other_odk_tool_does(fill: Fill) -> None:
    """The orders were read from JavaRosa and ODK Web Forms, which agree."""
    instance = fill("""
        | survey  |                  |      |       |                           |
        |         | type             | name | label | parameters                |
        |         | integer          | seed | Seed  |                           |
        |         | select_one fruit | best | Best  | randomize=true, seed=${seed} |
        |         | select_one fruit | one  | One   | randomize=true, seed=42   |
        | choices |                  |      |       |                           |
        |         | list_name        | name | label |                           |
        |         | fruit            | a    | A     |                           |
        |         | fruit            | b    | B     |                           |
        |         | fruit            | c    | C     |                           |
        |         | fruit            | d    | D     |                           |
        |         | fruit            | e    | E     |                           |
        |         | fruit            | f    | F     |                           |
        """)
    assert "".join(choice.value for choice in instance.state("/data/one").choices) == "afcbde"
    for seed, order in SHUFFLED.items():
        instance.answer("/data/seed", seed)
        assert "".join(choice.value for choice in instance.state("/data/best").choices) == order


def test_a_default_that_is_no_choice_is_left_out_until_the_list_has_it(fill: Fill) -> None:
    instance = fill("""
        | survey  |                       |        |       |                    |           |             |
        |         | type                  | name   | label | choice_filter      | default   | calculation |
        |         | select_one regions    | region | R     |                    | nowhere   |             |
        |         | select_one cities     | city   | C     | region = ${region} | lag       |             |
        |         | select_multiple regions | many | M     |                    | eu xx af  |             |
        |         | calculate             | seen   |       |                    |           | concat(${region}, ${city}, ${many}) |
        | choices |                       |        |       |                    |           |             |
        |         | list_name             | name   | label | region             |           |             |
        |         | regions               | af     | Africa |                   |           |             |
        |         | regions               | eu     | Europe |                   |           |             |
        |         | cities                | lag    | Lagos | af                 |           |             |
    """)
    assert [value(instance, name) for name in ("region", "city", "seen")] == ["", "", "af eu"]
    assert instance.problems() == []
    instance.answer("/data/region", "af")
    assert value(instance, "city") == "lag"
    instance.answer("/data/region", "eu")
    assert value(instance, "city") == ""


def test_an_action_gives_only_what_is_among_the_choices(fill: Fill) -> None:
    instance = fill("""
        | survey  |                    |      |       |             |          |
        |         | type               | name | label | calculation | trigger  |
        |         | text               | said | S     |             |          |
        |         | select_one regions | one  | R     | ${said}     | ${said}  |
        | choices |                    |      |       |             |          |
        |         | list_name          | name | label |             |          |
        |         | regions            | af   | Africa |            |          |
    """)
    instance.answer("/data/said", "af")
    assert value(instance, "one") == "af"
    instance.answer("/data/said", "nowhere")
    assert (value(instance, "one"), instance.state("/data/one").error) == ("", None)


HIDDEN = """
    | survey | | | | | | |
    | | type | name | label | relevant | choice_filter | calculation |
    | | select_one yn | here | Here? | | | |
    | | select_one country | country | Country | ${here} = 'y' | | |
    | | calculate | name | | | | jr:choice-name(concat(${country}, '1'), '${city}') |
    | | select_one city | city | City | ${here} = 'y' | country = ${country} | |
    | choices | | | | |
    | | list_name | name | label | country |
    | | yn | y | Yes | |
    | | yn | n | No | |
    | | country | a | A | |
    | | country | b | B | |
    | | city | a1 | A one | a |
    | | city | b1 | B one | b |
    """


def test_a_hidden_question_keeps_its_answer_although_its_list_is_hidden_too(fill: Fill) -> None:
    instance = fill(HIDDEN)
    for name, given in (("here", "y"), ("country", "a"), ("city", "a1"), ("here", "n")):
        instance.answer(f"/data/{name}", given)
    saved = instance.answers(relevant_only=False)
    again = fill(HIDDEN, answers=saved)
    again.answer("/data/here", "y")
    assert (value(again, "country"), value(again, "city")) == ("a", "a1")


def test_a_hidden_question_whose_list_has_changed_gives_its_answer_up_once_it_is_shown(fill: Fill) -> None:
    table = HIDDEN.replace("| Country | ${here} = 'y' |", "| Country | |")
    instance = fill(table)
    for name, given in (("here", "y"), ("country", "a"), ("city", "a1"), ("here", "n"), ("country", "b")):
        instance.answer(f"/data/{name}", given)
    assert value(instance, "city") == "a1"
    instance.answer("/data/here", "y")
    assert value(instance, "city") == ""
    instance.answer("/data/country", "a")
    assert value(instance, "city") == "a1"


def test_the_name_of_a_choice_is_looked_up_in_the_list_of_the_moment(fill: Fill) -> None:
    instance = fill(HIDDEN)
    instance.answer("/data/here", "y")
    for country, name in (("a", "A one"), ("b", "B one")):
        instance.state("/data/city")
        instance.answer("/data/country", country)
        assert value(instance, "name") == name


def test_questions_that_take_a_whole_list_share_it(form: MakeForm) -> None:
    made = form(
        """
        | survey  |               |      |       |                   |
        |         | type          | name | label | choice_filter     |
        |         | text          | word | Word  |                   |
        |         | select_one yn | a    | A     |                   |
        |         | select_one yn | b    | B     |                   |
        |         | select_one yn | c    | C     | name = ${word}    |
        |         | select_one no | d    | D     |                   |
        | choices |               |      |       |                   |
        |         | list_name     | name | label |                   |
        |         | yn            | yes  | Yes   |                   |
        |         | yn            | no   | No    |                   |
        |         | no            | no   | No    |                   |
        """
    )
    places = program_of(made).layout.by_path
    lists = {name: places[f"/data/{name}"].settings["choices"] for name in "abcd"}
    assert lists["a"] is lists["b"]
    assert len({id(one) for one in lists.values()}) == 3


def test_a_ranking_that_loses_all_its_choices_is_blank(fill: Fill) -> None:
    instance = fill(
        """
        | survey  |         |       |       |                |
        |         | type    | name  | label | choice_filter  |
        |         | text    | kind  | Kind  |                |
        |         | rank it | order | Order | k = ${kind}    |
        | choices |         |       |       |                |
        |         | list_name | name | label | k            |
        |         | it      | a     | A     | x              |
        |         | it      | b     | B     | x              |
        |         | it      | c     | C     | y              |
        |         | it      | d     | D     | y              |
        """
    )
    instance.answer("/data/kind", "x")
    instance.answer("/data/order", "b a")
    instance.answer("/data/kind", "y")
    assert value(instance, "order") == ""
    instance.answer("/data/kind", "x")
    assert value(instance, "order") == "b a"
