"""The reports there are: name, module, title, what each reads, and which systems of the seeds it serves."""

from dataclasses import dataclass
from importlib import import_module

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, speaking
from habitat_desktop.reports import front
from habitat_desktop.reports.document import Document
from habitat_desktop.reports.errors import UnknownReportError
from habitat_desktop.reports.evidence import Evidence


@dataclass(frozen=True)
class Report:
    """One report. `module`, below habitat_desktop.reports, has `blocks(evidence) -> list[Block]`.

    `forms` are the forms it reads, the first being the one it is mainly about; `seeds` the systems of the
    seed documents (S01 to S91) that it serves.
    """

    name: str
    module: str
    title: str
    description: str
    forms: tuple[str, ...]
    seeds: tuple[str, ...]


REPORTS: tuple[Report, ...] = (
    Report(
        "portfolio",
        "portfolio",
        N_("Portfolio of projects"),
        N_("Projects by status, region, country and kind of work, with the register of all projects."),
        ("project_status",),
        ("S01", "S03", "S52"),
    ),
    Report(
        "pipeline",
        "pipeline",
        N_("Pipeline and project reviews"),
        N_("Projects by stage, and which have been reviewed, scored on the four markers and screened."),
        ("project_status",),
        ("S02",),
    ),
    Report(
        "income",
        "income",
        N_("Income, balances and money for gender equality"),
        N_("Core and earmarked income agreed and received, cost recovery, unspent balances, gender money."),
        ("project_status", "resolution_implementation"),
        ("S04", "S05", "S06", "S10", "S11"),
    ),
    Report(
        "slums",
        "slums",
        N_("Slum upgrading"),
        N_("People living in slums (SDG 11.1.1), people reached, plans of cities, evictions, enumerations."),
        ("slum_upgrading", "slum_household_survey"),
        ("S30", "S31", "S33", "S36"),
    ),
    Report(
        "housing",
        "housing",
        N_("Housing policy"),
        N_("Housing policy by country, instrument and stage: in sentences and in tables."),
        ("housing_policy", "slum_upgrading"),
        ("S32", "S34", "S35"),
    ),
    Report(
        "cities",
        "cities",
        N_("Cities and national samples of cities"),
        N_("Indicators of cities, national values with weights, Goal 11, prosperity, urban observatories."),
        ("urban_indicators", "slum_household_survey"),
        ("S65", "S66", "S70"),
    ),
    Report(
        "resolutions",
        "resolutions",
        N_("Resolutions of the UN-Habitat Assembly"),
        N_("Status, requirement, funds mobilized and gap by resolution, paragraphs, links to the plan."),
        ("resolution_implementation",),
        ("S10", "S56", "S57", "S58"),
    ),
    Report(
        "results",
        "results",
        N_("Results framework"),
        N_("Accomplishments and indicators, worked out from records or reported; targets and SMART check."),
        (
            "results_indicators",
            "housing_policy",
            "slum_upgrading",
            "urban_indicators",
            "country_programme",
            "national_habitat_committee",
            "project_status",
            "information_exchange",
            "assistance_request",
        ),
        ("S32", "S35", "S43", "S44", "S70"),
    ),
    Report(
        "countries",
        "countries",
        N_("Country programmes and committees"),
        N_("Country programmes, offices, committees, forums and events, requests for assistance."),
        ("country_programme", "national_habitat_committee", "event_return", "assistance_request"),
        ("S08", "S18", "S19", "S20", "S22", "S23"),
    ),
    Report(
        "information",
        "information",
        N_("Information flow and adequacy of data"),
        N_("What went to countries and came back, and how adequate and useful the data are."),
        ("information_exchange", "data_quality_return", "event_return"),
        ("S27", "S62", "S63", "S64", "S72"),
    ),
    Report(
        "markers",
        "markers",
        N_("Project markers and safeguards"),
        N_("Scores of the four markers, safeguards, and money for gender equality."),
        ("project_status",),
        ("S11", "S83", "S84", "S85"),
    ),
    Report(
        "progress",
        "progress",
        N_("Half-yearly progress report"),
        N_("Results, constraints and lessons for member States, with key figures from all forms."),
        (
            "project_status",
            "slum_upgrading",
            "housing_policy",
            "country_programme",
            "resolution_implementation",
            "national_habitat_committee",
            "data_quality_return",
            "event_return",
            "urban_indicators",
            "slum_household_survey",
            "information_exchange",
        ),
        ("S45", "S46", "S49", "S51", "S53", "S54", "S71", "S85"),
    ),
)


def report_named(name: str) -> Report:
    """Return the report `name`. Raises UnknownReportError."""
    for report in REPORTS:
        if report.name == name:
            return report
    raise UnknownReportError(name=name)


def make(name: str, evidence: Evidence, language: str) -> Document:
    """Make a report in `language`, whatever language the returns were written in.

    Raises:
        UnknownReportError: there is none of that name.
        UnknownFormError: a form it reads is not here.
    """
    report = report_named(name)
    module = import_module(f"habitat_desktop.reports.{report.module}")
    with speaking(language):
        blocks = module.blocks(evidence)
        return front.document(evidence, report.name, _(report.title), report.forms, blocks)
