"""What a questionnaire shows, sheet by sheet, before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from habitat_desktop.packages.questionnaires.conditions import Bounds
from habitat_desktop.packages.questionnaires.manifest import Answer, Entry, Item, Shown
from habitat_desktop.xforms.definition import Question


@dataclass(frozen=True)
class Asked:
    """One question as it stands on a sheet; `previous` is last period's answer, in words."""

    item: Item
    question: Question
    label: str
    hint: str
    only_if: str
    bounds: Bounds
    must: bool
    choices: tuple[tuple[str, str], ...] = ()
    answer: Answer = ""
    previous: str = ""
    previous_codes: tuple[str, ...] = ()  # of a question with a row for each choice


@dataclass(frozen=True)
class Heading:
    """The name of a group, or a line that points to another sheet; `level` 1 is a section."""

    text: str
    note: str = ""
    level: int = 1
    sheet: str = ""


@dataclass(frozen=True)
class PreviousRow:
    """One entry of last period in a table: the entry around it, and its answers in words, by question."""

    parent: str
    answers: Mapping[str, str]


@dataclass
class Sheet:
    """One visible sheet. Questions and entries have `rows`, tables `columns` and `entries`."""

    shown: Shown
    title: str
    note: str = ""
    rows: list[Heading | Asked] = field(default_factory=list)
    columns: list[Asked] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)  # of a table: (item key, entry key)
    parents: list[Entry] = field(default_factory=list)  # where a row of a table can belong
    around: str = ""  # of a table inside another repeat: what that one is called
    previous: list[PreviousRow] = field(default_factory=list)
    entry: Entry | None = None


@dataclass
class Plan:
    """Everything a questionnaire shows, and `files`, what is to be sent beside it: (label, where)."""

    cover: Shown
    sheets: list[Sheet]
    items: list[Item]
    entries: list[Entry]
    lists: dict[str, tuple[tuple[str, str], ...]]
    files: list[str]
    sections: tuple[str, ...]


def entry_name(entry: Entry) -> str:
    """Return how a person tells an entry: its number, and its name where it has one."""
    return f"{entry.number} {entry.name}" if entry.name else entry.number
