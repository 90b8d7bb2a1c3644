"""The ids of repeat entries: what tells an entry from its neighbours when rows are added, removed or moved.

In answers each entry may hold `"$id"`: a letter and then letters, digits, "-" or "_", different from those
of its neighbours. A person's entry gets one by chance. An entry a count made is told by its position, and so
is one of answers that were written without ids: every computer derives the same.
"""

import re
from base64 import b32encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

ENTRY_ID = "$id"
_ID = re.compile(r"[A-Za-z][0-9A-Za-z_-]{0,31}")


def made_of(text: str) -> str:
    """Return the id made of `text`: eight letters and digits, the first a letter."""
    made = b32encode(sha256(text.encode("utf-8")).digest()[:5]).decode("ascii").lower()
    return made if made[0].isalpha() else f"a{made[1:]}"


def at_position(parent: str, path: str, position: int) -> str:
    """Return the id of the entry that nothing but its place tells.

    `parent` is the id of the entry around it, or "", `path` what leads from there ("group/person"),
    `position` 1-based.
    """
    return made_of(f"{parent}/{path}[{position}]")


def is_entry_id(value: object) -> bool:
    """Tell whether `value` can be the id of an entry."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def ids_of(entries: Sequence[Any], parent: str, path: str) -> list[str]:
    """Return the id of each entry, those that have none (or one that is none) told by their position."""
    found: list[str] = []
    taken: set[str] = set()
    for entry in entries:
        given = entry.get(ENTRY_ID) if isinstance(entry, Mapping) else None
        usable = is_entry_id(given) and given not in taken
        found.append(given if usable else "")  # type: ignore[arg-type]
        taken.add(found[-1])
    for index, given in enumerate(found):
        position = index + 1
        while not given or (given in taken and not found[index]):
            given = at_position(parent, path, position)
            position += len(found)
        found[index] = given
        taken.add(given)
    return found


def is_list_of_entries(value: object) -> bool:
    """Tell the entries of a repeat from the choices of a select_multiple."""
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def is_group(value: object) -> bool:
    """Tell a group, or an entry, from an answer that is not available."""
    return isinstance(value, Mapping) and "$unavailable" not in value


def with_ids(answers: Mapping[str, Any], parent: str = "", path: str = "") -> dict[str, Any]:
    """Return `answers` with an id in every entry."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        here = f"{path}/{name}" if path else name
        if not name.startswith("$") and is_list_of_entries(value):
            ids = ids_of(value, parent, here)
            found[name] = [
                with_ids(one, one_id) | {ENTRY_ID: one_id}
                for one, one_id in zip(value, ids, strict=True)
                if isinstance(one, Mapping)
            ]
        elif not name.startswith("$") and is_group(value):
            found[name] = with_ids(value, parent, here)
        else:
            found[name] = value
    return found


def without_ids(answers: Any) -> Any:
    """Return answers as a person writes them: without the ids of entries."""
    if isinstance(answers, Mapping) and "$unavailable" not in answers:
        return {name: without_ids(value) for name, value in answers.items() if name != ENTRY_ID}
    if is_list_of_entries(answers):
        return [without_ids(one) for one in answers]
    return answers
