"""Asks for the reason of something that is kept with the name of the person."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import clean


class ReasonDialog(QDialog):
    """What will happen, a line for the reason, and a button with the verb; without a reason it stays."""

    given = Signal(str)

    def __init__(self, parent: QWidget, title: str, text: str, verb: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self.field = QLineEdit()
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.done_button = kit.PrimaryButton(verb, does=self._give)
        self.done_button.setDefault(True)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        self.setLayout(
            kit.column(
                kit.Label(title, "subtitle", strong=True, wrap=True),
                kit.Label(text, tone="muted", wrap=True),
                kit.field_label(_("Reason"), self.field),
                self.field,
                self.problem,
                8,
                kit.row(None, cancel, self.done_button),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        reason = clean(self.field.text()).strip()
        if not reason:
            self.problem.setText(_("Say why, so that others understand it later."))
            self.problem.show()
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.given.emit(reason)
        self.accept()
