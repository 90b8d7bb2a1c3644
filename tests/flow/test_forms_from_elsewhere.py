"""A person with a form of their own at the command line."""

from pathlib import Path

from tests.flow.conftest import Desk, Habitat
from tests.xforms.test_bad_forms import workbook


def survey(path: Path, *questions: str, **settings: str) -> Path:
    rows = [["type", "name", "label"], *(["text", name, name] for name in questions)]
    return workbook(path, rows, settings=[list(settings), list(settings.values())])


def test_a_form_without_a_version_is_installed(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    file = survey(tmp_path / "visits.xlsx", "head", form_id="visits")
    assert habitat(desk.office, "form", "add", file).out == "Installed visits, without a version.\n"


def test_a_draft_opens_after_its_form_was_to_be_replaced(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    habitat(desk.office, "form", "add", survey(tmp_path / "a.xlsx", "head", form_id="visits", version="1"))
    answers = tmp_path / "answers.json"
    answers.write_text('{"head": "Amina"}')
    made = habitat(desk.office, "record", "add", "--form", "visits", "--answers", answers, "--json").json
    other = survey(tmp_path / "b.xlsx", "tail", form_id="visits", version="1")
    said = habitat(desk.office, "form", "add", other)
    assert said.code == 1 and "another version" in said.err
    shown = habitat(desk.office, "record", "show", made["label"], "--json")
    assert shown.json["answers"]["head"] == "Amina"


def test_only_records_with_the_same_instance_name_are_about_the_same(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    file = survey(tmp_path / "v.xlsx", "head", form_id="visits", version="1", instance_name="${head}")
    habitat(desk.office, "form", "add", file)
    answers, said = tmp_path / "answers.json", []
    for head in ("Amina", "Wanjiru", "Amina"):
        answers.write_text(f'{{"head": "{head}"}}')
        said.append(habitat(desk.office, "record", "add", "--form", "visits", "--answers", answers))
    assert ["same subject" in one.err for one in said] == [False, False, True]


def test_a_bad_form_is_not_installed_and_the_check_is_named(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    bad = survey(tmp_path / "bad.xlsx", "head", "head", form_id="visits")
    said = habitat(desk.office, "form", "add", bad)
    assert said.code == 1
    assert said.err.splitlines()[-1].endswith(f"habitat form check {bad}")


def test_the_help_of_a_run_shows_steps(habitat: Habitat) -> None:
    said = habitat(None, "form", "run", "--help")
    assert ' {"op": "add", "ref": "/data/person"},\n' in said.out
