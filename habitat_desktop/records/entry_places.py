"""Where an answer of one revision stands in another: entries of repeats are followed by their ids."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from habitat_desktop.errors import HabitatError

_STEP = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")


class NotAPlaceError(HabitatError):
    """The place of an answer is not where it was when somebody spoke of it."""


def place_of(ref: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return where the answer at `ref` of the answers `then` stands in the answers `now`.

    Entries of repeats are known by their ids; without ids they must be as many as they were.

    Raises:
        NotAPlaceError: its entry is gone.
    """
    place, old, new = "/data", then, now
    for name, position in steps(ref):
        place += f"/{name}"
        before, after = old.get(name), new.get(name)
        if position:
            entries, there = _entries(before), _entries(after)
            if position > len(entries):
                raise NotAPlaceError
            here = _same_entry(entries, there, position)
            place += f"[{here}]"
            before, after = entries[position - 1], there[here - 1]
        old = before if isinstance(before, Mapping) else {}
        new = after if isinstance(after, Mapping) else {}
    return place


def value_at(ref: str, answers: Mapping[str, Any]) -> Any:
    """Return what `answers` hold at `ref`, in which positions tell entries; None where there is nothing."""
    node: Any = answers
    for name, position in steps(ref):
        node = node.get(name) if isinstance(node, Mapping) else None
        if position:
            node = node[position - 1] if isinstance(node, list) and len(node) >= position else None
    return None if node in ("", [], {}) else node


def steps(ref: str) -> list[tuple[str, int]]:
    """Return names and positions of a ref below "/data"; position 0 is no entry of a repeat."""
    return [(name, int(position or 0)) for name, position in _STEP.findall(ref.removeprefix("/data/"))]


def path_of(ref: str) -> str:
    """Return the path of the question at `ref`: the ref without entries."""
    return re.sub(r"\[[^\]]*\]", "", ref)


def _entries(value: Any) -> Sequence[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _same_entry(
    entries: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]], position: int
) -> int:
    known = entries[position - 1].get("$id")
    if known is not None:
        found = [number for number, entry in enumerate(there, 1) if entry.get("$id") == known]
        if len(found) == 1:
            return found[0]
    elif len(there) == len(entries):
        return position
    raise NotAPlaceError
