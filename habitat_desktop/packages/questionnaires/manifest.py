"""What a questionnaire says of itself: canonical JSON in text cells of a hidden sheet, as in packages.

Every sheet also says whose it is in its first cell (`mark`), every row and column which question it holds
(`row_id`): sheets may be renamed, rows sorted, columns moved.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.packages.payload import from_chunks, to_chunks
from habitat_desktop.packages.questionnaires.errors import QuestionnaireDamagedError, QuestionnaireNewerError
from habitat_desktop.records.record import canonical_json, read_json
from habitat_desktop.xforms.entry_ids import made_of

FORMAT = "habitat-desktop/questionnaire/v1"
_FAMILY = "habitat-desktop/questionnaire/"
SHEET = "_questionnaire"
LISTS_SHEET = "_lists"
MARK = "habitat-questionnaire"
COVER = "cover"
KEPT = ".json"  # the ending of the file with a copy of what a questionnaire says of itself
SIZE_LIMIT = 16 << 20  # bytes of the JSON; that of a form of 1,000 questions has some 500,000
_MARK = re.compile(rf"{MARK} ([0-9a-f-]{{8,40}}) ([a-z]+[0-9.+]*)")

# How a question is asked: in one cell, with one row (or column) for each choice, in several cells
CELL, ROWS, SLOTS = "cell", "rows", "slots"
MODES = (CELL, ROWS, SLOTS)
KINDS = ("cover", "questions", "entry", "table")
_MOST_SLOTS = 1_000
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")

Answer = str | list[str] | dict[str, dict[str, str]]


@dataclass(frozen=True)
class Item:
    """One question that is asked.

    `number` is what people see ("12"), `choices` names the list, `slots` counts the cells of a question
    that takes several answers from a long list.
    """

    number: str
    path: str
    type: str
    label: str
    unit: str = ""
    choices: str = ""
    mode: str = CELL
    slots: int = 0

    @property
    def key(self) -> str:
        """What tells it inside the questionnaire."""
        return f"q{self.number}"


@dataclass(frozen=True)
class Entry:
    """One entry of a repeat, or room for a new one.

    `number` is what people see: "3", and "1.2" for the second entry inside the first. `parent` is the key of
    the entry around it; room for a new one in a table has none, the person says where it belongs.
    `entry_id` is what tells it in the record.
    """

    key: str
    repeat: str
    parent: str
    number: str
    entry_id: str
    is_new: bool
    name: str = ""


@dataclass(frozen=True)
class Shown:
    """One visible sheet. `kind`: "questions", "entry" (`of`: its key) or "table" (`of`: the path)."""

    key: str
    kind: str
    name: str
    of: str = ""


@dataclass(frozen=True)
class Manifest:
    """A questionnaire. `prefilled` holds the answers it was made with, by `cell_key`."""

    questionnaire_id: str
    made_at: str
    office: str
    office_name: str
    to: str
    form_id: str
    form_version: str
    form_hash: str
    title: str
    record_id: str
    label: str
    subject: str
    country: str
    period: str
    language: str
    sections: tuple[str, ...]
    questions: tuple[Item, ...]
    entries: tuple[Entry, ...]
    sheets: tuple[Shown, ...]
    lists: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    prefilled: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def content(self) -> bytes:
        """The canonical JSON."""
        data: dict[str, Any] = {"format": FORMAT}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _PARTS:
                value = [dict(vars(part)) for part in value]
            data[one.name] = value
        return canonical_json(data)

    @property
    def sha256(self) -> str:
        """The SHA-256 (hex) of the canonical JSON."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def by_key(self) -> dict[str, Item]:
        """The questions by key."""
        return {item.key: item for item in self.questions}

    @cached_property
    def entry_by_key(self) -> dict[str, Entry]:
        """The entries by key."""
        return {entry.key: entry for entry in self.entries}

    @cached_property
    def repeat_of(self) -> dict[str, str]:
        """The path of the innermost repeat each question stands in, by its path; "" outside of all."""
        tables = {shown.of for shown in self.sheets if shown.kind == "table"}
        repeats = {entry.repeat for entry in self.entries} | tables
        return {item.path: _innermost(item.path, repeats) for item in self.questions}

    @cached_property
    def outer_repeat(self) -> dict[str, str]:
        """The path of the repeat around each repeat, "" outside of all."""
        repeats = {entry.repeat for entry in self.entries}
        return {one: _innermost(one, repeats - {one}) for one in repeats}

    def mark(self, sheet_key: str) -> str:
        """Return what stands in the first cell of a sheet."""
        return f"{MARK} {self.questionnaire_id} {sheet_key}"

    def new_entry_id(self, what: str) -> str:
        """Return the id of an entry that this questionnaire brings: the same whenever it is taken in."""
        return made_of(f"{self.questionnaire_id}/{what}")


def _innermost(path: str, repeats: set[str]) -> str:
    return max((one for one in repeats if path.startswith(f"{one}/")), key=len, default="")


_PARTS: dict[str, type] = {"questions": Item, "entries": Entry, "sheets": Shown}
_TUPLES = frozenset(("sections", "lists", "prefilled", *_PARTS))


def cell_key(item: Item, entry: Entry | None) -> str:
    """Return the key of one question of one entry in `Manifest.prefilled`."""
    return item.key if entry is None else f"{item.key}@{entry.key}"


def read_mark(cell: object) -> tuple[str, str] | None:
    """Return the questionnaire id and the key of the sheet a cell names, None where it names none."""
    found = _MARK.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return (found[1], found[2]) if found else None


# -- cells -----------------------------------------------------------------------------------------------


def to_cells(manifest: Manifest) -> list[tuple[str, str]]:
    """Return names and values for the hidden sheet."""
    chunks = to_chunks(zlib.compress(manifest.content, 9))
    return [
        ("format", FORMAT),
        ("questionnaire", manifest.questionnaire_id),
        ("sha256", manifest.sha256),
        ("chunks", str(len(chunks))),
        *((f"{number:06d}", chunk) for number, chunk in enumerate(chunks, 1)),
    ]


def from_cells(rows: Iterable[Sequence[object]], file: str) -> Manifest:
    """Return the questionnaire a hidden sheet holds.

    Raises:
        QuestionnaireNewerError: a newer program made it.
        QuestionnaireDamagedError: it is not whole.
    """
    cells = {str(row[0]).strip(): str(row[1]).strip() for row in rows if len(row) > 1 and row[0] != ""}
    made_as = cells.get("format", "")
    if made_as.startswith(_FAMILY) and made_as != FORMAT:
        raise QuestionnaireNewerError(file=file, format=made_as[:60])
    try:
        numbered = sorted(name for name in cells if name.isdecimal() and len(name) == 6)
        content = _unpacked(from_chunks("".join(cells[name] for name in numbered)))
        if made_as != FORMAT or hashlib.sha256(content).hexdigest() != cells.get("sha256"):
            raise ValueError("not what was written")
        return from_json(content)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error) as error:
        raise QuestionnaireDamagedError(file=file) from error


def from_json(content: bytes) -> Manifest:
    """Return the questionnaire that canonical JSON describes.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it describes none.
    """
    data = read_json(content)
    if data.pop("format") != FORMAT:
        raise ValueError("another format")
    for name, kind in _PARTS.items():
        data[name] = tuple(_part(kind, part) for part in data[name])
    data["sections"] = tuple(data["sections"])
    data["lists"] = {
        name: tuple((str(code), str(label)) for code, label in choices)
        for name, choices in data["lists"].items()
    }
    made = Manifest(**data)
    if not all(isinstance(value, str) for name, value in data.items() if name not in _TUPLES):
        raise TypeError("text expected")
    if made.language not in LANGUAGES or not isinstance(made.prefilled, dict):
        raise ValueError("not a questionnaire")
    if made.content != content:
        raise ValueError("not canonical")
    _check(made)
    return made


def _part(kind: type, data: Mapping[str, Any]) -> Any:
    made = kind(**data)
    for name, value in vars(made).items():
        wanted = {"slots": int, "is_new": bool}.get(name, str)
        if type(value) is not wanted:
            raise TypeError(f"{name} is not {wanted.__name__}")
    return made


def _check(made: Manifest) -> None:
    """Refuse what could not be looked up later, or would take for ever; ValueError, TypeError."""
    most = ((made.questions, 5_000), (made.entries, 50_000), (made.sheets, 600))
    if any(len(parts) > limit for parts, limit in most) or len({one.repeat for one in made.entries}) > 200:
        raise ValueError("more than any questionnaire of this program has")
    if len(made.by_key) != len(made.questions) or len(made.entry_by_key) != len(made.entries):
        raise ValueError("a key twice")
    for item in made.questions:
        is_known = item.mode in MODES and (not item.choices or item.choices in made.lists)
        if not (is_known and _NUMBER.fullmatch(item.number) and 0 <= item.slots <= _MOST_SLOTS):
            raise ValueError(f"question {item.number}")
    for shown in made.sheets:
        if shown.kind not in KINDS or (shown.kind == "entry" and shown.of not in made.entry_by_key):
            raise ValueError(f"sheet {shown.key}")
    for answer in made.prefilled.values():
        _check_answer(answer)
    around = {entry.key: entry.parent for entry in made.entries}
    for entry in made.entries:
        seen: set[str] = set()
        key = entry.key
        while key:
            if key in seen or key not in around:
                raise ValueError(f"entry {entry.key}")
            seen.add(key)
            key = around[key]


def _check_answer(answer: object) -> None:
    if isinstance(answer, dict):
        about = answer["$unavailable"]
        texts = [about["reason"], about["remark"]]
    else:
        texts = answer if isinstance(answer, list) else [answer]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("an answer of another shape")


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, SIZE_LIMIT)
    if unpacker.unconsumed_tail or not unpacker.eof or unpacker.unused_data:
        raise ValueError("too big, or not whole")
    return content
