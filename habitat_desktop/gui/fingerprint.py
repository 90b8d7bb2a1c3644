"""A fingerprint as two persons compare it: six groups of four digits, large, from left to right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import latin_digits, ltr

DIGITS = 24


class FingerprintBox(QFrame):
    """The six groups in one line that can be selected and copied, and how to read them aloud."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__()
        self.setProperty("part", "sunk")
        self.fingerprint = fingerprint
        self.label = kit.Label(
            ltr("  ".join(fingerprint.split())), "title", strong=True, mono=True, select=True
        )
        self.label.setAccessibleName(_("Fingerprint: {digits}").format(digits=spoken(fingerprint)))
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        copy = kit.IconButton("copy", _("Copy the fingerprint"), self._copy)
        hint = kit.Label(
            _(
                "Read the six groups aloud when the other side telephones. Do not send them along with the "
                "file: whoever changes the file on its way could change them too."
            ),
            "caption",
            "muted",
            wrap=True,
        )
        self.setLayout(
            kit.column(
                kit.row((self.label, 1), copy),
                kit.row(_top(kit.IconLabel("call", "accent", 16)), (hint, 1), space=8),
                space=8,
                margins=(16, 12, 16, 12),
            )
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.fingerprint)


def spoken(fingerprint: str) -> str:
    """Return the digits one by one, as a screen reader is to say them: "1 2 3 4, 5 6 7 8"."""
    return ", ".join(" ".join(group) for group in fingerprint.split())


def grouped(typed: str) -> str:
    """Return the digits somebody typed, of any script and grouping, in groups of four."""
    digits = "".join(sign for sign in latin_digits(typed) if sign in "0123456789")
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def count_digits(typed: str) -> int:
    return len(grouped(typed).replace(" ", ""))


def _top(widget: kit.IconLabel) -> "QFrame":
    return kit.frame("plain", kit.column(widget, None))
