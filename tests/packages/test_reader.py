"""The child process: it serves many files, and a file that breaks it harms nobody else."""

import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.incoming import errors
from habitat_desktop.packages.reader import Reader, read_workbook
from tests.packages.offices import package_of, revision_of, write

# Stands for a library that a hostile file hangs or kills; it reads every other file as the real child does
_CHILD = """
import sys, time, os
from pathlib import Path
from habitat_desktop.packages import gate, reader
check = gate.check
def fragile(path):
    if path.name == "hangs.xlsx":
        time.sleep(60)
    if path.name == "kills.xlsx":
        os.abort()
    return check(path)
gate.check = fragile
reader.child_main(sys.argv[1:])
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
    ("name", "error"), [("hangs.xlsx", errors.ReadTimeoutError), ("kills.xlsx", errors.ReadCrashError)]
)
def test_a_file_that_breaks_the_child_is_blamed_and_the_next_is_read(
    good: Path, name: str, error: type[errors.IncomingError]
) -> None:
    with Reader(timeout_s=3, command=[sys.executable, "-c", _CHILD]) as reader:
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


def test_a_workbook_the_library_cannot_read_is_damaged(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "without.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet2.xml":
                target.writestr(name, source.read(name))
    with pytest.raises(errors.WorkbookDamagedError):
        read_workbook(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on memory is a Unix one")
def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["ADJ9999"] = 1  # just inside the gate's limit: eight million cells
    book.save(tmp_path / "a.xlsx")
    with Reader(memory_bytes=300 << 20) as reader, pytest.raises(errors.ReadCrashError):
        reader.read(tmp_path / "a.xlsx")
    with Reader() as reader:
        assert len(reader.read(tmp_path / "a.xlsx").sheets[0].rows) == 9999


def test_a_name_in_any_script_is_read(good: Path) -> None:
    path = good.rename(good.with_name("حزمة 包 é.xlsx"))
    assert read_workbook(path).file == path.name
