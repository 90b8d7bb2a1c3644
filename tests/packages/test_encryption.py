"""Encrypted packages between real desks: who can open them, who cannot, and that nothing shows."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from openpyxl import load_workbook
from pyrage import x25519

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages import age, errors, payload
from habitat_desktop.packages.encryption import recipients_for
from habitat_desktop.packages.enrolment import write_request
from habitat_desktop.packages.inspecting import inspect_package
from habitat_desktop.packages.key_errors import NobodyRevokesError, RecoveryKnownError
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.outgoing import as_made
from habitat_desktop.packages.reader import Reader, open_package
from habitat_desktop.packages.recovery_key import make_recovery_key, open_with_recovery
from habitat_desktop.packages.revoking import revoke
from habitat_desktop.packages.verification import verify_workspace
from habitat_desktop.settings import Settings
from tests.packages.offices import NOON, Desk, find_form, full_answers

Desks = Callable[[str], Desk]
SECRETS = ("Kibera", "Nairobi", "Amina", "4397073", "picture", "residents", "settlement", "Residents")


def encrypting(desk: Desk) -> Desk:
    desk.settings = replace(desk.settings, encrypt=True)
    return desk


def sealed(hq: Desk, folder: Path) -> Path:
    """Make the recovery key of headquarters."""
    path = folder / "recovery.txt"
    make_recovery_key(path, hq.database, hq.settings, hq.keyring, NOON)
    return path


def greet(hq: Desk, *offices: Desk) -> None:
    """Let the offices learn the key list, by an ordinary package."""
    for office in offices:
        office.finalize()
        hq.take(office.make().path)
    path = hq.make(offices[0].settings.office).path
    assert {office.take(path)[0].status for office in offices} == {"imported"}


@pytest.fixture
def pair(desk: Desks, tmp_path: Path) -> tuple[Desk, Desk, Path]:
    """An office and a headquarters that encrypt, and the page in the safe."""
    office, hq = desk("KE"), desk("HQ")
    page = sealed(hq, tmp_path)
    greet(hq, office)
    return encrypting(office), encrypting(hq), page


def age_file(path: Path) -> bytes:
    """The age file in a workbook, as any program would take it out."""
    rows = load_workbook(path)[payload.SHEET].iter_rows(values_only=True)
    return payload.from_chunks("".join(str(v) for k, v in rows if re.fullmatch(r"\d{6}", str(k or ""))))


def test_packages_are_not_encrypted_unless_somebody_says_so() -> None:
    assert Settings("office", "KE", "Kenya").encrypt is False


def test_both_ways_with_files_and_nothing_shows(pair: tuple[Desk, Desk, Path], reader: Reader) -> None:
    office, hq, _page = pair
    value = office.attach("map.png", b"picture of Kibera")
    record = office.finalize({**full_answers(), "map": value})
    made = office.make()

    with zipfile.ZipFile(made.path) as parts:
        shown = b"\n".join(parts.read(name) for name in parts.namelist()).decode("utf-8", "replace")
    assert [word for word in SECRETS if word in shown] == []
    assert "Office KE" in shown
    assert load_workbook(made.path).sheetnames == ["Cover", "_package"]
    assert made.payload_sha256[:12] in made.path.name
    assert age.count_recipients(age_file(made.path)) == 3  # headquarters, the sealed key, the office

    (result,) = hq.take(made.path)
    assert (result.status, result.findings) == ("imported", ())
    assert hq.heads()[record.record_id] == (record.revision_id,)
    assert (hq.attachments / payload.sha256(b"picture of Kibera")).read_bytes() == b"picture of Kibera"
    assert hq.take(made.path)[0].status == "duplicate"
    receipt = hq.make("KE")
    assert office.take(receipt.path)[0].receipts_applied == 1
    assert office.state(record.record_id) == "received"
    assert verify_workspace(hq).problems == ()
    source, findings = as_made(
        made.path, made.payload_sha256, find_form, reader, office.folder, office.keyring
    )
    assert (source, findings) == (made.path, [])
    report = inspect_package(made.path, find_form, keyring=hq.keyring)
    assert (report["ok"], report["recipients"], report["findings"]) == (True, 3, [])
    assert inspect_package(made.path, find_form)["code"] == "OTHER_RECIPIENT"


def test_two_laptops_open_what_headquarters_sends_until_one_is_revoked(desk: Desks, tmp_path: Path) -> None:
    first, second, hq = desk("KE"), desk("KE"), desk("HQ")
    sealed(hq, tmp_path)
    greet(hq, first, second)
    encrypting(hq)
    first.finalize()
    hq.take(first.make().path)
    path = hq.make("KE").path
    assert [laptop.take(path)[0].status for laptop in (first, second)] == ["imported", "imported"]
    with hq.database.begin() as session:
        lost = second.keyring.public
        with pytest.raises(NobodyRevokesError):
            revoke(session, hq.hand(" "), lost.fingerprint, reason="stolen")
        revoke(session, hq.hand(), lost.fingerprint, reason="stolen")
        assert lost.recipient not in recipients_for(session, hq.keyring, "KE")
    first.finalize()
    hq.take(first.make().path)
    path = hq.make("KE").path
    (kept_out,) = second.take(path)
    assert (kept_out.status, kept_out.code) == ("quarantined", "OTHER_RECIPIENT")
    assert first.take(path)[0].status == "imported"


def test_nothing_is_made_that_too_few_could_open(desk: Desks, tmp_path: Path) -> None:
    office, hq = encrypting(desk("KE")), encrypting(desk("HQ"))
    office.finalize()
    with pytest.raises(errors.NoRecoveryKeyError, match="habitat keys recovery"):
        office.make()
    sealed(hq, tmp_path)
    with hq.database.read() as session, pytest.raises(errors.NoRecipientError, match="of TZ"):
        recipients_for(session, hq.keyring, "TZ")
    assert list(office.outgoing.iterdir()) == []


def test_the_sealed_key_opens_what_anybody_made(pair: tuple[Desk, Desk, Path], tmp_path: Path) -> None:
    office, hq, page = pair
    office.finalize()
    made = office.make()
    clear = tmp_path / "clear.xlsx"
    opened = open_with_recovery(made.path, page, clear, find_form)
    with Reader() as reader:
        assert open_package(clear, reader).payload == opened.payload
    assert "Kibera" in str([list(s.values) for s in load_workbook(clear)])
    # any program that knows age does the same: standard files inside, a standard identity on the page
    identity = x25519.Identity.from_str(page.read_text().split()[-1])
    assert age_file(made.path).startswith(b"age-encryption.org/v1\n")
    assert b'"payload"' in pyrage.decrypt(age_file(made.path), [identity]).split(b"\n", 1)[0]
    with pytest.raises(HabitatError, match="could not be written"):
        open_with_recovery(made.path, page, made.path, find_form)
    with pytest.raises(RecoveryKnownError):
        make_recovery_key(tmp_path / "second.txt", hq.database, hq.settings, hq.keyring, NOON)
    assert not (tmp_path / "second.txt").exists()
    assert page.stat().st_mode & 0o077 == 0
    secret = str(identity)
    held = [path for path in hq.folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert held == []


def test_old_and_locked_keys(pair: tuple[Desk, Desk, Path], tmp_path: Path) -> None:
    office, hq, _page = pair
    office.finalize()
    late = office.make()
    hq.keyring.set_passphrase("seven geese")
    hq.keyring.rotate("seven geese")
    hq.keyring = Keyring(hq.keyring.folder)
    (result,) = hq.take(late.path)
    assert (result.status, result.code) == ("refused", "CONTENT_LOCKED")
    hq.keyring.unlock("seven geese")
    assert hq.take(late.path)[0].status == "imported"


def test_bits_that_flip_and_bombs_are_refused(pair: tuple[Desk, Desk, Path]) -> None:
    office, hq, _page = pair
    office.finalize()
    path = office.make().path
    decrypt = age.decrypt_with(hq.keyring)
    rows = [row for row in load_workbook(path)[payload.SHEET].values if row[0]]
    sound = age_file(path)
    assert payload.from_cells(rows, "a.xlsx", decrypt).recipients == 3

    def read(content: bytes, *, noted: bool) -> payload.Envelope:
        changed = {**dict(rows), "000001": payload.to_chunks(content)[0]}
        if noted:
            changed["sha256"] = payload.sha256(content)
        return payload.from_cells(list(changed.items()), "a.xlsx", decrypt)

    for place in range(0, len(sound), 37):
        flipped = sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1 :]
        with pytest.raises(errors.PayloadDamagedError):
            read(flipped, noted=False)
        with pytest.raises((errors.PayloadDamagedError, errors.OtherRecipientError)):
            read(flipped, noted=True)
    to = [hq.keyring.public.recipient]
    bomb = payload.to_encrypted_cells(b"[" * (payload.SIZE_LIMIT + 1), payload.UNSIGNED, {}, to)
    with pytest.raises(errors.PayloadTooBigError):
        payload.from_cells(bomb, "a.xlsx", decrypt)
    for nonsense in (b"", b"{}\n", b'{"files":[],"key":"","payload":-1,"signature":""}\nx', b"[]\n"):
        with pytest.raises(errors.PayloadDamagedError):
            read(age.encrypt(nonsense, to), noted=True)


def test_a_request_taken_for_a_package_names_what_takes_it(desk: Desks, tmp_path: Path) -> None:
    office, hq = desk("KE"), desk("HQ")
    path = tmp_path / "request.xlsx"
    write_request(path, office.keyring, office.settings, office.database.installation, NOON)
    (result,) = hq.take(path)
    assert (result.status, result.code) == ("refused", "REQUEST_NOT_PACKAGE")
    assert "habitat keys trust" in result.message
