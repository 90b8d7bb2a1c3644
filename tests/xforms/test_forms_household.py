"""The household enumeration: totals say of how many they speak, settlements come from records."""

from dataclasses import replace

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import fixed_environment
from tests.xforms.shipped_workbooks import FORMS

# what a household answers that suffers no deprivation
_SOUND = {
    "hh_people/hh_head_sex": "male", "hh_people/hh_size": "4",
    "hh_people/hh_women": "2", "hh_people/hh_men": "2",
    "hh_services/wat_source": "piped_dwelling", "hh_services/wat_minutes": "0",
    "hh_services/toilet": "flush_sewer", "hh_services/toilet_shared": "1",
    "hh_dwelling/rooms": "2", "hh_dwelling/mat_roof": "permanent", "hh_dwelling/mat_wall": "permanent",
    "hh_dwelling/mat_floor": "permanent", "hh_dwelling/dilapidated": "no", "hh_dwelling/haz_loc": "none",
    "hh_tenure/tenure": "freehold", "hh_tenure/ten_doc": "yes", "hh_tenure/ten_fear": "no",
}  # fmt: skip


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load_form(
        FORMS / "slum_household_survey.xlsx", foreign=False, cache=tmp_path_factory.mktemp("cache")
    )


def filled(survey: Form, households: list[dict[str, str] | None]) -> FormInstance:
    """Answer a household for each of `households`; None has not agreed to take part."""
    instance = FormInstance(survey, fixed_environment())
    for number, answers in enumerate(households, 1):
        if number > 1:
            instance.add("/data/hh")
        instance.answer(f"/data/hh[{number}]/hh_no", str(number))
        instance.answer(f"/data/hh[{number}]/hh_consent", "no" if answers is None else "yes")
        for name, answer in (answers or {}).items():
            instance.answer(f"/data/hh[{number}]/{name}", answer)
    return instance


def totals(instance: FormInstance, *names: str) -> list[str]:
    found = {state.ref.rsplit("/", 1)[-1]: state.value for state in instance.states()}
    return [found[name] for name in names]


def test_the_share_speaks_of_the_households_judged_on_all_five(survey: Form) -> None:
    deprived = {**_SOUND, "hh_people/hh_size": "7", "hh_people/hh_women": "4", "hh_people/hh_men": "3"}
    open_ = {name: answer for name, answer in _SOUND.items() if name != "hh_services/wat_minutes"}
    open_and_deprived = {**open_, "hh_tenure/ten_doc": "no"}
    instance = filled(survey, [_SOUND, deprived, open_, open_and_deprived, None])
    instance.answer("/data/hsg/hs_households", "16")
    assert totals(instance, "hs_n", "hs_agreed", "hs_cover") == ["5", "4", "25"]
    # 7 persons in 2 rooms are 3.5 in a room: one deprived household of the two that answered everything,
    # with 7 of their 11 persons; counting the fourth household as well would make it 11 of 15
    assert totals(instance, "hs_known", "hs_slum_hh", "hs_one", "hs_three", "hs_slum_open") == [
        "2", "1", "1", "0", "1",
    ]  # fmt: skip
    assert totals(instance, "hs_judged_persons", "hs_slum_persons", "hs_rate") == ["11", "7", "63.6"]
    assert totals(instance, "hs_dep_space", "hs_dep_space_n", "hs_dep_water", "hs_dep_water_n") == [
        "1", "4", "0", "2",
    ]  # fmt: skip
    assert totals(instance, "hs_cost_n", "hs_unaffordable", "hs_unaffordable_pct") == ["0", "", ""]


def test_totals_say_of_how_many_households_they_speak(survey: Form) -> None:
    aged = {"hh_age_0_14": "1", "hh_age_15_24": "1", "hh_age_25_59": "2", "hh_age_60p": "0"}
    second = {**_SOUND, **{f"hh_people/{name}": answer for name, answer in aged.items()}}
    half = {name: answer for name, answer in _SOUND.items() if name != "hh_people/hh_men"}
    instance = filled(survey, [second, {**half, "hh_people/hh_age_0_14": "3"}])
    assert totals(instance, "hs_persons_n", "hs_persons", "hs_head_n", "hs_fem_hh") == ["2", "8", "2", "0"]
    assert totals(instance, "hs_sex_n", "hs_women", "hs_men") == ["1", "2", "2"]
    assert totals(instance, "hs_age_n", "hs_age_0_14", "hs_age_60p") == ["1", "1", "0"]
    assert totals(instance, "hs_disab_n", "hs_disab") == ["0", ""]


def test_without_consent_nothing_is_asked_or_counted(survey: Form) -> None:
    instance = filled(survey, [_SOUND])
    assert totals(instance, "hs_persons", "hs_known", "hs_rate") == ["4", "1", "0"]
    instance.answer("/data/hh[1]/hh_consent", "no")
    asked = {
        state.ref
        for state in instance.states()
        if state.relevant and state.ref.startswith("/data/hh[1]/") and state.label
    }
    assert asked == {f"/data/hh[1]/{name}" for name in ("hh_no", "hh_enumerator", "hh_consent")}
    assert totals(instance, "hs_n", "hs_agreed", "hs_persons", "hs_known", "hs_rate") == [
        "1", "0", "", "0", "",
    ]  # fmt: skip


def test_a_settlement_of_the_office_fills_in_name_and_code_and_another_is_written(survey: Form) -> None:
    rows = {"settlements": [("KE-MAV-SOF", "Sofia", "r1", "KEN", "2026-H1")]}
    environment = replace(fixed_environment(country="KEN"), record_rows=rows)
    instance = FormInstance(survey, environment)
    instance.answer("/data/hsg/hs_settlement", "KE-MAV-SOF")
    assert totals(instance, "hs_settlement_name", "hs_settlement_code") == ["Sofia", "KE-MAV-SOF"]
    instance.answer("/data/hsg/hs_settlement", "")
    instance.answer("/data/hsg/hs_settlement_code", "KE-MAV-NEW")
    assert totals(instance, "hs_settlement_name", "hs_settlement_code") == ["Sofia", "KE-MAV-NEW"]


def test_no_question_asks_for_a_person_or_a_place_that_gives_one_away(survey: Form) -> None:
    types = {question.type for question in survey.walk() if hasattr(question, "type")}
    assert not types & {"geopoint", "geotrace", "geoshape", "image", "audio", "video", "barcode"}
