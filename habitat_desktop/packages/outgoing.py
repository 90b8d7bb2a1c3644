"""Looks at a package again just before it goes: somebody may have opened and saved it in Excel meanwhile."""

from pathlib import Path

from habitat_desktop.errors import N_
from habitat_desktop.packages import errors, payload
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.comparing import compare
from habitat_desktop.packages.finding import Finding, FormFinder
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.reader import OpenedPackage, Reader, open_package
from habitat_desktop.packages.workbook import build_workbook
from habitat_desktop.progress import Progress


class NotAsMadeError(errors.ExportError):
    code = "NOT_AS_MADE"
    message = N_(
        "“{file}” does not hold the package that was made under this name. It was not sent; your records are "
        "kept and go with the next package."
    )


class EditedPackageNotice(errors.ExportError):
    """Not a failure: the package went as it was made."""

    code = "EDITED_BEFORE_SENDING"
    message = N_(
        "“{file}” was changed in Excel after it was made (changes: {count}). It was sent as it was made, and "
        "your file is kept. To take the changes over into drafts: habitat package take FILE"
    )


def as_made(
    path: Path,
    payload_sha256: str,
    find_form: FormFinder,
    reader: Reader,
    folder: Path,
    keyring: Keyring | None = None,
) -> tuple[Path, list[Finding]]:
    """Return what to send for the package at `path`, and what was changed in it.

    A file nobody changed goes itself; for a changed one a clean copy is written into `folder`, from the
    contents that were signed.

    Raises:
        PackageError: the file is no sound package any more.
        NotAsMadeError: it is another package than the one with this hash.
    """
    opened = open_package(path, reader, decrypt=decrypt_with(keyring))
    if opened.payload_sha256 != payload_sha256:
        raise NotAsMadeError(file=path.name)
    findings = compare(opened.package, opened.workbook, find_form)
    if not findings:
        return path, []
    copy = folder / path.name
    copy.write_bytes(rebuilt(opened, find_form))
    return copy, findings


def rebuilt(opened: OpenedPackage, find_form: FormFinder) -> bytes:
    """Return the workbook that was made, readable by everybody, with the payload that was signed."""
    seal = payload.Seal(opened.key, opened.signature)
    return build_workbook(opened.package, opened.payload, opened.files, find_form, Progress(), seal)
