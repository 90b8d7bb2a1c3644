"""The main job on real forms: Kenya to headquarters and back, told step by step.

The two workspaces share nothing but the files they exchange.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli import demo_offices, demo_reports
from habitat_desktop.cli.context import Context
from habitat_desktop.cli.demo_conversation import converse
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.i18n.names import country_name
from habitat_desktop.settings import HEADQUARTERS, Person, Settings, TransportSetting
from habitat_desktop.workspace import Workspace, create_workspace

MARKER = ".habitat-demo"
SCREENSHOT_LANGUAGES = ("en", "ar", "zh")


class DemoFolderError(HabitatError):
    code = "DEMO_FOLDER"
    message = N_(
        "“{path}” holds other files. Nothing was changed. Choose an empty folder for the demonstration."
    )


@dataclass
class Story:
    """What the steps of the demonstration share: two workspaces and the folder between them."""

    folder: Path
    office: Workspace
    headquarters: Workspace
    exchange: Path
    step: int = 0

    def tell(self, text: str, *files: Path) -> None:
        self.step += 1
        click.echo(f"{self.step:>2}. {text}")
        for file in files:
            click.echo(f"      {file}")


@click.command(help=_("Show the whole way with demonstration data in DIR: an office, headquarters and back."))
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path("demo")
)
@click.option(
    "--window/--no-window", default=None, help=_("Open the window afterwards (if there is a display).")
)
@click.option("--screenshots/--no-screenshots", default=True, help=_("Save pictures of the main screens."))
@click.option("--reports/--no-reports", default=True, help=_("Save every report in three languages."))
@click.pass_obj
def demo(context: Context, folder: Path, window: bool | None, screenshots: bool, reports: bool) -> None:
    story = _begin(folder.resolve())
    try:
        _tell_story(story)
        if reports:
            demo_reports.write(context, story)
    finally:
        story.office.close()
        story.headquarters.close()
    if screenshots:
        _take_screenshots(context, story)
    click.echo(
        _("Everything is in {folder}. Look around: habitat --workspace {office}").format(
            folder=story.folder, office=story.office.folder
        )
    )
    if window or (window is None and _has_display()):
        context.open_window(story.office.folder)


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and os.environ.get(
        "QT_QPA_PLATFORM"
    ) not in ("offscreen", "minimal")


def _begin(folder: Path) -> Story:
    """Make the folder and its two workspaces anew."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise DemoFolderError(path=folder)
    if folder.exists():
        shutil.rmtree(folder)
    exchange = folder / "exchange"
    exchange.mkdir(parents=True)
    (folder / MARKER).touch()
    transports = (TransportSetting("exchange", str(exchange)),)
    office = create_workspace(
        folder / "kenya",
        Settings(
            role="office",
            office="KE",
            name=_("Kenya office"),
            countries=("KEN",),
            persons=(Person("M. Njeri", "m.njeri@example.org", "hpm"), Person("J. Otieno", "", "hpm")),
            person="M. Njeri",
            transports=transports,
            language=language(),
            demonstration=True,
        ),
    )
    headquarters = create_workspace(
        folder / "headquarters",
        Settings(
            role="headquarters",
            office=HEADQUARTERS,
            name=_("Headquarters, Nairobi"),
            persons=(Person("A. Diallo", "", "hq_focal"),),
            person="A. Diallo",
            transports=transports,
            language=language(),
            demonstration=True,
        ),
    )
    return Story(folder, office, headquarters, exchange)


def _tell_story(story: Story) -> None:
    from habitat_desktop.records.sample import sample_returns

    returns = sample_returns()
    story.tell(
        _("Two workspaces that share nothing but files: {office} and {headquarters}").format(
            office=story.office.settings.name, headquarters=story.headquarters.settings.name
        ),
        story.office.folder,
        story.headquarters.folder,
    )
    _enrol(story)
    periods = sorted({item["period"] for item in returns})
    for period in periods[:-1]:
        _enter(story, [item for item in returns if item["period"] == period])
        _round(story)
    now = [item for item in returns if item["period"] == periods[-1]]
    _enter(story, [item for item in now if item["finalize"] and not item.get("late")])
    _round(story)
    converse(story)
    _enter(story, [item for item in now if item["finalize"] and item.get("late")])
    _enter(story, [item for item in now if not item["finalize"]])
    demo_offices.report(story)


def _enrol(story: Story) -> None:
    """Let both sides ask to be trusted and compare the fingerprints, as on the telephone."""
    for asking, trusting in ((story.office, story.headquarters), (story.headquarters, story.office)):
        path, fingerprint = trust(asking, trusting, story.exchange)
        story.tell(
            _("{name} asks to be trusted; {other} hears the fingerprint {fingerprint} and trusts it").format(
                name=asking.settings.name, other=trusting.settings.name, fingerprint=fingerprint
            ),
            path,
        )


def trust(asking: Workspace, trusting: Workspace, folder: Path) -> tuple[Path, str]:
    """Let one side ask to be trusted and the other do so; return the request and the fingerprint."""
    from habitat_desktop.packages.enrolment import read_request, trust_request, write_request
    from habitat_desktop.packages.reader import Reader

    settings, now = asking.settings, datetime.now(UTC)
    path = folder / f"request-{settings.office}.xlsx"
    made = write_request(path, asking.keyring, settings, asking.database.installation, now)
    with Reader() as reader:
        request = read_request(path, reader)
    with trusting.begin() as session:
        trust_request(
            session,
            trusting.settings,
            trusting.keyring.public,
            request,
            made.key.fingerprint,
            trusting.keeper(),
        )
    return path, made.key.fingerprint


def _enter(story: Story, returns: list[dict[str, Any]]) -> None:
    from habitat_desktop.records.sample import enter

    for item, entry in zip(returns, enter(story.office, returns, "KEN", story.folder), strict=True):
        found = len(entry.instance.problems())
        form = story.office.library.form(item["form"])
        what = {"label": entry.label, "form": form.title(language()), "subject": _subject(entry)}
        if item["finalize"]:
            story.tell(_("Filled in and finalized: {label}, {form}, {subject}").format(**what))
        else:
            story.tell(
                ngettext(
                    "Left as a draft with {count} problem to correct: {label}, {form}, {subject}",
                    "Left as a draft with {count} problems to correct: {label}, {form}, {subject}",
                    found,
                ).format(count=found, **what)
            )


def _subject(entry: Any) -> str:
    heading = entry.heading()
    return heading.subject or country_name(heading.country, language())


def _round(story: Story) -> None:
    """Send what is final, take it in at headquarters, bring the receipt back."""
    from habitat_desktop.cli.exchange import import_all
    from habitat_desktop.records import repository
    from habitat_desktop.records.record import RecordState

    sent = make_package(story.office, story.exchange, HEADQUARTERS)
    story.tell(
        ngettext(
            "The office writes one Excel workbook with {count} record",
            "The office writes one Excel workbook with {count} records",
            sent.records,
        ).format(count=sent.records),
        sent.path,
    )
    (taken,) = import_all(story.headquarters, (sent.path,))
    story.tell(_("Headquarters takes it in: {message}").format(message=taken.message))
    (again,) = import_all(story.headquarters, (sent.path,))
    story.tell(_("The same file once more changes nothing: {message}").format(message=again.message))
    receipt = make_package(story.headquarters, story.exchange, "KE")
    story.tell(_("Headquarters writes the receipt"), receipt.path)
    import_all(story.office, (receipt.path,))
    with story.office.read() as session:
        received = repository.count_by_state(session).get(RecordState.RECEIVED, 0)
    story.tell(
        ngettext(
            "The office takes the receipt in: {count} record is now Received",
            "The office takes the receipt in: {count} records are now Received",
            received,
        ).format(count=received)
    )


def make_package(workspace: Workspace, folder: Path, recipient: str) -> Any:
    from habitat_desktop.packages.exporting import create_package

    return create_package(
        workspace.database,
        workspace.settings,
        folder,
        workspace.library.form,
        to=recipient,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        at=datetime.now(UTC),
        author=workspace.settings.person,
        language=workspace.settings.language,
    )


def _take_screenshots(context: Context, story: Story) -> None:
    """Save the main screens in English, Arabic and Chinese, without touching the screen of the person."""
    folder = story.folder / "screenshots"
    files = []
    for workspace in (story.office, story.headquarters):
        files += context.take_screenshots(
            workspace.folder, folder / workspace.settings.role, SCREENSHOT_LANGUAGES
        )
    story.tell(
        ngettext("{count} picture of the screens", "{count} pictures of the screens", len(files)).format(
            count=len(files)
        ),
        folder,
    )
