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
    for _tag, start, end, first, last in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
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


def _text(entry: Any) -> str:
    return json.dumps(without_ids(entry), sort_keys=True, ensure_ascii=False)


def named_ref(ref: str, answers: Mapping[str, Any]) -> str:
    """Return `ref`, in which positions tell entries, with their ids instead, as `answers` have them."""
    return _changed(ref, answers, by_position=True) or ref


def placed_ref(ref: str, answers: Mapping[str, Any]) -> str:
    """Return `ref`, in which ids tell entries, with their positions instead; "" where one is not there."""
    return _changed(ref, answers, by_position=False)


def _changed(ref: str, answers: Mapping[str, Any], *, by_position: bool) -> str:
    if "[" not in ref:
        return ref
    root, *steps = ref.lstrip("/").split("/")
    place: Any = answers
    found = f"/{root}"
    for step in steps:
        match = _STEP.match(step)
        name = match[1] if match else step
        place = place.get(name) if isinstance(place, Mapping) else None
        if match is None:
            found += f"/{name}"
            continue
        entries = place if isinstance(place, list) else []
        if by_position:
            index = int(match[2]) - 1 if match[2].isdigit() else -1
        else:
            index = next((i for i, one in enumerate(entries) if one.get(ENTRY_ID) == match[2]), -1)
        if not 0 <= index < len(entries):
            return ""
        place = entries[index]
        found += f"/{name}[{place[ENTRY_ID] if by_position else index + 1}]"
    return found


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
