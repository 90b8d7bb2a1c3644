"""An office and headquarters that talk about returns, with real packages between them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from habitat_desktop.packages.exporting import create_packages
from habitat_desktop.packages.importing import import_files
from habitat_desktop.records import asking, deciding, queries, repository
from habitat_desktop.settings import HEADQUARTERS
from habitat_desktop.workspace import Workspace
from tests.gui.form_desk import begin, demo_answers, finish

POPULATION = "/data/ctx/urban_pop"
NEED = "/data/ctx/annual_need"


@dataclass
class TalkDesk:
    """Both workspaces and one housing return that is at headquarters."""

    office: Workspace
    headquarters: Workspace
    folder: Path
    record_id: str = ""
    label: str = ""

    def start(self) -> "TalkDesk":
        self.record_id = begin(
            self.office, demo_answers("10_housing_policy_kenya.json"), form="housing_policy"
        )
        finish(self.office, self.record_id)
        self.send()
        with self.office.read() as session:
            found = repository.find_record(session, self.record_id)
        assert found is not None
        self.label = found.label
        return self

    def send(self) -> list[str]:
        """Let what waits at the office go to headquarters; return what became of each file."""
        return self._carry(self.office, self.headquarters, HEADQUARTERS)

    def send_back(self) -> list[str]:
        return self._carry(self.headquarters, self.office, "KE")

    def ask(self, ref: str = POPULATION, reason: str = "Does this count the whole county?") -> str:
        return self._at_headquarters(asking.ask, ref=ref, reason=reason).name

    def propose(self, value: str = "16100000", ref: str = POPULATION, reason: str = "The census") -> str:
        return self._at_headquarters(asking.propose, ref=ref, value=value, reason=reason).name

    def give_back(self, reason: str = "Both figures need a source", refs: tuple[str, ...] = (NEED,)) -> str:
        found = self._at_headquarters(deciding.return_, reason=reason, refs=refs)
        return found.decisions[-1].name

    def accept(self) -> None:
        with self.headquarters.begin() as session:
            actor = self.headquarters.hand("W. Mwangi", at=datetime.now(UTC))
            deciding.accept(session, self.headquarters.library.form, actor, self.label)

    def query(self, name: str, *, at: str = "office") -> queries.Query:
        """Return a query as the office or headquarters sees it."""
        workspace: Workspace = getattr(self, at)
        with workspace.read() as session:
            return queries.find_query(session, workspace.library.form, name, language="en")

    def answers(self, *, at: str = "office") -> Any:
        workspace: Workspace = getattr(self, at)
        with workspace.read() as session:
            revision = repository.current(session, self.record_id)
        assert revision is not None
        return revision.answers

    def _at_headquarters(self, does: Callable[..., Any], **what: Any) -> Any:
        place = self.headquarters
        with place.begin() as session:
            actor = place.hand("W. Mwangi", at=datetime.now(UTC))
            return does(session, place.library.form, place.settings, actor, self.label, **what)

    def _carry(self, sender: Workspace, receiver: Workspace, to: str) -> list[str]:
        made = create_packages(
            sender.database, sender.settings, self.folder, sender.library.form,
            to=to, attachments_dir=sender.attachments, keyring=sender.keyring, at=datetime.now(UTC),
            author="M. Njeri", language="en",
        )  # fmt: skip
        found = import_files(
            receiver.database, receiver.settings, [one.path for one in made],
            store=receiver.incoming, quarantine=receiver.quarantine,
            attachments_dir=receiver.attachments, keyring=receiver.keyring,
            forms=receiver.library.form, at=datetime.now(UTC),
        )  # fmt: skip
        return [one.status for one in found]
