"""What a form says its questions were called before: `bind::habitat:was` and `bind::habitat:takes`."""

from habitat_desktop.xforms.checking.sheets import Book
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.was import COPY, TAKES, WAS, is_path

_WAS, _TAKES = f"bind::{WAS}", f"bind::{TAKES}"


def check_former(book: Book, items: list[Item]) -> None:
    """Note earlier names that cannot be, and answers that would be in two places."""
    there: dict[str, Item] = {}
    for item in items:
        there |= {item.name: item, _path(item): item}
    for item in items:
        was = item.row.cells.get(_WAS, "").strip()
        takes = item.row.cells.get(_TAKES, "").strip()
        number = item.row.number
        if takes not in ("", COPY):
            book.add("WAS_TAKES", "survey", number, _TAKES, value=takes)
        if not was:
            continue
        if not is_path(was):
            book.add("WAS_BAD", "survey", number, _WAS, value=was)
            continue
        other = there.get(was.lstrip("/").removeprefix("data/"))
        if other is not None and not other.row.cells.get(_WAS, "").strip():
            book.add("WAS_STILL_THERE", "survey", number, _WAS, value=was)


def _path(item: Item) -> str:
    """Return the path of `item` without the root: "group/name"."""
    return f"{_path(item.inside)}/{item.name}" if item.inside is not None else item.name
