"""What acts make of a record: whether something is asked, whether it is accepted. Derived, never typed."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

ASKING = ("query", "proposal")
ANSWERS = ("reply", "agree", "refuse")
DECISIONS = ("accept", "return")
KINDS = (*ASKING, *ANSWERS, "close", *DECISIONS)


class Said(NamedTuple):
    """An act as far as the state of its record asks for it; `after` are the decisions its writer knew."""

    act_id: str
    kind: str
    revision_id: str
    about: str
    after: Sequence[str]


def open_asks(said: Iterable[Said]) -> list[Said]:
    """Return the queries and proposals nobody has answered or closed."""
    said = list(said)
    settled = {one.about for one in said if one.kind in ANSWERS or one.kind == "close"}
    return [one for one in said if one.kind in ASKING and one.act_id not in settled]


def decisions_on(said: Iterable[Said], revision_id: str) -> list[Said]:
    """Return the decisions on a revision that no later one replaces: two where they crossed on the way."""
    decisions = [one for one in said if one.kind in DECISIONS]
    replaced = {before for one in decisions for before in one.after}
    return [one for one in decisions if one.revision_id == revision_id and one.act_id not in replaced]


def is_returned(said: Iterable[Said], revision_id: str) -> bool:
    """Whether a revision was returned and nobody has answered: of decisions that crossed, a return counts."""
    said = list(said)
    answered = {one.about for one in said if one.kind in ANSWERS}
    return any(one.kind == "return" and one.act_id not in answered for one in decisions_on(said, revision_id))


def is_asked(said: Iterable[Said], revision_id: str) -> bool:
    """Whether headquarters waits for an answer about the record whose current revision this is."""
    said = list(said)
    return bool(open_asks(said)) or is_returned(said, revision_id)


def is_accepted(said: Iterable[Said], revision_id: str) -> bool:
    """Whether headquarters accepted this very revision, and nothing that counts says otherwise."""
    decisions = decisions_on(said, revision_id)
    return bool(decisions) and all(one.kind == "accept" for one in decisions)
