"""The row above everything: menus, search, language."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QMenuBar, QSizePolicy, QToolButton, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.person_button import PersonButton
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.languages import languages

SEARCH_KEYS = "Ctrl+K"
LANGUAGE_KEYS = "Ctrl+Shift+L"
_DEBOUNCE_MS = 250


class TopBar(QFrame):
    """Menus at the start, then search and the language of the window."""

    searched = Signal(str)  # while typing, a moment after the last key
    search_entered = Signal(str)  # Enter
    language_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "topbar")
        self.menu_bar = QMenuBar()
        self.menu_bar.setNativeMenuBar(False)
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.search = SearchField()
        self.search.setMaximumWidth(300)
        self.search.entered.connect(self.search_entered)
        self.search.searched.connect(self.searched)
        self._demonstration = kit.ElidedLabel("", "caption", "warning", strong=True)
        self._demonstration.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._keys = kit.KeyLabel(SEARCH_KEYS)
        self.person_button = PersonButton()
        self.language_button = _language_button()
        self.language_menu = QMenu(self)
        self.language_button.setMenu(self.language_menu)
        self._fill_languages(self.language_menu)
        self.setLayout(
            kit.row(
                self.menu_bar,
                None,
                self._demonstration,
                self._keys,
                (self.search, 2),
                self.person_button,
                self.language_button,
                space=8,
                margins=(8, 0, 8, 0),
            )
        )

    def fill_language_menu(self, menu: QMenu) -> None:
        """Put the languages, each in its own script, into another menu too."""
        self._fill_languages(menu)

    def show_demonstration(self, is_demonstration: bool) -> None:
        self._demonstration.setText(_("Demonstration data") if is_demonstration else "")
        self._demonstration.setVisible(is_demonstration)

    def retranslate(self) -> None:
        name = languages()[language()].endonym
        self.language_button.setText(name)
        self.language_button.setAccessibleName(_("Language: {language}").format(language=name))
        self.language_button.setToolTip(_("Language of the window ({keys})").format(keys=LANGUAGE_KEYS))
        self.search.name(_("Search records"))
        self.search.setToolTip(_("Search all records in any language ({keys})").format(keys=SEARCH_KEYS))
        for action in self.language_menu.actions():
            action.setChecked(action.data() == language())
        self._fit()

    def set_compact(self, compact: bool) -> None:
        """Leave out what a narrow window has no room for."""
        self._keys.setVisible(not compact)
        self.person_button.set_compact(compact)
        policy = QSizePolicy.Policy
        self._demonstration.setSizePolicy(policy.Ignored if compact else policy.Preferred, policy.Preferred)
        style = Qt.ToolButtonStyle
        self.language_button.setToolButtonStyle(
            style.ToolButtonIconOnly if compact else style.ToolButtonTextBesideIcon
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        if not hasattr(self, "menu_bar"):
            return  # Qt styles the frame before it has its parts
        # WORKAROUND: a QMenuBar inside a layout folds into "»" when its width follows a size hint made
        # before its texts were set, and from right to left it takes all the room there is; so the width
        # comes from the words themselves
        metrics = theme.current().metrics("body")
        words = [action.text().replace("&", "") for action in self.menu_bar.actions()]
        self.menu_bar.setFixedWidth(sum(metrics.horizontalAdvance(word) + 24 for word in words) + 16)
        self.setFixedHeight(theme.current().size("control_height") + 8)

    def _fill_languages(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for code, row in languages().items():
            action = menu.addAction(row.endonym)
            action.setCheckable(True)
            action.setData(code)
            action.setChecked(code == language())
            group.addAction(action)
        group.triggered.connect(lambda action: self.language_chosen.emit(action.data()))


class SearchField(QLineEdit):
    """A search field that waits for a pause in typing."""

    searched = Signal(str)
    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("search", True)
        self.setClearButtonEnabled(False)
        self.setMinimumWidth(88)
        self._sign = self.addAction(
            icons.icon("search", "text_faint", 16), QLineEdit.ActionPosition.LeadingPosition
        )
        icons.set_icon(self._sign, "search", "text_faint", 16)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_DEBOUNCE_MS)
        self._pause.timeout.connect(self._tell)
        self.textEdited.connect(lambda *_: self._pause.start())
        self.returnPressed.connect(self._enter)

    def name(self, text: str) -> None:
        self.setPlaceholderText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        for sign in self.findChildren(QToolButton):  # buttons of their own to screen readers
            sign.setAccessibleName(text)

    def _tell(self) -> None:
        self.searched.emit(self.text())

    def _enter(self) -> None:
        self._pause.stop()
        self.entered.emit(self.text())


def _language_button() -> QToolButton:
    button = QToolButton()
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    icons.set_icon(button, "local_language", "text_muted", 20)
    return button
