"""One file for whoever helps from afar: versions, counts and faults, without answers, names or places.

Nothing is copied that a person wrote: no answers, subjects, names, addresses, folders or file names. What is
in the file is listed in `README.txt` inside it, so that an officer can look before sending it.
"""

import io
import json
import locale
import os
import platform
import shutil
import sqlite3
import sys
import zipfile
from contextlib import AbstractContextManager, closing
from dataclasses import asdict
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from habitat_desktop import __version__, faults
from habitat_desktop.disk import write_whole
from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.languages import languages

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session
    from habitat_desktop.settings import Settings
    from habitat_desktop.xforms.library import Library


class Place(Protocol):
    """What the diagnostics look at in a workspace."""

    @property
    def folder(self) -> Path: ...
    @property
    def settings(self) -> "Settings": ...
    @property
    def database_path(self) -> Path: ...
    @property
    def backups(self) -> Path: ...
    @property
    def quarantine(self) -> Path: ...
    @property
    def library(self) -> "Library": ...
    def read(self) -> "AbstractContextManager[Session]": ...


LIBRARIES = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "alembic",
    "XlsxWriter",
    "openpyxl",
    "python-docx",
    "pyxform",
    "lxml",
    "regex",
    "babel",
    "click",
    "cryptography",
    "pyrage",
    "segno",
)
_CRASH_LINES = 400


def write(workspace: Place, path: Path, *, at: datetime) -> Path:
    """Write the diagnostics of `workspace` to `path` (.zip) and return that path.

    It looks and changes nothing; a part that cannot be read says so by its kind of error.

    Raises OSError as the disk does; no half file is left.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts(workspace, at=at).items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), text)
    write_whole(path, content.getvalue())
    return path


def parts(workspace: Place, *, at: datetime) -> dict[str, str]:
    """Return the files of the diagnostics by name, as they are written."""
    facts = {
        "made_at": at.isoformat(timespec="seconds"),
        "program": program(),
        "computer": _computer(workspace.folder),
        "workspace": _told(_workspace, workspace),
        "records": _told(_records, workspace),
        "database": _told(_database, workspace),
        "forms": _told(_forms, workspace),
        "backups": _told(_backups, workspace),
        "quarantine": _told(_quarantine, workspace),
    }
    return {
        "README.txt": _explanation(),
        "diagnostics.json": json.dumps(facts, ensure_ascii=False, indent=1),
        "faults.json": json.dumps([asdict(f) for f in faults.read(workspace.folder)], indent=1),
        "crash.txt": _crash(workspace.folder),
    }


def program() -> dict[str, Any]:
    """Return the versions of the program, of Python and of the libraries it stands on."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # the built program keeps no metadata of all
            found[name] = ""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "built": bool(getattr(sys, "frozen", False)),
        "libraries": found,
    }


def _computer(folder: Path) -> dict[str, Any]:
    usage = shutil.disk_usage(folder)
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "encoding": locale.getpreferredencoding(do_setlocale=False),
        "disk_bytes": usage.total,
        "free_bytes": usage.free,
    }


def _workspace(workspace: Place) -> dict[str, Any]:
    settings = workspace.settings
    return {
        "role": settings.role,
        "office": settings.office,
        "countries": list(settings.countries),
        "language": settings.language,
        "theme": settings.theme,
        "density": settings.density,
        "text_percent": settings.text_percent,
        "persons": len(settings.persons),
        "persons_with_pin": sum(bool(person.pin) for person in settings.persons),
        "server": bool(settings.database),
        "transports": [_kind(transport.url) for transport in settings.transports],
        "encrypt": settings.encrypt,
        "second_backup_folder": bool(settings.backup_folder),
        "languages": sorted(languages()),
    }


def _kind(url: str) -> str:
    """Return how packages travel without where to: "folder", "sftp", "https"."""
    scheme = urlsplit(url).scheme
    return scheme if len(scheme) > 1 else "folder"  # one letter is a disk of Windows


def _records(workspace: Place) -> dict[str, Any]:
    from habitat_desktop.records import exchange_state, queries, repository

    with workspace.read() as session:
        states = repository.count_by_state(session)
        packages = exchange_state.packages(session)
        return {
            "by_state": {state.name.lower(): count for state, count in states.items()},
            "waiting": repository.count_waiting(session),
            "queries_open": queries.count_open(session),
            "packages_in": sum(package.direction == "in" for package in packages),
            "packages_out": sum(package.direction == "out" for package in packages),
        }


def _database(workspace: Place) -> dict[str, Any]:
    from habitat_desktop.records import sqlite_file

    if workspace.settings.database:
        return {"kind": "server"}
    path = workspace.database_path
    with closing(sqlite_file.connect_readonly(path)) as connection:
        sqlite_file.begin_reading(connection)
        one = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "page_size", "freelist_count")
        }
        check = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    sound = check == ["ok"]
    # the words of a failed check may quote what stands in the damaged pages
    return {
        "kind": "sqlite",
        "bytes": path.stat().st_size,
        **one,
        "schema": schema[0] if schema else "",
        "sound": sound,
        "faults": 0 if sound else len(check),
    }


def _forms(workspace: Place) -> list[dict[str, Any]]:
    return [
        {"form_id": info.form_id, "version": info.version, "languages": list(info.languages)}
        for info in workspace.library.forms()
    ]


def _backups(workspace: Place) -> list[dict[str, Any]]:
    from habitat_desktop.records.backup import describe, list_backups

    return [
        {
            "made_at": found.made_at.isoformat() if found.made_at else None,
            "bytes": found.path.stat().st_size,
        }
        for found in map(describe, list_backups(workspace.backups))
    ]


def _quarantine(workspace: Place) -> list[dict[str, Any]]:
    from habitat_desktop.packages.quarantine import kept_out

    return [
        {"code": kept.problem.code, "bytes": kept.size_bytes, "open": kept.is_open}
        for kept in kept_out(workspace.quarantine)
    ]


def _told(part: Any, workspace: Place) -> Any:
    """Return a part, or how it failed: the rest helps all the same."""
    try:
        return part(workspace)
    except Exception as error:  # noqa: BLE001 - the kind of error is the diagnosis
        code = error.code if isinstance(error, HabitatError) else ""
        return {"failed": type(error).__name__, "code": code}


def _crash(folder: Path) -> str:
    """Return what the fault handler wrote: places in files, without the folders of this computer."""
    try:
        lines = (folder / faults.CRASH_NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(faults.crash_line(line) for line in lines[-_CRASH_LINES:])


def _explanation() -> str:
    lines = (
        _("This file helps whoever looks for a fault in Habitat Desktop."),
        _(
            "It holds versions, settings without names and addresses, counts of records and packages, the "
            "forms installed, the state of the database and of its backups, and where in the program "
            "something failed."
        ),
        _(
            "It holds no answers, no names of persons or places, no e-mail addresses, no folders and no "
            "names of files. The code of the office is in it."
        ),
    )
    return "\n\n".join(lines) + "\n"
