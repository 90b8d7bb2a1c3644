"""The diagnostics file: it tells what a helper needs and nothing a person wrote."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from habitat_desktop import faults, pins
from habitat_desktop.records import repository
from habitat_desktop.records.record import Draft, Heading
from habitat_desktop.reports import diagnostics
from habitat_desktop.settings import Person, Settings, TransportSetting
from habitat_desktop.workspace import Workspace, create_workspace

AT = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
SECRETS = (
    "Wanjiru",
    "wanjiru@example.org",
    "Kibera",
    "s3cret-place",
    "fox-4711-pin",
    "Nairobi desk",
    "beside the river",
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(
        role="office",
        office="KE",
        name="Nairobi desk",
        countries=("KEN",),
        persons=(Person("Wanjiru", "wanjiru@example.org", pin=pins.made_of("fox-4711-pin")),),
        person="Wanjiru",
        transports=(TransportSetting("exchange", "sftp://user@s3cret-place/in"),),
    )
    made = create_workspace(tmp_path / "Wanjiru s3cret-place", settings)
    draft = Draft(
        record_id="KE-r1",
        office="KE",
        label="KE-7F3K-0001",
        heading=Heading("slum_upgrading", "2", "0" * 64, country="KEN", period="2026-H1", subject="Kibera"),
        parents=(),
        answers={"city": {"remark": "beside the river"}},
        authors={},
        justifications={},
        language="en",
        answered=1,
        missing=0,
        problems=0,
        saved_at=AT,
        saved_by="Wanjiru",
    )
    with made.begin() as session:
        repository.save_draft(session, draft)
    yield made
    made.close()


def _fail(text: str) -> Exception:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_it_tells_what_helps_and_nothing_a_person_wrote(workspace: Workspace, tmp_path: Path) -> None:
    faults.note(workspace.folder, _fail("Wanjiru wrote: beside the river"), at=AT)
    crash = f'  File "{workspace.folder}/site-packages/PySide6/x.py", line 3 in paint\n'
    (workspace.folder / faults.CRASH_NAME).write_text(crash)
    path = diagnostics.write(workspace, tmp_path / "diagnostics.zip", at=AT)
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    everything = "\n".join(texts.values())
    for secret in (*SECRETS, str(tmp_path)):
        assert secret not in everything
    facts = json.loads(texts["diagnostics.json"])
    assert facts["records"]["by_state"]["draft"] == 1
    assert facts["database"]["sound"] is True
    assert facts["workspace"]["transports"] == ["sftp"]
    assert {form["form_id"] for form in facts["forms"]} >= {"slum_upgrading", "housing_policy"}
    (fault,) = json.loads(texts["faults.json"])
    assert fault["kind"] == "builtins.ValueError"
    assert fault["frames"] == [f"{Path(__file__).name}:{fault['frames'][0].split(':')[1].split()[0]} _fail"]
    assert texts["crash.txt"] == '  File "PySide6/x.py", line 3 in paint'


def test_a_damaged_database_is_told_and_the_rest_is_there(workspace: Workspace, tmp_path: Path) -> None:
    workspace.close()
    workspace.database_path.write_bytes(b"no database")
    other = Workspace(workspace.folder, workspace.settings, readonly=True)
    path = diagnostics.write(other, tmp_path / "diagnostics.zip", at=AT)
    other.close()
    with zipfile.ZipFile(path) as archive:
        facts = json.loads(archive.read("diagnostics.json"))
    assert facts["records"]["failed"]
    assert facts["database"]["failed"] == "DatabaseError"
    assert facts["program"]["python"]


def test_faults_keep_the_newest_fifty_and_survive_rubbish(tmp_path: Path) -> None:
    (tmp_path / faults.FILE_NAME).write_text("[{]")
    assert faults.read(tmp_path) == []
    for number in range(faults.KEPT + 3):
        faults.note(tmp_path, _fail("x"), at=replace_day(number))
    kept = faults.read(tmp_path)
    assert len(kept) == faults.KEPT
    assert kept[-1].at == replace_day(faults.KEPT + 2).isoformat()


def replace_day(number: int) -> datetime:
    return AT.replace(minute=number)


def test_a_pin_fits_in_the_digits_of_any_keyboard_and_is_not_kept_in_clear() -> None:
    kept = pins.made_of("4711")
    assert pins.fits(kept, "4711")
    assert pins.fits(kept, "٤٧١١")
    assert not pins.fits(kept, "4712")
    assert not pins.fits("", "4711")
    assert not pins.fits("scrypt$zz$zz", "4711")
    assert "4711" not in repr(replace(Person("A"), pin=kept))
    with pytest.raises(ValueError, match="3"):
        pins.made_of("123")
