"""Age around the contents of a package. Loads pyrage only when something is encrypted or opened."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from habitat_desktop.packages import errors
from habitat_desktop.packages.key_errors import KeyLockedError, KeyringError
from habitat_desktop.packages.keys import Keyring

AGE = "age"  # the value of the row `encryption` of the `_package` sheet
Decrypt = Callable[[bytes, str], bytes]  # content and name of the file; raises `PackageError`
_NO_MATCH = "No matching keys found"
_HEADER_LIMIT = 1 << 16  # bytes: some 600 recipients; each is tried, and a made-up file has no end of them
_HEADER = re.compile(rb"age-encryption\.org/v1\n.*?\n---", re.S)


def encrypt(content: bytes, recipients: Sequence[str]) -> bytes:
    """Return `content` as an age file that each of `recipients` opens."""
    import pyrage

    encrypted: bytes = pyrage.encrypt(content, [parsed(recipient) for recipient in recipients])
    return encrypted


def decrypt_with(keyring: Keyring | None) -> Decrypt:
    """Return what opens packages with the keys of this workspace, also those it had before.

    It raises:
        OtherRecipientError: the content is for others, or there is no key at all.
        ContentLockedError: the key is locked with a passphrase that was not given.
        PayloadDamagedError: it is no whole age file.
    """

    def decrypt(content: bytes, file: str) -> bytes:
        try:
            for identity in keyring.identities() if keyring is not None else ():
                opened = open_age(content, identity, file)
                if opened is not None:
                    return opened
        except KeyLockedError as error:
            raise errors.ContentLockedError(file=file) from error
        except KeyringError as error:  # the key file is damaged: there is none that opens it
            raise errors.OtherRecipientError(file=file) from error
        raise errors.OtherRecipientError(file=file)

    return decrypt


def open_age(content: bytes, identity: Any, file: str) -> bytes | None:
    """Return what is in an age file, or None where it is not for `identity`.

    Raises:
        PayloadDamagedError: it is no whole age file.
    """
    import pyrage

    if content.find(b"\n--- ", 0, _HEADER_LIMIT) < 0:
        raise errors.PayloadDamagedError(file=file)
    try:
        opened: bytes = pyrage.decrypt(content, [identity])
    except pyrage.DecryptError as error:
        if str(error) == _NO_MATCH:
            return None
        raise errors.PayloadDamagedError(file=file) from error
    return opened


def count_recipients(content: bytes) -> int:
    """Return how many keys open an age file; who they are it does not tell."""
    header = _HEADER.match(content)
    return header.group().count(b"\n-> X25519 ") if header else 0


def parsed(recipient: str) -> Any:
    """Return an age recipient, or None where the text is none."""
    from pyrage import RecipientError, x25519

    try:
        return x25519.Recipient.from_str(recipient)
    except RecipientError:
        return None
