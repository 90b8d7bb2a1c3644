"""What a workspace still has to tell another one, by its role: revisions and acts it has not confirmed.

An office tells headquarters everything of its own; headquarters tells an office what is of that office, and a
region what is of its offices; a region tells headquarters its own acts, and gives back those of headquarters
that this lost; what its offices sent it forwards as it came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy.orm import Session

from habitat_desktop.records import exchange_state, journal
from habitat_desktop.records.act import Act
from habitat_desktop.records.peers import confirmed_acts
from habitat_desktop.records.record import Revision
from habitat_desktop.records.trusted_keys import trusted_keys
from habitat_desktop.settings import HEADQUARTERS, Settings

ACTS_LIMIT = 20_000  # acts of one package; the next one carries the rest
_BYTES_LIMIT = 16 << 20  # and their bytes: records go in the same package


@dataclass(frozen=True)
class Outstanding:
    """What is to be sent; parents before children, chains in their order."""

    revisions: tuple[Revision, ...]
    acts: tuple[Act, ...]

    def __bool__(self) -> bool:
        return bool(self.revisions or self.acts)


def outstanding(session: Session, settings: Settings, peer: str) -> Outstanding:
    """Return what `peer` has not confirmed."""
    confirmed = confirmed_acts(session, peer)
    if settings.role == "region":
        acts = journal.acts_beyond(session, confirmed, senders=(settings.office, HEADQUARTERS))
        return Outstanding((), _fitting(acts))
    offices = None if peer == HEADQUARTERS else correspondents(session, peer)
    revisions = exchange_state.waiting_for(session, peer, offices)
    acts = journal.acts_beyond(session, confirmed, offices)
    return Outstanding(tuple(revisions), _fitting(acts))


def _fitting(acts: Sequence[Act]) -> tuple[Act, ...]:
    """Return the first acts, as many as one package carries."""
    sizes = accumulate(len(act.bytes) for act in acts[:ACTS_LIMIT])
    return tuple(act for act, size in zip(acts, sizes, strict=False) if size <= _BYTES_LIMIT)


def correspondents(session: Session, peer: str) -> list[str]:
    """Return the offices whose records and conversation go to `peer`: itself, and those assigned to it."""
    return [peer, *(office for office in assigned(session, peer) if office != peer)]


def assigned(session: Session, region: str) -> tuple[str, ...]:
    """Return the offices headquarters assigned to a region; nothing for an office."""
    said = journal.acts(session, office=region, kinds=("assign",))
    if not said:
        return ()
    offices = said[-1].content.get("offices", ())
    return tuple(str(one) for one in offices) if isinstance(offices, list) else ()


def ever_assigned(session: Session, region: str) -> set[str]:
    """Return the offices that were assigned to a region at any time: what it said then may still come."""
    said = journal.acts(session, office=region, kinds=("assign",))
    return {office for act in said for office in assigned_by(act)}


def assigned_by(act: Act) -> set[str]:
    """Return the offices that an act of assigning names."""
    offices = act.content.get("offices", ())
    return {str(one) for one in offices} if isinstance(offices, list) else set()


def regions_of(session: Session, office: str) -> tuple[str, ...]:
    """Return the regions an office is assigned to."""
    regions = sorted({act.office for act in journal.acts(session, kinds=("assign",))})
    return tuple(region for region in regions if office in assigned(session, region))


def peers(session: Session) -> set[str]:
    """Return the offices and regions headquarters sends to: all it heard of, and all it trusts."""
    heard = {entry.peer for entry in exchange_state.packages(session, direction="in")}
    trusted = {key.office for key in trusted_keys(session) if key.state == "trusted"}
    return (heard | trusted) - {HEADQUARTERS}
