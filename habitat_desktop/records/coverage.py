"""Coverage: how many of the expected returns have come, n of N, counted and never typed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from habitat_desktop.records.expected import ExpectedReturn, Register, Report

By = Literal["office", "form_id", "period"]
BY: tuple[By, ...] = ("office", "form_id", "period")


@dataclass(frozen=True)
class Cover:
    """The expected returns of one office, form and period; "" where it counts all of them.

    `expected` is how many are waited for or were: those that are excused stand apart. `received` are at
    headquarters, `accepted` are part of them, `nil` are nil returns, `missing` is what is left of `expected`,
    and `late` and `in_work` (drafts, final and sent records) are parts of that. `requests` are open requests
    for an extension, `contradicting` nil returns beside a record, `unexpected` records that fit nothing.
    """

    office: str
    form_id: str
    period: str
    expected: int = 0
    received: int = 0
    accepted: int = 0
    nil: int = 0
    missing: int = 0
    in_work: int = 0
    late: int = 0
    excused: int = 0
    requests: int = 0
    contradicting: int = 0
    unexpected: int = 0

    @property
    def reported(self) -> int:
        """The n of "n of N": received or nil."""
        return self.received + self.nil


def coverage(register: Register, on: date, by: Sequence[By] = BY) -> list[Cover]:
    """Return one row for each combination of `by`, in order; what is late is told against `on`."""
    returns: defaultdict[tuple[str, ...], list[ExpectedReturn]] = defaultdict(list)
    for one in register.returns:
        returns[tuple(getattr(one.terms, name) for name in by)].append(one)
    unexpected: defaultdict[tuple[str, ...], list[Report]] = defaultdict(list)
    for report in register.unexpected:
        unexpected[tuple(getattr(report, name) for name in by)].append(report)
    keys = sorted(returns.keys() | unexpected.keys())
    return [_cover(dict(zip(by, key, strict=True)), returns[key], len(unexpected[key]), on) for key in keys]


def total(register: Register, on: date) -> Cover:
    """Return all of it in one row."""
    return _cover({}, register.returns, len(register.unexpected), on)


def _cover(about: dict[By, str], returns: Iterable[ExpectedReturn], unexpected: int, on: date) -> Cover:
    returns = list(returns)
    states = [one.state for one in returns]
    excused = states.count("excused")
    received = states.count("received") + states.count("accepted")
    return Cover(
        office=about.get("office", ""),
        form_id=about.get("form_id", ""),
        period=about.get("period", ""),
        expected=len(returns) - excused,
        received=received,
        accepted=states.count("accepted"),
        nil=states.count("nil"),
        missing=len(returns) - excused - received - states.count("nil"),
        in_work=sum(states.count(state) for state in ("draft", "final", "sent")),
        late=sum(1 for one in returns if one.late(on)),
        excused=excused,
        requests=sum(len(one.open_requests) for one in returns),
        contradicting=sum(1 for one in returns if one.contradicts),
        unexpected=unexpected,
    )
