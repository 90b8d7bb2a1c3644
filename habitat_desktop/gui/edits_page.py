"""Changes made in Excel, cell by cell: what was signed and what the sheet says now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.outbox_texts import office_title
from habitat_desktop.gui.page import Page
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext
from habitat_desktop.i18n.text import fold, iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.edits import Edit, EditsTaken
    from habitat_desktop.packages.finding import Finding
    from habitat_desktop.records.record import PackageEntry
    from habitat_desktop.workspace import Workspace

_COLUMNS = (0, 200, 190, 200)
_TABLE_MIN_HEIGHT = 32 + 3 * 46
_EDITED = "CELL_EDITED"


@dataclass(frozen=True)
class EditsSeen:
    """The findings of one file. `entry` is the package taken in; `taken` what an office would take over."""

    file_name: str
    findings: "tuple[Finding, ...]"
    entry: "PackageEntry | None" = None
    taken: "EditsTaken | None" = None

    def edit(self, row: int) -> "Edit | None":
        """Return what would become of the finding in `row`, in the office that made the package."""
        return self.taken.edits[row] if self.taken is not None else None


class EditsPage(Page):
    """Facts, "Nothing was overwritten", the table of changes, and the chosen one large below it."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._context: dict[str, Any] = {}
        self._seen: EditsSeen | None = None
        self._shown: list[int] = []
        self._text = ""
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self._build()

    # Page

    def enter(self, **context: Any) -> None:
        """`entry` and `stored`: a package taken in; or `file`: a package this office made itself."""
        self._context = context or self._context
        self._seen = None
        self._build()
        self.refresh()

    def refresh(self) -> None:
        if self._context:
            work = partial(_read, self.workspace, dict(self._context))
            jobs.run(work, self, done=self._loaded, failed=self._failed)

    def retranslate(self) -> None:
        self._build()
        self.refresh()  # the words of questions and choices are those of the language of the reading

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.table)

    def search(self, text: str) -> bool:
        self._text = fold(text)
        self._show_rows()
        return True

    # building

    def _build(self) -> None:
        kit.clear(self._layout)
        self.back_button = kit.QuietButton(_("Back"), "arrow_left", self.frame.go_back)
        self.take_button = kit.PrimaryButton(_("Take these edits into drafts"), "edit", self.take)
        self.head = kit.PageHead(_("Changes made in Excel"), "", self.back_button, self.take_button)
        self.take_button.hide()
        self._facts = kit.row(space=24, margins=(16, 8, 16, 8))
        self._banner = kit.column(space=0)
        self.table = kit.Table(_("Changes made in Excel"), two_lines=True)
        self.table.setMinimumHeight(_TABLE_MIN_HEIGHT)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _b: self._choose(index.row()))
        self.table.opened.connect(self._open_record)
        self._evidence = kit.column(space=8, margins=(16, 12, 16, 12))
        content = QWidget()
        content.setLayout(
            kit.column(
                kit.frame("card", self._facts),
                self._banner,
                (kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1))), 1),
                kit.frame("card", self._evidence),
                space=12,
                margins=(20, 0, 20, 12),
            )
        )
        content.setVisible(self._seen is not None)
        self._content = content
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(kit.scrolling(content), 1)

    # showing

    def _loaded(self, seen: EditsSeen) -> None:
        self._seen = seen
        self.head.set_texts(_("Changes made in Excel"), _subtitle(seen))
        self.take_button.setVisible(seen.taken is not None and bool(seen.taken.of("taken")))
        self._show_facts(seen)
        kit.clear(self._banner)
        if seen.taken is None:
            text = _(
                "The signed values are in the store. What was typed into the sheet afterwards is never "
                "believed and never lost: it is listed here."
            )
            self._banner.addWidget(kit.Banner("info", _("Nothing was overwritten"), text))
        else:
            text = _(
                "Taking the edits over puts each value into the draft of its record, under the rules of the "
                "form. You look them over there and finalize."
            )
            self._banner.addWidget(kit.Banner("info", _("Nothing was changed yet"), text))
        self._content.show()
        self._show_rows()

    def _show_facts(self, seen: EditsSeen) -> None:
        kit.clear(self._facts)
        for icon, token, title, text in facts(seen):
            words = kit.column(
                kit.Label(title, strong=True, wrap=True),
                kit.Label(text, "caption", "muted", wrap=True),
                space=0,
            )
            layout = kit.row(space=12)
            layout.addWidget(kit.IconLabel(icon, token, 20, filled=True), 0, Qt.AlignmentFlag.AlignTop)
            layout.addLayout(words, 1)
            box = QWidget()
            box.setLayout(layout)
            box.setAccessibleName(f"{title}. {text}")
            self._facts.addWidget(box, 1)

    def _show_rows(self) -> None:
        seen = self._seen
        if seen is None:
            return
        self._shown = [
            row for row, finding in enumerate(seen.findings) if self._text in fold(finding.message)
        ]
        heads = [
            _("Question and record"),
            _("Cell"),
            _("Signed value"),
            _("Now in the sheet"),
        ]
        self.model.show_rows(heads, [_cells(seen.findings[row], seen.edit(row)) for row in self._shown])
        self.table.set_columns(*_COLUMNS)
        if self._shown:
            kit.select_row(self.table, 0)
            self._choose(0)
        else:
            kit.clear(self._evidence)
            none = kit.EmptyState("search", _("No change fits"), _("Clear the search to see all of them."))
            self._evidence.addWidget(none)

    def _choose(self, row: int) -> None:
        if self._seen is None or not 0 <= row < len(self._shown):
            return
        number = self._shown[row]
        finding, edit = self._seen.findings[number], self._seen.edit(number)
        kit.clear(self._evidence)
        pill = kit.Pill("query", text=_("changed in Excel"))
        about = kit.Label(ltr(finding.label), tone="muted", select=True)
        title = kit.Label(iso(_question(finding)), "subtitle", strong=True, wrap=True)
        self._evidence.addLayout(kit.row((title, 1), pill, about, space=12))
        if finding.code == _EDITED:
            before = _box(_("Signed"), finding.old_text or finding.old, "ok")
            after = _box(_("In the sheet"), finding.new_text or finding.new, "warning")
            arrow = kit.IconLabel("arrow_right", "text_muted")
            self._evidence.addLayout(kit.row((before, 1), arrow, (after, 1), space=12))
        self._evidence.addWidget(kit.Label(finding.message, tone="muted", wrap=True, select=True))
        if edit is not None and edit.error is not None:
            line = kit.Label(explain(edit.error), tone="warning", wrap=True, select=True)
            self._evidence.addLayout(kit.row(kit.IconLabel("warning", "warning", 16), (line, 1)))

    def _open_record(self, row: int) -> None:
        if self._seen is not None and 0 <= row < len(self._shown):
            record_id = self._seen.findings[self._shown[row]].record_id
            if record_id:
                self.frame.show_page("records", record_id=record_id)

    # what the person does

    def take(self) -> None:
        """Take the edits of the office's own package into drafts."""
        self.take_button.setEnabled(False)
        work = partial(_take, self.workspace, self._context["file"])
        jobs.run(work, self, done=self._taken, failed=self._failed)

    def _taken(self, taken: "EditsTaken") -> None:
        count, left = len(taken.of("taken")), len(taken.of("left"))
        title = ngettext("{count} edit was taken over", "{count} edits were taken over", count).format(
            count=count
        )
        text = ngettext(
            "{count} draft changed. Look it over and finalize it.",
            "{count} drafts changed. Look them over and finalize them.",
            len(taken.records),
        ).format(count=len(taken.records))
        if left:
            text += " " + ngettext(
                "{count} edit was left, with its reason beside it.",
                "{count} edits were left, with their reasons beside them.",
                left,
            ).format(count=left)
        self.frame.clear_news()
        show = (_("Show the drafts"), lambda: self.frame.show_page("records", state="draft"))
        self.frame.notify("ok", title, text, show)
        self.frame.records_changed()
        self.take_button.setEnabled(True)

    def _failed(self, error: Exception) -> None:
        self.take_button.setEnabled(True)
        if isinstance(error, HabitatError):
            self.frame.notify("error", _("This did not work"), explain(error))
        else:
            jobs.report_failure(error)


def facts(seen: EditsSeen) -> list[tuple[str, str, str, str]]:
    """Return icon, colour, title and line of what was checked."""
    found = []
    if seen.entry is not None and seen.entry.key_id:
        office = iso(office_title(seen.entry.peer))
        found.append(
            ("shield_checkmark", "ok", _("Signed by {office}").format(office=office), _("a trusted key"))
        )
    if seen.entry is not None:
        records = ngettext(
            "{count} record taken in as signed", "{count} records taken in as signed", seen.entry.records
        )
        revisions = ngettext("{count} revision", "{count} revisions", seen.entry.revisions)
        found.append(
            (
                "document_checkmark",
                "state.final",
                records.format(count=seen.entry.records),
                revisions.format(count=seen.entry.revisions),
            )
        )
    cells = [finding for finding in seen.findings if finding.code == _EDITED]
    in_records = len({finding.record_id for finding in cells})
    title = ngettext("{count} cell changed after signing", "{count} cells changed after signing", len(cells))
    where = ngettext("in {count} record", "in {count} records", in_records)
    found.append(
        ("edit", "warning", title.format(count=len(cells)), where.format(count=in_records) if cells else "")
    )
    moved = len(seen.findings) - len(cells)
    if moved:
        title = ngettext(
            "{count} row, column or sheet changed", "{count} rows, columns or sheets changed", moved
        )
        found.append(("warning", "warning", title.format(count=moved), _("they are listed below")))
    else:
        found.append(
            (
                "checkmark_circle",
                "ok",
                _("Structure intact"),
                _("no sheet, column or row was added or removed"),
            )
        )
    return found


def _subtitle(seen: EditsSeen) -> str:
    file = ltr(seen.file_name)
    if seen.entry is None:
        return file
    # Translators: below a title: whose package, its number, its file.
    return _("{office}, package {number} · {file}").format(
        office=iso(office_title(seen.entry.peer)), number=ltr(str(seen.entry.number)), file=file
    )


def _question(finding: "Finding") -> str:
    return finding.title or finding.question or finding.sheet


def _cells(finding: "Finding", edit: "Edit | None") -> list[kit.Cell]:
    place = ltr(f"{finding.sheet}, {finding.cell}".strip(", "))
    if finding.code != _EDITED:
        return [
            kit.Cell(finding.message, strong=True, wrap=True),
            kit.Cell(place, mono=True),
            kit.Cell(""),
            kit.Cell("", sub=_outcome(edit)),
        ]
    old, new = finding.old_text or finding.old, finding.new_text or finding.new
    return [
        kit.Cell(iso(_question(finding)), sub=ltr(finding.label), strong=True),
        kit.Cell(place, mono=True),
        kit.Cell(iso(old), strong=True),
        kit.Cell(iso(new), sub=_outcome(edit), strong=True, tone="warning"),
    ]


def _outcome(edit: "Edit | None") -> str:
    """Return in a few words what taking over would do with it."""
    if edit is None:
        return ""
    return {
        "taken": pgettext("an edit", "goes into the draft"),
        "already": pgettext("an edit", "the draft says so already"),
        "left": pgettext("an edit", "cannot be taken over"),
    }[edit.outcome]


def _box(title: str, value: str, tone: Any) -> QFrame:
    words = kit.column(
        kit.Label(title, "caption", "muted", strong=True),
        kit.Label(iso(value), "subtitle", tone, strong=True, wrap=True, select=True),
        space=2,
        margins=(12, 8, 12, 8),
    )
    return kit.frame("sunk", words)


def _read(workspace: "Workspace", context: dict[str, Any], progress: Progress) -> EditsSeen:
    if "file" in context:
        return _own(workspace, context["file"])
    from habitat_desktop.hq.inbox import package_detail
    from habitat_desktop.packages.exporting import tolerant
    from habitat_desktop.packages.finding import from_document
    from habitat_desktop.records.findings import findings

    entry, stored = context["entry"], context["stored"]
    with workspace.read() as session:
        kept = findings(session, payload_sha256=entry.payload_sha256)
    find_form = tolerant(workspace.library.form)
    found = tuple(from_document(one.document, find_form) for one in kept)
    if not found:  # taken in by an older version of the program
        found = package_detail(stored, workspace.library.form, workspace.keyring).findings
    return EditsSeen(entry.file_name, found, entry)


def _own(workspace: "Workspace", file: Path) -> EditsSeen:
    taken = _taken_over(workspace, file, dry_run=True)
    return EditsSeen(file.name, tuple(edit.finding for edit in taken.edits), None, taken)


def _take(workspace: "Workspace", file: Path, progress: Progress) -> "EditsTaken":
    return _taken_over(workspace, file, dry_run=False)


def _taken_over(workspace: "Workspace", file: Path, *, dry_run: bool) -> "EditsTaken":
    from habitat_desktop.packages.edits import take_edits

    return take_edits(
        workspace.database,
        workspace.settings,
        file,
        workspace.library.form,
        language=language(),
        at=datetime.now(UTC),
        dry_run=dry_run,
        keyring=workspace.keyring,
    )
