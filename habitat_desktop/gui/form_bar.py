"""The line above the ledger: which section this is, how far it is, and the way to remove an entry."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_rail import problems_text, warnings_text
from habitat_desktop.gui.form_sections import Tally
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import ltr


class SectionBar(QWidget):
    """Title and counts of the section shown."""

    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = kit.ElidedLabel("", "subtitle", strong=True)
        self.remove = kit.Button("", "quiet", "delete", self.remove_wanted.emit, small=True)
        self.answered = kit.Label("", "caption", "muted")
        self.problems = kit.Label("", "caption", "error", strong=True)
        self.warnings = kit.Label("", "caption", "warning", strong=True)
        self._problem_sign = kit.IconLabel("error_circle", "error", 16, filled=True)
        self._warning_sign = kit.IconLabel("warning", "warning", 16, filled=True)
        counts = kit.row(
            self.answered, 4, self._problem_sign, self.problems, 4, self._warning_sign, self.warnings, space=6
        )
        self.setLayout(kit.row((self.title, 1), self.remove, counts))
        # the same height with and without the button: the rows must not move between sections
        self.setMinimumHeight(self.remove.sizeHint().height())
        self.retranslate()

    def show_section(self, title: str, tally: Tally) -> None:
        self.title.setText(title)
        words = _("{count} of {total} answered")
        self.answered.setText(words.format(count=ltr(str(tally.answered)), total=ltr(str(tally.total))))
        self.answered.setVisible(bool(tally.total))
        self.problems.setText(problems_text(tally.errors))
        self.warnings.setText(warnings_text(tally.warnings))
        for count, sign, words_beside in (
            (tally.errors, self._problem_sign, self.problems),
            (tally.warnings, self._warning_sign, self.warnings),
        ):
            sign.setVisible(bool(count))
            words_beside.setVisible(bool(count))

    def set_titled(self, on: bool) -> None:
        """Leave the title out where the picker beside it says the same."""
        self.title.setVisible(on)

    def retranslate(self) -> None:
        self.remove.setText(_("Remove this entry"))
