"""What is known about one record: state, facts, the next action, and its history as a story."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.gui.record_history import RecordHistory
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow


class RecordPanel(QFrame):
    """The trailing panel of the records page."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._frame = frame
        self._record: RecordSummary | None = None
        self._about = kit.column(space=8)
        self._history = RecordHistory(frame.workspace)
        content = QWidget()
        content.setLayout(kit.column(self._about, self._history, None, space=12, margins=(16, 12, 16, 12)))
        self.setLayout(kit.column(kit.scrolling(content), margins=(1, 1, 1, 1)))

    def show_record(self, record: RecordSummary | None) -> None:
        """Show `record`, and its history when it has been read."""
        if record == self._record and record is not None:
            self._history.refresh()
            return
        self._record = record
        self._history.show_record(record.record_id if record is not None else "")
        self.retranslate()

    def act(self) -> None:
        """Do the next thing with the record: continue the draft, or show it."""
        record = self._record
        if record is not None and self._frame.has_page("form"):
            is_office = self._frame.workspace.settings.role == "office"
            answers = is_office and record.state == RecordState.QUERY  # the fields are open then
            self._frame.show_page("form", record_id=record.record_id, readonly=False if answers else None)

    def retranslate(self) -> None:
        kit.clear(self._about)
        if self._record is None:
            text = _("Choose a record to see its state, its next step and its history.")
            self._about.addWidget(kit.EmptyState("document_table", _("No record chosen"), text))
        else:
            self._fill(self._about, self._record)
        self._history.retranslate()

    def _fill(self, layout: QVBoxLayout, record: RecordSummary) -> None:
        title = form_title(self._frame.workspace, record.form_id)
        layout.addWidget(kit.Label(record.subject or title, "subtitle", strong=True, wrap=True, select=True))
        line = _("{form} · {label}").format(form=title, label=ltr(record.label))
        layout.addWidget(kit.Label(line, "caption", "muted", wrap=True, select=True))
        layout.addLayout(kit.row(kit.Pill(str(record.state), record.package_number), None))
        if reason := _reason(record):
            layout.addWidget(kit.Label(reason, "caption", wrap=True))
        if self._frame.has_page("form"):
            layout.addLayout(self._actions(record))
        layout.addLayout(self._facts(record))
        layout.addWidget(kit.line())

    def _actions(self, record: RecordSummary) -> QVBoxLayout:
        is_office = self._frame.workspace.settings.role == "office"
        if record.has_draft and is_office:
            words, icon = pgettext("button", "Continue"), "edit"
        elif record.state == RecordState.QUERY and is_office:
            words, icon = _("Answer the query"), "arrow_reply"
        elif is_office and record.state != RecordState.WITHDRAWN:
            words, icon = pgettext("button", "Open"), "open"
        else:
            words, icon = pgettext("button", "Show"), "eye"
        if record.state == RecordState.CONFLICT:
            merge = kit.PrimaryButton(
                pgettext("button", "Merge"),
                "branch_fork",
                lambda: self._frame.show_page("merge", record_id=record.record_id),
            )
            return kit.column(kit.row(merge, kit.Button(words, icon=icon, does=self.act), None))
        return kit.column(kit.row(kit.PrimaryButton(words, icon, self.act), None))

    def _facts(self, record: RecordSummary) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        facts = [
            (_("Country"), country_name(record.country, language()) if record.country else ""),
            (_("Period"), period_name(record.period, language())),
            (_("Answered"), _answered(record)),
            (_("Changed"), self._changed(record)),
        ]
        for row, (name, value) in enumerate(fact for fact in facts if fact[1]):
            label = kit.Label(name, "caption", "muted")
            label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 0)
            grid.addWidget(kit.Label(value, "caption", wrap=True), row, 1)
        return grid

    def _changed(self, record: RecordSummary) -> str:
        when = relative_time(record.updated_at, self._frame.now(), language())
        if not record.updated_by:
            return when
        # Translators: when and by whom a record was changed: "today 09:41, M. Njeri".
        return _("{when}, {person}").format(when=iso(when), person=iso(record.updated_by))


def _reason(record: RecordSummary) -> str:
    """Say in a sentence what the state asks of the person; "" where it asks nothing."""
    if record.state == RecordState.CONFLICT:
        return _(
            "This return was changed in two places. Both stay. Merge them here, or leave it to headquarters."
        )
    if record.state == RecordState.WAITING:
        return _("An earlier revision has not arrived yet. Nothing is lost; it is shown when that one comes.")
    if record.state == RecordState.QUERY:
        return _("Headquarters asks about this return, or has returned it; its words are in the history.")
    if record.has_draft and record.revisions:
        return _("This return is being changed; the last final revision stays until the draft is final.")
    return ""


def _answered(record: RecordSummary) -> str:
    if not record.answered:
        return ""
    if not record.missing:
        return ltr(str(record.answered))
    return ngettext(
        "{answered}, {missing} required answer missing",
        "{answered}, {missing} required answers missing",
        record.missing,
    ).format(answered=ltr(str(record.answered)), missing=ltr(str(record.missing)))
