"""What acts make of the state of a record: alike at headquarters and in the office, whatever came first."""

from collections.abc import Callable

from habitat_desktop.packages.verification import verify_workspace
from habitat_desktop.records import journal, repository
from tests.packages.offices import Desk

Open = Callable[[str], Desk]


def test_acts_that_came_before_their_record_count_as_soon_as_it_comes(desk: Open) -> None:
    """Packages out of order: a later one with the decision, then the one with the record."""
    kenya, headquarters, again = desk("KE"), desk("HQ"), desk("HQ")
    made, asked = kenya.finalize(), kenya.finalize()
    headquarters.take(kenya.make().path)
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    headquarters.say("accept", **about)
    about = {"office": "KE", "record_id": asked.record_id, "revision_id": asked.revision_id}
    headquarters.say("query", **about, reason="Why?")
    with again.database.begin() as session:
        journal.add_acts(session, headquarters.acts())
    with again.database.begin() as session:
        repository.add_revisions(session, [made, asked], received_at="2026-07-09T12:00:00.000000Z")
    assert (again.state(made.record_id), again.state(asked.record_id)) == ("accepted", "query")
    assert verify_workspace(again).problems == ()
