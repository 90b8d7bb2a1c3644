"""Workbooks made to hurt: each gets its code and sentence, nothing is written, and the program runs on.

What may be read is read right, and what was noticed in it is named.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitat_desktop.i18n.catalogues import explain
from habitat_desktop.incoming import errors
from habitat_desktop.incoming.container import FILE_LIMIT
from habitat_desktop.incoming.notices import SENTENCES, Notice
from habitat_desktop.incoming.sheets import read_sheet
from habitat_desktop.incoming.values import Context
from habitat_desktop.packages import payload
from habitat_desktop.packages.errors import PayloadTooBigError
from habitat_desktop.packages.finding import Finding
from habitat_desktop.packages.importing import _REFUSED
from habitat_desktop.packages.reader import Reader
from tests.packages.hostile_workbooks import CASES, READ, row, sheet
from tests.packages.offices import Desk, open_desk, package_of, revision_of, write

SECONDS, MEGABYTES = 5, 500
BAD = [name for name, case in CASES.items() if case.code != READ]
SOUND = [name for name, case in CASES.items() if case.code == READ]


@pytest.fixture(scope="module")
def headquarters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_desk(tmp_path_factory.mktemp("hostile") / "HQ", "HQ")
    yield desk
    desk.database.close()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_kept_out_and_nothing_is_written(tmp_path: Path, headquarters: Desk, name: str) -> None:
    path = tmp_path / "from outside.xlsx"
    content = CASES[name].build()
    path.write_bytes(content)
    before, stored = headquarters.dump(), _files(headquarters.incoming)
    (result,) = headquarters.take(path)
    assert (result.code, result.new_revisions) == (CASES[name].code, 0)
    assert "from outside.xlsx" in result.message
    assert (
        "othing was taken in" in result.message or "not opened" in result.message or "kept" in result.message
    )
    assert headquarters.dump() == before
    assert _files(headquarters.incoming) == stored
    assert path.read_bytes() == content
    assert result.status == ("refused" if isinstance(result.error, _REFUSED) else "quarantined")
    if result.status == "quarantined":
        assert content in [kept.read_bytes() for kept in headquarters.quarantine.glob("*.xlsx")]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize("name", SOUND)
def test_what_may_be_read_is_read_right_and_what_was_noticed_is_named(
    tmp_path: Path, reader: Reader, name: str
) -> None:
    case = CASES[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(case.build())
    workbook = reader.read(path)
    assert workbook.sheets[0].rows == case.rows
    assert {notice.code for notice in workbook.notices} == case.notices
    for notice in workbook.notices:
        assert notice.message
        assert "{" not in notice.message


def test_every_notice_has_a_case() -> None:
    seen = {code for case in CASES.values() for code in case.notices}
    assert seen == set(SENTENCES)


def test_every_code_of_container_parts_and_cells_has_a_case() -> None:
    elsewhere = {"FILE_NOT_READABLE", "TOO_BIG", "READ_TIMEOUT", "READ_CRASHED", "XML_SIZE"}
    own = {error.code for error in errors.kinds() if error.__module__ == errors.__name__}
    assert {case.code for case in CASES.values()} - {READ} == own - elsewhere


def test_bad_numbers_are_told_by_their_cells(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(CASES["numbers that are none"].build())
    noticed = reader.read(path).notices
    assert [(notice.cell, notice.detail) for notice in noticed][:2] == [("A1", "NaN"), ("B1", "INF")]
    assert "cell A1: “NaN” is no number" in noticed[0].message


@pytest.mark.parametrize("cells", ['<c r="A{0}"><v>{0}</v></c>', '<c r="A{0}"><!-- --><v>{0}</v></c>'])
def test_more_cells_than_can_be_kept_are_refused(cells: str) -> None:
    context = Context("a.xlsx", cells_left=10)
    content = sheet("".join(row(n, cells.format(n)) for n in range(1, 12))).encode()
    with pytest.raises(errors.TooManyTextsError):
        read_sheet(content, context)


def test_a_file_above_the_limit_is_not_read(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    with pytest.raises(errors.TooBigError):
        reader.read(path)


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process is read from /proc")
def test_no_file_takes_long_or_much_memory(tmp_path: Path) -> None:
    """A process of its own reads them all, and no `ru_maxrss`: that is inherited from whoever starts it."""
    for place, (name, case) in enumerate(CASES.items()):
        (tmp_path / f"{place} {name.replace('/', '_')}.xlsx").write_bytes(case.build())
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    *lines, megabytes = done.stdout.splitlines()
    slow = {
        name: seconds for seconds, name in (line.split(" ", 1) for line in lines) if float(seconds) > SECONDS
    }
    assert slow == {}
    assert len(lines) == len(CASES)
    assert float(megabytes) <= MEGABYTES


_MEASURE = """
import sys, time
from pathlib import Path
from habitat_desktop.incoming import errors, workbook
from habitat_desktop.incoming.container import read_file
from habitat_desktop.incoming.process_limits import limit_process
from habitat_desktop.incoming.reading import MEMORY_BYTES
limit_process(MEMORY_BYTES)
for path in Path(sys.argv[1]).glob("*.xlsx"):
    start = time.process_time()
    try:
        workbook.read_all(read_file(path), path.name)
    except errors.IncomingError:
        pass
    print(time.process_time() - start, path.name)
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


@pytest.mark.parametrize("content", [b"[" * 5_000_000, b" " * (70 << 20)], ids=["values", "bytes"])
def test_a_payload_that_would_grow_is_not_read(content: bytes) -> None:
    with pytest.raises(PayloadTooBigError):
        payload.from_cells(payload.to_cells(content), "a.xlsx")


def test_signs_that_mislead_are_shown_as_marks() -> None:
    """U+202E turns the letters after it round: this name looks like one of a workbook."""
    name = "report\u202excslx.exe"
    assert "report⟨202E⟩xcslx.exe" in explain(errors.NotXlsxError(file=name))
    assert "“a⟨200B⟩b”" in Finding("CELL_EDITED", "s", "A1", old="ab", new="a\u200bb").message
    assert "⟨202E⟩" in Notice("HIDDEN_SHEET", "a\u202eb").message


def test_headquarters_runs_on_after_all_of_it(tmp_path: Path, headquarters: Desk) -> None:
    path = write(tmp_path / "good.xlsx", package_of([revision_of()]))
    (result,) = headquarters.take(path)
    assert result.status in ("imported", "duplicate")
