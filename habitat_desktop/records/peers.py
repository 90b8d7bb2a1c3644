"""What each installation at the other end last said it has; an office may have several, headquarters one."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from habitat_desktop.records.ranges import Have, common, joined
from habitat_desktop.records.tables import PeerRow, TrustedKeyRow, table, upsert
from habitat_desktop.settings import HEADQUARTERS


def confirmed_acts(session: Session, peer: str) -> dict[str, list[list[int]]]:
    """Return which acts `peer` says it has, by chain; an office has what all its installations have."""
    if peer != HEADQUARTERS:
        return confirmed_by_all(session, peer, "have_acts")
    return _last_said(session, peer, "have_acts")


def taken_packages(session: Session) -> dict[str, list[list[int]]]:
    """Return which packages of its offices headquarters told this region it has, by installation."""
    return _last_said(session, HEADQUARTERS, "taken")


def _last_said(session: Session, peer: str, what: str) -> dict[str, list[list[int]]]:
    newest = (
        select(getattr(PeerRow, what))
        .where(PeerRow.office == peer, PeerRow.ordinal > 0)
        .order_by(PeerRow.ordinal.desc())
        .limit(1)
    )
    return dict(session.scalar(newest) or {})


def confirmed_by_all(session: Session, peer: str, what: str) -> dict[str, list[list[int]]]:
    """Return what every living installation of an office says it has."""
    said = getattr(PeerRow, what)
    statement = select(PeerRow.installation, PeerRow.ordinal, said).where(PeerRow.office == peer)
    heard = session.execute(statement).all()
    enrolled = select(TrustedKeyRow.installation).where(
        TrustedKeyRow.office == peer, TrustedKeyRow.state == "trusted"
    )
    if set(session.scalars(enrolled)) - {row.installation for row in heard} - {""}:
        return {}
    living = [row[2] for row in heard if row.ordinal]
    if not living:
        return {}
    confirmed = {installation_id: joined(spans) for installation_id, spans in living[0].items()}
    for said in living[1:]:
        confirmed = {key: common(spans, said.get(key, ())) for key, spans in confirmed.items()}
    return confirmed


_PEER = table(PeerRow).c
_LIVES = select(_PEER.installation, _PEER.ordinal, _PEER.number).where(_PEER.office == bindparam("peer"))


def is_over(session: Session, peer: str, peer_installation: str, lives: Collection[str]) -> bool:
    """Note which installations of a peer are over; return whether the one that speaks is one of them."""
    ended = [
        {"office": peer, "installation": life, "ordinal": 0, "number": 0, "noted_at": "", "have": {}}
        for life in lives
        if life != peer_installation
    ]
    upsert(session, PeerRow, ended)
    lives_known = session.connection().execute(_LIVES, {"peer": peer})
    return any(life.installation == peer_installation and life.ordinal == 0 for life in lives_known)


def note_peer(
    session: Session, peer: str, peer_have: Have, noted_at: str, peer_installation: str, number: int
) -> tuple[bool, bool]:
    """Keep what a peer has; return whether it is a new life of it, and whether something newer is known."""
    lives = session.connection().execute(_LIVES, {"peer": peer}).all()
    newest = max(lives, key=lambda life: life.ordinal, default=None)
    this = next((life for life in lives if life.installation == peer_installation), None)
    if this is not None and number < this.number:
        return False, True
    if this is not None and peer == HEADQUARTERS and this is not newest:
        return False, True  # headquarters has one database at a time: this is from before its restore
    values = {
        "office": peer,
        "installation": peer_installation,
        "ordinal": newest.ordinal + 1 if newest else 1,
        "number": number,
        "noted_at": noted_at,
        "have": {key: [list(span) for span in spans] for key, spans in peer_have.items()},
    }
    upsert(session, PeerRow, [values])
    return newest is not None and this is None, False


def note_grown(
    session: Session, peer: str, peer_installation: str, at: str, have_acts: Have, taken: Have
) -> None:
    """Add to what an installation said it has of what only grows in one life of a database."""
    if not have_acts and not taken:
        return
    row = session.get(PeerRow, (peer, peer_installation))
    if row is None:
        lives = session.connection().execute(_LIVES, {"peer": peer}).all()
        ordinal = 1 + max((life.ordinal for life in lives), default=0)
        row = PeerRow(office=peer, installation=peer_installation, ordinal=ordinal, number=0)
        row.noted_at, row.have, row.have_acts, row.taken = at, {}, {}, {}
        session.add(row)
    row.have_acts = _grown(row.have_acts, have_acts)
    row.taken = _grown(row.taken, taken)
    session.flush()


def _grown(before: Have, more: Have) -> dict[str, list[list[int]]]:
    return {
        key: joined(before.get(key, ()), more.get(key, ())) for key in sorted(before.keys() | more.keys())
    }
