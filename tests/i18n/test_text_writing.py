"""Single translations written into PO files in place, with everything else kept byte for byte."""

from dataclasses import replace
from pathlib import Path

import pytest

from habitat_desktop.i18n.po import PoSyntaxError
from habitat_desktop.i18n.po_patch import entries_in, patched
from habitat_desktop.i18n.text_rows import TextRow, chosen, counts, read_book, rooms_of, with_remarks
from habitat_desktop.i18n.text_writing import (
    Edit,
    ReviewerNeeded,
    TextChangedMeanwhile,
    TextGone,
    TranslationRefused,
    note_of,
    take_back,
    write_text,
)
from habitat_desktop.i18n.workshop import Workshop, is_reviewed

HEADER = (
    "# Français – app\n# not yet reviewed by a person\n"
    'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)
# as another editor writes it: wrapped lines, odd spaces, an obsolete text, comments of its own
APP = HEADER + (
    "#. Translators: a button\n#: habitat_desktop/gui/menus.py:12\n"
    'msgid   "Quit"\nmsgstr "Quitter"\n\n\n'
    "# seen by nobody\n#: habitat_desktop/reports/page.py habitat_desktop/gui/app.py\n"
    "#, fuzzy, python-brace-format\n"
    '#| msgid "Row {row}"\n'
    'msgid ""\n"Row {row} "\n"of the table"\nmsgstr ""\n"Ligne {row} "\n"du tableau"\n\n'
    "#: habitat_desktop/gui/menus.py\n#, python-brace-format\n"
    'msgid "{count} slum"\nmsgid_plural "{count} slums"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
    '#~ msgid "Old"\n#~ msgstr "Vieux"\n'
)
FORM = HEADER + (
    'msgctxt "{form}|place/city|label"\nmsgid "Name of the city"\nmsgstr ""\n'
)  # fmt: skip
EDIT = Edit(("Sortir",), "", "A. Person", "2026-11-22")


@pytest.fixture
def catalogues(workshop: Workshop) -> Workshop:
    """French catalogues of a small checkout: the window and two forms that ask the same question."""
    for domain, text in {
        "app": APP,
        "forms/one": FORM.replace("{form}", "one"),
        "forms/two": FORM.replace("{form}", "two"),
    }.items():
        path = workshop.path("fr", domain)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        template = workshop.root / "translations" / "pot" / f"{domain}.pot"
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_bytes(text.encode())
    return workshop


def rows_of(workshop: Workshop) -> dict[str, TextRow]:
    return {row.entry.id + row.domain: row for row in read_book(workshop, "fr").rows}


def app(workshop: Workshop) -> bytes:
    return workshop.path("fr", "app").read_bytes()


def test_only_the_lines_of_one_text_change(catalogues: Workshop) -> None:
    write_text(catalogues, "fr", rows_of(catalogues)["Quitapp"], EDIT)
    expected = APP.replace(
        "#. Translators: a button\n", "# translated: A. Person 2026-11-22\n#. Translators: a button\n"
    ).replace('msgstr "Quitter"', 'msgstr "Sortir"')
    assert app(catalogues).decode() == expected


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_of_windows_stay(catalogues: Workshop, mark: bytes) -> None:
    path = catalogues.path("fr", "app")
    path.write_bytes(mark + APP.replace("\n", "\r\n").encode())
    write_text(catalogues, "fr", rows_of(catalogues)["Quitapp"], EDIT)
    content = app(catalogues)
    assert content.startswith(mark + b"# Fran")
    assert content.count(b"\n") == content.count(b"\r\n") == APP.count("\n") + 1
    assert entries_in(content, "")[1].strings == ["Sortir"]


def test_a_changed_english_is_settled_and_undone_to_the_byte(catalogues: Workshop) -> None:
    row = rows_of(catalogues)["Row {row} of the tableapp"]
    assert row.state == "changed"
    assert note_of(row.entry) == "seen by nobody"
    edit = replace(EDIT, strings=("Rangée {row} du tableau",), note="look at the table", reviewed=True)
    written = write_text(catalogues, "fr", row, edit)
    assert written.after[0].state == "reviewed"
    entry = written.after[0].entry
    assert (entry.flags, entry.previous, entry.strings) == (
        ["python-brace-format"],
        [],
        ["Rangée {row} du tableau"],
    )
    assert note_of(entry) == "look at the table"
    assert b"not yet reviewed" not in app(catalogues)
    assert 'msgid ""\n"Row {row} "\n"of the table"\n' in app(catalogues).decode()
    undone = take_back(catalogues, "fr", written)
    assert undone.after[0].state == "changed"
    again = entries_in(app(catalogues), "")[2]
    assert (again.strings, again.flags, again.comments) == (
        row.entry.strings,
        row.entry.flags,
        row.entry.comments,
    )


def test_what_breaks_the_program_is_refused_with_why(catalogues: Workshop) -> None:
    row = rows_of(catalogues)["Row {row} of the tableapp"]
    bad = {
        "Ligne du tableau": "{row}\u2069 is missing",
        "Ligne {row} {x} du tableau": "{x}\u2069 is not in the English",
        "Ligne {row}\u202e du tableau": "direction",
        "Ligne {row}\x07 du tableau": "cannot be seen",
        "Ligne {row} **du** tableau": "Marks",
        "x" * 5_000_000: "too long",
    }
    for text, why in bad.items():
        with pytest.raises(TranslationRefused) as refused:
            write_text(catalogues, "fr", row, replace(EDIT, strings=(text,)))
        assert why in str(refused.value)
    plural = rows_of(catalogues)["{count} slumapp"]
    with pytest.raises(TranslationRefused, match="Every plural form"):
        write_text(catalogues, "fr", plural, replace(EDIT, strings=("{count} bidonville", "")))
    assert app(catalogues).decode() == APP


def test_nobody_reviews_nothing(catalogues: Workshop) -> None:
    row = rows_of(catalogues)["Quitapp"]
    with pytest.raises(ReviewerNeeded):
        write_text(catalogues, "fr", row, replace(EDIT, by=" ", reviewed=True))
    written = write_text(catalogues, "fr", row, replace(EDIT, by=""))
    assert not is_reviewed(written.after[0].entry)
    assert "translated:" not in app(catalogues).decode()
    read = write_text(catalogues, "fr", written.after[0], replace(EDIT, reviewed=True))
    changed = write_text(catalogues, "fr", read.after[0], replace(EDIT, strings=("Quitter !",)))
    assert read.after[0].state == "reviewed"
    assert changed.after[0].state == "translated"


def test_what_others_changed_meanwhile_stays(catalogues: Workshop) -> None:
    rows = rows_of(catalogues)
    path = catalogues.path("fr", "app")
    path.write_bytes(APP.replace("Ligne {row} ", "Rang {row} ").encode())
    write_text(catalogues, "fr", rows["Quitapp"], EDIT)  # another text: both are kept
    assert "Sortir" in app(catalogues).decode()
    assert "Rang {row} " in app(catalogues).decode()
    now = app(catalogues)
    edit = replace(EDIT, strings=("Colonne {row} du tableau",))
    with pytest.raises(TextChangedMeanwhile) as asked:
        write_text(catalogues, "fr", rows["Row {row} of the tableapp"], edit)
    assert app(catalogues) == now
    theirs = asked.value.theirs
    assert theirs.entry.strings == ["Rang {row} du tableau"]
    write_text(catalogues, "fr", theirs, edit)  # the person chose
    assert "Colonne {row} du tableau" in app(catalogues).decode()
    path.unlink()
    with pytest.raises(TextGone):
        write_text(catalogues, "fr", rows["Quitapp"], EDIT)
    assert not path.exists()


def test_the_same_question_of_another_form_takes_it_over_and_gives_it_back(catalogues: Workshop) -> None:
    rows = rows_of(catalogues)
    edit = replace(EDIT, strings=("Nom de la ville",), reviewed=True)
    written = write_text(catalogues, "fr", rows["Name of the cityforms/one"], edit, rows.values())
    assert [(row.domain, row.state) for row in written.after] == [
        ("forms/one", "reviewed"),
        ("forms/two", "translated"),
    ]
    take_back(catalogues, "fr", written)
    assert all(row.state == "missing" for row in rows_of(catalogues).values() if row.domain != "app")


def test_an_unreadable_file_is_told_with_its_line_and_the_others_are_shown(catalogues: Workshop) -> None:
    path = catalogues.path("fr", "forms/one")
    path.write_bytes(path.read_bytes().replace(b'msgstr ""\n', b"msgstr oops\n", 2))
    book = read_book(catalogues, "fr")
    (problem,) = book.problems
    assert isinstance(problem, PoSyntaxError)
    assert problem.context["line"] == 4
    assert {row.domain for row in book.rows} == {"app", "forms/two"}
    path.write_bytes(b'msgid "a"\nmsgstr "\xff"\n')
    (problem,) = read_book(catalogues, "fr").problems
    assert problem.context["line"] == 2
    assert "UTF-8" in str(problem)


def test_texts_are_found_by_words_place_and_state(catalogues: Workshop) -> None:
    book = read_book(catalogues, "fr")
    rows = with_remarks(book, book.rows)
    assert counts(rows) == {"all": 5, "missing": 3, "check": 0, "changed": 1, "unreviewed": 1}
    assert rooms_of(rows) == ["gui", "reports", "forms/one", "forms/two"]
    assert [row.entry.id for row in chosen(rows, "all", "reports")] == ["Row {row} of the table"]
    assert [row.entry.id for row in chosen(rows, words="LIGNÉ table")] == ["Row {row} of the table"]
    assert [row.domain for row in chosen(rows, "missing", "forms/two", "city")] == ["forms/two"]
    assert not chosen(rows, words="nothing like it")
    wrong = write_text(catalogues, "fr", book.rows[0], replace(EDIT, strings=("Quitter quitter",)))
    (row,) = with_remarks(book, wrong.after)
    assert [(one.severity, one.name) for one in row.remarks] == [("warning", "double-word")]


def test_a_patch_survives_what_editors_do(catalogues: Workshop) -> None:
    """Each text changed alone leaves all others as they were, in a file without a last line end too."""
    content = APP.rstrip("\n").encode() + b'\n\n#, no-wrap\nmsgid "Last"\nmsgstr "Fin"'
    entries = entries_in(content, "")
    for wanted in [entry for entry in entries if not entry.obsolete]:

        def change(entry: object, text: str = 'a "b"\n\\c') -> None:
            entry.strings = [text] * len(entry.strings)  # type: ignore[attr-defined]

        after = entries_in(patched(content, {wanted.key: change}, ""), "")
        for old, new in zip(entries, after, strict=True):
            expected = ['a "b"\n\\c'] * len(old.strings) if old.key == wanted.key else old.strings
            assert (new.key, new.strings, new.comments, new.flags) == (
                old.key, expected, old.comments, old.flags,
            )  # fmt: skip
    with pytest.raises(KeyError):
        patched(content, {(None, "Old"): lambda entry: None}, "")


def test_a_full_disk_leaves_the_file_as_it_was(catalogues: Workshop, tmp_path: Path) -> None:
    path = catalogues.path("fr", "app")
    rows = rows_of(catalogues)
    (path.parent / "app.po.part").mkdir()  # the part cannot be written
    with pytest.raises(OSError, match=r"app\.po"):
        write_text(catalogues, "fr", rows["Quitapp"], EDIT)
    assert app(catalogues).decode() == APP
    assert not (path.parent / ".lock").exists()
