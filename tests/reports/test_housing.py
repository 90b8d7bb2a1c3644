"""Housing policy: what is said of each country, and how instruments and stages are counted."""

from habitat_desktop.i18n.catalogues import speaking
from habitat_desktop.reports.document import Paragraph, Section
from habitat_desktop.reports.wording import filled
from tests.reports.making import Headquarters, row, section, table

ACT = {
    "in_title": "Housing Act",
    "in_type": "law",
    "in_stage": 8,
    "in_adequacy": "tenure affordability",
    "in_rights_based": "full",
    "in_evictions": "yes",
    "in_unh_support": "drafting legal",
    "in_units": 120,
    "in_budget_nat": 1000,
    "in_spent_nat": 250,
}
POLICY = {
    "in_title": "Politique nationale",
    "in_type": "policy",
    "in_stage": 5,
    "in_stage_prev": 4,
    "in_first": "yes",
    "in_submitted": "2026-03-02",
    "in_adequacy": {"$unavailable": {"reason": "coming_later", "remark": ""}},
    "in_followup": "yes",
}
SLUMS = {"in_title": "Slum policy", "in_type": "slum_policy", "in_stage": 2}


def filled_with(headquarters: Headquarters) -> None:
    kenya = {"annual_need": 200, "annual_output": 50, "narrative": "The Act is in force."}
    headquarters.take("housing_policy", {**kenya, "instrument": [ACT, SLUMS]})
    headquarters.take(
        "housing_policy",
        {"annual_need": 100, "instrument": [POLICY]},
        office="SN",
        country="SEN",
        language="fr",
    )
    headquarters.take("slum_upgrading", {"city": "Nairobi", "national_policy_stage": 6})


def test_a_country_is_told_in_sentences(headquarters: Headquarters) -> None:
    filled_with(headquarters)
    document = headquarters.report("housing")
    told = section(document, "Senegal").blocks[0]
    assert isinstance(told, Paragraph)
    with speaking("en"):
        text = filled(told)
    assert "Politique nationale" in text and "has been submitted for approval" in text
    assert "It is the first of its kind in the country. It was submitted on" in text
    assert "The government has asked UN-Habitat to continue its support." in text
    countries = [one.title for one in section(document, "Countries").blocks if isinstance(one, Section)]
    assert countries == ["Kenya", "Senegal"]


def test_instruments_stand_by_kind_and_stage_and_countries_by_their_highest(
    headquarters: Headquarters,
) -> None:
    filled_with(headquarters)
    document = headquarters.report("housing")
    matrix = table(document, "Instruments by kind and stage")
    assert row(matrix, "All") == [1, 1, 1, 3]
    assert row(matrix, "Housing or tenure legislation") == [0, 0, 1, 1]
    assert row(table(document, "Summary"), "5 – Submitted for approval") == [1, 50]
    assert row(table(document, "Summary"), "All")[0] == 2


def test_criteria_are_a_share_of_the_instruments_with_an_answer(headquarters: Headquarters) -> None:
    filled_with(headquarters)
    found = table(headquarters.report("housing"), "Criteria of adequate housing")
    assert row(found, "Affordability") == [1, 100]
    values = found.notes[0].values
    assert (values["drafted"].value, values["known"].value) == (2, 1)  # type: ignore[union-attr]


def test_the_policy_on_slums_stands_at_the_highest_stage_of_both_forms(headquarters: Headquarters) -> None:
    filled_with(headquarters)
    found = table(headquarters.report("housing"), "Slum upgrading and prevention policies")
    assert row(found, "6 – Approved or adopted") == [1, 100]
    assert row(found, "All")[0] == 1


def test_need_and_output_are_compared_only_where_both_are_known(headquarters: Headquarters) -> None:
    filled_with(headquarters)
    found = table(headquarters.report("housing"), "Housing conditions and need")
    assert row(found, "All")[4:7] == [(200, 1, 2), (50, 1, 2), (25, 1, 2)]
    assert row(found, "Senegal")[6] is None


def test_public_money_and_delivery_add_up(headquarters: Headquarters) -> None:
    filled_with(headquarters)
    found = table(headquarters.report("housing"), "Consultation, delivery and public money")
    assert row(found, "Affordable dwellings delivered") == [120]
    assert row(found, "Share of the budget that is spent") == [25]
