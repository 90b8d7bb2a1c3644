"""Income: the figures of A/72/311, paragraphs 8 and 60, and what is left out where amounts are missing."""

from typing import Any

from habitat_desktop.reports.document import Paragraph
from habitat_desktop.reports.wording import filled
from tests.reports.making import Headquarters, row, section, table


def source(kind: str, agreed: object, received: object, donor: str = "Sweden") -> dict[str, Any]:
    amounts = {"fs_amount_usd": agreed, "fs_received_usd": received}
    given = {name: value for name, value in amounts.items() if value is not None}
    return {"donor": donor, "income_type": kind, **given}


def project(code: str, status: str = "2", **answers: Any) -> dict[str, Any]:
    return {"project_code": code, "title_en": f"Project {code}", "activity_status": status, **answers}


def test_the_biennium_2016_2017_as_the_general_assembly_read_it(headquarters: Headquarters) -> None:
    # A/72/311 para. 8: core 43.4 of 50 million (87 %), earmarked 265.4 of 320 million (83 %) at 31 May 2017
    funding = [source("core", 50_000_000, 43_400_000), source("earmarked", 320_000_000, 265_400_000)]
    headquarters.take("project_status", project("ALL", funding=funding), period="2016-2017")
    document = headquarters.report("income", "2016-2017")
    income = table(document, "Core and earmarked income")
    assert row(income, "Core (non-earmarked)") == [50_000_000, 43_400_000, 87]
    assert row(income, "Earmarked") == [320_000_000, 265_400_000, 83]
    assert row(income, "All") == [370_000_000, 308_800_000, 83]  # 308.8 / 370 = 83.46
    sentences = [
        filled(b) for b in section(document, "Core and earmarked income").blocks if isinstance(b, Paragraph)
    ]
    assert sentences == [
        "Core income: US$ 43,400,000 received of US$ 50,000,000 agreed, that is 87%.",
        "Earmarked income: US$ 265,400,000 received of US$ 320,000,000 agreed, that is 83%.",
    ]


def test_a_source_with_a_missing_amount_is_in_no_percentage(headquarters: Headquarters) -> None:
    funding = [source("earmarked", 100, 50), source("earmarked", 300, None), source("earmarked", None, 7)]
    headquarters.take("project_status", project("K1", funding=funding))
    income = table(headquarters.report("income"), "Core and earmarked income")
    # agreed 100 + 300, received 50 + 7, but the share only of the first: 50 / 100
    assert row(income, "Earmarked") == [(400, 2, 3), (57, 2, 3), (50, 1, 3)]


def test_income_of_the_year_is_told_beside_what_was_expected(headquarters: Headquarters) -> None:
    known = {**source("core", 60, 50), "fs_forecast_usd": 50, "fs_received_year_usd": 43}
    unknown = {**source("core", 60, 50), "fs_forecast_usd": 10}
    headquarters.take("project_status", project("K1", funding=[known, unknown]))
    year = table(headquarters.report("income"), "Income received in the year so far")
    # 43 of 50 is 86 per cent; the other source has no amount received and is in no percentage
    assert row(year, "Core (non-earmarked)") == [60, (43, 1, 2), (86, 1, 2)]


def test_funders_are_known_by_name_however_it_is_written(headquarters: Headquarters) -> None:
    headquarters.take("project_status", project("K1", funding=[source("core", 10, 5, "Suède")]))
    headquarters.take("project_status", project("K2", funding=[source("core", 30, 5, "SUEDE")]))
    headquarters.take("project_status", project("K3", funding=[source("core", 20, 0, "Norway")]))
    funders = table(headquarters.report("income"), "Income by funder")
    assert [cells[0].text for cells in funders.rows] == ["Suède", "Norway"]
    assert row(funders, "Suède") == [40, 10, 25]


def test_money_for_gender_equality_by_country_as_in_2016(headquarters: Headquarters) -> None:
    # A/72/311 para. 60: US$ 219,884 in 2016; here 119,884 + 100,000
    take = headquarters.take
    take("project_status", project("K1", exp_gender_usd=119_884, exp_cum_usd=1_000_000))
    take("project_status", project("K2", exp_cum_usd=500_000))
    take(
        "project_status",
        project("U1", exp_gender_usd=100_000, exp_cum_usd=200_000),
        office="UG",
        country="UGA",
    )
    take("project_status", project("U2", "1"), office="UG", country="UGA")
    gender = table(headquarters.report("income"), "Money for gender equality")
    assert row(gender, "Kenya") == [(119_884, 1, 2), 1_500_000, (12.0, 1, 2)]  # 119,884 / 1,000,000
    assert row(gender, "Uganda") == [100_000, 200_000, 50]
    assert row(gender, "All") == [(219_884, 2, 3), 1_700_000, (18.3, 2, 3)]  # 219,884 / 1,200,000 = 18.32


def test_unspent_balances_of_projects_that_end(headquarters: Headquarters) -> None:
    take = headquarters.take
    ending = {"unspent_release": "yes", "unspent_release_usd": 30}
    take(
        "project_status", project("K1", "4", funding=[source("earmarked", 100, 90)], exp_cum_usd=50, **ending)
    )
    take(
        "project_status",
        project("K2", "3", funding=[source("core", 100, None)], exp_cum_usd=50, unspent_release="no"),
    )
    take("project_status", project("K3", "2", funding=[source("unspent", 5, 4)], exp_cum_usd=1))
    take("resolution_implementation", {"resolution": "1/1", "res_unit": "A", "rf_window": 8})
    take("resolution_implementation", {"resolution": "1/1", "res_unit": "B"})
    document = headquarters.report("income")
    balances = table(document, "Unspent balances of projects that end")
    # 90 - 50 = 40 of one project; the other's receipts are not known; it releases nothing for certain
    assert row(balances, "All")[5] == (40, 1, 2) and row(balances, "All")[7] == 30
    words = filled(section(document, "Unspent balances of projects that end").blocks[0])
    assert "US$ 40 (1 of 2), of which US$ 30 " in words and "by projects: US$ 4." in words
    assert row(table(document, "City action funding window by resolution"), "All") == [(8, 1, 2)]


def test_cost_recovery_and_rates_of_support_costs(headquarters: Headquarters) -> None:
    headquarters.take(
        "project_status", project("K1", full_cost_recovery="yes", psc_pct="13.0", budget_usd=10)
    )
    headquarters.take("project_status", project("K2", full_cost_recovery="yes", psc_pct="7.5", budget_usd=5))
    headquarters.take("project_status", project("K3", psc_pct="13"))
    document = headquarters.report("income")
    recovery = table(document, "Full cost recovery")
    assert row(recovery, "Yes") == [2, 15]
    assert row(recovery, "Not stated") == [1, (None, 0, 1)]
    rates = section(document, "Full cost recovery").blocks[1]
    assert row(rates, 7.5) == [1] and row(rates, 13) == [2]
