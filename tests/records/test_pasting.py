"""What is pasted into the table of a repeat: every cell is pasted or told, undo gives back what was."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.records.clipboard_text import (
    BlockTooLargeError,
    as_written,
    harmless,
    read_block,
    write_block,
)
from habitat_desktop.records.entry import Entry
from habitat_desktop.records.entry_blocks import CellValue, put_block, remove_rows, reorder_rows
from habitat_desktop.records.pasting import (
    PastedCell,
    PastePlan,
    PasteTarget,
    apply_paste,
    plain_block,
    plan_paste,
    same_for_all,
    spread,
    summary,
)
from habitat_desktop.records.repeat_columns import repeat_columns
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_table import EntryTable
from habitat_desktop.xforms.problems import FormError
from tests.records.places_form import AT, PLACE, places_entry, places_form

NAMES = (
    "name",
    "code",
    "kind",
    "total",
    "women",
    "share",
    "area",
    "built",
    "dangers",
    "why",
    "fixed",
    "money",
)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return places_form(tmp_path_factory.mktemp("places"))


def planned(entry: Entry, text: str, column: str = "name", row: int = 0, language: str = "en") -> PastePlan:
    table = EntryTable(entry.instance, PLACE)
    columns = repeat_columns(entry.form, PLACE)
    first = NAMES.index(column)
    target = PasteTarget(PLACE, tuple(range(row, table.rows)), columns[first:], first + 1)
    return plan_paste(entry, target, plain_block(read_block(text)), language)


def values(entry: Entry, column: str) -> list[str]:
    table = EntryTable(entry.instance, PLACE)
    path = repeat_columns(entry.form, PLACE)[NAMES.index(column)].path
    return [table.value(row, path) for row in range(table.rows)]


def saved(entry: Entry) -> dict[str, Any]:
    draft = entry.draft(at=AT)
    return {name: getattr(draft, name) for name in ("answers", "authors", "justifications", "carried")}


def test_columns_are_the_questions_in_order(form: Form) -> None:
    columns = repeat_columns(form, PLACE)
    assert tuple(column.element.name for column in columns) == NAMES
    assert columns[3].group_label("en") == "Population"
    assert columns[-1].question is None
    assert columns[5].is_calculated
    assert columns[10].warnings == (f"{PLACE}/warn_pop",)


def test_a_block_that_fits_is_one_change(form: Form) -> None:
    entry = places_entry(form)
    before = saved(entry)
    plan = planned(
        entry, "Kibera\tKIB\tinformal settlement\t185000\nMathare\tMAT\tPERI-URBAN GROWTH\t68900\r\n"
    )
    assert (plan.size, plan.fitting, plan.misfits) == ((2, 4), 8, ())
    assert saved(entry) == before  # trying it left nothing
    outcome = apply_paste(entry, plan)
    assert outcome.answered == 8
    assert values(entry, "name") == ["Kibera", "Mathare", "Place 3"]
    assert values(entry, "kind")[:2] == ["inf", "peri"]
    assert entry.author(f"{PLACE}[2]/code") == "Njeri"
    entry.undo()
    assert saved(entry) == before
    assert not entry.can_undo
    entry.redo()
    assert values(entry, "total")[0] == "185000"


def test_rows_are_added_for_what_stands_past_the_last(form: Form) -> None:
    entry = places_entry(form)
    before = saved(entry)
    plan = planned(entry, "A\nB\nC\n", row=2)
    assert plan.added == 2
    apply_paste(entry, plan)
    assert values(entry, "name") == ["Place 1", "Place 2", "A", "B", "C"]
    entry.undo()
    assert saved(entry) == before


def test_each_misfit_says_why_and_what_can_be_done(form: Form) -> None:
    entry = places_entry(form)
    plan = planned(entry, "Old housing\t5000\t31.700\nperiurbain\t2,000\t31700\nKind\t1,500\t7\n", "kind")
    told = {
        (one.rows[0], one.place): (one.why, [remedy.shown for remedy in one.remedies]) for one in plan.misfits
    }
    why, remedies = told[1, 3]
    assert why == "Not among the choices"
    assert remedies == ["Peri-urban growth", "Leave as it is"]
    # commas group the numbers of this block: a point among them leaves a doubt
    assert told[0, 5] == ("Could be \u206631,700\u2069 or \u206631.7\u2069", ["31,700", "Leave as it is"])
    assert told[1, 5] == ("Not more than the total", ["Paste and mark as a problem", "Leave as it is"])
    assert summary(plan) == "\u20665\u2069 of \u20669\u2069 cells fit. \u20664\u2069 need a look."
    apply_paste(entry, plan, [one.remedies[0] for one in plan.misfits])
    assert values(entry, "kind") == ["old", "peri", "inf"]
    assert values(entry, "women") == ["31700", "31700", "7"]


def test_numbers_of_one_block_settle_each_other(form: Form) -> None:
    entry = places_entry(form)
    assert [one.value for one in planned(entry, "1,234\n12.5\n", "area").fits] == ["1234", "12.5"]
    assert [one.value for one in planned(entry, "1.234\n12,5\n", "area").fits] == ["1234", "12.5"]
    alone = planned(entry, "1,234\n", "area")
    assert [remedy.value for remedy in alone.misfits[0].remedies] == ["1234", "1.234", None]
    french = planned(entry, "1,234\n", "area", language="fr")
    assert [remedy.value for remedy in french.misfits[0].remedies] == ["1.234", "1234", None]
    assert planned(entry, "١٬٢٣٤٫٥", "area", language="ar").fits[0].value == "1234.5"
    assert planned(entry, "(12.5)", "area").fits[0].value == "-12.5"


def test_one_decision_settles_all_of_its_kind(form: Form) -> None:
    entry = places_entry(form, rows=30)
    plan = planned(entry, "1,234\n" * 30, "area")
    chosen = [one.remedies[0] for one in plan.misfits]
    chosen[4] = plan.misfits[4].remedies[1]
    apply_paste(entry, plan, same_for_all(plan, chosen, 4))
    assert set(values(entry, "area")) == {"1.234"}


def test_dates_as_people_and_excel_write_them(form: Form) -> None:
    entry = places_entry(form, rows=6)
    plan = planned(entry, "31.03.2026\n2026-03-31 00:00:00\n٣١/٣/٢٠٢٦\n31-Mar-26\n46112\n2026\n", "built")
    assert [one.value for one in plan.fits] == ["2026-03-31"] * 3
    assert [one.remedies[0].value for one in plan.misfits] == ["2026-03-31", "2026-03-31", None]
    american = planned(entry, "3/31/2026\n4/3/2026\n", "built")
    assert [one.remedies[0].value for one in american.misfits] == ["2026-03-31", "2026-04-03"]


def test_choices_by_label_in_any_language_and_several_of_them(form: Form) -> None:
    entry = places_entry(form, rows=4)
    kinds = planned(entry, "old\nlogement ancien\nسكن قديم\nOLD  HOUSING\n", "kind")
    assert [one.value for one in kinds.fits] == ["old"] * 4
    several = planned(
        entry, "flood fire\nFire, and smoke; Flood\nFlood, Fire, and smoke\nFlood; Flod\n", "dangers"
    )
    assert [one.value for one in several.fits] == ["flood fire", "flood fire"]
    assert len(several.misfits) == 2


def test_what_nobody_can_fill_in_is_told_once_for_a_column(form: Form) -> None:
    entry = places_entry(form)
    plan = planned(entry, "12\t1\t\t\t\t1\t2\tx\n13\t1\n49\t\n", "share")
    told = {one.place: (one.why, one.rows) for one in plan.misfits}
    assert told[6] == ("The form works this out", (0, 1))  # the third is what stands there
    assert told[11] == ("Nobody can change this here", (0,))
    assert told[12] == ("These are entries of their own. Open the row as a page.", (0,))
    assert told[13] == ("There is no column here", (0,))
    assert plan.fitting == plan.cells - 5


def test_what_is_not_asked_in_a_row_is_left(form: Form) -> None:
    entry = places_entry(form)
    plan = planned(entry, "reason\nreason\nreason\n", "why")
    assert [one.row for one in plan.fits] == [1]
    assert {one.why for one in plan.misfits} == {"Not asked in this row"}
    assert all(one.remedies[0].value is None for one in plan.misfits)


def test_the_names_of_the_columns_are_no_row(form: Form) -> None:
    plan = planned(places_entry(form), "Name\tCode\nKibera\tKIB\n")
    assert plan.heading
    assert plan.size == (1, 2)


def test_blank_cells_clear(form: Form) -> None:
    entry = places_entry(form)
    apply_paste(entry, planned(entry, "\t\nX\t\n"))
    assert values(entry, "name") == ["", "X", "Place 3"]


def test_too_many_entries_change_nothing(form: Form) -> None:
    entry = places_entry(form)
    before = saved(entry)
    with pytest.raises(FormError):
        planned(entry, "x\n" * 60_000)
    assert saved(entry) == before
    with pytest.raises(BlockTooLargeError):
        read_block("\t" * 300_000)


cells = st.one_of(
    st.sampled_from(
        ["", "Kibera", "KIB", "old", "Old housing", "périurbain", "1,234", "12.5", "31.700", "7", "-3", "1e5",
         "31/3/26", "2026-03-31", "46112", "flood; fire", '"quoted" text', "=1+1", "'=1", "line\nbreak",
         "a\tb",          "٣٫٥", "—", "9" * 50, "\u202e", "\x07", "x" * 300],
    ),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    data=st.lists(st.lists(cells, min_size=1, max_size=14), min_size=1, max_size=6),
    row=st.integers(0, 3),
    column=st.sampled_from(NAMES),
    language=st.sampled_from(["en", "fr", "ar"]),
    chosen=st.integers(0, 3),
)
def test_every_cell_is_pasted_or_told_and_undo_gives_all_back(
    data: list[list[str]], row: int, column: str, language: str, chosen: int
) -> None:
    entry = places_entry(_FORM[0])
    before = saved(entry)
    plan = planned(entry, write_block(data), column, row, language)
    assert saved(entry) == before
    assert plan.fitting + sum(len(one.rows) for one in plan.misfits) == plan.cells
    remedies = [one.remedies[min(chosen, len(one.remedies) - 1)] for one in plan.misfits]
    outcome = apply_paste(entry, plan, remedies)
    table = EntryTable(entry.instance, PLACE)
    assert not outcome.refused or chosen
    if not chosen:
        for cell in plan.fits:
            assert table.value(cell.row, cell.path) == cell.value
    if entry.can_undo:
        entry.undo()
    assert saved(entry) == before


_FORM: list[Form] = []


@pytest.fixture(autouse=True)
def _one_form(form: Form) -> None:
    _FORM[:] = [form]


@given(
    st.lists(
        st.lists(st.text(alphabet='ab"\t\n\r ', max_size=6), min_size=1, max_size=4), min_size=1, max_size=4
    )
)
def test_a_block_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    same = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows]
    assert read_block(write_block(rows)) == same


def test_blocks_of_other_programs() -> None:
    assert read_block('a\t"b ""c""\r\nd"\r\ne') == [["a", 'b "c"\nd'], ["e"]]
    assert read_block('"Kibera" north\tx') == [['"Kibera" north', "x"]]
    assert read_block("") == []
    assert as_written(harmless("=HYPERLINK()")) == "=HYPERLINK()"
    assert harmless("=1").startswith("'")


def test_a_block_fills_a_selection_that_is_a_multiple() -> None:
    one = [[PastedCell("x")]]
    assert len(spread(one, 4, 2)) == 4
    assert spread([[PastedCell("x")], [PastedCell("y")]], 3, 1) == [[PastedCell("x")], [PastedCell("y")]]


def test_a_value_from_a_table_needs_no_reading(form: Form) -> None:
    entry = places_entry(form)
    columns = repeat_columns(form, PLACE)[6:]
    block = [[PastedCell("1.234", ("decimal", "1.234"))]]
    plan = plan_paste(entry, PasteTarget(PLACE, (0, 1, 2), columns, 7), block, "en")
    assert [one.value for one in plan.fits] == ["1.234"]


def test_rows_are_removed_and_moved_with_what_is_known_of_them(form: Form) -> None:
    entry = places_entry(form, rows=5)
    entry.justify(f"{PLACE}[4]/warn_pop", "counted")
    before = saved(entry)
    remove_rows(entry, PLACE, [0, 2])
    assert values(entry, "name") == ["Place 2", "Place 4", "Place 5"]
    assert entry.justifications == {f"{PLACE}[2]/warn_pop": "counted"}
    entry.undo()
    assert saved(entry) == before
    reorder_rows(entry, PLACE, [4, 3, 2, 1, 0])
    assert values(entry, "name")[0] == "Place 5"
    assert entry.author(f"{PLACE}[5]/name") == "Amina"
    assert entry.instance.state("/data/people").value == "15000"
    entry.undo()
    assert saved(entry) == before
    entry.redo()
    assert values(entry, "name")[0] == "Place 5"


def test_a_block_nobody_may_write_is_refused_cell_by_cell(form: Form) -> None:
    entry = places_entry(form)
    path = f"{PLACE}/pop/share"
    outcome = put_block(entry, PLACE, [CellValue(0, path, "1"), CellValue(0, f"{PLACE}/name", "A")])
    assert outcome.refused == (CellValue(0, path, "1"),)
    assert values(entry, "name")[0] == "A"


def test_places_and_times_as_people_write_them() -> None:
    from types import SimpleNamespace
    from typing import cast

    from habitat_desktop.records.cell_texts import read_cell, read_time
    from habitat_desktop.xforms.definition import Question

    point = cast(Question, SimpleNamespace(type="geopoint", is_select=False))
    assert read_cell(point, "-1.286 36.817", "en").value == "-1.286 36.817"
    assert (read_cell(point, "-1.286, 36.817", "en").value or "").startswith("-1.286 36.817")
    assert read_cell(point, "nowhere", "en").value is None
    assert [read_time(one) for one in ("14:30", "2:30 PM", "٩:٠٥", "25:00")] == [
        "14:30:00.000", "14:30:00.000", "09:05:00.000", "",
    ]  # fmt: skip


def test_the_form_loads(tmp_path: Path) -> None:
    assert places_form(tmp_path).form_id == "places"
