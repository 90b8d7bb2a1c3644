"""Only what a trusted key signed is taken in; whatever else comes is kept, told, and changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from habitat_desktop.packages import key_lists, payload
from habitat_desktop.packages.enrolment import request_of, trust_request
from habitat_desktop.packages.inspecting import inspect_package
from habitat_desktop.packages.key_errors import SeveralKeysError
from habitat_desktop.packages.package import KeyList, Package
from habitat_desktop.packages.reader import read_package
from habitat_desktop.packages.revoking import revoke
from habitat_desktop.packages.workbook import build_workbook
from habitat_desktop.progress import Progress
from habitat_desktop.records.trusted_keys import change_state, find_key, trusted_keys
from tests.packages.offices import (
    NOON,
    Desk,
    find_form,
    package_of,
    paper_seal,
    revision_of,
    write,
)

Open = Callable[[str], Desk]
AT = "2026-07-09T12:00:00.000000Z"


def _refused(desk: Desk, path: Path) -> str:
    """Take a file in that must change nothing, and return its code."""
    before = desk.dump()
    (result,) = desk.take(path)
    assert result.status == "quarantined" and path.name in result.message
    assert desk.dump() == before and not list(desk.incoming.iterdir())
    return result.code


def _written(path: Path, package: Package, seal: Callable[[bytes], payload.Seal]) -> Path:
    content = payload.encode(package)
    path.write_bytes(build_workbook(package, content, {}, find_form, Progress(), seal(content)))
    return path


def _spoilt_signature(content: bytes) -> payload.Seal:
    seal = paper_seal(content)
    return payload.Seal(seal.key, bytes([seal.signature[0] ^ 1]) + seal.signature[1:])


def _other_content(content: bytes) -> payload.Seal:
    return payload.Seal(paper_seal(content).key, paper_seal(content + b" ").signature)


def _other_key(content: bytes) -> payload.Seal:
    return payload.Seal(bytes(32), paper_seal(content).signature)


@pytest.mark.parametrize(
    ("seal", "code"),
    [
        (lambda content: payload.UNSIGNED, "NOT_SIGNED"),
        (lambda content: payload.Seal(paper_seal(content).key, b""), "NOT_SIGNED"),
        (_spoilt_signature, "SIGNATURE_BAD"),
        (_other_content, "SIGNATURE_BAD"),
        (_other_key, "SIGNATURE_BAD"),
    ],
)
def test_without_a_good_signature_nothing_is_taken_in(
    desk: Open, tmp_path: Path, seal: Callable[[bytes], payload.Seal], code: str
) -> None:
    path = _written(tmp_path / "a.xlsx", package_of([revision_of()]), seal)
    assert _refused(desk("HQ"), path) == code


def test_an_unknown_key_waits_until_it_is_trusted(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.keyring.begin_anew()
    kenya.finalize()
    path = kenya.make().path
    assert _refused(headquarters, path) == "UNKNOWN_KEY"
    request = request_of(kenya.keyring, kenya.settings, kenya.database.installation, NOON)
    own = headquarters.keyring.public
    with headquarters.database.begin() as session:
        spoken = kenya.keyring.public.fingerprint
        trust_request(session, headquarters.settings, own, request, spoken, headquarters.hand())
    assert headquarters.take(path)[0].status == "imported"


def test_a_key_vouches_for_its_own_office_only(desk: Open, tmp_path: Path) -> None:
    forged = package_of([revision_of(1, office="UG", label="UG-7F3K-0001")])
    sender = replace(forged.manifest.sender, office="UG")
    forged = replace(forged, manifest=replace(forged.manifest, sender=sender))
    assert _refused(desk("HQ"), write(tmp_path / "a.xlsx", forged)) == "KEY_OF_OTHER_OFFICE"


@pytest.mark.parametrize(("state", "code"), [("revoked", "REVOKED_KEY"), ("replaced", "REPLACED_KEY")])
def test_a_key_that_is_no_longer_trusted_brings_nothing_new(desk: Open, state: str, code: str) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    known = kenya.make().path
    headquarters.take(known)
    kenya.finalize()
    kenya.now -= timedelta(days=4000)  # the date of a package says nothing
    later = kenya.make().path
    with headquarters.database.begin() as session:
        key = find_key(session, kenya.keyring.public.key_id)
        assert key is not None
        change_state(session, key, state, at=AT, by="B", reason="lost")  # type: ignore[arg-type]
    before = headquarters.dump()
    assert headquarters.take(known)[0].status == "duplicate"  # it came while the key was good
    assert headquarters.take(later)[0].code == code
    assert headquarters.dump() == before


def test_a_stranger_raises_no_alarm_about_numbers(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    kenya.keyring.begin_anew()
    assert _refused_code(headquarters, kenya.make(folder=kenya.incoming).path) == "UNKNOWN_KEY"


def _refused_code(desk: Desk, path: Path) -> str:
    return desk.take(path)[0].code


def test_revoking_goes_by_number_and_reaches_every_office(desk: Open) -> None:
    kenya, uganda, headquarters = desk("KE"), desk("UG"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    with headquarters.database.begin() as session:
        (key, *_paper) = revoke(
            session, headquarters.hand(), kenya.keyring.public.fingerprint, reason="stolen"
        )
    assert key.state == "revoked" and key.covered == {kenya.database.installation: 1}
    uganda.finalize()
    headquarters.take(uganda.make().path)
    made = headquarters.make("UG").path
    listed = read_package(made).key_list
    assert listed is not None
    states = {entry["key_id"]: entry["state"] for entry in listed.document["keys"]}
    assert states[kenya.keyring.public.key_id] == "revoked"
    assert uganda.take(made)[0].status == "imported"
    assert key_lists.read_file(uganda.keyring) is not None


def test_the_list_keeps_its_number_until_something_changes(desk: Open) -> None:
    headquarters = desk("HQ")

    def number() -> int:
        found = key_lists.current_list(
            headquarters.database, headquarters.settings, headquarters.keyring, NOON
        )
        assert found is not None
        return int(found.document["number"])

    assert [number(), number()] == [1, 1]
    with headquarters.database.begin() as session:
        revoke(session, headquarters.hand(), "KE", reason="stolen", every=True)
    assert [number(), number()] == [2, 2]


def test_a_restored_headquarters_forgets_no_revocation(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    with headquarters.database.begin() as session:
        before = trusted_keys(session)
        revoke(session, headquarters.hand(), "KE", reason="stolen", every=True)
    key_lists.current_list(headquarters.database, headquarters.settings, headquarters.keyring, NOON)
    with headquarters.database.begin() as session:  # what a backup of yesterday brings back
        from sqlalchemy import text

        session.execute(text("DELETE FROM key_lists"))
        for key in before:
            change_state(session, key, "trusted", at=AT, by="B", reason="")
    kenya.finalize()
    assert headquarters.take(kenya.make().path)[0].code == "REVOKED_KEY"


def _from_headquarters(desk: Open, change: Callable[[KeyList, Desk], KeyList]) -> tuple[Desk, Path, Desk]:
    """A package of headquarters whose key list was exchanged before it was signed."""
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    package = read_package(headquarters.make("KE").path)
    assert package.key_list is not None
    forged = replace(package, key_list=change(package.key_list, kenya))

    def seal(content: bytes) -> payload.Seal:
        from habitat_desktop.packages import keys

        keyring = headquarters.keyring
        return payload.Seal(keyring.public.public, keyring.sign(keys.PACKAGE_DOMAIN, content))

    return kenya, _written(headquarters.folder / "forged.xlsx", forged, seal), headquarters


def test_a_list_headquarters_did_not_sign_is_refused(desk: Open) -> None:
    def by_kenya(known: KeyList, kenya: Desk) -> KeyList:
        from habitat_desktop.packages import keys
        from habitat_desktop.records.record import canonical_json

        document = {**known.document, "signer": keys.to_text(kenya.keyring.public.public)}
        return KeyList(document, keys.to_text(kenya.keyring.sign(key_lists.DOMAIN, canonical_json(document))))

    kenya, path, _ = _from_headquarters(desk, by_kenya)
    assert _refused(kenya, path) == "KEY_LIST_SIGNER"


def test_a_changed_list_is_refused(desk: Open) -> None:
    changed = lambda known, kenya: KeyList({**known.document, "number": 9}, known.signature)  # noqa: E731
    kenya, path, _ = _from_headquarters(desk, changed)
    assert _refused(kenya, path) == "KEY_LIST_SIGNER"


def test_an_older_list_is_passed_over_and_another_one_with_its_number_is_an_alarm(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    late = headquarters.make("KE").path
    with headquarters.database.begin() as session:
        revoke(session, headquarters.hand(), "KE", reason="a test", every=True)
    kenya.keyring.rotate()
    newer = key_lists.current_list(headquarters.database, headquarters.settings, headquarters.keyring, NOON)
    assert newer is not None and newer.document["number"] == 2
    with kenya.database.begin() as session:
        assert key_lists.take_in(session, "a", newer, NOON, kenya.settings)
    assert kenya.take(late)[0].status == "imported"  # it brought list 1
    other = {**newer.document, "made_at": "2026-07-10T12:00:00.000000Z"}
    from habitat_desktop.packages import keys
    from habitat_desktop.packages.errors import KeyListTwiceError
    from habitat_desktop.records.record import canonical_json

    signature = keys.to_text(headquarters.keyring.sign(key_lists.DOMAIN, canonical_json(other)))
    with pytest.raises(KeyListTwiceError), kenya.database.begin() as session:
        key_lists.take_in(session, "b.xlsx", KeyList(other, signature), NOON, kenya.settings)


def test_an_office_follows_the_new_key_of_headquarters(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    for _ in range(2):  # the office misses the first change
        headquarters.keyring.rotate()
    assert kenya.take(headquarters.make("KE").path)[0].status == "imported"
    with kenya.database.read() as session:
        key = find_key(session, headquarters.keyring.public.key_id)
    assert key is not None and (key.state, key.role, key.list_number) == ("trusted", "headquarters", 1)


def test_inspect_says_who_signed(desk: Open, tmp_path: Path) -> None:
    headquarters = desk("HQ")
    good = write(tmp_path / "a.xlsx", package_of([revision_of()]))
    with headquarters.database.read() as session:
        report = inspect_package(good, find_form, session)
    assert report["key_state"] == "trusted" and len(report["signed_by"]) == 29
    bad = _written(tmp_path / "b.xlsx", package_of([revision_of()]), _spoilt_signature)
    unsigned = _written(tmp_path / "c.xlsx", package_of([revision_of()]), lambda content: payload.UNSIGNED)
    assert inspect_package(bad, find_form)["key_state"] == "bad"
    report = inspect_package(unsigned, find_form)
    assert (report["ok"], report["signed_by"], report["key_state"]) == (True, None, "unsigned")


def test_one_stolen_laptop_does_not_cost_the_others_their_keys(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    with headquarters.database.begin() as session, pytest.raises(SeveralKeysError) as said:
        revoke(session, headquarters.hand(), "ke", reason="stolen")
    assert kenya.keyring.public.fingerprint in str(said.value)
    with headquarters.database.read() as session:
        assert {key.state for key in trusted_keys(session, "KE")} == {"trusted"}
