"""Cards, page heads, banners, empty places."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from habitat_desktop.gui.kit.buttons import Button, IconButton
from habitat_desktop.gui.kit.labels import IconLabel, Label, Tone
from habitat_desktop.gui.kit.layouts import column, flowing, frame, row
from habitat_desktop.i18n.catalogues import _

BannerKind = Literal["info", "ok", "warning", "query", "error"]

_SIGNS: dict[str, tuple[str, Tone]] = {
    "info": ("info", "accent"),
    "ok": ("checkmark_circle", "ok"),
    "warning": ("warning", "warning"),
    "query": ("chat_help", "warning"),
    "error": ("error_circle", "error"),
}


class Card(QFrame):
    """A white surface with a heading; put things into `body`."""

    def __init__(self, title: str = "", *beside: QWidget | None, flush: bool = False) -> None:
        """`beside` stands at the trailing end of the heading; `flush`: the body touches the edges."""
        super().__init__()
        self.setProperty("part", "card")
        side = 0 if flush else 16
        self.body = QVBoxLayout()
        self.body.setContentsMargins(side, 0, side, 0)
        self.body.setSpacing(8)
        layout = column(space=8, margins=(1, 12, 1, 1) if flush else (0, 12, 0, 12))
        self.heading = Label(title, "subtitle", strong=True)
        if title or beside:
            layout.addLayout(row(self.heading, *beside, margins=(16, 0, 16, 0)))
        layout.addLayout(self.body, 1)
        self.setLayout(layout)


class PageHead(QWidget):
    """The head of a page: title, a line below it, actions at the trailing end."""

    def __init__(self, title: str, subtitle: str = "", *actions: QWidget) -> None:
        super().__init__()
        self.title = Label(title, "title", strong=True, wrap=True)
        self.subtitle = Label(subtitle, tone="muted", wrap=True)
        words = column(self.title, self.subtitle, space=0)
        if len(actions) > 1:
            actions = (flowing(*actions),)
        self.setLayout(row((words, 1), *actions))
        # only now that it has a parent: before, it would flash as a window of its own and take the focus
        self.subtitle.setVisible(bool(subtitle))

    def set_texts(self, title: str, subtitle: str = "") -> None:
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))


class Banner(QFrame):
    """News on top of a page: what happened, what is safe, what to do. Never a modal box."""

    def __init__(
        self,
        kind: BannerKind,
        title: str,
        text: str = "",
        *actions: tuple[str, Callable[[], object]],
        closable: bool = False,
    ) -> None:
        super().__init__()
        self.kind = kind
        sign, tone = _SIGNS[kind]
        self.setProperty("part", "banner")
        self.setProperty("tone", kind)
        self.setAccessibleName(f"{title} {text}".strip())
        words = column(Label(title, tone=tone, strong=True, wrap=True), space=0)
        if text:
            words.addWidget(Label(text, wrap=True))
        layout = row(space=12, margins=(12, 8, 12, 8))
        layout.addWidget(IconLabel(sign, tone), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        for words_on_it, does in actions:
            layout.addWidget(Button(words_on_it, does=does))
        if closable:
            layout.addWidget(IconButton("dismiss", _("Close this message"), self.deleteLater))
        self.setLayout(layout)


class EmptyState(QWidget):
    """A place with nothing in it: what it is for, and the one useful next step."""

    def __init__(self, icon: str, title: str, sentence: str = "", *actions: QWidget) -> None:
        super().__init__()
        middle = Qt.AlignmentFlag.AlignHCenter
        layout = column(None, space=8, margins=(16, 12, 16, 12))
        layout.addWidget(IconLabel(icon, "text_muted"), 0, middle)
        for label in (
            Label(title, "subtitle", strong=True, wrap=True),
            Label(sentence, tone="muted", wrap=True),
        ):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            if label.text():
                layout.addWidget(label)
        if actions:
            layout.addSpacing(4)
            layout.addLayout(row(None, *actions, None))
        layout.addStretch(1)
        self.setLayout(layout)


def rule_row(*items: QWidget, last: bool = False) -> QFrame:
    """Return a row of a short list inside a card, with a line under it unless it is the `last`."""
    return frame("surface" if last else "row", row(*items, space=12, margins=(0, 8, 0, 8)))
