"""Translators' batches: what is still to do as JSON, and what was done back into the catalogues."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

from habitat_desktop.i18n.checks import entry_errors
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.workshop import Workshop, glossary_hits, plural_examples


class Item(TypedDict, total=False):
    """One text to translate; the same shape goes out with `todo` and comes back with `fill`."""

    domain: str
    context: str
    id: str
    plural: str
    notes: list[str]
    forms: list[str]  # for each plural form the numbers it serves
    glossary: dict[str, str]
    previous: list[str]  # what the text was when the fuzzy translation was made
    also: int  # how many more places take over this translation
    text: str
    texts: list[str]


@dataclass
class FillReport:
    """What became of a batch."""

    filled: int = 0
    copied: int = 0  # the same question in other forms
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)  # translated otherwise already
    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


_Place = tuple[str, Entry]  # domain, entry


def todo(workshop: Workshop, language: str, domain: str = "", limit: int = 0) -> list[Item]:
    """Return the texts without a valid translation, in order; the same question of several forms once."""
    glossary = workshop.glossary(language)
    waiting: dict[tuple[str, str, str], list[_Place]] = {}
    for name in [domain] if domain else workshop.domains():
        for entry in workshop.catalogue(language, name):
            if entry.id and not entry.obsolete and not entry.translated:
                waiting.setdefault(same_question(name, entry), []).append((name, entry))
    items = []
    for places in list(waiting.values())[: limit or None]:
        item = _item(*places[0], language, glossary)
        if len(places) > 1:
            item["also"] = len(places) - 1
        items.append(item)
    return items


def fill(workshop: Workshop, language: str, items: Iterable[Any], *, force: bool = False) -> FillReport:
    """Write a batch into the catalogues of `language`; each catalogue is written once, whole.

    Only empty and fuzzy entries are filled, others with `force`. A translation that would break the
    program (placeholders, plural forms, direction marks) is refused and the rest still goes in. The same
    question of other forms (same name, same text) takes over the translation where it has none.
    """
    with workshop.working_on(language):
        return _fill(workshop, language, items, force)


def _fill(workshop: Workshop, language: str, items: Iterable[Any], force: bool) -> FillReport:
    report = FillReport()
    catalogues = {domain: workshop.catalogue(language, domain) for domain in workshop.domains()}
    places: dict[tuple[str, str | None, str], Entry] = {}
    questions: dict[tuple[str, str, str], list[_Place]] = {}
    touched: set[str] = set()
    for domain, entries in catalogues.items():
        for entry in entries:
            if entry.id and not entry.obsolete:
                places[domain, *entry.key] = entry
                questions.setdefault(same_question(domain, entry), []).append((domain, entry))
    for number, item in enumerate(items, 1):
        strings = _strings(item)
        if strings is None:
            report.refused.append(f"item {number}: not an object with domain, id and text or texts")
            continue
        if not any(strings):
            continue  # left open by the translator
        domain, context = item["domain"], item.get("context") or None
        found = places.get((domain, context, item["id"]))
        if found is None or (item.get("plural") or None) != found.plural:
            report.unknown.append(f"item {number}: {domain} [{context or ''}] “{item['id']}”")
            continue
        if _fill_entry(found, strings, language, f"item {number}", report, force=force):
            report.filled += 1
            touched.add(domain)
            for other_domain, other in questions[same_question(domain, found)]:
                if other is not found and not other.translated:
                    write_translation(other, strings)
                    report.copied += 1
                    touched.add(other_domain)
    for domain in touched:  # only these: somebody else may be working on the others
        workshop.save(language, domain, catalogues[domain])
    return report


def _fill_entry(
    entry: Entry, strings: list[str], language: str, place: str, report: FillReport, *, force: bool
) -> bool:
    """Write a translation into `entry` if it may be; say in `report` why not."""
    where = f"{place}: [{entry.context or ''}] “{entry.id}”"
    faults = list(entry_errors(replace(entry, strings=strings), languages()[language]))
    if faults:
        report.refused.append(f"{where}: " + "; ".join(message for _name, message in faults))
        return False
    if entry.translated and entry.strings == strings:
        report.unchanged += 1
        return False
    if entry.translated and not force:
        report.kept.append(where)
        return False
    write_translation(entry, strings)
    return True


def write_translation(entry: Entry, strings: list[str]) -> None:
    """Give `entry` a translation that holds for its English of now."""
    entry.strings = list(strings)
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous = []


def _strings(item: Any) -> list[str] | None:
    """Return the translation an item carries, one text or all plural forms; None if it is malformed."""
    if (
        not isinstance(item, dict)
        or not isinstance(item.get("domain"), str)
        or not isinstance(item.get("id"), str)
    ):
        return None
    if not isinstance(item.get("context") or "", str) or not isinstance(item.get("plural") or "", str):
        return None
    texts = item["texts"] if item.get("texts") else [item.get("text", "")]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return None
    return [unicodedata.normalize("NFC", text.replace("\r\n", "\n")) for text in texts]


def same_question(domain: str, entry: Entry) -> tuple[str, str, str]:
    """What two forms share when they ask the same question: its name, the column and the English text."""
    if not domain.startswith("forms/"):
        return domain, entry.context or "", entry.id
    _form, path, column = (entry.context or "||").split("|", 2)
    return "forms", f"{path.rpartition('/')[2]}|{column}", entry.id


def numbers_served(language: str) -> list[str]:
    """Return for each plural form the first numbers it serves, computed from the rule."""
    forms = plural_examples(languages()[language])
    return [", ".join(map(str, numbers[:6])) + " …" * (len(numbers) > 6) for numbers in forms]


def _item(domain: str, entry: Entry, language: str, glossary: dict[str, str]) -> Item:
    item: Item = {"domain": domain, "context": entry.context or "", "id": entry.id}
    if entry.plural is not None:
        item["plural"] = entry.plural
    if entry.notes:
        item["notes"] = entry.notes
    if hits := glossary_hits(entry.id, glossary):
        item["glossary"] = hits
    if entry.previous:
        item["previous"] = entry.previous
    if entry.plural is None:
        item["text"] = entry.strings[0] if entry.strings else ""
        return item
    row = languages()[language]
    item["forms"] = numbers_served(language)
    item["texts"] = entry.strings if any(entry.strings) else [""] * row.plural_count
    return item
