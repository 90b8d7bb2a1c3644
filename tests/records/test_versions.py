# ruff: noqa: E501 - forms are written as tables
"""Answers brought to a newer version of their form: everything has a place, or is kept aside."""

import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.records import merge_store, repository, upgrading
from habitat_desktop.records.acts import DraftInTheWayError, discard
from habitat_desktop.records.aligning import leaves
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import RecordState
from habitat_desktop.records.upgrading import SameVersionError
from habitat_desktop.records.versions import FORMER, moved, moved_refs
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_ids import with_ids
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.records.making import NOW, hand, revision

_OLD = """
    | survey   |                   |         |         |
    |          | type              | name    | label   |
    |          | begin group       | ctx     | Context |
    |          | text              | mayor   | Mayor   |
    |          | text              | people  | People  |
    |          | text              | size    | Size    |
    |          | select_one kind   | kind    | Kind    |
    |          | select_multiple kind | also | Also    |
    |          | end group         |         |         |
    |          | text              | fax     | Fax     |
    |          | text              | total   | Total   |
    |          | text              | stays   | Stays   |
    |          | begin repeat      | house   | House   |
    |          | text              | street  | Street  |
    |          | text              | gone    | Gone    |
    |          | end repeat        |         |         |
    | choices  |                   |         |         |
    |          | list_name         | name    | label   |
    |          | kind              | a       | A       |
    |          | kind              | b       | B       |
    | settings |                   |         |         |
    |          | form_id           | version |         |
    |          | settlement        | 3       |         |
"""
_NEW = """
    | survey   |                      |          |          |                   |                     |             |
    |          | type                 | name     | label    | bind::habitat:was | bind::habitat:takes | calculation |
    |          | begin group          | ctx      | Context  |                   |                     |             |
    |          | text                 | governor | Governor | ctx/mayor         |                     |             |
    |          | integer              | people   | People   |                   |                     |             |
    |          | integer              | size     | Size     |                   |                     |             |
    |          | select_one kind      | kind     | Kind     |                   |                     |             |
    |          | select_one kind      | also     | Also     |                   |                     |             |
    |          | end group            |          |          |                   |                     |             |
    |          | begin group          | where    | Where    |                   |                     |             |
    |          | text                 | stays    | Stays    |                   |                     |             |
    |          | text                 | stays_a  | Stays A  | ctx/mayor         | copy                |             |
    |          | text                 | stays_b  | Stays B  | ctx/mayor         |                     |             |
    |          | end group            |          |          |                   |                     |             |
    |          | calculate            | total    |          |                   |                     | 1 + 1       |
    |          | begin repeat         | building | Building | house             |                     |             |
    |          | text                 | road     | Road     | house/street      |                     |             |
    |          | end repeat           |          |          |                   |                     |             |
    |          | text                 | fresh    | Fresh    |                   |                     |             |
    | choices  |                      |          |          |                   |                     |             |
    |          | list_name            | name     | label    |                   |                     |             |
    |          | kind                 | a        | A        |                   |                     |             |
    | settings |                      |          |          |                   |                     |             |
    |          | form_id              | version  |          |                   |                     |             |
    |          | settlement           | 10       |          |                   |                     |             |
"""
_ANSWERS = {
    "ctx": {"mayor": "Ann", "people": "12.0", "size": "large", "kind": "b", "also": ["a", "b"]},
    "fax": "020",
    "total": "7",
    "stays": "here",
    "house": [{"street": "Hill Road", "gone": "x", "$id": "ka"}, {"street": "Sea Road", "$id": "kb"}],
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Form, Form]:
    made = []
    for table in (_OLD, _NEW):
        path = tmp_path_factory.mktemp("forms") / "form.md"
        path.write_text(textwrap.dedent(table).strip() + "\n", encoding="utf-8")
        converted = convert_workbook(path, translate=False)
        made.append(parse_xform(converted.xml.encode("utf-8"), path=path))
    return made[0], made[1]


def test_renamed_moved_split_and_converted_answers_have_their_place(both: tuple[Form, Form]) -> None:
    found = moved(*both, _ANSWERS)
    former = found.answers.pop(FORMER)
    assert found.answers == {
        "ctx": {"governor": "Ann", "people": "12", "kind": "b"},
        "where": {"stays": "here", "stays_a": "Ann"},
        "building": [{"road": "Hill Road", "$id": "ka"}, {"road": "Sea Road", "$id": "kb"}],
    }
    assert former == {
        "3": {
            "/data/ctx/size": "large",
            "/data/ctx/also": ["a", "b"],
            "/data/fax": "020",
            "/data/total": "7",
            "/data/house[ka]/gone": "x",
        }
    }
    assert {(one.how, one.old_ref, one.new_ref) for one in found.changes} == {
        ("renamed", "/data/ctx/mayor", "/data/ctx/governor"),
        ("split", "/data/ctx/mayor", "/data/where/stays_a"),
        ("converted", "/data/ctx/people", "/data/ctx/people"),
        ("moved", "/data/stays", "/data/where/stays"),
        ("renamed", "/data/house[ka]/street", "/data/building[ka]/road"),
        ("renamed", "/data/house[kb]/street", "/data/building[kb]/road"),
        ("aside", "/data/ctx/size", ""),
        ("aside", "/data/ctx/also", ""),
        ("worked_out", "/data/total", ""),
        ("dropped", "/data/fax", ""),
        ("dropped", "/data/house[ka]/gone", ""),
    }
    assert found.added == ("/data/where/stays_b", "/data/fresh")
    names = {"/data/house[2]/street": "Ann", "/data/fax": "Ben", "/data/stays": "Cem"}
    assert moved_refs(names, found.refs) == {"/data/building[2]/road": "Ann", "/data/where/stays": "Cem"}


_WORDS = st.sampled_from(["", "x", "12", "3.5", "a", "b"])


@st.composite
def old_answers(draw: Any) -> dict[str, Any]:
    def some(*names: str) -> dict[str, Any]:
        return {name: word for name in names if (word := draw(_WORDS))}

    houses = [some("street", "gone") for _ in range(draw(st.integers(0, 3)))]
    return some("fax", "total", "stays") | {"ctx": some("mayor", "people", "size"), "house": houses}


@settings(deadline=None)
@given(old_answers())
def test_no_answer_is_ever_lost(both: tuple[Form, Form], answers: dict[str, Any]) -> None:
    found = moved(*both, answers)
    kept = dict(leaves(found.answers)) | found.answers.get(FORMER, {}).get("3", {})
    for _ref, value in leaves(with_ids(answers)):
        assert value in kept.values()


_KE = Settings(role="office", office="KE", name="Kenya", person="Amina")


def test_an_upgrade_is_shown_before_it_is_done_and_discarding_undoes_it(
    database: Database, both: tuple[Form, Form]
) -> None:
    old, new = both

    def forms(form_id: str, version: str | None) -> Form:
        return {"3": old, "10": new, None: new}[version]

    with database.begin() as session:
        first = revision(1, answers=_ANSWERS)
        repository.add_revisions(session, [first])
        told = upgrading.preview(session, forms, _KE, "r1")
        assert (told.old_version, told.new_version) == ("3", "10")
        (choice,) = (change for change in told.changes if change.how == "choice")
        assert (choice.new_ref, choice.value) == ("/data/ctx/kind", "b")
        assert not repository.find_draft(session, "r1")
        entry, done = upgrading.upgrade(session, forms, _KE, "r1", at=NOW)
        assert done == told and entry.instance.state("/data/total").value == "2"
        draft = repository.find_draft(session, "r1")
        assert draft is not None and draft.heading.form_version == "10"
        assert draft.answers[FORMER]["3"]["/data/fax"] == "020"
        (found,) = repository.list_records(session, text="020")
        assert found.state == RecordState.DRAFT  # what was left aside is still found
        with pytest.raises(DraftInTheWayError):
            upgrading.upgrade(session, forms, _KE, "r1")
        discard(session, _KE, "r1")
        assert repository.current(session, "r1") == first

        entry, _told = upgrading.upgrade(session, forms, _KE, "r1", at=NOW)
        entry.answer("/data/ctx/kind", "a")
        made = repository.finalize(session, entry.final_draft(at=NOW), author="Amina", at=NOW)
        assert (made.heading.form_version, made.parents) == ("10", (first.revision_id,))
        assert made.answers[FORMER]["3"]["/data/house[ka]/gone"] == "x"
        with pytest.raises(SameVersionError):
            upgrading.preview(session, forms, _KE, "r1")


def test_an_upgraded_record_merges_with_what_a_laptop_said_on_the_old_version(
    database: Database, both: tuple[Form, Form]
) -> None:
    old, new = both

    def forms(form_id: str, version: str | None) -> Form:
        return {"3": old, "10": new, None: new}[version]

    with database.begin() as session:
        first = revision(1, answers=_ANSWERS)
        there = revision(
            1, (first.revision_id,), installation="other", answers=_ANSWERS | {"fax": "030", "stays": "there"}
        )
        repository.add_revisions(session, [first])
        entry, _told = upgrading.upgrade(session, forms, _KE, "r1", at=NOW)
        entry.answer("/data/ctx/governor", "Zoe")
        entry.answer("/data/ctx/kind", "a")
        repository.finalize(session, entry.final_draft(at=NOW), author="Amina", at=NOW)
        repository.add_revisions(session, [there])
        assert merge_store.open_merge(session, forms, _KE, "r1").can_be_finished
        made = merge_store.finish(session, forms, _KE, "r1", hand())
    assert made.heading.form_version == "10"
    assert made.answers["ctx"]["governor"] == "Zoe" and made.answers["where"]["stays"] == "there"
    assert made.answers[FORMER]["3"]["/data/fax"] == "030"
