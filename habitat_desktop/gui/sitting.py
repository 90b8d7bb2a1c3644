"""One record open in the window: its entry, what was typed and not yet read, and the saving of every answer.

The form page and the page “Check and finalize” share one sitting; the entry is changed only through it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import form_sections as sections
from habitat_desktop.gui.autosave import Autosave
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import Unread
from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.records.entry import Entry, renumbered, without_entry
from habitat_desktop.records.keys import key_of
from habitat_desktop.records.previous import PreviousValues
from habitat_desktop.records.record import Draft, RecordState, Revision
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.problems import UnknownQuestionError


@dataclass(frozen=True)
class Trouble:
    """One thing to correct, or one warning, in the order of the form."""

    ref: str
    label: str
    message: str


@dataclass(frozen=True)
class Opened:
    """What was read from the workspace to open a record; made off the window's thread."""

    entry: Entry
    state: RecordState
    package_number: int | None
    previous: PreviousValues
    previous_period: str
    saved_at: datetime | None  # when the draft was saved; None where there is none yet
    files: dict[str, str]  # names of attached files by the hash of their content
    revisions: tuple[Revision, ...] = ()  # oldest first
    revision_id: str = ""  # the one looked at; "" while the record is being filled


@dataclass
class _Memory:
    """What the sitting remembers of fields by ref, beside the answers."""

    unread: dict[str, Unread] = field(default_factory=dict)
    left_blank: dict[str, str] = field(default_factory=dict)


class Sitting(QObject):
    """One record open in the window."""

    answered = Signal(object)  # the set of refs whose state changed
    reshaped = Signal()  # entries were added or removed, or all may have changed
    removed = Signal(str)  # the name of the entry that was removed

    def __init__(self, workspace: Workspace, opened: Opened, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.opened = opened
        self.entry = opened.entry
        self.state = opened.state
        self.package_number = opened.package_number
        self.second_language = ""  # labels are shown in it too; "" for one language
        self.is_over = False  # finalized: the draft is gone
        self.is_checked = False  # "Check" was asked for: required questions are shown as missing from then on
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.saved_at: datetime | None = opened.saved_at
        self.asked: frozenset[str] = frozenset()  # the questions headquarters waits for an answer to
        self._memory = _Memory()
        self._newest: Draft | None = None  # with all answers as they are now
        self.autosave = Autosave(workspace, self._draft_now, self)
        self.autosave.saved.connect(self._note_saved)
        if not self.readonly:
            self._find_typed()

    # reading

    @property
    def readonly(self) -> bool:
        return self.entry.readonly

    @property
    def language(self) -> str:
        return self.entry.language

    @property
    def record_key(self) -> tuple[str, ...]:
        """What tells this return from others of its form, country and period; () while it is not answered."""
        form = self.entry.form
        return key_of(form, self.entry.instance.answers(relevant_only=False)) if form.key else ()

    def node(self, ref: str) -> NodeState:
        """Return the state of the question, note or group at `ref`."""
        return self.entry.instance.state(ref)

    def question(self, ref: str) -> Question:
        element = self.entry.form.element(sections.plain_path(ref))
        assert isinstance(element, Question)
        return element

    def unread(self, ref: str) -> Unread | None:
        return self._memory.unread.get(ref)

    def second_label(self, ref: str) -> str:
        """Return the label of `ref` in the second language; "" where that says nothing else."""
        if not self.second_language or self.second_language == self.language:
            return ""
        text = self.entry.instance.label_in(self.second_language, ref)
        return "" if text == self.node(ref).label else text

    def typed(self, key: str) -> str:
        """Return what is being typed under `key`, a ref or the name of a note beside it; "" if nothing."""
        return self.entry.typed.get(key, "")

    def file_name(self, value: str) -> str:
        """Return the name an attached file had where it came from."""
        return self.opened.files.get(value.partition(".")[0], value)

    def justification(self, ref: str) -> str:
        return self.entry.justifications.get(ref, "")

    def has_shown_error(self, state: NodeState) -> bool:
        """Whether the person is told of an error here now: a missing answer only once it was due."""
        if not state.relevant or self.readonly:
            return False
        return state.ref in self._memory.unread or (
            state.error is not None and self.has_error_shown(state.ref, state.error)
        )

    def has_error_shown(self, ref: str, error: str) -> bool:
        """Whether the person is told of this error of the relevant question at `ref` now."""
        if self.readonly:
            return False
        return error != "required" or self.is_checked or ref in self._memory.left_blank

    def problems(self) -> list[Trouble]:
        """Return everything that stands against finalizing, in the order of the form."""
        messages = {problem.ref: problem.message for problem in self.entry.instance.problems()}
        found = []
        for state in self.entry.instance.states():
            unread = self._memory.unread.get(state.ref)
            if unread is not None and state.relevant:
                found.append(Trouble(state.ref, plain(state.label), unread.problem))
            elif state.ref in messages:
                message = plain(messages[state.ref]) or _("This must be corrected.")
                found.append(Trouble(state.ref, plain(state.label), message))
        return found

    def warnings(self) -> list[Trouble]:
        """Return the warnings; the label is that of the question they are about, the one before a note."""
        found = []
        messages = {warning.ref: warning.message for warning in self.entry.instance.warnings()}
        before = ""
        for state in self.entry.instance.states():
            if state.kind == "question" and state.relevant and self.question(state.ref).has_control:
                before = plain(state.label)
            if state.ref in messages:
                found.append(Trouble(state.ref, before, plain(messages[state.ref])))
        return found

    def counts(self) -> tuple[int, int]:
        """Return how many questions are answered, of how many that apply."""
        from habitat_desktop.records.entry import is_answered

        answered = total = 0
        for state in self.entry.instance.states():
            if state.kind != "question" or not state.relevant or state.calculated or state.readonly:
                continue
            if self.question(state.ref).has_control:
                total += 1
                answered += is_answered(state)
        return answered, total

    # changing

    def answer(self, ref: str, value: str | list[str] | None) -> None:
        """Answer a question; what does not fit is remembered as unread and shown under the row."""
        try:
            changed = self.entry.answer(ref, value)
        except HabitatError as error:
            text = value if isinstance(value, str) else " ".join(value or ())
            self.set_unread(ref, Unread(text, explain(error)))
            return
        self._memory.unread.pop(ref, None)
        self._changed(changed | {ref})

    def mark_unavailable(self, ref: str, reason: str, remark: str = "") -> None:
        try:
            changed = self.entry.mark_unavailable(ref, reason, remark)
        except HabitatError as error:
            self.set_unread(ref, Unread("", explain(error)))
            return
        self._memory.unread.pop(ref, None)
        self._changed(changed | {ref})

    def set_unread(self, ref: str, unread: Unread | None) -> None:
        """Keep a text that is no answer yet; the draft remembers it."""
        if unread is None:
            self._memory.unread.pop(ref, None)
        else:
            self._memory.unread[ref] = unread
        self._remember({key: text for key, text in self.entry.typed.items() if key != ref})
        self.answered.emit({ref})

    def note_typed(self, typed: Mapping[str, str], shown: Collection[str]) -> None:
        """Remember in the draft what stands half `typed` in the fields of the questions `shown`.

        Nothing is worked out: the answers are those of the last save.
        """
        if self.readonly or self.is_over:
            return
        settled = {
            ref for ref, unread in self._memory.unread.items() if unread.is_kept and ref in shown
        } - typed.keys()
        for ref in settled:  # typed back to the answer that stands
            del self._memory.unread[ref]
        kept = {key: text for key, text in self.entry.typed.items() if key.partition("#")[0] not in shown}
        self._remember(kept | dict(typed))
        if settled:
            self.answered.emit(settled)

    def leave_blank(self, ref: str) -> None:
        """Note that a person went through this question without answering."""
        if ref not in self._memory.left_blank:
            self._memory.left_blank[ref] = ""
            self.answered.emit({ref})

    def justify(self, ref: str, text: str) -> None:
        if text.strip() != self.justification(ref):
            self.entry.typed.pop(f"{ref}#why", None)
            self.entry.justify(ref, text)
            self._changed({ref})

    def waiting(self) -> list[Trouble]:
        """Return the answers that came along from last period and have to be confirmed, with their values."""
        from habitat_desktop.gui.form_rows import shown_value

        return [
            Trouble(state.ref, plain(state.label), shown_value(state, state.value, self.language))
            for state in self.entry.unconfirmed()
        ]

    def confirm(self, refs: Iterable[str]) -> None:
        """Say of answers that came along from last period that they still hold."""
        confirmed = self.entry.confirm(refs)
        if confirmed:
            self._changed(confirmed)

    def add(self, repeat: str) -> str:
        """Add an entry and return its ref."""
        ref = self.entry.add(repeat)
        self._reshaped()
        return ref

    def remove(self, ref: str) -> None:
        name = sections.entry_name(self.entry.form, self.entry.instance, ref)
        self.entry.remove(ref)
        self._memory.unread = without_entry(self._memory.unread, ref)
        self._memory.left_blank = without_entry(self._memory.left_blank, ref)
        self._reshaped()
        self.removed.emit(name)

    def follow(self, refs: Iterable[str], *, reshaped: bool = False) -> None:
        """Save and tell what a change of many answers has changed; what was typed in their place is gone."""
        changed = set(refs)
        for ref in changed.intersection(self._memory.unread):
            del self._memory.unread[ref]
            self.entry.typed.pop(ref, None)
        if reshaped:
            self._reshaped()
        elif changed:
            self._changed(changed)

    def renumber(self, repeat: str, places: Mapping[int, int]) -> None:
        """Let what was typed into the entries of `repeat` follow them to their new positions, from 1."""
        self._memory.unread = renumbered(self._memory.unread, repeat, places)
        self._memory.left_blank = renumbered(self._memory.left_blank, repeat, places)

    def forget_gone(self) -> None:
        """Forget what was typed into entries that are no more."""
        for remembered in (self._memory.unread, self._memory.left_blank):
            for ref in list(remembered):
                try:
                    self.node(ref)
                except UnknownQuestionError:
                    del remembered[ref]

    def undo(self) -> None:
        if self.entry.can_undo:
            self.entry.undo()
            self._forget_typed()
            self._reshaped()

    def redo(self) -> None:
        if self.entry.can_redo:
            self.entry.redo()
            self._forget_typed()
            self._reshaped()

    def look_back(self, previous: PreviousValues, period: str) -> None:
        """Put another last period beside this one: the record turned out to be about something else."""
        self.opened = replace(self.opened, previous=previous, previous_period=period)
        self.answered.emit({state.ref for state in self.entry.instance.states()})

    def note_file(self, sha256: str, name: str) -> None:
        self.opened.files[sha256] = name

    def check(self) -> None:
        """Show from now on what is missing."""
        if not self.is_checked:
            self.is_checked = True
            self.answered.emit({state.ref for state in self.entry.instance.states()})

    def mark_asked(self, refs: Iterable[str]) -> None:
        """Mark the questions headquarters asks about, and no others."""
        asked = frozenset(refs)
        touched, self.asked = asked ^ self.asked, asked
        if touched:
            self.answered.emit(set(touched))

    def set_language(self, language: str) -> None:
        self.entry.set_language(language)

    def save(self) -> None:
        """Have the draft written with all that changed, when answers pause for a moment."""
        self.autosave.note()

    def _draft_now(self) -> Draft | None:
        """Return the draft as it is now; None when the record went on without this sitting."""
        self._newest = None if self.is_over else self.entry.draft(at=self.clock())
        return self._newest

    def _remember(self, typed: Mapping[str, str]) -> None:
        """Save `typed` and the texts that could not be read, where that is something else than before."""
        now = dict(typed) | {ref: unread.text for ref, unread in self._memory.unread.items()}
        if now == self.entry.typed:
            return
        self.entry.typed = now
        if self._newest is None or self.autosave.is_pending:
            self.save()
            self.autosave.flush()
            return
        self._newest = replace(self._newest, typed=dict(now), saved_at=self.clock().astimezone(UTC))
        self.autosave.save(self._newest)

    def _find_typed(self) -> None:
        """Take up what was being typed when the program ended."""
        problem = _("This was being typed when the program ended, and is no answer yet. Enter takes it.")
        for ref, text in list(self.entry.typed.items()):
            try:
                self.node(ref.partition("#")[0])
            except UnknownQuestionError:
                del self.entry.typed[ref]
                continue
            if "#" not in ref:
                self._memory.unread[ref] = Unread(text, problem, is_kept=True)

    def _forget_typed(self) -> None:
        self._memory.unread.clear()
        self.entry.typed.clear()

    def _changed(self, refs: set[str]) -> None:
        self.state = RecordState.DRAFT
        self.save()
        self.answered.emit(refs)

    def _reshaped(self) -> None:
        self.state = RecordState.DRAFT
        self.save()
        self.reshaped.emit()

    def _note_saved(self, at: datetime) -> None:
        self.saved_at = at
