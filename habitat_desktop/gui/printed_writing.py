"""Room to write answers by hand: boxes and lines that fit what is asked. Lengths are points."""

from collections.abc import Sequence

from habitat_desktop.gui import printed_text as look
from habitat_desktop.gui.printed_ink import Frame, Ink, Rule
from habitat_desktop.gui.printed_text import Lines
from habitat_desktop.i18n.catalogues import gettext_in, pgettext_in
from habitat_desktop.i18n.languages import languages
from habitat_desktop.paper.document import Measure, Paper, Room, Words

_HIGH = 20.0
_SIGN = 15.0  # room for one figure
_LINES = 4
_LINE = 21.0
_DRAWING = 110.0


class Rooms:
    """Draws room to write, in the language of one paper."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    @staticmethod
    def is_wide(room: Room) -> bool:
        """Whether the answer needs the whole width, below the question."""
        return room.measure in ("long", "drawing")

    def write(self, inks: list[Ink], room: Room, x: float, top: float, width: float, paper: Paper) -> float:
        """Add the room at `x` and `top` to `inks` and return where it ends."""
        match room.measure:
            case "long":
                for number in range(1, _LINES + 1):
                    inks.append(Rule(x, top + number * _LINE, width, token="border_strong"))
                end = top + _LINES * _LINE
            case "drawing":
                inks.append(Frame(x, top, min(width, 300), _DRAWING))
                end = top + _DRAWING
            case "date" | "month" | "year" | "time" | "moment":
                end = self._figures(inks, room.measure, x, top)
            case "place":
                end = self._place(inks, x, top, width)
            case "number":
                inks.append(Frame(x, top, 110, _HIGH))
                end = self._unit(inks, room.unit, x + 116, top, width - 116, paper)
            case _:
                inks.append(Rule(x, top + _HIGH - 3, width, token="border_strong"))
                end = top + _HIGH
        if room.note:
            end = self._below(inks, room.note, x, end + 1, width, paper)
        return end

    def _unit(self, inks: list[Ink], unit: Words, x: float, top: float, width: float, paper: Paper) -> float:
        end = top + _HIGH
        return max(end, self._below(inks, unit, x, top + 4, width, paper)) if unit else end

    def _below(
        self, inks: list[Ink], words: Words, x: float, top: float, width: float, paper: Paper
    ) -> float:
        for text, language in ((words.text, paper.language), (words.also, paper.also)):
            if text:
                made, height = self._lines.lay(text, width, look.SMALL, x=x, top=top, language=language)
                inks += made
                top += height
        return top

    def _figures(self, inks: list[Ink], measure: Measure, x: float, top: float) -> float:
        """Draw one box for each figure of a date or a time, with what it is below."""
        at = x
        for key, count in _figures(measure, self._lines.language):
            for _figure in range(count):
                inks.append(Frame(at, top, _SIGN, _HIGH))
                at += _SIGN
            name = _name(key, self._lines.language)
            if name:
                wide = count * _SIGN + 10
                made, _height = self._lines.lay(
                    name, wide, look.SMALL, x=at - count * _SIGN - 5, top=top + _HIGH + 1, centred=True
                )
                inks += made
            at += 10
        return top + _HIGH + 13

    def _place(self, inks: list[Ink], x: float, top: float, width: float) -> float:
        spoken = self._lines.language
        names = (gettext_in(spoken, "Latitude"), gettext_in(spoken, "Longitude"))
        room = max(self._lines.natural(name, look.SMALL) for name in names) + 8
        for name in names:
            made, _height = self._lines.lay(name, room, look.SMALL, x=x, top=top + 5)
            inks += made
            inks.append(Frame(x + room, top, min(width - room, 130), _HIGH))
            top += _HIGH + 4
        return top


def _figures(measure: Measure, language: str) -> Sequence[tuple[str, int]]:
    """Return the parts of a date or a time, in the order people write them, with their figures."""
    pattern = languages()[language].date_short
    year_first = pattern.find("{y}") < pattern.find("{d")
    day, month, year = ("day", 2), ("month", 2), ("year", 4)
    clock = (("hour", 2), ("minute", 2))
    match measure:
        case "year":
            return (year,)
        case "month":
            return (year, month) if year_first else (month, year)
        case "time":
            return clock
        case "moment":
            return (*((year, month, day) if year_first else (day, month, year)), *clock)
        case _:
            return (year, month, day) if year_first else (day, month, year)


def _name(key: str, language: str) -> str:
    # Translators: below the boxes for the figures of a date or time on a printed form.
    names = {
        "day": pgettext_in(language, "part of a date", "day"),
        "month": pgettext_in(language, "part of a date", "month"),
        "year": pgettext_in(language, "part of a date", "year"),
        "hour": pgettext_in(language, "part of a time", "hour"),
        "minute": pgettext_in(language, "part of a time", "minute"),
    }
    return names.get(key, "")
