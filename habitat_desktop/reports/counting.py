"""Arithmetic of reports: exact, and every result says of how many and from which records.

A blank is never a zero: it is left out of a sum and counted as missing.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Generic, TypeVar

from habitat_desktop.reports.document import Figure, Measure

UNKNOWN = ""  # the key of what is not stated
Key = TypeVar("Key", bound=Hashable)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return `value` with so many decimals, half away from zero, as the data dictionary rounds."""
    with localcontext() as context:
        context.prec = max(28, value.adjusted() + decimals + 3)
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@dataclass
class Sum:
    """Adds up answers: `figure()` is the sum of those given, of how many, and None where none was."""

    value: Decimal = Decimal(0)
    known: int = 0
    total: int = 0
    _records: dict[str, None] = field(default_factory=dict)

    def add(self, value: Decimal | None, record_id: str) -> None:
        """Take one answer in, or one that is missing."""
        self.total += 1
        self._records[record_id] = None
        if value is not None:
            with localcontext() as context:
                context.prec = 60
                self.value += value
            self.known += 1

    def note(self, record_id: str) -> None:
        """Name one more record behind the sum, for an answer that stands on several."""
        self._records[record_id] = None

    def figure(self, decimals: int = 0, measure: Measure = "number", unit: str = "") -> Figure:
        """Return what came out."""
        value = self.value if self.known else None
        return Figure(value, tuple(self._records), self.known, self.total, decimals, measure, unit)

    def money(self) -> Figure:
        """Return what came out as US dollars."""
        return self.figure(measure="money")


class Count:
    """Counts records, each once however often it is named; or entries, each by a key of its own.

    Its figure names the records that count, and those of which it is not known.
    """

    def __init__(self) -> None:
        self._counted: dict[Hashable, str] = {}
        self._not: dict[Hashable, str] = {}
        self._unknown: dict[Hashable, str] = {}

    def add(self, record_id: str, key: Hashable = None) -> None:
        """Count one; `key` is what must not be counted twice, the record itself unless given."""
        self._counted[record_id if key is None else key] = record_id

    def miss(self, record_id: str, key: Hashable = None) -> None:
        """Note one of which it is not known whether it counts."""
        self._unknown[record_id if key is None else key] = record_id

    def put(self, is_so: bool | None, record_id: str, key: Hashable = None) -> None:
        """Count one where `is_so`; None: not known. The figure is then n of N of all that were put."""
        if is_so is None:
            self.miss(record_id, key)
        elif is_so:
            self.add(record_id, key)
        else:
            self._not[record_id if key is None else key] = record_id

    def __len__(self) -> int:
        return len(self._counted)

    def figure(self) -> Figure:
        """Return how many; where all are unknown it is not known either."""
        known = self._counted.keys() | self._not.keys()
        unknown = self._unknown.keys() - known
        value = None if unknown and not known else Decimal(len(self._counted))
        records = dict.fromkeys((*self._counted.values(), *(self._unknown[key] for key in unknown)))
        return Figure(value, tuple(records), len(known), len(known) + len(unknown))


class Tally(Generic[Key]):
    """Counts by choice, country or another key; what is not stated stands under `UNKNOWN`, the last."""

    def __init__(self, order: Iterable[Key] = ()) -> None:
        self._counts: dict[Key, dict[Hashable, str]] = {key: {} for key in order}

    def add(self, key: Key, record_id: str, counted: Hashable = None) -> None:
        """Count a record, or what `counted` tells from others, once under `key`."""
        self._counts.setdefault(key, {})[record_id if counted is None else counted] = record_id

    def listed(self, *, empty: bool = True) -> list[Key]:
        """Return the keys in order, the unknown one last; `empty` with those nothing was counted under."""
        found = [key for key, counted in self._counts.items() if key != UNKNOWN and (empty or counted)]
        return [*found, *(key for key, counted in self._counts.items() if key == UNKNOWN and counted)]

    def figure(self, key: Key) -> Figure:
        """Return how many there are under `key`: 0 where none."""
        counted = self._counts.get(key, {})
        size = len(counted)
        return Figure(Decimal(size), tuple(dict.fromkeys(counted.values())), size, size)

    def total(self) -> Figure:
        """Return how many there are under all keys together, each once."""
        every: dict[Hashable, str] = {}
        for counted in self._counts.values():
            every |= counted
        return Figure(Decimal(len(every)), tuple(dict.fromkeys(every.values())), len(every), len(every))


def ratio(part: Figure, whole: Figure, decimals: int = 0, *, percent: bool = True) -> Figure:
    """Return `part` of `whole`, in per cent; unknown where either is, or where the whole is zero.

    What is missing in one of them is missing in the result: it is n of N like the worse of the two.
    """
    records = tuple(dict.fromkeys((*part.records, *whole.records)))
    worse = _worse(part, whole)
    measure: Measure = "percent" if percent else "number"
    if part.value is None or not whole.value:
        unknown = part if part.value is None else whole
        return Figure(None, records, 0, unknown.total - unknown.known, decimals, measure)
    with localcontext() as context:
        context.prec = 60
        value = part.value / whole.value * (100 if percent else 1)
    return Figure(rounded(value, decimals), records, worse.known, worse.total, decimals, measure)


def difference(left: Figure, right: Figure) -> Figure:
    """Return `left` less `right`; unknown where either is."""
    records = tuple(dict.fromkeys((*left.records, *right.records)))
    worse = _worse(left, right)
    if left.value is None or right.value is None:
        return Figure(None, records, 0, worse.total, left.decimals, left.measure, left.unit)
    with localcontext() as context:
        context.prec = 60
        value = left.value - right.value
    return Figure(value, records, worse.known, worse.total, left.decimals, left.measure, left.unit)


def _worse(left: Figure, right: Figure) -> Figure:
    """Return the one of which more is missing."""
    return max((left, right), key=lambda one: one.total - one.known)
