"""What can be wrong with a file that should be a package: stable codes and plain sentences."""

from habitat_desktop.errors import N_, HabitatError


class PackageError(HabitatError):
    """A file was not taken in; every message names the file, says what was kept and what to do."""


class EmptyFileError(PackageError):
    code = "EMPTY"
    message = N_(
        "“{file}” is empty. Nothing was taken in. Copy it again from the USB stick or the mail, or ask the "
        "sender for it."
    )


class FileNotReadableError(PackageError):
    code = "FILE_NOT_READABLE"
    message = N_(
        "“{file}” cannot be read: {problem}. Nothing was taken in. Close it in other programs, check that "
        "the drive is still connected, and try again."
    )


class TooBigError(PackageError):
    code = "TOO_BIG"
    message = N_(
        "“{file}” is larger than {limit_mb} MB; a package never is. Nothing was taken in and the file is "
        "kept. Ask the sender to make the package again."
    )


class NotXlsxError(PackageError):
    code = "NOT_XLSX"
    message = N_(
        "“{file}” is not an Excel workbook (.xlsx). Nothing was taken in and the file is kept as it is. "
        "Choose the package workbook itself."
    )


class OldExcelError(PackageError):
    code = "NOT_XLSX"
    message = N_(
        "“{file}” is protected with a password or is an old Excel file (.xls). Nothing was taken in and "
        "the file is kept. Ask for the package as the program made it, without a password."
    )


class ZipDamagedError(PackageError):
    code = "ZIP_BAD"
    message = N_(
        "“{file}” is damaged or incomplete. Nothing was taken in. Copy it again from the USB stick, or ask "
        "the sender to send it again."
    )


class ZipEntriesError(PackageError):
    code = "ZIP_ENTRIES"
    message = N_(
        "“{file}” has {count} parts inside; a workbook has at most {limit}. It was not opened, and it is "
        "kept for inspection. Ask the sender how it was made."
    )


class ZipDuplicateError(PackageError):
    code = "ZIP_DUP"
    message = N_(
        "“{file}” holds the part “{part}” twice, so that programs would read different things. It was not "
        "opened, and it is kept for inspection. Ask the sender to make the package again."
    )


class ZipOverlapError(PackageError):
    code = "ZIP_OVERLAP"
    message = N_(
        "“{file}” has parts that lie over each other. It was not opened, and it is kept for inspection. "
        "Ask the sender to make the package again."
    )


class ZipEncryptedError(PackageError):
    code = "ZIP_CRYPT"
    message = N_(
        "“{file}” is protected with a password. Nothing was taken in and the file is kept. Ask for the "
        "package without a password."
    )


class ZipMethodError(PackageError):
    code = "ZIP_METHOD"
    message = N_(
        "“{file}” is compressed in a way Excel does not use. It was not opened, and it is kept for "
        "inspection. Ask the sender to make the package again."
    )


class ZipBombError(PackageError):
    code = "ZIP_BOMB"
    message = N_(
        "“{file}” would grow to a dangerous size when opened (part “{part}”). It was not opened, and it is "
        "kept for inspection. Do not open it in Excel; tell headquarters."
    )


class XmlDoctypeError(PackageError):
    code = "XML_DTD"
    message = N_(
        "“{file}” has a document type declaration in “{part}”, which no workbook needs and attackers use. "
        "It was not opened, and it is kept for inspection. Tell headquarters."
    )


class XmlEncodingError(PackageError):
    code = "XML_ENC"
    message = N_(
        "“{file}” is not written in UTF-8 (part “{part}”). Nothing was taken in and the file is kept. Open "
        "it in Excel and save it as an .xlsx workbook, or ask the sender to make the package again."
    )


class XmlDamagedError(PackageError):
    code = "XML_BAD"
    message = N_(
        "“{file}” is damaged inside (part “{part}”). Nothing was taken in and the file is kept. Copy it "
        "again, or ask the sender to send it again."
    )


class CellReferenceError(PackageError):
    code = "CELL_REF"
    message = N_(
        "“{file}” has a cell far outside any form (“{cell}” in “{part}”). It was not opened, and it is "
        "kept. Delete what stands far outside the table and save it again, or ask the sender for the "
        "package as it was made."
    )


class TooManyTextsError(PackageError):
    code = "XML_SIZE"
    message = N_(
        "“{file}” has more texts than a package can have (part “{part}”). It was not opened, and it is "
        "kept for inspection. Ask the sender to make the package again."
    )


class ReadTimeoutError(PackageError):
    code = "READ_TIMEOUT"
    message = N_(
        "“{file}” could not be read within {seconds} seconds. Nothing was taken in and the file is kept. "
        "Ask the sender to make the package again."
    )


class ReadCrashError(PackageError):
    code = "READ_CRASHED"
    message = N_(
        "“{file}” could not be read: it broke the reader or needs too much memory. Nothing was taken in "
        "and the file is kept. Ask the sender to make the package again."
    )


class WorkbookDamagedError(PackageError):
    code = "WORKBOOK_BAD"
    message = N_(
        "“{file}” opens, but its sheets cannot be read ({problem}). Nothing was taken in and the file is "
        "kept. Copy it again, or ask the sender to send it again."
    )


class NoPackageSheetError(PackageError):
    code = "NO_PACKAGE_SHEET"
    message = N_(
        "“{file}” is a workbook but not a package: its hidden sheet “_package” is missing. Nothing was "
        "taken in and the file is kept. If the sheet was deleted, ask the sender to send the package as "
        "the program made it."
    )


class NewerFormatError(PackageError):
    code = "NEWER_FORMAT"
    message = N_(
        "“{file}” was made by a newer version of this program (format “{format}”). Nothing was taken in "
        "and the file is kept. Update this program, then take the file in again."
    )


class PayloadIncompleteError(PackageError):
    code = "PAYLOAD_INCOMPLETE"
    message = N_(
        "“{file}” lacks a piece of its contents (piece {piece} of {count}). Nothing was taken in and the "
        "file is kept. Copy it again, or ask the sender to send it again."
    )


class PayloadDamagedError(PackageError):
    code = "PAYLOAD_DAMAGED"
    message = N_(
        "The contents of “{file}” were changed or damaged after it was made. Nothing was taken in and the "
        "file is kept. Copy it again, or ask the sender to send it again."
    )


class AttachmentDamagedError(PackageError):
    code = "ATTACHMENT_DAMAGED"
    message = N_(
        "The attached file “{name}” in “{file}” is missing or was changed after the package was made. "
        "Nothing was taken in and the file is kept. Copy it again, or ask the sender to send it again."
    )


class WrongRecipientError(PackageError):
    code = "WRONG_RECIPIENT"
    message = N_(
        "“{file}” is addressed to {recipient}, but this workspace is {office}. Nothing was taken in and "
        "the file is kept. Pass it on to {recipient}."
    )


class NotAPeerError(PackageError):
    code = "NOT_A_PEER"
    message = N_(
        "“{file}” comes from {sender} ({role}); an office takes packages from headquarters only. Nothing "
        "was taken in and the file is kept. Ask headquarters to send it."
    )


class ForeignRevisionError(PackageError):
    code = "FOREIGN_RECORD"
    message = N_(
        "“{file}” from {sender} holds the record {label}, which belongs to {office}. Nothing was taken in "
        "and the file is kept. Tell headquarters, and ask {sender} for a new package."
    )


class OwnPackageError(PackageError):
    code = "OWN_PACKAGE"
    message = N_(
        "“{file}” was made here, in this installation. Nothing was taken in and the file is kept. Send it "
        "to {recipient}; do not import it."
    )


class NotStoredError(PackageError):
    code = "NOT_STORED"
    message = N_(
        "“{file}” is sound, but it could not be kept in “{folder}”: {problem}. Nothing was taken in. "
        "Make room on the disk of your workspace and take the file in again."
    )


class NumberTwiceError(PackageError):
    """An alarm: one installation never gives a number twice."""

    code = "NUMBER_TWICE"
    message = N_(
        "ALARM: “{file}” is package {number} of {sender}, but another package {number} with other contents "
        "was taken in on {date}. It was put into quarantine and nothing was taken in. Telephone {sender} "
        "before you do anything else."
    )


class RevisionTwiceError(PackageError):
    """An alarm: one installation never gives the number of a revision twice."""

    code = "REVISION_TWICE"
    message = N_(
        "ALARM: “{file}” from {sender} holds revision number {number} ({label}) with other contents than the "
        "one taken in before. It was put into quarantine and nothing was taken in. Telephone {sender} before "
        "you do anything else."
    )


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


class AttachmentMissingError(ExportError):
    code = "ATTACHMENT_MISSING"
    message = N_(
        "The attached file “{name}” of record {label} is no longer in this workspace or was changed. No "
        "package was made and your records are kept. Attach the file again in the record, finalize it and "
        "try again."
    )


_FROM_CHILD: tuple[type[PackageError], ...] = (
    EmptyFileError,
    FileNotReadableError,
    TooBigError,
    NotXlsxError,
    OldExcelError,
    ZipDamagedError,
    ZipEntriesError,
    ZipDuplicateError,
    ZipOverlapError,
    ZipEncryptedError,
    ZipMethodError,
    ZipBombError,
    XmlDoctypeError,
    XmlEncodingError,
    XmlDamagedError,
    CellReferenceError,
    TooManyTextsError,
    WorkbookDamagedError,
)
BY_NAME: dict[str, type[PackageError]] = {error.__name__: error for error in _FROM_CHILD}
