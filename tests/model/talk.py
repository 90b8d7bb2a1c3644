"""What people say in the stories: who asks, answers, decides and expects, and a plain account of it.

Everything goes through the functions that windows and commands use. What one of them refuses leaves nothing
behind; what one of them does is one act, whatever befalls the computer meanwhile.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages import payload
from habitat_desktop.packages.forwarding import forward
from habitat_desktop.packages.importing import ImportResult
from habitat_desktop.packages.keys import PACKAGE_DOMAIN
from habitat_desktop.packages.package import Manifest, Package, Sender
from habitat_desktop.packages.workbook import build_workbook
from habitat_desktop.progress import Progress
from habitat_desktop.records import (
    asking,
    deciding,
    expected_acts,
    journal,
    outstanding,
    queries,
    reviews,
)
from habitat_desktop.records.act import DOMAIN, HERE, Act
from habitat_desktop.records.expected import Terms
from habitat_desktop.records.expected_acts import Known
from habitat_desktop.records.expected_register import expected_returns
from habitat_desktop.records.roles import WRITES
from habitat_desktop.records.tables import ActRow
from tests.model.desks import DESKS, HEADQUARTERS, LAPTOPS, OFFICES, REGION, Crash, Parcel
from tests.packages.offices import Desk, find_form

if TYPE_CHECKING:
    from tests.model.world import World

Write = Callable[[Session, Desk], Any]
REFS = ("/data/city", "", "/data/totals/residents", "/data/surveyed")
VALUES = {"/data/city": "said {}", "/data/totals/residents": "{}", "/data/surveyed": "2026-03-{:02}"}


class Talk:
    """The conversation of a world, and an account of what was said in it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.written: dict[str, Act] = {}  # every act anybody wrote, by id
        self.places: dict[tuple[str, str, int], str] = {}
        self.at_region: dict[str, Parcel] = {}  # what offices sent the region, by hash of the file
        self.done: dict[str, int] = {}  # how often something was said, and how often it was refused

    # -- headquarters asks and decides ---------------------------------------------------------------

    def ask(self, record: str, number: int = 0, crash_at: int = 0) -> None:
        ref, reason = REFS[number % 3], f"Why {number}?"
        self._do(
            HEADQUARTERS,
            lambda session, desk: asking.ask(
                session, desk.form, desk.settings, desk.hand(), record, ref=ref, reason=reason
            ),
            crash_at,
        )

    def propose(self, record: str, number: int = 0) -> None:
        ref = (REFS[0], *REFS[2:])[number % 3]
        value = VALUES[ref].format(1 + number % 28)
        self._do(
            HEADQUARTERS,
            lambda session, desk: asking.propose(
                session, desk.form, desk.settings, desk.hand(), record, ref=ref, value=value, reason="Seen."
            ),
        )

    def close(self, number: int = 0) -> None:
        query = self._query(HEADQUARTERS, number)
        if query:
            self._do(
                HEADQUARTERS,
                lambda session, desk: asking.close(
                    session, desk.form, desk.hand(), query.act_id, text="Enough."
                ),
            )

    def accept(self, record: str, crash_at: int = 0) -> None:
        self._do(
            HEADQUARTERS,
            lambda session, desk: deciding.accept(session, desk.form, desk.hand(), record, text="Good."),
            crash_at,
        )

    def give_back(self, record: str, number: int = 0) -> None:
        refs = ((), ("/data/city",), ("/data/city", "/data/surveyed"))[number % 3]
        self._do(
            HEADQUARTERS,
            lambda session, desk: deciding.return_(
                session, desk.form, desk.settings, desk.hand(), record, reason="Look again.", refs=refs
            ),
        )

    # -- a region ------------------------------------------------------------------------------------

    def assign(self, *offices: str) -> None:
        content = {"offices": list(offices)}
        self._do(
            HEADQUARTERS,
            lambda session, desk: journal.write(
                session, desk.hand(), "assign", office=DESKS[REGION], content=content
            ),
        )

    def remark(self, record: str, number: int = 0) -> None:
        say, text = (deciding.comment, "Plausible.") if number % 2 else (deciding.clear, "")
        refs = ("/data/city",) if number % 3 else ()
        self._do(
            REGION,
            lambda session, desk: say(
                session, desk.form, desk.settings, desk.hand(), record, text=text, refs=refs
            ),
        )

    def forward(self) -> None:
        """Put copies of what came to the region on the way, as it came."""
        desk = self.world.desks[REGION]
        for copy in forward(desk.database, desk.settings, desk.incoming, desk.outgoing):
            sent = copy.read_bytes()
            parcel = self.at_region.get(hashlib.sha256(sent).hexdigest())
            assert parcel is not None, "[27] a region forwards other bytes than came"
            self.world.files += 1
            path = self.world.folder / f"net-{self.world.files}-{copy.name}"
            path.write_bytes(sent)
            self.world.net.append(replace(parcel, path=path))

    def region_exchanges(self) -> None:
        """Let the region and headquarters exchange once, cleanly."""
        self.forward()
        self.world.send(REGION, HEADQUARTERS)
        self.world.deliver_all(HEADQUARTERS)
        self.world.send(HEADQUARTERS, DESKS[REGION])
        self.world.deliver_all(REGION)

    # -- an office answers ---------------------------------------------------------------------------

    def reply(self, name: str, number: int = 0, *, value: bool = False, crash_at: int = 0) -> None:
        """Answer a query in words, or by a value that becomes a revision."""
        query = self._query(name, number)
        if query is None:
            return
        given = (
            VALUES.get(query.ref, "{}").format(1 + (number + len(name + name[-1])) % 28) if value else None
        )
        self._do(
            name,
            lambda session, desk: asking.reply(
                session,
                desk.form,
                desk.settings,
                desk.hand(name),
                query.act_id,
                text=f"{name} says so.",
                value=given,
            ),
            crash_at,
        )

    def agree(self, name: str, number: int = 0, crash_at: int = 0) -> None:
        query = self._query(name, number, "proposal")
        if query:
            self._do(
                name,
                lambda session, desk: asking.agree(
                    session, desk.form, desk.settings, desk.hand(name), query.act_id
                ),
                crash_at,
            )

    def refuse(self, name: str, number: int = 0) -> None:
        query = self._query(name, number, "proposal")
        if query:
            self._do(
                name,
                lambda session, desk: asking.refuse(
                    session, desk.form, desk.settings, desk.hand(name), query.act_id, reason="No."
                ),
            )

    def answer_return(self, name: str, number: int = 0) -> None:
        returned = [act for act in self.acts(name) if act.kind == "return"]
        if returned:
            act = returned[number % len(returned)]
            self._do(
                name,
                lambda session, desk: deciding.answer_return(
                    session, desk.form, desk.settings, desk.hand(name), act.act_id, text="It is right."
                ),
            )

    def _query(self, name: str, number: int, kind: str = "") -> queries.Query | None:
        desk = self.world.desks[name]
        with desk.database.read() as session:
            found = [
                one
                for one in queries.list_queries(session, desk.form, language="en")
                if not kind or one.kind == kind
            ]
        waiting = [one for one in found if one.state == "open"] or found
        return waiting[number % len(waiting)] if waiting else None

    # -- what is expected ----------------------------------------------------------------------------

    def expect(self, office: str, number: int = 0) -> None:
        period, due = ("2026-H1", "2026-H2")[number % 2], f"2026-09-{1 + number % 30:02}"
        terms = Terms(office, "settlements", "KEN", period, "", due)
        known = Known(lambda form_id: form_id == "settlements", OFFICES)
        self._do(HEADQUARTERS, lambda session, desk: expected_acts.expect(session, desk.hand(), terms, known))

    def settle(self, office: str, number: int = 0) -> None:
        """Headquarters extends, denies, excuses or opens again."""
        due = f"2026-{10 + number % 3}-{1 + number % 28:02}"

        def write(session: Session, desk: Desk) -> None:
            found = expected_returns(session, [office])
            if not found:
                raise NobodyExpectsError
            one, hand = found[number % len(found)], desk.hand()
            if number % 4 == 0:
                expected_acts.extend(session, hand, one, due, "As you asked.")
            else:
                settle = (expected_acts.deny, expected_acts.excuse, expected_acts.reopen)[number % 4 - 1]
                settle(session, hand, one, "So it is.")

        self._do(HEADQUARTERS, write)

    def nil_or_later(self, name: str, number: int = 0) -> None:
        """An office has nothing to report, asks for another date, or takes back what it said."""
        due = f"2026-{10 + number % 3}-{1 + number % 28:02}"

        def write(session: Session, desk: Desk) -> None:
            found = expected_returns(session, [DESKS[name]])
            if not found:
                raise NobodyExpectsError
            one, hand = found[number % len(found)], desk.hand(name)
            if number % 3 == 0:
                expected_acts.give_nil(session, hand, one, "Nothing was built.")
            elif number % 3 == 1:
                expected_acts.ask_extension(session, hand, one, due, "The census is late.")
            else:
                expected_acts.take_back(session, hand, one, "It was a mistake.")

        self._do(name, write)

    # -- how it is said ------------------------------------------------------------------------------

    def _do(self, name: str, write: Write, crash_at: int = 0) -> None:
        """Say something at a desk: one act and at most one revision, or nothing at all."""
        desk = self.world.desks[name]
        known, had = self.ids(name), self.world.stored(name)
        least, most = 1, 1
        try:
            with self.world.crashing(desk, crash_at), desk.database.begin() as session:
                write(session, desk)
        except HabitatError as error:
            code = getattr(error, "code", type(error).__name__)
            self.done[code] = self.done.get(code, 0) + 1
            least, most = 0, 0
        except Crash:
            self.world.start_again(name)
            least = 0
        said = self.note_said(name, known)
        made = self.world.stored(name) - had
        assert least <= len(said) <= most, f"[21] something was said and noted {len(said)} times"
        assert len(made) <= len(said), "[14] half of an answer was kept"
        for revision_id in made:
            self.world.note_made(name, revision_id)

    def note_said(self, name: str, known: set[str]) -> list[Act]:
        """Note what was said at a desk beyond what is known there, and return it."""
        said = [act for act in self.acts(name) if act.act_id not in known]
        for act in said:
            self.done[act.kind] = self.done.get(act.kind, 0) + 1
            self.written[act.act_id] = act
            self.world.accounts[name].acts.add(act.act_id)
        return said

    # -- what travels --------------------------------------------------------------------------------

    def outstanding(self, name: str, to: str) -> frozenset[str]:
        desk = self.world.desks[name]
        with desk.database.read() as session:
            found = outstanding.outstanding(session, desk.settings, to)
        return frozenset(act.act_id for act in found.acts)

    def judged(self, name: str, parcel: Parcel) -> Parcel:
        """Say why a desk must keep a sound parcel out, if it must."""
        if parcel.harm or parcel.sender == HEADQUARTERS:
            return parcel
        if parcel.sender == REGION:
            known = not self.unknown_at_headquarters(parcel.acts)
            return parcel if known else replace(parcel, harm="remarks of a region on offices of others")
        if name != REGION:
            return parcel
        self.at_region.setdefault(hashlib.sha256(parcel.path.read_bytes()).hexdigest(), parcel)
        assigned = DESKS[parcel.sender] in self.assigned(REGION)
        return parcel if assigned else replace(parcel, harm="a package of another region's office")

    def unknown_at_headquarters(self, acts: Iterable[str]) -> set[str]:
        """The offices the region speaks of in these acts and that headquarters never assigned to it."""
        with self.world.desks[HEADQUARTERS].database.read() as session:
            ever = outstanding.ever_assigned(session, DESKS[REGION])
        return {act.office for act in map(self.written.__getitem__, acts) if act.role == "region"} - ever

    def assign_again(self) -> None:
        """A restored headquarters may not know any more which offices a region has: somebody tells it."""
        forgotten = self.unknown_at_headquarters(self.world.accounts[REGION].acts)
        if forgotten:
            self.assign(*{*forgotten, *self.assigned(HEADQUARTERS)})

    def arrived(self, name: str, parcel: Parcel, result: ImportResult, known: set[str]) -> None:
        """Compare what came of the acts in a parcel with what should have."""
        missing = parcel.acts - self.ids(name)
        assert not missing, f"[21] {len(missing)} acts of a package are nowhere"
        fresh = len(parcel.acts - known) if result.status != "duplicate" else 0
        assert result.new_acts == fresh, f"[24] {fresh} new acts, {result.new_acts} were told"

    def forge(self, name: str, kind: str, role: str = "") -> None:
        """Somebody writes with the key of their office what only others may write."""
        desk, world = self.world.desks[name], self.world
        settings, key = desk.settings, desk.keyring.public
        world.files += 1
        life = f"forger-{world.files}"
        role = role or settings.role
        act = Act(
            office="KE" if name == REGION else settings.office,
            installation=life,
            number=1,
            previous="",
            role=role,
            sender=HEADQUARTERS if role == "headquarters" else settings.office,
            kind=kind,
            record_id=next(iter(world.records(name)), ""),
            revision_id="",
            ref="",
            about="",
            after=(),
            person="A. Forger",
            reason="Because.",
            content={},
            language="en",
            made_at="2026-07-09T12:00:00.000000Z",
            key_id=key.key_id,
        )
        act = replace(act, signature=base64.b64encode(desk.keyring.sign(DOMAIN, act.bytes)).decode())
        sender = Sender(settings.office, desk.database.installation, settings.name, settings.role)
        manifest = Manifest(sender, HEADQUARTERS, 5000 + world.files, act.made_at, "A", "en", "1", key.key_id)
        package = Package(manifest, {}, (), (), acts=(act,))
        content = payload.encode(package)
        seal = payload.Seal(key.public, desk.keyring.sign(PACKAGE_DOMAIN, content))
        path = world.folder / f"net-{world.files}-forged.xlsx"
        path.write_bytes(build_workbook(package, content, {}, find_form, Progress(), seal))
        may = kind in WRITES and role == settings.role and role in WRITES[kind]
        assert not may, "this is no forgery"
        world.net.append(
            Parcel(path, name, HEADQUARTERS, frozenset(), harm=f"[26] an act of others ({kind})")
        )

    # -- looking -------------------------------------------------------------------------------------

    def acts(self, name: str) -> list[Act]:
        """The acts at a desk that are not its database's own."""
        return [act for act in self.world.desks[name].acts() if act.office != HERE]

    def ids(self, name: str) -> set[str]:
        with self.world.desks[name].database.read() as session:
            return set(session.scalars(select(ActRow.act_id).where(ActRow.office != HERE)))

    def assigned(self, name: str) -> tuple[str, ...]:
        """The offices of the region, as a desk knows them."""
        with self.world.desks[name].database.read() as session:
            return outstanding.assigned(session, DESKS[REGION])

    def seen(self, desk: Desk, office: str) -> dict[str, Any]:
        """What people see of the conversation with an office at a desk: alike on every computer."""
        with desk.database.read() as session:
            asked = queries.list_queries(session, desk.form, language="en", office=office)
            found = reviews.list_reviews(session, desk.form, language="en", office=office)
            expected = expected_returns(session, [office])
        return {
            "queries": asked,
            "reviews": [replace(one, summary=None) for one in found],  # type: ignore[arg-type]
            "states": {one.summary.record_id: str(one.summary.state) for one in found},
            "expected": expected,
        }


class NobodyExpectsError(HabitatError):
    code = "NOBODY_EXPECTS"


def laptops_of(office: str) -> list[str]:
    return [name for name, code in LAPTOPS.items() if code == office]
