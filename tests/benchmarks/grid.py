"""A repeat of 1,000 entries as a table, opened to pasted: `python -m tests.benchmarks.grid`."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROWS, ROUNDS = 1_000, 5
TEXTS = "Place {n}\tKIB\tOld housing\t{total}\t{women}\t\t{n}.5\t31.03.2026\tflood; fire\tx"


def bench_grid() -> dict[str, float]:
    """Return milliseconds: opening 1,000 rows, a scroll step, an answer, a paste of 1,000 x 10 cells."""
    from PySide6.QtGui import QGuiApplication

    from habitat_desktop.gui import app as gui
    from habitat_desktop.gui import theme
    from habitat_desktop.settings import Settings
    from habitat_desktop.workspace import create_workspace
    from tests.records.places_form import PLACE, places_entry, places_form

    application = gui.make_app()
    theme.apply(application, "light", "en")
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(
            Path(folder) / "workspace", Settings(role="office", office="KE", name="Kenya", person="Njeri")
        )
        form = places_form(Path(folder))
        full = _sitting(workspace, places_entry(form, ROWS))
        grid, opened = _timed(lambda: _shown(full, PLACE))
        application.processEvents()
        steps = [_timed(lambda n=n: _scrolled(grid, n))[1] for n in range(1, 31)]
        answers = [_timed(lambda n=n: _answered(grid, n))[1] for n in range(ROUNDS)]
        grid.hide()
        pastes = []
        for _round in range(ROUNDS):
            one = _shown(_sitting(workspace, places_entry(form, 1)), PLACE)
            lines = (TEXTS.format(n=n, total=1000 * n, women=490 * n) for n in range(1, ROWS + 1))
            QGuiApplication.clipboard().setText("\n".join(lines))
            one.view.go(0, 0)
            pastes.append(_timed(lambda one=one: _pasted(one))[1])
            assert one.model is not None and one.model.entries == ROWS
            one.hide()
        from habitat_desktop.gui import jobs

        jobs.shut_down(workspace.close)
    return {
        "grid: 1,000 rows opened": opened,
        "grid: scroll step": statistics.median(steps),
        "grid: answer to painted": statistics.median(answers),
        "grid: paste 1,000 x 10, painted": statistics.median(pastes),
    }


def _sitting(workspace: Any, entry: Any) -> Any:
    from habitat_desktop.gui.sitting import Opened, Sitting
    from habitat_desktop.records.previous import PreviousValues
    from habitat_desktop.records.record import RecordState

    opened = Opened(entry, RecordState.DRAFT, None, PreviousValues(entry.form, {}), "", None, {})
    return Sitting(workspace, opened)


def _shown(sitting: Any, repeat: str) -> Any:
    from habitat_desktop.gui.repeat_grid import RepeatGrid

    grid = RepeatGrid()
    sitting.answered.connect(grid.refresh)
    sitting.reshaped.connect(grid.reload)
    grid.sitting_kept = sitting  # type: ignore[attr-defined]
    grid.resize(1290, 590)
    grid.show_repeat(sitting, repeat)
    grid.show()
    grid.grab()
    return grid


def _scrolled(grid: Any, step: int) -> None:
    from PySide6.QtWidgets import QApplication

    grid.view.verticalScrollBar().setValue(30 * step)
    QApplication.processEvents()


def _answered(grid: Any, row: int) -> None:
    from PySide6.QtCore import QPersistentModelIndex

    grid.take(QPersistentModelIndex(grid.model.index(row, 3)), str(5000 + row))
    grid.view.viewport().repaint()


def _pasted(grid: Any) -> None:
    grid.paste()
    if grid.sheet.plan is not None:
        grid.sheet.paste_all.click()
    grid.view.viewport().repaint()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


def print_grid() -> None:
    for name, value in bench_grid().items():
        print(f"{name}: {value:.1f} ms")


if __name__ == "__main__":
    print_grid()
