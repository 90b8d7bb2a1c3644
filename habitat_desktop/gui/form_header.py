"""The head of the form page: what record this is, whether it is saved, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_parts import Mode
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import ltr

Saving = Literal["", "saving", "saved", "failed"]


@dataclass(frozen=True)
class HeadView:
    """What the head shows. `facts` are (name, value); `revisions` (id, words), the newest first."""

    title: str
    line: str
    state: str
    package_number: int | None
    facts: tuple[tuple[str, str], ...]
    readonly: bool
    may_edit: bool
    revisions: tuple[tuple[str, str], ...]
    revision_id: str


class FormHeader(QFrame):
    """The head bar. Words become icons where the window is narrow."""

    back_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    find_wanted = Signal()  # the buttons of these three are shown once somebody listens
    history_wanted = Signal()
    print_wanted = Signal()
    next_problem_wanted = Signal()
    check_wanted = Signal()
    edit_wanted = Signal()
    revision_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "headbar")
        self._facts: tuple[tuple[str, str], ...] = ()
        self._readonly = False
        self.state = ""
        self.mode: Mode = "wide"
        self.back = kit.IconButton("arrow_left", "", self.back_wanted.emit)
        self.title = kit.ElidedLabel("", "subtitle", strong=True)
        self.pill = kit.Pill("draft")
        self.line = kit.ElidedLabel("", "caption", "muted")
        self.info = kit.IconButton("info", "", self.show_facts)
        self._sign = kit.IconLabel("checkmark_circle", "ok", 16, filled=True)
        self.saved = kit.Label("", "caption", "muted")
        self.undo = kit.IconButton("arrow_undo", "", self.undo_wanted.emit)
        self.redo = kit.IconButton("arrow_redo", "", self.redo_wanted.emit)
        self.find_button = kit.IconButton("search", "", self.find_wanted.emit)
        self.history_button = kit.IconButton("history", "", self.history_wanted.emit)
        self.print_button = kit.IconButton("print", "", self.print_wanted.emit)
        self.next_problem = kit.Button("", icon="chevron_down", does=self.next_problem_wanted.emit)
        self.next_icon = kit.IconButton("chevron_down", "", self.next_problem_wanted.emit)
        self.check = kit.PrimaryButton("", "clipboard_checkmark", self.check_wanted.emit)
        self.revisions = QComboBox()
        self.revisions.activated.connect(lambda i: self.revision_chosen.emit(self.revisions.itemData(i)))
        self.edit = kit.PrimaryButton("", "edit", self.edit_wanted.emit)
        self._lay_out()
        self.retranslate()

    def show_view(self, view: HeadView) -> None:
        self.state = view.state
        self.title.setText(view.title)
        self.line.setText(view.line)
        self.pill.show_state(view.state, view.package_number)
        self._facts, self._readonly = view.facts, view.readonly
        self.check.setVisible(not view.readonly)
        self.edit.setVisible(view.readonly and view.may_edit)
        self.revisions.setVisible(view.readonly and len(view.revisions) > 1)
        if [self.revisions.itemText(i) for i in range(self.revisions.count())] != [
            w for _i, w in view.revisions
        ]:
            self.revisions.clear()
            for revision_id, words in view.revisions:
                self.revisions.addItem(words, revision_id)
        self.revisions.setCurrentIndex(max(0, self.revisions.findData(view.revision_id)))
        self.set_mode(self.mode)

    def show_history(self, can_undo: bool, can_redo: bool) -> None:
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def show_saving(self, saving: Saving, when: str = "") -> None:
        """Show whether the last answer is on the disk; `when` is "Saved 14:32"."""
        self._sign.setVisible(saving in ("saved", "failed"))
        self._sign.show_icon(
            "error_circle" if saving == "failed" else "checkmark_circle",
            "error" if saving == "failed" else "ok",
            filled=True,
        )
        words = {
            "": "",
            "saving": _("Saving…"),
            "saved": when,
            "failed": _("Not saved"),
        }
        self.saved.setText(words[saving])
        self._sign.setToolTip(words[saving])
        self.saved.set_tone("error" if saving == "failed" else "muted")

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode
        wide = mode == "wide"
        self.next_problem.setVisible(wide and not self._readonly)
        self.next_icon.setVisible(not wide and not self._readonly)
        self.saved.setVisible(mode != "narrow")
        for widget in (self.undo, self.redo):  # their keys and the menu stay
            widget.setVisible(mode != "narrow" and not self._readonly)
        for widget in (self.find_button, self.history_button, self.print_button):
            widget.setVisible(mode != "narrow")

    def retranslate(self) -> None:
        self.back.name(_("Back"))
        self.info.name(_("What the program knows of this record"))
        self.undo.name(_("Undo"), "Ctrl+Z")
        self.redo.name(_("Redo"), "Ctrl+Y")
        self.find_button.name(_("Find in this form"), "Ctrl+F")
        self.history_button.name(_("History of this record"))
        self.print_button.name(pgettext("button", "Print…"), "Ctrl+P")
        words = pgettext("button", "Next problem")
        self.next_problem.setText(words)
        self.next_problem.setToolTip(_("{command} ({keys})").format(command=words, keys="F8"))
        self.next_icon.name(words, "F8")
        self.check.setText(pgettext("button", "Check and finalize…"))
        self.edit.setText(pgettext("button", "Change answers"))
        self.edit.setToolTip(_("Begins a new draft; the revision shown stays as it is."))
        self.revisions.setAccessibleName(_("Revision"))

    def show_facts(self) -> None:
        """Open the list of what the program knows and therefore does not ask."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("part", "card")
        form = QFormLayout()
        form.setContentsMargins(16, 12, 16, 12)
        form.setHorizontalSpacing(16)
        for name, value in self._facts:
            form.addRow(kit.Label(name, "caption", "muted"), kit.Label(value, "caption", select=True))
        popup.setLayout(form)
        popup.adjustSize()
        corner = self.info.mapToGlobal(QPoint(0, self.info.height() + 2))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            corner.setX(corner.x() + self.info.width() - popup.width())
        popup.move(corner)
        popup.show()

    def _lay_out(self) -> None:
        names = QWidget()
        first = kit.row(self.title, self.pill, space=10)
        first.setStretch(0, 0)
        names.setLayout(kit.column(first, kit.row((self.line, 1)), space=0))
        self.title.setSizePolicy(
            self.pill.sizePolicy().Policy.Preferred, self.title.sizePolicy().verticalPolicy()
        )
        first.addStretch(1)
        self.setLayout(
            kit.row(
                self.back,
                (names, 1),
                self._sign,
                self.saved,
                4,
                self.info,
                self.undo,
                self.redo,
                self.find_button,
                self.history_button,
                self.print_button,
                4,
                self.next_problem,
                self.next_icon,
                self.revisions,
                self.edit,
                self.check,
                space=4,
                margins=(12, 8, 12, 8),
            )
        )


def revision_words(revisions: Sequence[tuple[str, str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (id, words) for (id, when, who), numbered from 1, the newest first."""
    words = [
        # Translators: one state of a record: "Revision 2 · 14 Jul 2026, 09:41 · M. Njeri".
        (one, _("Revision {number} · {when} · {person}").format(number=ltr(str(n)), when=when, person=who))
        for n, (one, when, who) in enumerate(revisions, 1)
    ]
    return tuple(reversed(words))
