"""Rules of the conversation broken on purpose, to see that the stories find each of them."""

import io
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import openpyxl
from pytest import MonkeyPatch

from habitat_desktop.packages import act_trust, files, forwarding, importing
from habitat_desktop.records import journal, restoring, revisions, verdicts
from habitat_desktop.records.act import Act
from tests.model import talk_stories
from tests.model.faults import Fault, around


def _first_act_only(original: Any, session: Any, acts: Iterable[Act]) -> list[str]:
    some = list(acts)
    return [*original(session, some[:1]), *("added" for _act in some[1:])]


def _said_twice(original: Any, *arguments: Any, **named: Any) -> Any:
    original(*arguments, **named)
    return original(*arguments, **named)


def _without_the_region(
    original: Any, session: Any, confirmed: Any, offices: Any = None, **named: Any
) -> list[Act]:
    found = original(session, confirmed, offices, **named)
    return found if offices is None else [act for act in found if act.role != "region"]


def _without_the_second(original: Any, *arguments: Any, **named: Any) -> list[Act]:
    return [act for act in original(*arguments, **named) if act.number != 2]


def _rewritten(original: Any, session: Any, acts: Iterable[Act]) -> list[str]:
    session.connection().exec_driver_sql("UPDATE acts SET document = replace(document, 'Why', 'Who')")
    found: list[str] = original(session, acts)
    return found


def _told_again(original: Any, session: Any, acts: Iterable[Act]) -> list[str]:
    return ["added" for _outcome in original(session, acts)]


def _saved_again(patch: MonkeyPatch) -> None:
    def write(path: Any, content: bytes) -> Any:
        book, saved = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
        book.save(saved)
        return files.write_new(path, saved.getvalue())

    patch.setattr(forwarding, "files", SimpleNamespace(write_new=write, problem=files.problem))


def _accepted_once(original: Any, said: Iterable[verdicts.Said], revision_id: str) -> bool:
    return any(one.kind == "accept" for one in said)


def _accept_counts(original: Any, said: Iterable[verdicts.Said], revision_id: str) -> bool:
    return any(one.kind == "accept" for one in verdicts.decisions_on(said, revision_id))


TALK_FAULTS = (
    Fault(
        "only the first act of a package is taken in",
        21,
        around(journal, "add_acts", _first_act_only),
        talk_stories.proposed,
    ),
    Fault(
        "what is said is noted twice",
        21,
        around(journal, "write", _said_twice),
        talk_stories.answered_in_words_by_both,
    ),
    Fault(
        "a restored headquarters goes on with the old chain of acts",
        21,
        around(restoring, "begin_installation", lambda original, *a, **n: None),
        talk_stories.headquarters_restored_while_talking,
    ),
    Fault(
        "headquarters keeps the remarks of a region to itself",
        22,
        around(journal, "acts_beyond", _without_the_region),
        talk_stories.region_between,
    ),
    Fault(
        "what comes in rewrites what was said",
        23,
        around(journal, "add_acts", _rewritten),
        talk_stories.answered_in_words_by_both,
    ),
    Fault(
        "the second act of a chain is never sent",
        23,
        around(journal, "acts_beyond", _without_the_second),
        talk_stories.proposed,
    ),
    Fault(
        "an act that is known is told as a new one",
        24,
        around(journal, "add_acts", _told_again),
        talk_stories.accepted_then_returned,
    ),
    Fault(
        "acts that came before their record do not count",
        25,
        around(revisions, "load_said", lambda original, *a: None),
        talk_stories.answered_by_a_value,
    ),
    Fault(
        "everybody may write everything",
        26,
        around(act_trust.ActChecker, "_is_believed", lambda original, *a: True),
        talk_stories.overstepped,
    ),
    Fault(
        "what a region reads is received",
        27,
        around(importing.Importer, "_is_received", lambda original, *a: True),
        talk_stories.region_between,
    ),
    Fault("a region forwards what it saved again", 27, _saved_again, talk_stories.region_between),
    Fault(
        "accepted once is accepted for ever",
        28,
        around(verdicts, "is_accepted", _accepted_once),
        talk_stories.accepted_then_returned,
    ),
    Fault(
        "of decisions that crossed an acceptance counts",
        28,
        around(verdicts, "is_accepted", _accept_counts),
        talk_stories.decided_twice,
    ),
    Fault(
        "the lists of records do not follow the acts",
        29,
        around(journal, "refresh_states", lambda original, *a: None),
        talk_stories.asked_only,
    ),
)
