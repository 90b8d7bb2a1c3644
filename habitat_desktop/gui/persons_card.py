"""The people who share this laptop: who works now, add, change, take away."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QLineEdit, QWidget

from habitat_desktop import pins
from habitat_desktop.errors import N_
from habitat_desktop.gui import kit
from habitat_desktop.gui.person_button import PinDialog, pin_field, work_as
from habitat_desktop.i18n.catalogues import _, language, pgettext, translate
from habitat_desktop.i18n.text import clean, iso
from habitat_desktop.settings import Person

if TYPE_CHECKING:
    from habitat_desktop.gui.settings_page import SettingsPage

FUNCTIONS = (  # the choice list reporter_role of the forms
    ("hpm", N_("Habitat Programme Manager (HPM)")),
    ("ro_focal", N_("Regional office desk / focal point")),
    ("hq_focal", N_("Headquarters focal point")),
    ("nhc_sec", N_("National Habitat Committee secretariat")),
    ("gov_focal", N_("Government focal point")),
    ("local_auth", N_("Local authority officer")),
    ("partner", N_("Partner organization")),
    ("consultant", N_("Consultant")),
)


def function_name(code: str) -> str:
    """Return the name of a function, as the forms say it."""
    english = dict(FUNCTIONS).get(code, code)
    return translate("reference", language(), f"lists/reporter_role|{code}", english) or _(english)


class PersonsCard(kit.Card):
    """The list of persons; what they write carries the name of the one who works now."""

    def __init__(self, page: "SettingsPage") -> None:
        add = kit.Button(_("Add a person"), icon="add", does=lambda: self._edit(None))
        super().__init__(_("People on this laptop"), None, add)
        self._page = page
        self.body.addWidget(
            kit.Label(
                _("What is written carries the name of the person who works now."), tone="muted", wrap=True
            )
        )
        settings = page.workspace.settings
        for person in settings.persons:
            self.body.addWidget(self._row(person, person.name == settings.person))
        if not settings.persons:
            self.body.addWidget(kit.EmptyState("person", _("Nobody is entered yet")))

    def _row(self, person: Person, works_now: bool) -> QWidget:
        facts = [function_name(person.function), person.email, _("asked for a PIN") if person.pin else ""]
        words = kit.column(
            kit.Label(person.name, strong=True, wrap=True),
            kit.Label(" · ".join(fact for fact in facts if fact), "caption", "muted", wrap=True),
            space=0,
        )
        box = QWidget()
        box.setLayout(words)
        row: list[QWidget] = []
        if works_now:
            row.append(kit.Pill("accepted", text=_("Works now")))
        else:
            choose = kit.Button(_("Work as this person"), does=self._choosing(person), small=True)
            choose.setAccessibleName(_("Work as {person}").format(person=iso(person.name)))
            row.append(choose)
        change = kit.IconButton(
            "edit", _("Change {person}").format(person=iso(person.name)), self._editing(person)
        )
        row.append(change)
        if not works_now:
            text = _("Take {person} off the list").format(person=iso(person.name))
            row.append(kit.IconButton("delete", text, self._removing(person)))
        icon = kit.IconLabel("person", "accent" if works_now else "text_muted", filled=works_now)
        result = kit.frame("row")
        layout = kit.row(icon, (box, 1), *row, space=8, margins=(0, 8, 0, 8))
        result.setLayout(layout)
        return result

    def _choosing(self, person: Person) -> Callable[[], None]:
        return lambda: work_as(self._page.frame, person.name)

    def _editing(self, person: Person) -> Callable[[], None]:
        return lambda: self._edit(person)

    def _removing(self, person: Person) -> Callable[[], None]:
        def remove() -> None:
            rest = tuple(p for p in self._page.workspace.settings.persons if p != person)
            self._page.change(_("People on this laptop"), persons=rest)

        return lambda: self._asking(person, remove)

    def _edit(self, person: Person | None) -> None:
        self._asking(person, lambda: self._open(person))

    def _asking(self, person: Person | None, does: Callable[[], object]) -> None:
        """Do it, after the PIN of somebody else where there is one."""
        if person is None or not person.pin or person.name == self._page.workspace.settings.person:
            does()
            return
        dialog = PinDialog(self._page, person)
        dialog.accepted.connect(does)
        dialog.open()

    def _open(self, person: Person | None) -> None:
        dialog = PersonDialog(self._page, person)
        dialog.accepted.connect(lambda: self._keep(person, dialog.person()))
        dialog.open()

    def _keep(self, before: Person | None, now: Person) -> None:
        settings = self._page.workspace.settings
        if before is None:
            persons = (*settings.persons, now)
        else:
            persons = tuple(now if person == before else person for person in settings.persons)
        works = settings.person
        if not works or (before is not None and works == before.name):
            works = now.name
        self._page.change(_("People on this laptop"), persons=persons, person=works)
        self._page.frame.change_person(works)


class PersonDialog(QDialog):
    """Name, e-mail address and function of one person."""

    def __init__(self, parent: QWidget, person: Person | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("Add a person") if person is None else _("Change a person")
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        person = person or Person("")
        self.name, self.email, self.function = QLineEdit(person.name), QLineEdit(person.email), QComboBox()
        self.function.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.function.currentTextChanged.connect(self.function.setToolTip)
        for code, _english in FUNCTIONS:
            self.function.addItem(function_name(code), code)
        self.email.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.function.setCurrentIndex(max(self.function.findData(person.function), 0))
        self._kept_pin = person.pin
        self.asks = QCheckBox(_("Ask for a PIN when this person begins to work"))
        self.asks.setChecked(bool(person.pin))
        self.pin = pin_field(_("PIN"))
        self.pin.setPlaceholderText(_("unchanged") if person.pin else "")
        self.pin.setEnabled(bool(person.pin))
        self.asks.toggled.connect(self.pin.setEnabled)
        self.asks.toggled.connect(lambda *_: self._check())
        self.pin.textChanged.connect(lambda *_: self._check())
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        fields = ((_("Name"), self.name), (_("E-mail address"), self.email), (_("Function"), self.function))
        for text, field in fields:
            form.addRow(kit.field_label(text, field), field)
            field.setAccessibleName(text)
        self.keep = kit.PrimaryButton(_("Keep"), does=self.accept)
        self.keep.setDefault(True)
        self.name.textChanged.connect(self._check)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        self.setLayout(
            kit.column(
                kit.Label(title, "subtitle", strong=True),
                form,
                kit.column(
                    self.asks,
                    self.pin,
                    kit.Label(
                        _(
                            "4 signs or more. A PIN keeps names apart; it does not keep anybody from reading "
                            "the records."
                        ),
                        "caption",
                        "muted",
                        wrap=True,
                    ),
                    space=4,
                ),
                kit.row(None, cancel, self.keep),
                space=16,
                margins=(24, 20, 24, 16),
            )
        )
        self._check()

    def person(self) -> Person:
        """Return what was entered."""
        name, email = clean(self.name.text()).strip(), clean(self.email.text()).strip()
        return Person(name, email, str(self.function.currentData()), self._new_pin())

    def _new_pin(self) -> str:
        if not self.asks.isChecked():
            return ""
        return pins.made_of(self.pin.text()) if self.pin.text() else self._kept_pin

    def _check(self) -> None:
        typed = len(self.pin.text().strip())
        has_pin = typed >= pins.SHORTEST if typed or not self._kept_pin else True
        self.keep.setEnabled(bool(self.name.text().strip()) and (has_pin or not self.asks.isChecked()))
