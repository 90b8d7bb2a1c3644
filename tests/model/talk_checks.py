"""What must hold of the conversation: the invariants of `CONTRIBUTING.md` from 21 on."""

import random
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from habitat_desktop.packages.act_keys import ActKeys
from habitat_desktop.packages.verification import verify_workspace
from habitat_desktop.records import journal, outstanding, repository
from habitat_desktop.records.act import Act
from habitat_desktop.records.act_checks import QUERY, ActCheck
from habitat_desktop.records.record import RecordState, Revision
from habitat_desktop.records.roles import may_write
from tests.model.desks import DESKS, HEADQUARTERS, LAPTOPS, OFFICES, REGION
from tests.packages.offices import Desk, open_desk

if TYPE_CHECKING:
    from tests.model.world import World


def check_desk(world: "World", name: str) -> None:
    """Look at one desk at any moment."""
    _check_chains(world, name)
    acts = world.talk.acts(name)
    ids = {act.act_id for act in acts}
    lost = world.accounts[name].acts - ids
    assert not lost, f"[21] {name} lost {len(lost)} acts"
    assert len(ids) == len(acts), f"[21] {name} holds an act twice"
    for act in acts:
        _check_act(world, name, act)
    _check_accepted(world, name, acts)


def _check_act(world: "World", name: str, act: Act) -> None:
    place = (act.office, act.installation, act.number)
    known = world.talk.places.setdefault(place, act.act_id)
    assert known == act.act_id, f"[21] {name}: {act.installation} gave the number {act.number} twice"
    assert may_write(act.role, act.kind), f"[26] {name} holds what {act.role} may not write: {act.kind}"
    assert act.act_id in world.talk.written, f"[26] {name} holds an act nobody wrote"
    if name in LAPTOPS:
        assert act.office == DESKS[name], f"[26] {name} holds what concerns {act.office}"


def _check_chains(world: "World", name: str) -> None:
    desk = world.desks[name]
    with desk.database.read() as session:
        check = ActCheck(ActKeys(session, desk.keyring).judge, desk.database.installation)
        found = list(check.problems(tuple(row) for row in session.execute(text(QUERY))))
    wrong = [one for one in found if one.code != "ACT_GONE"]  # holes are looked for when all is exchanged
    assert not wrong, f"[23] {name}: {wrong}"


def _check_accepted(world: "World", name: str, acts: Iterable[Act]) -> None:
    by_record: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        by_record[act.record_id].append(act)
    with world.desks[name].database.read() as session:
        summaries = repository.list_records(session)
    for summary in summaries:
        said = by_record[summary.record_id]
        if not said and summary.state is not RecordState.ACCEPTED:
            continue
        heads = world.heads_of(name, summary.record_id)
        may = len(heads) == 1 and is_accepted(said, heads[0])
        is_told = summary.state is RecordState.ACCEPTED
        assert may or not is_told, f"[28] {name} calls accepted what nobody accepted, or what was returned"
        hides = may and summary.state is RecordState.RECEIVED and not _is_asked(said)
        assert not hides, f"[28] {name} does not say that a record was accepted"


def is_accepted(said: Iterable[Act], head: Revision) -> bool:
    """Whether an act of headquarters accepts this revision and none that counts returns it."""
    decisions = [act for act in said if act.kind in ("accept", "return") and act.role == "headquarters"]
    replaced = {before for act in decisions for before in act.after}
    current = {
        act.kind for act in decisions if act.revision_id == head.revision_id and act.act_id not in replaced
    }
    return current == {"accept"}


def _is_asked(said: Iterable[Act]) -> bool:
    said = list(said)
    settled = {act.about for act in said if act.kind in ("reply", "agree", "refuse", "close")}
    return any(act.kind in ("query", "proposal") and act.act_id not in settled for act in said)


# -- when everything was exchanged -----------------------------------------------------------------------


def check_agreement(world: "World") -> None:
    """Look at everybody after three clean exchanges."""
    _check_holes(world)
    for office in OFFICES:
        must = _must(world, office)
        there = _of(world, HEADQUARTERS, office)
        assert there >= must, f"[21] headquarters lost {len(must - there)} acts of {office}"
        for name in _living(world, office):
            mine = _of(world, name, office)
            assert mine == there, f"[22] {name} and headquarters differ by {len(mine ^ there)} acts"
            _check_same(world, name, office)
        if office in world.talk.assigned(REGION):
            lacking = there - _of(world, REGION, office)
            assert not lacking, f"[22] the region lacks {len(lacking)} acts of {office}"
    for name in (*LAPTOPS, REGION):
        if name not in world.revoked:
            desk = world.desks[name]
            with desk.database.read() as session:
                due = outstanding.outstanding(session, desk.settings, HEADQUARTERS)
            assert not due, f"[22] {name} has something to say"


def _living(world: "World", office: str) -> list[str]:
    return [name for name, code in LAPTOPS.items() if code == office and name not in world.revoked]


def _of(world: "World", name: str, office: str) -> set[str]:
    return {act.act_id for act in world.talk.acts(name) if act.office == office}


def _must(world: "World", office: str) -> set[str]:
    """The acts that somebody who gives them back still has: a region gives back only its own."""
    written = world.talk.written
    held = set().union(*(world.accounts[name].acts for name in (HEADQUARTERS, *_living(world, office))))
    own = {one for one in world.accounts[REGION].acts if written[one].sender == DESKS[REGION]}
    return {one for one in held | own if written[one].office == office}


def _check_same(world: "World", name: str, office: str) -> None:
    mine = world.talk.seen(world.desks[name], office)
    theirs = world.talk.seen(world.desks[HEADQUARTERS], office)
    drafts = {key for key, state in mine["states"].items() if state == "draft"}
    for part, what in mine.items():
        if part == "states" and drafts:
            what = {key: state for key, state in what.items() if key not in drafts}
            theirs[part] = {key: state for key, state in theirs[part].items() if key not in drafts}
        shown = f": {what}, {theirs[part]}" if part == "states" else ""
        assert what == theirs[part], f"[22] {name} and headquarters see other {part}{shown}"


def _check_holes(world: "World") -> None:
    must = _must_all(world)
    for name in (HEADQUARTERS, *LAPTOPS):
        if name in world.revoked:
            continue
        here = {(act.office, act.installation, act.number) for act in world.talk.acts(name)}
        for office, life, last in here:
            for number in range(1, last):
                hole = (office, life, number) not in here and (office, life, number) in must
                assert not hole, f"[23] {name} has a hole in the chain of {life}"


def _must_all(world: "World") -> set[tuple[str, str, int]]:
    """The places in chains of what must be everywhere; two computers that were lost may leave holes."""
    return {
        (act.office, act.installation, act.number)
        for office in OFFICES
        for act in map(world.talk.written.__getitem__, _must(world, office))
    }


def check_verified(world: "World") -> None:
    """What `habitat verify` looks at, at every desk."""
    must = _must_all(world)
    assigned = world.talk.assigned(HEADQUARTERS)
    for name, desk in world.desks.items():
        for problem in verify_workspace(desk).problems:
            office, _slash, life = problem.label.partition("/")
            # what two lost computers knew, or headquarters and a region, which gives nothing back
            may_lack = problem.code in ("ACT_GONE", "ACT_TAIL") and (name != REGION or office in assigned)
            if not may_lack and problem.code == "ACT_GONE":
                continue
            gone = range(problem.number, int(problem.detail) + 1) if may_lack else ()
            is_wrong = not may_lack or any((office, life, number) in must for number in gone)
            assert not is_wrong, f"[29] {name}: {problem}"


# -- in any order ----------------------------------------------------------------------------------------


def check_order_is_free(world: "World", templates: Path, chance: int = 0) -> None:
    """Bring what headquarters holds to a new one in another order: everything is seen as before."""
    if not world.talk.written:
        return
    desk = world.desks[HEADQUARTERS]
    with desk.database.read() as session:
        acts = [act for act in journal.acts(session) if act.office]
        made = [one for record in world.records(HEADQUARTERS) for one in repository.history(session, record)]
    before = {office: world.talk.seen(desk, office) for office in OFFICES}
    orders: tuple[list[Act | Revision], ...] = ([*acts[::-1], *made], _mixed(made, acts, chance))
    for number, order in enumerate(orders):
        folder = world.folder / f"order-{number}"
        shutil.copytree(templates / HEADQUARTERS, folder)
        again = open_desk(folder, HEADQUARTERS)
        try:
            _bring(again, order)
            for office in OFFICES:
                for part, what in world.talk.seen(again, office).items():
                    assert what == before[office][part], f"[25] the order makes other {part} of {office}"
        finally:
            again.database.close()


def _mixed(made: list[Revision], acts: list[Act], chance: int) -> list[Act | Revision]:
    """Return both, parents before children and acts anywhere."""
    dice = random.Random(chance)
    order: list[Act | Revision] = [*made]
    for act in dice.sample(acts, len(acts)):
        order.insert(dice.randint(0, len(order)), act)
    return order


def _bring(desk: Desk, order: list[Act | Revision]) -> None:
    for start in range(0, len(order), 3):
        some = order[start : start + 3]
        with desk.database.begin() as session:
            made = [one for one in some if isinstance(one, Revision)]
            repository.add_revisions(session, made, received_at="2026-07-09T12:00:00.000000Z")
            journal.add_acts(session, [one for one in some if isinstance(one, Act)])
