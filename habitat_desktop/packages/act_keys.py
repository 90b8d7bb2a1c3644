"""Whose signature stands under an act: checked with every key this workspace has or knows."""

from typing import TYPE_CHECKING

from habitat_desktop.packages import keys
from habitat_desktop.packages.act_trust import is_signed
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.records.act import Act
from habitat_desktop.records.trusted_keys import trusted_keys

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


class ActKeys:
    """The keys that are known in one workspace, whatever is thought of them now."""

    def __init__(self, session: "Session", keyring: Keyring) -> None:
        self.own = keyring.own_public()
        self._known = dict(self.own)
        for key in trusted_keys(session):
            public = keys.from_text(key.public_key, 32)
            if public is not None:
                self._known[keys.key_id_of(public)] = public

    @property
    def public_keys(self) -> dict[str, str]:
        """The public halves in base64, by key id."""
        return {key_id: keys.to_text(public) for key_id, public in self._known.items()}

    def judge(self, act: Act) -> bool | None:
        """Whether the key that `act` names has signed it; None where that key is not known here."""
        public = self._known.get(act.key_id)
        return None if public is None else is_signed(act, public)
