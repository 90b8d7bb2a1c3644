"""What a report is before it has a form: headings, paragraphs, tables, and figures that know their records.

The texts are in the language of the document. What somebody wrote in a record stays as it was written
(`Quote`), with the language it was written in. A renderer adds nothing and leaves nothing out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Measure = Literal["count", "number", "money", "percent"]
ColumnKind = Literal["text", "number", "date", "quote", "translation", "record"]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record behind a report, as it is listed at the end of it; `state` is one of `RecordState`."""

    record_id: str
    label: str
    office: str
    country: str
    period: str
    subject: str
    form_id: str
    form_version: str
    state: str
    revision_id: str
    author: str
    made_at: str
    language: str
    is_demonstration: bool = False


# -- cells -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Words of the report itself, in its language."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code, a label, an address: read from left to right in every language."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, in the `language` it was written in ("" where that is not known)."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is not counted from several records; `unit` is shown where no column shows it."""

    value: Decimal
    decimals: int = 0
    measure: Measure = "number"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number worked out from records, which it names.

    `value` None: nothing is known, which is not zero. `known` of `total` records (or entries of records) gave
    it; `records` are the ids of all it was worked out from, those without an answer included.
    """

    value: Decimal | None
    records: tuple[str, ...]
    known: int
    total: int
    decimals: int = 0
    measure: Measure = "count"
    unit: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether something is missing in it: it must be shown as n of N."""
        return self.known < self.total


@dataclass(frozen=True, slots=True)
class Day:
    """A date, ISO."""

    iso: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No answer: shown as a dash, with the reason in words where one was given; never as zero."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordName:
    """The label of the record a row is about."""

    record_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Room:
    """An empty cell, kept for the translation of the quote beside it by headquarters."""


Cell = Text | Code | Quote | Number | Figure | Day | Missing | RecordName | Room


# -- blocks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more; its fields `{name}` are filled with the cells of `values`."""

    text: str
    values: Mapping[str, Cell] = field(default_factory=dict)
    is_note: bool = False  # small print, such as what a table leaves out


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `unit` stands in its head, `width` is in letters."""

    title: str
    kind: ColumnKind = "text"
    unit: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a cell for every column in each row, `total` the last row. Without rows it says `empty`."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    title: str = ""
    notes: Sequence[Paragraph] = ()
    empty: str = ""

    def __post_init__(self) -> None:
        for row in (*self.rows, *((self.total,) if self.total else ())):
            if len(row) != len(self.columns):
                raise ValueError(f"{len(row)} cells for {len(self.columns)} columns in {self.title!r}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it; sections inside are one level lower."""

    title: str
    blocks: Sequence["Block"]


Block = Paragraph | Bullets | Table | Section


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the first page: what it is, and what it says."""

    title: str
    value: Paragraph


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report, ready to be written in any format.

    `basis` is the first page: what the report rests on. `records` are all it was made from, in order.
    """

    name: str
    title: str
    subtitle: str
    language: str
    made_on: str  # ISO date
    basis: Sequence[Fact]
    blocks: Sequence[Block]
    records: Sequence[RecordLine] = ()
    form_titles: Mapping[str, str] = field(default_factory=dict)
    is_demonstration: bool = False

    def walk(self) -> Iterator[tuple[int, Block]]:
        """Yield every block with its depth; 1 is the highest heading."""
        yield from _walk(self.blocks, 1)

    def cells(self) -> Iterator[Cell]:
        """Yield every cell of tables and paragraphs, in the order they are read."""
        for fact in self.basis:
            yield from fact.value.values.values()
        for _depth, block in self.walk():
            yield from cells_of(block)


def _walk(blocks: Sequence[Block], depth: int) -> Iterator[tuple[int, Block]]:
    for block in blocks:
        yield depth, block
        if isinstance(block, Section):
            yield from _walk(block.blocks, depth + 1)


def cells_of(block: Block) -> Iterator[Cell]:
    """Yield the cells of one block, without those of sections inside."""
    if isinstance(block, Paragraph):
        yield from block.values.values()
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from item.values.values()
    elif isinstance(block, Table):
        for row in block.rows:
            yield from row
        yield from block.total
        for note in block.notes:
            yield from note.values.values()
