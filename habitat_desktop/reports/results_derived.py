"""Indicators of the results framework that are worked out from the records, one function each.

An indicator is worked out only where the records can say it; beside each stands from what. A country,
city or entry whose answer is not known counts as missing, never as “no”.
"""

from collections.abc import Callable
from decimal import Decimal

from habitat_desktop.errors import N_
from habitat_desktop.i18n.text import fold
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.cities import newest_of_each_city
from habitat_desktop.reports.counting import Count, Sum, ratio
from habitat_desktop.reports.document import Figure
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.housing import IMPLEMENTED, land_policy_stages, slum_policy_stages, stage_of
from habitat_desktop.reports.pairs import within
from habitat_desktop.reports.slums import WORKS, persons_reached

_EXTENTS = ("none", "partial", "full")
_MAINSTREAMED = 2  # of marker_score: minimum requirements met
_TO_COUNTRY = ("hq_to_country", "ro_to_country")  # of ix_direction

Derived = dict[str, Figure]  # "" is the value, other keys its parts: "partial", "full", a stage, ...


def _by_country(answers: list[tuple[str, str, bool | None]]) -> Figure:
    """Count countries of which one answer is yes; (country, record, answer). Unknown where none is known."""
    count, seen = Count(), dict[str, list[tuple[str, bool | None]]]()
    for country, record_id, answer in answers:
        seen.setdefault(country, []).append((record_id, answer))
    for country, said in seen.items():
        known = [answer for _record, answer in said if answer is not None]
        for record_id, _answer in said:
            count.put(any(known) if known else None, record_id, country)
    return count.figure()


def _extents(found: list[tuple[str, str, str]]) -> Derived:
    """Count what does so partially, fully, and both together; (key, record, extent), the highest of a key."""
    highest: dict[str, tuple[int, str]] = {}
    for key, record_id, extent in found:
        rank = _EXTENTS.index(extent) if extent in _EXTENTS else -1
        highest[key] = max(highest.get(key, (-1, record_id)), (rank, record_id))
    partial, full, either = Count(), Count(), Count()
    for key, (rank, record_id) in highest.items():
        known = rank >= 0
        partial.put(rank == 1 if known else None, record_id, key)
        full.put(rank == 2 if known else None, record_id, key)
        either.put(rank > 0 if known else None, record_id, key)
    return {"": either.figure(), "partial": partial.figure(), "full": full.figure()}


def _stages(found: dict[str, tuple[int | None, tuple[str, ...]]]) -> Derived:
    """Count countries at the stage of implementation or beyond, and by stage."""
    count = Count()
    stages: dict[str, Count] = {}
    for country, (stage, records) in found.items():
        for record_id in records:
            count.put(None if stage is None else stage >= IMPLEMENTED, record_id, country)
            if stage is not None:
                stages.setdefault(f"stage:{stage}", Count()).add(record_id, country)
    return {"": count.figure()} | {key: stages[key].figure() for key in sorted(stages)}


def _instruments(evidence: Evidence) -> list[tuple[Answers, Answers]]:
    return [
        (answers, entry)
        for answers in evidence.latest("housing_policy")
        for entry in answers.entries("instrument")
    ]


def _principles(evidence: Evidence) -> Derived:
    return _extents(
        [
            (answers.line.country, answers.record_id, entry.choice("in_extent_principles"))
            for answers, entry in _instruments(evidence)
        ]
    )


def _risk(evidence: Evidence) -> Derived:
    crisis = {one.line.country: one.is_yes("ri_crisis") for one in evidence.latest("results_indicators")}
    found = []
    for answers, entry in _instruments(evidence):
        country = answers.line.country
        prone = crisis.get(country)
        if prone is not False:
            found.append((country, answers.record_id, entry.is_yes("in_risk_measures") if prone else None))
    return {"": _by_country(found)}


def _land(evidence: Evidence) -> Derived:
    return _stages(land_policy_stages(evidence))


def _tenure(evidence: Evidence) -> Derived:
    found = []
    for answers, entry in _instruments(evidence):
        stage, included = stage_of(entry), entry.is_yes("in_evictions")
        if included is False or (stage is not None and stage < IMPLEMENTED):
            answer: bool | None = False
        else:
            answer = True if included and stage is not None else None
        found.append((answers.line.country, answers.record_id, answer))
    return {"": _by_country(found)}


def _slums(evidence: Evidence) -> Derived:
    return _stages(slum_policy_stages(evidence))


def _items(evidence: Evidence) -> list[Answers]:
    return [entry for one in evidence.returns("information_exchange") for entry in one.entries("ix")]


def _downloads(evidence: Evidence) -> Derived:
    copies = Sum()
    for entry in _items(evidence):
        if entry.choice("ix_item") == "flagship" and entry.is_yes("ix_request") is not True:
            copies.add(entry.number("ix_copies"), entry.record_id)
    return {"": copies.figure()}


def _education(evidence: Evidence) -> Derived:
    partners = Count()
    for entry in _items(evidence):
        if (
            entry.choice("ix_item") in ("flagship", "best_practice")
            and entry.is_yes("ix_request") is not True
        ):
            used = entry.chosen("ix_used")
            key = (entry.line.country, fold(entry.text("ix_org")) or entry.key)
            partners.put("research" in used if used else None, entry.record_id, key)
    return {"": partners.figure()}


def _gender(evidence: Evidence) -> Derived:
    count = Count()
    for one in evidence.latest("project_status"):
        score = one.number("mk_gender")
        count.put(None if score is None else score >= _MAINSTREAMED, one.record_id)
    return {"": count.figure()}


def _observatories(evidence: Evidence) -> Derived:
    count = Count()
    for one in newest_of_each_city(evidence):
        there = one.is_yes("ui_observatory")
        count.put(one.is_yes("ui_obs_evidence") if there else there, one.record_id)
    return {"": count.figure()}


def _guidelines(evidence: Evidence) -> Derived:
    found = []
    for one in newest_of_each_city(evidence):
        there = one.is_yes("ui_observatory")
        extent = one.choice("ui_guidelines") if there else "" if there is None else "none"
        found.append((one.record_id, one.record_id, extent))
    return _extents(found)


def _requests(evidence: Evidence) -> Derived:
    count = Count()
    for one in evidence.latest("assistance_request"):
        if within(evidence, one, "rq_date"):
            kind = one.choice("rq_type")
            count.put(kind == "finance" if kind else None, one.record_id)
    return {"": count.figure()}


def _publications(evidence: Evidence) -> Derived:
    count = Count()
    for entry in _items(evidence):
        if entry.choice("ix_direction") not in _TO_COUNTRY:
            count.put(entry.is_yes("ix_request"), entry.record_id, entry.key)
    return {"": count.figure()}


def _forums(evidence: Evidence) -> Derived:
    returns = evidence.latest("national_habitat_committee")
    return _extents([(one.line.country, one.record_id, one.choice("na_extent")) for one in returns])


def _plans(evidence: Evidence) -> Derived:
    value, kinds = Count(), dict[str, Count]()
    for one in evidence.latest("country_programme"):
        for plan in one.entries("planlink"):
            urban = plan.choice("pl_urban")
            includes = urban in ("partial", "full") if urban else None
            value.put(includes, plan.record_id, plan.key)
            if includes and plan.choice("pl_type"):
                kinds.setdefault(f"plan:{plan.choice('pl_type')}", Count()).add(plan.record_id, plan.key)
    return {"": value.figure()} | {key: count.figure() for key, count in kinds.items()}


def _served(evidence: Evidence) -> Derived:
    people, women, men = Sum(), Sum(), Sum()
    for one in _settlements(evidence):
        if one.choice("up_stage") in WORKS:
            people.add(persons_reached(one), one.record_id)
            women.add(one.number("re_female"), one.record_id)
            men.add(one.number("re_male"), one.record_id)
    return {"": people.figure(), "reached:re_female": women.figure(), "reached:re_male": men.figure()}


def _settlements(evidence: Evidence) -> list[Answers]:
    return [entry for one in evidence.returns("slum_upgrading") for entry in one.entries("settlement")]


def _prices(evidence: Evidence) -> Derived:
    change, count = Sum(), Sum()
    for answers in evidence.latest("slum_upgrading"):
        for one in answers.entries("settlement"):
            value = one.number("up_price_change")
            change.add(value, one.record_id)
            count.add(None if value is None else Decimal(1), one.record_id)
    mean = ratio(change.figure(1), count.figure(), 1, percent=False)
    return {"": Figure(mean.value, mean.records, mean.known, mean.total, 1, "percent")}


def _homes(evidence: Evidence) -> Derived:
    homes = Sum()
    for one in _settlements(evidence):
        if "housing" in one.chosen("up_components"):
            homes.add(one.number("up_hh_housing"), one.record_id)
    for _answers, entry in _instruments(evidence):
        if (stage_of(entry) or 0) >= IMPLEMENTED:
            homes.add(entry.number("in_households"), entry.record_id)
    return {"": homes.figure()}


# indicator: forms it is worked out from, how, and the function
DERIVED: dict[str, tuple[tuple[str, ...], str, Callable[[Evidence], Derived]]] = {
    "1a.i": (
        ("housing_policy",),
        N_("Countries with an instrument that includes the principles partially or fully."),
        _principles,
    ),
    "1a.ii": (
        ("housing_policy", "results_indicators"),
        N_(
            "Countries prone to crisis or recovering from one, with an instrument that includes such "
            "measures."
        ),
        _risk,
    ),
    "1d.i": (
        ("housing_policy",),
        N_(
            "Countries with an instrument on land, housing or property under implementation with funds, "
            "or beyond. "
            "Policies on slums, on finance and on urban development as a whole are not in it."
        ),
        _land,
    ),
    "1d.ii": (
        ("housing_policy",),
        N_(
            "Countries with an instrument under implementation that includes measures against forced "
            "eviction. "
            "Partners are not in the returns."
        ),
        _tenure,
    ),
    "1e.i": (
        ("housing_policy", "slum_upgrading"),
        N_("Countries whose policy on slums is under implementation with funds, or beyond."),
        _slums,
    ),
    "2a.i": (
        ("information_exchange",),
        N_("Copies of flagship reports handed out or downloaded, as far as offices report them."),
        _downloads,
    ),
    "2a.ii": (
        ("information_exchange",),
        N_("Counterparts that used a flagship report or best-practice example for research and education."),
        _education,
    ),
    "2b.iii": (
        ("project_status",),
        N_("Projects whose gender marker is 2 or 3; a project stands for a programme."),
        _gender,
    ),
    "2c.i": (
        ("urban_indicators",),
        N_("Local observatories whose data supported a policy, plan or budget in the period."),
        _observatories,
    ),
    "2c.ii": (
        ("urban_indicators",),
        N_("Local observatories that use the guidelines partially or fully."),
        _guidelines,
    ),
    "2d.i": (
        ("assistance_request",),
        N_("Requests for assistance on municipal finance and revenue, by their date."),
        _requests,
    ),
    "2d.ii": (
        ("information_exchange",),
        N_("Requests for information and publications from countries, on any subject, as none is recorded."),
        _publications,
    ),
    "3a.i": (
        ("national_habitat_committee",),
        N_("Countries whose committee or forum promotes a coherent approach partially or fully."),
        _forums,
    ),
    "3a.ii": (
        ("country_programme",),
        N_(
            "Plans named in country programme returns that include sustainable urbanization partially or "
            "fully."
        ),
        _plans,
    ),
    "3d.i": (
        ("slum_upgrading",),
        N_("Persons reached by works in settlements in the period, counted or estimated from households."),
        _served,
    ),
    "4b.ii": (
        ("slum_upgrading",),
        N_("Mean of the change of prices over the settlements that report it."),
        _prices,
    ),
    "4c.iii": (
        ("slum_upgrading", "housing_policy"),
        N_(
            "Households with new or improved housing in upgraded settlements, and households that "
            "benefited from "
            "instruments of housing policy; a household may be in both."
        ),
        _homes,
    ),
}
