"""Rounds of sending and receiving: whatever happens on the way, repeating them brings both sides together."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.record import Draft
from habitat_desktop.sync.exchange import ExchangeReport, exchange
from habitat_desktop.sync.transports import RemoteFile, Transport, TransportError, open_transport
from tests.packages.offices import Desk, full_answers, vouch

Open = Callable[[str], Desk]


def _round(desk: Desk, stick: Path) -> ExchangeReport:
    return exchange(desk, open_transport(str(stick)), at=desk.tick())


def _nothing(report: ExchangeReport) -> bool:
    return report.sent == () and report.received == () and report.results == ()


def _outcome(report: ExchangeReport) -> list[str]:
    return [result.status for result in report.results]


def test_a_record_goes_out_and_its_receipt_comes_back(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    revision = kenya.finalize()
    assert len(_round(kenya, stick).sent) == 1
    report = _round(headquarters, stick)
    assert (_outcome(report), len(report.sent)) == (["imported"], 1)
    assert _outcome(_round(kenya, stick)) == ["imported"]
    assert kenya.state(revision.record_id) == "received"


def test_a_round_without_news_makes_and_copies_nothing(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    for step in range(3):
        for each in (kenya, headquarters):
            _round(each, stick)
            files = sorted(p.name for p in (*stick.iterdir(), *kenya.outgoing.iterdir()))
            dumps = kenya.dump(), headquarters.dump()
            assert _nothing(_round(each, stick)), step
            assert sorted(p.name for p in (*stick.iterdir(), *kenya.outgoing.iterdir())) == files
            assert (kenya.dump(), headquarters.dump()) == dumps


def _in_excel(path: Path, edit: Callable[[Any], None]) -> None:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def test_a_package_changed_in_excel_goes_as_it_was_made_and_the_changes_are_told(
    desk: Open, stick: Path
) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    path = kenya.make().path
    clean = path.read_bytes()

    def edit(book: Any) -> None:
        book["settlements"]["E3"] = "Elsewhere"

    _in_excel(path, edit)
    edited = path.read_bytes()
    report = _round(kenya, stick)
    assert [notice.code for notice in report.told] == ["EDITED_BEFORE_SENDING"]
    assert (stick / path.name).read_bytes() == clean
    assert path.read_bytes() == edited
    assert [result.findings for result in _round(headquarters, stick).results] == [()]
    assert _round(kenya, stick).told == ()


def test_a_package_only_saved_again_goes_as_it_is(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    path = kenya.make().path
    _in_excel(path, lambda book: None)
    assert _round(kenya, stick).told == ()
    assert (stick / path.name).read_bytes() == path.read_bytes()
    assert _outcome(_round(headquarters, stick)) == ["imported"]


def test_a_package_whose_payload_was_deleted_stays_here_and_its_records_go_in_another(
    desk: Open, stick: Path
) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()

    def edit(book: Any) -> None:
        del book["_package"]

    path = kenya.make().path
    _in_excel(path, edit)
    report = _round(kenya, stick)
    assert [notice.code for notice in report.told] == ["NO_PACKAGE_SHEET"]
    assert [sent.name.split("-")[2] for sent in report.sent] == ["2"]
    assert not (stick / path.name).exists()
    assert _outcome(_round(headquarters, stick)) == ["imported"]


def test_only_what_is_new_makes_another_package(desk: Open, stick: Path) -> None:
    kenya = desk("KE")
    first = kenya.finalize()
    _round(kenya, stick)
    kenya.finalize(full_answers("Lamu"), record=first)
    report = _round(kenya, stick)
    assert [path.name.split("-")[2] for path in report.sent] == ["2"]


def test_a_lost_file_is_put_again_until_its_receipt_comes(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    (path,) = _round(kenya, stick).sent
    (stick / path.name).unlink()
    assert _round(kenya, stick).sent == (path,)
    _round(headquarters, stick)
    _round(kenya, stick)
    (stick / path.name).unlink()
    assert _round(kenya, stick).sent == ()


def test_a_package_whose_file_is_gone_here_is_made_again(desk: Open, stick: Path) -> None:
    kenya = desk("KE")
    kenya.finalize()
    (path,) = _round(kenya, stick).sent
    path.unlink()
    (stick / path.name).unlink()
    (again,) = _round(kenya, stick).sent
    assert again.name.startswith("KE-HQ-2-")


def test_packages_for_others_are_left_alone(desk: Open, stick: Path) -> None:
    kenya, uganda = desk("KE"), desk("UG")
    kenya.finalize()
    _round(kenya, stick)
    (stick / "notes.xlsx").write_bytes(b"not for anybody")
    assert _nothing(_round(uganda, stick))
    assert not uganda.quarantine.exists()


def test_a_file_with_words_around_its_name_is_taken_in(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    (path,) = _round(kenya, stick).sent
    (stick / path.name).rename(stick / f"Copy of {path.stem} (1).xlsx")
    assert _outcome(_round(headquarters, stick)) == ["imported"]


def test_a_damaged_file_is_told_once_and_taken_in_when_it_is_replaced(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    (path,) = _round(kenya, stick).sent
    whole = path.read_bytes()
    (stick / path.name).write_bytes(whole[: len(whole) // 2])
    report = _round(headquarters, stick)
    assert (_outcome(report), report.results[0].code) == (["quarantined"], "ZIP_BAD")
    assert _nothing(_round(headquarters, stick))
    (stick / path.name).write_bytes(whole)
    assert _outcome(_round(headquarters, stick)) == ["imported"]


def test_an_unreachable_folder_keeps_everything_waiting(desk: Open, stick: Path) -> None:
    kenya = desk("KE")
    kenya.finalize()
    with pytest.raises(TransportError):
        _round(kenya, stick / "missing")
    assert kenya.waiting() == 1
    assert len(_round(kenya, stick).sent) == 1


class _Failing:
    """A transport whose connection breaks at the n-th call."""

    def __init__(self, inner: Transport, calls: int) -> None:
        self._inner = inner
        self._calls = calls

    def _step(self) -> None:
        self._calls -= 1
        if self._calls < 0:
            raise TransportError(address="test", problem="the connection broke")

    def list(self) -> list[RemoteFile]:
        self._step()
        return self._inner.list()

    def get(self, name: str, target: Path) -> str:
        self._step()
        return self._inner.get(name, target)

    def put_new(self, name: str, source: Path) -> bool:
        self._step()
        return self._inner.put_new(name, source)


@pytest.mark.parametrize("calls", range(4))
def test_a_connection_that_breaks_at_any_call_is_made_good_by_the_next_round(
    desk: Open, stick: Path, calls: int
) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    for each in (kenya, headquarters, kenya):
        try:
            exchange(each, _Failing(open_transport(str(stick)), calls), at=each.tick())
        except TransportError:
            _round(each, stick)
    assert (headquarters.heads(), kenya.waiting()) == (kenya.heads(), 0)


def test_a_new_laptop_gets_the_records_of_its_office_once_it_has_sent(desk: Open, stick: Path) -> None:
    first, second, headquarters = desk("KE"), desk("KE"), desk("HQ")
    first.finalize()
    for each in (first, headquarters, first):
        _round(each, stick)
    second.finalize()
    for each in (second, headquarters, second):
        _round(each, stick)
    assert len(headquarters.heads()) == 2
    assert second.heads() == headquarters.heads()
    assert all(_nothing(_round(each, stick)) for each in (second, headquarters))


def _correct(headquarters: Desk, record_id: str) -> None:
    """Let headquarters add a revision of its own."""
    with headquarters.database.begin() as session:
        shown = repository.current(session, record_id)
        assert shown is not None
        draft = Draft(
            record_id, shown.office, shown.label, shown.heading, (shown.revision_id,),
            full_answers("Corrected"), {}, {}, "en", 1, 0, 0, headquarters.now, "HQ",
        )  # fmt: skip
        made = repository.finalize(
            session, draft, author="HQ", at=headquarters.tick(), kind="correction", reason="as told"
        )
        vouch(session, headquarters, made)


def test_a_correction_reaches_its_office_and_no_package_follows_it(desk: Open, stick: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    revision = kenya.finalize()
    for each in (kenya, headquarters, kenya):
        _round(each, stick)
    _correct(headquarters, revision.record_id)
    assert len(_round(headquarters, stick).sent) == 1
    assert _nothing(_round(headquarters, stick))
    assert _outcome(_round(kenya, stick)) == ["imported"]
    assert kenya.heads() == headquarters.heads()
    assert _nothing(_round(kenya, stick)) and _nothing(_round(headquarters, stick))


@pytest.mark.parametrize("seed", range(6))
def test_lost_doubled_and_reordered_packages_heal(desk: Open, stick: Path, seed: int) -> None:
    """Offices work while files vanish, come late and come twice; three clean rounds make all sides equal."""
    choose = random.Random(seed)
    kenya, uganda, headquarters = desk("KE"), desk("UG"), desk("HQ")
    desks, offices = [kenya, uganda, headquarters], [kenya, uganda]
    drawer = stick.with_name("drawer")
    drawer.mkdir()
    for _ in range(14):
        act = choose.choice(["new", "edit", "edit", "round", "round", "round", "lose", "late", "again"])
        lying, put_by = sorted(stick.iterdir()), sorted(drawer.iterdir())
        each = choose.choice(offices)
        if act == "new" or (act == "edit" and not each.heads()):
            each.finalize(full_answers(str(choose.random())))
        elif act == "edit":
            record_id = choose.choice(sorted(each.heads()))
            with each.database.read() as session:
                record = repository.current(session, record_id)
            each.finalize(full_answers(str(choose.random())), record=record)
        elif act == "round":
            _round(choose.choice(desks), stick)
        elif act == "lose" and lying:
            file = choose.choice(lying)
            file.rename(drawer / file.name)
        elif act == "late" and put_by:
            file = choose.choice(put_by)
            file.rename(stick / file.name)
        elif act == "again" and lying:
            file = choose.choice(lying)
            (stick / f"Copy of {file.name}").write_bytes(file.read_bytes())
    for _ in range(3):
        for each in desks:
            _round(each, stick)
    assert headquarters.heads() == kenya.heads() | uganda.heads()
    assert (kenya.waiting(), uganda.waiting()) == (0, 0)
    assert all(_nothing(_round(each, stick)) for each in desks)
    with headquarters.database.read() as session:
        entries = exchange_state.packages(session, direction="in")
    assert len({(e.installation, e.number) for e in entries}) == len(entries)
