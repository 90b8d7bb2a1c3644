"""The table of texts that the cells of a workbook share."""

import re

from habitat_desktop.incoming import errors
from habitat_desktop.incoming.values import CELL_LENGTH, decoded
from habitat_desktop.incoming.xml_parts import Parser, local, text_of, unescape

TEXT_LIMIT = 2_000_000
_TEXT = re.compile(r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t ?/>)</si>')
_HEAD = re.compile(r"<sst[^<>]*[^<>/]>")
_CLOSE = "</sst>"


def read_strings(content: bytes, file: str, part: str) -> dict[str, str]:
    """Return the shared texts by their number, written as the cells write it.

    Raises:
        IncomingError: there are too many, or they cannot be read.
    """
    text = text_of(content, file, part)
    if text.count("<si") + text.count(":si") > TEXT_LIMIT:
        raise errors.TooManyTextsError(file=file, part=part)
    found = _plain(text, file, part)
    if found is None:
        found = _parsed(text, file, part)
    if found and max(map(len, found)) > CELL_LENGTH:
        raise errors.LongCellError(file=file, part=part)
    if "_x" in text:
        found = [decoded(one) for one in found]
    return dict(zip(map(str, range(len(found))), found, strict=True))


def _plain(text: str, file: str, part: str) -> list[str] | None:
    """Split a table as nearly every program writes it; None for one with rich text and the like."""
    head, end = _HEAD.search(text), text.rfind(_CLOSE)
    if head is None or end < head.end() or "]]>" in text or "<!--" in text:
        return None
    pieces = _TEXT.split(text[head.end() : end])
    between = pieces[::2]
    if any(between) and "".join(between).strip():
        return None
    seen: list[str] = []
    parser = Parser(file, part)
    parser.parse(text[: head.end()] + text[end:], lambda name, _attributes: seen.append(local(name)))
    if seen != ["sst"]:
        return None
    found = [one or "" for one in pieces[1::2]]
    return [unescape(one, file, part) for one in found] if "&" in text else found


def _parsed(text: str, file: str, part: str) -> list[str]:
    found: list[str] = []
    path: list[str] = []
    words: list[str] = []
    values = (["sst", "si", "t"], ["sst", "si", "r", "t"])

    def start(name: str, _attributes: dict[str, str]) -> None:
        own = local(name)
        path.append(own)
        if path[0] != "sst" or (name.endswith(" si") and path != ["sst", "si"]):
            raise errors.XmlNamespaceError(file=file, part=part)

    def end(_name: str) -> None:
        if path == ["sst", "si"]:
            found.append("".join(words))
            words.clear()
        path.pop()

    def say(piece: str) -> None:
        if path in values:
            words.append(piece)

    def refuse(*_ignored: object) -> None:
        if path in values:
            raise errors.XmlCommentError(file=file, part=part)

    parser = Parser(file, part)
    parser.expat.CharacterDataHandler = say
    parser.expat.CommentHandler = parser.expat.ProcessingInstructionHandler = refuse
    parser.parse(text, start, end)
    return found
