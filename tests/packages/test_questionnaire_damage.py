"""A questionnaire made to hurt: whatever its hidden sheet says, it is refused or read, never a crash."""

import copy
import hashlib
import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages.errors import PackageError
from habitat_desktop.packages.payload import to_chunks
from habitat_desktop.packages.questionnaires import errors
from habitat_desktop.packages.questionnaires.manifest import from_cells, from_json, to_cells
from habitat_desktop.records.record import canonical_json
from tests.packages.offices import Desk
from tests.packages.questionnaire_form import Office
from tests.packages.questionnaire_hands import Hands

Open = Callable[[str], Desk]
Cells = list[tuple[str, str]]


@pytest.fixture
def office(desk: Open, tmp_path: Path) -> Office:
    return Office(desk("KE"), tmp_path)


def cells_of(data: Any) -> Cells:
    """Return the cells of a hidden sheet that says `data`, with a checksum that is right."""
    content = canonical_json(data)
    chunks = to_chunks(zlib.compress(content))
    return [
        ("format", "habitat-desktop/questionnaire/v1"),
        ("sha256", hashlib.sha256(content).hexdigest()),
        *((f"{number:06d}", chunk) for number, chunk in enumerate(chunks, 1)),
    ]


HARMS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no list": lambda data: data.pop("questions"),
    "unknown key": lambda data: data.update(more="x"),
    "a number for a text": lambda data: data.update(label=5),
    "another language": lambda data: data.update(language="tlh"),
    "a slot too many": lambda data: data["questions"][0].update(slots=10**9),
    "a truth for a number": lambda data: data["questions"][0].update(slots=True),
    "no number": lambda data: data["questions"][0].update(number="one"),
    "a list that is not there": lambda data: data["questions"][0].update(choices="list99"),
    "a question twice": lambda data: data["questions"].append(data["questions"][0]),
    "entries in a circle": lambda data: data["entries"][0].update(parent=data["entries"][0]["key"]),
    "an entry in none": lambda data: data["entries"][0].update(parent="e999"),
    "an answer of another shape": lambda data: data["prefilled"].update(q1={"$unavailable": "x"}),
    "a list of lists": lambda data: data["prefilled"].update(q1=[["x"]]),
    "the sheet of no entry": lambda data: data["sheets"][2].update(kind="entry", of="e999"),
    "sheets without end": lambda data: data.update(sheets=data["sheets"] * 200),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_hidden_sheet_that_says_nonsense_is_refused(office: Office, harm: str) -> None:
    data = json.loads(office.make().manifest.content)
    HARMS[harm](data)
    with pytest.raises(errors.QuestionnaireDamagedError):
        from_cells(cells_of(data), "a.xlsx")


def test_what_unpacks_without_end_is_refused() -> None:
    chunks = to_chunks(zlib.compress(b" " * (40 << 20)))
    cells = [
        ("format", "habitat-desktop/questionnaire/v1"),
        *((f"{n:06d}", c) for n, c in enumerate(chunks, 1)),
    ]
    with pytest.raises(errors.QuestionnaireDamagedError):
        from_cells(cells, "a.xlsx")


def test_the_hidden_sheet_says_the_same_after_reading(office: Office) -> None:
    manifest = office.make(record=office.start({"place": {"city": "قرية"}})).manifest
    assert from_cells(to_cells(manifest), "a.xlsx") == manifest
    assert from_json(manifest.content).sha256 == manifest.sha256


@pytest.mark.parametrize("seed", range(12))
def test_a_forged_questionnaire_never_crashes(office: Office, seed: int) -> None:
    choose = random.Random(seed)
    made = office.make(record=office.start({"donor": [{"do_name": "x"}], "visit": [{"vi_name": "y"}]}))
    hands = Hands(made.path)
    hands.sign()
    for name in ("city", "people", "tenure"):
        hands.write(name, "5")
    hands.write("do_usd", 5, entry="1")
    hands.write("vi_homes", 5, entry="1")
    hands.write("vi_name", "new", entry="2")
    data = json.loads(made.manifest.content)
    for _time in range(3):
        _forge(data, choose)
    sheet = hands.book["_questionnaire"]
    sheet.delete_rows(1, sheet.max_row)
    for row in cells_of(data):
        sheet.append(row)
    path = hands.save()
    for kept in office.kept.iterdir():
        kept.unlink()
    before = office.desk.dump()
    try:
        office.take(path, preview=True)
    except HabitatError as refused:
        assert isinstance(refused, PackageError) or refused.code
    assert office.desk.dump() == before


def _forge(data: dict[str, Any], choose: random.Random) -> None:
    """Change one thing of a questionnaire so that it still looks like one."""
    paths = [
        "/data",
        "/data/place",
        "/data/donor",
        "/data/density",
        "/data/thanks",
        "/data/../x",
        "",
        "/data/map",
    ]
    kind = choose.choice(["question", "entry", "sheet", "types"])
    if kind == "question":
        choose.choice(data["questions"])["path"] = choose.choice(paths)
    elif kind == "entry":
        choose.choice(data["entries"])["repeat"] = choose.choice(paths)
    elif kind == "sheet":
        one, other = choose.sample(data["sheets"], 2)
        one["of"], other["of"] = other["of"], one["of"]
    else:
        one, other = choose.sample(data["questions"], 2)
        for name in ("type", "mode", "slots"):
            one[name], other[name] = copy.copy(other[name]), copy.copy(one[name])
