"""How long a package of 1,000 records takes; figures to read, never a failure."""

import time
from pathlib import Path

import pytest

from habitat_desktop.packages.comparing import compare
from habitat_desktop.packages.reader import Reader, open_package
from tests.packages.offices import Desk, find_form, full_answers, open_desk, package_of, revision_of, write


def _answers(number: int) -> dict[str, object]:
    answers = full_answers(f"City {number}")
    answers["totals"] = {"residents": str(100_000 + number), "share": "56.25"}
    return answers


@pytest.mark.benchmark
def test_time_of_a_package_of_1000_records(tmp_path: Path) -> None:
    revisions = [revision_of(number, _answers(number)) for number in range(1, 1001)]
    start = time.perf_counter()
    path = write(tmp_path / "a.xlsx", package_of(revisions))
    written = time.perf_counter()
    with Reader() as reader:
        reader.read(write(tmp_path / "b.xlsx", package_of(revisions[:1])))
        begun = time.perf_counter()
        opened = open_package(path, reader)
        read = time.perf_counter()
        findings = compare(opened.package, opened.workbook, find_form)
        compared = time.perf_counter()
    size = path.stat().st_size / 1e6
    print(f"\n1,000 records, {size:.2f} MB: written {written - start:.2f} s,")
    print(f"opened and verified {read - begun:.2f} s, compared {compared - read:.2f} s")
    assert findings == []


@pytest.mark.benchmark
def test_time_of_taking_in_packages_of_50_records(tmp_path: Path) -> None:
    desk: Desk = open_desk(tmp_path / "HQ", "HQ")
    try:
        paths = []
        for number in range(1, 41):
            first = number * 50
            revisions = [revision_of(first + k, _answers(first + k)) for k in range(50)]
            path = tmp_path / f"{number}.xlsx"
            paths.append(write(path, package_of(revisions, number=number)))
        start = time.perf_counter()
        results = desk.take(*paths)
        spent = time.perf_counter() - start
    finally:
        desk.database.close()
    print(f"\n{len(paths) / spent:.0f} packages of 50 records taken in a second")
    assert {result.status for result in results} == {"imported"}
