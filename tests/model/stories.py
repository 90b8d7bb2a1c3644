"""Short stories out of the life of an office; whatever happens in them, what must hold is looked at."""

from datetime import UTC, datetime

from tests.model.world import World


def one_record(world: World) -> None:
    world.create("KE1", "City")
    world.send("KE1", "HQ")
    world.check()
    world.deliver_next("HQ")


def two_records(world: World) -> None:
    world.create("KE1", "City")
    one_record(world)


def one_after_the_other(world: World) -> None:
    one_record(world)
    one_record(world)


def pasted(world: World) -> None:
    for text in ("half a sign \ud83d", "two\r\nlines", "\u202eturned"):
        world.create("KE1", text)
    one_record(world)


def edited(world: World) -> None:
    one_record(world)
    world.begin_edit("KE1", world.records("KE1")[0], "City again")
    world.end_edit("KE1", world.records("KE1")[0])
    world.check()


def corrected(world: World) -> None:
    """Headquarters puts its own value in."""
    one_record(world)
    world.correct(world.records("HQ")[0], "Corrected")
    world.check()


def two_laptops(world: World) -> None:
    """Both laptops of an office change the same record before either knows of the other."""
    one_record(world)
    world.send("HQ", "KE")
    parcel = world.net[0]
    world.deliver_next("KE1")
    world.deliver(parcel, "KE2")
    record = world.records("KE1")[0]
    for name in ("KE1", "KE2"):
        world.begin_edit(name, record, f"City seen by {name}")
        world.end_edit(name, record)
        world.send(name, "HQ")
    world.deliver_next("HQ")
    world.deliver_next("HQ")


def headquarters_restored(world: World) -> None:
    """Headquarters loses what it confirmed, and the office sends only what came after."""
    world.back_up("HQ")
    one_record(world)
    world.send("HQ", "KE")
    world.deliver_next("KE1")
    record = world.records("KE1")[0]
    world.begin_edit("KE1", record, "City again")
    world.end_edit("KE1", record)
    world.send("KE1", "HQ")
    world.restore("HQ", 0)
    world.deliver_next("HQ")


def office_restored(world: World) -> None:
    """An office goes back to a backup and works on; what it sent in between comes back to it."""
    world.create("KE1", "City")
    world.back_up("KE1")
    world.create("KE1", "After the backup")
    world.send("KE1", "HQ")
    world.restore("KE1", 0)
    world.create("KE1", "After the restore")
    world.deliver_next("HQ")


def office_restored_and_idle(world: World) -> None:
    """An office goes back to a backup and does nothing more: what it lost still comes back."""
    world.back_up("KE1")
    one_record(world)
    world.restore("KE1", 0)


def sent_in_vain(world: World) -> None:
    """A package gets lost, then the disk of the laptop that made it, with everything: that nobody has."""
    world.back_up("KE1")
    world.create("KE1", "City")
    world.send("KE1", "HQ")
    world.check()
    world.net = []
    world.restore("KE1", 0)


def laptop_that_only_reads(world: World) -> None:
    """The second laptop of an office gets everything and says so once: then nothing is sent again."""
    one_record(world)
    for _ in range(3):
        world.send("HQ", "KE")
        if world.net:
            world.deliver(world.net[0], "KE2")
            world.deliver_next("KE1")
        world.send("KE2", "HQ")
        if world.net:
            world.deliver_next("HQ")
    world.send("HQ", "KE")
    assert not any(parcel.revisions for parcel in world.net), "[1] everything is sent again and again"


def one_received_one_not(world: World) -> None:
    one_record(world)
    world.create("KE1", "Not sent")
    world.send("HQ", "KE")
    world.deliver_next("KE1")


def edited_in_excel(world: World) -> None:
    for number in range(3):
        world.create("KE1", f"City {number}")
    world.send("KE1", "HQ")
    world.edit_in_excel(world.net[0], 2)
    world.deliver_next("HQ", 1)


def edited_at_home(world: World) -> None:
    """An officer corrects two cells in the package and takes it in at home; then it is finalized and sent."""
    for number in range(3):
        world.create("KE1", f"City {number}")
    world.send("KE1", "HQ")
    world.edit_in_excel(world.net[0], 2)
    world.take_edits_home("KE1", world.net.pop())


def damaged(world: World) -> None:
    world.create("KE1", "City")
    world.send("KE1", "HQ")
    for how in range(3):
        world.damage(world.net[0], how)
    for _ in range(3):
        world.deliver_next("HQ", 1)


def forged(world: World) -> None:
    """Somebody on the way writes another value into the payload, with a hash that fits."""
    world.create("KE1", "City")
    world.send("KE1", "HQ")
    world.forge(world.net[0])
    world.deliver_next("HQ", 1)


def export_crashes(world: World) -> None:
    world.create("KE1", "City")
    for statement in range(2, 30, 4):
        world.send("KE1", "HQ", crash_at=statement)
        world.check_outgoing("KE1")
    world.net = world.net[-1:]


def import_crashes(world: World) -> None:
    for statement in range(4, 40, 5):
        world.create("KE1", "City")
        world.create("KE1", "Another city")
        world.send("KE1", "HQ")
        world.deliver_next("HQ", crash_at=statement)
        world.send("HQ", "KE")
        world.deliver_next("KE1")


def wrong_clock(world: World) -> None:
    """The clock is a century off, then right again."""
    world.set_clock("KE1", datetime(2100, 1, 1, tzinfo=UTC))
    one_record(world)
    world.set_clock("KE1", datetime(1970, 1, 1, tzinfo=UTC))
    world.create("KE1", "Long ago")
    world.send("KE1", "HQ")


def stolen(world: World) -> None:
    """A laptop is stolen: what it sends from then on is kept out, whenever it was made."""
    one_record(world)
    world.create("KE1", "Made before")
    world.send("KE1", "HQ")
    world.revoke("KE1")
    world.create("KE1", "Made by the thief")
    world.send("KE1", "HQ")
    world.deliver_next("HQ")
    world.deliver_next("HQ")


def stolen_and_restored(world: World) -> None:
    """Headquarters goes back to a backup of before it revoked a key: it stays revoked."""
    one_record(world)
    world.back_up("HQ")
    world.revoke("KE1")
    world.send("HQ", "KE")
    world.check()
    world.restore("HQ", 0)
    world.create("KE1", "Made by the thief")
    world.send("KE1", "HQ")
    world.deliver_next("HQ", -1)


def started_twice(world: World) -> None:
    world.second_start("KE1")


STORIES = (
    one_record, two_records, one_after_the_other, pasted, edited, corrected, two_laptops,
    headquarters_restored, office_restored, office_restored_and_idle, sent_in_vain, laptop_that_only_reads,
    one_received_one_not, edited_in_excel, edited_at_home, damaged, forged, export_crashes,
    import_crashes, wrong_clock, stolen, stolen_and_restored, started_twice,
)  # fmt: skip
