"""Taking packages in: once, whole, in any order; and nothing of what is damaged or not for us."""

import json
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.packages import errors, payload
from habitat_desktop.packages.finding import from_document
from habitat_desktop.packages.inspecting import inspect_package
from habitat_desktop.packages.reader import read_package
from habitat_desktop.records import exchange_state
from habitat_desktop.records.findings import findings
from tests.packages.offices import Desk, find_form, full_answers, package_of, revision_of, write

Open = Callable[[str], Desk]


def _sent(kenya: Desk, records: int = 3) -> Path:
    for number in range(records):
        kenya.finalize(full_answers(f"City {number}"))
    return kenya.make().path


def _repacked(path: Path, sheet: str, edit: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book[sheet])
    copy = path.with_name(f"edited-{path.name}")
    book.save(copy)
    return copy


def _journal(desk: Desk) -> list[dict[str, str]]:
    return [json.loads(line) for line in (desk.quarantine / "journal.jsonl").read_text("utf-8").splitlines()]


def test_records_go_to_headquarters_and_the_receipt_comes_back(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    revision = kenya.finalize()
    (result,) = headquarters.take(kenya.make().path)
    assert (result.status, result.new_revisions, result.sender, result.number) == ("imported", 1, "KE", 1)
    assert headquarters.heads() == kenya.heads()
    assert kenya.state(revision.record_id) == "package"
    (answer,) = kenya.take(headquarters.make("KE").path)
    assert (answer.status, answer.receipts_applied, answer.new_revisions) == ("imported", 1, 0)
    assert kenya.state(revision.record_id) == "received"
    assert kenya.waiting() == 0
    with pytest.raises(errors.NothingToSendError):
        kenya.make()
    with pytest.raises(errors.NothingToSendError):
        headquarters.make("KE")


def test_importing_twice_changes_nothing(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    path = _sent(kenya)
    headquarters.take(path)
    before = headquarters.dump()
    (again,) = headquarters.take(path)
    assert (again.status, again.code, again.new_revisions) == ("duplicate", "DUPLICATE", 0)
    assert "9 July 2026" in again.message
    assert headquarters.dump() == before


def test_a_copy_saved_again_is_the_same_package(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    path = _sent(kenya)
    saved = _repacked(path, "settlements", lambda sheet: None)
    assert saved.read_bytes() != path.read_bytes()
    assert [r.status for r in headquarters.take(saved, path)] == ["imported", "duplicate"]


def test_the_order_of_packages_does_not_matter(desk: Open) -> None:
    kenya = desk("KE")
    paths, revision = [], None
    for number in range(4):
        revision = kenya.finalize(full_answers(str(number)), record=revision)
        paths.append(kenya.make().path)
    for seed in range(3):
        headquarters = desk("HQ")
        shuffled = random.Random(seed).sample(paths, len(paths)) + paths[:2]
        results = headquarters.take(*shuffled)
        assert {r.status for r in results} <= {"imported", "duplicate"}
        assert headquarters.heads() == kenya.heads()


def test_a_package_for_somebody_else_is_refused_and_nothing_is_written(desk: Open) -> None:
    kenya, uganda = desk("KE"), desk("UG")
    before = uganda.dump()
    (result,) = uganda.take(_sent(kenya))
    assert (result.status, result.code) == ("refused", "WRONG_RECIPIENT")
    assert "HQ" in result.message and "UG" in result.message
    assert uganda.dump() == before


def test_an_own_package_is_refused(desk: Open) -> None:
    kenya = desk("KE")
    (result,) = kenya.take(_sent(kenya))
    assert (result.status, result.code) == ("refused", "OWN_PACKAGE")


def test_an_office_takes_packages_from_headquarters_only(desk: Open, tmp_path: Path) -> None:
    package = package_of([revision_of()])
    manifest = package.manifest.__class__(**{**vars(package.manifest), "recipient": "UG"})
    path = write(tmp_path / "a.xlsx", package.__class__(**{**vars(package), "manifest": manifest}))
    (result,) = desk("UG").take(path)
    assert (result.status, result.code) == ("refused", "NOT_A_PEER")


def test_an_office_cannot_send_records_of_another_one(desk: Open, tmp_path: Path) -> None:
    headquarters = desk("HQ")
    before = headquarters.dump()
    path = write(tmp_path / "a.xlsx", package_of([revision_of(1), revision_of(2, office="UG")]))
    (result,) = headquarters.take(path)
    assert (result.status, result.code) == ("quarantined", "FOREIGN_RECORD")
    assert headquarters.dump() == before


def test_one_number_with_other_contents_is_an_alarm(desk: Open, tmp_path: Path) -> None:
    headquarters = desk("HQ")
    first = write(tmp_path / "a.xlsx", package_of([revision_of(1)]))
    other = write(tmp_path / "b.xlsx", package_of([revision_of(1), revision_of(2)]))
    headquarters.take(first)
    before = headquarters.dump()
    (result,) = headquarters.take(other)
    assert (result.status, result.code) == ("quarantined", "NUMBER_TWICE")
    assert headquarters.dump() == before
    assert _journal(headquarters)[0]["code"] == "NUMBER_TWICE"


def test_one_version_number_with_other_contents_is_an_alarm(desk: Open, tmp_path: Path) -> None:
    headquarters = desk("HQ")
    headquarters.take(write(tmp_path / "a.xlsx", package_of([revision_of(1)])))
    before = headquarters.dump()
    changed = package_of([revision_of(2), revision_of(1, {"city": "other"})], number=2)
    (result,) = headquarters.take(write(tmp_path / "b.xlsx", changed))
    assert (result.status, result.code) == ("quarantined", "REVISION_TWICE")
    assert headquarters.dump() == before


def _cut(path: Path) -> Path:
    content = path.read_bytes()
    cut = path.with_name("cut.xlsx")
    cut.write_bytes(content[: len(content) // 2])
    return cut


def _without_payload(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    del book[payload.SHEET]
    copy = path.with_name("without.xlsx")
    book.save(copy)
    return copy


def _flipped(path: Path) -> Path:
    def flip(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        cell = next(row[1] for row in sheet.iter_rows() if row[0].value == "000001")
        cell.value = cell.value[:50] + ("A" if cell.value[50] != "A" else "B") + cell.value[51:]

    return _repacked(path, payload.SHEET, flip)


def _text(path: Path) -> Path:
    text = path.with_name("text.xlsx")
    text.write_text("not a workbook")
    return text


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_cut, "ZIP_BAD"),
        (_without_payload, "NO_PACKAGE_SHEET"),
        (_flipped, "PAYLOAD_DAMAGED"),
        (_text, "NOT_XLSX"),
    ],
)
def test_a_bad_file_is_kept_untouched_and_noted_and_the_database_unchanged(
    desk: Open, spoil: Callable[[Path], Path], code: str
) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    bad = spoil(_sent(kenya))
    before = headquarters.dump()
    for _ in range(2):
        (result,) = headquarters.take(bad)
        assert (result.status, result.code) == ("quarantined", code)
        assert bad.name in result.message
    (line,) = _journal(headquarters)
    assert line["code"] == code
    assert (headquarters.quarantine / line["kept_as"]).read_bytes() == bad.read_bytes()
    assert headquarters.dump() == before
    assert list(headquarters.incoming.iterdir()) == []


def test_a_bad_file_does_not_keep_the_others_out(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    good = _sent(kenya)
    missing = good.with_name("missing.xlsx")
    results = headquarters.take(_cut(good), missing, good)
    assert [r.status for r in results] == ["quarantined", "refused", "imported"]
    assert results[1].code == "FILE_NOT_READABLE"


def test_what_was_sent_is_stored_as_it_came(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    value = kenya.attach("plan.pdf", b"plan")
    kenya.finalize({"map": value})
    made = kenya.make()
    headquarters.take(made.path)
    stored = headquarters.incoming / f"{made.payload_sha256}.xlsx"
    assert stored.read_bytes() == made.path.read_bytes()
    assert (headquarters.attachments / value.split(".")[0]).read_bytes() == b"plan"


def test_records_of_forms_nobody_knows_are_taken_in(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize({"a": "1"}, form_id="census")
    (result,) = headquarters.take(kenya.make().path)
    assert (result.status, result.new_revisions) == ("imported", 1)


def test_a_version_whose_parent_is_missing_waits_and_says_so(desk: Open, tmp_path: Path) -> None:
    headquarters = desk("HQ")
    first = revision_of(1)
    second = revision_of(2, record_id=first.record_id, parents=(first.revision_id,))
    (result,) = headquarters.take(write(tmp_path / "b.xlsx", package_of([second], number=2)))
    assert (result.status, result.new_revisions) == ("waiting", 1)
    (result,) = headquarters.take(write(tmp_path / "a.xlsx", package_of([first], number=1)))
    assert result.status == "imported"
    assert headquarters.heads() == {first.record_id: (second.revision_id,)}


def test_changes_made_in_excel_are_told_and_not_believed(desk: Open) -> None:
    def edit(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["F3"] = 1

    kenya, headquarters = desk("KE"), desk("HQ")
    edited = _repacked(_sent(kenya, 1), "settlements", edit)
    (result,) = headquarters.take(edited)
    assert (result.status, len(result.findings)) == ("imported", 1)
    assert "1 change made in Excel" in result.message
    assert headquarters.heads() == kenya.heads()


def test_the_clock_of_the_sender_does_not_matter(desk: Open) -> None:
    headquarters = desk("HQ")
    for office, years in (("KE", -57), ("UG", 80)):
        sender = desk(office)
        sender.now += timedelta(days=365 * years)
        sender.finalize()
        assert headquarters.take(sender.make().path)[0].status == "imported"
        assert sender.take(headquarters.make(office).path)[0].receipts_applied == 1
        assert sender.waiting() == 0


def test_inspect_tells_what_is_in_a_package(desk: Open) -> None:
    kenya = desk("KE")
    path = _sent(kenya, 2)
    report = inspect_package(path, find_form)
    assert (report["ok"], report["code"], report["sender"], report["number"]) == (True, "OK", "KE", 1)
    assert (report["records"], report["findings"]) == (2, [])
    assert report["signed_by"] == kenya.keyring.public.fingerprint and report["key_state"] == "unknown"

    def edit(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["E3"] = "Elsewhere"

    (finding,) = inspect_package(_repacked(path, "settlements", edit), find_form)["findings"]
    assert (finding["cell"], finding["old"], finding["new"]) == ("E3", "City 0", "Elsewhere")


def test_findings_are_kept_also_of_a_file_whose_contents_came_before(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    path = _sent(kenya, 2)

    def edit(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["E3"], sheet["E4"] = "Elsewhere", None

    edited = _repacked(path, "settlements", edit)
    assert headquarters.take(path, edited)[1].status == "duplicate"
    headquarters.take(edited)
    with headquarters.database.read() as session:
        (entry,) = exchange_state.packages(session, direction="in")
        kept = findings(session, payload_sha256=entry.payload_sha256)
    assert entry.findings == 2
    assert [(one.document["old"], one.document.get("new", "")) for one in kept] == [
        ("City 0", "Elsewhere"), ("City 1", ""),
    ]  # fmt: skip
    assert from_document(kept[1].document, find_form).message.endswith("“City 1” became (empty).")


def test_importing_ones_own_edited_package_names_the_way_to_take_the_edits(desk: Open) -> None:
    kenya = desk("KE")

    def edit(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["E3"] = "Elsewhere"

    (result,) = kenya.take(_repacked(_sent(kenya, 1), "settlements", edit))
    assert (result.status, result.code) == ("refused", "OWN_PACKAGE_EDITED")
    assert "package take" in result.message


def test_inspect_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    report = inspect_package(path, find_form)
    assert (report["ok"], report["code"], report["findings"]) == (False, "EMPTY", [])
    assert "a.xlsx" in report["message"]


def test_a_package_stays_readable_when_a_stranger_adds_parts_to_it(desk: Open) -> None:
    path = _sent(desk("KE"), 1)
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("customXml/item1.xml", "<!DOCTYPE x><x/>")  # never read, so never a danger
    assert read_package(path).manifest.number == 1
