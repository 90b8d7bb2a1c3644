"""Offices and a headquarters with real databases, and a form in which every kind of answer occurs."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyxform.xls2xform import convert

from habitat_desktop.packages import keys, payload
from habitat_desktop.packages.enrolment import request_of, trusted_key
from habitat_desktop.packages.exporting import PackageMade, create_package, create_packages
from habitat_desktop.packages.importing import ImportResult, import_files
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.package import Manifest, Package, Sender
from habitat_desktop.packages.workbook import FormFinder, build_workbook, plan_sheets
from habitat_desktop.progress import Progress
from habitat_desktop.records import attachments, exchange_state, journal, repository
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.database import Database, Session
from habitat_desktop.records.record import Draft, Heading, Revision, utc_text
from habitat_desktop.records.sqlite_file import Connect
from habitat_desktop.records.trusted_keys import TrustedKey, save_key
from habitat_desktop.settings import Role, Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform

PAPER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PAPER_KEY_ID = keys.key_id_of(PAPER_KEY.public_key().public_bytes_raw())
NOON = datetime(2026, 7, 9, 12, 0, tzinfo=UTC)

SETTLEMENTS = """
| survey   |                      |             |                    |                    | |
|          | type                 | name        | label              | bind::habitat:unit | calculation |
|          | text                 | city        | City               |                    | |
|          | begin group          | totals      | Totals             |                    | |
|          | integer              | residents   | Residents          | persons            | |
|          | decimal              | share       | Share in slums     | %                  | |
|          | end group            | totals      |                    |                    | |
|          | date                 | surveyed    | Date of the survey |                    | |
|          | select_one tenure    | tenure      | Main tenure        |                    | |
|          | select_multiple risk | risks       | Risks              |                    | |
|          | note                 | thanks      | Thank you          |                    | |
| | calculate | density | |  | ${residents} div 696 |
|          | file                 | map         | Map                |                    | |
|          | begin repeat         | settlement  | Settlement         |                    | |
|          | text                 | st_name     | Name               |                    | |
|          | integer              | st_homes    | Homes              | homes              | |
|          | begin repeat         | visit       | Visit              |                    | |
|          | date                 | vi_date     | Date of the visit  |                    | |
|          | text                 | vi_note     | Remark             |                    | |
|          | end repeat           | visit       |                    |                    | |
|          | end repeat           | settlement  |                    |                    | |
| choices  |                      |             |                    |                    | |
|          | list_name            | name        | label              |                    | |
|          | tenure               | owner       | Owner              |                    | |
|          | tenure               | tenant      | Tenant             |                    | |
|          | risk                 | flood       | Flood              |                    | |
|          | risk                 | fire        | Fire               |                    | |
|          | risk                 | slide       | Landslide          |                    | |
| settings |                      |             |                    |                    | |
|          | form_title           | form_id     | version            |                    | namespaces |
| | Settlements | settlements | 1 | | habitat="urn:habitat-desktop:xforms" |
"""

NASTY = (
    "007", "1E5", "=1+1", "@x", "+255 20", "-5", "TRUE", "2024-01-02", "a\nb", "e\u0301", "\U0001f3e0 home",
    "_x000D_lit", "_x005F_", "مرحبا", "a\u00a0b", "1/2", "50%", '"quoted"', "'apos", "<b>&amp;", "你好",
    "1,5", "NaN", "#N/A",
    "=cmd|' /C calc'!A0", "a  b", "\u200cنیم\u200c", "  spaces  ", "9007199254740993", "null",
)  # fmt: skip


@cache
def settlements() -> Form:
    """The form of these tests."""
    return parse_xform(convert(SETTLEMENTS).xform.encode(), path=Path("settlements.xlsx"))


def find_form(form_id: str, version: str) -> Form | None:
    """Know the form of these tests and no other."""
    form = settlements()
    return form if (form_id, version) == (form.form_id, form.version) else None


def full_answers(city: str = "Nairobi") -> dict[str, Any]:
    """An answer to every question."""
    return {
        "city": city,
        "totals": {"residents": "4397073", "share": "56.25"},
        "surveyed": "2026-03-31",
        "tenure": "tenant",
        "risks": ["flood", "fire"],
        "density": "6310.5",
        "settlement": [
            {
                "st_name": "Kibera",
                "st_homes": "52000",
                "visit": [{"vi_date": "2026-02-01", "vi_note": "=1+1"}, {"vi_date": "2026-02-15"}],
            },
            {"st_name": "Mathare", "st_homes": "007", "visit": [{"vi_note": "no access"}]},
        ],
    }


def revision_of(number: int = 1, answers: dict[str, Any] | None = None, **changes: Any) -> Revision:
    """A revision that does not come from a database."""
    form = settlements()
    values: dict[str, Any] = {
        "record_id": str(uuid.UUID(int=number)),
        "office": "KE",
        "label": f"KE-7F3K-{number:04}",
        "installation": "laptop-1",
        "number": number,
        "parents": (),
        "heading": Heading(form.form_id, form.version, form.hash, "KEN", "2026-H1", f"City {number}"),
        "kind": "edit",
        "reason": "",
        "author": "Amina",
        "language": "en",
        "answers": full_answers() if answers is None else answers,
        "authors": {"/data/city": "Amina"},
        "justifications": {},
        "made_at": "2026-07-08T10:00:00.000000Z",
        "instance_id": f"uuid:{uuid.UUID(int=number + 1000)}",
        "deprecated_id": "",
    }
    return Revision(**(values | changes))


def package_of(
    revisions: Sequence[Revision], language: str = "en", forms: FormFinder = find_form, number: int = 1
) -> Package:
    """A package of these revisions, from Kenya to headquarters."""
    plan = plan_sheets(revisions, forms, language)
    made_at = "2026-07-09T12:00:00.000000Z"
    sender = Sender("KE", "laptop-1", "Kenya office", "office")
    return Package(
        Manifest(sender, "HQ", number, made_at, "Amina", language, "0.1.0", PAPER_KEY_ID),
        {"laptop-1": [[1, len(revisions)]]},
        (),
        tuple(revisions),
        (),
        plan.layouts,
        plan.words,
        plan.explanations,
    )


def write(path: Path, package: Package, forms: FormFinder = find_form) -> Path:
    """Write the workbook of a package, signed with the key of Kenya that stands in no database."""
    content = payload.encode(package)
    path.write_bytes(build_workbook(package, content, {}, forms, Progress(), paper_seal(content)))
    return path


def paper_seal(content: bytes) -> payload.Seal:
    """Sign as the Kenya of `package_of`."""
    public = PAPER_KEY.public_key().public_bytes_raw()
    return payload.Seal(public, PAPER_KEY.sign(keys.PACKAGE_DOMAIN + content))


@dataclass
class Desk:
    """One installation: database, folders and a clock that only this test moves."""

    folder: Path
    settings: Settings
    database: Database
    now: datetime = NOON
    counter: int = 0

    @property
    def outgoing(self) -> Path:
        return self.folder / "outgoing"

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    @property
    def attachments(self) -> Path:
        return self.folder / "attachments"

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.folder / "keys")

    @property
    def library(self) -> "Desk":
        return self

    def form(self, form_id: str, version: str | None = None, /) -> Form:
        found = find_form(form_id, version or "")
        if found is None:
            raise KeyError(form_id)
        return found

    def hand(self, person: str = "Amina") -> Actor:
        """Who acts at this desk."""
        role, sender = self.settings.role, self.settings.office
        return Actor(role, sender, person, "en", keys.ActSigner(self.keyring), self.now)

    def finalize(
        self, answers: dict[str, Any] | None = None, *, record: Revision | None = None, form_id: str = ""
    ) -> Revision:
        """Finalize a new record, or the next revision of `record`."""
        self.counter += 1
        form = settlements()
        with self.database.begin() as session:
            seed = f"{self.database.installation} {self.counter}"
            draft = Draft(
                record_id=record.record_id if record else str(uuid.uuid5(uuid.NAMESPACE_OID, seed)),
                office=self.settings.office,
                label=record.label if record else repository.new_label(session, self.settings.office),
                heading=Heading(
                    form_id or form.form_id, form.version, form.hash, "KEN", "2026-H1", "Nairobi"
                ),
                parents=(record.revision_id,) if record else (),
                answers=full_answers() if answers is None else answers,
                authors={},
                justifications={},
                language="en",
                answered=1,
                missing=0,
                problems=0,
                saved_at=self.now,
                saved_by="Amina",
            )
            return repository.finalize(session, draft, author="Amina", at=self.tick())

    def attach(self, name: str, content: bytes) -> str:
        """Attach a file and return the value its question keeps."""
        source = self.folder / name
        source.write_bytes(content)
        with self.database.begin() as session:
            return attachments.attach(session, self.attachments, self.settings.office, source)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def make(self, to: str = "HQ", folder: Path | None = None) -> PackageMade:
        """Make a package."""
        return create_package(
            self.database,
            self.settings,
            folder or self.outgoing,
            self.form,
            to=to,
            attachments_dir=self.attachments,
            keyring=self.keyring,
            at=self.tick(),
        )

    def make_all(self, to: str = "HQ") -> list[PackageMade]:
        """Make the packages, where attached files need several."""
        return create_packages(
            self.database,
            self.settings,
            self.outgoing,
            self.form,
            to=to,
            attachments_dir=self.attachments,
            keyring=self.keyring,
            at=self.tick(),
        )

    def take(self, *paths: Path) -> list[ImportResult]:
        """Import files."""
        return import_files(
            self.database,
            self.settings,
            paths,
            store=self.incoming,
            quarantine=self.quarantine,
            attachments_dir=self.attachments,
            keyring=self.keyring,
            forms=self.form,
            at=self.tick(),
        )

    def say(self, kind: str, **words: Any) -> Act:
        """Write an act."""
        with self.database.begin() as session:
            return journal.write(session, self.hand(), kind, **words)

    def acts(self) -> list[Act]:
        """The acts here that are not this database's own, each after those it knew."""
        with self.database.read() as session:
            return [act for act in journal.acts(session) if act.office]

    def state(self, record_id: str) -> str:
        with self.database.read() as session:
            found = repository.find_record(session, record_id)
            return str(found.state) if found else "missing"

    def heads(self) -> dict[str, tuple[str, ...]]:
        """The heads of every record here."""
        with self.database.read() as session:
            return {record.record_id: record.heads for record in repository.list_records(session)}

    def waiting(self, peer: str = "HQ") -> int:
        """How many revisions the peer has not confirmed."""
        with self.database.read() as session:
            return len(exchange_state.waiting_for(session, peer))

    def dump(self) -> str:
        """Everything in the database as text."""
        import sqlite3

        with sqlite3.connect(f"file:{self.folder / 'records.sqlite'}?mode=ro", uri=True) as connection:
            return "\n".join(connection.iterdump())


def vouch(session: Session, headquarters: Desk, made: Revision) -> None:
    """Write the act by which headquarters says that it made a correction."""
    journal.write(
        session,
        headquarters.hand(),
        "correct",
        office=made.office,
        record_id=made.record_id,
        revision_id=made.revision_id,
        reason=made.reason,
    )


def open_desk(
    folder: Path, office: str, creator: Connect | None = None, place: Path | str | None = None
) -> Desk:
    """Open the desk of an office, of a region ("RO..."), or of headquarters ("HQ").

    `creator` and `place` as in `Database.open`.
    """
    for name in ("outgoing", "incoming", "attachments"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    role: Role = "headquarters" if office == "HQ" else "region" if office.startswith("RO") else "office"
    settings = Settings(role, office, f"Office {office}", person="Amina")
    desk = Desk(folder, settings, Database.open(place or folder / "records.sqlite", creator=creator))
    if office == "HQ":
        enrol(desk)
    return desk


class _Enrolled(Protocol):
    """A desk of these tests, or a workspace."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def keyring(self) -> Keyring: ...


def enrol(*desks: _Enrolled) -> None:
    """Let all desks trust each other, as after a telephone call; headquarters also the key on paper."""
    requests = [request_of(desk.keyring, desk.settings, desk.database.installation, NOON) for desk in desks]
    trusted = [trusted_key(request, person="Amina", at=NOON) for request in requests]
    for desk, own in zip(desks, trusted, strict=True):
        with desk.database.begin() as session:
            for key in trusted:
                if key.office != own.office and "headquarters" in (key.role, own.role):
                    save_key(session, key)
            if own.role == "headquarters":
                save_key(session, paper_key())


def paper_key(office: str = "KE") -> TrustedKey:
    """The key that signs what `write` writes, as headquarters trusts it."""
    text = keys.to_text(PAPER_KEY.public_key().public_bytes_raw())
    at = utc_text(NOON)
    return TrustedKey(office, PAPER_KEY_ID, text, "", "office", "", office, "trusted", at, "Amina")


def close(desks: Iterable[Desk]) -> None:
    """Close the databases."""
    for desk in desks:
        desk.database.close()
