"""The work behind the page of sending: plain functions of `Progress` that jobs run."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Loaded:
    """What the page shows: the boxes, the titles of their forms, and packages that lie here ready."""

    boxes: "tuple[PeerBox, ...]" = ()
    titles: dict[str, str] | None = None
    made: tuple[Made, ...] = ()
    kept_out: int = 0  # files in quarantine that wait for somebody

    @property
    def is_empty(self) -> bool:
        return all(box.is_empty for box in self.boxes)


@dataclass(frozen=True)
class Exchanged:
    """One round over one transport: the names of the packages that went, and what came."""

    name: str
    sent: tuple[str, ...]
    received: Received


def load_outbox(workspace: "Workspace", progress: Progress) -> Loaded:
    """Read what waits, and find the packages that carry it, if they are made already."""
    from habitat_desktop.packages.quarantine import count_open
    from habitat_desktop.sync.outbox import outbox

    with workspace.read() as session:
        boxes = outbox(session, workspace.settings)
    made = []
    for box in boxes:
        if box.is_made and box.latest is not None:
            path = workspace.outgoing / box.latest.file_name
            if path.is_file():
                made.append(Made(path, box.latest.number, box.peer, path.stat().st_size, None))
    return Loaded(boxes, form_titles(workspace), tuple(made), count_open(workspace.quarantine))


def form_titles(workspace: "Workspace") -> dict[str, str]:
    """Return the titles of the forms in the language now, by form id."""
    return {info.form_id: info.title(language()) for info in workspace.library.forms()}


def make_packages(workspace: "Workspace", peers: Sequence[str], progress: Progress) -> list[Made]:
    """Make what waits for each of `peers`, and read each package back as its receiver will."""
    from habitat_desktop.packages.exporting import create_packages
    from habitat_desktop.packages.inspecting import inspect_package
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
        )
        for package in packages:
            report = inspect_package(package.path, workspace.library.form, keyring=workspace.keyring)
            is_whole = bool(report["ok"]) and not report["findings"]
            made.append(Made(package.path, package.number, peer, package.path.stat().st_size, is_whole))
    back_up_after_package(workspace, at=datetime.now(UTC))
    progress.step(len(peers), len(peers))
    return made


def deliver(files: Sequence[Path], folder: Path, progress: Progress) -> list[Path]:
    """Copy packages to a folder, reading each back."""
    from habitat_desktop.sync.outbox import deliver as copy

    return copy(files, folder, progress)


def exchange_over(workspace: "Workspace", name: str, url: str, progress: Progress) -> Exchanged:
    """Send and receive once over one transport."""
    from habitat_desktop.records.safekeeping import back_up_after_package
    from habitat_desktop.sync.exchange import exchange
    from habitat_desktop.sync.transports import open_transport

    report = exchange(workspace, open_transport(url), at=datetime.now(UTC), progress=progress)
    if report.sent or report.received:
        back_up_after_package(workspace, at=datetime.now(UTC))
    return Exchanged(name, tuple(path.name for path in report.sent), received_of(workspace, report.results))
