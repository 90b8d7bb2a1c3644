"""What was found becomes a query: cells edited in Excel, answers that do not keep the rules of their form.

The question is put in the language the office fills in. Asking twice makes nothing new: a finding is marked
with the query that asks about it, and a problem is not asked about again while the answer is the same.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.hq.deep_check import AnswerProblem, deep_check
from habitat_desktop.i18n.catalogues import LANGUAGES, _, explain, speaking
from habitat_desktop.packages.edited_answers import current
from habitat_desktop.packages.exporting import tolerant
from habitat_desktop.packages.finding import Finding, from_document
from habitat_desktop.packages.texts import words
from habitat_desktop.records import asking, findings, queries, repository, roles
from habitat_desktop.records.act import Actor
from habitat_desktop.records.conversation import Forms, RecordSeen
from habitat_desktop.records.conversation_errors import RecordNotHereError
from habitat_desktop.records.merging import plain
from habitat_desktop.records.queries import DEEP_CHECK, EXCEL, Query
from habitat_desktop.settings import Settings

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

Outcome = Literal["asked", "already", "left"]
SETTLED = "settled"  # marks a finding whose record says so meanwhile


class AboutNoRecordError(HabitatError):
    code = "ABOUT_NO_RECORD"
    message = N_("It is about no record, so no office can be asked. It stays among the findings.")


class EntryMovedError(HabitatError):
    code = "ENTRY_MOVED"
    message = N_("Its entry is no longer in the record {label}. It stays among the findings.")


class FormMissingError(HabitatError):
    code = "FORM_MISSING"
    message = N_("It can only be asked about once the form is installed here.")


@dataclass(frozen=True)
class Asked:
    """What became of one finding or problem.

    `outcome`: "asked", "already" (a query asks so, or the record says so meanwhile) or "left", then `error`
    says why. `query` is the query about it, None for none. `message` is what was found, in words.
    """

    outcome: Outcome
    origin: str
    record_id: str
    label: str
    message: str
    query: Query | None = None
    error: HabitatError | None = None


def ask_about_findings(
    session: "Session",
    settings: Settings,
    forms: Forms,
    actor: Actor,
    *,
    record_id: str | None = None,
    payloads: Collection[str] | None = None,
    rules: bool = False,
    records: Collection[str] | None = None,
) -> list[Asked]:
    """Ask the offices about every open finding, of one record or of some packages, in one transaction.

    `rules`: also about what the deep check finds in `records` (ids; None for all, or `record_id`).

    Raises:
        RoleError, NobodyActsError.
    """
    roles.require(actor.role, "query")
    asker = _Asker(session, settings, forms, actor)
    found = [
        asker.about_finding(kept)
        for kept in reversed(findings.findings(session, record_id=record_id, open_only=True))
        if payloads is None or kept.payload_sha256 in payloads
    ]
    if rules:
        chosen = [record_id] if record_id is not None else records
        found += asker.about_rules(chosen)
    return found


def unasked(
    session: "Session", settings: Settings, forms: Forms, record_id: str, *, language: str
) -> tuple[list[Finding], list[AnswerProblem]]:
    """Return the findings and problems of a record that nobody has asked about."""
    open_ones = findings.findings(session, record_id=record_id, open_only=True)
    told = [from_document(kept.document, tolerant(forms)) for kept in open_ones]
    asked = queries.list_queries(session, forms, language=language, record_id=record_id)
    problems = [
        problem
        for problem in deep_check(session, settings, forms, records=[record_id], language=language)
        if _same_problem(problem, asked) is None
    ]
    return told, problems


class _Asker:
    def __init__(self, session: "Session", settings: Settings, forms: Forms, actor: Actor) -> None:
        self._session = session
        self._settings = settings
        self._forms = forms
        self._actor = actor

    def about_finding(self, kept: findings.KeptFinding) -> Asked:
        finding = from_document(kept.document, tolerant(self._forms))
        try:
            query, outcome = self._finding(kept, finding)
        except HabitatError as error:
            return Asked("left", EXCEL, kept.record_id, finding.label, finding.message, error=error)
        handled = query.act_id if query is not None else SETTLED
        findings.mark_handled(self._session, kept.office, kept.file_sha256, kept.ordinal, handled)
        return Asked(outcome, EXCEL, kept.record_id, finding.label, finding.message, query)

    def _finding(self, kept: findings.KeptFinding, finding: Finding) -> tuple[Query | None, Outcome]:
        if not kept.record_id:
            raise AboutNoRecordError
        seen = RecordSeen(self._session, self._forms, kept.record_id)
        if seen.head is None:
            raise RecordNotHereError(label=finding.label)
        place = seen.ref_now(finding.ref, finding.revision_id) if finding.ref else ""
        if place is None:
            raise EntryMovedError(label=seen.label)
        language = _language(seen)
        origin = {"kind": EXCEL} | {
            name: str(getattr(finding, name))
            for name in ("code", "sheet", "cell", "old", "new", "choice")
            if getattr(finding, name)
        }
        for query in self._known(kept.record_id):
            if _is_about(query, place, origin):
                return query, "already"
        with speaking(language):
            if place and current(finding, place, seen.head.answers, words()) == finding.new:
                return None, "already"
            text = _("This was changed in Excel and not in the program: {what} Which answer is right?")
            reason = text.format(what=from_document(kept.document, tolerant(self._forms)).message)
        return self._ask(kept.record_id, place, reason, origin, language), "asked"

    def about_rules(self, records: Collection[str] | None) -> Iterator[Asked]:
        ids = list(records) if records is not None else repository.list_ids(self._session, order="label")
        for record_id in ids:
            seen = RecordSeen(self._session, self._forms, record_id)
            if seen.summary is None or seen.summary.office == self._settings.office:
                continue
            language = _language(seen)
            found = deep_check(
                self._session, self._settings, self._forms, records=[record_id], language=language
            )
            for problem in found:
                yield self._problem(problem, language)

    def _problem(self, problem: AnswerProblem, language: str) -> Asked:
        told = (DEEP_CHECK, problem.record_id, problem.label, problem.message)
        known = _same_problem(problem, self._known(problem.record_id))
        if known is not None:
            return Asked("already", *told, known)
        if problem.code == "form":
            return Asked("left", *told, error=FormMissingError())
        with speaking(language):
            text = _(
                "This does not keep the rules of the form: {what} "
                "Please correct the answer, or say why it is right."
            )
            reason = text.format(what=problem.message)
        origin = {"kind": DEEP_CHECK, "code": problem.code}
        try:
            query = self._ask(problem.record_id, problem.ref, reason, origin, language)
        except HabitatError as error:
            return Asked("left", *told, error=error)
        return Asked("asked", *told, query)

    def _ask(self, record_id: str, ref: str, reason: str, origin: dict[str, str], language: str) -> Query:
        return asking.ask(
            self._session,
            self._forms,
            self._settings,
            replace(self._actor, language=language),
            record_id,
            ref=ref,
            reason=reason,
            origin=origin,
        )

    def _known(self, record_id: str) -> list[Query]:
        return queries.list_queries(
            self._session, self._forms, language=self._actor.language, record_id=record_id
        )


def _language(seen: RecordSeen) -> str:
    """Return the language an office fills a record in."""
    language = seen.head.language if seen.head is not None else ""
    return language if language in LANGUAGES else "en"


def _is_about(query: Query, place: str, origin: dict[str, str]) -> bool:
    """Whether a query asks about the same edit, also where it came in another file."""
    same = ("kind", "code", "old", "new", "choice")
    if query.ref_now != place or any(query.origin.get(name) != origin.get(name) for name in same):
        return False
    return bool(place) or query.origin.get("sheet") == origin.get("sheet")


def _same_problem(problem: AnswerProblem, known: Collection[Query]) -> Query | None:
    for query in known:
        if query.origin.get("kind") != DEEP_CHECK or query.origin.get("code") != problem.code:
            continue
        if query.ref_now == problem.ref and plain(query.value) == plain(query.value_now):
            return query
    return None


def why(asked: Asked) -> str:
    """Return what was found, and why nobody was asked about it."""
    return asked.message if asked.error is None else f"{asked.message} {explain(asked.error)}"
