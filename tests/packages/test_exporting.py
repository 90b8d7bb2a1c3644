"""Making packages: cumulative, whole or not at all, and never silently."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from habitat_desktop.packages import errors
from habitat_desktop.packages.files import PART
from habitat_desktop.packages.reader import Reader, open_package, read_package
from habitat_desktop.records import exchange_state
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import PackageEntry
from tests.packages.offices import Desk, full_answers

Open = Callable[[str], Desk]


def _noted(desk: Desk) -> list[PackageEntry]:
    with desk.database.read() as session:
        return exchange_state.packages(session, direction="out")


def test_a_package_carries_everything_until_it_is_receipted(desk: Open) -> None:
    kenya = desk("KE")
    first = kenya.finalize()
    made = kenya.make()
    assert (made.number, made.records, made.revisions, made.to) == (1, 1, 1, "HQ")
    second = kenya.finalize(full_answers("Mombasa"), record=first)
    again = kenya.make()
    assert (again.number, again.records, again.revisions) == (2, 1, 2)
    assert [r.revision_id for r in read_package(again.path).revisions] == [
        first.revision_id,
        second.revision_id,
    ]


def test_the_name_tells_who_to_whom_and_which(desk: Open, reader: Reader) -> None:
    kenya = desk("KE")
    kenya.finalize()
    made = kenya.make()
    assert made.path.name == f"KE-HQ-1-{made.payload_sha256[:12]}.xlsx"
    assert open_package(made.path, reader).payload_sha256 == made.payload_sha256
    assert [p.name for p in kenya.outgoing.iterdir()] == [made.path.name]


def test_a_record_in_a_package_says_so(desk: Open) -> None:
    kenya = desk("KE")
    revision = kenya.finalize()
    assert kenya.state(revision.record_id) == "final"
    made = kenya.make()
    assert kenya.state(revision.record_id) == "package"
    assert [(e.number, e.payload_sha256, e.status) for e in _noted(kenya)] == [
        (1, made.payload_sha256, "made")
    ]


def test_nothing_to_send_makes_nothing(desk: Open) -> None:
    kenya = desk("KE")
    with pytest.raises(errors.NothingToSendError) as caught:
        kenya.make()
    assert caught.value.exit_code == 1
    assert (_noted(kenya), list(kenya.outgoing.iterdir())) == ([], [])


def test_a_form_nobody_knows_is_no_obstacle(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize({"a": "1"}, form_id="census")
    assert read_package(kenya.make().path).revisions[0].answers == {"a": "1"}


def test_a_missing_folder_is_named_and_nothing_is_noted(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    missing = kenya.folder / "stick"
    with pytest.raises(errors.ExportFolderError) as caught:
        kenya.make(folder=missing)
    assert str(missing) in str(caught.value)
    assert _noted(kenya) == []
    assert kenya.make().number == 1


def test_a_folder_that_is_a_file_is_named(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    file = kenya.folder / "file"
    file.write_text("x")
    with pytest.raises(errors.ExportFolderError):
        kenya.make(folder=file)
    assert _noted(kenya) == []


@pytest.mark.skipif(not Path("/proc/sys").is_dir(), reason="needs a folder even root cannot write to")
def test_a_folder_that_can_only_be_read_is_named_and_nothing_is_noted(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    with pytest.raises(errors.ExportFolderError) as caught:
        kenya.make(folder=Path("/proc/sys"))
    assert "/proc/sys" in str(caught.value)
    assert (_noted(kenya), kenya.waiting()) == ([], 1)


# The disk is full for files above 8 KiB, for the process that makes the package alone
_ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from habitat_desktop.packages import errors

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
from tests.packages.offices import Desk, Settings, Database

folder, target = Path(sys.argv[1]), Path(sys.argv[2])
database = Database.open(folder / "records.sqlite")
desk = Desk(folder, Settings("office", "KE", "Kenya"), database)
try:
    desk.make(folder=target)
except errors.ExportFolderError as error:
    print(error.code, error)
finally:
    database.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_leaves_no_package_and_no_half_file(desk: Open, tmp_path: Path) -> None:
    kenya = desk("KE")
    kenya.finalize()
    kenya.database.close()
    target = tmp_path / "stick"
    target.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, str(kenya.folder), str(target)],
        capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert run.stdout.startswith("EXPORT_FOLDER"), run.stderr
    assert str(target) in run.stdout
    assert list(target.iterdir()) == []
    reopened = Desk(kenya.folder, kenya.settings, _reopened(kenya))
    try:
        assert (_noted(reopened), reopened.waiting()) == ([], 1)
        assert reopened.make().number == 1
    finally:
        reopened.database.close()


def _reopened(desk: Desk) -> Database:
    return Database.open(desk.folder / "records.sqlite")


def test_a_crash_before_the_name_is_given_is_put_right_at_the_next_package(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    made = kenya.make()
    part = made.path.rename(made.path.with_name(made.path.name + PART))
    kenya.finalize()
    kenya.make()
    assert made.path.is_file() and not part.exists()


def test_a_part_nobody_noted_is_removed_at_the_next_package(desk: Open) -> None:
    kenya = desk("KE")
    kenya.finalize()
    left = kenya.outgoing / f"KE-HQ-1-0123456789ab.xlsx{PART}"
    left.write_bytes(b"half")
    other = kenya.outgoing / f"UG-HQ-1-0123456789ab.xlsx{PART}"
    other.write_bytes(b"somebody else's")
    made = kenya.make()
    assert {p.name for p in kenya.outgoing.iterdir()} == {made.path.name, other.name}


def test_attached_files_travel_and_are_checked(desk: Open, reader: Reader) -> None:
    kenya = desk("KE")
    value = kenya.attach("plan.pdf", b"%PDF" + bytes(range(256)) * 300)
    kenya.finalize(full_answers() | {"map": value})
    made = kenya.make()
    opened = open_package(made.path, reader)
    (attachment,) = opened.package.attachments
    assert (attachment.name, attachment.media_type) == ("plan.pdf", "application/pdf")
    assert opened.files[attachment.sha256] == b"%PDF" + bytes(range(256)) * 300


def test_a_missing_attached_file_is_named(desk: Open) -> None:
    kenya = desk("KE")
    value = kenya.attach("plan.pdf", b"plan")
    revision = kenya.finalize({"map": value})
    next(kenya.attachments.iterdir()).unlink()
    with pytest.raises(errors.AttachmentMissingError) as caught:
        kenya.make()
    assert (caught.value.context["name"], caught.value.context["label"]) == ("plan.pdf", revision.label)
    assert (_noted(kenya), list(kenya.outgoing.iterdir())) == ([], [])
