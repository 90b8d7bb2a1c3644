"""Acts: what somebody asked, answered, proposed or decided, as one signed document each.

The acts of one installation about one office form a chain: each names the one before it. What was written is
never changed or deleted; whoever changes their mind writes another act. Standard library only.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from habitat_desktop.records.record import NUMBER_LIMIT, canonical_json, utc_text

DOMAIN = b"habitat-desktop/act/v1\0"
HERE = ""  # the office of acts that concern this database alone and never travel
SIZE_LIMIT = 4 << 20  # bytes of one act: what came in one package must fit into the next one, too
_DEPTH_LIMIT = 40  # of what its content holds in each other: no form asks so deep, and every reader recurses


class Signer(Protocol):
    """Whoever can sign: the key of a workspace."""

    @property
    def key_id(self) -> str: ...

    def sign(self, content: bytes) -> bytes:
        """Return 64 bytes over `DOMAIN` and `content`; KeyLockedError where a passphrase is missing."""
        ...


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of a workspace, its role and code ("HQ", "KE"), its key, and when."""

    role: str
    sender: str
    person: str
    language: str
    signer: Signer
    at: datetime


@dataclass(frozen=True)
class Act:
    """One act.

    `office` is whose conversation it belongs to, `sender` and `role` who wrote it; `number` counts the acts
    of `installation` in that conversation from 1 without holes, and `previous` is the id of the one before,
    "" for the first. `record_id`, `revision_id` and `ref` say what it is about, "" where it is about none;
    `about` is the act it answers. `after` are the newest decisions on the same thing that its writer knew.
    `reason` is what the person wrote; `content` depends on `kind`. `made_at` is ISO text in UTC: shown, never
    used to order. `act_id` is the hash of everything but the signature.
    """

    office: str
    installation: str
    number: int
    previous: str
    role: str
    sender: str
    kind: str
    record_id: str
    revision_id: str
    ref: str
    about: str
    after: tuple[str, ...]
    person: str
    reason: str
    content: Mapping[str, Any]
    language: str
    made_at: str
    key_id: str
    signature: str = field(default="", compare=False)  # base64 of 64 bytes

    @cached_property
    def bytes(self) -> bytes:
        """The canonical JSON of `document()`: what is hashed and signed."""
        return canonical_json(self.document())

    @cached_property
    def act_id(self) -> str:
        return hashlib.sha256(self.bytes).hexdigest()

    def document(self) -> dict[str, Any]:
        """Return what is hashed, signed, stored and sent."""
        return {name: getattr(self, name) for name in _TEXTS} | {
            "number": self.number,
            "after": list(self.after),
            "content": dict(self.content),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any], signature: str) -> "Act":
        """Return the act that `document` describes.

        Raises:
            ValueError, TypeError, KeyError: it is not what `document()` returns.
        """
        if document.keys() != _KEYS:
            raise ValueError(f"not the keys of an act: {sorted(set(document) ^ _KEYS)}")
        found = cls(**{**document, "after": tuple(document["after"])}, signature=signature)
        if not all(isinstance(getattr(found, name), str) for name in _TEXTS) or not isinstance(
            signature, str
        ):
            raise TypeError("text expected")
        if not all(isinstance(one, str) for one in found.after) or not isinstance(found.content, dict):
            raise TypeError("not the content of an act")
        require_shallow(found.content)
        number = found.number
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= NUMBER_LIMIT:
            raise ValueError("acts are numbered from 1")
        if not (found.installation and found.kind) or bool(found.previous) != (number > 1):
            raise ValueError("an act needs an installation, a kind and the one before it")
        utc_text(found.made_at)
        if len(found.bytes) > SIZE_LIMIT:  # no floats, no halves of signs
            raise ValueError("too large for an act")
        return found


def require_shallow(content: Mapping[str, Any] | list[Any]) -> None:
    """Raise ValueError where lists and objects lie in each other deeper than anything of ours.

    What is forged so, and can be taken in but not read later, would close a record or a conversation.
    """
    level: list[Any] = [content]
    for _depth in range(_DEPTH_LIMIT):
        inner = (one.values() if type(one) is dict else one for one in level)
        level = [item for some in inner for item in some if type(item) is dict or type(item) is list]
        if not level:
            return
    raise ValueError("deeper than any act or answer")


_TEXTS = (
    "office",
    "installation",
    "previous",
    "role",
    "sender",
    "kind",
    "record_id",
    "revision_id",
    "ref",
    "about",
    "person",
    "reason",
    "language",
    "made_at",
    "key_id",
)
_KEYS = {*_TEXTS, "number", "after", "content"}
