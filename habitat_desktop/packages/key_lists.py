"""Headquarters' list of keys: signed, numbered, only going up, inside every package it sends.

It tells an office which keys of headquarters are good, replaced or revoked. The newest one also lies as a
file beside the key of the workspace, so that a database restored from a backup forgets no revocation.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.packages import errors, files, keys
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.package import KeyList
from habitat_desktop.records.key_lists import find_list, newest_list, save_list
from habitat_desktop.records.record import canonical_json, utc_text
from habitat_desktop.records.trusted_keys import TrustedKey, find_key, save_key, trusted_keys
from habitat_desktop.settings import HEADQUARTERS, Settings

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session

FORMAT = "habitat-desktop/keys/v1"
DOMAIN = b"habitat-desktop/keys/v1\0"
FILE_NAME = "list.json"
_FIELDS = ("office", "key_id", "public_key", "recipient", "role", "installation", "name", "state", "reason")


def current_list(
    database: "Database", settings: Settings, keyring: Keyring, at: datetime, *, recovery: str = ""
) -> KeyList | None:
    """Return headquarters' list as it stands now, with a new number if anything changed; None elsewhere.

    `recovery` is the public half of a recovery key that was made just now; the list keeps it from then on.

    Raises:
        KeyLockedError: it must be signed anew and the key is locked.
    """
    if settings.role != "headquarters":
        return None
    with database.begin() as session:
        catch_up(session, settings, keyring, at)
        found = _issue(session, settings, keyring, at, recovery)
    _keep_file(keyring, found)
    return found


def _issue(session: "Session", settings: Settings, keyring: Keyring, at: datetime, recovery: str) -> KeyList:
    own = keyring.public
    entries = [_own_entry(settings, keyring), *(_entry(key) for key in trusted_keys(session))]
    content: dict[str, Any] = {"keys": sorted(entries, key=lambda entry: (entry["office"], entry["key_id"]))}
    content["rotations"] = keyring.rotations
    last = newest_list(session)
    recovery = recovery or (str(last["document"].get("recovery", "")) if last is not None else "")
    if recovery:
        content["recovery"] = recovery
    is_same = last is not None and {name: last["document"].get(name) for name in content} == content
    if last is not None and is_same and last["signed_by"] == own.key_id:
        return KeyList(last["document"], last["signature"])
    number = last["number"] + 1 if last is not None else 1
    document = {"format": FORMAT, "number": number, "made_at": utc_text(at), **content}
    document["signer"] = keys.to_text(own.public)
    signature = keys.to_text(keyring.sign(DOMAIN, canonical_json(document)))
    made = KeyList(document, signature)
    _save(session, made)
    return made


def _own_entry(settings: Settings, keyring: Keyring) -> dict[str, Any]:
    own = keyring.public
    texts = (HEADQUARTERS, own.key_id, keys.to_text(own.public), own.recipient, "headquarters", "")
    entry: dict[str, Any] = dict(zip(_FIELDS, (*texts, settings.name, "trusted", ""), strict=True))
    return entry | {"covered": {}}


def _entry(key: TrustedKey) -> dict[str, Any]:
    return {name: getattr(key, name) for name in _FIELDS} | {"covered": dict(key.covered)}


# -- taking one in ---------------------------------------------------------------------------------------


def vouches(session: "Session", key_list: KeyList | None, key_id: str) -> bool:
    """Whether a list that can be believed names `key_id` as a good key of headquarters, and is not old."""
    if key_list is None or not _is_headquarters(session, key_list):
        return False
    last = newest_list(session)
    if last is not None and _number(key_list) < last["number"]:
        return False
    return any(
        entry["key_id"] == key_id and entry["role"] == "headquarters" and entry["state"] == "trusted"
        for entry in _entries(key_list)
    )


def check(session: "Session", file: str, key_list: KeyList) -> int:
    """Check that a list in a package can be believed, and return its number.

    Raises:
        KeyListSignerError: headquarters did not sign it.
        KeyListTwiceError: another list with its number is known.
        PayloadDamagedError: it is no list.
    """
    try:
        number = _number(key_list)
        list(_entries(key_list))
    except (KeyError, TypeError, ValueError) as error:
        raise errors.PayloadDamagedError(file=file) from error
    if not _is_headquarters(session, key_list):
        raise errors.KeyListSignerError(file=file)
    same = find_list(session, number)
    if same is not None and same["sha256"] != _sha256(key_list):
        raise errors.KeyListTwiceError(file=file, number=number)
    return number


def take_in(
    session: "Session", file: str, key_list: KeyList | None, at: datetime, settings: Settings
) -> bool:
    """Take in the list of a package of headquarters; whether it was newer than what was known.

    An older one is passed over: packages may come late. Raises as `check`.
    """
    if key_list is None:
        return False
    number = check(session, file, key_list)
    last = newest_list(session)
    if last is not None and number <= last["number"]:
        return False
    _apply(session, [e for e in _entries(key_list) if _concerns(e, settings)], number, at)
    _save(session, key_list)
    return True


def _concerns(entry: Mapping[str, Any], settings: Settings) -> bool:
    """Whether a key matters here: headquarters' and regions' to all, those of offices to a region."""
    if entry["role"] == "office":
        return settings.role == "region"
    return bool(entry["role"] == "headquarters" or entry["office"] != settings.office)


def refresh(database: "Database", settings: Settings, keyring: Keyring, at: datetime) -> None:
    """Bring a database that was restored from a backup up to the list that lies as a file."""
    key_list = read_file(keyring)
    if key_list is None:
        return
    with database.read() as session:
        last = newest_list(session)
    if last is None or last["number"] < _number(key_list):
        with database.begin() as session:
            catch_up(session, settings, keyring, at)


def catch_up(session: "Session", settings: Settings, keyring: Keyring, at: datetime) -> bool:
    """Take in the list that lies as a file, if this database is older than it; whether it was."""
    key_list = read_file(keyring)
    last = newest_list(session)
    if key_list is None or (last is not None and _number(key_list) <= last["number"]):
        return False
    own = set(keyring.own_public()) if settings.role == "headquarters" else set()
    if not _is_headquarters(session, key_list, own):
        return False
    entries = list(_entries(key_list))
    if not own:
        entries = [entry for entry in entries if _concerns(entry, settings)]
    _apply(session, [e for e in entries if e["key_id"] not in own], _number(key_list), at)
    _save(session, key_list)
    return True


def keep_newest(database: "Database", keyring: Keyring) -> None:
    """Write the newest list of the database beside the key."""
    with database.read() as session:
        last = newest_list(session)
    if last is None:
        return
    known = read_file(keyring)
    if known is None or _number(known) < last["number"]:
        _keep_file(keyring, KeyList(last["document"], last["signature"]))


def _apply(session: "Session", entries: Iterable[dict[str, Any]], number: int, at: datetime) -> None:
    for entry in entries:
        known = find_key(session, entry["key_id"], entry["office"])
        if known is not None and (known.state, known.office) == (entry["state"], entry["office"]):
            continue
        by = _list_name(number)
        fields = {name: entry[name] for name in _FIELDS} | {"covered": entry["covered"]}
        save_key(session, TrustedKey(**fields, changed_at=utc_text(at), changed_by=by, list_number=number))


def _list_name(number: int) -> str:
    return f"HQ {number}"


def _save(session: "Session", key_list: KeyList) -> None:
    public = keys.from_text(key_list.document.get("signer"), 32) or b""
    save_list(
        session,
        number=_number(key_list),
        sha256=_sha256(key_list),
        signed_by=keys.key_id_of(public),
        signature=key_list.signature,
        made_at=str(key_list.document["made_at"]),
        document=dict(key_list.document),
    )


# -- believing one ---------------------------------------------------------------------------------------


def _is_headquarters(session: "Session", key_list: KeyList, own: Iterable[str] = ()) -> bool:
    """Whether headquarters signed it: with a key trusted here, or one that such a key made its successor."""
    public, signature = (
        keys.from_text(key_list.document.get("signer"), 32),
        keys.from_text(key_list.signature, 64),
    )
    if public is None or signature is None:
        return False
    good = {key.key_id for key in trusted_keys(session, HEADQUARTERS) if key.state == "trusted"} | set(own)
    good = keys.successors(good, key_list.document.get("rotations", ()))
    return keys.key_id_of(public) in good and keys.verify(
        DOMAIN, canonical_json(key_list.document), public, signature
    )


def _number(key_list: KeyList) -> int:
    number = key_list.document["number"]
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError("lists are numbered from 1")
    return number


def _entries(key_list: KeyList) -> Iterable[dict[str, Any]]:
    for entry in key_list.document["keys"]:
        if not all(isinstance(entry[name], str) for name in _FIELDS):
            raise TypeError("text expected")
        if entry["state"] not in ("trusted", "replaced", "revoked") or not isinstance(entry["covered"], dict):
            raise ValueError("not an entry")
        public = keys.from_text(entry["public_key"], 32)
        if public is None or keys.key_id_of(public) != entry["key_id"]:
            raise ValueError("not a key")
        yield entry


def _sha256(key_list: KeyList) -> str:
    return hashlib.sha256(canonical_json(key_list.document)).hexdigest()


# -- the file --------------------------------------------------------------------------------------------


def read_file(keyring: Keyring) -> KeyList | None:
    """Return the list beside the key; None where there is none or it is damaged."""
    try:
        data = json.loads((keyring.folder / FILE_NAME).read_text(encoding="utf-8"))
        found = KeyList(data["document"], str(data["signature"]))
        _number(found)
        list(_entries(found))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found


def _keep_file(keyring: Keyring, key_list: KeyList) -> None:
    data = {"document": key_list.document, "signature": key_list.signature}
    path: Path = keyring.folder / FILE_NAME
    content = json.dumps(data, ensure_ascii=False, indent=1).encode()
    with contextlib.suppress(OSError):  # the database has it; the file only outlives a restored backup
        if not path.exists() or path.read_bytes() != content:
            files.write_part(path, content).replace(path)
