"""Merge: what two laptops made of one return, side by side; a person decides the clashes."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.gui.merge_texts import (
    footer_words,
    group_title,
    needs_a_person,
    row_cells,
    side_line,
    side_title,
)
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.passphrase_dialogs import unlock_first
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.i18n.catalogues import _, explain, pgettext
from habitat_desktop.i18n.text import fold, iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.records.merges import RecordMerge
    from habitat_desktop.records.merging import Row
    from habitat_desktop.workspace import Workspace

_CHIPS = {"open": "branch_fork", "differences": "", "all": ""}
_GROUPS = ("clash", "problem", "only", "same", "unchanged")
_TABLE_MIN_HEIGHT = 32 + 4 * 46
_SIDES_WITH_KEYS = 3


class MergePage(Page):
    """Facts about the sides, chips, the table of questions, and a footer with what is to decide."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._record_id = ""
        self._found: RecordMerge | None = None
        self._rows: list[Row | None] = []  # None: the heading of a group
        self._filter, self._text = "differences", ""
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self._build()
        for number in range(1, _SIDES_WITH_KEYS + 1):
            self._shortcut(f"Alt+{number}", partial(self._take_side, number - 1))
        self._shortcut("Alt+0", lambda: self.take("base"))
        self._shortcut("F8", self.next_open)

    def _shortcut(self, keys: str, does: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(does)

    # Page

    def enter(self, **context: Any) -> None:
        """`record_id`: the record to merge."""
        if context.get("record_id"):
            self._record_id = context["record_id"]
            self._found = None
            self._build()
        self.refresh()

    def refresh(self) -> None:
        if self._record_id:
            self._work(partial(_open, self.workspace, self._record_id))

    def retranslate(self) -> None:
        self._build()
        if self._found is not None:
            self._show(self._found)

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.chips, self.table, self.foot)

    def search(self, text: str) -> bool:
        self._text = fold(text)
        self._show_rows()
        return True

    # building

    def _build(self) -> None:
        kit.clear(self._layout)
        self.back_button = kit.QuietButton(_("Back"), "arrow_left", self.frame.go_back)
        self.undo_button = kit.Button(pgettext("button", "Undo"), icon="arrow_undo", does=self.undo)
        self.head = kit.PageHead(pgettext("page", "Merge"), "", self.back_button, self.undo_button)
        self._facts = kit.row(space=24, margins=(16, 8, 16, 8))
        self.chips = kit.StateChips()
        self.chips.chosen.connect(self._choose_filter)
        self.table = kit.Table(_("Questions side by side"), two_lines=True)
        self.table.setMinimumHeight(_TABLE_MIN_HEIGHT)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.clicked.connect(self._clicked)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_choices())
        content = QWidget()
        card = kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1)))
        content.setLayout(
            kit.column(
                kit.frame("card", self._facts), self.chips, (card, 1), space=8, margins=(20, 0, 20, 12)
            )
        )
        content.hide()
        self._content = content
        self._choices = kit.row(space=8)
        self.next_button = kit.Button(_("Next open question"), icon="chevron_down", does=self.next_open)
        self.next_button.setToolTip("F8")
        self.finish_button = kit.PrimaryButton(_("Finish the merge"), "checkmark", self.finish)
        self.finish_button.hide()
        self.next_button.hide()
        self.hint = kit.Label("", "caption", "muted", wrap=True)
        self.foot = kit.frame(
            "footbar",
            kit.row(
                kit.IconLabel("info", "accent"),
                (self.hint, 1),
                self._choices,
                self.next_button,
                self.finish_button,
                space=12,
                margins=(20, 8, 20, 8),
            ),
        )
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(kit.scrolling(content), 1)
        self._layout.addWidget(self.foot)

    # showing

    def _show(self, found: "RecordMerge") -> None:
        self._found = found
        first = found.sides[0].heading
        title = form_title(self.workspace, first.form_id)
        subtitle = f"{iso(title)} · {iso(first.subject)} · {ltr(found.label)}"
        self.head.set_texts(pgettext("page", "Merge"), subtitle)
        self.undo_button.setVisible(found.steps > 0)
        self._show_facts(found)
        self._show_chips(found)
        self._content.show()
        self._show_rows()
        still = len(found.merged.open_rows)
        waits = bool(still or (found.problems and not found.merged.withdrawn))
        self.next_button.setVisible(waits)
        self.hint.setText(footer_words(found))
        self.finish_button.setVisible(found.can_be_finished)

    def _show_facts(self, found: "RecordMerge") -> None:
        kit.clear(self._facts)
        parts = []
        if found.base is not None:
            parts.append(("history", _("Before"), side_line(found.base)))
        for letter, side in zip(found.letters, found.sides, strict=True):
            parts.append(("person", side_title(letter, side), side_line(side)))
        for icon, title, line in parts:
            words = kit.column(
                kit.Label(title, strong=True), kit.Label(line, "caption", "muted", wrap=True), space=0
            )
            layout = kit.row(space=8)
            layout.addWidget(kit.IconLabel(icon, "accent"), 0, Qt.AlignmentFlag.AlignTop)
            layout.addLayout(words, 1)
            self._facts.addLayout(layout, 1)
        total = len(found.merged.differences)
        settled = total - len(found.merged.open_rows)
        text = _("{done} of {total} settled").format(done=ltr(str(settled)), total=ltr(str(total)))
        bar = kit.SegmentBar(((settled, "ok"),), total, spoken=text)
        self._facts.addLayout(kit.column(kit.Label(text, strong=True), bar, None, space=4), 1)

    def _show_chips(self, found: "RecordMerge") -> None:
        counts = {
            "open": len(found.merged.open_rows),
            "differences": len(found.merged.differences),
            "all": len(found.merged.rows),
        }
        words = {
            "open": pgettext("rows of a merge", "Needs you"),
            "differences": pgettext("rows of a merge", "All differences"),
            "all": pgettext("rows of a merge", "All answers"),
        }
        chips = [kit.Chip(key, words[key], counts[key], icon) for key, icon in _CHIPS.items()]
        self.chips.show_chips(chips, self._filter)

    def _show_rows(self) -> None:
        found = self._found
        if found is None:
            return
        from habitat_desktop.records.aligning import Refs

        here = self._chosen()
        groups = _GROUPS if self._filter == "all" else _GROUPS[:-1]
        cells, self._rows = [], []
        width = 3 + len(found.sides)
        refs = Refs(found.merged.answers)
        for group in groups:
            rows = [row for row in found.rows_in(group) if self._is_shown(found, row)]
            if rows:
                heading = kit.Cell(group_title(group, found), strong=True, tone="text_muted")
                cells.append([heading, *(kit.Cell() for _rest in range(width - 1))])
                self._rows.append(None)
            for row in rows:
                cells.append(row_cells(found, row, refs))
                self._rows.append(row)
        sides = zip(found.letters, found.sides, strict=True)
        heads = (
            _("Question"),
            pgettext("column", "Before"),
            *(side_title(letter, side) for letter, side in sides),
            pgettext("column", "Merged"),
        )
        self.model.show_rows(heads, cells)
        self.table.clearSpans()
        for number, shown in enumerate(self._rows):
            if shown is None:
                self.table.setSpan(number, 0, 1, width)
        self.table.set_columns(0, 150, *(170 for _side in found.sides), 180)
        self._select(here.ref if here is not None else "")
        self._show_choices()

    def _is_shown(self, found: "RecordMerge", row: "Row") -> bool:
        if self._filter == "open" and not row.is_open:
            return False
        if not self._text:
            return True
        element = found.form.elements.get(row.path)
        label = element.label(self.workspace.settings.language) if element is not None else ""
        return self._text in fold(f"{label} {row.ref}")

    def _select(self, ref: str) -> None:
        rows = [(number, row) for number, row in enumerate(self._rows) if row is not None]
        wanted = next((number for number, row in rows if row.ref == ref), None)
        if wanted is None:
            wanted = next((number for number, row in rows if row.is_open), rows[0][0] if rows else -1)
        kit.select_row(self.table, wanted)

    def _show_choices(self) -> None:
        """Show the buttons that decide the chosen row."""
        kit.clear(self._choices)
        row, found = self._chosen(), self._found
        if row is None or found is None or row.kind == "unchanged":
            return
        for number, letter in enumerate(found.letters, start=1):
            button = kit.Button(_("Take {letter}").format(letter=letter), does=partial(self.take, letter))
            if number <= _SIDES_WITH_KEYS:
                button.setToolTip(f"Alt+{number}")  # i18n-ok: keys
            self._choices.addWidget(button)
        if row.what == "answer":
            before = kit.Button(_("Take what was before"), does=partial(self.take, "base"))
            before.setToolTip("Alt+0")  # i18n-ok: keys
            self._choices.addWidget(before)

    def _choose_filter(self, key: str) -> None:
        self._filter = key
        if self._found is not None:
            self._show_chips(self._found)
        self._show_rows()

    def _chosen(self) -> "Row | None":
        number = self.table.currentIndex().row()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    # what the person does

    def take(self, choice: str) -> None:
        """Decide the chosen row: a letter, or "base"."""
        row = self._chosen()
        if row is not None and row.kind != "unchanged":
            self._work(partial(_take, self.workspace, self._record_id, row.ref, choice))

    def undo(self) -> None:
        """Take the last decision back."""
        self._work(partial(_undo, self.workspace, self._record_id))

    def next_open(self) -> None:
        """Go to the next question that is open or breaks a rule."""
        start = self.table.currentIndex().row() + 1
        order = [*range(start, len(self._rows)), *range(start)]
        for number in order:
            row = self._rows[number]
            if row is not None and self._found is not None and needs_a_person(self._found, row):
                kit.select_row(self.table, number)
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def finish(self) -> None:
        """Finish the merge; headquarters must say why."""
        if self._found is None:
            return
        if self.workspace.settings.role == "office":
            self._finish("")
            return
        dialog = ReasonDialog(
            self,
            _("Finish the merge of {record}").format(record=ltr(self._found.label)),
            _("The offices see the reason in the history of the record. Values not chosen stay there too."),
            _("Finish the merge"),
        )
        dialog.given.connect(self._finish)
        dialog.open()

    def _finish(self, reason: str) -> None:
        work = partial(_finish, self.workspace, self._record_id, reason)
        jobs.run(work, self, done=self._finished, failed=partial(self._failed, lambda: self._finish(reason)))

    def _finished(self, label: str) -> None:
        record_id = self._record_id
        self.frame.show_page("records", record_id=record_id)
        title = _("{record} is merged").format(record=ltr(label))
        self.frame.notify("ok", title, _("One revision follows both; it goes with the next package."))

    def _take_side(self, number: int) -> None:
        if self._found is not None and number < len(self._found.letters):
            self.take(self._found.letters[number])

    def _clicked(self, index: QModelIndex) -> None:
        """Take the side whose value was clicked, where both changed the question."""
        row, found = self._chosen(), self._found
        side = index.column() - 2
        if row is not None and found is not None and row.kind == "clash" and 0 <= side < len(found.letters):
            self.take(found.letters[side])

    def _work(self, work: "Callable[[Progress], RecordMerge]") -> None:
        jobs.run(work, self, done=self._show, failed=partial(self._failed, lambda: self._work(work)))

    def _failed(self, again: Callable[[], None], error: Exception) -> None:
        if unlock_first(self.frame, error, again):
            return
        if isinstance(error, HabitatError):
            self.frame.notify("error", _("This did not work"), explain(error))
        else:
            jobs.report_failure(error)


def _open(workspace: "Workspace", record_id: str, progress: Progress) -> "RecordMerge":
    from habitat_desktop.records import merge_store

    with workspace.read() as session:
        return merge_store.open_merge(session, workspace.library.form, workspace.settings, record_id)


def _take(workspace: "Workspace", record_id: str, ref: str, choice: str, progress: Progress) -> "RecordMerge":
    from habitat_desktop.records import merge_store

    with workspace.begin() as session:
        return merge_store.take(session, workspace.library.form, workspace.settings, record_id, ref, choice)


def _undo(workspace: "Workspace", record_id: str, progress: Progress) -> "RecordMerge":
    from habitat_desktop.records import merge_store

    with workspace.begin() as session:
        return merge_store.undo(
            session, workspace.library.form, workspace.settings, record_id, workspace.hand()
        )


def _finish(workspace: "Workspace", record_id: str, reason: str, progress: Progress) -> str:
    from habitat_desktop.records import merge_store

    with workspace.begin() as session:
        made = merge_store.finish(
            session, workspace.library.form, workspace.settings, record_id, workspace.hand(), reason=reason
        )
    return made.label
