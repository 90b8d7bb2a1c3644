"""What may be opened: every bad file gets its code before a library sees it, every plain workbook passes."""

import io
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.incoming import errors
from habitat_desktop.packages import gate
from habitat_desktop.packages.reader import Reader
from tests.packages.offices import package_of, revision_of, write

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = "xl/worksheets/sheet1.xml"


def _sheet(rows: str, *, before: str = "", head: str = _HEAD) -> str:
    return f"{head}{before}<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"


def _cell(address: str) -> str:
    return f'<row r="1"><c r="{address}"><v>1</v></c></row>'


def _parts(**changes: str | bytes) -> dict[str, str | bytes]:
    """The parts of the smallest workbook; `sheet` and `texts` replace theirs."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f"{_HEAD}<Types "
        'xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "xl/workbook.xml": f'{_HEAD}<workbook {_MAIN} xmlns:r="{relations}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{_HEAD}<Relationships "
        'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        _SHEET: _sheet(_cell("A1")),
    }
    names = {"sheet": _SHEET, "texts": "xl/sharedStrings.xml"}
    return parts | {names[key]: value for key, value in changes.items()}


def _zip(parts: dict[str, str | bytes], extra: tuple[tuple[str, str], ...] = ()) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for name, content in extra:
            archive.writestr(name, content)
    return target.getvalue()


def _whole() -> bytes:
    return _zip(_parts())


def _bad_checksum() -> bytes:
    content = bytearray(_zip(_parts()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo(_SHEET)
    place = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    content[place] ^= 0xFF
    return bytes(content)


def _encrypted() -> bytes:
    content = bytearray(_zip(_parts()))
    place = content.find(b"PK\1\2")
    content[place + 8] |= 1
    return bytes(content)


def _overlapping() -> bytes:
    """Let the second entry of the directory point into the first one."""
    content = bytearray(_zip(_parts()))
    first = content.find(b"PK\1\2")
    second = content.find(b"PK\1\2", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)


def _compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + stream.encode("utf-16-le") + b"\0" * 1024


def _twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return _zip(_parts(), ((_SHEET, _sheet(_cell("B1"))),))


BAD: list[tuple[str, Callable[[], bytes], type[errors.IncomingError]]] = [
    ("empty", lambda: b"", errors.EmptyFileError),
    ("text", lambda: b"hello\n" * 100, errors.NotXlsxError),
    ("old Excel", lambda: _compound("Workbook"), errors.OldExcelError),
    ("password", lambda: _compound("EncryptedPackage"), errors.PasswordError),
    ("old Word", lambda: _compound("WordDocument"), errors.NotXlsxError),
    ("junk before it", lambda: b"MZ" + b"\0" * 100 + _whole(), errors.NotXlsxError),
    ("another zip", lambda: _zip({"a.txt": "x"}), errors.NotXlsxError),
    ("half", lambda: _whole()[: len(_whole()) // 2], errors.ZipDamagedError),
    ("without its end", lambda: _whole()[:-10], errors.ZipDamagedError),
    ("checksum", _bad_checksum, errors.ZipDamagedError),
    ("packed with a password", _encrypted, errors.ZipEncryptedError),
    ("a part twice", _twice, errors.ZipDuplicateError),
    (
        "a part twice but for case",
        lambda: _zip(_parts(), (("XL/Workbook.xml", "x"),)),
        errors.ZipDuplicateError,
    ),
    ("overlap", _overlapping, errors.ZipOverlapError),
    ("parts", lambda: _zip(_parts(), tuple((f"x/{n}", "") for n in range(3000))), errors.ZipEntriesError),
    ("white space", lambda: _zip(_parts(sheet=_sheet(" " * (20 << 20)))), errors.ZipBombError),
    ("document type", lambda: _zip(_parts(sheet=_sheet("", before="<!DOCTYPE x>"))), errors.XmlDoctypeError),
    (
        "entities",
        lambda: _zip(_parts(texts=f'{_HEAD}<!DOCTYPE s [<!ENTITY a "aa">]><sst {_MAIN}>&a;</sst>')),
        errors.XmlDoctypeError,
    ),
    ("UTF-16", lambda: _zip(_parts(sheet=_sheet("", head="").encode("utf-16"))), errors.XmlEncodingError),
    (
        "Latin-1",
        lambda: _zip(_parts(sheet=_sheet("", head='<?xml version="1.0" encoding="ISO-8859-1"?>'))),
        errors.XmlEncodingError,
    ),
    ("broken XML", lambda: _zip(_parts(sheet="<worksheet><a></worksheet>")), errors.XmlDamagedError),
    ("bad UTF-8", lambda: _zip(_parts(sheet=_sheet("").encode() + b"\xff")), errors.XmlDamagedError),
    ("far cell", lambda: _zip(_parts(sheet=_sheet(_cell("XFD1048576")))), errors.CellReferenceError),
    ("far column", lambda: _zip(_parts(sheet=_sheet(_cell("ZZZZZZZ1")))), errors.CellReferenceError),
    ("far row", lambda: _zip(_parts(sheet=_sheet(_cell("A4294967297")))), errors.CellReferenceError),
    ("small letters", lambda: _zip(_parts(sheet=_sheet(_cell("xfd1048576")))), errors.CellReferenceError),
    (
        "written as entities",
        lambda: _zip(_parts(sheet=_sheet(_cell("&#88;FD1048576")))),
        errors.CellReferenceError,
    ),
    (
        "spaces and other quotes",
        lambda: _zip(_parts(sheet=_sheet("<row><c t='n'\n r = 'XFD1048576' /></row>"))),
        errors.CellReferenceError,
    ),
    (
        "no addresses",
        lambda: _zip(_parts(sheet=_sheet(f"<row r='1'>{'<c/>' * 20_000}</row><row r='20000'><c/></row>"))),
        errors.CellReferenceError,
    ),
    (
        "hidden behind comments",
        lambda: _zip(
            _parts(
                sheet=_sheet(f"<row r='1'>{'<c/>' * 2}</row><row r='9000000'><c/></row><!-- r='A1' -->" * 3)
            )
        ),
        errors.CellReferenceError,
    ),
    ("no cell address", lambda: _zip(_parts(sheet=_sheet(_cell("here")))), errors.CellReferenceError),
]


@pytest.mark.parametrize(("content", "error"), [(c, e) for _, c, e in BAD], ids=[name for name, _, _ in BAD])
def test_a_bad_file_gets_its_code(
    tmp_path: Path, content: Callable[[], bytes], error: type[errors.IncomingError]
) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content())
    with pytest.raises(error) as caught:
        gate.check(path)
    assert type(caught.value) is error
    assert "bad.xlsx" in str(caught.value)


def test_the_sheet_is_checked_whatever_its_part_is_called(tmp_path: Path) -> None:
    parts = _parts()
    parts["xl/odd.bin"] = _sheet(_cell("XFD1048576"))
    parts["xl/_rels/workbook.xml.rels"] = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        "worksheets/sheet1.xml", "/xl/odd.bin"
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(_zip(parts))
    with pytest.raises(errors.CellReferenceError):
        gate.check(path)


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(gate.FILE_LIMIT + 1)
    with pytest.raises(errors.TooBigError):
        gate.check(path)


@pytest.mark.parametrize(
    "rows", ["", "<row><c><v>1</v></c><c><v>2</v></c></row>", _cell("A1") + "<!-- c -->"]
)
def test_an_unusual_but_harmless_sheet_passes(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(_zip(_parts(sheet=_sheet(rows))))
    assert gate.check(path) == path.read_bytes()


def test_parts_nobody_reads_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(_zip(_parts(), (("docProps/app.xml", "<!DOCTYPE x>"), ("xl/media/a.png", "x"))))
    assert gate.check(path) == path.read_bytes()


def test_a_text_that_looks_like_an_address_is_a_text(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>a r="XFD1" b r=\'A1048576\'</t></is></c></row>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(_zip(_parts(sheet=_sheet(rows))))
    assert gate.check(path) == path.read_bytes()


def test_workbooks_of_other_programs_pass(tmp_path: Path, reader: Reader) -> None:
    book = openpyxl.Workbook()
    book.active["C7"] = "x"
    book.save(tmp_path / "openpyxl.xlsx")
    assert reader.read(tmp_path / "openpyxl.xlsx").sheets[0].rows[6][2] == "x"
    profile = (tmp_path / "profile").as_uri()
    source = write(tmp_path / "package.xlsx", package_of([revision_of()]))
    subprocess.run(
        ["libreoffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "saved"), str(source)],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    assert reader.read(tmp_path / "saved" / "package.xlsx").sheet("_package") is not None


def test_changing_bytes_never_crashes_the_gate(tmp_path: Path) -> None:
    content = write(tmp_path / "a.xlsx", package_of([revision_of()])).read_bytes()
    path = tmp_path / "b.xlsx"
    for start in range(0, len(content), max(1, len(content) // 150)):
        damaged = bytearray(content)
        damaged[start : start + 3] = os.urandom(3)
        path.write_bytes(damaged)
        try:
            gate.check(path)
        except errors.IncomingError:
            continue
