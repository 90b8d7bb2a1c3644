"""Look around with sample data: a workspace of its own, made once, in which nothing counts."""

from functools import partial
from pathlib import Path

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.progress import Progress
from habitat_desktop.settings import FILE_NAME, Person, Settings
from habitat_desktop.workspace import Workspace, create_workspace, open_workspace

_UNFINISHED = ".sample-unfinished"


def make_sample(folder: Path, progress: Progress) -> Workspace:
    """Return the sample workspace in `folder`, made now unless it is there already.

    Raises:
        HabitatError: the folder cannot be used. Cancelled: nothing of it is left.
    """
    unfinished = folder / _UNFINISHED
    if (folder / FILE_NAME).is_file() and not unfinished.exists():
        return open_workspace(folder)
    from habitat_desktop.records.sample import enter, sample_returns

    _remove(folder)
    settings = Settings(
        role="office",
        office="KE",
        name=_("Kenya office"),
        countries=("KEN",),
        persons=(Person("M. Njeri", "m.njeri@example.org", "hpm"), Person("J. Otieno", "", "hpm")),
        person="M. Njeri",
        language=language(),
        demonstration=True,
    )
    workspace = create_workspace(folder, settings)
    unfinished.touch()
    try:
        enter(workspace, sample_returns(), "KEN", folder, progress)
    except BaseException:
        workspace.close()
        _remove(folder)
        raise
    unfinished.unlink()
    return workspace


def sample_folder(data: Path) -> Path:
    """Return where the sample workspace lies: beside the folder of the real data."""
    return data.parent / f"{data.name} sample"


def making(folder: Path) -> "partial[Workspace]":
    """Return the work of making the sample workspace beside the data in `folder`."""
    return partial(make_sample, sample_folder(folder))


def _remove(folder: Path) -> None:
    """Remove a sample that was not finished; only what this module made there."""
    if (folder / _UNFINISHED).exists():
        import shutil

        shutil.rmtree(folder)
