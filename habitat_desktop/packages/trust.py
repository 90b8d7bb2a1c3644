"""Whether to believe who a package says it is from: its signature, and what is known of the key."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from habitat_desktop.packages import keys
from habitat_desktop.packages.errors import (
    BadSignatureError,
    OtherOfficeKeyError,
    ReplacedKeySignedError,
    RevokedKeySignedError,
    UnknownKeyError,
    UnsignedError,
)
from habitat_desktop.packages.key_lists import check, vouches
from habitat_desktop.packages.reader import OpenedPackage
from habitat_desktop.records.trusted_keys import find_key, trusted_keys
from habitat_desktop.settings import HEADQUARTERS

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


def check_signature(file: str, opened: OpenedPackage) -> None:
    """Check that the payload is signed, and by the key that it names itself; asks nothing of the database.

    Raises:
        UnsignedError, BadSignatureError.
    """
    if not opened.signature or not opened.key:
        raise UnsignedError(file=file)
    if opened.package.manifest.key_id != keys.key_id_of(opened.key) or not keys.verify(
        keys.PACKAGE_DOMAIN, opened.payload, opened.key, opened.signature
    ):
        raise BadSignatureError(file=file)


def require_trust(session: "Session", file: str, opened: OpenedPackage) -> None:
    """Require a key that vouches for the sender of a package whose signature was checked.

    It vouches for every installation of its office: one restored from a backup has a new id and the old key.

    Raises:
        UnknownKeyError, OtherOfficeKeyError, RevokedKeySignedError, ReplacedKeySignedError.
    """
    manifest = opened.package.manifest
    sender = manifest.sender
    key = find_key(session, manifest.key_id, sender.office)
    is_headquarters = (sender.office, sender.role) == (HEADQUARTERS, "headquarters")
    if is_headquarters and opened.package.key_list is not None and (key or _knows_headquarters(session)):
        check(session, file, opened.package.key_list)
    if key is None and is_headquarters and vouches(session, opened.package.key_list, manifest.key_id):
        return  # a new key that the old one named its successor; the list is taken in with the package
    if key is None:
        spoken = keys.fingerprint(manifest.key_id)
        raise UnknownKeyError(file=file, sender=sender.office, fingerprint=spoken)
    if (key.office, key.role) != (sender.office, sender.role):
        raise OtherOfficeKeyError(file=file, sender=sender.office, office=key.office)
    if key.state == "revoked":
        spoken = keys.fingerprint(manifest.key_id)
        raise RevokedKeySignedError(file=file, sender=sender.office, fingerprint=spoken)
    if key.state == "replaced":
        raise ReplacedKeySignedError(file=file, sender=sender.office)


def _knows_headquarters(session: "Session") -> bool:
    """Whether there is anything here to check a list of keys by; a new laptop has nothing yet."""
    return any(key.role == "headquarters" for key in trusted_keys(session))


@dataclass(frozen=True)
class Signer:
    """Who signed a package, for showing.

    `state` is "trusted", "replaced" or "revoked" as here, "unknown", "bad" for a signature that does not fit,
    and "unsigned".
    """

    key_id: str
    state: str
    office: str = ""

    @property
    def fingerprint(self) -> str:
        return keys.fingerprint(self.key_id)


def signer_of(session: "Session | None", opened: OpenedPackage) -> Signer:
    """Return who signed `opened`; without a session nobody's key is known."""
    try:
        check_signature("", opened)
    except UnsignedError:
        return Signer("", "unsigned")
    except BadSignatureError:
        return Signer(keys.key_id_of(opened.key), "bad")
    key_id = opened.package.manifest.key_id
    key = find_key(session, key_id) if session is not None else None
    return Signer(key_id, key.state, key.office) if key is not None else Signer(key_id, "unknown")
