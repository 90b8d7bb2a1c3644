"""Titles and icons of forms, by form id, without reading any form."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from habitat_desktop.i18n.catalogues import language

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace
    from habitat_desktop.xforms.library import FormInfo, Library

_FRESH_S = 5.0  # a form installed meanwhile has its title by then
_asked: "WeakKeyDictionary[Library, tuple[float, Mapping[str, FormInfo]]]" = WeakKeyDictionary()

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


def newest_forms(workspace: "Workspace") -> "Mapping[str, FormInfo]":
    """Return the newest version of each installed form, by form id.

    Asking the library looks at every file of every form: a list of records asks once in a while.
    """
    library, now = workspace.library, time.monotonic()
    asked_at, found = _asked.get(library, (-_FRESH_S, {}))
    if now - asked_at > _FRESH_S:
        found = {info.form_id: info for info in library.newest()}
        _asked[library] = (now, found)
    return found


def form_title(workspace: "Workspace", form_id: str) -> str:
    """Return the title of an installed form in the language now; the id of a form that is not here."""
    info = newest_forms(workspace).get(form_id)
    return info.title(language()) if info is not None else form_id


def form_icon(form_id: str) -> str:
    """Return the icon of a form: a decoration beside its title."""
    return next((icon for word, icon in _ICONS if word in form_id), "document")
