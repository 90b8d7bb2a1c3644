"""Turns the blocks of a paper into strips of the page, one below the other. Lengths are points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from habitat_desktop.gui import printed_text as look
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.printed_ink import Box, Frame, Ink, Photo, Rule
from habitat_desktop.gui.printed_text import Lines, Style
from habitat_desktop.gui.printed_writing import Rooms
from habitat_desktop.paper.document import (
    Answer,
    Block,
    Body,
    Boxes,
    Choice,
    Entries,
    Heading,
    Item,
    Message,
    Note,
    OnlyIf,
    Paper,
    Picture,
    Room,
    Said,
    Signatures,
    Words,
)

_LABELS = 0.44  # of the width, for what is asked; the rest is for the answer
_GAP = 12.0
_PAD = 4.0
_INSET = 10.0  # of what stands under a condition
_TICK = 9.0
_PICTURE = QSize(200, 130)
_STYLES = {1: look.SECTION, 2: look.GROUP, 3: look.ENTRY}
_ABOVE = {1: 16.0, 2: 10.0, 3: 10.0}
_MESSAGES = {"warning": look.WARNING, "error": look.ERROR, "query": look.WARNING, "remark": look.SMALL}
_EDGES = {"warning": "warning_mark", "error": "error", "query": "warning_mark", "remark": "border_strong"}
_TALL = 34.0  # of a line to sign on
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


@dataclass
class Pen:
    """Where the next thing is written: inks gathered from the top down."""

    inks: list[Ink]
    at: float = 0.0


class Layout:
    """Lays out the blocks of one paper in a column `width` wide."""

    def __init__(self, paper: Paper, lines: Lines, width: float) -> None:
        self._paper, self._lines, self._width = paper, lines, width
        self._rooms = Rooms(lines)

    def boxes(self, blocks: Sequence[Block], x: float = 0.0) -> Iterator[Box]:
        """Yield the strips of `blocks`, which begin at `x`."""
        for block in blocks:
            match block:
                case Heading():
                    yield self._heading(block, x)
                case Note():
                    yield self._note(block, x)
                case Item():
                    yield self._item(block, x)
                case OnlyIf():
                    yield from self._only_if(block, x)
                case Entries():
                    yield from self._entries(block, x)
                case Signatures():
                    yield from self._signatures(block, x)

    # texts

    def words(
        self, pen: Pen, words: Words, x: float, width: float, style: Style, *, to_the_right: bool = False
    ) -> None:
        """Write a text, in both languages where it has them."""
        if words.text:
            made, height = self._lines.lay(
                plain(words.text), width, style, x=x, top=pen.at, to_the_right=to_the_right
            )
            pen.inks += made
            pen.at += height
        if words.also:
            made, height = self._lines.lay(
                plain(words.also), width, look.also(style), x=x, top=pen.at,
                language=self._paper.also, to_the_right=to_the_right,
            )  # fmt: skip
            pen.inks += made
            pen.at += height

    def written(self, pen: Pen, text: str, x: float, width: float, style: Style) -> None:
        """Write what somebody wrote: it runs from the side of its first letter."""
        made, height = self._lines.lay(text, width, style, x=x, top=pen.at, is_written=True)
        pen.inks += made
        pen.at += height

    # headings and notes

    def _heading(self, heading: Heading, x: float) -> Box:
        pen = Pen([], _ABOVE[heading.level])
        self.words(pen, heading.words, x, self._width - x, _STYLES[heading.level])
        if heading.level == 1:
            pen.at += 3
            pen.inks.append(Rule(x, pen.at, self._width - x, token="accent", thickness=1.0))
        pen.at += 3
        return Box(pen.at, pen.inks, keeps_next=True)

    def _note(self, note: Note, x: float) -> Box:
        pen = Pen([], 4)
        self.words(pen, note.words, x, self._width - x, look.SMALL if note.is_quiet else look.LABEL)
        return Box(pen.at + 4, pen.inks)

    def _only_if(self, block: OnlyIf, x: float) -> Iterator[Box]:
        """Yield the condition and what stands under it, with a line along its edge."""
        pen = Pen([], 6)
        self.words(pen, block.condition, x + _INSET, self._width - x - _INSET, look.CONDITION)
        head = Box(pen.at + 1, pen.inks, keeps_next=True)
        inner = [head, *self.boxes(block.blocks, x + _INSET)]
        for box in inner:
            top = 6.0 if box is head else 0.0
            box.inks.append(Frame(x, top, 2.0, box.height - top, edge="", ground="accent_mark"))
            yield box

    # questions

    def _item(self, item: Item, x: float) -> Box:
        width = self._width - x
        is_wide = any(isinstance(one, Room) and self._rooms.is_wide(one) for one in item.body)
        label_width = width if is_wide else self._width * _LABELS - _GAP - x
        label = Pen([], _PAD)
        self._label(label, item, x, label_width)
        answer = Pen([], label.at + 3 if is_wide else _PAD)
        answer_x = x if is_wide else self._width * _LABELS
        for body in item.body:
            self._body(answer, body, answer_x, self._width - answer_x, is_quiet=item.is_quiet)
        pen = Pen([*label.inks, *answer.inks], max(label.at, answer.at))
        for message in item.messages:
            self._message(pen, message, x)
        pen.at += _PAD
        pen.inks.append(Rule(x, pen.at, width))
        return Box(pen.at, pen.inks)

    def _label(self, pen: Pen, item: Item, x: float, width: float) -> None:
        words = item.label
        if item.is_required and words.text:
            words = Words(f"{words.text} *", words.also)
        self.words(pen, words, x, width, look.MUTED if item.is_quiet else look.LABEL)
        if item.hint:
            pen.at += 1
            self.words(pen, item.hint, x, width, look.SMALL)

    def _message(self, pen: Pen, message: Message, x: float) -> None:
        pen.at += 4
        top = pen.at
        self.words(pen, message.words, x + _INSET, self._width - x - _INSET, _MESSAGES[message.kind])
        if message.reply:
            self.written(pen, message.reply, x + _INSET, self._width - x - _INSET, look.CELL)
        pen.inks.append(Frame(x + 3, top, 1.6, pen.at - top, edge="", ground=_EDGES[message.kind]))

    def _body(self, pen: Pen, body: Body, x: float, width: float, *, is_quiet: bool) -> None:
        match body:
            case Answer():
                self._answer(pen, body, x, width, is_quiet)
            case Said():
                style = look.MUTED if body.is_missing or is_quiet else look.STRONG
                self.words(pen, body.words, x, width, style)
            case Boxes():
                self._choices(pen, body, x, width)
            case Picture():
                self._picture(pen, body, x, width)
            case Room():
                pen.at = self._rooms.write(pen.inks, body, x, pen.at, width, self._paper)

    def _answer(self, pen: Pen, answer: Answer, x: float, width: float, is_quiet: bool) -> None:
        style = look.MUTED if is_quiet else look.STRONG
        if not answer.is_number:
            self.written(pen, answer.text, x, width, style)
            return
        # a number runs from the left in every language and stands where the answers of the paper begin
        room = min(self._lines.natural(answer.text, style) + 1, width)
        made, height = self._lines.lay(answer.text, room, style, x=x, top=pen.at)
        pen.inks += made
        if answer.unit:
            after = Pen([], pen.at + 0.4)
            self.words(after, answer.unit, x + room + 5, max(width - room - 5, 40), look.MUTED)
            pen.inks += after.inks
            height = max(height, after.at - pen.at)
        pen.at += height

    def _choices(self, pen: Pen, boxes: Boxes, x: float, width: float) -> None:
        columns = self._columns(boxes, width)
        each = width / columns
        ends = pen.at
        rows = -(-len(boxes.choices) // columns)
        start = pen.at
        heights = [0.0] * rows
        made: list[list[Pen]] = [[] for _row in range(rows)]
        for number, choice in enumerate(boxes.choices):
            row, column = number % rows, number // rows
            part = Pen([], 0)
            self._choice(part, choice, boxes, x + column * each, each)
            heights[row] = max(heights[row], part.at)
            made[row].append(part)
        for parts, height in zip(made, heights, strict=True):
            for part in parts:
                box = Box(part.at)
                for ink in part.inks:
                    box.shifted(ink, 0, start)
                pen.inks += box.inks
            start += height + 2.5
            ends = start
        pen.at = ends

    def _columns(self, boxes: Boxes, width: float) -> int:
        if len(boxes.choices) < 5:
            return 1
        room = width / 2 - _TICK - 16
        longest = max(self._lines.natural(plain(one.words.text), look.BODY) for one in boxes.choices)
        return 2 if longest <= room and not any(one.words.also for one in boxes.choices) else 1

    def _choice(self, pen: Pen, choice: Choice, boxes: Boxes, x: float, width: float) -> None:
        if choice.rank:
            made, _height = self._lines.lay(f"{choice.rank}.", 14, look.STRONG, x=x, top=0)
            pen.inks += made
        else:
            size = _TICK + 5 if boxes.is_ranked else _TICK
            is_round = not boxes.is_several and not boxes.is_ranked
            pen.inks.append(Frame(x, 1.6, size, _TICK, is_round=is_round, is_ticked=choice.is_chosen))
        inset = _TICK + 7 + (5 if boxes.is_ranked else 0)
        style = look.STRONG if choice.is_chosen else look.BODY
        self.words(pen, choice.words, x + inset, width - inset - 4, style)

    def _picture(self, pen: Pen, picture: Picture, x: float, width: float) -> None:
        image = thumbnail(picture)
        if image is not None:
            shown = image.size().scaled(_PICTURE, _KEEP) if image.width() > _PICTURE.width() else image.size()
            shown = shown.scaled(min(shown.width(), int(width)), _PICTURE.height(), _KEEP)
            pen.inks.append(Photo(x, pen.at, shown.width(), shown.height(), image))
            pen.at += shown.height() + 3
        if picture.name:
            self.written(pen, picture.name, x, width, look.CELL)

    # tables

    def _entries(self, table: Entries, x: float) -> Iterator[Box]:
        whole = sum(column.share for column in table.columns)
        width = self._width - x
        widths = [width * column.share / whole for column in table.columns]
        head = self._row([Said(column.title) for column in table.columns], table, widths, x, is_head=True)
        head.keeps_next = True
        yield head
        for row in table.rows:
            box = self._row(row, table, widths, x)
            box.head = head
            yield box

    def _row(
        self,
        cells: Sequence[Answer | Said | None],
        table: Entries,
        widths: Sequence[float],
        x: float,
        *,
        is_head: bool = False,
    ) -> Box:
        inks: list[Ink] = []
        height = 22.0 if any(cell is None for cell in cells) else 0.0
        left = x
        edges = []
        for cell, column, width in zip(cells, table.columns, widths, strict=True):
            pen = Pen([], 3)
            room = max(width - 8, 10)
            if isinstance(cell, Said):
                style = look.HEAD_CELL if is_head else look.MUTED if cell.is_missing else look.CELL
                is_right = column.is_number and is_head
                self.words(pen, cell.words, left + 4, room, style, to_the_right=is_right)
            elif isinstance(cell, Answer) and cell.is_number:
                made, tall = self._lines.lay(
                    cell.text, room, look.CELL, x=left + 4, top=pen.at, to_the_right=True
                )
                pen.inks += made
                pen.at += tall
            elif cell is not None:
                self.written(pen, cell.text, left + 4, room, look.CELL)
            inks += pen.inks
            height = max(height, pen.at + 3)
            left += width
            edges.append(left)
        box = Box(height)
        if is_head:
            box.inks.append(Frame(x, 0, sum(widths), height, edge="", ground="sunken"))
        box.inks += inks
        box.inks.append(Rule(x, height, sum(widths), token="border_strong", thickness=0.4))
        box.inks += [Rule(edge, 0, height=height, token="border") for edge in (x, *edges)]
        if is_head:
            box.inks.append(Rule(x, 0, sum(widths), token="border_strong", thickness=0.4))
        return box

    def _signatures(self, block: Signatures, x: float) -> Iterator[Box]:
        """Yield lines to sign on, all on one page."""
        yield Box(18, [], keeps_next=True)
        shares = (0.17, 0.25, 0.2, 0.14, 0.24)
        width = self._width - x
        places = [x]
        for share in shares:
            places.append(places[-1] + width * share)
        head = Pen([], 0)
        tops = []
        for number, title in enumerate(block.fields, 1):
            pen = Pen([], 0)
            self.words(pen, title, places[number] + 4, width * shares[number] - 8, look.SMALL)
            head.inks += pen.inks
            tops.append(pen.at)
        yield Box(max(tops, default=0) + 2, head.inks, keeps_next=True)
        for number, title in enumerate(block.titles):
            pen = Pen([], 8)
            self.words(pen, title, x, width * shares[0] - 6, look.LABEL)
            rules: list[Ink] = [
                Rule(place + 4, _TALL - 4, width * share - 8, token="border_strong")
                for place, share in zip(places[1:], shares[1:], strict=False)
            ]
            yield Box(max(pen.at, _TALL), [*pen.inks, *rules], keeps_next=number < len(block.titles) - 1)


def thumbnail(picture: Picture) -> QImage | None:
    """Read a picture no larger than it is printed; None for what is none, or has vanished."""
    reader = QImageReader(str(picture.path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and (size.width() > 4 * _PICTURE.width() or size.height() > 4 * _PICTURE.height()):
        reader.setScaledSize(size.scaled(_PICTURE * 3, _KEEP))
    image = reader.read()
    return None if image.isNull() else image
