"""The keys of this workspace: its own fingerprint, whom it trusts, and what a person may do about both."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import enrolment_work, jobs, kit
from habitat_desktop.gui.enrolment_work import Requested, ask_request_path, save_request
from habitat_desktop.gui.fingerprint import FingerprintBox
from habitat_desktop.gui.outbox_texts import office_title, when
from habitat_desktop.gui.passphrase_dialogs import PassphraseDialog, unlock_first
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.gui.trust_dialog import TrustDialog
from habitat_desktop.i18n.catalogues import _, explain, pgettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.settings_page import SettingsPage
    from habitat_desktop.records.trusted_keys import TrustedKey
    from habitat_desktop.workspace import Workspace

_COLUMNS = (0, 292, 130, 128)
_ROWS_SHOWN = 3


@dataclass(frozen=True)
class KeysSeen:
    """What the panel shows: the own fingerprint, whether it has a passphrase, and the keys of others."""

    fingerprint: str
    has_passphrase: bool
    trusted: "tuple[TrustedKey, ...]"


class KeysPanel(QWidget):
    """Two cards: the own key, the keys of others."""

    def __init__(self, page: "SettingsPage") -> None:
        super().__init__()
        self._page = page
        self._seen: KeysSeen | None = None
        # what a test replaces: questions to the person and the programs around us
        self.choose_request: Callable[[], Path | None] = self._ask_request
        self.choose_target: Callable[[], Path | None] = partial(ask_request_path, self, page.workspace)
        self.open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._own = kit.Card(_("The key of this workspace"))
        self._others = self._others_card()
        self.setLayout(kit.column(self._own, self._others, space=12))
        self.refresh()

    def refresh(self) -> None:
        """Read the keys again."""
        jobs.run(partial(_read, self._page.workspace), self, done=self._show, failed=self._failed)

    # building

    def _others_card(self) -> kit.Card:
        self.trust_button = kit.Button(_("Trust a request…"), icon="shield_checkmark", does=self.trust)
        card = kit.Card(_("Whose packages are taken in"), None, self.trust_button, flush=True)
        self.table = kit.Table(_("Trusted keys"), two_lines=True)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(
            self.table.horizontalHeader().height()
            + _ROWS_SHOWN * self.table.verticalHeader().defaultSectionSize()
        )
        self.table.hide()
        at_headquarters = self._page.workspace.settings.role == "headquarters"
        text = (
            _("Choose the request an office sent, and compare its fingerprint on the telephone.")
            if at_headquarters
            else _("Choose the request headquarters sent, and compare its fingerprint on the telephone.")
        )
        self._nobody = kit.EmptyState("shield_checkmark", _("Nobody is trusted yet"), text)
        self._nobody.hide()
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self._nobody)
        self.revoke_button = kit.Button(_("Revoke the chosen key…"), "danger", "prohibited", self.revoke)
        self.revoke_button.hide()
        if at_headquarters:
            self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_revoke())
            card.body.addLayout(kit.row(None, self.revoke_button, margins=(16, 4, 16, 12)))
        return card

    # showing

    def _show(self, seen: KeysSeen) -> None:
        self._seen = seen
        kit.clear(self._own.body)
        self._own.body.addWidget(FingerprintBox(seen.fingerprint))
        text = _(
            "Every package you make is signed with this key. It never leaves this computer: it is in no "
            "package and in no backup. The other side trusts it once, after hearing it on the telephone."
        )
        self._own.body.addWidget(kit.Label(text, tone="muted", wrap=True))
        self.request_button = kit.PrimaryButton(_("Save the request…"), "save", self.save_request)
        words = _("Change the passphrase…") if seen.has_passphrase else _("Lock with a passphrase…")
        self.lock_button = kit.Button(words, icon="lock_closed", does=self.set_passphrase)
        state = (
            _("Locked with a passphrase; it is asked for when a package is made.")
            if seen.has_passphrase
            else _("Without a passphrase: only this account of the computer can read it.")
        )
        self._own.body.addLayout(
            kit.row(
                (kit.Label(state, "caption", "muted", wrap=True), 1), self.lock_button, self.request_button
            )
        )
        heads = (
            _("Office"),
            _("Fingerprint"),
            pgettext("key", "State"),
            pgettext("key", "Since"),
        )
        self.model.show_rows(heads, [_row(key) for key in seen.trusted])
        self.table.set_columns(*_COLUMNS)
        self.table.setVisible(bool(seen.trusted))
        self._nobody.setVisible(not seen.trusted)
        kit.select_row(self.table, 0)
        self._show_revoke()

    def _show_revoke(self) -> None:
        """Offer to revoke a key that is trusted, at headquarters."""
        key = self._chosen()
        at_headquarters = self._page.workspace.settings.role == "headquarters"
        self.revoke_button.setVisible(at_headquarters and key is not None and key.state == "trusted")

    def _chosen(self) -> "TrustedKey | None":
        row = self.table.currentIndex().row()
        trusted = self._seen.trusted if self._seen is not None else ()
        return trusted[row] if 0 <= row < len(trusted) else None

    # what the person does

    def revoke(self) -> None:
        """Ask for the reason and take the trust in the chosen key back."""
        key = self._chosen()
        if key is None:
            return
        name = iso(key.name or office_title(key.office))
        dialog = ReasonDialog(
            self,
            _("Revoke the key of {name}").format(name=name),
            _(
                "Packages signed with it go to quarantine from now on, and every office learns it with its "
                "next package. It cannot be trusted again: the office makes a new key."
            ),
            _("Revoke the key"),
        )
        dialog.given.connect(lambda reason: self._revoke(key, reason))
        dialog.open()

    def _revoke(self, key: "TrustedKey", reason: str) -> None:
        work = partial(enrolment_work.revoke, self._page.workspace, key, reason)
        again = partial(self._revoke, key, reason)
        jobs.run(work, self, done=lambda _done: self._revoked(key), failed=partial(self._locked, again))

    def _locked(self, again: Callable[[], object], error: Exception) -> None:
        if not unlock_first(self._page.frame, error, again):
            self._failed(error)

    def _revoked(self, key: "TrustedKey") -> None:
        self._page.frame.clear_news()
        name = iso(key.name or office_title(key.office))
        self._page.frame.notify("ok", _("The key of {name} is revoked").format(name=name))
        self.refresh()

    def save_request(self) -> None:
        """Ask where to and write the request of this workspace."""
        path = self.choose_target()
        if path is None:
            return
        work = partial(save_request, self._page.workspace, path)
        jobs.run(work, self, done=self._requested, failed=partial(self._request_failed, path))

    def trust(self) -> None:
        """Ask for a request and compare its fingerprint."""
        path = self.choose_request()
        if path is not None:
            dialog = TrustDialog(self._page.frame, path)
            dialog.accepted.connect(self.refresh)
            dialog.open()

    def set_passphrase(self) -> None:
        """Ask for a new passphrase of the key."""
        assert self._seen is not None
        dialog = PassphraseDialog(self._page.frame, has_one=self._seen.has_passphrase)
        dialog.accepted.connect(self._passphrase_set)
        dialog.open()

    def _passphrase_set(self) -> None:
        self._page.frame.clear_news()
        self._page.frame.notify("ok", _("The passphrase of the key was changed"))
        self.refresh()

    def _requested(self, made: Requested) -> None:
        frame = self._page.frame
        frame.clear_news()
        text = _(
            "Send {file} to the other side and telephone. Read out the fingerprint: {fingerprint}"
        ).format(file=iso(made.path.name), fingerprint=ltr(made.fingerprint))
        show = (_("Open the folder"), lambda: self.open_url(QUrl.fromLocalFile(str(made.path.parent))))
        frame.notify("ok", _("The request is saved"), text, show)

    def _request_failed(self, path: Path, error: Exception) -> None:
        again = partial(save_request, self._page.workspace, path)
        self._locked(lambda: jobs.run(again, self, done=self._requested, failed=self._failed), error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HabitatError):
            self._page.frame.notify("error", _("This did not work"), explain(error))
        else:
            jobs.report_failure(error)

    def _ask_request(self) -> Path | None:
        kinds = _("Requests ({pattern})").format(pattern="*.xlsx")
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Choose the request of the other side"), str(Path.home()), kinds
        )
        return Path(chosen) if chosen else None


def key_state(state: str) -> tuple[str, str]:
    """Return the sign a key gets, and its word."""
    return {
        "trusted": ("accepted", pgettext("key", "Trusted")),
        "replaced": ("withdrawn", pgettext("key", "Replaced")),
        "revoked": ("quarantine", pgettext("key", "Revoked")),
    }[state]


def _row(key: "TrustedKey") -> list[kit.Cell]:
    from habitat_desktop.packages.keys import fingerprint

    state, word = key_state(key.state)
    by = _("by {person}").format(person=iso(key.changed_by)) if key.changed_by else ""
    return [
        kit.Cell(iso(key.name or office_title(key.office)), sub=ltr(key.office), strong=True),
        kit.Cell(fingerprint(key.key_id), mono=True, kind="number"),
        kit.Cell(word, kind="pill", state=state, tip=f"{word}. {key.reason}".strip(". ")),
        kit.Cell(when(key.changed_at), sub=by, tone="text_muted"),
    ]


def _read(workspace: "Workspace", progress: Progress) -> KeysSeen:
    from habitat_desktop.records.trusted_keys import trusted_keys

    keyring = workspace.keyring
    with workspace.read() as session:
        trusted = tuple(trusted_keys(session))
    return KeysSeen(keyring.public.fingerprint, keyring.has_passphrase, trusted)
