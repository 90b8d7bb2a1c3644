"""How the office sees a text: drawn by the widgets it will stand in, in its own direction, as it is typed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QMenu, QVBoxLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_row import QuestionRow, RowActions
from habitat_desktop.gui.form_rows import RowView
from habitat_desktop.gui.question_base import NO_PICTURES
from habitat_desktop.i18n.catalogues import _, pgettext, speaking
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.workshop import plural_examples

if TYPE_CHECKING:
    from habitat_desktop.xforms.translated_view import TranslatedView

_SHORT = 40  # characters: what is longer stands on no button
_KINDS = ("sentence", "button", "menu", "heading")


def picture_of(build: Callable[[], QWidget], language: str, width: int) -> QPixmap:
    """Return a picture of a widget as it looks in a window of `language`, `width` px wide.

    A picture and not the widget: it takes no focus, and the window around may run the other way.
    """
    row = languages()[language]
    look = theme.current()
    other = replace(look, language=language, rtl=row.direction == "rtl")
    with theme.lent(other), speaking(language):
        widget = build()
        widget.setLayoutDirection(other.direction)
        font = widget.font()
        font.setFamilies(theme.families(language))
        widget.setFont(font)
        widget.setFixedWidth(width)
        layout = widget.layout()
        if layout is not None:
            layout.activate()
            widget.setFixedHeight(max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))
        picture = widget.grab()
        widget.deleteLater()
    return picture


def form_widget(view: "TranslatedView") -> QWidget:
    """Return headings and rows of the form page around a text."""
    body = kit.column(space=0, margins=(0, 8, 0, 0))
    heading = kit.Label(" › ".join(view.headings), strong=True, wrap=True)
    heading.setAlignment(_leading())
    body.addLayout(kit.row((heading, 1), margins=(16, 0, 16, 8)))
    box = kit.frame("card", body)
    for question, state in view.questions:
        is_message = state.path == view.path and view.column in ("constraint_message", "required_message")
        error = state.message if is_message else ""
        shown = RowView(state, None, error, "", "", False, (), False, "", NO_PICTURES)
        row = QuestionRow(question, shown, _NOTHING, box, mode="narrow", period="", readonly=False)
        if state.path == view.path and view.column == "guidance_hint":
            row.toggle_guidance()
        if state.path == view.path:
            theme.set_property(row, "state", "focus")
        body.addWidget(row)
    return box


def sample_widget(kind: str, text: str) -> QWidget:
    """Return a text of the window as a sentence, a button, a menu or a heading."""
    body = kit.column(space=8, margins=(12, 12, 12, 12))
    if kind == "button":
        body.addLayout(kit.row(kit.Button(text), None))
        body.addLayout(kit.row(kit.PrimaryButton(text), None))
    elif kind == "menu":
        menu = QMenu()
        menu.addAction(text)
        menu.addAction("…")
        menu.setLayoutDirection(theme.current().direction)
        picture = QLabel()
        picture.setPixmap(menu.grab())
        menu.deleteLater()
        body.addLayout(kit.row(picture, None))
    elif kind == "heading":
        body.addWidget(_directed(kit.Label(text, "title", strong=True, wrap=True)))
    else:
        body.addWidget(_directed(kit.Label(text, wrap=True)))
    return kit.frame("card", body)


def usual_kind(entry: Entry) -> str:
    """Return what a text of the program most likely stands on, by where it is written and how long it is."""
    if any(place.endswith("gui/menus.py") for place in entry.places):
        return "menu"
    if len(entry.id) > _SHORT or entry.id.rstrip().endswith((".", "!", "?")):
        return "sentence"
    return "heading" if entry.context == "page" else "button"


def filled(text: str, number: int) -> str:
    """Return a text with a number in the place of {count}."""
    return text.replace("{count}", str(number))


class TranslationPreview(QFrame):
    """The picture, where else the text stands, and the other languages."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "side")
        self.kind = ""
        self.wanted: Callable[[], None] = lambda: None  # another kind was chosen
        self.kinds = QComboBox()
        self.kinds.activated.connect(lambda _i: self._choose(self.kinds.currentData()))
        self._title = kit.Label("", "caption", "muted", strong=True)
        self.pictures = QVBoxLayout()
        self.pictures.setSpacing(8)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        content = QWidget()
        content.setLayout(
            kit.column(
                kit.row((self._title, 1), self.kinds),
                self.pictures,
                self._facts,
                None,
                space=12,
                margins=(12, 12, 12, 12),
            )
        )
        self.area = kit.scrolling(content)
        self.setLayout(kit.column((self.area, 1), space=0))
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(_("As the office sees it"))
        self.kinds.setAccessibleName(_("Where the text is shown"))
        words = {
            "sentence": pgettext("where a text is shown", "Sentence"),
            "button": pgettext("where a text is shown", "Button"),
            "menu": pgettext("where a text is shown", "Menu"),
            "heading": pgettext("where a text is shown", "Heading"),
        }
        chosen = self.kinds.currentData()
        self.kinds.clear()
        for kind in _KINDS:
            self.kinds.addItem(words[kind], kind)
        self.kinds.setCurrentIndex(max(self.kinds.findData(chosen), 0))

    @property
    def room(self) -> int:
        """How wide a picture may be, in px."""
        return max(self.width() - 42, 160)  # the scroll bar may be there

    def show_form(self, view: "TranslatedView", language: str) -> None:
        """Show the form page around a text."""
        self.kinds.hide()
        picture = picture_of(lambda: form_widget(view), language, self.room)
        chosen = [state for _question, state in view.questions if state.path == view.path]
        self._show([picture], " ".join([*view.headings, *(state.label for state in chosen)]))

    def show_texts(self, entry: Entry, strings: Sequence[str], language: str) -> None:
        """Show a text of the window; each plural form with a number it serves."""
        self.kinds.show()
        kind = self.kind or usual_kind(entry)
        self.kinds.setCurrentIndex(max(self.kinds.findData(kind), 0))
        texts = list(strings)
        if entry.plural is not None:
            forms = plural_examples(languages()[language])
            texts = [filled(text, forms[place][0]) for place, text in enumerate(strings)]
        shown = [text for text in texts if text.strip()]
        pictures = [picture_of(partial(sample_widget, kind, text), language, self.room) for text in shown]
        self._show(pictures, "\n".join(shown))

    def show_facts(self, places: Sequence[str], others: Sequence[tuple[str, str]]) -> None:
        """Say where the text stands, and how the other languages say it."""
        kit.clear(self._facts)
        self._facts.addWidget(kit.Label(_("Where it stands"), "caption", "muted", strong=True))
        for place in places:
            self._facts.addWidget(kit.Label(place, "caption", wrap=True))
        if others:
            self._facts.addSpacing(8)
            self._facts.addWidget(kit.Label(_("Other languages"), "caption", "muted", strong=True))
        for code, text in others:
            box = QWidget()
            label = kit.Label(text, "caption", wrap=True, select=True)
            name = kit.Label(code, "caption", "muted", strong=True)
            name.setFixedWidth(round(24 * theme.current().scale))
            layout = kit.row(space=8)
            layout.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(label, 1)
            box.setLayout(layout)
            self._facts.addWidget(box)

    def show_nothing(self) -> None:
        self._show([], "")
        kit.clear(self._facts)

    def _show(self, pictures: Sequence[QPixmap], spoken: str) -> None:
        kit.clear(self.pictures)
        for picture in pictures:
            label = QLabel()
            label.setPixmap(picture)
            label.setAccessibleName(spoken)
            self.pictures.addWidget(label)

    def _choose(self, kind: str) -> None:
        self.kind = kind
        self.wanted()


def _leading() -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if theme.current().rtl else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def _directed(label: kit.Label) -> kit.Label:
    label.setAlignment(_leading())
    return label


def _nothing(*_told: object) -> None:
    return None


_NOTHING = RowActions(
    answered=_nothing,
    unread=_nothing,
    left_blank=_nothing,
    entered=_nothing,
    unavailable=_nothing,
    justified=_nothing,
    file_chosen=_nothing,
    confirmed=_nothing,
)
