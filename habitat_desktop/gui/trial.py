"""The whole window in a language with texts that are not released yet, and the way back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.gui import kit
from habitat_desktop.i18n import catalogues
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import iso

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow


class Trial:
    """Lets the program speak `code` from the catalogues in `folder` until `end`."""

    def __init__(self, frame: "MainWindow", folder: Path, code: str, ended: Callable[[], object]) -> None:
        self._frame, self._folder, self._code, self._ended = frame, folder, code, ended
        self._language = frame.workspace.settings.language
        self._released = catalogues.released_folder()

    def start(self) -> None:
        # said before the language changes: whoever tries a language may not read it
        name = languages()[self._code].endonym
        banner = kit.Banner(
            "info",
            _("You are trying {language} with texts that are not released").format(language=iso(name)),
            _("Only this window shows them. Records and packages are the real ones."),
            (_("End the trial"), self.end),
        )
        self._speak(self._folder, None, self._code)
        self._frame.hold(banner)

    def end(self) -> None:
        """Speak as before."""
        self._frame.hold(None)
        self._speak(None, self._released, self._language)
        self._ended()

    def _speak(self, folder: Path | None, released: Path | None, code: str) -> None:
        catalogues.read_from(folder)
        catalogues.read_also(released)
        if self._frame.workspace.settings.language == code:
            self._frame.retranslate()
        else:
            self._frame.update_settings(language=code)
