"""For whose eyes a package is: at least two recipients besides the sender.

They are the trusted keys of the other side, the recovery key that headquarters keeps sealed, and the sender
itself, because packages are read back here.
"""

from typing import TYPE_CHECKING

from habitat_desktop.packages import errors
from habitat_desktop.packages.age import parsed
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.records.key_lists import newest_list
from habitat_desktop.records.trusted_keys import trusted_keys

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


def recipients_for(session: "Session", keyring: Keyring, to: str) -> list[str]:
    """Return the age recipients of a package for the office `to`, the sender itself last.

    Raises:
        NoRecipientError: no key of `to` is trusted.
        NoRecoveryKeyError: the recovery key of headquarters is not known here.
    """
    found = [key.recipient for key in trusted_keys(session, to) if key.state == "trusted"]
    peers = [recipient for recipient in dict.fromkeys(found) if parsed(recipient) is not None]
    if not peers:
        raise errors.NoRecipientError(recipient=to)
    recovery = recovery_recipient(session)
    if parsed(recovery) is None or recovery in peers:
        raise errors.NoRecoveryKeyError
    return list(dict.fromkeys([*peers, recovery, keyring.public.recipient]))


def recovery_recipient(session: "Session") -> str:
    """Return the public half of the recovery key, as the newest key list of headquarters names it; or ""."""
    newest = newest_list(session)
    return str(newest["document"].get("recovery", "")) if newest is not None else ""
