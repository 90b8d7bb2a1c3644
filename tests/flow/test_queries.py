"""Headquarters asks and proposes, the office answers: with real files and the real command line."""

import json
from pathlib import Path

import openpyxl

from tests.flow.conftest import Desk, Habitat, answers_file
from tests.flow.telling import Story, add, edit, send, tell

__all__ = ["tell"]
HQ = ("--person", "W. Mwangi")
POP = ("--ref", "ctx/urban_pop")


def test_a_query_is_answered_by_a_corrected_value(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    tell(f"Kenya sends the return {label}: 17,400,000 people in towns.")
    why = ("--reason", "Does this count the whole county?")
    asked = habitat(desk.headquarters, "query", "add", label, *POP, *why, *HQ, "--json")
    assert asked.code == 0, asked.err
    name = asked.json["id"]
    assert (name, asked.json["state"], asked.json["value"]) == (f"{label}/Q1", "open", "17400000")
    assert habitat(desk.headquarters, "status", "--json").json["queries"] == 1
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    tell(f"W. Mwangi asks {name}: Does this count the whole county?")

    there = habitat(desk.office, "query", "list", "--open", "--json").json
    assert there == [asked.json]
    assert habitat(desk.office, "record", "show", label, "--json").json["state"] == "query"
    shown = habitat(desk.office, "query", "list").out
    assert name in shown and "17,400,000" in shown and max(map(len, shown.splitlines())) <= 80
    answer = ("--text", "Yes; towns alone are fewer.", "--value", "16100000")
    answered = habitat(desk.office, "query", "reply", name, *answer, "--json")
    assert answered.code == 0, answered.err
    assert (answered.json["state"], answered.json["value_now"]) == ("answered", "16100000")
    assert answered.json["answers"][0]["person"] == answered.json["changed_by"] == "M. Njeri"
    send(habitat, desk.office, desk.folder, desk.headquarters)
    tell("M. Njeri answers with 16,100,000: a new revision, and the words beside it.")

    back = habitat(desk.headquarters, "query", "show", name, "--json").json
    assert back == answered.json
    record = habitat(desk.headquarters, "record", "show", label, "--json").json
    assert record["answers"]["ctx"]["urban_pop"] == "16100000" and record["state"] == "received"
    assert back["answers"][0]["revision_id"] == record["heads"][0]
    assert habitat(desk.headquarters, "query", "list", "--answered", "--json").json == [back]
    closed = habitat(desk.headquarters, "query", "close", name, "--text", "Thank you", *HQ)
    assert closed.code == 0 and "closed: Thank you" in closed.out
    assert habitat(desk.headquarters, "query", "list", "--json").json == []
    (kept,) = habitat(desk.headquarters, "query", "list", "--all", "--json").json
    assert kept["closing"]["text"] == "Thank you"
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    late = habitat(desk.office, "query", "reply", name, "--text", "One more thing")
    assert late.code == 1 and "has closed" in late.err
    for workspace in (desk.office, desk.headquarters):
        assert habitat(workspace, "verify").code == 0
    tell("Headquarters closes the query; a further reply is told that it is closed.")


def test_one_proposal_is_taken_and_one_refused(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    away = json.dumps({"$unavailable": {"reason": "no_survey", "remark": "the survey is of 2027"}})
    for ref, value, why in (
        ("ctx/urban_pop", "16100000", "The census says so"),
        ("ctx/rent_income", away, "No survey is known here"),
        ("ctx/nup_stage", "implementation2", "Another stage"),
    ):
        said = habitat(
            desk.headquarters, "query", "propose", label, "--ref", ref, "--value", value, "--reason", why, *HQ
        )
        assert (said.code == 0) == (ref != "ctx/nup_stage"), said.err
    assert "is not among the choices" in said.err
    tell("Headquarters proposes 16,100,000 for the urban population, and “no survey” for rent.")
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")

    first, second = (one["id"] for one in habitat(desk.office, "query", "list", "--json").json)
    shown = habitat(desk.office, "query", "show", second).out
    assert "Not available: no survey: the survey is of 2027" in " ".join(shown.split())
    undecided = habitat(desk.office, "query", "reply", first, "--text", "Hm")
    assert undecided.code == 1 and f"habitat query agree {first}" in undecided.err
    agreed = habitat(desk.office, "query", "agree", first, "--text", "You are right", "--json")
    assert agreed.code == 0 and agreed.json["value_now"] == "16100000", agreed.err
    refused = habitat(desk.office, "query", "refuse", second, "--reason", "The bureau asked 3,000 homes")
    assert refused.code == 0, refused.err
    again = habitat(desk.office, "query", "agree", second)
    assert again.code == 1 and "M. Njeri has answered" in again.err
    tell("M. Njeri takes the first and refuses the second: the bureau asked 3,000 homes.")
    send(habitat, desk.office, desk.folder, desk.headquarters)

    there = habitat(desk.headquarters, "query", "list", "--json").json
    assert [(one["state"], one["answers"][0]["kind"]) for one in there] == [
        ("answered", "agree"), ("answered", "refuse")
    ]  # fmt: skip
    answers = habitat(desk.headquarters, "record", "show", label, "--json").json["answers"]["ctx"]
    assert (answers["urban_pop"], answers["rent_income"]) == ("16100000", "30.5")
    tell("Both answers are at headquarters; only the first changed the return.")


def test_not_available_is_asked_about_and_proposed_in_words(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    away = {"$unavailable": {"reason": "coming_later", "remark": "in June"}}
    edit(habitat, desk.office, tmp_path, label, {"ctx": {"urban_pop": away}})
    send(habitat, desk.office, desk.folder, desk.headquarters)
    asked = habitat(
        desk.headquarters, "query", "add", label, *POP, "--reason", "Has it come?", *HQ, "--json"
    ).json
    assert asked["value"] == away and asked["value_text"] == "Not available: coming later: in June"
    tell("The urban population was to come later; headquarters asks about “not available”, not about 0.")
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    later = json.dumps({"$unavailable": {"reason": "no_survey", "remark": "it was called off"}})
    answered = habitat(desk.office, "query", "reply", asked["id"], "--value", later, "--json")
    assert answered.code == 0, answered.err
    assert answered.json["value_now_text"] == "Not available: no survey: it was called off"
    send(habitat, desk.office, desk.folder, desk.headquarters)
    assert "it was called off" in habitat(desk.headquarters, "query", "show", asked["id"]).out
    tell("The office answers with another reason: the survey was called off.")


def test_what_was_changed_in_excel_becomes_a_query(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    habitat(desk.headquarters, "form", "list")
    label = add(habitat, desk.office, tmp_path)
    other = add(habitat, desk.office, tmp_path, "project_status")
    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json
    file = _edited(Path(made["path"]), "17400000", 16100000)
    assert habitat(desk.headquarters, "import", file).code == 0
    tell("Somebody changes 17,400,000 to 16,100,000 in Excel on the way to headquarters.")
    standing = habitat(desk.headquarters, "review", "show", label, "--json").json
    assert [one["new"] for one in standing["findings"]] == ["16100000"]
    asking = ("query", "from-findings", "--package", made["number"], "--office", "KE", "--deep-check", *HQ)
    first = habitat(desk.headquarters, *asking, "--json")
    assert first.code == 0, first.err
    (item,) = [one for one in first.json["items"] if one["origin"] == "excel"]
    assert item["outcome"] == "asked" and item["label"] == label
    again = habitat(desk.headquarters, *asking, "--json").json
    assert again["asked"] == 0
    assert habitat(desk.headquarters, "review", "show", label, "--json").json["findings"] == []
    assert (
        habitat(desk.headquarters, "query", "from-findings", "--record", other, *HQ, "--json").json["items"]
        == []
    )
    query = habitat(desk.headquarters, "query", "show", item["query"], "--json").json
    assert query["origin"]["kind"] == "excel" and query["origin"]["cell"] and query["origin"]["sheet"]
    assert (query["value"], query["origin"]["new"]) == ("17400000", "16100000")
    assert "changed in Excel" in query["reason"] and query["language"] == "en"
    tell(f"Headquarters asks about it as {item['query']}; asking again makes nothing new.")
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    answered = habitat(desk.office, "query", "reply", item["query"], "--value", "16100000", "--json")
    assert answered.code == 0, answered.err
    tell("The office confirms the figure from Excel: now it is in the return.")


def test_a_draft_or_a_rule_in_the_way_changes_nothing(
    habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story
) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    for bad in ("ctx", "ctx/nothing", "/data"):
        said = habitat(desk.headquarters, "query", "add", label, "--ref", bad, "--reason", "x", *HQ)
        assert said.code == 1 and "has no question" in said.err
    habitat(desk.headquarters, "query", "add", label, *POP, "--reason", "Why?", *HQ)
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    name = f"{label}/Q1"
    change = answers_file(tmp_path, {"ctx": {"annual_need": 260000}}, "change.json")
    assert habitat(desk.office, "record", "edit", label, "--answers", change).code == 0
    stopped = habitat(desk.office, "query", "reply", name, "--value", "16100000")
    assert stopped.code == 1 and "draft" in stopped.err
    tell("A draft is in the way: the reply with a value is not written, and says what to do.")
    assert habitat(desk.office, "record", "discard", label).code == 0
    stopped = habitat(desk.office, "query", "reply", name, "--value", "-3", "--json")
    assert stopped.code == 1 and stopped.json["code"] == "VALUE_DOES_NOT_FIT"
    tell("A value that the form does not take is refused with its rule.")
    (query,) = habitat(desk.office, "query", "list", "--json").json
    assert query["state"] == "open"
    for wrong in (f"{label}/Q7", "KE-0000-0001/Q1", "abcdef12"):
        said = habitat(desk.office, "query", "reply", wrong, "--text", "x")
        assert said.code == 1 and "No query is called" in said.err
    for command in (("add", label, *POP, "--reason", "x"), ("close", name)):
        said = habitat(desk.office, "query", *command)
        assert said.code == 1 and "headquarters" in said.err
    assert habitat(desk.headquarters, "query", "reply", name, "--text", "x", *HQ).code == 1
    assert habitat(desk.headquarters, "query", "close", name).code == 1  # nobody answers for it
    assert len(habitat(desk.office, "record", "history", label, "--json").json) == 1
    tell("Nothing was changed by any of it.")


def test_a_record_withdrawn_meanwhile(habitat: Habitat, desk: Desk, tmp_path: Path, tell: Story) -> None:
    label = add(habitat, desk.office, tmp_path)
    send(habitat, desk.office, desk.folder, desk.headquarters)
    offer = ("query", "propose", label, *POP, "--value", "16100000", "--reason", "The census", *HQ)
    assert habitat(desk.headquarters, *offer).code == 0
    assert habitat(desk.office, "record", "withdraw", label, "--reason", "twice").code == 0
    send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    tell("Headquarters proposes a value while the office withdraws the return.")
    said = habitat(desk.office, "query", "agree", f"{label}/Q1")
    assert said.code == 1 and "taken back" in said.err
    assert habitat(desk.office, "query", "refuse", f"{label}/Q1", "--reason", "It was twice").code == 0
    send(habitat, desk.office, desk.folder, desk.headquarters)
    assert habitat(desk.headquarters, *offer).code == 1
    (query,) = habitat(desk.headquarters, "query", "list", "--json").json
    assert query["answers"][0]["text"] == "It was twice"
    tell("The value cannot be taken any more, but the office can say why; nothing is asked anew.")


def _edited(package: Path, old: str, new: object) -> Path:
    """Change one value in the visible sheets, as a person does in Excel."""
    book = openpyxl.load_workbook(package)
    for sheet in book.worksheets:
        if sheet.title == "_package":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if str(cell.value) == old:
                    cell.value = new
    path = package.with_name(f"edited-{package.name}")
    book.save(path)
    return path
