"""Long lists: a field that is searched by typing, for one choice or for several."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QStyle, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.choice_control import ChoiceControl, Choices, Pictures, gone_words, is_enter
from habitat_desktop.gui.choice_finder import Finder, finder
from habitat_desktop.gui.choice_popup import ChoicePopup
from habitat_desktop.gui.collation import in_order
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, picture
from habitat_desktop.gui.question_base import NOT_LEFT, Line, Unread, set_shown
from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.i18n.names import country
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import iso, ltr

_COUNTRIES_AT_MOST = 400  # a list of more is not one of countries, and not sorted
_LONGEST_TYPED = 200
_SEVERAL_WIDTH = 420  # px at scale 1
_CHEVRON = 24  # px at the end of the line for the sign of a list
_ordered: dict[tuple[int, str], tuple[Choices, Choices]] = {}


def as_looked_up(choices: Choices) -> Choices:
    """Return countries by their names in the language now; any other list has the order of its form."""
    few = 1 < len(choices) <= _COUNTRIES_AT_MOST
    if not few or any(country(choice.value) is None for choice in choices):
        return choices
    key = (id(choices), language())
    known = _ordered.get(key)
    if known is None or known[0] is not choices:
        if len(_ordered) > 20:
            _ordered.clear()
        known = _ordered[key] = (choices, tuple(in_order(choices, lambda choice: choice.label)))
    return known[1]


class SearchLine(Line):
    """A line that opens the list while it is typed in. Alt+Down, F4 or a press open it, Esc closes it."""

    picked = Signal(str)
    confirmed = Signal()  # Enter while the list is closed
    rubbed = Signal()  # Backspace in an empty line
    left = Signal()

    def __init__(self, choices: Choices, pictures: Pictures) -> None:
        super().__init__()
        self.finder: Finder = finder(choices)
        self.chosen: Sequence[str] = ()
        self.popup: ChoicePopup | None = None
        self.has_walked = False  # a line was gone to by the arrows and not taken yet
        self._pictures = pictures
        self._icons: dict[str, QIcon] = {}
        self._warm = QTimer(self)
        self._warm.setInterval(0)
        self._warm.timeout.connect(self._prepare)
        self.setPlaceholderText(_("Type to search"))
        self.setMaxLength(_LONGEST_TYPED)
        self.textEdited.connect(self._search)
        self.focused.connect(lambda on: self._warm.start() if on else self._warm.stop())
        end = (_CHEVRON, 0, 0, 0) if theme.current().rtl else (0, 0, _CHEVRON, 0)
        self.setTextMargins(*end)
        self.follow_text()

    def open(self) -> None:
        """Open the whole list, at what is chosen."""
        if self.isReadOnly() or not self.isEnabled() or not self.finder.choices:
            return
        if self.popup is None:
            self.popup = ChoicePopup(self, self.finder, self._icon, self.chosen)
            self.popup.picked.connect(self._pick)
            self.popup.closed.connect(self._closed)
            self.popup.show()
            self.popup.raise_()
            if self.chosen:
                self.popup.go_to(self.chosen[0])

    def shut(self) -> None:
        if self.popup is not None:
            self.popup.shut()

    def take_walked(self) -> bool:
        """Take the line the arrows went to; say whether there is one."""
        value = self.popup.current() if self.popup is not None and self.has_walked else ""
        self.has_walked = False
        if value:
            self.shut()
            self.picked.emit(value)
        return bool(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme.current()
        sign = QRect(self.width() - _CHEVRON, (self.height() - 16) // 2, 16, 16)
        box = QStyle.visualRect(look.direction, self.rect(), sign)
        QPainter(self).drawPixmap(box.topLeft(), icons.pixmap("chevron_down", "text_muted", 16))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Escape, Qt.Key.Key_F4)
            alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            down = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
            if (self.popup is not None and event.key() in keys) or (alt and down):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, popup = event.key(), self.popup
        if key == Qt.Key.Key_F4 or (popup is None and key in (Qt.Key.Key_Down, Qt.Key.Key_Up)):
            self.shut() if popup is not None else self.open()
        elif popup is not None and key == Qt.Key.Key_Escape:
            self.shut()
            self.show_text(self.shown)
        elif (
            popup is not None and key == Qt.Key.Key_Up and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self.shut()
        elif popup is not None and popup.press(event):
            self.has_walked = True
        elif is_enter(event):
            self._enter()
        elif key == Qt.Key.Key_Backspace and not self.text():
            self.rubbed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.shut() if self.popup is not None and not self.is_dirty else self.open()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in NOT_LEFT:
            return
        if not self.take_walked():
            self.shut()
        self.left.emit()

    def _enter(self) -> None:
        value = self.popup.current() if self.popup is not None else ""
        self.has_walked = False
        if value:
            self._pick(value)
        else:
            self.confirmed.emit()

    def _pick(self, value: str) -> None:
        self.has_walked = False
        self.picked.emit(value)

    def _search(self, text: str) -> None:
        self.has_walked = False
        self.open()
        if self.popup is not None:
            self.popup.show_found(text)

    def _prepare(self) -> None:
        if not self.finder.prepare():
            self._warm.stop()

    def _closed(self) -> None:
        self.popup = None
        self.has_walked = False

    def _icon(self, value: str) -> QIcon:
        path = self._pictures.get(value)
        if path is None:
            return QIcon()
        if value not in self._icons:
            made = picture(path, PICTURE_OF_CHOICE, self.devicePixelRatioF())
            self._icons[value] = QIcon(made) if made is not None else QIcon()
        return self._icons[value]


class SearchOne(ChoiceControl):
    """One choice of a long list; the whole text is marked when it is reached, so that typing replaces it."""

    def __init__(self, choices: Choices, pictures: Pictures) -> None:
        super().__init__()
        self._value = ""
        self.line = SearchLine(as_looked_up(choices), pictures)
        self.rubber = kit.IconButton("dismiss", _("Clear the answer"), self._clear)
        self.rubber.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by key: empty the line
        self.line.picked.connect(self._take)
        self.line.confirmed.connect(self._enter)
        self.line.left.connect(self._leave)
        self.setLayout(kit.row((self.line, 1), self.rubber, space=4))

    def field(self) -> QWidget:
        return self.line

    def set_error(self, on: bool) -> None:
        theme.set_property(self.line, "state", "error" if on else None)

    def set_fixed(self, on: bool) -> None:
        super().set_fixed(on)
        set_shown(self.rubber, bool(self._value) and not on)

    def show_values(self, values: Sequence[str]) -> None:
        value = next(iter(values), "")
        self._value = value
        set_shown(self.rubber, bool(value) and not self.is_fixed)
        self.line.chosen = (value,) if value else ()
        words = self._words(value)
        if self.line.hasFocus() and self.line.is_dirty:
            return
        self.line.show_text(words)
        self.line.setToolTip(words)

    def commit(self) -> None:
        """Take what stands in the line; a text that is no choice stays and is told."""
        if not self.line.is_dirty:
            return
        text = self.line.text()
        if not text.strip():
            self._settle(text)
            self.chosen.emit([])
            return
        place = self.line.finder.exactly(text)
        if place >= 0:
            self._take(self.line.finder.choices[place].value)
            return
        self._settle(text)
        problem = _("“{text}” is not in the list. Choose one of its lines.")
        self.unread.emit(Unread(text, problem.format(text=iso(text.strip()))))

    def half_typed(self) -> str | None:
        return self.line.text() if self.line.is_dirty else None

    def type_again(self, text: str) -> None:
        self.line.setText(text)

    def _words(self, value: str) -> str:
        if not value:
            return ""
        place = self.line.finder.place_of(value)
        return self.line.finder.words(place) if place >= 0 else gone_words(value)

    def _settle(self, text: str) -> None:
        self.line.shut()
        self.line.shown = text

    def _take(self, value: str) -> None:
        self.line.shut()
        self.line.show_text(self._words(value))
        self.line.selectAll()
        if value != self._value:
            self.chosen.emit([value])
        else:
            self.chosen.emit([value])  # takes back what was told of a text that was no choice

    def _clear(self) -> None:
        self._settle("")
        self.line.show_text("")
        self.chosen.emit([])

    def _enter(self) -> None:
        was_dirty = self.line.is_dirty
        self.commit()
        if not was_dirty or self.line.text() == self._words(self._value):
            self.entered.emit()

    def _leave(self) -> None:
        self.commit()
        if not self.line.text().strip():
            self.left_blank.emit()


class _Chip(kit.Button):
    """One thing chosen; a press, Delete or Backspace takes it out."""

    def __init__(self, words: str) -> None:
        super().__init__(words.replace("&", "&&"), "plain", "dismiss", small=True)
        self.setLayoutDirection(
            Qt.LayoutDirection.LeftToRight if theme.current().rtl else Qt.LayoutDirection.RightToLeft
        )  # the cross stands behind the words
        self.setToolTip(words)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(hint.width(), round(360 * theme.current().scale)), hint.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
        else:
            super().keyPressEvent(event)


class SearchSeveral(ChoiceControl):
    """Several choices of a long list: what is chosen stands under the field, with its number."""

    several = True
    most_chips: Literal[40] = 40

    def __init__(self, choices: Choices, pictures: Pictures) -> None:
        super().__init__()
        self._values: list[str] = []
        self._name = ""
        self.line = SearchLine(as_looked_up(choices), pictures)
        self.count = kit.Label("", "caption", "muted")
        self.rubber = kit.LinkButton(_("Clear the answer"), lambda: self.chosen.emit([]))
        self.rubber.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.line.picked.connect(self._toggle)
        self.line.confirmed.connect(self._enter)
        self.line.rubbed.connect(self._take_last)
        self.line.left.connect(self._leave)
        self.chips: list[_Chip] = []
        self._box = QWidget()
        self._flow = kit.FlowLayout(6)
        self._box.setLayout(self._flow)
        self.line.setFixedWidth(round(_SEVERAL_WIDTH * theme.current().scale))
        top = kit.row(self.line, self.count, self.rubber, None)
        self.setLayout(kit.column(top, self._box, space=6))

    def field(self) -> QWidget:
        return self.line

    def set_name(self, name: str, description: str) -> None:
        self._name = name
        self.line.setAccessibleName(name)
        told = ". ".join(part for part in (self.count.text(), description) if part)
        self.line.setAccessibleDescription(told)
        self.rubber.setAccessibleName(f"{name}. {self.rubber.text()}")

    def set_error(self, on: bool) -> None:
        theme.set_property(self.line, "state", "error" if on else None)

    def show_values(self, values: Sequence[str]) -> None:
        values = list(values)
        self.line.chosen = values
        if self.line.popup is not None:
            self.line.popup.show_chosen(values)
        if values != self._values or len(self.chips) != min(len(values), self.most_chips):
            self._values = values
            self._make_chips()
        count = len(values)
        text = ngettext("{count} chosen", "{count} chosen", count)
        shown = format_number(str(count), language())
        self.count.setText(text.format(count=ltr(shown)) if count else "")
        set_shown(self.rubber, count > 0 and not self.is_fixed)
        set_shown(self._box, count > 0)

    def set_fixed(self, on: bool) -> None:
        self.is_fixed = on
        self.line.setEnabled(not on)
        self._box.setEnabled(not on)
        set_shown(self.rubber, bool(self._values) and not on)

    def commit(self) -> None:
        if not self.line.is_dirty:
            return
        text = self.line.text()
        place = self.line.finder.exactly(text) if text.strip() else -1
        self.line.shut()
        if place >= 0:
            value = self.line.finder.choices[place].value
            self.line.show_text("")
            if value not in self._values:
                self.chosen.emit([*self._values, value])
            return
        self.line.shown = text
        if text.strip():
            problem = _("“{text}” is not in the list. Choose one of its lines.")
            self.unread.emit(Unread(text, problem.format(text=iso(text.strip()))))
        else:
            self.chosen.emit(self._values)  # nothing is told any more of a text that was no choice

    def half_typed(self) -> str | None:
        return self.line.text() if self.line.is_dirty else None

    def type_again(self, text: str) -> None:
        self.line.setText(text)

    def _words(self, value: str) -> str:
        place = self.line.finder.place_of(value)
        return self.line.finder.words(place) if place >= 0 else gone_words(value)

    def _make_chips(self) -> None:
        kit.clear(self._flow)
        self.chips = []
        for value in self._values[: self.most_chips]:
            words = self._words(value)
            chip = _Chip(words)
            # Translators: a button that takes one choice out of several; {choice} is its name.
            chip.setAccessibleName(_("Take out: {choice}").format(choice=words))
            chip.clicked.connect(lambda _on=False, value=value: self._toggle(value))
            self.chips.append(chip)
            self._flow.addWidget(chip)
        more = len(self._values) - self.most_chips
        if more > 0:
            text = ngettext("and {count} more", "and {count} more", more)
            self._flow.addWidget(kit.Label(text.format(count=ltr(str(more))), "caption", "muted"))

    def _toggle(self, value: str) -> None:
        inside = value in self._values
        now = [one for one in self._values if one != value] if inside else [*self._values, value]
        if self.line.text():
            self.line.show_text("")
            if self.line.popup is not None:
                self.line.popup.show_found("")
                self.line.popup.go_to(value)
        self.line.setFocus()
        self.chosen.emit(now)

    def _take_last(self) -> None:
        if self._values:
            self.chosen.emit(self._values[:-1])

    def _enter(self) -> None:
        dirty = self.line.is_dirty
        self.commit()
        if not dirty:
            self.line.shut()
            self.entered.emit()

    def _leave(self) -> None:
        self.commit()
        if not self._values and not self.line.text().strip():
            self.left_blank.emit()
