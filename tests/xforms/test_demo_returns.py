"""The demonstration returns: marked as such, in the shape of the forms, and fit to be finalized."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.shipped_workbooks import FORM_IDS, FORMS, ROOT, Row, Workbook, read_workbook

DEMO = ROOT / "habitat_desktop" / "_data" / "demo"


def demo_returns() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DEMO.glob("*.json"))}


def office_returns() -> dict[str, dict[str, Any]]:
    """The returns of the other offices by office and name, with the country of the office."""
    offices = json.loads((DEMO / "offices" / "offices.json").read_text(encoding="utf-8"))
    found = {}
    for office in offices:
        for path in sorted((DEMO / "offices" / office["office"]).glob("*.json")):
            item = json.loads(path.read_text(encoding="utf-8"))
            found[f"{office['office']}/{path.stem}"] = {**item, "country": office["country"]}
    return found


ALL_RETURNS = {**demo_returns(), **office_returns()}


def answers_of(form: Workbook, answers: dict[str, Any], group: str = "") -> Iterator[tuple[Row, Any]]:
    """Every answer of an answers file with the row it answers; an unknown name or a wrong shape fails."""
    rows = {row.name: row for row in form.rows if row.group == group and row.name}
    assert set(answers) <= set(rows), (group, set(answers) - set(rows))
    for name, value in answers.items():
        inner = f"{group}/{name}".strip("/")
        if rows[name].type == "begin repeat":
            for item in value:
                yield from answers_of(form, item, inner)
        elif rows[name].type == "begin group":
            yield from answers_of(form, value, inner)
        else:
            yield rows[name], value


def test_demo_returns_are_marked_as_such() -> None:
    returns = demo_returns()
    assert len(returns) > 8
    for name, item in returns.items():
        assert re.fullmatch(rf"\d\d_{item['form']}_[a-z0-9_]+", name)
        assert item["period"] in ("2025-H2", "2026-H1")
        comments = item["answers"]["ftr"]["comments"]
        assert comments.startswith("Demonstration data.") and "Invented: " in comments, name
    assert [name for name, item in returns.items() if not item["finalize"]] == [
        "11_slum_upgrading_nairobi_draft"
    ]


def test_the_other_offices_fill_every_form_at_least_twice() -> None:
    returns = office_returns()
    for name, item in returns.items():
        assert re.fullmatch(rf"[A-Z]{{2}}/\d\d_{item['form']}_[a-z0-9_]+", name)
        comments = item["answers"]["ftr"]["comments"]
        assert comments.startswith("Demonstration data.") and "Invented: " in comments, name
        assert item["finalize"], name
    filled = Counter(item["form"] for item in returns.values())
    assert {form_id for form_id in FORM_IDS if filled[form_id] < 2} == set()
    assert {name.partition("/")[0] for name in returns} == {"AF", "CM", "CO", "EG", "JM", "LK", "MZ", "ZM"}
    assert {True, False} == {item.get("accepted", True) for item in returns.values()}


@pytest.mark.parametrize("name", ALL_RETURNS)
def test_a_demo_return_has_the_shape_of_its_form(name: str) -> None:
    item = ALL_RETURNS[name]
    form = read_workbook(item["form"])
    for row, value in answers_of(form, item["answers"]):
        assert not row.calculated and row.type not in ("note", "hidden"), row.name
        if isinstance(value, dict):
            assert row.required and "bind::habitat:strict" not in row.cells, row.name
            assert value["$unavailable"]["reason"] in (
                "no_survey",
                "not_applicable",
                "refused",
                "coming_later",
            )
        elif row.list_name:
            chosen = value if row.type.startswith("select_multiple") else [value]
            assert set(chosen) <= set(form.choices[row.list_name]), row.name
        else:
            assert isinstance(value, int | float) == (row.type in ("integer", "decimal")), row.name


def environment_of(period: str, country: str = "KEN") -> Environment:
    year, _, part = period.partition("-")
    code = {"": "annual"}.get(part, part.lower())
    days = {"h1": ("01-01", "06-30"), "h2": ("07-01", "12-31"), "annual": ("01-01", "12-31")}.get(code)
    bounds = {"period_start": f"{year}-{days[0]}", "period_end": f"{year}-{days[1]}"} if days else {}
    return Environment(
        now=lambda: datetime(2026, 11, 21, 10, tzinfo=UTC),
        uuid=lambda: "00000000-0000-4000-8000-000000000000",
        random=random.Random(1),
        timezone=UTC,
        language="en",
        properties={
            "record_id": "r1", "country": country, "person": "M. Njeri",
            "reporting_year": year, "reporting_period": code, **bounds,
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def loaded() -> dict[str, Form]:
    return {form_id: load_form(FORMS / f"{form_id}.xlsx", foreign=False) for form_id in FORM_IDS}


@pytest.mark.parametrize("name", ALL_RETURNS)
def test_a_demo_return_holds_in_the_engine(name: str, loaded: dict[str, Form]) -> None:
    item = ALL_RETURNS[name]
    form, environment = loaded[item["form"]], environment_of(item["period"], item.get("country", "KEN"))
    prepared = FormInstance(form, environment).answers(relevant_only=False)
    instance = FormInstance(form, environment, merge(prepared, item["answers"]))
    problems = [(problem.kind, problem.ref) for problem in instance.problems()]
    assert {warning.ref for warning in instance.warnings()} == set(item["justifications"])
    if item["finalize"]:
        assert problems == []
    else:
        assert ("constraint", "/data/settlement[1]/st_pop_grp/st_pop_sexns") in problems


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_a_new_return_knows_its_period_and_warns_of_nothing(form_id: str, loaded: dict[str, Form]) -> None:
    instance = FormInstance(loaded[form_id], environment_of("2026-H1"))
    for repeat in ("settlement", "instrument", "location", "funding", "milestone", "output", "risk"):
        if any(element.path == f"/data/{repeat}" for element in loaded[form_id].walk()):
            instance.add(f"/data/{repeat}")
    assert list(instance.warnings()) == []
    assert [problem.ref for problem in instance.problems() if problem.kind == "constraint"] == []
    assert instance.state("/data/hdr/regional_office").value == "ROAAS"
    assert instance.state("/data/hdr/period_end").value == "2026-06-30"
    instance.answer("/data/hdr/reporting_period", "biennium")
    assert instance.state("/data/hdr/period_start").value == "2026-01-01"
    assert instance.state("/data/hdr/period_end").value == "2027-12-31"
    assert [warning.ref for warning in instance.warnings()] == ["/data/hdr/warn_period_open"]
    instance.answer("/data/hdr/reporting_period", "adhoc")
    assert instance.state("/data/hdr/period_end").value == "2027-12-31"


def test_missing_figures_are_never_counted_as_zero(loaded: dict[str, Form]) -> None:
    instance = FormInstance(loaded["slum_upgrading"], environment_of("2026-H1"))
    while len(instance.instances("/data/settlement")) < 2:
        instance.add("/data/settlement")
    for total in ("tot_pop", "tot_slum_pop"):
        assert instance.state(f"/data/tot/{total}").value == ""
    instance.answer("/data/settlement[1]/st_pop_grp/st_pop_total", "900")
    instance.mark_unavailable("/data/settlement[2]/st_pop_grp/st_pop_total", "no_survey")
    assert instance.state("/data/tot/n_settlements").value == "2"
    assert instance.state("/data/tot/n_with_pop").value == "1"
    assert instance.state("/data/tot/tot_pop").value == "900"
    assert instance.state("/data/tot/tot_slum_pop").value == ""
    assert instance.state("/data/settlement[2]/st_hh_size").value == ""


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Put the answers of a file over those a new instance starts with."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict) and "$unavailable" not in value:
            value = merge(known, value)
        merged[key] = value
    return merged
