"""Short stories of questions, answers and decisions, as `stories` tells them of records."""

from tests.model.desks import DESKS, REGION
from tests.model.stories import one_record
from tests.model.world import World


def exchange(world: World, office: str = "KE", *laptops: str) -> None:
    """Let headquarters and some laptops of an office exchange once; whatever is on the way arrives."""
    for name in laptops or (f"{office}1",):
        world.send(name, "HQ")
    for parcel in [parcel for parcel in world.net if parcel.to == "HQ"]:
        world.net.remove(parcel)
        world.deliver(parcel, "HQ")
    world.check()
    world.send("HQ", office)
    for parcel in [parcel for parcel in world.net if parcel.to == DESKS[f"{office}1"]]:
        world.net.remove(parcel)
        for name in laptops or (f"{office}1",):
            world.deliver(parcel, name)
    world.check()


def begun(world: World) -> str:
    """Both laptops of Kenya and headquarters know one record."""
    one_record(world)
    exchange(world, "KE", "KE1", "KE2")
    return world.records("HQ")[0]


def asked(world: World) -> str:
    record = begun(world)
    world.talk.ask(record)
    exchange(world, "KE", "KE1", "KE2")
    return record


def asked_only(world: World) -> None:
    asked(world)


def answered_by_a_value(world: World) -> None:
    """A query, its answer by a corrected value, and the acceptance of that."""
    record = asked(world)
    world.talk.reply("KE1", value=True)
    exchange(world)
    world.talk.accept(record)
    exchange(world)
    assert world.desks["KE1"].state(record) == "accepted", "[28] the office does not know it"


def answered_by_both(world: World) -> None:
    """Both laptops answer the same query without knowing of each other: both answers stay."""
    asked(world)
    world.talk.reply("KE1", value=True)
    world.talk.reply("KE2", value=True)
    exchange(world, "KE", "KE1", "KE2")
    for name in ("HQ", "KE1", "KE2"):
        kinds = [act.kind for act in world.talk.acts(name)]
        assert kinds.count("reply") == 2, f"[21] {name} lost an answer"


def answered_in_words_by_both(world: World) -> None:
    asked(world)
    world.talk.reply("KE1")
    world.talk.reply("KE2")
    exchange(world, "KE", "KE2", "KE1")


def proposed(world: World) -> None:
    """Of two proposals one is agreed to and one refused, and what was changed is accepted."""
    record = begun(world)
    world.talk.propose(record, 0)
    world.talk.propose(record, 1)
    exchange(world, "KE", "KE1", "KE2")
    world.talk.agree("KE1", 0)
    world.talk.refuse("KE1", 0)
    exchange(world, "KE", "KE1", "KE2")
    world.talk.accept(record)
    exchange(world, "KE", "KE1", "KE2")


def decided_twice(world: World) -> None:
    """A restored headquarters returns what it had accepted: the decisions cross, and the return counts."""
    record = begun(world)
    world.back_up("HQ")
    world.talk.accept(record)
    world.send("HQ", "KE")
    world.deliver_next("KE1", -1)
    world.restore("HQ", 0)
    world.talk.give_back(record)
    exchange(world)
    assert world.desks["KE1"].state(record) == "query", "[28] of decisions that crossed a return counts"
    world.talk.answer_return("KE1")
    exchange(world)


def accepted_then_returned(world: World) -> None:
    """What was accepted is returned, corrected, and accepted again; meanwhile it is not accepted."""
    record = begun(world)
    world.talk.accept(record)
    exchange(world)
    world.talk.give_back(record, 1)
    exchange(world)
    world.begin_edit("KE1", record, "City again")
    world.end_edit("KE1", record)
    exchange(world)
    world.talk.accept(record)
    exchange(world)


def accepted_too_late(world: World) -> None:
    """Headquarters accepts a revision the office has meanwhile replaced."""
    record = begun(world)
    world.begin_edit("KE1", record, "City again")
    world.end_edit("KE1", record)
    world.talk.accept(record)
    exchange(world)


def region_between(world: World) -> None:
    """A region reads what its office sends, comments, and forwards it byte for byte."""
    world.talk.assign("KE")
    world.talk.region_exchanges()
    world.create("KE1", "City")
    world.send("KE1", "HQ")
    world.deliver_next(REGION)
    world.talk.remark(world.records(REGION)[0], 1)
    world.check()
    world.talk.forward()
    world.send(REGION, "HQ")
    while world.net:
        world.deliver_next("HQ")
    exchange(world)


def region_restored(world: World) -> None:
    """A region loses its remarks; headquarters gives them back."""
    world.talk.assign("KE", "UG")
    world.talk.region_exchanges()
    begun(world)
    world.talk.region_exchanges()
    world.back_up(REGION)
    world.talk.remark(world.records(REGION)[0], 1)
    world.send(REGION, "HQ")
    world.deliver_next("HQ", -1)
    world.restore(REGION, 0)


def region_loses_its_office(world: World) -> None:
    """Headquarters takes an office away from a region while its remark is on the way."""
    world.talk.assign("KE")
    begun(world)
    world.talk.region_exchanges()
    world.talk.remark(world.records(REGION)[0], 1)
    world.talk.assign()
    world.send(REGION, "HQ")
    world.deliver_next("HQ", -1)


def assignment_forgotten(world: World) -> None:
    """A restored headquarters does not know any more that a region has an office, until it says so again."""
    begun(world)
    world.back_up("HQ")
    world.talk.assign("KE")
    world.talk.region_exchanges()
    world.talk.remark(world.records(REGION)[0], 1)
    world.restore("HQ", 0)
    world.send(REGION, "HQ")
    world.deliver_next("HQ", -1)


def headquarters_restored_while_talking(world: World) -> None:
    """Headquarters loses its question and the answer; the office gives both back; then both speak on."""
    record = begun(world)
    world.back_up("HQ")
    world.talk.ask(record, 1)
    exchange(world)
    world.talk.reply("KE1")
    exchange(world)
    world.restore("HQ", 0)
    world.talk.ask(record, 2)
    world.check()
    exchange(world)


def office_restored_while_talking(world: World) -> None:
    """An office loses its answer after headquarters has it, and answers something else."""
    asked(world)
    world.talk.ask(world.records("HQ")[0], 1)
    exchange(world)
    world.back_up("KE1")
    world.talk.reply("KE1", 0)
    world.send("KE1", "HQ")
    world.restore("KE1", 0)
    world.talk.reply("KE1", 1)
    exchange(world)


def expected_back_and_forth(world: World) -> None:
    """A nil return that is denied, an extension that is given, and a return that is excused."""
    world.talk.expect("KE", 0)
    exchange(world)
    for number in (0, 1):
        world.talk.nil_or_later("KE1", number)
    exchange(world)
    for number in (0, 1, 2):
        world.talk.settle("KE", number)
        exchange(world)
    world.talk.nil_or_later("KE2", 2)


def crash_while_answering(world: World) -> None:
    """The computer stops at every step of an answer: all of it is there, or nothing."""
    record = begun(world)
    for number in range(6):
        world.talk.propose(record, 3 * number)
    exchange(world)
    for statement in range(3, 60, 9):
        world.talk.agree("KE1", 0, crash_at=statement)
        world.check()


def overstepped(world: World) -> None:
    """An office accepts its own record, a region decides: nobody takes that in."""
    world.talk.assign("KE")
    begun(world)
    world.talk.region_exchanges()
    world.talk.forge("KE1", "accept")
    world.talk.forge("KE1", "accept", "headquarters")
    world.talk.forge("UG1", "query")
    world.talk.forge(REGION, "accept")
    while world.net:
        world.deliver_next("HQ")


# the first four touch every rule
TALKS = (
    answered_by_both, decided_twice, region_between, expected_back_and_forth,
    asked_only, answered_by_a_value, answered_in_words_by_both, proposed, accepted_then_returned,
    accepted_too_late, region_restored, region_loses_its_office, assignment_forgotten,
    headquarters_restored_while_talking, office_restored_while_talking, crash_while_answering, overstepped,
)  # fmt: skip
