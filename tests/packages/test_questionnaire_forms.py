"""A questionnaire of forms out of public projects: each is written, read back, and unchanged."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages.questionnaires import making
from habitat_desktop.packages.questionnaires.errors import NothingToAskError
from habitat_desktop.packages.questionnaires.locating import locate
from habitat_desktop.packages.questionnaires.manifest import cell_key, from_cells
from habitat_desktop.packages.questionnaires.standing import stands
from habitat_desktop.packages.reader import Reader
from habitat_desktop.records.entry import Entry
from habitat_desktop.records.record import Draft, Heading
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.engine import FormInstance
from tests.xforms.conformance.test_forms import _environment, _forms, _load

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
OFFICE = Settings("office", "KE", "Kenya office")
EVERY = 6  # of some 270 forms


def test_questionnaires_of_public_forms_come_back_unchanged(tmp_path: Path, reader: Reader) -> None:
    made = 0
    for number, path in enumerate(_forms()):
        if number % EVERY:
            continue
        try:
            sitting = _sitting(path)
            wanted = making.Wanted(form=sitting.form)
            manifest, laid_out = making.plan_questionnaire(sitting, OFFICE, wanted, "en", None, NOON)
        except (NothingToAskError, HabitatError):
            continue
        file = tmp_path / f"{number}.xlsx"
        file.write_bytes(making.build(manifest, laid_out))
        workbook = reader.read(file)
        hidden = workbook.sheet("_questionnaire")
        assert hidden is not None and from_cells(hidden.rows, file.name) == manifest
        found = locate(workbook, manifest)
        assert [one.sentence for one in found.remarks] == [], path.name
        assert found.unread == [], path.name
        for one in found.filled:
            before = manifest.prefilled.get(cell_key(one.item, one.entry), "")
            assert stands(one, before, manifest), (path.name, one.item.path)
        assert {one.item.key for one in found.filled} <= manifest.by_key.keys()
        made += 1
    assert made > 25


def _sitting(path: Path) -> Entry:
    form = _load(path)
    instance = FormInstance(form, replace(_environment(), uuid=lambda: str(uuid4())))
    heading = Heading(form.form_id, form.version, form.hash, "KEN", "2026-H1")
    draft = Draft(str(uuid4()), "KE", "KE-1", heading, (), {}, {}, {}, "en", 0, 0, 0, NOON, "Amina")
    return Entry(form, instance, draft, person="Amina")
