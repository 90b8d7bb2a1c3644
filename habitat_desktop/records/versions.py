"""Answers of one version of a form brought to another; nothing is deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from habitat_desktop.xforms.answers import known_answers
from habitat_desktop.xforms.definition import Form


def newest(versions: Iterable[str]) -> str:
    """Return the newest of the versions of a form."""
    from habitat_desktop.xforms.library import version_key

    return max(versions, key=version_key)


def moved_answers(old: Form, new: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers given to `old` as answers to `new`."""
    return known_answers(new, answers)[0]
