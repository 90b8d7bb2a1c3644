"""One file in quarantine: its cells in the table, and the panel that says what to do about it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.outbox_texts import size_text, when
from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.packages.quarantine import KeptOut

WIDTH = 340


def kept_out_cells(kept: "KeptOut") -> list[kit.Cell]:
    """Return its row: file with what happened below, code, size, when it came."""
    meaning = meaning_of(kept)[0] or explain(kept.problem)
    size = size_text(kept.size_bytes) if kept.size_bytes is not None else _("gone")
    icon, tone = ("shield_error", "error") if kept.is_open else ("checkmark_circle", "ok")
    return [
        kit.Cell(ltr(kept.file_name), sub=meaning, strong=True, icon=icon, icon_tone=tone),
        kit.Cell(kept.problem.code, mono=True),
        kit.Cell(size, tone="text_muted"),
        kit.Cell(when(kept.came_at), tone="text_muted"),
    ]


def meaning_of(kept: "KeptOut") -> tuple[str, str, str]:
    """Return what its code means for any file, in the language now: what happened, was kept, is to do."""
    error = kept.problem
    texts = (getattr(error, name, "") for name in ("meaning", "kept", "to_do"))
    happened, was_kept, to_do = (_(text) if text else "" for text in texts)
    return happened, was_kept, to_do


def outcome_words(kept: "KeptOut") -> str:
    """Return how a settled file was settled, by whom and why."""
    assert kept.settled_at is not None
    day = when(kept.settled_at)
    if kept.outcome == "let_in":
        return _("It was let in at a later try, {when}.").format(when=iso(day))
    return _("{person} took it off the list, {when}: {reason}").format(
        person=iso(kept.person or _("Somebody")), when=iso(day), reason=iso(kept.reason)
    )


class KeptOutPanel(QFrame):
    """What happened, what was kept, what to do next, where the original lies; and the buttons for it."""

    again_wanted = Signal()
    copy_wanted = Signal()
    removal_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setAccessibleName(_("About this file"))
        self._body = kit.column(space=8, margins=(16, 12, 16, 12))
        self._foot = kit.column(space=8, margins=(16, 8, 16, 12))
        holder = kit.frame("surface", self._body)
        area = kit.reading(holder, _("About this file"))
        self.setLayout(kit.column((area, 1), self._foot, space=0, margins=(1, 4, 1, 1)))
        self.lines: list[str] = []
        self.buttons: dict[str, kit.Button] = {}
        self.show_nothing()

    def show_nothing(self) -> None:
        self._empty()
        text = _("Choose one to see what is wrong with it and what to do.")
        self._body.addWidget(kit.EmptyState("shield_checkmark", _("No file chosen"), text))

    def show_file(self, kept: "KeptOut") -> None:
        """Show all that is known of `kept`."""
        self._empty()
        happened, was_kept, to_do = meaning_of(kept)
        self._body.addWidget(kit.Label(ltr(kept.file_name), "subtitle", strong=True, wrap=True, select=True))
        came = _("came {when}").format(when=iso(when(kept.came_at)))
        self._body.addWidget(kit.Label(came, "caption", "muted", wrap=True))
        if kept.is_open:
            self._body.addLayout(kit.row(kit.Pill("quarantine"), None))
        else:
            self._line("checkmark_circle", "ok", _("Settled"), outcome_words(kept))
        if happened:
            self._line("shield_error", "error", _("What happened"), happened)
            self._line("checkmark_circle", "ok", _("What was kept"), was_kept)
            self._line("arrow_right", "accent", _("What to do next"), to_do)
        else:
            self._line("shield_error", "error", _("What happened"), explain(kept.problem))
        self._place(kept)
        if happened:
            self._line("info", "text_muted", _("In one sentence"), explain(kept.problem))
        self._body.addStretch(1)
        self._buttons(kept)

    def set_busy(self, busy: bool) -> None:
        """Keep the file from being tried twice at once."""
        button = self.buttons.get("again")
        if button is not None:
            button.setEnabled(not busy)

    def focus_first(self) -> None:
        if self.buttons:
            next(iter(self.buttons.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self, kept: "KeptOut") -> None:
        text = ltr(str(kept.stored))
        if kept.size_bytes is None:
            self._line("warning", "warning", _("The original is gone from"), text, mono=True)
        else:
            self._line("folder", "text_muted", _("Where the original lies"), text, mono=True)
        self._line("info", "text_muted", _("Code"), ltr(kept.problem.code), mono=True)

    def _buttons(self, kept: "KeptOut") -> None:
        self._foot.addWidget(kit.line())
        if kept.is_open and kept.size_bytes is not None:
            again = kit.PrimaryButton(_("Try again"), "arrow_sync", self.again_wanted.emit)
            again.setToolTip(_("Take the file in once more, for example after its sender is trusted"))
            self.buttons["again"] = again
        if kept.size_bytes is not None:
            self.buttons["copy"] = kit.Button(_("Save a copy…"), icon="save", does=self.copy_wanted.emit)
        if kept.is_open:
            self.buttons["remove"] = kit.Button(
                _("Remove from the list…"), "danger", "delete", self.removal_wanted.emit
            )
        flow = kit.FlowLayout(8)
        for button in self.buttons.values():
            flow.addWidget(button)
        box = QWidget()
        box.setLayout(flow)
        self._foot.addWidget(box)

    def _line(self, icon: str, token: str, title: str, text: str, *, mono: bool = False) -> None:
        self.lines.append(f"{title}. {text}".strip())
        words = kit.column(kit.Label(title, strong=True, wrap=True), space=0)
        below = kit.Label(text, "caption", "muted", wrap=True, select=True, mono=mono)
        words.addWidget(below)
        layout = kit.row(space=8)
        layout.addWidget(kit.IconLabel(icon, token, 16, filled=True), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        line = QWidget()
        line.setLayout(layout)
        line.setAccessibleName(self.lines[-1])
        self._body.addWidget(line)

    def _empty(self) -> None:
        kit.clear(self._body)
        kit.clear(self._foot)
        self.lines, self.buttons = [], {}
