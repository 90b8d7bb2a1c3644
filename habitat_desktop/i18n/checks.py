"""What can be found wrong in a translation without knowing the language."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from habitat_desktop.i18n.languages import Language, languages
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.text import fold
from habitat_desktop.i18n.workshop import Workshop, glossary_hits, plural_examples, variants

# none looks for its end past its next beginning: a hostile text would take time by its square
_PLACEHOLDER = re.compile(r"\$\{[^{}]+\}|\{\w+\}|%\(\w+\)[sdf]")
_PERCENT = re.compile(r"%[sd](?!\w)")
_MARKUP = re.compile(r"\*\*|</?[a-zA-Z][^<>]*>|\]\([^()]*\)")
_MNEMONIC = re.compile(r"&(?=\w)")
_ISOLATES, _POP = "\u2066\u2067\u2068", "\u2069"
_EMBEDDINGS = re.compile("[\u202a-\u202e]")
# what cannot be seen and does not belong into a sentence; isolates have a check of their own
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffd]")
_INNER = {
    "ar": re.compile("[\u0621-\u064a][,;?]"),
    "zh": re.compile("[\u4e00-\u9fff][,;:?!]"),
}
_FOREIGN = {
    "ar": re.compile("[\u06a9\u06cc\u06be\u06c1\u06d2]"),
    "ru": re.compile("[\u0456\u0457\u0454\u0491]"),
}
_CHECK_OK = re.compile(r"check-ok:\s*(.+)")
_ENDS = {
    "zh": {":": "：", "?": "？", ".": "。", "!": "！", ";": "；"},
    "ar": {"?": "؟", ";": "؛"},
}
_FRENCH_SPACE = re.compile(r"[^\s\u00a0\u202f?!.…(][:;?!»](?=\s|$)|[ ][:;?!»](?=\s|$)|«(?![\u00a0\u202f])")
_DOUBLED = re.compile(r"(?<!\w)(\w{2,}) \1(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """One finding; errors block, warnings ask a person to look."""

    severity: Literal["error", "warning"]
    name: str  # what "# check-ok: name" silences, for warnings
    language: str
    domain: str
    context: str
    id: str
    message: str

    def __str__(self) -> str:
        where = f"{self.language}/{self.domain}"
        text = self.id if len(self.id) <= 60 else self.id[:59] + "…"
        return f"{self.severity}: {where}: {self.name}: {self.message} [{self.context}] “{text}”"


Finding = tuple[str, str]  # name, message


def check_language(workshop: Workshop, language: str, *, strict: bool = False) -> Iterator[Problem]:
    """Check the catalogues of a language; `strict` also asks for all texts translated and nothing fuzzy."""
    for domain in workshop.domains():
        yield from check_catalogue(workshop, language, domain, strict=strict)
    yield from check_consistency(workshop, language)


def check_consistency(workshop: Workshop, language: str) -> Iterator[Problem]:
    """Yield a warning for each text that is translated in different words elsewhere.

    A context in the program's own texts is there to let translations differ; endings may differ, too.
    """
    first: dict[str, tuple[str, Entry]] = {}
    for domain in workshop.domains():
        for entry in workshop.catalogue(language, domain):
            compared = entry.translated and not entry.obsolete and entry.id and entry.plural is None
            if not compared or (domain == "app" and entry.context) or "inconsistent" in _allowed(entry):
                continue
            other_domain, other = first.setdefault(entry.id, (domain, entry))
            if not _same_words(entry.strings[0], other.strings[0], language):
                message = f"is “{entry.strings[0]}” here and “{other.strings[0]}” in {other_domain}"
                yield Problem(
                    "warning", "inconsistent", language, domain, entry.context or "", entry.id, message
                )


def _same_words(text: str, other: str, language: str) -> bool:
    if text == other:
        return True
    one, two = _stems(text, language).split(), _stems(other, language).split()
    pairs = zip(one, two, strict=False)
    return len(one) == len(two) and all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def check_catalogue(
    workshop: Workshop, language: str, domain: str, *, strict: bool = False
) -> Iterator[Problem]:
    """Yield what is wrong in one catalogue."""
    entries = workshop.catalogue(language, domain)
    row = languages()[language]

    def error(entry: Entry, name: str, message: str) -> Problem:
        return Problem("error", name, language, domain, entry.context or "", entry.id, message)

    if not entries:
        yield error(Entry(""), "missing", "there is no catalogue: run update")
        return
    head = entries[0] if not entries[0].id else Entry("")
    yield from (error(head, "header", message) for message in header_faults(head, row))
    live = [entry for entry in entries if entry.id and not entry.obsolete]
    counted = Counter(entry.key for entry in live)
    yield from (
        error(entry, "duplicate", "stands here more than once") for entry in live if counted[entry.key] > 1
    )
    if counted.keys() != {entry.key for entry in workshop.template(domain)}:
        yield error(head, "stale", "other texts than the template: run update")
    glossary = workshop.glossary(language)
    for entry in live:
        if strict and entry.fuzzy:
            yield error(entry, "fuzzy", "waits for a person to look at it")
        elif strict and not any(entry.strings):
            yield error(entry, "untranslated", "has no translation")
        if not any(entry.strings):
            continue
        yield from (error(entry, *finding) for finding in entry_errors(entry, row))
        if not entry.fuzzy:
            allowed = _allowed(entry)
            for name, message in entry_warnings(entry, row, glossary):
                if name not in allowed:
                    yield Problem("warning", name, language, domain, entry.context or "", entry.id, message)


def entry_errors(entry: Entry, row: Language) -> Iterator[Finding]:
    """Yield what would break the program or the sentence in a translation that was begun."""
    if entry.plural is None and len(entry.strings) != 1:
        yield "forms", "one text expected"
        return
    if entry.plural is not None and (len(entry.strings) != row.plural_count or not all(entry.strings)):
        filled = sum(map(bool, entry.strings))
        yield "forms", f"{filled} of {row.plural_count} plural forms are filled"
        return
    for index, text in enumerate(entry.strings):
        yield from _placeholder_errors(entry, row, index)
        if _count(_MARKUP, text) != _count(_MARKUP, entry.id if index == 0 else entry.plural or entry.id):
            yield "markup", "marks such as ** or <b> differ from the source"
        yield from _bidi_errors(text)
        if found := _UNSEEN.search(text):
            yield "unseen", f"a character that cannot be seen: U+{ord(found[0]):04X}"
        if unicodedata.normalize("NFC", text) != text:
            yield "not-NFC", "letters are not composed (NFC)"
        # what separates the items of a list is written as the language does, Chinese without a space
        if any(map(str.isalnum, entry.id)) and _edges(text) != _edges(entry.id):
            yield "space", "begins or ends with another space or line end than the source"


def placeholder_difference(entry: Entry, index: int) -> tuple[list[str], list[str]]:
    """Return the placeholders that the form `index` of a translation misses, and those it has too many."""
    source = entry.plural or entry.id
    text = entry.strings[index]
    patterns = [_PLACEHOLDER] + ([_PERCENT] if _PERCENT.search(source) else [])
    want: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for pattern in patterns:
        want += _count(pattern, source)
        got += _count(pattern, text)
    return sorted((want - got).elements()), sorted((got - want).elements())


def _placeholder_errors(entry: Entry, row: Language, index: int) -> Iterator[Finding]:
    source = entry.plural or entry.id
    text = entry.strings[index]
    missing, added = placeholder_difference(entry, index)
    # the form for exactly one number may say it in a word, as may the English singular
    in_words = entry.plural is not None and len(plural_examples(row)[index]) == 1
    if added or len(missing) > in_words:
        parts = ["misses " + " ".join(missing)] if missing else []
        parts += ["has too many: " + " ".join(added)] if added else []
        yield "placeholder", ", ".join(parts)
    braces, expected = (_braces(_PLACEHOLDER.sub("", one)) for one in (text, source))
    if braces != expected and not missing:
        yield "placeholder", "braces that stand for nothing"


def _braces(text: str) -> tuple[int, int]:
    return text.count("{"), text.count("}")


def _bidi_errors(text: str) -> Iterator[Finding]:
    if _EMBEDDINGS.search(text):
        yield "bidi", "embeddings and overrides are not allowed, only isolates"
    depth = 0
    for sign in text:
        depth += (sign in _ISOLATES) - (sign == _POP)
        if depth < 0:
            break
    if depth:
        yield "bidi", "isolates are not closed"


def entry_warnings(entry: Entry, row: Language, glossary: dict[str, str]) -> Iterator[Finding]:
    """Yield what a person should look at; `# check-ok: name` in the catalogue says it was."""
    for index, text in enumerate(entry.strings):
        source = entry.plural if entry.plural and index else entry.id
        yield from _punctuation_warnings(source, text, row.code)
        # one word is often the same in Spanish and French, never in other scripts
        latin = len(re.findall(r"[A-Za-z]{4,}", _PLACEHOLDER.sub("", text)))
        if text == source and latin > (row.code in ("es", "fr")):
            yield "same-as-source", "is the English text"
        if found := _DOUBLED.search(text):
            yield "double-word", f"“{found[0]}”"
        if row.code == "ar" and "\u0640" in text:
            yield "kashida", "letters are stretched"
        if _count(_MNEMONIC, text) != _count(_MNEMONIC, source):
            yield "mnemonic", "the & of the keyboard letter differs from the source"
        yield from _letter_warnings(source, text, row.code)
    for term, agreed, is_used in terms_in(entry, row, glossary):
        if not is_used:
            yield "glossary", f"“{term}” is agreed as “{agreed}”"


def terms_in(entry: Entry, row: Language, glossary: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield the agreed terms in the English of `entry`, how they are agreed, and whether they are used so."""
    said = _stems(" ".join(entry.strings), row.code)
    for term, agreed in glossary_hits(entry.id, glossary).items():
        yield term, agreed, any(_says(said, form, row.code) for form in variants(agreed))


def is_allowed(entry: Entry, name: str) -> bool:
    """Whether a person has said of the finding `name` that it is right all the same."""
    return name in _allowed(entry)


def _letter_warnings(source: str, text: str, language: str) -> Iterator[Finding]:
    within = text.rstrip()[:-1]  # the last sign has a check of its own
    if language in _INNER and (found := _INNER[language].search(within)):
        yield "inner-punctuation", f"a Latin sign within the sentence: “{found[0]}”"
    if language in _FOREIGN and (found := _FOREIGN[language].search(text)):
        yield "foreign-letter", f"“{found[0]}” is a letter of another language"
    if text.count("\n") != source.count("\n"):
        yield "lines", "has more or fewer lines than the source"


def _punctuation_warnings(source: str, text: str, language: str) -> Iterator[Finding]:
    end = source.rstrip()[-1:]
    if end in tuple(":?!.;…"):
        expected = _ENDS.get(language, {}).get(end, end)
        if not text.rstrip().endswith((expected, "……") if end == "…" else expected):
            yield "end-punctuation", f"ends with {text.rstrip()[-1:]!r} where {expected!r} is expected"
    if language == "fr" and (found := _FRENCH_SPACE.search(text)):
        yield "french-space", f"a no-break space belongs at “{found[0]}”"
    if language == "es":
        for opened, closed in (("¿", "?"), ("¡", "!")):
            if text.count(opened) != text.count(closed):
                yield "spanish-marks", f"{opened} and {closed} belong together"


def header_faults(head: Entry, row: Language) -> Iterator[str]:
    """Yield what is wrong in the header of a catalogue of the language `row`."""
    fields = dict(line.partition(":")[::2] for line in "".join(head.strings).splitlines())
    for name, expected in (
        ("Language", row.code),
        ("Plural-Forms", row.plural_forms),
        ("Content-Type", "text/plain; charset=UTF-8"),
    ):
        if fields.get(name, "").strip() != expected:
            yield f"{name} must be “{expected}”"
    if "fuzzy" in head.flags:
        yield "the header is marked fuzzy"


def _allowed(entry: Entry) -> set[str]:
    found = [match for comment in entry.comments if (match := _CHECK_OK.match(comment))]
    return {name.strip() for match in found for name in match[1].split(",")}


def _count(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


@cache
def _stems(text: str, language: str) -> str:
    """Return a text in which an inflected term is still found: folded, words cut to their beginnings."""
    if language == "zh":
        return fold(text)
    return " ".join(_stem(word, language) for word in re.findall(r"\w+", fold(text)))


def _stem(word: str, language: str) -> str:
    if language == "ar":  # articles and prepositions are written together with the word, endings vary
        word = re.sub(r"^(?:[وفبلك]?ال|لل|[وفبلك](?=\w{4}))", "", word)
        return re.sub(r"(?:ات|ان|ين|ون|يه|ه|ي)$", "", word) if len(word) > 4 else word
    return word[: max(3, len(word) - (3 if language == "ru" else 2))]


def _says(said: str, term: str, language: str) -> bool:
    if language == "zh":
        return re.sub("[《》“”]", "", fold(term)) in re.sub("[《》“”]", "", said)
    have = said.split()

    def said_word(stem: str) -> bool:
        return any(word.startswith(stem) or (stem.startswith(word) and len(word) > 3) for word in have)

    return all(len(stem) < 3 or said_word(stem) for stem in _stems(term, language).split())
