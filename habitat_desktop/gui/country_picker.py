"""Choosing countries and areas: by name in any language or by code."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.collation import FoldingCompleter, in_order
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.names import countries, country_name, search_countries

_CODE = int(Qt.ItemDataRole.UserRole)


class CountryBox(QComboBox):
    """One country, found by typing any part of its name."""

    def __init__(self, chosen: str = "") -> None:
        super().__init__()
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._line = QLineEdit()
        self.setLineEdit(self._line)
        self._completer = FoldingCompleter(self)
        self.setCompleter(self._completer)
        self.setMaxVisibleItems(12)
        self.say(chosen)

    def say(self, chosen: str) -> None:
        """Fill in the names in the language now and choose `chosen`."""
        self.blockSignals(True)
        self.clear()
        for code, name in sorted_countries():
            self.addItem(name, code)
        self._completer.learn()
        self.setCurrentIndex(self.findData(chosen) if chosen else -1)
        self.blockSignals(False)
        self._line.setPlaceholderText(_("Type a part of the name"))

    def code(self) -> str:
        """Return the alpha-3 code chosen, "" while the text names no country."""
        row = self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString)
        return str(self.itemData(row)) if row >= 0 else ""


class CountriesDialog(QDialog):
    """Several countries: those an office reports on."""

    def __init__(self, parent: QWidget, chosen: Iterable[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Countries of the office"))
        self._chosen = set(chosen)
        self._search = QLineEdit()
        self._search.setPlaceholderText(_("Type a part of the name"))
        self._search.setAccessibleName(_("Search countries"))
        self._search.textChanged.connect(self._show)
        self.list = QListWidget()
        self.list.setProperty("part", "reader")
        self.list.setAccessibleName(_("Countries of the office"))
        self.list.itemChanged.connect(self._tick)
        done = kit.PrimaryButton(pgettext("button", "Take these countries"), does=self.accept)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        card = kit.frame("card", kit.column((self.list, 1), margins=(4, 4, 4, 4)))
        self.setLayout(
            kit.column(
                self._search, (card, 1), kit.row(None, cancel, done), space=12, margins=(16, 16, 16, 12)
            )
        )
        self.resize(440, 520)
        self._show("")

    def codes(self) -> tuple[str, ...]:
        """Return the countries ticked, in the order of their names."""
        return tuple(code for code, _name in sorted_countries() if code in self._chosen)

    def _show(self, text: str) -> None:
        found = search_countries(text, language()) if text.strip() else [c for c, _n in sorted_countries()]
        if not text.strip():
            found.sort(key=lambda code: code not in self._chosen)  # those of the office first
        self.list.blockSignals(True)
        self.list.clear()
        for code in found:
            item = QListWidgetItem(country_name(code, language()))
            item.setData(_CODE, code)
            item.setSizeHint(QSize(0, theme.current().size("grid_row")))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = Qt.CheckState.Checked if code in self._chosen else Qt.CheckState.Unchecked
            item.setCheckState(ticked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)  # the arrow keys start at something that can be seen
        self.list.blockSignals(False)

    def _tick(self, item: QListWidgetItem) -> None:
        code = str(item.data(_CODE))
        if item.checkState() == Qt.CheckState.Checked:
            self._chosen.add(code)
        else:
            self._chosen.discard(code)


def sorted_countries() -> list[tuple[str, str]]:
    """Return code and name of every country, by name in the language now."""
    return in_order(((code, country_name(code, language())) for code in countries()), lambda row: row[1])
