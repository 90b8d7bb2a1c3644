"""What was brought back: after a damaged database, or after a person restored a backup."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.page import Page
from habitat_desktop.i18n.catalogues import _, language, listed, ngettext
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.sync.recovery import RecoveryReport
    from habitat_desktop.workspace import Workspace

_NAMES_SHOWN = 12


class RecoveryPage(Page):
    """What happened, what took its place, what came back, what may be missing, where the old file lies."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._report: RecoveryReport | None = None
        self.open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self.lines: list[str] = []
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self._show()

    def enter(self, **context: Any) -> None:
        """`report`: what to show; without it the last one that was kept is read."""
        self._report = context.get("report") or self._report
        self._show()
        if self._report is None:
            jobs.run(partial(_last, self.workspace), self, done=self._loaded)

    def retranslate(self) -> None:
        self._show()

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.body)

    def _loaded(self, report: "RecoveryReport | None") -> None:
        self._report = report
        self._show()

    def _show(self) -> None:
        kit.clear(self._layout)
        self.lines = []
        records = kit.PrimaryButton(
            _("Look through the records"), "document_table", lambda: self.frame.show_page("records")
        )
        self.records_button = records
        self.head = kit.PageHead("", "", records)
        self.body = QWidget()
        parts = kit.column(space=12, margins=(20, 0, 20, 12))
        self.body.setLayout(parts)
        report = self._report
        if report is None:
            self.head.set_texts(_("Brought back"))
            nothing = kit.EmptyState(
                "shield_checkmark",
                _("Nothing had to be brought back"),
                _("The records of this workspace were never damaged."),
            )
            parts.addWidget(kit.frame("card", kit.column(nothing)), 1)
        else:
            title = (
                _("The records were damaged and have been brought back")
                if report.is_damage
                else _("The backup was restored")
            )
            self.head.set_texts(title, format_datetime(report.at, language()))
            self._add_parts(report, parts)
            parts.addStretch(1)
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(kit.scrolling(self.body), 1)

    def _add_parts(self, report: "RecoveryReport", parts: QVBoxLayout) -> None:
        card = kit.Card()
        if report.is_damage:
            self._line(card, "warning", "warning", _("What happened"), _damage_text(report))
        self._line(card, "save", "accent", _("What took its place"), _place_text(report))
        self._line(card, "checkmark_circle", "ok", _("What came back by itself"), _back_text(report))
        missing = missing_text(report)
        tone = "warning" if report.is_damage else "text_muted"
        self._line(card, "search", tone, _("What may be missing"), missing)
        parts.addWidget(card)
        if report.drafts_from_file:
            parts.addWidget(self._drafts(report))
        if report.kept:
            parts.addWidget(self._old_file(report))

    def _drafts(self, report: "RecoveryReport") -> kit.Card:
        card = kit.Card(_("Drafts to look over"))
        text = ngettext(
            "{count} draft was read from the damaged file: {labels}. Look it over before you finalize it.",
            "{count} drafts were read from the damaged file: {labels}. Look them over before you finalize.",
            len(report.drafts_from_file),
        ).format(count=len(report.drafts_from_file), labels=_names(report.drafts_from_file))
        self.lines.append(text)
        show = kit.Button(
            _("Show the drafts"), icon="edit", does=lambda: self.frame.show_page("records", state="draft")
        )
        card.body.addLayout(kit.row((kit.Label(text, wrap=True, select=True), 1), show))
        return card

    def _old_file(self, report: "RecoveryReport") -> kit.Card:
        title = _("The damaged file") if report.is_damage else _("The file that was replaced")
        card = kit.Card(title)
        folder = QUrl.fromLocalFile(str(Path(report.kept).parent))
        show = kit.Button(_("Open the folder"), icon="folder", does=lambda: self.open_url(folder))
        words = kit.column(
            kit.Label(ltr(report.kept), mono=True, wrap=True, select=True),
            kit.Label(
                _("It is kept as it was. Do not delete it: more may be read from it later."),
                "caption",
                "muted",
                wrap=True,
            ),
            space=2,
        )
        self.lines.append(report.kept)
        card.body.addLayout(kit.row((words, 1), show))
        return card

    def _line(self, card: kit.Card, icon: str, token: str, title: str, text: str) -> None:
        self.lines.append(f"{title}. {text}")
        words = kit.column(
            kit.Label(title, strong=True, wrap=True), kit.Label(text, wrap=True, select=True), space=0
        )
        layout = kit.row(space=12, margins=(0, 8, 0, 8))
        layout.addWidget(kit.IconLabel(icon, token, 20), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        line = QWidget()
        line.setLayout(layout)
        line.setAccessibleName(self.lines[-1])
        card.body.addWidget(line)


def _damage_text(report: "RecoveryReport") -> str:
    return _("At the start the file of the records could not be read whole: {problem}").format(
        problem=iso(report.problem)
    )


def _place_text(report: "RecoveryReport") -> str:
    if not report.backup:
        text = _("There was no sound backup. The program began with an empty file and filled it.")
    elif report.since:
        text = _("The backup of {when}: {file}.").format(
            when=iso(format_datetime(report.since, language())), file=ltr(Path(report.backup).name)
        )
    else:
        text = _("The backup {file}.").format(file=ltr(Path(report.backup).name))
    count = ngettext("{count} record is here now.", "{count} records are here now.", report.records)
    return f"{text} {count.format(count=report.records)}"


def _back_text(report: "RecoveryReport") -> str:
    parts = []
    if report.revisions_from_packages:
        parts.append(
            ngettext(
                "{count} revision came back from packages.",
                "{count} revisions came back from packages.",
                report.revisions_from_packages,
            ).format(count=report.revisions_from_packages)
        )
    if report.revisions_from_file:
        parts.append(
            ngettext(
                "{count} revision could be read from the damaged file; its checksum is right.",
                "{count} revisions could be read from the damaged file; their checksums are right.",
                report.revisions_from_file,
            ).format(count=report.revisions_from_file)
        )
    if report.acts_from_file:
        parts.append(
            ngettext(
                "{count} entry of the journal was taken over from the file that was replaced.",
                "{count} entries of the journal were taken over from the file that was replaced.",
                report.acts_from_file,
            ).format(count=report.acts_from_file)
        )
    if report.files:
        parts.append(
            ngettext(
                "{count} attached file or form was copied back.",
                "{count} attached files and forms were copied back.",
                report.files,
            ).format(count=report.files)
        )
    if report.packages_unreadable:
        text = _("These packages could not be used: {files}.")
        parts.append(text.format(files=_names(report.packages_unreadable)))
    return " ".join(parts) or _("Nothing more was found in packages.")


def missing_text(report: "RecoveryReport") -> str:
    """Return what a person should look for."""
    advice = _("Look through your records, then make a package: what headquarters has already does no harm.")
    if report.is_damage and report.since:
        when = iso(format_datetime(report.since, language()))
        text = _("What was written after {when} and neither sent nor named here may be missing.")
        return f"{text.format(when=when)} {advice}"
    if report.is_damage:
        text = _("What was neither sent nor named here is missing.")
        return f"{text} {advice}"
    text = _("What was written after the backup and was not sent. It is still in the file that was replaced.")
    return f"{text} {advice}"


def _names(names: Sequence[str]) -> str:
    shown = listed(ltr(name) for name in names[:_NAMES_SHOWN])
    return f"{shown} …" if len(names) > _NAMES_SHOWN else shown


def _last(workspace: "Workspace", progress: Progress) -> "RecoveryReport | None":
    from habitat_desktop.sync.recovery import last_report

    return last_report(workspace.folder)
