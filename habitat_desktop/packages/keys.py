"""The keys of this workspace: Ed25519 to sign with, age to be written to in secret.

The private halves lie in one file that only this user may read. They never stand in the database, a backup, a
package, a log or the text of an error; with a passphrase they lie encrypted and are opened in memory only.
"""

import base64
import binascii
import contextlib
import hashlib
import json
import os
import re
import stat
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.packages import files
from habitat_desktop.packages.key_errors import (
    KeyDamagedError,
    KeyFileError,
    KeyLockedError,
    KeyringError,
    NoKeyYetError,
    WrongPassphraseError,
)
from habitat_desktop.records.act import DOMAIN as ACT_DOMAIN

if TYPE_CHECKING:  # both libraries are loaded when something is signed: home must not wait for them
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "habitat-desktop/key/v1"
FILE_NAME = "key.json"
PACKAGE_DOMAIN = b"habitat-desktop/package/v1\0"
ROTATION_DOMAIN = b"habitat-desktop/rotation/v1\0"
REQUEST_DOMAIN = b"habitat-desktop/request/v1\0"
_KEY_ID = re.compile("[0-9a-f]{64}")
_FINGERPRINT_DIGITS = 24


def key_id_of(public_key: bytes) -> str:
    """Return the id of a public key: its SHA-256 in hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def fingerprint(key_id: str) -> str:
    """Return what two persons compare on the telephone: 24 digits in six groups of four; "" for no key."""
    if not _KEY_ID.fullmatch(key_id):
        return ""
    digits = f"{int(key_id, 16) % 10**_FINGERPRINT_DIGITS:0{_FINGERPRINT_DIGITS}}"
    return " ".join(digits[start : start + 4] for start in range(0, _FINGERPRINT_DIGITS, 4))


def same_fingerprint(typed: str, key_id: str) -> bool:
    """Whether `typed` is the fingerprint of the key, in the digits of any script, grouped in any way."""
    expected = fingerprint(key_id).replace(" ", "")
    found = []
    for sign in typed:
        digit = unicodedata.decimal(sign, None)
        if digit is not None:
            found.append(str(digit))
        elif unicodedata.category(sign) not in ("Zs", "Pd", "Cc", "Cf"):  # spaces, dashes, marks of direction
            return False
    return bool(expected) and "".join(found) == expected


def verify(domain: bytes, content: bytes, public_key: bytes, signature: bytes) -> bool:
    """Whether `signature` over `content` was made with the private half of `public_key`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, domain + content)
    except (InvalidSignature, ValueError):
        return False
    return True


def successors(good: set[str], rotations: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return `good` key ids and those of the keys they made their successors, one after the other.

    What is no rotation is passed over: nobody has signed for it yet.
    """
    found = set(good)
    for rotation in rotations if isinstance(rotations, list | tuple) else ():
        if not isinstance(rotation, Mapping):
            continue
        old, new = from_text(rotation.get("old"), 32), from_text(rotation.get("new"), 32)
        signature = from_text(rotation.get("signature"), 64)
        if old is None or new is None or signature is None or key_id_of(old) not in found:
            continue
        if verify(ROTATION_DOMAIN, new, old, signature):
            found.add(key_id_of(new))
    return found


def to_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def from_text(text: object, length: int) -> bytes | None:
    """Return the bytes of base64 `text` if it is exactly what `to_text` writes for `length` bytes."""
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == length and to_text(data) == text else None


@dataclass(frozen=True)
class PublicKey:
    """What others may know: `public` are the 32 bytes that check signatures, `recipient` is for age."""

    public: bytes
    recipient: str

    @property
    def key_id(self) -> str:
        return key_id_of(self.public)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key_id)


class _Private:
    """The private halves, in memory; nothing shows them."""

    __slots__ = ("_identity", "_signing")

    def __init__(self, signing: bytes, identity: str) -> None:
        self._signing = signing
        self._identity = identity

    def __repr__(self) -> str:
        return "<private key>"

    def __reduce__(self) -> Any:
        raise TypeError("a private key is never copied")

    def signing_key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._signing)

    def identity(self) -> Any:
        from pyrage import x25519

        return x25519.Identity.from_str(self._identity)

    def public(self) -> PublicKey:
        return PublicKey(self.signing_key().public_key().public_bytes_raw(), str(self.identity().to_public()))

    def document(self) -> dict[str, str]:
        return {"signing": to_text(self._signing), "identity": self._identity}

    @classmethod
    def new(cls) -> "_Private":
        from pyrage import x25519

        return cls(os.urandom(32), str(x25519.Identity.generate()))

    @classmethod
    def of(cls, document: Any) -> "_Private":
        from pyrage import IdentityError

        signing = from_text(document["signing"], 32)
        if signing is None:
            raise ValueError("not a signing key")
        found = cls(signing, str(document["identity"]))
        try:
            found.identity()
        except IdentityError:
            raise ValueError("not an identity") from None
        return found


class Keyring:
    """The key of one workspace in its folder, made when it is first needed.

    `ask` is called for the passphrase of a locked key and may return None; what it opens stays open until
    `lock` or the end of the program. One that is `readonly` makes no key.
    """

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self._folder = folder
        self._readonly = readonly
        self._public: PublicKey | None = None
        self._private: _Private | None = None
        self._opening = threading.RLock()  # packages are opened in several threads, and one asks
        self._passphrase = ""  # what opened the key; it may open the ones before it
        self.ask: Callable[[], str | None] = lambda: None

    def __repr__(self) -> str:
        return f"Keyring({str(self._folder)!r})"

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def path(self) -> Path:
        return self._folder / FILE_NAME

    @property
    def public(self) -> PublicKey:
        """The public half; the key is made if there is none.

        Raises:
            KeyDamagedError, KeyFileError: the file cannot be read or written.
            NoKeyYetError: there is none, and this is only for looking.
        """
        if self._public is None:
            document = self._read() if self.path.exists() else self._make()
            self._public = self._public_of(document)
        return self._public

    @property
    def has_passphrase(self) -> bool:
        return self.path.exists() and "locked" in self._read()

    @property
    def is_locked(self) -> bool:
        """Whether a passphrase is needed before anything can be signed."""
        return self._private is None and self.has_passphrase

    def sign(self, domain: bytes, content: bytes) -> bytes:
        """Return the signature over `content`; the same content gives the same 64 bytes.

        Raises:
            KeyLockedError: no passphrase was given.
        """
        return self._opened().signing_key().sign(domain + content)

    def identities(self) -> Iterator[Any]:
        """Yield the age identity of this key, then those of the keys before it that can be opened.

        Raises:
            KeyLockedError: no passphrase was given.
        """
        yield self._opened().identity()
        for path in sorted(self._folder.glob("key-*.json"), reverse=True):
            with contextlib.suppress(
                KeyringError
            ):  # locked with a passphrase nobody knows any more, or damaged
                yield self._older(path).identity()

    def _older(self, path: Path) -> _Private:
        document = self._read(path)
        try:
            if "locked" in document:
                return _unlocked(document, self._passphrase)
            return _Private.of(document["secret"])
        except (ValueError, KeyError, TypeError):
            raise KeyDamagedError(path=path) from None

    def unlock(self, passphrase: str) -> None:
        """Open the key for this run of the program.

        Raises:
            WrongPassphraseError: it is another passphrase.
        """
        document = self._read()
        if "locked" not in document:
            return
        self._keep(_unlocked(document, passphrase), document)
        self._passphrase = passphrase

    @property
    def follows_another(self) -> bool:
        """Whether this workspace had another key before."""
        return any(self._folder.glob("key-*.json"))

    def own_public(self) -> dict[str, bytes]:
        """Return the public halves of this key and of those before it, by key id; it makes no key."""
        paths = [path for path in (self.path, *self._folder.glob("key-*.json")) if path.exists()]
        found = {}
        for path in sorted(paths):
            with contextlib.suppress(KeyringError):  # damaged: what it signed cannot be checked
                public = self._public_of(self._read(path)).public
                found[key_id_of(public)] = public
        with contextlib.suppress(KeyringError):
            for rotation in self.rotations:  # the files of older keys may be gone
                old = from_text(rotation.get("old"), 32)
                if old is not None:
                    found[key_id_of(old)] = old
        return found

    @property
    def rotations(self) -> list[dict[str, str]]:
        """How each key of this workspace made the next one its successor, the oldest first."""
        document = self._read() if self.path.exists() else {}
        return [dict(rotation) for rotation in document.get("rotations", [])]

    def rotate(self, passphrase: str = "") -> PublicKey:
        """Make a new key, which the old one signs, and return it. The old file stays beside it.

        Raises:
            KeyLockedError: the old key is locked.
        """
        old, new, rotations = self.public, _Private.new(), self.rotations
        public = new.public()
        signature = self.sign(ROTATION_DOMAIN, public.public)
        rotations.append(
            {
                "old": to_text(old.public),
                "new": to_text(public.public),
                "signature": to_text(signature),
            }
        )
        self._set_aside(old)
        self._replace(new, passphrase, rotations)
        return public

    def begin_anew(self, passphrase: str = "") -> PublicKey:
        """Make a new key without the old one, whose passphrase is lost; it must be trusted from the start."""
        self._set_aside(self.public)
        new = _Private.new()
        self._replace(new, passphrase, [])
        return new.public()

    def _replace(self, new: _Private, passphrase: str, rotations: list[dict[str, str]]) -> None:
        document = self._document(new, _plain(passphrase)) | {"rotations": rotations}
        self._write(document, replacing=True)
        self._public, self._private = new.public(), new

    def _set_aside(self, old: PublicKey) -> None:
        """Keep the file of the old key: packages may still come that only it can open."""
        self._write(self._read(), replacing=True, path=self._folder / f"key-{old.key_id[:12]}.json")

    def lock(self) -> None:
        """Forget what was opened."""
        self._private, self._passphrase = None, ""

    def set_passphrase(self, passphrase: str) -> None:
        """Lock the file with `passphrase`, or with none if it is empty. The key itself stays the same.

        Raises:
            KeyLockedError: it is locked with an older one that was not given.
        """
        private = self._opened()
        document = self._document(private, _plain(passphrase)) | {"rotations": self.rotations}
        self._write(document, replacing=True)

    # -- the file ----------------------------------------------------------------------------------------

    def _opened(self) -> _Private:
        with self._opening:
            if self._private is None:
                self._open()
            assert self._private is not None
            return self._private

    def _open(self) -> None:
        document = self._read() if self.path.exists() else self._make()
        if "locked" in document:
            self._ask()
            return
        try:
            self._keep(_Private.of(document["secret"]), document)
        except (ValueError, KeyError, TypeError):
            raise KeyDamagedError(path=self.path) from None

    def _ask(self) -> None:
        passphrase = self.ask()
        if not passphrase:
            raise KeyLockedError
        self.unlock(passphrase)

    def _keep(self, private: _Private, document: dict[str, Any]) -> None:
        public = private.public()
        if public != self._public_of(document):
            raise KeyDamagedError(path=self.path)
        self._public, self._private = public, private

    def _make(self) -> dict[str, Any]:
        if self._readonly:
            raise NoKeyYetError(path=self.path)
        self._write(self._document(_Private.new(), ""), replacing=False)
        return self._read()

    def _read(self, path: Path | None = None) -> dict[str, Any]:
        path = path or self.path
        try:
            document = json.loads(path.read_bytes())
        except OSError as error:
            raise KeyFileError(path=path, problem=files.problem(error)) from error
        except ValueError:
            raise KeyDamagedError(path=path) from None  # its cause holds the whole file
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise KeyDamagedError(path=path)
        return document

    def _public_of(self, document: dict[str, Any]) -> PublicKey:
        public = from_text(document.get("public_key"), 32)
        recipient = document.get("recipient")
        if public is None or not isinstance(recipient, str):
            raise KeyDamagedError(path=self.path)
        return PublicKey(public, recipient)

    @staticmethod
    def _document(private: _Private, passphrase: str) -> dict[str, Any]:
        public = private.public()
        document: dict[str, Any] = {
            "format": FORMAT,
            "public_key": to_text(public.public),
            "recipient": public.recipient,
        }
        if passphrase:
            import pyrage

            content = json.dumps(private.document()).encode()
            return {**document, "locked": to_text(pyrage.passphrase.encrypt(content, passphrase))}
        return {**document, "secret": private.document()}

    def _write(self, document: dict[str, Any], *, replacing: bool, path: Path | None = None) -> None:
        """Write the file whole, readable by nobody else at any moment.

        In a folder that the accounts of a group share, a key locked with a passphrase is for that group. A
        key that is there already is kept unless `replacing`; the lock of the workspace lets no other
        process make one at the same time.
        """
        try:
            path = path or self.path
            # on Windows the folder has the rights of the workspace it stands in
            mode = 0o777 if sys.platform == "win32" else 0o700
            self._folder.mkdir(mode=mode, parents=True, exist_ok=True)
            files.sync_folder(self._folder.parent)
            group = "locked" in document and _is_shared(self._folder.parent)
            with contextlib.suppress(OSError):  # a stick formatted for Windows has no modes
                self._folder.chmod(0o2770 if group else 0o700)
            part = self._folder / f"{FILE_NAME}.{os.getpid()}{files.PART}"
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(document, file, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                if group:
                    with contextlib.suppress(OSError):
                        part.chmod(0o660)
                if replacing or not path.exists():
                    part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            files.sync_folder(self._folder)
        except OSError as error:
            raise KeyFileError(path=self.path, problem=files.problem(error)) from error


def _is_shared(folder: Path) -> bool:
    """Whether the accounts of a group may write in `folder`, as on a laptop with several accounts."""
    try:
        return sys.platform != "win32" and bool(folder.stat().st_mode & stat.S_IWGRP)
    except OSError:
        return False


class ActSigner:
    """Signs acts with the key of a workspace; see `records.act.Signer`."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @property
    def key_id(self) -> str:
        return self._keyring.public.key_id

    def sign(self, content: bytes) -> bytes:
        return self._keyring.sign(ACT_DOMAIN, content)


def _unlocked(document: dict[str, Any], passphrase: str) -> _Private:
    import pyrage

    try:
        content = pyrage.passphrase.decrypt(base64.b64decode(document["locked"]), _plain(passphrase))
        return _Private.of(json.loads(content))
    except (pyrage.DecryptError, binascii.Error, ValueError, KeyError, TypeError):
        raise WrongPassphraseError from None  # the cause may hold what must not be shown


def _plain(passphrase: str) -> str:
    """Return the passphrase in the one form in which every keyboard gives the same letters."""
    return unicodedata.normalize("NFKC", passphrase)
