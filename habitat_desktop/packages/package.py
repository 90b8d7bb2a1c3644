"""What travels between two installations: one package and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from habitat_desktop.packages.layout import FormLayout
from habitat_desktop.records.act import Act
from habitat_desktop.records.record import Receipt, Revision

FORMAT = "habitat-desktop/package/v1"


@dataclass(frozen=True)
class Sender:
    """The installation a package comes from."""

    office: str
    installation: str
    name: str
    role: str


@dataclass(frozen=True)
class Manifest:
    """Who sends what to whom.

    `number` counts the packages of one installation to one recipient; `made_at` is ISO text in UTC, shown and
    never used to order. `key_id` names the key that signed it.
    """

    sender: Sender
    recipient: str
    number: int
    made_at: str
    author: str
    language: str
    program: str
    key_id: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file attached to an answer; its bytes travel beside the payload and are found by their hash."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class KeyList:
    """Headquarters' list of keys as it travels: a JSON document and the base64 signature over it."""

    document: Mapping[str, Any]
    signature: str


@dataclass(frozen=True)
class Package:
    """The content of one package.

    `have` says per installation which revisions the sender holds, as ranges, `have_acts` per chain which
    acts, and `taken` per installation which packages headquarters has, for a region that forwards them.
    `layouts`, `words` and `explanations` say how the visible sheets were written, so that they can be
    compared wherever and whenever the package is read.
    """

    manifest: Manifest
    have: Mapping[str, list[list[int]]]
    receipts: tuple[Receipt, ...]
    revisions: tuple[Revision, ...]
    attachments: tuple[Attachment, ...] = ()
    layouts: tuple[FormLayout, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)  # reason of an unavailable answer -> its cell
    explanations: tuple[str, ...] = ("Cover", "Codebook")  # names of the sheets that hold no answers
    lives: tuple[str, ...] = ()  # installations the sender's database was before it was restored
    key_list: KeyList | None = None  # from headquarters only
    acts: tuple[Act, ...] = ()
    have_acts: Mapping[str, list[list[int]]] = field(default_factory=dict)
    taken: Mapping[str, list[list[int]]] = field(default_factory=dict)

    @property
    def heads(self) -> tuple[Revision, ...]:
        """The revisions no other one here replaces: what the visible sheets show."""
        replaced = {parent for revision in self.revisions for parent in revision.parents}
        return tuple(revision for revision in self.revisions if revision.revision_id not in replaced)

    @property
    def records(self) -> int:
        """How many records it tells about."""
        return len({revision.record_id for revision in self.revisions})
