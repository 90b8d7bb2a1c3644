"""The menus of a table of entries: what to sort by, which columns, what can be done at the chosen cells."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCursor, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from habitat_desktop.gui import theme
from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.catalogues import _, pgettext

if TYPE_CHECKING:
    from habitat_desktop.gui.repeat_grid import RepeatGrid


class GridMenus:
    """Makes the menus of one table; each is deleted when it closes."""

    def __init__(self, grid: "RepeatGrid") -> None:
        self._grid = grid
        self.opened: QMenu | None = None  # the last one

    def sort_menu(self) -> QMenu:
        """Return what the rows can be sorted by: the column of the current cell."""
        menu, grid = self._new(), self._grid
        model = grid.model
        if model is None:
            return menu
        column = max(0, grid.view.currentIndex().column())
        menu.addSection(model.column_name(model.columns[column]))
        add(menu, _("Smallest first, A to Z"), lambda: grid.sort(column))
        add(menu, _("Largest first, Z to A"), lambda: grid.sort(column, descending=True))
        menu.addSeparator()
        is_sorted = grid.view.head.sorted is not None
        add(menu, _("In the order of the form"), lambda: grid.sort(-1), on=is_sorted)
        add(menu, _("Keep this order in the form"), grid.keep_order, on=is_sorted and model.may_add)
        return menu

    def columns_menu(self) -> QMenu:
        """Return the columns to show."""
        menu, grid = self._new(), self._grid
        model = grid.model
        if model is None:
            return menu
        add(menu, _("Show all columns"), grid.show_all_columns)
        menu.addSeparator()
        for column in model.all_columns[1:]:
            action = QAction(model.column_name(column), menu)
            action.setCheckable(True)
            action.setChecked(column in model.columns)
            action.toggled.connect(partial(grid.show_column, column))
            menu.addAction(action)
        return menu

    def cell_menu(self) -> QMenu:
        """Return what can be done at the chosen cells."""
        menu, grid = self._new(), self._grid
        model = grid.model
        if model is None:
            return menu
        can = grid.sitting is not None and not grid.sitting.readonly
        add(menu, pgettext("button", "Cut"), grid.cut, keys="Ctrl+X", on=can)
        add(menu, pgettext("button", "Copy"), grid.copy, keys="Ctrl+C")
        add(menu, pgettext("button", "Paste"), grid.paste, keys="Ctrl+V", on=can)
        add(menu, _("Clear"), grid.clear, keys="Del", on=can)
        add(menu, _("Fill down"), grid.fill_down, keys="Ctrl+D", on=can)
        menu.addSeparator()
        add(menu, _("Add a row"), grid.add_row, keys="Ctrl+Return", on=model.may_add)
        add(menu, _("Remove rows"), grid.remove_rows, keys="Ctrl+-", on=model.may_add)
        add(menu, _("Open as a page"), grid.go_to_page, on=bool(grid.current_entry()))
        return menu

    def ask(self, row: int, column: int, offers: list[tuple[str, str]]) -> None:
        """Offer what an unread text may stand for, at its cell."""
        grid = self._grid
        model = grid.model
        if model is None or row >= model.entries:
            return
        menu = self._new()
        menu.addSection(_("Which one is meant?"))
        ref = model.ref(row, column)
        for value, shown in offers:
            add(menu, plain(shown), partial(grid.choose_reading, ref, value))
        part = grid.view.frozen if column == 0 else grid.view
        rect = part.visualRect(model.index(row, column))
        corner = rect.bottomRight() if theme.current().rtl else rect.bottomLeft()
        menu.popup(part.viewport().mapToGlobal(corner))

    def open_sort(self) -> None:
        self._popup(self.sort_menu(), self._grid.sort_button)

    def open_columns(self) -> None:
        self._popup(self.columns_menu(), self._grid.columns_button)

    def open_cell(self) -> None:
        self.cell_menu().popup(QCursor.pos())

    def _popup(self, menu: QMenu, button: QWidget) -> None:
        corner = button.rect().bottomRight() if theme.current().rtl else button.rect().bottomLeft()
        menu.popup(button.mapToGlobal(corner))

    def _new(self) -> QMenu:
        menu = QMenu(self._grid)
        menu.aboutToHide.connect(menu.deleteLater)
        self.opened = menu
        return menu


def add(menu: QMenu, text: str, does: Callable[[], object], *, keys: str = "", on: bool = True) -> None:
    """Add a line to `menu`; `keys` are shown beside it and answered elsewhere."""
    action = QAction(text, menu)
    if keys:
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setEnabled(on)
    action.triggered.connect(lambda *_: does())
    menu.addAction(action)
