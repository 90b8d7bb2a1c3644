"""Quarantine: the files that were not let in, what is wrong with each, and what every code means."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.code_list import CodeList
from habitat_desktop.gui.kept_out_panel import WIDTH, KeptOutPanel, kept_out_cells
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.passphrase_dialogs import unlock_first
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.gui.receiving import is_refused, result_text
from habitat_desktop.gui.side_by_side import SideBySide
from habitat_desktop.i18n.catalogues import _, explain, ngettext, pgettext
from habitat_desktop.i18n.text import fold, iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.importing import ImportResult
    from habitat_desktop.packages.quarantine import KeptOut
    from habitat_desktop.workspace import Workspace

_COLUMNS = (0, 182, 76, 120)
_TABLE_MIN_HEIGHT = 32 + 3 * 46
_CHIPS = {"open": "shield_error", "settled": "checkmark_circle"}


class QuarantinePage(Page):
    """Table of the files, the panel about the one chosen; a second view explains the codes."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._files: tuple[KeptOut, ...] = ()
        self._shown: list[KeptOut] = []
        self._filter, self._text, self._wanted = "open", "", ""
        self._is_at_codes = False
        # what a test replaces: questions to the person and the programs around us
        self.choose_target: Callable[[str], Path | None] = self._ask_target
        self.open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self._build()

    # Page

    def enter(self, **context: Any) -> None:
        """`file`: the name of the file to choose; `codes=True` shows what the codes mean."""
        self._wanted = context.get("file", "")
        self._is_at_codes = bool(context.get("codes"))
        self._show_view()
        self.refresh()

    def refresh(self) -> None:
        jobs.run(partial(_read, self.workspace), self, done=self._loaded)

    def retranslate(self) -> None:
        self._build()
        self._show_all()

    def regions(self) -> Sequence[QWidget]:
        if self._is_at_codes:
            return (self.head, self.codes)
        return (self.head, self.chips, self.table, self.panel)

    def search(self, text: str) -> bool:
        self._text = fold(text)
        self.codes.search(self._text)
        self._show_rows()
        return True

    # building

    def _build(self) -> None:
        kit.clear(self._layout)
        self.back_button = kit.QuietButton(_("Back"), "arrow_left", self.frame.go_back)
        self.codes_button = kit.Button("", icon="question_circle", does=self._switch_view)
        self.folder_button = kit.Button(_("Open the folder"), icon="folder", does=self._open_folder)
        self.head = kit.PageHead("", "", self.back_button, self.folder_button, self.codes_button)
        self.chips = kit.StateChips()
        self.chips.chosen.connect(self._choose_filter)
        self.table = kit.Table(_("Files that were not let in"), two_lines=True)
        self.table.setMinimumHeight(_TABLE_MIN_HEIGHT)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _b: self._choose(index.row()))
        self._empty = kit.column()
        empty = QWidget()
        empty.setLayout(self._empty)
        self._rows_or_empty = QStackedWidget()
        self._rows_or_empty.addWidget(self.table)
        self._rows_or_empty.addWidget(empty)
        card = kit.frame("card", kit.column((self._rows_or_empty, 1), margins=(1, 1, 1, 1)))
        self.panel = KeptOutPanel()
        self.table.opened.connect(lambda _row: self.panel.focus_first())
        self.panel.again_wanted.connect(self.try_again)
        self.panel.copy_wanted.connect(self.save_copy)
        self.panel.removal_wanted.connect(self.remove)
        files = QWidget()
        files.setLayout(
            kit.column(
                self.chips,
                (SideBySide(card, self.panel, width=WIDTH), 1),
                space=8,
                margins=(20, 0, 20, 12),
            )
        )
        self.codes = CodeList()
        self._views = QStackedWidget()
        self._views.addWidget(kit.scrolling(files))
        self._views.addWidget(self.codes)
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(self._views, 1)
        self._show_view()

    def _show_view(self) -> None:
        self._views.setCurrentIndex(int(self._is_at_codes))
        if self._is_at_codes:
            self.codes.fill()
        self.codes_button.setText(_("Show the files") if self._is_at_codes else _("What the codes mean"))
        self._show_head()

    def _switch_view(self) -> None:
        self._is_at_codes = not self._is_at_codes
        self._show_view()

    # showing

    def _loaded(self, files: "tuple[KeptOut, ...]") -> None:
        self._files = files
        wanted = next((kept for kept in files if kept.stored.name == self._wanted), None)
        if wanted is not None:
            self._filter = "open" if wanted.is_open else "settled"
        self._show_all()

    def _show_all(self) -> None:
        self._show_head()
        count = {"open": sum(1 for kept in self._files if kept.is_open)}
        count["settled"] = len(self._files) - count["open"]
        words = {
            "open": pgettext("files in quarantine", "Not let in"),
            "settled": pgettext("files in quarantine", "Settled"),
        }
        chips = [kit.Chip(key, words[key], count[key], icon) for key, icon in _CHIPS.items()]
        self.chips.show_chips(chips, self._filter)
        self.chips.setVisible(bool(self._files))
        self._show_rows()

    def _show_head(self) -> None:
        if self._is_at_codes:
            self.head.set_texts(
                _("What the codes mean"), _("Each code is one reason why a file is not let in.")
            )
            return
        count = sum(1 for kept in self._files if kept.is_open)
        text = _("No file waits for you.")
        if count:
            text = ngettext(
                "{count} file was not let in. Nothing of it was taken in and it is kept as it came.",
                "{count} files were not let in. Nothing of them was taken in and they are kept as they came.",
                count,
            ).format(count=count)
        self.head.set_texts(pgettext("page", "Quarantine"), text)

    def _show_rows(self) -> None:
        before = self._chosen()
        wanted = self._wanted or (before.stored.name if before is not None else "")
        self._shown = [
            kept
            for kept in self._files
            if kept.is_open == (self._filter == "open")
            and self._text in fold(f"{kept.file_name} {kept.problem.code} {explain(kept.problem)}")
        ]
        heads = (
            pgettext("column", "File"),
            pgettext("column", "Code"),
            pgettext("column", "Size"),
            pgettext("package", "Came"),
        )
        self.model.show_rows(heads, [kept_out_cells(kept) for kept in self._shown])
        self.table.set_columns(*_COLUMNS)
        if not self._shown:
            self._show_empty()
            return
        self._rows_or_empty.setCurrentIndex(0)
        row = next((row for row, kept in enumerate(self._shown) if kept.stored.name == wanted), 0)
        self._wanted = ""
        kit.select_row(self.table, row)
        self._choose(row)

    def _show_empty(self) -> None:
        kit.clear(self._empty)
        if self._text:
            clear = kit.Button(_("Show all"), does=lambda: self.search(""))
            state = kit.EmptyState("search", _("No file fits"), _("Search for a name or a code."), clear)
        elif self._filter == "settled" and self._files:
            state = kit.EmptyState(
                "shield_checkmark",
                _("Nothing is settled yet"),
                _("Files that were let in later, or that somebody took off the list, stand here."),
            )
        else:
            state = kit.EmptyState(
                "shield_checkmark",
                _("No file was kept out"),
                _("Files that are damaged, changed or of an unknown sender are kept here, unopened."),
            )
        self._empty.addWidget(state)
        self._rows_or_empty.setCurrentIndex(1)
        self.panel.show_nothing()

    def _choose_filter(self, key: str) -> None:
        self._filter = key
        self._show_all()

    def _chosen(self) -> "KeptOut | None":
        row = self.table.currentIndex().row()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self.panel.show_file(self._shown[row])

    # what the person does

    def try_again(self) -> None:
        """Take the chosen file in once more."""
        kept = self._chosen()
        if kept is not None:
            self.panel.set_busy(True)
            jobs.run(
                partial(_try_again, self.workspace, kept),
                self,
                done=partial(self._tried, kept),
                failed=partial(self._failed, self.try_again),
            )

    def _tried(self, kept: "KeptOut", result: "ImportResult") -> None:
        self.frame.clear_news()
        name = ltr(kept.file_name)
        if is_refused(result):
            self.frame.notify("warning", _("{file} was not let in").format(file=name), result_text(result))
            self.refresh()
        else:
            self.frame.notify("ok", _("{file} was let in").format(file=name), result_text(result))
            self.frame.records_changed()

    def save_copy(self) -> None:
        """Copy the chosen file, byte for byte, to where the person says."""
        kept = self._chosen()
        target = self.choose_target(kept.file_name) if kept is not None else None
        if kept is not None and target is not None:
            jobs.run(
                partial(_copy, kept.stored, target),
                self,
                done=self._copied,
                failed=partial(self._failed, self.save_copy),
            )

    def _copied(self, target: Path) -> None:
        self.frame.clear_news()
        text = _("It lies in {path}. Do not open it unless you know the sender.")
        self.frame.notify("ok", _("A copy was saved"), text.format(path=iso(str(target))))

    def remove(self) -> None:
        """Ask for the reason and take the chosen file off the list; the file itself stays."""
        kept = self._chosen()
        if kept is None:
            return
        dialog = ReasonDialog(
            self,
            _("Remove {file} from the list").format(file=ltr(kept.file_name)),
            _("The file itself stays in the folder of quarantine. Your name and your reason are noted."),
            _("Remove from the list"),
        )
        dialog.given.connect(partial(self._remove, kept))
        dialog.open()

    def _remove(self, kept: "KeptOut", reason: str) -> None:
        jobs.run(
            partial(_settle, self.workspace, kept, reason),
            self,
            done=lambda _done: self.refresh(),
            failed=partial(self._failed, lambda: self._remove(kept, reason)),
        )

    def _failed(self, again: Callable[[], None], error: Exception) -> None:
        self.panel.set_busy(False)
        if unlock_first(self.frame, error, again):
            return
        if isinstance(error, HabitatError):
            self.frame.notify("error", _("This did not work"), explain(error))
        elif isinstance(error, OSError):
            self.frame.notify("error", _("This did not work"), str(error.strerror or error))
        else:
            jobs.report_failure(error)

    def _open_folder(self) -> None:
        folder = self.workspace.quarantine
        folder.mkdir(parents=True, exist_ok=True)
        self.open_url(QUrl.fromLocalFile(str(folder)))

    def _ask_target(self, name: str) -> Path | None:
        start = str(Path.home() / name)
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save a copy"), start)
        return Path(chosen) if chosen else None


def _read(workspace: "Workspace", progress: Progress) -> "tuple[KeptOut, ...]":
    from habitat_desktop.packages.quarantine import kept_out

    return kept_out(workspace.quarantine)


def _try_again(workspace: "Workspace", kept: "KeptOut", progress: Progress) -> "ImportResult":
    from habitat_desktop.gui.receiving import importer_of
    from habitat_desktop.packages import publishing
    from habitat_desktop.packages.reader import Reader
    from habitat_desktop.packages.second_try import try_again

    importer, actor = importer_of(workspace), workspace.hand()
    with Reader() as reader:
        result = try_again(workspace.database, importer, reader, workspace.quarantine, kept, actor)
    (result,) = publishing.with_releases(workspace, [result])
    return result


def _copy(stored: Path, target: Path, progress: Progress) -> Path:
    from habitat_desktop.packages import files

    content = stored.read_bytes()
    part = files.write_part(target, content)
    part.replace(target)  # the person was asked by the dialog whether to replace
    return target


def _settle(workspace: "Workspace", kept: "KeptOut", reason: str, progress: Progress) -> None:
    from habitat_desktop.packages import quarantine

    actor = workspace.hand()
    quarantine.settle(workspace.database, actor, workspace.quarantine, kept, "removed", reason=reason)
