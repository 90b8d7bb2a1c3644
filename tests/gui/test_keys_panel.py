"""Keys in the settings: the own fingerprint, requests, trusting by telephone, a passphrase; all real keys."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.fingerprint import FingerprintBox, grouped
from habitat_desktop.gui.keys_panel import KeysPanel
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.passphrase_dialogs import PassphraseDialog, UnlockDialog
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.gui.trust_dialog import TrustDialog
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.records.trusted_keys import trusted_keys
from habitat_desktop.settings import HEADQUARTERS
from habitat_desktop.workspace import open_workspace
from tests.gui.checks import clipped, nameless
from tests.gui.desk import Settled, Shown, add_final_record, make_workspace

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def strangers(tmp_path: Path) -> tuple[Path, Path]:
    """An office with a final record and a headquarters that do not know each other yet."""
    office = make_workspace(tmp_path / "office", "office", "KE", countries=("KEN",))
    add_final_record(office)
    return office, make_workspace(tmp_path / "headquarters", "headquarters", HEADQUARTERS)


def keys_of(window: MainWindow, qtbot: Any) -> KeysPanel:
    window.show_page("settings", topic="keys")
    panel = window.page("settings").findChildren(KeysPanel)[-1]  # an older one may wait to be deleted
    qtbot.waitUntil(lambda: jobs.is_idle() and bool(panel.findChildren(FingerprintBox)), timeout=20_000)
    return panel


def banners(widget: Any) -> str:
    found = widget.findChildren(kit.Banner)
    return "\n".join(f"{b.kind}: {b.accessibleName()}" for b in found if not b.isHidden())


def request_of(folder: Path, shown: Shown, qtbot: Any, target: Path) -> tuple[Path, str]:
    """Save the request of a workspace by its button; return the file and the fingerprint to read aloud."""
    window = shown(folder)
    panel = keys_of(window, qtbot)
    panel.choose_target = lambda: target
    panel.request_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and target.is_file(), timeout=20_000)
    (box,) = panel.findChildren(FingerprintBox)
    fingerprint = box.fingerprint
    assert fingerprint in banners(window)
    window.close()
    return target, fingerprint


def trust_dialog(window: MainWindow, path: Path, qtbot: Any) -> TrustDialog:
    panel = keys_of(window, qtbot)
    panel.choose_request = lambda: path
    panel.trust_button.click()
    dialog = window.findChildren(TrustDialog)[-1]
    qtbot.waitUntil(lambda: jobs.is_idle() and dialog._asked is not None, timeout=20_000)
    return dialog


def test_a_request_is_saved_and_trusted_after_the_telephone(
    strangers: tuple[Path, Path], shown: Shown, qtbot: Any, tmp_path: Path
) -> None:
    office, headquarters = strangers
    path, fingerprint = request_of(office, shown, qtbot, tmp_path / "request-KE.xlsx")
    window = shown(headquarters)
    dialog = trust_dialog(window, path, qtbot)
    texts = " ".join(label.text() for label in dialog.findChildren(kit.Label))
    assert "KE workspace" in texts and fingerprint not in texts  # what was heard must be typed
    dialog.field.setText("1234 5678")
    dialog.trust_button.click()
    qtbot.waitUntil(lambda: "24 digits" in banners(dialog), timeout=20_000)
    wrong = fingerprint[:-1] + str((int(fingerprint[-1]) + 1) % 10)
    dialog.field.setText(wrong)
    dialog.trust_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and "not that of" in banners(dialog), timeout=20_000)
    dialog.field.setText(fingerprint.replace(" ", "-").translate(EASTERN))
    dialog.trust_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and "is trusted from now on" in banners(window), timeout=20_000)
    panel = keys_of(window, qtbot)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=20_000)
    cells = [panel.model.index(0, column).data() for column in range(4)]
    assert "KE workspace" in cells[0] and fingerprint in cells[1] and cells[2] == "Trusted"


def test_a_file_that_is_no_request_is_refused_with_a_sentence(
    strangers: tuple[Path, Path], shown: Shown, qtbot: Any, tmp_path: Path
) -> None:
    path = tmp_path / "nonsense.xlsx"
    path.write_bytes(b"PK nothing")
    window = shown(strangers[1])
    dialog = TrustDialog(window, path)
    dialog.open()
    qtbot.waitUntil(lambda: jobs.is_idle() and "Nobody was trusted" in banners(dialog), timeout=20_000)
    assert dialog.trust_button.isHidden()
    dialog.reject()


def test_a_key_is_locked_with_a_passphrase_that_is_asked_for_when_something_is_signed(
    strangers: tuple[Path, Path], shown: Shown, qtbot: Any, settled: Settled
) -> None:
    office = strangers[0]
    window = shown(office)
    panel = keys_of(window, qtbot)
    panel.lock_button.click()
    dialog = window.findChildren(PassphraseDialog)[-1]
    assert nameless(dialog) == []
    for new, again in (("short", "short"), ("long enough words", "other words here")):
        dialog.new.setText(new)
        dialog.again.setText(again)
        dialog.done_button.click()
        assert not dialog.problem.isHidden()
    dialog.again.setText("long enough words")
    dialog.done_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and "passphrase" in banners(window), timeout=60_000)
    assert Keyring(window.workspace.keys).is_locked
    window.workspace.keyring.lock()
    window.show_page("exchange")
    settled()
    page: Any = window.page("exchange")
    page.panel.buttons["make"].click()
    qtbot.waitUntil(lambda: jobs.is_idle() and bool(window.findChildren(UnlockDialog)), timeout=60_000)
    assert list(window.workspace.outgoing.glob("*.xlsx")) == []
    unlock = window.findChildren(UnlockDialog)[-1]
    unlock.field.setText("not this one")
    unlock.done_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and not unlock.problem.isHidden(), timeout=60_000)
    unlock.field.setText("long enough words")
    unlock.done_button.click()
    qtbot.waitUntil(lambda: any(window.workspace.outgoing.glob("*.xlsx")), timeout=60_000)
    settled()


def test_home_tells_an_office_that_headquarters_does_not_know_it(
    strangers: tuple[Path, Path], shown: Shown
) -> None:
    def says(folder: Path) -> bool:
        texts = [label.text() for label in shown(folder).page("home").findChildren(kit.Label)]
        return "Headquarters does not know this computer yet" in texts

    assert says(strangers[0])


def test_the_fingerprint_is_copied_and_digits_are_grouped(qapp: Any, qtbot: Any) -> None:
    box = FingerprintBox("1234 5678 9012 3456 7890 1234")
    qtbot.addWidget(box)
    box._copy()
    assert QGuiApplication.clipboard().text() == box.fingerprint
    assert grouped("١٢٣٤-56 78") == "1234 5678"


@pytest.mark.parametrize("code", ["en", "ar", "zh"])
def test_the_panel_and_its_dialog_show_whole(
    code: str, strangers: tuple[Path, Path], shown: Shown, qtbot: Any, tmp_path: Path
) -> None:
    path, _digits = request_of(strangers[0], shown, qtbot, tmp_path / "request-KE.xlsx")
    workspace = open_workspace(strangers[1])
    workspace.update_settings(language=code, theme="dark")
    window = shown(strangers[1])
    dialog = trust_dialog(window, path, qtbot)
    for part in (window, dialog):
        qtbot.waitUntil(lambda part=part: clipped(part) == [], timeout=20_000)
        assert nameless(part) == []
    dialog.reject()


def test_headquarters_revokes_a_key_with_a_reason(
    office: Path, headquarters: Path, shown: Shown, qtbot: Any
) -> None:
    window = shown(headquarters)
    panel = keys_of(window, qtbot)
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0 and not panel.revoke_button.isHidden(), timeout=20_000)
    panel.revoke_button.click()
    dialog = panel.findChild(ReasonDialog)
    dialog.field.setText("the laptop was stolen")
    dialog.done_button.click()
    states = lambda: [panel.model.index(row, 2).data() for row in range(panel.model.rowCount())]  # noqa: E731
    qtbot.waitUntil(lambda: "Revoked" in states(), timeout=20_000)
    with window.workspace.read() as session:
        (key,) = [key for key in trusted_keys(session, "KE") if key.state == "revoked"]
    assert key.reason == "the laptop was stolen"
