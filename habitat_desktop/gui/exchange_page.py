"""Send and receive: what waits and why, the package it becomes, the ways it travels, and taking files in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QTimer, QUrl, QUrlQuery
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui import outbox_texts as texts
from habitat_desktop.gui.outbox_texts import Made
from habitat_desktop.gui.package_cards import ContentsCard, PackageTabs
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.passphrase_dialogs import UnlockDialog
from habitat_desktop.gui.progress_line import ProgressCard
from habitat_desktop.gui.receiving import ReceiveCard, Received, Receiving, quarantine_words
from habitat_desktop.gui.send_panel import WIDTH, SendPanel, SendState
from habitat_desktop.gui.sending import (
    Exchanged,
    Loaded,
    Looks,
    deliver,
    exchange_over,
    load_outbox,
    make_packages,
    to_attach,
)
from habitat_desktop.gui.side_by_side import SideBySide
from habitat_desktop.gui.steps import StepsLine
from habitat_desktop.i18n.catalogues import _, explain, listed, ngettext
from habitat_desktop.i18n.text import iso
from habitat_desktop.progress import Progress
from habitat_desktop.settings import TransportSetting

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.packages.news import Line


class ExchangePage(Page):
    """For an office: its package to headquarters. For headquarters: the packages it owes its offices."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._loaded = Loaded()
        self._fresh: tuple[Made, ...] = ()  # made in this sitting, and read back
        self._handed_over: set[str] = set()  # names of packages that took one of the ways
        self._banner: kit.Banner | None = None
        self._start = ""
        self._chosen: tuple[str, ...] = ()  # records somebody chose for the package
        self._looks: Looks = {}  # only for jobs: what was read of packages that lie here
        # what a test replaces: questions to the person and the programs around us
        self.choose_files: Callable[[], list[Path]] = self._ask_files
        self.choose_folder: Callable[[], Path | None] = self._ask_folder
        self.open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self.receive_card = ReceiveCard()  # outlives a change of language: files may be on their way in
        self.receiving = Receiving(self.workspace, self.receive_card)
        self.receiving.finished.connect(self._received)
        self.receive_card.quarantine_wanted.connect(self._show_quarantine)
        self.receive_card.edits_wanted.connect(lambda path: self.frame.show_page("edits", file=path))
        self.receive_card.news_wanted.connect(self._follow)
        self._build()

    @property
    def is_office(self) -> bool:
        return self.workspace.settings.role != "headquarters"

    # Page

    def enter(self, **context: Any) -> None:
        """`files`: paths to take in; `start`: "import" asks for them, "make" goes to the button;
        `records`: ids of those chosen for the package."""
        self._chosen = tuple(context.get("records", ()))
        self._start = context.get("start", "")
        self.refresh()
        if context.get("files"):
            self.receiving.receive(context["files"])
        if self._start == "import":
            QTimer.singleShot(0, self.receive)

    def refresh(self) -> None:
        jobs.run(
            partial(load_outbox, self.workspace, self._looks),
            self,
            done=self._show,
            failed=self._failed_to_read,
        )

    def retranslate(self) -> None:
        self._build()
        self.receive_card.retranslate()
        self._show(self._loaded)
        self.refresh()  # titles of forms and times are said in the language of the reading

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.contents, self.tabs, self.panel)

    # building

    def _build(self) -> None:
        self.receive_card.setParent(self)
        kit.clear(self._layout)
        self.receive_button = kit.Button(_("Receive…"), icon="arrow_download", does=self.receive)
        self.receive_button.setToolTip(
            _("Take in packages; you can also drop the files anywhere on this window")
        )
        title = _("Send to headquarters") if self.is_office else _("Send to the offices")
        self.quarantine_button = kit.Button("", icon="shield_error", does=self._show_quarantine)
        self.head = kit.PageHead(title, "", self.quarantine_button, self.receive_button)
        self.steps = StepsLine()
        self.progress = ProgressCard()
        self.contents = ContentsCard()
        self.contents.row_opened.connect(self._open_row)
        self.contents.records_wanted.connect(lambda: self.frame.show_page("records"))
        self.tabs = PackageTabs()
        self.tabs.edits_wanted.connect(lambda path: self.frame.show_page("edits", file=path))
        self.tabs.shown_wanted.connect(lambda name: self._show_file(self.workspace.outgoing / name))
        self.tabs.again_wanted.connect(self._send_again)
        self.panel = SendPanel()
        self.panel.make_wanted.connect(lambda: self.make())
        self.panel.mail_wanted.connect(lambda: self._with_made(self._mail))
        self.panel.folder_wanted.connect(self._to_folder)
        self.panel.shown_wanted.connect(lambda: self._with_made(self._show_in_folder))
        self.panel.exchange_wanted.connect(self.exchange)
        work = QWidget()
        work.setLayout(kit.column((self.contents, 1), self.tabs, space=12))
        content = QWidget()
        content.setLayout(
            kit.column(
                self.steps,
                self.receive_card,
                self.progress,
                (SideBySide(work, self.panel, width=WIDTH), 1),
                space=12,
                margins=(20, 0, 20, 12),
            )
        )
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(kit.scrolling(content), 1)

    # showing

    def _show(self, loaded: Loaded) -> None:
        made = self._known_made(loaded)
        self._loaded = replace(loaded, made=made)
        self.quarantine_button.setVisible(loaded.kept_out > 0)
        self.quarantine_button.setText(quarantine_words(loaded.kept_out))
        box = loaded.boxes[0] if self.is_office and loaded.boxes else None
        subtitle = texts.subtitle(box) if box else self._office_count()
        self.head.set_texts(self.head.title.text(), subtitle)
        names = {package.path.name for package in made}
        self.steps.show_steps(
            texts.steps(
                loaded.boxes,
                is_made=bool(made),
                is_handed_over=bool(names & self._handed_over),
                is_office=self.is_office,
            )
        )
        self.contents.show_boxes(loaded.boxes, made, loaded.titles or {}, is_office=self.is_office)
        self.tabs.show_boxes(loaded.boxes, made, loaded.kept)
        self.panel.show_state(
            SendState(
                made=made,
                peers=len(loaded.boxes) if not loaded.is_empty else 0,
                transports=self.workspace.settings.transports,
                is_office=self.is_office,
                number=box.number if box else 0,
                is_encrypted=(
                    any(package.is_encrypted for package in made) if made else self.workspace.settings.encrypt
                ),
            )
        )
        self._show_chosen(loaded)
        if self._start == "make":
            self._start = ""
            self.panel.focus_first()
        self.frame.set_badge("exchange", self._badge(), "package")

    def _show_chosen(self, loaded: Loaded) -> None:
        """Say which of the records somebody chose go with the package, and go to the first of them."""
        chosen, self._chosen = set(self._chosen), ()
        if not chosen or not self.is_office or not loaded.boxes:
            return
        ids = [item.record.record_id for item in loaded.boxes[0].waiting]
        rows = [row for row, record_id in enumerate(ids) if record_id in chosen]
        if rows:
            kit.select_row(self.contents.table, rows[0])
        self._say("info", *texts.chosen_words(len(rows), len(chosen) - len(rows)))

    def _badge(self) -> int:
        """Count what is not yet in any package: that is what waits for the person, not for headquarters."""
        if not self.is_office:
            return len(self._loaded.boxes)
        boxes = [box for box in self._loaded.boxes if not box.is_made]
        records = sum(1 for box in boxes for item in box.waiting if item.reason != "again")
        return records + sum(1 for box in boxes if box.acts)

    def _known_made(self, loaded: Loaded) -> tuple[Made, ...]:
        """Return the packages ready here; those of this sitting are known to have been read back."""
        fresh = {package.path: package for package in self._fresh if package.path.is_file()}
        if not self.is_office:
            return tuple(fresh.values())
        return tuple(
            fresh[package.path] if package.path in fresh and not package.changes else package
            for package in loaded.made
        )

    def _office_count(self) -> str:
        count = len(self._loaded.boxes)
        if not count:
            return ""
        return ngettext(
            "{count} office waits for a package", "{count} offices wait for a package", count
        ).format(count=count)

    # what the person does

    def receive(self) -> None:
        """Ask for files and take them in."""
        paths = self.choose_files()
        if paths:
            self.receiving.receive(paths)

    def make(self, then: Callable[[list[Made]], object] | None = None) -> None:
        """Make the packages that wait, then do `then` with them."""
        peers = [box.peer for box in self._loaded.boxes if not box.is_empty]
        if not peers:
            return
        title = ngettext("Making {count} package", "Making {count} packages", len(peers)).format(
            count=len(peers)
        )
        self._work(
            title,
            partial(make_packages, self.workspace, peers, self._looks),
            partial(self._made, then),
            _("The package was not made"),
        )

    def exchange(self, transport: TransportSetting) -> None:
        """Send and receive once over a transport."""
        self._work(
            _("Exchanging over “{name}”").format(name=iso(transport.name)),
            partial(exchange_over, self.workspace, transport.name, transport.url),
            self._exchanged,
            _("Nothing was exchanged over “{name}”").format(name=iso(transport.name)),
        )

    def _follow(self, line: "Line") -> None:
        """Go where a line of the report leads."""
        if line.kind in ("received", "accepted"):
            context = {"record_id": line.key} if line.key else {"state": line.kind}
            self.frame.show_page("records", **context)
        elif line.kind in ("query", "proposal", "returned"):
            self.frame.show_page("queries", stage="", query=line.key)
        elif line.kind == "keys":
            self.frame.show_page("settings", topic="keys")
        else:
            self.frame.show_page("forms" if line.kind == "release" else "home")

    def _show_quarantine(self) -> None:
        self.frame.show_page("quarantine")

    def _to_folder(self) -> None:
        folder = self.choose_folder()
        if folder is not None:
            self._with_made(partial(self._deliver, folder))

    def _with_made(self, does: Callable[[list[Made]], object]) -> None:
        """Do something with the packages ready here; make them first if there are none."""
        if self._loaded.made:
            does(list(self._loaded.made))
        else:
            self.make(does)

    def _send_again(self, name: str) -> None:
        """Write an earlier package to a stick or folder once more, as it was made."""
        folder = self.choose_folder()
        if folder is None:
            return
        self._work(
            _("Writing to {folder}").format(folder=iso(str(folder))),
            partial(deliver, self.workspace, [self.workspace.outgoing / name]),
            partial(self._delivered, folder),
            _("Not written to {folder}").format(folder=iso(str(folder))),
            folder,
        )

    def _deliver(self, folder: Path, made: list[Made]) -> None:
        self._work(
            _("Writing to {folder}").format(folder=iso(str(folder))),
            partial(deliver, self.workspace, [package.path for package in made]),
            partial(self._delivered, folder),
            _("Not written to {folder}").format(folder=iso(str(folder))),
            folder,
        )

    def _mail(self, made: list[Made]) -> None:
        if any(package.changes for package in made):
            self._work(
                _("Reading the package"),
                partial(to_attach, self.workspace, made),
                self._open_mail,
                _("The package was not made"),
            )
        else:
            self._open_mail(made)

    def _open_mail(self, made: list[Made]) -> None:
        """Open the mail program, and the folder, because no program may attach a file for the person."""
        package = made[0]
        names = listed([one.path.name for one in made])
        office = self.workspace.settings.name
        query = QUrlQuery()
        subject = _("Package {number} of {office}").format(number=package.number, office=office)
        text = _("The package is attached: {file}").format(file=names)
        query.addQueryItem("subject", str(QUrl.toPercentEncoding(subject).data(), "ascii"))
        query.addQueryItem("body", str(QUrl.toPercentEncoding(text).data(), "ascii"))
        url = QUrl("mailto:")
        url.setQuery(query)
        self._show_in_folder(made)
        if self.open_url(url):
            self._hand_over(made)
            self._say(
                "info",
                _("Attach the file to the message"),
                _(
                    "Your mail program and the folder with {file} were opened. "
                    "The message leaves when you send it."
                ).format(file=iso(names)),
            )
        else:
            self._say(
                "warning",
                _("No mail program could be opened"),
                _("Attach {path} to a message by hand, or take a USB stick.").format(
                    path=iso(str(package.path))
                ),
            )

    def _show_in_folder(self, made: list[Made]) -> None:
        self._show_file(made[0].path)

    def _show_file(self, path: Path) -> None:
        self.open_url(QUrl.fromLocalFile(str(path.parent)))

    def _open_row(self, row: int) -> None:
        if self.is_office:
            waiting = self._loaded.boxes[0].waiting
            if row < len(waiting):  # below the records stands the conversation
                self.frame.show_page("records", record_id=waiting[row].record.record_id)
            return
        peers = [box.peer for box in self._loaded.boxes] or [package.to for package in self._loaded.made]
        self.frame.show_page("offices", office=peers[row])

    # what came of it

    def _made(self, then: Callable[[list[Made]], object] | None, made: list[Made]) -> None:
        self._fresh = tuple(made)
        bad = [package for package in made if package.is_checked is False]
        if bad:
            self._say(
                "error",
                _("The package could not be read back"),
                _(
                    "{file} differs from your records. Nothing was sent and your records are kept. "
                    "Make it again."
                ).format(file=iso(bad[0].path.name)),
            )
        elif then is not None:
            then(made)
        else:
            count = len(made)
            title = ngettext("{count} package is ready", "{count} packages are ready", count).format(
                count=count
            )
            self._say(
                "ok", title, _("Now choose how to send. Everything goes again until its receipt comes.")
            )
        self.frame.records_changed()

    def _delivered(self, folder: Path, copies: list[Path]) -> None:
        self._handed_over |= {copy.name for copy in copies}
        count = len(copies)
        title = ngettext("{count} package was written", "{count} packages were written", count).format(
            count=count
        )
        text = _("Read back from {folder} and compared: every byte agrees.").format(folder=iso(str(folder)))
        self._say("ok", title, text)
        self.refresh()

    def _exchanged(self, exchanged: Exchanged) -> None:
        count, came = len(exchanged.sent), len(exchanged.received.results)
        sent = ngettext("{count} package sent.", "{count} packages sent.", count).format(count=count)
        received = ngettext("{count} package received.", "{count} packages received.", came).format(
            count=came
        )
        kind: kit.BannerKind = "warning" if exchanged.received.is_bad else "ok"
        self._say(kind, _("Exchanged over “{name}”").format(name=iso(exchanged.name)), f"{sent} {received}")
        if came:
            self.receive_card.show_received(exchanged.received)
        self._handed_over |= set(exchanged.sent)
        self.frame.records_changed()

    def _received(self, received: Received) -> None:
        self.frame.records_changed()

    def _hand_over(self, made: list[Made]) -> None:
        self._handed_over |= {package.path.name for package in made}
        self._show(self._loaded)

    def _work(
        self,
        title: str,
        work: Callable[..., Any],
        done: Callable[[Any], object],
        failure: str,
        *arguments: object,
    ) -> None:
        """Run `work` as a job with a progress line; a failure a person can mend becomes a banner."""
        again = partial(self._work, title, work, done, failure, *arguments)
        self.panel.set_busy(True)
        self.progress.begin(title, lambda: job.cancel(), _("Your records are kept and wait to be sent."))

        def run(progress: Progress) -> Any:
            return work(*arguments, progress)

        job = jobs.Job(run, self)
        job.progressed.connect(self.progress.show_progress)
        job.succeeded.connect(done)
        job.handles_failure()
        job.failed.connect(partial(self._failed, failure, again))
        job.cancelled.connect(self.refresh)
        job.finished.connect(self._work_ended)
        job.start()

    def _work_ended(self) -> None:
        self.progress.end()
        self.panel.set_busy(False)

    def _failed(self, title: str, again: Callable[[], object], error: Exception) -> None:
        from habitat_desktop.packages.key_errors import KeyLockedError

        if isinstance(error, KeyLockedError):
            UnlockDialog(self.frame, again).open()
        elif isinstance(error, HabitatError):
            self._say("error", title, explain(error))
        else:
            jobs.report_failure(error)
        self.refresh()

    def _failed_to_read(self, error: Exception) -> None:
        if isinstance(error, HabitatError):
            self._say("error", _("The records cannot be read"), explain(error))
        else:
            jobs.report_failure(error)

    def _say(self, kind: kit.BannerKind, title: str, text: str) -> None:
        """Show news above the page, in the place of the last news of this page."""
        if self._banner is not None and shiboken6.isValid(self._banner):
            self._banner.deleteLater()
        self._banner = self.frame.notify(kind, title, text)

    # questions to the person

    def _ask_files(self) -> list[Path]:
        return ask_files(self)

    def _ask_folder(self) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(self, _("Choose a USB stick or folder"))
        return Path(chosen) if chosen else None


def ask_files(parent: QWidget) -> list[Path]:
    """Ask for packages to take in."""
    kind = _("Packages (*.xlsx)")
    chosen, _filter = QFileDialog.getOpenFileNames(parent, _("Choose packages to take in"), "", kind)
    return [Path(path) for path in chosen]
