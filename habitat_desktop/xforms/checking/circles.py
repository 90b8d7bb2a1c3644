"""Circles among calculations, found in the cells of a workbook that cannot be converted.

Where it can, the engine finds them, in all kinds of rules.
"""

import re
from collections.abc import Iterable, Iterator

from habitat_desktop.xforms.checking.sheets import Book
from habitat_desktop.xforms.checking.structure import Item

_REFERENCE = re.compile(r"\$\{([^}#]+)\}")
# these may read another entry of a repeat, or the answer that is there already
_MAY_GO_ROUND = re.compile(r"\[|indexed-repeat|position|once\(")


def check_circles(book: Book, items: Iterable[Item]) -> None:
    """Note calculations that depend on each other in a circle."""
    rows = {item.name: item.row for item in items if item.row["calculation"]}
    reads = {}
    for name, row in rows.items():
        text = row["calculation"]
        found = [] if _MAY_GO_ROUND.search(text) else _REFERENCE.findall(text)
        reads[name] = [other for other in found if other in rows and other != name]
    for circle in _circles(reads):
        trail = " → ".join(f"{name} ({rows[name].number})" for name in (*circle, circle[0]))
        book.add("FORM_CYCLE", "survey", rows[circle[0]].number, "calculation", cycle=trail)


def _circles(reads: dict[str, list[str]]) -> Iterator[list[str]]:
    """Yield circles that have no name in common."""
    done: set[str] = set()
    for start in reads:
        trail: list[str] = []
        stack = [iter((start,))]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
                if trail:
                    done.add(trail.pop())
            elif name in trail:
                circle = trail[trail.index(name) :]
                if not done.intersection(circle):
                    yield circle
                    done.update(circle)
            elif name not in done:
                trail.append(name)
                stack.append(iter(reads[name]))
