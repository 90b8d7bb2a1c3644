"""Where a person translates: in the checkout, or in a copy of the shipped catalogues in the workspace."""

import shutil
from pathlib import Path

from habitat_desktop.disk import PART
from habitat_desktop.i18n.workshop import TARGETS, Workshop
from habitat_desktop.resources import data_dir

NAME = "translating"


def is_checkout() -> bool:
    """Whether the program runs from its sources: then its catalogues are those to work on."""
    return (_root() / "habitat_desktop").is_dir()


def workshop_in(folder: Path, translations: Path | None = None) -> Workshop:
    """Return the catalogues that are worked on in the workspace at `folder`; nothing is made.

    `translations` is another folder of catalogues, in place of those.
    """
    own = folder / NAME
    if translations is None and not is_checkout() and own.is_dir():
        translations = own
    return Workshop(_root(), translations)


def to_change(workshop: Workshop, folder: Path) -> Workshop:
    """Return what may be changed: where the program is installed, a copy in the workspace, made if missing.

    Raises OSError when the copy cannot be written; no half of it is left under its name.
    """
    if workshop.catalogues is not None or is_checkout():
        return workshop
    own = folder / NAME
    if not own.is_dir():
        part = own.with_name(own.name + PART)
        shutil.rmtree(part, ignore_errors=True)
        for language in TARGETS:
            shipped = workshop.root / "translations" / language
            shutil.copytree(shipped, part / language, ignore=shutil.ignore_patterns("*.mo"))
        part.replace(own)
    return Workshop(workshop.root, own)


def _root() -> Path:
    return data_dir("translations").parent
