"""The deep check: rules of the form asked of what came, apart from taking it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from habitat_desktop.hq.deep_check import deep_check
from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Heading, Revision
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform
from tests.packages.offices import revision_of

FORM = """
| survey   |         |         |                    |          |               |
|          | type    | name    | label              | required | constraint    |
|          | integer | people  | People             | yes      | . >= 0        |
|          | integer | homes   | Homes              |          | . <= ${people} |
| settings |         |         |                    |          |               |
|          | form_id | version |                    |          |               |
|          | homes   | 1       |                    |          |               |
"""
SETTINGS = Settings("headquarters", "HQ", "Headquarters", person="Amina")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "records.sqlite")
    yield database
    database.close()


@pytest.fixture(scope="module")
def form() -> Form:
    return parse_xform(convert(FORM).xform.encode(), path=Path("homes.xlsx"))


def _revision(number: int, form: Form, answers: dict[str, object], **changes: object) -> Revision:
    heading = Heading(form.form_id, form.version, form.hash, "KEN", "2026-H1", "Nairobi")
    return revision_of(number, answers, **({"heading": heading} | changes))


def test_each_problem_names_its_record_and_question(database: Database, form: Form) -> None:
    other = Heading(form.form_id, form.version, "0" * 64, "KEN", "2026-H1")
    unknown = Heading("nowhere", "1", form.hash, "KEN", "2026-H1")
    with database.begin() as session:
        repository.add_revisions(
            session,
            [
                _revision(1, form, {"people": "5", "homes": "2"}),
                _revision(2, form, {"people": "5", "homes": "9"}),
                _revision(3, form, {}),
                _revision(4, form, {"people": "5", "nonsense": "1"}),
                _revision(5, form, {}, heading=other),
                _revision(6, form, {}, heading=unknown),
                _revision(7, form, {}, kind="withdraw"),
            ],
        )

    def find(form_id: str, version: str) -> Form:
        if form_id != form.form_id:
            raise KeyError(form_id)
        return form

    with database.read() as session:
        found = list(deep_check(session, SETTINGS, find))
        assert [(p.label[-1], p.code, p.ref) for p in found] == [
            ("2", "constraint", "/data/homes"),
            ("3", "required", "/data/people"),
            ("4", "UNKNOWN_QUESTION", ""),
            ("5", "form", ""),
            ("6", "form", ""),
        ]
        assert found[0].question == "Homes" and found[0].message
        assert list(deep_check(session, SETTINGS, find, records=[found[1].record_id])) == [found[1]]
