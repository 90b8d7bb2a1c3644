"""extract-signed(): texts whose Ed25519 signature a form checks, as in ODK Collect.

Only public data passes through here, so the arithmetic need not hide how long it takes.
Source: RFC 8032, sections 5.1 and 5.1.7.
"""

import base64
import binascii
import hashlib
from functools import cache

from habitat_desktop.xforms.xpath.functions.registry import STRING, plain

_SIGNATURE_BYTES = 64
_KEY_BYTES = 32
_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_ROOT_OF_MINUS_ONE = pow(2, (_PRIME - 1) // 4, _PRIME)

_Point = tuple[int, int, int, int]  # x, y, z, t with x/z and y/z on the curve and xy = zt


@plain("extract-signed", STRING, STRING, gives=STRING)
def _extract_signed(signed: str, key: str) -> str:
    """Return the text behind the signature at the beginning of `signed`; blank when it does not hold."""
    try:
        content, public_key = base64.b64decode(signed), base64.b64decode(key)
    except (binascii.Error, ValueError):
        return ""
    signature, message = content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
    return message.decode("utf-8", "replace") if _holds(signature, message, public_key) else ""


def _holds(signature: bytes, message: bytes, key: bytes) -> bool:
    if len(signature) != _SIGNATURE_BYTES or len(key) < _KEY_BYTES:
        return False
    key = key[:_KEY_BYTES]
    signer, nonce = _point(key), _point(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if signer is None or nonce is None or factor >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    left, right = _times(factor, _base()), _sum(nonce, _times(challenge, signer))
    return all((left[i] * right[2] - right[i] * left[2]) % _PRIME == 0 for i in (0, 1))


def _point(encoded: bytes) -> _Point | None:
    """Return the point of the curve that 32 bytes encode; None when they encode none."""
    number = int.from_bytes(encoded, "little")
    y, is_odd = number & (2**255 - 1), number >> 255
    if y >= _PRIME:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if (x * x - square) % _PRIME:
        x = x * _ROOT_OF_MINUS_ONE % _PRIME
    if (x * x - square) % _PRIME or (x == 0 and is_odd):
        return None
    if x & 1 != is_odd:
        x = _PRIME - x
    return (x, y, 1, x * y % _PRIME)


def _sum(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _PRIME, (p[1] + p[0]) * (q[1] + q[0]) % _PRIME
    c, d = 2 * p[3] * q[3] * _D % _PRIME, 2 * p[2] * q[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME)


def _times(factor: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _sum(found, point)
        point, factor = _sum(point, point), factor >> 1
    return found


@cache
def _base() -> _Point:
    found = _point(b"\x58" + b"\x66" * 31)
    assert found is not None
    return found
