"""Trusts the key in a request: who it says it is, and the fingerprint heard on the telephone."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import enrolment_work, jobs, kit, theme
from habitat_desktop.gui.enrolment_work import Asked
from habitat_desktop.gui.fingerprint import DIGITS, count_digits, grouped
from habitat_desktop.gui.outbox_texts import office_title, when
from habitat_desktop.gui.passphrase_dialogs import unlock_first
from habitat_desktop.i18n.catalogues import _, explain, pgettext
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.trusted_keys import TrustedKey


class TrustDialog(QDialog):
    """Reads the request first. The fingerprint in it is never shown: the person types what was heard."""

    def __init__(self, frame: "MainWindow", path: Path) -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(_("Trust a request"))
        self.setMinimumWidth(round(560 * theme.current().scale))
        self._frame = frame
        self._asked: Asked | None = None
        self.field = QLineEdit()
        self.field.setProperty("mono", True)
        self.field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.field.setMaxLength(80)
        self.field.textChanged.connect(self._count)
        self.counter = kit.Label("", "caption", "muted")
        self.refusal = kit.column(space=0)
        self._body = kit.column(space=12)
        self.trust_button = kit.PrimaryButton(_("Trust this key"), "shield_checkmark", self.trust)
        self.trust_button.setDefault(True)
        self.trust_button.hide()
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        self.setLayout(
            kit.column(
                kit.Label(_("Trust a request"), "subtitle", strong=True),
                kit.Label(ltr(path.name), "caption", "muted", wrap=True, mono=True, select=True),
                self._body,
                self.refusal,
                None,
                kit.row(None, cancel, self.trust_button),
                space=12,
                margins=(24, 20, 24, 16),
            )
        )
        self._body.addWidget(kit.Label(_("Reading the request…")))
        work = partial(enrolment_work.read_request, frame.workspace, path)
        jobs.run(work, self, done=self._show, failed=self._not_read)

    def trust(self) -> None:
        """Compare what was typed with the request, and trust it if they agree."""
        if self._asked is None:
            return
        missing = DIGITS - count_digits(self.field.text())
        if missing > 0:
            self._refuse(
                _("The fingerprint has {count} digits").format(count=DIGITS),
                _("Type all six groups, as you hear them. Digits of any script will do."),
            )
            return
        kit.clear(self.refusal)
        self.trust_button.setEnabled(False)
        work = partial(enrolment_work.trust, self._frame.workspace, self._asked.request, self.field.text())
        jobs.run(work, self, done=self._trusted, failed=self._not_trusted)

    # showing

    def _show(self, asked: Asked) -> None:
        self._asked = asked
        request = asked.request
        kit.clear(self._body)
        roles = {
            "office": _("Country office"),
            "region": _("Regional office"),
            "headquarters": _("Headquarters"),
        }
        facts = (
            (_("It says it is"), iso(request.name)),
            (_("Office"), f"{iso(office_title(request.office))} ({ltr(request.office)})"),
            (_("Role"), roles[request.role]),
            (_("Made"), when(request.made_at)),
        )
        grid = QGridLayout()
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(facts):
            grid.addWidget(kit.Label(name, tone="muted"), row, 0)
            grid.addWidget(kit.Label(value, strong=row == 0, wrap=True, select=True), row, 1)
        box = kit.frame("sunk")
        box.setLayout(grid)
        self._body.addWidget(box)
        if asked.known is not None and asked.known.state == "trusted":
            self._body.addWidget(
                kit.Banner("ok", _("This key is trusted already"), _("There is nothing more to do."))
            )
            return
        self._ask(request.name)
        self._grow()

    def _ask(self, name: str) -> None:
        steps = _(
            "Anybody can write a name into a file. Telephone {name} on a number you knew before, ask a "
            "person whose voice you know to read the six groups aloud, and type what you hear."
        ).format(name=iso(name))
        sign = kit.IconLabel("call", "accent")
        self._body.addLayout(kit.row(sign, (kit.Label(steps, wrap=True), 1), space=12))
        label = kit.field_label(_("Fingerprint you heard"), self.field)
        self._body.addWidget(label)
        self._body.addWidget(self.field)
        self._body.addWidget(self.counter)
        self._count()
        self.trust_button.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count(self) -> None:
        typed = grouped(self.field.text())
        # Translators: under a field for 24 digits: what was understood so far, and how many digits it is.
        text = _("{count} of {total} digits: {digits}")
        self.counter.setText(text.format(count=count_digits(typed), total=DIGITS, digits=ltr(typed or "–")))

    def _refuse(self, title: str, text: str) -> None:
        kit.clear(self.refusal)
        self.refusal.addWidget(kit.Banner("error", title, text))
        self._grow()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _grow(self) -> None:
        """Take the room that what was just added needs, once it is laid out."""
        QTimer.singleShot(0, self, self.adjustSize)

    # what came of it

    def _trusted(self, key: "TrustedKey") -> None:
        self.accept()
        title = _("The key of {name} is trusted from now on").format(name=iso(key.name))
        text = _("Packages signed with it are taken in. Files that waited for it lie in quarantine.")
        show = (_("Show quarantine"), lambda: self._frame.show_page("quarantine"))
        self._frame.clear_news()
        self._frame.notify("ok", title, text, show)

    def _not_trusted(self, error: Exception) -> None:
        self.trust_button.setEnabled(True)
        if unlock_first(self._frame, error, self.trust):
            return
        if isinstance(error, HabitatError):
            self._refuse(_("The key is not trusted"), explain(error))
        else:
            jobs.report_failure(error)

    def _not_read(self, error: Exception) -> None:
        kit.clear(self._body)
        if isinstance(error, HabitatError):
            self._refuse(_("Nobody was trusted"), explain(error))
        else:
            jobs.report_failure(error)
