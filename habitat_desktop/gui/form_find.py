"""Find in this form: a bar over the ledger; each hit is shown in its section."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_rows import shown_value
from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.finding import LONGEST_SEARCH, find_in

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage

_PAUSE_MS = 150  # after the last letter, before the form is looked through


class _Field(QLineEdit):
    stepped = Signal(int)
    left = Signal()

    def event(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # here it closes the bar, not the panel beside the ledger
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, back = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.stepped.emit(-1 if back else 1)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FindBar(QFrame):
    """The field, the number of hits, and the ways from hit to hit."""

    def __init__(self, page: "FormPage") -> None:
        super().__init__()
        self._page = page
        self.setProperty("part", "sunk")
        self.field = _Field()
        self.field.setMaxLength(LONGEST_SEARCH)
        self.count = kit.Label("", "caption", "muted")
        self.before = kit.IconButton("chevron_up", "", lambda: self.step(-1))
        self.after = kit.IconButton("chevron_down", "", lambda: self.step(1))
        self.close_button = kit.IconButton("dismiss", "", self.close_bar)
        self.setLayout(
            kit.row(
                kit.IconLabel("search", "text_muted", 16),
                (self.field, 1),
                self.count,
                self.before,
                self.after,
                self.close_button,
                margins=(8, 4, 8, 4),
            )
        )
        self.hits: list[str] = []
        self.current = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._typed)
        self.field.textEdited.connect(lambda _text: self._timer.start())
        self.field.stepped.connect(self.step)
        self.field.left.connect(self.close_bar)
        self.hide()
        self.retranslate()

    def open(self) -> None:
        """Show the bar, ready to type over what was searched last."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text():
            self._look()

    def close_bar(self) -> None:
        """Go on at the hit that was shown last."""
        self.hide()
        self._page.ledger.mark("")
        ref, self.current = self.current, ""
        if not (ref and self._page.go_to(ref)):
            self._page.ledger.focus_again()

    def step(self, by: int = 1) -> None:
        """Show the next or the previous hit; behind the last comes the first."""
        if self.isHidden():
            self.open()
            return
        had = self.hits
        self._timer.stop()
        self._look()
        if not self.hits:
            return
        if self.current in self.hits:
            place = (self.hits.index(self.current) + by) % len(self.hits)
        else:
            place = 0 if by > 0 or not had else len(self.hits) - 1
        self._show_hit(self.hits[place])

    def retranslate(self) -> None:
        self.field.setPlaceholderText(_("Find in this form"))
        self.field.setAccessibleName(_("Find in this form"))
        self.before.name(_("Previous hit"), "Shift+F3")
        self.after.name(_("Next hit"), "F3")
        self.close_button.name(_("Close"), "Esc")
        if not self.isHidden():
            self._look()

    def _typed(self) -> None:
        self._look()
        self.current = ""
        if self.hits:
            self._show_hit(self.hits[0])
        else:
            self._page.ledger.mark("")

    def _look(self) -> None:
        page = self._page
        if page.sitting is None or page.tree is None:
            return
        spoken, tree = page.sitting.language, page.tree
        found = find_in(
            page.sitting.entry.instance,
            self.field.text(),
            lambda state: shown_value(state, state.value, spoken),
            plain,
        )
        self.hits = list(dict.fromkeys(ref for ref in found if tree.section_of(ref) is not None))
        self._show_count()

    def _show_hit(self, ref: str) -> None:
        self.current = ref
        self._page.show_question(ref)
        self._page.ledger.mark(ref)
        self._show_count()

    def _show_count(self) -> None:
        total = len(self.hits)
        if not self.field.text().strip():
            text = ""
        elif not total:
            text = _("Nothing here has “{text}”.").format(text=iso(self.field.text().strip()[:40]))
        elif self.current in self.hits:
            # Translators: which of the hits of a search is shown: "3 of 12".
            text = _("{number} of {total}").format(
                number=ltr(str(self.hits.index(self.current) + 1)), total=ltr(str(total))
            )
        else:
            text = ngettext("{count} hit", "{count} hits", total).format(count=ltr(str(total)))
        self.count.setText(text)
        self.before.setEnabled(total > 0)
        self.after.setEnabled(total > 0)
