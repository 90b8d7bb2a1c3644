"""The key of a workspace: readable by its user only, shown by nothing, signing the same way for ever."""

import json
import pickle
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.packages import keys
from habitat_desktop.packages.key_errors import KeyDamagedError, KeyLockedError, WrongPassphraseError
from habitat_desktop.packages.keys import Keyring

KEY_ID = keys.key_id_of(bytes(range(32)))


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


def secrets(keyring: Keyring) -> list[str]:
    """What must stand nowhere else."""
    return list(json.loads(keyring.path.read_text())["secret"].values())


def test_the_key_is_made_once_and_stays(keyring: Keyring) -> None:
    public = keyring.public
    assert Keyring(keyring.folder).public == public
    signature = keyring.sign(keys.PACKAGE_DOMAIN, b"content")
    assert Keyring(keyring.folder).sign(keys.PACKAGE_DOMAIN, b"content") == signature
    assert keys.verify(keys.PACKAGE_DOMAIN, b"content", public.public, signature)
    assert not keys.verify(keys.REQUEST_DOMAIN, b"content", public.public, signature)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards the folder of the user as a whole")
def test_nobody_else_may_read_it(keyring: Keyring) -> None:
    assert keyring.public
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keyring.folder.stat().st_mode) == 0o700
    assert [path.name for path in keyring.folder.iterdir()] == [keys.FILE_NAME]


def test_nothing_shows_the_private_halves(keyring: Keyring) -> None:
    keyring.sign(b"", b"")
    private = keyring._private
    shown = "".join((repr(keyring), str(keyring), repr(private), repr(vars(keyring)), repr(keyring.public)))
    assert not [secret for secret in secrets(keyring) if secret in shown]
    with pytest.raises(TypeError):
        pickle.dumps(private)


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_a_damaged_file_is_said_without_its_contents(keyring: Keyring, cut: int) -> None:
    assert keyring.public
    content = keyring.path.read_text()
    keyring.path.write_text(
        content[:-cut] if cut else content.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2")
    )
    with pytest.raises(KeyDamagedError) as caught:
        Keyring(keyring.folder).sign(b"", b"")
    error: BaseException | None = caught.value
    while error is not None:
        assert "AGE-SECRET" not in f"{error!r} {vars(error)}"
        error = error.__cause__


def test_a_passphrase_locks_the_key_and_is_asked_for_once(keyring: Keyring) -> None:
    public, secret = keyring.public, secrets
    private = secret(keyring)
    keyring.set_passphrase("ضيعة 42")
    assert not [each for each in private if each in keyring.path.read_text()]
    again = Keyring(keyring.folder)
    assert again.is_locked and again.public == public
    with pytest.raises(KeyLockedError):
        again.sign(b"", b"")
    with pytest.raises(WrongPassphraseError):
        again.unlock("other")
    asked: list[str] = []
    again.ask = lambda: asked.append("") or "ضيعة 42"
    assert again.sign(b"", b"x") == again.sign(b"", b"x") == keyring.sign(b"", b"x")
    assert len(asked) == 1
    again.set_passphrase("")
    assert not Keyring(keyring.folder).is_locked


def test_a_new_key_is_vouched_for_by_the_old_one(keyring: Keyring) -> None:
    first = keyring.public.key_id
    second = keyring.rotate().key_id
    third = keyring.rotate().key_id
    assert len({first, second, third}) == 3
    assert keys.successors({first}, keyring.rotations) == {first, second, third}
    assert keys.successors({second}, keyring.rotations) == {second, third}
    assert keys.successors({KEY_ID}, keyring.rotations) == {KEY_ID}
    forged = [{**rotation, "new": keys.to_text(bytes(range(32)))} for rotation in keyring.rotations]
    assert keys.successors({first}, forged) == {first}
    assert keyring.begin_anew().key_id not in {first, second, third} and keyring.rotations == []


def test_a_fingerprint_is_six_groups_of_four_digits() -> None:
    assert keys.fingerprint(KEY_ID) == "0349 6416 6313 5395 2838 2081" or len(keys.fingerprint(KEY_ID)) == 29
    groups = keys.fingerprint(KEY_ID).split(" ")
    assert len(groups) == 6 and all(len(group) == 4 and group.isdecimal() for group in groups)
    assert keys.fingerprint("") == "" and not keys.same_fingerprint("", "")


@given(st.sampled_from("0٠۰०๐０"), st.sampled_from(["", " ", "-", " – ", "\u200f", "\u00a0"]))
def test_a_fingerprint_is_known_in_any_digits_and_grouping(zero: str, between: str) -> None:
    digits = keys.fingerprint(KEY_ID).replace(" ", "")
    typed = between.join(chr(ord(zero) + int(digit)) for digit in digits)
    assert keys.same_fingerprint(typed, KEY_ID)


@given(st.integers(0, 23), st.integers(1, 9))
def test_one_wrong_digit_is_another_fingerprint(place: int, more: int) -> None:
    digits = keys.fingerprint(KEY_ID).replace(" ", "")
    wrong = f"{digits[:place]}{(int(digits[place]) + more) % 10}{digits[place + 1 :]}"
    assert not keys.same_fingerprint(wrong, KEY_ID)
    assert not keys.same_fingerprint(digits[:place], KEY_ID)
    assert not keys.same_fingerprint(f"{digits} x", KEY_ID)


@given(st.integers(0, 8 * (32 + 64 + 5) - 1))
def test_any_changed_bit_of_key_signature_or_content_is_refused(bit: int) -> None:
    from tests.packages.offices import PAPER_KEY

    content = b"hello"
    whole = bytearray(PAPER_KEY.public_key().public_bytes_raw() + PAPER_KEY.sign(b"d" + content) + content)
    assert keys.verify(b"d", content, bytes(whole[:32]), bytes(whole[32:96]))
    whole[bit // 8] ^= 1 << bit % 8
    assert not keys.verify(b"d", bytes(whole[96:]), bytes(whole[:32]), bytes(whole[32:96]))


@pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")
def test_in_a_folder_of_a_group_a_locked_key_is_for_the_group_and_an_open_one_never(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    keyring = Keyring(shared / "keys")
    before = keyring.public
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o600
    keyring.set_passphrase("several of us know it")
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o660
    assert stat.S_IMODE(keyring.folder.stat().st_mode) & 0o777 == 0o770
    other = Keyring(shared / "keys")  # another account of the computer
    other.unlock("several of us know it")
    assert other.public == before
    other.set_passphrase("")
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keyring.folder.stat().st_mode) == 0o700
