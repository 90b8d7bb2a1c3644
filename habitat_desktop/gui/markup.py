"""The markup of ODK labels: `rich` gives it to the window as safe HTML, `plain` leaves it out. No Qt.

Known are **bold**, __bold__, *italic*, _italic_, headings with #, [links](https://…), line breaks, a
backslash before a sign that is meant as it stands, and <span style="color: …; font-family: …">. The tags b,
strong, i, em, u, br, p and h1 to h6 are taken as well. Everything else is shown as it is written.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape

_KEPT = "\ue000"  # opens and closes the number of a sign that is meant as it stands
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>])")
# none of these looks twice at the same signs: a text of 20,000 signs takes milliseconds
_STRONG = re.compile(
    r"\*\*(?=[^\s*])((?:[^*\n]|\*(?!\*))+)(?<=\S)\*\*|(?<!\w)__(?=[^\s_])((?:[^_\n]|_(?!_))+)(?<=\S)__(?!\w)"
)
_EMPHASIS = re.compile(
    r"(?<!\d)\*(?=[^\s*])([^*\n]+)(?<=\S)\*(?!\d)|(?<!\w)_(?=[^\s_])([^_\n]+)(?<=\S)_(?!\w)"
)  # digits: 2*3*4 is a product
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(\s*((?:https?://|mailto:|tel:)[^\s()<>\"']+)\s*\)", re.IGNORECASE)
_HEADING = re.compile(r"^[ \t]{0,3}(#{1,6})[ \t]+(\S.*)$", re.MULTILINE)
_TAG = re.compile(r"<(/?)(span|strong|b|em|i|u|p|br|h[1-6])((?:\s[^<>]*)?)/?>", re.IGNORECASE)
_STYLE = re.compile(r"style\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?|[a-z]{3,24}", re.IGNORECASE)
_FONT = re.compile(r"[\w ,\-]{1,80}")
_SIGNS = re.compile(r"[*_#\[<\\]")
_NAMES = {"strong": "b", "em": "i"}


def has_markup(text: str) -> bool:
    """Whether anything in `text` would be shown otherwise than it is written."""
    return _SIGNS.search(text) is not None and _parts(text) != (text, None)


def plain(text: str) -> str:
    """Return `text` without its markup, for titles, lists and screen readers."""
    if _SIGNS.search(text) is None:
        return text
    return _parts(text)[0]


def rich(text: str) -> str:
    """Return `text` as HTML in which nothing is alive but its markup."""
    if _SIGNS.search(text) is not None:
        shown = _parts(text)[1]
        if shown is not None:
            return shown
    return escape(text).replace("\n", "<br>")


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[str, str | None]:
    """Return `text` without its markup, and as HTML or None where there is no markup."""
    if _KEPT in text:
        return text, None
    html = _Converter(lambda opening, closing: (opening, closing), escape).convert(text)
    words = _Converter(lambda opening, closing: ("", ""), str).convert(text)
    return words, (html.replace("\n", "<br>") if html != escape(text) else None)


class _Converter:
    """Puts every tag aside under a number, so that no later pattern sees into what an earlier one made."""

    def __init__(self, tags: Callable[[str, str], tuple[str, str]], escaped: Callable[[str], str]) -> None:
        self._tags, self._escaped = tags, escaped
        self._aside: list[str] = []

    def convert(self, text: str) -> str:
        text = _ESCAPED.sub(lambda m: self._put(self._escaped(m[1])), text)
        text = _LINK.sub(lambda m: self._around(f'<a href="{escape(m[2])}">', m[1], "</a>"), text)
        text = self._written_tags(text)
        text = _HEADING.sub(lambda m: self._around(_heading(len(m[1])), m[2], "</b>"), text)
        text = _STRONG.sub(lambda m: self._around("<b>", m[1] or m[2], "</b>"), text)
        text = _EMPHASIS.sub(lambda m: self._around("<i>", m[1] or m[2], "</i>"), text)
        text = self._escaped(text)
        return re.sub(f"{_KEPT}(\\d+){_KEPT}", lambda m: self._aside[int(m[1])], text)

    def _put(self, shown: str) -> str:
        self._aside.append(shown)
        return f"{_KEPT}{len(self._aside) - 1}{_KEPT}"

    def _around(self, opening: str, words: str, closing: str) -> str:
        before, after = self._tags(opening, closing)
        return f"{self._put(before)}{words}{self._put(after)}"

    def _written_tags(self, text: str) -> str:
        """Take the tags that stand in pairs; one without its partner is shown as it is written."""
        found = list(_TAG.finditer(text))
        replaced: dict[int, str] = {}
        opened: list[tuple[str, int]] = []
        for number, tag in enumerate(found):
            name = _NAMES.get(tag[2].lower(), tag[2].lower())
            if name == "br":
                replaced[number] = "\n"
            elif not tag[1]:
                opened.append((name, number))
            elif opened and opened[-1][0] == name:
                start = opened.pop()[1]
                pair = self._tags(_opening(name, found[start][3]), _closing(name))
                ends = ("", "\n" if name == "p" and text[tag.end() :].strip() else "")
                for place, one, end in zip((start, number), pair, ends, strict=True):
                    replaced[place] = self._put(one) + end
        pieces, at = [], 0
        for number, tag in enumerate(found):
            pieces += [text[at : tag.start()], replaced.get(number, tag[0])]
            at = tag.end()
        return "".join([*pieces, text[at:]])


def _opening(name: str, attributes: str) -> str:
    if name in ("b", "i", "u"):
        return f"<{name}>"
    if name.startswith("h"):
        return _heading(int(name[1]))
    found = _STYLE.search(attributes)
    style = _safe_style((found[1] or found[2] or "") if found else "")
    return f'<span style="{style}">' if style else "<span>"


def _closing(name: str) -> str:
    return f"</{'b' if name.startswith('h') else 'span' if name == 'p' else name}>"


def _safe_style(style: str) -> str:
    """Return of `style` the colour and the font alone."""
    kept = []
    for one in style.split(";"):
        name, _colon, value = (part.strip() for part in one.partition(":"))
        known = {"color": _COLOUR, "font-family": _FONT}.get(name.lower())
        if known is not None and known.fullmatch(value):
            kept.append(f"{name.lower()}:{value}")
    return ";".join(kept)


def _heading(level: int) -> str:
    size = {1: "x-large", 2: "large"}.get(level, "medium")
    return f'<b style="font-size:{size}">'
