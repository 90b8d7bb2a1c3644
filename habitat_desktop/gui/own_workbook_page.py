"""An office's own workbook: columns to questions, cells that do not fit, then drafts or a comparison."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.collation import in_order
from habitat_desktop.gui.own_workbook_columns import ColumnList
from habitat_desktop.gui.own_workbook_work import OpenedBook, Use, for_form, load, look, read_book
from habitat_desktop.gui.page import Page
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.names import countries, country_name
from habitat_desktop.i18n.periods import current_period, period_name, previous_period
from habitat_desktop.i18n.text import clean, iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.own_workbooks.loading import Outcome
    from habitat_desktop.packages.own_workbooks.reading import Sheet, Trouble

_SIDE_WIDTH = 300
_PERIODS = 6


class OwnWorkbookPage(Page):
    """Choices at the leading side, columns and preview beside them, what becomes of the rows at the foot."""

    narrow_navigation = True

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self.opened: OpenedBook | None = None
        self.sheet: Sheet | None = None
        self.outcome: Outcome | None = None
        self.use: Use = "drafts"
        self._job: jobs.Job | None = None
        self.choose_file: Callable[[], Path | None] = self._ask_file  # what a test replaces
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self._build()

    # Page

    def enter(self, **context: Any) -> None:
        """Go on with the workbook shown; `path` names one to open, `form_id` the form."""
        path = context.get("path")
        if path:
            self.open_file(Path(str(path)), str(context.get("form_id") or ""))

    def retranslate(self) -> None:
        self._build()
        self._show()

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.side, self.columns, self.table, self.foot)

    # opening

    def open(self) -> None:
        """Ask for a workbook and read it."""
        path = self.choose_file()
        if path is not None:
            self.open_file(path, self.opened.form.form_id if self.opened is not None else "")

    def open_file(self, path: Path, form_id: str = "") -> None:
        """Read the workbook at `path` off the window's thread."""
        form_id = form_id or str(self.form_box.currentData() or "")
        if form_id:
            work = partial(read_book, self.workspace, path, form_id, language())
            self._run(work, self._was_read)

    def _ask_file(self) -> Path | None:
        title, kinds = _("Open a workbook of your own"), _("Excel workbooks (*.xlsx *.xlsm)")
        chosen, _kind = QFileDialog.getOpenFileName(self, title, str(Path.home()), kinds)
        return Path(chosen) if chosen else None

    def _was_read(self, opened: OpenedBook) -> None:
        self.opened = opened
        self.name.setText(opened.mapping.name)
        self._show()
        if opened.is_saved:
            title = _("Read as last time: “{name}”").format(name=iso(opened.mapping.name))
            self.frame.notify("ok", title)
        self._look()

    # what is chosen

    def change(self, **changes: Any) -> None:
        """Change how the sheet is read, and look at it again."""
        assert self.opened is not None
        from habitat_desktop.packages.own_workbooks import proposing

        opened = self.opened
        found = replace(opened.mapping, **changes)
        if "repeat" in changes:
            found = replace(found, columns=(), words={})
        if changes.keys() & {"repeat", "sheet", "header_row"}:
            found = proposing.at_row(opened.book, opened.form, found, found.sheet, found.header_row)
        self.opened = opened.with_mapping(found)
        self._show()
        self._look()

    def map_column(self, index: int, heading: str, path: str) -> None:
        """Let a column answer the question at `path`; "" for none."""
        assert self.opened is not None
        self.opened = self.opened.with_mapping(self.opened.mapping.with_column(index, heading, path))
        self.columns.show_book(self.opened)
        self._look()

    def take_offer(self, row: int) -> None:
        """Let the text of a cell stand for what is proposed, in all cells of its column."""
        if self.opened is None or row >= len(self._troubles()):
            return
        trouble = self._troubles()[row]
        if not trouble.offers:
            return
        words = self.opened.mapping.with_word(trouble.path, trouble.text, trouble.offers[0].value)
        self.opened = self.opened.with_mapping(words)
        self._look()

    def _choose_form(self) -> None:
        if self.opened is not None:
            opened, form_id = self.opened, str(self.form_box.currentData())
            work = partial(for_form, self.workspace, opened.path, opened.book, form_id, language())
            self._run(work, self._was_read)

    # looking and loading

    def _look(self) -> None:
        if self.opened is not None:
            self._run(partial(look, self.workspace, self.opened), lambda seen: self._looked(*seen))

    def _looked(self, sheet: "Sheet", outcome: "Outcome | None") -> None:
        self.sheet, self.outcome = sheet, outcome
        self._show_preview()

    def load(self) -> None:
        """Make the drafts, or keep the rows to compare with."""
        if self.opened is None or self.sheet is None:
            return
        if clean(self.name.text()).strip():
            self.save_mapping()
        self._run(partial(load, self.workspace, self.opened, self.sheet, self.use), self._loaded)

    def _loaded(self, outcome: "Outcome") -> None:
        count = outcome.made
        if self.use == "comparison":
            text = ngettext(
                "{count} return to compare with was kept. It stands beside the questions and is never sent.",
                "{count} returns to compare with were kept. They stand beside the questions and are never "
                "sent.",
                count,
            )
            self.frame.notify("ok", text.format(count=count))
            return
        self.frame.records_changed()
        self.frame.show_page("records", state="draft")
        text = ngettext("{count} draft was made.", "{count} drafts were made.", count).format(count=count)
        self.frame.notify("ok", text, _("Check and finalize them before they are sent."))

    def save_mapping(self) -> None:
        """Keep how this sheet is read, under the name given."""
        from habitat_desktop.packages.own_workbooks import mapping as mappings

        assert self.opened is not None
        named = replace(self.opened.mapping, name=clean(self.name.text()).strip())
        try:
            mappings.save(self.workspace.mappings, named)
        except HabitatError as error:
            self.frame.notify("warning", explain(error))
            return
        except OSError as error:
            text = _("The mapping was not saved: {problem}. The workbook is still read as shown.")
            self.frame.notify("error", text.format(problem=iso(error.strerror or str(error))))
            return
        self.opened = self.opened.with_mapping(named)
        self.frame.notify("ok", _("The mapping “{name}” was saved.").format(name=iso(named.name)))

    def _run(self, work: Callable[..., Any], done: Callable[[Any], object]) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.forget()
        self.working.setText(_("Reading…"))
        self._job = jobs.run(
            work, self, done=lambda found: self._ended(done, found), failed=self._failed,
            progressed=self._progressed,
        )  # fmt: skip

    def _progressed(self, done: int, total: int) -> None:
        text = _("{done} of {total} rows").format(done=ltr(str(done)), total=ltr(str(total)))
        self.working.setText(text)

    def _ended(self, done: Callable[[Any], object], found: Any) -> None:
        self._job = None
        self.working.setText("")
        done(found)

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.working.setText("")
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        self.frame.notify("error", _("The workbook was not read"), explain(error))

    # building

    def _build(self) -> None:
        kit.clear(self._layout)
        back = kit.QuietButton(_("Back"), "arrow_left", self.frame.go_back)
        self.open_button = kit.Button(_("Open a workbook…"), icon="folder", does=self.open)
        self.head = kit.PageHead(_("Your own Excel workbook"), " ", back, self.open_button)
        self.side = self._side()
        self.columns = ColumnList()
        self.columns.changed.connect(self.map_column)
        self.table = kit.Table(_("Cells that do not fit"))
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.opened.connect(self.take_offer)
        self.summary = kit.Label("", strong=True, wrap=True)
        self.left_out = kit.Label("", "caption", "muted", wrap=True)
        self.foot = self._foot()
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        below = kit.frame(
            "card",
            kit.column(
                kit.column(self.summary, self.left_out, space=0, margins=(16, 8, 16, 0)),
                (self.table, 1),
                space=4,
                margins=(1, 1, 1, 1),
            ),
        )
        work = QWidget()
        work.setLayout(
            kit.column((kit.frame("card", kit.column((self.columns, 1))), 3), (below, 2), space=12)
        )
        content = QWidget()
        content.setLayout(kit.row(self.side, (work, 1), space=12, margins=(20, 0, 20, 8)))
        empty = kit.EmptyState(
            "document_table",
            _("Any sheet with a row of headings can be read"),
            _(
                "Choose a workbook. Its columns are matched to the questions of a form, every cell that does "
                "not fit is shown, and nothing is kept before you say so."
            ),
            kit.PrimaryButton(_("Open a workbook…"), "folder", self.open),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(content)
        for part in (head, self._stack, self.foot):
            self._layout.addWidget(part, 1 if part is self._stack else 0)
        self.foot.hide()

    def _side(self) -> QWidget:
        self.form_box, self.rows_box, self.sheet_box = QComboBox(), QComboBox(), QComboBox()
        self.language_box, self.country_box, self.period_box = QComboBox(), QComboBox(), QComboBox()
        self.header_row = QSpinBox()
        self.header_row.setRange(1, 1000)
        row_line = QLineEdit()
        row_line.setAccessibleName(_("Row of the headings"))
        self.header_row.setLineEdit(row_line)
        self.name = QLineEdit()
        for info in in_order(self.workspace.library.newest(), lambda one: one.title(language())):
            self.form_box.addItem(info.title(language()), info.form_id)
        for code, one in languages().items():
            self.language_box.addItem(one.endonym, code)
        card, form = kit.Card(_("How it is read")), QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        fields: tuple[tuple[str, QWidget], ...] = (
            (_("Form"), self.form_box),
            (_("Each row is"), self.rows_box),
            (_("Sheet"), self.sheet_box),
            (_("Row of the headings"), self.header_row),
            (_("Language of the sheet"), self.language_box),
            (_("Country of all rows"), self.country_box),
            (_("Period of all rows"), self.period_box),
            (_("Name to save it under"), self.name),
        )
        for text, field in fields:
            form.addRow(kit.field_label(text, field), field)
            if isinstance(field, QComboBox):
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.setMinimumContentsLength(12)
                field.currentTextChanged.connect(field.setToolTip)
        card.body.addLayout(form)
        self.form_box.activated.connect(lambda _i: self._choose_form())
        boxes = (
            (self.rows_box, "repeat"),
            (self.sheet_box, "sheet"),
            (self.language_box, "language"),
            (self.country_box, "country"),
            (self.period_box, "period"),
        )
        for box, key in boxes:
            box.activated.connect(partial(self._chose, box, key))
        self.header_row.editingFinished.connect(self._chose_row)
        side = kit.scrolling(card)
        side.setFixedWidth(round(_SIDE_WIDTH * theme.current().scale))
        return side

    def _chose(self, box: QComboBox, key: str, _index: int) -> None:
        self.change(**{key: str(box.currentData() or "")})

    def _chose_row(self) -> None:
        if self.opened is not None and self.header_row.value() != self.opened.mapping.header_row:
            self.change(header_row=self.header_row.value())

    def _foot(self) -> QWidget:
        self.as_drafts = QRadioButton(_("Drafts to check and finalize"))
        self.as_comparison = QRadioButton(_("Only to compare with; never sent"))
        self.as_drafts.setChecked(self.use == "drafts")
        self.as_comparison.setChecked(self.use == "comparison")
        self.as_drafts.toggled.connect(self._chose_use)
        self.working = kit.Label("", tone="muted")
        save = kit.Button(_("Save the mapping"), icon="save", does=self.save_mapping)
        self.load_button = kit.PrimaryButton(_("Make drafts"), "checkmark", self.load)
        foot = kit.frame("surface")
        foot.setLayout(
            kit.row(
                self.as_drafts, self.as_comparison, None, self.working, save, self.load_button,
                space=12, margins=(20, 8, 20, 8),
            )
        )  # fmt: skip
        return foot

    def _chose_use(self, drafts: bool) -> None:
        self.use = "drafts" if drafts else "comparison"
        self._show_preview()

    def _show(self) -> None:
        opened = self.opened
        self._stack.setCurrentIndex(0 if opened is None else 1)
        self.foot.setVisible(opened is not None)
        self.head.set_texts(
            _("Your own Excel workbook"), iso(opened.path.name) if opened is not None else " "
        )
        if opened is None:
            return
        self.form_box.setCurrentIndex(max(0, self.form_box.findData(opened.form.form_id)))
        self._fill_boxes(opened)
        self.header_row.setValue(opened.mapping.header_row)
        self.columns.show_book(opened)
        self._show_preview()

    def _fill_boxes(self, opened: OpenedBook) -> None:
        from habitat_desktop.packages.own_workbooks.proposing import repeats

        found = opened.mapping
        rows = [("", _("a return"))]
        for repeat in repeats(opened.form):
            text = _("an entry of “{group}”").format(group=iso(repeat.label(language()) or repeat.name))
            rows.append((repeat.path, text))
        _fill(self.rows_box, rows, found.repeat)
        _fill(self.sheet_box, [(one.name, one.name) for one in opened.book.sheets], found.sheet)
        self.language_box.setCurrentIndex(max(0, self.language_box.findData(found.language)))
        nothing = ("", pgettext("choice", "as the column says"))
        codes = self.workspace.settings.countries or tuple(countries())
        _fill(self.country_box, [nothing, *((c, country_name(c, language())) for c in codes)], found.country)
        _fill(self.period_box, [nothing, *self._periods(opened)], found.period)

    def _periods(self, opened: OpenedBook) -> list[tuple[str, str]]:
        info = next(
            (one for one in self.workspace.library.newest() if one.form_id == opened.form.form_id), None
        )
        periodicity = (info.periodicity if info is not None else "") or "ad hoc"
        key: str | None = current_period(self.frame.now().date(), periodicity)
        found: list[tuple[str, str]] = []
        while key is not None and len(found) < _PERIODS:
            found.append((key, period_name(key, language())))
            key = previous_period(key)
        return found

    def _troubles(self) -> "Sequence[Trouble]":
        if self.outcome is not None:
            return self.outcome.troubles
        return self.sheet.troubles if self.sheet is not None else ()

    def _show_preview(self) -> None:
        from habitat_desktop.packages.own_workbooks.proposing import said_column

        opened, sheet = self.opened, self.sheet
        if opened is None or sheet is None:
            self.load_button.setEnabled(False)
            return
        troubles = self._troubles()
        self.model.show_rows(
            (_("Cell"), _("Question"), _("In the sheet"), _("Why it does not fit"), _("What to do")),
            [
                (
                    kit.Cell(one.cell, mono=True),
                    kit.Cell(said_column(one.path, opened.form, language())),
                    kit.Cell(one.text[:80], mono=True),
                    kit.Cell(one.why),
                    _remedy(one),
                )
                for one in troubles[:2000]
            ],
        )
        self.table.set_columns(72, 200, 160, 0, 200)
        self.summary.setText(self._summary(len(troubles)))
        words = pgettext("list separator", ", ").join(iso(text) for text in sheet.left_out)
        self.left_out.setText(_("Columns not used: {columns}").format(columns=words) if words else "")
        self.left_out.setVisible(bool(words))
        made = self.outcome.made if self.outcome is not None else 0
        drafts = ngettext("Make {count} draft", "Make {count} drafts", made).format(count=made)
        self.load_button.setText(drafts if self.use == "drafts" else _("Keep for comparison"))
        self.load_button.setEnabled(bool(made))

    def _summary(self, troubles: int) -> str:
        assert self.sheet is not None
        if self.outcome is None:
            if not self.sheet.rows:
                return _("No row holds an answer yet. Choose another row of headings, or map columns.")
            return _("Choose the country and the period of the rows, or map columns to them.")
        made = self.outcome.made
        there = len(self.outcome.records) - made
        parts = [
            ngettext("{count} return", "{count} returns", made).format(count=made),
            ngettext("{count} answer", "{count} answers", self.outcome.answers).format(
                count=self.outcome.answers
            ),
            ngettext("{count} cell does not fit", "{count} cells do not fit", troubles).format(
                count=troubles
            ),
        ]
        if there:
            parts.append(
                ngettext("{count} is there already", "{count} are there already", there).format(count=there)
            )
        return " · ".join(parts)


def _remedy(trouble: "Trouble") -> kit.Cell:
    if trouble.offers:
        text = _("Read it as {value}").format(value=iso(trouble.offers[0].shown))
        return kit.Cell(text, kind="link")
    return kit.Cell(_("left blank"), tone="text_muted")


def _fill(box: QComboBox, rows: Sequence[tuple[str, str]], chosen: str) -> None:
    box.blockSignals(True)
    box.clear()
    for value, text in rows:
        box.addItem(text, value)
    if chosen and box.findData(chosen) < 0:
        box.addItem(chosen, chosen)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.setToolTip(box.currentText())
    box.blockSignals(False)
