"""Undo and redo go over saving: what is saved last is what is on the screen, and opening it loses nothing."""

import random
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import Entry, open_entry, start_entry
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import load_text
from tests.records.making import NOW

_SETTINGS = Settings(role="office", office="KE", name="Kenya", person="Amina")
_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><model>
  <instance><data id="visit" version="1"><town/><homes/><why/><block jr:template=""><name/><size/></block>
    <total/><warn_big/></data></instance>
  <bind nodeset="/data/homes" type="int"/>
  <bind nodeset="/data/why" relevant="/data/homes &gt; 50"/>
  <bind nodeset="/data/block/size" type="int"/>
  <bind nodeset="/data/total" calculate="sum(/data/block/size)"/></model></h:head><h:body>
  <input ref="/data/town"/><input ref="/data/homes"/><input ref="/data/why"/>
  <group ref="/data/block"><repeat nodeset="/data/block"><input ref="/data/block/name"/>
    <input ref="/data/block/size"/></repeat></group></h:body></h:html>"""


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return load_text(_FORM, tmp_path)


def _state(entry: Entry) -> dict[str, Any]:
    saved = entry.draft(at=NOW)
    return {name: getattr(saved, name) for name in ("answers", "authors", "justifications", "heading")}


def _change(entry: Entry, chance: random.Random) -> None:
    """Do what a person does, at random."""
    blocks = len(entry.instance.answers(relevant_only=False).get("block", []))
    kind = chance.choice(("town", "homes", "why", "add", "remove", "block", "unavailable", "justify"))
    word = chance.choice(("Kibera", "住房", "إسكان", "ёлка", ""))
    if kind == "homes":
        entry.answer("/data/homes", chance.choice(("7", "70", "")))
    elif kind == "why" and entry.instance.answers(relevant_only=False).get("homes") == "70":
        entry.answer("/data/why", word)
    elif kind == "add":
        entry.add("/data/block")
    elif kind == "remove" and blocks:
        entry.remove(f"/data/block[{chance.randint(1, blocks)}]")
    elif kind == "block" and blocks:
        entry.answer(f"/data/block[{chance.randint(1, blocks)}]/size", str(chance.randrange(100)))
    elif kind == "unavailable":
        entry.mark_unavailable("/data/town", "refused", word)
    elif kind == "justify":
        entry.justify("/data/warn_big", word)
    else:
        entry.answer("/data/town", word)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_undone_and_done_again_is_what_is_saved(
    database: Database, form: Form, seed: int
) -> None:
    chance = random.Random(seed)
    with database.begin() as session:
        entry = start_entry(session, form, _SETTINGS, country="KEN", period="2026", language="en")
    states, position = [_state(entry)], 0
    for _step in range(60):
        move = chance.choice(("change", "change", "undo", "redo"))
        if move == "change":
            _change(entry, chance)
            del states[position + 1 :]
            states.append(_state(entry))
            position += 1
        elif move == "undo":
            assert entry.can_undo == (position > 0)
            if entry.can_undo:
                entry.undo()
                position -= 1
        elif entry.can_redo:
            assert position + 1 < len(states)
            entry.redo()
            position += 1
        assert _state(entry) == states[position]
        with database.begin() as session:
            repository.save_draft(session, entry.draft(at=NOW))
        with database.read() as session:  # as after a crash: only what was saved is left
            found = open_entry(session, lambda *_of: form, _SETTINGS, entry.record_id, language="en")
        assert _state(found) == states[position]
