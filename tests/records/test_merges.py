"""A merge is work that is kept, taken back, finished and opened again; nothing is lost on the way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from habitat_desktop.records import journal, merge_store, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import NotFinalizableError
from habitat_desktop.records.merge_errors import (
    NothingToMergeError,
    NothingToUndoError,
    NotMergedError,
    PersonNeededError,
    ReasonNeededError,
    UnknownRowError,
    UnknownSideError,
)
from habitat_desktop.records.merges import RecordMerge, common_parent
from habitat_desktop.records.record import RecordState
from habitat_desktop.records.roles import RoleError
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform
from tests.records.making import draft, hand, revision

_OFFICE = Settings(role="office", office="KE", name="Kenya", person="Amina")
_HQ = Settings(role="headquarters", office="HQ", name="Headquarters")
_XML = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>V</h:title><model><instance>
 <data id="settlement" version="3"><town/><homes/><slums/><share/></data></instance>
 <bind nodeset="/data/homes" type="int"/><bind nodeset="/data/slums" type="int"
   constraint=". &lt;= /data/homes" jr:constraintMsg="too many"/>
 <bind nodeset="/data/share" calculate="/data/slums div /data/homes"/></model></h:head>
 <h:body><input ref="/data/town"/><input ref="/data/homes"/><input ref="/data/slums"/></h:body></h:html>"""
FORM: Form = parse_xform(_XML.encode(), path=Path("v.xml"))
BASE = {"town": "Kisumu", "homes": "100", "slums": "40", "share": "0.4"}


def forms(form_id: str, version: str) -> Form:
    assert (form_id, version) == ("settlement", "3")
    return FORM


def two_heads(session: Session, mine: dict[str, Any], yours: dict[str, Any]) -> tuple[str, str]:
    """A record two laptops went on with; the sides are called A and B in the order of `mine` and `yours`."""
    root = revision(1, answers=BASE)
    sides = [
        revision(2, (root.revision_id,), answers=BASE | mine),
        revision(1, (root.revision_id,), installation="other", answers=BASE | yours),
    ]
    repository.add_revisions(session, [root, *sides])
    heads = [one.revision_id for one in sides]
    summary = repository.find_record(session, "r1")
    assert summary is not None
    mine_first = "AB" if list(summary.heads) == heads else "BA"
    return mine_first[0], mine_first[1]


def opened(session: Session) -> RecordMerge:
    return merge_store.open_merge(session, forms, _OFFICE, "r1")


def take(session: Session, ref: str, choice: str, **more: Any) -> RecordMerge:
    return merge_store.take(session, forms, _OFFICE, "r1", ref, choice, **more)


def finish(session: Session, actor: Actor | None = None, **more: Any) -> Any:
    settings = _HQ if actor is not None else _OFFICE
    return merge_store.finish(session, forms, settings, "r1", actor or hand(), **more)


def undo(session: Session, **more: Any) -> Any:
    return merge_store.undo(session, forms, _OFFICE, "r1", hand(), **more)


def test_answers_to_different_questions_are_one_step_from_finished(database: Database) -> None:
    with database.begin() as session:
        two_heads(session, {"town": "Nakuru"}, {"homes": "200", "share": "0.2"})
        found = opened(session)
        assert found.can_be_finished and [row.ref for row in found.rows_in("only")] == [
            "/data/town", "/data/homes"
        ]  # fmt: skip
        made = finish(session)
        assert (made.kind, made.author, set(made.parents)) == ("merge", "Amina", set(found.onto))
        assert made.answers == {"town": "Nakuru", "homes": "200", "slums": "40", "share": "0.2"}
        summary = repository.find_record(session, "r1")
        assert summary is not None and summary.heads == (made.revision_id,)
        assert summary.state == RecordState.FINAL
        with pytest.raises(NothingToMergeError):
            opened(session)


def test_a_clash_is_decided_step_by_step_and_losers_stay_in_the_history(database: Database) -> None:
    with database.begin() as session:
        mine, yours = two_heads(session, {"town": "Nakuru", "homes": "90"}, {"town": "Thika"})
        with pytest.raises(NotMergedError):
            finish(session)
        assert take(session, "/data/town", mine).merged.answers["town"] == "Nakuru"
        assert take(session, "/data/town", yours).merged.answers["town"] == "Thika"
        assert undo(session).merged.answers["town"] == "Nakuru"
        assert undo(session).merged.open_rows
        with pytest.raises(NothingToUndoError):
            undo(session)
        take(session, "/data/town", "value", value="Embu")
    with database.begin() as session:
        assert opened(session).steps == 1
        made = finish(session)
        assert made.answers["town"] == "Embu" and made.authors["/data/town"] == "Amina"
        towns = {one.answers["town"] for one in repository.history(session, "r1")}
        assert towns == {"Kisumu", "Nakuru", "Thika", "Embu"}


def test_answers_that_break_a_rule_only_together_need_a_person(database: Database) -> None:
    with database.begin() as session:
        mine, _ = two_heads(session, {"homes": "50"}, {"slums": "80"})
        found = opened(session)
        assert not found.merged.open_rows and not found.can_be_finished
        assert [row.ref for row in found.rows_in("problem")] == ["/data/slums"]
        with pytest.raises(NotFinalizableError):
            finish(session)
        assert take(session, "/data/slums", mine).can_be_finished
        assert finish(session).answers["share"] == "0.8"


def test_a_finished_merge_can_be_opened_again_and_decided_anew(database: Database) -> None:
    with database.begin() as session:
        mine, yours = two_heads(session, {"town": "Nakuru"}, {"town": "Thika", "slums": "41"})
        take(session, "/data/town", mine)
        first = finish(session)
        again = undo(session)
        assert again.is_reopened and again.merged.answers["town"] == "Nakuru" and again.can_be_finished
        assert [one.label for one in merge_store.list_merges(session)] == [first.label]
        take(session, "/data/town", yours)
        second = finish(session)
        assert (second.parents, second.answers["town"]) == ((first.revision_id,), "Thika")
        assert not merge_store.list_merges(session)


def test_what_comes_in_meanwhile_leaves_the_decisions_that_still_fit(database: Database) -> None:
    with database.begin() as session:
        mine, yours = two_heads(session, {"town": "Nakuru", "homes": "90"}, {"town": "Thika", "homes": "95"})
        take(session, "/data/town", yours)
        found = take(session, "/data/homes", mine)
        other = next(one for one in found.sides if one.installation == "other")
        later = revision(
            2, (other.revision_id,), installation="other", answers=BASE | {"town": "Thika", "homes": "97"}
        )
        third = revision(
            1, (found.base.revision_id,) if found.base else (), installation="third", answers=BASE
        )
        repository.add_revisions(session, [later, third])
        again = opened(session)
        assert len(again.sides) == 3 and later in again.sides
        assert [row.ref for row in again.merged.open_rows] == ["/data/homes"]
        assert again.merged.answers["town"] == "Thika"


def test_every_merge_has_a_person_and_headquarters_a_reason_and_an_act(database: Database) -> None:
    reviewer = hand("headquarters", "HQ", "W. Mwangi")
    with database.begin() as session:
        two_heads(session, {"town": "Nakuru"}, {"homes": "200"})
        with pytest.raises(PersonNeededError):
            finish(session, replace(reviewer, person=" "), reason="asked both")
        with pytest.raises(ReasonNeededError):
            finish(session, reviewer, reason=" ")
        with pytest.raises(RoleError):
            finish(session, hand("region", "R1"), reason="asked both")
        assert not journal.count_acts(session)
        made = finish(session, reviewer, reason="asked both")
        assert (made.author, made.reason, made.office) == ("W. Mwangi", "asked both", "KE")
        merge_store.undo(session, forms, _HQ, "r1", reviewer)
        acts = journal.acts(session)
        assert sorted((act.office, act.kind, act.revision_id, act.reason) for act in acts) == [
            ("", "unmerge", made.revision_id, ""),
            ("KE", "merge", made.revision_id, "asked both"),
        ]


def test_rows_and_sides_that_are_not_there_are_named(database: Database) -> None:
    with database.begin() as session:
        two_heads(session, {"town": "Nakuru"}, {"homes": "200"})
        with pytest.raises(UnknownRowError):
            take(session, "/data/nowhere", "A")
        with pytest.raises(UnknownSideError):
            take(session, "/data/town", "C")


def test_a_draft_on_one_of_the_sides_outlives_the_merge(database: Database) -> None:
    with database.begin() as session:
        two_heads(session, {"town": "Nakuru"}, {"homes": "200"})
        head = opened(session).sides[0]
        repository.save_draft(session, draft(answers={"town": "unsaved"}, parents=(head.revision_id,)))
        finish(session)
        kept = repository.find_draft(session, "r1")
        assert kept is not None and kept.answers == {"town": "unsaved"}


def test_withdrawn_on_one_laptop_and_changed_on_another(database: Database) -> None:
    with database.begin() as session:
        root = revision(1, answers=BASE)
        changed = revision(2, (root.revision_id,), answers=BASE | {"town": "Nakuru"})
        gone = revision(1, (root.revision_id,), installation="other", answers=BASE, kind="withdraw")
        repository.add_revisions(session, [root, changed, gone])
        found = opened(session)
        (row,) = found.merged.open_rows
        letters = {str(side.kind): letter for letter, side in zip(found.letters, found.sides, strict=True)}
        assert take(session, row.ref, letters["withdraw"]).can_be_finished
        assert finish(session).kind == "withdraw"
        again = undo(session)
        assert again.merged.withdrawn
        take(session, row.ref, letters["edit"])
        assert finish(session).kind == "merge"
        summary = repository.find_record(session, "r1")
        assert summary is not None and summary.state == RecordState.FINAL


def test_the_nearest_common_parent_is_found_also_when_merges_cross() -> None:
    root = revision(1)
    a, b = revision(2, (root.revision_id,)), revision(1, (root.revision_id,), installation="b")
    both = (a.revision_id, b.revision_id)
    one, other = revision(3, both, kind="merge"), revision(2, both, installation="b", kind="merge")
    history = [root, a, b, one, other]
    found = common_parent(history, [one.revision_id, other.revision_id])
    assert found is not None and found.revision_id == max(both)
    assert common_parent(history, [a.revision_id, b.revision_id]) == root
    lonely = revision(9, installation="c")
    assert common_parent([*history, lonely], [a.revision_id, lonely.revision_id]) is None
