"""Headquarters with a real database: returns of offices, decisions, expected returns, reports of them."""

from datetime import UTC, date, datetime
from typing import Any

from habitat_desktop.progress import Progress
from habitat_desktop.records import deciding, expected_acts, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.basis import Basis
from habitat_desktop.records.database import Database
from habitat_desktop.records.expected import Terms
from habitat_desktop.records.record import Heading, Kind, Revision, utc_text
from habitat_desktop.reports import catalogue
from habitat_desktop.reports.document import Cell, Document, Figure, Section, Table
from habitat_desktop.reports.evidence import Evidence, Origin, Scope
from habitat_desktop.xforms.library import Library
from tests.records.making import hand

NOW = datetime(2026, 7, 20, 9, 0, tzinfo=UTC)


class Headquarters:
    """A database at headquarters, and short ways to fill it and to ask it."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library
        self._number = 0

    def take(
        self,
        form_id: str,
        answers: dict[str, Any],
        *,
        office: str = "KE",
        country: str = "KEN",
        period: str = "2026-H1",
        record: str = "",
        parents: tuple[str, ...] = (),
        version: str = "",
        language: str = "en",
        received: bool = True,
        kind: Kind = "edit",
        at: datetime = NOW,
    ) -> Revision:
        """Take in a return; `answers` by name: of questions ({"budget_usd": 1}), of repeats (lists)."""
        form = self.library.form(form_id, version or None)
        self._number += 1
        nested = nest(form, form.root.path, answers)
        subject = next((_at(nested, path, form.root.path) for path in form.subject), "")
        record = record or f"record-{self._number}"
        revision = Revision(
            record_id=record,
            office=office,
            label=f"{office}-TEST-{record.removeprefix('record-').rjust(4, '0')}",
            installation=f"laptop {office}",
            number=self._number,
            parents=parents,
            heading=Heading(form_id, form.version, form.hash, country, period, subject or ""),
            kind=kind,
            reason="because" if kind == "withdraw" else "",
            author="Wanjiru",
            language=language,
            answers=nested,
            authors={},
            justifications={},
            made_at=utc_text(at),
            instance_id=f"uuid:{self._number}",
            deprecated_id="",
        )
        with self.database.begin() as session:
            repository.add_revisions(session, [revision], received_at=utc_text(NOW) if received else None)
        return revision

    def accept(self, *revisions: Revision) -> None:
        """Accept records as they are now."""
        with self.database.begin() as session:
            for revision in revisions:
                deciding.accept(session, self.library.form, self._hand(), revision.label)

    def expect(self, office: str, form_id: str, country: str = "", period: str = "2026-H1") -> None:
        """Wait for a return."""
        with self.database.begin() as session:
            terms = Terms(office, form_id, country, period, "", "2026-07-31")
            expected_acts.expect_all(session, self._hand(), [terms])

    def _hand(self) -> Actor:
        return hand("headquarters", "HQ", "A. Diallo")

    def report(
        self,
        name: str,
        *periods: str,
        language: str = "en",
        basis: Basis = "received",
        offices: tuple[str, ...] = (),
        countries: tuple[str, ...] = (),
        progress: Progress | None = None,
    ) -> Document:
        """Make a report."""
        scope = Scope(periods or ("2026-H1",), basis, offices, countries)
        origin = Origin("Headquarters, Nairobi", "7f3k", date(2026, 7, 21))
        with self.database.read() as session:
            evidence = Evidence(session, self.library, scope, origin, progress)
            return catalogue.make(name, evidence, language)


def nest(form: Any, around: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Put answers by name into the groups of their form; numbers become text, as they are stored."""
    by_name = {}
    for element in form.walk():
        inside = element.path[len(around) + 1 :]
        if element.path.startswith(f"{around}/"):
            by_name.setdefault(element.name, inside)
    nested: dict[str, Any] = {}
    for name, value in answers.items():
        *groups, last = by_name[name].split("/")
        node = nested
        for group in groups:
            node = node.setdefault(group, {})
        if isinstance(value, list) and value and isinstance(value[0], dict):
            path = f"{around}/{by_name[name]}"
            node[last] = [nest(form, path, entry) for entry in value]
        else:
            node[last] = value if isinstance(value, str | list | dict) else str(value)
    return nested


def _at(answers: Any, path: str, root: str) -> str:
    for name in path[len(root) + 1 :].split("/"):
        answers = answers.get(name, {}) if isinstance(answers, dict) else {}
    return answers if isinstance(answers, str) else ""


# -- looking at a report ---------------------------------------------------------------------------------


def section(document: Document, title: str) -> Section:
    """Return the section of that title."""
    return next(
        block for _depth, block in document.walk() if isinstance(block, Section) and block.title == title
    )


def parts(document: Document, title: str) -> list[Any]:
    """Return the blocks of that section."""
    return list(section(document, title).blocks)


def table(document: Document, title: str) -> Table:
    """Return the first table of that section."""
    return next(block for block in section(document, title).blocks if isinstance(block, Table))


def row(found: Table, *first: str) -> list[Any]:
    """Return what stands in the row that begins with these texts; None is what is missing."""
    for cells in (*found.rows, found.total):
        plain = [plain_value(cell) for cell in cells]
        if tuple(plain[: len(first)]) == first:
            return plain[len(first) :]
    raise AssertionError(f"no row {first} in {[[plain_value(c) for c in r] for r in found.rows]}")


def plain_value(cell: Cell) -> Any:
    """Return a cell as a test writes it; a figure that is n of N as (value, n, N)."""
    if isinstance(cell, Figure):
        value = None if cell.value is None else float(cell.value)
        return (value, cell.known, cell.total) if cell.is_partial else value
    for name in ("text", "value", "iso", "label"):
        if hasattr(cell, name):
            found = getattr(cell, name)
            return found if isinstance(found, str) else float(found)
    return None


def fact(document: Document, title: str) -> str:
    """Return what the first page says under a title."""
    from habitat_desktop.i18n.catalogues import speaking
    from habitat_desktop.reports.wording import filled

    with speaking(document.language):
        return next(filled(one.value) for one in document.basis if one.title == title)
