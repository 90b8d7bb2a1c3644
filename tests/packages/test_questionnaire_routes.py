"""Whatever program saved a questionnaire: what was written is read, what was not is no change."""

import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habitat_desktop.xforms.entry_ids import without_ids
from tests.packages.offices import Desk, close, open_desk
from tests.packages.questionnaire_form import Office
from tests.packages.questionnaire_hands import Hands

Open = Callable[[str], Desk]
LANGUAGES = ("en", "ar", "zh")
TEXTS = ("Kibera", "كيبيرا", "内罗毕", "=1+1", "007", "a  b", "two\nlines", "#hash", "1/2", "TRUE", "-")
FULL: dict[str, Any] = {
    "place": {
        "city": "=1+1",
        "people": "4397073",
        "share": "56.25",
        "surveyed": "2026-03-31",
        "opens": "09:30",
        "point": "-1.286 36.817",
    },
    "land": {
        "tenure": "other",
        "why_other": "007",
        "risks": ["flood", "fire"],
        "insured": "no",
        "seen": "OK",
        "topics": ["t1", "t70"],
    },
    "donor": [
        {
            "do_name": "World Bank",
            "do_usd": "1000",
            "do_for": ["owner"],
            "part": [{"pa_usd": "7"}, {"pa_usd": "8"}],
        },
        {"do_name": "كيبيرا", "do_usd": {"$unavailable": {"reason": "refused", "remark": "no: never"}}},
    ],
    "visit": [
        {
            "vi_name": "内罗毕",
            "vi_seen": ["m2"],
            "vi_lacks": {"$unavailable": {"reason": "no_survey", "remark": ""}},
        },
        {"vi_name": "two\nlines", "talk": [{"ta_with": "elders"}]},
    ],
    "remarks": "a\nb",
}


def libreoffice(path: Path, kind: str, folder: Path) -> Path:
    """Save a file as `kind` with LibreOffice."""
    return libreoffice_all([path], kind, folder)[0]


def libreoffice_all(paths: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """Save files as `kind` by one start of LibreOffice."""
    profile = (folder / "profile").as_uri()
    command = ["libreoffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    command += ["--outdir", str(folder / f"as-{kind}"), *map(str, paths)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return [folder / f"as-{kind}" / f"{path.stem}.{kind}" for path in paths]


def gnumeric(path: Path, folder: Path) -> Path:
    """Save a file again with Gnumeric."""
    saved = folder / f"gnumeric-{path.name}"
    subprocess.run(["ssconvert", str(path), str(saved)], check=True, timeout=60, capture_output=True)
    return saved


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    desk = open_desk(folder / "desk", "KE")
    yield Office(desk, folder)
    close([desk])


@pytest.fixture(scope="module")
def saved(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Questionnaires with answers after every route, by language; two starts of LibreOffice for all."""
    folder = tmp_path_factory.mktemp("saved")
    files, made = {}, []
    for language in LANGUAGES:
        path = office.make(folder / f"{language}.xlsx", record=office.start(FULL), language=language).path
        files[language, "Gnumeric"] = gnumeric(path, folder)
        files[language, "openpyxl"] = Hands(path).save(f"openpyxl-{language}.xlsx")
        made.append(path)
    opened = [path.rename(folder / f"{path.stem}-ods.ods") for path in libreoffice_all(made, "ods", folder)]
    for path in libreoffice_all([*made, *opened], "xlsx", folder):
        language, dash, _kind = path.stem.partition("-")
        files[language, "LibreOffice by .ods" if dash else "LibreOffice"] = path
    return files


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", ["LibreOffice", "LibreOffice by .ods", "Gnumeric", "openpyxl"])
def test_saving_it_again_is_no_change(
    office: Office, saved: dict[tuple[str, str], Path], route: str, language: str
) -> None:
    taken = office.take(saved[language, route], supplier="x")
    assert [cell.message for cell in taken.cells] == []
    assert [remark.sentence for remark in taken.remarks] == []


@pytest.mark.parametrize("route", ["LibreOffice", "Gnumeric"])
def test_what_was_filled_in_is_read_after_it(office: Office, tmp_path: Path, route: str) -> None:
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    fill(hands, FULL)
    path = hands.save(f"{route}.xlsx")
    path = libreoffice(path, "xlsx", tmp_path) if route == "LibreOffice" else gnumeric(path, tmp_path)
    taken = office.take(path)
    assert [cell.message for cell in taken.cells if cell.outcome != "taken"] == []
    assert office.answers(made.manifest.record_id) == expected(FULL)


def test_a_formula_of_libreoffice_gives_its_value(office: Office, tmp_path: Path) -> None:
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    hands.write("people", "=4000000+397073", is_formula=True)
    taken = office.take(libreoffice(hands.save("formula.xlsx"), "xlsx", tmp_path))
    assert [(cell.outcome, cell.code, cell.new) for cell in taken.cells] == [("taken", "FORMULA", "4397073")]
    assert "formula" in taken.cells[0].message


# -- the same fill through a questionnaire and through an answers file ------------------------------------


def fill(hands: Hands, answers: dict[str, Any]) -> None:
    """Type answers into a questionnaire; the first entries are there, others go into spare rows."""
    _fill(hands, {name: value for name, value in answers.items() if name not in ("donor", "visit")}, "")
    spare = {"pa_usd": 0, "ta_with": 0}
    for name, inner, naming in (("donor", "part", "pa_usd"), ("visit", "talk", "ta_with")):
        for number, entry in enumerate(answers.get(name, []), 1):
            _fill(hands, {key: value for key, value in entry.items() if key != inner}, str(number))
            for position, one in enumerate(entry.get(inner, []), 1):
                if (number, position) == (1, 1):
                    _fill(hands, one, "1.1")
                    continue
                spare[naming] += 1
                _fill(hands, one, f"+{spare[naming]}")
                cell = hands.cell(naming, entry=f"+{spare[naming]}")
                cell.parent.cell(cell.row, 3).value = str(number)


def _fill(hands: Hands, answers: dict[str, Any], entry: str) -> None:
    labels = {item.path.rpartition("/")[2]: item for item in hands.manifest.questions}
    for name, value in answers.items():
        item = labels.get(name)
        if item is None:
            _fill(hands, value, entry)
            continue
        choices = dict(hands.manifest.lists.get(item.choices, ()))
        if isinstance(value, dict):
            _mark_missing(hands, item, value["$unavailable"], entry)
        elif item.mode == "rows":
            hands.tick(name, *value, entry=entry)
        elif item.mode == "slots":
            for slot, code in enumerate(value, 1):
                hands.write(name, choices[code], part=slot if slot > 1 else 0, entry=entry)
        elif item.type in ("integer", "decimal"):
            hands.write(name, float(value) if "." in value else int(value), entry=entry)
        elif item.type == "date":
            hands.write(name, date.fromisoformat(value), entry=entry)
        elif item.type == "acknowledge":
            hands.write(name, "Yes", entry=entry)
        else:
            hands.write(name, choices.get(value, value), entry=entry)


def _mark_missing(hands: Hands, item: Any, why: dict[str, str], entry: str) -> None:
    name = item.path.rpartition("/")[2]
    words = {"no_survey": "No survey or register has it", "refused": "Refused by those who have it"}
    if hands.sheet_of(name, entry).cell(1, 3).value == "question":
        hands.write(name, words[why["reason"]], "why", entry=entry)
        hands.write(name, why["remark"] or None, "remark", entry=entry)
        return
    text = words[why["reason"]] + (f": {why['remark']}" if why["remark"] else "")
    hands.write(name, text, part=1 if item.mode == "rows" else 0, entry=entry)


def expected(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers as the draft has them: the first donor and visit begin with one entry inside."""
    found = dict(answers)
    for name, inner in (("donor", "part"), ("visit", "talk")):
        entries = [dict(one) for one in found.get(name, [{}])] or [{}]
        entries[0].setdefault(inner, [{}])
        found[name] = entries
    return found


NUMBERS = st.integers(0, 49_999_999).map(str)
NAMES = st.sampled_from(TEXTS)
MISSING = st.builds(
    lambda reason, remark: {"$unavailable": {"reason": reason, "remark": remark}},
    st.sampled_from(["no_survey", "refused"]),
    st.sampled_from(["", "planned", "يأتي"]),
)
DAYS = st.integers(0, 40_000).map(lambda days: (date(1950, 1, 1) + timedelta(days)).isoformat())


def some(**parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


def codes(*values: str) -> st.SearchStrategy[list[str]]:
    """Some of the choices, in the order of their list."""
    picked = st.sets(st.sampled_from(values), min_size=1)
    return picked.map(lambda found: [value for value in values if value in found])


PLACE = some(
    city=NAMES | MISSING,
    people=NUMBERS | MISSING,
    surveyed=DAYS | MISSING,
    share=st.sampled_from(["0", "7.5"]),
)
LAND = some(
    tenure=st.sampled_from(["owner", "tenant", "other"]) | MISSING,
    risks=codes("flood", "fire", "slide") | MISSING,
    topics=codes(*(f"t{number}" for number in (1, 5, 9, 33, 70))),
    seen=st.just("OK"),
)
DONOR = st.fixed_dictionaries(
    {"do_name": NAMES},
    optional={
        "do_usd": NUMBERS | MISSING,
        "do_for": codes("owner", "tenant", "other") | MISSING,
        "part": st.lists(
            some(pa_date=DAYS).flatmap(lambda one: NUMBERS.map(lambda n: {**one, "pa_usd": n})), max_size=2
        ),
    },
)
VISIT = st.fixed_dictionaries(
    {"vi_name": NAMES},
    optional={
        "vi_homes": NUMBERS | MISSING,
        "vi_seen": codes("m1", "m2", "m12"),
        "talk": st.just([{"ta_with": "x"}]),
    },
)
FORM = some(
    place=PLACE,
    land=LAND,
    donor=st.lists(DONOR, max_size=3),
    visit=st.lists(VISIT, max_size=3),
    remarks=NAMES,
)


def _pruned(value: Any) -> Any:
    """Return answers without what says nothing: empty groups, entries and lists."""
    if isinstance(value, dict) and "$unavailable" not in value:
        kept = {name: _pruned(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in ({}, [], "")}
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return [one for one in map(_pruned, value) if one]
    return value


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=FORM, seed=st.integers(0, 1000))
def test_a_questionnaire_says_what_an_answers_file_says(
    office: Office, answers: dict[str, Any], seed: int
) -> None:
    record = office.start(answers)
    made = office.make()
    hands = Hands(made.path)
    hands.sign()
    fill(hands, answers)
    taken = office.take(hands.save("random.xlsx"))
    assert [cell.message for cell in taken.cells if cell.outcome != "taken"] == []
    one, other = office.answers(record), office.answers(made.manifest.record_id)
    assert _pruned(other) == _pruned(one)
    again = office.make(record=record).path
    choose = random.Random(seed)
    assert office.take(again, supplier=str(choose.random())).cells == ()
    assert without_ids(office.draft(record).answers) == without_ids(office.draft(record).answers)
