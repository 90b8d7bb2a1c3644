"""An office begins the next period from the last one, at the command line."""

import json
from pathlib import Path

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return

_TABLE = """\
| survey   |                 |         |         |                         |
|          | type            | name    | label   | bind::habitat:rollover  |
|          | begin group     | about   | About   |                         |
|          | text            | city    | City    | carry                   |
|          | integer         | people  | People  | confirm                 |
|          | end group       |         |         |                         |
|          | integer         | spent   | Spent   |                         |
| settings |                 |         |                |                  |
|          | form_id         | version | habitat_period | habitat_subject  |
|          | town            | 1       | {period}       | city             |
"""


def _install(habitat: Habitat, desk: Desk, folder: Path, period: str = "half-year") -> None:
    (folder / "town.md").write_text(_TABLE.format(period=period), encoding="utf-8")
    assert habitat(desk.office, "form", "add", folder / "town.md").code == 0


def _add(habitat: Habitat, desk: Desk, folder: Path, period: str, **answers: object) -> str:
    path = answers_file(folder, {"about": {"city": "Nakuru", "people": 20}, "spent": 5} | answers, "a.json")
    said = habitat(
        desk.office, "record", "add", "--form", "town", "--answers", path,
        "--country", "KEN", "--period", period, "--finalize", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    return str(said.json["label"])


def test_the_whole_way_from_one_period_to_the_next(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    _install(habitat, desk, tmp_path)
    first = _add(habitat, desk, tmp_path, "2025-H2")
    made = habitat(desk.office, "record", "rollover", first, "--json")
    assert made.code == 0, made.err
    label = made.json["label"]
    assert (made.json["period"], made.json["from"]) == ("2026-H1", first)
    assert made.json["to_confirm"] == ["/data/about/city", "/data/about/people"]

    refused = habitat(desk.office, "record", "finalize", label)
    assert refused.code == 1 and "About (2)" in refused.err and f"record confirm {label}" in refused.err
    checked = habitat(desk.office, "record", "check", label, "--json")
    assert checked.code == 1 and {one["code"] for one in checked.json["problems"]} == {"unconfirmed"}

    listed = habitat(desk.office, "record", "confirm", label, "--json").json
    assert [one["value"] for one in listed["to_confirm"]] == ["Nakuru", "20"] and listed["confirmed"] == []
    one = habitat(desk.office, "record", "confirm", label, "about/city", "--json").json
    assert one["confirmed"] == ["/data/about/city"] and len(one["to_confirm"]) == 1
    wrong = habitat(desk.office, "record", "confirm", label, "--section", "nowhere")
    assert wrong.code == 1 and "nowhere" in wrong.err
    section = habitat(desk.office, "record", "confirm", label, "--section", "about", "--json").json
    assert section["to_confirm"] == []
    done = habitat(desk.office, "record", "finalize", label, "--json")
    assert done.code == 0, done.err
    assert habitat(desk.office, "record", "check", label).code == 0
    shown = habitat(desk.office, "record", "show", label, "--json").json
    assert shown["answers"]["about"] == {"city": "Nakuru", "people": "20"} and "spent" not in shown["answers"]


def test_a_changed_answer_is_confirmed_and_the_same_one_is_not(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    _install(habitat, desk, tmp_path)
    made = habitat(desk.office, "record", "rollover", _add(habitat, desk, tmp_path, "2025-H2"), "--json").json
    path = answers_file(tmp_path, {"about": {"city": "Nakuru", "people": 21}}, "b.json")
    assert habitat(desk.office, "record", "edit", made["label"], "--answers", path).code == 0
    left = habitat(desk.office, "record", "confirm", made["label"], "--json").json["to_confirm"]
    assert [one["ref"] for one in left] == ["/data/about/city"]


def test_nothing_of_it_travels(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    _install(habitat, desk, tmp_path)
    made = habitat(desk.office, "record", "rollover", _add(habitat, desk, tmp_path, "2025-H2"), "--json").json
    habitat(desk.office, "record", "confirm", made["label"], "--all")
    assert habitat(desk.office, "record", "finalize", made["label"]).code == 0
    history = habitat(desk.office, "record", "history", made["label"], "--json")
    assert history.code == 0 and "carried" not in json.dumps(history.json)


def test_every_periodicity_has_its_next_period(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    for period, before, after in (
        ("year", "2025", "2026"),
        ("biennium", "2024-2025", "2026-2027"),
        ("ad hoc", "2026-adhoc", "2026-adhoc"),
    ):
        folder = tmp_path / period
        folder.mkdir()
        table = _TABLE.replace("| town ", f"| town_{period.replace(' ', '_')} ")
        (folder / "town.md").write_text(table.format(period=period), encoding="utf-8")
        assert habitat(desk.office, "form", "add", folder / "town.md").code == 0
        path = answers_file(folder, {"about": {"city": "Nakuru"}}, "a.json")
        said = habitat(
            desk.office, "record", "add", "--form", f"town_{period.replace(' ', '_')}", "--answers", path,
            "--country", "KEN", "--period", before, "--finalize", "--json",
        )  # fmt: skip
        made = habitat(desk.office, "record", "rollover", said.json["label"], "--json")
        assert made.code == 0, made.err
        assert made.json["period"] == after


def test_a_return_of_a_shipped_form_rolls_over(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    answers = demo_return("slum_upgrading")
    path = answers_file(tmp_path, answers, "slum.json")
    said = habitat(
        desk.office, "record", "add", "--form", "slum_upgrading", "--answers", path, "--finalize", "--json"
    )
    assert said.code == 0, said.err
    made = habitat(desk.office, "record", "rollover", said.json["label"], "--json")
    assert made.code == 0, made.err
    assert made.json["left_out"] == []
    assert made.json["to_confirm"]


def test_every_command_about_it_names_the_one_that_confirms(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    _install(habitat, desk, tmp_path)
    made = habitat(desk.office, "record", "rollover", _add(habitat, desk, tmp_path, "2025-H2"))
    label = made.out.split(":")[0]
    command = f"habitat record confirm {label} --all"
    assert command in made.out
    for words in (("show", label), ("check", label), ("confirm", label)):
        said = habitat(desk.office, "record", *words)
        assert "2 answers wait to be confirmed." in said.out and command in said.out, words
    habitat(desk.office, "record", "confirm", label, "--all")
    for words in (("show", label), ("confirm", label)):
        assert command not in habitat(desk.office, "record", *words).out


def test_empty_questions_do_not_hide_what_waits(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    answers = answers_file(tmp_path, demo_return("slum_upgrading"), "slum.json")
    said = habitat(
        desk.office, "record", "add", "--form", "slum_upgrading", "--answers", answers, "--finalize", "--json"
    )
    made = habitat(desk.office, "record", "rollover", said.json["label"], "--json").json
    label, count = made["label"], len(made["to_confirm"])
    refused = habitat(desk.office, "record", "finalize", label, "--json")
    assert refused.code == 1
    kinds = [one["kind"] for one in refused.json["problems"]]
    assert "required" in kinds and kinds.count("unconfirmed") == 1
    assert f"{count} answers wait to be confirmed." in refused.err
    assert f"habitat record confirm {label} --all" in refused.err


def test_a_newer_return_is_not_passed_over(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    _install(habitat, desk, tmp_path)
    older = _add(habitat, desk, tmp_path, "2024-H2")
    other = {"city": "Kisumu", "people": 9}
    _add(habitat, desk, tmp_path, "2025-H1", about=other)
    newer = _add(habitat, desk, tmp_path, "2025-H2")
    refused = habitat(desk.office, "record", "rollover", older, "--period", "2026-H1")
    assert refused.code == 1 and newer in refused.err and "2025-H2" in refused.err
    assert len(habitat(desk.office, "record", "list", "--json").json) == 3
    made = habitat(desk.office, "record", "rollover", older, "--period", "2026-H1", "--anyway", "--json")
    assert made.code == 0 and made.json["from"] == older, made.err


def test_a_draft_that_is_there_already_is_gone_on_with_or_dropped(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    _install(habitat, desk, tmp_path)
    first = _add(habitat, desk, tmp_path, "2025-H2")
    there = habitat(desk.office, "record", "rollover", first, "--json").json["label"]
    refused = habitat(desk.office, "record", "rollover", first, "--json")
    assert refused.code == 1 and f"habitat record edit {there}" in refused.err
    assert f"habitat record discard {there}" in refused.err
    assert habitat(desk.office, "record", "discard", there).code == 0
    again = habitat(desk.office, "record", "rollover", first, "--json").json["label"]
    habitat(desk.office, "record", "confirm", again, "--all")
    assert habitat(desk.office, "record", "finalize", again).code == 0
    final = habitat(desk.office, "record", "rollover", first)
    assert final.code == 1 and f"record show {again}" in final.err and "discard" not in final.err
