"""extract-signed(): texts whose Ed25519 signature a form checks, as in ODK Collect."""

import base64
import binascii

from habitat_desktop.xforms.xpath.functions.registry import STRING, plain

_SIGNATURE_BYTES = 64
_KEY_BYTES = 32


@plain("extract-signed", STRING, STRING, gives=STRING)
def _extract_signed(signed: str, key: str) -> str:
    """Return the text behind the signature at the beginning of `signed`; blank when it does not hold."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        content, public_key = base64.b64decode(signed), base64.b64decode(key)[:_KEY_BYTES]
        signature, message = content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (binascii.Error, ValueError, InvalidSignature):
        return ""
    return message.decode("utf-8", "replace")
