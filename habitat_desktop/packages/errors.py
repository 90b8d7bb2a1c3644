"""What can be wrong with a file that should be a package: stable codes and plain sentences.

What can be wrong with any file from outside stands in `incoming.errors`; both are caught as `PackageError`.
"""

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.incoming.errors import (
    COPY_AGAIN,
    KEPT_WHERE_IT_WAS,
    TELL_HEADQUARTERS,
    CodeMeaning,
    EmptyFileError,
    FileNotReadableError,
    IncomingError,
    NotXlsxError,
    ReadCrashError,
    ReadTimeoutError,
    TooBigError,
    again,
    meanings,
)

__all__ = [
    "EmptyFileError",
    "FileNotReadableError",
    "NotXlsxError",
    "ReadCrashError",
    "ReadTimeoutError",
    "TooBigError",
    "again",
]

PackageError = IncomingError
TELEPHONE = N_("Telephone the sender before you do anything else.")


def all_codes() -> list[CodeMeaning]:
    """Return what every code of a file that is not let in means, in English, to be translated when shown."""
    return meanings()


class NoPackageSheetError(PackageError):
    code = "NO_PACKAGE_SHEET"
    message = N_(
        "“{file}” is a workbook but not a package: its hidden sheet “_package” is missing. Nothing was "
        "taken in and the file is kept. If the sheet was deleted, ask the sender to send the package "
        "as the program made it. An ordinary workbook with answers is kept until a later version of this "
        "program can match it to a form and take it into drafts; until then enter its answers in the form."
    )
    meaning = N_("The file is a workbook, but its hidden sheet “_package” is missing.")
    to_do = N_(
        "If the sheet was deleted, ask the sender to send the package as the program made it. An ordinary "
        "workbook is no package."
    )


class NewerFormatError(PackageError):
    code = "NEWER_FORMAT"
    message = N_(
        "“{file}” was made by a newer version of this program (format “{format}”). Nothing was taken in "
        "and the file is kept. Update this program, then take the file in again."
    )
    meaning = N_("The package was made by a newer version of this program.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Update this program, then take the file in again.")


class PayloadIncompleteError(PackageError):
    code = "PAYLOAD_INCOMPLETE"
    message = N_(
        "“{file}” lacks a piece of its contents (piece {piece} of {count}). Nothing was taken in and the "
        "file is kept. Copy it again, or ask the sender to send it again."
    )
    meaning = N_("A piece of the signed contents is missing.")
    to_do = COPY_AGAIN


class PayloadDamagedError(PackageError):
    code = "PAYLOAD_DAMAGED"
    message = N_(
        "The contents of “{file}” were changed or damaged after it was made. Nothing was taken in and the "
        "file is kept. Copy it again, or ask the sender to send it again."
    )
    meaning = N_("The signed contents were changed or damaged after the package was made.")
    to_do = COPY_AGAIN


class PayloadTooBigError(PackageError):
    code = "PAYLOAD_SIZE"
    message = N_(
        "The contents of “{file}” are larger than any package this program makes. Nothing was taken in and "
        "the file is kept. Ask the sender to make the package again; tell headquarters if it comes once more."
    )
    meaning = N_("The signed contents would grow to a size no package has, and stop the computer.")
    to_do = TELL_HEADQUARTERS


class OtherRecipientError(PackageError):
    code = "OTHER_RECIPIENT"
    message = N_(
        "“{file}” is encrypted, and no key of this workspace opens it. Nothing was taken in and the file is "
        "kept. If it is for you, send the sender a new request with “habitat keys request FILE”, and ask for "
        "a new package once it is trusted."
    )
    meaning = N_("The package is encrypted, and no key of this workspace opens it.")
    to_do = N_(
        "If it is for you, send the sender a new request, and ask for a new package once it is trusted."
    )


class ContentLockedError(PackageError):
    code = "CONTENT_LOCKED"
    message = N_(
        "“{file}” is encrypted, and the key of this workspace is locked with a passphrase. Nothing was taken "
        "in and the file is kept. Unlock the key and take the file in again; on the command line, set "
        "HABITAT_PASSPHRASE."
    )
    meaning = N_("The package is encrypted, and the key of this workspace is locked with a passphrase.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Unlock the key, then take the file in again.")


class RequestNotPackageError(PackageError):
    code = "REQUEST_NOT_PACKAGE"
    message = N_(
        "“{file}” is no package but a request to be trusted. Nothing was taken in and the file is kept. Take "
        "it in with “habitat keys trust FILE”, or in the settings under Keys."
    )
    meaning = N_("The file is no package but a request to be trusted.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Take it in with “habitat keys trust FILE”, or in the settings under Keys.")


class AttachmentDamagedError(PackageError):
    code = "ATTACHMENT_DAMAGED"
    message = N_(
        "The attached file “{name}” in “{file}” is missing or was changed after the package was made. "
        "Nothing was taken in and the file is kept. Copy it again, or ask the sender to send it again."
    )
    meaning = N_("An attached file is missing or was changed after the package was made.")
    to_do = COPY_AGAIN


class WrongRecipientError(PackageError):
    code = "WRONG_RECIPIENT"
    message = N_(
        "“{file}” is addressed to {recipient}, but this workspace is {office}. Nothing was taken in and "
        "the file is kept. Pass it on to {recipient}."
    )
    meaning = N_("The package is addressed to another office.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Pass it on to the office it is addressed to.")


class NotAPeerError(PackageError):
    code = "NOT_A_PEER"
    message = N_(
        "“{file}” comes from {sender} ({role}); an office takes packages from headquarters only. Nothing "
        "was taken in and the file is kept. Ask headquarters to send it."
    )
    meaning = N_(
        "The package comes from somebody whose packages this office does not take in; an office "
        "takes them from headquarters only."
    )
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Ask headquarters to send it.")


class ForeignRevisionError(PackageError):
    code = "FOREIGN_RECORD"
    message = N_(
        "“{file}” from {sender} holds the record {label}, which belongs to {office}. Nothing was taken in "
        "and the file is kept. Tell headquarters, and ask {sender} for a new package."
    )
    meaning = N_("The package holds a record that belongs to another office than its sender.")
    to_do = N_("Tell headquarters, and ask the sender for a new package.")


class ForeignCorrectionError(PackageError):
    code = "FOREIGN_CORRECTION"
    message = N_(
        "“{file}” from {sender} holds a correction of the record {label}, which only headquarters can make, "
        "and nothing that headquarters signed says that it did. Nothing was taken in and the file is kept. "
        "Telephone {sender}."
    )
    meaning = N_("The package holds a correction by headquarters that headquarters never made.")
    to_do = TELEPHONE


class ForeignActError(PackageError):
    code = "FOREIGN_ACT"
    message = N_(
        "“{file}” from {sender} holds an entry of the conversation ({kind}, number {number}) that {sender} "
        "may not write or pass on. Nothing was taken in and the file is kept. Tell headquarters."
    )
    meaning = N_(
        "The package holds a question, an answer or a decision that its sender may not write or pass on."
    )
    to_do = N_("Tell headquarters, and ask the sender for a new package.")


class ActSignatureError(PackageError):
    code = "ACT_SIGNATURE"
    message = N_(
        "“{file}” from {sender} holds an entry of the conversation ({kind}, number {number}) whose signature "
        "does not fit it: it was changed, or forged. Nothing was taken in and the file is kept. Tell "
        "headquarters by telephone."
    )
    meaning = N_(
        "The package holds a question, an answer or a decision whose signature does not fit: it was changed, "
        "or forged."
    )
    to_do = N_("Tell headquarters by telephone, and ask the sender for a new package.")


class ActChainError(PackageError):
    code = "ACT_CHAIN"
    message = N_(
        "“{file}” from {sender} was not taken in: {problem} The file is kept in quarantine and nothing was "
        "changed."
    )
    meaning = N_("The entries of the conversation in the package do not fit those that are known.")
    to_do = N_("Tell headquarters: two computers may be working with copies of one database.")


class NotYourRegionError(PackageError):
    code = "NOT_YOUR_REGION"
    message = N_(
        "“{file}” comes from {sender}, which headquarters has not assigned to {region}. Nothing was taken in "
        "and the file is kept. Ask headquarters to assign that office to you."
    )
    meaning = N_("The package comes from an office that is not assigned to this region.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Ask headquarters to assign that office to you.")


class OwnPackageError(PackageError):
    code = "OWN_PACKAGE"
    message = N_(
        "“{file}” was made here, in this installation. Nothing was taken in and the file is kept. Send it "
        "to {recipient}; do not import it."
    )
    meaning = N_("The package was made here, in this installation.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Send it to its recipient; do not import it.")


class OwnPackageEditedError(OwnPackageError):
    code = "OWN_PACKAGE_EDITED"
    message = N_(
        "“{file}” was made here and then changed in Excel (changes: {count}). Nothing was taken in and the "
        "file is kept. To take the changes over into drafts: habitat package take FILE"
    )
    meaning = N_("The package was made here, in this installation, and then changed in Excel.")
    to_do = N_("Take the changes over into drafts, or send the package as it was made.")


class NotStoredError(PackageError):
    code = "NOT_STORED"
    message = N_(
        "“{file}” is sound, but it could not be kept in “{folder}”: {problem}. Nothing was taken in. "
        "Make room on the disk of your workspace and take the file in again."
    )
    meaning = N_("The package is sound, but it could not be kept on this computer.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Make room on the disk of your workspace and take the file in again.")


class NumberTwiceError(PackageError):
    """An alarm: one installation never gives a number twice."""

    code = "NUMBER_TWICE"
    message = N_(
        "ALARM: “{file}” is package {number} of {sender}, but another package {number} with other contents "
        "was taken in on {date}. It was put into quarantine and nothing was taken in. Telephone {sender} "
        "before you do anything else."
    )
    meaning = N_("An alarm: two packages of one sender have the same number and different contents.")
    to_do = TELEPHONE


class RevisionTwiceError(PackageError):
    """An alarm: one installation never gives the number of a revision twice."""

    code = "REVISION_TWICE"
    message = N_(
        "ALARM: “{file}” from {sender} holds revision number {number} ({label}) with other contents than the "
        "one taken in before. It was put into quarantine and nothing was taken in. Telephone {sender} before "
        "you do anything else."
    )
    meaning = N_("An alarm: a version of a record came with other contents than the one taken in before.")
    to_do = TELEPHONE


# -- who signed it ---------------------------------------------------------------------------------------


class UnsignedError(PackageError):
    code = "NOT_SIGNED"
    message = N_(
        "“{file}” is not signed: nobody can tell who made it. It was put into quarantine and nothing was "
        "taken in. Ask the sender to make the package again with the newest program."
    )
    meaning = N_("The package is not signed: nobody can tell who made it.")
    to_do = N_("Ask the sender to make the package again with the newest program.")


class BadSignatureError(PackageError):
    code = "SIGNATURE_BAD"
    message = N_(
        "The signature of “{file}” does not fit its contents: somebody changed one of them. It was put into "
        "quarantine and nothing was taken in. Telephone the sender, and ask for a new package."
    )
    meaning = N_("The signature does not fit the contents: somebody changed one of them.")
    to_do = TELEPHONE


class UnknownKeyError(PackageError):
    code = "UNKNOWN_KEY"
    message = N_(
        "“{file}” says it comes from {sender}, but the key that signed it is not trusted here (fingerprint "
        "{fingerprint}). It waits in quarantine and nothing was taken in. Ask {sender} for its request, "
        "compare the fingerprint over the telephone, trust it, then take the file in again."
    )
    meaning = N_("The key that signed the package is not trusted here yet.")
    to_do = N_(
        "Ask the sender for its request to be trusted, compare the fingerprint over the telephone, trust it, "
        "then take the file in again."
    )


class OtherOfficeKeyError(PackageError):
    code = "KEY_OF_OTHER_OFFICE"
    message = N_(
        "“{file}” says it comes from {sender}, but it was signed with a key of {office}. It was put into "
        "quarantine and nothing was taken in. Telephone both offices."
    )
    meaning = N_("The package names one office as its sender and was signed with the key of another.")
    to_do = N_("Telephone both offices before you do anything else.")


class RevokedKeySignedError(PackageError):
    code = "REVOKED_KEY"
    message = N_(
        "“{file}” from {sender} was signed with a key that has been revoked (fingerprint {fingerprint}). It "
        "was put into quarantine and nothing was taken in. A person must find out who made it before "
        "anything in it is used."
    )
    meaning = N_("The package was signed with a key that headquarters has revoked.")
    to_do = N_("Telephone the office, and find out who made the package and when, before it is released.")


class ReplacedKeySignedError(PackageError):
    code = "REPLACED_KEY"
    message = N_(
        "“{file}” from {sender} was signed with a key that a newer one has replaced. It was put into "
        "quarantine and nothing was taken in. The next package of {sender} brings its contents again."
    )
    meaning = N_("The package was signed with a key that a newer one of the same office has replaced.")
    to_do = N_("Wait for the next package of the sender: it brings the same contents again.")


class KeyListSignerError(PackageError):
    code = "KEY_LIST_SIGNER"
    message = N_(
        "“{file}” holds a list of keys that headquarters did not sign. It was put into quarantine and "
        "nothing was taken in. Telephone headquarters before you do anything else."
    )
    meaning = N_("The package holds a list of keys that headquarters did not sign.")
    to_do = N_("Telephone headquarters before you do anything else.")


class KeyListTwiceError(PackageError):
    """An alarm: headquarters never gives a number twice."""

    code = "KEY_LIST_TWICE"
    message = N_(
        "ALARM: “{file}” holds the key list {number} of headquarters with other contents than the one known "
        "here. It was put into quarantine and nothing was taken in. Telephone headquarters before you do "
        "anything else."
    )
    meaning = N_("An alarm: two key lists of headquarters have the same number and different contents.")
    to_do = N_("Telephone headquarters before you do anything else.")


class ExportError(HabitatError):
    """A package was not made; nothing is noted and no half file is left under its name."""


class NothingToSendError(ExportError):
    code = "NOTHING_TO_SEND"
    message = N_(
        "There is nothing to send to {recipient}: it has confirmed everything that is final here. No "
        "package was made. Finalize a record first."
    )


class ExportFolderError(ExportError):
    code = "EXPORT_FOLDER"
    message = N_(
        "The package could not be written to the folder “{folder}”: {problem}. Your records are kept and "
        "wait to be sent. Choose another folder, or make room and try again."
    )


class NoRecipientError(ExportError):
    code = "NO_RECIPIENT"
    message = N_(
        "Packages are encrypted here, and no trusted key of {recipient} is known that could open this one. "
        "No package was made and your records are kept. Take in its request with “habitat keys trust FILE”, "
        "or switch encryption off with “habitat keys encrypt off”."
    )


class NoRecoveryKeyError(ExportError):
    code = "NO_RECOVERY_KEY"
    message = N_(
        "Packages are encrypted here, and the recovery key of headquarters is not known. No package was made "
        "and your records are kept. Headquarters makes it with “habitat keys recovery FILE”; an office "
        "learns it with the next package from headquarters. Until then: “habitat keys encrypt off”."
    )


class AttachmentMissingError(ExportError):
    code = "ATTACHMENT_MISSING"
    message = N_(
        "The attached file “{name}” of record {label} is no longer in this workspace or was changed. No "
        "package was made and your records are kept. Attach the file again in the record, finalize it and "
        "try again."
    )
