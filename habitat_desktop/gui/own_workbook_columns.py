"""The columns of a sheet, one row each: heading, an example, and the question it answers."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.own_workbook_work import OpenedBook
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.text import iso
from habitat_desktop.packages.cells import address
from habitat_desktop.packages.own_workbooks.mapping import COUNTRY, PERIOD
from habitat_desktop.packages.own_workbooks.proposing import said_column, targets

_PATH = int(Qt.ItemDataRole.UserRole)
_MOST_SHOWN = 120
_QUESTION_WIDTH, _LETTER_WIDTH = 300, 40


class ColumnList(QWidget):
    """Shows which column answers what; a box beside each changes it."""

    changed = Signal(int, str, str)  # column from 0, its heading, the path of the question or ""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[int, QComboBox] = {}
        self._rows = kit.column(space=4, margins=(16, 8, 16, 8))
        inner = QWidget()
        inner.setLayout(self._rows)
        self.setLayout(kit.column((kit.scrolling(inner), 1)))

    def show_book(self, opened: OpenedBook) -> None:
        """Show the columns of the sheet, the mapped ones among them in their places."""
        kit.clear(self._rows)
        self.boxes = {}
        model = _questions(opened)
        headings = opened.header()
        for index, heading in enumerate(headings[:_MOST_SHOWN]):
            if heading or opened.mapping.column(index) is not None or opened.example(index):
                self._rows.addWidget(self._row(opened, index, heading, model))
        if not self.boxes:
            self._rows.addWidget(kit.Label(_("This row has no headings. Choose another one."), tone="muted"))
        self._rows.addStretch(1)

    def _row(self, opened: OpenedBook, index: int, heading: str, model: QStandardItemModel) -> QWidget:
        scale = theme.current().scale
        letter = address(0, index).rstrip("1")
        name = kit.Label(letter, "caption", "muted", mono=True)
        name.setFixedWidth(round(_LETTER_WIDTH * scale))
        words = kit.column(
            kit.ElidedLabel(heading or _("No heading"), strong=bool(heading)),
            kit.ElidedLabel(opened.example(index), "caption", "muted"),
            space=0,
        )
        box = QComboBox()
        box.setModel(model)
        box.setFixedWidth(round(_QUESTION_WIDTH * scale))
        line = QLineEdit()
        box.setEditable(True)
        box.setLineEdit(line)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(model, box)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        box.setCompleter(completer)
        column = opened.mapping.column(index)
        box.setCurrentIndex(max(0, box.findData(column.path if column is not None else "")))
        line.setCursorPosition(0)
        box.setToolTip(box.currentText())
        said = _("Question for column {column}, {heading}")
        box.setAccessibleName(said.format(column=letter, heading=iso(heading)))
        line.setAccessibleName(box.accessibleName())
        box.activated.connect(lambda _i: self.changed.emit(index, heading, str(box.currentData() or "")))
        line.editingFinished.connect(lambda: _settle(box, line))
        sign = kit.IconLabel(
            "checkmark_circle" if column is not None else "circle",
            "ok" if column is not None else "text_faint",
            16,
            filled=column is not None,
            spoken=_("Mapped") if column is not None else _("Not used"),
        )
        self.boxes[index] = box
        row = QWidget()
        texts = QWidget()
        texts.setLayout(words)
        row.setLayout(kit.row(name, (texts, 1), sign, box, space=8, margins=(0, 4, 0, 4)))
        return row


def _settle(box: QComboBox, line: QLineEdit) -> None:
    """Take a question that was typed whole; anything else goes back to what was chosen."""
    found = box.findText(line.text(), Qt.MatchFlag.MatchFixedString)
    if found >= 0 and found != box.currentIndex():
        box.setCurrentIndex(found)
        box.activated.emit(found)
    else:
        line.setText(box.currentText() if found >= 0 else box.itemText(box.currentIndex()))
        line.setCursorPosition(0)


def _questions(opened: OpenedBook) -> QStandardItemModel:
    model = QStandardItemModel()
    about = () if opened.mapping.repeat else (COUNTRY, PERIOD)
    rows: Sequence[tuple[str, str]] = [
        ("", _("Not used")),
        *((path, said_column(path, opened.form, language())) for path in about),
        *((one.path, one.label(language())) for one in targets(opened.form, opened.mapping.repeat)),
    ]
    for path, text in rows:
        item = QStandardItem(text)
        item.setData(path, _PATH)
        item.setToolTip(text)
        model.appendRow(item)
    return model
