"""Who is working now: always seen in the top bar, changed in two clicks, with a PIN where there is one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QMenu, QToolButton, QWidget

from habitat_desktop import pins
from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import iso
from habitat_desktop.settings import Person, Settings

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_WIDEST = 168
_TRIES = 5  # then the dialog closes: whoever guesses begins again


class PersonButton(QToolButton):
    """Shows the person working now; its menu lists the others."""

    chosen = Signal(str)  # the name of a person
    list_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        icons.set_icon(self, "person", "text_muted", 20)
        self.menu_of_persons = QMenu(self)
        self.setMenu(self.menu_of_persons)
        self._name = ""
        self._compact = False

    def show_settings(self, settings: Settings) -> None:
        """Show who works now and offer the others."""
        self._name = settings.person
        menu, group = self.menu_of_persons, QActionGroup(self)
        menu.clear()
        for person in settings.persons:
            action = QAction(person.name.replace("&", "&&"), group)
            action.setCheckable(True)
            action.setChecked(person.name == settings.person)
            action.setData(person.name)
            if person.pin:
                icons.set_icon(action, "lock_closed", "text_muted", 16)
            menu.addAction(action)
        group.triggered.connect(lambda action: self.chosen.emit(action.data()))
        if settings.persons:
            menu.addSeparator()
        more = menu.addAction(_("People on this laptop…"))
        more.triggered.connect(lambda *_: self.list_wanted.emit())
        said = _("{person} works now").format(person=iso(self._name)) if self._name else _("Nobody works now")
        self.setAccessibleName(said)
        self.setToolTip(said)
        self._fit()

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self._fit()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return hint.boundedTo(QSize(round(_WIDEST * theme.current().scale), hint.height()))

    def _fit(self) -> None:
        style = Qt.ToolButtonStyle
        is_icon = self._compact or not self._name
        self.setToolButtonStyle(style.ToolButtonIconOnly if is_icon else style.ToolButtonTextBesideIcon)
        room = round((_WIDEST - 56) * theme.current().scale)
        self.setText(self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room))


class PinDialog(QDialog):
    """Asks for the PIN of one person; accepted only where it fits."""

    def __init__(self, parent: QWidget, person: Person) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("PIN"))
        self._person, self._left = person, _TRIES
        self.pin = pin_field(_("PIN"))
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        go = kit.PrimaryButton(_("Work as {person}").format(person=iso(person.name)), does=self._check)
        go.setDefault(True)
        self.setLayout(
            kit.column(
                kit.Label(_("Who is working now?"), "subtitle", strong=True),
                kit.Label(_("PIN of {person}").format(person=iso(person.name)), wrap=True),
                self.pin,
                self.problem,
                kit.row(None, kit.Button(pgettext("button", "Cancel"), does=self.reject), go),
                space=12,
                margins=(24, 20, 24, 16),
            )
        )
        self.setMinimumWidth(360)

    def _check(self) -> None:
        if pins.fits(self._person.pin, self.pin.text()):
            self.accept()
            return
        self._left -= 1
        if not self._left:
            self.reject()
            return
        self.problem.setText(_("This is not the PIN. Nothing was changed."))
        self.problem.show()
        self.pin.selectAll()
        self.pin.setFocus()


class WhoDialog(QDialog):
    """At the start, where the last person has a PIN: who is working now? Nothing can be done before that."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(_("Who is working now?"))
        self._settings = settings
        self.persons = QListWidget()
        self.persons.setAccessibleName(_("People on this laptop"))
        for person in settings.persons:
            QListWidgetItem(person.name, self.persons)
        self.persons.setCurrentRow(max(0, [p.name for p in settings.persons].index(settings.person)))
        self.persons.currentRowChanged.connect(lambda *_: self._show())
        self.pin = pin_field(_("PIN"))
        self.problem = kit.Label("", tone="error", wrap=True)
        self.go = kit.PrimaryButton(_("Begin"), does=self._check)
        self.go.setDefault(True)
        self.setLayout(
            kit.column(
                kit.Label(_("Who is working now?"), "subtitle", strong=True),
                kit.Label(
                    _("What is written carries the name of the person who works now."),
                    tone="muted",
                    wrap=True,
                ),
                self.persons,
                kit.field_label(_("PIN"), self.pin),
                self.pin,
                self.problem,
                kit.row(kit.QuietButton(_("Close the program"), does=self.reject), None, self.go),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )
        self.setMinimumWidth(400)
        self._show()
        self.pin.setFocus()

    def person(self) -> Person:
        """Return the person chosen."""
        return self._settings.persons[self.persons.currentRow()]

    def _show(self) -> None:
        self.problem.setText("")
        self.pin.setEnabled(bool(self.person().pin))
        self.pin.clear()

    def _check(self) -> None:
        person = self.person()
        if not person.pin or pins.fits(person.pin, self.pin.text()):
            self.accept()
            return
        self.problem.setText(_("This is not the PIN. Nothing was changed."))
        self.pin.selectAll()
        self.pin.setFocus()


def pin_field(name: str) -> QLineEdit:
    """Return a field for a PIN, whose signs are not shown."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(pins.LONGEST)
    field.setAccessibleName(name)
    field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return field


def work_as(frame: "MainWindow", name: str) -> None:
    """Let `name` work from now on, after the PIN if there is one; what is being typed is kept first."""
    settings = frame.workspace.settings
    person = settings.person_named(name)
    if person is None or name == settings.person:
        frame.top_bar.person_button.show_settings(settings)
        return
    if not person.pin:
        frame.change_person(name)
        return
    dialog = PinDialog(frame, person)
    dialog.accepted.connect(lambda: frame.change_person(name))
    dialog.rejected.connect(lambda: frame.top_bar.person_button.show_settings(frame.workspace.settings))
    dialog.open()


def ask_who(frame: "MainWindow") -> WhoDialog | None:
    """Ask who is working where the last person has a PIN; whoever does not say closes the window."""
    settings = frame.workspace.settings
    if not settings.current_person().pin:
        return None
    dialog = WhoDialog(frame, settings)
    dialog.accepted.connect(lambda: frame.change_person(dialog.person().name))
    dialog.rejected.connect(frame.close)
    dialog.open()
    return dialog
