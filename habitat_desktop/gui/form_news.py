"""News of the form page: what was removed and can be taken back, and answers that are not on the disk."""

from collections.abc import Callable

import shiboken6
from PySide6.QtWidgets import QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _, explain


class FormNews(QWidget):
    """At most two banners: a passing one, and a failure that stays until saving succeeds."""

    def __init__(self) -> None:
        super().__init__()
        self.told: kit.Banner | None = None
        self.failure: kit.Banner | None = None
        self._column = kit.column(space=8)
        self.setLayout(self._column)
        self.hide()

    def tell(self, kind: kit.BannerKind, text: str, *actions: tuple[str, Callable[[], object]]) -> None:
        """Show `text` until something else is told or it is closed."""
        self.clear_told()
        told = self.told = kit.Banner(kind, text, "", *actions, closable=True)
        told.destroyed.connect(lambda *_: self._is_gone(told))
        self._column.insertWidget(0, told)
        self.show()

    def show_failure(self, error: Exception, try_again: Callable[[], object]) -> None:
        """Say that the last answers are not on the disk."""
        self.clear_failure()
        why = explain(error) if isinstance(error, HabitatError) else str(error)
        self.failure = kit.Banner(
            "error",
            _("The last answers are not saved"),
            _("{problem} They are still here in the window. Keep it open and try again.").format(problem=why),
            (_("Try again"), try_again),
        )
        self._column.addWidget(self.failure)
        self.show()

    def clear_told(self) -> None:
        if self.told is not None:
            told, self.told = self.told, None
            self._drop(told)

    def clear_failure(self) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            self._drop(failure)

    def clear(self) -> None:
        self.clear_told()
        self.clear_failure()

    def _drop(self, banner: kit.Banner) -> None:
        banner.hide()
        banner.deleteLater()
        self._column.removeWidget(banner)
        self.setVisible(self.told is not None or self.failure is not None)

    def _is_gone(self, banner: kit.Banner) -> None:
        """Forget a banner that the person closed."""
        if self.told is banner and shiboken6.isValid(self):
            self.told = None
            self.setVisible(self.failure is not None)
