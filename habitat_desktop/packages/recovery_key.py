"""The recovery key of headquarters: made once, printed and sealed; it opens every encrypted package.

Only its public half stays: in the signed key list. The file it is written to is one the `age` program reads,
so that packages can be opened in ten years without this program.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.packages import age, encryption, errors, files, key_lists, outgoing, trust
from habitat_desktop.packages.finding import FormFinder
from habitat_desktop.packages.key_errors import (
    NoRecoveryIdentityError,
    NotHeadquartersRecoveryError,
    RecoveryKnownError,
)
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.reader import OpenedPackage, Reader, open_package
from habitat_desktop.settings import Settings

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database

_PREFIX = "AGE-SECRET-KEY-1"
_EXPLANATION = (
    N_("The recovery key of headquarters. Whoever has it can read every encrypted package."),
    N_("Print this page, seal it in an envelope, keep it in a safe, and delete the file. There is no copy."),
    N_("To open a package: habitat keys open FILE --identity THISFILE --output OUT"),
)


def make_recovery_key(
    path: Path, database: "Database", settings: Settings, keyring: Keyring, at: datetime
) -> str:
    """Write a new recovery key to `path`, keep its public half in the key list, and return that.

    Raises:
        NotHeadquartersRecoveryError: only headquarters has one.
        RecoveryKnownError: there is one already.
        ExportFolderError: `path` cannot be written, or a file has that name.
        KeyLockedError: the key list cannot be signed.
    """
    from pyrage import x25519

    if settings.role != "headquarters":
        raise NotHeadquartersRecoveryError
    key_lists.refresh(database, settings, keyring, at)
    key_lists.current_list(database, settings, keyring, at)  # a locked key says so before anything is written
    with database.read() as session:
        if encryption.recovery_recipient(session):
            raise RecoveryKnownError
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    lines = [*(f"# {_(text)}" for text in _EXPLANATION), f"# {recipient}", str(identity)]
    try:
        _write_private(path, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise errors.ExportFolderError(folder=path.parent, problem=files.problem(error)) from error
    key_lists.current_list(database, settings, keyring, at, recovery=recipient)
    return recipient


def open_with_recovery(path: Path, identity_file: Path, output: Path, find_form: FormFinder) -> OpenedPackage:
    """Write the encrypted package at `path` as one that everybody can read; return what is in it.

    The signature is checked, whose key it is is not asked: in ten years nobody may know.

    Raises:
        NoRecoveryIdentityError: `identity_file` holds no key.
        ExportFolderError: `output` cannot be written, or a file has that name.
        PackageError: as `open_package`; `OtherRecipientError` where the key is another.
    """
    identity = _read_identity(identity_file)

    def decrypt(content: bytes, file: str) -> bytes:
        opened = age.open_age(content, identity, file)
        if opened is None:
            raise errors.OtherRecipientError(file=file)
        return opened

    with Reader() as reader:
        opened = open_package(path, reader, lambda found: trust.check_signature(path.name, found), decrypt)
    try:
        files.write_new(output, outgoing.rebuilt(opened, find_form))
    except OSError as error:
        raise errors.ExportFolderError(folder=output.parent, problem=files.problem(error)) from error
    return opened


def _read_identity(path: Path) -> Any:
    from pyrage import IdentityError, x25519

    try:
        lines = path.read_text(encoding="utf-8").split()
        (text,) = (word for word in lines if word.startswith(_PREFIX))
        return x25519.Identity.from_str(text)
    except (OSError, ValueError, IdentityError):
        raise NoRecoveryIdentityError(file=path.name) from None  # the cause may hold the key


def _write_private(path: Path, content: bytes) -> None:
    """Write a new file whole, readable by nobody else."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    files.sync_folder(path.parent)
