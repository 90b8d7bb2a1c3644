"""The PIN of a person who shares a laptop. It keeps names apart; it protects no data, which a key does.

Only a salted scrypt hash is kept (RFC 7914), as `scrypt$SALT$HASH` in hexadecimal digits.
"""

import hashlib
import secrets

SHORTEST = 4
LONGEST = 64
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 2**20, "dklen": 32}


def digits(text: str) -> str:
    """Return a typed PIN with digits of any script as 0 to 9, so that it fits under every keyboard."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text.strip())


def made_of(pin: str) -> str:
    """Return what is kept of `pin`.

    Raises:
        ValueError: it is shorter than four signs or longer than 64.
    """
    text = digits(pin)
    if not SHORTEST <= len(text) <= LONGEST:
        raise ValueError(len(text))
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_hash(text, salt)}"


def fits(kept: str, pin: str) -> bool:
    """Whether `pin` is the one `kept` was made of; what cannot be read fits nothing."""
    parts = kept.split("$")
    if len(parts) != 3 or parts[0] != "scrypt" or len(pin) > 4 * LONGEST:
        return False
    try:
        salt = bytes.fromhex(parts[1])
    except ValueError:
        return False
    return secrets.compare_digest(_hash(digits(pin), salt), parts[2])


def _hash(text: str, salt: bytes) -> str:
    return hashlib.scrypt(text.encode("utf-8"), salt=salt, **_COST).hex()
