"""The work behind enrolment: writing the own request, reading and trusting one from elsewhere."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.packages.enrolment import Request
    from habitat_desktop.records.trusted_keys import TrustedKey
    from habitat_desktop.workspace import Workspace


@dataclass(frozen=True)
class Requested:
    """A request that was written."""

    path: Path
    fingerprint: str


@dataclass(frozen=True)
class Asked:
    """A request that was read, and the key as it is known here already, if it is."""

    request: "Request"
    known: "TrustedKey | None"


def ask_request_path(parent: QWidget, workspace: "Workspace") -> Path | None:
    """Ask the person where to write the request."""
    name = f"request-{workspace.settings.office}.xlsx"
    kinds = _("Requests ({pattern})").format(pattern="*.xlsx")
    chosen, _kind = QFileDialog.getSaveFileName(parent, _("Save the request"), str(Path.home() / name), kinds)
    return Path(chosen) if chosen else None


def save_request(workspace: "Workspace", path: Path, progress: Progress) -> Requested:
    """Write the request of this workspace; a request that lies there is replaced, as the dialog asked."""
    from habitat_desktop.packages.enrolment import write_request

    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    try:
        request = write_request(
            part, workspace.keyring, workspace.settings, workspace.database.installation, datetime.now(UTC)
        )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Requested(path, request.key.fingerprint)


def read_request(workspace: "Workspace", path: Path, progress: Progress) -> Asked:
    """Read a request and say whether it may be trusted here at all; errors as `enrolment.check_request`."""
    from habitat_desktop.packages import enrolment
    from habitat_desktop.packages.reader import Reader

    with Reader() as reader:
        request = enrolment.read_request(path, reader)
    own = workspace.keyring.public
    with workspace.read() as session:
        known = enrolment.check_request(session, workspace.settings, own, request)
    return Asked(request, known)


def trust(workspace: "Workspace", request: "Request", typed: str, progress: Progress) -> "TrustedKey":
    """Trust a request whose fingerprint was heard; errors as `enrolment.trust_request`."""
    from habitat_desktop.packages import enrolment, key_lists

    settings = workspace.settings
    key_lists.refresh(workspace.database, settings, workspace.keyring, datetime.now(UTC))
    with workspace.begin() as session:
        return enrolment.trust_request(
            session,
            settings,
            workspace.keyring.public,
            request,
            typed,
            workspace.keeper(),
        )


def revoke(workspace: "Workspace", key: "TrustedKey", reason: str, progress: Progress) -> None:
    """Take the trust in `key` back and make the list that tells every office."""
    from habitat_desktop.packages import key_lists, revoking
    from habitat_desktop.packages.keys import fingerprint

    settings, now = workspace.settings, datetime.now(UTC)
    key_lists.refresh(workspace.database, settings, workspace.keyring, now)
    with workspace.begin() as session:
        revoking.revoke(session, workspace.hand(at=now), fingerprint(key.key_id), reason=reason)
    key_lists.current_list(workspace.database, settings, workspace.keyring, now)
