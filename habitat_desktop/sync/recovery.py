"""Brings a workspace back: the newest sound backup, then what is in packages, then what can still be read.

The steps; the new database takes the place of the damaged one only when all are done, and that one is copied
aside with its journal before:

1. the backup that holds most, of those that are sound, begins a new installation;
2. own packages are replayed: whatever was sent is there again, under the numbers it was sent with;
3. packages that were taken in are taken in again;
4. of the damaged file, revisions that are what their checksum says, and drafts that can be read;
5. of any file that is replaced, the acts of the journal that are what their checksum says.

Nothing is guessed: what may be missing is told, and since when.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.packages.act_keys import ActKeys
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.errors import PackageError
from habitat_desktop.packages.exporting import address
from habitat_desktop.packages.importing import import_files
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.reader import OpenedPackage, Reader, open_package
from habitat_desktop.progress import Progress
from habitat_desktop.records import (
    attachments,
    backup,
    exchange_state,
    journal,
    numbering,
    repository,
    restoring,
    safekeeping,
    salvage,
    verify,
)
from habitat_desktop.records.act import HERE, Act, Actor
from habitat_desktop.records.contents import contents
from habitat_desktop.records.errors import BackupFailed, DatabaseDamaged, RevisionNumberReused
from habitat_desktop.records.record import Draft, PackageEntry, Revision, utc_text
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session

FOLDER = "recoveries"  # in the workspace: one JSON file for each time something was brought back


class _Library(Protocol):
    def form(self, form_id: str, version: str | None = None, /) -> Form: ...


class Site(Protocol):
    """What bringing back needs of a workspace."""

    @property
    def folder(self) -> Path: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def database_path(self) -> Path: ...
    @property
    def backups(self) -> Path: ...
    @property
    def outgoing(self) -> Path: ...
    @property
    def incoming(self) -> Path: ...
    @property
    def quarantine(self) -> Path: ...
    @property
    def attachments(self) -> Path: ...
    @property
    def keyring(self) -> Keyring: ...
    @property
    def library(self) -> _Library: ...


@dataclass(frozen=True)
class RecoveryReport:
    """What was brought back, for one page.

    `problem` is what was wrong with the damaged file, "" where a person chose to restore. `kept` is where
    that file lies now, `backup` the one in its place, "" for none. Instants are ISO text in UTC. What was
    written after `since` and neither sent nor readable may be missing.
    """

    at: str
    problem: str
    kept: str
    backup: str
    since: str
    installation: str
    packages: int = 0
    packages_unreadable: tuple[str, ...] = ()
    revisions_from_packages: int = 0
    revisions_from_file: int = 0
    drafts_from_file: tuple[str, ...] = ()  # their labels
    drafts_finalized: int = 0
    acts_from_file: int = 0
    files: int = 0
    records: int = 0

    @property
    def is_damage(self) -> bool:
        return bool(self.problem)


def recover(
    site: Site, error: DatabaseDamaged, *, at: datetime, progress: Progress | None = None
) -> RecoveryReport:
    """Bring the workspace back after its database was found damaged.

    Raises:
        DatabaseDamaged: `error` again, where there is neither a backup nor a package nor a readable
            revision; the file was left as it is then.
        DatabaseLocked, BackupFailed: nothing was changed.
    """
    found = backup.newest_good(item.path for item in safekeeping.all_backups(site))
    if found is None and not _can_begin_anew(site):
        raise error
    problem = " ".join(str(error.context["problem"]).replace("*** in database main ***", "").split())
    return _bring_back(site, found, at, problem, progress or Progress())


def restore(
    site: Site, chosen: Path, actor: Actor, *, reason: str = "", progress: Progress | None = None
) -> RecoveryReport:
    """Put a backup a person chose in the place of the database, and replay the packages.

    Where the database is not sound, what can still be read of it comes back too.

    The journal goes on: the acts of the database that is replaced are taken over, and the last one says who
    restored it.

    Raises:
        NobodyActsError, KeyLockedError, DatabaseLocked, BackupFailed: nothing was changed.
    """
    journal.require(actor, "restore")
    wrong = verify.check_backup(site.database_path) if site.database_path.is_file() else []
    problem = wrong[0].text if wrong else ""

    def note(session: "Session") -> None:
        last = [act.act_id for act in journal.acts(session, office=HERE)[-1:]]  # of the life before
        said = {"backup": chosen.name}
        journal.write(session, actor, "restore", after=last, reason=reason, content=said)

    return _bring_back(site, chosen, actor.at, problem, progress or Progress(), note)


def last_report(folder: Path) -> RecoveryReport | None:
    """Return what was brought back last in the workspace `folder`, if that ever happened."""
    for path in sorted((folder / FOLDER).glob("*.json"), reverse=True):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            tuples = {name: tuple(data[name]) for name in ("packages_unreadable", "drafts_from_file")}
            return RecoveryReport(**(data | tuples))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def _can_begin_anew(site: Site) -> bool:
    folders = (site.outgoing, site.incoming)
    packages = any(folder.is_dir() and any(folder.glob("*.xlsx")) for folder in folders)
    readers = (salvage.revisions_in, salvage.drafts_in, salvage.acts_in)
    return packages or any(read(site.database_path) for read in readers)


def _bring_back(
    site: Site,
    found: Path | None,
    at: datetime,
    problem: str,
    progress: Progress,
    note: "Callable[[Session], None] | None" = None,
) -> RecoveryReport:
    replay = _Replay(site, at, progress, is_damage=bool(problem), note=note)
    since = _since(found)
    kept = restoring.put_in_place(found, site.database_path, at=at, fill=replay.run)
    report = RecoveryReport(
        at=utc_text(at),
        problem=problem,
        kept=str(kept or ""),
        backup=str(found or ""),
        since=since,
        installation=replay.installation,
        packages=replay.packages,
        packages_unreadable=tuple(replay.unreadable),
        revisions_from_packages=replay.from_packages,
        revisions_from_file=replay.from_file,
        acts_from_file=replay.acts_from_file,
        drafts_from_file=tuple(replay.drafts),
        drafts_finalized=replay.drafts_finalized,
        files=safekeeping.bring_files_back(found, site) if found is not None else 0,
        records=replay.records,
    )
    _keep(site.folder / FOLDER, report)
    with suppress(BackupFailed):  # what came back is not in the older ones; the next daily one tells why
        backup.make_backup(site.database_path, site.backups, "recovered", at=at)
    return report


def _since(found: Path | None) -> str:
    """Return when the backup was made; where its name does not tell, when the newest thing in it was."""
    if found is None:
        return ""
    made_at = backup.describe(found).made_at
    if made_at is not None:
        return utc_text(made_at)
    try:
        return contents(found).changed_at
    except (sqlite3.Error, ValueError, TypeError):
        return ""


def _keep(folder: Path, report: RecoveryReport) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = report.at.replace(":", "").replace(".", "-")
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


class _Replay:
    """Takes into a new database what lies in packages and in the damaged file, before it is put in place."""

    def __init__(
        self,
        site: Site,
        at: datetime,
        progress: Progress,
        *,
        is_damage: bool,
        note: "Callable[[Session], None] | None",
    ) -> None:
        self._site = site
        self._at = at
        self._progress = progress
        self._is_damage = is_damage
        self._note = note
        self._lives = set(salvage.lives_in(site.database_path)) if is_damage else set()
        self.installation = ""
        self.records = 0
        self.packages = 0
        self.unreadable: list[str] = []
        self.from_packages = 0
        self.from_file = 0
        self.acts_from_file = 0
        self.drafts: list[str] = []
        self.drafts_finalized = 0

    def run(self, database: "Database") -> None:
        """Take everything into `database`."""
        self._database = database
        self.installation = database.installation
        with database.read() as session:
            self._lives |= set(numbering.lives(session))
        self.own_packages()
        self.packages_taken_in()
        if self._is_damage:
            self.damaged_file()
        self.acts_of_file()
        self.drop_finalized_drafts()
        if self._note is not None:
            with database.begin() as session:
                self._note(session)
        with database.read() as session:
            self.records = len(repository.list_ids(session))

    def own_packages(self) -> None:
        """Take in what this workspace sent."""
        paths = sorted(self._site.outgoing.glob("*.xlsx")) if self._site.outgoing.is_dir() else []
        with Reader() as reader:
            for done, path in enumerate(paths):
                self._progress.step(done, len(paths))
                try:
                    opened = open_package(path, reader, decrypt=decrypt_with(self._site.keyring))
                    if opened.package.manifest.sender.office == address(self._site.settings):
                        self._own_package(path, opened)
                except (PackageError, RevisionNumberReused):
                    self.unreadable.append(path.name)

    def _own_package(self, path: Path, opened: OpenedPackage) -> None:
        package = opened.package
        for sha256, content in opened.files.items():
            attachments.keep_bytes(self._site.attachments, sha256, content)
        with self._database.begin() as session:
            if exchange_state.find_package(session, opened.payload_sha256, "out") is not None:
                return
            self.from_packages += self._add(session, package.revisions)
            self._add_acts(session, package.acts)
            for item in package.attachments:
                for office in {revision.office for revision in package.revisions}:
                    attachments.add_attachment(
                        session, office, item.sha256, item.name, item.media_type, item.size
                    )
            entry = PackageEntry(
                direction="out",
                peer=package.manifest.recipient,
                installation=package.manifest.sender.installation,
                number=package.manifest.number,
                payload_sha256=opened.payload_sha256,
                file_name=path.name,
                made_at=package.manifest.made_at,
                records=package.records,
                revisions=len(package.revisions),
                status="made",
                key_id=package.manifest.key_id,
                acts=len(package.acts),
            )
            ids = [revision.revision_id for revision in package.revisions]
            exchange_state.note_package(session, entry, ids, receipts=package.receipts)
        self.packages += 1

    def packages_taken_in(self) -> None:
        """Take in again the packages that are stored as they came and that the backup does not know."""
        folder = self._site.incoming
        with self._database.read() as session:
            known = {entry.payload_sha256 for entry in exchange_state.packages(session, direction="in")}
            before = _count(session)
        paths = [
            path for path in sorted(folder.glob("*.xlsx")) if path.stem not in known
        ] if folder.is_dir() else []  # fmt: skip
        results = import_files(
            self._database,
            self._site.settings,
            paths,
            store=folder,
            quarantine=self._site.quarantine,
            attachments_dir=self._site.attachments,
            keyring=self._site.keyring,
            forms=self._site.library.form,
            at=self._at,
            progress=self._progress,
            vouched=True,
        )
        for result in results:
            if result.status in ("imported", "waiting"):
                self.packages += 1
            elif result.status != "duplicate":
                self.unreadable.append(result.file.name)
        with self._database.read() as session:
            self.from_packages += _count(session) - before

    def damaged_file(self) -> None:
        """Take in what the damaged file still tells."""
        damaged = self._site.database_path
        with self._database.begin() as session:
            try:
                with session.begin_nested():
                    self.from_file = self._add(session, salvage.revisions_in(damaged))
            except RevisionNumberReused:  # two files of one installation: what was sent counts
                self.from_file = 0
            for draft in salvage.drafts_in(damaged):
                if self._is_news(session, draft):
                    repository.save_draft(session, draft)
                    self.drafts.append(draft.label)

    def acts_of_file(self) -> None:
        """Take over the acts of the file that is replaced: nothing that was written is ever taken back."""
        found = salvage.acts_in(self._site.database_path)
        with self._database.begin() as session:
            known = ActKeys(session, self._site.keyring)
            whole = [act for act in found if known.judge(act) is not False]
            self.acts_from_file = self._add_acts(session, whole)

    @staticmethod
    def _add_acts(session: "Session", acts: Iterable[Act]) -> int:
        """Add those that fit what is here; return how many are new."""
        acts = list(acts)
        with suppress(journal.ActNumberReused, journal.ChainBroken):  # nothing was added then
            return journal.add_acts(session, acts).count("added")
        added = 0
        for act in acts:
            with suppress(journal.ActNumberReused, journal.ChainBroken):  # what was here first counts
                added += journal.add_acts(session, [act]).count("added")
        return added

    def _add(self, session: "Session", revisions: Iterable[Revision]) -> int:
        before = _count(session)
        repository.add_revisions(session, list(revisions))
        return _count(session) - before

    def _is_news(self, session: "Session", draft: Draft) -> bool:
        """Whether a draft of the damaged file says more than what is here."""
        here = repository.find_draft(session, draft.record_id)
        if here is not None:
            return draft.saved_at > here.saved_at
        if any(repository.revision(session, parent) is None for parent in draft.parents):
            return False
        return not self._was_finalized(session, draft)

    def drop_finalized_drafts(self) -> None:
        """Drop the drafts of the backup that were finalized after it: their revision has come back."""
        with self._database.begin() as session:
            with_draft = [record for record in repository.list_records(session) if record.has_draft]
            for record in with_draft:
                draft = repository.find_draft(session, record.record_id)
                if draft is not None and self._was_finalized(session, draft):
                    repository.discard_draft(session, draft.office, draft.record_id)
                    self.drafts_finalized += 1

    def _was_finalized(self, session: "Session", draft: Draft) -> bool:
        """Whether this workspace has finalized the draft, or a later state of it, since.

        There is one draft of a record at a time, so a revision made here on the same parents is what became
        of it. Clocks are compared with themselves only; one that was put back leaves the draft standing.
        """
        saved_at, parents = utc_text(draft.saved_at), tuple(sorted(draft.parents))
        return any(
            revision.installation in self._lives
            and tuple(sorted(revision.parents)) == parents
            and revision.made_at >= saved_at
            for revision in repository.history(session, draft.record_id)
        )


def _count(session: "Session") -> int:
    return repository.count_revisions(session) + repository.count_waiting(session)


def sentences(report: RecoveryReport) -> list[str]:
    """Return what a person should know, in the language spoken now."""
    said = []
    if report.is_damage:
        said.append(_("The database was damaged: {problem}").format(problem=report.problem))
    if report.backup:
        text = _("The backup “{file}” was put in its place.")
        said.append(text.format(file=Path(report.backup).name))
    else:
        said.append(_("There was no sound backup; an empty database was put in its place."))
    if report.revisions_from_packages:
        text = ngettext(
            "{count} revision came back from packages.",
            "{count} revisions came back from packages.",
            report.revisions_from_packages,
        )
        said.append(text.format(count=report.revisions_from_packages))
    if report.revisions_from_file:
        text = ngettext(
            "{count} revision could be read from the damaged file; its checksum is right.",
            "{count} revisions could be read from the damaged file; their checksums are right.",
            report.revisions_from_file,
        )
        said.append(text.format(count=report.revisions_from_file))
    if report.acts_from_file:
        text = ngettext(
            "{count} entry of the journal was taken over from the file that was replaced.",
            "{count} entries of the journal were taken over from the file that was replaced.",
            report.acts_from_file,
        )
        said.append(text.format(count=report.acts_from_file))
    if report.drafts_from_file:
        text = ngettext(
            "{count} draft was read from the damaged file; look it over before you finalize it: {labels}.",
            "{count} drafts were read from the damaged file; look them over before you finalize: {labels}.",
            len(report.drafts_from_file),
        )
        said.append(
            text.format(count=len(report.drafts_from_file), labels=", ".join(report.drafts_from_file))
        )
    if report.packages_unreadable:
        text = _("These packages could not be used: {files}.")
        said.append(text.format(files=", ".join(report.packages_unreadable)))
    return [*said, *_what_may_be_missing(report)]


def _what_may_be_missing(report: RecoveryReport) -> list[str]:
    said = []
    if report.is_damage and report.since:
        when = format_datetime(report.since, language())
        said.append(
            _("What was written after {when} and neither sent nor named above may be missing.").format(
                when=when
            )
        )
    elif report.is_damage:
        said.append(_("What was neither sent nor named above is missing."))
    if report.kept:
        said.append(
            _("The file that stood there before is kept: {path}. Do not delete it.").format(path=report.kept)
        )
    said.append(
        _("Look through your records, then make a package: what headquarters has already does no harm.")
    )
    return said
