"""Makes the pages of what is asked for to print; runs on the worker."""

from dataclasses import dataclass
from datetime import datetime

from habitat_desktop.gui.printed_pages import Pages
from habitat_desktop.gui.printing import laid_out
from habitat_desktop.paper.blank import Wanted, blank_paper
from habitat_desktop.paper.document import PaperSize
from habitat_desktop.progress import Progress
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.definition import Form, Group


@dataclass(frozen=True)
class Asked:
    """What is printed: records, or the blank form they are of, or a form by itself (id and version)."""

    records: tuple[str, ...]
    form: tuple[str, str]
    is_blank: bool
    wanted: Wanted
    size: PaperSize


@dataclass(frozen=True)
class Section:
    """A section at the top of the form, by its path."""

    path: str
    title: str


@dataclass(frozen=True)
class Made:
    """The pages, and the sections there are to choose from; none where records are of several forms."""

    pages: tuple[Pages, ...]
    sections: tuple[Section, ...]
    loose: frozenset[str]  # questions outside of all sections: they are always printed


def make_pages(workspace: Workspace, asked: Asked, at: datetime, spoken: str, progress: Progress) -> Made:
    """Make the pages; `spoken` is the language of the window, for the names of sections.

    Raises:
        RecordNotFoundError, FormError.
        Cancelled: through `progress`.
    """
    from habitat_desktop.paper.record import record_papers
    from habitat_desktop.records import repository

    forms = {asked.form} if asked.form[0] else set()
    with workspace.read() as session:
        for record in asked.records:
            found = repository.find_record(session, record)
            if found is not None:
                forms.add((found.form_id, found.form_version))
        form = workspace.library.form(*forms.pop()) if len(forms) == 1 else None
        if asked.is_blank and form is not None:
            papers = [blank_paper(form, asked.wanted, progress)]
        else:
            papers = record_papers(
                session, workspace.library.form, workspace.settings, asked.records, asked.wanted,
                attachments=workspace.attachments, at=at, progress=progress,
            )  # fmt: skip
    pages = tuple(laid_out(papers, asked.size, progress))
    return Made(pages, _sections(form, spoken), _loose(form))


def _sections(form: Form | None, spoken: str) -> tuple[Section, ...]:
    if form is None:
        return ()
    groups = (one for one in form.root.children if isinstance(one, Group))
    return tuple(Section(one.path, title) for one in groups if (title := one.label(spoken).strip()))


def _loose(form: Form | None) -> frozenset[str]:
    named = {one.path for one in _sections(form, "en")}
    return frozenset(one.path for one in form.root.children if one.path not in named) if form else frozenset()
