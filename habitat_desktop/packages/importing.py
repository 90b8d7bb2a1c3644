"""Takes packages in, for every role: one transaction a package, and importing twice changes nothing.

A file that is damaged, foreign or not a package never reaches the database. What was sent is stored as it
came, named by the hash of its payload; that and the attached files are written before the transaction,
where a crash leaves at most files nobody points to.
"""

import gc
import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from habitat_desktop.disk import make_folder
from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.incoming.container import FILE_LIMIT
from habitat_desktop.packages import act_notices, entitlement, errors, files, key_lists, quarantine, trust
from habitat_desktop.packages.act_trust import ActChecker
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.comparing import Finding, compare
from habitat_desktop.packages.exporting import address, tolerant
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.news import News, news_of
from habitat_desktop.packages.reader import OpenedPackage, Reader, ReaderPool, open_package
from habitat_desktop.packages.workbook import FormFinder
from habitat_desktop.progress import Progress
from habitat_desktop.records import attachments, exchange_state, journal, repository, reserve
from habitat_desktop.records.act import Act
from habitat_desktop.records.errors import RevisionNumberReused
from habitat_desktop.records.findings import note_findings
from habitat_desktop.records.outstanding import assigned
from habitat_desktop.records.record import PackageEntry, Revision, utc_text
from habitat_desktop.settings import HEADQUARTERS, Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session

Status = Literal["imported", "duplicate", "waiting", "quarantined", "refused"]

_ROOM = 4 << 20  # bytes that must be free before a package is taken in

# Nothing is wrong with these files; they are only not for us, not now or not a package of this program
_REFUSED = (
    errors.WrongRecipientError,
    errors.ContentLockedError,
    errors.RequestNotPackageError,
    errors.OwnPackageError,
    errors.NotAPeerError,
    errors.NewerFormatError,
    errors.FileNotReadableError,
    errors.TooBigError,
    errors.NotStoredError,
)


@dataclass(frozen=True)
class ImportResult:
    """What became of one file; `message` is a sentence in the language spoken when it was imported.

    `told` is what a person should know of the questions, answers and decisions it brought.
    """

    file: Path
    status: Status
    code: str
    message: str
    new_revisions: int = 0
    findings: tuple[Finding, ...] = ()
    sender: str = ""
    number: int = 0
    receipts_applied: int = 0
    new_acts: int = 0
    told: tuple[HabitatError, ...] = field(default=(), compare=False)
    news: News = field(default_factory=News, compare=False)  # of headquarters, for an office
    error: HabitatError | None = field(default=None, compare=False)


def import_files(
    database: "Database",
    settings: Settings,
    paths: Iterable[Path],
    *,
    store: Path,
    quarantine: Path,
    attachments_dir: Path,
    keyring: Keyring,
    forms: Callable[..., Form | None],
    at: datetime,
    progress: Progress | None = None,
    vouched: bool = False,
) -> list[ImportResult]:
    """Import each of `paths`, in that order; one bad file never keeps the others out.

    `vouched` files were taken in here before: whose key is trusted is not asked again.

    Raises only what is no fault of a file: errors of the database, or `Cancelled` between two files.
    """
    importer = Importer(
        database,
        settings,
        store=store,
        quarantine=quarantine,
        attachments_dir=attachments_dir,
        keyring=keyring,
        forms=forms,
        at=at,
        vouched=vouched,
    )
    progress = progress or Progress()
    results = []
    waiting = list(paths)
    with _few_collections(), closing(_results(importer, waiting, shared=database.is_shared)) as found:
        for done in range(len(waiting)):
            progress.step(done, len(waiting))
            results.append(next(found))
    progress.step(len(waiting), len(waiting))
    return results


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles seldom: a package is many small objects and no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _results(
    importer: "Importer", paths: Sequence[Path], *, shared: bool
) -> Generator[ImportResult, None, None]:
    """Yield what becomes of each file; several are read ahead, unless other workers claim them too."""
    if shared or len(paths) == 1:
        with Reader() as reader:
            for path in paths:
                yield importer.take_in(path, reader)
        return
    with ReaderPool() as pool:
        for path, opened in pool.each(paths, importer.open):
            yield importer.take_opened(path, opened)


def open_signed(path: Path, reader: Reader, keyring: Keyring | None = None) -> OpenedPackage:
    """Open a package whose signature is right, whoever made it; errors as `open_package`."""
    decrypt = decrypt_with(keyring)
    return open_package(path, reader, lambda sealed: trust.check_signature(path.name, sealed), decrypt)


def import_file(
    database: "Database",
    settings: Settings,
    path: Path,
    *,
    store: Path,
    quarantine: Path,
    attachments_dir: Path,
    keyring: Keyring,
    forms: Callable[..., Form | None],
    at: datetime,
    progress: Progress | None = None,
) -> ImportResult:
    """Import one file; see `import_files`."""
    return import_files(
        database,
        settings,
        [path],
        store=store,
        quarantine=quarantine,
        attachments_dir=attachments_dir,
        keyring=keyring,
        forms=forms,
        at=at,
        progress=progress,
    )[0]


class Importer:
    """Takes files into one workspace."""

    def __init__(
        self,
        database: "Database",
        settings: Settings,
        *,
        store: Path,
        quarantine: Path,
        attachments_dir: Path,
        keyring: Keyring,
        forms: Callable[..., Form | None],
        at: datetime,
        vouched: bool = False,
    ) -> None:
        self._database = database
        self._settings = settings
        self._store = store
        self._quarantine = quarantine
        self._attachments_dir = attachments_dir
        self._keyring = keyring
        self._find_form: FormFinder = tolerant(forms)
        self._at = at
        self._vouched = vouched
        self._is_refreshed = False

    def take_in(self, path: Path, reader: Reader) -> ImportResult:
        """Import one file and say what became of it; one that another worker has is left to that."""
        with self._database.claimed(_claim(path)) as ours:
            if ours:
                return self._take_in(path, reader)
        text = _("Another worker is taking this file in at this moment.")
        return ImportResult(path, "duplicate", "CLAIMED", text)

    def open(self, path: Path, reader: Reader) -> OpenedPackage:
        """Open a package with the keys of this workspace; errors as `open_signed`."""
        return open_signed(path, reader, self._keyring)

    def _refresh_keys(self) -> None:
        """Let a restored database learn, before the first file, what its key list had said."""
        if not self._is_refreshed:
            key_lists.refresh(self._database, self._settings, self._keyring, self._at)
            self._is_refreshed = True

    def _take_in(self, path: Path, reader: Reader) -> ImportResult:
        try:
            opened = self.open(path, reader)
        except errors.PackageError as error:
            return self._turn_away(path, error)
        return self.take_opened(path, opened)

    def take_opened(self, path: Path, opened: OpenedPackage | errors.PackageError) -> ImportResult:
        """Import a file that was read before, or turn away one that could not be."""
        self._refresh_keys()
        result = self._believe(path, opened)
        if result.sender == HEADQUARTERS and result.status in ("imported", "waiting"):
            key_lists.keep_newest(self._database, self._keyring)
        return result

    def _believe(self, path: Path, opened: OpenedPackage | errors.PackageError) -> ImportResult:
        try:
            if isinstance(opened, errors.PackageError):
                raise opened
            self._check_envelope(path, opened)
            try:
                return self._import(path, opened)
            except RecursionError as error:  # answers in answers in answers, deeper than any form
                raise errors.PayloadDamagedError(file=path.name) from error
            except RevisionNumberReused as error:
                sender = opened.package.manifest.sender.office
                number, label = error.context["number"], error.context["label"]
                raise errors.RevisionTwiceError(
                    file=path.name, sender=sender, number=number, label=label
                ) from error
        except errors.PackageError as error:
            return self._turn_away(path, error)

    def _turn_away(self, path: Path, error: errors.PackageError) -> ImportResult:
        kept = False
        if not isinstance(error, _REFUSED):
            try:
                kept = quarantine.keep(self._quarantine, path, error, self._at)
            except OSError:
                kept = False  # the file itself is untouched where it lies
        status: Status = "quarantined" if kept else "refused"
        return ImportResult(path, status, error.code, explain(error), error=error)

    def _check_envelope(self, path: Path, opened: OpenedPackage) -> None:
        manifest = opened.package.manifest
        sender = manifest.sender
        mine = address(self._settings)
        if sender.installation == self._database.installation:
            changes = len(compare(opened.package, opened.workbook))
            if changes:
                raise errors.OwnPackageEditedError(file=path.name, count=changes)
            raise errors.OwnPackageError(file=path.name, recipient=manifest.recipient)
        reads_along = self._settings.role == "region" and sender.role == "office"
        if manifest.recipient != mine and not (reads_along and manifest.recipient == HEADQUARTERS):
            raise errors.WrongRecipientError(file=path.name, recipient=manifest.recipient, office=mine)
        from_headquarters = sender.role == "headquarters"
        if from_headquarters == (self._settings.role == "headquarters") and not reads_along:
            raise errors.NotAPeerError(file=path.name, sender=sender.office, role=sender.role)
        if from_headquarters and self._settings.role == "region":
            return  # what a region reads is for headquarters to say
        allowed = mine if from_headquarters else sender.office
        for revision in opened.package.revisions:
            if revision.office != allowed or sender.role == "region":
                raise _foreign(path, opened, revision, revision.office)

    def _import(self, path: Path, opened: OpenedPackage) -> ImportResult:
        with self._database.read() as session:
            known = self._known(session, path, opened)
        # its sheets are compared once its sender is believed: a stranger says how they are laid out, too
        findings = tuple(compare(opened.package, opened.workbook, self._find_form))
        if known is not None:
            if findings:  # this file was saved once more, whatever became of the first one
                with self._database.begin(office=self._locked(opened)) as session:
                    self._note_findings(session, path, opened, findings)
            return replace(known, findings=findings)
        attached = sum(map(len, opened.files.values()))
        reserve.check_room(self._store, 2 * (len(opened.payload) + attached) + _ROOM)
        try:
            self._keep_bytes(path, opened)
        except OSError as error:
            problem = files.problem(error)
            raise errors.NotStoredError(file=path.name, folder=self._store, problem=problem) from error
        with self._database.begin(office=self._locked(opened)) as session:
            # asked again where nobody else can write: another process may have been quicker
            known = self._known(session, path, opened)
            if known is not None:
                result = replace(known, findings=findings)
            else:
                result = self._add(session, path, opened, findings)
            self._note_findings(session, path, opened, findings)
            return result

    def _note_findings(
        self, session: "Session", path: Path, opened: OpenedPackage, findings: Sequence[Finding]
    ) -> None:
        if findings:
            note_findings(
                session,
                self._office(opened),
                [finding.document() for finding in findings],
                file_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                payload_sha256=opened.payload_sha256,
                at=self._at,
            )

    def _office(self, opened: OpenedPackage) -> str:
        """Return whose records a package carries."""
        sender = opened.package.manifest.sender
        return self._settings.office if sender.role == "headquarters" else sender.office

    def _locked(self, opened: OpenedPackage) -> str | None:
        """Return the one office that taking a package in writes to; None where it is several."""
        return None if self._settings.role == "region" else self._office(opened)

    def _known(self, session: "Session", path: Path, opened: OpenedPackage) -> ImportResult | None:
        """Return the result for a package taken in before; raise the alarm for a number used twice."""
        manifest = opened.package.manifest
        entry = exchange_state.find_package(session, opened.payload_sha256, "in")
        if entry is not None:
            text = _("Package {number} from {sender} was already imported on {date}. Nothing was changed.")
            sender = manifest.sender.name or manifest.sender.office
            message = text.format(number=manifest.number, sender=sender, date=_day(entry.made_at))
            return _result(path, opened, "duplicate", "DUPLICATE", message)
        if not self._vouched:  # asked before the alarms: a stranger must not raise them
            trust.require_trust(session, path.name, opened)
        other = exchange_state.find_other_content(
            session,
            peer=manifest.sender.office,
            installation_id=manifest.sender.installation,
            number=manifest.number,
            payload_sha256=opened.payload_sha256,
        )
        if other is not None:
            sender, number = manifest.sender.office, manifest.number
            raise errors.NumberTwiceError(
                file=path.name, number=number, sender=sender, date=_day(other.made_at)
            )
        return None

    def _keep_bytes(self, path: Path, opened: OpenedPackage) -> None:
        make_folder(self._store)
        stored = self._store / f"{opened.payload_sha256}.xlsx"
        if not stored.exists():
            files.write_new(stored, path.read_bytes())
        for sha256, content in opened.files.items():
            make_folder(self._attachments_dir)
            if not (self._attachments_dir / sha256).exists():
                files.write_new(self._attachments_dir / sha256, content)

    def _add(
        self, session: "Session", path: Path, opened: OpenedPackage, findings: tuple[Finding, ...]
    ) -> ImportResult:
        package = opened.package
        manifest = package.manifest
        is_newer_list = not self._vouched and key_lists.take_in(
            session, path.name, package.key_list, self._at, self._settings
        )
        from_headquarters = manifest.sender.role == "headquarters"
        if self._settings.role == "region" and not from_headquarters:
            self._check_region(session, path, opened)
        acts = self._believed_acts(session, path, opened)
        if self._settings.role == "headquarters" and not self._vouched:
            entitlement.check_revisions(session, path.name, opened, acts)
        self._check_owners(session, path, opened)
        outcomes = repository.add_revisions(
            session,
            package.revisions,
            package_number=None if from_headquarters else manifest.number,
            received_at=utc_text(self._at) if self._is_received(opened) else None,
        )
        if not from_headquarters:
            for revision, outcome in zip(package.revisions, outcomes, strict=True):
                if revision.installation == self._database.installation and outcome != "known":
                    raise RevisionNumberReused(number=revision.number, label=revision.label)  # not made here
        for office in {revision.office for revision in package.revisions} or {self._office(opened)}:
            for held in package.attachments:
                attachments.add_attachment(
                    session, office, held.sha256, held.name, held.media_type, held.size
                )
        new_acts = self._add_acts(session, path, opened, acts)
        receipts = self._note(session, opened, path.name, outcomes)
        pairs = zip(package.revisions, outcomes, strict=True)
        came = {revision.revision_id for revision, outcome in pairs if outcome != "known"}
        told = act_notices.notices(session, new_acts, came)
        result = _taken_in(path, opened, outcomes, receipts, findings, new_acts, told)
        if not from_headquarters or self._settings.role != "office":
            return result
        confirmed_at = utc_text(self._at) if receipts else ""
        brought = {revision.revision_id for revision in package.revisions}
        news = news_of(session, new_acts, confirmed_at, brought, is_newer_list=is_newer_list)
        return replace(result, news=news)

    def _is_received(self, opened: OpenedPackage) -> bool:
        """Whether headquarters holds what a package brings; a region reads packages on their way there."""
        return self._settings.role != "region" or opened.package.manifest.sender.role == "headquarters"

    def _check_region(self, session: "Session", path: Path, opened: OpenedPackage) -> None:
        sender, mine = opened.package.manifest.sender.office, self._settings.office
        if sender not in assigned(session, mine):
            raise errors.NotYourRegionError(file=path.name, sender=sender, region=mine)

    def _believed_acts(self, session: "Session", path: Path, opened: OpenedPackage) -> list[Act]:
        mine, role = address(self._settings), self._settings.role
        if self._vouched:
            return list(opened.package.acts)
        checker = ActChecker(session, path.name, opened, self._keyring, me=mine, my_role=role)
        return checker.believed()

    def _add_acts(
        self, session: "Session", path: Path, opened: OpenedPackage, acts: Sequence[Act]
    ) -> list[Act]:
        """Add the acts of a package; return those that are new here."""
        try:
            outcomes = journal.add_acts(session, acts)
        except (journal.ActNumberReused, journal.ChainBroken) as error:
            sender = opened.package.manifest.sender.office
            raise errors.ActChainError(file=path.name, sender=sender, problem=error) from error
        return [act for act, outcome in zip(acts, outcomes, strict=True) if outcome == "added"]

    def _check_owners(self, session: "Session", path: Path, opened: OpenedPackage) -> None:
        """Raise ForeignRevisionError where a record is that of another office: ids are looked up alone."""
        by_record = {revision.record_id: revision for revision in opened.package.revisions}
        by_office: dict[str, list[str]] = {}
        for record_id, revision in by_record.items():
            by_office.setdefault(revision.office, []).append(record_id)
        for office, records in by_office.items():
            owner = repository.owner_elsewhere(session, office, records)
            if owner is not None:
                raise _foreign(path, opened, by_record[owner[0]], owner[1])

    def _note(
        self, session: "Session", opened: OpenedPackage, file_name: str, outcomes: Sequence[str]
    ) -> int:
        """Note the package and what its sender says it has; return how many of our packages it receipted."""
        package = opened.package
        manifest = package.manifest
        entry = PackageEntry(
            direction="in",
            peer=manifest.sender.office,
            installation=manifest.sender.installation,
            number=manifest.number,
            payload_sha256=opened.payload_sha256,
            file_name=file_name.encode("utf-8", "replace").decode(),  # names of files may be no text at all
            made_at=utc_text(self._at),  # when it was taken in, by this computer's clock
            records=package.records,
            revisions=len(package.revisions),
            status="waiting" if "waiting" in outcomes else "imported",
            key_id=manifest.key_id,
            acts=len(package.acts),
        )
        exchange_state.note_package(
            session,
            entry,
            [revision.revision_id for revision in package.revisions],
            received=self._is_received(opened),
            fresh={
                revision.revision_id: revision.office
                for revision, outcome in zip(package.revisions, outcomes, strict=True)
                if outcome == "added"
            },
        )
        answered = exchange_state.note_receipt(
            session,
            entry.peer,
            package.have,
            package.receipts,
            self._at,
            peer_installation=entry.installation,
            number=entry.number,
            lives=package.lives,
            have_acts=package.have_acts,
            taken=package.taken,
        )
        return len(answered)


def _foreign(
    path: Path, opened: OpenedPackage, revision: Revision, office: str
) -> errors.ForeignRevisionError:
    sender = opened.package.manifest.sender.office
    return errors.ForeignRevisionError(file=path.name, sender=sender, label=revision.label, office=office)


def _claim(path: Path) -> str:
    """Return what a file is claimed by: its content, wherever it lies; a name where it cannot be read."""
    try:
        if path.is_file() and path.stat().st_size <= FILE_LIMIT:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        pass  # told where the file is opened
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def _taken_in(
    path: Path,
    opened: OpenedPackage,
    outcomes: Sequence[str],
    receipts: int,
    findings: tuple[Finding, ...],
    acts: Sequence[Act],
    told: Sequence[HabitatError],
) -> ImportResult:
    manifest = opened.package.manifest
    added, waiting = outcomes.count("added"), outcomes.count("waiting")
    text = _("Package {number} from {sender} was taken in.")
    sentences = [text.format(number=manifest.number, sender=manifest.sender.name or manifest.sender.office)]
    if receipts:
        text = ngettext(
            "It confirms {count} package of yours.", "It confirms {count} packages of yours.", receipts
        )
        sentences.append(text.format(count=receipts))
    if acts:
        text = ngettext(
            "It brings {count} question, answer or decision.",
            "It brings {count} questions, answers or decisions.",
            len(acts),
        )
        sentences.append(text.format(count=len(acts)))
    if outcomes or not (receipts or acts):
        sentences.append(
            ngettext("{count} new revision.", "{count} new revisions.", added).format(count=added)
        )
    if waiting:
        text = ngettext(
            "{count} revision waits for an earlier one that has not come yet.",
            "{count} revisions wait for earlier ones that have not come yet.",
            waiting,
        )
        sentences.append(text.format(count=waiting))
    if findings:
        sentences.append(changed_words(len(findings)))
    sentences += map(explain, told)
    status: Status = "waiting" if waiting else "imported"
    result = _result(path, opened, status, status.upper(), " ".join(sentences), findings)
    return replace(
        result,
        new_revisions=added + waiting,
        receipts_applied=receipts,
        new_acts=len(acts),
        told=tuple(told),
    )


def changed_words(count: int) -> str:
    """Return how many changes made in Excel were noticed, as a sentence."""
    return ngettext(
        "{count} change made in Excel was noticed and not taken over.",
        "{count} changes made in Excel were noticed and not taken over.",
        count,
    ).format(count=count)


def _result(
    path: Path,
    opened: OpenedPackage,
    status: Status,
    code: str,
    message: str,
    findings: tuple[Finding, ...] = (),
) -> ImportResult:
    manifest = opened.package.manifest
    return ImportResult(
        path, status, code, message, findings=findings, sender=manifest.sender.office, number=manifest.number
    )


def _day(at: str) -> str:
    return format_date(at[:10], language(), "long")
