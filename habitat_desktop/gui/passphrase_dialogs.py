"""The passphrase of the key: choosing one, and giving it when something is to be signed."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.i18n.catalogues import _, explain, pgettext
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.keys import Keyring

_SHORTEST = 8  # signs of a passphrase


class _SecretDialog(QDialog):
    """A dialog of secret fields, with a problem said below them."""

    def __init__(self, frame: "MainWindow", title: str, text: str, verb: str) -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setMinimumWidth(round(460 * theme.current().scale))
        self.keyring: Keyring = frame.workspace.keyring
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.fields = kit.column(space=4)
        self.done_button = kit.PrimaryButton(verb, "lock_closed", self.submit)
        self.done_button.setDefault(True)
        self._stops: list[QWidget] = [
            kit.Button(pgettext("button", "Cancel"), does=self.reject),
            self.done_button,
        ]
        self.setLayout(
            kit.column(
                kit.Label(title, "subtitle", strong=True, wrap=True),
                kit.Label(text, tone="muted", wrap=True),
                self.fields,
                self.problem,
                None,
                kit.row(None, *self._stops),
                space=12,
                margins=(24, 20, 24, 16),
            )
        )

    def submit(self) -> None:
        """Do what the button says."""
        raise NotImplementedError

    def add_secret(self, text: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        self.fields.addWidget(kit.field_label(text, field))
        self.fields.addWidget(field)
        self._stops.insert(-2, field)  # made after the buttons, but reached before them
        for one, other in pairwise(self._stops):
            QWidget.setTabOrder(one, other)
        return field

    def say(self, text: str, field: QWidget) -> None:
        self.problem.setText(text)
        self.problem.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def work(self, does: Callable[[], object], field: QWidget) -> None:
        """Run `does` off the window's thread: opening a passphrase takes a second on purpose."""
        self.done_button.setEnabled(False)

        def run(progress: Progress) -> object:
            return does()

        jobs.run(run, self, done=lambda _done: self.accept(), failed=partial(self._failed, field))

    def _failed(self, field: QWidget, error: Exception) -> None:
        self.done_button.setEnabled(True)
        if isinstance(error, HabitatError):
            self.say(explain(error), field)
        else:
            jobs.report_failure(error)


class PassphraseDialog(_SecretDialog):
    """Locks the key with a passphrase, changes it, or takes it away with an empty one."""

    def __init__(self, frame: "MainWindow", *, has_one: bool) -> None:
        title = _("Change the passphrase of the key") if has_one else _("Lock the key with a passphrase")
        text = _(
            "It is asked for once after each start, when a package is made. Nobody can bring it back: if it "
            "is lost, this workspace needs a new key that is trusted anew."
        )
        super().__init__(frame, title, text, _("Keep this passphrase"))
        self.old = self.add_secret(_("Passphrase until now")) if has_one else None
        self.new = self.add_secret(_("New passphrase"))
        self.again = self.add_secret(_("New passphrase once more"))
        hint = _("At least {count} signs; several words are best.").format(count=_SHORTEST)
        if has_one:
            hint += " " + _("Leave both empty to use none.")
        self.fields.addWidget(kit.Label(hint, "caption", "muted", wrap=True))
        (self.old or self.new).setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        new, old = self.new.text(), self.old.text() if self.old is not None else ""
        if new != self.again.text():
            self.say(_("The two new passphrases are not the same."), self.again)
        elif len(new) < _SHORTEST and (new or self.old is None):
            self.say(
                _("The passphrase is too short: {count} signs at least.").format(count=_SHORTEST), self.new
            )
        else:
            self.work(lambda: self._set(old, new), self.old or self.new)

    def _set(self, old: str, new: str) -> None:
        if self.old is not None:
            self.keyring.unlock(old)
        self.keyring.set_passphrase(new)


def unlock_first(frame: "MainWindow", error: Exception, again: Callable[[], object]) -> bool:
    """Ask for the passphrase where `error` says that one is missing, then do it `again`; else False."""
    from habitat_desktop.packages.key_errors import KeyLockedError

    if not isinstance(error, KeyLockedError):
        return False
    UnlockDialog(frame, again).open()
    return True


class UnlockDialog(_SecretDialog):
    """Asks for the passphrase and then does what needed it."""

    def __init__(self, frame: "MainWindow", then: Callable[[], object]) -> None:
        text = _("The key of this workspace is locked. Nothing was signed yet, and your records are kept.")
        super().__init__(frame, _("Passphrase of the key"), text, _("Unlock"))
        self.field = self.add_secret(_("Passphrase"))
        self.accepted.connect(then)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        passphrase = self.field.text()
        self.work(lambda: self.keyring.unlock(passphrase), self.field)
