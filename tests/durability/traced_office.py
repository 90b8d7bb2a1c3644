"""A few days of an office through the program's own commands, to be run under `traced.trace`.

`python -m tests.durability.traced_office ROOT SEED`: what lies below ROOT is the disk that may lose power;
headquarters and the stick lie beside it. Each fact is told when the command has printed that it is done.
"""

import contextlib
import gzip
import io
import json
import random
import sys
from pathlib import Path
from typing import Any

from pyxform.xls2xform import convert

from habitat_desktop.cli import run
from habitat_desktop.settings import Settings, write_settings
from tests.durability.traced import ACKNOWLEDGED
from tests.packages.offices import SETTLEMENTS, full_answers

RELEASED = Path(__file__).parents[1] / "records" / "released"
OFFICE, OLD = "office", "old"  # the workspaces below ROOT


class _Person:
    """Types commands and remembers what the program said is done."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root = root
        self.beside = root.parent
        self._chance = chance
        self._step = 0
        self._records: list[str] = []

    def tell(self, **fact: object) -> None:
        print(ACKNOWLEDGED.decode() + json.dumps({"in": OFFICE} | fact), flush=True)

    def habitat(self, workspace: Path | None, *arguments: object, code: int = 0) -> Any:
        """Run a command and return its JSON; what it prints goes out as it prints it."""
        place = ["--workspace", str(workspace)] if workspace else []
        said = _Tee(sys.stdout)
        with contextlib.redirect_stdout(said):
            ended = run(
                [*place, *map(str, arguments), "--json"],
                open_window=lambda folder: 0,
                take_screenshots=lambda *parts: [],
            )
        assert ended == code, (arguments, ended)
        return json.loads(said.heard.getvalue() or "null")

    def in_office(self, *arguments: object, code: int = 0) -> Any:
        return self.habitat(self.root / OFFICE, *arguments, code=code)

    def record(self, *, final: bool, attached: bool = False) -> None:
        """Add a record, as a draft or finalized."""
        self._step += 1
        answers = full_answers(f"step {self._step}")
        if attached:
            answers["map"] = str(self._file(f"map{self._step}.pdf", self._chance.randbytes(6000)))
        given = self._file("answers.json", json.dumps(answers).encode())
        option = ["--finalize"] if final else []
        made = self.in_office("record", "add", "--form", "settlements", "--answers", given, *option)
        self._records.append(made["record_id"])
        self._tell_record(made)

    def edit(self, *, final: bool) -> None:
        self._step += 1
        given = self._file("answers.json", json.dumps({"city": f"step {self._step}"}).encode())
        option = ["--finalize"] if final else []
        record = self._chance.choice(self._records)
        self._tell_record(self.in_office("record", "edit", record, "--answers", given, *option))

    def _tell_record(self, said: Any) -> None:
        self.tell(draft=said["record_id"], step=self._step)
        if said["revision_id"]:
            self.tell(revision=said["revision_id"])

    def send(self) -> Path:
        made = self.in_office("package", "create")
        self.tell(package=Path(made["path"]).name)
        return Path(made["path"])

    def receive(self, path: Path) -> None:
        self.in_office("import", path)
        self.tell(package=path.name)

    def forget(self) -> None:
        """Everything since the last backup may be gone from now on, and is no longer this office's."""
        self._records = self._records[:1]

    def _file(self, name: str, content: bytes) -> Path:
        (self.beside / name).write_bytes(content)
        return self.beside / name


class _Tee(io.TextIOBase):
    """Passes on what is printed, and keeps it."""

    def __init__(self, out: Any) -> None:
        self.heard = io.StringIO()
        self._out = out

    def write(self, text: str) -> int:
        self.heard.write(text)
        return int(self._out.write(text))

    def flush(self) -> None:
        self._out.flush()


def days(root: Path, chance: random.Random) -> None:
    """Work through everything an office does with its disk."""
    person = _Person(root, chance)
    form = _form(person)
    headquarters = person.beside / "hq"
    person.habitat(None, "init", headquarters, "--office", "HQ", "--name", "Headquarters")
    person.habitat(headquarters, "form", "add", form)
    person.habitat(
        None, "init", root / OFFICE, "--office", "KE", "--name", "Kenya office", "--person", "A. B."
    )
    person.tell(workspace=True)
    _enrol(person, headquarters)
    person.in_office("form", "add", form)
    person.tell(form="settlements")
    (person.beside / "stick").mkdir()
    person.in_office("transport", "add", "stick", person.beside / "stick")
    person.tell(transport="stick")
    person.record(final=False)
    for _ in range(chance.randint(1, 4)):
        person.edit(final=chance.random() < 0.5)
    person.record(final=True, attached=True)
    person.habitat(headquarters, "import", person.send())
    person.receive(Path(person.habitat(headquarters, "package", "create", "--to", "KE")["path"]))
    _refuse(person)
    _back_up_and_restore(person)
    for _ in range(chance.randint(1, 4)):
        person.edit(final=chance.random() < 0.5)
    person.record(final=True)
    person.send()
    person.habitat(root / OLD, "backup")  # brings it up to date; looking does not
    person.tell(**{"in": OLD, "records": 11})


def _form(person: _Person) -> Path:
    path = person.beside / "settlements.xml"
    path.write_text(convert(SETTLEMENTS).xform, encoding="utf-8")
    return path


def _enrol(person: _Person, headquarters: Path) -> None:
    """Let office and headquarters trust each other's keys."""
    asked = person.in_office("keys", "request", person.beside / "office request.xlsx")
    person.tell(key=asked["key_id"])
    person.habitat(headquarters, "keys", "trust", asked["path"], "--fingerprint", asked["fingerprint"])
    asked = person.habitat(headquarters, "keys", "request", person.beside / "request of headquarters.xlsx")
    person.in_office("keys", "trust", asked["path"], "--fingerprint", asked["fingerprint"])
    person.tell(trusted=asked["key_id"])


def _refuse(person: _Person) -> None:
    """Try to take in a file that is no package: it is kept."""
    bad = person.beside / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 no workbook at all")
    person.in_office("import", bad, code=1)
    person.tell(quarantined=bad.read_bytes().decode("latin-1"))


def _back_up_and_restore(person: _Person) -> None:
    made = Path(person.in_office("backup")["path"])
    person.tell(backup=made.name)
    person.edit(final=True)
    print("restoring", flush=True)
    person.tell(restoring=made.name)
    person.in_office("restore", made, "--yes")
    person.tell(restored=made.name)
    person.forget()


def prepare(root: Path) -> None:
    """Make what is on the disk before the first day: a workspace of the first released version."""
    (root / OLD).mkdir(parents=True)
    released = gzip.decompress((RELEASED / "0001.sqlite.gz").read_bytes())
    (root / OLD / "records.sqlite").write_bytes(released)
    write_settings(root / OLD, Settings("office", "KE", "An old office"))


if __name__ == "__main__":
    days(Path(sys.argv[1]), random.Random(int(sys.argv[2])))
