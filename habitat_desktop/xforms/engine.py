"""One form being filled: `FormInstance` takes answers and tells what they changed."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.text import clean
from habitat_desktop.xforms import answers as answer_files
from habitat_desktop.xforms.actions import EVERY_LOAD, FIRST_LOAD, REVALIDATE, CompiledAction
from habitat_desktop.xforms.answers import REASONS, check_length
from habitat_desktop.xforms.binding import Place
from habitat_desktop.xforms.definition import Form, Question, Repeat
from habitat_desktop.xforms.entry_ids import is_entry_id
from habitat_desktop.xforms.environment import Environment, Opening
from habitat_desktop.xforms.given import checked, chosen
from habitat_desktop.xforms.instance import AnswerNode, RangeNode, ScopeNode, ref_of
from habitat_desktop.xforms.journal import Change
from habitat_desktop.xforms.preload import end_time, preload
from habitat_desktop.xforms.problems import (
    FormError,
    NotAQuestionError,
    NotARepeatError,
    ReadOnlyError,
    Reason,
    WrongTypeError,
)
from habitat_desktop.xforms.program import first_value, program_of
from habitat_desktop.xforms.recompute import Recomputer
from habitat_desktop.xforms.record_lists import list_of_rows
from habitat_desktop.xforms.refs import node_at
from habitat_desktop.xforms.rules import RuleKind
from habitat_desktop.xforms.secondary import submission_source
from habitat_desktop.xforms.states import NodeState, Presenter, Problem, Warning_
from habitat_desktop.xforms.submission import read_submission, submission_xml
from habitat_desktop.xforms.xpath.code import Context, Session
from habitat_desktop.xforms.xpath.nodes import ATTRIBUTE, DOCUMENT, Node

__all__ = ["REASONS", "Environment", "FormInstance", "NodeState", "Opening", "Problem", "Warning_"]


class _Texts:
    """Gives expressions the texts of the presenter of the moment."""

    def __init__(self, instance: "FormInstance") -> None:
        self._instance = instance

    def itext(self, text_id: str, context: Context) -> str:
        return self._instance.presenter.itext(text_id, context)

    def choice_name(self, value: str, path: str, context: Context) -> str:
        return self._instance.choice_name(value, path, context)


class FormInstance:
    """One form being filled.

    Refs are paths with the position of every repeat instance: "/data/settlement[1]/st_name".
    `answers` is the nested dict of an answers file; None makes a new instance with its defaults, preloads
    and first-load events. `opening` says what answers are opened for.

    Raises:
        AnswerError: `answers` names an unknown question or holds a value of the wrong type.
    """

    def __init__(
        self,
        form: Form,
        environment: Environment,
        answers: Mapping[str, Any] | None = None,
        *,
        opening: Opening = Opening.FILL,
    ) -> None:
        self.form = form
        self.environment = environment
        self._program = program_of(form)
        document = Node(DOCUMENT, "#document", None)
        root = self._program.root.grow(None, None)
        assert isinstance(root, ScopeNode)
        root.parent = document
        document.append(root)
        self._root = root
        self._session = Session(
            root,
            environment.timezone,
            environment.now,
            environment.uuid,
            environment.random,
            self._sources(),
            _Texts(self),
            environment.properties,
            environment.location,
            environment.language,
        )
        self._recomputer = Recomputer(self._program, self._session, opening)
        self.presenter = Presenter(form, environment.language, self._recomputer.context)
        self.last_changed: set[str] = set()  # by add, remove and set_language
        self.unread: tuple[str, ...] = ()  # paths in a submission that the form has not
        self._beside = {name: value for name, value in (answers or {}).items() if name.startswith("$")}
        self._load(answers, begins=opening is Opening.FILL)

    def _sources(self) -> Callable[[str], Node | None]:
        """Return what gives secondary instances.

        The newest submission is one of this instance alone, and so are the lists made of records.
        """
        own: dict[str, Node] = {}
        newest = self.form.last_saved
        if newest:
            own[newest] = submission_source(newest, self.environment.last_saved())
        for name, rows in self.environment.record_rows.items():
            shipped = self._program.source(name) if name in self.form.record_lists else None
            if rows and shipped is not None and not shipped.items(("root", "item")):
                own[name] = list_of_rows(name, rows)
        if not own:
            return self._program.source
        return lambda wanted: own.get(wanted) or self._program.source(wanted)

    @classmethod
    def from_submission(cls, form: Form, environment: Environment, xml: str | bytes) -> "FormInstance":
        """Return the instance the submission `xml` was written of; `unread` names what the form has not.

        Raises:
            NotASubmissionError: it is no XML, or belongs to another form.
            AnswerError: a value of the wrong type.
        """
        answers, unknown = read_submission(form, xml)
        made = cls(form, environment, answers)
        made.unread = tuple(unknown)
        made._begin_left_out()
        return made

    def _begin_left_out(self) -> None:
        """Give what was left out as irrelevant the entries and defaults a new instance starts with."""
        for node in list(self._root.below()):
            if node.relevant:
                continue
            element = node.place.element
            if isinstance(node, RangeNode) and not node.instances:
                for _ in self._program.seeds.get(node.place, ()):
                    self._recomputer.put_in(node, seeded=True)
            elif isinstance(element, Question) and element.default and not node.value:
                node.value = first_value(element.default, node.place)
        self._recompute()

    def _load(self, answers: Mapping[str, Any] | None, begins: bool) -> None:
        new = answers is None
        if answers is not None:
            answer_files.clear(self._root)
            answer_files.put(self._root, answers, self._recomputer.put_in)
        self._recomputer.inherit(self._root)
        for node in self._root.below() if begins else ():
            if node.place.element.bind.preload is not None:
                preload(node, self._session, new)
        # before counts add entries: those get odk-new-repeat instead
        loaded = self._actions_on(FIRST_LOAD if new else EVERY_LOAD) if begins else []
        self._recomputer.start(self._root, new=new)
        self._perform(loaded)
        self._recomputer.changed.clear()

    def _actions_on(self, events: frozenset[str]) -> list[tuple[CompiledAction, ScopeNode]]:
        return [
            (action, scope)
            for action in self._program.actions
            if action.events & events
            for scope in action.scopes(self._root)
        ]

    def _perform(self, actions: list[tuple[CompiledAction, ScopeNode]]) -> None:
        for action, scope in actions:
            self._recomputer.perform(action, scope)
            self._recomputer.run()

    def revalidate(self) -> set[str]:
        """Let the form know that it is about to be finalized and return the refs whose state is new.

        Dispatches xforms-revalidate and notes the time of the end.
        """
        for node in self._root.below():
            text = end_time(node, self._session)
            if text:
                self._recomputer.set_value(node, text)
        self._recomputer.run()
        self._perform(self._actions_on(REVALIDATE))
        return self._recompute()

    @property
    def language(self) -> str:
        """The language labels and messages are in."""
        return self.presenter.language

    @property
    def rules_run(self) -> int:
        """How many rules ran since the instance was made."""
        return self._recomputer.runs

    def answer(self, ref: str, value: str | list[str] | None) -> set[str]:
        """Set the answer of `ref` ("" or None clears it) and return the refs whose state is new.

        Raises:
            AnswerError: no such question, not one a person answers, or a value it cannot hold.
            FormError: the form cannot work with the answer, which is taken back.
        """
        node = self._answerable(ref)
        given = " ".join(value) if isinstance(value, list) else value or ""
        check_length(ref, given)
        text = clean(given)
        question = node.place.element
        assert isinstance(question, Question)
        if text:
            text = checked(question, ref, text)
            if question.is_select:
                text = chosen(node, self._recomputer.context(node), ref, text)
        self._recomputer.note(node)
        before, node.unavailable = (node.value, node.unavailable), None
        try:
            if text != before[0] or before[1] is not None:
                self._recomputer.set_value(node, text)
            return self._recompute()
        except FormError:
            self._take_back(lambda: self._give_again(node, *before))
            raise

    def _take_back(self, undo: Callable[[], None]) -> None:
        """Carry out `undo` after a change that the form cannot work with, and bring everything in line."""
        with contextlib.suppress(FormError):
            undo()
            self._recomputer.run()
            self._recomputer.settle(self._root)
        self._recomputer.changed.clear()

    def _give_again(self, node: AnswerNode, value: str, unavailable: tuple[str, str] | None) -> None:
        node.unavailable = unavailable
        self._recomputer.set_value(node, value)

    def _answerable(self, ref: str) -> AnswerNode:
        node = self._node(ref)
        question = node.place.element
        if not isinstance(question, Question):
            raise NotAQuestionError(ref=ref)
        if self.presenter.is_readonly(node) or question.type == "note":
            raise ReadOnlyError(ref=ref)
        return node

    def mark_unavailable(self, ref: str, reason: str, remark: str = "") -> set[str]:
        """Declare that `ref` cannot be answered, and why; the logic then sees a blank.

        `reason` is one of `REASONS`. An answer clears it.

        Raises:
            AnswerError, FormError: as `answer`.
        """
        node = self._answerable(ref)
        if reason not in REASONS:
            raise WrongTypeError(
                ref=ref, value=reason, expected=Reason(N_("one of: {values}"), values=", ".join(REASONS))
            )
        check_length(ref, remark)
        self._recomputer.note(node)
        before, node.unavailable = (node.value, node.unavailable), (reason, clean(remark))
        try:
            self._recomputer.set_value(node, "")
            return self._recompute()
        except FormError:
            self._take_back(lambda: self._give_again(node, *before))
            raise

    def add(self, repeat: str) -> str:
        """Add an instance at the end of `repeat` ("/data/settlement[2]/st_funding") and return its ref.

        Raises:
            FormError: the form cannot work with it; it is taken out again.
        """
        node = self._range(repeat)
        before = len(node.instances)
        try:
            instance = self._recomputer.put_in(node)
            self.last_changed = self._recompute()
        except FormError:
            if len(node.instances) > before:
                self._take_back(lambda: self._recomputer.take_out(node, before))
            raise
        return ref_of(instance)

    def remove(self, ref: str) -> None:
        """Remove the repeat instance `ref`; those behind it move up.

        Raises:
            FormError: the form cannot work without it; it is put back.
        """
        node = self._node(ref)
        if not isinstance(node, ScopeNode) or node.range is None:
            raise NotARepeatError(ref=ref)
        self._range(ref.rpartition("[")[0])
        holder, index = node.range, node.position - 1
        try:
            self._recomputer.take_out(holder, index)
            self.last_changed = self._recompute()
        except FormError:
            self._take_back(lambda: self._recomputer.put_back(holder, index, node))
            raise

    # -- many changes at once: `EntryTable` has them, `Entry.together` makes one step of them

    def node(self, ref: str) -> AnswerNode:
        """Return the node at `ref`, for `EntryTable`.

        Raises:
            UnknownQuestionError: there is none.
        """
        return self._node(ref)

    @property
    def places(self) -> Mapping[str, Place]:
        """Where every element stands, by its path."""
        return self._program.layout.by_path

    def context(self, node: AnswerNode) -> Context:
        """Return where expressions of `node` are evaluated."""
        return self._recomputer.context(node)

    def put_answer(self, node: AnswerNode, value: str) -> None:
        """Give `node` a value that was checked; no rule runs before `run_rules`."""
        self._recomputer.note(node)
        node.unavailable = None
        self._recomputer.set_value(node, value)

    def put_entry(self, repeat: RangeNode) -> None:
        """Add an entry at the end of `repeat`; no rule runs before `run_rules`."""
        self._recomputer.put_in(repeat)

    def take_entry(self, repeat: RangeNode, index: int) -> None:
        """Take an entry out of `repeat`; no rule runs before `run_rules`."""
        self._recomputer.take_out(repeat, index)

    def reorder(self, repeat: RangeNode, order: Sequence[int]) -> None:
        """Bring the entries of `repeat` into another order; no rule runs before `run_rules`."""
        self._recomputer.reorder(repeat, order)

    def run_rules(self) -> set[str]:
        """Run what the changes since the last call lead to; return the refs whose state is new.

        Raises:
            FormError: the form cannot work with them; `give_back` takes them back.
        """
        return self._recompute()

    def give_back(self) -> None:
        """Take back everything since `step`, also after a rule has failed."""
        made = self.step()
        self._take_back(lambda: self._recomputer.undo(made))
        self.step()

    def step(self) -> list[Change]:
        """Return what changed since the last call, for `take_back`; the first call begins to keep it."""
        made = self._recomputer.journal or []
        self._recomputer.journal = []
        return made

    def take_back(self, changes: Sequence[Change]) -> list[Change]:
        """Undo a step and return the step that does it again; nothing is drawn by chance or set by an event.

        Everything after that step has to be undone before.
        """
        made = self._recomputer.take_back(changes)
        self.last_changed = self._recompute()
        return made

    def _range(self, ref: str) -> RangeNode:
        node = self._node(ref)
        if not isinstance(node, RangeNode):
            raise NotARepeatError(ref=ref)
        element = node.place.element
        if not isinstance(element, Repeat) or element.fixed:
            raise NotARepeatError(ref=ref)
        return node

    def _recompute(self) -> set[str]:
        self._recomputer.run()
        changed = {ref_of(node) for node in self._recomputer.changed}
        self._recomputer.changed.clear()
        return changed

    def set_language(self, language: str) -> None:
        """Show labels and messages in `language`; expressions that read texts are run again."""
        self.presenter = Presenter(self.form, language, self._recomputer.context)
        self._session.language = language
        for node in self._root.below():
            for rule in node.place.rules:
                if rule.reads_language:
                    self._recomputer.queue(rule, node)
        self.last_changed = self._recompute()

    def state(self, ref: str) -> NodeState:
        """Return what is shown of `ref`."""
        return self.presenter.state(self._node(ref))

    def label_in(self, language: str, ref: str) -> str:
        """Return the label of `ref` in another language; what is shown and worked out stays as it is."""
        return self.presenter.label_in(language, self._node(ref))

    def states(self) -> Iterator[NodeState]:
        """Yield the state of every element below the root in document order, ranges before instances."""
        for node in self._root.below():
            if node is not self._root and node.kind != ATTRIBUTE:
                yield self.presenter.state(node)

    def instances(self, repeat: str) -> list[str]:
        """Return the refs of the instances of `repeat`."""
        node = self._node(repeat)
        if not isinstance(node, RangeNode):
            raise NotARepeatError(ref=repeat)
        return [ref_of(instance) for instance in node.instances]

    def children(self, ref: str) -> list[str]:
        """Return the refs below a group or instance; a repeat comes once, without position."""
        return [ref_of(member) for member in self._node(ref).members]

    def answered(self) -> int:
        """Count the relevant questions a person has answered, or said why there is no answer."""
        return sum(1 for node in self._root.below() if _is_answered(node))

    def counts(self) -> tuple[int, int, int]:
        """Return how many questions are answered, as `answered`, lack an answer, and have a wrong one.

        In one walk and without texts: it is worked out at every answer.
        """
        answered = 0
        found = {"required": 0, "constraint": 0}
        for node in self._root.below():
            if node.relevant and not node.members:
                answered += _is_answered(node)
                error = self.presenter.error(node)
                if error is not None:
                    found[error] += 1
        return answered, found["required"], found["constraint"]

    def problems(self) -> list[Problem]:
        """Return what keeps this from being finalized, in document order."""
        found = []
        for node in self._root.below():
            error = self.presenter.error(node)
            if error is not None:
                label = self.presenter.text(node.place.element.label_text, node) or node.name
                found.append(Problem(ref_of(node), error, self.presenter.message(node, error), label))
        return found

    def warnings(self) -> list[Warning_]:
        """Return the soft checks that show now, and answers that are records no list has any more."""
        found = []
        for node in self._root.below():
            element = node.place.element
            if not isinstance(element, Question) or not node.relevant:
                continue
            if element.is_warning:
                found.append(Warning_(ref_of(node), self.presenter.text(element.label_text, node)))
            elif element.is_select and (gone := self.presenter.gone(node)):
                found.append(Warning_(ref_of(node), self.presenter.told_gone(gone)))
        return found

    def told_gone(self, ref: str) -> str:
        """Return what is said of the answer of `ref` where it is a record no list has any more, else ""."""
        gone = self.presenter.gone(self._node(ref))
        return self.presenter.told_gone(gone) if gone else ""

    def answers(self, *, relevant_only: bool, complete: bool = False) -> dict[str, Any]:
        """Return the answers as in an answers file; blank ones are left out.

        `complete`: with what the program keeps among them, as they are saved: the id of every entry of a
        repeat ("$id"), and what the answers it was opened with held beside those of the form.
        """
        if not complete:
            return answer_files.take(self._root, relevant_only)
        return answer_files.take(self._root, relevant_only, self.environment.uuid) | self._beside

    def entry_id(self, ref: str) -> str:
        """Return what tells the entry `ref` of a repeat ("/data/person[2]") from its neighbours for ever."""
        node = self._node(ref)
        if not isinstance(node, ScopeNode) or node.range is None:
            raise NotARepeatError(ref=ref)
        answer_files.name_entries(node.range, self.environment.uuid)
        return node.entry_id

    def name_entry(self, ref: str, entry_id: str) -> None:
        """Give a new entry the id it has elsewhere; one that a neighbour has is passed over."""
        node = self._node(ref)
        if not isinstance(node, ScopeNode) or node.range is None or not is_entry_id(entry_id):
            return
        if all(other.entry_id != entry_id for other in node.range.instances):
            node.entry_id = entry_id

    def submission_xml(self, instance_id: str = "", deprecated_id: str = "") -> str:
        """Return the submission as it would be finalized now, irrelevant nodes left out."""
        return submission_xml(self._root, self.form, self.environment, instance_id, deprecated_id)

    def choice_name(self, value: str, path: str, context: Context) -> str:
        """Return the label of the choice `value` of the question at `path`, nearest to `context`."""
        place = self._program.layout.by_path.get(path)
        if place is None:
            return ""
        scope = context.scope
        while scope.place is not place.scope and scope.range is not None:
            scope = scope.outer
        if scope.place is not place.scope:
            return ""
        node = scope.slots[place.slot]
        if node.queued & RuleKind.CHOICES:
            node.listed = None  # its list has changed
        for choice in self.presenter.choices(node):
            if choice.value == value:
                return choice.label
        return ""

    def _node(self, ref: str) -> AnswerNode:
        return node_at(self._root, self._program.layout, ref)


def _is_answered(node: AnswerNode) -> bool:
    element = node.place.element
    return (
        isinstance(element, Question)
        and element.has_control
        and element.type != "note"
        and not element.bind.calculate
        and node.relevant
        and bool(node.value or node.unavailable)
    )
