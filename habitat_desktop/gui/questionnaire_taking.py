"""Takes a filled questionnaire back: first every cell and what becomes of it, then into the draft."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QLineEdit

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.questionnaire_making import tell_failure
from habitat_desktop.gui.record_actions import end_sittings
from habitat_desktop.i18n.catalogues import _, explain, ngettext, pgettext
from habitat_desktop.i18n.text import clean, iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.questionnaires.outcome import CellTaken, QuestionnaireTaken
    from habitat_desktop.workspace import Workspace

_ORDER = ("conflict", "left", "taken", "already")
_SIGNS = {
    "conflict": ("branch_fork", "warning"),
    "left": ("error_circle", "error"),
    "taken": ("checkmark_circle", "ok"),
    "already": ("checkmark", "text_muted"),
}


def choose_and_preview(
    frame: "MainWindow", record: RecordSummary, choose: Callable[[], str] | None = None
) -> None:
    """Ask for the file, read it, and show what it would change."""
    name = choose() if choose is not None else _ask_for_file(frame)
    if not name:
        return
    path = Path(name)
    jobs.run(
        partial(_take, frame.workspace, record, path, (), "", True),
        frame,
        done=lambda taken: TakeQuestionnaireDialog(frame, record, taken).open(),
        failed=lambda error: tell_failure(frame, error),
    )


class TakeQuestionnaireDialog(QDialog):
    """Every cell that was written in, with its place and what becomes of it."""

    def __init__(self, frame: "MainWindow", record: RecordSummary, taken: "QuestionnaireTaken") -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._record, self.taken = frame, record, taken
        self.setWindowTitle(_("Take back a questionnaire"))
        self.setMinimumSize(880, 480)
        count = len(taken.of("taken"))
        name = iso(record.subject) or ltr(record.label)
        title = _("{file}: answers for {record}").format(file=ltr(taken.file.name), record=name)
        layout = kit.column(space=8, margins=(24, 20, 24, 16))
        layout.addWidget(kit.Label(title, "subtitle", strong=True, wrap=True))
        layout.addWidget(kit.Label(self._summary(), tone="muted", wrap=True))
        for remark in taken.remarks:
            layout.addLayout(
                kit.row(kit.IconLabel("info", "accent"), (kit.Label(remark.sentence, wrap=True), 1))
            )
        self.table = kit.Table(_("Cells of the questionnaire"), two_lines=True)
        self._fill()
        layout.addWidget(kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1))), 1)
        self.overwrite = QCheckBox(
            _("Where the draft says something else, the questionnaire counts").replace("&", "&&")
        )
        self.overwrite.setVisible(bool(taken.of("conflict")))
        self.overwrite.toggled.connect(lambda _on: self._count())
        layout.addWidget(self.overwrite)
        self.supplier = QLineEdit(taken.supplier.author)
        self.supplier.setMaxLength(200)
        supplier_label = kit.field_label(_("Supplied by"), self.supplier)
        self.take_button = kit.PrimaryButton("", "checkmark_circle", self._take)
        self.take_button.setDefault(True)
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        layout.addWidget(self.problem)
        cancel = kit.Button(
            pgettext("button", "Cancel") if count else pgettext("button", "Close"), does=self.reject
        )
        layout.addLayout(kit.row(supplier_label, (self.supplier, 1), None, cancel, self.take_button))
        self.setLayout(layout)
        self._count()

    def _summary(self) -> str:
        taken = self.taken
        words = {
            "taken": ngettext("{count} is taken", "{count} are taken", len(taken.of("taken"))),
            "already": ngettext(
                "{count} is in the record already",
                "{count} are in the record already",
                len(taken.of("already")),
            ),
            "conflict": ngettext(
                "{count} says something else than the draft",
                "{count} say something else than the draft",
                len(taken.of("conflict")),
            ),
            "left": ngettext("{count} cannot be taken", "{count} cannot be taken", len(taken.of("left"))),
        }
        parts = [
            text.format(count=ltr(str(len(taken.of(key)))))  # type: ignore[arg-type]
            for key, text in words.items()
            if taken.of(key)  # type: ignore[arg-type]
        ]
        return " · ".join(parts) or _("Nothing was written into this questionnaire.")

    def _fill(self) -> None:
        cells = sorted(self.taken.cells, key=lambda cell: _ORDER.index(cell.outcome))
        model = kit.CellTable(self.table)
        heads = (
            pgettext("column", "Cell"),
            pgettext("column", "Question"),
            pgettext("column", "Draft"),
            pgettext("column", "Questionnaire"),
            pgettext("column", "What becomes of it"),
        )
        model.show_rows(heads, [_row(cell) for cell in cells])
        self.table.setModel(model)
        self.table.set_columns(96, 0, 130, 150, 230)
        self.table.setMinimumHeight(round(theme.current().scale * 200))

    def _count(self) -> None:
        count = len(self.taken.of("taken"))
        if self.overwrite.isChecked():
            count += len(self.taken.of("conflict"))
        text = ngettext("Take {count} answer", "Take {count} answers", count)
        self.take_button.setText(text.format(count=ltr(str(count))))
        self.take_button.setVisible(count > 0)

    def _take(self) -> None:
        refs = tuple(cell.ref for cell in self.taken.of("conflict")) if self.overwrite.isChecked() else ()
        supplier = clean(self.supplier.text()).strip()
        self.take_button.setEnabled(False)
        work = partial(_take, self._frame.workspace, self._record, self.taken.file, refs, supplier, False)
        jobs.run(work, self, done=self._done, failed=self._failed)

    def _done(self, taken: "QuestionnaireTaken") -> None:
        frame, record = self._frame, self._record
        self.accept()
        end_sittings(frame, {record.record_id})
        frame.records_changed()
        frame.show_page("form", record_id=record.record_id)
        count = len(taken.of("taken"))
        text = ngettext(
            "{count} answer of {supplier} is in the draft. Look at it, then finalize.",
            "{count} answers of {supplier} are in the draft. Look at them, then finalize.",
            count,
        )
        frame.notify("ok", text.format(count=ltr(str(count)), supplier=iso(taken.supplier.author)))

    def _failed(self, error: Exception) -> None:
        self.take_button.setEnabled(True)
        if isinstance(error, HabitatError):
            self.problem.setText(explain(error))
            self.problem.show()
        else:
            jobs.report_failure(error)


def _row(cell: "CellTaken") -> list[kit.Cell]:
    icon, tone = _SIGNS[cell.outcome]
    if cell.outcome == "taken" and cell.note:  # it is taken, and breaks a rule of the form
        icon, tone = "warning", "warning"
    said = {
        "taken": _("taken"),
        "already": _("in the record already"),
        "left": _("cannot be taken"),
        "conflict": _("the draft stays"),
    }[cell.outcome]
    note = cell.note
    text = f"{said}: {note}" if note and cell.outcome == "taken" else note or said
    words = kit.Cell(text, icon=icon, icon_tone=tone, wrap=True, tip=cell.message)
    return [
        kit.Cell(ltr(cell.place.cell), cell.place.sheet, strong=True),
        kit.Cell(iso(cell.question) or "–", wrap=True, tip=cell.question),
        kit.Cell(iso(cell.old) or "–", tone="text_muted", wrap=True, tip=cell.old),
        kit.Cell(iso(cell.new) or "–", strong=True, wrap=True, tip=cell.new),
        words,
    ]


def _ask_for_file(frame: "MainWindow") -> str:
    kinds = _("Excel workbook (*.xlsx)")
    return QFileDialog.getOpenFileName(frame, _("Take back a questionnaire"), str(Path.home()), kinds)[0]


def _take(
    workspace: "Workspace",
    record: RecordSummary,
    path: Path,
    overwrite: tuple[str, ...],
    supplier: str,
    preview: bool,
    progress: Progress,
) -> "QuestionnaireTaken":
    from habitat_desktop.packages.questionnaires.taking import Options, take_questionnaire

    options = Options(record.label, supplier, overwrite, preview)
    return take_questionnaire(
        workspace.database,
        workspace.settings,
        path,
        workspace.library.form,
        workspace.questionnaires,
        options,
        workspace.keeper(),
    )
