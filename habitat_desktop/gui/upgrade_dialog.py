"""Brings a record to the newest version of its form: first what becomes of its answers, then the draft."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.record_actions import end_sittings
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.upgrade_words import UpgradeTold
    from habitat_desktop.workspace import Workspace

_ROWS_SHOWN = 6


class UpgradeDialog(QDialog):
    """Says what an upgrade does before it is done; the button carries the verb."""

    def __init__(self, frame: "MainWindow", record: RecordSummary, told: "UpgradeTold") -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._record, self.told = frame, record, told
        self.setWindowTitle(_("Newest version of the form"))
        self.setMinimumWidth(640)
        name = iso(record.subject) or ltr(record.label)
        title = _("{record}: version {old} to version {new}").format(
            record=name, old=ltr(told.old_version), new=ltr(told.new_version)
        )
        layout = kit.column(space=8, margins=(24, 20, 24, 16))
        layout.addWidget(kit.Label(title, "subtitle", strong=True, wrap=True))
        layout.addWidget(kit.Label(self._summary(), tone="muted", wrap=True))
        self.table = kit.Table(_("What becomes of the answers"), two_lines=True)
        if told.lines:
            self._fill()
            layout.addWidget(kit.frame("card", kit.column(self.table, margins=(1, 1, 1, 1))), 1)
        if told.problems:
            text = ngettext(
                "{count} rule of the form does not hold then; it is shown in the draft.",
                "{count} rules of the form do not hold then; they are shown in the draft.",
                told.problems,
            ).format(count=ltr(str(told.problems)))
            layout.addLayout(kit.row(kit.IconLabel("warning", "warning"), (kit.Label(text, wrap=True), 1)))
        self.done_button = kit.PrimaryButton(
            _("Bring to version {version}").format(version=ltr(told.new_version))
        )
        self.done_button.clicked.connect(lambda *_: self._upgrade())
        self.done_button.setDefault(True)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        layout.addLayout(kit.row(None, cancel, self.done_button))
        self.setLayout(layout)

    @classmethod
    def ask(cls, frame: "MainWindow", record: RecordSummary) -> None:
        """Read what the upgrade would do and show it."""
        jobs.run(
            partial(_preview, frame.workspace, record.record_id, language()),
            frame,
            done=lambda told: cls(frame, record, told).open(),
            failed=lambda error: _tell(frame, error),
        )

    def _summary(self) -> str:
        told = self.told
        if not told.lines:
            said = _("Every answer stays where it is.")
        else:
            said = _("Answers that are not listed here stay where they are. Nothing is lost.")
        if told.added:
            new = ngettext("{count} question is new.", "{count} questions are new.", told.added)
            said = f"{said} {new.format(count=ltr(str(told.added)))}"
        if self._record.revisions:
            undone = _("The final revision stays; deleting the new draft undoes it.")
            said = f"{said} {undone}"
        return said

    def _fill(self) -> None:
        model = kit.CellTable(self.table)
        rows = [
            (
                kit.Cell(
                    iso(line.question), iso(line.value), strong=True, tip=f"{line.question}\n{line.value}"
                ),
                kit.Cell(line.becomes, tone="text" if line.stays else "warning", wrap=True, tip=line.becomes),
            )
            for line in self.told.lines
        ]
        model.show_rows((pgettext("column", "Answer"), pgettext("column", "What becomes of it")), rows)
        self.table.setModel(model)
        self.table.set_columns(0, 260)
        scale = theme.current().scale
        self.table.setMinimumHeight(round(scale * (40 + 48 * min(len(rows), _ROWS_SHOWN))))

    def _upgrade(self) -> None:
        self.done_button.setEnabled(False)
        jobs.run(
            partial(_upgrade, self._frame.workspace, self._record.record_id),
            self,
            done=lambda _label: self._done(),
            failed=self._failed,
        )

    def _done(self) -> None:
        frame, record, told = self._frame, self._record, self.told
        self.accept()
        end_sittings(frame, {record.record_id})
        frame.records_changed()
        frame.show_page("form", record_id=record.record_id)
        text = _("The draft is on version {version} of the form now.").format(version=ltr(told.new_version))
        frame.notify("ok", text)

    def _failed(self, error: Exception) -> None:
        self.accept()
        _tell(self._frame, error)


def _tell(frame: "MainWindow", error: Exception) -> None:
    if isinstance(error, HabitatError):
        frame.notify("error", _("Nothing was changed"), explain(error))
    else:
        jobs.report_failure(error)


def _preview(workspace: "Workspace", record_id: str, spoken: str, progress: Progress) -> "UpgradeTold":
    from habitat_desktop.records.upgrade_words import upgrade_told

    with workspace.read() as session:
        return upgrade_told(session, workspace.library.form, workspace.settings, record_id, spoken)


def _upgrade(workspace: "Workspace", record_id: str, progress: Progress) -> str:
    from habitat_desktop.records.upgrading import upgrade

    with workspace.begin() as session:
        _entry, told = upgrade(session, workspace.library.form, workspace.settings, record_id)
    return told.label
