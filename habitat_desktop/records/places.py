"""Tells whether a folder may hold a live database: not on a network, not in a folder that is synchronized.

Network file systems give locks and syncs that are none; programs that synchronize copy the file and its
journal at different moments, and put conflicting copies beside it. Both have destroyed databases.
HABITAT_ALLOW_FOLDER=1 lets somebody who knows better pass. Standard library only.
"""

import ctypes
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from habitat_desktop.errors import N_
from habitat_desktop.records.errors import DatabaseError

ALLOW = "HABITAT_ALLOW_FOLDER"
_MOUNTS = Path("/proc/self/mounts")
_DRIVE_REMOTE = 4

# Only file systems that are surely not on this computer: overlay, bind mounts, virtiofs and encrypted folders
# are all fine, and an unknown kind of fuse gets the benefit of the doubt.
_NETWORK_TYPES = {
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "afs", "coda", "ncpfs",
    "davfs", "webdav", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "ftp", "fuse.sshfs",
    "fuse.davfs", "fuse.davfs2", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd-fuse", "fuse.glusterfs",
    "fuse.ceph", "fuse.curlftpfs", "fuse.smbnetfs", "fuse.gcsfuse", "fuse.onedriver",
    "fuse.goofys", "fuse.juicefs",
}  # fmt: skip
_ADDRESS = re.compile(r"(?:https?|ftp|sftp)://|[^/]+@[^/]+:/|//[^/]")

_NAMES_BELOW_HOME = {
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "iclouddrive": "iCloud",
    "icloud drive": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "onedrive": "OneDrive",
}
_ONEDRIVE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


class NetworkFolderError(DatabaseError):
    code = "NETWORK_FOLDER"
    message = N_(
        "The folder “{folder}” lies on a network ({name}). A database there can be destroyed, so it was not "
        "opened, and nothing was changed. Choose a folder on this computer’s own disk; to move a workspace, "
        "copy the whole folder there. Packages and backups may lie on the network."
    )


class SyncedFolderError(DatabaseError):
    code = "SYNCED_FOLDER"
    message = N_(
        "The folder “{folder}” is synchronized by {name}, which can destroy a database that is in use, so it "
        "was not opened, and nothing was changed. Choose a folder that is not synchronized; to move a "
        "workspace, copy the whole folder there. Packages and backups may lie in a synchronized folder."
    )


@dataclass(frozen=True)
class Trouble:
    """Why a folder must not hold a live database; `name` is the kind of network or the program."""

    kind: Literal["network", "synced"]
    name: str


def check_folder(folder: Path) -> None:
    """Refuse a folder that must not hold a live database.

    Raises:
        NetworkFolderError, SyncedFolderError: unless HABITAT_ALLOW_FOLDER says otherwise.
    """
    if os.environ.get(ALLOW, "") not in ("", "0"):
        return
    found = trouble_with(folder)
    if found is not None:
        error = NetworkFolderError if found.kind == "network" else SyncedFolderError
        raise error(folder=folder, name=found.name)


def trouble_with(folder: Path) -> Trouble | None:
    """Return what is wrong with `folder`, which need not exist yet."""
    folder = folder.absolute()
    resolved = _resolved(folder)
    network = _network(folder) or _network(resolved)
    if network:
        return Trouble("network", network)
    for place in dict.fromkeys((folder, resolved)):
        name = synced_by(place, home=_home(), environ=os.environ)
        if name:
            return Trouble("synced", name)
    return None


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError):
        return folder


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


# -- networks --------------------------------------------------------------------------------------------


def _network(folder: Path) -> str:
    if sys.platform == "win32":
        return _windows_network(folder)
    if sys.platform == "darwin":
        kind = _mac_kind(folder)
        return kind if kind in _NETWORK_TYPES else ""
    try:
        return network_in(_MOUNTS.read_text(encoding="utf-8", errors="replace"), folder)
    except OSError:
        return ""


def network_in(mounts: str, folder: PurePath) -> str:
    """Return the kind of network `folder` lies on, by a table like /proc/mounts, or "" for none."""
    best, found = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 4:
            continue
        source, point, kind, options = (_unescaped(part) for part in parts[:4])
        if folder != PurePath(point) and PurePath(point) not in folder.parents:
            continue
        depth = len(PurePath(point).parts)
        if depth >= best:  # of two on one point the later one lies on top
            best, found = depth, kind if _is_network(source, kind, options) else ""
    return found


def _is_network(source: str, kind: str, options: str) -> bool:
    if kind in _NETWORK_TYPES:
        return True
    if kind == "9p":  # a disk of Windows seen from WSL, or a server; containers use it for their own root
        return "aname=drvfs" in options or "trans=tcp" in options
    return kind in ("fuse", "fuseblk") and _ADDRESS.match(source) is not None


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def is_unc(path: str) -> bool:
    r"""Say whether a Windows path names a server: \\server\share, not \\?\C:\ or \\.\."""
    plain = path.replace("/", "\\")
    if plain.upper().startswith("\\\\?\\UNC\\"):
        return True
    return plain.startswith("\\\\") and not plain.startswith(("\\\\?\\", "\\\\.\\"))


def _windows_network(folder: Path) -> str:
    if is_unc(str(folder)):
        return "UNC"
    drive_type = getattr(ctypes, "windll").kernel32.GetDriveTypeW(folder.anchor)  # noqa: B009 - Windows only
    return folder.drive if drive_type == _DRIVE_REMOTE else ""


def _mac_kind(folder: Path) -> str:
    """Return f_fstypename of statfs, which stands 72 bytes into the structure, 16 bytes long."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    library = ctypes.CDLL(None)
    statfs = getattr(library, "statfs$INODE64", None) or library.statfs
    buffer = ctypes.create_string_buffer(4096)
    if statfs(os.fsencode(folder), buffer) != 0:
        return ""
    return buffer.raw[72:88].split(b"\0")[0].decode("ascii", "replace")


# -- synchronized folders --------------------------------------------------------------------------------


def synced_by(folder: Path, *, home: Path | None, environ: Mapping[str, str]) -> str:
    """Return the name of the program that synchronizes `folder`, or ""."""
    for name in _ONEDRIVE:
        root = environ.get(name, "")
        if root and _is_below(folder, Path(root)):
            return "OneDrive"
    if "Mobile Documents" in folder.parts:
        return "iCloud"
    for place in (folder, *folder.parents):
        if place.name == "CloudStorage" and place.parent.name == "Library" and place != folder:
            return folder.relative_to(place).parts[0].partition("-")[0]
        if home is not None and place.parent == home and (name := _known_name(place.name)):
            return name
        if name := next(_marks(place), ""):
            return name
    return ""


def _is_below(folder: Path, root: Path) -> bool:
    return root in (folder, *folder.parents) or _resolved(root) in (folder, *folder.parents)


def _known_name(name: str) -> str:
    plain = name.casefold()
    if plain.startswith(("onedrive - ", "onedrive-")):
        return "OneDrive"
    if re.fullmatch(r"dropbox \(.+\)", plain):
        return "Dropbox"
    return _NAMES_BELOW_HOME.get(plain, "")


def _marks(folder: Path) -> Iterator[str]:
    """Yield the names of programs that left their mark in `folder`."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return
    for name in names:
        if not name.startswith("."):
            continue
        if name == ".stfolder":
            yield "Syncthing"
        elif name == ".dropbox" and (folder / name).is_file():  # in the home folder it is its settings
            yield "Dropbox"
        elif re.fullmatch(r"\._?sync_[0-9a-f]{8,}\.db", name) or name == ".nextcloudsync.log":
            yield "Nextcloud"
        elif name == ".owncloudsync.log":
            yield "ownCloud"
        elif name in (".tmp.drivedownload", ".tmp.driveupload"):
            yield "Google Drive"
        elif name == ".sync" and (folder / name / "ID").is_file():
            yield "Resilio Sync"
