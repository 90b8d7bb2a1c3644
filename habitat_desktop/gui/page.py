"""What every page of the window is and may do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow


class Page(QWidget):
    """One page. It is made at the first visit and kept.

    `frame` is the window it stands in: `show_page`, `go_back`, `notify`, `records_changed`. A page shows
    frozen dataclasses, reads and writes through jobs, and can say everything again in another language.
    """

    narrow_navigation = False  # True: the navigation shrinks to icons while this page is shown

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__()
        self.frame = frame
        self.workspace = frame.workspace

    def enter(self, **context: Any) -> None:
        """Be shown, now or again; `context` is what `show_page` was given."""

    def leave(self) -> bool:
        """Be left: save what is open. False keeps the page (say why with a banner)."""
        return True

    def refresh(self) -> None:
        """Read again what is shown: F5, or records changed elsewhere."""

    def retranslate(self) -> None:
        """Say everything in the language now; the direction may have changed too."""

    def change_person(self, name: str) -> None:
        """Take in what was typed so far; what comes after is written by `name`."""

    def regions(self) -> Sequence[QWidget]:
        """Return the parts F6 walks through, in reading order; by default the page is one part."""
        return (self,)

    def edit_actions(self) -> Sequence[QAction]:
        """Return what stands in the menu "Edit" above cut, copy and paste while this page is shown."""
        return ()

    def menu_actions(self) -> Sequence[QAction | None]:
        """Return what stands in the menu "Record" while this page is shown; None is a line."""
        return ()

    def search(self, text: str) -> bool:
        """Take the text of the window's search field; False hands it to Records."""
        return False
