"""The sections of the form at the leading side, each with its sign; a picker where the window is narrow."""

from dataclasses import dataclass

from PySide6.QtCore import QMetaMethod, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.form_sections import Tally
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import ltr

_ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_INDENT = 12
_SIGNS = {
    "done": ("checkmark_circle", "ok", True),
    "partly": ("circle_half_fill", "text_muted", False),
    "empty": ("circle", "text_muted", False),
    "error": ("error_circle", "error", True),
}
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RailEntry:
    """One line of the rail."""

    key: str
    ref: str
    title: str
    depth: int
    tally: Tally
    is_page: bool
    has_children: bool
    may_add: bool = False
    may_remove: bool = False


def spoken(entry: RailEntry) -> str:
    """Return what the sign of a section says, for screen readers and tooltips."""
    tally = entry.tally
    words = {
        "done": pgettext("a section of the form", "complete"),
        "partly": pgettext("a section of the form", "partly answered"),
        "empty": pgettext("a section of the form", "not started"),
        "error": problems_text(tally.errors),
    }[tally.sign]
    if tally.queries:
        words = f"{words}, {queries_text(tally.queries)}"
    # Translators: a section of the form and how far it is: "Tenure, complete".
    return _("{section}, {state}").format(section=entry.title, state=words)


def problems_text(count: int) -> str:
    return ngettext("{count} problem", "{count} problems", count).format(count=ltr(str(count)))


def warnings_text(count: int) -> str:
    return ngettext("{count} warning", "{count} warnings", count).format(count=ltr(str(count)))


def queries_text(count: int) -> str:
    return ngettext("{count} query", "{count} queries", count).format(count=ltr(str(count)))


class FormRail(QFrame):
    """The tree of sections. Arrows move, Enter goes; Insert adds an entry, Delete removes it."""

    chosen = Signal(str)  # the key of a section
    add_wanted = Signal(str)
    remove_wanted = Signal(str)
    table_wanted = Signal(str)  # the repeat to show as a table; offered once somebody listens

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "rail")
        self.heading = kit.Label("", "caption", "muted", strong=True)
        self.tree = _Tree(self)
        self.add_button = kit.QuietButton("", "add", self._add_to_current)
        self.table_button = kit.QuietButton("", "table", lambda: self.table_wanted.emit(self._repeat))
        self._foot = QWidget()
        self._foot.setLayout(
            kit.column(
                kit.line(),
                kit.row(None, self.add_button, None),
                kit.row(None, self.table_button, None),
                space=4,
            )
        )
        layout = kit.column(space=4, margins=(8, 12, 8, 8))
        layout.addLayout(kit.row(self.heading, margins=(8, 0, 8, 0)))
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._foot)
        self.setLayout(layout)
        self._entries: dict[str, RailEntry] = {}
        self._items: dict[str, QStandardItem] = {}
        self._current = ""
        self._repeat = ""
        self.retranslate()

    def retranslate(self) -> None:
        self.heading.setText(pgettext("of a form", "Sections"))
        self.tree.setAccessibleName(pgettext("of a form", "Sections"))
        self.table_button.setText(_("All as a table"))
        self.setFixedWidth(theme.current().size("section_rail"))

    def show_entries(self, entries: list[RailEntry]) -> None:
        """Show the sections; the tree is kept when only signs and titles changed."""
        shape = [(entry.key, entry.depth) for entry in entries]
        if shape == [(entry.key, entry.depth) for entry in self._entries.values()]:
            for entry in entries:
                self.show_entry(entry)
            return
        open_keys = {key for key, item in self._items.items() if self.tree.isExpanded(item.index())}
        self._entries = {entry.key: entry for entry in entries}
        self._items = {}
        model = self.tree.model_
        model.clear()
        parents: list[QStandardItem] = [model.invisibleRootItem()]
        for entry in entries:
            item = QStandardItem()
            item.setEditable(False)
            self._put(item, entry)
            del parents[entry.depth + 1 :]
            parents[-1].appendRow(item)
            parents.append(item)
            self._items[entry.key] = item
        for key in open_keys & set(self._items):
            self.tree.setExpanded(self._items[key].index(), True)
        self.set_current(self._current)

    def show_entry(self, entry: RailEntry) -> None:
        """Show one section again: its title and its sign."""
        if entry.key in self._items and self._entries[entry.key] != entry:
            self._entries[entry.key] = entry
            self._put(self._items[entry.key], entry)

    def set_current(self, key: str) -> None:
        """Mark the section shown and open the way to it."""
        self._current = key
        item = self._items.get(key)
        if item is None:
            return
        parent = item.parent()
        while parent is not None:
            self.tree.setExpanded(parent.index(), True)
            parent = parent.parent()
        self.tree.current = key
        self.tree.setCurrentIndex(item.index())
        self.tree.scrollTo(item.index())
        self.tree.viewport().update()

    def show_add(self, repeat: str, label: str) -> None:
        """Offer to add an entry to `repeat`; "" offers nothing."""
        self._repeat = repeat
        self._foot.setVisible(bool(repeat))
        self.table_button.setVisible(self.isSignalConnected(QMetaMethod.fromSignal(self.table_wanted)))
        if repeat:
            # Translators: a button; {list} is the name of a list of the form, such as "Settlements".
            words = _("Add to “{list}”")
            text = words.format(list=label)
            metrics = self.add_button.fontMetrics()
            room = self.width() - 72 - metrics.horizontalAdvance(words.format(list=""))
            short = metrics.elidedText(label, Qt.TextElideMode.ElideRight, max(room, 40))
            self.add_button.setText(words.format(list=short))
            self.add_button.setAccessibleName(text)
            self.add_button.setToolTip(_("{command} ({keys})").format(command=text, keys="Ins"))

    def entry(self, key: str) -> RailEntry | None:
        return self._entries.get(key)

    def _put(self, item: QStandardItem, entry: RailEntry) -> None:
        item.setText(entry.title)
        item.setData(entry, _ENTRY_ROLE)
        item.setData(spoken(entry), Qt.ItemDataRole.AccessibleTextRole)
        item.setToolTip(spoken(entry))

    def _add_to_current(self) -> None:
        if self._repeat:
            self.add_wanted.emit(self._repeat)


class _Tree(QTreeView):
    def __init__(self, rail: FormRail) -> None:
        super().__init__(rail)
        self._rail = rail
        self.current = ""
        self.model_ = QStandardItemModel(self)
        self.setModel(self.model_)
        self.setItemDelegate(_Painter(self))
        self.setHeaderHidden(True)
        self.setIndentation(0)  # the painter indents: the bar and the tint of the section shown stay whole
        self.setRootIsDecorated(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QTreeView.SelectionMode.NoSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)

    def entry_at(self, index: Index) -> RailEntry | None:
        found = index.data(_ENTRY_ROLE) if index.isValid() else None
        return found if isinstance(found, RailEntry) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entry = self.entry_at(self.currentIndex())
        if entry is not None:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
                self._go(entry, self.currentIndex())
                return
            if event.key() == Qt.Key.Key_Insert and entry.may_add:
                self._rail.add_wanted.emit(entry.ref)
                return
            if event.key() == Qt.Key.Key_Delete and entry.may_remove:
                self._rail.remove_wanted.emit(entry.ref)
                return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        entry = self.entry_at(index)
        if entry is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if entry.has_children and self._chevron(index).contains(event.position().toPoint()):
            self.setExpanded(index, not self.isExpanded(index))
        else:
            self._go(entry, index)

    def _chevron(self, index: QModelIndex) -> QRect:
        box = self.visualRect(index)
        entry = self.entry_at(index)
        depth = entry.depth if entry is not None else 0
        place = QRect(box.x() + depth * _INDENT, box.y(), 28, box.height())
        return QStyle.visualRect(self.layoutDirection(), box, place)

    def _go(self, entry: RailEntry, index: QModelIndex) -> None:
        if entry.has_children:
            self.setExpanded(index, True if entry.is_page else not self.isExpanded(index))
        if entry.is_page:
            self._rail.chosen.emit(entry.key)

    def _open_menu(self, place: QPoint) -> None:
        entry = self.entry_at(self.indexAt(place))
        if entry is None or not (entry.may_add or entry.may_remove):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if entry.may_add:
            action = menu.addAction(_("Add to “{list}”").format(list=entry.title))
            action.triggered.connect(lambda *_: self._rail.add_wanted.emit(entry.ref))
        if entry.may_remove:
            action = menu.addAction(_("Remove “{entry}”").format(entry=entry.title))
            action.triggered.connect(lambda *_: self._rail.remove_wanted.emit(entry.ref))
        menu.popup(self.viewport().mapToGlobal(place))


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look = theme.current()
        return QSize(80, max(round(33 * look.scale), look.metrics("body").height() + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tree = option.widget
        entry = index.data(_ENTRY_ROLE)
        if not isinstance(tree, _Tree) or not isinstance(entry, RailEntry):
            return
        look = theme.current()
        on = tree.current == entry.key
        box = option.rect.adjusted(0, 1, 0, -1)
        painter.save()
        kit.paint_choice(
            painter,
            box,
            on=on,
            hovered=bool(option.state & QStyle.StateFlag.State_MouseOver),
            focused=tree.hasFocus() and tree.currentIndex() == index,
        )
        room = self._sign(painter, box, entry, look)
        start = 8 + entry.depth * _INDENT
        if entry.has_children:
            is_open = tree.isExpanded(tree.model_.index(index.row(), 0, index.parent()))
            name = "chevron_down" if is_open else "chevron_right"
            place = QRect(box.x() + start, box.center().y() - 7, 16, 16)
            painter.drawPixmap(
                QStyle.visualRect(look.direction, box, place).topLeft(), icons.pixmap(name, "text_muted", 16)
            )
            start += 20
        painter.setFont(look.font("body", strong=on))
        painter.setPen(look.colour("accent" if on else "text"))
        words = QRect(box.x() + start, box.y(), box.width() - start - room, box.height())
        text = painter.fontMetrics().elidedText(entry.title, Qt.TextElideMode.ElideRight, words.width())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QStyle.visualRect(look.direction, box, words),
            int(QStyle.visualAlignment(look.direction, align)),
            text,
        )
        painter.restore()

    def _sign(self, painter: QPainter, box: QRect, entry: RailEntry, look: theme.Theme) -> int:
        """Paint the sign at the trailing end and return the room it takes."""
        tally = entry.tally
        name, token, filled = _SIGNS[tally.sign]
        count = tally.errors
        if tally.queries and tally.sign != "error":
            name, token, filled, count = "chat_help", "warning", True, tally.queries
        elif tally.sign == "done" and tally.warnings:
            name, token, filled, count = "warning", "warning", True, tally.warnings
        place = QRect(box.right() - 7 - 16, box.center().y() - 7, 16, 16)
        image = icons.pixmap(name, token, 16, filled)
        painter.drawPixmap(QStyle.visualRect(look.direction, box, place).topLeft(), image)
        if not count:
            return 32
        painter.setFont(look.font("caption", strong=True))
        painter.setPen(look.colour(token))
        digits = QRect(place.x() - 34, box.y(), 30, box.height())
        align = QStyle.visualAlignment(
            look.direction, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        painter.drawText(QStyle.visualRect(look.direction, box, digits), int(align), ltr(str(count)))
        return 48 + painter.fontMetrics().horizontalAdvance(str(count))


class SectionPicker(QWidget):
    """The sections in a list to open, where the rail has no room."""

    chosen = Signal(str)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.combo = QComboBox()
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumWidth(96)
        self.combo.currentTextChanged.connect(self.combo.setToolTip)
        self.combo.activated.connect(lambda index: self.chosen.emit(self.combo.itemData(index)))
        self.before = kit.IconButton("chevron_left", "", lambda: self.stepped.emit(-1))
        self.after = kit.IconButton("chevron_right", "", lambda: self.stepped.emit(1))
        self.setLayout(kit.row(self.before, (self.combo, 1), self.after))

    def show_entries(self, entries: list[RailEntry], titles: dict[str, str], current: str) -> None:
        """Show the sections that are pages, with the way to them in their name."""
        self.before.name(_("Previous section"), "Ctrl+PgUp")
        self.after.name(_("Next section"), "Ctrl+PgDown")
        self.combo.setAccessibleName(pgettext("of a form", "Sections"))
        self.combo.clear()
        for entry in entries:
            if entry.is_page:
                name, token, filled = _SIGNS[entry.tally.sign]
                self.combo.addItem(icons.icon(name, token, 16, filled), titles[entry.key], entry.key)
        self.combo.setCurrentIndex(max(0, self.combo.findData(current)))
