"""Makes a report for the window, and writes it; runs on the worker."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from habitat_desktop.progress import Progress
from habitat_desktop.records.basis import Basis
from habitat_desktop.reports.document import Document
from habitat_desktop.workspace import Workspace


@dataclass(frozen=True)
class ReportAsked:
    """Which report, of which period and basis, in which language."""

    name: str
    period: str
    basis: Basis
    language: str


@dataclass(frozen=True)
class ReportMade:
    """A report with the page that shows it."""

    asked: ReportAsked
    document: Document
    page: str


def make_report(workspace: Workspace, asked: ReportAsked, today: date, progress: Progress) -> ReportMade:
    """Make the report and its preview.

    Raises:
        UnknownFormError: a form it reads is not here.
        Cancelled: through `progress`, which counts records.
    """
    from habitat_desktop.reports.catalogue import make
    from habitat_desktop.reports.evidence import Evidence, Origin, Scope
    from habitat_desktop.reports.preview import preview

    settings = workspace.settings
    origin = Origin(
        name=settings.name or settings.office,
        database=workspace.database.installation[:8],
        made_on=today,
        is_demonstration=settings.demonstration,
    )
    with workspace.database.aside() as database, database.read() as session:
        evidence = Evidence(session, workspace.library, Scope((asked.period,), asked.basis), origin, progress)
        document = make(asked.name, evidence, asked.language)
    return ReportMade(asked, document, preview(document))


def write_report(document: Document, path: Path, progress: Progress) -> Path:
    """Write the report as the name of the file says. Raises as `reports.writing.write` does."""
    from habitat_desktop.gui.print_child import write_pdf
    from habitat_desktop.reports.writing import write

    progress.step(0, 1)
    write(document, path, write_pdf)
    return path
