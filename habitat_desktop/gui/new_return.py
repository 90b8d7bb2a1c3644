"""The dialog that begins a return: form, country if there are several, period."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QVBoxLayout, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.collation import in_order
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.names import countries, country_name
from habitat_desktop.i18n.periods import current_period, period_name, previous_period
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_SHOWN_LETTERS = 36  # the longest title of a form in the six languages
_PERIODS_BACK = 4


class NewReturnDialog(QDialog):
    """Asks what the return is about and makes its draft; says if one of the same is there already."""

    def __init__(self, frame: "MainWindow", *, form_id: str = "", period: str = "") -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("New return"))
        self.setMinimumWidth(460)
        self._frame = frame
        self._look: jobs.Job | None = None
        self._forms = in_order(frame.workspace.library.newest(), lambda info: info.title(language()))
        self.form_box, self.country_box, self.period_box = QComboBox(), QComboBox(), QComboBox()
        self.start_box = QComboBox()
        for box in (self.form_box, self.country_box, self.period_box, self.start_box):
            # a long title must not take the room of the labels beside it
            box.currentTextChanged.connect(box.setToolTip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_SHOWN_LETTERS)
        for info in self._forms:
            self.form_box.addItem(info.title(language()), info.form_id)
        for code in frame.workspace.settings.countries or countries():
            self.country_box.addItem(country_name(code, language()), code)
        self.form_box.setCurrentIndex(max(self.form_box.findData(form_id), 0))
        self.begin = kit.PrimaryButton(_("Begin"), "edit", self._begin)
        self.begin.setDefault(True)
        self.begin.setEnabled(bool(self._forms))
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        self._known = QVBoxLayout()
        self._known.setContentsMargins(0, 0, 0, 0)
        self._rows = kit.column(
            kit.Label(_("Begin a return"), "subtitle", strong=True),
            self._questions(),
            self._known,
            None,
            kit.row(None, cancel, self.begin),
            space=16,
            margins=(24, 20, 24, 16),
        )
        self.setLayout(self._rows)
        self._fill_periods(period)
        self.form_box.currentIndexChanged.connect(lambda _i: self._fill_periods(""))
        self.country_box.currentIndexChanged.connect(lambda _i: self._look_up())
        self.period_box.currentIndexChanged.connect(lambda _i: self._look_up())

    def _questions(self) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: list[tuple[str, QWidget]] = [(_("Form"), self.form_box)]
        if self.country_box.count() > 1:
            rows.append((_("Country"), self.country_box))
        rows.append((_("Period"), self.period_box))
        rows.append((_("Start from"), self.start_box))
        for text, field in rows:
            form.addRow(kit.field_label(text, field), field)
            field.setAccessibleName(text)
        form.setRowVisible(self.start_box, False)
        self._fields = form
        return form

    def _fill_periods(self, chosen: str) -> None:
        """Offer the period due now, those before it, and the one running."""
        form = next((info for info in self._forms if info.form_id == self.form_box.currentData()), None)
        today = self._frame.now().date()
        periodicity = (form.periodicity if form is not None else "") or "ad hoc"
        key: str | None = current_period(today, periodicity)
        self.period_box.blockSignals(True)
        self.period_box.clear()
        for _step in range(_PERIODS_BACK):
            if key is not None:
                self.period_box.addItem(period_name(key, language()), key)
                key = previous_period(key)
        if chosen and self.period_box.findData(chosen) < 0:
            self.period_box.addItem(period_name(chosen, language()), chosen)
        self.period_box.setCurrentIndex(max(self.period_box.findData(chosen), 0))
        self.period_box.blockSignals(False)
        self._look_up()

    def _look_up(self) -> None:
        """Ask whether there are records of the same form, country and period."""
        if self._look is not None:
            self._look.forget()
        kit.clear(self._known)
        if not self._forms:
            return
        workspace = self._frame.workspace
        form_id, country, period = self._chosen()

        def work(progress: Progress) -> tuple[list[RecordSummary], list[RecordSummary]]:
            from habitat_desktop.records import repository
            from habitat_desktop.records.rollover import last_return

            with workspace.read() as session:
                found = repository.list_records(session, form_id=form_id, period=period, limit=50)
                before = last_return(session, form_id, workspace.settings.office, country, period)
            known = [r for r in found if r.country in ("", country) and r.state != RecordState.WITHDRAWN]
            begun = {record.subject for record in known if record.subject}
            return known, [record for record in before if record.subject not in begun]

        self._look = jobs.run(work, self, done=lambda found: self._show_found(*found))

    def _show_found(self, records: list[RecordSummary], before: list[RecordSummary]) -> None:
        """Offer the returns of the period before to start from, and tell of those that are begun."""
        self.start_box.clear()
        for record in before:
            named = iso(record.subject) or ltr(record.label)
            text = _("{period}: {record}").format(period=period_name(record.period, language()), record=named)
            self.start_box.addItem(text, record.record_id)
        # Translators: what a new return may start from, beside the returns of last period.
        self.start_box.addItem(_("Nothing: an empty return"), "")
        self._fields.setRowVisible(self.start_box, bool(before))
        self._show_known(records)

    def _show_known(self, records: list[RecordSummary]) -> None:
        kit.clear(self._known)
        if not records:
            return
        newest = records[0]
        text = ngettext(
            "There is {count} return of this form for this period already: {record}. Open it instead, "
            "unless the new one is about something else.",
            "There are {count} returns of this form for this period already, the newest: {record}. "
            "Open it instead, unless the new one is about something else.",
            len(records),
        ).format(count=len(records), record=iso(newest.subject) or ltr(newest.label))
        actions = [(pgettext("button", "Open"), lambda: self._open(newest.record_id))]
        if not self._frame.has_page("form"):
            actions = []
        self._say(kit.Banner("info", _("Already begun"), text, *actions))

    def _chosen(self) -> tuple[str, str, str]:
        boxes = (self.form_box, self.country_box, self.period_box)
        form_id, country, period = (str(box.currentData() or "") for box in boxes)
        return form_id, country, period

    def _begin(self) -> None:
        workspace, spoken = self._frame.workspace, language()
        form_id, country, period = self._chosen()
        start = str(self.start_box.currentData() or "")
        self.begin.setEnabled(False)

        def work(progress: Progress) -> str:
            from habitat_desktop.records.entry import start_entry
            from habitat_desktop.records.rollover import roll_over

            library, settings = workspace.library, workspace.settings
            with workspace.begin() as session:
                if start:
                    return roll_over(
                        session, library, settings, start, period=period, language=spoken
                    ).entry.record_id
                form = library.form_for(form_id, period)
                entry = start_entry(session, form, settings, country=country, period=period, language=spoken)
            return entry.record_id

        jobs.run(work, self, done=self._made, failed=self._failed)

    def _made(self, record_id: str) -> None:
        self.accept()
        self._frame.records_changed()
        self._open(record_id)

    def _open(self, record_id: str) -> None:
        self.accept()
        page = "form" if self._frame.has_page("form") else "records"
        self._frame.show_page(page, record_id=record_id)

    def _failed(self, error: Exception) -> None:
        self.begin.setEnabled(True)
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        kit.clear(self._known)
        self._say(kit.Banner("error", _("The return was not begun"), explain(error)))

    def _say(self, banner: kit.Banner) -> None:
        """Show `banner`; the dialog grows to the height its words need."""
        self._known.addWidget(banner)

    def event(self, event: QEvent) -> bool:
        result = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # also when words were polished and measured anew
            needed = self._rows.totalHeightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)
        return result
