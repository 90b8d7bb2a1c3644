"""The rows of the survey sheet: their types and names, and which group each stands in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from habitat_desktop.xforms.checking.sheets import Book, Row, nearest
from habitat_desktop.xforms.xlsform_words import (
    TYPES,
    TypeRead,
    is_name,
    is_select_command,
    is_yes,
    read_type,
)

_REFERENCE = re.compile(r"\$\{[^}]*\}")
_LONGEST_NAME = 64  # SPSS
_LONGEST_SHEET = 31  # Excel: a repeat becomes a sheet of the export
_NAMELESS = frozenset(("note", "audit"))


@dataclass(slots=True)
class Item:
    """One row that asks, shows, calculates or begins something; `inside` is the group it stands in."""

    row: Row
    type: TypeRead
    name: str
    inside: "Item | None"
    members: "list[Item]" = field(default_factory=list)

    @property
    def word(self) -> str:
        """The type as people say it: group, repeat, integer, select_one."""
        return self.type.word

    @property
    def in_repeat(self) -> bool:
        """Whether it stands in a repeat."""
        outer = self.inside
        while outer is not None and outer.word != "repeat":
            outer = outer.inside
        return outer is not None

    @property
    def is_group(self) -> bool:
        """Whether it is a group or a repeat."""
        return self.type.kind == "begin"


def read_survey(book: Book) -> list[Item]:
    """Return the items of the survey sheet; what is wrong with types, names and groups is noted in `book`."""
    if not book.survey.has("type"):
        similar = nearest("type", book.survey.columns)
        book.add("COLUMN_MISSING", "survey", 1, "type", nearest=similar, name="type")
        return []
    items: list[Item] = []
    open_groups: list[Item] = []
    for place, row in enumerate(book.survey.rows):
        if not row.cells or is_yes(row["disabled"]):
            continue
        read = _type(book, row)
        if read is None or read.kind == "setting":
            continue
        if read.kind == "end":
            following = next((after for after in book.survey.rows[place + 1 :] if after.cells), None)
            _end(book, row, read.word, open_groups, following.word("type") if following else "")
            continue
        name = row.word("name")
        item = Item(row, read, name, open_groups[-1] if open_groups else None)
        items.append(item)
        if item.inside is not None:
            item.inside.members.append(item)
        if read.kind == "begin":
            open_groups.append(item)
        _check_name(book, item)
    for group in open_groups:
        book.add("BEGIN_WITHOUT_END", "survey", group.row.number, "type", kind=group.word, name=group.name)
    _check_twice(book, items)
    return items


def _type(book: Book, row: Row) -> TypeRead | None:
    text = row.word("type")
    if not text:
        if row["name"] or row["label"]:
            book.add("TYPE_MISSING", "survey", row.number, "type")
        return None
    read = read_type(text)
    if read.kind in ("unknown", "question") and is_select_command(text):
        book.add("LIST_MISSING", "survey", row.number, "type", type=text)
    elif read.kind == "unknown":
        likely = "" if book.findings.many("TYPE_UNKNOWN") else _likely(text)
        book.add("TYPE_UNKNOWN", "survey", row.number, "type", nearest=likely, type=text)
    return read


def _likely(text: str) -> str:
    """Return the type that `text` probably means, with its list."""
    found = nearest(text, TYPES)
    if found:
        return found
    word, _, rest = text.partition(" ")
    if rest and word.lower() in ("select", "begin", "end"):
        second, _, rest = rest.partition(" ")
        word = f"{word} {second}"
    found = nearest(word.replace(" ", "_"), TYPES) or nearest(word, TYPES)
    return f"{found} {rest}".strip() if found else ""


def _end(book: Book, row: Row, word: str, open_groups: list[Item], following: str) -> None:
    """Close what a row ends; the type of the `following` row tells whether two ends are swapped."""
    if not open_groups:
        book.add("END_WITHOUT_BEGIN", "survey", row.number, "type", kind=word)
        return
    group = open_groups[-1]
    if group.word == word:
        open_groups.pop()
        return
    fitting = [place for place, one in enumerate(open_groups) if one.word == word]
    next_end = read_type(following)
    swapped = next_end.kind == "end" and next_end.word == group.word
    if not fitting or swapped:
        book.add(
            "END_MISMATCH",
            "survey",
            row.number,
            "type",
            kind=word,
            open=group.word,
            name=group.name,
            other=group.row.number,
        )
        del open_groups[fitting[-1] if fitting else -1]
        return
    for unended in open_groups[fitting[-1] + 1 :]:  # their ends are missing, this end is right
        book.add(
            "BEGIN_WITHOUT_END", "survey", unended.row.number, "type", kind=unended.word, name=unended.name
        )
    del open_groups[fitting[-1] :]


def _check_name(book: Book, item: Item) -> None:
    row, name = item.row, item.name
    if not name:
        if item.word not in _NAMELESS:
            book.add("NAME_MISSING", "survey", row.number, "name")
    elif not is_name(name) or _is_prefixed(book, name):
        book.add("NAME_BAD", "survey", row.number, "name", nearest=_as_name(name), name=name)
    elif name == "meta" or (name == "data" and item.word == "repeat"):
        book.add("NAME_RESERVED", "survey", row.number, "name", name=name)
    limit = _LONGEST_SHEET if item.word == "repeat" else _LONGEST_NAME
    if len(name) > limit:
        book.add("NAME_LONG", "survey", row.number, "name", name=name, limit=limit)


def _is_prefixed(book: Book, name: str) -> bool:
    """Whether `name` begins with a prefix that no setting declares."""
    prefix, colon, _ = name.partition(":")
    return bool(colon) and f"{prefix}=" not in book.setting("namespaces")


def _as_name(text: str) -> str:
    """Return a name made of `text`, "" where nothing is left of it."""
    made = "_".join(
        "".join(letter if letter.isalnum() or letter in "_-." else " " for letter in text).split()
    )
    if made and not (made[0].isalpha() or made[0] == "_"):
        made = f"_{made}"
    return made if made and is_name(made) else ""


def _check_twice(book: Book, items: Iterable[Item]) -> None:
    seen: dict[tuple[int, str], Item] = {}
    lower: dict[tuple[int, str], Item] = {}
    repeats: dict[str, Item] = {}
    for item in items:
        if not item.name:
            continue
        place = item.inside.row.number if item.inside else 0
        count = item.row["repeat_count"].strip()
        if item.word == "repeat" and count and not _REFERENCE.fullmatch(count):
            other = seen.setdefault((place, f"{item.name}_count"), item)  # the converter makes it
            if other is not item:
                book.add(
                    "NAME_TWICE", "survey", other.row.number, "name", name=other.name, other=item.row.number
                )
        other = seen.setdefault((place, item.name), item)
        if item.word == "repeat" and other is item:
            other = repeats.setdefault(item.name, item)
        like = lower.setdefault((place, item.name.lower()), item)
        number = item.row.number
        if other is not item:
            book.add("NAME_TWICE", "survey", number, "name", name=item.name, other=other.row.number)
        elif like is not item:
            book.add("NAME_CASE", "survey", number, "name", name=item.name, other=like.row.number)
