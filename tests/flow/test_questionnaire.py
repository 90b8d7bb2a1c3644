"""A questionnaire goes to a ministry that only has a spreadsheet, and its answers come home, as a story."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return
from tests.packages.questionnaire_hands import Hands
from tests.packages.test_questionnaire_routes import gnumeric, libreoffice

Say = Callable[[str], None]


@pytest.fixture
def say() -> Iterator[Callable[[str], None]]:
    """Tell the story at the end: what commands print meanwhile is read by the test."""
    told: list[str] = []
    yield told.append
    print("\n" + "\n".join(f"  {line}" for line in told))


def _draft_authors(workspace: Path, label: str) -> dict[str, str]:
    """Who gave each answer of a draft, read from the store itself."""
    import json
    import sqlite3

    with sqlite3.connect(workspace / "records.sqlite") as connection:
        rows = [json.loads(row[0]) for row in connection.execute("select document from drafts")]
    (draft,) = [row for row in rows if row["label"] == label]
    return dict(draft["authors"])


def test_a_questionnaire_to_a_ministry_and_back(
    habitat: Habitat, desk: Desk, tmp_path: Path, say: Say
) -> None:
    made = habitat(
        desk.office,
        "questionnaire",
        "create",
        "--form",
        "housing_policy",
        "--period",
        "2026-H1",
        "--sections",
        "ctx,instrument",
        "--to",
        "Ministry of Housing",
        "--output",
        desk.folder / "ministry.xlsx",
        "--json",
    ).json
    label = made["label"]
    say(f"The Kenya office makes a questionnaire of {made['questions']} questions for a ministry.")
    say(f"It belongs to the draft {label}, which was begun for it.")
    assert (made["started"], made["sections"]) == (True, ["ctx", "instrument"])
    assert "Ministry" not in str(_draft_authors(desk.office, label))

    hands = Hands(Path(made["path"]))
    hands.sign("J. Wanjiku", "Ministry of Housing")
    hands.write("lead_ministry", "State Department for Housing")
    hands.write("urban_pop", "17,400,000")
    hands.write("slum_pct", "about half")
    hands.write("deficit_quant", "No survey or register has it", "why")
    hands.write("deficit_quant", "a survey is planned for 2027", "remark")
    hands.write("right_constitution", "Oui")
    hands.write("in_title", "National Housing Policy", entry="1")
    hands.write("in_started", "31/03/2024", entry="1")
    hands.write("in_stage", "stage nine", entry="1")
    hands.tick(
        "in_unh_support", "advice" if _has(hands, "in_unh_support", "advice") else _first(hands), entry="1"
    )
    filled = libreoffice(hands.save("filled.xlsx"), "xlsx", tmp_path)
    say("An officer of the ministry fills it in and saves it with LibreOffice.")

    inspected = habitat(desk.office, "questionnaire", "inspect", filled, "--json").json
    assert inspected["filled_in_by"] == {
        "name": "J. Wanjiku",
        "organization": "Ministry of Housing",
        "date": "",
    }
    assert (inspected["ok"], inspected["record_id"]) == (True, made["record_id"])

    preview = habitat(desk.office, "questionnaire", "import", filled, "--preview", "--json")
    (shown,) = preview.json
    assert preview.code == 1 and (shown["taken"], shown["left"]) == (7, 2)
    assert _draft_authors(desk.office, label) == {}
    say(f"Before anything is taken the office sees: {shown['taken']} answers are good, {shown['left']} not.")

    taken = habitat(desk.office, "questionnaire", "import", filled, "--json")
    (result,) = taken.json
    assert taken.code == 1
    assert result["cells"] == shown["cells"]
    left = {cell["ref"]: cell for cell in result["cells"] if cell["outcome"] == "left"}
    assert {ref: cell["code"] for ref, cell in left.items()} == {
        "/data/ctx/slum_pct": "NOT_A_NUMBER",
        "/data/instrument[1]/in_stage": "NOT_IN_LIST",
    }
    for cell in left.values():
        say(f"Left: {cell['message']}")
        assert cell["sheet"] in cell["message"] and f"row {cell['row']}" in cell["message"]
        assert cell["cell"] in cell["message"] and cell["message"] in taken.err

    authors = _draft_authors(desk.office, label)
    assert set(authors.values()) == {"Ministry of Housing / J. Wanjiku"} and len(authors) == 7
    answers = habitat(desk.office, "record", "show", label, "--json").json["answers"]
    assert answers["ctx"]["urban_pop"] == "17400000"
    assert answers["ctx"]["right_constitution"] == "yes"
    assert answers["ctx"]["deficit_quant"] == {
        "$unavailable": {"reason": "no_survey", "remark": "a survey is planned for 2027"}
    }
    assert answers["instrument"][0]["in_started"] == "2024-03-31"
    say(f"Seven answers stand in {label}; beside each: {authors['/data/ctx/urban_pop']}.")

    again = habitat(desk.office, "questionnaire", "import", filled, "--json").json[0]
    assert (again["taken"], again["already"], again["left"]) == (0, 7, 2)
    assert "No draft was changed" in habitat(desk.office, "questionnaire", "import", filled).out
    say("Taking the file in once more changes nothing, and says so.")

    hands.write("slum_pct", 51.5)
    hands.write("in_stage", hands.manifest.lists[_item(hands, "in_stage").choices][2][1], entry="1")
    mended = gnumeric(hands.save("mended.xlsx"), tmp_path)
    last = habitat(desk.office, "questionnaire", "import", mended, "--json")
    assert last.code == 0
    assert [cell["ref"] for cell in last.json[0]["cells"] if cell["outcome"] == "taken"] == [
        "/data/ctx/slum_pct",
        "/data/instrument[1]/in_stage",
    ]
    say("The ministry mends the two cells, now with Gnumeric: those are taken, the others were there.")


def test_two_ministries_and_the_officer_fill_in_one_record(
    habitat: Habitat, desk: Desk, tmp_path: Path, say: Say
) -> None:
    added = habitat(
        desk.office,
        "record",
        "add",
        "--form",
        "slum_upgrading",
        "--json",
        "--answers",
        answers_file(tmp_path, demo_return("slum_upgrading")),
    ).json
    label = added["label"]
    paths = {}
    for name, sections, language in (("city", "prog", "fr"), ("water", "settlement/ladders", "ar")):
        paths[name] = habitat(
            desk.office,
            "questionnaire",
            "create",
            "--record",
            label,
            "--sections",
            sections,
            "--language",
            language,
            "--output",
            desk.folder / f"{name}.xlsx",
            "--json",
        ).json["path"]
    say(
        f"Two questionnaires about {label}: one in French for the city, one in Arabic for the water ministry."
    )
    city, water = Hands(Path(paths["city"])), Hands(Path(paths["water"]))
    assert water.sheet_of("waste_hh", "1").sheet_view.rightToLeft
    assert not any(entry.is_new for entry in water.manifest.entries)
    city.write("city_population", "1 234 567")
    water.write("waste_hh", "١٢٠٠", entry="1")
    change = answers_file(tmp_path, {"prog": {"city_population": 999}}, "change.json")
    assert habitat(desk.office, "record", "edit", label, "--answers", change).code == 0
    say("Meanwhile the officer types another population into the form.")
    results: Any = habitat(
        desk.office,
        "questionnaire",
        "import",
        city.save("c.xlsx"),
        water.save("w.xlsx"),
        "--supplier",
        "City / A. Clerk",
        "--json",
    )
    first, second = results.json
    assert results.code == 1
    assert [cell["outcome"] for cell in first["cells"]] == ["conflict"]
    assert "999" in first["cells"][0]["message"] and "1234567" in first["cells"][0]["message"]
    assert [(cell["ref"], cell["new"]) for cell in second["cells"]] == [
        ("/data/settlement[1]/ladders/waste_hh", "1200")
    ]
    say(f"The two figures disagree; nothing is overwritten: {first['cells'][0]['message']}")
    taken = habitat(
        desk.office,
        "questionnaire",
        "import",
        desk.folder / "c.xlsx",
        "--supplier",
        "City / A. Clerk",
        "--overwrite",
        "prog/city_population",
        "--json",
    )
    assert taken.code == 0 and taken.json[0]["taken"] == 1
    authors = _draft_authors(desk.office, label)
    assert authors["/data/prog/city_population"] == "City / A. Clerk"
    assert authors["/data/prog/city"] == "M. Njeri"
    say("Once the officer has decided, the figure of the city is taken, and says whose it is.")


def test_what_a_person_gets_wrong_is_a_sentence(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    create = ("questionnaire", "create", "--output", desk.folder / "q.xlsx")
    assert habitat(desk.office, *create).code == 2
    assert "lead_ministry" not in habitat(desk.office, *create, "--form", "nothing").err
    said = habitat(desk.office, *create, "--form", "housing_policy", "--sections", "kitchen")
    assert said.code == 1 and "“kitchen”" in said.err and "ctx, instrument" in said.err
    assert habitat(desk.office, *create, "--record", "KE-0000-0000").code == 1
    assert habitat(desk.headquarters, *create, "--form", "housing_policy").code == 1
    assert habitat(desk.office, "record", "list", "--json").json == []
    made = habitat(desk.office, *create, "--form", "housing_policy", "--json").json
    assert habitat(desk.office, *create, "--form", "housing_policy").code == 1
    other = habitat(
        desk.office,
        "questionnaire",
        "create",
        "--form",
        "housing_policy",
        "--output",
        desk.folder / "o.xlsx",
        "--json",
    ).json
    said = habitat(desk.office, "questionnaire", "import", made["path"], "--record", other["label"], "--json")
    assert (said.code, said.json[0]["code"]) == (1, "OTHER_RECORD")
    assert made["label"] in said.err
    assert (
        habitat(desk.headquarters, "questionnaire", "import", made["path"], "--json").json[0]["ok"] is False
    )
    assert habitat(desk.office, "questionnaire", "import", tmp_path / "none.xlsx", "--json").code == 1


def _item(hands: Hands, name: str) -> Any:
    return next(item for item in hands.manifest.questions if item.path.endswith(f"/{name}"))


def _has(hands: Hands, name: str, code: str) -> bool:
    return code in dict(hands.manifest.lists[_item(hands, name).choices])


def _first(hands: Hands) -> str:
    return hands.manifest.lists[_item(hands, "in_unh_support").choices][0][0]
