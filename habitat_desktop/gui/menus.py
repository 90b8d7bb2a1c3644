"""The menus: every command of the window with its shortcut, texts set again at each change of language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from habitat_desktop.gui import commands
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.pages import EVERYONE, OFFICE
from habitat_desktop.gui.top_bar import LANGUAGE_KEYS, SEARCH_KEYS
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.settings import Role

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

TEXT_SIZES = (100, 115, 130, 150, 175, 200)


@dataclass(frozen=True)
class Command:
    """One entry of a menu."""

    menu: str
    text: Callable[[], str]
    does: "Callable[[MainWindow], object]"
    keys: str = ""
    roles: tuple[Role, ...] = EVERYONE
    needs_page: str = ""  # left out where this page does not exist
    role: QAction.MenuRole = QAction.MenuRole.NoRole


COMMANDS = (
    Command("file", lambda: _("New return…"), commands.new_return, "Ctrl+N", OFFICE),
    Command("file", lambda: _("Open workspace…"), commands.open_other_workspace, "Ctrl+O"),
    Command(
        "file",
        lambda: _("Quit"),
        lambda frame: frame.close(),
        "Ctrl+Q",
        role=QAction.MenuRole.QuitRole,
    ),
    Command("record", lambda: _("New return…"), commands.new_return, "", OFFICE),
    Command(
        "record",
        lambda: _("Your own Excel workbook…"),
        lambda frame: frame.show_page("workbook"),
        "",
        OFFICE,
        needs_page="workbook",
    ),
    Command("record", lambda: _("Show all records"), lambda frame: frame.show_page("records")),
    Command("record", lambda: _("Search records"), lambda frame: frame.focus_search(), SEARCH_KEYS),
    Command(
        "exchange",
        lambda: _("Make package"),
        lambda frame: frame.show_page("exchange", start="make"),
        "Ctrl+Shift+P",
        needs_page="exchange",
    ),
    Command(
        "exchange",
        lambda: _("Import package…"),
        lambda frame: frame.show_page("exchange", start="import"),
        "Ctrl+I",
        OFFICE,
        needs_page="exchange",
    ),
    Command(
        "exchange",
        lambda: _("Import packages…"),
        lambda frame: frame.show_page("inbox", start="import"),
        "Ctrl+I",
        ("headquarters", "region"),
        needs_page="inbox",
    ),
    Command(
        "exchange",
        lambda: pgettext("page", "Quarantine"),
        lambda frame: frame.show_page("quarantine"),
        "Ctrl+Shift+Q",
        needs_page="quarantine",
    ),
    Command("exchange", lambda: _("Open the folder of packages"), commands.open_package_folder),
    Command("help", lambda: _("Help for this page"), commands.show_help, "F1"),
    Command("help", lambda: _("Keyboard shortcuts"), commands.show_shortcuts, "Shift+F1"),
    Command("help", lambda: _("Save a diagnostics file…"), commands.save_diagnostics),
    Command(
        "help",
        lambda: _("Translate the program…"),
        lambda frame: frame.show_page("languages"),
        needs_page="languages",
    ),
    Command("help", lambda: _("Open the workspace folder"), commands.open_workspace_folder),
    Command(
        "help",
        lambda: _("About Habitat Desktop"),
        commands.show_about,
        role=QAction.MenuRole.AboutRole,
    ),
)

_TITLES: dict[str, Callable[[], str]] = {
    "file": lambda: pgettext("menu", "File"),
    "edit": lambda: pgettext("menu", "Edit"),
    "view": lambda: pgettext("menu", "View"),
    "record": lambda: pgettext("menu", "Record"),
    "exchange": lambda: pgettext("menu", "Exchange"),
    "help": lambda: pgettext("menu", "Help"),
}


class Menus:
    """The menu bar of one window."""

    def __init__(self, frame: "MainWindow") -> None:
        self._frame = frame
        self._bar = frame.top_bar.menu_bar
        self._menus = {key: self._bar.addMenu("") for key in _TITLES}
        self._texts: list[tuple[QAction | QMenu, Callable[[], str]]] = []
        self._page_actions: list[QAction] = []
        for command in COMMANDS:
            self._add(command)
        self._fill_edit(self._menus["edit"])
        self._fill_view(self._menus["view"])
        file = self._menus["file"]
        file.insertSeparator(file.actions()[-1])
        self.retranslate()

    def retranslate(self) -> None:
        for key, menu in self._menus.items():
            menu.setTitle(_TITLES[key]())
        for target, text in self._texts:
            if isinstance(target, QMenu):
                target.setTitle(text())
            else:
                target.setText(text())
        for spec, action in self._pages:
            action.setText(spec())
        self.show_settings()

    def show_settings(self) -> None:
        """Tick what is chosen now."""
        settings = self._frame.workspace.settings
        chosen = {
            "language": settings.language,
            "theme": settings.theme,
            "density": settings.density,
            "text_percent": settings.text_percent,
        }
        for name, group in self._groups.items():
            for action in group.actions():
                action.setChecked(action.data() == chosen[name])

    def show_page_actions(self, page: Page) -> None:
        """Put the commands of the page shown into the menus "Record" and "Edit"."""
        for menu in (self._menus["record"], self._menus["edit"]):
            for old in self._page_actions:
                menu.removeAction(old)
        self._page_actions = []
        menu, actions = self._menus["record"], page.menu_actions()
        if actions:
            self._page_actions.append(menu.addSeparator())
        for action in actions:
            if action is None:
                self._page_actions.append(menu.addSeparator())
            else:
                menu.addAction(action)
                self._page_actions.append(action)
        for one in page.edit_actions():
            self._menus["edit"].insertAction(self._first_of_field, one)
            self._page_actions.append(one)

    def _fill_edit(self, menu: QMenu) -> None:
        """Add what is done in the field with the focus; the field itself knows the keys."""
        self._first_of_field = menu.addSeparator()
        rows: tuple[tuple[Callable[[], str], QKeySequence.StandardKey, str], ...] = (
            (lambda: pgettext("menu", "Cut"), QKeySequence.StandardKey.Cut, "Ctrl+X"),
            (lambda: pgettext("menu", "Copy"), QKeySequence.StandardKey.Copy, "Ctrl+C"),
            (lambda: pgettext("menu", "Paste"), QKeySequence.StandardKey.Paste, "Ctrl+V"),
            (lambda: pgettext("menu", "Select all"), QKeySequence.StandardKey.SelectAll, "Ctrl+A"),
        )
        for text, key, shown in rows:
            action = menu.addAction("")
            action.triggered.connect(_pressing(key))
            # behind a tab: shown, and not taken from tables and fields that have keys of their own
            self._texts.append((action, _with_keys(text, shown)))

    def _add(self, command: Command) -> None:
        frame = self._frame
        if frame.workspace.settings.role not in command.roles:
            return
        if command.needs_page and not frame.has_page(command.needs_page):
            return
        action = self._menus[command.menu].addAction("")
        action.setMenuRole(command.role)
        if command.keys:
            action.setShortcut(QKeySequence(command.keys))
        action.triggered.connect(lambda *_: command.does(frame))
        self._texts.append((action, command.text))

    def _fill_view(self, menu: QMenu) -> None:
        frame = self._frame
        self._groups: dict[str, QActionGroup] = {}
        self._pages: list[tuple[Callable[[], str], QAction]] = []
        for spec in frame.navigation_pages():
            if spec.is_extra:
                continue  # comes and goes with a setting: it stands in the menu "Help"
            action = menu.addAction("")
            if keys := frame.keys_of(spec):
                action.setShortcut(QKeySequence(keys))
            action.triggered.connect(self._going_to(spec.key))
            self._pages.append((spec.title, action))
        menu.addSeparator()
        languages = menu.addMenu("")
        self._texts.append((languages, lambda: _("Language")))
        frame.top_bar.fill_language_menu(languages)
        self._groups["language"] = languages.actions()[0].actionGroup()
        opener = menu.addAction("")
        opener.setShortcut(QKeySequence(LANGUAGE_KEYS))
        opener.triggered.connect(lambda *_: frame.top_bar.language_button.showMenu())
        self._texts.append((opener, lambda: _("Switch language")))
        self._choices(menu, "theme", lambda: _("Theme"), commands.THEMES)
        self._choices(menu, "density", lambda: _("Density"), commands.DENSITIES)
        sizes = [(size, _percent(size)) for size in TEXT_SIZES]
        self._choices(menu, "text_percent", lambda: _("Text size"), sizes)
        menu.addSeparator()
        refresh = menu.addAction("")
        refresh.setShortcut(QKeySequence("F5"))
        refresh.triggered.connect(lambda *_: frame.refresh())
        self._texts.append((refresh, lambda: _("Read again")))
        region = menu.addAction("")
        region.setShortcut(QKeySequence("F6"))
        region.triggered.connect(lambda *_: frame.focus_next_region())
        self._texts.append((region, lambda: _("Next part of the window")))

    def _choices(
        self,
        menu: QMenu,
        name: str,
        title: Callable[[], str],
        choices: Sequence[tuple[object, Callable[[], str]]],
    ) -> None:
        inner = menu.addMenu("")
        group = QActionGroup(inner)
        for value, text in choices:
            action = inner.addAction("")
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
            self._texts.append((action, text))
        group.triggered.connect(lambda action: self._frame.update_settings(**{name: action.data()}))
        self._groups[name] = group
        self._texts.append((inner, title))

    def _going_to(self, key: str) -> Callable[..., object]:
        return lambda *_: self._frame.show_page(key)


def _with_keys(text: Callable[[], str], keys: str) -> Callable[[], str]:
    return lambda: f"{text()}\t{keys}"


def _pressing(key: QKeySequence.StandardKey) -> Callable[..., None]:
    """Return a function that presses `key` in the field with the focus."""

    def press(*_checked: object) -> None:
        field = QApplication.focusWidget()
        keys = QKeySequence.keyBindings(key)
        if field is not None and keys:
            pressed = keys[0][0]  # type: ignore[index]  # it is one, the stubs do not say so
            event = QKeyEvent(QEvent.Type.KeyPress, pressed.key(), pressed.keyboardModifiers())
            QApplication.sendEvent(field, event)

    return press


def _percent(size: int) -> Callable[[], str]:
    # Translators: a size of text, "115 %".
    return lambda: _("{percent} %").format(percent=size)
