"""Finding choices of a long list by what is typed: by label and by code, folded in every language. No Qt."""

from collections.abc import Sequence

from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.text import fold
from habitat_desktop.xforms.itemsets import Choice

_MOST_KEPT = 8
_MOST_RANKED = 5_000  # of more lines found, no person looks for the best one by eye
_MOST_REMEMBERED = 500_000  # places
_AT_ONCE = 4_000  # lines folded while the window waits: some milliseconds
_kept: dict[int, "Finder"] = {}


class Finder:
    """The choices of one list and their folded texts, made when first asked for.

    Places are positions in `choices`. Finding among 50,000 takes milliseconds.
    """

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        self.choices = choices
        self._lines: list[str] = []  # label, tab, code: folded; of the first choices while it is prepared
        self._exact: dict[str, int] = {}  # folded label or code -> the first place that has it
        self._place: dict[str, int] | None = None
        self._known: dict[str, Sequence[int]] = {}  # text -> places that hold its words

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
        among = self._known.get(text)
        if among is None:
            among = self._holding(text)
            if sum(map(len, self._known.values())) > _MOST_REMEMBERED:
                self._known.clear()
            self._known[text] = among
        return self._best_first(text, among)

    def _holding(self, text: str) -> Sequence[int]:
        """Return the places whose lines hold every word of `text`, going on from what was typed before."""
        lines = self._folded()
        before = max((known for known in self._known if text.startswith(known)), key=len, default="")
        among: Sequence[int] = self._known[before] if before else range(len(lines))
        for word in text.split()[max(0, len(before.split()) - 1) :]:
            among = [place for place in among if word in lines[place]]
        return among

    def _best_first(self, text: str, among: Sequence[int]) -> Sequence[int]:
        """Put what is exactly the text first, then what begins with it; a long list keeps its order."""
        lines, exact = self._lines, self._exact.get(text, -1)
        if len(among) > _MOST_RANKED:
            return [exact, *(place for place in among if place != exact)] if exact >= 0 else among
        begins = [place for place in among if place != exact and lines[place].startswith(text)]
        rest = {exact, *begins}
        others = [place for place in among if place not in rest]
        return [*([exact] if exact >= 0 else []), *begins, *others]

    def exactly(self, typed: str) -> int:
        """Return the place of the choice that `typed` means, by label or by code; the only one found will do.

        -1 where there is none, or several.
        """
        text = fold(typed)
        found = self.find(typed) if text else ()
        exact = self._exact.get(text, -1) if text else -1
        if exact >= 0:
            return exact
        return found[0] if len(found) == 1 else -1

    def prepare(self, count: int = _AT_ONCE) -> bool:
        """Fold the next `count` choices ahead of the first search; True while some are left."""
        start = len(self._lines)
        for place, choice in enumerate(self.choices[start : start + count], start):
            label, code = fold(plain(choice.label) or choice.value), fold(choice.value)
            self._lines.append(f"{label}\t{code}")
            self._exact.setdefault(label, place)
            self._exact.setdefault(code, place)
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
