"""Finding, filtering, sorting and counting records."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from habitat_desktop.records import repository
from habitat_desktop.records.attachments import attached_files
from habitat_desktop.records.database import Database
from habitat_desktop.records.glance import Enrolment, Glance, enrolment, glance
from habitat_desktop.records.record import RecordState
from tests.records.making import NOW, draft, heading, package, revision


@pytest.fixture
def filled(database: Database) -> Database:
    """Six records: three finals in three languages, one of another office, a draft, one that waits."""
    with database.begin() as session:
        repository.add_revisions(
            session,
            [
                revision(1, record_id="a", answers={"name": "تحسين الأحياء الفقيرة"}, subject="القاهرة"),
                revision(2, record_id="b", answers={"name": "社会保障性住房项目"}, subject="上海"),
                revision(3, record_id="c", answers={"name": "Реновация жилья"}, subject="Йошкар-Ола"),
                revision(
                    1, record_id="d", office="SN", installation="sn", answers={"n": "Réhabilitation à 100 %_"}
                ),
                revision(9, ("not here",), record_id="e"),
            ],
        )
        repository.create_draft(session, draft("f", {"name": "Ñuñoa"}, heading=heading(period="2025-H2")))
    return database


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("الاحياء", "a"),
        ("القاهره", "a"),
        ("تَحْسِين", "a"),
        ("住房", "b"),
        ("上海 保障", "b"),
        ("реновация", "c"),
        ("ЙОШКАР", "c"),
        ("rehabilitation", "d"),
        ("RÉHABILITATION", "d"),
        ("100 %_", "d"),
        ("nunoa", "f"),
        ("ke-test-f", "f"),
        ("answer 9", "e"),
        ("%", "d"),
        ("_", "d"),
        ("/", ""),
        ("住地", ""),
    ],
)
def test_a_search_finds_words_however_they_are_typed(filled: Database, typed: str, found: str) -> None:
    with filled.read() as session:
        records = repository.list_records(session, text=typed)
    assert [record.record_id for record in records] == list(found)


def test_filters_narrow_the_list_together(filled: Database) -> None:
    with filled.read() as session:

        def ids(**filters: object) -> list[str]:
            found = repository.list_records(session, order="label", **filters)  # type: ignore[arg-type]
            assert [record.record_id for record in found] == repository.list_ids(
                session, order="label", **filters
            )  # type: ignore[arg-type]
            return sorted(record.record_id for record in found)

        assert ids() == ["a", "b", "c", "d", "e", "f"]
        assert ids(office="SN") == ["d"]
        assert ids(period="2025-H2") == ["f"]
        assert ids(state=RecordState.DRAFT) == ["f"]
        assert ids(state=[RecordState.DRAFT, RecordState.WAITING]) == ["e", "f"]
        assert ids(form_id="housing") == []
        assert ids(country="KEN", office="KE", state=RecordState.FINAL) == ["a", "b", "c"]


def test_pages_of_a_list_join_without_gaps(filled: Database) -> None:
    with filled.read() as session:
        whole = repository.list_records(session)
        pages = [
            record
            for offset in range(0, 6, 2)
            for record in repository.list_records(session, limit=2, offset=offset)
        ]
        assert pages == whole
        labels = [repository.list_records(session, order="label", descending=down) for down in (False, True)]
        assert labels[0] == sorted(whole, key=lambda record: record.label) == labels[1][::-1]
        assert repository.summaries(session, ["d", "gone", "a"]) == [
            next(record for record in whole if record.record_id == record_id) for record_id in "da"
        ]


def test_a_record_is_found_by_its_id_and_by_its_label(filled: Database) -> None:
    with filled.read() as session:
        by_id = repository.find_record(session, "a")
        assert by_id is not None
        assert (
            repository.find_record(session, f" {by_id.label.upper()} ") is None
        )  # the tests' labels end in small letters
        assert repository.find_record(session, "KE-TEST-Z") is None
    with filled.begin() as session:
        label = repository.new_label(session, "KE")
        repository.create_draft(session, draft("g", label=label))
        found = repository.find_record(session, f" {label.lower()} ")
    assert found is not None and found.record_id == "g"


def test_every_state_is_counted(filled: Database) -> None:
    with filled.read() as session:
        counts = repository.count_by_state(session)
    assert list(counts) == list(RecordState)
    assert {state: count for state, count in counts.items() if count} == {
        RecordState.FINAL: 4,
        RecordState.WAITING: 1,
        RecordState.DRAFT: 1,
    }


# -- the glance of home ----------------------------------------------------------------------------------


def test_the_glance_shows_what_the_store_says(path: Path, filled: Database) -> None:
    from habitat_desktop.records import exchange_state

    with filled.begin() as session:
        exchange_state.note_package(session, package("in", "SN", "sn"), [])
    seen = glance(path)
    with filled.read() as session:
        assert seen.counts == repository.count_by_state(session)
        assert list(seen.recent) == repository.list_records(session)
        assert list(seen.drafts) == repository.list_records(session, state=RecordState.DRAFT)
        assert list(seen.packages) == exchange_state.packages(session)
    assert seen.installation == filled.installation
    assert (seen.records, seen.readable) == (6, True)
    assert [len(part) for part in (glance(path, 2).recent, glance(path, 0).recent)] == [2, 0]


def test_the_glance_at_nothing_is_empty(tmp_path: Path) -> None:
    assert glance(tmp_path / "none.sqlite") == Glance()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be read as one" * 20])
def test_the_glance_at_a_damaged_file_says_so_and_leaves_it(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert glance(path) == Glance(readable=False)
    assert path.read_bytes() == content


# -- attachments -----------------------------------------------------------------------------------------


def test_an_attached_file_is_kept_once_and_found_by_its_value(tmp_path: Path, database: Database) -> None:
    photo, copy = tmp_path / "Foto São.JPG", tmp_path / "copy.odd-ending"
    photo.write_bytes(b"picture")
    copy.write_bytes(b"picture")
    folder = tmp_path / "attachments"
    with database.begin() as session:
        value = repository.attach(session, folder, "KE", photo)
        other = repository.attach(session, folder, "KE", copy)
        assert value.endswith(".jpg") and other == value.removesuffix(".jpg")
        found = repository.find_attachment(session, "KE", value)
        assert found is not None and (found.name, found.media_type, found.size) == (
            "Foto São.JPG",
            "image/jpeg",
            7,
        )
        assert repository.find_attachment(session, "UG", value) is None
        assert repository.find_attachment(session, "KE", "../../etc/passwd") is None
        answers = {"photo": value, "parts": [{"photo": other}, {"photo": "b" * 64}], "name": "x"}
        assert attached_files(session, "KE", answers) == [found]
    assert [file.name for file in folder.iterdir()] == [other]
    assert (folder / other).read_bytes() == b"picture"


def test_a_final_record_is_as_old_as_its_revision(database: Database) -> None:
    with database.begin() as session:
        repository.finalize(session, draft(), author="Otieno", at=NOW)
        summary = repository.find_record(session, "r1")
    assert summary is not None and (summary.updated_at, summary.updated_by) == (NOW, "Otieno")


def test_home_is_not_held_up_while_another_process_writes_for_long(path: Path, filled: Database) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert glance(path) == Glance(readable=False)
        assert enrolment(path) == Enrolment(True, True)
        assert time.monotonic() - began < 5  # 0.3 s each; whoever writes is waited for ten
        writer.execute("ROLLBACK")
    assert glance(path).records == 6
