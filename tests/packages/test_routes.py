"""Whatever program saved the workbook again: nothing is found that nobody changed, and all somebody did."""

import os
import random
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habitat_desktop.packages.comparing import compare
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.reader import Reader, open_package
from tests.packages.excel_hands import EDITS, HARMLESS, Book, found
from tests.packages.offices import NASTY, find_form, full_answers, package_of, revision_of, write

NUMBERS = (
    "0", "-1", "0.1", "123456789012345", "0.000001", "99999999.99", "1234.50", "007", "1e5", "-0.5",
    "0.123456789012345", "1234567890123456", "100000000000000", "2026",
)  # fmt: skip
DATES = ("1900-01-01", "1900-02-28", "1900-03-01", "1904-01-01", "2026-12-31", "9999-12-31", "0001-01-01")
UNAVAILABLE = {"$unavailable": {"reason": "refused", "remark": "مرفوض"}}
CALM = ("Kibera", "Mathare", "كيبيرا", "内罗毕", "a b", "Nairobi\nWest")
VARIANTS = range(6)
ROUND = [str(number * 1000 + 7) for number in range(1, 13)]


def _package(language: str, texts: Sequence[str], numbers: Sequence[str] = NUMBERS) -> Package:
    revisions = []
    for number, text in enumerate(texts, 1):
        answers: dict[str, Any] = full_answers(text)
        answers["totals"] = {
            "residents": numbers[number % len(numbers)],
            "share": UNAVAILABLE if number % 5 == 0 else numbers[-number % len(numbers)],
        }
        answers["surveyed"] = DATES[number % len(DATES)]
        answers["risks"] = [[], ["flood"], ["fire", "slide"]][number % 3]
        answers["tenure"] = ("owner", "", "tenant")[number % 3]
        answers["settlement"][0]["st_name"] = text
        answers["settlement"][1]["st_homes"] = UNAVAILABLE if number % 4 == 0 else str(number)
        revisions.append(revision_of(number, answers))
    return package_of(revisions, language)


PACKAGES = {
    "nasty": _package("en", NASTY),
    "arabic": _package("ar", [*NASTY[::-1], "مرحبا بالعالم"]),
    "calm": _package("en", [f"{text} {number}" for number, text in enumerate(CALM * 2)]),
}


def _libreoffice(folder: Path, kind: str, sources: Iterable[Path]) -> Path:
    """Save files as `kind` by one start of LibreOffice, into a folder of their own."""
    out = folder / f"as-{kind}"
    profile = (folder / "profile").as_uri()
    command = ["libreoffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    command += ["--outdir", str(out), *map(str, sources)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return out


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The packages as written, by name."""
    folder = tmp_path_factory.mktemp("books")
    return {name: write(folder / f"{name}.xlsx", package) for name, package in PACKAGES.items()}


@pytest.fixture(scope="module")
def resaved(books: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of every package after every route of LibreOffice, and of edited ones with what was edited.

    Three starts for all: to .ods, to .xls, and everything to .xlsx.
    """
    folder = tmp_path_factory.mktemp("resaved")
    sources = list(books.values())
    for kind in ("ods", "xls"):
        for path in _libreoffice(folder, kind, books.values()).iterdir():
            sources.append(path.rename(folder / f"{path.stem}-{kind}.{kind}"))
    sources.append(_with_sums(folder / "sums.xlsx"))
    for seed in VARIANTS:
        sources.append(_edited(books, seed).save(folder / f"edited-{seed}.xlsx"))
    return _libreoffice(folder, "xlsx", sources)


def _with_sums(path: Path) -> Path:
    package = _package("en", [f"City {number}" for number in ROUND], ROUND)
    book = openpyxl.load_workbook(write(path, package))
    sheet = book.create_sheet("Sums")
    sheet["A1"], sheet["A2"] = "=SUM(settlements!F3:F14)", "=MAX(settlements!H3:H14)-MIN(settlements!H3:H14)"
    book.save(path)
    return path


def _edited(books: dict[str, Path], seed: int) -> Book:
    choose = random.Random(seed)
    book = Book(books["calm"], PACKAGES["calm"])
    for _ in range(choose.randrange(3, 12)):
        book.edit(choose.choice(EDITS), choose)
    for kind in choose.sample(HARMLESS, 4):
        book.harmless(kind, choose)
    return book


def _changes(path: Path, reader: Reader) -> list[str]:
    opened = open_package(path, reader)
    return [finding.message for finding in compare(opened.package, opened.workbook, find_form)]


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("route", ["", "-ods", "-xls"])
def test_libreoffice_changes_nothing(resaved: Path, reader: Reader, name: str, route: str) -> None:
    assert _changes(resaved / f"{name}{route}.xlsx", reader) == []


@pytest.mark.parametrize("name", PACKAGES)
def test_gnumeric_changes_nothing(books: dict[str, Path], tmp_path: Path, reader: Reader, name: str) -> None:
    path = tmp_path / "a.xlsx"
    subprocess.run(["ssconvert", str(books[name]), str(path)], check=True, timeout=60, capture_output=True)
    assert _changes(path, reader) == []


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("way", ["openpyxl", "values only"])
def test_other_programs_change_nothing(
    books: dict[str, Path], tmp_path: Path, reader: Reader, name: str, way: str
) -> None:
    """Values only is what SheetJS saves: no formats, hidden sheets shown, dates as the numbers of days."""
    book = Book(books[name], PACKAGES[name])
    path = book.save(tmp_path / "a.xlsx", plain=way == "values only")
    assert _changes(path, reader) == []


def test_counting_days_from_1904_changes_nothing(tmp_path: Path, reader: Reader) -> None:
    dates = ("1904-01-02", "1999-12-31", "2026-03-31", "9999-12-31")
    revisions = [revision_of(n, full_answers() | {"surveyed": day}) for n, day in enumerate(dates, 1)]
    book = Book(write(tmp_path / "a.xlsx", package_of(revisions)), package_of(revisions))
    assert _changes(book.save(tmp_path / "b.xlsx", mac=True), reader) == []


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_people_change_around_the_answers_is_no_finding(
    books: dict[str, Path], tmp_path: Path, reader: Reader, kind: str
) -> None:
    book = Book(books["calm"], PACKAGES["calm"])
    for seed in range(3):
        book.harmless(kind, random.Random(seed))
    assert _changes(book.save(tmp_path / "a.xlsx"), reader) == []


@pytest.mark.parametrize("seed", VARIANTS)
def test_edits_are_found_after_libreoffice_saved_the_workbook(
    books: dict[str, Path], resaved: Path, reader: Reader, tmp_path: Path, seed: int
) -> None:
    book = _edited(books, seed)
    opened = open_package(resaved / f"edited-{seed}.xlsx", reader)
    assert found(compare(opened.package, opened.workbook), book.names) == book.expected


@settings(
    max_examples=25 * int(os.environ.get("HABITAT_FUZZ", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=10),
    harmless=st.sets(st.sampled_from(HARMLESS), max_size=5),
    seed=st.integers(0, 10_000),
)
def test_so_many_edits_so_many_findings(
    books: dict[str, Path],
    tmp_path: Path,
    reader: Reader,
    edits: list[str],
    harmless: Iterable[str],
    seed: int,
) -> None:
    choose = random.Random(seed)
    book = Book(books["calm"], PACKAGES["calm"])
    for kind in edits:
        book.edit(kind, choose)
    for kind in sorted(harmless):
        book.harmless(kind, choose)
    opened = open_package(book.save(tmp_path / "a.xlsx"), reader)
    findings = compare(opened.package, opened.workbook, find_form)
    assert found(findings, book.names) == book.expected
    assert all(finding.message for finding in findings)


def test_libreoffice_adds_up_what_the_package_holds(resaved: Path, reader: Reader) -> None:
    sums = reader.read(resaved / "sums.xlsx").sheet("Sums")
    assert sums is not None
    assert sums.rows[0][0] == sum(map(int, ROUND))
    assert sums.rows[1][0] == 2_958_465 - 61  # 9999-12-31 after 1900-03-01
