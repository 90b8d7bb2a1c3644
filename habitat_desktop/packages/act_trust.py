"""Whether to believe the acts in a package: who may write them, who may pass them on, whose signature it is.

The signature of a package vouches for its sender's own acts as well; each act is signed all the same, because
others pass it on: headquarters gives an office what a region wrote, an office gives headquarters back what
that lost.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from habitat_desktop.packages import keys
from habitat_desktop.packages.errors import ActSignatureError, ForeignActError
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.reader import OpenedPackage
from habitat_desktop.records import journal, roles
from habitat_desktop.records.act import DOMAIN, HERE, Act
from habitat_desktop.records.numbering import installation
from habitat_desktop.records.outstanding import assigned_by, ever_assigned
from habitat_desktop.records.trusted_keys import find_key
from habitat_desktop.settings import HEADQUARTERS

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


@dataclass(frozen=True)
class Signatory:
    """Whose key it is."""

    office: str
    role: str
    public: bytes


class ActChecker:
    """Checks the acts of one package for one workspace."""

    def __init__(
        self, session: "Session", file: str, opened: OpenedPackage, keyring: Keyring, *, me: str, my_role: str
    ) -> None:
        self._session = session
        self._file = file
        self._sender = opened.package.manifest.sender
        self._key = (opened.package.manifest.key_id, opened.key)
        self._own = keyring.own_public()
        self._me, self._my_role = me, my_role
        self._here = installation(session)
        self._acts = opened.package.acts

    def believed(self) -> list[Act]:
        """Return the acts to take in. Those of others that nobody here can check are left out: not refused,
        because their writer sends them too.

        Raises:
            ForeignActError: the sender may not write or pass on one of them.
            ActSignatureError: the signature of one does not fit.
        """
        return [act for act in self._acts if self._is_believed(act)]

    def _is_believed(self, act: Act) -> bool:
        if not (self._is_well_formed(act) and self._may_pass_on(act)):
            raise ForeignActError(**self._about(act))
        signatory = self._signatory(act)
        if signatory is None:
            return self._sender.role == roles.HEADQUARTERS  # it knows keys that are not known here
        if (signatory.office, signatory.role) != (act.sender, act.role):
            raise ForeignActError(**self._about(act))
        if not is_signed(act, signatory.public):
            raise ActSignatureError(**self._about(act))
        if act.installation == self._here and act.key_id not in self._own and not self._is_known(act):
            raise ForeignActError(**self._about(act))  # nobody else goes on with the chain of this database
        return True

    def _is_known(self, act: Act) -> bool:
        return bool(journal.known_among(self._session, {act.act_id}))

    def _is_well_formed(self, act: Act) -> bool:
        """Whether such an act can have been written at all; kinds of a newer program are not known here."""
        if act.office == HERE or act.kind in roles.NOTES:
            return False
        if act.kind in roles.WRITES and not roles.may_write(act.role, act.kind):
            return False
        if act.role == roles.HEADQUARTERS:
            return act.sender == HEADQUARTERS
        if act.role == roles.REGION:
            return act.sender not in (HEADQUARTERS, "")
        return act.role == roles.OFFICE and act.sender == act.office

    def _may_pass_on(self, act: Act) -> bool:
        """Whether the sender of the package may bring this act here."""
        sender = self._sender
        if sender.role == roles.HEADQUARTERS:
            return self._my_role == roles.REGION or act.office == self._me
        if sender.role == roles.REGION:
            if act.sender == HEADQUARTERS:
                return True  # what headquarters lost comes back: its own signature decides
            return act.sender == sender.office and act.office in self._offices_of_region
        return act.office == sender.office

    @cached_property
    def _offices_of_region(self) -> set[str]:
        """The offices the sending region may speak of: those it ever had, by what is here or comes back."""
        region = self._sender.office
        offices = {region, *ever_assigned(self._session, region)}
        for act in self._acts:
            public = self._own.get(act.key_id) if (act.kind, act.office) == ("assign", region) else None
            if public is not None and act.sender == HEADQUARTERS and is_signed(act, public):
                offices |= assigned_by(act)
        return offices

    def _signatory(self, act: Act) -> Signatory | None:
        if act.key_id in self._own:
            return Signatory(self._me, self._my_role, self._own[act.key_id])
        if act.key_id == self._key[0]:
            return Signatory(self._sender.office, self._sender.role, self._key[1])
        found = find_key(self._session, act.key_id, act.sender)
        if found is None:
            return None
        public = keys.from_text(found.public_key, 32) or b""
        return Signatory(found.office, found.role, public)

    def _about(self, act: Act) -> dict[str, object]:
        return {"file": self._file, "sender": self._sender.office, "kind": act.kind, "number": act.number}


def is_signed(act: Act, public: bytes) -> bool:
    """Whether the signature of an act fits it and this key."""
    try:
        signature = base64.b64decode(act.signature, validate=True)
    except binascii.Error:
        return False
    return keys.verify(DOMAIN, act.bytes, public, signature)


__all__ = ["ActChecker", "Signatory", "is_signed"]
