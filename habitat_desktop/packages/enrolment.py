"""How two sides come to trust each other: a request each, and a fingerprint compared over the telephone.

A request is a small workbook a person can open and read. Its hidden sheet holds the public key, signed by its
own private half, so that nobody can ask in the name of a key they do not have.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.packages import files, keys
from habitat_desktop.packages.errors import ExportFolderError
from habitat_desktop.packages.key_errors import (
    ClaimsHeadquartersError,
    KeyRevokedError,
    KeyTakenError,
    NoRequestError,
    NotTrustedHereError,
    OwnRequestError,
    RequestDamagedError,
    WrongFingerprintError,
)
from habitat_desktop.packages.keys import Keyring, PublicKey
from habitat_desktop.packages.reader import REQUEST_SHEET as SHEET
from habitat_desktop.packages.reader import Reader, Workbook
from habitat_desktop.packages.texts import Formats
from habitat_desktop.records import journal
from habitat_desktop.records.record import canonical_json, read_json, utc_text
from habitat_desktop.records.trusted_keys import TrustedKey, change_state, find_key, save_key, trusted_keys
from habitat_desktop.settings import HEADQUARTERS, Settings

if TYPE_CHECKING:
    from habitat_desktop.records.act import Actor
    from habitat_desktop.records.database import Session

FORMAT = "habitat-desktop/request/v1"
_OFFICE = re.compile("[A-Z0-9]{1,8}")  # no letter of another alphabet that looks like one of these
_ROLES = ("office", "region", "headquarters")
_TEXTS = ("office", "name", "role", "installation", "recipient", "made_at")
# Translators: name of the only visible sheet of a request to be trusted; at most 31 characters
_SHEET_NAME = N_("Request")
_EXPLANATION = (
    N_("With this file {name} asks to be trusted: packages signed with its key are then taken in."),
    N_("1. The other side takes the file in with the program. It shows a fingerprint there, too."),
    N_(
        "2. Telephone each other, on a number you knew before. Whoever sent this file reads the six groups "
        "of digits out, one by one; the other compares them."
    ),
    N_("3. Only if all six groups are the same does the other side trust the key."),
    N_(
        "The file holds nothing secret. Whoever changes it on the way changes the fingerprint, which is why "
        "it is read out and not sent along."
    ),
)


@dataclass(frozen=True)
class Request:
    """What a workspace says of itself when it asks to be trusted; checked to be signed by its own key."""

    file: str
    office: str
    name: str
    role: str
    installation: str
    made_at: str
    key: PublicKey
    rotations: tuple[dict[str, str], ...] = ()  # how an older key made this one its successor


# -- asking ----------------------------------------------------------------------------------------------


def request_of(keyring: Keyring, settings: Settings, installation: str, at: datetime) -> Request:
    """Return what this workspace asks."""
    office = HEADQUARTERS if settings.role == "headquarters" else settings.office
    made_at = utc_text(at)
    key, rotations = keyring.public, tuple(keyring.rotations)
    return Request("", office, settings.name, settings.role, installation, made_at, key, rotations)


def write_request(
    path: Path, keyring: Keyring, settings: Settings, installation: str, at: datetime
) -> Request:
    """Write the request of this workspace to `path`, in the language spoken now.

    Raises:
        KeyLockedError: a passphrase is needed.
        ExportFolderError: `path` cannot be written, or another file has that name.
    """
    request = request_of(keyring, settings, installation, at)
    content = _document(request)
    signature = keyring.sign(keys.REQUEST_DOMAIN, content)
    try:
        files.write_new(path, _workbook(request, content, signature))
    except OSError as error:
        raise ExportFolderError(folder=path.parent, problem=files.problem(error)) from error
    return request


def _document(request: Request) -> bytes:
    return canonical_json(
        {
            "format": FORMAT,
            "office": request.office,
            "name": request.name,
            "role": request.role,
            "installation": request.installation,
            "made_at": request.made_at,
            "public_key": keys.to_text(request.key.public),
            "recipient": request.key.recipient,
            "rotations": list(request.rotations),
        }
    )


def _workbook(request: Request, content: bytes, signature: bytes) -> bytes:
    from xlsxwriter import Workbook as Writer

    target = BytesIO()
    workbook = Writer(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": FORMAT, "created": datetime(2000, 1, 1, tzinfo=UTC)})
    _write_visible(workbook, request)
    hidden = workbook.add_worksheet(SHEET)
    rows = (
        ("format", FORMAT),
        ("document", base64.b64encode(content).decode("ascii")),
        ("signature", keys.to_text(signature)),
    )
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            hidden.write_string(number, column, cell)
    hidden.hide()
    workbook.close()
    return target.getvalue()


def _write_visible(workbook: Any, request: Request) -> None:
    formats = Formats(workbook)
    digits = workbook.add_format(
        {"bold": True, "font_size": 18, "align": "center", "border": 1, "num_format": "@", "reading_order": 1}
    )
    small = workbook.add_format({"align": "center", "font_size": 8, "font_color": "#5C6975"})
    sheet = workbook.add_worksheet(_(_SHEET_NAME))
    formats.prepare(sheet)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 6, 10)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, 6, "", formats.title)
    sheet.write_string(0, 0, _("A request to be trusted"), formats.title)
    facts = (
        (N_("Office"), request.office),
        (N_("Name"), request.name),
        (N_("Made on"), format_date(request.made_at[:10], language(), "long")),
    )
    for row, (label, value) in enumerate(facts, 2):
        sheet.write_string(row, 0, _(label), formats.fact)
        sheet.write_string(row, 1, value, formats.fact_text)
    sheet.write_string(7, 0, _("Fingerprint"), formats.fact)
    for column, group in enumerate(request.key.fingerprint.split(" "), 1):
        sheet.write_number(6, column, column, small)  # numbered: the sheet may run from the right
        sheet.write_string(7, column, group, digits)
    sheet.set_row(7, 30)
    for row, text in enumerate(_EXPLANATION, 9):
        sheet.merge_range(row, 0, row, 6, "", formats.paragraph)
        sheet.write_string(row, 0, _(text).format(name=request.name), formats.paragraph)
        sheet.set_row(row, 34)


# -- reading ---------------------------------------------------------------------------------------------


def read_request(path: Path, reader: Reader) -> Request:
    """Return the request in the workbook at `path`, after gate and child process as every foreign file.

    Raises:
        PackageError: it cannot be opened.
        NoRequestError, RequestDamagedError.
    """
    return request_in(reader.read(path))


def request_in(workbook: Workbook) -> Request:
    """Return the request in an opened workbook; errors as `read_request`."""
    file = workbook.file
    sheet = workbook.sheet(SHEET)
    if sheet is None:
        raise NoRequestError(file=file)
    cells = {str(row[0]): str(row[1]) for row in sheet.rows if len(row) > 1}
    if cells.get("format") != FORMAT:
        raise NoRequestError(file=file)
    try:
        content = base64.b64decode(cells["document"], validate=True)
        data = read_json(content)
        request = _request(file, data)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, binascii.Error) as error:
        raise RequestDamagedError(file=file) from error
    signature = keys.from_text(cells.get("signature"), 64)
    is_signed = signature is not None and keys.verify(
        keys.REQUEST_DOMAIN, content, request.key.public, signature
    )
    if not is_signed or _document(request) != content:
        raise RequestDamagedError(file=file)
    return request


def _request(file: str, data: dict[str, Any]) -> Request:
    texts = {name: data[name] for name in _TEXTS}
    if not all(isinstance(text, str) and len(text) <= 200 for text in texts.values()):
        raise ValueError("text expected")
    public = keys.from_text(data["public_key"], 32)
    if public is None or texts["role"] not in _ROLES or not _OFFICE.fullmatch(texts["office"]):
        raise ValueError("not a request")
    if any(sign < " " for text in texts.values() for sign in text):
        raise ValueError("a name that would look like several lines")
    utc_text(texts["made_at"])
    key = PublicKey(public, texts.pop("recipient"))
    rotations = tuple(
        {name: str(item[name]) for name in ("old", "new", "signature")} for item in data["rotations"]
    )
    return Request(file=file, key=key, rotations=rotations, **texts)


# -- trusting --------------------------------------------------------------------------------------------


def check_request(
    session: "Session", settings: Settings, own: PublicKey, request: Request
) -> TrustedKey | None:
    """Say whether `request` may be trusted here at all, before anybody telephones.

    Returns the key as it is known already, or None.

    Raises:
        OwnRequestError, ClaimsHeadquartersError, NotTrustedHereError, KeyTakenError, KeyRevokedError.
    """
    file, sender = request.file, request.office
    if request.key.key_id == own.key_id:
        raise OwnRequestError(file=file)
    claims = request.role == "headquarters"
    if claims != (sender == HEADQUARTERS) or (claims and settings.role == "headquarters"):
        raise ClaimsHeadquartersError(file=file, office=sender)
    if settings.role == "office" and request.role == "office":
        raise NotTrustedHereError(file=file, sender=sender)
    known = find_key(session, request.key.key_id)
    if known is not None and (known.office, known.role) != (sender, request.role):
        raise KeyTakenError(file=file, sender=sender, office=known.office)
    if known is not None and known.state == "revoked":
        date = format_date(known.changed_at[:10], language(), "long")
        raise KeyRevokedError(file=file, sender=sender, date=date, reason=known.reason)
    return known


def trust_request(
    session: "Session",
    settings: Settings,
    own: PublicKey,
    request: Request,
    typed: str,
    actor: "Actor",
) -> TrustedKey:
    """Trust the key of `request`, whose fingerprint a person has heard and typed; doing it twice is harmless.

    An office may have several keys: one for each of its laptops. A key that one trusted here made its
    successor needs no telephone: that one is replaced then.

    Raises:
        WrongFingerprintError, and what `check_request` raises.
        NobodyActsError, KeyLockedError: it cannot be noted who trusted it.
    """
    known = check_request(session, settings, own, request)
    older = predecessor(session, request)
    if older is None and not keys.same_fingerprint(typed, request.key.key_id):
        raise WrongFingerprintError(file=request.file, sender=request.office)
    if known is not None and known.state == "trusted":
        return known
    key = trusted_key(request, person=actor.person, at=actor.at)
    save_key(session, key)
    if older is not None:
        change_state(session, older, "replaced", at=key.changed_at, by=actor.person, reason="")
    journal.write(session, actor, "trust", ref=key.key_id, content=_noted(key, older))
    return key


def _noted(key: TrustedKey, older: TrustedKey | None) -> dict[str, str]:
    """Return what the journal says of a key that is trusted from now on."""
    said = {"office": key.office, "name": key.name, "fingerprint": keys.fingerprint(key.key_id)}
    return said if older is None else said | {"instead_of": keys.fingerprint(older.key_id)}


def predecessor(session: "Session", request: Request) -> TrustedKey | None:
    """Return the key trusted here that made the key of `request` its successor, if there is one."""
    for key in trusted_keys(session, request.office):
        if (
            key.state == "trusted"
            and key.role == request.role
            and key.key_id != request.key.key_id
            and request.key.key_id in keys.successors({key.key_id}, request.rotations)
        ):
            return key
    return None


def trusted_key(request: Request, *, person: str, at: datetime) -> TrustedKey:
    """Return the key of `request` as one that `person` trusts."""
    return TrustedKey(
        office=request.office,
        key_id=request.key.key_id,
        public_key=keys.to_text(request.key.public),
        recipient=request.key.recipient,
        role=request.role,
        installation=request.installation,
        name=request.name,
        state="trusted",
        changed_at=utc_text(at),
        changed_by=person,
    )
