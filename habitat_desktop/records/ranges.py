"""Numbers as ranges: [[1, 143], [145, 145]], in order, without overlap and without neighbours that touch."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

Ranges = Sequence[Sequence[int]]
Have = Mapping[str, Ranges]


def joined(*many: Ranges) -> list[list[int]]:
    """Return the ranges of every number in any of `many`, whatever their order."""
    found: list[list[int]] = []
    for low, high in sorted((span[0], span[1]) for ranges in many for span in ranges):
        if found and low <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], high)
        elif low <= high:
            found.append([low, high])
    return found


def of_numbers(numbers: Iterable[int]) -> list[list[int]]:
    """Return the ranges of `numbers`."""
    return joined([[number, number] for number in numbers])


def without(ranges: Ranges, taken: Ranges) -> list[list[int]]:
    """Return the numbers of `ranges` that are not in `taken`."""
    left: list[list[int]] = []
    holes = joined(taken)
    place = 0
    for low, high in joined(ranges):
        while place < len(holes) and holes[place][1] < low:
            place += 1
        at = place  # a hole may reach into the next range as well
        while at < len(holes) and holes[at][0] <= high:
            if holes[at][0] > low:
                left.append([low, holes[at][0] - 1])
            low = holes[at][1] + 1
            at += 1
        if low <= high:
            left.append([low, high])
    return left


def common(one: Ranges, other: Ranges) -> list[list[int]]:
    """Return the numbers in both."""
    return without(one, without(one, other))


def numbers(ranges: Ranges) -> Iterator[int]:
    """Yield every number."""
    for low, high in ranges:
        yield from range(low, high + 1)


class Inside:
    """Says quickly whether a revision is in a `Have`."""

    def __init__(self, have: Have) -> None:
        self._spans = {installation: joined(spans) for installation, spans in have.items()}
        self._lows = {
            installation: [span[0] for span in spans] for installation, spans in self._spans.items()
        }

    def __call__(self, installation: str, number: int) -> bool:
        spans = self._spans.get(installation)
        if not spans:
            return False
        place = bisect_right(self._lows[installation], number) - 1
        return place >= 0 and number <= spans[place][1]
