"""What is too much for one package goes in several, each complete, and the same makes the same bytes."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from habitat_desktop.packages import portions
from habitat_desktop.packages.portions import FilesTooLargeError
from tests.packages.offices import Desk, full_answers

Open = Callable[[str], Desk]

_SAME = """
import hashlib
from pathlib import Path
from tests.packages.offices import NASTY, full_answers, package_of, revision_of, write
revisions = [revision_of(n, full_answers(text)) for n, text in enumerate(NASTY, 1)]
for language in ("ar", "en"):
    path = write(Path({folder!r}) / f"{{language}}.xlsx", package_of(revisions, language))
    print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def _everything_arrives(kenya: Desk, headquarters: Desk, parts: int) -> None:
    made = kenya.make_all()
    assert [one.number for one in made] == list(range(1, parts + 1))
    paths = [one.path for one in made]
    random.Random(parts).shuffle(paths)
    assert {result.status for result in headquarters.take(*paths)} <= {"imported", "waiting"}
    assert headquarters.heads() == kenya.heads()
    for receipt in [headquarters.make("KE").path]:
        kenya.take(receipt)
    assert kenya.waiting() == 0


def test_attached_files_are_shared_out_and_every_package_has_those_of_its_records(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "FILES_LIMIT", 1000)
    kenya, headquarters = desk("KE"), desk("HQ")
    shared = kenya.attach("shared.bin", b"s" * 300)
    for number in range(4):
        revision = kenya.finalize({"map": kenya.attach(f"{number}.bin", bytes([number]) * 600)})
        kenya.finalize({"map": shared}, record=revision)
    _everything_arrives(kenya, headquarters, 4)
    assert {path.name for path in headquarters.attachments.iterdir()} == {
        path.name for path in kenya.attachments.iterdir()
    }


def test_many_records_are_shared_out_by_the_cells_they_take(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "CELLS_LIMIT", 3 * 70)  # a record here takes 22 + 2 x 8 + 3 x 8 cells
    kenya, headquarters = desk("KE"), desk("HQ")
    for number in range(7):
        kenya.finalize(full_answers(f"City {number}"))
    _everything_arrives(kenya, headquarters, 3)


def test_long_answers_are_shared_out(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "CONTENT_LIMIT", 5000)
    kenya, headquarters = desk("KE"), desk("HQ")
    for number in range(4):
        kenya.finalize({"city": f"{number}" * 2000})
    _everything_arrives(kenya, headquarters, 4)


def test_a_file_no_package_can_carry_is_told_before_anything_is_made(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "FILES_MOST", 1 << 20)
    kenya = desk("KE")
    kenya.finalize({"city": "Nairobi"})
    large = kenya.finalize({"map": kenya.attach("film.mp4", bytes(1 << 20) + b"x")})
    with pytest.raises(FilesTooLargeError) as caught:
        kenya.make_all()
    assert caught.value.context == {"label": large.label, "size_mb": 2, "limit_mb": 1}
    assert list(kenya.outgoing.iterdir()) == []


def test_a_large_file_comes_through(desk: Open) -> None:
    """With HABITAT_FUZZ the largest one a package may carry: half a minute."""
    content = random.Random(7).randbytes(portions.FILES_MOST if "HABITAT_FUZZ" in os.environ else 3 << 20)
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize({"map": kenya.attach("scan.tif", content)})
    (result,) = headquarters.take(kenya.make().path)
    assert result.status == "imported", result.message
    (kept,) = headquarters.attachments.iterdir()
    assert kept.read_bytes() == content


def test_the_same_content_is_the_same_file_in_every_process(tmp_path: Path) -> None:
    told = set()
    for seed, zone, locale in (("1", "Asia/Tokyo", "C"), ("2", "America/Lima", "C.UTF-8")):
        folder = tmp_path / seed
        folder.mkdir()
        place = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale}
        told.add(
            subprocess.run(
                [sys.executable, "-c", _SAME.format(folder=str(folder))],
                env={**os.environ, **place}, capture_output=True, check=True, timeout=60,
            ).stdout
        )  # fmt: skip
    assert len(told) == 1
