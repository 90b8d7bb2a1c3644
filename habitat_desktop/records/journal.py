"""The journal of acts: chains of signed documents, one for each installation in each conversation.

What is written here is added, never changed, never deleted. Acts about an office travel to it and to
headquarters; those with the office `HERE` concern this database alone.
"""

import base64
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records import roles
from habitat_desktop.records.act import HERE, SIZE_LIMIT, Act, Actor
from habitat_desktop.records.numbering import installation
from habitat_desktop.records.ranges import Have, numbers, of_numbers, without
from habitat_desktop.records.record import read_json, utc_text
from habitat_desktop.records.summaries import chunks, refresh_states
from habitat_desktop.records.tables import ActRow, insert_many, table

Outcome = Literal["added", "known"]


class NobodyActsError(HabitatError):
    code = "NOBODY_ACTS"
    message = N_(
        "Somebody must answer for this, and nobody works here now. Nothing was changed. "
        "Say who with --person NAME, or choose who is working."
    )


class WhyNeededError(HabitatError):
    code = "WHY_NEEDED"
    message = N_("This needs a reason in words: the other side reads it. Nothing was changed.")


class TooManyWordsError(HabitatError):
    code = "TOO_MANY_WORDS"
    message = N_("“{ref}”: the answer is too long: {limit} characters at the most.")


class ActNumberReused(HabitatError):
    code = "ACT_NUMBER_REUSED"
    message = N_(
        "Entry {number} of the journal of {sender} bears a number that its computer has already given to "
        "another one. It was not taken in. Tell headquarters: two computers may be working with copies of "
        "one database."
    )


class ChainBroken(HabitatError):
    code = "CHAIN_BROKEN"
    message = N_(
        "Entry {number} of the journal of {sender} does not follow the one before it. It was not taken in. "
        "Ask the sender for a new package; if it comes again, tell headquarters: an entry was changed or "
        "left out."
    )


# -- writing ---------------------------------------------------------------------------------------------


def write(
    session: Session,
    actor: Actor,
    kind: str,
    *,
    office: str = HERE,
    record_id: str = "",
    revision_id: str = "",
    ref: str = "",
    about: str = "",
    after: Collection[str] = (),
    reason: str = "",
    content: Mapping[str, Any] | None = None,
) -> Act:
    """Add one act to the chain of this installation, in the caller's transaction, and return it.

    Raises:
        RoleError: it is not for this role. NobodyActsError, WhyNeededError: person or reason is missing.
        KeyLockedError: the key that signs needs a passphrase. TooManyWordsError: it would fit no package.
    """
    require_person(actor, kind, reason)
    here = installation(session)
    last = _last(session, office, here)
    unsigned = Act(
        office=office,
        installation=here,
        number=last[0] + 1,
        previous=last[1],
        role=actor.role,
        sender=actor.sender,
        kind=kind,
        record_id=record_id,
        revision_id=revision_id,
        ref=ref,
        about=about,
        after=tuple(sorted(after)),
        person=actor.person.strip(),
        reason=reason.strip(),
        content=dict(content or {}),
        language=actor.language,
        made_at=utc_text(actor.at),
        key_id=actor.signer.key_id,
    )
    if len(unsigned.bytes) > SIZE_LIMIT:
        raise TooManyWordsError(ref=f"{reason[:40]}…", limit=SIZE_LIMIT)
    signature = base64.b64encode(actor.signer.sign(unsigned.bytes)).decode("ascii")
    made = Act.from_document(unsigned.document(), signature)
    _insert(session, [made])
    return made


def require(actor: Actor, kind: str, reason: str = "") -> None:
    """Require that `actor` can write an act of `kind`, before anything that cannot be taken back is done.

    Raises as `write`.
    """
    require_person(actor, kind, reason)
    actor.signer.sign(b"")  # no act has no content: this only asks for the passphrase


def require_person(actor: Actor, kind: str, reason: str = "") -> None:
    """Require role, person and reason, not the key; raises as `write`."""
    roles.require(actor.role, kind)
    if not actor.person.strip():
        raise NobodyActsError
    if not reason.strip() and kind in roles.REASON_NEEDED:
        raise WhyNeededError


def _last(session: Session, office: str, installation_id: str) -> tuple[int, str]:
    """Return number and id of the newest act of a chain; (0, "") where it has none."""
    row = session.connection().execute(_NEWEST, {"office": office, "installation": installation_id}).first()
    return (row[0], row[1]) if row is not None else (0, "")


_ACT = table(ActRow).c
_NEWEST = (
    select(_ACT.number, _ACT.act_id)
    .where(_ACT.office == bindparam("office"), _ACT.installation == bindparam("installation"))
    .order_by(_ACT.number.desc())
    .limit(1)
)


def _insert(session: Session, acts: Iterable[Act]) -> None:
    fresh = list(acts)
    rows = [
        {
            "office": act.office,
            "installation": act.installation,
            "number": act.number,
            "act_id": act.act_id,
            "kind": act.kind,
            "record_id": act.record_id,
            "revision_id": act.revision_id,
            "about": act.about,
            "after": list(act.after),
            "signature": act.signature,
            "document": act.bytes,
        }
        for act in fresh
    ]
    insert_many(session, ActRow, rows)
    refresh_states(session, {(act.office, act.record_id) for act in fresh if act.record_id})


# -- taking in -------------------------------------------------------------------------------------------


def add_acts(session: Session, acts: Iterable[Act]) -> list[Outcome]:
    """Take acts in, in any order; taking the same one in again changes nothing.

    One whose predecessor has not come yet is kept all the same: it is checked when that comes.

    Raises:
        ActNumberReused: another act here has the same chain and number.
        ChainBroken: it does not follow the one before it, or the one after it does not follow it, or the
            chain is somebody else's.
    """
    outcomes: list[Outcome] = []
    fresh: dict[tuple[str, str, int], Act] = {}
    acts = list(acts)
    there = _neighbours(session, ((act.office, act.installation, act.number) for act in acts))
    for act in acts:
        place = (act.office, act.installation, act.number)
        here = there.get(place) or fresh.get(place)
        if here is not None:
            if here.act_id != act.act_id:
                raise ActNumberReused(number=act.number, sender=act.sender)
            outcomes.append("known")
            continue
        fresh[place] = act
        outcomes.append("added")
    everything = there | fresh
    for office, life, number in fresh:
        _check_link(everything, office, life, number)
        _check_link(everything, office, life, number + 1)
    _check_writers(session, fresh)
    _insert(session, fresh.values())
    return outcomes


def _check_writers(session: Session, fresh: Mapping[tuple[str, str, int], Act]) -> None:
    """Raise ChainBroken where a chain would have two writers: nobody goes on with that of another office."""
    writers: dict[tuple[str, str], tuple[str, str]] = {}
    for (office, life, number), act in fresh.items():
        if (office, life) not in writers:
            statement = _DOCUMENTS.where(ActRow.office == office, ActRow.installation == life).limit(1)
            row = session.execute(statement).first()
            first = _read(row) if row is not None else act
            writers[office, life] = (first.sender, first.role)
        if writers[office, life] != (act.sender, act.role):
            raise ChainBroken(number=number, sender=act.sender)


def _neighbours(session: Session, wanted: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str, int], Act]:
    """Return those of these acts that are here, and the ones beside them."""
    asked: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for office, life, number in wanted:
        asked[office, life] |= {number - 1, number, number + 1}
    found = {}
    for (office, life), some in asked.items():
        for part in chunks(some):
            statement = _DOCUMENTS.where(
                ActRow.office == office, ActRow.installation == life, ActRow.number.in_(part)
            )
            for act in map(_read, session.execute(statement)):
                found[office, life, act.number] = act
    return found


def _check_link(acts: Mapping[tuple[str, str, int], Act], office: str, life: str, number: int) -> None:
    act, before = acts.get((office, life, number)), acts.get((office, life, number - 1))
    if act is not None and before is not None and act.previous != before.act_id:
        raise ChainBroken(number=number, sender=act.sender)


# -- reading ---------------------------------------------------------------------------------------------

_DOCUMENTS = select(ActRow.document, ActRow.signature)


def _read(row: Any) -> Act:
    found = Act.from_document(read_json(row.document), row.signature)
    # JSONB has an order of its own: what is shown has the one order of every computer
    return Act.from_document(read_json(found.bytes), row.signature)


def acts(
    session: Session,
    *,
    office: str | Collection[str] | None = None,
    record_id: str | None = None,
    kinds: Collection[str] | None = None,
    about: Collection[str] | None = None,
) -> list[Act]:
    """Return acts, what others answer before the answers; clocks have no say in the order."""
    statement = _DOCUMENTS
    if office is not None:
        statement = statement.where(ActRow.office.in_([office] if isinstance(office, str) else office))
    if record_id is not None:
        statement = statement.where(ActRow.record_id == record_id)
    if kinds is not None:
        statement = statement.where(ActRow.kind.in_(kinds))
    if about is not None:
        statement = statement.where(ActRow.about.in_(about))
    session.flush()
    return in_order(map(_read, session.execute(statement)))


def find_acts(session: Session, name: str) -> list[Act]:
    """Return the acts whose id begins with `name` (at least four characters)."""
    if len(name) < 4 or not set(name) <= set("0123456789abcdef"):
        return []
    statement = _DOCUMENTS.where(ActRow.act_id.startswith(name, autoescape=True)).limit(2)
    return [_read(row) for row in session.execute(statement)]


def known_among(session: Session, ids: Collection[str]) -> set[str]:
    """Return which of these act ids are here."""
    found: set[str] = set()
    for part in chunks(ids):
        found.update(session.scalars(select(ActRow.act_id).where(ActRow.act_id.in_(part))))
    return found


def in_order(found: Iterable[Act]) -> list[Act]:
    """Return acts so that each follows those it knew of: alike on every computer."""
    by_id = {act.act_id: act for act in found}
    depth: dict[str, int] = {}
    for start in by_id:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            if name in depth:
                waiting.pop()
                continue
            before = [one for one in _known_to(by_id[name]) if one in by_id]
            missing = [one for one in before if one not in depth and one != name]
            if missing:
                waiting += missing
                continue
            depth[name] = 1 + max((depth[one] for one in before if one in depth), default=0)
            waiting.pop()
    return sorted(by_id.values(), key=lambda act: (depth[act.act_id], act.installation, act.number))


def _known_to(act: Act) -> Iterator[str]:
    yield from (one for one in (act.previous, act.about, *act.after) if one)


# -- exchange --------------------------------------------------------------------------------------------


def have_acts(session: Session, offices: Collection[str] | None = None) -> dict[str, list[list[int]]]:
    """Return which acts are here, as ranges by chain: {"KE/INSTALLATION": [[1, 7]]}; never local ones."""
    columns = (ActRow.office, ActRow.installation)
    statement = select(*columns, func.count(), func.max(ActRow.number)).where(ActRow.office != HERE)
    if offices is not None:
        statement = statement.where(ActRow.office.in_(offices))
    found = {}
    session.flush()
    for office, life, count, highest in session.execute(statement.group_by(*columns).order_by(*columns)):
        ranges = [[1, highest]] if count == highest else of_numbers(_numbers(session, office, life))
        found[f"{office}/{life}"] = ranges
    return found


def _numbers(session: Session, office: str, life: str) -> list[int]:
    statement = select(ActRow.number).where(ActRow.office == office, ActRow.installation == life)
    return list(session.scalars(statement))


def acts_beyond(
    session: Session,
    confirmed: Have,
    offices: Collection[str] | None = None,
    *,
    senders: Collection[str] | None = None,
) -> list[Act]:
    """Return the acts of these conversations that are not in `confirmed`, in the order of their chains.

    `senders` limits them to what those wrote.
    """
    found: list[Act] = []
    for chain, ranges in have_acts(session, offices).items():
        office, _slash, life = chain.partition("/")
        for part in chunks(list(numbers(without(ranges, confirmed.get(chain, ()))))):
            statement = _DOCUMENTS.where(
                ActRow.office == office, ActRow.installation == life, ActRow.number.in_(part)
            )
            found += map(_read, session.execute(statement.order_by(ActRow.number)))
    return [act for act in found if senders is None or act.sender in senders]


def act_ids(session: Session) -> set[str]:
    """Return the ids of all acts here, local ones too."""
    return set(session.scalars(select(ActRow.act_id)))


def count_acts(session: Session) -> int:
    """Return how many acts there are, local ones too."""
    return session.scalar(select(func.count()).select_from(ActRow)) or 0
