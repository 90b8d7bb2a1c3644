"""Gives a workspace a new key, and notes in its journal who did so."""

from typing import TYPE_CHECKING

from habitat_desktop.packages.keys import Keyring, PublicKey, fingerprint
from habitat_desktop.records import journal

if TYPE_CHECKING:
    from habitat_desktop.records.act import Actor
    from habitat_desktop.records.database import Session


def rotate(session: "Session", keyring: Keyring, actor: "Actor", passphrase: str = "") -> PublicKey:
    """Make a new key that the old one vouches for, and return it; the new one signs the act.

    Raises:
        NobodyActsError, KeyLockedError: nothing was changed.
    """
    journal.require(actor, "rotate")
    old = keyring.public
    made = keyring.rotate(passphrase)
    _note(session, actor, old, made, "successor")
    return made


def begin_anew(session: "Session", keyring: Keyring, actor: "Actor") -> PublicKey:
    """Make a new key without the old one, whose passphrase is lost, and return it.

    Raises:
        NobodyActsError: nothing was changed.
    """
    journal.require_person(actor, "rotate")
    old = keyring.public
    made = keyring.begin_anew()
    _note(session, actor, old, made, "anew")
    return made


def _note(session: "Session", actor: "Actor", old: PublicKey, made: PublicKey, how: str) -> None:
    content = {"how": how, "fingerprint": made.fingerprint, "instead_of": fingerprint(old.key_id)}
    journal.write(session, actor, "rotate", ref=made.key_id, content=content)
