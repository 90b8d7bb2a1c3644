"""Headquarters returns and accepts, a region comments: with real files and the real command line."""

import shutil
from pathlib import Path

from tests.flow.conftest import Desk, Habitat, enrol
from tests.flow.telling import Story, add, edit, send, tell

__all__ = ["tell"]
HQ = ("--person", "W. Mwangi")


def test_a_decision_is_returned_corrected_and_accepted_with_only_the_change_reviewed_again(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    (new,) = habitat(desk.headquarters, "review", "list", "--json").json
    assert (new["review"], new["since"], new["changes"], new["state"]) == ("new", None, [], "received")
    refs = ("--ref", "ctx/urban_pop", "--ref", "ctx/annual_need")
    returned = habitat(
        desk.headquarters, "review", "return", label, *refs, "--reason", "Both figures need a source", *HQ,
        "--json",
    )  # fmt: skip
    assert returned.code == 0, returned.err
    (decision,) = returned.json["decisions"]
    assert decision["id"] == f"{label}/R1"
    assert decision["refs"] == ["/data/ctx/urban_pop", "/data/ctx/annual_need"]
    tell(f"Headquarters returns {label}: two figures need a source.")
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")

    assert habitat(desk.office, "record", "show", label, "--json").json["state"] == "query"
    shown = habitat(desk.office, "review", "show", label).out
    assert "Both figures need a source" in shown and f"{label}/R1" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert habitat(desk.office, "review", "accept", label).code == 1
    edit(habitat, desk.office, tmp_path, label, {"ctx": {"urban_pop": 16100000}})
    send(habitat, desk.office, desk.folder, desk.headquarters)
    tell("M. Njeri corrects the urban population and leaves the need for homes as it is.")

    again = habitat(desk.headquarters, "review", "show", label, "--json").json
    assert (again["review"], again["number"], again["since"]["id"]) == ("changed", 2, f"{label}/R1")
    assert [
        (one["ref"], one["old"], one["new"], one["old_text"], one["asked"]) for one in again["changes"]
    ] == [("/data/ctx/urban_pop", "17400000", "16100000", "17,400,000", True)]
    assert [one["ref"] for one in again["untouched"]] == ["/data/ctx/annual_need"]
    (listed,) = habitat(desk.headquarters, "review", "list", "--state", "changed", "--json").json
    assert listed["changes"] == again["changes"]
    assert "1 question to review again" in habitat(desk.headquarters, "review", "list").out
    shown = habitat(desk.headquarters, "review", "show", label).out
    assert "17,400,000 became 16,100,000" in " ".join(shown.split())
    tell("Only the urban population is to be reviewed again; the other question is told as untouched.")

    accepted = habitat(desk.headquarters, "review", "accept", label, "--text", "Thank you", *HQ, "--json")
    assert (accepted.code, accepted.json["review"], accepted.json["state"]) == (0, "accepted", "accepted")
    twice = habitat(desk.headquarters, "review", "accept", label, *HQ)
    assert twice.code == 1 and "accepted already, by W. Mwangi" in twice.err
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    assert habitat(desk.office, "record", "show", label, "--json").json["state"] == "accepted"
    for workspace in (desk.office, desk.headquarters):
        figures = habitat(workspace, "status", "--json").json
        assert (figures["accepted"], figures["queries"]) == (1, 0)
    tell("Headquarters accepts; the office sees it with the next package.")


def test_a_return_can_be_answered_in_words(habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    habitat(desk.headquarters, "review", "return", label, "--reason", "No source", *HQ)
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    reply = ("query", "reply", f"{label}/R1", "--text", "It is in the annex", "--json")
    answered = habitat(desk.office, *reply)
    assert answered.code == 0 and answered.json["answers"][0]["text"] == "It is in the annex", answered.err
    assert habitat(desk.office, *reply).code == 1
    send(habitat, desk.office, desk.folder, desk.headquarters)
    there = habitat(desk.headquarters, "review", "show", label, "--json").json
    assert there["decisions"] == [answered.json] and there["state"] == "received"
    tell("Headquarters returns for want of a source; the office says that it is in the annex.")


def test_headquarters_accepts_what_the_office_changed_at_the_same_time(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    assert habitat(desk.headquarters, "review", "accept", label, *HQ).code == 0
    edit(habitat, desk.office, tmp_path, label, {"ctx": {"urban_pop": 16100000}})
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    send(habitat, desk.office, desk.folder, desk.headquarters)
    tell("Headquarters accepts the first revision while the office finalizes a second one.")
    for workspace in (desk.office, desk.headquarters):
        there = habitat(workspace, "review", "show", label, "--json").json
        assert (there["review"], there["number"], there["decisions"]) == ("changed", 2, [])
        assert (there["since"]["kind"], there["since"]["number"]) == ("accept", 1)
        assert [one["new"] for one in there["changes"]] == ["16100000"]
        assert habitat(workspace, "status", "--json").json["accepted"] == 0
    tell("Both see: revision 1 was accepted, revision 2 changed one answer and is to be reviewed.")


def test_two_headquarters_decide_without_knowing_each_other(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")  # with the list of keys
    assert habitat(desk.headquarters, "backup").code == 0
    second = tmp_path / "hq2"
    shutil.copytree(desk.headquarters, second)
    restored = habitat(second, "restore", "--yes")  # a database of its own from now on
    assert restored.code == 0, restored.err
    assert habitat(desk.headquarters, "review", "accept", label, *HQ).code == 0
    returning = ("review", "return", label, "--reason", "No source", "--person", "A. Second")
    assert habitat(second, *returning).code == 0
    for workspace in (desk.headquarters, second):
        send(habitat, workspace, desk.folder, desk.office, "--to", "KE")
    there = habitat(desk.office, "review", "show", label, "--json").json
    assert (there["crossed"], there["review"], there["state"]) == (True, "returned", "query")
    assert {one["kind"]: one["person"] for one in there["decisions"]} == {
        "accept": "W. Mwangi", "return": "A. Second"
    }  # fmt: skip
    assert "crossed on the way" in " ".join(habitat(desk.office, "review", "show", label).out.split())
    tell("One computer of headquarters accepts, another returns: the office sees both, the return counts.")


def test_bad_input_is_told_and_nothing_is_decided(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    hq = desk.headquarters
    for command, said in (
        (("return", label, "--reason", " ", *HQ), "reason in words"),
        (("return", label, "--reason", "x"), "Somebody must answer"),
        (("return", label, "--reason", "x", "--ref", "ctx", *HQ), "has no question"),
        (("accept", "KE-0000-0001", *HQ), "No record is called"),
        (("comment", label, "--text", "x", *HQ), "a regional office"),
        (("clear", label, *HQ), "a regional office"),
        (("list", "--state", "good"), "accepted"),
    ):
        refused = habitat(hq, "review", *command)
        assert refused.code != 0 and said in refused.err, (command, refused.err)
    assert habitat(hq, "review", "show", label, "--json").json["review"] == "new"
    assert habitat(desk.office, "record", "withdraw", label, "--reason", "twice").code == 0
    send(habitat, desk.office, desk.folder, hq)
    refused = habitat(hq, "review", "accept", label, *HQ, "--json")
    assert refused.code == 1 and refused.json["code"] == "RECORD_WITHDRAWN"
    assert habitat(hq, "review", "show", label, "--json").json["review"] == "withdrawn"
    tell("What cannot be decided is told with what to do; nothing was written.")


def test_a_region_comments_and_clears(habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story) -> None:
    region = tmp_path / "region"
    made = ("--office", "ROAF", "--name", "Africa", "--role", "region", "--person", "F. Regional")
    assert habitat(None, "init", region, *made).code == 0
    shutil.copytree(desk.headquarters / "cache", region / "cache")
    for one, other in ((desk.office, region), (region, desk.headquarters)):
        enrol(one, other, tmp_path)
    assigned = habitat(desk.headquarters, "region", "assign", "ROAF", "--offices", "KE", *HQ)
    assert assigned.code == 0, assigned.err
    send(habitat, desk.headquarters, desk.folder, region, "--to", "ROAF")
    label = add(habitat, desk.office, tmp_path)
    package = send(habitat, desk.office, desk.folder, desk.headquarters)
    taken = habitat(region, "import", package)
    assert taken.code == 0, taken.err
    ref = ("--ref", "ctx/urban_pop")
    said = habitat(region, "review", "comment", label, *ref, "--text", "More than in 2025 by a third")
    assert said.code == 0, said.err
    assert habitat(region, "review", "clear", label, "--ref", "ctx/annual_need").code == 0
    assert habitat(region, "review", "accept", label).code == 1
    tell("The region comments on the urban population and clears the need for homes.")
    send(habitat, region, desk.folder, desk.headquarters)
    there = habitat(desk.headquarters, "review", "show", label, "--json").json
    assert [(one["kind"], one["refs"], one["sender"], one["current"]) for one in there["remarks"]] == [
        ("comment", ["/data/ctx/urban_pop"], "ROAF", True),
        ("clear", ["/data/ctx/annual_need"], "ROAF", True),
    ]
    assert there["review"] == "new" and there["state"] == "received"
    shown = habitat(desk.headquarters, "review", "show", label).out
    assert "Comment (ROAF): ctx/urban_pop" in shown and "More than in 2025" in shown
    tell("Headquarters reads both beside the return; the decision stays with headquarters.")
