"""Offices, headquarters and what travels between them, with what must hold at every moment.

Everything is real: databases, packages, backups. Beside it stands a plain account of what happened; the
program is right when it agrees with the account. The numbers in brackets are those of the invariants in
`CONTRIBUTING.md`.
"""

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
from sqlalchemy import event, select

from habitat_desktop.i18n.text import clean
from habitat_desktop.packages import edits, key_lists, payload
from habitat_desktop.packages.errors import NothingToSendError
from habitat_desktop.packages.importing import ImportResult
from habitat_desktop.packages.revoking import revoke
from habitat_desktop.records import exchange_state, journal, repository, revisions
from habitat_desktop.records.backup import make_backup
from habitat_desktop.records.database import Database
from habitat_desktop.records.errors import DatabaseLocked
from habitat_desktop.records.key_lists import newest_list
from habitat_desktop.records.record import Draft, Heading, Revision, verify_revision
from habitat_desktop.records.restoring import restore_backup
from habitat_desktop.records.tables import RevisionRow
from habitat_desktop.records.verify import verify
from tests.model import talk_checks
from tests.model.desks import DESKS, LAPTOPS, OFFICES, REGION, Account, Crash, Parcel
from tests.model.talk import Talk
from tests.packages.offices import Desk, close, enrol, open_desk, settlements, vouch

# what people paste: half of a pair of surrogates, a line end of another system, marks that turn text around
NASTY = (
    "",
    "\ud83d",
    "a\r\nb",
    "\u202eturned",
    "e\u0301",
    "=1+1",
    "_x000D_",
    "  spaces  ",
    "مرحبا",
    "\u200cنیم",
)


class World:
    """Three laptops of two offices, a region, headquarters, and the files between them."""

    def __init__(self, folder: Path, templates: Path) -> None:
        self.folder = folder
        self.net: list[Parcel] = []
        self.taken: list[Parcel] = []  # parcels headquarters took in whole
        self.backups: dict[str, list[tuple[Path, Account]]] = defaultdict(list)
        self.accounts = {name: Account() for name in DESKS}
        self.content: dict[str, bytes] = {}  # every revision ever made, by id
        self.numbers: dict[tuple[str, int], str] = {}
        self.headquarters_ever: set[str] = set()
        self.revoked: set[str] = set()  # laptops
        self.lists: dict[str, int] = {}  # the number of the newest key list every desk ever knew
        self.files = 0
        for name in DESKS:
            shutil.copytree(templates / name, folder / name)
        self.desks = {name: open_desk(folder / name, office) for name, office in DESKS.items()}
        self.drafts: dict[tuple[str, str], Draft] = {}
        self.talk = Talk(self)

    def close(self) -> None:
        for desk in self.desks.values():
            desk.database.close()

    # -- people at work ------------------------------------------------------------------------------

    def create(self, name: str, city: str) -> None:
        self._finalize(name, self._draft(name, None, city))

    def begin_edit(self, name: str, record_id: str, city: str) -> None:
        """Open a draft on the head there is now; it is finalized later, whatever came meanwhile."""
        head = self.heads_of(name, record_id)
        if len(head) == 1:
            self.drafts[name, record_id] = self._draft(name, head, city)

    def end_edit(self, name: str, record_id: str) -> None:
        draft = self.drafts.pop((name, record_id), None)
        if draft is not None:
            self._finalize(name, draft)

    def merge(self, name: str, record_id: str, city: str) -> None:
        heads = self.heads_of(name, record_id)
        if len(heads) > 1:
            self.drafts.pop((name, record_id), None)
            self._finalize(name, self._draft(name, heads, city))

    def withdraw(self, name: str, record_id: str) -> None:
        desk = self.desks[name]
        if len(self.heads_of(name, record_id)) == 1:
            self.drafts.pop((name, record_id), None)
            with desk.database.begin() as session:
                made = repository.withdraw(session, record_id, author="A", at=desk.tick(), reason="twice")
            self.note_made(name, made.revision_id)

    def correct(self, record_id: str, city: str) -> None:
        """Headquarters puts its own value in, as a revision of its own."""
        heads = self.heads_of("HQ", record_id)
        if len(heads) == 1:
            self._finalize("HQ", self._draft("HQ", heads, city), kind="correction", reason="seen on site")

    def _draft(self, name: str, parents: list[Revision] | None, city: str) -> Draft:
        desk, form = self.desks[name], settlements()
        with desk.database.begin() as session:
            label = parents[0].label if parents else repository.new_label(session, DESKS[name])
        self.files += 1
        return Draft(
            record_id=parents[0].record_id if parents else f"record-{self.files}",
            office=parents[0].office if parents else DESKS[name],
            label=label,
            heading=Heading(form.form_id, form.version, form.hash, "KEN", "2026-H1", clean(city)),
            parents=tuple(sorted(parent.revision_id for parent in parents or ())),
            answers={"city": clean(city), "surveyed": "2026-03-31", "totals": {"residents": str(self.files)}},
            authors={"/data/city": name},
            justifications={},
            language="en",
            answered=1,
            missing=0,
            problems=0,
            saved_at=desk.now,
            saved_by=name,
        )

    def _finalize(
        self, name: str, draft: Draft, kind: revisions.Kind | None = None, reason: str = ""
    ) -> None:
        desk = self.desks[name]
        with desk.database.begin() as session:
            repository.save_draft(session, draft)
        known = self.talk.ids(name)
        with desk.database.begin() as session:
            made = repository.finalize(
                session,
                draft,
                author=name,
                at=desk.tick(),
                kind=kind,
                reason=reason,
                is_received=name == "HQ",
            )
            if kind == "correction":
                vouch(session, desk, made)
        self.note_made(name, made.revision_id)
        self.talk.note_said(name, known)

    def note_made(self, name: str, revision_id: str) -> None:
        self.accounts[name].has.add(revision_id)
        if name == "HQ":
            self.headquarters_ever.add(revision_id)

    # -- what travels --------------------------------------------------------------------------------

    def send(self, name: str, to: str, crash_at: int = 0) -> None:
        """Make the packages for an office and put copies of them on the way."""
        desk = self.desks[name]
        told = frozenset(self.stored(name)) if name == "HQ" else frozenset()
        acts = self.talk.outstanding(name, to)
        try:
            with self.crashing(desk, crash_at):
                made = desk.make_all(to)
        except NothingToSendError:
            return
        except Crash:
            self.start_again(name)
            self.check_outgoing(name)
            return
        assert sum(package.acts for package in made) == len(acts)
        for package in made:
            self.files += 1
            path = self.folder / f"net-{self.files}-{package.path.name}"
            shutil.copyfile(package.path, path)
            carried = frozenset(self._carried(desk, package.payload_sha256))
            self.net.append(Parcel(path, name, to, carried, told, acts=acts if package.acts else frozenset()))

    def _carried(self, desk: Desk, payload_sha256: str) -> Iterable[str]:
        from habitat_desktop.records.tables import PackageRevisionRow

        with desk.database.read() as session:
            return list(
                session.scalars(
                    select(PackageRevisionRow.revision_id).where(
                        PackageRevisionRow.payload_sha256 == payload_sha256
                    )
                )
            )

    def deliver(self, parcel: Parcel, name: str, crash_at: int = 0) -> None:
        """Let a desk take a file in, and compare what it then holds with what it should."""
        desk, account = self.desks[name], self.accounts[name]
        before = self.stored(name) | self.waiting(name)
        known = self.talk.ids(name)
        unchanged = desk.dump()
        try:
            with self.crashing(desk, crash_at):
                result = desk.take(parcel.path)[0]
        except Crash:
            self.start_again(name)
            after = self.stored(name) | self.waiting(name)
            assert after in (before, before | parcel.revisions), "[14] a package was taken in by half"
            assert self.talk.ids(name) in (known, known | parcel.acts), "[14] acts were taken in by half"
            result = self.desks[name].take(parcel.path)[0]
        if parcel.sender in self.revoked and parcel not in self.taken:
            assert result.status == "quarantined", f"[15] a revoked key was believed: {result.message}"
            parcel = replace(parcel, harm="a revoked key")
        parcel = self.talk.judged(name, parcel)
        if parcel.harm:
            self._check_kept_out(name, parcel, result, unchanged)
            return
        assert result.status in ("imported", "waiting", "duplicate"), f"[1] kept out: {result.message}"
        assert len(result.findings) == parcel.edits, f"[11] {parcel.edits} edits, {result.findings}"
        self._arrived(name, parcel, account)
        self.talk.arrived(name, parcel, result, known)
        again = self.desks[name].dump()
        assert self.desks[name].take(parcel.path)[0].status == "duplicate", "[3] taken in twice"
        assert self.desks[name].dump() == again, "[3] taking it in again changed something"

    def _check_kept_out(self, name: str, parcel: Parcel, result: ImportResult, unchanged: str) -> None:
        assert result.status in ("quarantined", "refused"), f"[12, 13] {parcel.harm} was let in"
        assert result.code and result.message, "[13] kept out without a word"
        assert self.desks[name].dump() == unchanged, f"[12, 13] {parcel.harm} changed the database"

    def _arrived(self, name: str, parcel: Parcel, account: Account) -> None:
        account.has |= parcel.revisions
        account.may_call_received |= parcel.told
        account.acts |= parcel.acts
        if name == "HQ":
            self.headquarters_ever |= parcel.revisions
            self.taken.append(parcel)
        missing = parcel.revisions - self.stored(name) - self.waiting(name)
        assert not missing, f"[2, 5] {len(missing)} revisions of a package are nowhere"

    def deliver_next(self, name: str, place: int = 0, crash_at: int = 0) -> None:
        """Deliver one of the parcels on the way, and look at everything."""
        self.deliver(self.net.pop(place), name, crash_at)
        self.check()

    def damage(self, parcel: Parcel, how: int) -> None:
        """Put a damaged copy of a parcel on the way."""
        self.files += 1
        path = parcel.path.with_name(f"net-{self.files}-{parcel.path.name.split('-', 2)[2]}")
        harm = ("payload", "cut", "bytes")[how % 3]
        if harm == "payload":
            book = openpyxl.load_workbook(parcel.path)
            cell = next(row[1] for row in book["_package"].iter_rows() if row[0].value == "000001")
            text = str(cell.value)
            at = how % len(text)
            cell.value = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
            book.save(path)
        else:
            data = parcel.path.read_bytes()
            middle = len(data) // 2 + how % 97
            path.write_bytes(data[:middle] if harm == "cut" else data[:200] + b"\0" * 40 + data[240:])
        self.net.append(replace(parcel, path=path, harm=harm))

    def forge(self, parcel: Parcel) -> None:
        """Put a copy on the way whose payload says something else, hash and all, under the old signature."""
        self.files += 1
        path = parcel.path.with_name(f"net-{self.files}-{parcel.path.name.split('-', 2)[2]}")
        book = openpyxl.load_workbook(parcel.path)
        sheet = book["_package"]
        cells = {row[0].value: row[1] for row in sheet.iter_rows()}
        chunks = [name for name in cells if str(name).isdigit()]
        true = payload.from_cells([(name, cell.value) for name, cell in cells.items()], parcel.path.name)
        new = dict(payload.to_cells(true.payload.replace(b"City", b"Town")))
        assert len(chunks) == sum(name.isdigit() for name in new)
        for name in ("sha256", *chunks):
            cells[name].value = new[name]
        book.save(path)
        self.net.append(replace(parcel, path=path, revisions=frozenset(), harm="a forged payload"))

    def edit_in_excel(self, parcel: Parcel, count: int) -> None:
        """Put a copy on the way in which somebody changed some cells."""
        self.files += 1
        if parcel.harm or parcel.edits:
            return  # nobody opens what was cut
        book = openpyxl.load_workbook(parcel.path)
        if "settlements" not in book.sheetnames:
            return
        sheet = book["settlements"]
        column = next(cell.column for cell in sheet[1] if cell.value == "city")
        rows = [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, column).value][:count]
        for row in rows:
            sheet.cell(row, column).value = f"edited {self.files} {row}"
        path = parcel.path.with_name(f"net-{self.files}-{parcel.path.name.split('-', 2)[2]}")
        book.save(path)
        self.net.append(replace(parcel, path=path, edits=len(rows)))

    def revoke(self, name: str) -> None:
        """Headquarters no longer believes the key of a laptop, whatever comes from it from now on."""
        headquarters, key = self.desks["HQ"], self.desks[name].keyring.public
        at = headquarters.tick()
        with headquarters.database.begin() as session:
            revoke(session, headquarters.hand("A. Diallo"), key.key_id, reason="stolen")
        key_lists.current_list(headquarters.database, headquarters.settings, headquarters.keyring, at)
        self.revoked.add(name)

    def take_edits_home(self, name: str, parcel: Parcel) -> None:
        """The office takes its own package, changed in Excel: drafts may come of it, never a revision."""
        desk = self.desks[name]
        before = self.stored(name)
        assert desk.take(parcel.path)[0].status == "refused", "[18] the own package was let in"
        taken = edits.take_edits(
            desk.database, desk.settings, parcel.path, desk.form, language="en", at=desk.tick()
        )
        assert len(taken.edits) == parcel.edits, "[18] edits were passed over"
        assert self.stored(name) == before, "[18] an edit in Excel became a revision by itself"

    # -- misfortune ----------------------------------------------------------------------------------

    def back_up(self, name: str) -> None:
        desk = self.desks[name]
        path = make_backup(desk.folder / "records.sqlite", desk.folder / "backups", "test", at=desk.tick())
        self.backups[name].append((path, self.accounts[name].copy()))

    def restore(self, name: str, which: int) -> None:
        """Put an old backup in the place of the database: what was never sent since is gone for good."""
        path, account = self.backups[name][which % len(self.backups[name])]
        desk = self.desks[name]
        desk.database.close()
        restore_backup(path, desk.folder / "records.sqlite", at=desk.tick())
        self.accounts[name] = account.copy()
        for key in [key for key in self.drafts if key[0] == name]:
            del self.drafts[key]
        self.start_again(name)

    def start_again(self, name: str) -> None:
        """Let the program on a desk end and start again."""
        desk = self.desks[name]
        desk.database.close()
        desk.database = Database.open(desk.folder / "records.sqlite")
        key_lists.refresh(desk.database, desk.settings, desk.keyring, desk.tick())

    def set_clock(self, name: str, now: datetime) -> None:
        self.desks[name].now = now

    def second_start(self, name: str) -> None:
        path = self.desks[name].folder / "records.sqlite"
        try:
            second = Database.open(path)
        except DatabaseLocked:
            return
        second.close()
        raise AssertionError("[20] the same database is open twice")

    @contextmanager
    def crashing(self, desk: Desk, at: int) -> Iterator[None]:
        """End the process at the at-th statement to the database; 0 means never."""
        if not at:
            yield
            return
        left = at
        engine = desk.database._engine

        def count(*_ignored: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Crash

        event.listen(engine, "before_cursor_execute", count)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", count)

    # -- looking -------------------------------------------------------------------------------------

    def stored(self, name: str) -> set[str]:
        with self.desks[name].database.read() as session:
            return set(session.scalars(select(RevisionRow.revision_id)))

    def waiting(self, name: str) -> set[str]:
        with self.desks[name].database.read() as session:
            return {item.revision.revision_id for item in repository.waiting_room(session)}

    def list_number(self, name: str) -> int:
        with self.desks[name].database.read() as session:
            newest = newest_list(session)
        return newest["number"] if newest else 0

    def records(self, name: str) -> list[str]:
        with self.desks[name].database.read() as session:
            return sorted(session.scalars(select(RevisionRow.record_id).distinct()))

    def heads_of(self, name: str, record_id: str) -> list[Revision]:
        """The heads as they follow from the parents, whatever the summary says."""
        with self.desks[name].database.read() as session:
            known = repository.history(session, record_id)
        replaced = {parent for revision in known for parent in revision.parents}
        return [revision for revision in known if revision.revision_id not in replaced]

    # -- what must hold ------------------------------------------------------------------------------

    def check(self) -> None:
        for name in DESKS:
            self._check_desk(name)
            talk_checks.check_desk(self, name)

    def _check_desk(self, name: str) -> None:
        desk, account = self.desks[name], self.accounts[name]
        with desk.database.read() as session:
            assert verify(session) == [], f"[5, 7] {name}: {verify(session)}"
            rows = session.execute(
                select(RevisionRow.revision_id, RevisionRow.document, RevisionRow.received_at)
            ).all()
            summaries = repository.list_records(session)
        received = {row.revision_id for row in rows if row.received_at is not None}
        for row in rows:
            text = row.document
            self._check_revision(name, text.encode() if isinstance(text, str) else text, row.revision_id)
        here = {row.revision_id for row in rows} | self.waiting(name)
        assert here >= account.has, f"[2] {name} lost {len(account.has - here)} revisions"
        number = self.list_number(name)
        assert number >= self.lists.get(name, 0), f"[16] the key list of {name} went down"
        self.lists[name] = number
        if name == REGION:
            assert received <= account.may_call_received, "[27] the region calls received what nobody said"
        if name != "HQ":
            assert received <= account.may_call_received, f"[6, 9] {name} calls received what nobody said"
            assert received <= self.headquarters_ever, f"[6] {name} calls received what never came"
        for summary in summaries:
            heads = {revision.revision_id for revision in self.heads_of(name, summary.record_id)}
            assert set(summary.heads) == heads, f"[8] {name} shows other heads than there are"
            if len(heads) > 1:
                assert str(summary.state) == "conflict", f"[8] {name} hides a conflict"

    def _check_revision(self, name: str, document: bytes, revision_id: str) -> None:
        known = self.content.setdefault(revision_id, document)
        assert known == document, f"[7] {name} holds another content of a revision"
        assert hashlib.sha256(document).hexdigest() == revision_id, f"[7] {name}: a revision was changed"
        revision = repository_revision(document)
        assert verify_revision(revision)
        number = (revision.installation, revision.number)
        assert self.numbers.setdefault(number, revision_id) == revision_id, f"[17] {name}: a number twice"

    def check_outgoing(self, name: str) -> None:
        """After a crash: what lies under the name of a package is whole, and noted."""
        desk = self.desks[name]
        with desk.database.read() as session:
            noted = {entry.file_name for entry in exchange_state.packages(session, direction="out")}
        for path in desk.outgoing.glob("*.xlsx"):
            assert path.name in noted, "[14] a package lies there that nobody noted"

    def converge(self) -> None:
        """Exchange cleanly three times: then everybody agrees, and nobody has anything to send."""
        self.net = []
        self.talk.assign_again()
        for _round in range(3):
            for name in set(LAPTOPS) - self.revoked:
                self.send(name, "HQ")
                self.deliver_all("HQ")
            for office in sorted(set(LAPTOPS.values())):
                self.send("HQ", office)
                for name in [laptop for laptop, code in LAPTOPS.items() if code == office]:
                    for parcel in self.net:
                        self.deliver(parcel, name)
                self.net = []
            self.talk.region_exchanges()
        self.check()
        self._check_agreement()
        self._check_nothing_lost()
        talk_checks.check_agreement(self)

    def deliver_all(self, name: str) -> None:
        for parcel in self.net:
            self.deliver(parcel, name)
        self.net = []

    def _check_agreement(self) -> None:
        for name, office in LAPTOPS.items():
            if name in self.revoked:
                continue
            assert not self.waiting(name), f"[5] {name} still waits for a parent"
            with self.desks[name].database.read() as session:
                records = repository.list_records(session)
                assert not exchange_state.waiting_for(session, "HQ"), f"[1] {name} has something to send"
            with self.desks["HQ"].database.read() as session:
                theirs = repository.list_records(session, office=office)
            mine = {record.record_id: set(record.heads) for record in records}
            assert mine == {record.record_id: set(record.heads) for record in theirs}, f"[1] {name} differs"
        assert not self.waiting("HQ"), "[5] headquarters still waits for a parent"

    def _check_nothing_lost(self) -> None:
        """What somebody still has who gives it back is at headquarters; a region gives nothing back."""
        givers = set(DESKS) - self.revoked - {REGION}
        lost = set().union(*(self.accounts[name].has for name in givers)) - self.stored("HQ")
        assert not lost, f"[2] {len(lost)} revisions are nowhere"

    def end(self, templates: Path) -> None:
        """Look at what can be looked at only once: other orders, and every file that was kept."""
        talk_checks.check_verified(self)
        self.check_order_is_free(list(range(len(self.taken)))[::-1], templates)
        talk_checks.check_order_is_free(self, templates, self.files)

    def check_order_is_free(self, order: list[int], templates: Path) -> None:
        """Take everything headquarters took in once more, in two orders, into two new headquarters."""
        seen, said = [], []
        for number, places in enumerate((range(len(self.taken)), order)):
            folder = self.folder / f"HQ-again-{number}"
            shutil.copytree(templates / "HQ", folder)
            desk = open_desk(folder, "HQ")
            with desk.database.begin() as session:  # what headquarters itself said does not come to it again
                journal.add_acts(session, [act for act in self.talk.acts("HQ") if act.sender == "HQ"])
            desk.take(*(self.taken[place].path for place in places))
            with desk.database.read() as session:
                heads = {record.record_id: record.heads for record in repository.list_records(session)}
                have = exchange_state.have(session)
                waiting = {item.revision.revision_id for item in repository.waiting_room(session)}
            talks = [self.talk.seen(desk, office) for office in OFFICES]
            desk.database.close()
            seen.append((heads, have, waiting))
            said.append(talks)
        assert seen[0] == seen[1], "[4] the order in which packages came made a difference"
        assert said[0] == said[1], "[25] the order in which packages came made a difference"


def repository_revision(document: bytes) -> Revision:
    import json

    return Revision.from_document(json.loads(document))


def make_templates(folder: Path) -> Path:
    """Make one fresh desk of each kind, enrolled with each other, to be copied: making one takes long."""
    desks = [open_desk(folder / name, office) for name, office in DESKS.items()]
    enrol(*desks)
    close(desks)
    return folder
