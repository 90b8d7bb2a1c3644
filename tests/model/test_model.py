"""Whatever offices and headquarters do, and whatever happens to the files between them, nothing is lost.

`make model STORIES=1000` plays more stories than every run does. Which invariants there are, and a story in
which each of them breaks when its rule does, stand in `faults` and `talk_faults`.
"""

import os
import random
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.model.desks import DESKS, LAPTOPS, OFFICES, REGION
from tests.model.talk import laptops_of
from tests.model.talk_stories import begun, exchange
from tests.model.world import NASTY, World

STORIES = int(os.environ.get("HABITAT_STORIES", "3"))
_numbers = st.integers(0, 999)
_crashes = st.one_of(st.just(0), st.integers(1, 60))
_laptops = st.sampled_from(sorted(LAPTOPS))
_desks = st.sampled_from(sorted(DESKS))
_clocks = st.sampled_from([datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 2026, 2100)])


class Exchange(RuleBasedStateMachine):
    """One story. Subclasses give it the folder with fresh desks."""

    templates: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        self.world = World(self.folder, self.templates)

    def teardown(self) -> None:
        try:
            self.world.converge()
            self.world.end(self.templates)
        finally:
            self.world.close()
            shutil.rmtree(self.folder)

    def _record(self, name: str, number: int) -> str | None:
        records = self.world.records(name)
        return records[number % len(records)] if records else None

    def _was_said(self, *kinds: str) -> bool:
        return any(act.kind in kinds for act in self.world.talk.written.values())

    @initialize(is_begun=st.sampled_from([True, False]))
    def begin(self, is_begun: bool) -> None:
        """Half of the stories begin in the middle of a conversation, of which a region knows."""
        if is_begun:
            talk = self.world.talk
            talk.assign("KE")
            record = begun(self.world)
            talk.ask(record)
            talk.propose(record)
            talk.expect("KE")
            exchange(self.world, "KE", "KE1", "KE2")
            talk.region_exchanges()

    @invariant()
    def everything_holds(self) -> None:
        self.world.check()

    @rule(name=_laptops, ending=st.sampled_from(NASTY))
    def create(self, name: str, ending: str) -> None:
        self.world.create(name, f"City {self.world.files} {ending}")

    @rule(name=_laptops, number=_numbers)
    def begin_edit(self, name: str, number: int) -> None:
        record = self._record(name, number)
        if record:
            self.world.begin_edit(name, record, f"Edited {self.world.files}")

    @rule(name=_laptops, number=_numbers)
    def end_edit(self, name: str, number: int) -> None:
        mine = sorted(record for desk, record in self.world.drafts if desk == name)
        if mine:
            self.world.end_edit(name, mine[number % len(mine)])

    @rule(name=_desks, number=_numbers)
    def merge(self, name: str, number: int) -> None:
        record = self._record(name, number)
        if record:
            self.world.merge(name, record, f"Merged {self.world.files}")

    @rule(name=_laptops, number=_numbers)
    def withdraw(self, name: str, number: int) -> None:
        record = self._record(name, number)
        if record:
            self.world.withdraw(name, record)

    @rule(number=_numbers)
    def correct(self, number: int) -> None:
        record = self._record("HQ", number)
        if record:
            self.world.correct(record, f"Corrected {self.world.files}")

    @rule(name=_laptops, crash=st.one_of(st.just(0), st.integers(1, 40)))
    def up(self, name: str, crash: int) -> None:
        self.world.send(name, "HQ", crash)

    @rule(office=st.sampled_from(["KE", "UG"]), crash=st.one_of(st.just(0), st.integers(1, 40)))
    def down(self, office: str, crash: int) -> None:
        self.world.send("HQ", office, crash)

    @precondition(lambda self: self.world.net)
    @rule(
        number=_numbers, laptop=_numbers, crash=st.one_of(st.just(0), st.integers(1, 60)), last=st.booleans()
    )
    def deliver(self, number: int, laptop: int, crash: int, last: bool) -> None:
        net = self.world.net
        parcel = net.pop(-1 if last else number % len(net))
        desks = [name for name, office in DESKS.items() if office == parcel.to]
        if parcel.to == "HQ" and parcel.sender in LAPTOPS:
            desks.append(REGION)  # which reads along
        self.world.deliver(parcel, desks[laptop % len(desks)], crash)

    @precondition(lambda self: self.world.net)
    @rule(number=_numbers)
    def duplicate(self, number: int) -> None:
        self.world.net.append(self.world.net[number % len(self.world.net)])

    @precondition(lambda self: self.world.net)
    @rule(number=_numbers)
    def drop(self, number: int) -> None:
        self.world.net.pop(number % len(self.world.net))

    @precondition(lambda self: any(not parcel.harm for parcel in self.world.net))
    @rule(number=_numbers, how=_numbers)
    def damage(self, number: int, how: int) -> None:
        sound = [parcel for parcel in self.world.net if not parcel.harm]
        self.world.damage(sound[number % len(sound)], how)

    @precondition(lambda self: self.world.net)
    @rule(number=_numbers, count=st.integers(0, 3))
    def edit_in_excel(self, number: int, count: int) -> None:
        self.world.edit_in_excel(self.world.net[number % len(self.world.net)], count)

    @rule(name=_desks)
    def back_up(self, name: str) -> None:
        self.world.back_up(name)

    @precondition(lambda self: self.world.backups)
    @rule(number=_numbers, which=_numbers)
    def restore(self, number: int, which: int) -> None:
        names = sorted(self.world.backups)
        self.world.restore(names[number % len(names)], which)

    @rule(name=_desks, now=_clocks)
    def set_clock(self, name: str, now: datetime) -> None:
        self.world.set_clock(name, now)

    # -- the conversation ----------------------------------------------------------------------------

    @rule(number=_numbers, crash=_crashes)
    def ask(self, number: int, crash: int) -> None:
        record = self._record("HQ", number)
        if record:
            self.world.talk.ask(record, number, crash)

    @rule(number=_numbers)
    def propose(self, number: int) -> None:
        record = self._record("HQ", number)
        if record:
            self.world.talk.propose(record, number)

    @rule(chance=st.integers(0, 9999))
    def talk_at_length(self, chance: int) -> None:
        """Six people speak, whoever has something to say: rules drawn one by one seldom get so far."""
        dice, talk = random.Random(chance), self.world.talk
        for _turn in range(6):
            name, number = dice.choice(sorted(LAPTOPS)), dice.randrange(999)
            answers = (talk.agree, talk.refuse, talk.answer_return, talk.nil_or_later)
            if dice.random() < 0.3:
                talk.reply(name, number, value=dice.random() < 0.5)
            elif dice.random() < 0.6:
                dice.choice(answers)(name, number)
            elif record := self._record("HQ", number):
                dice.choice((talk.ask, talk.propose, talk.give_back))(record, number)

    @precondition(lambda self: self._was_said("query", "proposal"))
    @rule(name=_laptops, number=_numbers, value=st.booleans(), crash=_crashes)
    def reply(self, name: str, number: int, value: bool, crash: int) -> None:
        self.world.talk.reply(name, number, value=value, crash_at=crash)

    @precondition(lambda self: self._was_said("proposal"))
    @rule(name=_laptops, number=_numbers, crash=_crashes, agrees=st.booleans())
    def answer_proposal(self, name: str, number: int, crash: int, agrees: bool) -> None:
        if agrees:
            self.world.talk.agree(name, number, crash)
        else:
            self.world.talk.refuse(name, number)

    @precondition(lambda self: self._was_said("query", "proposal"))
    @rule(number=_numbers)
    def close_query(self, number: int) -> None:
        self.world.talk.close(number)

    @rule(number=_numbers, accepts=st.booleans(), crash=_crashes)
    def decide(self, number: int, accepts: bool, crash: int) -> None:
        record = self._record("HQ", number)
        if record and accepts:
            self.world.talk.accept(record, crash)
        elif record:
            self.world.talk.give_back(record, number)

    @precondition(lambda self: self._was_said("return"))
    @rule(name=_laptops, number=_numbers)
    def answer_return(self, name: str, number: int) -> None:
        self.world.talk.answer_return(name, number)

    @rule(offices=st.sampled_from([(), ("KE",), ("KE", "UG")]))
    def assign(self, offices: tuple[str, ...]) -> None:
        self.world.talk.assign(*offices)

    @rule(number=_numbers)
    def remark(self, number: int) -> None:
        record = self._record(REGION, number)
        if record:
            self.world.talk.remark(record, number)

    @rule(crash=_crashes)
    def region_up(self, crash: int) -> None:
        self.world.talk.forward()
        self.world.send(REGION, "HQ", crash)

    @rule(crash=_crashes)
    def region_down(self, crash: int) -> None:
        self.world.send("HQ", DESKS[REGION], crash)

    @rule(office=st.sampled_from(OFFICES), number=_numbers)
    def expect(self, office: str, number: int) -> None:
        self.world.talk.expect(office, number)

    @precondition(lambda self: self._was_said("expect"))
    @rule(office=st.sampled_from(OFFICES), number=_numbers)
    def settle(self, office: str, number: int) -> None:
        self.world.talk.settle(office, number)

    @precondition(lambda self: self._was_said("expect"))
    @rule(name=_laptops, number=_numbers)
    def nil_or_later(self, name: str, number: int) -> None:
        self.world.talk.nil_or_later(name, number)

    @rule(name=st.sampled_from([*LAPTOPS, REGION]), kind=st.sampled_from(["accept", "query", "extend"]))
    def overstep(self, name: str, kind: str) -> None:
        self.world.talk.forge(name, kind)

    @rule(office=st.sampled_from(OFFICES))
    def exchange(self, office: str) -> None:
        """Everything on the way arrives, and all laptops of an office and headquarters exchange once."""
        exchange(self.world, office, *laptops_of(office))

    @rule(name=_desks)
    def second_start(self, name: str) -> None:
        self.world.second_start(name)


def play(machine: type[Exchange], stories: int, chance: int) -> None:
    """Let hypothesis play stories until one fails; `chance` is the seed."""
    given: dict[str, Any] = {
        "max_examples": stories,
        "stateful_step_count": 25,
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
        "database": None,
        "print_blob": True,
    }
    run_state_machine_as_test(seed(chance)(machine), settings=settings(**given))


@pytest.mark.timeout(0)
def test_nothing_is_lost_and_nobody_lies(templates: Path) -> None:
    chance = int(os.environ.get("HABITAT_SEED") or random.SystemRandom().getrandbits(32))
    print(f"{STORIES} random stories, seed {chance}")
    play(type("Story", (Exchange,), {"templates": templates}), STORIES, chance)
