"""The answers of a questionnaire -> the draft of its record, cell by cell, in one transaction.

Good cells are taken, the others are named with their place and the reason; what somebody else has answered
meanwhile is left. Nothing is finalized, nothing is erased, and taking twice changes nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.i18n.text import visible
from habitat_desktop.packages.questionnaires import errors
from habitat_desktop.packages.questionnaires.found import (
    Filled,
    Found,
    Place,
    formulas,
    merged_over,
)
from habitat_desktop.packages.questionnaires.locating import locate
from habitat_desktop.packages.questionnaires.manifest import ROWS, Answer, Entry, Manifest, cell_key
from habitat_desktop.packages.questionnaires.mapping import places_of
from habitat_desktop.packages.questionnaires.opening import Supplier, read_questionnaire
from habitat_desktop.packages.questionnaires.outcome import CellTaken, Outcome, QuestionnaireTaken
from habitat_desktop.packages.questionnaires.reading import Words, is_same_answer, read_answer
from habitat_desktop.packages.questionnaires.standing import in_cells, merged_into, place_of, stands
from habitat_desktop.packages.questionnaires.stored import in_words
from habitat_desktop.packages.reader import Workbook
from habitat_desktop.records import journal, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.acts import NotOursError
from habitat_desktop.records.entry import Entry as Sitting
from habitat_desktop.records.entry import open_entry
from habitat_desktop.records.record import RecordState
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form, Question, Repeat
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.problems import NotInListError, ReadOnlyError, WrongTypeError

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session


@dataclass(frozen=True)
class Options:
    """How to take a questionnaire in. `overwrite` are refs whose answers of the questionnaire count."""

    record: str = ""
    supplier: str = ""
    overwrite: tuple[str, ...] = ()
    preview: bool = False


def take_questionnaire(
    database: "Database",
    settings: Settings,
    path: Path,
    forms: Callable[..., Form],
    kept: Path,
    options: Options,
    actor: Actor,
) -> QuestionnaireTaken:
    """Take the answers in the workbook at `path` into the draft of its record, in one transaction.

    `kept` is the folder with copies of what the questionnaires made here say of themselves. The journal
    notes who supplied what was taken.

    Raises:
        PackageError: it cannot be opened, is no questionnaire, or not one of a record that is filled here.
        NotOursError, ConflictError, FormError: its record cannot be changed here.
        RoleError, NobodyActsError, KeyLockedError: see `journal.require`.
    """
    opened = read_questionnaire(path, kept)
    manifest, found = opened.manifest, locate(opened.workbook, opened.manifest)
    supplier = opened.supplier(found.filled_in_by, options.supplier)
    if not options.preview:
        journal.require(actor, "questionnaire_taken")
    with database.read() if options.preview else database.begin() as session:
        sitting = _sitting(session, settings, forms, path.name, manifest, options.record, actor)
        if not (supplier.name or options.preview):
            raise errors.NoSupplierError(file=path.name)
        taker = _Taker(sitting, manifest, opened.workbook, forms, supplier, options, actor.language)
        taker.take(found)
        remarks = (*opened.remarks, *found.remarks)
        taken = QuestionnaireTaken(
            path, manifest, supplier, sitting.form.version, taker.told(), remarks, options.preview
        )
        if taker.has_changed and not options.preview:
            repository.save_draft(session, sitting.draft(at=actor.at))
            _note(session, actor, taken)
    return taken


def _note(session: "Session", actor: Actor, taken: QuestionnaireTaken) -> None:
    manifest = taken.manifest
    content = {
        "questionnaire_id": manifest.questionnaire_id,
        "file_sha256": hashlib.sha256(taken.file.read_bytes()).hexdigest(),
        "form_id": manifest.form_id,
        "form_version": taken.version,
        "supplier": taken.supplier.author,
        "supplied_on": taken.supplier.date,
        **{outcome: len(taken.of(outcome)) for outcome in ("taken", "already", "left", "conflict")},
    }
    journal.write(session, actor, "questionnaire_taken", record_id=manifest.record_id, content=content)


def _sitting(
    session: "Session",
    settings: Settings,
    forms: Callable[..., Form],
    file: str,
    manifest: Manifest,
    record: str,
    actor: Actor,
) -> Sitting:
    """Open the draft of the record a questionnaire is about."""
    if record and record not in (manifest.record_id, manifest.label):
        raise errors.OtherRecordError(file=file, label=manifest.label, record=record)
    summary = repository.find_record(session, manifest.record_id)
    if summary is None:
        raise errors.RecordNotHereError(file=file, label=manifest.label, office=manifest.office)
    if summary.office != settings.office:
        raise NotOursError(label=summary.label, office=summary.office)
    if summary.state is RecordState.WITHDRAWN:
        raise errors.RecordWithdrawnError(file=file, label=summary.label)
    if summary.form_id != manifest.form_id:
        raise errors.OtherFormError(
            file=file, form=manifest.form_id, label=summary.label, other=summary.form_id
        )
    return open_entry(session, forms, settings, summary.record_id, language=actor.language, at=actor.at)


class _Taker:
    """Takes the answers of one questionnaire into one draft."""

    def __init__(
        self,
        sitting: Sitting,
        manifest: Manifest,
        workbook: Workbook,
        forms: Callable[..., Form],
        supplier: Supplier,
        options: Options,
        language: str,
    ) -> None:
        self._sitting = sitting
        self._manifest = manifest
        self._supplier = supplier
        self._language = language
        self._words = Words(sitting.form, manifest)
        self._places = places_of(manifest, sitting.form, forms)
        self._merged = merged_over(workbook)
        self._formulas = formulas(workbook)
        self._overwrite = {_plain_ref(ref) for ref in options.overwrite}
        self._told: list[CellTaken] = []
        self._taken: dict[str, int] = {}  # ref -> where it stands in `_told`
        self._added: dict[str, Entry] = {}
        self._entries: dict[str, dict[str, str]] = {}  # refs by id, by repeat
        self._begun: list[str] = []  # refs of entries made here
        self._order = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}

    @property
    def has_changed(self) -> bool:
        """Whether the draft says something else than before."""
        return bool(self._taken)

    def told(self) -> tuple[CellTaken, ...]:
        """Return what became of each cell, in the order of the sheets."""
        return tuple(sorted(self._told, key=lambda one: (self._order.get(one.place.sheet, 0), one.place.row)))

    def take(self, found: Found) -> None:
        """Answer what the form takes; an answer may let it offer other choices, so try again what fails."""
        self._added = found.added
        for unread in found.unread:
            self._tell(unread.place, "", "", "", "", unread.text, "left", unread.error)
        waiting = [one for one in self._once(found.filled) if not self._is_unchanged(one)]
        problems: dict[int, HabitatError] = {}
        while waiting:
            left = []
            for one in waiting:
                try:
                    self._take_one(one)
                except (NotInListError, errors.ChoiceUnknownError) as error:
                    problems[id(one)] = error
                    left.append(one)
                except HabitatError as error:
                    self._leave(one, error)
            if len(left) == len(waiting):
                break
            waiting = left
        for one in waiting:
            problem = problems[id(one)]
            if isinstance(problem, NotInListError):
                problem = errors.ChoiceUnknownError(text=self._written(one))
            self._leave(one, problem)
        for ref in reversed(self._begun):  # nothing of it could be taken
            if not any(taken.startswith(f"{ref}/") for taken in self._taken):
                self._sitting.remove(ref)
        self._note_rules()

    # -- one question ----------------------------------------------------------------------------------

    def _once(self, filled: Sequence[Filled]) -> list[Filled]:
        """Return every question once; those answered twice, and differently, are told."""
        kept: dict[str, Filled] = {}
        clashing: set[str] = set()
        for one in filled:
            key = cell_key(one.item, one.entry)
            first = kept.setdefault(key, one)
            if first is one:
                continue
            clash = merged_into(first, one)
            if clash is not None:
                clashing.add(key)
                for here, there in ((first, clash), (clash, first)):
                    place = f"{visible(there.place.sheet)}!{there.place.cell}"
                    self._leave(here, errors.TwiceError(new=self._written(there), place=place))
        return [one for key, one in kept.items() if key not in clashing]

    def _is_unchanged(self, one: Filled) -> bool:
        """Whether a question stands as it was written; what a program does to a cell is no change."""
        before = self._manifest.prefilled.get(cell_key(one.item, one.entry), "")
        if one.is_blank and one.item.mode != ROWS:
            here = one.place.sheet, one.place.cell
            if here in self._merged:
                self._leave(one, errors.MergedError(cells=self._merged[here]))
                return True
            if here in self._formulas:
                self._leave(one, errors.FormulaEmptyError())
                return True
        return stands(one, before, self._manifest)

    def _take_one(self, one: Filled) -> None:
        refs = self._refs(one)
        if not refs:
            raise errors.NoPlaceError(version=self._sitting.form.version)
        for ref in refs:
            self._take_at(one, ref)

    def _take_at(self, one: Filled, ref: str) -> None:
        state = self._sitting.instance.state(ref)
        if state.readonly:
            raise ReadOnlyError(ref=state.label or ref)
        question = self._sitting.form.elements.get(state.path)
        if not isinstance(question, Question):
            raise errors.NoPlaceError(version=self._sitting.form.version)
        offered = [(choice.value, choice.label) for choice in state.choices]
        new = _fitting(read_answer(one, question, self._words, self._language, offered), question)
        current = _said(state)
        before = self._manifest.prefilled.get(cell_key(one.item, one.entry), "")
        if is_same_answer(current, new, question.type):
            if new:
                self._tell_answer(one, ref, state, current, new, "already")
            return
        wanted = _plain_ref(ref) in self._overwrite
        if not new and not wanted:
            old = self._shown(state, current)
            raise errors.EmptiedError(old=old, ref=ref) if current else _Nothing
        if current and not is_same_answer(current, before, question.type) and not wanted:
            self._conflict(one, ref, state, current, new)
            return
        try:
            self._answer(ref, new)
        except WrongTypeError as error:
            # the question by its name, not by its path
            raise WrongTypeError(**error.context | {"ref": one.item.label}) from error
        self._tell_answer(one, ref, state, current, new, "taken")
        self._taken[ref] = len(self._told) - 1

    def _answer(self, ref: str, new: Answer) -> None:
        if isinstance(new, dict):
            about = new["$unavailable"]
            self._sitting.mark_unavailable(ref, about["reason"], about["remark"])
        else:
            self._sitting.answer(ref, new)
        self._sitting.wrote(ref, self._supplier.author)

    # -- places ----------------------------------------------------------------------------------------

    def _refs(self, one: Filled) -> list[str]:
        """Return where a question stands in the draft; an entry nobody has begun is made for it."""
        paths = self._now(one.item.path)
        if one.entry is None:
            return [path for path in paths if path in self._sitting.form.elements]
        repeats = self._now(one.entry.repeat)
        inside = [path for path in paths if repeats and path.startswith(f"{repeats[0]}/")]
        if not inside:
            return []
        entry_ref = self._entry_ref(one.entry)
        return [f"{entry_ref}{path[len(repeats[0]) :]}" for path in inside]

    def _now(self, path: str) -> tuple[str, ...]:
        return (path,) if self._places is None else self._places.get(path, ())

    def _entry_ref(self, entry: Entry) -> str:
        repeat = self._now(entry.repeat)[0]
        outer = self._entry(entry.parent) if entry.parent else None
        holder = repeat
        if outer is not None:
            holder = self._entry_ref(outer) + repeat[len(self._now(outer.repeat)[0]) :]
        instance = self._sitting.instance
        known = self._known_entries(holder)
        if entry.entry_id in known:
            return known[entry.entry_id]
        if not entry.is_new:
            raise errors.EntryGoneError(entry=" ".join(filter(None, (entry.number, entry.name))))
        ref = self._sitting.add(holder)
        instance.name_entry(ref, entry.entry_id)
        known[entry.entry_id] = ref
        self._begun.append(ref)
        self._empty(ref)
        return ref

    def _known_entries(self, holder: str) -> dict[str, str]:
        """Return the refs of the entries of a repeat by their ids; looked up once, for there may be many."""
        if holder not in self._entries:
            instance = self._sitting.instance
            self._entries[holder] = {instance.entry_id(ref): ref for ref in instance.instances(holder)}
        return self._entries[holder]

    def _empty(self, ref: str) -> None:
        """Take out the entries a new entry begins with: only those that are filled in shall be there."""
        instance = self._sitting.instance
        for child in instance.children(ref):
            state = instance.state(child)
            if state.kind == "group":
                self._empty(child)
            element = self._sitting.form.elements.get(state.path)
            if state.kind == "repeat" and isinstance(element, Repeat) and not element.fixed:
                for entry in reversed(instance.instances(child)):
                    self._sitting.remove(entry)

    def _entry(self, key: str) -> Entry:
        return self._added.get(key) or self._manifest.entry_by_key[key]

    # -- telling ---------------------------------------------------------------------------------------

    def _conflict(self, one: Filled, ref: str, state: NodeState, current: Answer, new: Answer) -> None:
        author = self._sitting.author(ref) or _("nobody knows who")
        error = errors.ConflictingAnswerError(
            current=self._shown(state, current), new=self._shown(state, new), author=author, ref=ref
        )
        self._tell(
            one.place, one.item.number, one.item.label, ref,
            self._shown(state, current), self._shown(state, new), "conflict", error,
        )  # fmt: skip

    def _tell_answer(
        self, one: Filled, ref: str, state: NodeState, old: Answer, new: Answer, outcome: Outcome
    ) -> None:
        code = note = ""
        if outcome == "taken":
            code, note = self._worth_knowing(one, state, new)
        self._told.append(
            CellTaken(
                place_of(one), one.item.number, one.item.label, ref,
                self._shown(state, old), self._shown(state, new), outcome, code, note,
            )
        )  # fmt: skip

    def _worth_knowing(self, one: Filled, state: NodeState, new: Answer) -> tuple[str, str]:
        if (one.place.sheet, one.place.cell) in self._formulas:
            return "FORMULA", _("A formula stands in the cell; the value it gave last was taken.")
        if one.item.unit == "%" and isinstance(new, str) and new.startswith("0.") and new.strip("0."):
            return "PERCENT_SMALL", _("Less than one per cent. Was a share meant, such as 0.45 for 45 %?")
        return "", ""

    def _leave(self, one: Filled, error: HabitatError) -> None:
        if isinstance(error, _Nothing):
            return
        ref = self._known_ref(one)
        old = new = ""
        try:
            state = self._sitting.instance.state(ref) if ref else None
            old = self._shown(state, _said(state)) if state is not None else ""
        except HabitatError:
            ref = ""
        new = self._written(one)
        self._tell(place_of(one), one.item.number, one.item.label, ref, old, new, "left", error)

    def _known_ref(self, one: Filled) -> str:
        """Return where a question stands, without making an entry for it."""
        if one.entry is not None and one.entry.is_new:
            return ""
        try:
            return next(iter(self._refs(one)), "")
        except HabitatError:
            return ""

    def _tell(
        self, place: Place, number: str, question: str, ref: str, old: str, new: str, outcome: Outcome,
        error: HabitatError,
    ) -> None:  # fmt: skip
        self._told.append(
            CellTaken(place, number, question, ref, old, new, outcome, error.code, explain(error))
        )

    def _shown(self, state: NodeState, answer: Answer) -> str:
        labels = {choice.value: choice.label for choice in state.choices}
        return in_words(answer, labels)

    def _written(self, one: Filled) -> str:
        return in_cells(one, self._manifest)

    def _note_rules(self) -> None:
        """Say of what was taken where the form does not ask it, or does not allow the answer."""
        for ref, position in self._taken.items():
            state = self._sitting.instance.state(ref)
            told = self._told[position]
            if told.code:
                continue
            code = note = ""
            if not state.relevant:
                code = "NOT_ASKED"
                note = _("It is kept in the draft, but with the other answers the form does not ask it.")
            elif state.error == "constraint":
                code, note = "CONSTRAINT", state.message
            if code:
                self._told[position] = CellTaken(
                    told.place,
                    told.number,
                    told.question,
                    told.ref,
                    told.old,
                    told.new,
                    told.outcome,
                    code,
                    note,
                )


class _Nothing(HabitatError):
    """Nothing is written, and nothing was answered: nothing to say."""

    message = N_("Nothing is written here.")


def _said(state: NodeState) -> Answer:
    """Return what the draft says, in one shape."""
    if state.unavailable is not None:
        return {"$unavailable": {"reason": state.unavailable[0], "remark": state.unavailable[1]}}
    if state.type in ("select_multiple", "rank"):
        return state.value.split() or ""
    return state.value


def _fitting(answer: Answer, question: Question) -> Answer:
    """Return an answer in the shape of the question, which may be of another type by now."""
    if isinstance(answer, list) and question.type not in ("select_multiple", "rank"):
        if len(answer) > 1:
            raise errors.ChoiceUnclearError(text=", ".join(answer), choices=", ".join(answer))
        return answer[0] if answer else ""
    return answer


def _plain_ref(ref: str) -> str:
    return ref.strip().removeprefix("/data/").strip("/")
