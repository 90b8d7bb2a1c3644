"""The version of the entities specification that a form is written for."""

from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.problems import NotAFormError, Reason

_VERSION = "{http://www.opendatakit.org/xforms/entities}entities-version"
_KNOWN = (2025, 1)


def check_entity_version(model: Any, file: str) -> None:
    """Refuse a form with a version newer than ours, as the specification demands.

    Only year and count matter; what cannot be read as these is left to `form check`.

    Raises:
        NotAFormError: the version is newer.
    """
    version = model.get(_VERSION, "")
    numbers = version.split(".")[:2]
    if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
        year, count = (int(number) for number in numbers)
        if (year, count) > _KNOWN:
            problem = N_("it uses entities of version {version}, which is newer than this program knows")
            raise NotAFormError(path=file, problem=Reason(problem, version=version))
