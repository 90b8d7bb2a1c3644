"""Lays texts out for paper, in tenths of a point: the same lines whatever they are painted on later."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QTextLayout, QTextOption

from habitat_desktop.gui import theme
from habitat_desktop.gui.printed_ink import TENTHS, TextLine
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import reads_from_right

_PIECE = 2_000  # signs laid out together: time grows faster than the text
_AROUND = 1.15  # height of a line beside that of its letters


@dataclass(frozen=True)
class Style:
    """How a text looks: its size in points, weight and colour."""

    size: float
    strong: bool = False
    token: str = "text"


TITLE = Style(16, strong=True, token="accent")
SECTION = Style(12.5, strong=True, token="accent")
GROUP = Style(10.5, strong=True)
ENTRY = Style(10, strong=True, token="text_muted")
BODY = Style(9.5)
LABEL = Style(9)
STRONG = Style(9.5, strong=True)
MUTED = Style(9, token="text_muted")
SMALL = Style(8, token="text_muted")
CELL = Style(8.5)
HEAD_CELL = Style(8, strong=True)
CONDITION = Style(8.5, strong=True, token="accent")
WARNING = Style(8.5, token="warning")
ERROR = Style(8.5, token="error")


def also(style: Style) -> Style:
    """Return how the second language looks below the first."""
    return Style(max(style.size * 0.84, 7.0), token="text_muted")


class Lines:
    """Makes lines of text in the fonts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.right_to_left = languages()[language].direction == "rtl"

    def lay(
        self,
        text: str,
        width: float,
        style: Style = BODY,
        *,
        x: float = 0.0,
        top: float = 0.0,
        language: str = "",
        is_written: bool = False,
        to_the_right: bool = False,
        centred: bool = False,
    ) -> tuple[list[TextLine], float]:
        """Return the lines of `text` in a column at `x`, and how high they are together.

        `language` is that of the text, by default of the paper. `is_written`: somebody wrote it, so it runs
        from the side of its first letter. `to_the_right`: on the physical right, as numbers stand.
        """
        spoken = language or self.language
        from_right = languages()[spoken].direction == "rtl"
        if is_written:
            first = reads_from_right(text)
            from_right = from_right if first is None else first
        option = QTextOption()
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
        )
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setAlignment(self._alignment(from_right, to_the_right, centred))
        font = _font(spoken, style.size, style.strong)
        if is_written and from_right != self.right_to_left and self.natural(text[:_PIECE], style) > width:
            option.setAlignment(Qt.AlignmentFlag.AlignLeading)  # a paragraph stands on the side it runs from
        found: list[TextLine] = []
        here = top
        for piece in _pieces(text):
            layout = QTextLayout(piece, font)
            layout.setTextOption(option)
            layout.setCacheEnabled(True)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width * TENTHS)
                height = line.height() / TENTHS * _AROUND
                found.append(TextLine(x, here, width, height, line, layout, style.token))
                here += height
            layout.endLayout()
        return found, here - top

    def natural(self, text: str, style: Style) -> float:
        """Return how wide `text` is in one line."""
        layout = QTextLayout(text, _font(self.language, style.size, style.strong))
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        return line.naturalTextWidth() / TENTHS if line.isValid() else 0.0

    def _alignment(self, from_right: bool, to_the_right: bool, centred: bool) -> Qt.AlignmentFlag:
        if to_the_right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        if centred:
            return Qt.AlignmentFlag.AlignHCenter
        # the text of another language runs its own way, and its lines begin where those of the paper do
        side = Qt.AlignmentFlag.AlignRight if self.right_to_left else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignAbsolute


def _pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces: its paragraphs, those that are very long cut between words."""
    for paragraph in text.split("\n"):
        while len(paragraph) > _PIECE:
            end = paragraph.rfind(" ", _PIECE // 2, _PIECE)
            end = end if end > 0 else _PIECE
            yield paragraph[:end]
            paragraph = paragraph[end:].lstrip(" ")
        yield paragraph or " "


@lru_cache(maxsize=64)
def _font(language: str, size: float, strong: bool) -> QFont:
    known = set(QFontDatabase.families())
    wanted = dict.fromkeys([*theme.families(language), *_OTHERS])
    font = QFont([one for one in wanted if one in known] or ["sans-serif"])
    font.setPixelSize(round(size * TENTHS))
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


_OTHERS = (
    "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans CJK SC", "Microsoft YaHei",
    "PingFang SC", "WenQuanYi Zen Hei", "Droid Sans Fallback", "DejaVu Sans", "Arial",
)  # fmt: skip
