"""The reports of the demonstration: every one of the catalogue, in three languages that are not English."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from habitat_desktop.cli.demo_offices import PERIOD
from habitat_desktop.i18n.catalogues import _, ngettext

if TYPE_CHECKING:
    from habitat_desktop.cli.context import Context
    from habitat_desktop.cli.demo import Story

FILES = (("fr", (".docx",)), ("ar", (".docx", ".pdf")), ("zh", (".xlsx",)))


def write(context: "Context", story: "Story") -> None:
    """Make every report from what headquarters has received, and say which file is written."""
    from habitat_desktop.cli.reports import write_report
    from habitat_desktop.reports.catalogue import REPORTS, make
    from habitat_desktop.reports.evidence import Evidence, Origin, Scope
    from habitat_desktop.reports.wording import code_words

    folder = story.folder / "reports"
    folder.mkdir()
    workspace = story.headquarters
    count = len(REPORTS)
    story.tell(
        ngettext(
            "{count} report in French, Arabic and Chinese, from all that headquarters has received",
            "{count} reports in French, Arabic and Chinese, from all that headquarters has received",
            count,
        ).format(count=count),
        folder,
    )
    origin = Origin(
        name=workspace.settings.name,
        database=workspace.database.installation[:8],
        made_on=datetime.now().astimezone().date(),
        is_demonstration=True,
    )
    with workspace.database.aside() as database, database.read() as session:
        evidence = Evidence(session, workspace.library, Scope((PERIOD,), "received"), origin)
        for number, report in enumerate(REPORTS, 1):
            for language, endings in FILES:
                document = make(report.name, evidence, language)
                for ending in endings:
                    write_report(context, document, folder / f"{report.name}-{language}{ending}")
            click.echo(
                "      "
                + _("{number} of {count}: {title}, {files}").format(
                    number=number, count=count, title=_(report.title), files=code_words(f"{report.name}-*")
                )
            )


def files(folder: Path) -> list[Path]:
    """Return the files that belong in `folder`."""
    from habitat_desktop.reports.catalogue import REPORTS

    return [
        folder / f"{report.name}-{language}{ending}"
        for report in REPORTS
        for language, endings in FILES
        for ending in endings
    ]
