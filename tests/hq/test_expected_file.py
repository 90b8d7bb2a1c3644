"""Tables of expected returns as offices and headquarters save them: good rows are taken, bad ones named."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.hq.expected_file import (
    BadCsvError,
    ColumnTwiceError,
    EncodingUnknownError,
    ExpectedFile,
    NotATableError,
    read_expected,
)
from habitat_desktop.hq.expected_plans import one_for_each, rolled
from habitat_desktop.incoming.errors import EmptyFileError, IncomingError
from habitat_desktop.records import expected_errors as errors
from habitat_desktop.records.act import Act
from habitat_desktop.records.expected import Register, Report, Terms, fold, matched
from habitat_desktop.records.expected_acts import Known

KNOWN = Known({"settlement", "policy"}.__contains__, {"KE", "CI"})
HEADER = "office,form_id,country,period,subject,due,note"
ROW = "KE,settlement,KEN,2026-H1,Nairobi,2026-07-31,"
ABIDJAN = Terms("CI", "settlement", "CIV", "2026-H1", "Forêt", "2026-07-31", "")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., ExpectedFile]:
    def read(content: bytes | str, name: str = "expected.csv") -> ExpectedFile:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_expected(path, KNOWN)

    return read


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "windows-1252"),
    ],
)
def test_every_usual_encoding_is_read_and_told(read: Any, codec: str, told: str) -> None:
    text = f"{HEADER}\r\nCI,settlement,CIV,2026-H1,Forêt,2026-07-31,\r\n"
    found = read(text.encode(codec))
    assert (found.encoding, found.terms, found.problems) == (told, (ABIDJAN,), ())


def test_another_encoding_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "expected.csv"
    path.write_bytes(f"{HEADER}\nKE,settlement,KEN,2026-H1,القاهرة,2026-07-31,".encode("windows-1256"))
    assert read_expected(path, KNOWN, "windows-1256").terms[0].subject == "القاهرة"
    assert read_expected(path, KNOWN).encoding == "windows-1252"  # which is told, for a person to see
    with pytest.raises(EncodingUnknownError):
        read_expected(path, KNOWN, "utf-8")


@pytest.mark.parametrize(
    "text",
    [
        HEADER.replace(",", ";") + "\nCI;settlement;CIV;2026-H1;Forêt;2026-07-31;",
        HEADER.replace(",", "\t") + "\nCI\tsettlement\tCIV\t2026-H1\tForêt\t2026-07-31",
        "sep=;\n" + HEADER.replace(",", ";") + "\nCI;settlement;CIV;2026-H1;Forêt;2026-07-31;",
        f'\n\n{HEADER.upper()}\n\n"ci","settlement","civ","2026-H1","  Forêt ","31/07/2026",""',
        "due,Subject,form,PERIOD,country,office\n31 July 2026,Forêt,settlement,2026-H1,CIV,CI",
    ],
)
def test_what_excel_makes_of_a_csv_file_is_read(read: Any, text: str) -> None:
    found = read(text)
    assert (found.terms, found.problems) == ((ABIDJAN,), ())


def test_good_rows_are_taken_and_bad_ones_named_by_row_and_column(read: Any) -> None:
    bad = [
        ("TZ,settlement,TZA,2026-H1,,2026-07-31,", "office", errors.ExpectedOfficeError),
        ("K/E,settlement,KEN,2026-H1,,2026-07-31,", "office", errors.ExpectedCodeError),
        ("KE,settlments,KEN,2026-H1,,2026-07-31,", "form_id", errors.ExpectedFormError),
        ("KE,settlement,Kenya,2026-H1,,2026-07-31,", "country", errors.ExpectedCountryError),
        ("KE,settlement,KEN,H1 2026,,2026-07-31,", "period", errors.ExpectedPeriodError),
        ("KE,settlement,KEN,2026-H1,,2026-06-31,", "due", errors.ExpectedDateError),
        ("KE,settlement,KEN,2026-H1,,2025-06-30,", "due", errors.DueTooEarlyError),
        ("KE,settlement,KEN,2026-H1,,07/08/2026,", "due", errors.DateNotSureError),
        ("KE,settlement,KEN,2026-H1,,07/31/2026,", "due", errors.ExpectedDateError),
        ("KE,settlement,KEN,2026-H1,,46234,", "due", errors.ExpectedDateError),
        ("KE", "form_id", errors.ExpectedFormError),
        (f"KE,settlement,KEN,2026-H1,{'x' * 501},2026-07-31,", "", errors.ExpectedLongError),
    ]
    rows = [line for one in bad for line in (one[0], "")]
    found = read("\n".join([HEADER, *rows, ROW]))
    assert found.terms == (Terms("KE", "settlement", "KEN", "2026-H1", "Nairobi", "2026-07-31", ""),)
    assert [(one.row, one.column, type(one.error)) for one in found.problems] == [
        (2 + 2 * number, column, error) for number, (_row, column, error) in enumerate(bad)
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFileError),
        (b"\n\n\n", NotATableError),
        (b"office,form_id,period\nKE,settlement,2026-H1", NotATableError),
        (HEADER.replace("note", "Due").encode(), ColumnTwiceError),
        (b"office,form_id,period,due\n\x81\x8d\x8f\x90", EncodingUnknownError),
        (b"\xff\xfeo\x00f\x00f", EncodingUnknownError),
        (HEADER.encode() + b"\nKE,settlement," + b"x" * 200_000, BadCsvError),
        (b"PK\x03\x04 no workbook", IncomingError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, IncomingError),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(read: Any, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(content)


def test_columns_nobody_asked_for_are_told(read: Any) -> None:
    found = read(f"{HEADER},Focal point\n{ROW},M. Njeri")
    assert (len(found.terms), found.ignored) == (1, ("Focal point",))


def test_a_workbook_gives_dates_and_years_as_they_are_meant(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEADER.split(","))
    sheet.append(["KE", "settlement", "KEN", 2026, "Nairobi", date(2026, 7, 31), None])
    sheet.append(["KE", "settlement", "KEN", "2026-2027", "Kisumu", datetime(2027, 7, 31, 0, 0), "=1+1"])
    sheet.append(["KE", "settlement", "KEN", 2026.0, "Mombasa", 46234, None])
    sheet.append(["KE", "settlement", "KEN", "2026-H1", "Nakuru", "31.07.2026", None])
    path = tmp_path / "expected.csv"  # whatever it is called
    book.save(path)
    found = read_expected(path, KNOWN)
    assert found.encoding == "xlsx"
    assert [(one.period, one.subject, one.due) for one in found.terms] == [
        ("2026", "Nairobi", "2026-07-31"),
        ("2026-2027", "Kisumu", "2027-07-31"),
        ("2026-H1", "Nakuru", "2026-07-31"),
    ]
    assert [(one.row, one.column) for one in found.problems] == [(4, "due")]


def _expected(*terms: Terms) -> list[Act]:
    return [
        Act(
            office=one.office,
            installation="hq",
            number=number,
            previous="",
            role="headquarters",
            sender="HQ",
            kind="expect",
            record_id="",
            revision_id="",
            ref="",
            about="",
            after=(),
            person="A. Reviewer",
            reason="",
            content={name: getattr(one, name) for name in Terms._fields if name != "office"},
            language="en",
            made_at="2026-01-01T00:00:00.000000Z",
            key_id="k",
        )
        for number, one in enumerate(terms, 1)
    ]


def test_one_is_expected_from_each_office_with_its_country() -> None:
    found = one_for_each(["ke", "CI", "KE"], "policy", "2026-H2", "2027-01-31", KNOWN)
    assert [(one.office, one.country, one.subject) for one in found] == [("KE", "KEN", ""), ("CI", "CIV", "")]
    with pytest.raises(errors.ExpectedOfficeError):
        one_for_each(["KE", "TZ"], "policy", "2026-H2", "2027-01-31", KNOWN)


def test_the_next_period_expects_the_subjects_of_the_last() -> None:
    nairobi = Terms("KE", "settlement", "KEN", "2026-H1", "Nairobi", "2026-07-31", "with a map")
    open_to_any = nairobi._replace(form_id="policy", subject="")
    older = nairobi._replace(period="2025-H2", due="2026-01-31", subject="Kisumu")
    returns, _astray = fold(_expected(nairobi, open_to_any, older))
    reports = [
        Report(f"r{name}", f"KE-{name}", "KE", "policy", "KEN", "2026-H1", name, "received")
        for name in ("Thika", "Lamu")
    ]
    register = Register(tuple(matched(returns, reports)[0]))
    found = rolled(register, "2026-H2", "2027-01-31", KNOWN, last="2026-H1")
    assert sorted((one.form_id, one.subject, one.period, one.due, one.note) for one in found) == [
        ("policy", "", "2026-H2", "2027-01-31", "with a map"),
        ("settlement", "Nairobi", "2026-H2", "2027-01-31", "with a map"),
    ]
    found = rolled(register, "2026-H2", "2027-01-31", KNOWN, last="2026-H1", by_record=True)
    assert sorted(one.subject for one in found) == ["Lamu", "Nairobi", "Thika"]
    found = rolled(register, "2026-H2", "2027-01-31", KNOWN, last="2026-H1", forms=["policy"])
    assert [one.form_id for one in found] == ["policy"]
    with pytest.raises(errors.DueTooEarlyError):
        rolled(register, "2027-H2", "2027-01-31", KNOWN, last="2026-H1")
