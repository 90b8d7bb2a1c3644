"""Buttons by kind; the style sheet selects them by the property `kind`."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from habitat_desktop.gui import icons, theme

Kind = Literal["plain", "primary", "quiet", "link", "danger", "chip", "segment", "tab", "picture"]
_INK = {"primary": "on_accent", "danger": "error", "link": "accent"}


class Button(QPushButton):
    """A push button of one kind, with an icon if named; `does` is called without arguments."""

    def __init__(
        self,
        text: str,
        kind: Kind = "plain",
        icon: str = "",
        does: Callable[[], object] | None = None,
        *,
        small: bool = False,
        tip: str = "",
    ) -> None:
        super().__init__(text)
        if kind != "plain":
            self.setProperty("kind", kind)
        if small:
            self.setProperty("small", True)
        if kind in ("chip", "segment", "tab"):
            self.setCheckable(True)
        if icon:
            chosen = "accent" if self.isCheckable() else None
            icons.set_icon(self, icon, _INK.get(kind, "text_muted"), chosen=chosen)
        if tip:
            self.setToolTip(tip)
        if does is not None:
            self.clicked.connect(lambda *_: does())
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.property("kind") == "primary":
            # an accent border would not be seen on an accent ground: the ring stands inside
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.current().colour("on_accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 3, 3)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        # a soft minimum keeps "OK" from becoming a hit area too small for a finger
        return hint.expandedTo(QSize(theme.current().size("hit_min"), theme.current().size("hit_min")))


class PrimaryButton(Button):
    """The one thing to do on a page."""

    def __init__(self, text: str, icon: str = "", does: Callable[[], object] | None = None) -> None:
        super().__init__(text, "primary", icon, does)


class QuietButton(Button):
    """No frame at rest; for things beside the point."""

    def __init__(self, text: str, icon: str = "", does: Callable[[], object] | None = None) -> None:
        super().__init__(text, "quiet", icon, does)


class LinkButton(Button):
    """Leads somewhere; words in accent colour."""

    def __init__(self, text: str, does: Callable[[], object] | None = None) -> None:
        super().__init__(text, "link", "", does)


class ForwardButton(Button):
    """A button that goes on, with its chevron on the trailing side."""

    def __init__(self, text: str, kind: Kind = "plain", does: Callable[[], object] | None = None) -> None:
        super().__init__(text, kind, "", does)
        self._flip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._flip()

    def _flip(self) -> None:
        rtl = theme.current().rtl
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight if rtl else Qt.LayoutDirection.RightToLeft)
        token = _INK.get(str(self.property("kind") or "plain"), "text_muted")
        self.setIcon(QIcon(icons.pixmap("chevron_right", token, 16, air=-4)))
        self.setIconSize(QSize(20, 16))


class IconButton(QToolButton):
    """An icon alone; `text` is its accessible name and its tooltip."""

    def __init__(
        self,
        icon: str,
        text: str,
        does: Callable[[], object] | None = None,
        *,
        token: str = "text_muted",
        keys: str = "",
    ) -> None:
        super().__init__()
        icons.set_icon(self, icon, token, 20)
        self.name(text, keys)
        self.setFixedSize(QSize(32, 32))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if does is not None:
            self.clicked.connect(lambda *_: does())

    def name(self, text: str, keys: str = "") -> None:
        """Set the accessible name; the tooltip also shows the shortcut `keys`."""
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({keys})" if keys else text)
