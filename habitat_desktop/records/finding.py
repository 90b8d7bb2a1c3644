"""Finds words in one record: in its questions, their hints, their choices and their answers."""

from collections.abc import Callable, Iterator

from habitat_desktop.i18n.text import fold
from habitat_desktop.xforms.engine import FormInstance, NodeState

LONGEST_LIST = 2_000  # choices that are looked through; of longer lists only what was answered
LONGEST_SEARCH = 200  # characters


def find_in(
    instance: FormInstance, text: str, shown: Callable[[NodeState], str], labels: Callable[[str], str] = str
) -> Iterator[str]:
    """Yield the refs of what is shown now and has all words of `text`, in the order of the form.

    Case, marks, width and spelling variants do not matter, in any script. `shown` is an answer as people
    read it; `labels` takes the markup out of a text of the form.
    """
    words = fold(text[:LONGEST_SEARCH]).split()
    if not words:
        return
    for state in instance.states():
        if state.kind in ("question", "note") and state.relevant:
            hay = fold(" ".join(_texts(state, shown, labels)))
            if all(word in hay for word in words):
                yield state.ref


def _texts(
    state: NodeState, shown: Callable[[NodeState], str], labels: Callable[[str], str]
) -> Iterator[str]:
    yield from (labels(text) for text in (state.label, state.hint, state.guidance) if text)
    if state.value and "masked" not in state.appearance.split():
        yield state.value
        yield shown(state)
    if len(state.choices) <= LONGEST_LIST:
        yield from (labels(choice.label) for choice in state.choices)
