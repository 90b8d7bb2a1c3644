"""The order of the entries of a merged repeat."""

from collections.abc import Sequence


def merged_order(
    skeleton: Sequence[str], kept: set[str], base: Sequence[str], sides: Sequence[Sequence[str]]
) -> list[str]:
    """Return the ids in `kept` in order: those in `skeleton` as there, each other one behind its neighbour.

    A row somebody added stands behind the row it was added behind. Where several added rows at one place,
    whole blocks follow each other in the order of their ids, so that every computer finds the same.
    """
    firm = [one for one in skeleton if one in kept]
    blocks: dict[str, list[list[str]]] = {}
    for order in (*sides, base):
        anchor, block = "", []
        for one in order:
            if one in kept and one not in firm:
                block.append(one)
                continue
            if one in firm:
                _put(blocks, anchor, block)
                anchor, block = one, []
        _put(blocks, anchor, block)
    found: list[str] = []
    seen: set[str] = set()
    for anchor in ("", *firm):
        found.extend([anchor] if anchor else [])
        for block in sorted(blocks.get(anchor, [])):
            for one in block:
                if one not in seen:
                    found.append(one)
                    seen.add(one)
    return found


def _put(blocks: dict[str, list[list[str]]], anchor: str, block: list[str]) -> None:
    if block:
        blocks.setdefault(anchor, []).append(block)
