"""What a database file holds, and what restoring another one would bring, without the weight of the store."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.records import sqlite_file
from habitat_desktop.records.verify import HAS_ACTS

DraftChange = Literal["", "lost", "back", "older"]
_ADDED = " UNION ALL ".join(
    f"SELECT office, record_id, revision_id FROM {name}" for name in ("revisions", "waiting_revisions")
)
_NEWEST = (
    "SELECT max(at) FROM "
    "(SELECT max(saved_at) AS at FROM drafts UNION ALL SELECT max(updated_at) FROM records)"
)


@dataclass(frozen=True)
class Contents:
    """What a database file holds. `changed_at` is when the newest draft or revision in it was written."""

    installation: str
    lives: int
    records: int
    revisions: int
    drafts: int
    packages: int
    changed_at: str
    acts: int = 0


@dataclass(frozen=True)
class RecordChange:
    """What becomes of one record: revisions and drafts that one of the two files lacks.

    `revisions_replayed` are not in the backup but in packages that lie in the workspace: they come back too.
    `draft`: "lost" where only the database has one, "back" where only the backup has, "older" where they
    differ and the one of the backup would count.
    """

    record_id: str
    label: str
    form_id: str
    period: str
    subject: str
    revisions_lost: int = 0
    revisions_back: int = 0
    draft: DraftChange = ""
    revisions_replayed: int = 0

    def words(self) -> str:
        """Return what becomes of the record, in the language spoken now."""
        parts = []
        if self.revisions_lost:
            text = ngettext(
                "{count} revision is not in the backup",
                "{count} revisions are not in the backup",
                self.revisions_lost,
            )
            parts.append(text.format(count=self.revisions_lost))
        if self.revisions_replayed:
            text = ngettext(
                "{count} revision is not in the backup and comes back from a package",
                "{count} revisions are not in the backup and come back from packages",
                self.revisions_replayed,
            )
            parts.append(text.format(count=self.revisions_replayed))
        if self.revisions_back:
            text = ngettext("{count} revision comes back", "{count} revisions come back", self.revisions_back)
            parts.append(text.format(count=self.revisions_back))
        drafts = {
            "lost": _("its draft is not in the backup"),
            "back": _("a draft comes back"),
            "older": _("the draft in the backup differs and will count"),
        }
        if self.draft:
            parts.append(drafts[self.draft])
        return "; ".join(parts)


@dataclass(frozen=True)
class PackageChange:
    """A package noted in one of the two files only; `direction` is "out" or "in"."""

    direction: str
    peer: str
    number: int
    file_name: str
    made_at: str


@dataclass(frozen=True)
class RestorePreview:
    """What restoring would bring, worked out without changing anything.

    `now` is None where there is no database or none that can be read. What is "replayed" is not in the backup
    and comes back from the packages that lie here. What is "lost" is not thrown away: the file that is
    replaced stays beside the new one.
    """

    backup: Path
    then: Contents
    now: Contents | None
    records: tuple[RecordChange, ...] = ()
    packages_lost: tuple[PackageChange, ...] = ()
    packages_back: tuple[PackageChange, ...] = ()
    packages_replayed: tuple[PackageChange, ...] = ()

    @property
    def revisions_lost(self) -> int:
        return sum(change.revisions_lost for change in self.records)

    @property
    def revisions_back(self) -> int:
        return sum(change.revisions_back for change in self.records)

    @property
    def is_harmless(self) -> bool:
        """Whether everything in the database is in the backup too."""
        losing = any(change.revisions_lost or change.draft in ("lost", "older") for change in self.records)
        return self.now is not None and not losing and not self.packages_lost


@dataclass
class _Inside:
    """One file, as it is compared."""

    contents: Contents
    revisions: set[tuple[str, str, str]] = field(default_factory=set)
    drafts: dict[tuple[str, str], str] = field(default_factory=dict)
    records: dict[tuple[str, str], tuple[str, str, str, str]] = field(default_factory=dict)
    packages: dict[tuple[str, ...], PackageChange] = field(default_factory=dict)
    carried: set[tuple[str, str]] = field(
        default_factory=set
    )  # office, revision id: in packages that lie here


def contents(path: Path) -> Contents:
    """Return what the database file at `path` holds, of this or an older version of the program.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    with closing(sqlite_file.connect_readonly(path)) as connection:
        return _contents(connection)


def preview_restore(backup: Path, database: Path) -> RestorePreview:
    """Compare a backup with the database whose place it would take, and look which packages lie beside it.

    Raises:
        sqlite3.Error: the backup cannot be read.
    """
    then = _inside(backup)
    try:
        now = _inside(database) if database.is_file() else None
    except (sqlite3.Error, ValueError, TypeError):
        now = None
    if now is None:
        return RestorePreview(backup, then.contents, None)
    gone = sorted(now.packages.keys() - then.packages.keys())
    here = {key for key in gone if _package_file(database, key, now.packages[key]).is_file()}
    _note_carried(database, now, {key[-1] for key in here})
    return RestorePreview(
        backup,
        then.contents,
        now.contents,
        tuple(sorted(_record_changes(now, then), key=lambda change: change.label)),
        tuple(now.packages[key] for key in gone if key not in here),
        tuple(then.packages[key] for key in sorted(then.packages.keys() - now.packages.keys())),
        tuple(now.packages[key] for key in gone if key in here),
    )


def _package_file(database: Path, key: tuple[str, ...], package: PackageChange) -> Path:
    if package.direction == "in":
        return database.parent / "packages" / "incoming" / f"{key[-1]}.xlsx"
    return database.parent / "packages" / "outgoing" / package.file_name


def _note_carried(database: Path, now: _Inside, hashes: set[str]) -> None:
    """Note the revisions in the packages that lie here: they will be replayed."""
    try:
        with closing(sqlite_file.connect_readonly(database)) as connection:
            links = connection.execute("SELECT office, revision_id, payload_sha256 FROM package_revisions")
            now.carried.update(
                (office, revision_id) for office, revision_id, sha256 in links if sha256 in hashes
            )
    except (
        sqlite3.Error,
        ValueError,
    ):  # damaged there: what comes back from packages will be told afterwards
        return


def _record_changes(now: _Inside, then: _Inside) -> Iterator[RecordChange]:
    gone, here = now.revisions - then.revisions, then.revisions - now.revisions
    replayed = {item for item in gone if (item[0], item[2]) in now.carried}
    lost, back, again = (
        Counter((office, record_id) for office, record_id, _revision in found)
        for found in (gone - replayed, here, replayed)
    )
    drafts: dict[tuple[str, str], DraftChange] = {}
    for key in now.drafts.keys() | then.drafts.keys():
        if now.drafts.get(key) != then.drafts.get(key):
            drafts[key] = "lost" if key not in then.drafts else "back" if key not in now.drafts else "older"
    for key in lost.keys() | back.keys() | again.keys() | drafts.keys():
        label, form_id, period, subject = now.records.get(key) or then.records[key]
        yield RecordChange(
            key[1],
            label,
            form_id,
            period,
            subject,
            lost[key],
            back[key],
            drafts.get(key, ""),
            again[key],
        )


def _inside(path: Path) -> _Inside:
    with closing(sqlite_file.connect_readonly(path)) as connection:
        connection.execute("BEGIN")  # one state, also of a database in use
        found = _Inside(_contents(connection))
        found.revisions.update(connection.execute(_ADDED))
        for office, record_id, document in connection.execute(
            "SELECT office, record_id, document FROM drafts"
        ):
            found.drafts[office, record_id] = _draft_hash(document)
        for office, record_id, *shown in connection.execute(
            "SELECT office, record_id, label, form_id, period, subject FROM records"
        ):
            found.records[office, record_id] = (shown[0], shown[1], shown[2], shown[3])
        for row in connection.execute(
            "SELECT direction, office, installation, number, payload_sha256, file_name, made_at FROM packages"
        ):
            key = (row[0], row[1], row[2], f"{row[3]:09}", row[4])
            found.packages[key] = PackageChange(row[0], row[1], row[3], row[5], row[6])
        return found


def _draft_hash(document: str) -> str:
    """Return what tells two drafts apart, whatever order their parts were written in."""
    return hashlib.sha256(json.dumps(json.loads(document), sort_keys=True).encode()).hexdigest()


def _contents(connection: sqlite3.Connection) -> Contents:
    lives = connection.execute("SELECT installation FROM installation ORDER BY ordinal").fetchall()

    def count(name: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])

    return Contents(
        installation=lives[-1][0] if lives else "",
        lives=len(lives),
        records=count("records"),
        revisions=count("revisions") + count("waiting_revisions"),
        drafts=count("drafts"),
        packages=count("packages"),
        changed_at=str(connection.execute(_NEWEST).fetchone()[0] or ""),
        acts=count("acts") if connection.execute(HAS_ACTS).fetchone() else 0,
    )


def age_order(path: Path, found: Contents) -> tuple[int, int, int, int, str, str]:
    """Return what sorts the backups of one database by what they hold: clocks may have been wrong."""
    return found.lives, found.revisions, found.packages, found.acts, found.changed_at, path.name
