"""Rules broken on purpose, to see that the stories find each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest import MonkeyPatch
from sqlalchemy import select, update

from habitat_desktop.packages import edits, files, importing, key_lists, trust
from habitat_desktop.packages.errors import RevokedKeySignedError
from habitat_desktop.records import exchange_state, lock, repository, restoring, revisions, summaries
from habitat_desktop.records.record import Revision
from habitat_desktop.records.tables import PackageRow, RevisionRow
from tests.model import stories, world
from tests.model.world import World

Break = Callable[[MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """One broken rule: the invariant it hurts, how it is broken, and a story in which that shows."""

    name: str
    invariant: int
    break_it: Break
    story: Callable[[World], None]


def around(module: Any, name: str, change: Callable[..., Any]) -> Break:
    """Put `change(original, *arguments)` in the place of a function."""

    def break_it(patch: MonkeyPatch) -> None:
        original = getattr(module, name)
        patch.setattr(
            module, name, lambda *arguments, **named: change(original, *arguments, **named), raising=True
        )

    return break_it


def _own_revisions_stay(original: Any, session: Any, peer: str, *more: Any, **named: Any) -> list[Revision]:
    mine = repository.installation(session)
    found = original(session, peer, *more, **named)
    return found if peer == "HQ" else [item for item in found if item.installation != mine]


def _only_the_first(original: Any, session: Any, items: Sequence[Revision], **named: Any) -> Any:
    return original(session, list(items)[:1], **named) + ["added"] * (len(items) - 1)


def _orphans_are_dropped(original: Any, session: Any, office: str, placed: Any, left: Any, *more: Any) -> Any:
    return original(session, office, placed, {}, *more)


def _place_everything(original: Any, arrivals: Any, generations: Any) -> Any:
    for arrival in arrivals.values():
        arrival.generation = 1
    return dict(arrivals)


def _generation_by_arrival(original: Any, arrivals: Any, generations: Any) -> Any:
    placed = original(arrivals, generations)
    for arrival in placed.values():
        arrival.generation = _generation_by_arrival.counter = _generation_by_arrival.counter + 1
    return placed


_generation_by_arrival.counter = 0  # type: ignore[attr-defined]


def _received_when_sent(original: Any, session: Any, entry: Any, *more: Any, **named: Any) -> None:
    original(session, entry, *more, **named)
    if entry.direction == "out" and entry.peer == "HQ":
        session.execute(update(RevisionRow).values(received_at=entry.made_at))


def _parent_rewritten(original: Any, session: Any, draft: Any, **named: Any) -> Revision:
    made: Revision = original(session, draft, **named)
    statement = "UPDATE revisions SET document = replace(document, 'City', 'Town') WHERE revision_id = ?"
    for parent in made.parents:
        session.connection().exec_driver_sql(statement, (parent,))
    return made


def _last_writer_wins(patch: MonkeyPatch) -> None:
    original = summaries.Facts.heads.func  # type: ignore[attr-defined]
    shortened = cached_property(lambda self: original(self)[:1])
    shortened.__set_name__(summaries.Facts, "heads")
    patch.setattr(summaries.Facts, "heads", shortened)


def _everything_confirmed(original: Any, session: Any, peer: str, *more: Any, **named: Any) -> Any:
    answered = original(session, peer, *more, **named)
    if peer == "HQ":
        session.execute(update(RevisionRow).values(received_at="2026-01-01T00:00:00.000000Z"))
    return answered


def _number_is_identity(original: Any, session: Any, payload_sha256: str, direction: Any = None) -> Any:
    """Call everything known that has a lower number than the last package."""
    found = original(session, payload_sha256, direction)
    if found is not None or direction != "in":
        return found
    row = session.scalars(select(PackageRow).where(PackageRow.direction == "in").limit(1)).first()
    return row and exchange_state._entry(row)


def _raw_error(original: Any, *arguments: Any, **named: Any) -> Any:
    try:
        return original(*arguments, **named)
    except Exception as error:
        raise KeyError("xl/workbook.xml") from error


def _written_in_place(patch: MonkeyPatch) -> None:
    def write(path: Path, content: bytes) -> Path:
        path.write_bytes(content)
        return path

    patch.setattr(files, "write_part", write)
    patch.setattr(files, "place", lambda part, path: None)
    patch.setattr(files, "remove", lambda path: None)


def _half_a_transaction(original: Any, session: Any, items: Sequence[Revision], **named: Any) -> Any:
    first = original(session, list(items)[:1], **named)
    session.connection().exec_driver_sql("COMMIT")
    session.connection().exec_driver_sql("BEGIN IMMEDIATE")
    return first + original(session, list(items)[1:], **named)


def _only_newer_ones(original: Any, session: Any, peer: str, *more: Any, **named: Any) -> list[Revision]:
    sent = exchange_state.packages(session, direction="out", peer=peer)
    since = max((entry.made_at for entry in sent), default="")
    return [item for item in original(session, peer, *more, **named) if item.made_at > since]


def _revoked_is_believed(original: Any, *arguments: Any) -> None:
    try:
        original(*arguments)
    except RevokedKeySignedError:
        return


def _finalized_at_once(original: Any, database: Any, *more: Any, **named: Any) -> Any:
    taken = original(database, *more, **named)
    with database.begin() as session:
        for record_id in dict.fromkeys(edit.finding.record_id for edit in taken.edits):
            draft = repository.find_draft(session, record_id)
            if draft is not None:
                repository.finalize(session, draft, author="Excel", at=named["at"])
    return taken


FAULTS = (
    Fault(
        "headquarters keeps its own revisions to itself",
        1,
        around(exchange_state, "waiting_for", _own_revisions_stay),
        stories.corrected,
    ),
    Fault(
        "only the first revision of a package is taken in",
        2,
        around(repository, "add_revisions", _only_the_first),
        stories.two_records,
    ),
    Fault(
        "a package is taken in again",
        3,
        around(exchange_state, "find_package", lambda original, *a, **n: None),
        stories.one_record,
    ),
    Fault(
        "what came later counts as newer",
        4,
        around(revisions, "_place", _generation_by_arrival),
        stories.two_laptops,
    ),
    Fault(
        "a revision does not wait for its parents",
        5,
        around(revisions, "_place", _place_everything),
        stories.headquarters_restored,
    ),
    Fault(
        "a revision without its parents is dropped",
        5,
        around(revisions, "_store", _orphans_are_dropped),
        stories.headquarters_restored,
    ),
    Fault(
        "sent is called received",
        6,
        around(exchange_state, "note_package", _received_when_sent),
        stories.one_record,
    ),
    Fault(
        "an edit rewrites the revision before",
        7,
        around(repository, "finalize", _parent_rewritten),
        stories.edited,
    ),
    Fault("the last writer wins", 8, _last_writer_wins, stories.two_laptops),
    Fault(
        "any receipt confirms everything",
        9,
        around(exchange_state, "note_receipt", _everything_confirmed),
        stories.one_received_one_not,
    ),
    Fault("text is not cleaned", 10, around(world, "clean", lambda original, text: text), stories.pasted),
    Fault(
        "changes in Excel are not looked for",
        11,
        around(importing, "compare", lambda original, *a, **n: []),
        stories.edited_in_excel,
    ),
    Fault(
        "the reader's own errors come through",
        13,
        around(importing, "open_package", _raw_error),
        stories.damaged,
    ),
    Fault("a package is written under its name", 14, _written_in_place, stories.export_crashes),
    Fault(
        "a package is taken in by two transactions",
        14,
        around(repository, "add_revisions", _half_a_transaction),
        stories.import_crashes,
    ),
    Fault(
        "packages are known by their number",
        3,
        around(exchange_state, "find_package", _number_is_identity),
        stories.one_after_the_other,
    ),
    Fault(
        "every signature is right",
        12,
        around(trust, "check_signature", lambda original, *a: None),
        stories.forged,
    ),
    Fault(
        "a revoked key is believed",
        15,
        around(trust, "require_trust", _revoked_is_believed),
        stories.stolen,
    ),
    Fault(
        "a restored backup forgets a revocation",
        16,
        around(key_lists, "read_file", lambda original, keyring: None),
        stories.stolen_and_restored,
    ),
    Fault(
        "a restored backup keeps its installation",
        17,
        around(restoring, "begin_installation", lambda original, *a, **n: None),
        stories.office_restored,
    ),
    Fault(
        "an edit in Excel is final at once",
        18,
        around(edits, "take_edits", _finalized_at_once),
        stories.edited_at_home,
    ),
    Fault(
        "the clock says what is new",
        19,
        around(exchange_state, "waiting_for", _only_newer_ones),
        stories.wrong_clock,
    ),
    Fault(
        "two programs open one database",
        20,
        around(lock, "_lock", lambda original, file: None),
        stories.started_twice,
    ),
)
