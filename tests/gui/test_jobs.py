"""Jobs: results on the window's thread, cancelling, failing, closing."""

import gc
import threading
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread

from habitat_desktop.gui import jobs
from habitat_desktop.progress import Progress


@pytest.fixture(autouse=True)
def _no_handler_left() -> Any:
    yield
    jobs.on_unhandled_failure(None)
    jobs.shut_down()


def test_the_result_arrives_on_the_thread_of_the_window(qtbot: Any) -> None:
    seen: list[tuple[object, bool]] = []
    worked_on: list[int] = []

    def work(progress: Progress) -> int:
        worked_on.append(threading.get_ident())
        return 42

    job = jobs.Job(work)
    job.succeeded.connect(lambda result: seen.append((result, QThread.isMainThread())))
    with qtbot.waitSignal(job.finished):
        job.start()
    assert seen == [(42, True)]
    assert worked_on != [threading.get_ident()]


def test_work_is_done_one_after_the_other(qtbot: Any) -> None:
    order: list[int] = []
    for number in range(20):
        jobs.run(lambda progress, number=number: order.append(number))
    qtbot.waitUntil(jobs.is_idle)
    assert order == list(range(20))


def test_progress_is_told_and_cancelling_stops_at_the_next_step(qtbot: Any) -> None:
    reached = threading.Event()
    go_on = threading.Event()

    def work(progress: Progress) -> None:
        progress.step(1, 3)
        reached.set()
        go_on.wait(10)
        progress.step(2, 3)
        raise AssertionError("the step before must stop the work")

    job = jobs.Job(work)
    told: list[tuple[int, int]] = []
    job.progressed.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(job.cancelled):
        job.start()
        reached.wait(10)
        job.cancel()
        go_on.set()
    assert told == [(1, 3)]


def test_a_failure_nobody_handles_goes_to_the_error_dialog(qtbot: Any) -> None:
    shown: list[Exception] = []
    jobs.on_unhandled_failure(shown.append)
    fault = ValueError("no")

    def work(progress: Progress) -> None:
        raise fault

    jobs.run(work)
    qtbot.waitUntil(jobs.is_idle)
    assert shown == [fault]


def test_a_failure_a_page_handles_stays_there(qtbot: Any) -> None:
    shown: list[Exception] = []
    handled: list[Exception] = []
    jobs.on_unhandled_failure(shown.append)

    def work(progress: Progress) -> None:
        raise ValueError

    jobs.run(work, failed=handled.append)
    qtbot.waitUntil(jobs.is_idle)
    assert len(handled) == 1
    assert shown == []


def test_a_job_of_a_page_that_has_gone_delivers_nothing(qtbot: Any) -> None:
    page = QObject()
    seen: list[object] = []
    hold = threading.Event()

    def work(progress: Progress) -> bool:
        return hold.wait(10)

    job = jobs.run(work, page, done=seen.append)
    job.forget()
    hold.set()
    qtbot.waitUntil(jobs.is_idle)
    assert seen == []


def test_a_job_outlives_its_deleted_parent(qtbot: Any) -> None:
    page = QObject()
    hold = threading.Event()
    jobs.run(lambda progress: hold.wait(10), page, done=lambda result: None)
    page.deleteLater()
    qtbot.waitUntil(lambda: not __import__("shiboken6").isValid(page))
    hold.set()
    qtbot.waitUntil(jobs.is_idle)


def test_no_widget_is_destroyed_on_the_worker(qtbot: Any) -> None:
    class Knot(QObject):
        """Refers to itself, so that only the collector of garbage can free it."""

        def __init__(self) -> None:
            super().__init__()
            self.me = self

    gone_while_working: list[int] = []

    def work(progress: Progress) -> None:
        for _number in range(200_000):  # far more than it takes to start a collection
            knot: list[object] = []
            knot.append(knot)
        gone_while_working.append(sum(one() is None for one in knots))

    jobs.run(lambda progress: None)
    knots = [weakref.ref(Knot()) for _number in range(50)]
    jobs.run(work)
    qtbot.waitUntil(jobs.is_idle)
    assert gone_while_working == [0]
    gc.collect()
    assert all(one() is None for one in knots)


def test_garbage_is_swept_on_the_thread_of_the_window(qtbot: Any) -> None:
    jobs.run(lambda progress: None)
    assert not gc.isenabled()
    swept: list[bool] = []

    def seen(phase: str, info: dict[str, int]) -> None:
        swept.append(QThread.isMainThread())

    gc.callbacks.append(seen)
    keep = [[number] for number in range(5_000)]
    qtbot.waitUntil(lambda: bool(swept), timeout=10_000)
    gc.callbacks.remove(seen)
    assert all(swept)
    assert len(keep) == 5_000
    jobs.shut_down()
    assert gc.isenabled()


def test_closing_waits_for_the_work_and_then_runs_the_last_thing(qtbot: Any) -> None:
    order: list[str] = []

    def work(progress: Progress) -> None:
        order.append("work")

    jobs.run(work)
    jobs.shut_down(lambda: order.append("closed"))
    assert order == ["work", "closed"]
    jobs.run(work)  # a new worker
    qtbot.waitUntil(lambda: order == ["work", "closed", "work"] and jobs.is_idle())
