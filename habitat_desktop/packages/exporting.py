"""Makes packages: everything the other side has not confirmed, in one workbook.

The order of the steps is what makes a crash harmless:

1. read what is to be sent; write the workbook as a `.part`, sync it, read it again as its receiver would;
2. note the package in the database, in one transaction;
3. rename the part to its name.

A crash before 2 leaves a part nobody noted: it is removed when the next package is made. A crash between
2 and 3 leaves a noted package and a complete part: it gets its name then. In no case is half a file seen
under the name of a package, or a package noted that was not whole on the disk.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop import __version__
from habitat_desktop.errors import HabitatError
from habitat_desktop.packages import (
    age,
    encryption,
    errors,
    files,
    key_lists,
    keys,
    payload,
    publishing,
    trust,
)
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.layout import FormLayout
from habitat_desktop.packages.package import Attachment, Manifest, Package, Sender
from habitat_desktop.packages.portions import cell_counter, portions
from habitat_desktop.packages.reader import Reader, open_package
from habitat_desktop.packages.workbook import FormFinder, build_encrypted, build_workbook, plan_sheets
from habitat_desktop.progress import Progress
from habitat_desktop.records import exchange_state, journal, repository, reserve
from habitat_desktop.records.act import Act
from habitat_desktop.records.attachments import attached_files
from habitat_desktop.records.numbering import earlier_lives
from habitat_desktop.records.outstanding import correspondents, ever_assigned, outstanding
from habitat_desktop.records.record import PackageEntry, Receipt, RecordSummary, Revision, utc_text
from habitat_desktop.settings import HEADQUARTERS, Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session

_ROOM = 8 << 20  # bytes that must be free before a package is begun


@dataclass(frozen=True)
class PackageMade:
    """A package that now lies in its folder."""

    path: Path
    number: int
    records: int
    revisions: int
    to: str
    payload_sha256: str
    acts: int = 0


@dataclass(frozen=True)
class _Content:
    """What is to be sent, as read from the database in one session."""

    number: int
    have: dict[str, list[list[int]]]
    lives: tuple[str, ...]
    greets: bool  # the other side is to hear from this installation in any case
    receipts: tuple[Receipt, ...]
    revisions: tuple[Revision, ...]
    attachments: dict[str, tuple[Attachment, ...]]  # by revision id
    acts: tuple[Act, ...]
    have_acts: dict[str, list[list[int]]]
    taken: dict[str, list[list[int]]]
    records: dict[str, RecordSummary]  # those the acts are about, by id


def address(settings: Settings) -> str:
    """Return the code packages for this workspace are addressed to."""
    return HEADQUARTERS if settings.role == "headquarters" else settings.office


def create_package(
    database: "Database",
    settings: Settings,
    folder: Path,
    forms: Callable[..., Form | None],
    *,
    to: str,
    attachments_dir: Path,
    keyring: Keyring,
    at: datetime,
    author: str = "",
    language: str = "",
    progress: Progress | None = None,
) -> PackageMade:
    """Write the package for the office `to` into `folder`.

    `forms` gives a form by id and version; a form it does not know is no obstacle. More than
    one package can carry makes several; the last one is returned (`create_packages` returns all).

    Raises:
        NothingToSendError: everything is confirmed and no receipt is due.
        ExportFolderError: the folder is missing, full or cannot be written; nothing is noted.
        AttachmentMissingError: an attached file is gone; nothing is noted.
        FilesTooLargeError: the files of one record fit into no package; nothing is noted.
        KeyLockedError: the key that signs needs a passphrase; nothing is noted.
        NoRecipientError, NoRecoveryKeyError: nobody could open it where packages are encrypted.
    """
    made = create_packages(
        database,
        settings,
        folder,
        forms,
        to=to,
        attachments_dir=attachments_dir,
        keyring=keyring,
        at=at,
        author=author,
        language=language,
        progress=progress,
    )
    return made[-1]


def create_packages(
    database: "Database",
    settings: Settings,
    folder: Path,
    forms: Callable[..., Form | None],
    *,
    to: str,
    attachments_dir: Path,
    keyring: Keyring,
    at: datetime,
    author: str = "",
    language: str = "",
    progress: Progress | None = None,
) -> list[PackageMade]:
    """Write the packages for the office `to`: one, or several where it would be too large to be read.

    Raises: as `create_package`; `FilesTooLargeError` before anything is made.
    """
    finish_packages(database, settings, folder)
    with database.read() as session:
        content = _outstanding(session, settings, to)
    # an office tells what it received only along with records: else receipts would answer receipts for ever
    speaks = content.greets or (settings.role == "headquarters" and content.receipts)
    if not content.revisions and not content.acts and not speaks:
        raise errors.NothingToSendError(recipient=to)
    attached = {a.sha256: a.size for some in content.attachments.values() for a in some}
    attached |= {a.sha256: a.size for a in publishing.attached(content.acts, to)}
    reserve.check_room(folder, _ROOM + 3 * sum(attached.values()))
    maker = _Maker(
        database, settings, folder, tolerant(forms), attachments_dir, keyring, to, at, author, language
    )
    made = []
    with Reader() as reader:
        reader.warm()  # it starts while the workbook is written
        for part in _split(content, maker.layouts(content), to):
            made.append(maker.make(part, reader, progress or Progress()))
    return made


def finish_packages(database: "Database", settings: Settings, folder: Path) -> None:
    """Put right what a crash left in `folder`: name the noted packages, remove the parts nobody noted.

    Raises:
        ExportFolderError: a name cannot be given; the part stays.
    """
    parts = {part.name: part for part in folder.glob(f"{address(settings)}-*{files.PART}")}
    if not parts:
        return
    with database.read() as session:
        noted = {entry.file_name for entry in exchange_state.packages(session, direction="out")}
    for name, part in parts.items():
        final = part.with_name(name.removesuffix(files.PART))
        if final.name not in noted:
            files.remove(part)
            continue
        with _explained(folder):
            files.place(part, final)


def tolerant(forms: Callable[..., Form | None]) -> FormFinder:
    """Return a finder that says None for a form that is missing or unreadable, and asks once."""
    found: dict[tuple[str, str], Form | None] = {}

    def find(form_id: str, version: str) -> Form | None:
        key = (form_id, version)
        if key not in found:
            try:
                found[key] = forms(form_id, version)
            except (HabitatError, KeyError):
                found[key] = None
        return found[key]

    return find


def _outstanding(session: "Session", settings: Settings, to: str) -> _Content:
    found = outstanding(session, settings, to)
    offices = None if to == HEADQUARTERS else correspondents(session, to)
    others = [] if offices is None else offices[1:]
    asked = {act.record_id for act in found.acts if act.record_id}
    return _Content(
        number=exchange_state.next_number(session, to),
        have=exchange_state.have(session, offices),
        lives=earlier_lives(session),
        greets=exchange_state.greeting_due(session, to),
        receipts=tuple(exchange_state.receipts_due(session, to)),
        revisions=found.revisions,
        attachments=_attachments_of(session, found.revisions),
        acts=found.acts,
        have_acts=journal.have_acts(session, offices and {*offices, *ever_assigned(session, to)}),
        taken=exchange_state.taken_in(session, others) if others else {},
        records={record.record_id: record for record in repository.summaries(session, sorted(asked))},
    )


def _attachments_of(session: "Session", revisions: Iterable[Revision]) -> dict[str, tuple[Attachment, ...]]:
    found: dict[str, tuple[Attachment, ...]] = {}
    for revision in revisions:
        held = attached_files(session, revision.office, revision.answers)
        if held:
            found[revision.revision_id] = tuple(
                Attachment(f.sha256, f.name, f.media_type, f.size) for f in held
            )
    return found


def _split(content: _Content, layouts: Sequence[FormLayout], to: str) -> list[_Content]:
    """Share the revisions out over packages that can be read.

    Every package says what is had and which receipts are due; the second and later ones are numbered on. The
    acts go with the first, unless the files they release are too large for one package; those that vouch for
    a revision go with that one too, for any package may come before the first.
    """
    parts = portions(content.revisions, content.attachments, cell_counter(layouts))
    pairs = zip_longest(parts, publishing.shares(content.acts, to), fillvalue=())
    return [
        replace(content, number=number, revisions=revisions, acts=_with_vouching(content, revisions, acts))
        for number, (revisions, acts) in enumerate(pairs, content.number)
    ]


def _with_vouching(content: _Content, revisions: Sequence[Revision], acts: Sequence[Act]) -> tuple[Act, ...]:
    made = {revision.revision_id for revision in revisions if revision.kind == "correction"}
    there = {act.act_id for act in acts}
    vouching = (act for act in content.acts if act.kind == "correct" and act.revision_id in made)
    return (*acts, *(act for act in vouching if act.act_id not in there))


class _Maker:
    """Makes packages for one recipient."""

    def __init__(
        self,
        database: "Database",
        settings: Settings,
        folder: Path,
        find_form: FormFinder,
        attachments_dir: Path,
        keyring: Keyring,
        to: str,
        at: datetime,
        author: str,
        language: str,
    ) -> None:
        self._database = database
        self._settings = settings
        self._folder = folder
        self._find_form = find_form
        self._attachments_dir = attachments_dir
        self._keyring = keyring
        self._key_list = key_lists.current_list(database, settings, keyring, at)
        self._recipients: list[str] = []  # of age; none where nothing is encrypted
        if settings.encrypt:
            with database.read() as session:
                self._recipients = encryption.recipients_for(session, keyring, to)
        self._to = to
        self._at = utc_text(at)
        self._author = author or settings.person
        self._language = language or settings.language

    def layouts(self, content: _Content) -> tuple[FormLayout, ...]:
        """Return how the sheets will be laid out if everything goes into one package."""
        return plan_sheets(content.revisions, self._find_form, self._language).layouts

    def make(self, content: _Content, reader: Reader, progress: Progress) -> PackageMade:
        """Write, note and name one package, in this order; see the top of the module."""
        package = self._package(content)
        encoded = payload.encode(package)
        sha256 = payload.sha256(encoded)
        signature = self._keyring.sign(keys.PACKAGE_DOMAIN, encoded)
        seal = payload.Seal(self._keyring.public.public, signature)
        attached = self._read_files(content)
        if self._recipients:
            workbook = build_encrypted(package, encoded, attached, seal, self._recipients)
        else:
            workbook = build_workbook(
                package, encoded, attached, self._find_form, progress, seal, content.records
            )
        name = f"{package.manifest.sender.office}-{self._to}-{content.number}-{sha256[:12]}.xlsx"
        path = self._folder / name
        with _explained(self._folder):
            part = files.write_part(path, workbook)
        try:
            opened = open_package(part, reader, decrypt=age.decrypt_with(self._keyring))
            if opened.payload_sha256 != sha256:
                raise errors.PayloadDamagedError(file=name)
            trust.check_signature(name, opened)
            with self._database.begin() as session:
                self._note(session, package, sha256, name)
        except BaseException:
            files.remove(part)
            raise
        with _explained(self._folder):
            files.place(part, path)
        progress.step(1, 1)
        revisions, acts = len(package.revisions), len(package.acts)
        return PackageMade(path, content.number, package.records, revisions, self._to, sha256, acts)

    def _package(self, content: _Content) -> Package:
        settings = self._settings
        plan = plan_sheets(content.revisions, self._find_form, self._language)
        sender = Sender(address(settings), self._database.installation, settings.name, settings.role)
        attachments = {
            a.sha256: a for r in content.revisions for a in content.attachments.get(r.revision_id, ())
        }
        attachments |= {a.sha256: a for a in publishing.attached(content.acts, self._to)}
        return Package(
            manifest=Manifest(
                sender=sender,
                recipient=self._to,
                number=content.number,
                made_at=self._at,
                author=self._author,
                language=self._language,
                program=__version__,
                key_id=self._keyring.public.key_id,
            ),
            have=content.have,
            receipts=content.receipts,
            revisions=content.revisions,
            attachments=tuple(attachments[sha256] for sha256 in sorted(attachments)),
            layouts=plan.layouts,
            words=plan.words,
            explanations=plan.explanations,
            lives=content.lives,
            key_list=self._key_list,
            acts=content.acts,
            have_acts=content.have_acts,
            taken=content.taken,
        )

    def _read_files(self, content: _Content) -> dict[str, bytes]:
        found = publishing.read_attached(self._attachments_dir, content.acts, self._to)
        for revision in content.revisions:
            for attachment in content.attachments.get(revision.revision_id, ()):
                if attachment.sha256 not in found:
                    found[attachment.sha256] = self._read_file(attachment, revision.label)
        return found

    def _read_file(self, attachment: Attachment, label: str) -> bytes:
        try:
            content = (self._attachments_dir / attachment.sha256).read_bytes()
        except OSError as error:
            raise errors.AttachmentMissingError(name=attachment.name, label=label) from error
        if payload.sha256(content) != attachment.sha256:
            raise errors.AttachmentMissingError(name=attachment.name, label=label)
        return content

    def _note(self, session: "Session", package: Package, sha256: str, name: str) -> None:
        manifest = package.manifest
        entry = PackageEntry(
            direction="out",
            peer=self._to,
            installation=manifest.sender.installation,
            number=manifest.number,
            payload_sha256=sha256,
            file_name=name,
            made_at=manifest.made_at,
            records=package.records,
            revisions=len(package.revisions),
            status="made",
            key_id=manifest.key_id,
            acts=len(package.acts),
        )
        revision_ids = [revision.revision_id for revision in package.revisions]
        exchange_state.note_package(session, entry, revision_ids, receipts=package.receipts)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what the disk says into what a person can do."""
    try:
        yield
    except OSError as error:
        problem = files.problem(error)
        raise errors.ExportFolderError(folder=folder, problem=problem) from error
