"""What an office can write into a package with its own, trusted key, and what comes of it for others."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.cli.journal import harmless
from habitat_desktop.records import journal, outstanding, queries, ranges, reviews
from habitat_desktop.records.act import SIZE_LIMIT, Act
from habitat_desktop.records.peers import note_grown
from habitat_desktop.records.record import NUMBER_LIMIT
from tests.packages.offices import Desk, full_answers, package_of, revision_of, write
from tests.packages.test_acts import _forged, _signed

Open = Callable[[str], Desk]


def test_nobody_goes_on_with_the_chain_of_headquarters(desk: Open, tmp_path: Path) -> None:
    """With the last number there is, headquarters could never write to that office again."""
    kenya, headquarters = desk("KE"), desk("HQ")
    life = headquarters.database.installation
    act = _signed(kenya, installation=life, number=NUMBER_LIMIT, previous="a" * 64)
    (result,) = headquarters.take(_forged(kenya, tmp_path / "last.xlsx", [act]))
    assert (result.status, result.code) == ("quarantined", "FOREIGN_ACT")
    assert headquarters.say("query", office="KE", reason="Why?").number == 1


def test_nobody_goes_on_with_the_chain_of_a_region(desk: Open, tmp_path: Path) -> None:
    kenya, region, headquarters = desk("KE"), desk("ROAF"), desk("HQ")
    headquarters.say("assign", office="ROAF", content={"offices": ["KE"]})
    region.take(headquarters.make("ROAF").path)
    first = region.say("comment", office="KE", reason="Plausible.")
    headquarters.take(region.make().path)
    life = region.database.installation
    for number, previous in ((2, first.act_id), (9, "a" * 64)):
        act = _signed(kenya, installation=life, number=number, previous=previous)
        (result,) = headquarters.take(_forged(kenya, tmp_path / f"{number}.xlsx", [act]))
        assert (result.status, result.code) == ("quarantined", "ACT_CHAIN")
    region.say("comment", office="KE", reason="Quite.")
    assert headquarters.take(region.make().path)[0].status == "imported"


def test_what_a_database_lost_comes_back_with_its_own_signature(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    lost = _signed(headquarters, kind="query")
    assert headquarters.take(_forged(kenya, tmp_path / "lost.xlsx", [lost]))[0].status == "imported"
    assert headquarters.acts() == [lost]
    assert headquarters.say("query", office="KE", reason="Why?").previous == lost.act_id


@pytest.mark.parametrize("depth", [41, 100, 900])
def test_what_is_too_deep_to_be_read_is_not_taken_in(desk: Open, tmp_path: Path, depth: int) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    value: list[Any] = []
    for _step in range(depth):
        value = [value]
    act = _signed(kenya, content={"value": value})
    (result,) = headquarters.take(_forged(kenya, tmp_path / "deep.xlsx", [act]))
    assert (result.status, result.code) == ("quarantined", "PAYLOAD_DAMAGED")
    assert headquarters.acts() == []


def test_an_act_fits_into_every_package_that_passes_it_on(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    act = _signed(kenya, reason="x" * SIZE_LIMIT)
    (result,) = headquarters.take(_forged(kenya, tmp_path / "long.xlsx", [act]))
    assert (result.status, result.code) == ("quarantined", "PAYLOAD_DAMAGED")
    with pytest.raises(journal.TooManyWordsError):
        kenya.say("reply", office="KE", reason="x" * SIZE_LIMIT)
    assert kenya.acts() == []


def test_no_package_is_too_large_for_its_acts_and_the_next_one_carries_the_rest(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    acts = [kenya.say("reply", office="KE", reason="x" * (SIZE_LIMIT - 2_000)) for _number in range(5)]
    with kenya.database.begin() as session:
        assert outstanding.outstanding(session, kenya.settings, "HQ").acts == tuple(acts[:4])
        chain = {f"KE/{kenya.database.installation}": [[1, 4]]}
        note_grown(session, "HQ", headquarters.database.installation, "", chain, {})
        assert outstanding.outstanding(session, kenya.settings, "HQ").acts == tuple(acts[4:])


def test_words_about_a_record_of_another_office_are_no_part_of_its_conversation(
    desk: Open, tmp_path: Path
) -> None:
    kenya, uganda, headquarters = desk("KE"), desk("UG"), desk("HQ")
    made = uganda.finalize()
    headquarters.take(uganda.make().path)
    about = {"record_id": made.record_id, "revision_id": made.revision_id}
    query = headquarters.say("query", office="UG", **about, reason="Which one?", content={"number": 1})
    returned = headquarters.say("return", office="UG", **about, reason="Say why.", content={"number": 1})
    forged = _forgeries(kenya, [query, returned], **about)
    (result,) = headquarters.take(_forged(kenya, tmp_path / "forged.xlsx", forged))
    assert result.status == "imported"
    with headquarters.database.read() as session:
        (seen,) = queries.list_queries(session, headquarters.form, language="en")
        (listed,) = reviews.list_reviews(session, headquarters.form, language="en")
        one = reviews.review_of(session, headquarters.form, made.label, language="en")
    assert (seen.state, listed.queries[0].state, one.queries[0].state) == ("open", "open", "open")
    assert [answer for decision in listed.decisions for answer in decision.answers] == []
    assert headquarters.state(made.record_id) == "query"


def _forgeries(kenya: Desk, asked: list[Act], **about: str) -> list[Act]:
    acts: list[Act] = []
    for number, one in enumerate(asked, 1):
        previous = acts[-1].act_id if acts else ""
        acts.append(_signed(kenya, number=number, previous=previous, about=one.act_id, **about))
    return acts


def test_acts_that_name_each_other_by_the_thousand_are_put_in_order_at_once(desk: Open) -> None:
    kenya = desk("KE")
    acts = [_signed(kenya)]
    for number in range(2, 801):
        known = tuple(act.act_id for act in acts)
        act = replace(acts[0], number=number, previous=acts[-1].act_id, after=known)
        acts.append(act)
    assert journal.in_order(reversed(acts)) == acts


def test_ranges_by_the_ten_thousand_are_compared_at_once() -> None:
    """Whoever sends packages says what it has: the time to compare must not grow by the square."""
    one = [[number, number] for number in range(1, 100_000, 2)]
    other = [[number, number] for number in range(1, 100_000, 4)]
    assert ranges.without(one, other) == [[number, number] for number in range(3, 100_000, 4)]
    assert ranges.common(one, other) == other
    assert ranges.without([[1, 10], [12, 20]], [[5, 15], [20, 30]]) == [[1, 4], [16, 19]]


def test_what_a_package_says_it_has_changes_nothing_for_others(desk: Open, tmp_path: Path) -> None:
    kenya, uganda, headquarters = desk("KE"), desk("UG"), desk("HQ")
    headquarters.say("query", office="UG", reason="Why?")
    chain = f"UG/{headquarters.database.installation}"
    with headquarters.database.begin() as session:
        note_grown(session, "KE", kenya.database.installation, "", {chain: [[1, NUMBER_LIMIT]]}, {})
    with headquarters.database.read() as session:
        found = outstanding.outstanding(session, headquarters.settings, "UG")
    assert len(found.acts) == 1
    uganda.take(headquarters.make("UG").path)
    assert len(uganda.acts()) == 1


def test_words_in_the_journal_do_not_act_on_the_terminal() -> None:
    assert harmless("a\x1b[2Jb\n\u202ec") == "a⟨001B⟩[2Jb\n⟨202E⟩c"


@pytest.mark.parametrize("pad", ["", "[], ", '"]]]}}", '])
def test_answers_too_deep_to_be_read_again_are_kept_out(desk: Open, tmp_path: Path, pad: str) -> None:
    headquarters = desk("HQ")
    deep: Any = json.loads("[" + f"{pad}[" * 900 + "]" * 901)
    answers = full_answers() | {"settlement": deep}
    path = write(tmp_path / "deep.xlsx", package_of([revision_of(1, answers)]))
    (result,) = headquarters.take(path)
    assert (result.status, result.code) == ("quarantined", "PAYLOAD_DAMAGED")
    brackets = full_answers() | {"city": "[{" * 500 + "]"}
    path = write(tmp_path / "brackets.xlsx", package_of([revision_of(1, brackets)]))
    assert headquarters.take(path)[0].status == "imported"
