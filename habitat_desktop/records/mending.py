"""Writes anew what is only derived: the list of records, and what is noted as being here.

Revisions, acts and drafts are never touched; where they are damaged themselves nothing is mended, for the
list may be all that still tells of what was lost.
"""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records.store_problem import StoreProblem
from habitat_desktop.records.summaries import refresh
from habitat_desktop.records.tables import HeldRow, table, upsert
from habitat_desktop.records.verification import StoreCheck

DERIVED = frozenset({"SUMMARY", "SUMMARY_GONE", "SUMMARY_LEFT", "HELD"})
_ELSEWHERE = frozenset({"ATTACHMENT_GONE", "ATTACHMENT_CHANGED", "ATTACHMENT_UNKNOWN"})  # files: no list's


class NothingMendedError(HabitatError):
    code = "NOTHING_MENDED"
    message = N_(
        "Nothing was mended: what the lists are made from is damaged itself. {problem} Keep the files as "
        "they are, and bring back a backup: habitat restore --preview"
    )


def mend(session: Session, check: StoreCheck, problems: Iterable[StoreProblem]) -> list[StoreProblem]:
    """Write anew what `check` found to be derived wrongly; return what was wrong.

    Raises:
        NothingMendedError: revisions, acts or drafts are damaged.
    """
    wrong = [problem for problem in problems if problem.code not in _ELSEWHERE]
    for problem in wrong:
        if problem.code not in DERIVED:
            raise NothingMendedError(problem=problem.sentence)
    refresh(session, check.wrong_records)
    rows = [
        {"office": office, "installation": life, "ranges": ranges}
        for (office, life), ranges in check.wrong_held.items()
    ]
    upsert(session, HeldRow, [row for row in rows if row["ranges"]])
    held = table(HeldRow)
    for row in rows:
        if not row["ranges"]:
            this = (held.c.office == row["office"], held.c.installation == row["installation"])
            session.execute(delete(held).where(*this))
    return wrong
