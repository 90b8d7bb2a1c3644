"""Places on the map as two numbers, attached files, choices put in an order, a tick."""

from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QListWidget, QListWidgetItem, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, offers
from habitat_desktop.gui.question_base import PHYSICAL_RIGHT, Line, QuestionWidget, Span, Unread, now_language
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.numbers import AmbiguousNumber, edit_number, parse_number
from habitat_desktop.i18n.text import iso
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState


class GeopointQuestion(QuestionWidget):
    """Latitude and longitude in decimal degrees; stored as "lat lon 0 0"."""

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.latitude, self.longitude = Line(), Line()
        words = (pgettext("field", "Latitude"), pgettext("field", "Longitude"))
        self._words = words
        layout = kit.row(space=4)
        for line, word in zip(self._lines(), words, strict=True):
            line.setAlignment(PHYSICAL_RIGHT)
            line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            line.setFixedWidth(round(96 * theme.current().scale))
            line.focused.connect(self._focus_changed)
            label = kit.Label(word, "caption", "muted")
            label.setBuddy(line)
            layout.addWidget(label)
            layout.addWidget(line)
            layout.addSpacing(8)
        self.latitude.returnPressed.connect(self.longitude.setFocus)
        self.longitude.returnPressed.connect(self._enter)
        layout.addStretch(1)
        self.setLayout(layout)

    def field(self) -> QWidget:
        return self.latitude

    def set_name(self, name: str, description: str) -> None:
        for line, word in zip(self._lines(), self._words, strict=True):
            line.setAccessibleName(_("{question}, {field}").format(question=name, field=word))
            line.setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        for line in self._lines():
            theme.set_property(line, "state", "error" if on else None)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        values = [*state.value.split(), "", ""] if state.value else ["", ""]
        if unread is not None and not any(line.text() for line in self._lines()):
            self.type_again("\n".join([*unread.text.split(), ""][:2]))
        for line, value in zip(self._lines(), values, strict=False):
            line.setReadOnly(state.readonly or state.calculated)
            if unread is not None:
                continue
            if not (line.hasFocus() and line.is_dirty):
                line.show_text(edit_number(value, now_language()))

    def commit(self) -> None:
        if not any(line.is_dirty for line in self._lines()):
            return
        texts = [line.text().strip() for line in self._lines()]
        if not any(texts):
            self._settle()
            self.answered.emit(None)
            return
        if not all(texts):
            if not any(line.hasFocus() for line in self._lines()):
                self.unread.emit(Unread(" ".join(texts), _("Both latitude and longitude are needed.")))
            return
        numbers = [_degrees(text, limit) for text, limit in zip(texts, (90, 180), strict=True)]
        if None in numbers:
            problem = _(
                "“{text}” is no position. Latitude goes from −90 to 90, longitude from −180 to 180, "
                "in decimal degrees."
            )
            self.unread.emit(Unread(" ".join(texts), problem.format(text=iso(" ".join(texts)))))
            return
        self._settle()
        self.answered.emit(f"{numbers[0]:f} {numbers[1]:f} 0 0")

    def _enter(self) -> None:
        self.commit()
        self.entered.emit()

    def _focus_changed(self, is_in: bool) -> None:
        if is_in:
            return
        self.commit()
        if not any(line.text().strip() or line.hasFocus() for line in self._lines()):
            self.left_blank.emit()

    def half_typed(self) -> str | None:
        if any(line.is_dirty for line in self._lines()):
            return f"{self.latitude.text()}\n{self.longitude.text()}"
        return None

    def type_again(self, text: str) -> None:
        latitude, _break, longitude = text.partition("\n")
        self.latitude.setText(latitude)
        self.longitude.setText(longitude)

    def _lines(self) -> tuple[Line, Line]:
        return self.latitude, self.longitude

    def _settle(self) -> None:
        for line in self._lines():
            line.shown = line.text()


def _degrees(text: str, limit: int) -> Decimal | None:
    """Read decimal degrees; of two readings the one that can be a degree."""
    try:
        readings: tuple[Decimal, ...] = (parse_number(text, now_language()),)
    except AmbiguousNumber as two:
        readings = two.readings
    except ValueError:
        return None
    return next((number for number in readings if abs(number) <= limit), None)


class FileQuestion(QuestionWidget):
    """An attached file: choose, see its name, remove. The page copies it into the workspace."""

    span: Span = "both"
    file_chosen = Signal(str)  # its path; the page answers with the value under which the copy is kept

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        is_picture = question.type == "image"
        words = pgettext("button", "Choose picture…") if is_picture else pgettext("button", "Choose file…")
        self.choose = kit.Button(words, icon="image" if is_picture else "attach", does=self._ask)
        self.name = kit.ElidedLabel()
        self.remove = kit.IconButton("dismiss", _("Remove the file"), lambda: self.answered.emit(None))
        self.setLayout(kit.row(self.choose, (self.name, 1), self.remove))

    def field(self) -> QWidget:
        return self.choose

    def set_name(self, name: str, description: str) -> None:
        self.choose.setAccessibleName(f"{name}. {self.choose.text()}")
        self.choose.setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        pass  # the row and its message say it

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        self.show_file(state.value)
        self.remove.setVisible(bool(state.value) and not state.readonly)
        self.choose.setVisible(not state.readonly)

    def show_file(self, name: str) -> None:
        """Show the name the file had where it came from; until the page knows it, the value kept."""
        self.name.setText(name or pgettext("attached file", "No file"))
        self.name.set_tone("text" if name else "faint")

    def _ask(self) -> None:
        kinds = {
            "image": _("Pictures") + " (*.png *.jpg *.jpeg *.webp *.gif *.tif *.tiff *.bmp)",
            "audio": _("Sound recordings") + " (*.mp3 *.wav *.ogg *.m4a *.flac)",
            "video": _("Films") + " (*.mp4 *.mov *.avi *.mkv *.webm)",
        }
        every = _("All files") + " (*)"
        kind = kinds.get(self.question.type)
        path, _kind = QFileDialog.getOpenFileName(
            self, self.choose.text().rstrip("…"), "", f"{kind};;{every}" if kind else every
        )
        if path:
            self.file_chosen.emit(path)


class Acknowledge(QuestionWidget):
    """One tick; stored as "OK"."""

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.box = QCheckBox(_("Yes, I have read this"))
        self.box.clicked.connect(lambda on: self.answered.emit("OK" if on else None))
        self.setLayout(kit.row(self.box, None))

    def field(self) -> QWidget:
        return self.box

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        self.box.setChecked(bool(state.value))
        self.box.setEnabled(not state.readonly)

    def set_error(self, on: bool) -> None:
        pass  # the row and its message say it


class Rank(QuestionWidget):
    """Choices in an order: the chosen line is moved up and down."""

    span: Span = "below"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.list = QListWidget()
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._values: list[str] = []
        self._line = 28  # px
        up = kit.Button(_("Move up"), icon="chevron_up", does=lambda: self._move(-1))
        down = kit.Button(_("Move down"), icon="chevron_down", does=lambda: self._move(1))
        keep = kit.Button(
            _("Keep this order"), icon="checkmark", does=lambda: self.answered.emit(self._values)
        )
        self._buttons = (up, down, keep)
        self.setLayout(kit.row((self.list, 1), kit.column(up, down, keep, None)))

    def field(self) -> QWidget:
        return self.list

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        offered = {one.value: one for one in offers(state.choices, self, PICTURE_OF_CHOICE)}
        labels = {value: one.name for value, one in offered.items()}
        order = [value for value in state.value.split() if value in labels]
        order += [value for value in labels if value not in order]
        row = self.list.currentRow()
        if [self.list.item(i).text() for i in range(self.list.count())] != [labels[v] for v in order]:
            self.list.clear()
            for value in order:
                self.list.addItem(QListWidgetItem(offered[value].icon, labels[value]))
            high = max((one.size.height() for one in offered.values()), default=0)
            self.list.setIconSize(QSize(PICTURE_OF_CHOICE.width() if high else 0, high))
            self._line = max(28, high + 8)
            self.list.setCurrentRow(max(0, row))
        self._values = order
        self.list.setFixedHeight(max(1, len(order)) * self._line + 6)
        for button in self._buttons:
            button.setEnabled(not state.readonly)

    def _move(self, step: int) -> None:
        here = self.list.currentRow()
        to = here + step
        if here < 0 or not 0 <= to < len(self._values):
            return
        order = list(self._values)
        order.insert(to, order.pop(here))
        self.list.setCurrentRow(to)
        self.answered.emit(order)
