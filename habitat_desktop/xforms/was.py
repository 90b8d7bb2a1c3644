"""What a question was called in an earlier version of its form: `bind::habitat:was`, `bind::habitat:takes`.

`was` is a name, or a path such as "ctx/urban_pop" (from the root on) where the name alone would be
ambiguous; repeats and groups may have one as well. Where several questions were one, the first takes its
answer, and so does each whose `takes` is "copy".
"""

import re
from dataclasses import dataclass

from habitat_desktop.xforms.definition import Element, Form, Group, Question, Repeat

WAS, TAKES = "habitat:was", "habitat:takes"
COPY = "copy"
_PATH = re.compile(r"/?[^\s/\[\]${}]+(/[^\s/\[\]${}]+)*")


@dataclass(frozen=True)
class Source:
    """Where the answer of a place of the new version stands in the old one.

    `how`: "kept" at the same place, "renamed" as the form declares, "split" where several declare the same,
    "moved" between groups under the same name, undeclared.
    """

    path: str
    how: str


def was_of(element: Element) -> str:
    """Return what `element` was, as written, "" where nothing is declared."""
    return element.bind.attributes.get(WAS, "").strip()


def is_path(text: str) -> bool:
    """Tell whether `text` can name a place of a form."""
    return _PATH.fullmatch(text) is not None


def named(form: Form, text: str) -> Element | None:
    """Return the element `text` names, a path or the name of one element only."""
    if text.startswith("/"):
        return form.elements.get(text)
    found = form.elements.get(f"{form.root.path}/{text}")
    if found is None and "/" not in text:
        same = [one for one in form.walk() if one.name == text]
        found = same[0] if len(same) == 1 else None
    return found


def repeat_around(element: Element) -> str:
    """Return the path of the repeat `element` stands in, "" outside of all."""
    around = element.parent
    while around is not None and not isinstance(around, Repeat):
        around = around.parent
    return around.path if around is not None else ""


def sources(old: Form, new: Form) -> dict[str, Source]:
    """Return, by path in `new`, where the answers of questions and the entries of repeats stand in `old`.

    An answer never crosses into another repeat.
    """
    found: dict[str, Source] = {}
    taken: set[str] = set()
    repeats = {"": ""}  # of the new form, by that of the old one
    groups = {new.root.path: old.root.path}
    for element in new.walk():
        assert element.parent is not None
        here = f"{groups[element.parent.path]}/{element.name}" if element.parent.path in groups else ""
        declared = named(old, was_of(element)) if was_of(element) else None
        before = declared or old.elements.get(here)
        if isinstance(element, Group) and not isinstance(element, Repeat):
            if isinstance(before, Group) and not isinstance(before, Repeat):
                groups[element.path] = before.path
            continue
        fits = before is not None and _fits(before, element, repeats)
        if before is None or not fits:
            continue
        how = "kept" if before.path == element.path else "renamed" if declared else "moved"
        if before.path in taken:
            how = "split"
            if element.bind.attributes.get(TAKES, "").strip() != COPY:
                continue
        taken.add(before.path)
        found[element.path] = Source(before.path, how)
        if isinstance(element, Repeat):
            repeats[element.path] = groups[element.path] = before.path
    _add_moved(old, new, found, taken, repeats)
    return found


def _fits(before: Element, element: Element, repeats: dict[str, str]) -> bool:
    if isinstance(element, Repeat) != isinstance(before, Repeat) or isinstance(
        element, Question
    ) != isinstance(before, Question):
        return False
    return repeats.get(repeat_around(element)) == repeat_around(before)


def _add_moved(
    old: Form, new: Form, found: dict[str, Source], taken: set[str], repeats: dict[str, str]
) -> None:
    """Find questions that moved between groups under a name that only they have."""
    lost: dict[str, list[Element]] = {}
    for element in old.walk():
        if isinstance(element, Question) and element.path not in taken:
            lost.setdefault(element.name, []).append(element)
    gained: dict[str, list[Element]] = {}
    for element in new.walk():
        if isinstance(element, Question) and element.path not in found:
            gained.setdefault(element.name, []).append(element)
    for name, elements in gained.items():
        before = lost.get(name, [])
        if len(elements) == len(before) == 1 and _fits(before[0], elements[0], repeats):
            found[elements[0].path] = Source(before[0].path, "moved")
            taken.add(before[0].path)
