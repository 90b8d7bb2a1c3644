"""Shares what is to be sent out over several packages, so that none is larger than its receiver reads.

Every package is complete in itself: it carries the attached files of its own revisions, wherever else they
go.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from habitat_desktop.errors import N_
from habitat_desktop.packages.errors import ExportError
from habitat_desktop.packages.layout import FormLayout, SheetLayout
from habitat_desktop.packages.package import Attachment
from habitat_desktop.records.attachments import LARGEST
from habitat_desktop.records.record import Revision

# What `incoming` reads is at least twice as much, within seconds and the memory of its child
FILES_LIMIT = 20 << 20  # bytes of attached files in one package
FILES_MOST = LARGEST  # of the attached files of one revision, which cannot be shared out
CONTENT_LIMIT = 24 << 20  # bytes of revisions
CELLS_LIMIT = 500_000  # cells of visible sheets


class FilesTooLargeError(ExportError):
    code = "FILES_TOO_LARGE"
    message = N_(
        "The files attached to record {label} have {size_mb} MB together; a package can carry {limit_mb} MB "
        "for one record. No package was made and your records are kept. Attach smaller files, such as "
        "pictures of lower resolution, finalize the record and try again."
    )


def portions(
    revisions: Sequence[Revision],
    attachments: Mapping[str, Sequence[Attachment]],
    cells: Callable[[Revision], int],
) -> Iterator[tuple[Revision, ...]]:
    """Yield the revisions of each package, in their order; one package even where there is nothing to send.

    `attachments` are the files of a revision by its id, `cells` counts what it takes of the visible sheets.

    Raises:
        FilesTooLargeError: the files of one revision fit into no package; raised before the first yield.
    """
    for revision in revisions:
        size = sum(_sizes(revision, attachments).values())
        if size > FILES_MOST:
            megabytes = {"size_mb": -(-size >> 20), "limit_mb": FILES_MOST >> 20}
            raise FilesTooLargeError(label=revision.label, **megabytes)
    part: list[Revision] = []
    files: dict[str, int] = {}
    content = filled = 0
    for revision in revisions:
        files |= _sizes(revision, attachments)
        content += len(revision.content)
        filled += cells(revision)
        if part and (sum(files.values()) > FILES_LIMIT or content > CONTENT_LIMIT or filled > CELLS_LIMIT):
            yield tuple(part)
            part, files = [], _sizes(revision, attachments)
            content, filled = len(revision.content), cells(revision)
        part.append(revision)
    yield tuple(part)


def _sizes(revision: Revision, attachments: Mapping[str, Sequence[Attachment]]) -> dict[str, int]:
    return {file.sha256: file.size for file in attachments.get(revision.revision_id, ())}


def cell_counter(layouts: Sequence[FormLayout]) -> Callable[[Revision], int]:
    """Return a function that says how many cells of the sheets of `layouts` a revision takes."""
    by_form = {(layout.form_id, layout.version): layout for layout in layouts}

    def count(revision: Revision) -> int:
        form = by_form.get((revision.heading.form_id, revision.heading.form_version))
        return _cells(form, form.sheets[0], revision.answers) if form is not None else _UNKNOWN_FORM

    return count


_UNKNOWN_FORM = 12  # columns of the sheet of records whose form is not known


def _cells(form: FormLayout, sheet: SheetLayout, node: object) -> int:
    count = len(sheet.columns)
    for below in form.sheets:
        if below.parent == sheet.name:
            found = node
            for name in below.path:
                found = found.get(name) if isinstance(found, dict) else None
            entries = found if isinstance(found, list) else ()
            count += sum(_cells(form, below, entry) for entry in entries)
    return count
