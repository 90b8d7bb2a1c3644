"""The work behind the page of sending: plain functions of `Progress` that jobs run."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.gui.outbox_texts import Made
from habitat_desktop.gui.receiving import Received, received_of
from habitat_desktop.i18n.catalogues import language
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.sync.outbox import PeerBox
    from habitat_desktop.workspace import Workspace

CLEAN_FOLDER = "as made"  # beside the packages: clean copies of those changed in Excel


@dataclass(frozen=True)
class Loaded:
    """What the page shows: the boxes, the titles of their forms, and packages that lie here ready."""

    boxes: "tuple[PeerBox, ...]" = ()
    titles: dict[str, str] | None = None
    made: tuple[Made, ...] = ()
    kept_out: int = 0  # files in quarantine that wait for somebody
    kept: frozenset[str] = frozenset()  # names of the packages made here whose files are still there

    @property
    def is_empty(self) -> bool:
        return all(box.is_empty for box in self.boxes)


@dataclass(frozen=True)
class Exchanged:
    """One round over one transport: the names of the packages that went, and what came."""

    name: str
    sent: tuple[str, ...]
    received: Received


@dataclass(frozen=True)
class Look:
    """What a package that lies here looks like now; `is_sound`: its signed contents can still be read."""

    is_sound: bool
    changes: int = 0
    is_encrypted: bool = False


Looks = dict[tuple[Path, int, int], Look]  # by path, time of the last change and size


def look_at(workspace: "Workspace", path: Path, looks: Looks) -> Look:
    """Return what `path` looks like, read once for each state of the file."""
    from habitat_desktop.packages.inspecting import inspect_package

    state = path.stat()
    key = (path, state.st_mtime_ns, state.st_size)
    if key not in looks:
        report = inspect_package(path, workspace.library.form, keyring=workspace.keyring)
        sound = bool(report["ok"])
        looks[key] = (
            Look(sound, len(report["findings"]), report["recipients"] > 0) if sound else Look(is_sound=False)
        )
    return looks[key]


def load_outbox(workspace: "Workspace", looks: Looks, progress: Progress) -> Loaded:
    """Read what waits, and find the packages that carry it, if they are made already and still sound.

    `looks` remembers what was read of files.
    """
    from habitat_desktop.packages.quarantine import count_open
    from habitat_desktop.sync.outbox import outbox

    with workspace.read() as session:
        boxes = outbox(session, workspace.settings)
    made = []
    for box in boxes:
        if box.is_made and box.latest is not None:
            path = workspace.outgoing / box.latest.file_name
            if path.is_file():
                look = look_at(workspace, path, looks)
                if look.is_sound:  # else it is made again
                    size = path.stat().st_size
                    made.append(
                        Made(path, box.latest.number, box.peer, size, None, look.changes, look.is_encrypted)
                    )
    names = {entry.file_name for box in boxes for entry in box.sent}
    kept = frozenset(name for name in names if (workspace.outgoing / name).is_file())
    return Loaded(boxes, form_titles(workspace), tuple(made), count_open(workspace.quarantine), kept)


def form_titles(workspace: "Workspace") -> dict[str, str]:
    """Return the titles of the forms in the language now, by form id."""
    return {info.form_id: info.title(language()) for info in workspace.library.forms()}


def make_packages(
    workspace: "Workspace", peers: Sequence[str], looks: Looks, progress: Progress
) -> list[Made]:
    """Make what waits for each of `peers`, and read each package back as its receiver will."""
    from habitat_desktop.packages.exporting import create_packages
    from habitat_desktop.records.safekeeping import back_up_after_package

    settings, made = workspace.settings, []
    for number, peer in enumerate(peers):
        progress.step(number, len(peers))
        packages = create_packages(
            workspace.database,
            settings,
            workspace.outgoing,
            workspace.library.form,
            to=peer,
            attachments_dir=workspace.attachments,
            keyring=workspace.keyring,
            at=datetime.now(UTC),
            author=settings.person,
            language=settings.language,
            progress=progress if len(peers) == 1 else None,
        )
        for package in packages:
            look = look_at(workspace, package.path, looks)
            is_whole = look.is_sound and not look.changes
            size = package.path.stat().st_size
            made.append(
                Made(package.path, package.number, peer, size, is_whole, is_encrypted=look.is_encrypted)
            )
    back_up_after_package(workspace, at=datetime.now(UTC))
    progress.step(len(peers), len(peers))
    return made


def deliver(workspace: "Workspace", paths: Sequence[Path], folder: Path, progress: Progress) -> list[Path]:
    """Copy packages to a folder as they were made, reading each back; errors as `outbox.deliver`."""
    from habitat_desktop.sync.outbox import deliver as copy

    with tempfile.TemporaryDirectory(prefix="habitat-") as clean:
        return copy([as_it_was_made(workspace, path, Path(clean)) for path in paths], folder, progress)


def as_it_was_made(workspace: "Workspace", path: Path, clean: Path) -> Path:
    """Return the file to send for the package at `path`: itself, or a copy in the folder `clean` built from
    what was signed where somebody changed it in Excel.

    Raises:
        PackageError: it is no sound package any more.
        NotAsMadeError: it is another package than the one made under this name.
        ExportFolderError: `clean` cannot be written.
    """
    from habitat_desktop.packages import files
    from habitat_desktop.packages.errors import ExportFolderError
    from habitat_desktop.packages.exporting import tolerant
    from habitat_desktop.packages.outgoing import as_made
    from habitat_desktop.packages.reader import Reader
    from habitat_desktop.records import exchange_state

    if not path.is_file():
        return path  # told by whoever copies it
    with workspace.read() as session:
        entries = exchange_state.packages(session, direction="out")
    entry = next((one for one in entries if one.file_name == path.name), None)
    if entry is None:
        return path
    with Reader() as reader:
        forms = tolerant(workspace.library.form)
        try:
            clean.mkdir(exist_ok=True)
            source, _changes = as_made(path, entry.payload_sha256, forms, reader, clean, workspace.keyring)
        except OSError as error:
            raise ExportFolderError(folder=clean, problem=files.problem(error)) from error
    return source


def to_attach(workspace: "Workspace", made: Sequence[Made], progress: Progress) -> list[Made]:
    """Return packages as they are attached to a message: a clean copy in the folder `as made` beside those
    that somebody changed in Excel. Errors as `as_it_was_made`."""
    clean = workspace.outgoing / CLEAN_FOLDER
    found = []
    for number, one in enumerate(made):
        progress.step(number, len(made))
        path = as_it_was_made(workspace, one.path, clean) if one.changes else one.path
        found.append(replace(one, path=path, changes=0))
    return found


def exchange_over(workspace: "Workspace", name: str, url: str, progress: Progress) -> Exchanged:
    """Send and receive once over one transport."""
    from habitat_desktop.records.safekeeping import back_up_after_package
    from habitat_desktop.sync.exchange import exchange
    from habitat_desktop.sync.transports import open_transport

    report = exchange(workspace, open_transport(url), at=datetime.now(UTC), progress=progress)
    if report.sent or report.received:
        back_up_after_package(workspace, at=datetime.now(UTC))
    return Exchanged(name, tuple(path.name for path in report.sent), received_of(workspace, report.results))
