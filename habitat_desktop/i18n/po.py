"""PO and MO files, read and written without any library: quick enough to read at every start."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from habitat_desktop.errors import N_, HabitatError


class PoSyntaxError(HabitatError):
    code = "PO_SYNTAX"
    message = N_("“{path}”, line {line}: {problem}. Nothing was changed.")


@dataclass(slots=True)
class Entry:
    """One text of a catalogue and its translation."""

    id: str
    plural: str | None = None
    context: str | None = None
    strings: list[str] = field(default_factory=list)  # one text, or one for each plural form
    comments: list[str] = field(default_factory=list)  # "# " written by people
    notes: list[str] = field(default_factory=list)  # "#." for translators, taken from the source
    places: list[str] = field(default_factory=list)  # "#:" files
    flags: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)  # "#|" lines as they stand
    obsolete: bool = False
    line: int = 0

    @property
    def key(self) -> tuple[str | None, str]:
        """What tells this text from all others."""
        return self.context, self.id

    @property
    def fuzzy(self) -> bool:
        """Whether a person has to look at the translation before it is shown."""
        return "fuzzy" in self.flags

    @property
    def translated(self) -> bool:
        """Whether every form is filled and the translation is shown."""
        return bool(self.strings) and all(self.strings) and not self.fuzzy


def read_po(text: str, path: str = "") -> Iterator[Entry]:
    """Yield the entries of a PO file in order; the header is the entry with an empty id.

    Raises:
        PoSyntaxError: a line is not PO.
    """
    entry = Entry("")
    parts: list[str] = []  # the pieces of the string being read
    keyword = ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        obsolete = line[:2] == "#~"
        if obsolete:
            line = line[2:].lstrip()
        if line[:1] == '"':
            if not keyword:
                raise PoSyntaxError(path=path, line=number, problem="text without a keyword")
            parts.append(_quoted(line, path, number))
            continue
        if keyword:
            _set(entry, keyword, parts)
            if keyword[:6] == "msgstr" and line[:6] != "msgstr":
                yield entry
                entry = Entry("")
            keyword = ""
        if line[:1] == "#":
            _comment(entry, line)
        elif line:
            keyword, _, rest = line.partition(" ")
            if keyword not in _KEYWORDS and not keyword.startswith("msgstr["):
                raise PoSyntaxError(path=path, line=number, problem=f"unknown keyword {keyword}")
            parts = [_quoted(rest.strip(), path, number)]
            entry.obsolete = obsolete
            entry.line = entry.line or number
    if keyword:
        _set(entry, keyword, parts)
        yield entry


_KEYWORDS = {"msgctxt", "msgid", "msgid_plural", "msgstr"}


def _set(entry: Entry, target: str, parts: list[str]) -> None:
    text = parts[0] if len(parts) == 1 else "".join(parts)
    if target == "msgid":
        entry.id = text
    elif target == "msgctxt":
        entry.context = text
    elif target == "msgid_plural":
        entry.plural = text
    else:
        entry.strings.append(text)


def _comment(entry: Entry, line: str) -> None:
    kind = line[:2]
    if kind == "#.":
        entry.notes.append(line[2:].strip())
    elif kind == "#:":
        entry.places.extend(line[2:].split())
    elif kind == "#,":
        entry.flags.extend(flag.strip() for flag in line[2:].split(","))
    elif kind == "#|":
        entry.previous.append(line[2:].strip())
    else:
        entry.comments.append(line[1:].removeprefix(" "))


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def _quoted(text: str, path: str, line: int) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise PoSyntaxError(path=path, line=line, problem="a text must stand in double quotes")
    text = text[1:-1]
    return unescape(text) if "\\" in text else text


def unescape(text: str) -> str:
    """Return what a quoted PO text says."""
    out = []
    escaped = False
    for sign in text:
        if escaped:
            out.append(_ESCAPES.get(sign, "\\" + sign))
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            out.append(sign)
    return "".join(out)


def escape(text: str) -> str:
    """Return `text` as it stands between the quotes of a PO file."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\r", "\\r"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def write_po(entries: Iterable[Entry]) -> str:
    """Return a PO file: no line numbers, no wrapping, no dates, so that a diff shows only what changed."""
    return "\n".join("\n".join(_entry_lines(entry)) + "\n" for entry in entries)


def _entry_lines(entry: Entry) -> Iterator[str]:
    yield from (f"# {text}".rstrip() for text in entry.comments)
    if not entry.obsolete:
        yield from (f"#. {text}".rstrip() for text in entry.notes)
        if entry.places:
            yield "#: " + " ".join(entry.places)
        if entry.flags:
            yield "#, " + ", ".join(entry.flags)
        yield from (f"#| {text}" for text in entry.previous)
    mark = "#~ " if entry.obsolete else ""
    if entry.context is not None:
        yield from _text_lines(mark, "msgctxt", entry.context)
    yield from _text_lines(mark, "msgid", entry.id)
    if entry.plural is not None:
        yield from _text_lines(mark, "msgid_plural", entry.plural)
    yield from translation_lines(entry, mark)


def translation_lines(entry: Entry, mark: str = "") -> Iterator[str]:
    """Yield the lines of a PO file that hold the translation of `entry`, each after `mark`."""
    if entry.plural is None:
        yield from _text_lines(mark, "msgstr", entry.strings[0] if entry.strings else "")
        return
    for index, text in enumerate(entry.strings or [""]):
        yield from _text_lines(mark, f"msgstr[{index}]", text)


def _text_lines(mark: str, keyword: str, text: str) -> Iterator[str]:
    lines = text.splitlines(keepends=True) if "\n" in text else [text]
    if len(lines) == 1:
        yield f'{mark}{keyword} "{escape(text)}"'
        return
    yield f'{mark}{keyword} ""'
    yield from (f'{mark}"{escape(line)}"' for line in lines)


def read_mo(path: Path) -> Iterator[Entry]:
    """Yield the entries of a compiled catalogue."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, ids, strings = struct.unpack(order + "3I", data[8:20])
    for index in range(count):
        id_length, id_at = struct.unpack_from(order + "2I", data, ids + 8 * index)
        length, at = struct.unpack_from(order + "2I", data, strings + 8 * index)
        text = data[id_at : id_at + id_length].decode()
        context, marked, rest = text.partition("\x04")
        if not marked:
            context, rest = "", text
        one, _, many = rest.partition("\0")
        translated = data[at : at + length].decode().split("\0")
        yield Entry(one, many or None, context if marked else None, translated)


def write_mo(entries: Iterable[Entry]) -> bytes:
    """Return a compiled catalogue of the texts that are translated."""
    rows = []
    for entry in entries:
        if entry.obsolete or (entry.id and not entry.translated):
            continue
        text = entry.id if entry.plural is None else f"{entry.id}\0{entry.plural}"
        if entry.context is not None:
            text = f"{entry.context}\x04{text}"
        rows.append((text.encode(), "\0".join(entry.strings).encode()))
    rows.sort()
    tables: list[int] = []
    blob = bytearray()
    start = 28 + 16 * len(rows)
    for column in (0, 1):
        for row in rows:
            tables += [len(row[column]), start + len(blob)]
            blob += row[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, 28)
    return head + struct.pack(f"<{len(tables)}I", *tables) + bytes(blob)
