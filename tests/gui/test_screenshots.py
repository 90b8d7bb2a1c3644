"""Pictures of the screens for the demonstration."""

from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from habitat_desktop.gui.screenshots import HEIGHT, WIDTH, take_screenshots
from habitat_desktop.settings import read_settings
from habitat_desktop.workspace import Workspace


def test_each_page_is_pictured_in_each_language(qtbot: Any, workspace: Workspace, tmp_path: Path) -> None:
    before = read_settings(workspace.folder)
    workspace.close()
    files = take_screenshots(workspace.folder, tmp_path / "pictures", ["en", "ar"], ["home", "records"])
    assert [file.name for file in files] == [
        "office-home-en.png",
        "office-records-en.png",
        "office-home-ar.png",
        "office-records-ar.png",
    ]
    for file in files:
        picture = QImage(str(file))
        assert (picture.width(), picture.height()) == (WIDTH, HEIGHT)
    assert read_settings(workspace.folder) == before
