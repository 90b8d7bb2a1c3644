"""The child process: it serves many files, and a file that breaks it harms nobody else."""

import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.incoming import errors
from habitat_desktop.packages.reader import OpenedPackage, Reader, ReaderPool, open_package, read_workbook
from tests.packages.hostile_workbooks import number, packed, parts, row, sheet
from tests.packages.offices import package_of, revision_of, write

# Stands for a library that a hostile file hangs or kills; it reads every other file as the real child does
_CHILD = """
import sys, time, os
from pathlib import Path
from habitat_desktop.incoming import reading
read_file = reading.read_file
def fragile(path):
    if path.name == "hangs.xlsx":
        time.sleep(60)
    if path.name == "burns.xlsx":
        reading.PROCESSOR_S = 1
        reading._limit_time()
        while True:
            pass
    if path.name == "kills.xlsx":
        os.abort()
    return read_file(path)
reading.read_file = fragile
reading.child_main(sys.argv[1:])
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "good.xlsx", package_of([revision_of()]))


def test_one_child_reads_many_files(good: Path) -> None:
    with Reader() as reader:
        books = [reader.read(good) for _ in range(5)]
    assert all(book == books[0] for book in books)
    assert [sheet.name for sheet in books[0].sheets][:2] == ["Cover", "settlements"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("hangs.xlsx", errors.ReadTimeoutError),
        ("burns.xlsx", errors.ReadTimeoutError),
        ("kills.xlsx", errors.ReadCrashError),
    ],
)
def test_a_file_that_breaks_the_child_is_blamed_and_the_next_is_read(
    good: Path, name: str, error: type[errors.IncomingError]
) -> None:
    with Reader(
        timeout_s=60 if name == "burns.xlsx" else 3, command=[sys.executable, "-c", _CHILD]
    ) as reader:
        bad = good.with_name(name)
        bad.write_bytes(good.read_bytes())
        with pytest.raises(error) as caught:
            reader.read(bad)
        assert name in str(caught.value)
        assert reader.read(good).sheet("settlements") is not None


def test_the_gate_stands_before_the_library(tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(b"PK\3\4 nothing")
    with pytest.raises(errors.ZipDamagedError):
        read_workbook(path)


def test_a_workbook_that_lacks_a_sheet_is_damaged(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "without.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet2.xml":
                target.writestr(name, source.read(name))
    with pytest.raises(errors.PartMissingError):
        read_workbook(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on memory is a Unix one")
def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = "".join(row(n, number(f"A{n}", str(n)), number(f"C{n}", "0.5")) for n in range(1, 100_000))
    path.write_bytes(packed(parts(sheet(rows))))
    with Reader(memory_bytes=60 << 20) as reader, pytest.raises(errors.ReadCrashError):
        reader.read(path)
    with Reader() as reader:
        assert reader.read(path).sheets[0].rows[-1] == [99_999.0, "", 0.5]


def test_a_sheet_of_few_cells_far_apart_is_read(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(parts(sheet(row(1, number("A1", "1")) + row(9999, number("ADJ9999", "2"))))))
    rows = reader.read(path).sheets[0].rows  # just inside the limit: eight million cells
    assert (len(rows), len(rows[5]), rows[9998][-1]) == (9999, 790, 2.0)


def test_a_pool_reads_in_order_and_blames_the_right_file(tmp_path: Path, good: Path) -> None:
    paths = []
    for place in range(12):
        paths.append(tmp_path / f"{place}.xlsx")
        paths[-1].write_bytes(b"PK\3\4 nothing" if place % 5 == 2 else good.read_bytes())
    with ReaderPool(2) as pool:
        pool.warm()
        found = list(pool.each(iter(paths), open_package))
    assert [path for path, _result in found] == paths
    for place, (_path, result) in enumerate(found):
        assert isinstance(result, errors.ZipDamagedError if place % 5 == 2 else OpenedPackage)


def test_visible_sheets_are_read_only_when_the_payload_is_believed(good: Path, reader: Reader) -> None:
    def believe(opened: OpenedPackage) -> None:
        seen.append([sheet.name for sheet in opened.workbook.sheets])
        raise errors.NotXlsxError(file="not believed")

    seen: list[list[str]] = []
    with pytest.raises(errors.NotXlsxError, match="not believed"):
        open_package(good, reader, believe)
    assert seen == [["_package"]]
    opened = open_package(good, reader)
    assert opened.workbook.sheet("settlements") is not None
    assert opened.workbook.sheet("Cover") is None
    assert opened.workbook.notices == ()


def test_what_hurts_only_where_people_look_is_found_after_the_payload(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet2.xml":
                content = content.replace(b'<c r="B3"', b'<c r="A3"')
            target.writestr(name, content)
    with Reader() as reader, pytest.raises(errors.CellTwiceError):
        open_package(path, reader)


def test_a_name_in_any_script_is_read(good: Path) -> None:
    path = good.rename(good.with_name("حزمة 包 é.xlsx"))
    assert read_workbook(path).file == path.name


def test_what_was_noticed_in_a_package_is_named_for_whoever_inspects_it(good: Path, reader: Reader) -> None:
    book = openpyxl.load_workbook(good)
    book["settlements"].row_dimensions[3].hidden = True
    book["settlements"]["C3"] = "=1+1"
    book.save(good)
    noticed = open_package(good, reader).workbook.notices
    assert {(notice.code, notice.sheet, notice.cell) for notice in noticed} == {
        ("FORMULA", "settlements", "C3"),
        ("HIDDEN_ROWS", "settlements", ""),
    }
