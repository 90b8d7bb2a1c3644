"""Test the built program as it will be shipped. Usage: selftest.py DIST_FOLDER."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


class SelfTest:
    """Runs the built program in an empty folder and an environment without our checkout."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program = program
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
        } | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)}

    def run(self, *arguments: object, workspace: Path | None = None) -> str:
        """Run one command and return what it printed; fail loudly if it failed."""
        place = ["--workspace", str(workspace)] if workspace else []
        result = subprocess.run(
            [str(self.program), *place, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        if result.returncode:
            raise SystemExit(f"FAILED {arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result.stdout


def main(dist: str) -> int:
    """Run every check and print one line each."""
    name = "habitat.exe" if sys.platform == "win32" else "habitat"
    with tempfile.TemporaryDirectory() as temporary:
        test = SelfTest((Path(dist) / name).resolve(), Path(temporary))
        checks = (
            starts,
            lists_forms,
            runs_a_form,
            migrates_a_database,
            sends_and_receives,
            opens_in_six_languages,
        )
        for check in checks:
            check(test)
            print(f"ok: {check.__name__.replace('_', ' ')}")
        print(f"{len(checks)} passed, 0 failed")
    return 0


def starts(test: SelfTest) -> None:
    assert "habitat" in test.run("--version")


def lists_forms(test: SelfTest) -> None:
    forms = {form["form_id"] for form in json.loads(test.run("form", "list", "--json"))}
    assert forms >= {"project_status", "slum_upgrading", "housing_policy"}, forms


def runs_a_form(test: SelfTest) -> None:
    steps = test.folder / "steps.json"
    steps.write_text(
        json.dumps([{"op": "answer", "ref": "/data/prog/city", "value": "Nairobi"}]), encoding="utf-8"
    )
    form = test.program.parent / "_internal" / "habitat_desktop" / "_data" / "forms" / "slum_upgrading.xlsx"
    output = json.loads(test.run("form", "run", form, "--steps", steps, "--language", "fr"))
    values = {node["ref"]: node["value"] for node in output["nodes"]}
    assert values["/data/prog/city"] == "Nairobi"


def migrates_a_database(test: SelfTest) -> None:
    workspace = test.folder / "migrated"
    test.run("init", workspace, "--office", "KE", "--name", "Kenya office")
    with sqlite3.connect(workspace / "records.sqlite") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone()


def sends_and_receives(test: SelfTest) -> None:
    test.run("demo", "story", "--no-window", "--no-screenshots")
    (package, *_) = sorted((test.folder / "story" / "exchange").glob("KE-HQ-*.xlsx"))
    report = json.loads(
        test.run("package", "inspect", package, "--json", workspace=test.folder / "story/headquarters")
    )
    assert report["ok"] and report["findings"] == [], report
    status = json.loads(test.run("status", "--json", workspace=test.folder / "story/kenya"))
    assert status["received"] > 0, status
    converted = list((test.folder / "story/kenya/cache").rglob("*.json"))
    assert not converted, f"{len(converted)} forms were converted although they are shipped ready to use"


def opens_in_six_languages(test: SelfTest) -> None:
    pictures = test.folder / "pictures"
    test.run("--child", "screenshots", test.folder / "story/kenya", pictures, *LANGUAGES)
    for language in LANGUAGES:
        assert [path for path in pictures.rglob(f"*{language}*.png") if path.stat().st_size > 10_000], (
            language
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
