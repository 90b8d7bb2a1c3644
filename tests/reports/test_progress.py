"""The progress report: figures of all forms, texts in their language, evaluation and evidence."""

from habitat_desktop.reports.document import Quote
from tests.reports.making import Headquarters, parts, plain_value, row, table


def test_key_figures_elements_and_texts(headquarters: Headquarters) -> None:
    headquarters.take(
        "project_status",
        {"project_code": "C1", "title_en": "One", "activity_status": "2", "results_framework": "sp2026",
         "sp2026_elements": ["F0", "M1"], "budget_usd": 1000, "exp_period_usd": 40, "benef_total": 200,
         "benef_female": 120, "achievements": "Un plan adopté.", "constraints_sel": ["funding"]},
        office="CM", country="CMR", language="fr",
    )  # fmt: skip
    headquarters.take(
        "project_status",
        {"project_code": "K1", "title_en": "Two", "activity_status": "1", "results_framework": "sp2026",
         "sp2026_elements": ["M1"], "budget_usd": 500},
    )  # fmt: skip
    for office, country in (("KE", "KEN"), ("LK", "LKA")):  # two units report on the same resolution
        answers = {"resolution": "2/7", "res_lead": "no", "res_summary": "Work."}
        headquarters.take("resolution_implementation", answers, office=office, country=country)
    document = headquarters.report("progress")
    items = parts(document, "Key figures")[0].items
    values = {name: plain_value(cell) for one in items for name, cell in one.values.items()}
    assert (values["projects"], values["active"], values["budget"], values["spent"]) == (2, 1, 1500, 40)
    assert (values["helped"], values["resolutions"]) == (200, 1)
    elements = table(document, "Strategic plan 2026–2029, by element")
    assert [[plain_value(cell) for cell in cells[1:]] for cells in elements.rows] == [
        [1, 1000, 40, 200, 0],
        [2, 1500, 40, (200, 1, 2), 0],
    ]
    (result,) = table(document, "Main results").rows
    assert result[-1] == Quote("Un plan adopté.", "fr")
    persons = table(document, "Persons, by sex")
    assert row(persons, "Direct beneficiaries of projects so far") == [200, 120, 60]


def test_the_joint_evaluation_and_the_evidence_base(headquarters: Headquarters) -> None:
    for country, progress in (("KEN", 30), ("UGA", 60)):
        answers = {
            "nc_status": "active",
            "na_extent": "full",
            "na_plan": "ongoing",
            "na_plan_progress": progress,
        }
        headquarters.take("national_habitat_committee", answers, country=country, period="2026")
    answers = {"dq_org": "Union", "dq_partner": "ngo", "fl_effective": "2", "dq_recommend": "Antworten."}
    headquarters.take("data_quality_return", answers, period="2026")
    city = {"ui_city": "Nairobi", "ui_city_code": "KEN-NBO", "a_sish": 1000, "a_sish_female": 520}
    headquarters.take("urban_indicators", city, period="2026")
    headquarters.take("urban_indicators", {"ui_city": "Kisumu", "ui_city_code": "KEN-KIS"}, period="2026")
    document = headquarters.report("progress")
    said = parts(document, "What the national Habitat committees say")[0]
    assert plain_value(said.values["progress"]) == 45
    partners = table(document, "What governments and partners say")
    assert row(partners, "Non-governmental organizations") == [1, 2]
    base = table(document, "Evidence base on conditions and trends")
    assert row(base, "Cities: people in slums and informal settlements") == [2, 1, 1]
