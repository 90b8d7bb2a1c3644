"""The dialog that begins this period's returns from those of the last one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.gui.outbox_texts import record_title
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.next_period import Startable, Started

_SHOWN = 300  # returns offered at once; what is left is offered the next time


class NextPeriodDialog(QDialog):
    """Lists the returns of last period that have no successor yet; begins a draft from each that is ticked.

    `periods` are form ids with the period due now.
    """

    def __init__(self, frame: "MainWindow", periods: Sequence[tuple[str, str]]) -> None:
        super().__init__(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Start from last period"))
        self.setMinimumWidth(520)
        self._frame, self._periods = frame, list(periods)
        self.boxes: list[tuple[QCheckBox, Startable]] = []
        self._list = kit.column(space=8)
        content = QWidget()
        content.setLayout(kit.column(self._list, None))
        self._area = kit.scrolling(content)
        self._area.setMinimumHeight(180)
        self._hint = kit.Label(
            _("Answers that still hold come along; you look at each before it counts."),
            tone="muted",
            wrap=True,
        )
        self.begin = kit.PrimaryButton(_("Begin"), "edit", self._begin)
        self.begin.setDefault(True)
        self.begin.setEnabled(False)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        self.setLayout(
            kit.column(
                kit.Label(_("Start from last period"), "subtitle", strong=True), self._hint,
                (self._area, 1), kit.row(None, cancel, self.begin),
                space=12, margins=(24, 20, 24, 16),
            )
        )  # fmt: skip
        self._read()

    def _read(self) -> None:
        workspace, periods = self._frame.workspace, self._periods

        def work(progress: Progress) -> "list[Startable]":
            from habitat_desktop.records.next_period import startable

            with workspace.read() as session:
                return startable(session, workspace.settings, periods)

        jobs.run(work, self, done=self._show_found)

    def _show_found(self, found: "list[Startable]") -> None:
        kit.clear(self._list)
        self.boxes = []
        if not found:
            title = _("Nothing to start from")
            text = _("Every return of last period has its successor, or there was none.")
            self._list.addWidget(kit.EmptyState("checkmark_circle", title, text))
            return
        for one in found[:_SHOWN]:
            title = form_title(self._frame.workspace, one.record.form_id)
            text = _("{record} · {form}, {period}").format(
                record=iso(record_title(one.record)),
                form=iso(title),
                period=iso(period_name(one.period, language())),
            )
            box = QCheckBox(text.replace("&", "&&"))
            box.setAccessibleName(text)
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._count())
            self.boxes.append((box, one))
            self._list.addWidget(box)
        self._count()
        self.boxes[0][0].setFocus()

    def _chosen(self) -> "list[Startable]":
        return [one for box, one in self.boxes if box.isChecked()]

    def _count(self) -> None:
        count = len(self._chosen())
        words = ngettext("Begin {count} draft", "Begin {count} drafts", count)
        self.begin.setText(words.format(count=ltr(str(count))) if count else _("Begin"))
        self.begin.setEnabled(count > 0)

    def _begin(self) -> None:
        workspace, spoken, chosen = self._frame.workspace, language(), self._chosen()
        self.begin.setEnabled(False)

        def work(progress: Progress) -> "list[Started]":
            from habitat_desktop.records.next_period import start_all

            return start_all(
                workspace.begin, workspace.library, workspace.settings, chosen,
                language=spoken, progress=progress,
            )  # fmt: skip

        jobs.run(work, self, done=self._begun, progressed=self._progressed)

    def _progressed(self, done: int, total: int) -> None:
        self._hint.setText(_("{done} of {total}").format(done=ltr(str(done)), total=ltr(str(total))))

    def _begun(self, found: "list[Started]") -> None:
        frame = self._frame
        self.accept()
        frame.records_changed()
        made = [one for one in found if one.record_id]
        if len(made) == 1 == len(found):
            frame.show_page("form", record_id=made[0].record_id)
            return
        if made:
            text = ngettext("{count} draft was begun", "{count} drafts were begun", len(made))
            show = (pgettext("button", "Show"), lambda: frame.show_page("records", state="draft"))
            frame.notify("ok", text.format(count=ltr(str(len(made)))), "", show)
        for one in found:
            if one.error is not None:
                frame.notify("warning", _("The return was not begun"), explain(one.error))
