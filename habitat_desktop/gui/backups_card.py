"""The backups of this workspace: the newest, a second folder for them, a copy, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.outbox_texts import size_text, when
from habitat_desktop.gui.restore_dialog import RestoreDialog
from habitat_desktop.i18n.catalogues import _, explain, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.settings_page import SettingsPage
    from habitat_desktop.records.backup import Backup
    from habitat_desktop.records.safekeeping import BackupMade
    from habitat_desktop.workspace import Workspace

_COLUMNS = (0, 170, 170, 90)
_ROWS_SHOWN = 5


@dataclass(frozen=True)
class Listed:
    """One backup in the list; `is_second`: it lies in the second folder."""

    path: Path
    made_at: datetime | None
    reason: str
    size_bytes: int
    is_second: bool


def reason_words(reason: str) -> str:
    """Return why a backup was made."""
    known = {
        "daily": _("daily"),
        "package": _("after a package"),
        "by-hand": _("by hand"),
        "copy": _("copy"),
        "recovered": _("after restoring"),
    }
    return known.get(reason) or (_("before an update of the program") if "migration" in reason else reason)


class BackupsCard(kit.Card):
    """What is saved and where, and the buttons for it."""

    def __init__(self, page: "SettingsPage") -> None:
        self.copy_button = kit.Button(_("Save a backup copy…"), icon="usb_stick", does=self.save_copy)
        self.now_button = kit.Button(_("Back up now"), icon="save", does=self.back_up)
        super().__init__(_("Backups"), None, self.copy_button, self.now_button)
        self._page = page
        self._backups: list[Listed] = []
        # what a test replaces: questions to the person
        self.choose_folder: Callable[[], Path | None] = self._ask_folder
        self.choose_file: Callable[[], Path | None] = self._ask_file
        text = _(
            "The program backs up every day and after each package, and checks each backup by opening it. "
            "Ten daily and eight weekly ones are kept."
        )
        self.body.addWidget(kit.Label(text, tone="muted", wrap=True))
        self._newest = kit.Label("", wrap=True)
        self._sign = kit.IconLabel("checkmark_circle", "ok", 16, filled=True)
        self._sign.hide()
        self.body.addLayout(kit.row(self._sign, (self._newest, 1), space=8))
        self._add_second_folder()
        self._add_list()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        jobs.run(partial(_list, self._page.workspace), self, done=self._show)

    # building

    def _add_second_folder(self) -> None:
        folder = self._page.workspace.settings.backup_folder
        words = kit.column(kit.Label(_("Second folder"), strong=True), space=0)
        if folder:
            words.addWidget(kit.Label(ltr(folder), wrap=True, mono=True, select=True))
        else:
            help_text = _("None yet. A laptop can be lost: choose a memory stick that is kept elsewhere.")
            words.addWidget(kit.Label(help_text, "caption", "muted", wrap=True))
        choose = kit.Button(_("Choose a folder…"), icon="folder", does=self.choose_second)
        choose.setAccessibleName(_("Choose the second folder for backups"))
        line = kit.row((words, 1), space=8)
        if folder:
            line.addWidget(kit.QuietButton(_("Use no second folder"), does=lambda: self._keep_second("")))
        line.addWidget(choose)
        box = kit.frame("sunk")
        line.setContentsMargins(12, 8, 12, 8)
        box.setLayout(line)
        self.body.addWidget(box)

    def _add_list(self) -> None:
        self.table = kit.Table(_("Backups"))
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.opened.connect(lambda _row: self.restore())
        self.table.setMinimumHeight(
            self.table.horizontalHeader().height()
            + _ROWS_SHOWN * self.table.verticalHeader().defaultSectionSize()
        )
        self._none = kit.EmptyState(
            "save", _("No backup yet"), _("The first one is made half a minute after the start.")
        )
        self._none.hide()
        self.restore_button = kit.Button(_("Restore the chosen one…"), icon="history", does=self.restore)
        last = kit.QuietButton(
            _("What was brought back last"), does=lambda: self._page.frame.show_page("recovery")
        )
        other = kit.QuietButton(_("Restore from a file…"), "folder", self.restore_file)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._none)
        hint = kit.Label(
            _("You first see what restoring would bring. Nothing is changed before you agree."),
            "caption",
            "muted",
            wrap=True,
        )
        self.body.addLayout(kit.row((hint, 1), last, other, self.restore_button))

    # showing

    def _show(self, backups: list[Listed]) -> None:
        self._backups = backups
        dated = [found for found in backups if found.made_at is not None]
        self._sign.setVisible(bool(dated))
        if dated:
            newest = max(dated, key=lambda found: found.made_at or datetime.min.replace(tzinfo=UTC))
            assert newest.made_at is not None
            text = _("The newest backup is from {when}: {reason}, {size}.").format(
                when=iso(when(newest.made_at, self._page.frame.now())),
                reason=reason_words(newest.reason),
                size=iso(size_text(newest.size_bytes)),
            )
            self._newest.setText(text)
        self._newest.setVisible(bool(dated))
        heads = (
            pgettext("backup", "Made"),
            pgettext("backup", "Why"),
            pgettext("backup", "Where"),
            pgettext("column", "Size"),
        )
        self.model.show_rows(heads, [self._row(found) for found in backups])
        self.table.set_columns(*_COLUMNS)
        self.table.setVisible(bool(backups))
        self.restore_button.setVisible(bool(backups))
        self._none.setVisible(not backups)
        kit.select_row(self.table, 0)

    def _row(self, found: Listed) -> list[kit.Cell]:
        made = when(found.made_at, self._page.frame.now()) if found.made_at else ltr(found.path.name)
        place = _("second folder") if found.is_second else _("this computer")
        return [
            kit.Cell(made, strong=True, tip=ltr(str(found.path))),
            kit.Cell(reason_words(found.reason), tone="text_muted"),
            kit.Cell(place, icon="usb_stick" if found.is_second else "folder"),
            kit.Cell(size_text(found.size_bytes), tone="text_muted"),
        ]

    # what the person does

    def back_up(self) -> None:
        """Make a backup now, also in the second folder."""
        jobs.run(partial(_back_up, self._page.workspace), self, done=self._made, failed=self._failed)

    def save_copy(self) -> None:
        """Ask for a folder and save a copy with attachments and forms there."""
        folder = self.choose_folder()
        if folder is not None:
            work = partial(_save_copy, self._page.workspace, folder)
            jobs.run(work, self, done=self._copied, failed=self._failed)

    def choose_second(self) -> None:
        """Ask for the folder that every backup is copied to from now on."""
        folder = self.choose_folder()
        if folder is not None:
            self._keep_second(str(folder))

    def restore(self) -> None:
        """Show what restoring the chosen backup would bring."""
        row = self.table.currentIndex().row()
        if 0 <= row < len(self._backups):
            RestoreDialog(self._page.frame, self._backups[row].path).open()

    def restore_file(self) -> None:
        """Ask for a backup that lies elsewhere and show what restoring it would bring."""
        path = self.choose_file()
        if path is not None:
            RestoreDialog(self._page.frame, path).open()

    def _keep_second(self, folder: str) -> None:
        self._page.change(_("Second folder"), backup_folder=folder)

    def _made(self, made: "BackupMade") -> None:
        frame = self._page.frame
        frame.clear_news()
        if made.problem is not None:
            frame.notify("warning", _("Backed up on this computer only"), explain(made.problem))
        elif made.second is not None:
            text = _("And a copy lies in {folder}.").format(folder=iso(str(made.second.parent)))
            frame.notify("ok", _("Backed up and checked"), text)
        else:
            frame.notify("ok", _("Backed up and checked"), ltr(str(made.path)))
        self.refresh()

    def _copied(self, path: Path) -> None:
        self._page.frame.clear_news()
        text = _("It lies in {folder}, with the attached files and the forms. Keys are never in a copy.")
        self._page.frame.notify(
            "ok", _("A copy was saved and checked"), text.format(folder=iso(str(path.parent)))
        )
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HabitatError):
            self._page.frame.notify("error", _("There is no new backup"), explain(error))
        else:
            jobs.report_failure(error)

    def _ask_folder(self) -> Path | None:
        start = self._page.workspace.settings.backup_folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, _("Choose a folder"), start)
        return Path(chosen) if chosen else None

    def _ask_file(self) -> Path | None:
        start = self._page.workspace.settings.backup_folder or str(Path.home())
        kinds = _("Backups ({pattern})").format(pattern="*.sqlite")
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose a backup"), start, kinds)
        return Path(chosen) if chosen else None


def _list(workspace: "Workspace", progress: Progress) -> list[Listed]:
    from habitat_desktop.records.safekeeping import all_backups

    return [_listed(found, workspace) for found in all_backups(workspace)]


def _listed(found: "Backup", workspace: "Workspace") -> Listed:
    try:
        size = found.path.stat().st_size
    except OSError:
        size = 0
    is_second = not found.path.is_relative_to(workspace.backups)
    return Listed(found.path, found.made_at, found.reason, size, is_second)


def _back_up(workspace: "Workspace", progress: Progress) -> "BackupMade":
    from habitat_desktop.records.safekeeping import back_up

    return back_up(workspace, "by-hand", at=datetime.now(UTC))


def _save_copy(workspace: "Workspace", folder: Path, progress: Progress) -> Path:
    from habitat_desktop.records.safekeeping import save_copy

    return save_copy(workspace, folder, "copy", at=datetime.now(UTC))
