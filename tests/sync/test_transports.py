"""What every transport must do; a new one is added to `TRANSPORTS_UNDER_TEST`."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from habitat_desktop.sync.transports import (
    TRANSPORTS,
    NameTakenError,
    RemoteFile,
    Transport,
    TransportError,
    UnknownTransportError,
    open_transport,
)

TRANSPORTS_UNDER_TEST: dict[str, Callable[[Path], str]] = {"": str, "file": lambda folder: folder.as_uri()}


@pytest.fixture(params=sorted(TRANSPORTS_UNDER_TEST))
def transport(request: pytest.FixtureRequest, stick: Path) -> Transport:
    return open_transport(TRANSPORTS_UNDER_TEST[request.param](stick))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "KE-HQ-1-0123456789ab.xlsx"
    path.write_bytes(b"content" * 1000)
    return path


def test_every_transport_is_tested() -> None:
    assert set(TRANSPORTS) == set(TRANSPORTS_UNDER_TEST)


def test_what_is_put_is_listed_and_comes_back_whole(
    transport: Transport, package: Path, tmp_path: Path
) -> None:
    assert transport.list() == []
    assert transport.put_new(package.name, package) is True
    assert transport.list() == [RemoteFile(package.name, 7000)]
    copy = tmp_path / "copy.xlsx"
    assert transport.get(package.name, copy) == hashlib.sha256(package.read_bytes()).hexdigest()
    assert copy.read_bytes() == package.read_bytes()


def test_putting_the_same_file_again_does_nothing(transport: Transport, package: Path) -> None:
    transport.put_new(package.name, package)
    assert transport.put_new(package.name, package) is False


def test_another_file_of_that_name_is_never_replaced(
    transport: Transport, package: Path, stick: Path
) -> None:
    (stick / package.name).write_bytes(b"older")
    with pytest.raises(NameTakenError) as caught:
        transport.put_new(package.name, package)
    assert package.name in str(caught.value)
    assert (stick / package.name).read_bytes() == b"older"
    assert [p.name for p in stick.iterdir()] == [package.name]


def test_files_being_written_are_not_seen(transport: Transport, stick: Path) -> None:
    (stick / "KE-HQ-1-0123456789ab.xlsx.part").write_bytes(b"half")
    (stick / "folder").mkdir()
    assert transport.list() == []


def test_a_name_in_any_script_travels(transport: Transport, package: Path) -> None:
    transport.put_new("حزمة 包.xlsx", package)
    assert [file.name for file in transport.list()] == ["حزمة 包.xlsx"]


def test_a_file_that_is_gone_leaves_nothing_behind(transport: Transport, tmp_path: Path) -> None:
    with pytest.raises(TransportError):
        transport.get("gone.xlsx", tmp_path / "copy.xlsx")
    assert not (tmp_path / "copy.xlsx").exists()


def test_a_stick_that_is_not_plugged_in_is_said_and_not_made_up(tmp_path: Path, package: Path) -> None:
    transport = open_transport(str(tmp_path / "missing"))
    with pytest.raises(TransportError) as caught:
        transport.list()
    assert str(tmp_path / "missing") in str(caught.value)
    with pytest.raises(TransportError):
        transport.put_new(package.name, package)
    assert not (tmp_path / "missing").exists()


def test_an_unknown_kind_of_address_is_refused() -> None:
    with pytest.raises(UnknownTransportError):
        open_transport("gopher://example.org/packages")
