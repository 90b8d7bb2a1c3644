"""One question in the ledger: its words, its field, last period, and the messages that belong to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QStyle, QVBoxLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_media import MediaShown
from habitat_desktop.gui.form_parts import (
    COLUMN_GAP,
    EDGE,
    SIDE,
    TOOL,
    Message,
    Mode,
    PreviousCell,
    both_columns,
    leading,
    second_label,
    show_words,
)
from habitat_desktop.gui.form_rows import (
    UNAVAILABLE_REASONS,
    RowView,
    WarningView,
    previous_line,
    remark_key,
    required_name,
    spoken_description,
    why_key,
)
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import Line, Shown, Unread, set_shown
from habitat_desktop.gui.question_widgets import FileQuestion, QuestionWidget, make_widget
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.xforms.definition import Question

LONGEST_JUSTIFICATION = 200


@dataclass(frozen=True)
class RowActions:
    """Where a row tells what the person did; each is called with the ref first.

    Functions and not signals: a section has hundreds of connections otherwise, made at every visit.
    """

    answered: Callable[[str, Any], None]
    unread: Callable[[str, Unread], None]
    left_blank: Callable[[str], None]
    entered: Callable[[str], None]
    unavailable: Callable[[str, str, str], None]  # ref, reason, remark
    justified: Callable[[str, str], None]
    file_chosen: Callable[[str, str], None]  # ref, path
    confirmed: Callable[[str], None]
    refused: Callable[[str], None] = lambda _why: None  # why something pasted was not taken


class QuestionRow(QFrame):
    """One question. It shows a `RowView` and tells what the person did."""

    def __init__(
        self,
        question: Question,
        view: RowView,
        actions: RowActions,
        parent: QWidget,
        *,
        mode: Mode,
        period: str,
        readonly: bool,
    ) -> None:
        super().__init__(parent)  # made visible below: without a parent it would be a window of its own
        self.setProperty("part", "row")
        self.ref = view.state.ref
        self._actions = actions
        self._mode, self._period, self._readonly = mode, period, readonly
        self._is_quiet = self._is_found = False
        self._edge = ""
        self._messages: tuple[object, ...] = ()
        self._lines: dict[str, Line] = {}  # beside warnings, by `why_key` or `remark_key`
        self._shown_guidance: kit.Label | None = None
        self._tool: kit.IconButton | None = None
        self._unavailable: QWidget | None = None
        self._media: MediaShown | None = None
        self.confirm: kit.LinkButton | None = None
        self._media_files: Shown = ()
        self.view = view
        self.widget: QuestionWidget = make_widget(question, view.state, view.pictures, view.media)
        self.widget.looking = readonly
        self._spans = self.widget.span
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setAlignment(leading())
        self._lay_out()
        self._connect()
        self.show_view(view)

    # showing

    def show_view(self, view: RowView) -> None:
        """Show `view`; keeps the focus and what is being typed."""
        self.view = view
        state = view.state
        set_shown(self, state.relevant)
        if not state.relevant:
            return
        self._show_words(view)
        self.widget.pictures = view.pictures
        self._show_answer(view)
        if isinstance(self.widget, FileQuestion):
            self.widget.show_file(view.file_name)
        self.widget.set_error(bool(view.error))
        self.widget.set_name(required_name(state), spoken_description(view, self._period))
        self._show_unavailable(view)
        if self._previous_cell is not None:
            self._previous_cell.show_view(view)
        else:
            self._show_previous_line(view)
        self._show_messages(view)

    def _show_answer(self, view: RowView) -> None:
        unread = view.unread
        if unread is None or not unread.is_kept:
            self.widget.show_state(view.state, unread)
            return
        typed = self.widget.half_typed()
        self.widget.show_state(view.state, None)
        self.widget.type_again(unread.text if typed is None else typed)

    def focus_field(self) -> None:
        target = self._unavailable.findChild(kit.IconButton) if self._unavailable is not None else None
        (target or self.widget.field()).setFocus(Qt.FocusReason.TabFocusReason)

    def half_typed(self) -> str | None:
        return self.widget.half_typed()

    def typed(self) -> dict[str, str]:
        """Return what was typed and not yet taken, under the ref of the question or of the note beside it."""
        found = {key: line.text() for key, line in self._lines.items() if line.is_dirty}
        text = self.widget.half_typed()
        return found if text is None else found | {self.ref: text}

    def why_line(self, ref: str) -> Line:
        """Return the line for the reason of the warning `ref`; KeyError where it does not show."""
        return self._lines[why_key(ref)]

    def commit(self) -> None:
        """Take what stands half typed here."""
        if self.widget.half_typed() is not None:
            self.widget.commit()
        for line in list(self._lines.values()):
            if line.is_dirty:
                line.editingFinished.emit()

    def be_quiet(self) -> None:
        """Emit nothing any more: the row is about to go, and losing the focus is no answer then."""
        self._is_quiet = True
        self.widget.blockSignals(True)

    def open_menu(self) -> None:
        """Offer the reasons why there is no answer."""
        if not self.view.may_be_unavailable or self._unavailable is not None or self._is_quiet:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = menu.addAction(_("Not available…"))
        head.setEnabled(False)
        for reason, text in UNAVAILABLE_REASONS:
            action = menu.addAction(_(text))
            action.triggered.connect(lambda _on=False, reason=reason: self._be_unavailable(reason))
        anchor = self._tool if self._tool is not None and self._tool.isVisible() else self.widget
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height())))

    def set_found(self, on: bool) -> None:
        """Mark the row as what a search found."""
        self._is_found = on
        self._show_tint()

    def _show_tint(self) -> None:
        tint = "focus" if self._is_found else "query" if self.view.is_asked else None
        theme.set_property(self, "state", tint)

    def toggle_guidance(self) -> None:
        """Show or hide the guidance under the question."""
        if not self.view.state.guidance:
            return
        if self._shown_guidance is None:
            self._shown_guidance = self._small_label()
            show_words(self._shown_guidance, self.view.state.guidance)
            return
        self._shown_guidance.setVisible(self._shown_guidance.isHidden())

    # building

    def _lay_out(self) -> None:
        look = theme.current()
        self._words = kit.column(self.label, space=1)
        self._hint: kit.Label | None = None
        self._second: kit.Label | None = None
        self._previous_line: kit.Label | None = None
        has_cell = self._mode == "wide" and self._spans == "answer"
        self._previous_cell = PreviousCell() if has_cell else None
        self._body = QVBoxLayout()
        self._body.setContentsMargins(SIDE, 4, SIDE, 4)
        self._body.setSpacing(4)
        self._body.addLayout(self._top_line(look))
        self.setLayout(self._body)
        self.setMinimumHeight(look.size("ledger_row"))

    def _top_line(self, look: theme.Theme) -> QHBoxLayout | QVBoxLayout:
        top = kit.row((self._words, 1), space=4)
        if self.view.state.guidance:
            top.addWidget(self._guidance_button())
        top.addSpacing(TOOL)
        if self._mode == "narrow" or self._spans == "below":
            self._answer_box: QHBoxLayout | QVBoxLayout = kit.column(top, self.widget, space=4)
            return self._answer_box
        if self._mode == "wide" and self._spans == "both":
            self.widget.setFixedWidth(both_columns())
        elif self._spans == "both":
            self.widget.setFixedWidth(look.size("answer_column") + 44)
        else:
            self.widget.setFixedWidth(look.size("answer_column"))
        top.addWidget(self.widget)
        if self._previous_cell is not None:
            top.addSpacing(COLUMN_GAP - 4)
            top.addWidget(self._previous_cell)
        self._answer_box = top
        return top

    def _guidance_button(self) -> kit.IconButton:
        button = kit.IconButton("question_circle", _("Guidance"), self.toggle_guidance, keys="Alt+H")
        button.setFixedSize(28, 28)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(plain(self.view.state.guidance))
        return button

    def _connect(self) -> None:
        ref = self.ref
        self.widget.answered.connect(lambda value: self._actions.answered(ref, value))
        self.widget.unread.connect(lambda unread: self._actions.unread(ref, unread))
        self.widget.left_blank.connect(lambda: self._actions.left_blank(ref))
        self.widget.entered.connect(lambda: self._actions.entered(ref))
        self.widget.refused.connect(self._actions.refused)
        if isinstance(self.widget, FileQuestion):
            self.widget.file_chosen.connect(lambda path: self._actions.file_chosen(ref, path))

    # parts of a view

    def _show_words(self, view: RowView) -> None:
        state = view.state
        text = state.label or state.ref.rpartition("/")[2]
        if state.required and not state.calculated and not self._readonly:
            star = theme.current().hex("accent")
            show_words(self.label, text, f'&nbsp;<span style="color:{star};font-weight:600">*</span>')
        else:
            show_words(self.label, text)
        if view.second and self._second is None:
            self._second = second_label(view.second)
            self._words.insertWidget(1, self._second)
        if state.hint and self._hint is None:
            self._hint = self._small_label()
        if self._hint is not None:
            show_words(self._hint, state.hint)
            set_shown(self._hint, bool(state.hint))
        self._show_carried(view)
        self._show_media(view)

    def _show_carried(self, view: RowView) -> None:
        """Mark an answer that came along from last period, with a button to confirm it."""
        if view.is_carried and self.confirm is None:
            self.confirm = kit.LinkButton("", lambda: self._actions.confirmed(self.ref))
            self._words.addLayout(kit.row(self.confirm, None, space=0))
        if self.confirm is None:
            return
        set_shown(self.confirm, view.is_carried)
        self.confirm.setText(_("From {period}: confirm").format(period=iso(self._period)))
        name = _("{question}: came along from {period}. Confirm it.")
        self.confirm.setAccessibleName(name.format(question=plain(view.state.label), period=self._period))

    def _show_media(self, view: RowView) -> None:
        self.widget.media = view.media
        if view.media == self._media_files or self.widget.takes_media:
            return
        self._media_files = view.media
        if self._media is not None:
            self._words.removeWidget(self._media)
            self._media.deleteLater()
        self._media = MediaShown(view.media) if view.media else None
        if self._media is not None and self._media.buttons:
            self._words.addWidget(self._media)
            # beside a picture the field stands where the words begin
            self._answer_box.setAlignment(self.widget, Qt.AlignmentFlag.AlignTop)

    def _small_label(self) -> kit.Label:
        """Add a line of small words under the question."""
        label = kit.Label("", "caption", "muted", wrap=True)
        label.setAlignment(leading())
        self._words.addWidget(label)
        return label

    def _show_previous_line(self, view: RowView) -> None:
        """Say under the question what it was last period, where that has no column; the same is no news."""
        is_news = bool(view.previous) and (self._mode != "wide" or view.previous != self._shown_now())
        if is_news and self._previous_line is None:
            self._previous_line = self._small_label()
        if self._previous_line is not None:
            set_shown(self._previous_line, is_news)
            self._previous_line.setText(previous_line(view, self._period))

    def _shown_now(self) -> str:
        from habitat_desktop.gui.form_rows import shown_value

        return shown_value(self.view.state, self.view.state.value, language())

    def _show_messages(self, view: RowView) -> None:
        edge = "error" if view.error else "warning_mark" if view.warnings or view.is_asked else ""
        self._show_tint()
        if edge != self._edge:
            self._edge = edge
            self.update()
        warnings = tuple((warning.ref, warning.message) for warning in view.warnings)
        remark = view.state.unavailable[1] if view.state.unavailable else None
        readings = view.unread.readings if view.unread is not None else ()
        now = (view.error, readings, warnings, remark is not None)
        if now == self._messages:
            self._update_texts(view)
            return
        self._messages = now
        while self._body.count() > 1:
            item = self._body.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines = {}
        if remark is not None:
            self._body.addWidget(self._remark(remark, view.typed_remark))
        if view.error:
            self._body.addWidget(self._error(view))
        for warning in view.warnings:
            self._body.addWidget(self._warning(warning))

    def _update_texts(self, view: RowView) -> None:
        for warning in view.warnings:
            line = self._lines.get(why_key(warning.ref))
            if line is not None and not line.is_dirty:
                line.show_text(warning.justification)

    def _error(self, view: RowView) -> Message:
        message = Message("error_circle", "error", view.error)
        if view.unread is not None:
            for reading in view.unread.readings:
                text = format_number(reading, language())
                button = kit.Button(reading_text(text, reading == reading.to_integral_value()), small=True)
                value = f"{reading:f}"
                button.clicked.connect(lambda _on, value=value: self._actions.answered(self.ref, value))
                message.beside.addWidget(button)
            if view.unread.is_kept:
                take = kit.Button(pgettext("button", "Take it as the answer"), small=True, does=self.commit)
                message.beside.addWidget(take)
        return message

    def _warning(self, view: WarningView) -> Message:
        ref, text, justification = view.ref, view.message, view.justification
        message = Message("warning", "warning", text)
        if self._readonly:
            if justification:
                message.below.addWidget(kit.Label(justification, wrap=True))
            return message
        words = kit.Label(
            _("If it is right, say why in a few words. Headquarters will read this."), "caption", wrap=True
        )
        words.setAlignment(leading())
        message.below.addWidget(words)
        line = Line()
        line.setMaxLength(LONGEST_JUSTIFICATION)
        line.refused.connect(self._actions.refused)
        line.show_text(justification)
        line.setAccessibleName(_("Why it is right: {warning}").format(warning=text))
        line.editingFinished.connect(lambda: self._justify(ref, line))
        line.returnPressed.connect(lambda: self._actions.entered(self.ref))
        if view.typed:
            line.setText(view.typed)
        self._lines[why_key(ref)] = line
        message.below.addWidget(line)
        return message

    def _justify(self, ref: str, line: Line) -> None:
        if line.is_dirty:
            line.shown = line.text()
            self._actions.justified(ref, line.text())

    def _remark(self, remark: str, typed: str) -> Message:
        message = Message(
            "info", "muted", _("You can say more, for example when the figure will come."), filled=False
        )
        if self._readonly:
            message.label.setText(remark)
            return message
        line = Line()
        line.setMaxLength(LONGEST_JUSTIFICATION)
        line.refused.connect(self._actions.refused)
        line.show_text(remark)
        if typed:
            line.setText(typed)
        self._lines[remark_key(self.ref)] = line
        line.setAccessibleName(_("Remark: {question}").format(question=plain(self.view.state.label)))
        line.editingFinished.connect(lambda: self._remarked(line))
        line.returnPressed.connect(lambda: self._actions.entered(self.ref))
        message.below.addWidget(line)
        return message

    def _remarked(self, line: Line) -> None:
        unavailable = self.view.state.unavailable
        if line.is_dirty and unavailable is not None:
            line.shown = line.text()
            self._actions.unavailable(self.ref, unavailable[0], line.text())

    # not available

    def _show_unavailable(self, view: RowView) -> None:
        words = view.state.unavailable
        if words is None:
            if self._unavailable is not None:
                had_focus = self._unavailable.isAncestorOf(self.focusWidget() or self)
                self._unavailable.hide()
                self._unavailable.deleteLater()
                self._unavailable = None
                self.widget.show()
                if had_focus:
                    self.widget.field().setFocus()
            self._place_tool()
            return
        reason = dict(UNAVAILABLE_REASONS).get(words[0], words[0])
        # Translators: stands in the field of a question without answer; {reason}: "Comes later" and the like.
        text = _("Not available: {reason}").format(reason=_(reason))
        if self._unavailable is None:
            had_focus = self.widget.isAncestorOf(self.focusWidget() or self)
            self._unavailable = self._unavailable_box()
            self._answer_box.insertWidget(self._answer_box.indexOf(self.widget) + 1, self._unavailable)
            self.widget.hide()
            if had_focus:
                self.focus_field()
        field = self._unavailable.findChild(Line)
        assert isinstance(field, Line)
        field.show_text(text)
        field.setToolTip(text)
        field.setAccessibleName(required_name(view.state))
        self._place_tool()

    def _unavailable_box(self) -> QWidget:
        box = QWidget()
        if self._spans != "below":
            box.setFixedWidth(self.widget.maximumWidth())
        line = Line()
        line.setReadOnly(True)
        line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        line.setProperty("calculated", "true")
        layout = kit.row((line, 1), space=4)
        if not self._readonly:
            words = _("Answer this question after all")
            layout.addWidget(kit.IconButton("dismiss", words, lambda: self._actions.answered(self.ref, None)))
        box.setLayout(layout)
        return box

    def _be_unavailable(self, reason: str) -> None:
        self._actions.unavailable(self.ref, reason, "")

    def _place_tool(self) -> None:
        """Make the button "Not available" at the first need: most rows are never hovered."""
        offered = self.view.may_be_unavailable and self._unavailable is None
        wanted = offered and (self.underMouse() or self._has_focus())
        if self._tool is None and wanted:
            self._tool = kit.IconButton("more_horizontal", _("Not available…"), self.open_menu, keys="Alt+N")
            self._tool.setParent(self)
            self._tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if self._tool is not None:
            self._move_tool()
            self._tool.setVisible(wanted)

    def _move_tool(self) -> None:
        """Put the button into the room left for it before the field, or at the end of the words."""
        assert self._tool is not None
        rtl = theme.current().rtl
        below = self._mode == "narrow" or self._spans == "below"
        field = self.widget.geometry()
        if below:
            edge = SIDE if rtl else self.width() - SIDE - TOOL
            top = self.contentsRect().y() + 4
        else:
            edge = field.right() + 5 if rtl else field.x() - TOOL - 4
            top = field.y() + max(0, (field.height() - TOOL) // 2)
        self._tool.move(edge, top)

    def _has_focus(self) -> bool:
        now = self.window().focusWidget()
        return now is not None and self.isAncestorOf(now)

    # Qt

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._place_tool()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._place_tool()

    def focus_changed(self) -> None:
        """Show or hide what only the row with the focus shows."""
        self._place_tool()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._edge:
            look = theme.current()
            strip = QRect(0, 0, EDGE, self.height() - 1)
            QPainter(self).fillRect(
                QStyle.visualRect(look.direction, self.rect(), strip), look.colour(self._edge)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tool()


def reading_text(text: str, is_whole: bool) -> str:
    """Return what stands on the button for one reading of a number."""
    if is_whole:
        # Translators: one of two ways to read a number: a whole number such as 1,234.
        return _("{number} (whole number)").format(number=ltr(text))
    # Translators: one of two ways to read a number: with decimals, such as 1.234.
    return _("{number} (with decimals)").format(number=ltr(text))
