"""What restoring a backup would bring, in two columns: now and in the backup; and then restores it."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.passphrase_dialogs import unlock_first
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.contents import Contents, RecordChange, RestorePreview
    from habitat_desktop.sync.recovery import RecoveryReport
    from habitat_desktop.workspace import Workspace

_LINES_SHOWN = 200
_LIST_HEIGHT = 168


class RestoreDialog(QDialog):
    """Reads the backup first; the button that restores comes with what it will bring."""

    def __init__(self, frame: "MainWindow", backup: Path) -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(_("Restore a backup"))
        self.setMinimumWidth(round(640 * theme.current().scale))
        self._frame, self._backup = frame, backup
        self.lines: list[str] = []
        self._body = kit.column(space=12)
        self.restore_button = kit.PrimaryButton(_("Restore this backup"), "history", self.restore)
        self.restore_button.hide()
        self._cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        self._cancel.setDefault(True)
        self.setLayout(
            kit.column(
                kit.Label(_("Restore a backup"), "subtitle", strong=True),
                kit.Label(ltr(str(backup)), "caption", "muted", wrap=True, mono=True, select=True),
                (self._body, 1),
                kit.row(None, self._cancel, self.restore_button),
                space=12,
                margins=(24, 20, 24, 16),
            )
        )
        self._body.addWidget(kit.Label(_("Reading the backup and comparing it with what is here now…")))
        jobs.run(partial(_preview, frame.workspace, backup), self, done=self._show, failed=self._failed)

    def restore(self) -> None:
        """Put the backup in the place of the database and show the window anew."""
        self.restore_button.setEnabled(False)
        self._cancel.setEnabled(False)
        work = partial(_restore, self._frame.workspace, self._backup)
        jobs.run(work, self, done=self._restored, failed=self._failed)

    # showing

    def _show(self, seen: "RestorePreview") -> None:
        kit.clear(self._body)
        self._body.addWidget(self._columns(seen))
        kind: kit.BannerKind = "ok" if seen.is_harmless else "warning"
        self._body.addWidget(kit.Banner(kind, *verdict(seen)))
        self.lines = change_lines(seen)
        if self.lines:
            self._body.addWidget(self._list(self.lines), 1)
        kept = _(
            "What is here now is not deleted: its file stays beside the restored one. "
            "This computer then counts as a new installation, and headquarters sends back what it has."
        )
        self._body.addWidget(kit.Label(kept, "caption", "muted", wrap=True))
        self.restore_button.show()

    def _columns(self, seen: "RestorePreview") -> QWidget:
        """Return the figures, now and in the backup, so that they can be compared line by line."""
        grid = QGridLayout()
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        heads = (_("Now"), pgettext("column", "Backup"))
        for column, text in enumerate(heads, start=1):
            head = kit.Label(text, "caption", "muted", strong=True)
            head.setAlignment(_RIGHT)
            grid.addWidget(head, 0, column)
        for row, (name, now, then, differs) in enumerate(facts(seen), start=1):
            grid.addWidget(kit.Label(name), row, 0)
            for column, value in ((1, now), (2, then)):
                label = kit.Label(iso(value), strong=differs and column == 2)  # a date is no number in Arabic
                label.setAlignment(_RIGHT)
                grid.addWidget(label, row, column)
        box = kit.frame("sunk")
        box.setLayout(grid)
        return box

    def _list(self, lines: list[str]) -> QFrame:
        body = kit.column(space=4, margins=(12, 8, 12, 8))
        for text in lines[:_LINES_SHOWN]:
            body.addWidget(kit.Label(text, wrap=True, select=True))
        more = len(lines) - _LINES_SHOWN
        if more > 0:
            text = ngettext("and {count} more record", "and {count} more records", more).format(count=more)
            body.addWidget(kit.Label(text, "caption", "muted"))
        body.addStretch(1)
        area = kit.reading(kit.frame("surface", body), _("What restoring changes"))
        area.setMinimumHeight(min(_LIST_HEIGHT, 24 + 24 * len(lines)))
        return kit.frame("card", kit.column((area, 1), margins=(1, 1, 1, 1)))

    # what came of it

    def _restored(self, report: "RecoveryReport") -> None:
        self.accept()
        self._frame.start_afresh()
        self._frame.show_page("recovery", report=report)

    def _failed(self, error: Exception) -> None:
        self._cancel.setEnabled(True)
        self.restore_button.setEnabled(True)
        if unlock_first(self._frame, error, self.restore):
            return
        if isinstance(error, sqlite3.Error | OSError | ValueError):
            title, text = _("This is no backup that can be read"), _("Nothing was changed. Choose another.")
        elif isinstance(error, HabitatError):
            title, text = _("The backup was not restored"), explain(error)
        else:
            jobs.report_failure(error)
            return
        kit.clear(self._body)
        self.restore_button.hide()
        self._body.addWidget(kit.Banner("error", title, text))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def facts(seen: "RestorePreview") -> list[tuple[str, str, str, bool]]:
    """Return name, number now, number in the backup, and whether they differ."""
    names = {
        "records": _("Records"),
        "revisions": _("Revisions"),
        "drafts": _("Drafts"),
        "packages": _("Packages"),
    }
    rows = []
    for key, name in names.items():
        then = _number(getattr(seen.then, key))
        now = _number(getattr(seen.now, key)) if seen.now is not None else "–"
        rows.append((name, now, then, now != then))
    then, now = _moment(seen.then), _moment(seen.now)
    return [*rows, (_("Newest change"), now, then, now != then)]


def verdict(seen: "RestorePreview") -> tuple[str, str]:
    """Return in a title and a sentence whether restoring loses anything."""
    if seen.now is None:
        return (
            _("What is here now cannot be read"),
            _("It cannot be compared with the backup. Its file is kept beside the restored one."),
        )
    if seen.is_harmless:
        return (
            _("Nothing would be missing"),
            _("Everything that is in the database now is in the backup or comes back from packages."),
        )
    lost = seen.revisions_lost
    drafts = sum(1 for change in seen.records if change.draft in ("lost", "older"))
    parts = []
    if lost:
        parts.append(
            ngettext(
                "{count} revision is not in the backup.", "{count} revisions are not in the backup.", lost
            ).format(count=lost)
        )
    if drafts:
        parts.append(
            ngettext(
                "{count} draft is missing in the backup or older there.",
                "{count} drafts are missing in the backup or older there.",
                drafts,
            ).format(count=drafts)
        )
    packages = len(seen.packages_lost)
    if packages:
        parts.append(
            ngettext(
                "{count} package will no longer be noted; its file stays.",
                "{count} packages will no longer be noted; their files stay.",
                packages,
            ).format(count=packages)
        )
    return _("Some of what is here now is not in the backup"), " ".join(parts)


def change_lines(seen: "RestorePreview") -> list[str]:
    """Return what becomes of each record that changes, a sentence each."""
    return [_sentence(change) for change in seen.records]


def _sentence(change: "RecordChange") -> str:
    # Translators: a record and what becomes of it: "KE-7F3K-0042 Nairobi: a draft comes back".
    return _("{record}: {changes}").format(
        record=iso(f"{change.label} {change.subject}".strip()), changes=change.words()
    )


def _number(value: int) -> str:
    return format_number(str(value), language())


def _moment(found: "Contents | None") -> str:
    if found is None or not found.changed_at:
        return "–"
    return format_datetime(found.changed_at, language())


def _preview(workspace: "Workspace", backup: Path, progress: Progress) -> "RestorePreview":
    from habitat_desktop.records.contents import preview_restore

    return preview_restore(backup, workspace.database_path)


def _restore(workspace: "Workspace", backup: Path, progress: Progress) -> "RecoveryReport":
    from habitat_desktop.sync.recovery import restore

    workspace.close()
    try:
        return restore(workspace, backup, workspace.keeper(), progress=progress)
    finally:
        if workspace.database_path.is_file():
            _ = workspace.database  # open again, restored or not
