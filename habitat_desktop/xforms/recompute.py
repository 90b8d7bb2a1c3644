"""Recomputes what an answer changed, and only that: a queue in topological order.

A rule whose result is what it was before triggers nothing further.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush

from habitat_desktop.xforms.actions import NEW_REPEAT, CompiledAction
from habitat_desktop.xforms.answers import is_remade
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.environment import Opening
from habitat_desktop.xforms.instance import AnswerNode, RangeNode, ScopeNode, holder_of, parts_of, ref_of
from habitat_desktop.xforms.journal import Answered, Change, EntryCame, EntryWent, Reordered
from habitat_desktop.xforms.limits import (
    ANSWER_LIMIT,
    FILLED_NODES_LIMIT,
    LONG_TEXT,
    REPEAT_LIMIT,
    TEXTS_LIMIT,
)
from habitat_desktop.xforms.preload import preload
from habitat_desktop.xforms.problems import (
    FormCycleError,
    FormRuleError,
    TextTooLongError,
    TooManyEntriesError,
)
from habitat_desktop.xforms.program import Program
from habitat_desktop.xforms.question_types import cast
from habitat_desktop.xforms.rules import Rule, RuleKind, Trigger
from habitat_desktop.xforms.xpath.code import Context, Session, XPathError

_GONE = -1  # `queued` of a removed node: nothing is ever queued for it again
_MOST_ROUNDS = 100  # a rule of one node that runs more often in one recompute is going in circles
_FEW_RUNS = 10_000  # until then nobody counts

_Entry = tuple[int, int, Rule, AnswerNode]


class Recomputer:
    """Runs rules. `changed` collects the nodes whose state is new, `runs` counts the rules run."""

    def __init__(self, program: Program, session: Session, opening: Opening = Opening.FILL) -> None:
        self._resumes = opening is Opening.RESUME
        self._program = program
        self._context = Context(session, session.root)
        self._heap: list[_Entry] = []
        self._number = 0
        self._events: list[tuple[CompiledAction, AnswerNode]] = []
        self._started = False
        self._new = False
        self._live = False
        self._given_up: dict[AnswerNode, str] = {}
        self._waiting: dict[AnswerNode, Rule] = {}  # hidden questions whose list has changed
        self._grown = 0  # nodes in entries of repeats
        self.changed: dict[AnswerNode, None] = {}
        self.runs = 0
        self.journal: list[Change] | None = None  # None: nobody is going to take anything back
        self._takes_back = False
        self._acts: dict[RuleKind, Callable[[Rule, AnswerNode], None]] = {
            RuleKind.COUNT: self._count,
            RuleKind.RELEVANT: self._relevant,
            RuleKind.READONLY: self._readonly,
            RuleKind.REQUIRED: self._required,
            RuleKind.CONSTRAINT: self._constraint,
            RuleKind.CALCULATE: self._calculate,
            RuleKind.CHOICES: self._choices,
            RuleKind.TEXT: self._touch,
        }
        # what was saved comes back as it was; only what nobody saves is worked out
        self._acts_taking_back = self._acts | {
            RuleKind.COUNT: self._leave,
            RuleKind.CALCULATE: self._leave,
            RuleKind.CHOICES: self._list_anew,
        }
        if opening is Opening.LOOK:
            self._acts[RuleKind.COUNT] = self._acts[RuleKind.CALCULATE] = self._leave_signed

    def context(self, node: AnswerNode) -> Context:
        """Return a context to evaluate an expression of `node` in."""
        self._context.session.work = 0
        made = Context(self._context.session, node, node.scope)
        return made

    def start(self, root: AnswerNode, *, new: bool) -> None:
        """Run every rule below `root` once; from then on changed values set off their actions.

        What a form itself gives a `new` instance has to be among the choices; what was saved stays.
        """
        self._started, self._new = True, new
        for node in root.below():
            for rule in node.place.rules:
                if not node.queued & rule.bit and not (self._resumes and _stays(rule, node)):
                    node.queued |= rule.bit
                    self._number += 1
                    self._heap.append((rule.order, self._number, rule, node))
        heapify(self._heap)
        self.run()
        self._live = True

    def settle(self, root: AnswerNode) -> None:
        """Run every rule below `root` again, after a run that was stopped.

        No answer leaves its list, and what was drawn by chance or read off the clock stays.
        """
        for node in root.below():
            node.listed = None
            for rule in node.place.rules:
                if rule.kind is not RuleKind.CHOICES and not _stays(rule, node):
                    self.queue(rule, node)
        self.run()

    def _queue_below(self, root: AnswerNode) -> None:
        """Queue every rule of `root` and of everything below it."""
        for node in root.below():
            for rule in node.place.rules:
                self.queue(rule, node)

    def queue(self, rule: Rule, node: AnswerNode) -> None:
        """Queue one rule of one node."""
        if not node.queued & rule.bit:
            node.queued |= rule.bit
            self._number += 1
            heappush(self._heap, (rule.order, self._number, rule, node))

    def trigger(self, triggers: Iterable[Trigger], scope: ScopeNode) -> None:
        """Queue what `triggers` lead to from a change inside `scope`."""
        for trigger in triggers:
            if not trigger.hops and not trigger.descent:
                self.queue(trigger.rule, scope.slots[trigger.slot])
            else:
                for target in trigger.targets(scope):
                    self.queue(trigger.rule, target)

    def set_value(self, node: AnswerNode, value: str) -> None:
        """Give `node` a new value and queue what reads it.

        Raises:
            TextTooLongError: it is longer than can be handled, or all texts together are.
        """
        if len(value) > LONG_TEXT:
            self._check_length(node, value)
        if self._given_up:
            self._given_up.pop(node, None)
        if self.journal is not None:
            self.journal.append(Answered(node, node.value, node.unavailable))
        node.value = value
        self.changed[node] = None
        self.refresh(node)

    def note(self, node: AnswerNode) -> None:
        """Note in the journal what the answer of `node` is before it changes."""
        if self.journal is not None:
            self.journal.append(Answered(node, node.value, node.unavailable))

    def restore(self, node: AnswerNode, value: str, unavailable: tuple[str, str] | None) -> None:
        """Give `node` back what it had."""
        node.unavailable = unavailable
        self.set_value(node, value)

    def take_back(self, changes: Sequence[Change]) -> list[Change]:
        """Undo `changes`, the last one first, and return what would undo that."""
        self.journal, kept = [], self.journal
        self._takes_back = True
        try:
            for change in reversed(changes):
                if isinstance(change, Answered):
                    self.note(change.node)  # before its availability changes as well
                change.take_back(self)
            self.run()
        finally:
            self._takes_back = False
            made, self.journal = self.journal, kept
        return made

    def undo(self, changes: Sequence[Change]) -> None:
        """Take back `changes`, the last one first, whatever state a failed run has left."""
        self.stop()
        self.take_back(changes)

    def _check_length(self, node: AnswerNode, value: str) -> None:
        size = len(value)
        if size <= ANSWER_LIMIT:
            lengths = (len(other.value) for other in self._context.session.root.below())  # type: ignore[attr-defined]
            size = sum(length for length in lengths if length > LONG_TEXT)
            if size + len(value) <= TEXTS_LIMIT:
                return
        self.stop()
        raise TextTooLongError(question=node.name, limit=ANSWER_LIMIT)

    def refresh(self, node: AnswerNode) -> None:
        """Bring the text of `node` up to date and queue what reads it where it changed."""
        if node.refresh_text():
            self.trigger(node.place.triggers, node.scope)
            if self._live and node.place.actions and not self._takes_back:
                self._events.extend((action, node) for action in node.place.actions)

    def run(self) -> None:
        """Work until nothing is queued.

        Raises:
            FormCycleError: instances of a repeat keep changing each other.
            FormRuleError: an expression cannot be evaluated, such as a pattern that is none.
        """
        try:
            self._run()
        except XPathError as error:
            node = self._context.node
            self.stop()
            raise FormRuleError(question=node.name, column="", problem=error) from error

    def stop(self) -> None:
        """Forget what is queued."""
        for _, _, rule, node in self._heap:
            if node.queued != _GONE:
                node.queued &= ~rule.bit
        self._heap.clear()
        self._events.clear()

    def _run(self) -> None:
        limit = _FEW_RUNS + 2 * len(self._heap)
        rounds: Counter[tuple[int, AnswerNode]] = Counter()
        context, heap = self._context, self._heap
        acts = self._acts_taking_back if self._takes_back else self._acts
        session = context.session
        runs = 0
        while heap or self._events:
            while heap:
                _, _, rule, node = heappop(heap)
                if node.queued == _GONE:
                    continue
                node.queued &= ~rule.bit
                context.node = context.current = node
                context.scope = node.scope
                context.args = rule.args
                session.work = 0
                acts[rule.kind](rule, node)
                runs += 1
                if runs > limit:
                    self._check_rounds(rounds, id(rule), node)
            if self._events:
                action, node = self._events.pop(0)
                runs += 1
                self.perform(action, node.scope)
                if runs > limit:
                    self._check_rounds(rounds, id(action), node)
        self.runs += runs

    def _check_rounds(self, rounds: "Counter[tuple[int, AnswerNode]]", what: int, node: AnswerNode) -> None:
        """Count once more that the rule or action with the id `what` ran for `node`.

        Raises:
            FormCycleError: too often.
        """
        rounds[what, node] += 1
        if rounds[what, node] > _MOST_ROUNDS:
            self.stop()
            raise FormCycleError(cycle=f"{ref_of(node)} → {ref_of(node)}")

    def perform(self, action: CompiledAction, scope: ScopeNode) -> None:
        """Carry out `action`, its event having happened inside `scope`.

        Raises:
            FormRuleError: its value cannot be worked out.
        """
        if scope.queued == _GONE:
            return
        try:
            targets = [
                (target, _cast(action.value(self.context(target)), target))
                for target in action.targets(scope, self._context.session)
            ]
        except XPathError as error:
            self.stop()
            raise FormRuleError(question=action.target.name, column="", problem=error) from error
        for target, value in targets:
            if value != target.value or target.unavailable:
                self.note(target)
                target.unavailable = None
                self.set_value(target, value)
                self._give_up_unlisted(target)

    def _relevant(self, rule: Rule, node: AnswerNode) -> None:
        holds = rule.run(self._context)
        if holds is not node.own_relevant:
            node.own_relevant = holds
            self.spread_relevance(node)

    def spread_relevance(self, node: AnswerNode) -> None:
        """Work out whether `node` and what is below it is relevant."""
        relevant = node.own_relevant and holder_of(node).relevant
        if relevant is node.relevant:
            return
        node.relevant = relevant
        self.changed[node] = None
        if node.place.kind == "question":
            self.refresh(node)
            if relevant and node in self._waiting:
                self.queue(self._waiting.pop(node), node)
        for below in parts_of(node):
            self.spread_relevance(below)

    def _readonly(self, rule: Rule, node: AnswerNode) -> None:
        holds = rule.run(self._context)
        if holds is not node.own_readonly:
            node.own_readonly = holds
            self.spread_readonly(node)

    def spread_readonly(self, node: AnswerNode) -> None:
        """Work out whether `node` and what is below it can be changed by a person."""
        readonly = node.own_readonly or holder_of(node).readonly
        if readonly is node.readonly:
            return
        node.readonly = readonly
        self.changed[node] = None
        for below in parts_of(node):
            self.spread_readonly(below)

    def _required(self, rule: Rule, node: AnswerNode) -> None:
        holds = rule.run(self._context)
        if holds is not node.required:
            node.required = holds
            self.changed[node] = None

    def _constraint(self, rule: Rule, node: AnswerNode) -> None:
        holds = node.text == "" or rule.run(self._context)
        if holds is not node.constraint_ok:
            node.constraint_ok = holds
            self.changed[node] = None

    def _calculate(self, rule: Rule, node: AnswerNode) -> None:
        value = _cast(rule.run(self._context), node)
        if value != node.value:
            self.set_value(node, value)

    def _choices(self, rule: Rule, node: AnswerNode) -> None:
        """Give up what is no longer among the choices; it comes back when the list brings it back.

        A hidden question keeps its answer: what its list is made of may be hidden with it.
        """
        node.listed = None
        self.changed[node] = None
        if not node.relevant:
            if self._live or self._new:
                self._waiting[node] = rule
        elif not self._live:
            if self._new:
                self._give_up_unlisted(node)
        elif node.value or node in self._given_up:
            self._keep_listed(node)

    def _give_up_unlisted(self, node: AnswerNode) -> None:
        """Give up what is not among the choices and leave the order of what is."""
        choices = node.place.settings.get("choices")
        if choices is None or not node.value:
            return
        known = choices.values(self.context(node))
        if node.value not in known and any(one not in known for one in node.value.split()):
            self._keep_listed(node)

    def _keep_listed(self, node: AnswerNode) -> None:
        question = node.place.element
        assert isinstance(question, Question)
        given = self._given_up.get(node, node.value)
        kept = node.place.settings["choices"].kept(self.context(node), given, question.type)
        if kept != node.value:
            self.set_value(node, kept)
            if kept != given:
                self._given_up[node] = given

    def _touch(self, rule: Rule, node: AnswerNode) -> None:
        self.changed[node] = None

    def _leave(self, rule: Rule, node: AnswerNode) -> None:
        """Leave `node` as it is."""

    def _list_anew(self, rule: Rule, node: AnswerNode) -> None:
        node.listed = None
        self.changed[node] = None
        if not node.relevant:
            self._waiting[node] = rule

    def _leave_signed(self, rule: Rule, node: AnswerNode) -> None:
        """Leave what was signed as it is; what every submission makes anew was not."""
        if is_remade(node):
            self._calculate(rule, node)

    def _count(self, rule: Rule, node: AnswerNode) -> None:
        assert isinstance(node, RangeNode)
        wanted = rule.run(self._context)
        if wanted != wanted:
            if node.settled:
                return  # a count that is blank for a moment throws no entries away
            wanted = 0.0
        if wanted > REPEAT_LIMIT:
            self.stop()
            raise TooManyEntriesError(repeat=ref_of(node), limit=REPEAT_LIMIT)
        number = int(max(0.0, wanted))
        node.settled = True
        while len(node.instances) > number:
            self.take_out(node, len(node.instances) - 1)
        while len(node.instances) < number:
            self.put_in(node, seeded=True)

    def put_in(self, node: RangeNode, seeded: bool = False) -> ScopeNode:
        """Add an instance at the end of the repeat `node` and queue what that changes.

        It grows from the template or, where `seeded`, from what the form itself has at that place.

        Raises:
            TooManyEntriesError: there are too many already.
        """
        if len(node.instances) >= REPEAT_LIMIT or self._grown > FILLED_NODES_LIMIT:
            self.stop()
            raise TooManyEntriesError(repeat=ref_of(node), limit=len(node.instances))
        plan = self._program.templates[node.place]
        if seeded:
            seeds = self._program.seeds.get(node.place, [])
            plan = seeds[len(node.instances)] if len(node.instances) < len(seeds) else plan
        parent = node.parent
        assert isinstance(parent, AnswerNode)
        instance = plan.grow(parent, node.scope)
        assert isinstance(instance, ScopeNode)
        instance.range = node
        node.instances.append(instance)
        if self.journal is not None:
            self.journal.append(EntryCame(node, instance))
        node.settled = True
        instance.position = len(node.instances)
        self.inherit(instance)
        self.changed[node] = None
        before = len(self.changed)
        for below in instance.below():
            self.changed[below] = None
            if self._started:
                preload(below, self._context.session, True)
        self._grown += len(self.changed) - before
        if self._started:  # before that, everything is going to run anyway
            self._queue_below(instance)
            self.trigger(node.place.member_triggers, node.scope)
            for action in self._program.actions:
                if NEW_REPEAT in action.events and action.place.scope is instance.place:
                    self.perform(action, instance)
        return instance

    def inherit(self, node: AnswerNode) -> None:
        """Take relevance and read-only state over from what is around `node`."""
        for below in node.below():
            holder = holder_of(below)
            below.own_readonly = below.place.settings.get("readonly", False)
            below.readonly = below.own_readonly or holder.readonly
            below.relevant = holder.relevant and below.own_relevant
            below.refresh_text()

    def take_out(self, node: RangeNode, index: int) -> None:
        """Remove an instance of the repeat `node` and queue what that changes."""
        instance = node.instances.pop(index)
        if self.journal is not None:
            self.journal.append(EntryWent(node, index, instance))
        for below in instance.below():
            self._grown -= 1
            below.queued = _GONE
            self.changed.pop(below, None)
        node.renumber(index)
        self.changed[node] = None
        for later in node.instances[index:]:
            for below in later.below():
                self.changed[below] = None
        self.trigger(node.place.member_triggers, node.scope)
        if index < len(node.instances):
            self.trigger(node.place.position_triggers, node.scope)

    def put_back(self, node: RangeNode, index: int, instance: ScopeNode) -> None:
        """Bring back the instance that `take_out` removed."""
        node.instances.insert(index, instance)
        node.renumber(index)
        if self.journal is not None:
            self.journal.append(EntryCame(node, instance))
        self.changed[node] = None
        for below in instance.below():
            self._grown += 1
            below.queued = 0
        for later in node.instances[index:]:
            for below in later.below():
                self.changed[below] = None
        if self._takes_back:
            self._queue_below(instance)
        self.trigger(node.place.member_triggers, node.scope)
        if index + 1 < len(node.instances):
            self.trigger(node.place.position_triggers, node.scope)

    def reorder(self, node: RangeNode, order: Sequence[int]) -> None:
        """Bring the instances of the repeat `node` into another order and queue what that changes.

        `order` has for each place the index the instance stood at.
        """
        if self.journal is not None:
            back = [0] * len(order)
            for new, old in enumerate(order):
                back[old] = new
            self.journal.append(Reordered(node, tuple(back)))
        node.instances[:] = [node.instances[index] for index in order]
        node.renumber()
        self.changed[node] = None
        for instance in node.instances:
            for below in instance.below():
                self.changed[below] = None
        self.trigger(node.place.member_triggers, node.scope)
        self.trigger(node.place.position_triggers, node.scope)


def _stays(rule: Rule, node: AnswerNode) -> bool:
    """Tell whether the value of `node` was drawn by chance, read off the clock or never changes."""
    return rule.kind is RuleKind.CALCULATE and not rule.dependencies and bool(node.value)


def _cast(text: str, node: AnswerNode) -> str:
    data_type = node.place.element.bind.data_type
    return text if not text or data_type == "string" else cast(text, data_type)
