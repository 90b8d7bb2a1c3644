"""Files attached to answers: kept by their content, and never larger than a package carries."""

import hashlib
from pathlib import Path

import pytest

from habitat_desktop.records.attachments import LARGEST, FileTooLargeError, attach, attached_files
from habitat_desktop.records.database import Database


def test_a_file_is_kept_once_by_its_content_and_found_by_its_value(
    database: Database, tmp_path: Path
) -> None:
    for name in ("Plan.PDF", "copy of plan.pdf"):
        (tmp_path / name).write_bytes(b"%PDF plan")
    folder = tmp_path / "kept"
    with database.begin() as session:
        values = [attach(session, folder, "KE", tmp_path / name) for name in ("Plan.PDF", "copy of plan.pdf")]
        found = attached_files(session, "KE", {"paper": values[0], "again": values[1]})
    key = hashlib.sha256(b"%PDF plan").hexdigest()
    assert values == [f"{key}.pdf"] * 2 and [path.name for path in folder.iterdir()] == [key]
    assert [(one.name, one.size) for one in found] == [("Plan.PDF", 9)]


def test_a_file_no_package_carries_is_refused_before_it_is_read(database: Database, tmp_path: Path) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    with database.begin() as session, pytest.raises(FileTooLargeError) as refused:
        attach(session, tmp_path / "kept", "KE", large)
    assert refused.value.context["limit_mb"] == 40 and not (tmp_path / "kept").exists()
