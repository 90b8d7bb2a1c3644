"""The panel about one office: its last packages, its returns, and what it is owed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.outbox_texts import office_title, when
from habitat_desktop.i18n.catalogues import _, listed, ngettext
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.hq.offices import OfficeCounts

_PACKAGES_SHOWN = 8


class OfficePanel(QFrame):
    """Shows one office and says what the person wants to do with it."""

    records_wanted = Signal(str)  # office
    package_wanted = Signal(str)  # office

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setAccessibleName(_("About this office"))
        self._body = kit.column(space=8, margins=(16, 12, 16, 12))
        self.setLayout(kit.column(kit.scrolling(kit.frame("surface", self._body)), margins=(1, 4, 1, 4)))
        self.show_nothing()

    def show_nothing(self) -> None:
        kit.clear(self._body)
        text = _("Choose one to see its packages.")
        self._body.addWidget(kit.EmptyState("building_government", _("No office chosen"), text))

    def show_office(self, office: "OfficeCounts", titles: Mapping[str, str], *, is_silent: bool) -> None:
        kit.clear(self._body)
        self._body.addWidget(kit.Label(office_title(office.office), "subtitle", strong=True, wrap=True))
        self._body.addWidget(kit.Label(ltr(office.office), "caption", "muted"))
        count = sum(cell.count for cell in office.forms.values())
        records = ngettext("{count} record", "{count} records", count).format(count=count)
        by_form = listed(
            # Translators: a form and how many records of it: "Slum upgrading 4".
            _("{form} {count}").format(form=iso(titles.get(form_id, form_id)), count=ltr(str(cell.count)))
            for form_id, cell in office.forms.items()
        )
        self._line("document_table", "text_muted", records, by_form or _("None of them for this period."))
        last = office.last_package
        if last is None:
            self._line("info", "accent", _("No package has come yet"), "")
        else:
            title = _("The last package came {when}").format(when=when(last.made_at))
            icon, token = (
                ("calendar_clock", "state.late") if is_silent else ("mail_inbox_checkmark", "state.received")
            )
            self._line(icon, token, title, _("Silent for 30 days.") if is_silent else "")
        if office.receipts_due:
            title = ngettext("{count} receipt waits", "{count} receipts wait", office.receipts_due).format(
                count=office.receipts_due
            )
            text = _("The next package to the office carries it.")
            self._line("send", "warning", title, text)
        self._packages(office)
        self._buttons(office)
        self._body.addStretch(1)

    def _packages(self, office: "OfficeCounts") -> None:
        if not office.packages:
            return
        self._body.addWidget(kit.line())
        self._body.addWidget(kit.Label(_("Packages"), strong=True))
        newest = sorted(office.packages, key=lambda entry: (entry.made_at, entry.number), reverse=True)
        for entry in newest[:_PACKAGES_SHOWN]:
            number = kit.Label(ltr(str(entry.number)), strong=True)
            records = ngettext("{count} record", "{count} records", entry.records).format(count=entry.records)
            # Translators: when a package came and how much is in it: "2 Jul · 14 records".
            rest = _("{when} · {records}").format(when=when(entry.made_at), records=records)
            sign = kit.IconLabel("mail_inbox_checkmark", "state.received", 16, filled=True)
            self._body.addLayout(kit.row(sign, number, (kit.ElidedLabel(rest, "caption", "muted"), 1)))
        more = len(newest) - _PACKAGES_SHOWN
        if more > 0:
            text = ngettext("and {count} earlier one", "and {count} earlier ones", more).format(count=more)
            self._body.addWidget(kit.Label(text, "caption", "muted"))

    def _buttons(self, office: "OfficeCounts") -> None:
        self._body.addSpacing(4)
        if office.receipts_due:
            self.package_button = kit.PrimaryButton(
                _("Make its package"), "send", lambda: self.package_wanted.emit(office.office)
            )
            self._body.addLayout(kit.row(self.package_button, None))
        self.records_button = kit.Button(
            _("Open its records"), icon="document_table", does=lambda: self.records_wanted.emit(office.office)
        )
        self._body.addLayout(kit.row(self.records_button, None))

    def _line(self, icon: str, token: str, title: str, text: str) -> None:
        words = kit.column(kit.Label(title, strong=True, wrap=True), space=0)
        if text:
            words.addWidget(kit.Label(text, "caption", "muted", wrap=True))
        layout = kit.row(space=8)
        layout.addWidget(kit.IconLabel(icon, token, 16, filled=True), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        line = QWidget()
        line.setLayout(layout)
        line.setAccessibleName(f"{title}. {text}")
        self._body.addWidget(line)
