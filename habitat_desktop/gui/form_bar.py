"""The line above the ledger: which section this is, how far it is, and the way to remove an entry."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_rail import problems_text, queries_text, warnings_text
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
        self.queries = kit.Label("", "caption", "warning", strong=True)
        self._query_sign = kit.IconLabel("chat_help", "warning", 16, filled=True)
        self._problem_sign = kit.IconLabel("error_circle", "error", 16, filled=True)
        self._warning_sign = kit.IconLabel("warning", "warning", 16, filled=True)
        counts = kit.row(
            self.answered, 4, self._problem_sign, self.problems, 4, self._warning_sign, self.warnings, 4,
            self._query_sign, self.queries, space=6,
        )  # fmt: skip
        self.remove_icon = kit.IconButton("delete", "", self.remove_wanted.emit)
        self._is_titled, self._may_remove = True, False
        self.setLayout(kit.row((self.title, 1), self.remove, self.remove_icon, counts))
        # the same height with and without the button: the rows must not move between sections
        self.setMinimumHeight(self.remove.sizeHint().height())
        self.retranslate()

    def show_section(self, title: str, tally: Tally) -> None:
        self.title.setText(title)
        answered = _("{count} of {total} answered")
        self.answered.setText(answered.format(count=ltr(str(tally.answered)), total=ltr(str(tally.total))))
        self.answered.setVisible(bool(tally.total))
        for count, sign, words_beside, words in (
            (tally.errors, self._problem_sign, self.problems, problems_text(tally.errors)),
            (tally.warnings, self._warning_sign, self.warnings, warnings_text(tally.warnings)),
            (tally.queries, self._query_sign, self.queries, queries_text(tally.queries)),
        ):
            words_beside.setText(words if self._is_titled else ltr(str(count)))
            words_beside.setAccessibleName(words)
            words_beside.setToolTip(words)
            sign.setToolTip(words)
            sign.setVisible(bool(count))
            words_beside.setVisible(bool(count))

    def set_titled(self, on: bool) -> None:
        """Leave the title out where the picker beside it says the same; there signs replace words."""
        self._is_titled = on
        self.title.setVisible(on)
        self.show_remove(self._may_remove)

    def show_remove(self, on: bool) -> None:
        """Offer to remove the entry shown, or not."""
        self._may_remove = on
        self.remove.setVisible(on and self._is_titled)
        self.remove_icon.setVisible(on and not self._is_titled)

    def retranslate(self) -> None:
        self.remove.setText(_("Remove this entry"))
        self.remove_icon.name(_("Remove this entry"))
