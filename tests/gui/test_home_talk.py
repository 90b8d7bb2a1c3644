"""Home: what headquarters asks and expects, straight to the question; the next period from the last one."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from habitat_desktop.gui import home_laptop, jobs, kit
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.next_period import NextPeriodDialog
from habitat_desktop.records import repository
from habitat_desktop.records.expected import Terms
from habitat_desktop.records.expected_acts import expect_all
from habitat_desktop.records.next_period import start_all, startable
from habitat_desktop.records.record import RecordState
from tests.gui.desk import nameless
from tests.gui.form_desk import FormDesk, begin, demo_answers, finish
from tests.gui.talk_desk import POPULATION, TalkDesk

Opener = Callable[..., MainWindow]


def settle(qtbot: Any) -> None:
    for _step in range(3):
        qtbot.waitUntil(jobs.is_idle, timeout=20_000)
        QApplication.processEvents()


def words(page: Any) -> str:
    parts = [*page.findChildren(kit.Label), *page.findChildren(QAbstractButton)]
    return re.sub("[\u2066-\u2069]", "", "\n".join(part.text() for part in parts if part.isVisible()))


def table_rows(page: Any) -> list[str]:
    model = page.findChild(kit.Table).model()
    return [
        " | ".join(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_home_says_what_is_asked_with_its_reason_and_answer_leads_to_the_question(
    talk: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    talk.ask()
    talk.send_back()
    window = open_window(talk.office)
    home = window.page("home")
    settle(qtbot)
    said = words(home)
    assert "“Does this count the whole county?”" in said
    assert "Urban population" in said and "W. Mwangi" in said and talk.label in said
    assert nameless(home) == []
    answer = next(b for b in home.findChildren(QAbstractButton) if b.accessibleName().startswith("Answer: "))
    qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    settle(qtbot)
    desk = FormDesk(window, qtbot, talk.record_id)
    assert desk.page.ledger.focused_row() is desk.row(POPULATION)
    assert desk.page.queries.panel is not None and not desk.page.sitting.readonly  # type: ignore[union-attr]


def test_what_headquarters_expects_gives_the_dates_and_the_forms_that_are_due(
    talk: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    place = talk.headquarters
    with place.begin() as session:
        expect_all(
            session, place.hand("W. Mwangi"),
            [
                Terms("KE", "housing_policy", "KEN", "2026-H1", "", "2026-08-15"),
                Terms("KE", "project_status", "KEN", "2025-H2", "", "2026-02-15"),
            ],
        )  # fmt: skip
    talk.send_back()
    window = open_window(talk.office)
    settle(qtbot)
    rows = table_rows(window.page("home"))
    assert len(rows) == 2
    assert rows[0].startswith("Project status return") and "15 Feb" in rows[0] and "days late" in rows[0]
    assert "Housing-policy status return" in rows[1] and "15 Aug" in rows[1]
    assert "15 August 2026" in words(window.page("home"))


def test_the_returns_of_this_period_are_begun_from_those_of_the_last(
    talk: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    old = demo_answers("01_slum_upgrading_nairobi_2025_h2.json")
    finish(talk.office, begin(talk.office, old, period="2025-H2"))
    window = open_window(talk.office)
    settle(qtbot)
    home = window.page("home")
    button = next(b for b in home.findChildren(QAbstractButton) if b.text() == "Start from last period")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    dialog = window.findChild(NextPeriodDialog)
    assert dialog is not None and nameless(dialog) == []
    assert len(dialog.boxes) == 1 and "Nairobi" in dialog.boxes[0][0].text()
    qtbot.keyClick(dialog.boxes[0][0], Qt.Key.Key_Space)
    assert not dialog.begin.isEnabled()
    qtbot.keyClick(dialog.boxes[0][0], Qt.Key.Key_Space)
    assert "1" in dialog.begin.text()
    qtbot.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert window.current_key == "form"
    with talk.office.read() as session:
        (draft,) = repository.list_records(session, state=RecordState.DRAFT)
        assert (draft.period, draft.subject) == ("2026-H1", "Nairobi")
        periods = [("slum_upgrading", "2026-H1"), ("housing_policy", "2026-H1")]
        assert startable(session, talk.office.settings, periods) == []


def test_one_return_that_cannot_be_begun_keeps_no_other_out(talk: TalkDesk) -> None:
    office = talk.office
    old = demo_answers("01_slum_upgrading_nairobi_2025_h2.json")
    finish(office, begin(office, old, period="2025-H2"))
    with office.read() as session:
        (one,) = startable(session, office.settings, [("slum_upgrading", "2026-H1")])
    twice = start_all(office.begin, office.library, office.settings, [one, one], language="en")
    assert [bool(done.record_id) for done in twice] == [True, False]
    assert twice[1].error is not None and twice[1].error.code == "RETURN_THERE"


def test_the_line_about_this_laptop_warns_of_a_full_disk_and_of_drafts_on_earlier_forms(
    talk: TalkDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    newest = {info.form_id: info.version for info in talk.office.library.newest()}
    good = home_laptop.laptop_facts(talk.office, talk.office.glance(), now, newest)
    assert [fact.is_good for fact in good] == [False, True, True, True]  # no backup yet
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=300 << 20))
    full = home_laptop.laptop_facts(talk.office, talk.office.glance(), now, newest)
    assert not full[1].is_good and "300" in full[1].text
    begin(talk.office, demo_answers("11_slum_upgrading_nairobi_draft.json"))
    seen = talk.office.glance()
    assert home_laptop.laptop_facts(talk.office, seen, now, newest)[3].is_good
    older = replace(seen, drafts=(replace(seen.drafts[0], form_version="1"),))
    behind = home_laptop.laptop_facts(talk.office, older, now, newest)[3]
    assert not behind.is_good and "earlier version" in behind.text
