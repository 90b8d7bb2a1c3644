"""The two lists of “Check and finalize”: problems, and warnings with their justifications."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_parts import leading
from habitat_desktop.gui.form_row import LONGEST_JUSTIFICATION
from habitat_desktop.gui.question_base import Line, set_shown
from habitat_desktop.gui.sitting import Trouble
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import ltr

_SIDE, _INDENT = 16, 30  # the words of a line stand under the words of the heading
_MOST_LINES = 60  # nobody corrects more in one go; the rest is counted


class _ListCard(QFrame):
    """A card with a sign, a heading, a count, and lines."""

    wanted = Signal(str)  # the ref to go to

    def __init__(self, sign: str, token: str, state: str) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.heading = kit.Label("", "subtitle", strong=True)
        self.count = kit.CountBadge(0, state)
        icon = kit.IconLabel(sign, token, 20, filled=True)
        self.lines = kit.column(space=0, margins=(1, 0, 1, 1))
        head = kit.row(icon, self.heading, self.count, None, space=8, margins=(16, 12, 16, 12))
        layout = kit.column(head, kit.line(), self.lines, space=0)
        self.setLayout(layout)

    def _show_head(self, heading: str, count: int, state: str) -> None:
        self.heading.setText(heading)
        self.count.show_count(count, state)
        kit.clear(self.lines)

    def _line(self, trouble: Trouble, where: str, *, last: bool, below: QFrame | None = None) -> QFrame:
        title = kit.Label(trouble.label, strong=True, wrap=True)
        message = kit.Label(trouble.message, wrap=True)
        place = kit.Label(where, "caption", "muted", wrap=True)
        place.setAlignment(leading())
        for label in (title, message):
            label.setAlignment(leading())
        go = kit.LinkButton(_("Go to question"), lambda: self.wanted.emit(trouble.ref))
        go.setAccessibleName(
            _("Go to question: {question}").format(question=trouble.label or trouble.message)
        )
        words = kit.row((kit.column(title, message, space=1), 1), place, go, space=8)
        set_shown(title, bool(trouble.label))
        parts = kit.column(words, space=6)
        if below is not None:
            parts.addWidget(below)
        # the indent is a gap and no margin: Qt mirrors no margins
        line = kit.row(_INDENT, (parts, 1), space=0, margins=(_SIDE, 8, _SIDE, 8))
        return kit.frame("surface" if last else "row", line)


class ProblemCard(_ListCard):
    """What must be corrected before finalizing."""

    def __init__(self) -> None:
        super().__init__("error_circle", "error", "quarantine")

    def show_problems(self, problems: list[tuple[Trouble, str]]) -> None:
        """Show (problem, where it is)."""
        self._show_head(_("Must be corrected first"), len(problems), "quarantine")
        for number, (trouble, where) in enumerate(problems[:_MOST_LINES], 1):
            self.lines.addWidget(self._line(trouble, where, last=number == len(problems)))
        more = len(problems) - _MOST_LINES
        if more > 0:
            text = ngettext("{count} more problem follows.", "{count} more problems follow.", more)
            rest = kit.Label(text.format(count=ltr(str(more))), tone="muted")
            self.lines.addLayout(kit.row(_INDENT, (rest, 1), space=0, margins=(_SIDE, 8, _SIDE, 8)))


class CarriedCard(_ListCard):
    """What came along from last period and nobody has confirmed yet."""

    def __init__(self) -> None:
        super().__init__("arrow_sync", "accent", "draft")

    def show_carried(self, carried: list[tuple[Trouble, str]]) -> None:
        """Show (question with the value that came along, where it is)."""
        self._show_head(_("Came along from last period: confirm or change"), len(carried), "draft")
        for number, (trouble, where) in enumerate(carried[:_MOST_LINES], 1):
            self.lines.addWidget(self._line(trouble, where, last=number == len(carried)))
        more = len(carried) - _MOST_LINES
        if more > 0:
            text = ngettext("{count} more answer follows.", "{count} more answers follow.", more)
            rest = kit.Label(text.format(count=ltr(str(more))), tone="muted")
            self.lines.addLayout(kit.row(_INDENT, (rest, 1), space=0, margins=(_SIDE, 8, _SIDE, 8)))


class WarningCard(_ListCard):
    """What looks unusual; a few words say why it is right."""

    justified = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("warning", "warning", "query")
        self.editors: dict[str, JustificationLine] = {}

    def show_warnings(self, warnings: list[tuple[Trouble, str, str]]) -> None:
        """Show (warning, where it is, what was written to justify it)."""
        self._show_head(_("Look again, or say why it is right"), len(warnings), "query")
        self.editors = {}
        for number, (trouble, where, text) in enumerate(warnings, 1):
            editor = JustificationLine(trouble, text)
            editor.changed.connect(self.justified)
            self.editors[trouble.ref] = editor
            self.lines.addWidget(self._line(trouble, where, last=number == len(warnings), below=editor))

    def commit(self) -> None:
        for editor in self.editors.values():
            editor.commit()


class JustificationLine(QFrame):
    """A line for the reason, with a tick once it is there and the room left while it is written."""

    changed = Signal(str, str)

    def __init__(self, trouble: Trouble, text: str) -> None:
        super().__init__()
        self._ref = trouble.ref
        self.line = Line()
        self.line.setMaxLength(LONGEST_JUSTIFICATION)
        self.line.show_text(text)
        self.line.setPlaceholderText(_("Why is it right? Headquarters will read this."))
        self.line.setAccessibleName(_("Why it is right: {warning}").format(warning=trouble.message))
        self._sign = kit.IconLabel("edit", "accent", 16)
        self._room = kit.Label("", "caption", "muted")
        self.line.editingFinished.connect(self.commit)
        self.line.textChanged.connect(lambda _text: self._show())
        self.line.focused.connect(lambda _on: self._show())
        layout = kit.row(self._sign, (self.line, 1), self._room, space=8)
        layout.setAlignment(self._sign, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(layout)
        self._show()

    def commit(self) -> None:
        if self.line.is_dirty:
            self.line.shown = self.line.text()
            self.changed.emit(self._ref, self.line.text())
        self._show()

    def _show(self) -> None:
        done = bool(self.line.shown.strip()) and not self.line.is_dirty
        self._sign.show_icon("checkmark_circle" if done else "edit", "ok" if done else "accent", filled=done)
        words = _("{count} of {total}").format(
            count=ltr(str(len(self.line.text()))), total=ltr(str(LONGEST_JUSTIFICATION))
        )
        self._room.setText(words)
        self._room.setVisible(self.line.hasFocus())
