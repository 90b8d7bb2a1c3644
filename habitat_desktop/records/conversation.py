"""What the conversation about a record is told with: the record, its revisions, the names of queries.

Queries and reviews are folded from acts each time they are asked for (`queries`, `reviews`), and written by
`asking` and `deciding`: whoever holds the same acts and revisions sees the same, whatever came first. Acts of
kinds this program does not know are kept and passed over.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import HabitatError
from habitat_desktop.records import repository
from habitat_desktop.records.act import Act
from habitat_desktop.records.conversation_errors import RecordNotHereError, RecordWithdrawnError
from habitat_desktop.records.entry import ConflictError, RecordNotFoundError
from habitat_desktop.records.entry_places import NotAPlaceError, path_of, place_of
from habitat_desktop.records.links import Links, Rows
from habitat_desktop.records.record import RecordSummary, Revision
from habitat_desktop.xforms.definition import Form, Question

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Forms = Callable[[str, str], Form]

QUERY, RETURN = "Q", "R"  # what stands before the number in a name: KE-7F3K-0042/Q3
UNAVAILABLE = "$unavailable"
_NUMBERS = 1_000_000  # beyond it no program of ours counts
_NAME = re.compile(r"(?P<record>.+)/(?P<letter>[QRqr])(?P<number>\d{0,6})(?:-(?P<start>[0-9A-Fa-f]{4,}))?")


class RecordSeen:
    """A record as far as the conversation about it needs it, read once.

    `summary` is None where nothing of it has come yet: acts may be here before what they are about.
    """

    def __init__(
        self, session: "Session", forms: Forms, record_id: str, summary: RecordSummary | None = None
    ) -> None:
        self._session, self._forms = session, forms
        self._revisions: dict[str, Revision | None] = {}
        self.record_id = record_id
        self.summary = summary or repository.find_record(session, record_id)

    @property
    def label(self) -> str:
        return self.summary.label if self.summary is not None else self.record_id

    @property
    def office(self) -> str | None:
        """The office of the record; None where nothing of it has come yet."""
        return self.summary.office if self.summary is not None else None

    @cached_property
    def head(self) -> Revision | None:
        """The revision the record shows; None where none is here."""
        heads = self.summary.heads if self.summary is not None else ()
        return repository.revision(self._session, heads[0]) if heads else None

    def record_rows(self, form: Form) -> Rows:
        """Return the rows of the lists of `form` that are made of records of this office."""
        return Links(self._session).rows(form, self.office or "")

    @cached_property
    def history(self) -> list[Revision]:
        """The revisions of the record, parents before children."""
        return repository.history(self._session, self.record_id)

    def revision(self, revision_id: str) -> Revision | None:
        if self.head is not None and self.head.revision_id == revision_id:
            return self.head
        if revision_id not in self._revisions:
            found = repository.revision(self._session, revision_id) if revision_id else None
            mine = found is not None and found.record_id == self.record_id
            self._revisions[revision_id] = found if mine else None
        return self._revisions[revision_id]

    def number(self, revision_id: str) -> int:
        """Return which revision of the record it is, from 1; 0 where it is not here."""
        if self.summary is not None and self.summary.heads == (revision_id,):
            return self.summary.revisions  # a single head comes after all others
        ids = [one.revision_id for one in self.history]
        return ids.index(revision_id) + 1 if revision_id in ids else 0

    @cached_property
    def form(self) -> Form | None:
        """The form of what the record shows; None where it is not installed here."""
        if self.head is None:
            return None
        try:
            return self._forms(self.head.heading.form_id, self.head.heading.form_version)
        except (HabitatError, KeyError):
            return None

    def question(self, ref: str) -> Question | None:
        element = self.form.elements.get(path_of(ref)) if self.form is not None else None
        return element if isinstance(element, Question) else None

    def label_of(self, ref: str, language: str) -> str:
        """Return what the question at `ref` is called; its name where the form is not here."""
        question = self.question(ref)
        return (question.label(language) if question is not None else "") or path_of(ref).rpartition("/")[2]

    def ref_now(self, ref: str, revision_id: str) -> str | None:
        """Return where the answer that stood at `ref` in a revision stands now; None where its entry is gone.

        Where that revision is not here the ref is taken as it is.
        """
        if self.head is None or "[" not in ref:
            return ref
        then = self.revision(revision_id)
        if then is None:
            return ref
        try:
            return place_of(ref, then.answers, self.head.answers)
        except NotAPlaceError:
            return None


def asked_once(forms: Forms) -> Forms:
    """Return what gives forms and looks for each of them once: for lists of many records."""
    found: dict[tuple[str, str], Form | None] = {}

    def form(form_id: str, version: str) -> Form:
        key = (form_id, version)
        if key not in found:
            try:
                found[key] = forms(form_id, version)
            except (HabitatError, KeyError):
                found[key] = None
        known = found[key]
        if known is None:
            raise KeyError(form_id)
        return known

    return form


def settled_record(session: "Session", forms: Forms, record: str) -> RecordSeen:
    """Return a record that can be asked about and decided on: here, final, one head, not withdrawn.

    Raises:
        RecordNotFoundError, RecordNotHereError, RecordWithdrawnError.
        ConflictError: two revisions stand side by side.
    """
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    if len(summary.heads) > 1:
        raise ConflictError(label=summary.label)
    seen = RecordSeen(session, forms, summary.record_id)
    if seen.head is None:
        raise RecordNotHereError(label=summary.label)
    if seen.head.kind == "withdraw":
        raise RecordWithdrawnError(label=summary.label, office=summary.office)
    return seen


# -- names -----------------------------------------------------------------------------------------------


def full_ref(ref: str) -> str:
    """Return a ref as it is kept, also where it was typed without its root as lists show it."""
    ref = ref.strip()
    return ref if not ref or ref.startswith("/") else f"/data/{ref}"


def next_number(known: Iterable[Act]) -> int:
    """Return the number of the next query about a record, or of its next return."""
    return 1 + max(map(number_of, known), default=0)


def number_of(act: Act) -> int:
    """Return the number an act was given, 0 for none."""
    number = act.content.get("number")
    if not isinstance(number, int) or isinstance(number, bool):
        return 0
    return number if 0 < number < _NUMBERS else 0


def names(acts: Iterable[Act], label: str, letter: str) -> dict[str, str]:
    """Return what people call these acts about one record, by act id.

    A number that two computers gave at the same time is told apart by the beginning of the act id; such a
    longer name is understood also where there is one of the number only.
    """
    acts = list(acts)
    count = Counter(map(number_of, acts))
    found = {}
    for act in acts:
        number = number_of(act)
        name = f"{label}/{letter}{number or ''}"
        unique = number and count[number] == 1
        found[act.act_id] = name if unique else f"{name}-{act.act_id[: 4 if number else 8]}"
    return found


def read_name(typed: str) -> re.Match[str] | None:
    """Return the parts `record`, `letter`, `number` and `start` of a name as people type it."""
    return _NAME.fullmatch(typed.strip())


def matches(name: re.Match[str], act: Act) -> bool:
    """Whether `name` can mean this act of its record."""
    number, start = int(name["number"] or 0), (name["start"] or "").lower()
    return bool(number or start) and number == number_of(act) and act.act_id.startswith(start)


# -- contents of acts ------------------------------------------------------------------------------------


def unavailable(value: Any) -> tuple[str, str] | None:
    """Return reason and remark where a value says “not available”."""
    why = value.get(UNAVAILABLE) if isinstance(value, Mapping) else None
    if not isinstance(why, Mapping):
        return None
    return str(why.get("reason", "")), str(why.get("remark", ""))


def texts_in(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the texts of a list in the content of an act, whatever another program has put there."""
    found = content.get(name)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
