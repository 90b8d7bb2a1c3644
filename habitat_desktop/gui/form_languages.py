"""Two languages of a form side by side: which one is the second, and the way to choose it."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.languages import languages

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage
    from habitat_desktop.gui.sitting import Sitting


class TwoLanguages:
    """Shows the questions in a second language under the first; the choice is remembered."""

    def __init__(self, page: "FormPage") -> None:
        self._page = page
        self.is_on = False
        self.menu = QMenu(page)
        self.menu.aboutToShow.connect(self._fill)

    def follow(self, sitting: "Sitting") -> None:
        """Show `sitting` as the one before was shown."""
        sitting.second_language = self._second() if self.is_on else ""

    def toggle(self) -> None:
        """Show the second language, or no longer."""
        self._show(not self.is_on)

    def choose(self, code: str) -> None:
        """Show the language `code` under the first from now on."""
        self._page.frame.update_settings(second_language=code)
        self._show(True)

    def retranslate(self) -> None:
        self.menu.setTitle(_("Second language"))

    def others(self) -> list[str]:
        """Return the languages of the form beside the one shown."""
        sitting = self._page.sitting
        if sitting is None:
            return []
        return [code for code in sitting.entry.form.languages if code != sitting.language]

    def _second(self) -> str:
        """Return the language chosen last where the form has it, else English or the first there is."""
        others = self.others()
        for code in (self._page.workspace.settings.second_language, "en"):
            if code in others:
                return code
        return others[0] if others else ""

    def _show(self, on: bool) -> None:
        page = self._page
        if page.sitting is None:
            return
        if on and not self.others():
            page.news.tell("info", _("This form has only one language."))
            return
        self.is_on = on
        self.follow(page.sitting)
        page.show_again()

    def _fill(self) -> None:
        self.menu.clear()
        group = QActionGroup(self.menu)
        sitting = self._page.sitting
        now = sitting.second_language if sitting is not None else ""
        for code in self.others():
            known = languages().get(code)
            action = QAction(known.endonym if known else code, self.menu)
            action.setCheckable(True)
            action.setChecked(code == now)
            action.triggered.connect(lambda _on=False, code=code: self.choose(code))
            group.addAction(action)
            self.menu.addAction(action)
