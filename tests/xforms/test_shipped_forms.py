"""The forms we ship: they convert, read well and ask nothing the program knows."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from pyxform.xls2xform import convert

from tests.xforms.shipped_workbooks import FORM_IDS, FORMS, ROOT, Workbook, read_workbook

DRAFT = ROOT.parent / "shared" / "domain" / "data_dictionary.csv"

TEXT_COLUMNS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
LOGIC_COLUMNS = ("relevant", "constraint", "calculation", "trigger", "default")
SENTENCE_COLUMNS = ("hint", "guidance_hint", "constraint_message", "required_message")
WITHOUT_LABEL = {"calculate", "hidden", "end group", "end repeat"}
UNITS = {
    "%", "US$", "complaints", "days", "documents", "dwellings", "extensions", "groups", "hectares",
    "households", "instruments", "km", "local currency", "meetings", "of 13", "of 25", "of 5", "of 7",
    "per US$", "persons", "persons per hectare", "settlements", "sources", "stages", "years of income",
    "cities", "kg per person", "km²", "litres", "minutes", "of 100",
    "per year", "public spaces", "rooms", "tonnes per day", "years",
    "committees", "countries", "forums", "members", "plans", "priorities", "requests",
    "entries", "of 17", "of 4",
    "activities", "connections", "copies", "data sets", "developers", "indicators", "items", "of 6",
    "paragraphs", "products",
}  # fmt: skip
NUMBERS_WITHOUT_UNIT = {
    "reporting_year": "a year",
    "cp_start": "a year",
    "cp_end": "a year",
    "slum_pct_year": "a year",
    "ui_data_year": "a year",
    "d_ratio": "a rate divided by a rate",
    "ds_year": "a year",
    "ri_base_year": "a year",
    "ro_base_year": "a year",
    **dict.fromkeys(
        ("ri_base", "ri_target", "ri_prev", "ri_actual", "ri_delta", "ri_partial", "ri_full"),
        "its unit is looked up in ri_unit",
    ),
    **dict.fromkeys(("ro_base", "ro_target", "ro_actual"), "its unit is asked in ro_unit"),
    "slum_pop_year": "a year",
    "dep_year": "a year",
    "deficit_year": "a year",
    "out_baseline": "its unit is asked in out_unit",
    "out_target": "its unit is asked in out_unit",
    "out_actual": "its unit is asked in out_unit",
}
NAMED_BY_CHOICE = {"ri": "select_one_from_file results_indicator.csv"}  # each indicator has one entry
KNOWN_TO_THE_PROGRAM = {
    "record_id", "previous_record", "office", "country", "regional_office",
    "reporter_name", "reporter_role", "reporter_email",
}  # fmt: skip
PRELOADED = {
    "record_id", "previous_record", "office", "country", "country_name", "person", "email",
    "person_function", "reporting_year", "reporting_period", "period_start", "period_end",
}  # fmt: skip
DROPPED_NAMES = {
    "hosted_undp": "a property of the office, not of one return",
    "clearance_status": "review states are fields of the record, set by review and receipts",
    "cleared_by": "the review journal knows who cleared a record",
    "clearance_date": "the review journal knows when a record was cleared",
    "attachments_note": "the list of attachments is made by the program",
    "nc_comment": "the comments stand at the end of every form",
    "ri_tot_note": "its figures are shown as calculated rows",
    "ri_policy_stage": "the stage of a policy is asked in housing_policy alone",
    "hp_note": "its two figures are shown as calculated rows",
    "hh_body": "its questions stand in smaller sections of the household",
    "hs_note": "its figures are shown as calculated rows",
}


@pytest.fixture(scope="module", params=FORM_IDS)
def form(request: pytest.FixtureRequest) -> Workbook:
    return read_workbook(request.param)


def texts(form: Workbook) -> Iterator[tuple[str, str]]:
    """Everything of a form that translators see, with a place for the message."""
    yield "settings", form.settings["form_title"]
    for row in form.rows:
        for column in TEXT_COLUMNS:
            if column in row.cells:
                yield f"{row.name}, {column}", row.cells[column]
    for list_name, choices in form.choices.items():
        for name, label in choices.items():
            yield f"{list_name}/{name}", label


def test_every_workbook_in_the_folder_is_a_shipped_form() -> None:
    assert sorted(path.stem for path in FORMS.glob("*.xlsx")) == list(FORM_IDS)


def test_the_form_converts_without_error_or_warning(form: Workbook) -> None:
    result = convert(FORMS / f"{form.form_id}.xlsx", validate=False)
    assert result.warnings == []
    assert result.itemsets is None


def test_the_settings_say_what_the_store_needs(form: Workbook) -> None:
    assert form.settings["form_id"] == form.form_id
    assert form.settings["habitat_period"] in ("half-year", "year", "biennium", "ad hoc")
    assert set(form.settings.get("habitat_subject", "").split()) <= form.names
    assert set(form.settings.get("habitat_key", "").split()) <= form.names
    assert "urn:habitat-desktop:xforms" in form.settings["namespaces"]


def test_names_are_unique_in_the_form(form: Workbook) -> None:
    counts = Counter(row.name for row in form.rows if row.name)
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_reference_names_a_row(form: Workbook) -> None:
    missing = [
        (row.name, column, name)
        for row in form.rows
        for column in (*LOGIC_COLUMNS, *TEXT_COLUMNS)
        for name in re.findall(r"\$\{([^}]*)\}", row.cells.get(column, ""))
        if name not in form.names
    ]
    assert missing == []


def test_choice_lists_are_defined_used_and_not_empty(form: Workbook) -> None:
    assert {row.list_name for row in form.rows if row.list_name} == set(form.choices)
    assert all(len(choices) > 1 for choices in form.choices.values())


def test_codes_in_expressions_are_choices_of_their_list(form: Workbook) -> None:
    codes = {
        row.name: form.choices[row.list_name] if row.list_name else reference_codes(row.file_list)
        for row in form.rows
        if row.list_name or row.file_list
    }
    used = [
        (name, code)
        for row in form.rows
        for column in LOGIC_COLUMNS
        for pattern in (r"\$\{(\w+)\} !?= '([^']+)'", r"selected\(\$\{(\w+)\}, '([^']+)'\)")
        for name, code in re.findall(pattern, row.cells.get(column, ""))
    ]
    assert used
    chosen = [(name, code) for name, code in used if name in codes]  # else several answers joined
    assert [(name, code) for name, code in chosen if code not in codes[name]] == []


def test_the_choices_of_a_form_are_the_reference_lists(form: Workbook) -> None:
    for name, choices in form.choices.items():
        rows = read_reference(name)
        assert [(row["name"], row["label"]) for row in rows] == list(choices.items()), name


def test_every_reference_list_names_its_source_and_date() -> None:
    lists = {path.stem for path in (FORMS / "lists").glob("*.csv")} - {"sources"}
    sources = {row["list"]: row for row in read_reference("sources")}
    assert set(sources) == lists
    assert [name for name, row in sources.items() if not row["title"] or not row["source"]] == []
    own = {name for name, row in sources.items() if row["source"] == "The office’s own records"}
    dated = {name for name, row in sources.items() if re.fullmatch(r"20\d\d(-\d\d){0,2}", row["as_of"])}
    assert dated == lists - own
    assert own == {name for name in lists if not read_reference(name)}


def test_codes_and_labels_of_reference_lists_are_unambiguous() -> None:
    for path in (FORMS / "lists").glob("*.csv"):
        rows = read_reference(path.stem)
        if rows and {"name", "label"} <= rows[0].keys() and path.stem != "countries":
            assert len({row["name"] for row in rows}) == len({row["label"] for row in rows}) == len(rows), (
                path
            )
            assert not [row for row in rows if re.search(r"[\s,;]|^$", row["name"]) or "'" in row["label"]], (
                path
            )


def read_reference(name: str) -> list[dict[str, str]]:
    with (FORMS / "lists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reference_codes(name: str) -> set[str]:
    return {row["name"] for row in read_reference(name)}


def test_no_two_rows_of_a_group_read_alike(form: Workbook) -> None:
    counts = Counter((row.group, row.label) for row in form.rows if row.label)
    assert [place for place, count in counts.items() if count > 1] == []


def test_a_row_has_a_label_exactly_when_a_person_sees_it(form: Workbook) -> None:
    wrong = [row.name for row in form.rows if bool(row.label) == (row.type in WITHOUT_LABEL)]
    assert wrong == []


def test_texts_are_clean(form: Workbook) -> None:
    for place, text in texts(form):
        assert text == text.strip() and "  " not in text and "\n" not in text, place
        assert not text.upper().startswith("WARNING"), place
        assert "'" not in text and '"' not in text and ".csv" not in text and "TODO" not in text, place
        assert text[0].isupper() or not text[0].isalpha() or text == "km", place


def test_hints_messages_and_warnings_are_whole_sentences(form: Workbook) -> None:
    for row in form.rows:
        for column in SENTENCE_COLUMNS:
            assert row.cells.get(column, ".").endswith("."), f"{row.name}, {column}"
        if row.type == "note":
            assert row.label.endswith("."), row.name
        elif row.label:
            assert not row.label.endswith("."), row.name


def test_warnings_are_notes_that_show_on_a_condition(form: Workbook) -> None:
    for row in form.rows:
        if row.name.startswith("warn_"):
            assert row.type == "note" and row.relevant and not row.required, row.name


def test_every_constraint_says_what_is_expected(form: Workbook) -> None:
    assert [row.name for row in form.rows if bool(row.constraint) != bool(row.constraint_message)] == []


def test_numbers_have_a_unit(form: Workbook) -> None:
    for row in form.rows:
        unit = row.cells.get("bind::habitat:unit")
        if row.type in ("integer", "decimal") and row.name not in NUMBERS_WITHOUT_UNIT:
            assert unit in UNITS, row.name
        elif row.type.split()[0] not in ("integer", "decimal"):
            assert unit is None, row.name


def test_what_the_program_knows_is_not_asked(form: Workbook) -> None:
    for row in form.rows:
        if row.name in KNOWN_TO_THE_PROGRAM and row.type != "begin group":
            assert row.type in ("hidden", "calculate"), row.name
        if "bind::jr:preload" in row.cells:
            assert row.cells["bind::jr:preload"] == "property", row.name
            assert row.cells["bind::jr:preloadParams"] in PRELOADED, row.name


def test_every_answer_says_what_happens_to_it_in_the_next_period(form: Workbook) -> None:
    for row in form.rows:
        asked = row.type not in WITHOUT_LABEL and row.type != "note" and not row.type.startswith("begin")
        allowed = {"carry", "clear", "confirm"} if asked else {None}
        assert row.cells.get("bind::habitat:rollover") in allowed, row.name


def test_figures_are_never_strict(form: Workbook) -> None:
    strict = [row for row in form.rows if "bind::habitat:strict" in row.cells]
    assert strict
    assert [row.name for row in strict if not row.required] == []
    years = {"reporting_year", "cp_start", "ui_data_year"}
    assert {row.name for row in strict if row.type in ("integer", "decimal")} <= years


def test_the_first_question_of_a_repeat_names_its_instances(form: Workbook) -> None:
    for begin, first in zip(form.rows, form.rows[1:], strict=False):
        if begin.type == "begin repeat":
            assert first.type in ("text", NAMED_BY_CHOICE.get(begin.name)), begin.name
            assert first.required and "bind::habitat:strict" in first.cells, begin.name


def test_calculated_rows_a_person_sees_are_read_only(form: Workbook) -> None:
    for row in form.rows:
        if row.calculated and row.type not in ("calculate", "hidden"):
            assert row.readonly and not row.required, row.name


@pytest.mark.parametrize("form_id", ["project_status", "slum_upgrading", "housing_policy"])
def test_every_formula_says_where_it_comes_from(form_id: str) -> None:
    # rows that only help another one (blank as zero, how many are missing) do not
    helps = re.compile(r"\w+_(z|missing|count|known)")
    asked = [row for row in read_workbook(form_id).rows if row.calculation and row.name != "record_id"]
    unsaid = [row.name for row in asked if "bind::habitat:source" not in row.cells]
    assert [name for name in unsaid if not helps.fullmatch(name)] == []


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_names_of_the_draft_are_kept_or_dropped_for_a_reason(form_id: str) -> None:
    if not DRAFT.exists():
        pytest.skip("the research drafts are not beside this checkout")
    with DRAFT.open(encoding="utf-8", newline="") as file:
        drafted = {row["name"] for row in csv.DictReader(file) if row["form"] == form_id}
    assert len(drafted) > 25
    gone = {name for name in drafted if name} - read_workbook(form_id).names
    assert gone <= set(DROPPED_NAMES)
    assert not read_workbook(form_id).names & set(DROPPED_NAMES)


def read_countries() -> list[dict[str, str]]:
    with (FORMS / "lists" / "countries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_country_list_is_whole_and_unambiguous() -> None:
    countries = read_countries()
    assert len(countries) == 249
    for column in ("code", "iso2", "m49", "name"):
        values = [row[column] for row in countries]
        assert len(set(values)) == 249 and "" not in values, column
    assert all(
        re.fullmatch(r"[A-Z]{3}", row["code"]) and re.fullmatch(r"\d{3}", row["m49"]) for row in countries
    )
    assert all(row[flag] in ("yes", "no") for row in countries for flag in ("ldc", "lldc", "sids"))
    assert not [row["name"] for row in countries if "'" in row["name"] or "_" in row["name"]]
    names = {row["code"]: row["name"] for row in countries}
    assert names["CIV"] == "Côte d’Ivoire"
    assert names["TUR"] == "Türkiye"


def test_what_forms_look_up_in_lists_is_there(form: Workbook) -> None:
    for row in form.rows:
        for source, *used in re.findall(r"pulldata\('(\w+)', '(\w+)', '(\w+)'", row.calculation):
            assert set(used) <= set(read_reference(source)[0]), row.name
