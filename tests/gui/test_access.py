"""The access walk: every page, dialog and control, by keyboard alone and as a screen reader sees them."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QWidget

from habitat_desktop.gui import jobs, kit, look
from habitat_desktop.gui.form_page import FormPage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.screenshots import wait_for_jobs
from habitat_desktop.workspace import open_workspace
from tests.fit import scenes
from tests.fit.findings import settle
from tests.gui import access, choice_forms
from tests.gui.conftest import NOW, forget_deleted

Role = Literal["office", "headquarters"]
OTHERS = """
| survey |
| | type | name | label | appearance |
| | text | words | Words | |
| | text | lines | Lines | multiline |
| | text | masked | Masked | masked |
| | text | address | Address | url |
| | integer | whole | Whole | |
| | decimal | part | Part | |
| | geopoint | place | Place | |
| | geotrace | way | Way | |
| | geoshape | field | Field | |
| | image | photo | Photo | |
| | image | signed | Signed | signature |
| | image | drawn | Drawn | draw |
| | audio | sound | Sound | |
| | video | film | Film | |
| | file | paper | Paper | |
| | barcode | code | Code | |
| | note | told | Told | |
| settings |
| | form_id | form_title | version |
| | others | Others | 1 |
"""


@pytest.fixture(scope="module")
def windows(
    talk_folders: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[dict[Role, MainWindow]]:
    """An office and headquarters with a return, a query of it, and forms with every kind of question."""
    root = tmp_path_factory.mktemp("access")
    found: dict[Role, MainWindow] = {}
    roles: tuple[Role, ...] = ("office", "headquarters")
    for role in roles:
        shutil.copytree(talk_folders[0] / role, root / role)
        workspace = open_workspace(root / role)
        if role == "office":
            (root / "others.md").write_text(OTHERS.strip() + "\n", encoding="utf-8")
            workspace.library.add(root / "others.md")
            workspace.library.add(choice_forms.write_form(root))
        window = MainWindow(workspace, lambda: NOW)
        window.database_is_open = True
        window.resize(1366, 688)
        found[role] = window
    yield found
    for window in found.values():
        window.close()
        window.deleteLater()
        wait_for_jobs()
        forget_deleted()
        jobs.shut_down(window.workspace.close)


def shown(window: MainWindow, language: str) -> MainWindow:
    """Show the window in a language, with the focus."""
    window.workspace.settings = replace(window.workspace.settings, language=language)
    look.apply_settings(window.workspace.settings)
    window.retranslate()
    window.show_page(window.first_key)
    window.show()
    window.activateWindow()
    wait_for_jobs()
    return window


def faults(window: QWidget, *, rtl: bool) -> list[str]:
    """Return what would stop a person who does not see the window, or has no mouse."""
    window.activateWindow()
    settle()
    found = [f"has no name: {one}" for one in access.nameless(window)]
    for view in window.findChildren(QAbstractItemView):
        if view.isVisible():
            found += [f"says too little: {one}" for one in access.silent_cells(view)]
    found += [f"is hard to hit: {one}" for one in access.small(window)]
    stops = [one for one in access.controls(window) if one.isEnabled()]
    reached, unseen = access.stops(window, min(stops, key=access.top_of))
    found += [f"does not show the focus: {one}" for one in unseen]
    found += [f"is not reached by Tab: {one}" for one in access.never_reached(window, reached)]
    return found + [f"out of order: {one}" for one in access.out_of_order(reached, rtl=rtl)]


@pytest.mark.parametrize(("role", "language"), [("office", "ar"), ("headquarters", "en")])
def test_every_page_and_dialog_can_be_used_without_a_mouse_and_without_seeing_it(
    windows: dict[Role, MainWindow], role: Role, language: str
) -> None:
    window = shown(windows[role], language)
    walked, found = [], []
    seen = scenes.pages(window) if language == "en" else chain(scenes.pages(window), scenes.dialogs(window))
    for scene in seen:
        walked.append(scene.name)
        found += [f"{scene.name}: {one}" for one in faults(scene.window, rtl=language == "ar")]
    assert found == []
    assert len(walked) > 15, walked


def test_every_kind_of_question_has_a_name_and_a_place_in_the_order(
    windows: dict[Role, MainWindow],
) -> None:
    window = shown(windows["office"], "en")
    found, walked = [], 0
    for scene in scenes.forms(window, ("choices", "others")):
        walked += 1
        found += [f"{scene.name}: {one}" for one in faults(scene.window, rtl=False)]
        page = window.page("form")
        assert isinstance(page, FormPage)
        for ref, row in page.ledger.rows.items():
            label = access.plain(row.view.state.label)
            name = access.name_of(row.widget.field())
            if row.widget.field().focusPolicy() & Qt.FocusPolicy.TabFocus and label not in name:
                found.append(f"{ref}: {name!r} does not say {label!r}")
    assert found == []
    assert walked >= 2


# the walk finds what it is for


def test_the_walk_finds_what_it_is_for(qtbot: object, qapp: QApplication) -> None:
    look.apply("en", "light")
    bare = kit.IconButton("search", "")
    one, two, three = kit.Button("One"), kit.Button("Two"), kit.Button("Three")
    three.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    dialog = QDialog()
    dialog.setLayout(kit.row(one, two, three, bare))
    QWidget.setTabOrder(two, one)
    dialog.open()
    found = " ".join(faults(dialog, rtl=False))
    dialog.close()
    for words in ("has no name: IconButton", "not reached by Tab: Button 'Three'", "out of order"):
        assert words in found, found
