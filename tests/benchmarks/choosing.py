"""A question with 50,000 choices: opened, searched, answered; `python -m tests.benchmarks.choosing`.

Beside each figure stands what the same costs with three choices, on the same machine in the same run.
"""

import csv
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CHOICES = 50_000
ROUNDS = 5
TYPED = "settlement of the river 49"
SURVEY = """
| survey | | | |
| | type | name | label |
| | select_one_from_file many.csv | one | Which one? |
| | select_multiple_from_file many.csv | some | Which ones? |
| | select_one few | short | Which? |
| choices | | | |
| | list_name | name | label |
| | few | a | One |
| | few | b | Two |
| | few | c | A third one whose label has no room in a button |
| settings | | | |
| | form_id | version | form_title |
| | choosing | 1 | Choosing |
"""


def write_form(folder: Path) -> Path:
    """Write a form whose list of 50,000 lines lies beside it."""
    with (folder / "many.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("name", "label"))
        for number in range(CHOICES):
            place = ("river", "hill", "rivière", "сад")[number % 4]
            lines.writerow((f"c{number}", f"Settlement of the {place} {number}"))
    form = folder / "choosing.md"
    form.write_text(SURVEY.strip() + "\n", encoding="utf-8")
    return form


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print milliseconds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

    from habitat_desktop.gui import look
    from habitat_desktop.gui.app import make_app
    from habitat_desktop.gui.question_widgets import make_widget
    from habitat_desktop.xforms.definition import Question
    from habitat_desktop.xforms.engine import FormInstance
    from habitat_desktop.xforms.library import load_form
    from tests.benchmarks.engine import environment

    app = make_app()
    look.apply("en", "light")
    with tempfile.TemporaryDirectory() as folder:
        form = load_form(write_form(Path(folder)), foreign=False)
        instance = FormInstance(form, environment())
        window = QWidget()
        window.setLayout(QVBoxLayout())
        window.resize(900, 640)
        window.show()

        def made(name: str) -> tuple[QWidget, float]:
            question = form.element(f"/data/{name}")
            assert isinstance(question, Question)
            start = time.perf_counter()
            state = instance.state(f"/data/{name}")
            widget = make_widget(question, state)
            widget.show_state(state, None)
            window.layout().addWidget(widget)  # type: ignore[union-attr]
            widget.show()
            app.processEvents()
            widget.grab()
            return widget, (time.perf_counter() - start) * 1000

        def press(line: QWidget, sign: str = "", key: int = 0) -> None:
            QApplication.sendEvent(
                line, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, sign)
            )
            app.processEvents()

        _short, few = made("short")
        for name in ("one", "some"):
            _widget, first = made(name)
            widget, again = made(name)
            line = widget.control.line  # type: ignore[attr-defined]
            line.setFocus()
            opened = _ms(lambda line=line: (line.open(), app.processEvents()))
            line.shut()
            keys = [_ms(lambda sign=sign, line=line: press(line, sign)) for sign in TYPED]
            rubbed = [_ms(lambda line=line: press(line, key=Qt.Key.Key_Backspace)) for _sign in TYPED]
            _short2, few2 = made("short")
            print(
                f"{CHOICES} choices, {name}: shown first {first:.0f} ms, again {again:.1f} ms"
                f" (three choices {min(few, few2):.1f} ms), list open {opened:.1f} ms;"
                f" first key {keys[0]:.1f} ms, keys after it {statistics.median(keys[1:]):.1f} ms"
                f" (slowest {max(keys[1:]):.1f}), back {statistics.median(rubbed):.1f} ms"
            )
        window.close()


if __name__ == "__main__":
    main()
