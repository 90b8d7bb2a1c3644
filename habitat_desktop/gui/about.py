"""Help: what this program is, and its keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from habitat_desktop import __version__
from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import ltr


class AboutDialog(QDialog):
    """Name, version, languages and licences, without claims nobody has checked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About Habitat Desktop"))
        close = kit.PrimaryButton(_("Close"), does=self.accept)
        close.setDefault(True)
        self.setLayout(
            kit.column(
                kit.Label(_("Habitat Desktop"), "title", strong=True),
                kit.Label(_("Version {version}").format(version=ltr(__version__)), tone="muted"),
                kit.Label(_("Returns of UN-Habitat country offices, without a network."), wrap=True),
                kit.Label(languages_sentence(), wrap=True),
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
                kit.row(None, close),
                space=12,
                margins=(24, 20, 24, 16),
            )
        )
        self.setFixedWidth(480)


class ShortcutsDialog(QDialog):
    """The keys, in one table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keyboard shortcuts"))
        table = kit.Table(_("Keyboard shortcuts"))
        model = kit.CellTable(table)
        model.show_rows(
            (_("Key"), _("What it does")),
            [(kit.Cell(keys, mono=True), kit.Cell(text)) for keys, text in shortcuts()],
        )
        table.setModel(model)
        table.set_columns(200, 0)
        close = kit.PrimaryButton(_("Close"), does=self.accept)
        self.setLayout(kit.column((table, 1), kit.row(None, close), space=12, margins=(16, 16, 16, 12)))
        self.resize(620, 560)


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
        ("F5", _("Read again")),
        ("F6", _("Next part of the window")),
        ("Ctrl+Shift+L", _("Switch the language")),
        ("Esc", _("Close a panel or leave an edit; never leaves a form")),
    ]


def languages_sentence() -> str:
    """Say how far the languages are: complete and reviewed are two things."""
    return _("Six languages are complete; none has been reviewed by a native speaker yet.")
