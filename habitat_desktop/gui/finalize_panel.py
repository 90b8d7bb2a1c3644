"""The panel of “Check and finalize”: how far the return is, what finalizing does, and the button for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_parts import leading
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import ltr


class FinalizePanel(QFrame):
    """Counts, ticks, and one primary button: the first problem, or finalize."""

    first_wanted = Signal()
    finalize_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.heading = kit.Label("", "subtitle", strong=True)
        self.figure = kit.Label("", "figure", strong=True)
        self.below_figure = kit.Label("", tone="muted")
        self.bar = kit.SegmentBar()
        self.signs = QVBoxLayout()
        self.signs.setContentsMargins(0, 4, 0, 4)
        self.signs.setSpacing(6)
        self.what = kit.Label("", strong=True)
        self.about = kit.Label("", tone="muted", wrap=True)
        self.first = kit.PrimaryButton("", "arrow_right", self.first_wanted.emit)
        self.finalize = kit.PrimaryButton("", "document_checkmark", self.finalize_wanted.emit)
        self.reason = kit.Label("", "caption", "muted", wrap=True)
        for label in (self.about, self.reason):
            label.setAlignment(leading())
        self._counts = (0, 0, 0, 0, 0)
        self._waiting = 0
        self._is_busy = False
        self.setLayout(
            kit.column(
                self.heading, self.figure, self.below_figure, self.bar, self.signs, kit.line(), 4, self.what,
                self.about, None, self.first, self.finalize, self.reason,
                space=6, margins=(16, 12, 16, 12),
            )
        )  # fmt: skip
        self.set_below(False)

    def set_below(self, below: bool) -> None:
        """Take the whole width under the lists, or a column beside them."""
        width = max(theme.current().size("side_panel") - 16, self._least())
        self.setMinimumWidth(0 if below else width)
        self.setMaximumWidth(16777215 if below else width)

    def _least(self) -> int:
        """Return the width, px, below which the buttons would be cut."""
        layout = self.layout()
        return layout.minimumSize().width() if layout is not None else 0

    def set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self.finalize.setEnabled(not (busy or self._counts[2] or self._waiting))

    def show_counts(
        self, answered: int, total: int, problems: int, warnings: int, unexplained: int, waiting: int = 0
    ) -> None:
        """Show how far the return is; `unexplained` warnings have no justification yet.

        `waiting` answers came along from last period and are to be confirmed.
        """
        self._counts = (answered, total, problems, warnings, unexplained)
        self._waiting = waiting
        # Translators: how many questions are answered: "127 of 130".
        figure = _("{count} of {total}").format(count=ltr(str(answered)), total=ltr(str(total)))
        self.figure.setText(figure)
        self.below_figure.setText(ngettext("question answered", "questions answered", total))
        wrong = min(problems, max(total - answered, problems and 1))
        self.bar.show_parts(
            [(answered, "ok"), (wrong, "error")],
            max(total, answered + wrong),
            spoken=f"{figure} {self.below_figure.text()}",
        )
        kit.clear(self.signs)
        for sign, token, words in self._ticks():
            label = kit.Label(words, wrap=True)
            label.setAlignment(leading())
            self.signs.addLayout(kit.row(kit.IconLabel(sign, token, 16, filled=True), (label, 1)))
        self.first.setVisible(bool(problems or waiting))
        self.first.setText(_("Go to the first problem") if problems else _("Go to the first to confirm"))
        self.finalize.setEnabled(not (problems or waiting or self._is_busy))
        theme.set_property(self.finalize, "kind", None if problems or waiting else "primary")
        self._show_reason(problems, unexplained)
        self.set_below(self.maximumWidth() > 10000)

    def retranslate(self) -> None:
        self.heading.setText(_("This return"))
        self.what.setText(_("What finalizing does"))
        self.about.setText(
            _(
                "It keeps a copy that can no longer change. You can still make a new revision later. "
                "Nothing is sent until you make a package."
            )
        )
        self.finalize.setText(pgettext("button", "Finalize"))
        for label in (self.about, self.reason):
            label.setAlignment(leading())
        self.set_below(self.maximumWidth() > 10000)

    def _ticks(self) -> list[tuple[str, str, str]]:
        _answered, _total, problems, warnings, unexplained = self._counts
        found = []
        if problems:
            text = ngettext("{count} problem to correct", "{count} problems to correct", problems)
            found.append(("error_circle", "error", text.format(count=ltr(str(problems)))))
        if self._waiting:
            text = ngettext("{count} answer to confirm", "{count} answers to confirm", self._waiting)
            found.append(("arrow_sync", "accent", text.format(count=ltr(str(self._waiting)))))
        if not problems and not self._waiting:
            found.append(("checkmark_circle", "ok", _("Nothing stands against finalizing")))
        if unexplained:
            text = ngettext(
                "{count} warning without a reason", "{count} warnings without a reason", unexplained
            )
            found.append(("warning", "warning", text.format(count=ltr(str(unexplained)))))
        if warnings > unexplained:
            explained = warnings - unexplained
            text = ngettext("{count} warning with a reason", "{count} warnings with a reason", explained)
            found.append(("checkmark_circle", "ok", text.format(count=ltr(str(explained)))))
        return found

    def _show_reason(self, problems: int, unexplained: int) -> None:
        words = ""
        if problems:
            words = ngettext(
                "Finalize opens when the problem is corrected.",
                "Finalize opens when the {count} problems are corrected.",
                problems,
            ).format(count=ltr(str(problems)))
        elif self._waiting:
            words = _("Finalize opens when everything that came along from last period is confirmed.")
        elif unexplained:
            words = _("You may finalize without a reason for a warning; headquarters will then ask.")
        self.reason.setText(words)
        self.reason.setVisible(bool(words))
