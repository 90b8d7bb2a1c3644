"""Expected returns: acts in, one register out, whoever wrote them where and in whatever order they came."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habitat_desktop.packages.keys import ActSigner, Keyring
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import exchange_state, journal, repository, roles
from habitat_desktop.records import expected_acts as acts
from habitat_desktop.records import expected_errors as errors
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.coverage import coverage, total
from habitat_desktop.records.database import Database
from habitat_desktop.records.expected import ExpectedReturn, Report, Terms, fold, matched
from habitat_desktop.records.expected_register import register
from tests.records.making import draft, heading, package, revision

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
DAY = date(2026, 8, 10)
TERMS = Terms("KE", "settlement", "KEN", "2026-H1", "Nairobi", "2026-07-31")
KNOWN = acts.Known(lambda form_id: form_id in ("settlement", "policy"), {"KE", "GH"})


class Side:
    """One workspace: its database, and who acts in it."""

    def __init__(self, folder: Path, role: str, sender: str, person: str) -> None:
        folder.mkdir()
        self.database = Database.open(folder / "records.sqlite")
        self.actor = Actor(role, sender, person, "en", ActSigner(Keyring(folder / "keys")), AT)

    def tell(self, other: "Side") -> None:
        """Bring every act from here to there, as a package would."""
        with self.database.read() as session:
            told = journal.acts(session)
        with other.database.begin() as session:
            journal.add_acts(session, told)

    def only(self) -> ExpectedReturn:
        with self.database.read() as session:
            (found,) = register(session).returns
        return found

    def do(self, act: Any, *arguments: Any) -> Act:
        """Write one act about the only expected return there is."""
        with self.database.begin() as session:
            (found,) = register(session).returns
            written: Act = act(session, self.actor, found, *arguments)
        return written

    def expect(self, terms: Terms = TERMS) -> Act:
        with self.database.begin() as session:
            return acts.expect(session, self.actor, terms, KNOWN)


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Side]:
    side = Side(tmp_path / "hq", "headquarters", "HQ", "A. Reviewer")
    yield side
    side.database.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Side]:
    side = Side(tmp_path / "ke", "office", "KE", "M. Njeri")
    yield side
    side.database.close()


def report(number: int = 1, subject: str = "Nairobi", state: str = "received", **other: str) -> Report:
    values = {"office": "KE", "form_id": "settlement", "country": "KEN", "period": "2026-H1", **other}
    return Report(f"r{number}", f"KE-TEST-{number}", subject=subject, state=state, **values)


# -- what is said ----------------------------------------------------------------------------------------


def test_what_is_expected_has_a_short_id_that_can_be_read_out_and_found(hq: Side) -> None:
    made = hq.expect()
    found = hq.only()
    assert found.expected_id == made.act_id
    assert found.label.startswith("KE-")
    assert found.label.endswith("-E1")
    assert (found.terms, found.due, found.state) == (TERMS, "2026-07-31", "expected")
    with hq.database.read() as session:
        all_of_it = register(session)
    for name in (found.label, found.label.lower(), made.act_id, made.act_id[:8]):
        assert acts.find(all_of_it, name) == found
    for name in ("KE-0000-E1", made.act_id[:4], "", "zzzzzzzz"):
        with pytest.raises(errors.UnknownExpectedError):
            acts.find(all_of_it, name)


def test_lateness_is_told_against_a_day_and_never_by_the_clock(hq: Side) -> None:
    hq.expect()
    found = hq.only()
    assert [found.late(date(2026, 7, 31)), found.late(date(2026, 8, 1)), found.late(DAY)] == [0, 1, 10]
    assert found.days_left(date(2026, 7, 1)) == 30


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (TERMS._replace(office="K E"), errors.ExpectedCodeError),
        (TERMS._replace(office="TZ"), errors.ExpectedOfficeError),
        (TERMS._replace(form_id="cooking"), errors.ExpectedFormError),
        (TERMS._replace(country="KEY"), errors.ExpectedCountryError),
        (TERMS._replace(period="2026-H3"), errors.ExpectedPeriodError),
        (TERMS._replace(period=""), errors.ExpectedPeriodError),
        (TERMS._replace(period="2026-2028"), errors.ExpectedPeriodError),
        (TERMS._replace(due="2026-02-30"), errors.ExpectedDateError),
        (TERMS._replace(due=""), errors.ExpectedDateError),
        (TERMS._replace(due="31 July"), errors.ExpectedDateError),
        (TERMS._replace(due="2025-12-31"), errors.DueTooEarlyError),
    ],
)
def test_wrong_terms_are_refused_by_the_column(
    hq: Side, terms: Terms, error: type[errors.ExpectedError]
) -> None:
    with pytest.raises(error) as refused:
        hq.expect(terms)
    changed = next(name for name in Terms._fields if getattr(terms, name) != getattr(TERMS, name))
    assert refused.value.column == changed
    with hq.database.read() as session:
        assert journal.count_acts(session) == 0


def test_codes_are_kept_in_capitals_and_texts_clean(hq: Side) -> None:
    hq.expect(TERMS._replace(office="ke", country="ken", subject=" Nairobi\u202e \n  East "))
    assert hq.only().terms[:5] == ("KE", "settlement", "KEN", "2026-H1", "Nairobi East")


def test_the_same_return_is_not_expected_twice(hq: Side) -> None:
    hq.expect()
    with pytest.raises(errors.AlreadyExpectedError):
        hq.expect(TERMS._replace(subject="NAIROBI", due="2026-09-30"))
    hq.expect(TERMS._replace(subject="Mombasa"))


def test_a_correction_changes_only_what_it_names(hq: Side, office: Side) -> None:
    hq.expect(TERMS._replace(subject="Nairoby"))
    hq.do(acts.extend, "2026-08-15", "floods")
    hq.do(acts.correct, {"subject": "Nairobi"}, KNOWN)
    found = hq.only()
    assert (found.terms.subject, found.due) == ("Nairobi", "2026-08-15")
    hq.do(acts.correct, {"due": "2026-07-31"}, KNOWN, "the extension was for another office")
    assert hq.only().due == "2026-07-31"
    with pytest.raises(errors.NothingCorrectedError):
        hq.do(acts.correct, {"due": "2026-07-31"}, KNOWN)
    with pytest.raises(errors.DueTooEarlyError):
        hq.do(acts.correct, {"due": "2024-07-31"}, KNOWN)
    hq.tell(office)
    assert office.only() == hq.only()


def test_a_nil_return_can_be_given_denied_given_again_and_taken_back(hq: Side, office: Side) -> None:
    hq.expect()
    hq.tell(office)
    office.do(acts.give_nil, "no slum-upgrading project ran in this period")
    with pytest.raises(errors.NilAlreadyError):
        office.do(acts.give_nil, "none at all")
    office.tell(hq)
    found = hq.only()
    assert (found.state, found.late(DAY)) == ("nil", 0)
    hq.do(acts.deny, "the project in Kibera ran until May")
    assert (hq.only().state, hq.only().late(DAY)) == ("expected", 10)
    hq.tell(office)
    office.do(acts.give_nil, "it was closed in December")
    assert office.only().state == "nil"
    office.do(acts.take_back, "we found the file")
    assert office.only().state == "expected"
    with pytest.raises(errors.NothingAskedError):
        office.do(acts.take_back, "once more")
    assert [one.undone is not None for one in office.only().nils] == [True, True]


def test_an_extension_is_asked_for_and_granted_another_is_denied(hq: Side, office: Side) -> None:
    hq.expect()
    hq.tell(office)
    office.do(acts.ask_extension, "2026-08-15", "the ministry is late")
    assert len(office.only().open_requests) == 1
    office.tell(hq)
    hq.do(acts.extend, "2026-08-12", "two weeks, no more")
    found = hq.only()
    assert (found.due, found.open_requests, found.requests[0].answer) == ("2026-08-12", (), "extended")
    assert (found.terms.due, found.late(DAY)) == ("2026-07-31", 0)
    hq.tell(office)
    office.do(acts.ask_extension, "2026-12-31", "still late")
    office.tell(hq)
    hq.do(acts.deny, "the report goes to print")
    found = hq.only()
    assert found.requests[1].answer == "denied"
    assert found.requests[1].answered is not None
    assert found.requests[1].answered.reason == "the report goes to print"
    assert found.due == "2026-08-12"
    with pytest.raises(errors.NothingAskedError):
        hq.do(acts.deny, "again")


def test_a_date_that_was_set_later_meanwhile_needs_no_answer(hq: Side, office: Side) -> None:
    hq.expect()
    hq.tell(office)
    office.do(acts.ask_extension, "2026-08-15", "the ministry is late")
    hq.do(acts.extend, "2026-08-31", "for everybody")
    office.tell(hq)
    assert hq.only().open_requests == ()


@pytest.mark.parametrize("due", ["2026-07-31", "2026-07-30"])
def test_an_extension_that_is_not_later_is_refused(hq: Side, office: Side, due: str) -> None:
    hq.expect()
    with pytest.raises(errors.NotLaterError):
        hq.do(acts.extend, due, "floods")
    hq.tell(office)
    with pytest.raises(errors.NotLaterError):
        office.do(acts.ask_extension, due, "floods")
    with pytest.raises(errors.ExpectedDateError):
        office.do(acts.ask_extension, "2026-11-31", "floods")
    assert hq.only().newest == (hq.only().expected_id,)


def test_what_is_excused_takes_no_answers_until_it_is_reopened(hq: Side, office: Side) -> None:
    hq.expect()
    hq.do(acts.excuse, "the project ended")
    hq.tell(office)
    assert (office.only().state, office.only().late(DAY)) == ("excused", 0)
    for act, arguments in (
        (acts.give_nil, ("nothing",)),
        (acts.ask_extension, ("2026-09-01", "late")),
        (acts.extend, ("2026-09-01", "late")),
        (acts.excuse, ("once more",)),
    ):
        with pytest.raises(errors.ExcusedError):
            (office if act in (acts.give_nil, acts.ask_extension) else hq).do(act, *arguments)
    hq.do(acts.reopen, "it goes on")
    assert (hq.only().state, hq.only().late(DAY)) == ("expected", 10)
    with pytest.raises(errors.NotExcusedError):
        hq.do(acts.reopen, "it goes on")


def test_only_those_may_who_may(hq: Side, office: Side, tmp_path: Path) -> None:
    hq.expect()
    hq.tell(office)
    region = Side(tmp_path / "region", "region", "EA", "R. Region")
    hq.tell(region)
    for side, forbidden in (
        (office, ("extend", "deny", "excuse", "reopen")),
        (hq, ("give_nil", "ask_extension", "take_back")),
        (region, ("extend", "deny", "excuse", "reopen", "give_nil", "ask_extension", "take_back")),
    ):
        for name in forbidden:
            arguments = ("2026-09-01", "because") if "exten" in name else ("because",)
            with pytest.raises(roles.RoleError):
                side.do(getattr(acts, name), *arguments)
    for side in (office, region):
        with pytest.raises(roles.RoleError):
            side.expect(TERMS._replace(subject="Kisumu"))
    with pytest.raises(journal.WhyNeededError):
        hq.do(acts.extend, "2026-09-01", " ")
    with pytest.raises(journal.NobodyActsError), hq.database.begin() as session:
        acts.excuse(session, replace(hq.actor, person=""), register(session).returns[0], "ended")
    region.database.close()


def test_acts_that_may_not_be_or_cannot_be_read_change_nothing(hq: Side) -> None:
    root = hq.expect()
    strange = [
        replace(root, kind="excuse", role="office", about=root.act_id, number=9, previous="x"),
        replace(root, kind="nil_return", role="office", sender="GH", about=root.act_id, number=10),
        replace(root, kind="extend", about=root.act_id, content={"due": ["2027"]}, number=11),
        replace(root, kind="extend", about=root.act_id, content={"due": "2027-31-31"}, number=12),
        replace(root, about=root.act_id, content={"due": "soon", "subject": 4}, number=13),
        replace(root, kind="extend", office="GH", about=root.act_id, content={"due": "2027-01-01"}),
        replace(root, kind="deny", about=root.act_id, content={"requests": 7, "nils": [1]}, number=14),
    ]
    returns, astray = fold([*strange, root])
    assert [(one.due, one.state, one.terms.due) for one in returns] == [
        ("2026-07-31", "expected", "2026-07-31")
    ]
    assert astray == []
    (empty,) = fold([replace(root, content={})])[0]
    assert (empty.due, empty.late(DAY), empty.days_left(DAY)) == ("", 0, None)


def test_an_act_about_one_that_never_came_is_kept_apart(hq: Side, office: Side, tmp_path: Path) -> None:
    hq.expect()
    hq.tell(office)
    nil = office.do(acts.give_nil, "nothing ran")
    fresh = Side(tmp_path / "fresh", "headquarters", "HQ", "B. Second")
    with fresh.database.begin() as session:
        journal.add_acts(session, [nil])
        found = register(session)
        assert (found.returns, found.astray) == ((), (nil,))
        assert total(found, DAY).expected == 0
    hq.tell(fresh)
    assert fresh.only().state == "nil"
    fresh.database.close()


# -- order -----------------------------------------------------------------------------------------------


def _story(rng: random.Random, folder: Path) -> list[Act]:
    """Return the acts of a random conversation of headquarters and two laptops of the office."""
    sides = [
        Side(folder / "hq", "headquarters", "HQ", "A. Reviewer"),
        Side(folder / "one", "office", "KE", "M. Njeri"),
        Side(folder / "two", "office", "KE", "J. Otieno"),
    ]
    headquarters = sides[0]
    headquarters.expect()
    for side in sides[1:]:
        headquarters.tell(side)
    for _number in range(rng.randint(1, 10)):
        side = rng.choice(sides)
        day = f"2026-{rng.randint(8, 12):02}-{rng.randint(1, 28):02}"
        ours = [
            (acts.extend, (day, "floods")),
            (acts.deny, ("no",)),
            (acts.excuse, ("ended",)),
            (acts.reopen, ("goes on",)),
            (acts.correct, ({"due": day}, KNOWN)),
            (acts.correct, ({"subject": rng.choice(["Nairobi", "Kisumu", ""])}, KNOWN)),
        ]
        theirs = [
            (acts.give_nil, ("nothing",)),
            (acts.ask_extension, (day, "late")),
            (acts.take_back, ("found",)),
        ]
        act, arguments = rng.choice(ours if side is headquarters else theirs)
        try:
            side.do(act, *arguments)
        except errors.ExpectedError:
            continue
        if rng.random() < 0.5:
            side.tell(rng.choice([other for other in sides if other is not side]))
    for side in sides[1:]:
        side.tell(headquarters)
    with headquarters.database.read() as session:
        told = journal.acts(session)
    for side in sides:
        side.database.close()
    return told


@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_in_which_acts_come_makes_no_difference(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = random.Random(seed)
    told = _story(rng, tmp_path_factory.mktemp("story"))
    whole = fold(told)
    for _number in range(10):
        shuffled = [*told, *rng.sample(told, len(told) // 2)]
        rng.shuffle(shuffled)
        assert fold(shuffled) == whole
    # and nothing but what is in them counts: no clock, no order of arrival in a database
    for start in range(0, len(told), 3):
        fold(told[start:])


# -- records ---------------------------------------------------------------------------------------------


def test_records_fit_by_form_country_period_and_folded_subject(hq: Side) -> None:
    hq.expect()
    strangers = [
        report(2, subject="Mombasa"),
        report(3, period="2025-H2"),
        report(4, country="UGA"),
        report(5, form_id="policy"),
        report(6, office="GH"),
    ]
    (found,), unexpected = matched([hq.only()], [report(1, subject="  nairobi"), *strangers])
    assert [one.record_id for one in found.records] == ["r1"]
    assert unexpected == strangers


def test_a_record_belongs_to_the_expected_return_that_names_it_most_closely(hq: Side) -> None:
    for subject, country in (("Nairobi", "KEN"), ("", "KEN"), ("", "")):
        hq.expect(TERMS._replace(subject=subject, country=country))
    with hq.database.read() as session:
        returns = register(session).returns
    found, unexpected = matched(returns, [report(1), report(2, "Kisumu"), report(3, "Moroto", country="UGA")])
    by_terms = {(one.terms.subject, one.terms.country): one.records for one in found}
    assert [one.record_id for one in by_terms["Nairobi", "KEN"]] == ["r1"]
    assert [one.record_id for one in by_terms["", "KEN"]] == ["r2"]
    assert [one.record_id for one in by_terms["", ""]] == ["r3"]
    assert unexpected == []


def test_a_record_counts_most_then_that_it_is_excused_then_nil(hq: Side, office: Side) -> None:
    hq.expect()
    states = {}
    for said in ("nothing", "nil", "excused"):
        if said == "nil":
            hq.tell(office)
            office.do(acts.give_nil, "nothing ran")
            office.tell(hq)
        elif said == "excused":
            hq.do(acts.excuse, "ended")
        for state in ("draft", "final", "sent", "received", "accepted"):
            (found,), _rest = matched([hq.only()], [report(state=state), report(2, state="draft")])
            states[said, state] = (found.state, found.contradicts)
    assert states == {
        ("nothing", "draft"): ("draft", False),
        ("nothing", "final"): ("final", False),
        ("nothing", "sent"): ("sent", False),
        ("nothing", "received"): ("received", False),
        ("nothing", "accepted"): ("accepted", False),
        ("nil", "draft"): ("nil", True),
        ("nil", "final"): ("final", True),
        ("nil", "sent"): ("sent", True),
        ("nil", "received"): ("received", True),
        ("nil", "accepted"): ("accepted", True),
        ("excused", "draft"): ("excused", True),
        ("excused", "final"): ("excused", True),
        ("excused", "sent"): ("excused", True),
        ("excused", "received"): ("received", True),
        ("excused", "accepted"): ("accepted", True),
    }


def test_the_state_follows_the_record_and_a_withdrawn_one_does_not_count(office: Side, hq: Side) -> None:
    hq.expect()
    hq.tell(office)
    database = office.database
    first = revision(1, installation=database.installation)
    with database.begin() as session:
        repository.create_draft(session, draft("r1"))
    assert office.only().state == "draft"
    with database.begin() as session:
        repository.discard_draft(session, "KE", "r1")
        repository.add_revision(session, first)
    assert office.only().state == "final"
    with database.begin() as session:
        entry = package("out", "HQ", database.installation)
        exchange_state.note_package(session, entry, [first.revision_id])
    assert office.only().state == "sent"
    with database.begin() as session:
        # begun anew, and still what was sent: nothing is late for it
        repository.create_draft(session, draft("r1", parents=(first.revision_id,)))
    assert office.only().state == "sent"
    with database.begin() as session:
        repository.discard_draft(session, "KE", "r1")
        gone = revision(2, (first.revision_id,), installation=database.installation, kind="withdraw")
        repository.add_revision(session, gone)
    found = office.only()
    assert (found.state, found.records, found.late(DAY)) == ("expected", (), 10)


def test_a_record_that_nobody_expected_is_shown_and_never_refused(hq: Side) -> None:
    with hq.database.begin() as session:
        repository.add_revision(session, revision(1, subject="Kisumu"))
        assert register(session).unexpected == ()  # nobody uses the register yet
    hq.expect()
    with hq.database.read() as session:
        found = register(session)
        assert [one.subject for one in found.unexpected] == ["Kisumu"]
        assert total(found, DAY).unexpected == 1
        assert register(session, ["GH"]).returns == ()


# -- many ------------------------------------------------------------------------------------------------


def test_the_same_terms_twice_add_nothing_and_another_date_is_a_correction(hq: Side) -> None:
    wanted = [TERMS._replace(subject=name) for name in ("Nairobi", "Kisumu", "nairobi")]
    with hq.database.begin() as session:
        first = acts.expect_all(session, hq.actor, wanted)
        assert (len(first.added), len(first.corrected), first.known) == (2, 0, 1)
    with hq.database.begin() as session:
        again = acts.expect_all(session, hq.actor, wanted)
        assert (len(again.added), len(again.corrected), again.known) == (0, 0, 3)
        assert journal.count_acts(session) == 2
        later = [one._replace(due="2026-08-31", note="see the letter") for one in wanted[:1]]
        changed = acts.expect_all(session, hq.actor, later)
        assert (len(changed.added), len(changed.corrected)) == (0, 1)
    with hq.database.read() as session:
        by_subject = {one.terms.subject: one for one in register(session).returns}
    assert (by_subject["Nairobi"].due, by_subject["Nairobi"].terms.note) == ("2026-08-31", "see the letter")
    assert by_subject["Kisumu"].due == "2026-07-31"


def test_the_same_terms_again_never_take_an_extension_back(hq: Side) -> None:
    hq.expect()
    hq.do(acts.extend, "2026-09-30", "floods")
    with hq.database.begin() as session:
        again = acts.expect_all(session, hq.actor, [TERMS._replace(due="2026-08-15")])
    assert (again.corrected, again.known, hq.only().due) == ((), 1, "2026-09-30")


def test_cancelling_leaves_nothing(hq: Side) -> None:
    progress = Progress()

    def many() -> Iterator[Terms]:
        for number in range(200):
            yield TERMS._replace(subject=f"City {number}")
        progress.cancel()

    with pytest.raises(Cancelled), hq.database.begin() as session:
        acts.expect_all(session, hq.actor, many(), progress)
    with hq.database.read() as session:
        assert journal.count_acts(session) == 0


def test_coverage_adds_up(hq: Side, office: Side) -> None:
    for subject in ("Nairobi", "Kisumu", "Mombasa", "Nakuru", "Eldoret"):
        hq.expect(TERMS._replace(subject=subject))
    hq.expect(TERMS._replace(office="GH", country="GHA", subject=""))
    with hq.database.begin() as session:
        repository.add_revision(session, revision(1, subject="Nairobi"))
        repository.add_revision(session, revision(2, record_id="r2", subject="Thika"))
        by_subject = {one.terms.subject: one for one in register(session).returns}
        acts.excuse(session, hq.actor, by_subject["Eldoret"], "ended")
    hq.tell(office)
    with office.database.begin() as session:
        by_subject = {one.terms.subject: one for one in register(session).returns}
        acts.give_nil(session, office.actor, by_subject["Kisumu"], "nothing")
        acts.ask_extension(session, office.actor, by_subject["Nakuru"], "2026-09-01", "late")
    office.tell(hq)
    with hq.database.read() as session:
        found = register(session)
    rows = {(row.office, row.form_id): row for row in coverage(found, DAY, ("office", "form_id"))}
    row = rows["KE", "settlement"]
    assert (row.expected, row.nil, row.excused, row.requests, row.unexpected) == (4, 1, 1, 1, 1)
    assert (row.in_work, row.missing, row.late) == (1, 3, 3)
    assert row.expected == row.received + row.nil + row.missing
    assert rows["GH", "settlement"].expected == 1
    whole = total(found, DAY)
    for name in ("expected", "received", "nil", "missing", "late", "excused", "unexpected"):
        assert getattr(whole, name) == sum(getattr(row, name) for row in rows.values())
    assert len(coverage(found, DAY)) == 2
    assert [row.period for row in coverage(found, DAY, ("period",))] == ["2026-H1"]


def test_a_long_register_is_read_at_once(hq: Side) -> None:
    count = 2_000
    with hq.database.begin() as session:
        wanted = [TERMS._replace(subject=f"City {number}") for number in range(count)]
        acts.expect_all(session, hq.actor, wanted)
        made = [
            revision(number, record_id=f"r{number}", subject=f"City {number}")
            for number in range(1, count + 1)
        ]
        repository.add_revisions(session, made)
    seconds = []
    for _again in range(3):
        with hq.database.read() as session:
            started = time.process_time()
            found = register(session)
            rows = coverage(found, DAY)
            seconds.append(time.process_time() - started)
    assert (rows[0].expected, rows[0].in_work, len(found.unexpected)) == (count, count - 1, 1)
    assert min(seconds) < 0.4  # 10,000 take about half a second of the processor


def test_a_file_and_a_server_give_the_same_register(place: Path | str, hq: Side, office: Side) -> None:
    for subject in ("Nairobi", "Kisumu", "", "北京", "القاهرة"):
        hq.expect(TERMS._replace(subject=subject, note="ü"))
    hq.tell(office)
    with office.database.begin() as session:
        for one in register(session).returns[:2]:
            acts.ask_extension(session, office.actor, one, "2026-09-01", "late")
    office.tell(hq)
    with hq.database.read() as session:
        told, expected = journal.acts(session), register(session)
    other = Database.open(place)
    with other.begin() as session:
        journal.add_acts(session, told)
        repository.create_draft(session, draft("r1"))
        repository.add_revision(session, revision(1, record_id="r2", subject="Kisumu"))
        repository.create_draft(session, draft("r2", heading=heading("Kisumu")))
        found = register(session)
    assert [replace(one, records=()) for one in found.returns] == list(expected.returns)
    states = {one.terms.subject: one.state for one in found.returns if one.records}
    assert states == {"Nairobi": "draft", "Kisumu": "final"}
    other.close()


def test_two_that_expect_the_same_are_told_until_one_is_closed(hq: Side, tmp_path: Path) -> None:
    hq.expect()
    restored = Side(tmp_path / "restored", "headquarters", "HQ", "A. Reviewer")
    restored.expect()  # from a backup that did not know it yet
    hq.tell(restored)
    with restored.database.begin() as session:
        one, other = register(session).returns
        assert (one.same_as, other.same_as) == ((other.label,), (one.label,))
        acts.excuse(session, restored.actor, one, "said twice")
        assert [found.same_as for found in register(session).returns] == [(), ()]
    restored.database.close()
