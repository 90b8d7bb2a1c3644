"""The payload of a package: canonical JSON, packed into text cells that survive every re-save.

The `_package` sheet has two columns, a name and a value: `format`, `sha256` of the payload, the public `key`
and the `signature` over the payload, `chunks`, then the numbered chunks of base64 text.

Of an encrypted package there are `format`, `encryption` (age), `sha256` of the age file and its chunks. In it
lies one line of JSON (key, signature, lengths), then the packed payload, then the attached files as they are.
"""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from habitat_desktop.packages import age, errors
from habitat_desktop.packages.layout import Column, FormLayout, SheetLayout
from habitat_desktop.packages.package import FORMAT, Attachment, KeyList, Manifest, Package, Sender
from habitat_desktop.records.act import Act, require_shallow
from habitat_desktop.records.record import NUMBER_LIMIT, Receipt, Revision, canonical_json, read_json

SHEET = "_package"
FILES_SHEET = "_files"  # attached files: SHA-256, number of the piece, base64 text
CHUNK_LENGTH = 30_000  # characters; a cell holds 32,767
SIZE_LIMIT = 64 << 20  # bytes of the unpacked payload: some 10,000 records of 150 answers
MARKS_LIMIT = 4_000_000  # commas and brackets in it: each value takes a hundred bytes once it is read


def encode(package: Package) -> bytes:
    """Return the canonical bytes of `package`: the same content gives the same bytes."""
    manifest = package.manifest
    return canonical_json(
        {
            "format": FORMAT,
            "manifest": {
                "sender": vars(manifest.sender),
                "recipient": manifest.recipient,
                "number": manifest.number,
                "made_at": manifest.made_at,
                "author": manifest.author,
                "language": manifest.language,
                "program": manifest.program,
                "key_id": manifest.key_id,
            },
            "have": dict(package.have),
            "receipts": [_receipt_json(receipt) for receipt in package.receipts],
            "revisions": [revision.document() for revision in package.revisions],
            "attachments": [vars(attachment) for attachment in package.attachments],
            "forms": [_layout_json(layout) for layout in package.layouts],
            "words": dict(package.words),
            "explanations": list(package.explanations),
            "lives": list(package.lives),
            "key_list": None if package.key_list is None else vars(package.key_list),
            "acts": [{"document": act.document(), "signature": act.signature} for act in package.acts],
            "have_acts": dict(package.have_acts),
            "taken": dict(package.taken),
        }
    )


def decode(payload: bytes, file: str) -> Package:
    """Return the package that `payload` says.

    Raises:
        NewerFormatError: it is of a format this program does not know.
        PayloadDamagedError: it is not what a package of this format holds.
    """
    try:
        data = read_json(payload)
        require_shallow(data["revisions"])
        if data["format"] != FORMAT:
            raise errors.NewerFormatError(file=file, format=str(data["format"])[:60])
        return Package(
            manifest=_manifest(data["manifest"]),
            have=_ranges(data["have"]),
            receipts=tuple(_receipt(item) for item in data["receipts"]),
            revisions=tuple(Revision.from_document(item, from_json=True) for item in data["revisions"]),
            attachments=tuple(_attachment(item) for item in data["attachments"]),
            layouts=tuple(_layout(item) for item in data["forms"]),
            words={str(reason): str(word) for reason, word in data["words"].items()},
            explanations=_explanations(data["explanations"]),
            lives=_lives(data["lives"]),
            key_list=_key_list(data["key_list"]),
            acts=tuple(_act(item) for item in data.get("acts", ())),  # packages of version 0.3 have none
            have_acts=_ranges(data.get("have_acts", {})),
            taken=_ranges(data.get("taken", {})),
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise errors.PayloadDamagedError(file=file) from error


def sha256(payload: bytes) -> str:
    """Return the identity of a package: the hash of its payload, which no re-save changes."""
    return hashlib.sha256(payload).hexdigest()


# -- text cells ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seal:
    """Who vouches for a payload: the public key (32 bytes) and its signature (64); both empty for nobody."""

    key: bytes = b""
    signature: bytes = b""


UNSIGNED = Seal()


@dataclass(frozen=True)
class Envelope:
    """The payload of a `_package` sheet and its seal, which is as it was found and still to be checked.

    `recipients` is how many keys open it, 0 where nothing is encrypted; only then `files` are elsewhere.
    """

    payload: bytes
    seal: Seal
    recipients: int = 0
    files: dict[str, bytes] = field(default_factory=dict)  # by SHA-256, still to be checked


def to_cells(payload: bytes, seal: Seal = UNSIGNED) -> list[tuple[str, str]]:
    """Return the rows of the `_package` sheet."""
    chunks = to_chunks(zlib.compress(payload, 6))
    head = [
        ("format", FORMAT),
        ("sha256", sha256(payload)),
        ("key", base64.b64encode(seal.key).decode("ascii")),
        ("signature", base64.b64encode(seal.signature).decode("ascii")),
        ("chunks", str(len(chunks))),
    ]
    return head + [(f"{number:06d}", chunk) for number, chunk in enumerate(chunks, 1)]


def to_encrypted_cells(
    payload: bytes, seal: Seal, files: Mapping[str, bytes], recipients: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the rows of the `_package` sheet where only `recipients` are to read anything."""
    packed = zlib.compress(payload, 6)
    head = {
        "key": base64.b64encode(seal.key).decode("ascii"),
        "signature": base64.b64encode(seal.signature).decode("ascii"),
        "payload": len(packed),
        "files": [[name, len(content)] for name, content in sorted(files.items())],
    }
    parts = [canonical_json(head), b"\n", packed, *(content for _name, content in sorted(files.items()))]
    sealed = age.encrypt(b"".join(parts), recipients)
    chunks = to_chunks(sealed)
    rows = [
        ("format", FORMAT),
        ("encryption", age.AGE),
        ("sha256", sha256(sealed)),
        ("chunks", str(len(chunks))),
    ]
    return rows + [(f"{number:06d}", chunk) for number, chunk in enumerate(chunks, 1)]


def from_cells(rows: Iterable[Sequence[object]], file: str, decrypt: age.Decrypt | None = None) -> Envelope:
    """Return what is in the rows of a `_package` sheet, wherever its rows now stand.

    `decrypt` opens an encrypted one; without it such a package is for others.

    Raises:
        OtherRecipientError, ContentLockedError: as they say.
        NoPackageSheetError: the sheet holds something else.
        NewerFormatError, PayloadIncompleteError, PayloadDamagedError: as they say.
    """
    cells = {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] != ""}
    found = cells.get("format", "")
    if not found.startswith("habitat-desktop/package/"):
        raise errors.NoPackageSheetError(file=file)
    if found != FORMAT:
        raise errors.NewerFormatError(file=file, format=found[:60])
    count = cells.get("chunks", "")
    if not (count.isascii() and count.isdigit() and len(count) <= 6):
        raise errors.PayloadDamagedError(file=file)
    names = [f"{number:06d}" for number in range(1, int(count) + 1)]
    for number, name in enumerate(names, 1):
        if name not in cells:
            raise errors.PayloadIncompleteError(file=file, piece=number, count=count)
    text = "".join(cells[name] for name in names)
    if "encryption" in cells:
        return _decrypted(cells, text, file, decrypt or age.decrypt_with(None))
    try:
        payload = _unpack(from_chunks(text), file)
    except ValueError as error:
        raise errors.PayloadDamagedError(file=file) from error
    if sha256(payload) != cells.get("sha256"):
        raise errors.PayloadDamagedError(file=file)
    return Envelope(payload, Seal(_bytes(cells.get("key", "")), _bytes(cells.get("signature", ""))))


def _decrypted(cells: dict[str, str], text: str, file: str, decrypt: age.Decrypt) -> Envelope:
    if cells["encryption"] != age.AGE:
        raise errors.NewerFormatError(file=file, format=cells["encryption"][:60])
    try:
        sealed = from_chunks(text)
    except ValueError as error:
        raise errors.PayloadDamagedError(file=file) from error
    if sha256(sealed) != cells.get("sha256"):
        raise errors.PayloadDamagedError(file=file)
    content = decrypt(sealed, file)
    try:
        head, rest = content.split(b"\n", 1)
        said = read_json(head)
        names, lengths = [str(name) for name, _length in said["files"]], [said["payload"]]
        lengths += [length for _name, length in said["files"]]
        if any(type(length) is not int or length < 0 for length in lengths) or sum(lengths) != len(rest):
            raise ValueError("the lengths do not fit")
        seal = Seal(_bytes(said["key"]), _bytes(said["signature"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise errors.PayloadDamagedError(file=file) from error
    ends = list(accumulate(lengths))
    payload = _unpack(rest[: ends[0]], file)
    files = {name: rest[start:end] for name, start, end in zip(names, ends, ends[1:], strict=False)}
    return Envelope(payload, seal, age.count_recipients(sealed), files)


def _bytes(text: str) -> bytes:
    """Return the bytes of a cell; one that is no base64 as its own letters, which fit no signature."""
    try:
        return from_chunks(text)
    except ValueError:
        return text.encode("utf-8", "replace")


def to_chunks(data: bytes) -> list[str]:
    """Return `data` as base64 text in pieces a cell can hold."""
    text = base64.b64encode(data).decode("ascii")
    return [text[start : start + CHUNK_LENGTH] for start in range(0, len(text), CHUNK_LENGTH)]


def from_chunks(text: str) -> bytes:
    """Return the bytes of joined chunks; ValueError unless the text is exactly what `to_chunks` writes."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    if base64.b64encode(data).decode("ascii") != text:  # the last character has bits nobody reads
        raise ValueError("not canonical base64")
    return data


def _unpack(packed: bytes, file: str) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        payload = unpacker.decompress(packed, SIZE_LIMIT)
    except zlib.error as error:
        raise errors.PayloadDamagedError(file=file) from error
    if unpacker.unconsumed_tail or sum(map(payload.count, (b",", b"[", b"{"))) > MARKS_LIMIT:
        raise errors.PayloadTooBigError(file=file)
    if not unpacker.eof or unpacker.unused_data:
        raise errors.PayloadDamagedError(file=file)
    return payload


# -- parts -----------------------------------------------------------------------------------------------


def _ranges(have: Any) -> dict[str, list[list[int]]]:
    result: dict[str, list[list[int]]] = {}
    for installation, ranges in have.items():
        result[installation] = [[_number(first), _number(last, least=0)] for first, last in ranges]
    return result


def _number(value: object, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= NUMBER_LIMIT:
        raise ValueError("a number expected that every database can keep")
    return value


def _all_text(values: Iterable[object]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("text expected")


def _manifest(data: dict[str, Any]) -> Manifest:
    manifest = Manifest(**{**data, "sender": Sender(**data["sender"])})
    texts = {**vars(manifest), **vars(manifest.sender)}
    _number(texts.pop("number"))
    texts.pop("sender")
    _all_text(texts.values())
    return manifest


def _lives(lives: list[str]) -> tuple[str, ...]:
    _all_text(lives)
    return tuple(lives)


def _key_list(data: Any) -> KeyList | None:
    if data is None:
        return None
    found = KeyList(**data)
    if not isinstance(found.document, dict) or not isinstance(found.signature, str):
        raise TypeError("not a key list")
    return found


def _explanations(names: list[str]) -> tuple[str, ...]:
    _all_text(names)
    if len(names) < 2:
        raise ValueError("cover and codebook have names")
    return tuple(names)


def _act(data: dict[str, Any]) -> Act:
    if data.keys() != {"document", "signature"}:
        raise ValueError("not an act")
    return Act.from_document(data["document"], data["signature"])


def _receipt_json(receipt: Receipt) -> dict[str, Any]:
    return {**vars(receipt), "revisions": list(receipt.revisions)}


def _receipt(data: dict[str, Any]) -> Receipt:
    receipt = Receipt(**{**data, "revisions": tuple(data["revisions"])})
    texts = dict(vars(receipt))
    _number(texts.pop("number"))
    _all_text((*texts.pop("revisions"), *texts.values()))
    return receipt


def _attachment(data: dict[str, Any]) -> Attachment:
    attachment = Attachment(**data)
    texts = dict(vars(attachment))
    _number(texts.pop("size"), least=0)
    _all_text(texts.values())
    return attachment


def _layout_json(layout: FormLayout) -> dict[str, Any]:
    return {
        "form_id": layout.form_id,
        "version": layout.version,
        "hash": layout.hash,
        "sheets": [
            {
                "name": sheet.name,
                "parent": sheet.parent,
                "path": list(sheet.path),
                "columns": [[c.header, c.kind, "/".join(c.path), c.choice] for c in sheet.columns],
            }
            for sheet in layout.sheets
        ],
    }


def _layout(data: dict[str, Any]) -> FormLayout:
    layout = FormLayout(
        data["form_id"],
        data["version"],
        data["hash"],
        tuple(_sheet_layout(sheet) for sheet in data["sheets"]),
    )
    _all_text((layout.form_id, layout.version, layout.hash))
    _check_tree(layout.sheets)
    return layout


def _sheet_layout(data: dict[str, Any]) -> SheetLayout:
    columns = tuple(
        Column(header, kind, tuple(path.split("/")) if path else (), choice)
        for header, kind, path, choice in data["columns"]
    )
    sheet = SheetLayout(data["name"], data["parent"], tuple(data["path"]), columns)
    _all_text((sheet.name, sheet.parent, *sheet.path))
    for column in columns:
        _all_text((column.header, column.kind, column.choice))
    if not {"_revision", "_index"} <= {column.header for column in columns if not column.path}:
        raise ValueError("rows that nobody can tell apart")
    return sheet


def _check_tree(sheets: Sequence[SheetLayout]) -> None:
    """Raise ValueError unless the sheets form one tree, parents first: a ring or a double would never end."""
    known: set[str] = set()
    for sheet in sheets:
        if sheet.name in known or (sheet.parent not in known if known else sheet.parent):
            raise ValueError("sheets that form no tree")
        known.add(sheet.name)
    if not known:
        raise ValueError("a form without a sheet")
