"""What home says beyond a glance, read from the open store: everything due, and what queries are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from habitat_desktop.gui.home_asks import SHOWN
from habitat_desktop.gui.home_facts import Wanted, due_periods, wanted_of
from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.catalogues import language
from habitat_desktop.records.glance import Glance
from habitat_desktop.records.record import RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace


@dataclass(frozen=True)
class More:
    """`records` are all of the periods due, None where a glance has them all; `questions` by query id."""

    records: Sequence[RecordSummary] | None = None
    wanted: tuple[Wanted, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)


def read_more(workspace: "Workspace", seen: Glance, today: date) -> More:
    """Read it; runs on the worker."""
    from habitat_desktop.records import repository
    from habitat_desktop.records.expected_register import register
    from habitat_desktop.records.inquiries import thread

    settings, library = workspace.settings, workspace.library
    with workspace.read() as session:
        wanted = wanted_of(register(session, (settings.office,)).returns)
        records = None
        if seen.records > len(seen.recent):
            periods = due_periods(library.newest(), today) | {one.period for one in wanted if one.is_open}
            records = [r for period in periods for r in repository.list_records(session, period=period)]
        questions = {}
        for record_id in {ask.record.record_id for ask in seen.asks[:SHOWN]}:
            for one in thread(session, library.form, settings, record_id, language=language()).inquiries:
                questions[one.act_id] = plain(one.question)
    return More(records, wanted, questions)
