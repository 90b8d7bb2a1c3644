"""Help, offline, in the language of the window: topics at the leading side, the text beside them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.about import shortcuts
from habitat_desktop.gui.help_texts import KEYS, Topic, topics
from habitat_desktop.gui.navigation import NavItem, PageList
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.top_bar import SearchField
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import fold, iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_TEXT_WIDTH = 680  # a line longer than this is hard to read


class HelpPage(Page):
    """A list of topics, a search over all of them, and the text of the one chosen."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._topics = topics(frame.workspace.settings.role)
        self.topic = self._topics[0].key
        self._head = kit.PageHead("")
        self.search_field = SearchField()
        self.search_field.searched.connect(self.search)
        self.search_field.entered.connect(self.search)
        self.list = PageList(self)
        self.list.picked.connect(self.show_topic)
        self.nothing = kit.Label("", tone="muted", wrap=True)
        self.nothing.hide()
        self._stack = QStackedWidget()
        side = QWidget()
        side.setLayout(kit.column(self.search_field, self.nothing, (self.list, 1), space=8))
        self._side = side
        self.setLayout(
            kit.column(
                self._head,
                (kit.row(side, (self._stack, 1), space=16), 1),
                space=12,
                margins=kit.PAGE_MARGINS,
            )
        )
        self.retranslate()

    def enter(self, **context: Any) -> None:
        """Show the help; `topic` is the key of one of its topics."""
        wanted = str(context.get("topic") or "")
        if wanted in {topic.key for topic in self._topics}:
            self.topic = wanted
        self.search_field.clear()
        self.retranslate()

    def retranslate(self) -> None:
        self._head.set_texts(_("Help"), _("It is part of the program and needs no network."))
        self.search_field.name(_("Search the help"))
        self.list.setAccessibleName(_("Topics of the help"))
        self._side.setFixedWidth(round(260 * theme.current().scale))
        self.search(self.search_field.text())
        self.show_topic(self.topic)

    def regions(self) -> Sequence[QWidget]:
        return (self.search_field, self.list, self._stack)

    def search(self, text: str) -> bool:
        """List the topics that hold every word of `text`."""
        words = fold(text).split()
        found = [t for t in self._topics if all(word in fold(_whole(t)) for word in words)]
        self.list.items_model.show_items([NavItem(t.key, _(t.title), t.icon) for t in found])
        self.nothing.setText(_("Nothing was found for “{text}”.").format(text=iso(text)))
        self.nothing.setVisible(not found)
        if found and words:
            self.show_topic(found[0].key)
        return True

    def show_topic(self, key: str) -> None:
        """Show one topic."""
        self.topic = key
        topic = next(topic for topic in self._topics if topic.key == key)
        self.list.choose(key)
        kit.drop_pages(self._stack)
        card = kit.Card(_(topic.title))
        if key == KEYS:
            card.body.addWidget(_keys())
        number = 0
        for kind, text in topic.body:
            number += kind == "step"
            card.body.addWidget(_paragraph(_(text), number if kind == "step" else 0))
        content = QWidget()
        card.setMaximumWidth(round(_TEXT_WIDTH * theme.current().scale))
        content.setLayout(kit.row((kit.column(card, None), 100), None))
        self._stack.addWidget(kit.reading(content, _(topic.title)))


def _whole(topic: Topic) -> str:
    """Return everything a topic says, in the language now."""
    keys = " ".join(f"{keys} {text}" for keys, text in shortcuts()) if topic.key == KEYS else ""
    return " ".join([_(topic.title), *(_(text) for _kind, text in topic.body), keys])


def _paragraph(text: str, number: int) -> QWidget:
    label = kit.Label(text, wrap=True, select=True)
    box = QWidget()
    if not number:
        box.setLayout(kit.column(label, margins=(0, 4, 0, 4)))
        return box
    step = kit.row(space=8, margins=(0, 4, 0, 4))
    step.addWidget(kit.Label(ltr(f"{number}."), strong=True), 0, Qt.AlignmentFlag.AlignTop)
    step.addWidget(label, 1)
    box.setLayout(step)
    return box


def _keys() -> QWidget:
    """Return the shortcuts as rows: the keys, drawn as keys, and what they do."""
    rows = kit.column(space=4)
    for keys, text in shortcuts():
        label = kit.KeyLabel(keys)
        box = QWidget()
        box.setFixedWidth(round(210 * theme.current().scale))
        box.setLayout(kit.row(label, None))
        rows.addLayout(kit.row(box, (kit.Label(text, wrap=True), 1), space=12))
    widget = QWidget()
    widget.setLayout(rows)
    return widget
