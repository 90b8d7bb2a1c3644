"""The window: top bar, navigation, and the pages, each made at its first visit."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QStackedWidget, QWidget

from habitat_desktop.gui import drop, jobs, kit, latin_keys, look, person_button, theme
from habitat_desktop.gui.menus import Menus
from habitat_desktop.gui.navigation import Navigation, NavItem
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.pages import PAGES, PageSpec
from habitat_desktop.gui.top_bar import TopBar
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.records.record import RecordState
from habitat_desktop.settings import Settings
from habitat_desktop.workspace import Workspace

WIDE_FROM = 1200  # logical px; below it the navigation shows icons only
COMPACT_BELOW = 1000


class MainWindow(QMainWindow):
    """The window of one workspace."""

    page_shown = Signal(str)
    closed = Signal()
    first_painted = Signal()

    def __init__(self, workspace: Workspace, now: Callable[[], datetime] | None = None) -> None:
        """`now` is the clock, with a time zone: what is due and "today" are seen from it."""
        super().__init__()
        self.workspace = workspace
        self.now = now or (lambda: datetime.now().astimezone())
        self.database_is_open = False  # before that, pages make do with a glance
        self._was_painted = False
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, Page] = {}
        self._way: list[tuple[str, dict[str, Any]]] = []  # pages visited, the one shown last
        self._badges: dict[str, tuple[int, str]] = {}
        for spec in PAGES:
            if workspace.settings.role in spec.roles:
                self.register_page(spec)
        self.top_bar = TopBar()
        self.navigation = Navigation()
        self._stack = QStackedWidget()
        self._news = kit.column(space=8, margins=(20, 12, 20, 0))
        self._held: kit.Banner | None = None  # stays on every page
        self._news_box = QWidget()
        self._news_box.setLayout(self._news)
        self._news_box.hide()
        self._lay_out()
        self.menus = Menus(self)
        drop.take_in_drops(self)
        self.top_bar.language_chosen.connect(lambda code: self.update_settings(language=code))
        self.top_bar.person_button.chosen.connect(lambda name: person_button.work_as(self, name))
        self.top_bar.person_button.list_wanted.connect(lambda: self.show_page("settings", topic="persons"))
        self.top_bar.searched.connect(self._search)
        self.top_bar.search_entered.connect(self._search_entered)
        self.navigation.chosen.connect(self._go_from_navigation)
        self.retranslate()

    # pages

    def register_page(self, spec: PageSpec) -> None:
        """Make a page known; it is made when it is first shown."""
        self._specs[spec.key] = spec

    def has_page(self, key: str) -> bool:
        return key in self._specs

    def navigation_pages(self) -> list[PageSpec]:
        """Return the pages of the navigation in order: the upper ones, then the lower ones."""
        settings = self.workspace.settings
        shows_extras = settings.role != "office" or settings.translator
        specs = [spec for spec in self._specs.values() if shows_extras or not spec.is_extra]
        return [s for s in specs if s.place == "upper"] + [s for s in specs if s.place == "lower"]

    def keys_of(self, spec: PageSpec) -> str:
        """Return the shortcut of a page of the navigation; those that come and go have none."""
        lasting = [one.key for one in self.navigation_pages() if not one.is_extra]
        number = lasting.index(spec.key) + 1 if spec.key in lasting else 0
        return f"Ctrl+{number}" if 0 < number < 10 else ""

    def page(self, key: str) -> Page:
        """Return the page `key`, making it now if it was never shown."""
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._specs[key].factory(self)
            self._stack.addWidget(page)
        return page

    def made_page(self, key: str) -> Page | None:
        """Return the page `key` if it was ever shown."""
        return self._pages.get(key)

    @property
    def current_key(self) -> str:
        return self._way[-1][0] if self._way else ""

    def show_page(self, key: str, **context: Any) -> bool:
        """Show the page `key` and hand it `context`; False if the page shown did not let go."""
        if self._way and self.current_key in self._pages and not self._pages[self.current_key].leave():
            return False
        self.clear_news()
        page = self.page(key)
        if self.current_key == key:
            self._way.pop()
        self._way = [*self._way[-20:], (key, context)]
        self._stack.setCurrentWidget(page)
        page.enter(**context)
        self._keep_focus(page)
        self.navigation.set_current(self._navigation_key(key))
        self.menus.show_page_actions(page)
        self._fit()
        self.page_shown.emit(key)
        return True

    def go_back(self) -> bool:
        """Show the page from which this one was reached, or the first."""
        if len(self._way) < 2:
            return self.show_page(self.first_key)
        here = self._way.pop()
        key, context = self._way[-1]
        self._way.append(here)
        once = ("files", "start")  # what was done on the way there is not done again on the way back
        shown = self.show_page(key, **{name: v for name, v in context.items() if name not in once})
        if shown:
            del self._way[-2:-1]
        return shown

    @property
    def first_key(self) -> str:
        return self.navigation_pages()[0].key

    # what pages tell the window

    def notify(
        self,
        kind: kit.BannerKind,
        title: str,
        text: str = "",
        *actions: tuple[str, Callable[[], object]],
    ) -> kit.Banner:
        """Show news above the page until it is closed or, unless it is an error, the page is left."""
        banner = kit.Banner(kind, title, text, *actions, closable=True)
        banner.installEventFilter(self)
        self._news.addWidget(banner)
        self._news_box.show()
        banner.show()
        return banner

    def hold(self, banner: kit.Banner | None) -> None:
        """Show a banner on every page until this is called again; None takes it away."""
        if self._held is not None:
            self._news.removeWidget(self._held)
            self._held.hide()
            self._held.deleteLater()
        self._held = banner
        if banner is not None:
            self._news.insertWidget(0, banner)
            banner.show()
        self._news_box.setVisible(self._news.count() > 0)

    def set_badge(self, key: str, count: int, state: str = "query") -> None:
        """Show how many things wait on a page of the navigation."""
        if self._badges.get(key) != (count, state):
            self._badges[key] = (count, state)
            self._show_navigation()

    def show_office_line(self, text: str) -> None:
        """Show one line about this computer at the foot of the navigation."""
        settings = self.workspace.settings
        icon = "building" if settings.role == "office" else "building_government"
        self.navigation.show_office(settings.name, text, icon)

    def records_changed(self) -> None:
        """Read again in the page shown, because records or packages changed; other pages do when shown."""
        self._show_counts()
        self.refresh()

    def refresh(self) -> None:
        if self._way:
            self.page(self.current_key).refresh()

    def start_afresh(self) -> None:
        """Show the first page and make every page anew: the records are no longer those they knew."""
        for page in self._pages.values():
            self._stack.removeWidget(page)
            page.deleteLater()
        self._pages, self._way = {}, []
        self.clear_news()
        self.show_page(self.first_key)
        self._show_counts()

    def update_settings(self, **changes: Any) -> Settings:
        """Change settings, on disk first, and show the change at once."""
        before = self.workspace.settings
        settings = self.workspace.update_settings(**changes)
        if _looks(before) != _looks(settings):
            look.apply_settings(settings)
        if before != settings:
            self.retranslate()
        return settings

    def change_person(self, name: str) -> None:
        """Let `name` work from now on: pages take in what was typed before, then write under that name."""
        for page in self._pages.values():
            page.change_person(name)
        if name != self.workspace.settings.person:
            self.workspace.update_settings(person=name)
            self.refresh()
        self.top_bar.person_button.show_settings(self.workspace.settings)

    def retranslate(self) -> None:
        """Say everything in the language now, in every page made so far."""
        program = _("Habitat Desktop")
        self.setWindowTitle(f"{program} — {self.workspace.settings.name}")
        self.top_bar.show_demonstration(self.workspace.settings.demonstration)
        self.menus.retranslate()
        self.top_bar.person_button.show_settings(self.workspace.settings)
        self.top_bar.retranslate()
        self._show_navigation()
        self.show_office_line("")
        for page in self._pages.values():
            page.retranslate()
        if self._way:
            self.menus.show_page_actions(self._pages[self.current_key])
        self._fit()

    def focus_search(self) -> None:
        self.top_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top_bar.search.selectAll()

    def focus_next_region(self) -> None:
        """Move the focus to the next part: navigation, the parts of the page, search."""
        page_parts: Sequence[QWidget] = self.page(self.current_key).regions() if self._way else ()
        parts = [self.navigation.page_list, *page_parts, self.top_bar.search]
        now = QApplication.focusWidget()
        inside = [i for i, part in enumerate(parts) if now is not None and kit.is_inside(part, now)]
        start = inside[-1] + 1 if inside else 0
        for step in range(len(parts)):
            if _focus_first(parts[(start + step) % len(parts)]):
                return

    def take_in(self, files: Sequence[Path]) -> None:
        """Take in packages, on the page where that is seen."""
        self.show_page("inbox" if self.has_page("inbox") else "exchange", files=list(files))

    def replace_workspace(self, workspace: Workspace) -> None:
        """Open another workspace in a new window and close this one; one that is open comes forward.

        Raises:
            NoAnswerError: its window does not answer.
        """
        from habitat_desktop.gui import one_instance
        from habitat_desktop.gui.app import show_window

        if workspace.folder.resolve() == self.workspace.folder.resolve():
            return
        only = one_instance.claim(workspace.folder)
        if only is None:
            one_instance.call_first(workspace.folder)
        elif self.close():
            show_window(workspace, only)
        else:
            only.release()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not latin_keys.act(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)  # when all of it is on the screen

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._way and not self._pages[self.current_key].leave():
            event.ignore()
            return
        jobs.shut_down(self.workspace.close)
        self.closed.emit()  # only now may another window open this workspace
        super().closeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DeferredDelete and isinstance(watched, kit.Banner):
            self._news.removeWidget(watched)
            self._news_box.setVisible(self._news.count() > 0)
        return super().eventFilter(watched, event)

    # parts

    def _lay_out(self) -> None:
        work = kit.frame("canvas", kit.column(self._news_box, (self._stack, 1), space=0))
        below = kit.row(self.navigation, (work, 1), space=0)
        content = QWidget()
        content.setLayout(kit.column(self.top_bar, (below, 1), space=0))
        self.setCentralWidget(content)
        self.setMinimumSize(683, 384)
        self.resize(1366, 720)

    def _show_counts(self) -> None:
        """Show on the navigation what waits, from a glance at the records."""
        if self.workspace.settings.role == "office":
            seen = self.workspace.glance()
            counts = seen.counts
            self.set_badge("queries", len(seen.asks))
            self.set_badge("records", counts.get(RecordState.DRAFT, 0), "draft")
            self.set_badge("exchange", counts.get(RecordState.FINAL, 0), "package")

    def _show_navigation(self) -> None:
        items: dict[str, list[NavItem]] = {"upper": [], "lower": []}
        for spec in self.navigation_pages():
            count, state = self._badges.get(spec.key, (0, "query"))
            keys = self.keys_of(spec)
            items[spec.place].append(NavItem(spec.key, spec.title(), spec.icon, count, state, keys))
        self.navigation.show_items(items["upper"], items["lower"])

    def _navigation_key(self, key: str) -> str:
        """Return the page of the navigation to mark; a hidden page names those it is reached from."""
        spec = self._specs[key]
        if spec.is_extra and spec not in self.navigation_pages():
            return ""
        return key if spec.place != "hidden" else next(filter(self.has_page, spec.under), "")

    def _fit(self) -> None:
        page = self._pages.get(self.current_key)
        wants = page is not None and page.narrow_navigation
        width = self.width() / theme.current().scale
        self.navigation.set_narrow(wants or width < WIDE_FROM)
        self.top_bar.set_compact(width < COMPACT_BELOW)

    def clear_news(self) -> None:
        """Take away the news that are not errors."""
        for index in reversed(range(self._news.count())):
            item = self._news.itemAt(index)
            banner = item.widget() if item is not None else None
            if isinstance(banner, kit.Banner) and banner.kind != "error" and banner is not self._held:
                self._news.removeWidget(banner)
                banner.hide()
                banner.deleteLater()
        self._news_box.setVisible(self._news.count() > 0)

    def _keep_focus(self, page: Page) -> None:
        """Put the focus into the page, unless it is somewhere that can still be seen."""
        now = QApplication.focusWidget()
        if now is None or not now.isVisible() or now is self.top_bar.search:
            for part in page.regions():
                if _focus_first(part):
                    return

    def _go_from_navigation(self, key: str) -> None:
        if self.show_page(key):
            self._way = self._way[-1:]

    def _search(self, text: str) -> None:
        if self._way:
            self._pages[self.current_key].search(text)

    def _search_entered(self, text: str) -> None:
        if not (self._way and self._pages[self.current_key].search(text)):
            self.show_page("records", text=text)


def _looks(settings: Settings) -> tuple[object, ...]:
    return (settings.language, settings.theme, settings.density, settings.text_percent)


def _focus_first(part: QWidget) -> bool:
    """Give the focus to `part` or to the first thing in it that takes the keyboard."""
    candidates = [part, *part.findChildren(QWidget)]
    for widget in candidates:
        policy = widget.focusPolicy()
        takes = policy & Qt.FocusPolicy.TabFocus or isinstance(widget, QLineEdit)
        if takes and widget.isVisibleTo(part.window()) and widget.isEnabled():
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
