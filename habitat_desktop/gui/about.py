"""Help: what this program is, its versions and languages, and its keys."""

import platform
from sqlite3 import sqlite_version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from habitat_desktop import __version__
from habitat_desktop.gui import jobs, kit
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import ltr
from habitat_desktop.progress import Progress
from habitat_desktop.resources import data_dir

if TYPE_CHECKING:
    from habitat_desktop.i18n.status import Status


class AboutDialog(QDialog):
    """Name, versions, languages and licences, without claims nobody has checked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About Habitat Desktop"))
        self.coverage = QGridLayout()
        self.coverage.setHorizontalSpacing(24)
        self.coverage.setVerticalSpacing(4)
        self.coverage.setContentsMargins(0, 0, 0, 0)
        self._rows: list[Status] = []
        close = kit.PrimaryButton(_("Close"), does=self.accept)
        close.setDefault(True)
        self.setLayout(
            kit.column(
                kit.Label(_("Habitat Desktop"), "title", strong=True),
                kit.Label(_("Version {version}").format(version=ltr(__version__)), tone="muted"),
                kit.Label(_("Returns of UN-Habitat country offices, without a network."), wrap=True),
                kit.Label(languages_sentence(), wrap=True),
                self.coverage,
                kit.Label(ltr(_versions()), "caption", "muted", wrap=True, select=True),
                kit.Label(
                    _(
                        "The program is free software under the Apache License 2.0. Its icons are Fluent "
                        "System Icons by Microsoft, MIT License. It is built with Qt, LGPL."
                    ),
                    "caption",
                    "muted",
                    wrap=True,
                ),
                None,
                kit.row(kit.Button(_("Copy the versions"), icon="copy", does=self._copy), None, close),
                space=12,
                margins=(24, 20, 24, 16),
            )
        )
        self.setFixedWidth(520)
        jobs.run(_count, self, done=self._show)

    def _show(self, rows: "list[Status]") -> None:
        """Show of each language how much is translated and how much a person has reviewed."""
        self._rows = rows
        heads = (_("Language"), _("Translated"), pgettext("translation", "Reviewed by a person"))
        for column, head in enumerate(heads):
            self.coverage.addWidget(kit.Label(head, "caption", "muted", strong=True), 0, column)
        for number, row in enumerate(rows, start=1):
            shares = (row.translated_percent, row.reviewed_percent)
            self.coverage.addWidget(kit.Label(languages()[row.language].endonym), number, 0)
            for column, share in enumerate(shares, start=1):
                text = _("{percent} %").format(percent=format_number(f"{share:g}", language()))
                self.coverage.addWidget(kit.Label(ltr(text)), number, column)
        QTimer.singleShot(0, self, self.adjustSize)

    def _copy(self) -> None:
        shares = [f"{r.language} {r.translated_percent:g} % / {r.reviewed_percent:g} %" for r in self._rows]
        QGuiApplication.clipboard().setText(
            "\n".join([f"Habitat Desktop {__version__}", _versions(), *shares])
        )


def _versions() -> str:
    system = f"{platform.system()} {platform.release()}"
    return f"Python {platform.python_version()}, Qt {qVersion()}, SQLite {sqlite_version}, {system}"


def _count(progress: Progress) -> "list[Status]":
    """Count the catalogues of the five languages English is translated into."""
    from habitat_desktop.i18n.status import status, total
    from habitat_desktop.i18n.workshop import TARGETS, Workshop

    workshop = Workshop(data_dir("translations").parent)
    found = []
    for number, code in enumerate(TARGETS):
        progress.step(number, len(TARGETS))
        found.append(total([status(workshop, code, domain) for domain in workshop.domains()]))
    return found


def shortcuts() -> list[tuple[str, str]]:
    """Return the keys of the whole program and what they do; keys are not translated."""
    return [
        ("Tab, Shift+Tab", _("Next or previous answer")),
        ("Enter", _("Next answer; in a list: open")),
        ("Ctrl+1 … Ctrl+9", _("The pages of the navigation")),
        ("Ctrl+K", _("Search records")),
        ("Ctrl+N", _("New return")),
        ("Ctrl+I", _("Import a package")),
        ("Ctrl+Shift+P", _("Make a package")),
        ("Ctrl+F", _("Find a question in this form")),
        ("Ctrl+PgUp, Ctrl+PgDn", _("Previous or next section")),
        ("F8, Shift+F8", _("Next or previous problem")),
        ("Ctrl+Z, Ctrl+Y", _("Undo or redo, over the whole draft")),
        ("Ctrl+R", _("Answer the query at this question")),
        ("Ctrl+P", _("Print, or save as PDF")),
        ("F2", _("In a table: change the cell")),
        ("Ctrl+D", _("In a table: fill down")),
        ("Ctrl+C, Ctrl+V", _("In a table: copy or paste a block of cells")),
        ("Ctrl+Enter", _("In a table: new row")),
        ("F1", _("Help for this page")),
        ("F5", _("Read again")),
        ("F6", _("Next part of the window")),
        ("Ctrl+Shift+L", _("Switch the language")),
        ("Ctrl+Shift+D", _("Two languages side by side")),
        ("Esc", _("Close a panel or leave an edit; never leaves a form")),
    ]


def languages_sentence() -> str:
    """Say how far the languages are: complete and reviewed are two things."""
    return _("Six languages are complete; none has been reviewed by a native speaker yet.")
