import json
import threading

import pytest
from click.testing import CliRunner

from habitat_desktop.i18n.batches import fill, todo
from habitat_desktop.i18n.commands import i18n
from habitat_desktop.i18n.extract import write_templates
from habitat_desktop.i18n.status import status
from habitat_desktop.i18n.update import update_language

YEAR = {"type": "integer", "name": "year", "label": "Reporting year"}


@pytest.fixture
def shop(checkout, workshop, write_form):
    """One program text, one plural, one agreed term, one question that two forms ask."""
    (checkout / "habitat_desktop" / "a.py").write_text(
        '_("Row {row}")\nngettext("{count} slum", "{count} slums", n)\n', encoding="utf-8"
    )
    write_form("a", [{"type": "begin group", "name": "hdr", "label": "Return"}, YEAR, {"type": "end group"}])
    write_form("b", [YEAR])
    write_templates(checkout)
    for language in ("ar", "fr"):
        update_language(workshop, language)
    return workshop


def texts(shop, language, domain):
    return {entry.id: entry.strings for entry in shop.catalogue(language, domain) if entry.id}


def test_what_is_open_comes_with_what_a_translator_needs(shop):
    row, slum, group, year = todo(shop, "ar")
    assert row == {"domain": "app", "context": "", "id": "Row {row}", "text": ""}
    assert slum["plural"] == "{count} slums"
    assert slum["forms"][:4] == ["0", "1", "2", "3, 4, 5, 6, 7, 8 …"]
    assert slum["texts"] == [""] * 6
    assert slum["glossary"] == {"Slum": "حي فقير"}
    assert group["context"] == "a|hdr|label"
    assert (year["domain"], year["context"], year["also"]) == ("forms/a", "a|hdr/year|label", 1)
    assert [item["id"] for item in todo(shop, "ar", "forms/b")] == ["Reporting year"]
    assert len(todo(shop, "ar", limit=2)) == 2


def test_a_batch_goes_in_and_the_same_question_elsewhere_takes_it_over(shop):
    batch = todo(shop, "fr")
    batch[0]["text"] = "Ligne {row}"
    batch[1]["texts"] = ["{count} bidonville", "{count} bidonvilles"]
    batch[3]["text"] = "Année"
    report = fill(shop, "fr", batch)
    assert (report.filled, report.copied, report.refused, report.unknown) == (3, 1, [], [])
    assert texts(shop, "fr", "app") == {
        "Row {row}": ["Ligne {row}"],
        "{count} slum": ["{count} bidonville", "{count} bidonvilles"],
    }
    assert texts(shop, "fr", "forms/b") == {"Reporting year": ["Année"]}
    assert [item["id"] for item in todo(shop, "fr")] == ["Return"]
    assert fill(shop, "fr", batch).unchanged == 3


def test_what_would_break_the_program_is_refused_and_the_rest_goes_in(shop):
    report = fill(
        shop,
        "fr",
        [
            {"domain": "app", "context": "", "id": "Row {row}", "text": "Ligne"},
            {
                "domain": "app",
                "id": "{count} slum",
                "plural": "{count} slums",
                "texts": ["{count} bidonville"],
            },
            {"domain": "app", "id": "{count} slum", "text": "x"},
            {"domain": "nowhere", "id": "x", "text": "x"},
            {"id": "x"},
            {"domain": "app", "id": "x", "texts": [1]},
            "nonsense",
            {"domain": "forms/a", "context": "a|hdr|label", "id": "Return", "text": "Rapport"},
        ],
    )
    assert report.filled == 1
    assert len(report.refused) == 5
    assert "{row}" in report.refused[0]
    assert "1 of 2" in report.refused[1]
    assert len(report.unknown) == 2
    assert not any(any(strings) for strings in texts(shop, "fr", "app").values())
    assert texts(shop, "fr", "forms/a")["Return"] == ["Rapport"]


def test_existing_translations_are_replaced_only_by_force(shop):
    item = {"domain": "app", "context": "", "id": "Row {row}", "text": "Ligne {row}"}
    fill(shop, "fr", [item])
    report = fill(shop, "fr", [item | {"text": "Rang {row}"}])
    assert (report.filled, len(report.kept)) == (0, 1)
    assert texts(shop, "fr", "app")["Row {row}"] == ["Ligne {row}"]
    assert fill(shop, "fr", [item | {"text": "Rang {row}"}], force=True).filled == 1
    assert texts(shop, "fr", "app")["Row {row}"] == ["Rang {row}"]


def test_a_fuzzy_translation_is_settled_by_a_batch(shop):
    entries = shop.catalogue("fr", "app")
    entries[1].strings, entries[1].flags, entries[1].previous = (
        ["Ligne {row}"],
        ["fuzzy"],
        ['msgid "Line {row}"'],
    )
    shop.save("fr", "app", entries)
    item = todo(shop, "fr")[0]
    assert (item["text"], item["previous"]) == ("Ligne {row}", ['msgid "Line {row}"'])
    fill(shop, "fr", [item])
    entry = shop.catalogue("fr", "app")[1]
    assert (entry.translated, entry.previous) == (True, [])


def test_a_batch_touches_no_catalogue_it_has_nothing_for(shop):
    path = shop.path("fr", "app")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")  # as another editor leaves it
    before = path.read_bytes()
    fill(
        shop,
        "fr",
        [{"domain": "forms/b", "context": "b|year|label", "id": "Reporting year", "text": "Année"}],
    )
    assert path.read_bytes() == before


def test_two_tools_at_once_do_not_undo_each_other(shop):
    item = {"domain": "app", "context": "", "id": "Row {row}", "text": "Ligne {row}"}
    other = {"domain": "forms/a", "context": "a|hdr|label", "id": "Return", "text": "Rapport"}
    threads = [threading.Thread(target=fill, args=(shop, "fr", [one])) for one in (item, other)]
    with shop.working_on("fr"):
        for thread in threads:
            thread.start()
        assert texts(shop, "fr", "app")["Row {row}"] != ["Ligne {row}"]
    for thread in threads:
        thread.join()
    assert texts(shop, "fr", "app")["Row {row}"] == ["Ligne {row}"]
    assert texts(shop, "fr", "forms/a")["Return"] == ["Rapport"]


def run(shop, *arguments: str, text: str | None = None):
    return CliRunner().invoke(
        i18n, ["--root", str(shop.root), *arguments], input=text, catch_exceptions=False
    )


def test_todo_and_fill_on_the_command_line(shop):
    batch = json.loads(run(shop, "todo", "fr", "--domain", "forms/a", "--json").stdout)
    assert [item["id"] for item in batch] == ["Return", "Reporting year"]
    for item in batch:
        item["text"] = f"fr {item['id']}"
    done = run(shop, "fill", "fr", "-", text=json.dumps(batch))
    assert (done.exit_code, done.stdout) == (
        0,
        "-: filled 2, copied to the same question elsewhere 1, unchanged 0, kept 0, unknown 0, refused 0\n",
    )
    assert "Row {row}" in run(shop, "todo", "fr").stdout
    assert run(shop, "todo", "fr", "--domain", "nowhere").exit_code == 2


@pytest.mark.parametrize("text", ["{", "{}", '"text"'])
def test_a_file_that_is_no_batch_is_refused(shop, text):
    done = run(shop, "fill", "fr", "-", text=text)
    assert done.exit_code == 1
    assert "Nothing was changed" in done.stderr


def test_a_wrong_item_makes_the_command_fail_and_names_it(shop):
    done = run(shop, "fill", "fr", "-", text='[{"domain": "app", "id": "Row {row}", "text": "Ligne"}]')
    assert done.exit_code == 1
    assert "item 1" in done.stderr


def test_reviewed_is_another_number_than_translated_and_a_change_voids_it(shop):
    item = {"domain": "app", "context": "", "id": "Row {row}", "text": "Ligne {row}"}
    fill(shop, "fr", [item])
    assert (status(shop, "fr", "app").translated, status(shop, "fr", "app").reviewed) == (1, 0)
    assert run(shop, "review", "fr", "app", "--by", "A. Person", "--date", "2026-11-21").exit_code == 0
    assert (status(shop, "fr", "app").translated, status(shop, "fr", "app").reviewed) == (1, 1)
    update_language(shop, "fr")
    assert status(shop, "fr", "app").reviewed == 1
    fill(shop, "fr", [item | {"text": "Rang {row}"}], force=True)
    assert (status(shop, "fr", "app").translated, status(shop, "fr", "app").reviewed) == (1, 0)
    rows = json.loads(run(shop, "status", "--json").stdout)
    [row] = [row for row in rows if (row["language"], row["domain"]) == ("fr", "app")]
    assert (row["texts"], row["translated_percent"], row["reviewed_percent"]) == (2, 50.0, 0.0)
    assert "reviewed by a person" in run(shop, "status").stdout
    assert run(shop, "review", "fr", "forms/a", "--by", "A", "--date", "2026-11-21").exit_code == 1


def test_extract_update_check_compile_and_pseudo_on_the_command_line(shop, checkout):
    source = checkout / "habitat_desktop" / "a.py"
    assert run(shop, "extract", "--check").exit_code == 0
    source.write_text(source.read_text(encoding="utf-8") + '_("Save")\n', encoding="utf-8")
    assert run(shop, "extract", "--check").exit_code == 1
    assert run(shop, "extract").stdout == "translations/pot/app.pot\n"
    assert "fr/app: 1 × new" in run(shop, "update", "fr").stdout
    assert run(shop, "check", "--language", "fr").exit_code == 0
    assert run(shop, "check", "--language", "fr", "--strict").exit_code == 1
    problems = json.loads(run(shop, "check", "--language", "ar", "--json").stdout)
    assert [problem["name"] for problem in problems] == ["stale"]
    assert run(shop, "compile").exit_code == 0
    assert shop.path("fr", "app").with_suffix(".mo").is_file()
    assert "translations/en-XA/app.po" in run(shop, "pseudo").stdout
    assert texts(shop, "ar-XB", "app")["Row {row}"] == ["روو {row}"]


def test_a_damaged_catalogue_ends_with_a_sentence(shop):
    shop.path("fr", "app").write_text("nonsense", encoding="utf-8")
    done = run(shop, "todo", "fr")
    assert done.exit_code == 1
    assert "app.po" in done.stderr


def test_commands_change_nothing_in_an_installed_program(tmp_path):
    done = CliRunner().invoke(i18n, ["--root", str(tmp_path), "extract"])
    assert done.exit_code == 1
    assert list(tmp_path.iterdir()) == []
