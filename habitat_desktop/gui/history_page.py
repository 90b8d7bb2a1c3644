"""History: everything that happened to one record, and what differs between any two of its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QSplitter, QStackedWidget, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.record_history import event_sign, event_text, event_title
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.text import iso, ltr, without_isolates
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.differing import Comparison, Difference, Version
    from habitat_desktop.records.record import RecordSummary
    from habitat_desktop.records.story import Event
    from habitat_desktop.workspace import Workspace

_REVISIONS = ("revision", "merge", "correction", "withdraw", "draft")
_PACKAGES = ("sent", "receipt", "came")


@dataclass(frozen=True)
class _Read:
    """What a record is, what happened to it, and its versions, oldest first."""

    record: "RecordSummary"
    events: "tuple[Event, ...]"
    versions: "tuple[Version, ...]"


class HistoryPage(Page):
    """`enter(record_id=…)` shows a record; `old` and `new` name the versions to compare."""

    narrow_navigation = True

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._record_id = ""
        self._read: _Read | None = None
        self._chosen = ("", "")  # keys of the versions compared
        self._kind = ""
        self._job: jobs.Job | None = None
        self.comparison: Comparison | None = None
        self.back = kit.IconButton("arrow_left", "", frame.go_back)
        self.title = kit.Label("", "title", strong=True, wrap=True)
        self.subtitle = kit.ElidedLabel("", tone="muted")
        self.chips = kit.StateChips()
        self.chips.chosen.connect(self._choose_kind)
        self.story = kit.Table("", two_lines=True)
        self._story_model = kit.CellTable(self.story)
        self.story.setModel(self._story_model)
        self.story.selectionModel().currentRowChanged.connect(lambda *_: self._event_chosen())
        self.story.opened.connect(lambda _row: self._open_version())
        self.old_box, self.new_box = QComboBox(), QComboBox()
        for box in (self.old_box, self.new_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(lambda _index: self._boxes_chosen())
        self.old_label, self.new_label = kit.Label("", tone="muted"), kit.Label("", tone="muted")
        self.copy_button = kit.Button("", icon="copy", does=self.copy)
        self.open_button = kit.Button("", icon="eye", does=self._open_version)
        self.words = kit.Label("", "subtitle", strong=True, wrap=True)
        self.table = kit.Table("", two_lines=True)
        self._model = kit.CellTable(self.table)
        self.table.setModel(self._model)
        self._lay_out()
        self.retranslate()

    def enter(self, **context: Any) -> None:
        record_id = str(context.get("record_id") or self._record_id)
        if record_id != self._record_id:
            self._read, self.comparison, self._kind = None, None, ""
        self._record_id = record_id
        self._chosen = (str(context.get("old") or ""), str(context.get("new") or ""))
        self.refresh()

    def refresh(self) -> None:
        if self._job is not None:
            self._job.forget()
        if self._record_id:
            work = partial(_read, self.workspace, self._record_id)
            self._job = jobs.run(work, self, done=self._take, failed=self._failed)

    def retranslate(self) -> None:
        self.back.name(_("Back"))
        self.story.setAccessibleName(_("History"))
        self.table.setAccessibleName(_("What differs"))
        self.old_label.setText(_("Compare"))
        self.new_label.setText(pgettext("comparison", "with"))
        self.old_box.setAccessibleName(_("Version before"))
        self.new_box.setAccessibleName(_("Version after"))
        self.copy_button.setText(_("Copy as text"))
        self.open_button.setText(_("Show this version"))
        if self._read is not None:
            self._show(self._read)

    def regions(self) -> Sequence[QWidget]:
        return (self.chips, self.story, self.old_box, self.table)

    def copy(self) -> None:
        """Put the whole comparison on the clipboard."""
        if self.comparison is None:
            return
        from habitat_desktop.records.differing_text import comparison_lines

        lines = map(without_isolates, comparison_lines(self.comparison, language()))
        QApplication.clipboard().setText("\n".join(lines))
        self.frame.notify("info", _("The differences were copied as text."))

    # reading

    def _take(self, found: _Read) -> None:
        self._job = None
        self._read = found
        self._show(found)

    def _failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        self._show_empty("error_circle", _("This cannot be shown"), explain(error))

    def _compare(self) -> None:
        """Read what differs between the versions in the two boxes."""
        found = self._read
        if found is None:
            return
        by_key = {one.key: one for one in found.versions}
        old, new = by_key.get(self._chosen[0]), by_key.get(self._chosen[1])
        if old is None or new is None or old is new:
            self.comparison = None
            self._show_comparison()
            return
        workspace = self.workspace

        def work(progress: Progress) -> "Comparison":
            from habitat_desktop.records.differing import compare

            with workspace.read() as session:
                return compare(session, workspace.library.form, workspace.settings, old, new)

        if self._job is not None:
            self._job.forget()
        self._job = jobs.run(work, self, done=self._compared, failed=self._failed)

    def _compared(self, comparison: "Comparison") -> None:
        self._job = None
        self.comparison = comparison
        self._show_comparison()

    # showing

    def _show(self, found: _Read) -> None:
        record = found.record
        form = form_title(self.workspace, record.form_id)
        name = iso(record.subject) or form
        self.title.setText(_("History of {record}").format(record=name))
        self.subtitle.setText(" · ".join(filter(None, (form, ltr(record.label)))))
        self._show_chips()
        self._show_story()
        self._fill_boxes()
        self._compare()

    def _show_chips(self) -> None:
        assert self._read is not None
        kinds = [event.kind for event in self._read.events]
        counts = {
            "": len(kinds),
            "revisions": sum(kind in _REVISIONS for kind in kinds),
            "packages": sum(kind in _PACKAGES for kind in kinds),
        }
        counts["said"] = counts[""] - counts["revisions"] - counts["packages"]
        words = {
            "": (pgettext("filter", "All"), ""),
            "revisions": (pgettext("filter", "Revisions"), "document_checkmark"),
            "packages": (pgettext("filter", "Packages"), "box"),
            "said": (pgettext("filter", "Said"), "chat_help"),
        }
        chips = [
            kit.Chip(key, text, counts[key], icon)
            for key, (text, icon) in words.items()
            if not key or counts[key] or key == self._kind
        ]
        self.chips.show_chips(chips, self._kind)

    def _choose_kind(self, kind: str) -> None:
        self._kind = kind
        self._show_chips()
        self._show_story()

    def _events(self) -> "list[Event]":
        assert self._read is not None
        wanted = {"revisions": _REVISIONS, "packages": _PACKAGES}.get(self._kind)
        if self._kind == "said":
            return [one for one in self._read.events if one.kind not in (*_REVISIONS, *_PACKAGES)]
        return [one for one in self._read.events if wanted is None or one.kind in wanted]

    def _show_story(self) -> None:
        rows = []
        for event in self._events():
            icon, state = event_sign(event)
            below = event_text(event)
            tip = f"{event_title(event)}\n{below}"
            rows.append(
                (
                    kit.Cell(
                        event_title(event), below, strong=True, icon=icon, icon_tone=f"state.{state}",
                        filled=True, tip=tip,
                    ),
                )
            )  # fmt: skip
        self._story_model.show_rows((pgettext("column", "What happened"),), rows)
        self.story.set_columns(0)

    def _event_chosen(self) -> None:
        """Compare the revision chosen in the story with the one it was made from."""
        row = self.story.currentIndex().row()
        if self._read is None or not 0 <= row < len(self._events()):
            return
        event = self._events()[row]
        if event.kind not in _REVISIONS:
            return
        new = next((one for one in self._read.versions if one.number == event.number), None)
        if new is None:
            return
        parents = new.content.parents
        old = next((one for one in self._read.versions if one.key in parents), None)
        if old is None:
            self._chosen = ("", new.key)
        else:
            self._chosen = (old.key, new.key)
        self._fill_boxes()
        self._compare()

    def _fill_boxes(self) -> None:
        assert self._read is not None
        from habitat_desktop.records.differing import OneVersionError, last_two

        versions = self._read.versions
        if self._chosen == ("", ""):
            try:
                old, new = last_two(versions)
                self._chosen = (old.key, new.key)
            except OneVersionError:
                self._chosen = ("", versions[-1].key if versions else "")
        for box, chosen in zip((self.old_box, self.new_box), self._chosen, strict=True):
            box.blockSignals(True)
            box.clear()
            if not chosen:
                box.addItem(pgettext("comparison", "nothing before"), "")
            for version in reversed(versions):
                box.addItem(self._version_words(version), version.key)
            box.setCurrentIndex(max(box.findData(chosen), 0))
            box.blockSignals(False)
        several = len(versions) > 1
        for box in (self.old_box, self.new_box):
            box.setToolTip(box.currentText())
        for widget in (self.old_label, self.old_box, self.new_label, self.new_box, self.copy_button):
            widget.setVisible(several)

    def _version_words(self, version: "Version") -> str:
        from habitat_desktop.records.differing_text import version_words

        when = relative_time(version.at, self.frame.now(), language())
        return " · ".join(filter(None, (version_words(version), iso(when), iso(version.person))))

    def _boxes_chosen(self) -> None:
        self._chosen = (str(self.old_box.currentData() or ""), str(self.new_box.currentData() or ""))
        self._compare()

    def _show_comparison(self) -> None:
        found = self.comparison
        self.copy_button.setEnabled(found is not None)
        if found is None:
            self.words.setText("")
            if self._read is not None and len(self._read.versions) < 2:
                title = _("Only one version")
                text = _("When the record is changed and finalized again, what changed is shown here.")
            elif self._chosen[0] and self._chosen[0] == self._chosen[1]:
                title, text = _("The same version twice"), _("Choose another version on one side.")
            else:
                title = _("The first revision")
                text = _("There is nothing before it. Choose two versions to see what changed.")
            self._show_empty("history", title, text)
            return
        count = len(found.differences)
        words = ngettext("{count} difference", "{count} differences", count)
        self.words.setText(words.format(count=ltr(str(count))) if count else "")
        if not count:
            self._show_empty("checkmark_circle", _("No answer differs"), _("Both versions say the same."))
            return
        heads = (pgettext("column", "Question"), pgettext("column", "Before"), pgettext("column", "After"))
        self._model.show_rows(heads, [row for part in found.by_section() for row in _section_rows(*part)])
        self.table.set_columns(0, 190, 190)
        self._places.setCurrentIndex(0)

    def _show_empty(self, icon: str, title: str, text: str) -> None:
        kit.drop_pages(self._places, 1)
        self._places.addWidget(kit.EmptyState(icon, title, text))
        self._places.setCurrentIndex(1)

    def _open_version(self) -> None:
        """Show the later of the two versions on the form page, or the draft to go on with it."""
        key = self._chosen[1]
        if not key or not self.frame.has_page("form"):
            return
        if key == "draft":
            self.frame.show_page("form", record_id=self._record_id)
        else:
            self.frame.show_page("form", record_id=self._record_id, revision_id=key, readonly=True)

    def _lay_out(self) -> None:
        head = kit.row(self.back, (kit.column(self.title, self.subtitle, space=0), 1), space=8)
        story = kit.frame("card", kit.column((self.story, 1), margins=(1, 1, 1, 1)))
        left = QWidget()
        left.setLayout(kit.column(self.chips, (story, 1), space=8))
        tools = kit.flowing(self.old_label, self.old_box, self.new_label, self.new_box, self.open_button)
        self._places = QStackedWidget()
        self._places.addWidget(self.table)
        card = kit.frame(
            "card",
            kit.column(
                kit.row((self.words, 1), self.copy_button, margins=(12, 8, 12, 0)),
                (self._places, 1),
                margins=(1, 1, 1, 1),
            ),
        )
        right = QWidget()
        right.setLayout(kit.column(tools, (card, 1), space=8))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(12)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(kit.scrolling(right))  # a splitter asks nobody for the height of lines that wrap
        split.setStretchFactor(1, 1)
        split.setSizes([400, 800])
        self.setLayout(kit.column(head, (split, 1), space=12, margins=kit.PAGE_MARGINS))


def _section_rows(section: str, differences: "Sequence[Difference]") -> list[Sequence[kit.Cell]]:
    """Return the rows of one section: its name, then what differs in it."""
    rows: list[Sequence[kit.Cell]] = []
    if section:
        rows.append((kit.Cell(iso(section), tone="accent", strong=True), kit.Cell(), kit.Cell()))
    return [*rows, *(_row(one) for one in differences)]


_SIGNS = {
    "entry_added": ("add", "ok"),
    "entry_removed": ("subtract", "error"),
    "file": ("attach", "text_muted"),
    "given": ("add", "text_muted"),
    "removed": ("subtract", "text_muted"),
    "changed": ("edit", "text_muted"),
}


def _row(one: "Difference") -> Sequence[kit.Cell]:
    icon, tone = _SIGNS[one.kind]
    below = one.entry
    if one.kind == "entry_added":
        below = " · ".join(filter(None, (below, _("entry added"))))
    elif one.kind == "entry_removed":
        below = " · ".join(filter(None, (below, _("entry removed"))))
    elif one.calculated:
        below = " · ".join(filter(None, (below, pgettext("answer", "calculated"))))
    empty = kit.Cell("–", tone="text_faint", tip=_("(empty)"))
    old = kit.Cell(iso(one.old), tone="text_muted", wrap=True, tip=one.old) if one.old else empty
    new = kit.Cell(iso(one.new), strong=True, wrap=True, tip=one.new) if one.new else empty
    question = kit.Cell(iso(one.question), below, icon=icon, icon_tone=tone, wrap=not below, tip=one.question)
    return question, old, new


def _read(workspace: "Workspace", record_id: str, progress: Progress) -> _Read:
    from habitat_desktop.records import repository
    from habitat_desktop.records.differing import versions_of
    from habitat_desktop.records.entry import RecordNotFoundError
    from habitat_desktop.records.story import record_story

    with workspace.read() as session:
        record = repository.find_record(session, record_id)
        if record is None:
            raise RecordNotFoundError(record=record_id)
        return _Read(record, record_story(session, record_id), tuple(versions_of(session, record_id)))
