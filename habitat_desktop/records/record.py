"""Records, revisions and drafts as the rest of the program sees them. Standard library only."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal, get_args

NUMBER_LIMIT = (1 << 31) - 1  # of what is numbered: the integers every database has
Kind = Literal["edit", "merge", "withdraw", "correction"]
Direction = Literal["out", "in"]


class RecordState(StrEnum):
    """What a record is to the person who looks at it; derived, never typed."""

    DRAFT = "draft"
    FINAL = "final"
    PACKAGE = "package"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    QUERY = "query"
    CONFLICT = "conflict"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


def canonical_json(value: object) -> bytes:
    """Return the one way to write `value` as JSON: sorted keys, no spaces, UTF-8, no floats.

    Raises:
        TypeError: a float, a key that is not text, or something JSON does not know.
        ValueError: text with lone surrogates, which UTF-8 cannot write.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value).encode("utf-8")


# one encoder for all: json.dumps makes a new one at every call
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def read_json(content: bytes | str) -> Any:
    """Return what JSON from outside says, for `canonical_json` to write again.

    Raises:
        ValueError: it is not JSON in UTF-8, or has what no revision holds: a float, a null character, half a
            surrogate pair.
    """
    text = content if isinstance(content, str) else content.decode("utf-8")  # json takes UTF-16 and halves
    found = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    if _MAYBE_NO_TEXT.search(text):
        whole = "".join(_texts(found))
        if "\0" in whole:
            raise ValueError("a null character, which no database keeps")
        whole.encode("utf-8")  # of pieces: no half is made whole by its neighbour
    return found


_MAYBE_NO_TEXT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|[\ud800-\udfff]")


def _no_float(text: str) -> float:
    raise ValueError(f"numbers travel as text, not as the float {text}")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _refuse_floats(value: object) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key must be text, not {key!r}")
            if type(item) is not str:
                _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            if type(item) is not str:
                _refuse_floats(item)
    elif isinstance(value, float):
        raise TypeError(f"numbers travel as text, not as the float {value!r}")


def utc_text(at: datetime | str) -> str:
    """Return an instant as it is stored: ISO text in UTC, of one width, so that text sorts as time.

    Raises:
        ValueError: a text that is no instant, or an instant without a time zone.
    """
    if isinstance(at, str):
        text, at = at, datetime.fromisoformat(at)
        if len(text) == 27 and text[4::3][:2] == "--" and text[10] == "T" and text[19] + text[26] == ".Z":
            return text
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{at.isoformat()} is before the first year or after the last") from error
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def utc_time(text: str) -> datetime:
    """Return the instant that `utc_text` wrote."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Heading:
    """What a record is about.

    `country` is ISO 3166-1 alpha-3, `period` a key such as "2026-H1", `subject` the text shown ("Nairobi"),
    `previous_record` the id of the record of the period before, or "".
    """

    form_id: str
    form_version: str
    form_hash: str
    country: str
    period: str
    subject: str = ""
    previous_record: str = ""


@dataclass(frozen=True)
class Draft:
    """A record being filled; saved at every answer, in the way of no revision.

    `authors` and `justifications` are keyed by ref. `saved_at` is an instant in UTC. `carried` are the refs
    whose value came along from last period's return and was not confirmed yet; `typed` is what was being
    typed and is no answer yet, by ref. Both never leave the draft.
    """

    record_id: str
    office: str
    label: str
    heading: Heading
    parents: tuple[str, ...]
    answers: dict[str, Any]
    authors: dict[str, str]
    justifications: dict[str, str]
    language: str
    answered: int
    missing: int
    problems: int
    saved_at: datetime
    saved_by: str
    carried: tuple[str, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the draft as it is stored; what was carried over or typed only where there is something."""
        parts = {"heading": dict(vars(self.heading)), "parents": list(self.parents)}
        found = dict(vars(self)) | parts | {"saved_at": utc_text(self.saved_at)}
        carried, typed = list(found.pop("carried")), found.pop("typed")
        return found | ({"carried": carried} if carried else {}) | ({"typed": typed} if typed else {})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Draft":
        """Return the draft that `document()` described."""
        values = dict(document)
        heading, parents = Heading(**values.pop("heading")), tuple(values.pop("parents"))
        saved_at, carried = utc_time(values.pop("saved_at")), tuple(values.pop("carried", ()))
        return cls(heading=heading, parents=parents, saved_at=saved_at, carried=carried, **values)


@dataclass(frozen=True)
class Revision:
    """One finalized state of a record; never changed, never deleted.

    `number` counts the revisions of `installation` without holes. `made_at` is ISO text in UTC: shown, never
    used to order. `revision_id` is the hash of everything else and is worked out when it is not given.
    """

    record_id: str
    office: str
    label: str
    installation: str
    number: int
    parents: tuple[str, ...]
    heading: Heading
    kind: Kind
    reason: str
    author: str
    language: str
    answers: dict[str, Any]
    authors: dict[str, str]
    justifications: dict[str, str]
    made_at: str
    instance_id: str
    deprecated_id: str
    revision_id: str = field(default="")

    def __post_init__(self) -> None:
        if not self.revision_id:
            object.__setattr__(self, "revision_id", hashlib.sha256(self.content).hexdigest())

    @cached_property
    def content(self) -> bytes:
        """The canonical JSON of `document()`: what the id is the hash of, worked out once."""
        return canonical_json(self.document())

    def document(self) -> dict[str, Any]:
        """Return the content that is hashed, stored and sent: everything but the revision id."""
        return {
            "record_id": self.record_id,
            "office": self.office,
            "label": self.label,
            "installation": self.installation,
            "number": self.number,
            "parents": list(self.parents),
            "heading": dict(vars(self.heading)),
            "kind": self.kind,
            "reason": self.reason,
            "author": self.author,
            "language": self.language,
            "answers": self.answers,
            "authors": self.authors,
            "justifications": self.justifications,
            "made_at": self.made_at,
            "instance_id": self.instance_id,
            "deprecated_id": self.deprecated_id,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any], *, from_json: bool = False) -> "Revision":
        """Return the revision that `document` describes; its id is worked out anew.

        `from_json`: it is what `read_json` gave, which has looked for floats already.

        Raises:
            ValueError, TypeError: it is not what `document()` returns.
        """
        if document.keys() != _REVISION_KEYS:
            raise ValueError(f"not the keys of a revision: {sorted(set(document) ^ _REVISION_KEYS)}")
        if not from_json:
            _refuse_floats(document)
        content = _ENCODER.encode(document).encode("utf-8")
        revision = object.__new__(cls)  # the fields one by one would take half of the time
        revision.__dict__.update(
            document,
            heading=Heading(**document["heading"]),
            parents=tuple(document["parents"]),
            revision_id=hashlib.sha256(content).hexdigest(),
            content=content,  # what the cached property would work out a second time
        )
        _check_types(revision)
        return revision


_REVISION_KEYS = {f.name for f in fields(Revision)} - {"revision_id"}
_KINDS = frozenset(get_args(Kind))
_TEXTS = (
    "record_id",
    "office",
    "label",
    "installation",
    "reason",
    "author",
    "language",
    "made_at",
    "instance_id",
    "deprecated_id",
)


_texts_of = attrgetter(*_TEXTS)


def _check_types(revision: Revision) -> None:
    texts = [*_texts_of(revision), *vars(revision.heading).values(), *revision.parents]
    for by_ref in (revision.authors, revision.justifications):
        if not isinstance(by_ref, dict):
            raise TypeError("authors and justifications must be objects")
        texts += by_ref.values()
    if not set(map(type, texts)) <= {str}:
        raise TypeError("text expected")
    number = revision.number
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= NUMBER_LIMIT:
        raise ValueError("revisions are numbered from 1")
    if not isinstance(revision.answers, dict):
        raise TypeError("answers must be an object")
    if revision.kind not in _KINDS:
        raise ValueError(f"unknown kind {revision.kind!r}")
    if not (revision.record_id and revision.installation):
        raise ValueError("a revision needs a record and an installation")
    utc_text(revision.made_at)


def verify_revision(revision: Revision) -> bool:
    """Say whether the id of `revision` is the hash of its content."""
    return hashlib.sha256(revision.content).hexdigest() == revision.revision_id


def answer_texts(answers: object) -> list[str]:
    """Return the text of every answer, in order; one that is not available gives its remark.

    The ids of entries are no answers; what a newer version of the form left aside ("$former") is.
    """
    texts: list[str] = []
    _collect_texts(answers, texts)
    return texts


def _collect_texts(answers: object, texts: list[str]) -> None:
    if isinstance(answers, str):
        if answers:
            texts.append(answers)
    elif isinstance(answers, dict):
        unavailable = answers.get("$unavailable")
        if isinstance(unavailable, dict):
            texts.append(str(unavailable.get("remark", "")))
        else:
            for name, value in answers.items():
                if name == "$id" or value == "":
                    continue
                if type(value) is str:
                    texts.append(value)
                else:
                    _collect_texts(value, texts)
    elif isinstance(answers, list | tuple):
        if answers and all(isinstance(item, str) for item in answers):
            texts.append(" ".join(answers))  # the choices of one select_multiple
        else:
            for item in answers:
                _collect_texts(item, texts)
    elif answers is not None:
        texts.append(str(answers))


@dataclass(frozen=True)
class RecordSummary:
    """One row of a list of records.

    `package_number` is the package that carries the current revision; `revisions` counts those added, not
    those that wait. A draft, where there is one, gives the heading, the counts and the time.
    """

    record_id: str
    label: str
    office: str
    form_id: str
    form_version: str
    country: str
    period: str
    subject: str
    state: RecordState
    package_number: int | None
    heads: tuple[str, ...]
    has_draft: bool
    revisions: int
    answered: int
    missing: int
    problems: int
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True)
class PackageEntry:
    """One package made or taken in.

    `peer` is the office at the other end, `installation` and `number` those of the sender. `status`: "made",
    "receipted" for those sent; "imported", "waiting", "quarantined" for those taken in. Instants are ISO
    text in UTC; `receipt_at` is when the receipt came (sent packages) or went out (taken in), or "".
    `key_id` is the key that signed it; `findings` counts what was changed in Excel, `acts` its acts.
    """

    direction: Direction
    peer: str
    installation: str
    number: int
    payload_sha256: str
    file_name: str
    made_at: str
    records: int
    revisions: int
    status: str
    receipt_at: str = ""
    note: str = ""
    key_id: str = ""
    findings: int = 0
    acts: int = 0


@dataclass(frozen=True)
class Receipt:
    """What the receiver of a package says of it.

    `number` and `installation` are those of the package and its sender; `status` is that of its
    `PackageEntry` at the receiver; `revisions` are the ids in it that the receiver now holds.
    """

    payload_sha256: str
    number: int
    installation: str
    status: str
    at: str
    revisions: tuple[str, ...] = ()
