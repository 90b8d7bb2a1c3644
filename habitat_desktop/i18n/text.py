"""Text as it is stored, as it is shown inside a sentence, and as it is searched."""

import re
import unicodedata

_FSI, _LRI, _PDI = "\u2068", "\u2066", "\u2069"

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
# What clean() takes out: controls; zero-width space, word joiner and byte order mark; bidi embeddings,
# overrides and isolates; deprecated format characters; annotations; surrogates; noncharacters.
# ZWNJ, ZWJ and the direction marks LRM, RLM, ALM stay: Persian, emoji and Arabic writers need them.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SPACES = re.compile(r"\s+")

_FOLDED = str.maketrans(
    {
        "ـ": "", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ء": "", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه",
        "ک": "ك", "گ": "ك", "ی": "ي", "ې": "ي", "ۀ": "ه", "ہ": "ه", "ە": "ه",
        "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "đ": "d", "ð": "d", "ħ": "h", "ı": "i",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-",
    }
)  # fmt: skip

_LAST = "\U0010ffff"  # behind any other letter
# letters of their own, which a search takes for others; the order of Arabic is that of CLDR
_LETTERS: dict[str, dict[str, str]] = {
    "ar": {"ء": "\u0621", "آ": "\u0622", "ة": "ت", "ؤ": f"ه{_LAST}", "ئ": f"و{_LAST}", "ى": "\u0649"},
    "es": {"ñ": f"n{_LAST}", "Ñ": f"n{_LAST}"},
    "ru": {"й": f"и{_LAST}", "Й": f"и{_LAST}"},
}


def clean(text: str) -> str:
    """Return `text` as it may be stored: composed, LF line ends, nothing invisible that changes what is read.

    Cleaning twice changes nothing.
    """
    # what can be printed has no sign that is taken out
    if text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def visible(text: str) -> str:
    """Return text from outside with what `clean` would take out as a mark, so that nobody is misled.

    An override of the direction in the name of a file hides its ending.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNWANTED.sub(lambda sign: f"⟨{ord(sign[0]):04X}⟩", text.replace("\t", " "))


def iso(text: str) -> str:
    """Wrap a value of unknown direction so that it cannot reorder its sentence. Never store the result."""
    return f"{_FSI}{text}{_PDI}" if text else ""


def ltr(text: str) -> str:
    """Wrap what is read left to right also in Arabic: codes, numbers, ranges, paths. Never store it."""
    return f"{_LRI}{text}{_PDI}" if text else ""


def without_isolates(text: str) -> str:
    """Return a sentence without the marks of `iso` and `ltr`: for machines and other programs."""
    return text.replace(_FSI, "").replace(_LRI, "").replace(_PDI, "")


def has_rtl(text: str) -> bool:
    """Whether `text` has a letter that is written from right to left."""
    return _RTL.search(text) is not None


def latin_digits(text: str) -> str:
    """Return `text` with the decimal digits of every script written as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)


class _Plain(dict[int, str]):
    """The folded form of each character, once it was met: nothing of it depends on its neighbours.

    What stands before or behind a character composes with it or changes the order of marks, and marks go.
    """

    def __missing__(self, code: int) -> str:
        text = _INVISIBLE.sub("", chr(code))
        text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(map(_without_mark, text)).translate(_FOLDED).casefold()
        self[code] = text
        return text


def _without_mark(sign: str) -> str:
    if unicodedata.category(sign) == "Nd":
        return str(unicodedata.decimal(sign))
    return "" if unicodedata.combining(sign) else sign


_PLAIN = _Plain()


def fold(text: str) -> str:
    """Return the form of `text` that is searched: without case, marks, width and spelling variants.

    й becomes и and ñ becomes n: good for finding, never for telling two names apart.
    """
    text = text.casefold() if text.isascii() else text.translate(_PLAIN)
    return " ".join(text.split())


def sort_key(text: str, language: str) -> tuple[str, str, str]:
    """Return what `text` is sorted by where people who read `language` look it up; for reports and commands.

    The window sorts with Qt's collator, which gives the same order but for Chinese: here the 3,755 most
    common characters stand by their pinyin, as in the table of GB 2312, and the others behind them by code.
    """
    letters = _LETTERS.get(language, {})
    signs = (letters.get(sign) or sign.translate(_PLAIN) for sign in unicodedata.normalize("NFC", text))
    key = "".join(signs)
    if language == "zh":
        key = "".join(map(_by_pinyin, key))
    return " ".join(key.split()), text.casefold(), text.swapcase()


def _by_pinyin(sign: str) -> str:
    if sign < "\u2e80":
        return sign
    code = sign.encode("gb2312", "ignore")
    if len(code) == 2 and 0xB0 <= code[0] <= 0xD7:  # the first level of the table is in the order of pinyin
        return chr(0xF0000 + int.from_bytes(code) - 0xB000)
    return chr(0x100000 + (ord(sign) & 0xFFFF))


def reads_from_right(text: str) -> bool | None:
    """Whether `text` is read from right to left, by its first letter; None where it has no letter."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return None
