"""Acts on their way: they arrive whole, once, in any order, and only from those who may write them."""

import base64
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.packages import payload
from habitat_desktop.packages.forwarding import forward
from habitat_desktop.packages.keys import PACKAGE_DOMAIN
from habitat_desktop.packages.package import Manifest, Package, Sender
from habitat_desktop.packages.workbook import build_workbook
from habitat_desktop.progress import Progress
from habitat_desktop.records import exchange_state, journal, outstanding, roles
from habitat_desktop.records.act import DOMAIN, Act
from habitat_desktop.records.database import begin_installation
from habitat_desktop.records.numbering import installation
from tests.packages.offices import NOON, Desk, find_form

Open = Callable[[str], Desk]


def _exchange(*desks: Desk, rounds: int = 3) -> None:
    """Let offices and headquarters, the last one, send each other what is due."""
    *offices, headquarters = desks
    for _round in range(rounds):
        for office in offices:
            if _due(office, "HQ"):
                headquarters.take(office.make().path)
            if _due(headquarters, office.settings.office):
                office.take(headquarters.make(office.settings.office).path)


def _due(desk: Desk, peer: str) -> bool:
    with desk.database.read() as session:
        receipts = desk.settings.role == "headquarters" and exchange_state.receipts_due(session, peer)
        found = outstanding.outstanding(session, desk.settings, peer)
        return bool(found or receipts or exchange_state.greeting_due(session, peer))


def test_a_question_and_its_answer_come_and_go(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    made = kenya.finalize()
    _exchange(kenya, headquarters)
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    query = headquarters.say("query", **about, ref="/data/city", reason="Which one?")
    assert headquarters.state(made.record_id) == "query"
    _exchange(kenya, headquarters)
    assert kenya.state(made.record_id) == "query"
    kenya.say("reply", **about, about=query.act_id, reason="This one.")
    _exchange(kenya, headquarters)
    assert {kenya.state(made.record_id), headquarters.state(made.record_id)} == {"received"}
    headquarters.say("accept", **about)
    _exchange(kenya, headquarters)
    assert {kenya.state(made.record_id), headquarters.state(made.record_id)} == {"accepted"}
    assert kenya.acts() == headquarters.acts() != []
    assert not _due(kenya, "HQ")


def test_packages_late_twice_and_out_of_order_bring_the_same_acts(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    made = kenya.finalize()
    _exchange(kenya, headquarters)
    files = []
    for number in range(4):
        about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
        headquarters.say("query", **about, reason=f"Why {number}?")
        files.append(headquarters.make("KE").path)
    shuffled = files * 2
    random.Random(3).shuffle(shuffled)
    for file in shuffled:
        assert kenya.take(file)[0].status in ("imported", "duplicate")
    assert [act.reason for act in kenya.acts()] == [f"Why {number}?" for number in range(4)]
    before = kenya.dump()
    kenya.take(*shuffled)
    assert kenya.dump() == before


def test_a_restored_headquarters_gets_its_acts_back_from_the_office(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    made = kenya.finalize()
    _exchange(kenya, headquarters)
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    headquarters.say("query", **about, reason="Why?")
    _exchange(kenya, headquarters)
    with headquarters.database.begin() as session:  # as from a backup of before
        session.execute(journal.ActRow.__table__.delete())  # type: ignore[attr-defined]
        begin_installation(session.connection(), "restored", NOON)
        headquarters.database.installation = installation(session)
    _exchange(kenya, headquarters)
    assert [act.reason for act in headquarters.acts()] == ["Why?"]


# -- who may ---------------------------------------------------------------------------------------------


KINDS = sorted({*roles.WRITES, *roles.NOTES})


def _forged(desk: Desk, path: Path, acts: list[Act], number: int = 77) -> Path:
    """Write a package with these acts, signed with the key of a desk."""
    settings = desk.settings
    package = Package(
        manifest=Manifest(
            sender=Sender(settings.office, desk.database.installation, settings.name, settings.role),
            recipient="KE" if settings.role == "headquarters" else "HQ",
            number=number,
            made_at="2026-07-09T12:00:00.000000Z",
            author="A",
            language="en",
            program="1",
            key_id=desk.keyring.public.key_id,
        ),
        have={},
        receipts=(),
        revisions=(),
        acts=tuple(acts),
    )
    content = payload.encode(package)
    seal = payload.Seal(desk.keyring.public.public, desk.keyring.sign(PACKAGE_DOMAIN, content))
    path.write_bytes(build_workbook(package, content, {}, find_form, Progress(), seal))
    return path


def _signed(desk: Desk, **parts: Any) -> Act:
    values: dict[str, Any] = {
        "office": "KE",
        "installation": desk.database.installation,
        "number": 1,
        "previous": "",
        "role": desk.settings.role,
        "sender": desk.settings.office,
        "kind": "reply",
        "record_id": "",
        "revision_id": "",
        "ref": "",
        "about": "",
        "after": (),
        "person": "A",
        "reason": "B",
        "content": {},
        "language": "en",
        "made_at": "2026-07-09T12:00:00.000000Z",
        "key_id": desk.keyring.public.key_id,
    }
    act = Act(**{**values, **parts})
    return replace(act, signature=base64.b64encode(desk.keyring.sign(DOMAIN, act.bytes)).decode())


@pytest.mark.parametrize("writer", ["KE", "ROAF", "HQ"])
def test_every_act_in_every_role_is_taken_in_only_from_those_who_may_write_it(
    desk: Open, tmp_path: Path, writer: str
) -> None:
    """Whatever a window or command would have let them do: the receiver asks the same table."""
    kenya, region, headquarters = desk("KE"), desk("ROAF"), desk("HQ")
    headquarters.say("assign", office="ROAF", content={"offices": ["KE"]})
    sender = {"KE": kenya, "ROAF": region, "HQ": headquarters}[writer]
    receiver = kenya if writer == "HQ" else headquarters
    before = len(receiver.acts())
    number, last, allowed = 0, "", []
    for place, kind in enumerate(KINDS):
        act = _signed(sender, kind=kind, number=number + 1, previous=last)
        file = _forged(sender, tmp_path / f"{writer}-{kind}.xlsx", [act], number=place + 77)
        (result,) = receiver.take(file)
        may = kind in roles.WRITES and roles.may_write(sender.settings.role, kind)
        assert (result.status, result.code) == (
            ("imported", "IMPORTED") if may else ("quarantined", "FOREIGN_ACT")
        ), (kind, result.message)
        assert (act in receiver.acts()) is may
        if may:
            number, last = number + 1, act.act_id
            allowed.append(kind)
    assert len(receiver.acts()) == before + len(allowed) and allowed


@pytest.mark.parametrize("writer", ["KE", "ROAF", "HQ"])
def test_every_act_in_every_role_is_written_only_by_those_who_may(desk: Open, writer: str) -> None:
    sender = desk(writer)
    written = 0
    for kind in KINDS:
        office = "" if kind in roles.NOTES else "KE"
        if roles.may_write(sender.settings.role, kind):
            assert sender.say(kind, office=office, reason="A reason").kind == kind
            written += 1
            continue
        with pytest.raises(roles.RoleError):
            sender.say(kind, office=office, reason="A reason")
    with sender.database.read() as session:
        assert journal.count_acts(session) == written > 0


def test_nobody_speaks_for_somebody_else(desk: Open, tmp_path: Path) -> None:
    kenya, uganda, headquarters = desk("KE"), desk("UG"), desk("HQ")
    genuine = _signed(headquarters, kind="accept")
    cases = [
        (kenya, _signed(kenya, kind="accept", role="headquarters", sender="HQ"), "FOREIGN_ACT"),
        (kenya, replace(genuine, reason="changed"), "ACT_SIGNATURE"),
        (uganda, _signed(uganda, office="KE"), "FOREIGN_ACT"),
        (uganda, _signed(kenya), "FOREIGN_ACT"),
        (kenya, replace(_signed(kenya), signature="AAAA"), "ACT_SIGNATURE"),
        (kenya, _signed(kenya, number=2, previous="", kind="reply"), "PAYLOAD_DAMAGED"),
    ]
    for number, (sender, act, code) in enumerate(cases):
        (result,) = headquarters.take(_forged(sender, tmp_path / f"{number}.xlsx", [act]))
        assert (result.status, result.code) == ("quarantined", code)
    assert headquarters.acts() == []
    (result,) = headquarters.take(_forged(kenya, tmp_path / "echo.xlsx", [genuine]))
    assert result.status == "imported"  # what headquarters itself wrote comes back with its signature


# -- the region ------------------------------------------------------------------------------------------


def test_a_region_reads_comments_and_forwards_byte_for_byte(desk: Open, tmp_path: Path) -> None:
    kenya, uganda, region, headquarters = desk("KE"), desk("UG"), desk("ROAF"), desk("HQ")
    headquarters.say("assign", office="ROAF", content={"offices": ["KE"]})
    region.take(headquarters.make("ROAF").path)
    made, other = kenya.finalize(), uganda.finalize()
    sent = kenya.make().path
    assert region.take(sent, uganda.make().path)[0].status == "imported"
    assert region.take(uganda.make().path)[0].code == "NOT_YOUR_REGION"
    assert region.state(made.record_id) == "package"  # only headquarters makes it received
    assert region.state(other.record_id) == "missing"
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    region.say("comment", **about, ref="/data/city", reason="Plausible.")
    own = region.make()
    assert (own.revisions, own.acts) == (0, 1)
    (copy,) = forward(region.database, region.settings, region.incoming, region.outgoing)
    assert copy.name == sent.name
    assert copy.read_bytes() == sent.read_bytes()
    assert [result.status for result in headquarters.take(own.path, copy)] == ["imported", "imported"]
    kenya.take(headquarters.make("KE").path)
    assert kenya.state(made.record_id) == "received"
    assert [act.reason for act in kenya.acts() if act.kind == "comment"] == ["Plausible."]
    region.take(headquarters.make("ROAF").path)
    assert region.state(made.record_id) == "received"
    assert forward(region.database, region.settings, region.incoming, region.outgoing) == []


def test_the_conversation_stands_on_a_sheet_that_is_not_compared(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    made = kenya.finalize()
    headquarters.take(kenya.make().path)
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    missing = {"$unavailable": {"reason": "no_survey", "remark": "2027"}}
    headquarters.say("query", **about, ref="/data/totals/residents", reason="=Why?", content={"number": 1})
    headquarters.say("proposal", **about, ref="/data/city", reason="Known?", content={"proposed": missing})
    path = headquarters.make("KE").path
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["Cover", "Conversation"]
    rows = [[cell.value for cell in row] for row in book["Conversation"].iter_rows(min_row=2)]
    assert rows[1][3:7] == [f"{made.label}/Q1", "Nairobi", "Residents", "=Why?"]
    assert rows[0][7] == "Not available: no survey: 2027"
    assert book["Conversation"].cell(3, 7).data_type == "s"
    book["Conversation"].cell(2, 7).value = "something else"
    book.save(tmp_path / "edited.xlsx")
    (result,) = kenya.take(tmp_path / "edited.xlsx")
    assert (result.status, result.findings, result.new_acts) == ("imported", (), 2)


def test_what_a_region_said_of_an_office_that_was_taken_from_it_meanwhile_is_taken_in(desk: Open) -> None:
    """One remark on the way must not keep out every package of the region from then on."""
    kenya, uganda, region, headquarters = desk("KE"), desk("UG"), desk("ROAF"), desk("HQ")
    made, other = kenya.finalize(), uganda.finalize()
    headquarters.take(kenya.make().path, uganda.make().path)
    headquarters.say("assign", office="ROAF", content={"offices": ["KE"]})
    region.take(headquarters.make("ROAF").path)
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    region.say("comment", **about, reason="Plausible.")
    headquarters.say("assign", office="ROAF", content={"offices": []})
    assert headquarters.take(region.make().path)[0].status == "imported"
    region.take(headquarters.make("ROAF").path)
    assert not _due(region, "HQ")  # it was told that this came, too
    about = {"office": "UG", "record_id": other.record_id, "revision_id": other.revision_id}
    region.say("comment", **about, reason="Never asked.")
    assert headquarters.take(region.make().path)[0].code == "FOREIGN_ACT"


def test_only_a_decision_that_met_a_newer_revision_here_has_crossed_it(desk: Open) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    first = kenya.finalize()
    headquarters.take(kenya.make().path)
    about = {"office": "KE", "record_id": first.record_id, "revision_id": first.revision_id}
    headquarters.say("return", **about, reason="Please check the city.")
    file = headquarters.make("KE").path
    second = kenya.finalize({"city": "Mombasa"}, record=first)
    (result,) = kenya.take(file)
    assert [one.code for one in result.told] == ["CROSSED"]
    headquarters.take(kenya.make().path)
    headquarters.say("accept", **{**about, "revision_id": second.revision_id})
    new_laptop = desk("KE")
    (result,) = new_laptop.take(headquarters.make("KE").path)
    assert (result.new_revisions, result.new_acts, result.told) == (2, 2, ())


def test_a_restored_headquarters_gets_its_assignment_back_from_the_region(desk: Open) -> None:
    kenya, region, headquarters = desk("KE"), desk("ROAF"), desk("HQ")
    made = kenya.finalize()
    headquarters.take(kenya.make().path)
    headquarters.say("assign", office="ROAF", content={"offices": ["KE"]})
    region.take(headquarters.make("ROAF").path)
    about = {"office": "KE", "record_id": made.record_id, "revision_id": made.revision_id}
    region.say("comment", **about, reason="Plausible.")
    with headquarters.database.begin() as session:  # as from a backup of before
        session.execute(journal.ActRow.__table__.delete())  # type: ignore[attr-defined]
        begin_installation(session.connection(), "restored", NOON)
        headquarters.database.installation = installation(session)
    region.take(headquarters.make("ROAF").path)
    (result,) = headquarters.take(region.make().path)
    assert result.status == "imported", result.message
    assert {act.kind for act in headquarters.acts()} == {"assign", "comment"}
    with headquarters.database.read() as session:
        assert outstanding.assigned(session, "ROAF") == ("KE",)
