"""The bar over the list while records are ticked: finalize, export, send, delete drafts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.progress_line import ProgressCard
from habitat_desktop.gui.record_actions import end_sittings
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.record_export import Exported
    from habitat_desktop.records.many import Blocked, Checked, Discarded, Finalized
    from habitat_desktop.workspace import Workspace


class BulkBar(QFrame):
    """How many records are ticked and what can be done with them; hidden while none is."""

    clear_wanted = Signal()
    done = Signal(tuple)  # the ids that stay ticked

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__()
        self.setProperty("part", "banner")
        self.setProperty("tone", "info")
        self._frame = frame
        self._ids: tuple[str, ...] = ()
        self._job: jobs.Job | None = None
        self.choose_file: Callable[[str], str] = self._ask_for_file
        is_office = frame.workspace.settings.role == "office"
        self.words = kit.Label("", strong=True)
        self.send_button = kit.Button("", icon="box", does=self.send)
        self.finalize_button = kit.Button("", icon="document_checkmark", does=self.check)
        self.print_button = kit.Button("", icon="print", does=self.print)
        self.export_button = kit.Button("", icon="arrow_download", does=self.export)
        self.delete_button = kit.Button("", icon="delete", does=self.delete)
        for button in (self.send_button, self.finalize_button, self.delete_button):
            button.setVisible(is_office)
        self.clear_button = kit.LinkButton("", self.clear_wanted.emit)
        self.progress = ProgressCard()
        buttons = (
            self.send_button,
            self.finalize_button,
            self.print_button,
            self.export_button,
            self.delete_button,
        )
        flow = kit.flowing(self.words, *buttons)
        sign = kit.IconLabel("checkmark_circle", "accent", filled=True)
        self.setLayout(kit.row(sign, (flow, 1), self.clear_button, space=12, margins=(12, 4, 12, 4)))
        self.hide()

    def show_ticked(self, record_ids: Sequence[str]) -> None:
        self._ids = tuple(record_ids)
        count = len(self._ids)
        text = ngettext("{count} record chosen", "{count} records chosen", count)
        self.words.setText(text.format(count=ltr(f"{count:,}")))
        self.setVisible(bool(self._ids))

    def retranslate(self) -> None:
        self.send_button.setText(_("Add to package"))
        self.send_button.setToolTip(_("Everything that is final goes into the next package."))
        self.finalize_button.setText(pgettext("button", "Finalize"))
        self.print_button.setText(pgettext("button", "Print…"))
        self.print_button.setToolTip(ltr("Ctrl+P"))
        self.export_button.setText(pgettext("button", "Export…"))
        self.delete_button.setText(_("Delete drafts"))
        self.clear_button.setText(pgettext("ticks", "Clear"))
        self.show_ticked(self._ids)

    # sending

    def send(self) -> None:
        """Go to where packages are made: everything final goes into the next one."""
        self._frame.show_page("exchange", records=self._ids)

    # finalizing

    def check(self) -> None:
        """Find out which of the chosen can be finalized, then ask."""
        workspace, ids, spoken, at = self._frame.workspace, self._ids, language(), self._frame.now()
        self._work(
            _("Checking the records"),
            lambda progress: _check(workspace, ids, spoken, at, progress),
            self._ask_to_finalize,
        )

    def _ask_to_finalize(self, found: "Checked") -> None:
        dialog = FinalizeManyDialog(self._frame, found)
        dialog.confirmed.connect(self._finalize)
        dialog.opened.connect(lambda record_id: self._frame.show_page("form", record_id=record_id))
        dialog.open()

    def _finalize(self, ids: tuple[str, ...]) -> None:
        workspace, spoken, at = self._frame.workspace, language(), self._frame.now()
        self._work(
            _("Finalizing the records"),
            lambda progress: _finalize(workspace, ids, spoken, at, progress),
            self._finalized,
        )

    def _finalized(self, told: "Finalized") -> None:
        made = {one.record_id for one in told.made}
        end_sittings(self._frame, made)
        self.done.emit(tuple(one for one in self._ids if one not in made))
        self._frame.records_changed()
        count = len(told.made)
        text = ngettext(
            "{count} record is final. Nothing is sent until you make a package.",
            "{count} records are final. Nothing is sent until you make a package.",
            count,
        ).format(count=ltr(str(count)))
        go = (_("Go to “Send and receive”"), lambda: self._frame.show_page("exchange"))
        stay = [one for one in told.blocked if one.error.code != "NO_DRAFT"]
        self._frame.notify("ok", text, _stayed(stay), go)

    # printing and exporting

    def print(self) -> None:
        """Open the dialog that prints the chosen records into one PDF."""
        from habitat_desktop.gui.print_dialog import print_records

        print_records(self._frame, self._ids)

    def export(self) -> None:
        """Ask for a file and write the chosen records to it; its ending says as what."""
        self.export_records(self._ids)

    def export_records(self, ids: Sequence[str]) -> None:
        """Ask for a file and write these records to it."""
        name = self.choose_file(_("records"))
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(f"{name}.xlsx")
        workspace, spoken = self._frame.workspace, language()
        self._work(
            _("Exporting the records"),
            lambda progress: _export(workspace, ids, path, spoken, progress),
            self._exported,
        )

    def _exported(self, made: "Exported") -> None:
        count = made.records
        text = ngettext("{count} record exported", "{count} records exported", count)
        where = _("The file is “{path}”.").format(path=ltr(str(made.paths[0])))
        if len(made.paths) > 1:
            where = _("The files are in “{path}”.").format(path=ltr(str(made.paths[0].parent)))
        if made.drafts:
            drafts = ngettext(
                "{count} of them is a draft and may still change.",
                "{count} of them are drafts and may still change.",
                made.drafts,
            )
            where = f"{where} {drafts.format(count=ltr(str(made.drafts)))}"
        self._frame.notify("ok", text.format(count=ltr(str(count))), where)

    def _ask_for_file(self, name: str) -> str:
        kinds = ";;".join((_("Excel workbook (*.xlsx)"), _("CSV files (*.csv)"), _("JSON file (*.json)")))
        start = str(Path.home() / f"{name}.xlsx")
        return QFileDialog.getSaveFileName(self, _("Export the records"), start, kinds)[0]

    # deleting drafts

    def delete(self) -> None:
        """Drop the drafts among the chosen; the banner that says so can put them back."""
        workspace, ids = self._frame.workspace, self._ids
        self._work(_("Deleting the drafts"), lambda _progress: _discard(workspace, ids), self._deleted)

    def _deleted(self, told: "Discarded") -> None:
        dropped = {draft.record_id for draft in told.drafts}
        end_sittings(self._frame, dropped)
        self.done.emit(tuple(one for one in self._ids if one not in dropped))
        self._frame.records_changed()
        tell_deleted(self._frame, told)

    # all of them

    def _work(self, title: str, work: Callable[[Progress], Any], done: Callable[[Any], object]) -> None:
        if self._job is not None:
            return
        self._set_busy(True)
        job = jobs.Job(work, self)
        self._job = job
        self.progress.begin(title, job.cancel, _("Cancelling leaves all records as they are."))
        job.handles_failure()
        job.progressed.connect(self.progress.show_progress)
        job.finished.connect(self._over)
        job.succeeded.connect(done)
        job.failed.connect(self._failed)
        job.start()

    def _over(self) -> None:
        self._job = None
        self.progress.end()
        self._set_busy(False)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HabitatError):
            self._frame.notify("error", _("Nothing was changed"), explain(error))
        else:
            jobs.report_failure(error)

    def _set_busy(self, busy: bool) -> None:
        for button in (self.send_button, self.finalize_button, self.export_button, self.delete_button):
            button.setEnabled(not busy)


class FinalizeManyDialog(QDialog):
    """Says which records can be finalized and why the others stay, before anything is done."""

    confirmed = Signal(tuple)  # ids
    opened = Signal(str)  # the id of a record that stays a draft

    def __init__(self, frame: QWidget, found: "Checked") -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(pgettext("button", "Finalize"))
        self.setMinimumWidth(560)
        self._found = found
        self._stay = [one for one in found.blocked if one.error.code != "NO_DRAFT"]
        ready, stay = len(found.ready), len(self._stay)
        title = ngettext("{count} record can be finalized", "{count} records can be finalized", ready)
        title = title.format(count=ltr(str(ready))) if ready else _("No record can be finalized yet")
        layout = kit.column(space=8, margins=(24, 20, 24, 16))
        layout.addWidget(kit.Label(title, "subtitle", strong=True, wrap=True))
        text = _("A final record is a revision: it stays in the history and goes into the next package.")
        layout.addWidget(kit.Label(text, tone="muted", wrap=True))
        final = len(found.blocked) - stay
        if final:
            words = ngettext(
                "{count} of the chosen has no draft: nothing is done with it.",
                "{count} of the chosen have no draft: nothing is done with them.",
                final,
            )
            layout.addWidget(kit.Label(words.format(count=ltr(str(final))), tone="muted", wrap=True))
        self.table = kit.Table(_("Records that stay as they are"), two_lines=True)
        if stay:
            words = ngettext("{count} record stays a draft", "{count} records stay drafts", stay)
            layout.addWidget(kit.Label(words.format(count=ltr(str(stay))), strong=True))
            self._fill()
            layout.addWidget(kit.frame("card", kit.column(self.table, margins=(1, 1, 1, 1))), 1)
        verb = ngettext("Finalize {count} record", "Finalize {count} records", ready)
        self.done_button = kit.PrimaryButton(
            verb.format(count=ltr(str(ready))), "document_checkmark", self._confirm
        )
        self.done_button.setVisible(bool(ready))
        self.done_button.setDefault(bool(ready))
        word = pgettext("button", "Cancel") if ready else pgettext("button", "Close")
        layout.addLayout(kit.row(None, kit.Button(word, does=self.reject), self.done_button))
        self.setLayout(layout)

    def _fill(self) -> None:
        model = kit.CellTable(self.table)
        rows = []
        for one in self._stay:
            name = one.record.subject if one.record is not None and one.record.subject else one.label
            why = explain(one.error)
            rows.append(
                (
                    kit.Cell(iso(name), ltr(one.label), strong=True),
                    kit.Cell(why, tone="error", wrap=True, tip=why),
                )
            )
        model.show_rows((pgettext("column", "Record"), pgettext("column", "Why it stays")), rows)
        self.table.setModel(model)
        self.table.set_columns(190, 0)
        self.table.opened.connect(self._open)
        scale = theme.current().scale
        self.table.setMinimumHeight(round(scale * (40 + 48 * min(len(rows), 5))))

    def _open(self, row: int) -> None:
        record = self._stay[row].record
        if record is not None:
            self.accept()
            self.opened.emit(record.record_id)

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit(tuple(one.record_id for one in self._found.ready))


def tell_deleted(frame: "MainWindow", told: "Discarded") -> None:
    """Say which drafts were dropped, with Undo, and why others were not."""
    count = len(told.drafts)
    if not count:
        text = _stayed(told.blocked) or _("None of the chosen records has a draft.")
        frame.notify("info", _("No draft was deleted"), text)
        return
    workspace = frame.workspace

    def undo() -> None:
        jobs.run(lambda _progress: _put_back(workspace, told), frame, done=lambda _count: back())

    def back() -> None:
        frame.clear_news()
        frame.records_changed()
        frame.notify("ok", ngettext("The draft is back", "The drafts are back", count))

    title = ngettext("{count} draft deleted", "{count} drafts deleted", count).format(count=ltr(str(count)))
    text = _("Final revisions stay.")
    frame.notify("info", title, text, (pgettext("button", "Undo"), undo))


def _stayed(blocked: "Sequence[Blocked]") -> str:
    """Say how many stay and why the first does; "" where there are none."""
    if not blocked:
        return ""
    text = ngettext(
        "{count} record stays as it is. {why}",
        "{count} records stay as they are. The first: {why}",
        len(blocked),
    )
    return text.format(count=ltr(str(len(blocked))), why=explain(blocked[0].error))


def _check(
    workspace: "Workspace", ids: Sequence[str], spoken: str, at: datetime, progress: Progress
) -> "Checked":
    from habitat_desktop.records.many import check_many

    with workspace.read() as session:
        return check_many(
            session,
            workspace.library.form,
            workspace.settings,
            ids,
            language=spoken,
            at=at,
            progress=progress,
        )


def _finalize(
    workspace: "Workspace", ids: Sequence[str], spoken: str, at: datetime, progress: Progress
) -> "Finalized":
    from habitat_desktop.records.many import finalize_many

    with workspace.begin() as session:
        return finalize_many(
            session,
            workspace.library.form,
            workspace.settings,
            ids,
            language=spoken,
            at=at,
            progress=progress,
        )


def _export(
    workspace: "Workspace", ids: Sequence[str], path: Path, spoken: str, progress: Progress
) -> "Exported":
    from habitat_desktop.packages.record_export import export_records

    with workspace.read() as session:
        return export_records(session, workspace.library.form, ids, path, language=spoken, progress=progress)


def _discard(workspace: "Workspace", ids: Sequence[str]) -> "Discarded":
    from habitat_desktop.records.many import discard_many

    with workspace.begin() as session:
        return discard_many(session, workspace.settings, ids)


def _put_back(workspace: "Workspace", told: "Discarded") -> int:
    from habitat_desktop.records.many import put_back

    with workspace.begin() as session:
        return put_back(session, told.drafts)
