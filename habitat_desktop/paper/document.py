"""What a printed form is before it has pages: sections, questions, tables, room to write and to sign.

Every text is `Words`: in the language of the paper and, on demand, in a second one below it. What somebody
wrote is an `Answer`: it keeps its letters and its direction. Whoever lays it out adds nothing and leaves
nothing out. It is no report: those are made of many records and know figures, this one knows room to write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

PaperSize = Literal["A4", "Letter"]
Measure = Literal["short", "long", "number", "date", "time", "moment", "month", "year", "place", "drawing"]
MessageKind = Literal["warning", "error", "query", "remark"]


class Words(NamedTuple):
    """A text in the language of the paper, and in its second one ("" where there is none)."""

    text: str
    also: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.also)


NO_WORDS = Words("")


# -- what stands for an answer -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was given; `unit` stands behind it. Numbers stand under each other in a table."""

    text: str
    unit: Words = NO_WORDS
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in words that both languages have: a choice, a day, why there is no answer."""

    words: Words
    is_missing: bool = False  # no answer, or not available with its reason


class Choice(NamedTuple):
    """One box with its label; `rank` is its place in an order, 0 for a tick."""

    words: Words
    is_chosen: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Boxes:
    """Choices to tick: squares where several may be ticked, circles where one; `is_ranked`: to number."""

    choices: Sequence[Choice]
    is_several: bool = False
    is_ranked: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """Room to write an answer by hand; `unit` is printed behind it, `note` below it."""

    measure: Measure
    unit: Words = NO_WORDS
    note: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that belongs to the answer or to the question; `path` may have vanished by now."""

    path: Path
    name: str = ""


Body = Answer | Said | Boxes | Room | Picture


# -- blocks ------------------------------------------------------------------------------------------------


class Message(NamedTuple):
    """What is said about an answer; `reply` is the justification of a warning, as it was written."""

    kind: MessageKind
    words: Words
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its answer, or with room for it."""

    label: Words
    body: Sequence[Body]
    hint: Words = NO_WORDS
    is_required: bool = False
    is_quiet: bool = False  # worked out by the program
    messages: Sequence[Message] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section (`level` 1), of what stands in it (2), of an entry (3)."""

    words: Words
    level: int = 1


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for whoever reads or fills in; `is_quiet`: small print."""

    words: Words
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """What is filled in under a condition, said in words above it."""

    condition: Words
    blocks: Sequence["Block"]


class Column(NamedTuple):
    """A column of a table of entries; `share` is how wide it is beside the others."""

    title: Words
    is_number: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a repeat as a table: a cell for every column in each row, None to write in."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Answer | Said | None]]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign: one row for each title, with room for every field."""

    fields: Sequence[Words]
    titles: Sequence[Words]


Block = Heading | Note | Item | OnlyIf | Entries | Signatures


class Fact(NamedTuple):
    """One line below the title; without `text` there is room to write it."""

    title: Words
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One form or record, ready to be laid out.

    `head` runs along the top of every page, `mark` beside it ("Draft"); `foot` begins the last line. `label`
    and `code` are the record's: people read the first, the square shows the second; "" on a blank form.
    """

    title: Words
    language: str
    also: str
    facts: Sequence[Fact]
    blocks: Sequence[Block]
    head: str
    mark: str = ""
    foot: str = ""
    label: str = ""
    code: str = ""

    def walk(self) -> Iterator[Block]:
        """Yield every block in the order it is read, those under a condition after it."""
        yield from _walk(self.blocks)


def _walk(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, OnlyIf):
            yield from _walk(block.blocks)
