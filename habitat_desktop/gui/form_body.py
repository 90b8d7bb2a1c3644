"""What stands under the head of the form page: sections, ledger, and a panel about the question at hand."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_bar import SectionBar
from habitat_desktop.gui.form_ledger import Ledger
from habitat_desktop.gui.form_news import FormNews
from habitat_desktop.gui.form_parts import Mode
from habitat_desktop.gui.form_rail import FormRail, SectionPicker
from habitat_desktop.i18n.catalogues import _

PANEL_WIDTH = 320
PANEL_BESIDE_FROM = 1200  # logical px of the window; below it the panel lies under the ledger
_ANY = 16_777_215  # Qt's own "no maximum"


class FormBody(QWidget):
    """The parts of the form page and their places. The panel is one widget at a time; Esc closes it."""

    stepped = Signal(int)  # 1: the next section, -1: the one before
    panel_closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rail = FormRail()
        self.picker = SectionPicker()
        self.ledger = Ledger()
        self.news = FormNews()
        self.bar = SectionBar()
        self.before = kit.QuietButton("", "chevron_left", lambda: self.stepped.emit(-1))
        self.after = kit.ForwardButton("", does=lambda: self.stepped.emit(1))
        self.keys = kit.Label("Ctrl+PgUp / Ctrl+PgDn", "caption", "faint")
        self.panel: QWidget | None = None
        self._place = kit.frame("side", kit.column(space=0))
        self._place.hide()
        self._is_beside = True
        self._is_wide = True
        self.table: QWidget | None = None  # shown in place of sections and ledger
        self._lay_out()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_panel)
        escape.setEnabled(False)
        self._escape = escape

    def show_panel(self, panel: QWidget) -> None:
        """Show `panel` beside the ledger in place of what is there; it belongs to this page from now on."""
        if panel is self.panel:
            return
        self.close_panel()
        self.panel = panel
        layout = self._place.layout()
        assert layout is not None
        layout.addWidget(panel)
        panel.show()
        self._place.show()
        self._escape.setEnabled(True)

    def close_panel(self) -> None:
        """Take the panel away; the answer that was being given has the focus again."""
        if self.panel is None:
            return
        panel, self.panel = self.panel, None
        had_focus = panel.isAncestorOf(self.focusWidget() or self)
        self._escape.setEnabled(False)
        self._place.hide()
        panel.hide()
        panel.deleteLater()
        self.panel_closed.emit()
        if had_focus:
            self.ledger.focus_again()

    def place_find(self, bar: QWidget) -> None:
        """Put the bar of the search over the ledger."""
        self._down.insertWidget(self._down.indexOf(self.ledger), bar)

    def show_table(self, table: QWidget | None) -> None:
        """Show `table` in place of sections and ledger; None shows these again. It belongs to this page."""
        if table is not None and table is not self.table:
            self._down.insertWidget(self._down.indexOf(self.ledger), table, 1)
        if table is None and self.table is not None:
            self.table.hide()
        self.table = table
        if table is not None:
            table.show()
        for part in (self.bar, self.ledger, self.before, self.after):
            part.setVisible(table is None)
        self._show_sections()

    def fit(self, mode: Mode, width: float) -> None:
        """Follow the width of the window, in logical px."""
        self._is_wide = wide = mode == "wide"
        self.bar.set_titled(wide)
        self._show_sections()
        self._put_panel(beside=width >= PANEL_BESIDE_FROM)

    def _show_sections(self) -> None:
        pages = self.table is None
        self.rail.setVisible(self._is_wide and pages)
        self.picker.setVisible(not self._is_wide and pages)
        self.keys.setVisible(self._is_wide and pages)

    def retranslate(self) -> None:
        self.rail.retranslate()
        self.bar.retranslate()
        self.before.setText(_("Previous section"))
        self.after.setText(_("Next section"))

    def _put_panel(self, *, beside: bool) -> None:
        scale = theme.current().scale
        self._place.setProperty("part", "side" if beside else "card")
        theme.repolish(self._place)
        if beside:
            self._place.setFixedWidth(round(PANEL_WIDTH * scale))
            self._place.setMaximumHeight(_ANY)
        else:
            self._place.setMinimumWidth(0)
            self._place.setMaximumWidth(_ANY)
            self._place.setMaximumHeight(round(self.height() * 0.5))
        if beside == self._is_beside:
            return
        self._is_beside = beside
        target: QBoxLayout = self._across if beside else self._down
        focused = self._place.focusWidget() if self._place.isAncestorOf(self.focusWidget() or self) else None
        target.insertWidget(target.count() if beside else target.indexOf(self.ledger) + 1, self._place)
        if focused is not None:  # lost when its parent became another
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        foot = kit.row(self.before, None, self.keys, None, self.after)
        self._down = kit.column(
            self.news,
            kit.row((self.picker, 1), (self.bar, 0), space=12),
            (self.ledger, 1),
            foot,
            space=8,
            margins=(20, 12, 20, 8),
        )
        work = QWidget()
        work.setLayout(self._down)
        self._across = kit.row(self.rail, (work, 1), self._place, space=0)
        self.setLayout(self._across)
