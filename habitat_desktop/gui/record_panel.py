"""What is known about one record: state, facts, the next action, and its history as a story."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.gui.record_actions import RecordActions
from habitat_desktop.gui.record_history import RecordHistory
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.queries import Query
    from habitat_desktop.workspace import Workspace

_ASKED_SHOWN = 2


class RecordPanel(QFrame):
    """The trailing panel of the records page."""

    def __init__(self, frame: "MainWindow", actions: "RecordActions") -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._frame = frame
        self._actions_of = actions
        self._record: RecordSummary | None = None
        self._about = kit.column(space=8)
        self._asked: QVBoxLayout = kit.column(space=8)
        self._asked_job: jobs.Job | None = None
        self._first_ref = ""  # of the question headquarters asks about
        self._history = RecordHistory(frame.workspace)
        self._compare = kit.LinkButton("", actions.show_history)
        compare = kit.row(self._compare, None)
        content = QWidget()
        content.setLayout(
            kit.column(self._about, self._history, compare, None, space=12, margins=(16, 12, 16, 12))
        )
        self.setLayout(kit.column(kit.scrolling(content), margins=(1, 1, 1, 1)))

    def show_record(self, record: RecordSummary | None) -> None:
        """Show `record`, and its history when it has been read."""
        if record == self._record and record is not None:
            self._history.refresh()
            self._read_asked(record)
            return
        self._record = record
        self._read_asked(record)
        self._history.show_record(record.record_id if record is not None else "")
        self.retranslate()

    def _read_asked(self, record: RecordSummary | None) -> None:
        """Read what headquarters asks about the record, to be shown above its button."""
        if self._asked_job is not None:
            self._asked_job.forget()
            self._asked_job = None
        self._first_ref = ""
        if record is not None and record.state == RecordState.QUERY:
            work = partial(_read_questions, self._frame.workspace, record.record_id, language())
            self._asked_job = jobs.run(work, self, done=self._show_asked, failed=lambda _error: None)

    def _show_asked(self, asked: "Sequence[Query]") -> None:
        if not asked:
            return
        kit.clear(self._asked)
        for query in asked[:_ASKED_SHOWN]:
            title = " ".join(query.question.split()) or _("The whole record")
            self._asked.addWidget(kit.Banner("query", iso(title), iso(query.reason)))
        more = len(asked) - _ASKED_SHOWN
        if more > 0:
            text = ngettext("and {count} more query", "and {count} more queries", more)
            self._asked.addWidget(kit.Label(text.format(count=ltr(str(more))), "caption", "muted"))
        self._first_ref = next((query.ref_now for query in asked if query.ref_now), "")

    def answer(self) -> None:
        """Open the record at the question headquarters asks about."""
        if self._record is not None:
            record_id, ref = self._record.record_id, self._first_ref
            self._frame.show_page("form", record_id=record_id, ref=ref, readonly=False)  # to correct there

    def retranslate(self) -> None:
        self._read_asked(self._record)
        kit.clear(self._about)
        self._compare.setText(_("Compare revisions"))
        self._compare.setVisible(self._record is not None)
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
        self._asked = kit.column(space=8)  # why, in a sentence, until the words of headquarters are read
        if reason := _reason(record):
            self._asked.addWidget(kit.Label(reason, "caption", wrap=True))
        layout.addLayout(self._asked)
        if self._frame.has_page("form"):
            layout.addLayout(self._actions(record))
        layout.addLayout(self._facts(record))
        layout.addWidget(kit.line())

    def _actions(self, record: RecordSummary) -> QVBoxLayout:
        self._actions_of.show(record)
        is_office = self._frame.workspace.settings.role == "office"
        words, does = self._actions_of.words_for_open(), self._actions_of.open
        icon = "edit" if record.has_draft and is_office else "open" if is_office else "eye"
        if record.state == RecordState.QUERY and is_office and not record.has_draft:
            words, icon, does = _("Answer the query"), "arrow_reply", self.answer
        more = kit.IconButton("more_horizontal", _("More about this record"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.aboutToShow.connect(lambda: self._actions_of.fill(menu))
        more.setMenu(menu)
        self.more_button = more
        if record.state == RecordState.CONFLICT:
            merge = kit.PrimaryButton(
                pgettext("button", "Merge"),
                "branch_fork",
                lambda: self._frame.show_page("merge", record_id=record.record_id),
            )
            return kit.column(kit.row(merge, kit.Button(words, icon=icon, does=does), None, more))
        return kit.column(kit.row(kit.PrimaryButton(words, icon, does), None, more))

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


def _read_questions(workspace: "Workspace", record_id: str, spoken: str, progress: Progress) -> "list[Query]":
    from habitat_desktop.records.queries import list_queries

    with workspace.read() as session:
        return list_queries(
            session, workspace.library.form, language=spoken, record_id=record_id, state="open"
        )
