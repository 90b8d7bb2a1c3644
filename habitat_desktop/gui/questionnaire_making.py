"""Makes a questionnaire about one record: which sections, for whom, in which language, into which file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QLineEdit, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import clean, iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.questionnaires.making import QuestionnaireMade, Wanted
    from habitat_desktop.workspace import Workspace


class MakeQuestionnaireDialog(QDialog):
    """Asks what shall be in the workbook; `sections` are (name, label) of those with questions to ask."""

    def __init__(
        self, frame: "MainWindow", record: RecordSummary, sections: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._record = frame, record
        self.choose_file: Callable[[str], str] = self._ask_for_file
        self.setWindowTitle(_("Make a questionnaire"))
        self.setMinimumWidth(520)
        name = iso(record.subject) or ltr(record.label)
        title = _("Questionnaire about {record}").format(record=name)
        text = _(
            "An Excel workbook with questions of this record, for somebody who has only Excel. What comes "
            "back is taken into the draft."
        )
        self.to = QLineEdit()
        self.to.setMaxLength(200)
        self.language_box = QComboBox()
        for code, row in languages().items():
            self.language_box.addItem(row.endonym, code)
        self.language_box.setCurrentIndex(max(self.language_box.findData(language()), 0))
        self.boxes = {key: QCheckBox(label.replace("&", "&&")) for key, label in sections}
        for box in self.boxes.values():
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._count())
        content = QWidget()
        content.setLayout(kit.column(*self.boxes.values(), None, space=4, margins=(12, 8, 12, 8)))
        scroll = kit.scrolling(content)
        scale = theme.current().scale
        scroll.setMinimumHeight(round(scale * min(36 + 28 * len(sections), 220)))
        self.count = kit.Label("", "caption", "muted")
        everything = kit.LinkButton(pgettext("sections", "All"), lambda: self._tick(True))
        nothing = kit.LinkButton(pgettext("sections", "None"), lambda: self._tick(False))
        self.make_button = kit.PrimaryButton(_("Make the questionnaire…"), "document_table", self._make)
        self.make_button.setDefault(True)
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.setLayout(
            kit.column(
                kit.Label(title, "subtitle", strong=True, wrap=True),
                kit.Label(text, tone="muted", wrap=True),
                kit.field_label(_("Who fills it in, such as a ministry"), self.to),
                self.to,
                kit.field_label(pgettext("questionnaire", "Language"), self.language_box),
                self.language_box,
                kit.row((kit.Label(_("Sections"), strong=True), 1), self.count, everything, nothing),
                (kit.frame("card", kit.column(scroll, margins=(1, 1, 1, 1))), 1),
                self.problem,
                kit.row(None, kit.Button(pgettext("button", "Cancel"), does=self.reject), self.make_button),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )
        self._count()
        self.to.setFocus(Qt.FocusReason.OtherFocusReason)

    @classmethod
    def ask(cls, frame: "MainWindow", record: RecordSummary) -> None:
        """Read the sections of the record's form and show the dialog."""
        jobs.run(
            partial(_sections, frame.workspace, record, language()),
            frame,
            done=lambda sections: cls(frame, record, sections).open(),
            failed=lambda error: tell_failure(frame, error),
        )

    def _tick(self, on: bool) -> None:
        for box in self.boxes.values():
            box.setChecked(on)

    def _chosen(self) -> tuple[str, ...]:
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def _count(self) -> None:
        count = len(self._chosen())
        said = ngettext("{count} section", "{count} sections", count).format(count=ltr(str(count)))
        self.count.setText(said)
        self.problem.setVisible(count == 0)
        self.problem.setText(_("Choose at least one section.") if count == 0 else "")
        self.make_button.setEnabled(count > 0)

    def _make(self) -> None:
        from habitat_desktop.packages.questionnaires.making import Wanted

        chosen = self._chosen()
        name = self.choose_file(f"{self._record.label}-{self.language_box.currentData()}.xlsx")
        if not name:
            return
        path = Path(name) if Path(name).suffix.lower() == ".xlsx" else Path(f"{name}.xlsx")
        wanted = Wanted(
            record=self._record.record_id,
            sections=() if len(chosen) == len(self.boxes) else chosen,
            language=str(self.language_box.currentData()),
            to=clean(self.to.text()).strip(),
        )
        self.make_button.setEnabled(False)
        work = partial(_made, self._frame.workspace, wanted, path)
        jobs.run(work, self, done=self._done, failed=self._failed)

    def _done(self, made: "QuestionnaireMade") -> None:
        count = len(made.manifest.questions)
        text = ngettext("{count} question is in it.", "{count} questions are in it.", count)
        back = _("When it comes back: “Take back a questionnaire” at the record.")
        self.accept()
        title = _("The questionnaire is “{path}”.").format(path=ltr(str(made.path)))
        self._frame.notify("ok", title, f"{text.format(count=ltr(str(count)))} {back}")
        self._frame.records_changed()

    def _failed(self, error: Exception) -> None:
        self.make_button.setEnabled(True)
        if isinstance(error, HabitatError):
            self.problem.setText(explain(error))
            self.problem.show()
        else:
            jobs.report_failure(error)

    def _ask_for_file(self, name: str) -> str:
        start = str(Path.home() / name)
        kinds = _("Excel workbook (*.xlsx)")
        # a questionnaire that is there is never replaced: somebody may be filling it in
        options = QFileDialog.Option.DontConfirmOverwrite
        return QFileDialog.getSaveFileName(self, _("Make a questionnaire"), start, kinds, options=options)[0]


def tell_failure(frame: "MainWindow", error: Exception) -> None:
    """Say that nothing was changed and why; what nobody foresaw goes to the error dialog."""
    if isinstance(error, HabitatError):
        frame.notify("error", _("Nothing was changed"), explain(error))
    else:
        jobs.report_failure(error)


def _sections(
    workspace: "Workspace", record: RecordSummary, spoken: str, progress: Progress
) -> tuple[tuple[str, str], ...]:
    from habitat_desktop.packages.questionnaires.asking import section_names

    form = workspace.library.form(record.form_id, record.form_version)
    found = []
    for name in section_names(form):
        element = form.elements.get(f"{form.root.path}/{name}")
        label = " ".join(element.label(spoken).split()) if element is not None else ""
        found.append((name, label or name))
    return tuple(found)


def _made(workspace: "Workspace", wanted: "Wanted", path: Path, progress: Progress) -> "QuestionnaireMade":
    from habitat_desktop.packages.questionnaires.making import create

    return create(
        workspace.database,
        workspace.settings,
        workspace.library.form,
        wanted,
        path,
        workspace.questionnaires,
        workspace.keeper(),
    )
