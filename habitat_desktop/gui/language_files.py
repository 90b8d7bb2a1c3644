"""The button "Excel…" of the page of languages: workbooks out and in, language packs, trial, publishing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QMenu

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import icons, jobs, kit, parcel_work
from habitat_desktop.gui.language_work import language_name, problem_text
from habitat_desktop.gui.parcel_dialogs import ExportDialog, ImportDialog, named
from habitat_desktop.gui.passphrase_dialogs import unlock_first
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.gui.trial import Trial
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.languages_page import LanguagesPage
    from habitat_desktop.gui.parcel_work import Order
    from habitat_desktop.i18n.parcel_return import Plan


class LanguageFiles:
    """What is written for others and what comes back; `choose_target` and `choose_file` ask the person."""

    def __init__(self, page: "LanguagesPage") -> None:
        self._page = page
        self.choose_target: Callable[[str], Path | None] = self._ask_target
        self.choose_file: Callable[[str], Path | None] = self._ask_file
        self.dialog: ExportDialog | ImportDialog | ReasonDialog | None = None
        self.trial: Trial | None = None
        self.menu = QMenu(page)
        self.button = kit.Button("", icon="document_table")
        self.button.setMenu(self.menu)
        self.try_button = kit.Button("", icon="eye", does=self.try_texts)
        self._actions: list[tuple[Any, Callable[[], str]]] = []
        self._add("save", lambda: _("Write an Excel file to translate…"), self.ask_export)
        self._add("arrow_download", lambda: _("Take an Excel file in…"), self.ask_import)
        self.menu.addSeparator()
        self._add("box", lambda: _("Make a language pack…"), self.make_pack)
        self._add("eye", lambda: _("Try a language pack…"), self.try_pack)
        if page.workspace.settings.role == "headquarters":
            self._add("send", lambda: _("Publish to the offices…"), self.ask_publish)

    def retranslate(self) -> None:
        self.button.setText(_("Excel…"))
        self.try_button.setText(_("Try in the app"))
        for action, words in self._actions:
            action.setText(words())

    def _add(self, icon: str, words: Callable[[], str], does: Callable[[], object]) -> None:
        action = self.menu.addAction("")
        icons.set_icon(action, icon)
        action.triggered.connect(lambda *_: does())
        self._actions.append((action, words))

    # workbooks

    def ask_export(self) -> None:
        """Ask which texts, then for the file."""
        page = self._page
        domains = list(dict.fromkeys(row.domain for row in page.rows.values()))
        dialog = ExportDialog(page, page.code, named(domains, page.titles))
        dialog.ordered.connect(self.export)
        self.dialog = dialog
        dialog.open()

    def export(self, order: "Order") -> None:
        path = self.choose_target(f"{order.wanted}-{order.language}.xlsx")
        if path is not None:
            self._run(
                partial(parcel_work.export, self._page.place, order, path), partial(self._exported, path)
            )

    def _exported(self, path: Path, counts: tuple[int, int]) -> None:
        texts, left = counts
        if not texts:
            self._tell("info", _("There is nothing of that kind to do; no file was written."))
            return
        title = ngettext("{count} text is in the file", "{count} texts are in the file", texts)
        text = _("It lies in {path}.").format(path=iso(str(path)))
        if left:
            more = ngettext("{count} more text is left.", "{count} more texts are left.", left)
            text = f"{text} {more.format(count=ltr(str(left)))}"
        self._tell("ok", title.format(count=ltr(str(texts))), text)

    def ask_import(self) -> None:
        """Ask for a file that came back and show what it would change."""
        path = self.choose_file("*.xlsx")
        if path is not None:
            self.plan(path)

    def plan(self, path: Path) -> None:
        self._run(partial(parcel_work.plan, self._page.place, path, False), partial(self._planned, path))

    def _planned(self, path: Path, plan: "Plan") -> None:
        person = self._page.workspace.settings.person
        dialog = ImportDialog(self._page, plan, person)
        self.dialog = dialog
        dialog.confirmed.connect(partial(self._apply, path, person))
        dialog.planned_again.connect(
            lambda force: self._run(
                partial(parcel_work.plan, self._page.place, path, force), dialog.show_plan
            )
        )
        dialog.open()

    def _apply(self, path: Path, person: str, force: bool) -> None:
        page = self._page
        if not person:
            self._tell("warning", _("Enter yourself in the settings: what is taken in carries a name."))
            return
        work = partial(parcel_work.apply, page.place, path, force, person, page.frame.now())
        self._run(work, self._applied)

    def _applied(self, plan: "Plan") -> None:
        taken = len(plan.changes) + len(plan.confirmed)
        title = ngettext("{count} text was taken in.", "{count} texts were taken in.", taken)
        self._tell("ok", title.format(count=ltr(str(taken))))
        if plan.language != self._page.code:
            self._page.show_language(plan.language)
        else:
            self._page.refresh()

    # packs, trial, publishing

    def make_pack(self) -> None:
        """Write all texts of the language as one file."""
        code = self._page.code
        path = self.choose_target(f"habitat-language-{code}.zip")
        if path is not None:
            self._page.keep_typed()
            self._run(partial(parcel_work.make_pack, self._page.place, code, path), self._made)

    def _made(self, path: Path) -> None:
        text = _("It lies in {path}. Mail it to headquarters, or try it on another computer.")
        self._tell("ok", _("The language pack is made"), text.format(path=iso(str(path))))

    def try_texts(self) -> None:
        """Show the whole window with the texts as they are now."""
        if self._page.leave():
            self._try(None)

    def try_pack(self) -> None:
        path = self.choose_file("*.zip")
        if path is not None and self._page.leave():
            self._try(path)

    def _try(self, pack: Path | None) -> None:
        self._run(partial(parcel_work.for_trial, self._page.place, pack), self._start_trial)

    def _start_trial(self, found: tuple[Path, str]) -> None:
        folder, code = found
        frame = self._page.frame
        if self.trial is not None:
            self.trial.end()
        self.trial = Trial(frame, folder, code or self._page.code, self._ended)
        self.trial.start()
        frame.show_page(frame.first_key)

    def _ended(self) -> None:
        self.trial = None
        self._page.frame.show_page("languages")

    def ask_publish(self) -> None:
        """Ask why, then publish what is translated to all offices."""
        name = language_name(self._page.code)
        dialog = ReasonDialog(
            self._page,
            _("Publish {language} to the offices").format(language=iso(name)),
            _("Each office gets the texts that are new with its next package and sees them at once."),
            _("Publish"),
        )
        dialog.given.connect(self.publish)
        self.dialog = dialog
        dialog.open()

    def publish(self, reason: str) -> None:
        page = self._page
        work = partial(parcel_work.publish, page.workspace, page.place, page.code, reason)
        self._run(work, self._published, again=lambda: self.publish(reason))

    def _published(self, made: "list[Any]") -> None:
        names = ", ".join(ltr(one.release.name) for one in made)
        offices = max(len(one.offices) for one in made)
        title = ngettext(
            "Published to {count} office with its next package",
            "Published to {count} offices with their next packages",
            offices,
        )
        self._tell("ok", title.format(count=ltr(str(offices))), names)

    # parts

    def _run(
        self,
        work: Callable[[Any], Any],
        done: Callable[[Any], object],
        again: Callable[[], None] | None = None,
    ) -> None:
        def failed(error: Exception) -> None:
            if again is not None and unlock_first(self._page.frame, error, again):
                return
            if not isinstance(error, HabitatError | OSError):
                jobs.report_failure(error)
                return
            self._tell("error", _("This did not work"), problem_text(error))

        jobs.run(work, self._page, done=done, failed=failed)

    def _tell(self, kind: kit.BannerKind, title: str, text: str = "") -> None:
        self._page.frame.clear_news()
        self._page.frame.notify(kind, title, text)

    def _ask_target(self, name: str) -> Path | None:
        start = str(Path.home() / name)
        chosen, _kind = QFileDialog.getSaveFileName(self._page, _("Save the file"), start)
        return Path(chosen) if chosen else None

    def _ask_file(self, pattern: str) -> Path | None:
        chosen, _kind = QFileDialog.getOpenFileName(self._page, _("Choose a file"), str(Path.home()), pattern)
        return Path(chosen) if chosen else None
