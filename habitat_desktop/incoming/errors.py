"""What can be wrong with a file from outside before anybody knows what it holds: codes and plain sentences.

Every error says itself twice: `message` about one file, and `meaning`, `kept` and `to_do` about its code,
without a file, for the page that lists the codes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from habitat_desktop.errors import N_, HabitatError

KEPT_IN_QUARANTINE = N_("Nothing was taken in. The file lies unchanged in quarantine.")
KEPT_WHERE_IT_WAS = N_("Nothing was taken in. The file stays unchanged where it was.")
COPY_AGAIN = N_("Copy the file again from the USB stick or the mail, or ask the sender to send it again.")
MAKE_AGAIN = N_("Ask the sender to make the file again and to send it as it was made.")
TELL_HEADQUARTERS = N_(
    "Do not open the file in another program. Tell headquarters, and ask the sender by telephone whether "
    "the file is theirs."
)
SAVE_AGAIN = N_(
    "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx) and take that in. A package is "
    "better asked for again, as the program made it."
)


class IncomingError(HabitatError):
    """A file was not taken in; every message names the file, says what was kept and what to do."""

    meaning: ClassVar[str] = ""
    kept: ClassVar[str] = KEPT_IN_QUARANTINE
    to_do: ClassVar[str] = ""
    is_quarantined: ClassVar[bool] = True  # whether the list of codes beside the quarantine explains it


@dataclass(frozen=True)
class CodeMeaning:
    """What one code means for any file: English texts to be translated where they are shown."""

    code: str
    meaning: str  # what happened
    kept: str
    to_do: str


def meanings(base: type[IncomingError] = IncomingError) -> list[CodeMeaning]:
    """Return every code below `base` once, in the order in which the errors are written down."""
    found: dict[str, CodeMeaning] = {}
    for error in kinds(base):
        if error.meaning and error.is_quarantined:
            found.setdefault(error.code, CodeMeaning(error.code, error.meaning, error.kept, error.to_do))
    return list(found.values())


def kinds(base: type[IncomingError] = IncomingError) -> Iterator[type[IncomingError]]:
    """Yield every class of errors below `base`."""
    for error in base.__subclasses__():
        yield error
        yield from kinds(error)


def again(code: str, context: dict[str, object]) -> IncomingError | None:
    """Return the error with `code` again, as a child or a journal tells it.

    None where there is none or `context` is not its own, as in a journal of another version.
    """
    for error in kinds():
        if error.code == code:
            try:
                return error(**context)
            except (KeyError, IndexError, ValueError, TypeError):
                return None
    return None


def plain(context: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Return the context of an error as JSON can carry it."""
    return {key: value if isinstance(value, int | float) else str(value) for key, value in context}


# -- the file as a whole ---------------------------------------------------------------------------------


class EmptyFileError(IncomingError):
    code = "EMPTY"
    message = N_(
        "“{file}” is empty. Nothing was taken in. Copy it again from the USB stick or the mail, or ask the "
        "sender for it."
    )
    meaning = N_("The file is empty: it was cut off while it was copied or sent.")
    to_do = COPY_AGAIN


class FileNotReadableError(IncomingError):
    code = "FILE_NOT_READABLE"
    message = N_(
        "“{file}” cannot be read: {problem}. Nothing was taken in. Close it in other programs, check that "
        "the drive is still connected, and try again."
    )
    meaning = N_("The file cannot be read: another program holds it, or its drive is gone.")
    kept = KEPT_WHERE_IT_WAS
    to_do = N_("Close it in other programs, check that the drive is still connected, and try again.")


class TooBigError(IncomingError):
    code = "TOO_BIG"
    message = N_(
        "“{file}” is larger than {limit_mb} MB; a package never is. Nothing was taken in and the file is "
        "kept. Ask the sender to make the package again."
    )
    meaning = N_("The file is larger than any file this program makes or needs.")
    kept = KEPT_WHERE_IT_WAS
    to_do = MAKE_AGAIN


class NotXlsxError(IncomingError):
    code = "NOT_XLSX"
    message = N_(
        "“{file}” is not an Excel workbook (.xlsx). Nothing was taken in and the file is kept as it is. "
        "Choose the package workbook itself."
    )
    meaning = N_("The file is not an Excel workbook (.xlsx), whatever its name says.")
    to_do = N_("Choose the workbook itself. Unpack it first if it came inside an archive (.zip).")


class OldExcelError(IncomingError):
    code = "OLD_EXCEL"
    message = N_(
        "“{file}” is an old Excel file (.xls or .xlsb). Nothing was taken in and the file is kept. Ask "
        "for the package as the program made it, or save the file as an Excel workbook (.xlsx)."
    )
    meaning = N_("The file is an Excel file of a kind this program does not open (.xls or .xlsb).")
    to_do = SAVE_AGAIN


class PasswordError(IncomingError):
    code = "PASSWORD"
    message = N_(
        "“{file}” is protected with a password, so that nobody can look into it. Nothing was taken in and "
        "the file is kept. Ask for it without a password."
    )
    meaning = N_("The workbook is protected with a password for opening, so that nobody can look into it.")
    to_do = N_("Ask the sender for the file without a password.")


# -- the container ---------------------------------------------------------------------------------------


class ZipDamagedError(IncomingError):
    code = "ZIP_BAD"
    message = N_(
        "“{file}” is damaged or incomplete. Nothing was taken in. Copy it again from the USB stick, or ask "
        "the sender to send it again."
    )
    meaning = N_("The file is damaged or incomplete: its end is missing or some of its bytes were changed.")
    to_do = COPY_AGAIN


class ZipEntriesError(IncomingError):
    code = "ZIP_ENTRIES"
    message = N_(
        "“{file}” has {count} parts inside; a workbook has at most {limit}. It was not opened, and it is "
        "kept for inspection. Ask the sender how it was made."
    )
    meaning = N_("The file has far more parts inside than any workbook.")
    to_do = MAKE_AGAIN


class ZipDuplicateError(IncomingError):
    code = "ZIP_DUP"
    message = N_(
        "“{file}” holds the part “{part}” twice, so that programs would read different things. It was not "
        "opened, and it is kept for inspection. Ask the sender to make the package again."
    )
    meaning = N_("The file holds one part twice, so that different programs would read different things.")
    to_do = MAKE_AGAIN


class ZipOverlapError(IncomingError):
    code = "ZIP_OVERLAP"
    message = N_(
        "“{file}” has parts that lie over each other. It was not opened, and it is kept for inspection. "
        "Ask the sender to make the package again."
    )
    meaning = N_("The parts of the file lie over each other, as no program writes them.")
    to_do = TELL_HEADQUARTERS


class ZipNameError(IncomingError):
    code = "ZIP_NAME"
    message = N_(
        "“{file}” has a part with a dangerous name (“{part}”), which points outside the workbook. It was not "
        "opened, and it is kept for inspection. Tell headquarters."
    )
    meaning = N_("A part of the file has a name that points outside the workbook, as attackers write it.")
    to_do = TELL_HEADQUARTERS


class ZipPrefixError(IncomingError):
    code = "ZIP_PREFIX"
    message = N_(
        "“{file}” has something else in front of the workbook. It was not opened, and it is kept for "
        "inspection. Ask the sender to make the package again."
    )
    meaning = N_("Something else stands in front of the workbook in the same file, for example a program.")
    to_do = TELL_HEADQUARTERS


class ZipTailError(IncomingError):
    code = "ZIP_TAIL"
    message = N_(
        "“{file}” has something else behind the workbook. It was not opened, and it is kept for inspection. "
        "Copy it again, or ask the sender to send it again."
    )
    meaning = N_("Something else stands behind the workbook in the same file.")
    to_do = COPY_AGAIN


class ZipEncryptedError(IncomingError):
    code = "ZIP_CRYPT"
    message = N_(
        "“{file}” is protected with a password. Nothing was taken in and the file is kept. Ask for the "
        "package without a password."
    )
    meaning = N_("Parts of the file are protected with a password by the program that packed it.")
    to_do = N_("Ask the sender for the file without a password.")


class ZipMethodError(IncomingError):
    code = "ZIP_METHOD"
    message = N_(
        "“{file}” is compressed in a way Excel does not use. It was not opened, and it is kept for "
        "inspection. Ask the sender to make the package again."
    )
    meaning = N_("The file is compressed in a way no Excel workbook is.")
    to_do = MAKE_AGAIN


class ZipBombError(IncomingError):
    code = "ZIP_BOMB"
    message = N_(
        "“{file}” would grow to a dangerous size when opened (part “{part}”). It was not opened, and it is "
        "kept for inspection. Do not open it in Excel; tell headquarters."
    )
    meaning = N_("The file would grow to a dangerous size when opened, and stop the computer.")
    to_do = TELL_HEADQUARTERS


# -- the parts -------------------------------------------------------------------------------------------


class PartMissingError(IncomingError):
    code = "PART_MISSING"
    message = N_(
        "“{file}” lacks a part it names (“{part}”). Nothing was taken in and the file is kept. Copy it "
        "again, or ask the sender to send it again."
    )
    meaning = N_("The workbook names a sheet that is not in the file.")
    to_do = COPY_AGAIN


class RelationTargetError(IncomingError):
    code = "REL_TARGET"
    message = N_(
        "A sheet of “{file}” lies outside the workbook (“{target}”). It was not followed, and the file is "
        "kept for inspection. Tell headquarters."
    )
    meaning = N_("A sheet of the workbook lies outside the file, on a drive or in a network.")
    to_do = TELL_HEADQUARTERS


class XmlDoctypeError(IncomingError):
    code = "XML_DTD"
    message = N_(
        "“{file}” has a document type declaration in “{part}”, which no workbook needs and attackers use. "
        "It was not opened, and it is kept for inspection. Tell headquarters."
    )
    meaning = N_("The file declares a document type inside, which no workbook needs and attackers use.")
    to_do = TELL_HEADQUARTERS


class XmlEncodingError(IncomingError):
    code = "XML_ENC"
    message = N_(
        "“{file}” is not written in UTF-8 (part “{part}”). Nothing was taken in and the file is kept. Open "
        "it in Excel and save it as an .xlsx workbook, or ask the sender to make the package again."
    )
    meaning = N_("The text in the file is not written in UTF-8, and would be read wrongly or not at all.")
    to_do = SAVE_AGAIN


class XmlDamagedError(IncomingError):
    code = "XML_BAD"
    message = N_(
        "“{file}” is damaged inside (part “{part}”). Nothing was taken in and the file is kept. Copy it "
        "again, or ask the sender to send it again."
    )
    meaning = N_("The file opens, but what it holds is damaged.")
    to_do = COPY_AGAIN


class XmlDepthError(IncomingError):
    code = "XML_DEPTH"
    message = N_(
        "“{file}” is nested too deeply (part “{part}”). It was not opened, and it is kept for inspection. "
        "Ask the sender to make the package again."
    )
    meaning = N_("The elements in the file are nested more deeply than any workbook needs.")
    to_do = TELL_HEADQUARTERS


class XmlCommentError(IncomingError):
    code = "XML_COMMENT"
    message = N_(
        "“{file}” has a comment of a programmer inside a value (part “{part}”), which programs read "
        "differently. It was not opened, and it is kept for inspection. Open it in Excel and save it again, "
        "or ask the sender to make the package again."
    )
    meaning = N_(
        "A value has a programmer's comment in its middle, and programs read such values differently."
    )
    to_do = SAVE_AGAIN


class XmlNamespaceError(IncomingError):
    code = "XML_NS"
    message = N_(
        "“{file}” is not written as a workbook is (part “{part}”). It was not opened, and it is kept for "
        "inspection. Open it in Excel and save it again, or ask the sender to make the package again."
    )
    meaning = N_(
        "What the file holds is not written as a workbook is, and programs would read it differently."
    )
    to_do = SAVE_AGAIN


class TooManyTextsError(IncomingError):
    code = "XML_SIZE"
    message = N_(
        "“{file}” has more texts than a package can have (part “{part}”). It was not opened, and it is "
        "kept for inspection. Ask the sender to make the package again."
    )
    meaning = N_("The file has far more texts, cells or rows than can be read safely.")
    to_do = MAKE_AGAIN


# -- the sheets ------------------------------------------------------------------------------------------


class CellReferenceError(IncomingError):
    code = "CELL_REF"
    message = N_(
        "“{file}” has a cell far outside any form (“{cell}” in “{part}”). It was not opened, and it is "
        "kept. Delete what stands far outside the table and save it again, or ask the sender for the "
        "package as it was made."
    )
    meaning = N_("A cell stands far outside any table, or has an address that is none.")
    to_do = N_(
        "Delete what stands far outside the table and save the file again, or ask the sender for the file "
        "as it was made."
    )


class CellTwiceError(IncomingError):
    code = "CELL_DUP"
    message = N_(
        "“{file}” has two values for the cell {cell} (“{part}”), so that programs would read different "
        "things. It was not opened, and it is kept for inspection. Ask the sender to make the package again."
    )
    meaning = N_("One cell has two values, so that different programs would read different things.")
    to_do = SAVE_AGAIN


class RowOrderError(IncomingError):
    code = "ROW_ORDER"
    message = N_(
        "The rows of “{file}” are not in order (row {row} in “{part}”), so that programs would read "
        "different things. It was not opened, and it is kept. Open it in Excel and save it again, or ask the "
        "sender to make the package again."
    )
    meaning = N_("The rows or cells of a sheet are out of order, and some programs would lose them.")
    to_do = SAVE_AGAIN


class LongCellError(IncomingError):
    code = "CELL_LONG"
    message = N_(
        "“{file}” has a text that is longer than a cell can hold (“{part}”). It was not opened, and it is "
        "kept. Ask the sender to make the package again."
    )
    meaning = N_("A text in the file is longer than a cell can hold.")
    to_do = MAKE_AGAIN


class CellValueError(IncomingError):
    code = "CELL_VALUE"
    message = N_(
        "The cell {cell} of “{file}” cannot be read (“{part}”): its value does not fit its type. Nothing was "
        "taken in and the file is kept. Open it in Excel and save it again, or ask the sender to make the "
        "package again."
    )
    meaning = N_("The value of a cell does not fit its type, or points to a text that is not there.")
    to_do = SAVE_AGAIN


class RangeError(IncomingError):
    code = "RANGE"
    message = N_(
        "“{file}” merges cells in a way no table needs (“{range}” in “{part}”). It was not opened, and it is "
        "kept. Undo the merging and save it again, or ask the sender for the file as it was made."
    )
    meaning = N_("The file merges far more cells than any table needs, which makes some programs stop.")
    to_do = N_("Undo the merging of cells and save the file again, or ask the sender for it as it was made.")


class TooManySheetsError(IncomingError):
    code = "SHEETS"
    message = N_(
        "“{file}” has {count} sheets; at most {limit} are read. It was not opened, and it is kept. Ask the "
        "sender to make the package again."
    )
    meaning = N_("The workbook has far more sheets than any form needs.")
    to_do = MAKE_AGAIN


class SheetTwiceError(IncomingError):
    code = "SHEET_DUP"
    message = N_(
        "Two sheets of “{file}” are called “{sheet}” or share their cells, so that programs would read "
        "different things. It was not opened, and it is kept. Ask the sender to make the package again."
    )
    meaning = N_("Two sheets of the workbook have the same name or the same cells.")
    to_do = SAVE_AGAIN


class SheetNameError(IncomingError):
    code = "SHEET_NAME"
    message = N_(
        "A sheet of “{file}” has a name that Excel does not allow (“{sheet}”). It was not opened, and it is "
        "kept. Ask the sender to make the package again."
    )
    meaning = N_("A sheet of the workbook has a name that Excel does not allow.")
    to_do = SAVE_AGAIN


# -- the reader ------------------------------------------------------------------------------------------


class ReadTimeoutError(IncomingError):
    code = "READ_TIMEOUT"
    message = N_(
        "“{file}” could not be read within {seconds} seconds. Nothing was taken in and the file is kept. "
        "Ask the sender to make the package again."
    )
    meaning = N_("Reading the file took too long and was ended.")
    to_do = MAKE_AGAIN


class ReadCrashError(IncomingError):
    code = "READ_CRASHED"
    message = N_(
        "“{file}” could not be read: it broke the reader or needs too much memory. Nothing was taken in "
        "and the file is kept. Ask the sender to make the package again."
    )
    meaning = N_("The file broke the process that reads it, or needed too much memory. The program ran on.")
    to_do = MAKE_AGAIN
