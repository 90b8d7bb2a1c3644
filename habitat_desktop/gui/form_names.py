"""Titles and icons of forms, by form id, without reading any form."""

from typing import TYPE_CHECKING

from habitat_desktop.i18n.catalogues import language

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace

_ICONS = (
    ("slum", "building"),
    ("housing", "building_home"),
    ("project", "target"),
    ("programme", "document_text"),
    ("indicator", "data_bar_vertical"),
    ("event", "calendar"),
    ("partner", "people"),
    ("training", "people"),
    ("city", "city"),
    ("urban", "city"),
    ("land", "map"),
)


def form_title(workspace: "Workspace", form_id: str) -> str:
    """Return the title of an installed form in the language now; the id of a form that is not here."""
    for info in workspace.library.newest():
        if info.form_id == form_id:
            return info.title(language())
    return form_id


def form_icon(form_id: str) -> str:
    """Return the icon of a form: a decoration beside its title."""
    return next((icon for word, icon in _ICONS if word in form_id), "document")
