"""The deep check: whether the answers that came keep the rules of the form they were given in.

It runs apart from taking packages in, which asks only what is signed, whole and new: a rule that does not
hold is a question to the office, never a reason to refuse its word.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.progress import Progress
from habitat_desktop.records import repository
from habitat_desktop.records.entry import look, open_entry
from habitat_desktop.records.environments import environment_of
from habitat_desktop.records.links import Links
from habitat_desktop.records.record import RecordState, Revision, utc_time
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

Forms = Callable[[str, str], Form]
_PAGE = 200  # records read at a time

_FORM_UNKNOWN = N_(
    "The version {version} of the form {form} is not installed here: its rules were not asked."
)
_UNCONFIRMED = N_("The answer came along from the last period and nobody has confirmed it yet.")
_FORM_OTHER = N_(
    "The form {form}, version {version}, is not the one installed here: its rules were not asked."
)


@dataclass(frozen=True)
class AnswerProblem:
    """One thing in a record that its form does not allow.

    `code` is "required", "constraint", "form" (unknown or another one), "unconfirmed" (of a draft) or the
    code of the error that says why the answers do not fit; `ref` and `question` are "" for the whole record.
    """

    record_id: str
    label: str
    office: str
    revision_id: str
    code: str
    ref: str
    question: str
    message: str


def deep_check(
    session: "Session",
    settings: Settings,
    forms: Forms,
    *,
    records: Collection[str] | None = None,
    language: str = "en",
    progress: Progress | None = None,
) -> Iterator[AnswerProblem]:
    """Yield what is wrong with what the records show now: all of them, or those with the ids given.

    A record in conflict is checked by the revision it shows. Raises `Cancelled` when asked to stop.
    """
    progress = progress or Progress()
    ids = list(records) if records is not None else repository.list_ids(session, order="label")
    links = Links(session)
    drafts = set(repository.list_ids(session, state=RecordState.DRAFT))
    for done, record_id in enumerate(ids):
        if done % _PAGE == 0:
            progress.step(done, len(ids))
        revision = repository.current(session, record_id)
        if revision is not None and revision.kind != "withdraw":
            yield from check_revision(revision, settings, forms, language=language, links=links)
        if record_id in drafts:
            yield from unconfirmed(session, settings, forms, record_id, language=language)
    progress.step(len(ids), len(ids))


def unconfirmed(
    session: "Session", settings: Settings, forms: Forms, record_id: str, *, language: str = "en"
) -> Iterator[AnswerProblem]:
    """Yield the answers of a draft that came along from last period and nobody has confirmed."""
    draft = repository.find_draft(session, record_id)
    if draft is None or not draft.carried:
        return
    try:
        entry = open_entry(session, forms, settings, record_id, language=language)
    except HabitatError:
        return  # two revisions stand side by side, or its form is not here: told elsewhere
    for state in entry.unconfirmed():
        yield AnswerProblem(
            record_id=record_id,
            label=draft.label,
            office=draft.office,
            revision_id="",
            code="unconfirmed",
            ref=state.ref,
            question=state.label,
            message=_(_UNCONFIRMED),
        )


def check_revision(
    revision: Revision,
    settings: Settings,
    forms: Forms,
    *,
    language: str = "en",
    links: Links | None = None,
) -> Iterator[AnswerProblem]:
    """Yield what the form of a revision does not allow in it."""

    def problem(code: str, message: str, ref: str = "", question: str = "") -> AnswerProblem:
        return AnswerProblem(
            revision.record_id,
            revision.label,
            revision.office,
            revision.revision_id,
            code,
            ref,
            question,
            message,
        )

    heading = revision.heading
    named = {"form": heading.form_id, "version": heading.form_version}
    try:
        form = forms(heading.form_id, heading.form_version)
    except (HabitatError, KeyError):
        yield problem("form", _(_FORM_UNKNOWN).format(**named))
        return
    if form.hash != heading.form_hash:
        yield problem("form", _(_FORM_OTHER).format(**named))
        return
    environment = environment_of(settings, heading, revision.record_id, language)
    if links is not None:
        environment = replace(environment, record_rows=links.rows(form, revision.office))
    try:
        instance = look(form, environment, revision.answers, utc_time(revision.made_at))
    except HabitatError as error:
        yield problem(error.code, explain(error))
        return
    for found in instance.problems():
        yield problem(found.kind, found.message, found.ref, found.label)
