"""The ledger: the rows of the section shown, under one head; only these rows exist as widgets."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QScrollArea, QStyle, QVBoxLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_grid_head import GridHead
from habitat_desktop.gui.form_media import MediaShown
from habitat_desktop.gui.form_parts import (
    CHANGE_WIDTH,
    COLUMN_GAP,
    SIDE,
    Message,
    Mode,
    both_columns,
    leading,
    second_label,
    show_words,
)
from habitat_desktop.gui.form_row import QuestionRow, RowActions
from habitat_desktop.gui.form_rows import media_beside, pictures_of_choices, row_view
from habitat_desktop.gui.form_sections import Item, Section, entry_name, position
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import PHYSICAL_RIGHT, UNIT_WIDTH, FieldWatch, set_shown
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import iso, ltr


class LedgerHead(QWidget):
    """The names of the columns, painted over the columns of the rows."""

    def __init__(self) -> None:
        super().__init__()
        self.period = ""
        self.mode: Mode = "wide"
        self.area: QScrollArea | None = None

    def sizeHint(self) -> QSize:
        return QSize(100, theme.current().metrics("caption", strong=True).height() + 14)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        radius = look.size("radius_card") - 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("surface_alt"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, 0, radius), radius, radius)
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
        painter.setFont(look.font("caption", strong=True))
        painter.setPen(look.colour("text_muted"))
        room = self.rect()
        if self.area is not None:
            view = self.area.viewport().geometry()
            room = QRect(view.x(), 0, view.width(), self.height())
        for x, width, text, is_right in self._columns(room, look):
            box = QStyle.visualRect(look.direction, room, QRect(room.x() + x, 0, width, room.height()))
            start = QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft)
            align = PHYSICAL_RIGHT if is_right else start
            words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, words)

    def _columns(self, room: QRect, look: theme.Theme) -> list[tuple[int, int, str, bool]]:
        question = pgettext("column of the form", "Question")
        this = pgettext("column of the form", "This period")
        if self.mode == "narrow":
            return [(SIDE, room.width() - 2 * SIDE, question, False)]
        answer = both_columns() if self.mode == "wide" else look.size("answer_column")
        start = room.width() - SIDE - answer
        columns = [
            (SIDE, start - 2 * SIDE, question, False),
            (start, look.size("answer_column"), this, False),
        ]
        if self.mode == "wide":
            change = round(CHANGE_WIDTH * look.scale)
            last = start + look.size("answer_column") + COLUMN_GAP
            value = look.size("previous_column") - change
            # the name of a period is longer than most numbers: it may reach over the units
            wide = theme.current().metrics("caption", strong=True).horizontalAdvance(self.period) + 8
            over = min(max(0, wide - value), round(UNIT_WIDTH * look.scale) + COLUMN_GAP)
            columns.append((last - over, value + over, self.period, True))
            columns.append((last + value, change, pgettext("column of the form", "Change"), True))
        return columns


class Ledger(QFrame):
    """Shows one section of a sitting."""

    opened = Signal(str)  # the ref of the entry to show
    add_wanted = Signal(str)  # the repeat
    remove_wanted = Signal(str)  # the entry
    table_wanted = Signal(str)  # the repeat to show as a table
    file_chosen = Signal(str, str)
    entered_last = Signal()
    refused = Signal(str)  # why something pasted was not taken
    touched = Signal()  # something may have been typed

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.mode: Mode = "wide"
        self.rows: dict[str, QuestionRow] = {}
        self._of_warning: dict[str, str] = {}
        self._notes: dict[str, QWidget] = {}
        self._grids: dict[str, GridHead] = {}
        self._heads: dict[str, kit.Label] = {}
        self._items: dict[str, Item] = {}
        self._sitting: Sitting | None = None
        self._found = ""  # what a search shows now
        self._last_ref = ""  # of the row that had the focus last
        self._watch = FieldWatch(self)
        self._watch.touched.connect(self.touched)
        self.head = LedgerHead()
        self._host = QWidget()
        self._content = QWidget(self._host)
        self._host_layout = kit.column(self._content, space=0)
        self._host.setLayout(self._host_layout)
        self.area = kit.scrolling(self._host)
        self.head.area = self.area
        self.area.verticalScrollBar().rangeChanged.connect(lambda *_: self.head.update())
        self.setLayout(kit.column(self.head, (self.area, 1), space=0, margins=(1, 1, 1, 1)))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        for keys, does in (("Alt+N", QuestionRow.open_menu), ("Alt+H", QuestionRow.toggle_guidance)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._at_focused_row(does))

    # showing

    def show_section(self, sitting: Sitting, section: Section, period: str) -> None:
        """Make the rows of `section`; those of the section before are gone."""
        self._forget_rows()
        self._sitting = sitting
        self._actions = RowActions(
            answered=sitting.answer,
            unread=sitting.set_unread,
            left_blank=sitting.leave_blank,
            entered=self.focus_next,
            unavailable=sitting.mark_unavailable,
            justified=sitting.justify,
            file_chosen=self.file_chosen.emit,
            confirmed=lambda ref: sitting.confirm([ref]),
            refused=self.refused.emit,
        )
        self.head.period, self.head.mode = period, self.mode
        # made in its place: moving it there later would style every row a second time
        old, self._content = self._content, QWidget(self._host)
        layout = kit.column(space=0)
        self._content.setLayout(layout)
        layout.addWidget(self._confirm_all(period))
        for item in section.items:
            self._add_item(item, layout, period)
        self._show_waiting()
        layout.addStretch(1)
        old.hide()
        self._host_layout.replaceWidget(old, self._content)
        self._content.show()
        old.deleteLater()
        self.area.verticalScrollBar().setValue(0)
        if self._found:
            self.mark(self._found)
        self.head.setVisible(bool(self.rows))
        self.head.update()

    def refresh(self, refs: set[str]) -> None:
        """Show the rows among `refs` again; nothing is built anew."""
        if self._sitting is None:
            return
        for ref in {self._of_warning.get(ref, ref) for ref in refs}:
            row = self.rows.get(ref)
            if row is not None:
                row.show_view(row_view(self._sitting, self._items[ref], self._sitting.file_name))
            elif ref in self._notes:
                self._show_note(ref)
            elif ref in self._grids:
                self._show_grid_head(ref)
        for ref, label in self._heads.items():
            label.setText(self._name(ref))
        self._show_waiting()

    def _confirm_all(self, period: str) -> QFrame:
        """Return the head of a section with answers that came along from last period."""
        self._period = period
        self.waiting = kit.Label("", wrap=True)
        self.waiting.setAlignment(leading())
        self.confirm_all = kit.Button("", icon="checkmark_circle", small=True)
        self.confirm_all.clicked.connect(lambda *_: self._confirm_section())
        line = kit.row((self.waiting, 1), self.confirm_all, space=12, margins=(SIDE, 8, SIDE, 8))
        self._waiting_box = kit.frame("tinted", line)
        self._waiting_box.setParent(self._content)
        return self._waiting_box

    def _waiting_refs(self) -> list[str]:
        assert self._sitting is not None
        if self._sitting.readonly:
            return []
        return [ref for ref in self.rows if self._sitting.entry.is_carried(ref)]

    def _confirm_section(self) -> None:
        if self._sitting is not None:
            self._sitting.confirm(self._waiting_refs())

    def _show_waiting(self) -> None:
        """Say how many answers of this section wait to be confirmed."""
        count = len(self._waiting_refs())
        set_shown(self._waiting_box, count > 0)
        text = ngettext(
            "{count} answer here came along from {period}. Look at it; change it or confirm it.",
            "{count} answers here came along from {period}. Look at them; change or confirm each.",
            count,
        )
        self.waiting.setText(text.format(count=ltr(str(count)), period=iso(self._period)))
        words = ngettext("Confirm the {count} in this section", "Confirm all {count} in this section", count)
        self.confirm_all.setText(words.format(count=ltr(str(count))))

    def refresh_all(self) -> None:
        self.refresh({*self.rows, *self._notes, *self._grids})

    # moving

    def focus_row(self, ref: str) -> bool:
        """Scroll the row of `ref` into the upper third and give its field the focus."""
        row = self.rows.get(self._of_warning.get(ref, ref))
        if row is None or not self.show_row(ref):
            return False
        row.focus_field()
        return True

    def mark(self, ref: str) -> None:
        """Mark the row of `ref` as what a search found; "" marks none."""
        self._found = ref
        for row in self.rows.values():
            row.set_found(bool(ref) and row.ref == self._of_warning.get(ref, ref))

    def show_row(self, ref: str) -> bool:
        """Scroll the row of `ref`, or a note, into the upper third; the focus stays where it is."""
        row = self.rows.get(self._of_warning.get(ref, ref)) or self._notes.get(ref)
        if row is None:
            return False
        content = self._content
        layout = content.layout()
        assert layout is not None
        layout.activate()
        self._host_layout.activate()
        self._host.adjustSize()
        top = row.mapTo(content, row.rect().topLeft()).y()
        self.area.verticalScrollBar().setValue(max(0, top - self.area.viewport().height() // 4))
        return True

    def focus_next(self, ref: str) -> None:
        """Give the focus to the answer after the one at `ref`."""
        order = list(self.rows.values())
        here = next((number for number, row in enumerate(order) if row.ref == ref), -1)
        for row in order[here + 1 :]:
            if row.isHidden():
                continue
            if row.widget.field().focusPolicy() & Qt.FocusPolicy.TabFocus and row.widget.field().isEnabled():
                row.focus_field()
                self.area.ensureWidgetVisible(row, 0, 24)
                return
        self.entered_last.emit()

    def focus_first(self) -> None:
        for row in self.rows.values():
            field = row.widget.field()
            if not row.isHidden() and field.focusPolicy() & Qt.FocusPolicy.TabFocus and field.isEnabled():
                row.focus_field()
                return
        for widget in self._content.findChildren(QWidget):  # a list of entries
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QComboBox):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def focus_again(self) -> None:
        """Give the focus back to the answer that had it last."""
        row = self.rows.get(self._last_ref)
        if row is not None:
            row.focus_field()
        else:
            self.focus_first()

    def focused_row(self) -> QuestionRow | None:
        return self._row_around(QApplication.focusWidget())

    def commit(self) -> None:
        """Take what stands half typed in the fields."""
        for row in list(self.rows.values()):  # what is taken may bring or remove rows
            row.commit()

    def half_typed(self) -> dict[str, str]:
        """Return the texts that were typed and not yet taken, by ref."""
        typed = {ref: row.half_typed() for ref, row in self.rows.items()}
        return {ref: text for ref, text in typed.items() if text is not None}

    def typed(self) -> dict[str, str]:
        """Return all that was typed and not yet taken: in the fields, and beside warnings."""
        found: dict[str, str] = {}
        for row in self.rows.values():
            found |= row.typed()
        return found

    def shown_refs(self) -> set[str]:
        """Return the refs of the questions and warnings of the rows."""
        return {*self.rows, *self._of_warning}

    def type_again(self, typed: dict[str, str]) -> None:
        for ref, text in typed.items():
            if ref in self.rows:
                self.rows[ref].widget.type_again(text)

    def _at_focused_row(self, does: Callable[[QuestionRow], None]) -> Callable[[], None]:
        def act() -> None:
            row = self.focused_row()
            if row is not None:
                does(row)

        return act

    # rows

    def _forget_rows(self) -> None:
        for row in self.rows.values():
            row.be_quiet()
        self.rows.clear()
        self._notes.clear()
        self._grids.clear()
        self._heads.clear()
        self._items.clear()
        self._of_warning.clear()

    def _add_item(self, item: Item, layout: QVBoxLayout, period: str) -> None:
        if item.kind == "question":
            layout.addWidget(self._question(item, period))
        elif item.kind in ("note", "warning"):
            self._notes[item.ref] = box = kit.frame("row", kit.column(margins=(SIDE, 8, SIDE, 8)))
            box.setParent(self._content)
            layout.addWidget(box)
            self._show_note(item.ref)
        elif item.kind == "labels":
            layout.addWidget(self._grid_head(item.ref))
        elif item.kind == "heading":
            layout.addWidget(self._heading(item.ref))
        elif item.kind == "entry":
            layout.addWidget(self._entry(item.ref))
        elif item.kind == "link":
            layout.addWidget(self._link(item.ref))
        elif item.kind == "add":
            layout.addWidget(self._add_row(item.ref))
        else:
            gap = kit.frame("tinted")
            gap.setFixedHeight(4)
            layout.addWidget(gap)

    def _grid_head(self, ref: str) -> GridHead:
        self._grids[ref] = GridHead(self._content, self.mode)
        self._show_grid_head(ref)
        return self._grids[ref]

    def _show_grid_head(self, ref: str) -> None:
        assert self._sitting is not None
        state = self._sitting.node(ref)
        self._grids[ref].show_state(state, pictures_of_choices(self._sitting.entry.form, state.choices))

    def _question(self, item: Item, period: str) -> QuestionRow:
        sitting = self._sitting
        assert sitting is not None
        view = row_view(sitting, item, sitting.file_name)
        row = QuestionRow(
            sitting.question(item.ref),
            view,
            self._actions,
            self._content,
            mode=self.mode,
            period=period,
            readonly=sitting.readonly,
        )
        self.rows[item.ref] = row
        self._items[item.ref] = item
        for ref in item.warnings:
            self._of_warning[ref] = item.ref
        return row

    def _show_note(self, ref: str) -> None:
        assert self._sitting is not None
        box, state = self._notes[ref], self._sitting.node(ref)
        set_shown(box, state.relevant)
        layout = box.layout()
        assert layout is not None
        kit.clear(layout)
        is_warning = self._sitting.question(ref).is_warning
        message = (
            Message("warning", "warning", "") if is_warning else Message("info", "muted", "", filled=False)
        )
        show_words(message.label, state.label)
        layout.addWidget(message)
        second = self._sitting.second_label(ref)
        if second:
            message.below.addWidget(second_label(second))
        if state.value:  # a text that is only to be read and has one from the start
            value = kit.Label(state.value, wrap=True, select=True)
            value.setAlignment(leading())
            message.below.addWidget(value)
        media = media_beside(self._sitting.entry.form, state.media) if state.media else ()
        if media:
            message.below.addWidget(MediaShown(media))

    def _heading(self, ref: str) -> QFrame:
        assert self._sitting is not None
        label = kit.Label(plain(self._sitting.node(ref).label), strong=True, wrap=True)
        label.setAlignment(leading())
        second = self._sitting.second_label(ref)
        texts = kit.column(label, *([second_label(second)] if second else []), space=1)
        box = kit.frame("tinted", kit.row((texts, 1), margins=(SIDE, 8, SIDE, 8)))
        box.setParent(self._content)
        set_shown(box, self._sitting.node(ref).relevant)
        return box

    def _entry(self, ref: str) -> QFrame:
        """The head of one entry whose questions follow in the same section."""
        label = self._heads[ref] = kit.Label(self._name(ref), strong=True, wrap=True)
        label.setAlignment(leading())
        return kit.frame("tinted", kit.row((label, 1), *self._removers(ref), margins=(SIDE, 4, SIDE, 4)))

    def _link(self, ref: str) -> QFrame:
        """One entry that has a section of its own."""
        number = kit.NumberLabel(str(position(ref)), "caption", "faint")
        number.setFixedWidth(24)
        name = kit.LinkButton(self._name(ref).replace("&", "&&"), lambda: self.opened.emit(ref))
        return kit.frame("row", kit.row(number, name, None, *self._removers(ref), margins=(SIDE, 4, SIDE, 4)))

    def _add_row(self, repeat: str) -> QFrame:
        assert self._sitting is not None
        state = self._sitting.node(repeat)
        button = kit.Button(pgettext("to a list", "Add entry"), icon="add")
        button.clicked.connect(lambda *_: self.add_wanted.emit(repeat))
        button.setAccessibleName(_("Add entry: {list}").format(list=plain(state.label)))
        count = kit.Label(self._count_text(repeat), "caption", "muted")
        table = kit.QuietButton(_("All as a table"), "table", lambda: self.table_wanted.emit(repeat))
        box = kit.frame("surface", kit.row(button, count, None, table, margins=(SIDE, 8, SIDE, 8)))
        box.setParent(self._content)
        set_shown(button, not (state.readonly or self._sitting.readonly))
        return box

    def _count_text(self, repeat: str) -> str:
        from habitat_desktop.i18n.catalogues import ngettext

        assert self._sitting is not None
        count = len(self._sitting.entry.instance.instances(repeat))
        return ngettext("{count} entry", "{count} entries", count).format(count=ltr(str(count)))

    def _removers(self, ref: str) -> list[QWidget]:
        assert self._sitting is not None
        if self._sitting.readonly or self._sitting.node(ref.rpartition("[")[0]).readonly:
            return []
        button = kit.IconButton(
            "delete",
            _("Remove “{entry}”").format(entry=self._name(ref)),
            lambda: self.remove_wanted.emit(ref),
        )
        return [button]

    def _name(self, ref: str) -> str:
        assert self._sitting is not None
        return entry_name(self._sitting.entry.form, self._sitting.entry.instance, ref)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and shiboken6.isValid(old):
            old.removeEventFilter(self._watch)
        if new is not None and self.isAncestorOf(new):
            new.installEventFilter(self._watch)
        before, now = self._row_around(old), self._row_around(new)
        if now is not None:
            self._last_ref = now.ref
        if before is not now:
            for row in (before, now):
                if row is not None:
                    row.focus_changed()

    def _row_around(self, widget: QWidget | None) -> QuestionRow | None:
        """Return the row shown that `widget` stands in."""
        while widget is not None and shiboken6.isValid(widget):
            if isinstance(widget, QuestionRow):
                return widget if self.rows.get(widget.ref) is widget else None
            widget = widget.parentWidget()
        return None
