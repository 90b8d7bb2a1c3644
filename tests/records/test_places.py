"""A live database is refused where networks and synchronizing programs would destroy it."""

from pathlib import Path, PurePosixPath

import pytest

from habitat_desktop.records.database import Database
from habitat_desktop.records.places import (
    NetworkFolderError,
    SyncedFolderError,
    check_folder,
    is_unc,
    network_in,
    synced_by,
    trouble_with,
)

MOUNTS = r"""
overlay / overlay rw,lowerdir=/var/lib/docker/overlay2/l/AB:/var/lib/docker/overlay2/l/CD 0 0
proc /proc proc rw 0 0
/dev/sda1 /home ext4 rw 0 0
server:/export/home /home/njeri nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/njeri/local ext4 rw 0 0
//fileserver/share /mnt/share\040of\040all cifs rw,vers=3.0 0 0
njeri@host:/data /mnt/ssh fuse.sshfs rw 0 0
https://cloud.example.org/dav /mnt/dav fuse rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs;path=C:\;uid=1000 0 0
none /work 9p rw,trans=fd,rfdno=4,wfdno=4 0 0
host /shared virtiofs rw 0 0
/dev/sdc1 /media/stick fuseblk rw 0 0
gocryptfs /home/otieno/secret fuse.gocryptfs rw 0 0
/dev/sda1 /data ext4 rw 0 0
server:/b /data nfs rw 0 0
server:/a /later nfs rw 0 0
/dev/sda1 /later ext4 rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/habitat", ""),
        ("/home/otieno/habitat", ""),
        ("/home/njeri/habitat", "nfs4"),
        ("/home/njeri/local/habitat", ""),
        ("/home/njeri2/habitat", ""),
        ("/mnt/share of all/habitat", "cifs"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/dav/x/y", "fuse"),
        ("/mnt/c/Users", "9p"),
        ("/work/main", ""),
        ("/shared/x", ""),
        ("/media/stick/x", ""),
        ("/home/otieno/secret/x", ""),
        ("/data/x", "nfs"),
        ("/later/x", ""),
    ],
)
def test_networks_are_told_by_the_table_of_mounts(folder: str, kind: str) -> None:
    assert network_in(MOUNTS, PurePosixPath(folder)) == kind


@pytest.mark.parametrize(
    ("path", "is_network"),
    [
        (r"\\server\share\habitat", True),
        ("//server/share", True),
        (r"\\?\UNC\server\share", True),
        (r"\\?\C:\Users", False),
        (r"\\.\C:", False),
        (r"C:\Users\njeri", False),
    ],
)
def test_windows_names_of_servers(path: str, is_network: bool) -> None:
    assert is_unc(path) is is_network


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        (".stfolder/", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".dropbox/", ""),
        (".sync_0f1e2d3c4b5a.db", "Nextcloud"),
        ("._sync_0f1e2d3c4b5a.db", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
        (".tmp.drivedownload/", "Google Drive"),
        (".sync/ID", "Resilio Sync"),
        (".sync/", ""),
        ("sync_0f1e2d3c4b5a.db", ""),
        (".syncthing.txt", ""),
    ],
)
def test_programs_that_synchronize_are_told_by_what_they_leave(
    tmp_path: Path, marker: str, name: str
) -> None:
    root = tmp_path / "root"
    target = root / marker
    (target if marker.endswith("/") else target.parent).mkdir(parents=True)
    if not marker.endswith("/"):
        target.write_text("")
    folder = root / "a" / "habitat"
    assert synced_by(folder, home=None, environ={}) == name
    assert synced_by(tmp_path / "beside", home=None, environ={}) == ""
    found = trouble_with(folder)
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("below_home", "name"),
    [
        ("OneDrive/habitat", "OneDrive"),
        ("OneDrive - UN-Habitat/Documents/habitat", "OneDrive"),
        ("Dropbox (UN)/habitat", "Dropbox"),
        ("Nextcloud", "Nextcloud"),
        ("Library/CloudStorage/OneDrive-UN/habitat", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs/habitat", "iCloud"),
        ("work/Dropbox tests/habitat", ""),
        ("work/OneDrive/habitat", ""),
        (".local/share/Habitat Desktop", ""),
    ],
)
def test_programs_that_synchronize_are_told_by_the_names_of_their_folders(
    tmp_path: Path, below_home: str, name: str
) -> None:
    assert synced_by(tmp_path / below_home, home=tmp_path, environ={}) == name


def test_onedrive_is_told_by_what_it_says_in_the_environment(tmp_path: Path) -> None:
    environ = {"OneDriveCommercial": str(tmp_path / "Cloud"), "OneDrive": ""}
    assert synced_by(tmp_path / "Cloud" / "habitat", home=None, environ=environ) == "OneDrive"
    assert synced_by(tmp_path / "Cloudy" / "habitat", home=None, environ=environ) == ""


def test_a_database_is_neither_made_nor_opened_in_a_synchronized_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cloud" / "records.sqlite"
    path.parent.mkdir()
    Database.open(path).close()
    (path.parent / ".stfolder").mkdir()
    before = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(SyncedFolderError) as caught:
        Database.open(path)
    assert "Syncthing" in str(caught.value) and str(path.parent) in str(caught.value)
    assert (path.read_bytes(), sorted(path.parent.iterdir())) == before
    link = tmp_path / "link"
    link.symlink_to(path.parent)
    with pytest.raises(SyncedFolderError):
        Database.open(link / "new.sqlite")
    monkeypatch.setenv("HABITAT_ALLOW_FOLDER", "1")
    Database.open(path).close()


def test_the_sentence_about_a_network_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"server:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr("habitat_desktop.records.places._MOUNTS", table)
    with pytest.raises(NetworkFolderError) as caught:
        check_folder(tmp_path / "habitat")
    assert "nfs4" in str(caught.value)
