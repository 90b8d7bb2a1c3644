"""A day in an office: the own save, finalize, export and import, and what the office was told is done."""

import json
import random
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from habitat_desktop.records import drafts, entry, sqlite_file, verify
from tests.packages.offices import Desk, settlements

Fact = dict[str, Any]  # something acknowledged: {"draft": record id, "step": n}, {"revision": id}, ...
Tell = Callable[[Fact], None]


class Officer:
    """Works at a desk; `tell` hears of everything the application said is done, right after it said so."""

    def __init__(self, desk: Desk, chance: random.Random, tell: Tell) -> None:
        self.desk = desk
        self._chance = chance
        self._tell = tell
        self._records: list[str] = []
        self.step = 0

    def work(self, actions: int) -> None:
        """Begin records, change and finalize them, in a random order."""
        for _ in range(actions):
            if not self._records or self._chance.random() < 0.2:
                self.begin()
            else:
                self.change(self._chance.choice(self._records), final=self._chance.random() < 0.3)

    def begin(self) -> str:
        """Make a record with its first draft."""
        with self.desk.database.begin() as session:
            made = entry.start_entry(
                session, settlements(), self.desk.settings, country="KEN", period="2026-H1", language="en"
            )
        self._records.append(made.record_id)
        self._tell({"draft": made.record_id, "step": 0})
        return made.record_id

    def change(self, record_id: str, *, final: bool = False) -> None:
        """Give some answers, each saved at once; finalize the record at the end if that is asked."""
        desk = self.desk
        with desk.database.read() as session:
            opened = entry.open_entry(
                session, desk.form, desk.settings, record_id, language="en", at=desk.tick()
            )
        for _ in range(self._chance.randint(1, 3)):
            self.step += 1
            opened.answer("/data/city", f"step {self.step} " + "x" * self._chance.choice((0, 900, 9000)))
            with desk.database.begin() as session:
                drafts.save_draft(session, opened.draft(at=desk.tick()))
            self._tell({"draft": record_id, "step": self.step})
        if final:
            with desk.database.begin() as session:
                revision = entry.finalize(session, opened, at=desk.tick())
            self._tell({"revision": revision.revision_id})

    def send(self) -> Path:
        """Make the package for headquarters."""
        made = self.desk.make()
        self._tell({"package": made.path.name})
        return made.path

    def receive(self, path: Path) -> None:
        """Take in a package from headquarters."""
        (result,) = self.desk.take(path)
        assert result.status == "imported", result.message
        self._tell({"package": path.name})


def losses(path: Path, facts: Iterable[Fact]) -> list[str]:
    """Return which acknowledged facts a database does not know any more, and what is wrong with it."""
    found = [problem.text for problem in verify.check_backup(path)]
    if found:
        return found
    with closing(sqlite_file.connect_readonly(path)) as connection:
        pages = connection.execute("PRAGMA integrity_check").fetchone()[0]
        found += [str(pages)] if pages != "ok" else []
        found += [
            f"a row without its parent: {row}" for row in connection.execute("PRAGMA foreign_key_check")
        ]
        revisions = dict(connection.execute("SELECT revision_id, document FROM revisions").fetchall())
        drafts = connection.execute("SELECT document FROM drafts").fetchall()
        files = {row[0] for row in connection.execute("SELECT file_name FROM packages")}
        records = connection.execute("SELECT count(*) FROM records").fetchone()[0]
        keys = {row[0] for row in connection.execute("SELECT key_id FROM trusted_keys")}
    steps: dict[str, int] = {}
    for document in map(json.loads, [*revisions.values(), *(row[0] for row in drafts)]):
        step = int(document["answers"].get("city", "step 0").split()[1])
        steps[document["record_id"]] = max(step, steps.get(document["record_id"], 0))
    for fact in facts:
        if (
            ("draft" in fact and steps.get(fact["draft"], -1) < fact["step"])
            or ("revision" in fact and fact["revision"] not in revisions)
            or ("package" in fact and fact["package"] not in files)
            or ("trusted" in fact and fact["trusted"] not in keys)
            or fact.get("records", 0) > records
        ):
            found.append(f"lost: {fact}")
    return found
