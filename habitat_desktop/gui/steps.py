"""The steps of a piece of work in one line: what is done, what is now, what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.i18n.catalogues import _

_MARK = 24


@dataclass(frozen=True)
class Step:
    """One step: its word, and whether it is behind us, at hand, or to come."""

    text: str
    state: Literal["done", "now", "later"]


class StepsLine(QFrame):
    """Up to six steps in a card, in the direction of reading."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._line: QHBoxLayout = kit.row(space=12, margins=(16, 8, 16, 8))
        self.setLayout(self._line)
        self._shown: tuple[Step, ...] = ()
        self._words: list[tuple[kit.ElidedLabel, Step]] = []

    def minimumSizeHint(self) -> QSize:
        # what is left when only the step at hand has its word
        marks = len(self._shown) * (_MARK + 24)
        now = next((label.sizeHint().width() for label, step in self._words if step.state == "now"), 0)
        return QSize(marks + min(now, 160) + 24, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out the words of the other steps where there is no room for all."""
        words = sum(label.sizeHint().width() + 12 for label, _step in self._words)
        all_fit = words + len(self._shown) * (_MARK + 12 + 20) + 32 <= self.width()
        for label, step in self._words:
            label.setVisible(all_fit or step.state == "now")

    def show_steps(self, steps: Sequence[Step]) -> None:
        if tuple(steps) == self._shown:
            return
        self._shown = tuple(steps)
        kit.clear(self._line)
        self._words = []
        for number, step in enumerate(steps, 1):
            if number > 1:
                rule = kit.line()
                rule.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                rule.setMinimumWidth(8)
                self._line.addWidget(rule, 1)
            mark = _StepMark(number, step.state)
            self._line.addWidget(mark)
            words = kit.ElidedLabel(
                step.text, tone="muted" if step.state == "later" else "text", strong=step.state == "now"
            )
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            self._line.addWidget(words)
            self._words.append((words, step))
            mark.setToolTip(step.text)
            mark.setAccessibleName(_spoken(step, number, len(steps)))
        self._fit()

    @property
    def now(self) -> str:
        """The word of the step at hand, "" when all is done."""
        return next((step.text for step in self._shown if step.state == "now"), "")


class _StepMark(QWidget):
    """The number of a step in a circle, or a tick."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__()
        self._number, self._state = number, state
        self.setFixedSize(QSize(_MARK, _MARK))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_later = self._state == "later"
        painter.setBrush(look.colour("sunken" if is_later else "accent"))
        painter.drawEllipse(self.rect())
        if self._state == "done":
            sign = QRect(0, 0, 16, 16)
            sign.moveCenter(self.rect().center())
            painter.drawPixmap(sign.topLeft(), icons.pixmap("checkmark", "on_accent", 16))
            return
        painter.setPen(look.colour("text_muted" if is_later else "on_accent"))
        painter.setFont(look.font("caption", strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


def _spoken(step: Step, number: int, total: int) -> str:
    said = {
        "done": _("Step {number} of {total}, done: {name}"),
        "now": _("Step {number} of {total}, now: {name}"),
        "later": _("Step {number} of {total}, later: {name}"),
    }[step.state]
    return said.format(number=number, total=total, name=step.text)
