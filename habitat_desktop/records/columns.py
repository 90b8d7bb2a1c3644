"""Answers of several versions of a form under the paths of one: what consolidations and reports read.

Renames that forms declare (`bind::habitat:was`) are followed through the versions between: old and new
stand in one column. Nothing is written, and nothing is worked out: what a version calculated was signed.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from habitat_desktop.records.record import Draft, Revision
from habitat_desktop.records.versions import FORMER, Mover
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import FormInfo, version_key
from habitat_desktop.xforms.was import Source, sources


class Library(Protocol):
    """Gives the forms known here, as `xforms.library.Library` does."""

    def form(self, form_id: str, version: str | None = None) -> Form: ...

    def forms(self) -> list[FormInfo]: ...


def answers_in(form: Form, revision: Revision | Draft, library: Library) -> dict[str, Any]:
    """Return the answers of `revision` as an answers file of `form`, another version of its form or the same.

    What `form` does not ask is left out; a value its question cannot hold is, too. Entries of repeats keep
    their "$id".

    Raises:
        FormError: the version it was given in is not installed here.
    """
    answers: Mapping[str, Any] = revision.answers
    version = revision.heading.form_version
    if version == form.version:
        return {name: value for name, value in answers.items() if name != FORMER}
    old = library.form(form.form_id, version)
    for new in _way(old, form, library):
        mover = Mover(old, new, _sources(old, new), calculated=True)
        answers, old = mover.moved(answers).answers, new
    return {name: value for name, value in answers.items() if name != FORMER}


def _way(old: Form, new: Form, library: Library) -> list[Form]:
    """Return the versions between `old` and `new` that are installed here, in order, and `new`."""
    begin, end = version_key(old.version), version_key(new.version)
    known: dict[str, list[str]] = new.memory.setdefault("ways", {})
    if old.version not in known:
        versions = [info.version for info in library.forms() if info.form_id == new.form_id]
        known[old.version] = [version for version in versions if begin < version_key(version) < end]
    return [*(library.form(new.form_id, version) for version in known[old.version]), new]


def _sources(old: Form, new: Form) -> Mapping[str, Source]:
    """Return where the answers of `new` stand in `old`, worked out once."""
    known: dict[tuple[str, str], dict[str, Source]] = new.memory.setdefault("sources", {})
    key = (old.version, old.hash)
    if key not in known:
        known[key] = sources(old, new)
    return known[key]
