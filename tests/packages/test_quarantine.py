"""The files that were not let in: kept, told again in any language, tried again, settled, never deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from habitat_desktop.packages import errors, quarantine
from habitat_desktop.records import journal
from habitat_desktop.records.journal import NobodyActsError, WhyNeededError
from tests.packages.offices import NOON, Desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "quarantine"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "Return 7.xlsx"
    path.write_bytes(b"PK half of a workbook")
    return path


def test_a_file_is_kept_with_its_error_and_listed_newest_first(folder: Path, bad: Path) -> None:
    other = bad.with_name("other.xlsx")
    other.write_bytes(b"")
    assert quarantine.keep(folder, bad, errors.NotXlsxError(file=bad.name), NOON)
    assert quarantine.keep(folder, other, errors.EmptyFileError(file=other.name), NOON + timedelta(hours=1))
    newest, oldest = quarantine.kept_out(folder)
    assert (newest.file_name, newest.problem.code, newest.size_bytes) == ("other.xlsx", "EMPTY", 0)
    assert oldest.stored.read_bytes() == bad.read_bytes()
    assert isinstance(oldest.problem, errors.NotXlsxError)
    assert oldest.came_at == NOON and oldest.is_open
    assert quarantine.count_open(folder) == 2


def test_the_same_file_again_is_noted_only_where_there_is_news(folder: Path, bad: Path) -> None:
    for error in (errors.NotXlsxError(file=bad.name), errors.NotXlsxError(file=bad.name)):
        assert quarantine.keep(folder, bad, error, NOON)
    assert len((folder / quarantine.JOURNAL).read_text().splitlines()) == 1
    quarantine.keep(folder, bad, errors.EmptyFileError(file=bad.name), NOON + timedelta(days=1))
    (kept,) = quarantine.kept_out(folder)
    assert (kept.problem.code, kept.came_at) == ("EMPTY", NOON)


def test_a_settled_file_leaves_the_list_stays_on_disk_and_comes_back_with_news(
    folder: Path, bad: Path, desk: Callable[[str], Desk]
) -> None:
    quarantine.keep(folder, bad, errors.NotXlsxError(file=bad.name), NOON)
    (kept,) = quarantine.kept_out(folder)
    headquarters = desk("HQ")
    database, actor = headquarters.database, headquarters.hand("A. Diallo")
    with pytest.raises(WhyNeededError):
        quarantine.settle(database, actor, folder, kept, "removed", reason=" ")
    with pytest.raises(NobodyActsError):
        quarantine.settle(database, replace(actor, person=""), folder, kept, "removed", reason="a test")
    assert quarantine.count_open(folder) == 1
    quarantine.settle(database, actor, folder, kept, "removed", reason="a test file")
    (settled,) = quarantine.kept_out(folder)
    assert (settled.outcome, settled.reason, settled.person) == ("removed", "a test file", "A. Diallo")
    assert settled.stored.is_file() and quarantine.count_open(folder) == 0
    assert quarantine.hashes(folder) == {kept.sha256}
    with database.read() as session:
        (act,) = journal.acts(session, kinds=["remove"])
    assert (act.office, act.ref, act.person, act.reason) == ("", kept.sha256, "A. Diallo", "a test file")
    assert act.content == {"file": bad.name, "code": kept.problem.code}
    quarantine.keep(folder, bad, errors.NotXlsxError(file=bad.name), NOON + timedelta(days=2))
    (again,) = quarantine.kept_out(folder)
    assert again.is_open and again.stored == kept.stored


def test_a_journal_that_was_cut_or_comes_from_another_version_is_read_as_far_as_it_goes(
    folder: Path, bad: Path
) -> None:
    quarantine.keep(folder, bad, errors.NotXlsxError(file=bad.name), NOON)
    (kept,) = quarantine.kept_out(folder)
    at = '"at": "2026-07-09T13:00:00.000000Z"'
    with (folder / quarantine.JOURNAL).open("a") as journal:
        journal.write(f'{{{at}, "sha256": "{kept.sha256}", "event": "admired"}}\n')
        journal.write(
            f'{{{at}, "sha256": "00", "file": "b.xlsx", "kept_as": "../b.xlsx", "code": "NEW_ONE"}}\n'
        )
        journal.write(f'{{{at}, "sha256": "11", "event": "let_in"}}\n')
        journal.write('{"at": "2026-07-')
    newer, same = quarantine.kept_out(folder)
    assert (same.problem.code, same.is_open) == ("NOT_XLSX", True)
    assert (newer.problem.code, newer.problem.context["reason"]) == ("KEPT_OUT", "NEW_ONE")
    assert newer.stored.parent == folder and newer.size_bytes is None
