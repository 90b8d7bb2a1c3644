"""Parcels out, through the hands of people and of LibreOffice, and back."""

import random
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.i18n.extract import write_templates
from habitat_desktop.i18n.parcel_book import parcel_bytes
from habitat_desktop.i18n.parcel_return import Plan, apply_plan, plan_import
from habitat_desktop.i18n.parcel_rows import MixedParcelError, NoParcelError, read_parcel
from habitat_desktop.i18n.parcels import make_parcel
from habitat_desktop.i18n.status import status
from habitat_desktop.i18n.update import EDITED, update_language
from habitat_desktop.incoming.errors import IncomingError
from habitat_desktop.packages.reader import Reader
from tests.packages.test_questionnaire_routes import libreoffice_all

SOURCE = (
    '_("Row {row}")\n_("Slums here")\n_("=1+1 is two")\n_("Open")\n'
    'ngettext("{count} file", "{count} files", n)\n'
)
FRENCH = {
    "Row {row}": "Ligne {row}",
    "Slums here": "Bidonvilles ici",
    "=1+1 is two": "=1+1 font deux",
    "Open": "Ouvrir",
    "Return": "Déclaration",
    "Reporting year": "Année considérée",
}


@pytest.fixture
def shop(checkout, workshop, write_form):
    (checkout / "habitat_desktop" / "a.py").write_text(SOURCE, encoding="utf-8")
    year = {"type": "integer", "name": "year", "label": "Reporting year"}
    group = {"type": "begin group", "name": "hdr", "label": "Return"}
    write_form("a", [group, year, {"type": "end group"}], title="Housing return")
    write_form("b", [year])
    write_templates(checkout)
    for language in ("ar", "fr"):
        update_language(workshop, language)
    return workshop


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


class Hands:
    """A parcel opened by somebody."""

    def __init__(self, shop, folder: Path, language="fr", wanted="waiting", **options) -> None:
        self.parcel = make_parcel(shop, language, wanted, **options)
        self.path = folder / f"{wanted}-{language}.xlsx"
        self.path.write_bytes(parcel_bytes(self.parcel))
        self.book = openpyxl.load_workbook(self.path)
        self.sheet = self.book.worksheets[1]

    def column(self, name: str) -> int:
        return next(cell.column for cell in self.sheet[1] if cell.value == name)

    def cell(self, english: str, column: str = "text", form: int = 0):
        rows = [
            row for row in range(3, self.sheet.max_row + 1)
            if str(self.sheet.cell(row, self.column("english")).value).startswith(english)
        ]  # fmt: skip
        return self.sheet.cell(rows[form], self.column(column))

    def write(self, english: str, text: object, column: str = "text", form: int = 0) -> None:
        cell = self.cell(english, column, form)
        cell.value = text
        if isinstance(text, str):
            cell.data_type = "s"

    def fill(self) -> "Hands":
        for english, french in FRENCH.items():
            self.write(english, french)
        self.write("{count} file", "{count} fichier", form=0)
        self.write("{count} file", "{count} fichiers", form=1)
        return self

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


def came_back(shop, reader, path: Path, **options) -> Plan:
    sheets = [(sheet.name, sheet.rows) for sheet in reader.read(path).sheets]
    return plan_import(shop, read_parcel(path.name, sheets), **options)


def taken(plan: Plan) -> dict[str, list[str]]:
    return {change.entry.id: list(change.strings) for change in plan.changes}


def told(plan: Plan) -> list[tuple[str, int]]:
    return [(finding.why, finding.row) for finding in plan.findings]


EVERYTHING = {english: [french] for english, french in FRENCH.items()} | {
    "{count} file": ["{count} fichier", "{count} fichiers"]
}


def test_a_parcel_says_all_a_translator_needs(shop):
    lines = {line.english: line for line in make_parcel(shop, "ar", "waiting").lines}
    year = lines["Reporting year"]
    assert year.place == "Housing return › Return › Reporting year\n(question or heading)"
    assert lines["Slums here"].terms == "Slum = حي فقير"
    assert lines["Row {row}"].place == "a"
    forms = [line.numbers for line in make_parcel(shop, "ar", "waiting").lines if line.numbers]
    assert forms[:4] == ["0", "1", "2", "3, 4, 5, 6, 7, 8 …"]
    parcel = make_parcel(shop, "ar", "waiting", limit=2)
    assert (parcel.texts, parcel.left) == (2, 6)
    assert [line.english for line in make_parcel(shop, "ar", "waiting", ("forms/b",)).lines] == [
        "Reporting year"
    ]


def test_the_workbook_is_locked_but_for_what_is_filled_in_and_has_no_formula(shop, tmp_path):
    hands = Hands(shop, tmp_path, "ar")
    sheet = hands.sheet
    assert sheet.protection.sheet and sheet.sheet_view.rightToLeft
    assert sheet.row_dimensions[1].hidden and sheet.column_dimensions["A"].hidden
    assert hands.cell("=1+1", "english").data_type == "s"
    opened = {
        sheet.cell(1, cell.column).value
        for row in sheet.iter_rows(min_row=3)
        for cell in row
        if not cell.protection.locked
    }
    assert opened == {"text", "remark"}
    assert hands.cell("Open", "english").alignment.readingOrder == 1
    assert hands.cell("Open").alignment.readingOrder == 2


def test_what_was_written_goes_in_with_the_name_and_a_copy_of_before(shop, tmp_path, reader):
    plan = came_back(shop, reader, Hands(shop, tmp_path).fill().save())
    assert (taken(plan), told(plan), plan.copied, plan.open) == (EVERYTHING, [], 1, 1)
    assert status(shop, "fr", "app").translated == 0, "a preview writes nothing"
    kept = apply_plan(shop, plan, "A. Person", "2026-11-22", "now")
    assert [path.name for path in kept] == ["app.po", "a.po", "b.po"]
    assert 'msgstr ""' in kept[0].read_text(encoding="utf-8")
    entries = {entry.id: entry for entry in shop.catalogue("fr", "app")}
    assert entries["=1+1 is two"].strings == ["=1+1 font deux"]
    assert entries["Open"].comments == ["translated: A. Person 2026-11-22"]
    assert (status(shop, "fr", "app").translated, status(shop, "fr", "app").reviewed) == (5, 0)
    again = came_back(shop, reader, tmp_path / "waiting-fr.xlsx")
    assert (again.changes, again.unchanged, told(again)) == ([], 7, [])


def _as_it_is(hands: Hands) -> None: ...


def _sorted(hands: Hands) -> None:
    _sort(hands, 1)


def _sorted_without_the_hidden_columns(hands: Hands) -> None:
    _sort(hands, 3)


def _sort(hands: Hands, first: int) -> None:
    sheet = hands.sheet
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, min_col=first)]
    random.Random(7).shuffle(rows)
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(row, first):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def _sorted_with_the_heads(hands: Hands) -> None:
    sheet = hands.sheet
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for number, row in enumerate(reversed(rows), 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def _columns_moved(hands: Hands) -> None:
    sheet = hands.sheet
    columns = [[cell.value for cell in column] for column in sheet.iter_cols()]
    random.Random(3).shuffle(columns)
    for place, column in enumerate(columns, 1):
        for number, value in enumerate(column, 1):
            cell = sheet.cell(number, place)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def _keys_deleted(hands: Hands) -> None:
    for row in range(3, hands.sheet.max_row + 1):
        hands.sheet.cell(row, 1).value = None


_EDITS = [
    _as_it_is,
    _sorted,
    _sorted_without_the_hidden_columns,
    _sorted_with_the_heads,
    _columns_moved,
    _keys_deleted,
]


@pytest.mark.parametrize("edit", _EDITS)
def test_a_parcel_survives_what_people_do_to_it(shop, tmp_path, reader, edit):
    hands = Hands(shop, tmp_path).fill()
    edit(hands)
    plan = came_back(shop, reader, hands.save())
    assert (taken(plan), told(plan)) == (EVERYTHING, [])


def test_a_parcel_survives_being_saved_by_libreoffice_after_all_that(shop, tmp_path, reader):
    paths = []
    for edit in _EDITS:
        hands = Hands(shop, tmp_path).fill()
        edit(hands)
        paths.append(hands.save().rename(tmp_path / f"{edit.__name__}.xlsx"))
    for path in libreoffice_all(paths, "xlsx", tmp_path):
        plan = came_back(shop, reader, path)
        assert (taken(plan), told(plan)) == (EVERYTHING, []), path.name


def test_deleted_rows_leave_their_texts_as_they_are(shop, tmp_path, reader):
    hands = Hands(shop, tmp_path).fill()
    hands.sheet.delete_rows(hands.cell("Open").row)
    plan = came_back(shop, reader, hands.save())
    assert taken(plan) == {english: texts for english, texts in EVERYTHING.items() if english != "Open"}
    assert told(plan) == []


def test_broken_placeholders_and_half_plurals_are_refused_by_row_and_the_rest_goes_in(shop, tmp_path, reader):
    hands = Hands(shop, tmp_path).fill()
    hands.write("Row {row}", "Ligne {ligne}")
    hands.write("{count} file", None, form=1)
    plan = came_back(shop, reader, hands.save())
    rows = sorted([hands.cell("Row").row, hands.cell("{count} file").row])
    assert sorted(told(plan)) == [("refused", row) for row in rows]
    assert "{row}" in str(plan.findings[0]) and not plan.is_clean
    assert len(plan.changes) == 5


def test_what_changed_meanwhile_is_told_and_never_overwritten(checkout, shop, tmp_path, reader):
    hands = Hands(shop, tmp_path).fill()
    hands.save()
    entries = shop.catalogue("fr", "app")
    next(entry for entry in entries if entry.id == "Open").strings = ["Ouvert"]
    shop.save("fr", "app", entries)
    (checkout / "habitat_desktop" / "a.py").write_text(SOURCE.replace("Slums", "All slums"), encoding="utf-8")
    write_templates(checkout)
    update_language(shop, "fr")
    plan = came_back(shop, reader, hands.path)
    assert sorted(told(plan)) == sorted(
        [("meanwhile", hands.cell("Open").row), ("changed", hands.cell("Slums").row)]
    )
    assert "“Ouvert”" in next(one.message for one in plan.findings if one.why == "meanwhile")
    assert taken(came_back(shop, reader, hands.path, force=True))["Open"] == ["Ouvrir"]
    _keys_deleted(hands)
    assert ("meanwhile", hands.cell("Open").row) in told(came_back(shop, reader, hands.save()))


def test_a_changed_question_is_in_the_parcel_with_what_it_was(checkout, shop, tmp_path, reader, write_form):
    apply_plan(shop, came_back(shop, reader, Hands(shop, tmp_path).fill().save()), "A", "2026-11-22", "1")
    assert make_parcel(shop, "fr", "changed").lines == ()
    write_form("b", [{"type": "integer", "name": "year", "label": "Year of the report"}])
    write_templates(checkout)
    assert update_language(shop, "fr")["forms/b"][EDITED] == 1
    hands = Hands(shop, tmp_path, wanted="changed")
    [line] = hands.parcel.lines
    assert (line.english, line.english_before, line.so_far) == (
        "Year of the report",
        "Reporting year",
        "Année considérée",
    )
    hands.write("Year", "ok", "verdict")
    assert taken(came_back(shop, reader, hands.save())) == {"Year of the report": ["Année considérée"]}
    hands.write("Year", None, "verdict")
    hands.write("Year", "Année du rapport")
    plan = came_back(shop, reader, hands.save())
    apply_plan(shop, plan, "A", "2026-11-22", "2")
    [entry] = shop.catalogue("fr", "forms/b")[1:]
    assert (entry.strings, entry.fuzzy, entry.previous) == (["Année du rapport"], False, [])


def test_a_text_that_only_moved_waits_but_was_not_changed(checkout, shop, tmp_path, reader, write_form):
    apply_plan(shop, came_back(shop, reader, Hands(shop, tmp_path).fill().save()), "A", "2026-11-22", "1")
    write_form("b", [{"type": "integer", "name": "moved", "label": "Reporting year"}])
    write_templates(checkout)
    update_language(shop, "fr")
    assert make_parcel(shop, "fr", "changed").lines == ()
    assert [line.english for line in make_parcel(shop, "fr", "waiting", ("forms/b",)).lines] == [
        "Reporting year"
    ]


def test_a_reader_confirms_or_betters_in_the_second_parcel(shop, tmp_path, reader):
    apply_plan(shop, came_back(shop, reader, Hands(shop, tmp_path).fill().save()), "A", "2026-11-22", "1")
    hands = Hands(shop, tmp_path, wanted="review")
    hands.write("Open", "OK.", "verdict")
    hands.write("Row", "oui", "verdict")
    hands.write("Slums", "Les bidonvilles ici")
    hands.write("=1+1", "hm", "verdict")
    hands.write("=1+1", "Is that a formula?", "remark")
    hands.write("{count} file", "ok", "verdict")
    path = hands.save()
    changed = shop.catalogue("fr", "app")
    next(entry for entry in changed if entry.id == "Row {row}").strings = ["Rang {row}"]
    shop.save("fr", "app", changed)
    plan = came_back(shop, reader, path)
    assert [entry.id for _domain, entry in plan.confirmed] == ["Open"]
    assert taken(plan) == {"Slums here": ["Les bidonvilles ici"]}
    assert sorted(told(plan)) == sorted(
        [
            ("doubt", hands.cell("=1+1").row),
            ("remark", hands.cell("=1+1").row),
            ("doubt", hands.cell("{count} file").row),
            ("meanwhile", hands.cell("Row").row),
        ]
    )
    apply_plan(shop, plan, "B. Reader", "2026-11-23", "2")
    [entry] = [entry for entry in shop.catalogue("fr", "app") if entry.id == "Open"]
    assert entry.comments[-1].startswith("reviewed: B. Reader 2026-11-23 ")
    assert (status(shop, "fr", "app").translated, status(shop, "fr", "app").reviewed) == (5, 1)
    assert "Open" not in [line.english for line in make_parcel(shop, "fr", "review").lines]


def test_two_rows_of_one_text_that_differ_are_refused_both(shop, tmp_path, reader):
    hands = Hands(shop, tmp_path)
    hands.write("Open", "Ouvrir")
    row = [cell.value for cell in hands.sheet[hands.cell("Open").row]]
    hands.sheet.append(row)
    assert told(came_back(shop, reader, hands.save())) == []
    hands.sheet.cell(hands.sheet.max_row, hands.column("text")).value = "Ouvert"
    plan = came_back(shop, reader, hands.save())
    assert (taken(plan), [why for why, _row in told(plan)]) == ({}, ["refused"])


@pytest.mark.parametrize("text", ["Ouvrir\u202e", "x" * 30_000, "\u2066Ouvrir"])
def test_hostile_texts_are_refused(shop, tmp_path, reader, text):
    hands = Hands(shop, tmp_path)
    hands.write("Open", text)
    plan = came_back(shop, reader, hands.save())
    assert (plan.changes, told(plan)) == ([], [("refused", hands.cell("Open").row)])


def test_what_a_file_says_cannot_act_on_the_terminal(shop, tmp_path):
    hands = Hands(shop, tmp_path)
    cells = [["" if cell.value is None else cell.value for cell in row] for row in hands.sheet.iter_rows()]
    cells[2][hands.column("remark") - 1] = "look \x1b[2J here"
    [finding] = plan_import(shop, read_parcel("x.xlsx", [("Te\x1bxts", cells)])).findings
    assert "\x1b" not in str(finding) and "look ⟨001B⟩[2J here" in str(finding)


def test_other_files_are_refused_with_a_sentence(shop, tmp_path, reader):
    other = openpyxl.Workbook()
    other.active["A1"] = "habitat-parcel 1 xx translate"
    other.save(tmp_path / "other.xlsx")
    with pytest.raises(NoParcelError):
        came_back(shop, reader, tmp_path / "other.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(IncomingError):
        came_back(shop, reader, tmp_path / "bad.xlsx")
    hands = Hands(shop, tmp_path)
    copy = hands.book.copy_worksheet(hands.sheet)
    copy["A1"] = "habitat-parcel 1 ar translate"
    with pytest.raises(MixedParcelError):
        came_back(shop, reader, hands.save())


def _wipe(cells, column, chance) -> None:
    for row in cells[2:]:
        if chance.random() < 0.3:
            row[column] = ""


def _swap_keys(cells, chance) -> None:
    one, two = chance.sample(range(2, len(cells)), 2)
    cells[one][0], cells[two][0] = cells[two][0], cells[one][0]


def _sort_visible(cells, chance) -> None:
    rows = [row[2:] for row in cells[2:]]
    chance.shuffle(rows)
    for row, seen in zip(cells[2:], rows, strict=True):
        row[2:] = seen


def _sort_rows(cells, chance) -> None:
    rows = cells[2:]
    chance.shuffle(rows)
    cells[2:] = rows


def _move_columns(cells, chance) -> None:
    order = list(range(len(cells[0])))
    chance.shuffle(order)
    cells[:] = [[row[place] for place in order] for row in cells]


_HURTS = [
    lambda cells, chance: _wipe(cells, 0, chance),
    lambda cells, chance: _wipe(cells, 1, chance),
    lambda cells, chance: cells.pop(chance.randrange(2, len(cells))),
    lambda cells, chance: cells.append(list(chance.choice(cells[2:]))),
    lambda cells, chance: cells.insert(2, [""] * len(cells[0])),
    _swap_keys,
    _sort_visible,
    _sort_rows,
]


def test_whatever_befalls_a_file_no_translation_lands_at_another_text(shop, tmp_path):
    def said(english: str, form: int) -> str:
        return f"{english.splitlines()[-1]} = {form}"

    for language in ("fr", "ar"):
        hands = Hands(shop, tmp_path, language)
        text, english = hands.column("text"), hands.column("english")
        for row, line in zip(range(3, 100), hands.parcel.lines, strict=False):
            form = hands.sheet.cell(row, 1).value.split(".")[1]
            hands.write(line.english, said(line.english, int(form)), form=int(form) if line.numbers else 0)
        fresh = [
            ["" if cell.value is None else cell.value for cell in row] for row in hands.sheet.iter_rows()
        ]
        assert {row[text - 1] for row in fresh[2:]} == {
            said(row[english - 1], int(row[0].split(".")[1])) for row in fresh[2:]
        }
        taken_in = 0
        for seed in range(150):
            chance = random.Random(seed)
            cells = [list(row) for row in fresh]
            for _step in range(chance.randint(1, 4)):
                chance.choice(_HURTS)(cells, chance)
            if chance.random() < 0.5:
                _move_columns(cells, chance)
            plan = plan_import(shop, read_parcel("x.xlsx", [("Texts", cells)]))
            for change in plan.changes:
                english_now = change.entry.plural or change.entry.id
                assert change.strings == tuple(
                    said(english_now, form) for form in range(len(change.strings))
                ), seed
            taken_in += len(plan.changes)
        assert taken_in > 300, "or nothing was tried"
