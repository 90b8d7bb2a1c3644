"""Finding choices of a long list by what is typed: by label and by code, folded in every language. No Qt."""

from collections.abc import Sequence

from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.text import fold
from habitat_desktop.xforms.itemsets import Choice

_MOST_KEPT = 8
_AT_ONCE = 4_000  # lines folded while the window waits: some milliseconds
_kept: dict[int, "Finder"] = {}


class Finder:
    """The choices of one list and their folded texts, made when first asked for.

    Places are positions in `choices`. Finding among 50,000 takes milliseconds.
    """

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        self.choices = choices
        self._lines: list[str] = []  # label, tab, code: folded; of the first choices while it is prepared
        self._place: dict[str, int] | None = None
        self._last: tuple[str, list[int]] = ("", [])

    def words(self, place: int) -> str:
        """Return what is shown of the choice at `place`: its label without markup, else its value."""
        choice = self.choices[place]
        return plain(choice.label) or choice.value

    def place_of(self, value: str) -> int:
        """Return where the choice `value` stands, -1 where it is not in the list."""
        if self._place is None:
            self._place = {choice.value: place for place, choice in enumerate(self.choices)}
        return self._place.get(value, -1)

    def find(self, typed: str) -> Sequence[int]:
        """Return the places of choices that hold every word typed, those that begin with it first."""
        text = fold(typed)
        if not text:
            return range(len(self.choices))
        lines = self._folded()
        before, found = self._last
        among: Sequence[int] = found if before and text.startswith(before) else range(len(lines))
        for word in text.split():
            among = [place for place in among if word in lines[place]]
        self._last = (text, list(among))
        first = [place for place in among if lines[place].startswith(text)]
        if not first:
            return among
        same = [place for place in first if self._is_exactly(place, text)]
        rest = set(first)
        return [
            *same,
            *(place for place in first if place not in same),
            *(place for place in among if place not in rest),
        ]

    def exactly(self, typed: str) -> int:
        """Return the place of the choice that `typed` means, by label or by code; the only one found will do.

        -1 where there is none, or several.
        """
        text = fold(typed)
        found = self.find(typed) if text else ()
        same = [place for place in found if self._is_exactly(place, text)]
        if same:
            return same[0]
        return found[0] if len(found) == 1 else -1

    def _is_exactly(self, place: int, text: str) -> bool:
        label, _tab, code = self._folded()[place].partition("\t")
        return text in (label, code)

    def prepare(self, count: int = _AT_ONCE) -> bool:
        """Fold the next `count` choices ahead of the first search; True while some are left."""
        start = len(self._lines)
        for choice in self.choices[start : start + count]:
            self._lines.append(f"{fold(plain(choice.label) or choice.value)}\t{fold(choice.value)}")
        return len(self._lines) < len(self.choices)

    def _folded(self) -> list[str]:
        self.prepare(len(self.choices))
        return self._lines


def finder(choices: tuple[Choice, ...]) -> Finder:
    """Return the finder of this list; the same one for the same list, so that it is folded once."""
    known = _kept.get(id(choices))
    if known is None or known.choices is not choices:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        known = _kept[id(choices)] = Finder(choices)
    return known
