"""What waits to be sent and why; and handing packages over to a folder."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habitat_desktop.packages.exporting import create_package
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import repository
from habitat_desktop.records.record import Draft, Heading, Revision
from habitat_desktop.settings import Settings
from habitat_desktop.sync.outbox import PackageFileMissingError, PeerBox, deliver, outbox
from habitat_desktop.sync.transports import TransportError
from habitat_desktop.workspace import Workspace, create_workspace

DAY_ONE = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Workspace]:
    workspace = create_workspace(
        tmp_path / "kenya", Settings(role="office", office="KE", name="Kenya office")
    )
    yield workspace
    workspace.close()


def finalize(office: Workspace, record_id: str, at: datetime, parent: Revision | None = None) -> Revision:
    with office.begin() as session:
        label = parent.label if parent else repository.new_label(session, "KE")
        draft = Draft(
            record_id=record_id,
            office="KE",
            label=label,
            heading=Heading("housing_policy", "1", "0" * 64, "KEN", "2026-H1", "Kenya"),
            parents=(parent.revision_id,) if parent else (),
            answers={"a": at.isoformat()},
            authors={},
            justifications={"/data/a": "a new survey"},
            language="en",
            answered=1,
            missing=0,
            problems=0,
            saved_at=at,
            saved_by="M. Njeri",
        )
        repository.create_draft(session, draft)
        return repository.finalize(session, draft, author="M. Njeri", at=at)


def make(office: Workspace, at: datetime) -> Path:
    return create_package(
        office.database,
        office.settings,
        office.outgoing,
        lambda *_asked: None,
        to="HQ",
        attachments_dir=office.attachments,
        keyring=office.keyring,
        at=at,
    ).path


def box_of(office: Workspace) -> PeerBox:
    with office.read() as session:
        (box,) = outbox(session, office.settings)
    return box


def test_an_office_without_final_records_has_an_empty_box(office: Workspace) -> None:
    box = box_of(office)
    assert (box.peer, box.number, box.is_empty, box.is_made) == ("HQ", 1, True, False)


def test_a_package_that_carries_everything_counts_as_made_and_its_records_stay_new(office: Workspace) -> None:
    finalize(office, "one", DAY_ONE)
    assert not box_of(office).is_made
    path = make(office, DAY_ONE + timedelta(days=1))
    box = box_of(office)
    assert box.is_made and box.latest is not None and box.latest.file_name == path.name
    assert [(item.reason, item.warnings) for item in box.waiting] == [("new", 1)]


def test_what_was_in_an_earlier_package_goes_again_beside_what_is_new_or_changed(office: Workspace) -> None:
    first = finalize(office, "one", DAY_ONE)
    finalize(office, "two", DAY_ONE)
    make(office, DAY_ONE + timedelta(days=1))
    finalize(office, "one", DAY_ONE + timedelta(days=2), first)
    finalize(office, "three", DAY_ONE + timedelta(days=3))
    box = box_of(office)
    assert not box.is_made and box.number == 2
    reasons = {item.record.record_id: item.reason for item in box.waiting}
    assert reasons == {"one": "revision", "two": "again", "three": "new"}


def test_a_withdrawn_record_says_so(office: Workspace) -> None:
    finalize(office, "one", DAY_ONE)
    with office.begin() as session:
        repository.withdraw(session, "one", author="M. Njeri", at=DAY_ONE + timedelta(days=1), reason="twice")
    assert [item.reason for item in box_of(office).waiting] == ["withdrawn"]


def test_delivering_copies_once_and_never_overwrites(office: Workspace, tmp_path: Path) -> None:
    finalize(office, "one", DAY_ONE)
    path = make(office, DAY_ONE + timedelta(days=1))
    stick = tmp_path / "stick"
    stick.mkdir()
    for _time in range(2):
        assert deliver([path], stick, Progress()) == [stick / path.name]
    assert (stick / path.name).read_bytes() == path.read_bytes()
    assert len(list(stick.iterdir())) == 1


def test_a_package_that_was_deleted_is_named(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(PackageFileMissingError) as caught:
        deliver([office.outgoing / "KE-HQ-1-gone.xlsx"], tmp_path, Progress())
    assert caught.value.context["file"] == "KE-HQ-1-gone.xlsx"


def test_a_stick_that_is_not_there_is_named_and_not_made_up(office: Workspace, tmp_path: Path) -> None:
    finalize(office, "one", DAY_ONE)
    path = make(office, DAY_ONE + timedelta(days=1))
    with pytest.raises(TransportError):
        deliver([path], tmp_path / "gone", Progress())
    assert not (tmp_path / "gone").exists()


def test_delivering_stops_when_asked_to(office: Workspace, tmp_path: Path) -> None:
    finalize(office, "one", DAY_ONE)
    path = make(office, DAY_ONE + timedelta(days=1))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        deliver([path], tmp_path, progress)
    assert not (tmp_path / path.name).exists()
