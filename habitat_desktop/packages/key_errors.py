"""What can be wrong with keys and with requests to be trusted; who signed a package stands in `errors`."""

from habitat_desktop.errors import N_, HabitatError


class KeyringError(HabitatError):
    """Something is wrong with a key; nothing was changed."""


class KeyDamagedError(KeyringError):
    code = "KEY_DAMAGED"
    message = N_(
        "The key of this workspace in “{path}” is damaged. Nothing was signed, and your records are "
        "untouched. Put an earlier copy of the file back; without one, move it away, make a new request with "
        "“habitat keys request FILE” and have it trusted."
    )


class KeyFileError(KeyringError):
    code = "KEY_FILE"
    message = N_(
        "The key of this workspace in “{path}” cannot be read or written: {problem}. Nothing was signed. "
        "Check the disk and who may use the folder, and try again."
    )


class KeyLockedError(KeyringError):
    code = "KEY_LOCKED"
    message = N_(
        "The key of this workspace is locked with a passphrase, and none was given. Nothing was signed and "
        "your records are kept. Unlock it and try again; on the command line, set HABITAT_PASSPHRASE."
    )


class NoKeyYetError(KeyringError):
    code = "NO_KEY_YET"
    message = N_(
        "This workspace has no key yet: there is no “{path}”. Nothing was changed; looking makes none. "
        "It is made with the first request or package: habitat keys request FILE"
    )


class WrongPassphraseError(KeyringError):
    code = "WRONG_PASSPHRASE"
    message = N_(
        "This is not the passphrase of the key of this workspace. Nothing was changed. Try again. If it is "
        "lost, nobody can bring it back: make a new key and have it trusted."
    )


class RequestError(HabitatError):
    """A request was not trusted; nothing was changed and the file stays where it is."""


class NoRequestError(RequestError):
    code = "NO_REQUEST"
    message = N_(
        "“{file}” is no request to be trusted. Nothing was changed. Ask the other side for the file that "
        "“habitat keys request FILE” writes."
    )


class RequestDamagedError(RequestError):
    code = "REQUEST_DAMAGED"
    message = N_(
        "The request in “{file}” was changed or damaged after it was made. Nobody was trusted. Ask for a new "
        "one."
    )


class OwnRequestError(RequestError):
    code = "OWN_REQUEST"
    message = N_(
        "“{file}” is the request of this workspace itself. Nothing was changed. Send it to the other side, "
        "and take in the one that comes from there."
    )


class WrongFingerprintError(RequestError):
    code = "WRONG_FINGERPRINT"
    message = N_(
        "The fingerprint that was typed is not that of “{file}” from {sender}. Nobody was trusted. Have it "
        "read out once more over the telephone, by a person whose voice you know; if it still differs, "
        "somebody may have changed the file: tell headquarters."
    )


class ClaimsHeadquartersError(RequestError):
    code = "CLAIMS_HEADQUARTERS"
    message = N_(
        "The request in “{file}” calls itself headquarters (office {office}), and that cannot be so here. "
        "Nobody was trusted. Telephone whoever sent it."
    )


class NotTrustedHereError(RequestError):
    code = "NOT_TRUSTED_HERE"
    message = N_(
        "“{file}” comes from {sender}; an office trusts headquarters and its region only. Nobody was "
        "trusted. Ask headquarters for its request."
    )


class KeyTakenError(RequestError):
    code = "KEY_TAKEN"
    message = N_(
        "The key in “{file}” is already known as that of {office}; one key cannot belong to two offices. "
        "Nobody was trusted. Telephone {sender}."
    )


class KeyRevokedError(RequestError):
    code = "KEY_WAS_REVOKED"
    message = N_(
        "The key in “{file}” was revoked on {date} ({reason}) and is not trusted again. Ask {sender} to make "
        "a new key with “habitat keys rotate” and to send a new request."
    )


# -- taking trust back -----------------------------------------------------------------------------------


class NotHeadquartersHereError(KeyringError):
    code = "NOT_HEADQUARTERS_HERE"
    message = N_("Only headquarters revokes keys. Nothing was changed. Telephone headquarters.")


class NobodyRevokesError(KeyringError):
    code = "NOBODY_REVOKES"
    message = N_(
        "A key is revoked in the name of a person, and nobody is chosen here. Nothing was changed. "
        "Choose who works here now, and try again."
    )


class NoReasonError(KeyringError):
    code = "NO_REASON"
    message = N_("A key is revoked for a reason that others can read: --reason TEXT. Nothing was changed.")


class NoSuchKeyError(KeyringError):
    code = "NO_SUCH_KEY"
    message = N_(
        "No key that is trusted here has the fingerprint “{which}” or belongs to such an office. Nothing was "
        "changed. Look with: habitat keys show"
    )


class SeveralKeysError(KeyringError):
    code = "SEVERAL_KEYS"
    message = N_(
        "{office} has {count} keys: {fingerprints}. Nothing was changed. Revoke the one of the lost laptop "
        "by its fingerprint; --all revokes every one of them."
    )


# -- the recovery key ------------------------------------------------------------------------------------


class NotHeadquartersRecoveryError(KeyringError):
    code = "RECOVERY_ELSEWHERE"
    message = N_("Only headquarters makes a recovery key. Nothing was changed. Telephone headquarters.")


class RecoveryKnownError(KeyringError):
    code = "RECOVERY_KNOWN"
    message = N_(
        "There is a recovery key already, and every office knows it. Nothing was written. Keep the sealed "
        "page safe: it is the only copy."
    )


class NoRecoveryIdentityError(KeyringError):
    code = "NO_RECOVERY_IDENTITY"
    message = N_(
        "“{file}” holds no recovery key. Nothing was opened. Type the line that begins with "
        "AGE-SECRET-KEY-1 from the sealed page into a text file, and name that file."
    )
