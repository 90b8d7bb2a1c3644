"""Writes a report into a file, in the format that the ending of its name says."""

import json
from collections.abc import Callable
from pathlib import Path

from habitat_desktop.disk import write_whole
from habitat_desktop.i18n.languages import languages
from habitat_desktop.reports.document import Document
from habitat_desktop.reports.errors import ReportFormatError

FORMATS = (".xlsx", ".docx", ".html", ".pdf", ".json")
WritePdf = Callable[[str, Path, str, bool], None]  # HTML, the file, its title, whether it runs from the right


def write(document: Document, path: Path, write_pdf: WritePdf) -> None:
    """Write `document` to `path`, whole or not at all.

    Raises:
        ReportFormatError: the name ends with none of `FORMATS`.
        ReportTooLargeError, ReportTooLongError: it does not fit into this format.
        OSError: as the disk does.
    """
    match path.suffix.lower():
        case ".xlsx":
            from habitat_desktop.reports.as_workbook import as_workbook

            write_whole(path, as_workbook(document))
        case ".docx":
            from habitat_desktop.reports.as_word import as_word

            write_whole(path, as_word(document))
        case ".html":
            from habitat_desktop.reports.as_page import as_page

            write_whole(path, as_page(document).encode("utf-8"))
        case ".json":
            from habitat_desktop.reports.as_json import as_json

            text = json.dumps(as_json(document), ensure_ascii=False, indent=1)
            write_whole(path, f"{text}\n".encode())
        case ".pdf":
            from habitat_desktop.reports.as_page import as_page

            from_right = languages()[document.language].direction == "rtl"
            write_pdf(as_page(document, for_print=True), path, document.title, from_right)
        case _:
            raise ReportFormatError(file=path.name)
