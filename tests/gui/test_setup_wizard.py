"""The first start: four steps make a workspace, the fifth shows its key."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QRadioButton

from habitat_desktop.gui import jobs, look
from habitat_desktop.gui.country_picker import CountriesDialog, CountryBox
from habitat_desktop.gui.fingerprint import FingerprintBox
from habitat_desktop.gui.sample_work import make_sample
from habitat_desktop.gui.setup_wizard import SetupWizard
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.settings import read_settings
from tests.gui.checks import clipped, nameless


@pytest.fixture
def wizard(qtbot: Any, tmp_path: Path) -> SetupWizard:
    result = SetupWizard(tmp_path / "data")
    result.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(result)
    result.show()
    return result


def go(wizard: SetupWizard, qtbot: Any, step: int) -> None:
    """Go to `step` and wait until its fields can be seen."""
    wizard.go(step)
    qtbot.waitUntil(wizard.forward.isVisible)


def field(wizard: SetupWizard, name: str) -> QLineEdit:
    fields = wizard.findChildren(QLineEdit)
    return next(f for f in fields if f.accessibleName() == name and f.isVisible())


def choose_country(wizard: SetupWizard, name: str) -> None:
    box = next(b for b in wizard.findChildren(CountryBox) if b.isVisible())
    box.setEditText(name)


def test_five_steps_make_a_workspace_with_its_key(wizard: SetupWizard, qtbot: Any, tmp_path: Path) -> None:
    go(wizard, qtbot, 1)
    choose_country(wizard, "Kenya")
    assert field(wizard, "Office code").text() == "KE"  # proposed
    go(wizard, qtbot, 2)
    qtbot.keyClicks(field(wizard, "Your name"), "M. Njeri")
    go(wizard, qtbot, 3)
    wizard.go(4)
    qtbot.waitUntil(lambda: wizard.step == 4 and jobs.is_idle(), timeout=20_000)
    assert wizard.workspace is not None
    digits = wizard.workspace.keyring.public.fingerprint
    (box,) = wizard.findChildren(FingerprintBox)
    assert box.fingerprint == digits and len(digits.split()) == 6
    assert not any(b.text() == "Back" and b.isVisible() for b in wizard.findChildren(QAbstractButton))
    target = tmp_path / "request-KE.xlsx"
    wizard.choose_target = lambda: target
    wizard.request_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and target.is_file(), timeout=20_000)
    qtbot.waitUntil(lambda: clipped(wizard) == [], timeout=20_000)
    assert nameless(wizard) == []
    with qtbot.waitSignal(wizard.made, timeout=20_000) as made:
        wizard.forward.click()
    workspace = made.args[0]
    settings = read_settings(tmp_path / "data")
    assert (settings.role, settings.office, settings.countries) == ("office", "KE", ("KEN",))
    assert settings.person == "M. Njeri"
    assert workspace.database_path.is_file()
    jobs.shut_down(workspace.close)


def test_a_step_says_what_it_still_needs(wizard: SetupWizard, qtbot: Any) -> None:
    go(wizard, qtbot, 1)
    go(wizard, qtbot, 2)
    assert wizard.step == 1
    assert wizard.problem.isVisible()
    assert "country" in wizard.problem.text()


def test_what_was_typed_is_not_proposed_over(wizard: SetupWizard, qtbot: Any) -> None:
    go(wizard, qtbot, 1)
    code = field(wizard, "Office code")
    qtbot.keyClicks(code, "ea1")
    choose_country(wizard, "Uganda")
    assert code.text().upper() == "EA1"
    assert wizard.answers.office == "EA1"


def test_headquarters_needs_no_country(wizard: SetupWizard, qtbot: Any) -> None:
    go(wizard, qtbot, 1)
    radio = next(r for r in wizard.findChildren(QRadioButton) if r.text() == "Headquarters")
    qtbot.mouseClick(radio, Qt.MouseButton.LeftButton)
    go(wizard, qtbot, 2)
    assert wizard.step == 2
    assert wizard.answers.settings().office == "HQ"


def test_the_language_changes_in_the_middle_and_the_answers_stay(wizard: SetupWizard, qtbot: Any) -> None:
    go(wizard, qtbot, 1)
    choose_country(wizard, "Egypt")
    go(wizard, qtbot, 0)
    wizard.choose_language("ar")
    assert QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    go(wizard, qtbot, 1)
    assert wizard.answers.country == "EGY"
    box = next(b for b in wizard.findChildren(CountryBox) if b.isVisible())
    assert box.code() == "EGY"


def test_a_folder_that_holds_a_workspace_is_refused_with_a_sentence(
    wizard: SetupWizard, qtbot: Any, made_workspaces: dict[str, Path]
) -> None:
    wizard.answers.folder = made_workspaces["office"]
    wizard.answers.country, wizard.answers.office = "KEN", "KE"
    wizard.answers.name, wizard.answers.person = "Kenya", "M. Njeri"
    wizard.step = 3
    wizard.go(4)
    qtbot.waitUntil(wizard.problem.isVisible, timeout=20_000)
    assert "already holds a workspace" in wizard.problem.text()
    assert wizard.forward.isEnabled()


@pytest.mark.parametrize("step", range(4))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_shows_whole_and_named_in_every_language(
    wizard: SetupWizard, qtbot: Any, step: int, language: str
) -> None:
    look.apply(language, "light")
    wizard.answers.country, wizard.answers.office = "KEN", "KE"
    wizard.answers.name, wizard.answers.person = "Kenya", "M. Njeri"
    go(wizard, qtbot, step)
    QApplication.sendPostedEvents()
    assert clipped(wizard) == []
    assert nameless(wizard) == []


def test_a_synchronized_folder_is_refused_and_a_better_one_offered(
    wizard: SetupWizard, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = tmp_path / "OneDrive"
    synced.mkdir()
    monkeypatch.setenv("OneDrive", str(synced))
    monkeypatch.setenv("HABITAT_WORKSPACE", str(tmp_path / "better"))
    wizard.answers.folder = synced / "Habitat Desktop"
    wizard.answers.country, wizard.answers.office = "KEN", "KE"
    wizard.answers.name, wizard.answers.person = "Kenya", "M. Njeri"
    go(wizard, qtbot, 3)
    wizard.go(4)
    assert wizard.step == 3 and wizard.workspace is None
    assert "synchronized" in wizard.problem.text()
    wizard.problem_action.click()
    assert wizard.answers.folder == tmp_path / "better"
    assert not wizard.problem.isVisible() or not wizard.problem.text()


def test_countries_are_found_by_any_part_of_the_name(qtbot: Any) -> None:
    dialog = CountriesDialog(QApplication.activeWindow(), ["KEN"])  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog._search.setText("ugan")
    assert dialog.list.count() == 1
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert set(dialog.codes()) == {"KEN", "UGA"}


def test_sample_data_can_be_looked_at_without_any_answer(
    wizard: SetupWizard, qtbot: Any, tmp_path: Path
) -> None:
    with qtbot.waitSignal(wizard.made, timeout=60_000) as made:
        qtbot.mouseClick(wizard.look_around, Qt.MouseButton.LeftButton)
    workspace = made.args[0]
    assert workspace.settings.demonstration
    assert workspace.folder == tmp_path / "data sample"
    assert not (tmp_path / "data").exists()
    assert workspace.glance().records == 11
    workspace.close()
    again = make_sample(workspace.folder, Progress())
    assert again.glance().records == 11
    again.close()


def test_a_sample_that_was_stopped_is_made_anew(tmp_path: Path) -> None:
    class Stopping(Progress):
        def step(self, done: int, total: int) -> None:
            if done == 2:
                self.cancel()
            super().step(done, total)

    with pytest.raises(Cancelled):
        make_sample(tmp_path / "sample", Stopping())
    assert not (tmp_path / "sample").exists()
