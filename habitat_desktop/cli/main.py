"""The command `habitat` and the groups under it."""

from pathlib import Path

import click

from habitat_desktop import __version__
from habitat_desktop.cli.context import Context
from habitat_desktop.cli.coverage import coverage
from habitat_desktop.cli.demo import demo
from habitat_desktop.cli.exchange import import_, package, sync, transport
from habitat_desktop.cli.expected_many import expected
from habitat_desktop.cli.journal import journal
from habitat_desktop.cli.keys import keys
from habitat_desktop.cli.lazy import LazyGroup
from habitat_desktop.cli.merging import merge
from habitat_desktop.cli.persons import diagnostics, person
from habitat_desktop.cli.printing import form, record
from habitat_desktop.cli.quarantine import quarantine
from habitat_desktop.cli.queries import query
from habitat_desktop.cli.questionnaires import questionnaire
from habitat_desktop.cli.regions import region
from habitat_desktop.cli.releases import release
from habitat_desktop.cli.reports import report
from habitat_desktop.cli.review import review
from habitat_desktop.cli.safekeeping import backup, restore
from habitat_desktop.cli.verify import verify
from habitat_desktop.cli.workbooks import workbook
from habitat_desktop.cli.workspaces import init, status
from habitat_desktop.i18n.catalogues import _


@click.group(
    invoke_without_command=True,
    help=_("Without a command: open the window."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="HABITAT_WORKSPACE",
    help=_("The folder of the workspace; otherwise HABITAT_WORKSPACE, otherwise your own data folder."),
)
@click.version_option(__version__, prog_name="habitat", message="%(prog)s %(version)s")
@click.pass_context
def habitat(click_context: click.Context, workspace: Path | None) -> int | None:
    context: Context = click_context.obj
    context.folder = workspace
    if click_context.invoked_subcommand is None:
        return context.open_window(workspace)
    return None


def _translations() -> click.Group:
    from habitat_desktop.cli.translations import i18n

    return i18n


for _command in (
    init,
    form,
    record,
    merge,
    query,
    review,
    expected,
    coverage,
    report,
    questionnaire,
    workbook,
    package,
    import_,
    sync,
    transport,
    region,
    release,
    status,
    person,
    diagnostics,
    keys,
    journal,
    quarantine,
    backup,
    restore,
    verify,
    LazyGroup(
        "i18n", _translations, _("Texts and translations: what is open, workbooks for translators, checks.")
    ),
    demo,
):
    habitat.add_command(_command)
