"""What headquarters knows of an office comes back to it: merges, acts, a whole laptop."""

from pathlib import Path
from typing import Any

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return, enrol
from tests.flow.telling import Story, tell

__all__ = ["tell"]


class Teller:
    """Runs commands and says in plain words what happened."""

    def __init__(self, habitat: Habitat, desk: Desk, folder: Path, tell: Story) -> None:
        self._habitat = habitat
        self.tell = tell
        self.desk = desk
        self.folder = folder

    def did(self, words: str, workspace: Path, *command: object) -> Any:
        """Run a command that must go well, and return what it says to machines."""
        said = self._habitat(workspace, *command, "--json")
        assert said.code == 0, (command, said.err)
        self.tell(words)
        return said.json

    def add(self, words: str, workspace: Path, form_id: str) -> str:
        answers = answers_file(self.folder, demo_return(form_id), f"{form_id}.json")
        command = ("record", "add", "--form", form_id, "--answers", answers, "--finalize")
        return str(self.did(words, workspace, *command)["label"])

    def send(self, words: str, sender: Path, *receivers: Path, to: str = "HQ") -> Any:
        made = self.did(words, sender, "package", "create", "--output", self.desk.folder, "--to", to)
        for receiver in receivers:
            (taken,) = self._habitat(receiver, "import", made["path"], "--json").json
            assert taken["status"] == "imported"
        return taken

    def change(self, words: str, workspace: Path, label: str, changes: dict[str, Any]) -> None:
        answers = answers_file(self.folder, changes, "change.json")
        self.did(words, workspace, "record", "edit", label, "--answers", answers, "--finalize")

    def record(self, workspace: Path, label: str) -> Any:
        said = self._habitat(workspace, "record", "show", label, "--json")
        assert said.code == 0, said.err
        return said.json


def test_an_edit_in_the_office_after_a_merge_at_headquarters_has_one_head(
    habitat: Habitat, desk: Desk, second_laptop: Path, tmp_path: Path, tell: Story
) -> None:
    told = Teller(habitat, desk, tmp_path, tell)
    office, headquarters = desk.office, desk.headquarters
    label = told.add("the first laptop finalizes a return", office, "housing_policy")
    told.send("it goes to headquarters", office, headquarters)
    told.add("a colleague's laptop finalizes another one", second_laptop, "project_status")
    told.send("it goes to headquarters", second_laptop, headquarters)
    told.send("headquarters answers", headquarters, second_laptop, to="KE")
    told.change("the first laptop changes the ministry", office, label, {"ctx": {"lead_ministry": "Lands"}})
    told.change("the second one the urban population", second_laptop, label, {"ctx": {"urban_pop": 16000000}})
    told.send("both go to headquarters", office, headquarters)
    told.send("and stand side by side there", second_laptop, headquarters)
    assert told.record(headquarters, label)["state"] == "conflict"
    merge = ("merge", "finish", label, "--reason", "Both are right.", "--person", "D. Desk")
    told.did("headquarters merges them, with a reason", headquarters, *merge)
    told.send("the merge goes to the first laptop", headquarters, office, to="KE")
    told.change("which goes on from there", office, label, {"ctx": {"urban_pop": 16100000}})
    told.send("and sends", office, headquarters)
    told.send("both laptops hear of it", headquarters, office, second_laptop, to="KE")
    for workspace in (office, second_laptop, headquarters):
        shown = told.record(workspace, label)
        assert len(shown["heads"]) == 1 and shown["state"] == "received"
        assert shown["answers"]["ctx"]["lead_ministry"] == "Lands"
        assert shown["answers"]["ctx"]["urban_pop"] == "16100000"


def test_a_stolen_laptop_is_rebuilt_from_one_package_of_headquarters(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    told = Teller(habitat, desk, tmp_path, tell)
    office, headquarters = desk.office, desk.headquarters
    labels = [
        told.add(f"the office finalizes {form}", office, form)
        for form in ("housing_policy", "project_status")
    ]
    told.send("everything goes to headquarters", office, headquarters)
    asked = ("query", "add", labels[0], "--ref", "/data/ctx/urban_pop", "--reason", "Which census?")
    told.did("headquarters asks about the population", headquarters, *asked, "--person", "D. Desk")
    told.send("the question reaches the office", headquarters, office, to="KE")
    before = {label: told.record(office, label) for label in labels}
    stolen = ("keys", "revoke", "KE", "--reason", "The laptop was stolen.", "--person", "D. Desk")
    told.did("the laptop is stolen; headquarters revokes its key", headquarters, *stolen)
    new = tmp_path / "new laptop"
    made = habitat(None, "init", new, "--office", "KE", "--name", "Kenya office", "--person", "M. Njeri")
    assert made.code == 0
    enrol(new, headquarters, tmp_path)
    tell("a new laptop is set up and its fingerprint read over the telephone")
    taken = told.send("headquarters sends one package", headquarters, new, to="KE")
    assert taken["new_revisions"] == 2 and taken["new_acts"] >= 1
    for label in labels:
        after = told.record(new, label)
        same = ("record_id", "label", "heads", "answers", "state")
        assert {name: after[name] for name in same} == {name: before[label][name] for name in same}
    (query,) = told.did("the open question is there too", new, "query", "list", "--open")
    reply = ("query", "reply", query["id"], "--text", "That of 2019.")
    told.did("it is answered from the new laptop", new, *reply)
    told.send("the answer reaches headquarters", new, headquarters)
    assert told.record(headquarters, labels[0])["state"] == "received"
    late = habitat(office, "query", "reply", query["id"], "--text", "From the thief.")
    package = habitat(office, "package", "create", "--output", desk.folder, "--json")
    refused = habitat(headquarters, "import", package.json["path"], "--json")
    assert (late.code, refused.code) == (0, 1)
    assert refused.json[0]["status"] == "quarantined"
    tell("what the stolen laptop sends now waits in quarantine")


def test_a_region_comments_and_forwards_and_only_headquarters_confirms(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    told = Teller(habitat, desk, tmp_path, tell)
    office, headquarters, region = desk.office, desk.headquarters, tmp_path / "region"
    init = (
        "init",
        region,
        "--office",
        "ROAF",
        "--name",
        "Africa",
        "--role",
        "region",
        "--person",
        "R. Reader",
    )
    assert habitat(None, *init).code == 0
    enrol(region, headquarters, tmp_path)
    told.did("headquarters assigns Kenya", headquarters, "region", "assign", "ROAF", "--offices", "KE",
             "--person", "D. Desk")  # fmt: skip
    wrong = habitat(headquarters, "region", "assign", "KE", "--offices", "UG", "--person", "D. Desk")
    assert wrong.code == 1 and "KE is trusted here as something else" in wrong.err
    told.send("the region learns it, with the keys of its offices", headquarters, region, to="ROAF")
    label = told.add("the office finalizes a return", office, "housing_policy")
    sent = told.did("and packs it", office, "package", "create", "--output", desk.folder)
    original = Path(sent["path"]).read_bytes()
    (taken,) = told.did("the region reads it on its way", region, "import", sent["path"])
    assert taken["new_revisions"] == 1
    assert told.record(region, label)["state"] == "package"
    said = ("review", "comment", label, "--ref", "/data/ctx/urban_pop", "--text", "Agrees with the census.")
    told.did("it comments on the population", region, *said)
    refused = habitat(region, "review", "accept", label)
    assert refused.code == 1 and "regional office" in refused.err
    out = tmp_path / "region out"
    out.mkdir()
    made = told.did("it makes its own package and copies the original", region, "package", "create",
                    "--output", out)  # fmt: skip
    own, copy = made
    assert Path(copy["path"]).read_bytes() == original and copy["forwarded"]
    both = (own["path"], copy["path"])
    results = told.did("headquarters takes both in", headquarters, "import", *both)
    assert [result["status"] for result in results] == ["imported", "imported"]
    told.send("its receipt goes to the office", headquarters, office, to="KE")
    assert told.record(office, label)["state"] == "received"
    shown = told.did("where the comment can be read", office, "review", "show", label)
    assert "Agrees with the census." in str(shown)
    told.send("the region hears it too", headquarters, region, to="ROAF")
    assert told.record(region, label)["state"] == "received"
    nothing = habitat(region, "package", "create", "--output", out)
    assert nothing.code == 1 and "nothing to send" in nothing.err
