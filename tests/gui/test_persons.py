"""Several people share one laptop: who works now is always seen, and asked for by PIN where there is one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from habitat_desktop import pins
from habitat_desktop.gui import person_button
from habitat_desktop.gui.kit import IconButton
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.person_button import PinDialog
from habitat_desktop.gui.persons_card import PersonDialog
from habitat_desktop.settings import Person, read_settings
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless
from tests.gui.form_desk import POP, FormDesk, begin, demo_answers

Opener = Callable[..., MainWindow]
Dialog = TypeVar("Dialog", bound=QDialog)


@pytest.fixture
def locked(workspace: Workspace) -> Workspace:
    """J. Otieno has a PIN; M. Njeri works now."""
    first, second = workspace.settings.persons
    workspace.update_settings(persons=(first, replace(second, pin=pins.made_of("4711"))))
    return workspace


def found(parent: QWidget, kind: type[Dialog]) -> Dialog:
    dialog = parent.findChild(kind)
    assert dialog is not None
    return dialog


def offered(window: MainWindow) -> dict[str, Any]:
    actions = window.top_bar.person_button.menu_of_persons.actions()
    return {action.data(): action for action in actions if action.data()}


def test_who_works_now_is_seen_and_changed_in_the_top_bar(open_window: Opener, workspace: Workspace) -> None:
    window = open_window(workspace)
    button = window.top_bar.person_button
    assert button.text() == "M. Njeri"
    assert "M. Njeri" in button.accessibleName()
    assert offered(window)["M. Njeri"].isChecked()
    offered(window)["J. Otieno"].trigger()
    assert button.text() == "J. Otieno"
    assert read_settings(workspace.folder).person == "J. Otieno"


def test_a_pin_is_asked_for_and_a_wrong_one_changes_nothing(
    open_window: Opener, locked: Workspace, qtbot: Any
) -> None:
    window = open_window(locked)
    offered(window)["J. Otieno"].trigger()
    dialog = found(window, PinDialog)
    qtbot.keyClicks(dialog.pin, "0000")
    qtbot.keyClick(dialog.pin, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "not the PIN" in dialog.problem.text()
    assert read_settings(locked.folder).person == "M. Njeri"
    dialog.pin.setText("٤٧١١")
    qtbot.keyClick(dialog.pin, Qt.Key.Key_Return)
    assert read_settings(locked.folder).person == "J. Otieno"
    assert window.top_bar.person_button.text() == "J. Otieno"


def test_who_gives_up_leaves_everything_as_it_was(open_window: Opener, locked: Workspace, qtbot: Any) -> None:
    window = open_window(locked)
    offered(window)["J. Otieno"].trigger()
    qtbot.keyClick(found(window, PinDialog), Qt.Key.Key_Escape)
    assert offered(window)["M. Njeri"].isChecked()
    assert read_settings(locked.folder).person == "M. Njeri"


def test_at_the_start_the_last_person_is_asked_for_the_pin(
    open_window: Opener, locked: Workspace, qtbot: Any
) -> None:
    window = open_window(locked)
    assert person_button.ask_who(window) is None  # M. Njeri has none
    locked.update_settings(person="J. Otieno")
    dialog = person_button.ask_who(window)
    assert dialog is not None
    assert dialog.person().name == "J. Otieno"
    qtbot.keyClick(dialog.pin, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.persons.setCurrentRow(0)
    assert not dialog.pin.isEnabled()
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert read_settings(locked.folder).person == "M. Njeri"


def test_somebody_elses_pin_is_needed_to_change_them(
    open_window: Opener, locked: Workspace, qtbot: Any
) -> None:
    window = open_window(locked, "settings")
    window.show_page("settings", topic="persons")
    page = window.page("settings")
    change = next(b for b in page.findChildren(IconButton) if "Otieno" in b.accessibleName())
    qtbot.mouseClick(change, Qt.MouseButton.LeftButton)
    assert page.findChild(PersonDialog) is None
    dialog = found(page, PinDialog)
    dialog.pin.setText("4711")
    qtbot.keyClick(dialog.pin, Qt.Key.Key_Return)
    editor = found(page, PersonDialog)
    editor.asks.setChecked(False)
    qtbot.mouseClick(editor.keep, Qt.MouseButton.LeftButton)
    assert read_settings(locked.folder).person_named("J. Otieno") == Person("J. Otieno")


def test_a_pin_is_set_and_must_be_long_enough(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    window = open_window(workspace)
    dialog = PersonDialog(window, Person("M. Njeri"))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.asks.setChecked(True)
    assert not dialog.keep.isEnabled()
    qtbot.keyClicks(dialog.pin, "471")
    assert not dialog.keep.isEnabled()
    qtbot.keyClicks(dialog.pin, "1")
    assert dialog.keep.isEnabled()
    assert pins.fits(dialog.person().pin, "4711")
    assert nameless(dialog) == []


def test_what_is_written_after_a_change_carries_the_new_name(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    record_id = begin(workspace, demo_answers("11_slum_upgrading_nairobi_draft.json"))
    desk = FormDesk(open_window(workspace), qtbot, record_id)
    desk.open()
    total = desk.row(f"{POP}/st_pop_total").widget.field()
    assert isinstance(total, QLineEdit)
    total.setFocus()
    total.setText("190000")
    offered(desk.window)["J. Otieno"].trigger()  # what was typed so far is M. Njeri's
    women = desk.row(f"{POP}/st_pop_female").widget.field()
    assert isinstance(women, QLineEdit)
    women.setFocus()
    women.setText("95000")
    desk.page.ledger.commit()
    desk.settle()
    sitting = desk.page.sitting
    assert sitting is not None
    assert sitting.entry.author(f"{POP}/st_pop_total") == "M. Njeri"
    assert sitting.entry.author(f"{POP}/st_pop_female") == "J. Otieno"


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
@pytest.mark.parametrize("width", [683, 1366])
def test_the_top_bar_fits(open_window: Opener, workspace: Workspace, language: str, width: int) -> None:
    workspace.update_settings(
        persons=(Person("Maria-Esperanza de los Angeles Villanueva Gutierrez"),),
        person="Maria-Esperanza de los Angeles Villanueva Gutierrez",
        language=language,
    )
    window = open_window(workspace, width=width)
    window.retranslate()
    assert nameless(window.top_bar) == []
    assert clipped(window.top_bar) == []
