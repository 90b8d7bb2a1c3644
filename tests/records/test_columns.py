"""Answers of several versions of a form in the columns of one."""

from dataclasses import replace
from pathlib import Path

import pytest

from habitat_desktop.records.columns import answers_in
from habitat_desktop.records.record import Revision
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import FormInfo, info_of
from habitat_desktop.xforms.problems import UnknownVersionError
from tests.records.making import revision
from tests.records.workbooks import table_form

_FIRST = """
| survey   |              |        |        |             |
|          | type         | name   | label  | calculation |
|          | text         | mayor  | Mayor  |             |
|          | integer      | people | People |             |
|          | calculate    | double |        | ${people}*2 |
|          | text         | fax    | Fax    |             |
|          | begin repeat | house  | House  |             |
|          | text         | street | Street |             |
|          | end repeat   |        |        |             |
| settings |              |        |        |             |
|          | form_id      | version |       |             |
|          | settlement   | 1      |        |             |
"""
_SECOND = """
| survey   |              |          |          |             |                   |
|          | type         | name     | label    | calculation | bind::habitat:was |
|          | text         | governor | Governor |             | mayor             |
|          | integer      | people   | People   |             |                   |
|          | calculate    | twice    |          | ${people}*2 | double            |
|          | begin repeat | house    | House    |             |                   |
|          | text         | road     | Road     |             | street            |
|          | end repeat   |          |          |             |                   |
| settings |              |          |          |             |                   |
|          | form_id      | version  |          |             |                   |
|          | settlement   | 2        |          |             |                   |
"""
_THIRD = (
    _SECOND.replace("settlement   | 2 ", "settlement   | 10")
    .replace(
        "text         | governor | Governor |             | mayor ",
        "text         | head | Head |             | governor ",
    )
    .replace("twice    |          | ${people}*2 | double ", "twice    |          | ${people}*2 |        ")
)


class Shelf:
    """The versions of one form that are installed."""

    def __init__(self, *forms: Form) -> None:
        self._forms = {form.version: form for form in forms}

    def form(self, form_id: str, version: str | None = None) -> Form:
        try:
            return self._forms[version or ""]
        except KeyError:
            raise UnknownVersionError(form_id=form_id, version=version) from None

    def forms(self) -> list[FormInfo]:
        return [info_of(form, form.path) for form in self._forms.values()]


@pytest.fixture
def versions(tmp_path: Path) -> list[Form]:
    return [table_form(tmp_path, table) for table in (_FIRST, _SECOND, _THIRD)]


def _given(version: str) -> Revision:
    answers = {
        "mayor": "Njeri",
        "people": "20",
        "double": "40",
        "fax": "12",
        "house": [{"street": "Hill Road", "$id": "a1"}],
    }
    made = revision(1, answers=answers)
    return replace(made, heading=replace(made.heading, form_version=version), revision_id="")


def test_old_and_new_names_are_one_column_through_all_versions_between(versions: list[Form]) -> None:
    found = answers_in(versions[2], _given("1"), Shelf(*versions))
    assert found == {
        "head": "Njeri",
        "people": "20",
        "twice": "40",
        "house": [{"road": "Hill Road", "$id": "a1"}],
    }


def test_answers_of_the_same_version_stay_and_what_was_kept_aside_is_left_out(versions: list[Form]) -> None:
    made = _given("1")
    made.answers["$former"] = {"0": {"/data/old": "x"}}
    assert answers_in(versions[0], made, Shelf(*versions)) == _given("1").answers


def test_a_version_that_is_not_here_is_told(versions: list[Form]) -> None:
    with pytest.raises(UnknownVersionError):
        answers_in(versions[2], _given("7"), Shelf(*versions))
