"""The table of a repeat for a view: asks the instance for a cell when it is shown, and never for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from habitat_desktop.gui.form_rows import UNAVAILABLE_REASONS, shown_value
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import Unread
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.cell_texts import edited_cell, shown_cell
from habitat_desktop.records.cell_words import ChoiceWords
from habitat_desktop.records.repeat_columns import RepeatColumn, repeat_columns
from habitat_desktop.xforms.entry_table import EntryTable
from habitat_desktop.xforms.itemsets import Choice

GRID_ROLE = int(Qt.ItemDataRole.UserRole) + 2
Index = QModelIndex | QPersistentModelIndex
Sign = Literal["", "error", "warning"]
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_START = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
_MOST_KEPT = 20_000  # cells
_LOOKED_AT = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITED = _LOOKED_AT | Qt.ItemFlag.ItemIsEditable


@dataclass(frozen=True, slots=True)
class GridCell:
    """What one cell shows; `message` is what its sign means."""

    text: str = ""
    number: bool = False
    calculated: bool = False
    asked: bool = True
    muted: bool = False
    sign: Sign = ""
    message: str = ""
    hint: bool = False  # of the row for a new entry: a text that is no answer


class GridModel(QAbstractTableModel):
    """Rows are entries in the order shown, the last one takes a new entry; columns are those shown."""

    def __init__(self, sitting: Sitting, repeat: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sitting = sitting
        self.repeat = repeat
        self.all_columns = repeat_columns(sitting.entry.form, _plain_path(repeat))
        self.columns: tuple[RepeatColumn, ...] = self.all_columns
        self.table = EntryTable(sitting.entry.instance, repeat)
        self.order: list[int] = list(range(self.table.rows))
        self._cells: dict[tuple[int, int], GridCell] = {}
        self._words: dict[str, ChoiceWords] = {}
        self._places = self._column_places()

    # shape

    @property
    def language(self) -> str:
        return self.sitting.language

    @property
    def may_add(self) -> bool:
        return self.table.may_grow and not self.sitting.readonly

    @property
    def entries(self) -> int:
        return len(self.order)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.order) + self.may_add

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def is_new(self, row: int) -> bool:
        """Whether `row` is the one that takes a new entry."""
        return row >= len(self.order)

    def ref(self, row: int, column: int | None = None) -> str:
        """Return the ref of the entry shown at `row`, or of the question in `column`."""
        path = "" if column is None else self.columns[column].path
        return self.table.ref(self.order[row], path)

    def place_of(self, ref: str) -> tuple[int, int] | None:
        """Return where the question or soft check at `ref` is shown, as row and column."""
        row = self.row_of(ref)
        if row is None or row not in self.order:
            return None
        columns = self._places.get(_plain_path(ref), ())
        return (self.order.index(row), columns[0]) if columns else None

    def show_columns(self, columns: Sequence[RepeatColumn]) -> None:
        self.beginResetModel()
        self.columns = tuple(columns)
        self._places = self._column_places()
        self._cells.clear()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Show the rows by a column; -1 as they stand in the form. Nothing of the draft changes."""
        from habitat_desktop.gui.repeat_grid_order import sorted_rows

        self.layoutAboutToBeChanged.emit()
        rows = range(self.table.rows)
        descending = order == Qt.SortOrder.DescendingOrder
        self.order = list(rows) if column < 0 else sorted_rows(self, column, descending)
        self._cells.clear()
        self.layoutChanged.emit()

    def keep_order(self, order: Sequence[int]) -> None:
        """Show the rows of the table in this order."""
        self.beginResetModel()
        self.order = list(order)
        self._cells.clear()
        self.endResetModel()

    # following the draft

    def is_outdated(self) -> bool:
        """Whether there are other entries than those shown."""
        return self.table.rows != len(self.order)

    def reload(self) -> None:
        """Show everything again after entries came, went or moved, or the language changed."""
        self.beginResetModel()
        self.table = EntryTable(self.sitting.entry.instance, self.repeat)
        known = set(self.order)
        rows = range(self.table.rows)
        kept = [row for row in self.order if row < self.table.rows]
        self.order = [*kept, *(row for row in rows if row not in known)]
        self._cells.clear()
        self._words.clear()
        self.endResetModel()

    def refresh(self, refs: Iterable[str]) -> None:
        """Show the rows of `refs` again."""
        stem = f"{self.repeat}["
        rows: set[int] = set()
        for ref in refs:
            if ref.startswith(stem):
                row = self.row_of(ref)
                if row is not None:
                    rows.add(row)
        if not rows:
            return
        width = len(self.columns)
        if len(rows) == 1:
            row = rows.pop()
            places = [self.order.index(row)] if row in self.order else []
        else:
            places = [place for place, row in enumerate(self.order) if row in rows]
        for place in places:
            for column in range(width):
                self._cells.pop((place, column), None)
        if places:
            self.dataChanged.emit(self.index(places[0], 0), self.index(places[-1], width - 1))

    # reading

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        if role == GRID_ROLE:
            return self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column()).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_RIGHT) if self.columns[index.column()].is_number else int(_START)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say nothing of the cell itself: asked for each one at each paint. See `may_edit`."""
        return _LOOKED_AT if self.sitting.readonly else _EDITED

    def may_edit(self, index: Index) -> bool:
        """Whether a person may answer in this cell."""
        column = self.columns[index.column()]
        if self.sitting.readonly or column.question is None or column.is_calculated:
            return False
        if self.is_new(index.row()):
            return True
        if self._is_gone(index.row()):
            return False
        state = self.table.cell(self.order[index.row()], column.path)
        return state.relevant and not state.readonly

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return "+" if self.is_new(section) else str(section + 1)
            if role == Qt.ItemDataRole.ToolTipRole and self.is_new(section):
                return _("Add a row")
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(column.label(self.language))
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.column_name(column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_RIGHT if column.is_number else _START)
        return None

    def column_name(self, column: RepeatColumn) -> str:
        """Return the whole name of a column: its group, its label, its unit."""
        name = plain(column.label(self.language))
        group = plain(column.group_label(self.language))
        if group:
            # Translators: a group of questions and one of them: "Population: Total".
            name = _("{group}: {question}").format(group=group, question=name)
        unit = self.unit(column)
        return _("{question}, {unit}").format(question=name, unit=unit) if unit else name

    def unit(self, column: RepeatColumn) -> str:
        question = column.question
        presenter = self.sitting.entry.instance.presenter
        return presenter.unit(question.unit) if question is not None and question.unit else ""

    def cell(self, row: int, column: int) -> GridCell:
        """Return what the cell shows, worked out once until it changes."""
        key = (row, column)
        found = self._cells.get(key)
        if found is None:
            if len(self._cells) > _MOST_KEPT:
                self._cells.clear()
            found = self._cells[key] = self._made(row, self.columns[column], is_first=column == 0)
        return found

    def value(self, row: int, column: int) -> str:
        """Return the stored value, "" for the row of a new entry."""
        if self.is_new(row) or self.columns[column].question is None or self._is_gone(row):
            return ""
        return self.table.value(self.order[row], self.columns[column].path)

    def choices(self, row: int, column: RepeatColumn) -> tuple[Choice, ...]:
        """Return what is on offer; of the row of a new entry as the first row has it."""
        if column.question is None or not column.question.is_select:
            return ()
        place = self.order[row] if row < len(self.order) else 0
        return self.table.choices(place, column.path) if self.table.rows else ()

    def words(self, column: RepeatColumn) -> ChoiceWords | None:
        question = column.question
        if question is None or not question.is_select:
            return None
        if column.path not in self._words:
            self._words[column.path] = ChoiceWords(self.sitting.entry.form, question, self.language)
        return self._words[column.path]

    def edit_text(self, row: int, column: int) -> str:
        """Return the text a person changes, or copies."""
        one = self.columns[column]
        if one.question is None:
            return "" if self.is_new(row) else self.cell(row, column).text
        if self.is_new(row):
            return ""
        unread = self.sitting.unread(self.ref(row, column))
        if unread is not None:
            return unread.text
        value = self.value(row, column)
        return edited_cell(one.question, value, self.language, self.words(one), self.choices(row, one))

    def tip(self, row: int, column: int) -> str:
        """Return everything there is to say of a cell: its message, its text, last period's answer."""
        if self.is_new(row) or self._is_gone(row):
            return ""
        cell = self.cell(row, column)
        parts = [cell.message, cell.text if len(cell.text) > 20 else ""]
        if not cell.asked:
            parts.append(_("Not asked in this row"))
        question = self.columns[column].question
        if question is not None:
            ref = self.ref(row, column)
            before = self.sitting.opened.previous.value(self.sitting.entry.instance, ref)
            if before:
                shown = shown_value(self.sitting.node(ref), before, self.language)
                period = self.sitting.opened.previous_period
                name = period_name(period, self.language) if period else ""
                parts.append(_("{period}: {value}").format(period=iso(name), value=iso(shown)))
        return "\n".join(part for part in parts if part)

    def spoken(self, row: int, column: int) -> str:
        cell = self.cell(row, column)
        text = cell.text or ("" if cell.asked else _("Not asked in this row"))
        return f"{text}. {cell.message}" if cell.message else text

    # making cells

    def _is_gone(self, row: int) -> bool:
        """Whether the entry shown at `row` is no more: the table is about to be shown again."""
        return self.order[row] >= self.table.rows

    def _made(self, row: int, column: RepeatColumn, *, is_first: bool) -> GridCell:
        if self.is_new(row):
            text = _("Type to add a row") if is_first else ""
            return GridCell(text, number=column.is_number and not is_first, muted=True, hint=True)
        place = self.order[row]
        if self._is_gone(row):
            return GridCell()
        if column.question is None:
            count = self.table.count(place, column.path)
            words = ngettext("{count} entry", "{count} entries", count).format(count=ltr(str(count)))
            return GridCell(words if count else "", calculated=True, muted=True)
        state = self.table.cell(place, column.path)
        question = column.question
        ref = self.table.ref(place, column.path)
        unread = self.sitting.unread(ref)
        calculated = column.is_calculated or state.readonly
        text = unread.text if unread is not None else self._shown(place, column, state.value)
        if state.unavailable:
            reasons = dict(UNAVAILABLE_REASONS)
            text = _(reasons.get(state.unavailable[0], "")) or state.unavailable[0]
        message, sign = self._message(place, column, ref, unread)
        return GridCell(
            text if state.relevant else "",
            number=question.type in ("integer", "decimal", "range") and not state.unavailable,
            calculated=calculated and not self.sitting.readonly,
            asked=state.relevant,
            muted=calculated or state.unavailable is not None,
            sign=sign,
            message=message,
        )

    def _shown(self, place: int, column: RepeatColumn, value: str) -> str:
        question = column.question
        assert question is not None
        if not value:
            return ""
        if question.type in ("image", "audio", "video", "file"):
            return self.sitting.file_name(value)
        choices = self.table.choices(place, column.path) if question.is_select else ()
        return shown_cell(question, value, self.language, self.words(column), choices)

    def _message(self, place: int, column: RepeatColumn, ref: str, unread: Unread | None) -> tuple[str, Sign]:
        if unread is not None:
            return unread.problem, "error"
        state = self.table.cell(place, column.path)
        if state.relevant and state.error is not None and self.sitting.has_error_shown(ref, state.error):
            message = plain(self.table.message(place, column.path))
            return message or _("This must be corrected."), "error"
        for path in column.warnings:
            if self.table.is_relevant(place, path):
                return plain(self.table.label(place, path)), "warning"
        return "", ""

    # places

    def row_of(self, ref: str) -> int | None:
        """Return the row of the table, not of the view, that `ref` stands in; None outside of the repeat."""
        start = len(self.repeat) + 1
        if not ref.startswith(f"{self.repeat}["):
            return None
        number = ref[start : ref.find("]", start)]
        return int(number) - 1 if number.isdigit() else None

    def _column_places(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for number, column in enumerate(self.columns):
            for path in (column.path, *column.warnings):
                found[path] = (number,)
        return found


def _plain_path(ref: str) -> str:
    from habitat_desktop.gui.form_sections import plain_path

    return plain_path(ref)
