"""The sections of one sitting with their signs, order and titles; counts again only what changed. No Qt."""

from collections.abc import Iterator
from dataclasses import replace

from habitat_desktop.gui.form_rail import RailEntry
from habitat_desktop.gui.form_rows import directed
from habitat_desktop.gui.form_sections import Section, Tally, cut, item_tally, repeat_of, sum_of, title
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.text import iso

TRAIL = " › "


class FormTree:
    """Made anew when entries were added or removed; `refresh` follows single answers."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._roots = cut(sitting.entry.form, sitting.entry.instance)
        self._sections: dict[str, Section] = {s.key: s for root in self._roots for s in root.walk()}
        self._parents = {
            child.key: section.key for section in self._sections.values() for child in section.children
        }
        self._of_ref = {ref: s.key for s in self._sections.values() for ref in s.refs()}
        self._order = {ref: number for number, ref in enumerate(self._of_ref)}
        self._counted: dict[str, list[Tally]] = {}  # of the items of each section
        self._own: dict[str, Tally] = {key: self._count(s) for key, s in self._sections.items()}
        self._counts = {
            item.ref: self._entries_of(item.ref)
            for section in self._sections.values()
            for item in section.items
            if item.kind == "add"
        }
        self._entries: dict[str, RailEntry] = {}
        self.shape_changed = False
        self.entries()

    def section(self, key: str) -> Section | None:
        return self._sections.get(key)

    def section_of(self, ref: str) -> str | None:
        """Return the key of the section that shows the question or warning at `ref`."""
        return self._of_ref.get(ref)

    def tally(self, key: str) -> Tally:
        """Return how far the section `key` is, with everything below it."""
        return (
            sum((self._own[s.key] for s in self._sections[key].walk()), Tally())
            if self._has(key)
            else Tally()
        )

    def is_shown(self, key: str) -> bool:
        return self._has(key) and self.tally(key).visible

    def entries(self) -> list[RailEntry]:
        """Return the lines of the rail."""
        found = [
            self._entry(section)
            for root in self._roots
            for section in root.walk()
            if self.is_shown(section.key)
        ]
        self._entries = {entry.key: entry for entry in found}
        return found

    def is_outdated(self, refs: set[str]) -> bool:
        """Whether entries came or went, as they do where an answer says how many there are."""
        return any(self._counts[ref] != self._entries_of(ref) for ref in refs & self._counts.keys())

    def refresh(self, refs: set[str]) -> list[RailEntry]:
        """Count again after the states of `refs` changed; return the lines that are new."""
        keys: set[str] = set()
        for ref in refs:
            key = self._of_ref.get(ref)
            if key is not None:
                keys.add(key)
        for key in keys:
            self._own[key] = self._count(self._sections[key], refs)
        above = keys | {up for key in keys for up in self._above(key)}
        shown = {key for key in self._sections if self.is_shown(key)}
        self.shape_changed = shown != set(self._entries)
        changed = []
        for key in above & shown:
            entry = self._entry(self._sections[key])
            if self._entries.get(key) != entry:
                self._entries[key] = entry
                changed.append(entry)
        return changed

    def trail(self, key: str) -> str:
        """Return the title of a section with the entries it lies in: "Kibera › Tenure"."""
        section = self._sections.get(key)
        if section is None:
            return ""
        above = [
            self._title(self._sections[up]) for up in self._above(key) if self._sections[up].kind == "entry"
        ]
        parts = [*reversed(above), self._title(section)]
        return directed(TRAIL.join(iso(part) for part in parts)) if len(parts) > 1 else parts[0]

    def trails(self) -> dict[str, str]:
        return {key: self.trail(key) for key in self._entries}

    def pages(self) -> list[str]:
        """Return the keys of the sections that are shown and hold something, in reading order."""
        return [key for key, section in self._sections.items() if section.is_page and self.is_shown(key)]

    def beside(self, key: str, by: int) -> str:
        """Return the section after (1) or before (-1) the section `key`, "" at the ends."""
        pages = self.pages()
        if key not in pages:
            return pages[0] if pages else ""
        place = pages.index(key) + by
        return pages[place] if 0 <= place < len(pages) else ""

    def nearest(self, key: str) -> str:
        """Return a section to show instead of one that is gone: the one around it, else the first."""
        for candidate in (repeat_of(key.rpartition("/")[0]), repeat_of(key)):
            if candidate in self._sections and self._sections[candidate].is_page and self.is_shown(candidate):
                return candidate
        pages = self.pages()
        return pages[0] if pages else ""

    def first_page_of(self, ref: str) -> str:
        """Return the section in which the entry at `ref` begins."""
        section = self._sections.get(ref)
        if section is not None:
            return next(
                (below.key for below in section.walk() if below.is_page and self.is_shown(below.key)), ""
            )
        return self._sections[repeat_of(ref)].key if repeat_of(ref) in self._sections else self._holding(ref)

    def repeat_around(self, key: str) -> str:
        """Return the repeat that the section `key` is or lies in, if entries may be added to it."""
        for one in (key, *self._above(key)):
            section = self._sections.get(one)
            if section is not None and section.kind == "repeat":
                return section.ref if self._may_add(section) else ""
        return ""

    def next_of(self, refs: list[str], here: str, key: str, by: int) -> str:
        """Return which of `refs` comes after (1) or before (-1) the question `here`, then from the start."""
        order = sorted(refs, key=lambda ref: self._order[ref])
        if here in self._order:
            place = float(self._order[here])
        else:
            first = next(iter(self._sections[key].refs()), "") if self._has(key) else ""
            place = self._order.get(first, 0) - 0.5
        if by > 0:
            return next((ref for ref in order if self._order[ref] > place), order[0])
        return next((ref for ref in reversed(order) if self._order[ref] < place), order[-1])

    def _has(self, key: str) -> bool:
        return key in self._sections

    def _above(self, key: str) -> Iterator[str]:
        while key in self._parents:
            key = self._parents[key]
            yield key

    def _holding(self, ref: str) -> str:
        """Return the section whose rows lie in the entry `ref`."""
        return next((key for one, key in self._of_ref.items() if one.startswith(f"{ref}/")), "")

    def _entries_of(self, repeat: str) -> int:
        return len(self._sitting.entry.instance.instances(repeat))

    def _count(self, section: Section, refs: set[str] | None = None) -> Tally:
        """Count a section; with `refs` only its items that are about these are looked at again."""
        sitting = self._sitting
        instance = sitting.entry.instance
        known = self._counted.get(section.key)
        if known is None or refs is None:
            known = self._counted[section.key] = [Tally()] * len(section.items)
            refs = None
        for number, item in enumerate(section.items):
            if refs is None or item.ref in refs or (item.warnings and not refs.isdisjoint(item.warnings)):
                known[number] = item_tally(instance, item, sitting.has_shown_error, self._is_justified)
        found = sum_of(instance, section, known)
        asked = sum(ref in sitting.asked for ref in section.refs()) if sitting.asked else 0
        return replace(found, queries=asked) if asked else found

    def _is_justified(self, ref: str) -> bool:
        return bool(self._sitting.justification(ref))

    def _title(self, section: Section) -> str:
        return title(self._sitting.entry.form, self._sitting.entry.instance, section)

    def _may_add(self, section: Section) -> bool:
        return not (self._sitting.readonly or self._sitting.node(section.ref).readonly)

    def _entry(self, section: Section) -> RailEntry:
        removable = section.kind == "entry" and not (
            self._sitting.readonly or self._sitting.node(repeat_of(section.ref)).readonly
        )
        return RailEntry(
            key=section.key,
            ref=section.ref,
            title=self._title(section),
            depth=len(list(self._above(section.key))),
            tally=self.tally(section.key),
            is_page=section.is_page,
            has_children=bool(section.children),
            may_add=section.kind == "repeat" and self._may_add(section),
            may_remove=removable,
        )
