"""The XML in a file from outside: UTF-8 only, no document types, no deep nesting, nothing opened."""

import re
from collections.abc import Callable
from xml.parsers import expat

from habitat_desktop.incoming import errors

DEPTH_LIMIT = 256
MAIN = frozenset(
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
)
_ENCODING = re.compile(r"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_CONTROL = bytes(sign for sign in range(32) if sign not in (9, 10, 13))
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

Start = Callable[[str, dict[str, str]], None]  # name as "namespace local", attributes likewise
End = Callable[[str], object]


def text_of(content: bytes, file: str, part: str) -> str:
    """Return the text of an XML part, with line ends as XML reads them.

    Raises:
        IncomingError: it is not UTF-8, or holds signs that no XML may.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:64]:
        raise errors.XmlEncodingError(file=file, part=part)
    declared = _ENCODING.match(content[:200].decode("latin-1").removeprefix("\xef\xbb\xbf"))
    if declared and declared[1].upper() not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
        raise errors.XmlEncodingError(file=file, part=part)
    if len(content.translate(None, _CONTROL)) != len(content):
        raise errors.XmlDamagedError(file=file, part=part)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.XmlDamagedError(file=file, part=part) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def unescape(text: str, file: str, part: str) -> str:
    """Return the text that XML writes with entities; for text that no parser has seen yet."""
    if "&" not in text:
        return text
    found = 0

    def sign(match: re.Match[str]) -> str:
        nonlocal found
        found += 1
        if match[1]:
            return _NAMED[match[1]]
        code = int(match[2]) if match[2] else int(match[3], 16)
        if not is_xml_sign(code):
            raise errors.XmlDamagedError(file=file, part=part)
        return chr(code)

    plain = _ENTITY.sub(sign, text)
    if found != text.count("&"):
        raise errors.XmlDamagedError(file=file, part=part)
    return plain


def is_xml_sign(code: int) -> bool:
    """Whether XML 1.0 allows the character with this number."""
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000


class Parser:
    """An expat parser that refuses what a workbook never needs; set the handlers of `expat`, then `parse`."""

    def __init__(self, file: str, part: str) -> None:
        self._file, self._part = file, part
        self._depth = 0
        self.expat = expat.ParserCreate("UTF-8", " ")
        self.expat.buffer_text = True
        self.expat.StartDoctypeDeclHandler = self.expat.EntityDeclHandler = self._refuse_doctype

    def parse(self, text: str, start: Start, end: End | None = None) -> None:
        """Parse a whole part.

        Raises:
            IncomingError: it is not well-formed, declares a document type or is nested too deeply.
        """

        def start_deeper(name: str, attributes: dict[str, str]) -> None:
            self._depth += 1
            if self._depth > DEPTH_LIMIT:
                raise errors.XmlDepthError(file=self._file, part=self._part)
            start(name, attributes)

        def end_deeper(name: str) -> None:
            self._depth -= 1
            if end is not None:
                end(name)

        self.expat.StartElementHandler = start_deeper
        self.expat.EndElementHandler = end_deeper
        try:
            self.expat.Parse(text, True)
        except expat.ExpatError as error:
            raise errors.XmlDamagedError(file=self._file, part=self._part) from error

    def _refuse_doctype(self, *_ignored: object) -> None:
        raise errors.XmlDoctypeError(file=self._file, part=self._part)


def local(name: str) -> str:
    """Return the name of an element of a workbook without its namespace; "" for one of another namespace."""
    namespace, _, own = name.rpartition(" ")
    return own if namespace in MAIN else ""
