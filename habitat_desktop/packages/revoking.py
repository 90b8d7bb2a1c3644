"""Takes trust back: headquarters revokes a key of an office, for a reason, in the name of a person."""

from typing import TYPE_CHECKING

from habitat_desktop.i18n.catalogues import listed
from habitat_desktop.packages import keys
from habitat_desktop.packages.key_errors import (
    NobodyRevokesError,
    NoReasonError,
    NoSuchKeyError,
    NotHeadquartersHereError,
    SeveralKeysError,
)
from habitat_desktop.records import exchange_state, journal
from habitat_desktop.records.record import utc_text
from habitat_desktop.records.trusted_keys import TrustedKey, change_state, trusted_keys

if TYPE_CHECKING:
    from habitat_desktop.records.act import Actor
    from habitat_desktop.records.database import Session


def revoke(
    session: "Session",
    actor: "Actor",
    which: str,
    *,
    reason: str,
    every: bool = False,
) -> list[TrustedKey]:
    """Revoke the key with the fingerprint `which`, or the key of the office `which`; return what was revoked.

    One laptop was stolen, not all: of an office with several keys they are revoked only if `every` says so.

    What came before stays; `covered` says up to which package of each installation. Every package of the key
    that comes from now on goes to quarantine for a person, whatever its date says. The list of keys in the
    next packages of headquarters tells everybody.

    Raises:
        NotHeadquartersHereError, NobodyRevokesError, NoReasonError, NoSuchKeyError, SeveralKeysError.
        KeyLockedError: the journal cannot be signed.
    """
    if actor.role != "headquarters":
        raise NotHeadquartersHereError
    if not actor.person.strip():
        raise NobodyRevokesError
    if not reason.strip():
        raise NoReasonError
    found = [
        key
        for key in trusted_keys(session)
        if key.state != "revoked"
        and (key.office == which.upper() or keys.same_fingerprint(which, key.key_id) or key.key_id == which)
    ]
    if not found:
        raise NoSuchKeyError(which=which)
    if len(found) > 1 and not every:
        spoken = listed(keys.fingerprint(key.key_id) for key in found)
        raise SeveralKeysError(office=which.upper(), count=len(found), fingerprints=spoken)
    return [_revoke(session, actor, key, reason.strip()) for key in found]


def _revoke(session: "Session", actor: "Actor", key: TrustedKey, reason: str) -> TrustedKey:
    covered = _covered(session, key)
    at, person = utc_text(actor.at), actor.person
    revoked = change_state(session, key, "revoked", at=at, by=person, reason=reason, covered=covered)
    spoken = keys.fingerprint(key.key_id)
    said = {"office": key.office, "name": key.name, "fingerprint": spoken, "covered": covered}
    journal.write(session, actor, "revoke", ref=key.key_id, reason=reason, content=said)
    return revoked


def _covered(session: "Session", key: TrustedKey) -> dict[str, int]:
    """Return the number of the last package taken in of each installation that signed with `key`."""
    covered: dict[str, int] = {}
    for entry in exchange_state.packages(session, direction="in", peer=key.office):
        if entry.key_id == key.key_id:
            covered[entry.installation] = max(entry.number, covered.get(entry.installation, 0))
    return covered
