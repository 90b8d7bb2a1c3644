"""Copies a file that answers a question into the workspace."""

from typing import TYPE_CHECKING

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs
from habitat_desktop.gui.record_opening import attach_file
from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage


def attach(page: "FormPage", ref: str, path: str) -> None:
    """Answer the question `ref` of the record shown with the file `path`."""
    sitting = page.sitting
    if sitting is None:
        return
    workspace, office = page.workspace, sitting.entry.office

    def work(progress: Progress) -> tuple[str, str]:
        return attach_file(workspace, office, path)

    def done(kept: tuple[str, str]) -> None:
        value, name = kept
        sitting.note_file(value.partition(".")[0], name)
        sitting.answer(ref, value)

    jobs.run(work, sitting, done=done, failed=lambda error: _tell(page, error, path))


def _tell(page: "FormPage", error: Exception, path: str) -> None:
    if not isinstance(error, OSError | HabitatError):
        jobs.report_failure(error)
        return
    why = explain(error) if isinstance(error, HabitatError) else (error.strerror or str(error))
    text = _("The file “{path}” could not be copied into the workspace: {problem}. The answer is unchanged.")
    page.news.tell("error", text.format(path=ltr(path), problem=iso(why)))
