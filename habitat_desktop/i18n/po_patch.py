"""Changes single texts of a PO file in place: every other byte of the file stays as it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.po import Entry, PoSyntaxError, read_po, translation_lines

Key = tuple[str | None, str]
Change = Callable[[Entry], None]  # given a copy of the entry as it is in the file

_BOM = b"\xef\xbb\xbf"


class NotUtf8Error(HabitatError):
    """A part of the sentence of PoSyntaxError."""

    code = "PO_SYNTAX"
    message = N_("it is not written in UTF-8")


def entries_in(content: bytes, path: str) -> list[Entry]:
    """Return the entries of a PO file, its header first.

    Raises:
        PoSyntaxError: a line is not PO, or not UTF-8.
    """
    return list(read_po(_text_of(content, path), path))


def patched(content: bytes, changes: Mapping[Key, Change], path: str) -> bytes:
    """Return a PO file in which the entries of `changes` have another translation, flags or comments.

    Raises:
        PoSyntaxError: a line is not PO, or not UTF-8.
        KeyError: a text is not there, or only as an obsolete one.
    """
    text = _text_of(content, path)
    lines = text.split("\n")
    wanted = dict(changes)
    out: list[str] = []
    done = 0  # lines that are in `out` already
    for entry in read_po(text, path):
        start = entry.line - 1
        end = _end(lines, start)
        change = None if entry.obsolete else wanted.pop(entry.key, None)
        if change is not None:
            changed = replace(
                entry,
                strings=list(entry.strings),
                comments=list(entry.comments),
                flags=list(entry.flags),
                previous=list(entry.previous),
            )
            change(changed)
            tail = "\r" if lines[start].endswith("\r") else ""
            out += _head(lines[done:start], entry, changed, tail)
            out += _body(lines[start:end], changed, tail)
        else:
            out += lines[done:end]
        done = end
    if wanted:
        raise KeyError(next(iter(wanted)))
    out += lines[done:]
    mark = _BOM if content.startswith(_BOM) else b""
    return mark + "\n".join(out).encode("utf-8")


def _text_of(content: bytes, path: str) -> str:
    try:
        return content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PoSyntaxError(path=path, line=line, problem=NotUtf8Error()) from error


def _end(lines: list[str], start: int) -> int:
    """Return the line after the last one of the entry whose first keyword stands in line `start`."""
    in_translation = False
    for number in range(start, len(lines)):
        line = lines[number].strip()
        if line[:2] == "#~":
            line = line[2:].lstrip()
        if line.startswith("msgstr"):
            in_translation = True
        elif in_translation and not line.startswith('"'):
            return number
    return len(lines)


def _head(lines: list[str], was: Entry, now: Entry, tail: str) -> list[str]:
    """Return what stands before an entry, with its comments, flags and former English as they are now."""
    if was.comments != now.comments:
        lines = _swapped(lines, "", [f"# {text}".rstrip() + tail for text in now.comments])
    if was.flags != now.flags:
        lines = _swapped(lines, ",", ["#, " + ", ".join(now.flags) + tail] if now.flags else [])
    if was.previous != now.previous:
        lines = _swapped(lines, "|", [f"#| {text}{tail}" for text in now.previous])
    return lines


def _swapped(lines: list[str], kind: str, new: list[str]) -> list[str]:
    """Put `new` in the place of the comment lines of a kind; where there are none, in their usual place."""
    found = [number for number, line in enumerate(lines) if _kind(line) == kind]
    if found:
        place = found[0]
    elif kind:
        place = len(lines)
    else:
        blank = [number for number, line in enumerate(lines) if not line.strip()]
        place = blank[-1] + 1 if blank else 0
    kept = [(number, line) for number, line in enumerate(lines) if number not in found]
    return [*(line for n, line in kept if n < place), *new, *(line for n, line in kept if n >= place)]


def _kind(line: str) -> str | None:
    """Return the sign that tells a comment line from others: "" for those people write; None: no comment."""
    line = line.strip()
    if not line.startswith("#"):
        return None
    return line[1:2] if line[1:2] in (".", ":", ",", "|", "~") else ""


def _body(lines: list[str], now: Entry, tail: str) -> Iterator[str]:
    for line in lines:
        if line.lstrip().startswith("msgstr"):
            break
        yield line
    yield from (line + tail for line in translation_lines(now))
