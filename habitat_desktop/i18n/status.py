"""How far the translations are: translated and reviewed by a person, two numbers, never one."""

from dataclasses import dataclass

from habitat_desktop.i18n.languages import LANGUAGES, SOURCE
from habitat_desktop.i18n.workshop import Workshop, is_reviewed


@dataclass(frozen=True)
class Status:
    """One catalogue in numbers. English is the source: every text counts as translated, none as reviewed."""

    language: str
    domain: str
    texts: int
    translated: int
    fuzzy: int
    reviewed: int

    @property
    def translated_percent(self) -> float:
        """Share of the texts shown in the language; rounded down, so that 100 means all."""
        return _percent(self.translated, self.texts)

    @property
    def reviewed_percent(self) -> float:
        """Share of the texts a person has looked at; rounded down."""
        return _percent(self.reviewed, self.texts)

    def shares(self) -> dict[str, float]:
        """Return both shares by name."""
        return {"translated_percent": self.translated_percent, "reviewed_percent": self.reviewed_percent}


def status(workshop: Workshop, language: str, domain: str) -> Status:
    """Count one catalogue against its template."""
    wanted = {entry.key for entry in workshop.template(domain)}
    if language == SOURCE:
        return Status(language, domain, len(wanted), len(wanted), 0, 0)
    entries = [e for e in workshop.catalogue(language, domain) if not e.obsolete and e.key in wanted]
    return Status(
        language,
        domain,
        len(wanted),
        sum(entry.translated for entry in entries),
        sum(entry.fuzzy for entry in entries),
        sum(is_reviewed(entry) for entry in entries),
    )


def all_status(workshop: Workshop) -> list[Status]:
    """Count every catalogue, language by language."""
    return [status(workshop, language, domain) for language in LANGUAGES for domain in workshop.domains()]


def total(rows: list[Status]) -> Status:
    """Add up the catalogues of one language."""
    return Status(
        rows[0].language,
        "",
        sum(row.texts for row in rows),
        sum(row.translated for row in rows),
        sum(row.fuzzy for row in rows),
        sum(row.reviewed for row in rows),
    )


def _percent(part: int, whole: int) -> float:
    return part * 1000 // whole / 10 if whole else 100.0
