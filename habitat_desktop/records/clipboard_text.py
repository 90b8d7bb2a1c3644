"""Blocks of cells as text, as Excel and its like put them into the clipboard and take them from there."""

from collections.abc import Sequence

from habitat_desktop.errors import N_, HabitatError

MOST_CELLS = 200_000
_ENDS = "\t\r\n"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BlockTooLargeError(HabitatError):
    code = "BLOCK_TOO_LARGE"
    message = N_(
        "There are more than {limit} cells in the clipboard. Nothing was pasted. Copy fewer rows at a time."
    )


def read_block(text: str) -> list[list[str]]:
    """Return the cells of `text` by rows: tabs between cells, line ends between rows.

    A cell in quotes may hold both, its quotes are doubled. Rows may differ in length; a line end behind the
    last row, and what stands behind a null character, adds nothing.

    Raises:
        BlockTooLargeError: more than `MOST_CELLS`.
    """
    text = text.partition("\x00")[0]
    if not text:
        return []
    rows: list[list[str]] = [[]]
    at, count, size = 0, 0, len(text)
    while True:
        cell, at = _cell(text, at)
        rows[-1].append(cell)
        count += 1
        if count > MOST_CELLS:
            raise BlockTooLargeError(limit=MOST_CELLS)
        if at >= size:
            return rows
        if text[at] == "\t":
            at += 1
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        if at >= size:
            return rows
        rows.append([])


def _cell(text: str, at: int) -> tuple[str, int]:
    """Return the cell that begins at `at`, and where it ends."""
    if text.startswith('"', at):
        end = _closing(text, at + 1)
        if end >= 0:
            return text[at + 1 : end].replace('""', '"').replace("\r\n", "\n").replace("\r", "\n"), end + 1
    end = at
    size = len(text)
    while end < size and text[end] not in _ENDS:
        end += 1
    return text[at:end], end


def _closing(text: str, at: int) -> int:
    """Return where the quote stands that ends a cell; -1 where the first one was no more than a sign."""
    while True:
        at = text.find('"', at)
        if at < 0:
            return -1
        if text.startswith('"', at + 1):
            at += 2
            continue
        return at if at + 1 >= len(text) or text[at + 1] in _ENDS else -1


def write_block(rows: Sequence[Sequence[str]]) -> str:
    """Return `rows` as text for the clipboard: one line end after each row."""
    return "".join("\t".join(map(_written, row)) + "\n" for row in rows)


def _written(cell: str) -> str:
    if any(sign in cell for sign in '\t\r\n"'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def harmless(text: str) -> str:
    """Return free text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_written(text: str) -> str:
    """Return what `harmless` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
