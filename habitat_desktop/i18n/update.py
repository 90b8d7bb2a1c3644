"""Bring the catalogues of a language up to date with the templates, by context first.

Fuzzy matching by likeness, as common tools do it, gave "direct beneficiaries" the translation of
"indirect beneficiaries"; here a translation is only ever taken over for a reason that can be named.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from habitat_desktop.i18n.po import Entry, escape
from habitat_desktop.i18n.workshop import Workshop, new_header

SAME = "same text"
EDITED = "text edited, translation kept to be looked at"
MOVED = "text moved, its one known translation kept to be looked at"
NEW = "new"


def update_language(workshop: Workshop, language: str) -> dict[str, Counter[str]]:
    """Update every catalogue of `language`; return how many texts went which way, by domain."""
    with workshop.working_on(language):
        return _update_language(workshop, language)


def _update_language(workshop: Workshop, language: str) -> dict[str, Counter[str]]:
    olds = {domain: workshop.catalogue(language, domain) for domain in workshop.domains()}
    everywhere = [entry for entries in olds.values() for entry in entries if entry.id]
    reports = {}
    for domain, old in olds.items():
        entries, reports[domain] = update_catalogue(old[1:], workshop.template(domain), everywhere)
        head = new_header(language, domain)
        if old and not old[0].id:
            head.comments = old[0].comments
        workshop.save(language, domain, [head, *entries])
    return reports


def update_catalogue(
    old: list[Entry], template: list[Entry], everywhere: Iterable[Entry] = ()
) -> tuple[list[Entry], Counter[str]]:
    """Return the entries of `template` with what `old` knows, and how many went which way.

    1. same context, same text: kept as it is;
    2. same context (of a form), text edited: kept, fuzzy, with the previous text;
    3. same text, new context, one known translation: kept, fuzzy, with the previous context;
    4. same text, new context, translated in several ways: nothing is guessed;
    5. new text: empty.
    Translations that no text asks for any more stay at the end as obsolete.
    """
    known = {entry.key: entry for entry in sorted(old, key=lambda entry: not entry.obsolete)}
    wanted = {entry.key for entry in template}
    gone: dict[str, list[Entry]] = {}
    for entry in old:
        if entry.context and entry.key not in wanted and any(entry.strings):
            gone.setdefault(entry.context, []).append(entry)
    by_text = _by_text(old)
    by_text_everywhere = _by_text(everywhere)
    report: Counter[str] = Counter()
    entries = []
    used: list[Entry] = []
    for text in template:
        same = known.get(text.key)
        edited = gone.get(text.context or "", [])
        moved = by_text.get((text.id, text.plural)) or by_text_everywhere.get((text.id, text.plural), [])
        if same is not None and same.plural == text.plural:
            entry, why = _kept(text, same), SAME
            used.append(same)
        elif len(edited) == 1 and (edited[0].plural is None) == (text.plural is None):
            entry, why = _taken(text, edited[0]), EDITED
            used.append(edited[0])
        elif len({tuple(other.strings) for other in moved}) == 1:
            entry, why = _taken(text, moved[0]), MOVED
        else:
            entry, why = replace(text, strings=[]), NEW
        entries.append(entry)
        report[why] += 1
    for entry in old:
        if any(entry.strings) and not any(entry is other for other in used):
            entries.append(replace(entry, obsolete=True, notes=[], places=[], flags=[], previous=[]))
    return entries, report


def _by_text(entries: Iterable[Entry]) -> dict[tuple[str, str | None], list[Entry]]:
    found: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in entries:
        if entry.translated:
            found.setdefault((entry.id, entry.plural), []).append(entry)
    return found


def _kept(text: Entry, old: Entry) -> Entry:
    flags = text.flags + [flag for flag in old.flags if flag == "fuzzy"]
    return replace(text, strings=old.strings, comments=old.comments, previous=old.previous, flags=flags)


def _taken(text: Entry, old: Entry) -> Entry:
    previous = []
    if old.context is not None and old.context != text.context:
        previous.append(f'msgctxt "{escape(old.context)}"')
    previous.append(f'msgid "{escape(old.id)}"')
    if old.plural is not None:
        previous.append(f'msgid_plural "{escape(old.plural)}"')
    flags = ["fuzzy", *text.flags]
    return replace(text, strings=old.strings, comments=old.comments, previous=previous, flags=flags)
