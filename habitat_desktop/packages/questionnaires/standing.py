"""What stands in the cells of a question: as it was written, changed, said twice, and in words."""

from habitat_desktop.i18n.text import clean
from habitat_desktop.packages.cells import is_same, plain
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.questionnaires.cells import answer_cell, choice_cell, reason_cells
from habitat_desktop.packages.questionnaires.found import Filled, Place
from habitat_desktop.packages.questionnaires.manifest import ROWS, Answer, Manifest


def stands(one: Filled, before: Answer, manifest: Manifest) -> bool:
    """Whether a question stands as it was written with the answer `before`.

    What a program that saves a workbook again does to a cell is no change.
    """
    item, language = one.item, manifest.language
    labels = dict(manifest.lists.get(item.choices, ()))
    why, remark = reason_cells(before, language)
    if isinstance(before, dict) and one.in_table:  # the reason stands in the cell of the answer
        said = "" if item.mode == ROWS else ": ".join(filter(None, (why, remark)))
        return is_same(said, one.answer) and not any(one.parts.values())
    if not (is_same(why, one.why) and is_same(remark, one.remark)):
        return False
    if item.mode == ROWS:
        choices = manifest.lists.get(item.choices, ())
        return one.answer == "" and all(
            is_same(choice_cell(before, code, language), one.parts.get(number, ""))
            for number, (code, _label) in enumerate(choices, 1)
        )
    if not is_same(answer_cell(item, before, labels, language), one.answer):
        return False
    return all(
        is_same(answer_cell(item, before, labels, language, slot - 1), one.parts.get(slot, ""))
        for slot in range(2, item.slots + 1)
    )


def in_cells(one: Filled, manifest: Manifest) -> str:
    """Return what stands in the cells of a question, as one text."""
    labels = manifest.lists.get(one.item.choices, ())
    parts = [plain(one.answer)] if one.answer != "" else []
    for number, cell in sorted(one.parts.items()):
        if cell == "":
            continue
        named = one.item.mode == ROWS and number <= len(labels)
        parts.append(f"{labels[number - 1][1]}: {plain(cell)}" if named else plain(cell))
    parts += [plain(cell) for cell in (one.why, one.remark) if cell != ""]
    return clean(", ".join(parts))


def merged_into(first: Filled, other: Filled) -> Filled | None:
    """Put what `other` says into `first` where that says nothing; return `other` where they disagree."""

    def clash(one: Cell, two: Cell) -> bool:
        return one != "" and two != "" and not is_same(one, two)

    if any(clash(getattr(first, name), getattr(other, name)) for name in ("answer", "why", "remark")):
        return other
    if any(clash(first.parts.get(number, ""), cell) for number, cell in other.parts.items()):
        return other
    for name in ("answer", "why", "remark"):
        if getattr(first, name) == "":
            setattr(first, name, getattr(other, name))
    for number, cell in other.parts.items():
        if first.parts.get(number, "") == "":
            first.parts[number] = cell
    return None


def place_of(one: Filled) -> Place:
    """Return the cell a question is named by: the first one with something in it."""
    if one.fault is not None:
        return one.fault
    if one.answer != "":
        return one.place
    for number, cell in sorted(one.parts.items()):
        if cell != "" and str(number) in one.places:
            return one.places[str(number)]
    for name in ("why", "remark"):
        if name in one.places and getattr(one, name) != "":
            return one.places[name]
    return one.place
