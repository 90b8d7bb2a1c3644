"""Revisions that come in: in any order, twice, damaged, with parents missing."""

import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.errors import RevisionDamaged, RevisionNumberReused
from habitat_desktop.records.record import RecordState, Revision
from habitat_desktop.records.verify import verify
from tests.records.making import NOW, draft, dump, heading, revision


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[list[Revision], list[int], list[int]]:
    """Return revisions of two records, each on earlier ones of its record, an order, and where to cut it."""
    made: list[Revision] = []
    for number in range(1, draw(st.integers(2, 9)) + 1):
        record_id = draw(st.sampled_from(["r1", "r2"]))
        earlier = [item.revision_id for item in made if item.record_id == record_id]
        parents = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        kind = draw(st.sampled_from(["edit", "withdraw"]))
        made.append(revision(number, tuple(parents), record_id=record_id, kind=kind))
    order = draw(st.permutations(range(len(made))))
    cuts = sorted(draw(st.sets(st.integers(1, len(made)), max_size=3)))
    return made, order, cuts


@settings(max_examples=60, deadline=None)
@given(_graphs())
def test_the_order_of_arrival_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, graph: tuple[list[Revision], list[int], list[int]]
) -> None:
    made, order, cuts = graph
    folder = tmp_path_factory.mktemp("order")
    straight, mixed = Database.open(folder / "straight.sqlite"), Database.open(folder / "mixed.sqlite")
    for item in made:
        with straight.begin() as session:
            assert repository.add_revision(session, item) == "added"
    edges = [0, *cuts, len(order)]
    for start, end in pairwise(edges):
        with mixed.begin() as session:
            repository.add_revisions(session, [made[n] for n in order[start:end]])
    for database in (straight, mixed):
        database.close()
    tables = ("records", "revisions", "waiting_revisions")
    assert _rows(folder / "straight.sqlite", tables) == _rows(folder / "mixed.sqlite", tables)


def _rows(path: Path, tables: tuple[str, ...]) -> list[list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    rows = [sorted(connection.execute(f"SELECT * FROM {table}")) for table in tables]
    connection.close()
    return rows


def test_taking_in_the_same_again_changes_nothing(path: Path, database: Database) -> None:
    first = revision(1)
    second = revision(2, (first.revision_id,))
    orphan = revision(4, ("not here",), record_id="r2")
    with database.begin() as session:
        assert repository.add_revisions(session, [second, first, orphan]) == ["added", "added", "waiting"]
    before = dump(path)
    with database.begin() as session:
        again = repository.add_revisions(session, [first, second, orphan, first])
    assert again == ["known", "known", "waiting", "known"]
    assert dump(path) == before


def test_a_revision_given_twice_at_once_is_added_once(database: Database) -> None:
    first = revision(1)
    with database.begin() as session:
        assert repository.add_revisions(session, [first, first]) == ["added", "known"]
        assert len(repository.history(session, "r1")) == 1


def test_a_revision_waits_for_its_parent_and_says_which(database: Database) -> None:
    first = revision(1)
    second = revision(2, (first.revision_id,))
    third = revision(3, (second.revision_id,))
    with database.begin() as session:
        assert repository.add_revision(session, third) == "waiting"
        summary = repository.find_record(session, "r1")
        assert summary is not None and (summary.state, summary.heads) == (RecordState.WAITING, ())
        assert repository.revision(session, third.revision_id) is None
        waiting = repository.waiting_room(session)
        assert [(item.revision, item.missing) for item in waiting] == [(third, (second.revision_id,))]
        assert repository.waiting_room(session, "r2") == []

        assert repository.add_revision(session, first) == "added"
        summary = repository.find_record(session, "r1")
        assert summary is not None
        assert (summary.state, summary.heads) == (RecordState.WAITING, (first.revision_id,))

        assert repository.add_revision(session, second) == "added"
        assert repository.count_waiting(session) == 0
        assert repository.history(session, "r1") == [first, second, third]
        assert verify(session) == []


def test_a_parent_in_another_record_is_no_parent(database: Database) -> None:
    first = revision(1)
    with database.begin() as session:
        repository.add_revision(session, first)
        stray = revision(2, (first.revision_id,), record_id="r2")
        assert repository.add_revision(session, stray) == "waiting"
        assert repository.current(session, "r1") == first


def test_a_damaged_revision_is_refused_with_everything_beside_it(path: Path, database: Database) -> None:
    before = dump(path)
    damaged = replace(revision(2), author="Somebody else")
    with pytest.raises(RevisionDamaged), database.begin() as session:
        repository.add_revisions(session, [revision(1), damaged])
    assert dump(path) == before


@pytest.mark.parametrize("first_waits", [False, True])
def test_a_number_given_to_two_revisions_is_an_alarm(database: Database, first_waits: bool) -> None:
    first = revision(1, ("not here",) if first_waits else ())
    with database.begin() as session:
        repository.add_revision(session, first)
    with pytest.raises(RevisionNumberReused), database.begin() as session:
        repository.add_revision(session, revision(1, answers={"place": "other"}))
    with pytest.raises(RevisionNumberReused), database.begin() as session:
        repository.add_revisions(session, [revision(7), revision(7, answers={"place": "other"})])


def test_two_heads_are_a_conflict_that_a_merge_ends(database: Database) -> None:
    root = revision(1)
    left = revision(2, (root.revision_id,))
    right = revision(1, (root.revision_id,), installation="other")
    merge = revision(3, (left.revision_id, right.revision_id), kind="merge")
    with database.begin() as session:
        repository.add_revisions(session, [root, left, right])
        summary = repository.find_record(session, "r1")
        assert summary is not None
        assert (summary.state, set(summary.heads)) == (
            RecordState.CONFLICT,
            {left.revision_id, right.revision_id},
        )
        repository.add_revision(session, merge)
        summary = repository.find_record(session, "r1")
        assert summary is not None
        assert (summary.state, summary.heads) == (RecordState.FINAL, (merge.revision_id,))


def test_the_history_has_parents_before_children_whatever_the_clocks_say(database: Database) -> None:
    first = replace(revision(1), made_at="2100-01-01T00:00:00.000000Z", revision_id="")
    second = replace(
        revision(1, (first.revision_id,), installation="a"),
        made_at="1970-01-01T00:00:00.000000Z",
        revision_id="",
    )
    with database.begin() as session:
        repository.add_revisions(session, [second, first])
        assert repository.history(session, "r1") == [first, second]
        assert repository.current(session, "r1") == second


def test_last_period_is_the_same_form_country_and_subject_the_period_before(database: Database) -> None:
    said = [
        revision(1, record_id="right", period="2025-H2"),
        revision(2, record_id="other subject", period="2025-H2", subject="Mombasa"),
        revision(3, record_id="too old", period="2025-H1"),
        revision(1, record_id="other office", period="2025-H2", office="UG", installation="ug"),
    ]
    with database.begin() as session:
        repository.add_revisions(session, said)
        repository.create_draft(session, draft("only a draft", heading=heading(period="2025-H2")))
        asked = heading(period="2026-H1")
        assert repository.previous_of(session, asked, "KE") == said[0]
        assert repository.previous_of(session, heading("Kisumu"), "KE") is None
        assert repository.previous_of(session, heading(period="2026-adhoc"), "KE") is None
        assert repository.previous_of(session, heading(period=""), "KE") is None
        pointed = replace(asked, previous_record="too old")
        assert repository.previous_of(session, pointed, "KE") == said[2]
        repository.withdraw(session, "right", author="A", at=NOW, reason="wrong")
        assert repository.previous_of(session, asked, "KE") is None


def test_a_change_below_the_program_is_found(path: Path, database: Database) -> None:
    first = revision(1)
    with database.begin() as session:
        repository.add_revisions(session, [first, revision(2, (first.revision_id,)), revision(3)])
        repository.finalize(session, draft("mine"), author="A", at=NOW)
    changes = {
        "HASH": "UPDATE revisions SET document = replace(document, 'answer 3', 'answer 4') WHERE number = 3",
        "PARENT": "DELETE FROM revisions WHERE number = 1 AND installation = 'laptop'",
        "NUMBER": "DELETE FROM revisions WHERE installation <> 'laptop'",
    }
    found = []
    for statement in changes.values():
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()
        with database.read() as session:
            found.append([problem.code for problem in verify(session)])
    assert found == [["HASH"], ["HASH", "PARENT"], ["HASH", "PARENT", "NUMBER"]]
