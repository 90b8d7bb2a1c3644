"""What the page of an office's own workbook does off the window's thread."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from habitat_desktop.packages.own_workbooks import loading, mapping, proposing, reading
from habitat_desktop.packages.own_workbooks.loading import Outcome
from habitat_desktop.packages.own_workbooks.mapping import Mapping
from habitat_desktop.packages.reader import Reader, Workbook
from habitat_desktop.progress import Progress
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.definition import Form

Use = Literal["drafts", "comparison"]


@dataclass(frozen=True)
class OpenedBook:
    """A workbook read from the disk, the form it is read for, and how."""

    path: Path
    book: Workbook
    form: Form
    mapping: Mapping
    known: tuple[Mapping, ...] = ()  # saved for this form
    is_saved: bool = False  # the mapping was found among those

    def with_mapping(self, found: Mapping) -> "OpenedBook":
        return replace(self, mapping=found)

    def header(self) -> list[str]:
        """Return the headings, one for each column of the sheet."""
        sheet = self.book.sheet(self.mapping.sheet)
        rows = sheet.rows if sheet is not None else []
        cells = rows[self.mapping.header_row - 1] if len(rows) >= self.mapping.header_row else []
        return [proposing.heading(cell) or reading.cell_text(cell) for cell in cells]

    def example(self, column: int) -> str:
        """Return the first text below the heading of a column, "" where nothing is."""
        sheet = self.book.sheet(self.mapping.sheet)
        rows = sheet.rows[self.mapping.header_row :] if sheet is not None else []
        texts = (reading.cell_text(row[column]).strip() for row in rows if column < len(row))
        return next((text for text in texts if text), "")


def read_book(
    workspace: Workspace, path: Path, form_id: str, language: str, progress: Progress
) -> OpenedBook:
    """Read the workbook at `path` in a child process and guess how it answers the newest form `form_id`.

    Raises:
        PackageError: it cannot be read, or was refused. FormError.
    """
    with Reader() as reader:
        book = reader.read(path)
    return for_form(workspace, path, book, form_id, language, progress)


def for_form(
    workspace: Workspace, path: Path, book: Workbook, form_id: str, language: str, progress: Progress
) -> OpenedBook:
    """Guess how a workbook that was read answers a form: as it was saved, else by its headings."""
    form = workspace.library.form(form_id)
    known = tuple(one for one in mapping.saved(workspace.mappings) if one.form_id == form_id)
    fitting = proposing.fitting(book, list(known))
    found = fitting or proposing.propose(book, form, language)
    countries = workspace.settings.countries
    if not found.country and len(countries) == 1:
        found = replace(found, country=countries[0])
    return OpenedBook(path, book, form, found, known, fitting is not None)


def look(
    workspace: Workspace, opened: OpenedBook, progress: Progress
) -> tuple[reading.Sheet, Outcome | None]:
    """Return the rows as answers, and what loading them would do; None where nothing could be loaded yet."""
    sheet = reading.read_sheet(opened.book, opened.mapping, opened.form)
    ready = sheet.rows and all(row.country and row.period for row in sheet.rows)
    return sheet, loading.preview(workspace, sheet, opened.mapping, progress) if ready else None


def load(
    workspace: Workspace, opened: OpenedBook, sheet: reading.Sheet, use: Use, progress: Progress
) -> Outcome:
    """Make the drafts, or keep the rows to compare with; errors as in `loading`."""
    if use == "comparison":
        return loading.load_comparison(workspace, sheet, opened.mapping, opened.path.name, progress)
    return loading.load_drafts(workspace, sheet, opened.mapping, progress)
