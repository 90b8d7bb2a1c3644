"""What can be done with one record from its panel, its row and the menu "Record"."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs
from habitat_desktop.gui.form_names import newest_forms
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.workspace import Workspace

Entry = tuple[str, Callable[[], object]] | None  # None: a line
_CLOSED = (RecordState.WITHDRAWN, RecordState.CONFLICT, RecordState.WAITING)


class RecordActions:
    """The actions of the record shown by `show`; `export` is what writes a record to a file."""

    def __init__(self, frame: "MainWindow", owner: QWidget, export: Callable[[str], object]) -> None:
        self._frame = frame
        self._owner = owner
        self._export = export
        self.record: RecordSummary | None = None
        self._made: list[QAction] = []  # for the menu of the window, until it is filled anew

    def show(self, record: RecordSummary | None) -> None:
        self.record = record

    # what there is

    def entries(self) -> list[Entry]:
        """Return what can be done with the record now, in groups; what cannot be done is left out."""
        record = self.record
        if record is None:
            return []
        ours = self._is_ours(record)
        found: list[Entry] = [(self.words_for_open(), self.open)]
        if ours and record.revisions and not record.has_draft and record.state not in _CLOSED:
            found.append((_("Change the answers"), self.edit))
        found.append((_("History and differences"), self.show_history))
        found.append(None)
        if ours:
            found.append((_("Duplicate"), self.duplicate))
            if record.revisions and record.state not in _CLOSED:
                found.append((_("Begin the next period from it"), self.roll_over))
            if self.can_upgrade():
                found.append((_("Bring to the newest version of the form…"), self.upgrade))
            if record.state not in (RecordState.WITHDRAWN, RecordState.CONFLICT):
                found.append((_("Make a questionnaire…"), self.make_questionnaire))
                found.append((_("Take back a questionnaire…"), self.take_questionnaire))
            found.append(None)
        found.append((_("Copy the record number"), self.copy_label))
        found.append((pgettext("button", "Print…"), self.print))
        found.append((pgettext("button", "Export…"), lambda: self._export(record.record_id)))
        if ours:
            found.append(None)
            if record.has_draft:
                found.append((_("Delete the draft"), self.delete_draft))
            if record.revisions and not record.has_draft and record.state not in _CLOSED:
                found.append((_("Withdraw the record…"), self.withdraw))
        return found

    def fill(self, menu: QMenu) -> None:
        """Put what can be done into `menu`."""
        menu.clear()
        for entry in self.entries():
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(entry[0]).triggered.connect(_calling(entry[1]))

    def actions(self) -> Sequence[QAction | None]:
        """Return the same for the menu "Record" of the window."""
        for old in self._made:
            old.deleteLater()
        self._made = []
        found: list[QAction | None] = []
        for entry in self.entries():
            if entry is None:
                found.append(None)
                continue
            action = QAction(entry[0], self._owner)
            action.triggered.connect(_calling(entry[1]))
            self._made.append(action)
            found.append(action)
        return found

    def print(self) -> None:
        """Open the dialog that prints the record."""
        from habitat_desktop.gui.print_dialog import print_records

        if self.record is not None:
            print_records(self._frame, (self.record.record_id,))

    def words_for_open(self) -> str:
        record = self.record
        assert record is not None
        if not self._is_ours(record) or record.state == RecordState.WITHDRAWN:
            return pgettext("button", "Show")
        return pgettext("button", "Continue") if record.has_draft else pgettext("button", "Open")

    def can_upgrade(self) -> bool:
        """Whether a newer version of its form is here."""
        from habitat_desktop.records.versions import newest

        record = self.record
        if record is None or not self._is_ours(record) or record.state in _CLOSED:
            return False
        if record.has_draft and record.revisions:
            return False  # a change of a final record is finished on the version it began with
        info = newest_forms(self._frame.workspace).get(record.form_id)
        return info is not None and newest([info.version, record.form_version]) != record.form_version

    # doing

    def open(self) -> None:
        record = self.record
        if record is not None and self._frame.has_page("form"):
            answers = self._is_ours(record) and record.state == RecordState.QUERY  # the fields are open then
            self._frame.show_page("form", record_id=record.record_id, readonly=False if answers else None)

    def edit(self) -> None:
        """Begin a new draft on top of the final revision."""
        if self.record is not None:
            self._frame.show_page("form", record_id=self.record.record_id, readonly=False)

    def show_history(self) -> None:
        if self.record is not None:
            self._frame.show_page("history", record_id=self.record.record_id)

    def copy_label(self) -> None:
        if self.record is not None:
            QApplication.clipboard().setText(self.record.label)
            text = _("{label} was copied.").format(label=ltr(self.record.label))
            self._frame.notify("info", text)

    def duplicate(self) -> None:
        record = self._chosen()
        self._work(partial(_duplicate, self._frame.workspace, record.record_id), self._duplicated)

    def _duplicated(self, made: tuple[str, str]) -> None:
        record_id, label = made
        self._frame.records_changed()
        self._frame.show_page("form", record_id=record_id)
        text = _("{label} is a new draft with the same answers.").format(label=ltr(label))
        self._frame.notify("info", text, _("Say its period, and change what is different."))

    def roll_over(self) -> None:
        record = self._chosen()
        self._work(partial(_roll_over, self._frame.workspace, record.record_id), self._rolled_over)

    def _rolled_over(self, made: tuple[str, int]) -> None:
        record_id, carried = made
        self._frame.records_changed()
        self._frame.show_page("form", record_id=record_id)
        if carried:
            text = ngettext(
                "{count} answer came along and waits to be confirmed.",
                "{count} answers came along and wait to be confirmed.",
                carried,
            )
            self._frame.notify("info", text.format(count=ltr(str(carried))))

    def withdraw(self) -> None:
        """Ask for the reason; the button carries the verb."""
        record = self._chosen()
        name = iso(record.subject) or ltr(record.label)
        text = _(
            "Headquarters is told with the next package. Nothing is lost: the history keeps every answer, "
            "and a later change brings the record back."
        )
        title = _("Withdraw the record {record}").format(record=name)
        dialog = ReasonDialog(self._frame, title, text, _("Withdraw the record"))
        dialog.given.connect(lambda reason: self._withdraw(record, reason))
        dialog.open()

    def _withdraw(self, record: RecordSummary, reason: str) -> None:
        at = self._frame.now()

        def work(progress: Progress) -> str:
            from habitat_desktop.records.acts import withdraw_record

            workspace = self._frame.workspace
            with workspace.begin() as session:
                return withdraw_record(
                    session, workspace.settings, record.record_id, reason=reason, at=at
                ).label

        self._work(work, self._withdrawn)

    def _withdrawn(self, label: str) -> None:
        end_sittings(self._frame, {self._chosen().record_id})
        self._frame.records_changed()
        text = _("{label} is withdrawn. The next package tells headquarters.").format(label=ltr(label))
        self._frame.notify("ok", text)

    def delete_draft(self) -> None:
        record = self._chosen()
        workspace = self._frame.workspace

        def work(progress: Progress) -> Any:
            from habitat_desktop.records.many import discard_many

            with workspace.begin() as session:
                return discard_many(session, workspace.settings, [record.record_id])

        self._work(work, self._draft_deleted)

    def _draft_deleted(self, told: Any) -> None:
        from habitat_desktop.gui.record_bulk import tell_deleted

        end_sittings(self._frame, {draft.record_id for draft in told.drafts})
        self._frame.records_changed()
        tell_deleted(self._frame, told)

    def upgrade(self) -> None:
        from habitat_desktop.gui.upgrade_dialog import UpgradeDialog

        UpgradeDialog.ask(self._frame, self._chosen())

    def make_questionnaire(self) -> None:
        from habitat_desktop.gui.questionnaire_making import MakeQuestionnaireDialog

        MakeQuestionnaireDialog.ask(self._frame, self._chosen())

    def take_questionnaire(self) -> None:
        from habitat_desktop.gui.questionnaire_taking import choose_and_preview

        choose_and_preview(self._frame, self._chosen())

    # parts

    def _chosen(self) -> RecordSummary:
        assert self.record is not None
        return self.record

    def _is_ours(self, record: RecordSummary) -> bool:
        settings = self._frame.workspace.settings
        return settings.role == "office" and record.office == settings.office

    def _work(self, work: Callable[[Progress], Any], done: Callable[[Any], object]) -> None:
        jobs.run(work, self._owner, done=done, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HabitatError):
            self._frame.notify("error", _("Nothing was changed"), explain(error))
        else:
            jobs.report_failure(error)


def end_sittings(frame: "MainWindow", record_ids: Iterable[str]) -> None:
    """Let the form page forget these records: what it holds of them is no longer what the store has."""
    page = frame.made_page("form")
    sitting = getattr(page, "sitting", None)
    if sitting is not None and sitting.entry.record_id in set(record_ids):
        sitting.is_over = True


def _calling(does: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: does()


def _duplicate(workspace: "Workspace", record_id: str, progress: Progress) -> tuple[str, str]:
    from habitat_desktop.records.duplicating import duplicate

    with workspace.begin() as session:
        made = duplicate(session, workspace.library.form, workspace.settings, record_id, language=language())
    return made.entry.record_id, made.entry.label


def _roll_over(workspace: "Workspace", record_id: str, progress: Progress) -> tuple[str, int]:
    from habitat_desktop.records.rollover import roll_over

    with workspace.begin() as session:
        made = roll_over(session, workspace.library, workspace.settings, record_id, language=language())
    return made.entry.record_id, len(made.carried)
