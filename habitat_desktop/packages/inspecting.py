"""Says what is in a package without taking it in."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.packages import errors, trust
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.comparing import compare_all
from habitat_desktop.packages.exporting import tolerant
from habitat_desktop.packages.importing import changed_words
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.reader import Reader, open_package
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


def inspect_package(
    path: Path,
    forms: Callable[..., Form | None],
    session: "Session | None" = None,
    keyring: Keyring | None = None,
) -> dict[str, Any]:
    """Return what is in a package and what was changed in Excel, in the shape of `package inspect --json`.

    It never raises for what is wrong with the file: "ok", "code" and "message" say it. "signed_by" is the
    fingerprint of the key, "key_state" what is thought of it in the workspace of `session`.
    """
    nothing: dict[str, Any] = {
        "sender": None,
        "number": None,
        "records": None,
        "signed_by": None,
        "key_state": None,
        "findings": [],
        "additions": [],
        "notices": [],
    }
    try:
        with Reader() as reader:
            opened = open_package(path, reader, decrypt=decrypt_with(keyring))
    except errors.PackageError as error:
        return {"ok": False, "code": error.code, "message": explain(error), **nothing}
    package = opened.package
    manifest = package.manifest
    compared = compare_all(package, opened.workbook, tolerant(forms))
    findings = compared.findings
    signer = trust.signer_of(session, opened)
    return {
        "ok": True,
        "code": "CHANGED_IN_EXCEL" if findings else "OK",
        "message": changed_words(len(findings))
        if findings
        else _("The contents are whole and nothing was changed."),
        "sender": manifest.sender.office,
        "sender_name": manifest.sender.name,
        "installation": manifest.sender.installation,
        "recipient": manifest.recipient,
        "number": manifest.number,
        "made_at": manifest.made_at,
        "author": manifest.author,
        "payload_sha256": opened.payload_sha256,
        "records": package.records,
        "revisions": len(package.revisions),
        "receipts": len(package.receipts),
        "acts": len(package.acts),
        "attachments": len(package.attachments),
        "recipients": opened.recipients,  # keys that open it; 0 where it is not encrypted
        "signed_by": signer.fingerprint or None,
        "key_state": signer.state,
        "findings": [finding.json() for finding in findings],
        "additions": [addition.json() for addition in compared.additions],
        "notices": [notice.json() for notice in opened.workbook.notices],
    }
