"""What changed in an instance, one change after the other, so that it can be taken back.

Only what is saved is noted: answers, and which entries there are. What follows from them follows again.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from habitat_desktop.xforms.instance import AnswerNode, RangeNode, ScopeNode

if TYPE_CHECKING:
    from habitat_desktop.xforms.recompute import Recomputer


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer of `node` changed; what it was before."""

    node: AnswerNode
    value: str
    unavailable: tuple[str, str] | None

    def take_back(self, recomputer: "Recomputer") -> None:
        recomputer.restore(self.node, self.value, self.unavailable)


@dataclass(frozen=True, slots=True)
class EntryCame:
    """An entry came into a repeat."""

    repeat: RangeNode
    instance: ScopeNode

    def take_back(self, recomputer: "Recomputer") -> None:
        recomputer.take_out(self.repeat, self.repeat.instances.index(self.instance))


@dataclass(frozen=True, slots=True)
class EntryWent:
    """An entry left a repeat, where it stood at `index`."""

    repeat: RangeNode
    index: int
    instance: ScopeNode

    def take_back(self, recomputer: "Recomputer") -> None:
        recomputer.put_back(self.repeat, self.index, self.instance)


@dataclass(frozen=True, slots=True)
class Reordered:
    """The entries of a repeat came into another order; `back` has the index each place is taken from."""

    repeat: RangeNode
    back: tuple[int, ...]

    def take_back(self, recomputer: "Recomputer") -> None:
        recomputer.reorder(self.repeat, self.back)


Change = Answered | EntryCame | EntryWent | Reordered
