"""The check of forms that others wrote: no crash, and no error where the form converts and loads."""

from pathlib import Path

import pytest

from habitat_desktop.xforms.checking import FormProblem, check_form
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.problems import FormError
from tests.xforms.conformance.material import folder

# the lists some forms need are not among the material
_OF_THE_MATERIAL = "FORM_FILE_MISSING"


def _loads(path: Path) -> bool:
    try:
        load_form(path, foreign=False)
    except FormError:
        return False
    return True


def _errors(path: Path) -> list[FormProblem]:
    # in this process: the same code runs in the child, and sixty of them take a minute to start
    found = check_form(path, foreign=False)
    return [p for p in found if p.severity == "error" and p.code != _OF_THE_MATERIAL]


@pytest.mark.filterwarnings("ignore")
def test_a_form_is_in_order_exactly_where_it_converts_and_loads() -> None:
    paths = sorted((folder("forms") / "forms").rglob("*.xls*"))
    false, silent = [], []
    refused = 0
    for path in paths:
        errors = _errors(path)
        if _loads(path):
            false += [f"{path.name}: {p.code} {p.sheet} {p.cell} {p.message}" for p in errors]
        else:
            refused += 1
            silent += [path.name] if not errors else []
    print(f"form check: {len(paths)} workbooks, {refused} refused, {len(false)} false errors")
    assert len(paths) >= 61
    assert not false, false
    assert not silent, f"refused, but the check finds nothing: {silent}"


@pytest.mark.filterwarnings("ignore")
def test_xforms_are_checked_without_a_crash() -> None:
    paths = sorted((folder("forms") / "forms").rglob("*.xml"))
    told = {path.name: check_form(path) for path in paths}
    assert told
