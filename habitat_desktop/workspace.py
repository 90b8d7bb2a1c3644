"""One user's data folder, opened: settings, database, forms. It holds things and does nothing itself."""

import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.disk import make_folder
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.lists import use_released
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import (
    FILE_NAME,
    HEADQUARTERS,
    NotAWorkspaceError,
    Settings,
    read_settings,
    write_settings,
)

if TYPE_CHECKING:  # heavy rooms are imported when they are first used: the window comes first
    from habitat_desktop.packages.keys import Keyring
    from habitat_desktop.records.act import Actor
    from habitat_desktop.records.database import Database, Session
    from habitat_desktop.records.glance import Glance
    from habitat_desktop.sync.recovery import RecoveryReport
    from habitat_desktop.xforms.library import Library

DATABASE_NAME = "records.sqlite"


class WorkspaceExistsError(HabitatError):
    code = "WORKSPACE_EXISTS"
    message = N_("“{path}” already holds a workspace. Nothing was changed. Choose another folder.")


class WorkspaceFolderError(HabitatError):
    code = "WORKSPACE_FOLDER"
    message = N_("The folder “{path}” cannot be used: {problem}. Nothing was written. Choose another folder.")


class Workspace:
    """The folder of one office, region or headquarters on one computer.

    One that is `readonly` is only looked at: its store changes by no byte, and no key is made.
    """

    def __init__(self, folder: Path, settings: Settings, *, readonly: bool = False) -> None:
        self.folder = folder
        self.settings = settings
        self.readonly = readonly
        self.recovery: RecoveryReport | None = None  # what had to be brought back at this start

    @property
    def database_path(self) -> Path:
        """The file of the records.

        Raises:
            DatabaseOnServer: they are on a server, where others make the backups.
        """
        if self.settings.database:
            from habitat_desktop.records.errors import DatabaseOnServer
            from habitat_desktop.records.server import url_of

            raise DatabaseOnServer(path=url_of(self.settings.database).render_as_string())
        return self.folder / DATABASE_NAME

    @property
    def outgoing(self) -> Path:
        """Packages made here, never overwritten."""
        return self.folder / "packages" / "outgoing"

    @property
    def incoming(self) -> Path:
        """Packages taken in, named by the hash of their payload."""
        return self.folder / "packages" / "incoming"

    @property
    def quarantine(self) -> Path:
        """Files that were not let in, untouched."""
        return self.folder / "quarantine"

    @property
    def attachments(self) -> Path:
        """Attached files, named by their SHA-256."""
        return self.folder / "attachments"

    @property
    def questionnaires(self) -> Path:
        """What each questionnaire made here says of itself, by its id."""
        return self.folder / "questionnaires"

    @property
    def maps(self) -> Path:
        """Map pictures of the office itself, with the places of their corners."""
        return self.folder / "maps"

    @property
    def mappings(self) -> Path:
        """How columns of the office's own workbooks answer questions."""
        return self.folder / "mappings"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def keys(self) -> Path:
        """The key of this workspace, for its user only: never in a backup, a log or a package."""
        return self.folder / "keys"

    @cached_property
    def keyring(self) -> "Keyring":
        """The key of this workspace, made when it is first needed."""
        from habitat_desktop.packages.keys import Keyring

        return Keyring(self.keys, readonly=self.readonly)

    def hand(self, person: str = "", *, at: datetime | None = None) -> "Actor":
        """Return who acts here: `person`, otherwise whoever works now, with the key of this workspace."""
        from habitat_desktop.packages.keys import ActSigner
        from habitat_desktop.records.act import Actor

        settings = self.settings
        return Actor(
            role=settings.role,
            sender=HEADQUARTERS if settings.role == "headquarters" else settings.office,
            person=person.strip() or settings.person,
            language=settings.language,
            signer=ActSigner(self.keyring),
            at=at or datetime.now(UTC),
        )

    def keeper(self, person: str = "") -> "Actor":
        """Return who looks after keys and backups: as `hand`, else the account of the system."""
        return self.hand(person or self.settings.person or _account())

    @property
    def translations(self) -> Path:
        """Translations that headquarters released; they win over the shipped ones."""
        return self.folder / "translations"

    @property
    def cache(self) -> Path:
        """Converted forms; may be deleted at any time."""
        return self.folder / "cache"

    @cached_property
    def library(self) -> "Library":
        """The forms shipped with the program and those installed here."""
        from habitat_desktop.xforms.library import Library

        library = Library([data_dir("forms"), self.folder / "forms"], self.cache)
        newest = library.released_lists.newest().values()
        use_released({one.name.removesuffix(".csv"): one.path for one in newest})
        return library

    @cached_property
    def database(self) -> "Database":
        """The database, opened and locked at first use; a damaged one is brought back, see `recovery`.

        To look at it takes no lock, and brings nothing back.
        """
        database = self._opened()
        if not (database.readonly or database.is_shared):  # it has the lock: nobody else writes files here
            from habitat_desktop.packages.leftovers import clear_up

            clear_up(self, at=datetime.now(UTC))
        return database

    def _opened(self) -> "Database":
        from habitat_desktop.records.database import Database
        from habitat_desktop.records.errors import DatabaseDamaged

        if self.settings.database:
            return Database.open(self.settings.database, readonly=self.readonly)
        if not self.database_path.exists() and (self.folder / FILE_NAME).exists():
            from habitat_desktop.records.errors import DatabaseMissing

            raise DatabaseMissing(path=self.database_path, backups=self.backups)  # never an empty one instead
        if self.readonly:
            return Database.open(self.database_path, backups=self.backups, readonly=True)
        try:
            return Database.open(self.database_path, backups=self.backups)
        except DatabaseDamaged as damage:
            from habitat_desktop.sync.recovery import recover

            self.recovery = recover(self, damage, at=datetime.now(UTC))
        return Database.open(self.database_path, backups=self.backups)

    def begin(self) -> "AbstractContextManager[Session]":
        """Open one transaction that commits whole or rolls back whole."""
        return self.database.begin()

    def read(self) -> "AbstractContextManager[Session]":
        """Open one reading session."""
        return self.database.read()

    def glance(self, limit: int = 50) -> "Glance":
        """Return what home shows, without the weight of the whole store where it is a file."""
        if self.settings.database:
            from habitat_desktop.records import server

            return server.glance(self.database, limit)
        from habitat_desktop.records.glance import glance

        return glance(self.database_path, limit)

    def update_settings(self, **changes: Any) -> Settings:
        """Change settings, on disk first, and return them."""
        settings = replace(self.settings, **changes)
        write_settings(self.folder, settings)
        self.settings = settings
        return settings

    def close(self) -> None:
        """Close the database if it was opened, and release its lock."""
        database = self.__dict__.pop("database", None)
        if database is not None:
            database.close()


def open_workspace(folder: Path, *, readonly: bool = False) -> Workspace:
    """Open the workspace in `folder`; `readonly` is for looking at it.

    Raises:
        NotAWorkspaceError, SettingsError: as `read_settings`.
    """
    return Workspace(folder, read_settings(folder), readonly=readonly)


def create_workspace(folder: Path, settings: Settings) -> Workspace:
    """Make a new workspace: its folder, settings and empty database.

    A folder where that was broken off before, with a database that holds nothing yet, is finished.

    Raises:
        WorkspaceExistsError: the folder holds one already; nothing is changed.
        WorkspaceFolderError: the folder cannot be written.
    """
    if (folder / FILE_NAME).exists() or not _is_unused(folder / DATABASE_NAME):
        raise WorkspaceExistsError(path=folder)
    workspace = Workspace(folder, settings)
    is_new = not folder.exists()
    try:
        for part in (workspace.outgoing, workspace.incoming, workspace.attachments, workspace.backups):
            make_folder(part)
        _ = workspace.database  # the settings come last: a folder without them is not yet a workspace
        write_settings(folder, settings)
    except (OSError, HabitatError) as error:
        workspace.close()
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise WorkspaceFolderError(path=folder, problem=error.strerror or error) from error
        raise
    return workspace


def _account() -> str:
    """Return the name of the account of whoever uses this computer."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _is_unused(database: Path) -> bool:
    """Whether a database is not there or holds nothing yet; one that cannot be read may hold something."""
    from habitat_desktop.records.glance import glance

    found = glance(database)
    return found.readable and not found.records and not found.packages


def default_folder() -> Path:
    """Return HABITAT_WORKSPACE, or the folder of the platform for this user's data."""
    chosen = os.environ.get("HABITAT_WORKSPACE")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("Habitat Desktop", appauthor=False))


__all__ = [
    "NotAWorkspaceError",
    "Workspace",
    "WorkspaceExistsError",
    "WorkspaceFolderError",
    "create_workspace",
    "default_folder",
    "open_workspace",
]
