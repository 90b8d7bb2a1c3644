"""What home shows until headquarters and this computer know each other: two steps."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.records.glance import Enrolment

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow


def enrolment_card(frame: "MainWindow", seen: Enrolment) -> kit.Card:
    """Return the card; each step leads to the keys in the settings."""
    title = (
        _("Headquarters does not know this computer yet")
        if not seen.is_known
        else _("This computer does not know headquarters yet")
    )
    show = kit.LinkButton(_("To the keys"), lambda: frame.show_page("settings", topic="keys"))
    card = kit.Card(title)
    card.heading.setWordWrap(True)
    steps = (
        (seen.is_known, _("Save the request, send it, and read the fingerprint aloud on the telephone.")),
        (seen.trusts_headquarters, _("Trust the request of headquarters, with the fingerprint you hear.")),
    )
    for done, text in steps:
        icon, tone = ("checkmark_circle", "ok") if done else ("circle", "text_muted")
        sign = kit.IconLabel(icon, tone, 16, filled=done, spoken=_("Done") if done else _("To do"))
        layout = kit.row(space=8)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(kit.Label(text, "caption", wrap=True), 1)
        card.body.addLayout(layout)
    card.body.addLayout(kit.row(show, None))
    return card
