"""What somebody sends who wants to break, deceive or stop the other side."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from habitat_desktop.packages import age, errors, files, key_lists, keys, payload
from habitat_desktop.packages.enrolment import FORMAT, request_in, request_of, trusted_key
from habitat_desktop.packages.key_errors import RequestDamagedError
from habitat_desktop.packages.package import Sender
from habitat_desktop.packages.reader import SheetCells, Workbook
from habitat_desktop.packages.revoking import revoke
from habitat_desktop.packages.workbook import build_workbook
from habitat_desktop.progress import Progress
from habitat_desktop.records import journal, repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Draft, Revision, read_json
from habitat_desktop.records.restoring import restore_backup
from habitat_desktop.records.trusted_keys import TrustedKey, save_key
from tests.packages.offices import (
    NOON,
    PAPER_KEY,
    Desk,
    find_form,
    full_answers,
    package_of,
    paper_key,
    paper_seal,
    revision_of,
    vouch,
    write,
)

Open = Callable[[str], Desk]


def _signed(path: Path, change: Callable[[dict[str, Any]], None], encoding: str = "utf-8") -> Path:
    """A package of Kenya whose payload was changed before it was signed."""
    package = package_of([revision_of()])
    document = json.loads(payload.encode(package))
    change(document)
    content = json.dumps(document).encode(encoding)
    path.write_bytes(build_workbook(package, content, {}, find_form, Progress(), paper_seal(content)))
    return path


def _put(*way: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def put(document: Any) -> None:
        for step in way[:-1]:
            document = document[step]
        document[way[-1]] = value

    return put


SHEETS = ("forms", 0, "sheets")
NO_PACKAGE = {
    "half a sign as the name of the sender": _put("manifest", "sender", "name", value="\ud800"),
    "half a sign as the office of the sender": _put("manifest", "sender", "office", value="\ud800"),
    "half a sign as the recipient": _put("manifest", "recipient", value="\udfff"),
    "an instant after the last year": _put("revisions", 0, "made_at", value="9999-12-31T23:00:00-14:00"),
    "an instant before the first year": _put("revisions", 0, "made_at", value="0001-01-01T00:00:00+14:00"),
    "a header that is no text": _put(*SHEETS, 0, "columns", 10, 0, value=[1]),
    "a path that is no text": _put(*SHEETS, 2, "path", value=[[1]]),
    "rows without a number": _put(*SHEETS, 1, "columns", 3, 0, value="x"),
    "rows without a version": _put(*SHEETS, 0, "columns", 20, 0, value=""),
    "a form without sheets": _put(*SHEETS, value=[]),
    "a sheet that is its own parent": _put(*SHEETS, 1, "parent", value="visit"),
    "two sheets of one name": _put(*SHEETS, 2, "name", value="settlement"),
}


@pytest.mark.parametrize("change", NO_PACKAGE.values(), ids=NO_PACKAGE)
def test_a_signed_payload_that_makes_no_sense_is_kept_out(
    desk: Open, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    headquarters = desk("HQ")
    path = _signed(tmp_path / "a.xlsx", change)
    (result,) = headquarters.take(path)
    assert (result.status, result.code) == ("quarantined", "PAYLOAD_DAMAGED")
    result.message.encode()


def test_a_payload_in_utf_16_hides_no_null_character(desk: Open, tmp_path: Path) -> None:
    path = _signed(tmp_path / "a.xlsx", _put("revisions", 0, "author", value="a\0b"), "utf-16-le")
    assert [result.code for result in desk("HQ").take(path)] == ["PAYLOAD_DAMAGED"]


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\uDFff"', '{"\\udc00":1}'])
def test_half_a_sign_is_no_text(text: str) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        read_json(text)
    with pytest.raises(ValueError, match="utf-8"):
        read_json(b'"\xed\xa0\x80"')
    assert read_json('"\\ud83c\\udfe0 \\ufffd"') == "\U0001f3e0 \ufffd"


def test_answers_nested_deeper_than_any_form_are_kept_out(desk: Open, tmp_path: Path) -> None:
    deep: Any = "x"
    for _number in range(400):
        deep = [{"a": deep}]
    path = _signed(tmp_path / "a.xlsx", _put("revisions", 0, "answers", "city", value=deep))
    (result,) = desk("HQ").take(path)
    assert result.status in ("imported", "quarantined")


# -- in the name of another ------------------------------------------------------------------------------


def test_an_office_cannot_send_a_record_under_the_id_of_another_office(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    record = kenya.finalize()
    headquarters.take(kenya.make().path)
    with headquarters.database.begin() as session:
        save_key(session, paper_key("NG"))
    package = package_of([revision_of(office="NG", record_id=record.record_id, installation="ng-1")])
    sender = Sender("NG", "ng-1", "Nigeria", "office")
    forged = replace(package, manifest=replace(package.manifest, sender=sender))
    before = headquarters.dump()
    (result,) = headquarters.take(write(tmp_path / "forged.xlsx", forged))
    assert (result.status, result.code) == ("quarantined", "FOREIGN_RECORD")
    assert "KE" in result.message
    assert headquarters.dump() == before


def test_an_office_cannot_send_what_headquarters_never_wrote_as_written_there(
    desk: Open, tmp_path: Path
) -> None:
    headquarters = desk("HQ")
    here = headquarters.database.installation
    forged = package_of([revision_of(installation=here, reason="agreed", author="HQ")])
    before = headquarters.dump()
    (result,) = headquarters.take(write(tmp_path / "forged.xlsx", forged))
    assert (result.status, result.code) == ("quarantined", "REVISION_TWICE")
    assert headquarters.dump() == before


def _corrected(headquarters: Desk, record: Revision) -> Revision:
    with headquarters.database.begin() as session:
        shown = repository.current(session, record.record_id)
        assert shown is not None
        draft = Draft(
            shown.record_id, shown.office, shown.label, shown.heading, (shown.revision_id,),
            full_answers("Corrected"), {}, {}, "en", 1, 0, 0, headquarters.now, "HQ",
        )  # fmt: skip
        made = repository.finalize(session, draft, author="HQ", at=NOON, kind="correction", reason="as told")
        vouch(session, headquarters, made)
        return made


@pytest.mark.parametrize("former", [False, True])
def test_an_office_cannot_call_its_own_revision_a_correction(
    desk: Open, tmp_path: Path, former: bool
) -> None:
    headquarters = desk("HQ")
    life = headquarters.database.installation if former else "laptop-1"
    if former:
        _restored(headquarters, headquarters.folder / "records.sqlite")
    forged = package_of([revision_of(installation=life, kind="correction", reason="agreed", author="HQ")])
    before = headquarters.dump()
    (result,) = headquarters.take(write(tmp_path / "forged.xlsx", forged))
    assert (result.status, result.code) == ("quarantined", "FOREIGN_CORRECTION")
    assert "KE-7F3K-0001" in result.message and headquarters.dump() == before


def _restored(desk: Desk, backup: Path) -> None:
    """Let a desk go on from an older file."""
    desk.database.close()
    older = backup.with_name("older.sqlite")
    older.write_bytes(backup.read_bytes())
    restore_backup(older, desk.folder / "records.sqlite", at=desk.tick())
    desk.database = Database.open(desk.folder / "records.sqlite")


def test_a_correction_headquarters_lost_comes_back_with_the_act_that_vouches_for_it(
    desk: Open, tmp_path: Path
) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    record = kenya.finalize()
    headquarters.take(kenya.make().path)
    before = tmp_path / "before.sqlite"
    before.write_bytes((headquarters.folder / "records.sqlite").read_bytes())
    made = _corrected(headquarters, record)
    kenya.take(headquarters.make("KE").path)
    headquarters.keyring.begin_anew()  # the key that signed it is one of headquarters still
    _restored(headquarters, before)
    with headquarters.database.read() as session, kenya.database.begin() as there:
        save_key(there, _key_of(headquarters))
        assert not journal.count_acts(session)
    (told,) = kenya.take(headquarters.make("KE").path)  # that it has lost them
    assert told.status == "imported", told.message
    (result,) = headquarters.take(kenya.make().path)
    assert (result.status, result.code) == ("imported", "IMPORTED"), result.message
    assert headquarters.heads()[record.record_id] == (made.revision_id,)
    with headquarters.database.read() as session:
        (act,) = journal.acts(session, kinds=["correct"])
    assert act.revision_id == made.revision_id


def _key_of(desk: Desk) -> TrustedKey:
    request = request_of(desk.keyring, desk.settings, desk.database.installation, NOON)
    return trusted_key(request, person="Amina", at=NOON)


def test_a_real_correction_comes_back_without_alarm(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    record = kenya.finalize()
    headquarters.take(kenya.make().path)
    with headquarters.database.begin() as session:
        made = repository.withdraw(session, record.record_id, author="Otieno", at=NOON, reason="twice")
    (result,) = headquarters.take(write(tmp_path / "back.xlsx", package_of([made])))
    assert (result.status, result.new_revisions) == ("imported", 0)


def test_a_restored_headquarters_remembers_what_it_revoked_also_for_many_files(
    desk: Open, tmp_path: Path
) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    database = headquarters.folder / "records.sqlite"
    paths = []
    for _number in range(2):
        kenya.finalize()
        paths.append(kenya.make().path)
    before = database.read_bytes()
    with headquarters.database.begin() as session:
        revoke(session, headquarters.hand(), "KE", reason="stolen", every=True)
    key_lists.current_list(headquarters.database, headquarters.settings, headquarters.keyring, NOON)
    headquarters.database.close()
    database.write_bytes(before)
    headquarters.database = Database.open(database)
    assert [result.code for result in headquarters.take(*paths)] == ["REVOKED_KEY"] * 2


# -- requests --------------------------------------------------------------------------------------------


def _request(**changes: Any) -> Workbook:
    document = {
        "format": FORMAT,
        "office": "KE",
        "name": "Kenya",
        "role": "office",
        "installation": "laptop-1",
        "made_at": "2026-07-09T12:00:00.000000Z",
        "public_key": keys.to_text(PAPER_KEY.public_key().public_bytes_raw()),
        "recipient": "age1",
        "rotations": [],
    } | changes
    written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    content = written.replace("\ud800", "\\ud800").encode()
    signature = keys.to_text(PAPER_KEY.sign(keys.REQUEST_DOMAIN + content))
    rows = [["format", FORMAT], ["document", keys.to_text(content)], ["signature", signature]]
    return Workbook("request.xlsx", (SheetCells("_request", [list(row) for row in rows]),))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "\ud800"},
        {"name": "Kenya\nFingerprint: 1111 2222"},
        {"made_at": "0001-01-01T00:00:00+14:00"},
        {"office": "КЕ"},  # Cyrillic
        {"office": "ke"},
        {"office": "KE/../HQ"},
    ],
    ids=str,
)
def test_a_request_that_would_deceive_is_damaged(changes: dict[str, Any]) -> None:
    assert request_in(_request()).office == "KE"
    with pytest.raises(RequestDamagedError):
        request_in(_request(**changes))


# -- names and places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["报" * 80 + ".xlsx", "\udcff\udcfe.xlsx", "a\nb\u202e.xlsx", "é" * 120 + "x"]
)
def test_a_file_with_any_name_is_kept_in_quarantine(desk: Open, tmp_path: Path, name: str) -> None:
    headquarters = desk("HQ")
    path = tmp_path / name
    path.write_bytes(b"no workbook")
    (result,) = headquarters.take(path)
    assert (result.status, result.code) == ("quarantined", "NOT_XLSX")
    (kept,) = [file for file in headquarters.quarantine.iterdir() if file.suffix != ".jsonl"]
    assert kept.read_bytes() == b"no workbook"
    assert len(headquarters.take(path)) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are not known here")
@pytest.mark.timeout(60)
def test_a_pipe_or_a_device_without_end_is_not_read(desk: Open, tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.xlsx", tmp_path / "device.xlsx"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    results = desk("HQ").take(pipe, device)
    assert [(result.status, result.code) for result in results] == [("refused", "FILE_NOT_READABLE")] * 2


def test_workers_that_write_the_same_file_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    content = b"x" * 1_000_000
    for number in range(10):
        path, start = tmp_path / str(number), Barrier(3)

        def work(path: Path = path, start: Barrier = start) -> None:
            start.wait()
            files.write_new(path, content)

        with ThreadPoolExecutor(3) as workers:
            for done in [workers.submit(work) for _worker in range(3)]:
                done.result()
        assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 10


# -- lists of keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"rotations": [1]},
        {"rotations": 1},
        {"rotations": [["old"]]},
        {"keys": [1]},
        {"keys": [{"office": "HQ"}]},
        {"keys": {}},
        {"number": "1"},
        {"number": 1 << 40},
        {"made_at": 7},
        {"signer": 5},
        {"signer": "\u00e9"},
        {},
    ],
    ids=str,
)
def test_a_list_of_keys_that_a_stranger_made_up_is_kept_out(
    desk: Open, tmp_path: Path, changes: dict[str, Any]
) -> None:
    kenya = desk("KE")
    public = keys.to_text(PAPER_KEY.public_key().public_bytes_raw())
    document = {
        "format": key_lists.FORMAT,
        "number": 1,
        "made_at": "2026-07-09T12:00:00.000000Z",
        "keys": [],
        "rotations": [],
        "signer": public,
    } | changes

    def change(payload_document: dict[str, Any]) -> None:
        manifest = payload_document["manifest"]
        manifest["recipient"] = "KE"
        manifest["sender"] |= {"office": "HQ", "role": "headquarters", "installation": "hq"}
        payload_document["key_list"] = {"document": document, "signature": keys.to_text(bytes(64))}

    (result,) = kenya.take(_signed(tmp_path / "a.xlsx", change))
    assert result.status == "quarantined"
    assert result.code in ("KEY_LIST_SIGNER", "PAYLOAD_DAMAGED", "UNKNOWN_KEY")


@pytest.mark.timeout(30)
def test_an_encrypted_file_for_no_end_of_recipients_is_not_tried(tmp_path: Path) -> None:
    own = keys.Keyring(tmp_path / "keys")
    whole = age.encrypt(b"x", [own.public.recipient])
    head, rest = whole.split(b"\n", 1)
    stanza = b"-> X25519 " + b"A" * 42 + b"E\n" + b"A" * 43 + b"\n"
    decrypt = age.decrypt_with(own)
    assert decrypt(whole, "a.xlsx") == b"x"
    with pytest.raises(errors.PayloadDamagedError):
        decrypt(head + b"\n" + stanza * 400_000 + rest, "a.xlsx")
