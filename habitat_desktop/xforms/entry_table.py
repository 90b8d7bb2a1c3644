"""The entries of one repeat as a table: rows are entries, columns its questions.

Reading a cell costs one index, whatever the size of the form; writing many cells runs the rules once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from habitat_desktop.i18n.text import clean
from habitat_desktop.xforms.answers import check_length
from habitat_desktop.xforms.definition import Question, Repeat
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.given import checked, chosen
from habitat_desktop.xforms.instance import AnswerNode, RangeNode, ScopeNode, ref_of
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.problems import NotARepeatError, ReadOnlyError
from habitat_desktop.xforms.states import ErrorKind


@dataclass(frozen=True, slots=True)
class CellState:
    """One question of one entry as it stands."""

    value: str
    relevant: bool
    readonly: bool
    error: ErrorKind | None
    unavailable: tuple[str, str] | None


class EntryTable:
    """Looks at, and fills, the entries of the repeat `repeat` ("/data/settlement").

    Rows are counted from 0; paths are those of questions and repeats directly in the scope of an entry,
    groups passed through ("/data/settlement/st_pop_grp/st_pop_total").

    Raises:
        NotARepeatError: `repeat` is none.
    """

    def __init__(self, instance: FormInstance, repeat: str) -> None:
        node = instance.node(repeat)
        if not isinstance(node, RangeNode):
            raise NotARepeatError(ref=repeat)
        self._instance = instance
        self._range = node
        self._places = instance.places

    @property
    def rows(self) -> int:
        return len(self._range.instances)

    @property
    def may_grow(self) -> bool:
        """Whether a person may add and remove entries."""
        element = self._range.place.element
        assert isinstance(element, Repeat)
        return not (element.fixed or self._range.readonly)

    def ref(self, row: int, path: str = "") -> str:
        """Return the ref of an entry, or of a question in it."""
        entry = self._range.instances[row]
        return ref_of(entry) if not path else ref_of(self._node(row, path))

    def cell(self, row: int, path: str) -> CellState:
        node = self._node(row, path)
        presenter = self._instance.presenter
        return CellState(
            node.value, node.relevant, presenter.is_readonly(node), presenter.error(node), node.unavailable
        )

    def value(self, row: int, path: str) -> str:
        return self._node(row, path).value

    def is_relevant(self, row: int, path: str) -> bool:
        return self._node(row, path).relevant

    def message(self, row: int, path: str) -> str:
        """Return why the answer is wrong, "" where it is not."""
        node = self._node(row, path)
        error = self._instance.presenter.error(node)
        return self._instance.presenter.message(node, error) if error is not None else ""

    def label(self, row: int, path: str) -> str:
        """Return the label as this entry shows it."""
        node = self._node(row, path)
        return self._instance.presenter.text(node.place.element.label_text, node)

    def choices(self, row: int, path: str) -> tuple[Choice, ...]:
        """Return the choices of a select in this entry."""
        return self._instance.presenter.choices(self._node(row, path))

    def count(self, row: int, path: str) -> int:
        """Return how many entries the repeat at `path` inside an entry has."""
        node = self._node(row, path)
        assert isinstance(node, RangeNode)
        return len(node.instances)

    # -- filling: inside `Entry.together` only ---------------------------------------------------------

    def add(self, count: int) -> None:
        """Add entries at the end; call `run` afterwards.

        Raises:
            NotARepeatError: their number is fixed.
            FormError: there are too many.
        """
        if count and not self.may_grow:
            raise NotARepeatError(ref=ref_of(self._range))
        for _ in range(count):
            self._instance.put_entry(self._range)

    def put(self, row: int, path: str, value: str) -> bool:
        """Answer one question ("" clears it) and run no rule yet; tell whether that is anything new.

        Raises:
            AnswerError: it is not asked of a person, or cannot hold the value; nothing is changed.
        """
        node = self._node(row, path)
        question = node.place.element
        presenter = self._instance.presenter
        if not isinstance(question, Question) or presenter.is_readonly(node) or question.type == "note":
            raise ReadOnlyError(ref=ref_of(node))
        if value:
            if len(value) > 100:
                check_length(ref_of(node), value)
            value = clean(value)
            value = checked(question, "", value) if question.type != "text" else value
            if question.is_select:
                value = chosen(node, self._instance.context(node), ref_of(node), value)
        if value == node.value and node.unavailable is None:
            return False
        self._instance.put_answer(node, value)
        return True

    def run(self) -> set[str]:
        """Run the rules; return the refs whose state is new.

        Raises:
            FormError: the form cannot work with what was put.
        """
        return self._instance.run_rules()

    def reorder(self, order: Sequence[int]) -> None:
        """Put the entries in another order: `order` has the row each place is taken from.

        Raises:
            NotARepeatError: their number is fixed.
        """
        if not self.may_grow:
            raise NotARepeatError(ref=ref_of(self._range))
        self._instance.reorder(self._range, order)

    def remove(self, rows: Iterable[int]) -> None:
        """Remove entries; call `run` afterwards.

        Raises:
            NotARepeatError: their number is fixed.
        """
        if not self.may_grow:
            raise NotARepeatError(ref=ref_of(self._range))
        for row in sorted(set(rows), reverse=True):
            self._instance.take_entry(self._range, row)

    def _node(self, row: int, path: str) -> AnswerNode:
        entry: ScopeNode = self._range.instances[row]
        return entry.slots[self._places[path].slot]
