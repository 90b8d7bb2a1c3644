"""Drafts that save themselves, and what finalizing makes of them."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.errors import DraftGone
from habitat_desktop.records.record import RecordState
from habitat_desktop.records.verify import verify
from tests.records.making import NOW, draft, heading, revision


def test_a_draft_comes_back_as_it_was_saved(database: Database) -> None:
    first = draft(
        answers={"place": "مكان", "parts": [{"n": "1"}]}, justifications={"/data/warn": "counted twice"}
    )
    with database.begin() as session:
        repository.create_draft(session, first)
    second = replace(first, answers={"place": "Kibera"}, answered=7, saved_at=NOW + timedelta(microseconds=1))
    with database.begin() as session:
        repository.save_draft(session, second)
    with database.read() as session:
        assert repository.find_draft(session, "r1") == second
        assert repository.find_draft(session, "r2") is None
        summary = repository.find_record(session, "r1")
    assert summary is not None
    assert (summary.state, summary.has_draft, summary.answered, summary.missing) == (
        RecordState.DRAFT,
        True,
        7,
        2,
    )
    assert summary.updated_at == second.saved_at


def test_a_discarded_draft_of_a_new_record_takes_the_record_with_it(database: Database) -> None:
    with database.begin() as session:
        repository.create_draft(session, draft())
        repository.discard_draft(session, "KE", "r1")
    with database.read() as session:
        assert repository.find_record(session, "r1") is None


def test_a_discarded_draft_of_a_final_record_leaves_the_record_as_it_was(database: Database) -> None:
    with database.begin() as session:
        made = repository.finalize(session, draft(), author="A", at=NOW)
        before = repository.find_record(session, "r1")
        edited = draft(parents=(made.revision_id,), answers={"place": "Mathare"}, heading=heading("Mombasa"))
        repository.save_draft(session, edited)
        shown = repository.find_record(session, "r1")
        repository.discard_draft(session, "KE", "r1")
        after = repository.find_record(session, "r1")
    assert shown is not None and (shown.subject, shown.state) == ("Mombasa", RecordState.DRAFT)
    assert before == after and before is not None and before.state == RecordState.FINAL


def test_finalizing_makes_the_next_revision_and_drops_the_draft(database: Database) -> None:
    with database.begin() as session:
        repository.create_draft(session, draft())
        first = repository.finalize(session, draft(), author="Otieno", at=NOW)
    with database.begin() as session:
        edit = draft(parents=(first.revision_id,), answers={"place": "Mathare"})
        repository.save_draft(session, edit)
        second = repository.finalize(session, edit, author="Wanjiru", at=NOW, instance_id="uuid:given")
    with database.read() as session:
        assert repository.history(session, "r1") == [first, second]
        assert repository.current(session, "r1") == second
        assert repository.find_draft(session, "r1") is None
        summary = repository.find_record(session, "r1")
    assert (first.number, second.number) == (1, 2)
    assert first.installation == second.installation == database.installation
    assert (second.parents, second.deprecated_id) == ((first.revision_id,), first.instance_id)
    assert (first.deprecated_id, second.instance_id, first.kind, second.author) == (
        "",
        "uuid:given",
        "edit",
        "Wanjiru",
    )
    assert summary is not None
    assert (summary.state, summary.heads, summary.revisions) == (RecordState.FINAL, (second.revision_id,), 2)


def test_the_author_of_every_answer_is_kept(database: Database) -> None:
    authors = {"/data/place": "Wanjiru", "/data/part[1]/area": "Otieno", "/data/part[2]/area": "王芳"}
    with database.begin() as session:
        made = repository.finalize(session, draft(authors=authors), author="Otieno", at=NOW)
    with database.read() as session:
        found = repository.revision(session, made.revision_id)
    assert found is not None and found.authors == authors


def test_revisions_are_numbered_without_holes_by_two_threads_and_failures(database: Database) -> None:
    def finalize(name: str) -> None:
        for n in range(15):
            try:
                with database.begin() as session:
                    repository.finalize(session, draft(f"{name}{n}"), author="A", at=NOW)
                    if n % 3 == 1:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue

    threads = [threading.Thread(target=finalize, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        records = repository.list_records(session)
        numbers = [repository.history(session, record.record_id)[0].number for record in records]
        assert verify(session) == []
    assert sorted(numbers) == list(range(1, 21))


def test_a_revision_that_came_in_meanwhile_makes_a_conflict_and_loses_nothing(database: Database) -> None:
    with database.begin() as session:
        first = repository.finalize(session, draft(), author="A", at=NOW)
        mine = draft(parents=(first.revision_id,), answers={"place": "mine"})
        repository.save_draft(session, mine)
        theirs = revision(1, (first.revision_id,), answers={"place": "theirs"})
        repository.add_revision(session, theirs)
        repository.save_draft(session, mine)
        made = repository.finalize(session, mine, author="A", at=NOW)
        summary = repository.find_record(session, "r1")
        assert summary is not None
        assert (summary.state, set(summary.heads)) == (
            RecordState.CONFLICT,
            {theirs.revision_id, made.revision_id},
        )
        shown = repository.current(session, "r1")
        assert shown is not None and shown.revision_id == summary.heads[0]

        merge = draft(parents=summary.heads, answers={"place": "both"})
        repository.save_draft(session, merge)
        between = repository.find_record(session, "r1")
        assert between is not None and between.state == RecordState.CONFLICT
        merged = repository.finalize(session, merge, author="A", at=NOW)
        summary = repository.find_record(session, "r1")
    assert merged.kind == "merge" and merged.parents == tuple(sorted(merge.parents))
    assert summary is not None
    assert (summary.state, summary.heads, summary.revisions) == (RecordState.FINAL, (merged.revision_id,), 4)


def test_finalizing_the_same_draft_twice_is_refused(database: Database) -> None:
    with database.begin() as session:
        repository.create_draft(session, draft())
        repository.finalize(session, draft(), author="A", at=NOW)
    with pytest.raises(DraftGone), database.begin() as session:
        repository.finalize(session, draft(), author="A", at=NOW)
    with database.read() as session:
        assert len(repository.history(session, "r1")) == 1


def test_a_draft_on_revisions_that_are_not_here_is_not_finalized(database: Database) -> None:
    lost = draft(parents=("nowhere",))
    with pytest.raises(ValueError), database.begin() as session:
        repository.save_draft(session, lost)
        repository.finalize(session, lost, author="A", at=NOW)


def test_a_withdrawn_record_keeps_its_answers_and_can_come_back(database: Database) -> None:
    with database.begin() as session:
        made = repository.finalize(session, draft(), author="A", at=NOW)
        gone = repository.withdraw(session, "r1", author="B", at=NOW, reason="entered twice")
        summary = repository.find_record(session, "r1")
        assert summary is not None and summary.state == RecordState.WITHDRAWN
        back = repository.finalize(session, draft(parents=(gone.revision_id,)), author="A", at=NOW)
        again = repository.find_record(session, "r1")
    assert (gone.kind, gone.reason, gone.answers, gone.parents) == (
        "withdraw",
        "entered twice",
        made.answers,
        (made.revision_id,),
    )
    assert again is not None and (again.state, again.heads) == (RecordState.FINAL, (back.revision_id,))


def test_a_record_that_was_never_final_cannot_be_withdrawn(database: Database) -> None:
    with pytest.raises(ValueError), database.begin() as session:
        repository.create_draft(session, draft())
        repository.withdraw(session, "r1", author="B", at=NOW, reason="x")


def test_labels_are_unique_and_can_be_read_out(database: Database) -> None:
    with database.begin() as session:
        labels = [repository.new_label(session, "KE") for _ in range(3)] + [
            repository.new_label(session, "UG")
        ]
    assert len(set(labels)) == 4
    office, mark, number = labels[0].split("-")
    assert (office, number) == ("KE", "0001") and len(mark) == 4 and not set(mark) & set("ILOU")
    assert labels[3] == f"UG-{mark}-0001"
