"""Which entry is which: ids for answers written without them, and refs by id and by position."""

import json
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from habitat_desktop.xforms.entry_ids import (
    ENTRY_ID,
    ids_of,
    is_entry_id,
    is_group,
    is_list_of_entries,
    made_of,
    without_ids,
)

_MOST_COMPARED = 250_000  # pairs of entries; where more have changed, position tells
_STEP = re.compile(r"(.*)\[([^\]]+)\]$")


def aligned(
    base: Mapping[str, Any], answers: Mapping[str, Any], parent: str = "", path: str = ""
) -> dict[str, Any]:
    """Return `answers` with an id in every entry.

    Where a list has none, its entries are those of `base`, which has ids: first the ones that say the same,
    then, between them, by position.
    """
    found: dict[str, Any] = {}
    for name, value in answers.items():
        here = f"{path}/{name}" if path else name
        before = base.get(name) if isinstance(base, Mapping) else None
        if not name.startswith("$") and is_list_of_entries(value):
            entries = [one for one in value if isinstance(one, Mapping)]
            old = before if isinstance(before, list) else []
            ids = _ids(entries, old, parent, here)
            known = {one[ENTRY_ID]: one for one in old}
            found[name] = [
                aligned(known.get(one_id, {}), one, one_id) | {ENTRY_ID: one_id}
                for one, one_id in zip(entries, ids, strict=True)
            ]
        elif not name.startswith("$") and is_group(value):
            found[name] = aligned(before if isinstance(before, Mapping) else {}, value, parent, here)
        else:
            found[name] = value
    return found


def _ids(entries: list[Any], base: list[Any], parent: str, path: str) -> list[str]:
    if not base or any(is_entry_id(one.get(ENTRY_ID)) for one in entries):
        return ids_of(entries, parent, path)
    then, now = [_text(one) for one in base], [_text(one) for one in entries]
    ids = [""] * len(entries)
    for start, end, first, last in _alike(then, now):
        for step in range(min(end - start, last - first)):
            ids[first + step] = base[start + step][ENTRY_ID]
    taken = set(ids) | {one[ENTRY_ID] for one in base}
    for index, text in enumerate(now):
        number = 0
        while not ids[index]:
            made = made_of(f"{parent}/{path}+{number} {text}")
            ids[index] = "" if made in taken else made
            number += 1
        taken.add(ids[index])
    return ids


def _alike(then: list[str], now: list[str]) -> list[tuple[int, int, int, int]]:
    """Return stretches of `then` and `now` (from, to, from, to) that stand for each other."""
    front, back, shorter = 0, 0, min(len(then), len(now))
    while front < shorter and then[front] == now[front]:
        front += 1
    while back < shorter - front and then[-1 - back] == now[-1 - back]:
        back += 1
    old, new = then[front : len(then) - back], now[front : len(now) - back]
    middle = [("", 0, len(old), 0, len(new))]
    if len(old) * len(new) <= _MOST_COMPARED:
        middle = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    return [
        (0, front, 0, front),
        *((front + a, front + b, front + c, front + d) for _tag, a, b, c, d in middle),
        (len(then) - back, len(then), len(now) - back, len(now)),
    ]


def _text(entry: Any) -> str:
    return json.dumps(without_ids(entry), sort_keys=True, ensure_ascii=False)


class Refs:
    """The entries of repeats in `answers`, which have ids, by position and by id.

    Refs go through unchanged where no entry is in them.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._named: dict[str, str] = {}
        self._placed: dict[str, str] = {}
        self._note(answers, "", "")

    def _note(self, answers: Mapping[str, Any], placed: str, named: str) -> None:
        for name, value in answers.items():
            if is_list_of_entries(value):
                for position, entry in enumerate(value, 1):
                    here = f"{placed}/{name}[{position}]"
                    there = f"{named}/{name}[{entry[ENTRY_ID]}]"
                    self._named[here], self._placed[there] = there, here
                    self._note(entry, here, there)
            elif is_group(value):
                self._note(value, f"{placed}/{name}", f"{named}/{name}")

    def named(self, ref: str) -> str:
        """Return `ref`, in which positions tell entries, with their ids; one that is not there stays."""
        return _exchanged(ref, self._named) or ref

    def placed(self, ref: str) -> str:
        """Return `ref`, in which ids tell entries, with their positions; "" where one is missing."""
        return _exchanged(ref, self._placed)


def _exchanged(ref: str, entries: Mapping[str, str]) -> str:
    end = ref.rfind("]") + 1
    if not end:
        return ref
    start = ref.index("/", 1)  # behind the root
    found = entries.get(ref[start:end])
    return "" if found is None else f"{ref[:start]}{found}{ref[end:]}"


def answer_at(ref: str, answers: Mapping[str, Any]) -> Any:
    """Return what `answers` hold at `ref`, in which ids tell entries; None where there is nothing."""
    place: Any = answers
    for step in ref.lstrip("/").split("/")[1:]:
        match = _STEP.match(step)
        place = place.get(match[1] if match else step) if isinstance(place, Mapping) else None
        if match is not None:
            entries = place if isinstance(place, list) else []
            place = next((one for one in entries if one.get(ENTRY_ID) == match[2]), None)
    return place


def leaves(answers: Any, ref: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (ref by entry ids, value) of every answer; `answers` have ids."""
    if is_group(answers):
        for name, inner in answers.items():
            if name != ENTRY_ID:
                yield from leaves(inner, f"{ref}/{name}")
    elif is_list_of_entries(answers):
        for entry in answers:
            yield from leaves(entry, f"{ref}[{entry[ENTRY_ID]}]")
    else:
        yield ref, answers
