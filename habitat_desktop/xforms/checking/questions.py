"""What each row of the survey sheet must bring along: a calculation, a label, a trigger, a message."""

import re
from collections.abc import Collection

from habitat_desktop.xforms.checking.sheets import Book
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.xlsform_words import is_formula, is_name, is_shown

_DRAWN = frozenset(("signature", "draw", "annotate"))
_REFERENCE = re.compile(r"\$\{[^}]*\}")


def check_questions(book: Book, items: list[Item]) -> None:
    """Note what is missing from single rows or stands there in vain."""
    hidden = {item.name for item in items if not item.is_group and not _is_visible(item)}
    for item in items:
        if item.is_group:
            _check_group(book, item)
        elif item.type.kind != "unknown":
            _check_calculation(book, item)
            _check_messages(book, item)
            _check_label(book, item)
        if (
            item.word == "photo"
            and not _DRAWN.intersection(item.row["appearance"].split())
            and "max-pixels" not in item.row["parameters"].lower()
        ):
            tools = ("collect", "kobo")
            book.add("IMAGE_FULL_SIZE", "survey", item.row.number, "parameters", tools=tools, name=item.name)
        _check_trigger(book, item, hidden)


def _check_group(book: Book, item: Item) -> None:
    row = item.row
    if item.word == "repeat" and not row["label"]:
        book.add("REPEAT_NO_LABEL", "survey", row.number, "label", name=item.name)
    if not item.members:
        book.add("GROUP_EMPTY", "survey", row.number, "type", name=item.name)
    count = row["repeat_count"].strip()
    if count and item.word == "repeat" and is_name(count):
        known = f"${{{count}}}"
        book.add(
            "REPEAT_COUNT_BAD", "survey", row.number, "repeat_count", nearest=known, value=count, name=count
        )


def _check_calculation(book: Book, item: Item) -> None:
    row = item.row
    if item.word == "calculate" and not row["calculation"] and not is_formula(row["default"], item.word):
        book.add("CALCULATION_MISSING", "survey", row.number, "calculation", name=item.name)


def _check_messages(book: Book, item: Item) -> None:
    row = item.row
    if row["constraint"] and not row["constraint_message"] and is_shown(item.word):
        book.add("CONSTRAINT_NO_MESSAGE", "survey", row.number, "constraint", name=item.name)
    for message, needed in (("constraint_message", "constraint"), ("required_message", "required")):
        if row[message] and not row[needed]:
            book.add(
                "MESSAGE_NO_CONSTRAINT",
                "survey",
                row.number,
                message,
                name=item.name,
                column_name=message,
                needed=needed,
            )
    required = row["required"].strip().lower()
    if required not in ("", "no", "false", "false()") and (item.word == "note" or not is_shown(item.word)):
        book.add("REQUIRED_POINTLESS", "survey", row.number, "required", name=item.name)


def _check_label(book: Book, item: Item) -> None:
    row = item.row
    if item.word == "background-geopoint" or not is_shown(item.word):
        return
    if any(row[text] for text in ("label", "hint", "media", "image", "big-image", "audio", "video")):
        return
    if not (row["calculation"] or row["trigger"]):  # else it is worked out and not shown
        book.add("LABEL_MISSING", "survey", row.number, "label", name=item.name)


def _is_visible(item: Item) -> bool:
    """Whether a person sees the row: not what is worked out and has no text."""
    row = item.row
    worked_out = row["calculation"] or row["trigger"]
    return item.word != "calculate" and bool(row["label"] or row["hint"] or not worked_out)


def _check_trigger(book: Book, item: Item, hidden: Collection[str]) -> None:
    trigger = item.row["trigger"].strip()
    number = item.row.number
    if not trigger:
        if item.word == "background-geopoint":
            book.add("TRIGGER_MISSING", "survey", number, "trigger", name=item.name)
        return
    parts = [part.strip() for part in trigger.split(",")]
    if all(_REFERENCE.fullmatch(part) for part in parts):
        for name in (part[2:-1] for part in parts):
            if name in hidden and item.word != "background-geopoint":
                book.add("TRIGGER_HIDDEN", "survey", number, "trigger", name=name)
        return
    name = next((part for part in parts if is_name(part)), "name")
    book.add("TRIGGER_BAD", "survey", number, "trigger", value=trigger, name=name)
