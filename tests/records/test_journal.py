"""The journal: chains that only grow, whoever brings which part of them first."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from habitat_desktop.packages.keys import ActSigner, Keyring
from habitat_desktop.records import journal
from habitat_desktop.records.act import HERE, Act, Actor
from habitat_desktop.records.database import Database
from habitat_desktop.records.roles import RoleError

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def actor(tmp_path: Path) -> Actor:
    signer = ActSigner(Keyring(tmp_path / "keys"))
    return Actor("headquarters", "HQ", "A. Reviewer", "en", signer, AT)


def _written(database: Database, actor: Actor, count: int = 4) -> list[Act]:
    with database.begin() as session:
        return [
            journal.write(session, actor, "query", office="KE", record_id="r", reason=f"Why {n}?")
            for n in range(count)
        ]


def test_a_chain_is_numbered_without_holes_and_names_the_one_before(database: Database, actor: Actor) -> None:
    made = _written(database, actor)
    assert [act.number for act in made] == [1, 2, 3, 4]
    assert [act.previous for act in made] == ["", *(act.act_id for act in made[:-1])]
    with database.begin() as session:
        other = journal.write(session, actor, "revoke", reason="stolen")
        assert (other.office, other.number, other.previous) == (HERE, 1, "")
        assert journal.have_acts(session) == {f"KE/{made[0].installation}": [[1, 4]]}
        assert journal.acts(session, office="KE") == made


def test_taking_in_is_the_same_in_any_order_and_twice(
    database: Database, actor: Actor, tmp_path: Path
) -> None:
    made = _written(database, actor)
    for number in range(5):
        other = Database.open(tmp_path / f"other{number}.sqlite")
        shuffled = [*made, *made]
        random.Random(number).shuffle(shuffled)
        with other.begin() as session:
            for act in shuffled:
                journal.add_acts(session, [act])
            assert journal.acts(session) == made
        other.close()


def test_a_gap_is_told_and_filled_later(database: Database, actor: Actor, tmp_path: Path) -> None:
    made = _written(database, actor)
    other = Database.open(tmp_path / "other.sqlite")
    with other.begin() as session:
        assert journal.add_acts(session, [made[0], made[3]]) == ["added", "added"]
        chain = f"KE/{made[0].installation}"
        assert journal.have_acts(session) == {chain: [[1, 1], [4, 4]]}
    other.close()
    with database.read() as session:
        assert journal.acts_beyond(session, {chain: [[1, 1], [4, 4]]}) == made[1:3]


def test_an_act_that_does_not_fit_its_chain_is_refused(
    database: Database, actor: Actor, tmp_path: Path
) -> None:
    made = _written(database, actor)
    false = replace(made[1], reason="Something else")
    other = Database.open(tmp_path / "other.sqlite")
    with other.begin() as session:
        journal.add_acts(session, [made[0], made[1]])
        with pytest.raises(journal.ActNumberReused):
            journal.add_acts(session, [false])
    for before, after in ((made[0], replace(made[1], previous=made[2].act_id)), (false, made[2])):
        for pair in ((before, after), (after, before)):
            with pytest.raises(journal.ChainBroken), other.begin() as session:
                session.execute(journal.ActRow.__table__.delete())  # type: ignore[attr-defined]
                for act in pair:
                    journal.add_acts(session, [act])
    other.close()


def test_nobody_writes_without_role_person_and_reason(database: Database, actor: Actor) -> None:
    with database.begin() as session:
        with pytest.raises(RoleError):
            journal.write(session, replace(actor, role="office"), "query", office="KE", reason="Why?")
        with pytest.raises(RoleError):
            journal.write(session, actor, "unheard of", office="KE", reason="Why?")
        with pytest.raises(journal.NobodyActsError):
            journal.write(session, replace(actor, person=" "), "query", office="KE", reason="Why?")
        with pytest.raises(journal.WhyNeededError):
            journal.write(session, actor, "query", office="KE")
        assert journal.count_acts(session) == 0
