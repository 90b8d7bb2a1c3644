"""Queries, proposals, replies and decisions: folded from acts, alike wherever the same acts are."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages.key_errors import KeyLockedError
from habitat_desktop.packages.keys import ActSigner, Keyring
from habitat_desktop.records import (
    asking,
    conversation_errors,
    deciding,
    journal,
    queries,
    repository,
    reviews,
)
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.acts import DraftInTheWayError, NotOursError
from habitat_desktop.records.conversation_errors import (
    EntryGoneError,
    NotAProposalError,
    ProposalOpenError,
    QueryAnsweredError,
    QueryClosedError,
    QueryNotFoundError,
    QueryUnclearError,
    QuestionUnknownError,
    RecordWithdrawnError,
    RulesDoNotHoldError,
    SaysThatAlreadyError,
    ValueDoesNotFitError,
)
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import ConflictError, finalize, open_entry, start_entry
from habitat_desktop.records.journal import WhyNeededError
from habitat_desktop.records.record import RecordState
from habitat_desktop.records.roles import RoleError
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform

FORM = """
| survey   |                 |           |                 |          |                     |           |
|          | type            | name      | label           | required | constraint          | relevant  |
|          | integer         | people    | People          | yes      | . >= 0              |           |
|          | integer         | homes     | Homes           |          | . <= ${people}      |           |
|          | select_one kind | kind      | Kind            |          |                     |           |
|          | text            | remark    | Remark          |          |                     | ${kind} = 'b' |
|          | begin group     | rest      | Rest            |          |                     |           |
|          | date            | seen      | Seen            |          |                     |           |
|          | end group       | rest      |                 |          |                     |           |
|          | begin repeat    | place     | Place           |          |                     |           |
|          | text            | name      | Name            |          |                     |           |
|          | integer         | water     | Water points    |          | . >= 0              |           |
|          | end repeat      | place     |                 |          |                     |           |
| choices  |                 |           |                 |          |                     |           |
|          | list_name       | name      | label           |          |                     |           |
|          | kind            | a         | Kind A          |          |                     |           |
|          | kind            | b         | Kind B          |          |                     |           |
| settings |                 |           |                 |          |                     |           |
|          | form_id         | version   |                 |          |                     |           |
|          | homes           | 1         |                 |          |                     |           |
"""
ANSWERS: dict[str, Any] = {"people": "500", "homes": "100", "kind": "a"}
PLACES = (("Kibera", "3"), ("Mathare", "4"))


@cache
def form(form_id: str = "homes", version: str = "1") -> Form:
    if (form_id, version) != ("homes", "1"):
        raise KeyError(form_id)
    return parse_xform(convert(FORM).xform.encode(), path=Path("homes.xlsx"))


@dataclass
class Side:
    """One installation and who works there."""

    database: Database
    settings: Settings
    signer: ActSigner
    minute: int = 0

    @property
    def actor(self) -> Actor:
        self.minute += 1
        code = "HQ" if self.settings.role == "headquarters" else self.settings.office
        at = datetime(2026, 11, 21, 8, self.minute % 60, tzinfo=UTC)
        return Actor(self.settings.role, code, self.settings.person, "en", self.signer, at)

    def do(self, function: Any, *arguments: Any, **named: Any) -> Any:
        """Call a writing function in a transaction of its own."""
        given = (form, self.actor) if function in (asking.close, deciding.accept) else (
            form, self.settings, self.actor
        )  # fmt: skip
        with self.database.begin() as session:
            return function(session, *given, *arguments, **named)

    def ask(self, ref: str = "people", reason: str = "Why so many?") -> queries.Query:
        return self.do(asking.ask, self.record_id, ref=ref, reason=reason)  # type: ignore[no-any-return]

    def edit(self, **answers: Any) -> str:
        """Finalize a new revision of the record; `remove` takes an entry out."""
        with self.database.begin() as session:
            entry = open_entry(session, form, self.settings, self.record_id, language="en", at=self.actor.at)
            for name, value in answers.items():
                if name == "remove":
                    entry.remove(f"/data/place[{value}]")
                else:
                    entry.answer(f"/data/{name}", value)
            return finalize(session, entry, at=self.actor.at).revision_id

    @property
    def record_id(self) -> str:
        with self.database.read() as session:
            return repository.list_ids(session)[0]

    def queries(self) -> list[queries.Query]:
        with self.database.read() as session:
            return queries.list_queries(session, form, language="en")

    def review(self) -> reviews.Review:
        with self.database.read() as session:
            return reviews.review_of(session, form, self.record_id, language="en")

    @property
    def state(self) -> RecordState:
        with self.database.read() as session:
            return repository.list_records(session)[0].state


def bring(source: Side, target: Side, order: random.Random | None = None, *, partly: bool = False) -> None:
    """Let everything that is in one database come into another."""
    with source.database.read() as session:
        acts = journal.acts(session)
        revisions = [one for record_id in repository.list_ids(session)
                     for one in repository.history(session, record_id)]  # fmt: skip
    if order is not None:
        order.shuffle(acts)
        order.shuffle(revisions)
        if partly:  # a package that was lost on the way brought the rest
            acts = acts[: order.randrange(len(acts) + 1)]
    with target.database.begin() as session:
        repository.add_revisions(session, revisions, received_at="2026-11-21T00:00:00.000000Z")
        journal.add_acts(session, acts)


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[dict[str, Side]]:
    made: dict[str, Side] = {}
    for name, role, office in (
        ("ke", "office", "KE"), ("ke2", "office", "KE"), ("hq", "headquarters", "HQ"),
        ("hq2", "headquarters", "HQ"), ("region", "region", "ROAF"),
    ):  # fmt: skip
        settings = Settings(role, office, name, person=f"Person of {name}")  # type: ignore[arg-type]
        signer = ActSigner(Keyring(tmp_path / f"{name}-keys"))
        made[name] = Side(Database.open(tmp_path / f"{name}.sqlite"), settings, signer)
    yield made
    for side in made.values():
        side.database.close()


@pytest.fixture
def office(sides: dict[str, Side]) -> Side:
    """Kenya with one finalized record, which every other side holds too."""
    side = sides["ke"]
    with side.database.begin() as session:
        entry = start_entry(
            session, form(), side.settings, country="KEN", period="2026-H1", language="en", at=side.actor.at
        )
        for name, value in ANSWERS.items():
            entry.answer(f"/data/{name}", value)
        entry.add("/data/place")
        for position, (name, water) in enumerate(PLACES, 1):
            entry.answer(f"/data/place[{position}]/name", name)
            entry.answer(f"/data/place[{position}]/water", water)
        finalize(session, entry, at=side.actor.at)
    for other in sides.values():
        if other is not side:
            bring(side, other)
    return side


# -- queries ---------------------------------------------------------------------------------------------


def test_a_query_is_answered_by_a_value_that_becomes_a_revision(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    asked = hq.ask()
    label = asked.label
    assert (asked.name, asked.state, asked.question, asked.value) == (f"{label}/Q1", "open", "People", "500")
    assert asked.origin == {"kind": "person"}
    bring(hq, office)
    assert office.state == RecordState.QUERY
    answered = office.do(asking.reply, f"{label.lower()}/q1", text="A typing error", value="450")
    (answer,) = answered.answers
    assert answered.state == "answered" and (answer.text, answer.value) == ("A typing error", "450")
    assert answer.revision_id == office.review().revision_id
    assert (answered.value, answered.value_now) == ("500", "450")
    assert (answered.changed_by, answered.is_changed) == ("Person of ke", True)
    bring(office, hq)
    (there,) = hq.queries()
    assert there == answered
    assert hq.state == RecordState.RECEIVED
    closed = hq.do(asking.close, answered.act_id[:8], text="Thank you")
    assert closed.closing is not None and (closed.state, closed.closing.text) == ("closed", "Thank you")


def test_words_alone_change_nothing_of_the_record(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    name = hq.ask("homes").name
    bring(hq, office)
    before = office.review().revision_id
    answered = office.do(asking.reply, name, text="  Counted twice.  ")
    assert answered.answers[0].text == "Counted twice." and not answered.answers[0].has_value
    assert office.review().revision_id == before and answered.answers[0].revision_id == before


def test_missing_is_not_zero(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    away = {"$unavailable": {"reason": "no_survey", "remark": "planned for 2027"}}
    offered = hq.do(asking.propose, hq.record_id, ref="homes", value=away, reason="Is this a guess?")
    assert offered.proposed == away
    bring(hq, office)
    taken = office.do(asking.agree, offered.name)
    assert taken.value_now == away and taken.answers[0].value == away
    bring(office, hq)
    again = hq.ask("homes", "When will the survey be?")
    assert again.value == away and again.name.endswith("/Q2")
    with pytest.raises(SaysThatAlreadyError):
        hq.do(asking.propose, hq.record_id, ref="homes", value=away, reason="Again")


def test_a_proposal_is_refused_with_a_reason_only(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    offered = hq.do(asking.propose, hq.record_id, ref="/data/people", value="450", reason="As in the census")
    bring(hq, office)
    with pytest.raises(WhyNeededError):
        office.do(asking.refuse, offered.name, reason=" ")
    with pytest.raises(ProposalOpenError):
        office.do(asking.reply, offered.name, text="Hm")
    refused = office.do(asking.refuse, offered.name, reason="The census left out one part")
    assert (refused.state, refused.value_now, refused.answers[0].kind) == ("answered", "500", "refuse")


def test_an_answer_that_is_there_already_makes_no_second_revision(
    office: Side, sides: dict[str, Side]
) -> None:
    hq = sides["hq"]
    offered = hq.do(asking.propose, hq.record_id, ref="people", value="450", reason="As in the census")
    changed = office.edit(people="450")
    bring(hq, office)
    assert office.do(asking.agree, offered.name).answers[0].revision_id == changed


def test_what_cannot_be_asked(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    for ref in ("nothing", "rest", "place", "place[3]/name", "/data", "place[1]"):
        with pytest.raises(QuestionUnknownError):
            hq.ask(ref)
    for ref, value in (
        ("people", "many"),
        ("people", "-1"),
        ("homes", "501"),
        ("kind", "c"),
        ("rest/seen", "soon"),
    ):
        with pytest.raises(ValueDoesNotFitError):
            hq.do(asking.propose, hq.record_id, ref=ref, value=value, reason="Why not?")
    for value in ("", None, {"$unavailable": "no"}, {"x": "1"}):
        with pytest.raises(conversation_errors.NoValueError):
            hq.do(asking.propose, hq.record_id, ref="people", value=value, reason="Why not?")
    with pytest.raises(conversation_errors.NotAskedNowError):
        hq.do(asking.propose, hq.record_id, ref="remark", value="x", reason="Why not?")
    with pytest.raises(WhyNeededError):
        hq.ask("people", " ")
    for side in (office, sides["region"]):
        with pytest.raises(RoleError):
            side.ask()
    for side in (hq, sides["region"]):
        with pytest.raises(RoleError):
            side.do(asking.reply, "whatever", text="x")
    with hq.database.read() as session:
        assert journal.count_acts(session) == 0


def test_what_cannot_be_answered(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    first, second = hq.ask(), hq.ask("homes")
    bring(hq, office)
    label = first.label
    for name in (
        f"{label}/Q3",
        "UG-0000-0001/Q1",
        first.act_id[:3],
        "0" * 64,
        f"{label}/R1",
        "",
        f"{label}/Q",
    ):
        with pytest.raises(QueryNotFoundError):
            office.do(asking.reply, name, text="x")
    with pytest.raises(NotAProposalError):
        office.do(asking.agree, first.name)
    with pytest.raises(conversation_errors.NoWordsError):
        office.do(asking.reply, first.name, text=" ")
    with pytest.raises(ValueDoesNotFitError):
        office.do(asking.reply, first.name, value="-5")
    with pytest.raises(RulesDoNotHoldError) as stopped:
        office.do(asking.reply, first.name, value="50")  # fewer people than homes
    assert "Homes" in str(stopped.value)
    office.do(asking.reply, first.name, text="Yes")
    with pytest.raises(QueryAnsweredError):
        office.do(asking.reply, first.name, text="No")
    hq.do(asking.close, second.name)
    bring(hq, office)
    with pytest.raises(QueryClosedError):
        office.do(asking.reply, second.name, text="x")
    with pytest.raises(QueryClosedError):
        hq.do(asking.close, second.name)
    stranger = replace(office, settings=replace(office.settings, office="UG"))
    third = hq.ask("kind")
    bring(hq, office)
    with pytest.raises(NotOursError):
        stranger.do(asking.reply, third.name, text="x")
    assert len(office.queries()) == 3 and office.review().number == 1


def test_a_draft_in_the_way_is_kept_and_told(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    name = hq.ask().name
    bring(hq, office)
    with office.database.begin() as session:
        entry = open_entry(session, form, office.settings, office.record_id, language="en")
        entry.answer("/data/homes", "7")
        repository.save_draft(session, entry.draft(at=office.actor.at))
    with pytest.raises(DraftInTheWayError):
        office.do(asking.reply, name, value="450")
    assert office.queries()[0].state == "open" and office.review().number == 1
    assert office.do(asking.reply, name, text="I am at it").state == "answered"


def test_where_the_reply_cannot_be_signed_the_record_stays_as_it_is(
    office: Side, sides: dict[str, Side]
) -> None:
    class Locked:
        key_id = "locked"

        def sign(self, content: bytes) -> bytes:
            raise KeyLockedError

    hq = sides["hq"]
    name = hq.ask().name
    bring(hq, office)
    with pytest.raises(KeyLockedError):
        replace(office, signer=Locked()).do(asking.reply, name, value="450")
    assert office.review().number == 1 and office.queries()[0].state == "open"


def test_a_withdrawn_record_is_not_asked_about_but_its_queries_can_be_answered(
    office: Side, sides: dict[str, Side]
) -> None:
    hq = sides["hq"]
    name = hq.ask().name
    bring(hq, office)
    with office.database.begin() as session:
        repository.withdraw(session, office.record_id, author="x", at=office.actor.at, reason="twice")
    with pytest.raises(RecordWithdrawnError):
        office.do(asking.reply, name, value="450")
    bring(office, hq)
    for act in (lambda: hq.ask(), lambda: hq.do(deciding.accept, hq.record_id)):
        with pytest.raises(RecordWithdrawnError):
            act()
    with pytest.raises(RecordWithdrawnError):
        hq.do(asking.propose, hq.record_id, ref="people", value="450", reason="x")
    assert office.do(asking.reply, name, text="It was entered twice").state == "answered"
    assert hq.review().status == "withdrawn"


def test_an_entry_is_followed_and_one_that_was_removed_is_shown_as_such(
    office: Side, sides: dict[str, Side]
) -> None:
    hq = sides["hq"]
    kibera, mathare = hq.ask("place[1]/water"), hq.ask("place[2]/water")
    bring(hq, office)
    office.edit(remove=1)
    gone, moved = office.queries()
    assert (gone.ref, gone.ref_now, gone.value, gone.value_now) == (kibera.ref, None, "3", None)
    assert (moved.ref, moved.ref_now, moved.value_now) == (mathare.ref, "/data/place[1]/water", "4")
    with pytest.raises(EntryGoneError):
        office.do(asking.reply, gone.name, value="5")
    assert office.do(asking.reply, gone.name, text="It belongs to Mathare").state == "answered"
    assert office.do(asking.reply, moved.name, value="5").value_now == "5"


def test_two_heads_are_merged_before_anything_is_asked_or_decided(
    office: Side, sides: dict[str, Side]
) -> None:
    hq, other = sides["hq"], sides["ke2"]
    name = hq.ask().name
    office.edit(people="501")
    other.edit(people="502")
    for side in (office, other):
        bring(side, hq)
    bring(hq, office)
    for act in (lambda: hq.ask(), lambda: hq.do(deciding.accept, hq.record_id)):
        with pytest.raises(ConflictError):
            act()
    with pytest.raises(ConflictError):
        office.do(asking.reply, name, value="503")
    assert hq.review().status == "conflict"
    assert office.do(asking.reply, name, text="We are merging").state == "answered"


def test_numbers_that_two_computers_gave_at_once_are_told_apart(office: Side, sides: dict[str, Side]) -> None:
    one, other = sides["hq"], sides["hq2"]
    asked = [one.ask(), other.ask("homes")]
    assert asked[0].name == asked[1].name
    for side in (one, other):
        bring(side, office)
    with pytest.raises(QueryUnclearError) as unclear:
        office.do(asking.reply, asked[0].name, text="Which?")
    names = [query.name for query in office.queries()]
    assert len(set(names)) == 2 and all(name in str(unclear.value) for name in names)
    for query in office.queries():
        assert office.do(asking.reply, query.name, text=query.question).answers[0].text == query.question
    bring(office, one)
    assert one.ask("kind").name.endswith("/Q2")


def test_answers_and_closings_that_crossed_are_all_kept(office: Side, sides: dict[str, Side]) -> None:
    hq, other = sides["hq"], sides["ke2"]
    name = hq.ask().name
    bring(hq, office)
    bring(hq, other)
    office.do(asking.reply, name, text="Yes")
    other.do(asking.reply, name, text="No")
    hq.do(asking.close, name, text="Never mind")
    for _round in range(2):
        for side in (office, other):
            bring(side, hq)
            bring(hq, side)
    (query,) = hq.queries()
    assert query.state == "closed" and {answer.text for answer in query.answers} == {"Yes", "No"}
    assert office.queries() == other.queries() == [query]


# -- what other programs wrote ---------------------------------------------------------------------------


def test_acts_nobody_understands_are_kept_and_passed_over(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    asked = hq.ask()
    with hq.database.read() as session:
        (last,) = journal.acts(session)
    strange: list[Act] = []
    for number, changes in enumerate(
        (
            {"kind": "sing", "about": asked.act_id},
            {"kind": "reply", "about": "0" * 64},  # a query that is not here
            {"kind": "reply", "about": asked.act_id, "record_id": "another"},  # of another record
            {"kind": "query", "content": {"number": "x", "origin": 5, "value": {"x": 1}}, "ref": "/data/[["},
            {"kind": "return", "content": {"refs": "all", "number": -3}},
            {"kind": "accept", "revision_id": "gone"},
            {"kind": "clear", "content": {"refs": [1, "/data/people"]}},
        ),
        2,
    ):
        before = strange[-1] if strange else last
        act = replace(last, number=number, previous=before.act_id, **changes)
        strange.append(act)
    with office.database.begin() as session:
        journal.add_acts(
            session, [last, *strange, replace(last, office="UG")]
        )  # as if it were Uganda's record
    with office.database.read() as session:
        assert len(journal.acts(session)) == 9
    known = [query for query in office.queries() if query.record_id == asked.record_id]
    assert len(known) == 2 and known[0] == asked and known[0].state == "open"
    assert known[1].origin == {"kind": "person"} and "/Q-" in known[1].name
    standing = office.review()
    assert [one.refs for one in standing.decisions] == [()] and standing.remarks[0].refs == ("/data/people",)


# -- decisions -------------------------------------------------------------------------------------------


def test_only_what_changed_is_reviewed_again(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    assert hq.review().status == "new"
    returned = hq.do(
        deciding.return_, hq.record_id, reason="Too many", refs=["people", "place[2]/water", "people"]
    )
    assert (returned.status, hq.state) == ("returned", RecordState.QUERY)
    (decision,) = returned.decisions
    assert decision.refs == ("/data/people", "/data/place[2]/water") and decision.name.endswith("/R1")
    bring(hq, office)
    office.edit(people="450", **{"rest/seen": "2026-03-31"}, remove=1)
    bring(office, hq)
    changed = hq.review()
    assert (changed.status, changed.number, changed.last) == ("changed", 2, replace(decision))
    found = {
        (one.ref, one.ref_then): (one.question, one.old, one.new, one.is_asked) for one in changed.changes
    }
    assert found == {
        ("/data/people", "/data/people"): ("People", "500", "450", True),
        ("/data/rest/seen", "/data/rest/seen"): ("Seen", None, "2026-03-31", False),
        ("", "/data/place[1]/name"): ("Name", "Kibera", None, False),
        ("", "/data/place[1]/water"): ("Water points", "3", None, False),
    }
    assert changed.untouched == (("/data/place[1]/water", "Water points"),)
    accepted = hq.do(deciding.accept, hq.record_id, text="Thank you")
    assert (accepted.status, accepted.changes, hq.state) == ("accepted", (), RecordState.ACCEPTED)
    with pytest.raises(conversation_errors.AcceptedAlreadyError):
        hq.do(deciding.accept, hq.record_id)
    bring(hq, office)
    there = office.review()
    assert there.status == "accepted" and replace(there, summary=accepted.summary) == hq.review()
    office.edit(homes="90")
    assert [one.question for one in office.review().changes] == ["Homes"]


def test_headquarters_accepts_what_the_office_has_changed_meanwhile(
    office: Side, sides: dict[str, Side]
) -> None:
    hq = sides["hq"]
    hq.do(deciding.accept, hq.record_id)
    office.edit(people="450")
    bring(hq, office)
    bring(office, hq)
    for side in (office, hq):
        standing = side.review()
        assert (standing.status, standing.number) == ("changed", 2)
        assert standing.last is not None and (standing.last.kind, standing.last.number) == ("accept", 1)
        assert [(one.question, one.old, one.new) for one in standing.changes] == [("People", "500", "450")]
    assert hq.state == RecordState.RECEIVED


def test_of_decisions_that_crossed_the_return_counts_and_both_are_shown(
    office: Side, sides: dict[str, Side]
) -> None:
    one, other = sides["hq"], sides["hq2"]
    one.do(deciding.accept, one.record_id)
    other.do(deciding.return_, other.record_id, reason="No source")
    bring(one, other)
    bring(other, one)
    bring(one, office)
    for side in (one, other, office):
        standing = side.review()
        assert standing.has_crossed and standing.status == "returned"
        assert {decision.kind for decision in standing.decisions} == {"accept", "return"}
        assert side.state == RecordState.QUERY
    settled = one.do(deciding.accept, one.record_id, text="We asked")
    assert (settled.status, settled.has_crossed, len(settled.earlier)) == ("accepted", False, 2)


def test_a_return_can_be_answered_in_words_once(office: Side, sides: dict[str, Side]) -> None:
    hq = sides["hq"]
    name = hq.do(deciding.return_, hq.record_id, reason="No source").decisions[0].name
    bring(hq, office)
    answered = office.do(deciding.answer_return, name.lower(), text="It is in the annex")
    assert [one.text for one in answered.answers] == ["It is in the annex"]
    with pytest.raises(QueryAnsweredError):
        office.do(deciding.answer_return, name, text="Again")
    with pytest.raises(QueryNotFoundError):
        office.do(deciding.answer_return, name.replace("R1", "R2"), text="x")
    bring(office, hq)
    assert hq.review().decisions[0].answers == answered.answers and hq.state == RecordState.RECEIVED


def test_a_region_comments_and_clears(office: Side, sides: dict[str, Side]) -> None:
    region, hq = sides["region"], sides["hq"]
    region.do(deciding.comment, region.record_id, text="Compare with 2025", refs=["homes"])
    region.do(deciding.clear, region.record_id, refs=["people"])
    standing = region.do(deciding.clear, region.record_id)
    assert [one.is_current for one in standing.remarks] == [True] * 3
    office.edit(homes="90")
    bring(region, hq)
    bring(office, hq)
    assert [(one.kind, one.refs, one.is_current) for one in hq.review().remarks] == [
        ("comment", ("/data/homes",), False),
        ("clear", ("/data/people",), True),
        ("clear", (), False),
    ]
    for act in (deciding.comment, deciding.clear):
        with pytest.raises(RoleError):
            hq.do(act, hq.record_id, text="x")
    with pytest.raises(RoleError):
        region.do(deciding.accept, region.record_id)
    with pytest.raises(RoleError):
        region.do(deciding.return_, region.record_id, reason="x")
    with pytest.raises(QuestionUnknownError):
        region.do(deciding.clear, region.record_id, refs=["rest"])


def test_a_file_and_a_server_hold_the_same_conversation(
    place: Path | str, office: Side, sides: dict[str, Side]
) -> None:
    hq = sides["hq"]
    away = {"$unavailable": {"remark": "in 2027", "reason": "no_survey"}}
    hq.ask("place[2]/water")
    hq.do(asking.propose, hq.record_id, ref="homes", value=away, reason="A guess?")
    bring(hq, office)
    office.do(asking.agree, office.queries()[1].name)
    hq.do(deciding.return_, hq.record_id, reason="No", refs=["people"])
    bring(office, hq)
    there = replace(hq, database=Database.open(place))
    try:
        bring(hq, there, random.Random(1))
        assert there.queries() == hq.queries() and there.review() == hq.review()
        assert there.do(asking.close, there.queries()[0].name).state == "closed"
        assert there.do(deciding.accept, there.record_id).status == "accepted"
        with there.database.read() as session:
            assert queries.count_open(session) == 0
            assert [one.status for one in reviews.list_reviews(session, form, language="en")] == ["accepted"]
    finally:
        there.database.close()


# -- in any order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_random_conversations_end_alike_on_every_side(
    office: Side, sides: dict[str, Side], seed: int
) -> None:
    chance = random.Random(seed)
    people = list(sides.values())
    for _step in range(25):
        side = chance.choice(people)
        if chance.random() < 0.3:
            bring(side, chance.choice(people), chance, partly=True)
            continue
        try:
            _act_at_random(side, chance)
        except HabitatError:
            continue  # not for this role, or not now
    for _round in range(3):
        for source in people:
            for target in people:
                if source is not target:
                    bring(source, target, chance)
    first = people[0]
    for side in people[1:]:
        assert side.queries() == first.queries()
        assert replace(side.review(), summary=first.review().summary) == first.review()
        with side.database.read() as session:
            assert queries.count_open(session) == sum(one.state == "open" for one in first.queries())
    hubs = {side.state for side in people if side.settings.role != "office"}
    assert len(hubs) == 1


def _act_at_random(side: Side, chance: random.Random) -> None:
    record = side.record_id
    ref = chance.choice(["people", "homes", "place[1]/water", "place[2]/name"])
    known = [query.name for query in side.queries()] or ["nothing"]
    value = str(chance.randrange(1, 200))
    chance.choice(
        [
            lambda: side.ask(ref, "Why?"),
            lambda: side.do(asking.propose, record, ref=ref, value=value, reason="Why not?"),
            lambda: side.do(asking.reply, chance.choice(known), text="Because"),
            lambda: side.do(asking.reply, chance.choice(known), value=value),
            lambda: side.do(asking.agree, chance.choice(known)),
            lambda: side.do(asking.refuse, chance.choice(known), reason="No"),
            lambda: side.do(asking.close, chance.choice(known)),
            lambda: side.do(deciding.accept, record),
            lambda: side.do(deciding.return_, record, reason="No", refs=[ref]),
            lambda: side.do(deciding.clear, record, refs=[ref]),
            lambda: side.edit(**{ref: value}) if side.settings.role == "office" else None,
        ]
    )()
