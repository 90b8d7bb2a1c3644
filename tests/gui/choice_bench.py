"""Questions of one form used alone on the screen, with the real engine behind them: quicker than a window."""

import random
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from habitat_desktop.gui.form_rows import NO_PICTURES
from habitat_desktop.gui.question_base import QuestionWidget, Unread
from habitat_desktop.gui.question_widgets import make_widget
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import Environment, FormInstance

NO_KEYS = Qt.KeyboardModifier.NoModifier


class Bench:
    """A small window with some questions under each other; answers go into the engine and come back."""

    def __init__(self, form: Form, qtbot: Any, *, language: str = "en") -> None:
        self._form, self.qtbot = form, qtbot
        environment = Environment(
            now=lambda: datetime(2026, 7, 1, tzinfo=UTC),
            uuid=lambda: "u",
            random=random.Random(1),
            timezone=UTC,
            properties={},
            language=language,
        )
        self.instance = FormInstance(form, environment)
        self.unread: dict[str, Unread] = {}
        self.blanks: list[str] = []
        self.entered: list[str] = []
        self.widgets: dict[str, Any] = {}
        self.window = QWidget()
        self.window.setLayout(QVBoxLayout())
        self.window.resize(1000, 640)
        qtbot.addWidget(self.window)

    def show(self, *refs: str, media: Any = ()) -> Any:
        """Show these questions and return the widget of the first."""
        layout = self.window.layout()
        assert isinstance(layout, QVBoxLayout)
        for ref in refs:
            question = self._form.element(ref)
            assert isinstance(question, Question)
            widget = make_widget(question, self.instance.state(ref), NO_PICTURES, media)
            self.widgets[ref] = widget
            layout.addWidget(widget)
            self._connect(ref, widget)
            widget.show_state(self.instance.state(ref), None)
            widget.set_name(self.instance.state(ref).label, "Hint")
        layout.addStretch(1)
        self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        QApplication.processEvents()
        return self.widgets[refs[0]]

    def _connect(self, ref: str, widget: QuestionWidget) -> None:
        widget.answered.connect(lambda value: self._answer(ref, value))
        widget.unread.connect(lambda unread: self._note(ref, unread))
        widget.left_blank.connect(lambda: self.blanks.append(ref))
        widget.entered.connect(lambda: self.entered.append(ref))

    def _answer(self, ref: str, value: Any) -> None:
        self.unread.pop(ref, None)
        self.instance.answer(ref, value)
        self.refresh()

    def _note(self, ref: str, unread: Unread) -> None:
        self.unread[ref] = unread
        self.refresh()

    def refresh(self) -> None:
        for ref, widget in self.widgets.items():
            widget.show_state(self.instance.state(ref), self.unread.get(ref))

    def value(self, ref: str) -> str:
        return self.instance.state(ref).value

    def press(self, widget: Any, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.keyClick(widget, key, modifier)

    def focused(self) -> Any:
        return QApplication.focusWidget()

    @staticmethod
    def write(field: Any, text: str) -> None:
        """Type signs of any script, one event each."""
        for sign in text:
            QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, NO_KEYS, sign))

    @staticmethod
    def drag(view: QWidget, at: QPoint) -> None:
        """Move the mouse over `view` with its left button held."""
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        place = QPointF(at)
        event = QMouseEvent(QEvent.Type.MouseMove, place, QPointF(view.mapToGlobal(at)), none, left, NO_KEYS)
        QApplication.sendEvent(view, event)
