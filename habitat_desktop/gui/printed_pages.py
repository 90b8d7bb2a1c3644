"""Puts a paper on pages and paints them: on a printer, into a PDF, or on the screen. Lengths are points."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from habitat_desktop.gui import printed_text as look
from habitat_desktop.gui.printed_blocks import Layout, Pen
from habitat_desktop.gui.printed_ink import Box, Ink, Rule, Side, Squares
from habitat_desktop.gui.printed_text import Lines
from habitat_desktop.i18n.catalogues import gettext_in
from habitat_desktop.i18n.text import ltr
from habitat_desktop.paper.document import Paper, PaperSize, Words
from habitat_desktop.paper.qr import modules
from habitat_desktop.progress import Progress

SIZES: dict[PaperSize, tuple[float, float]] = {"A4": (595.0, 842.0), "Letter": (612.0, 792.0)}
_MARGIN = 45.0
_HEAD, _FOOT = 22.0, 22.0
_QR = 76.0
_LEAST = 0.5  # of a page: a strip that is higher may be cut in two, a lower one goes to the next page


@dataclass(frozen=True)
class Page:
    """One page: strips with their places from the top of the text; `number` is counted from 1."""

    boxes: Sequence[tuple[float, Box]]
    number: int


@dataclass(frozen=True)
class Pages:
    """The pages of one paper, ready to be painted."""

    paper: Paper
    size: PaperSize
    pages: Sequence[Page]
    lines: Lines

    def paint(self, painter: QPainter, index: int) -> None:
        """Paint the page at `index`; the painter counts in points, from the corner of the paper."""
        width = SIZES[self.size][0]
        side = Side(width - 2 * _MARGIN, self.lines.right_to_left)
        page = self.pages[index]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_MARGIN, _MARGIN)
        for ink in self._running(page.number, side.width):
            ink.paint(painter, side)
        painter.translate(0, _HEAD)
        for top, box in page.boxes:
            painter.translate(0, top)
            for ink in box.inks:
                ink.paint(painter, side)
            painter.translate(0, -top)
        painter.restore()

    def _running(self, number: int, width: float) -> list[Ink]:
        """Return what stands above and below the text of every page."""
        height = SIZES[self.size][1] - 2 * _MARGIN
        lay, paper = self.lines.lay, self.paper
        inks: list[Ink] = [*lay(paper.head, width * 0.7, look.SMALL)[0][:1]]
        if paper.mark:
            inks += self._at_the_end(paper.mark, width * 0.3, width, 0, look.Style(8, strong=True))
        inks.append(Rule(0, 14, width))
        # Translators: at the foot of a printed page, such as "Page 3 of 12".
        text = gettext_in(self.lines.language, "Page {number} of {count}")
        text = text.format(number=ltr(str(number)), count=ltr(str(len(self.pages))))
        inks += lay(paper.foot, width * 0.7, look.SMALL, top=height - 11)[0][:1]
        inks += self._at_the_end(text, width * 0.3, width, height - 11, look.SMALL)
        return inks

    def _at_the_end(self, text: str, room: float, width: float, top: float, style: look.Style) -> list[Ink]:
        used = min(self.lines.natural(text, style) + 1, room)
        return list(self.lines.lay(text, used, style, x=width - used, top=top)[0][:1])


def lay_out(paper: Paper, size: PaperSize, progress: Progress | None = None) -> Pages:
    """Put a paper on pages.

    Raises:
        Cancelled: through `progress`, which counts blocks.
    """
    progress = progress or Progress()
    lines = Lines(paper.language)
    width, height = SIZES[size]
    width, room = width - 2 * _MARGIN, height - 2 * _MARGIN - _HEAD - _FOOT
    layout = Layout(paper, lines, width)
    pages = _Filling(room)
    pages.add([_title(paper, layout, lines, width)])
    total = len(paper.blocks)
    waiting: list[Box] = []
    for number, block in enumerate(paper.blocks):
        progress.step(number, total)
        for count, box in enumerate(layout.boxes([block])):
            if count % 50 == 49:
                progress.step(number, total)
            waiting.append(box)
            if not box.keeps_next:
                pages.add(waiting)
                waiting = []
    pages.add(waiting)
    made = [Page(boxes, number) for number, boxes in enumerate(pages.pages, 1)]
    return Pages(paper, size, made, lines)


class _Filling:
    """Fills pages with strips that are `room` high together."""

    def __init__(self, room: float) -> None:
        self._room = room
        self._at = 0.0
        self.pages: list[list[tuple[float, Box]]] = [[]]

    def add(self, together: Sequence[Box]) -> None:
        """Add strips that belong on one page, where they fit on one."""
        whole = sum(box.height for box in together)
        if self._at and self._at + whole > self._room and whole <= self._room * _LEAST:
            self._turn()
        for box in together:
            self._place(box)

    def _place(self, box: Box) -> None:
        if self._at == 0.0 and box.head is not None:
            self._put(box.head)
        while self._at + box.height > self._room:
            parts = None
            if box.height > self._room * _LEAST:
                parts = box.split(self._room - self._at)
            if parts is None:
                if self._at == 0.0 or (box.head is not None and self._at <= box.head.height):
                    break  # higher than a page, and nowhere to cut
                self._turn()
                if box.head is not None:
                    self._put(box.head)
                continue
            self._put(parts[0])
            self._turn()
            box = parts[1]
        self._put(box)

    def _put(self, box: Box) -> None:
        self.pages[-1].append((self._at, box))
        self._at += box.height

    def _turn(self) -> None:
        self.pages.append([])
        self._at = 0.0


def _title(paper: Paper, layout: Layout, lines: Lines, width: float) -> Box:
    """Return the title with the facts below it, and the code of the record at its end."""
    room = width - _QR - 16 if paper.code else width
    pen = Pen([], 4)
    layout.words(pen, paper.title, 0, room, look.TITLE)
    pen.at += 6
    begin = pen.at
    half = room / 2
    count = (len(paper.facts) + 1) // 2
    ends = [begin]
    for column in range(2):
        pen.at = begin
        for fact in paper.facts[column * count : (column + 1) * count]:
            x = column * half
            top = pen.at
            layout.words(pen, fact.title, x, half * 0.36, look.SMALL)
            end = pen.at
            pen.at = top
            if fact.text:
                layout.words(pen, Words(fact.text), x + half * 0.38, half * 0.58, look.CELL)
            else:
                pen.inks.append(Rule(x + half * 0.38, top + 14, half * 0.56, token="border_strong"))
                pen.at += 20
            pen.at = max(end, pen.at) + 2
        ends.append(pen.at)
    pen.at = max(ends)
    if paper.code:
        pen.inks.append(Squares(width - _QR, 4, _QR, modules(paper.code)))
        made, height = lines.lay(
            ltr(paper.label),
            _QR + 20,
            look.Style(8, strong=True),
            x=width - _QR - 10,
            top=_QR + 5,
            centred=True,
        )
        pen.inks += made
        pen.at = max(pen.at, _QR + 5 + height)
    return Box(pen.at + 6, pen.inks)
