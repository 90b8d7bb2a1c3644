"""The panel beside the form: what headquarters asks about a question, and the reply being written."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.form_parts import leading
from habitat_desktop.gui.query_texts import SIGNS, state_words, words_of
from habitat_desktop.gui.query_thread import QueryThread
from habitat_desktop.gui.written_text import written
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.inquiries import Inquiry
from habitat_desktop.records.replying import Verdict

LONGEST_REPLY = 5_000  # signs; a reply of pages belongs into a document


@dataclass(frozen=True)
class PanelView:
    """What the panel shows: the inquiry, which of how many it is, and what may be done.

    `new_value` is what the field says now in words, where that is another value than the one asked about,
    `goes_alone` whether nothing else was changed in the draft.
    """

    inquiry: Inquiry
    position: int
    count: int
    may_answer: bool
    now: datetime
    new_value: str = ""
    goes_alone: bool = True
    typed: str = ""


class QueryPanel(QFrame):
    """Shows a `PanelView` and tells what the person did; `text` and `verdict` are the reply."""

    saved = Signal()
    left = Signal()  # reply later, or close
    stepped = Signal(int)
    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "surface")
        self.view: PanelView | None = None
        self.close_button = kit.IconButton("dismiss", "", self.left.emit)
        self.pill = kit.Pill("query")
        self.talk = QueryThread()
        self.offer = _Offer()
        self.offer.chosen.connect(self._show_verdict)
        self.label = kit.Label("", "caption", "muted", strong=True)
        self.box = ReplyBox()
        self.box.entered.connect(self._save)
        self.box.textChanged.connect(self._typed)
        self.change = _wrapped()
        self.problem = kit.Label("", tone="error", wrap=True)
        self.note = _wrapped()
        self.save_button = kit.PrimaryButton("", does=self._save)
        self.later_button = kit.QuietButton("", does=self.left.emit)
        self.before = kit.QuietButton("", "chevron_left", lambda: self.stepped.emit(-1))
        self.after = kit.ForwardButton("", "quiet", lambda: self.stepped.emit(1))
        self.place = kit.Label("", "caption", "muted")
        self._lay_out()
        self.retranslate()

    # showing

    def show_view(self, view: PanelView) -> None:
        """Show an inquiry; what was typed for it before is `view.typed`."""
        self.view = view
        one = view.inquiry
        self.talk.show_inquiry(one, view.now)
        self.pill.show_state(SIGNS[one.stage], text=state_words(one))
        self.setAccessibleName(_("Query: {question}").format(question=one.question or one.record.label))
        self.offer.show_offer(one if view.may_answer else None)
        self._reply.setVisible(view.may_answer)
        self.box.blockSignals(True)
        self.box.setPlainText(view.typed)
        self.box.blockSignals(False)
        self.show_problem("")
        self.show_change(view.new_value, view.goes_alone)
        self._foot.setVisible(view.count > 1)
        self.place.setText(
            _("{number} of {count}").format(number=ltr(str(view.position)), count=ltr(str(view.count)))
        )
        self._show_verdict()

    def show_change(self, new_value: str, goes_alone: bool) -> None:
        """Say what becomes of a value that was changed in the form."""
        view = self.view
        if view is None:
            return
        if new_value and new_value != view.new_value:  # a value of one's own is another choice
            self.offer.clear()
            self._show_verdict()
        self.view = view = PanelView(**{**vars(view), "new_value": new_value, "goes_alone": goes_alone})
        text = ""
        if new_value and view.may_answer:
            old = iso(words_of(view.inquiry, view.inquiry.value_now))
            if goes_alone:
                text = _("The value changes from {old} to {new}. It goes with the reply.")
            else:
                text = _(
                    "The value changes from {old} to {new}. Other answers were changed too: "
                    "it goes when the return is final, the reply in words goes now."
                )
            text = text.format(old=old, new=iso(new_value))
        self.change.setText(text)
        self.change.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        """Say under the reply why it was not saved; "" takes that away."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        theme.set_property(self.box, "state", "error" if text else None)

    def retranslate(self) -> None:
        self.close_button.name(_("Close the query"), "Esc")
        self.label.setText(_("Your answer"))
        self.box.setAccessibleName(_("Your answer"))
        self.note.setText(_("Goes with the next package, signed: it cannot be changed after that."))
        self.save_button.setText(_("Save reply"))
        self.save_button.setToolTip(
            _("{command} ({keys})").format(command=_("Save reply"), keys="Ctrl+Enter")
        )
        self.later_button.setText(_("Reply later"))
        self.before.setText(_("Previous query"))
        self.after.setText(_("Next query"))
        self.offer.retranslate()
        if self.view is not None:
            self.show_view(PanelView(**{**vars(self.view), "typed": self.text}))

    # what the person did

    @property
    def text(self) -> str:
        return written(self.box)

    @property
    def verdict(self) -> Verdict:
        return self.offer.verdict

    def focus_reply(self) -> None:
        """Put the focus where the reply begins: the proposal, else the words."""
        if self.view is None or not self.view.may_answer:
            self.close_button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif not self.offer.isHidden():
            self.offer.take.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _save(self) -> None:
        view = self.view
        if view is None or not view.may_answer:
            return
        wants_words = not self.text.strip() and self.verdict != "take"
        if self.verdict == "keep" and wants_words:
            self._refuse(_("Say why the value stays: headquarters reads it."))
        elif view.inquiry.kind == "proposal" and not self.verdict and not view.new_value:
            self.show_problem(_("Take the proposed value or keep yours; or change the value in the form."))
            self.offer.take.setFocus(Qt.FocusReason.OtherFocusReason)
        elif wants_words and not (view.new_value and view.goes_alone):
            self._refuse(_("Write an answer, or change the value in the form."))
        else:
            self.show_problem("")
            self.saved.emit()

    def _refuse(self, problem: str) -> None:
        self.show_problem(problem)
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        if self.problem.text():
            self.show_problem("")
        if self.box.was_cut:
            self.show_problem(
                _("A reply has at most {count} characters; the rest was left out.").format(
                    count=ltr(f"{LONGEST_REPLY:,}")
                )
            )
            self.box.was_cut = False
        self.typed.emit()

    def _show_verdict(self) -> None:
        why = self.verdict == "keep"
        self.label.setText(_("Why it stays") if why else _("Your answer"))
        self.box.setAccessibleName(self.label.text())
        if self.problem.text():
            self.show_problem("")

    # parts

    def _lay_out(self) -> None:
        self._reply = QWidget()
        buttons = kit.row(self.save_button, self.later_button, None, space=8)
        self._reply.setLayout(
            kit.column(self.label, self.box, self.problem, self.change, self.note, buttons, space=8)
        )
        content = QWidget()
        head = kit.row(self.pill, None, self.close_button, space=8)
        body = kit.column(head, self.talk, self.offer, self._reply, None, margins=(16, 8, 16, 12))
        content.setLayout(body)
        self._foot = QWidget()
        steps = kit.row(self.before, None, self.place, None, self.after, space=4, margins=(8, 4, 8, 8))
        layout: QVBoxLayout = kit.column(kit.line(), steps, space=0)
        self._foot.setLayout(layout)
        self.setLayout(kit.column((kit.scrolling(content), 1), self._foot, space=0))


class _Offer(QFrame):
    """The proposed value: take it, or keep one's own."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "sunk")
        self.heading = kit.Label("", "caption", "muted", strong=True)
        self.value = kit.Label("", "subtitle", strong=True, wrap=True, select=True)
        self.instead = _wrapped()
        self.take = kit.Button("", "chip", "circle")
        self.keep = kit.Button("", "chip", "circle")
        for button, other in ((self.take, self.keep), (self.keep, self.take)):
            button.toggled.connect(lambda on, button=button: _show_choice(button, on))
            button.clicked.connect(lambda on, other=other: self._choose(on, other))
        self._one: Inquiry | None = None
        words = kit.column(self.heading, self.value, self.instead, space=4)
        self.setLayout(kit.column(words, kit.flowing(self.take, self.keep), space=8, margins=(12, 8, 12, 8)))
        self.hide()

    @property
    def verdict(self) -> Verdict:
        if self.isHidden():
            return ""
        return "take" if self.take.isChecked() else "keep" if self.keep.isChecked() else ""

    def show_offer(self, one: Inquiry | None) -> None:
        """Show what a proposal offers; nothing for what is no proposal."""
        is_other = one is None or self._one is None or one.act_id != self._one.act_id
        if is_other:
            self.clear()
        self._one = one if one is not None and one.kind == "proposal" else None
        self.setVisible(self._one is not None)
        self.retranslate()

    def retranslate(self) -> None:
        self.heading.setText(_("Proposed value"))
        if self._one is None:
            return
        new, old = (words_of(self._one, value) for value in (self._one.proposed, self._one.value_now))
        self.value.setText(iso(new))
        self.value.setAlignment(leading())
        # Translators: stands after a proposed value: "708, instead of 1,008".
        self.instead.setText(_("instead of {value}").format(value=iso(old)))
        self.take.setText(_("Take {value}").format(value=iso(_short(new))))
        self.keep.setText(_("Keep {value}").format(value=iso(_short(old))))
        self.take.setAccessibleName(_("Take {value}").format(value=new))
        self.keep.setAccessibleName(_("Keep {value}").format(value=old))

    def clear(self) -> None:
        """Take back what was chosen."""
        self.take.setChecked(False)
        self.keep.setChecked(False)

    def _choose(self, on: bool, other: kit.Button) -> None:
        if on:
            other.setChecked(False)
        self.chosen.emit()


class ReplyBox(QPlainTextEdit):
    """The words of a reply. Tab leaves it, Ctrl+Enter saves; what is pasted is cut at the limit."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.was_cut = False
        self.setTabChangesFocus(True)
        self.setFixedHeight(round(92 * theme.current().scale))

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text() if source.hasText() else ""
        kept = written(self)
        selected = self.textCursor().selectedText()
        room = max(0, LONGEST_REPLY - len(kept) + len(selected))
        self.was_cut = len(text) > room
        self.textCursor().insertText(text[:room])
        if self.was_cut and not room:
            self.textChanged.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ensureCursorVisible()


def _show_choice(button: kit.Button, on: bool) -> None:
    """Show by a sign, not by colour alone, which of the two is chosen."""
    icons.set_icon(button, "checkmark_circle" if on else "circle", "text_muted", chosen="accent")


def _wrapped() -> kit.Label:
    label = kit.Label("", "caption", "muted", wrap=True)
    label.setAlignment(leading())
    return label


def _short(text: str) -> str:
    """Return a value short enough for a button."""
    return text if len(text) <= 16 else f"{text[:15]}…"
