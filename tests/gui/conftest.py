"""A real workspace for the window: made once a session, copied for each test."""

import gc
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from habitat_desktop.gui import jobs, look
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.records.record import Draft, Heading
from habitat_desktop.settings import HEADQUARTERS, Person, Settings
from habitat_desktop.workspace import Workspace, create_workspace, open_workspace
from tests.gui.desk import Settled, Shown, add_final_record, enrol_folders, make_workspace
from tests.gui.form_desk import FormDesk, begin, demo_answers, finish
from tests.gui.talk_desk import TalkDesk

NOW = datetime(2026, 7, 19, 14, 45, tzinfo=UTC)
SUBJECTS = ("Nairobi", "Mombasa", "Kisumu", "Nakuru", "القاهرة")


def draft(number: int, **changes: Any) -> Draft:
    """Return a draft of the slum-upgrading return about one city."""
    heading = Heading(
        form_id="slum_upgrading",
        form_version="1",
        form_hash="0" * 64,
        country="KEN",
        period="2026-H1",
        subject=SUBJECTS[number % len(SUBJECTS)],
    )
    values: dict[str, Any] = {
        "record_id": f"00000000-0000-4000-8000-{number:012}",
        "office": "KE",
        "label": f"KE-7F3K-{number:04}",
        "heading": heading,
        "parents": (),
        "answers": {"city": SUBJECTS[number % len(SUBJECTS)]},
        "authors": {},
        "justifications": {},
        "language": "en",
        "answered": 12,
        "missing": number,
        "problems": 0,
        "saved_at": NOW - timedelta(hours=number),
        "saved_by": "M. Njeri",
    }
    return Draft(**(values | changes))


def _fill(workspace: Workspace) -> None:
    from habitat_desktop.records import repository

    with workspace.begin() as session:
        for number in range(5):
            repository.create_draft(session, draft(number))
        for number in (3, 4):
            repository.finalize(session, draft(number), author="M. Njeri", at=NOW)


@pytest.fixture(scope="session")
def made_workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An office with three drafts and two final records, and an empty headquarters; forms converted once."""
    root = tmp_path_factory.mktemp("workspaces")
    office = create_workspace(
        root / "office",
        Settings(
            role="office",
            office="KE",
            name="Kenya office",
            countries=("KEN",),
            persons=(Person("M. Njeri", "m.njeri@example.org"), Person("J. Otieno")),
            person="M. Njeri",
            theme="light",
        ),
    )
    _fill(office)
    office.library.forms()
    office.close()
    headquarters = create_workspace(
        root / "headquarters",
        Settings(role="headquarters", office=HEADQUARTERS, name="Headquarters, Nairobi", theme="light"),
    )
    shutil.copytree(office.cache, headquarters.cache, dirs_exist_ok=True)
    headquarters.close()
    enrol_folders(office.folder, headquarters.folder)
    gc.collect()
    gc.freeze()  # the forms read so far stay: looking through them after each test cost more than the test
    return {"office": office.folder, "headquarters": headquarters.folder}


@pytest.fixture
def workspace(made_workspaces: dict[str, Path], tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the office."""
    yield from _copied(made_workspaces["office"], tmp_path / "workspace")


@pytest.fixture
def hq_workspace(made_workspaces: dict[str, Path], tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the headquarters."""
    yield from _copied(made_workspaces["headquarters"], tmp_path / "headquarters")


def _copied(source: Path, target: Path) -> Iterator[Workspace]:
    shutil.copytree(source, target)
    opened = open_workspace(target)
    yield opened
    jobs.shut_down(opened.close)


@pytest.fixture
def open_window(qtbot: Any, qapp: QApplication) -> Iterator[Callable[..., MainWindow]]:
    """Return a function that shows the window of a workspace and waits until it has read everything."""
    windows: list[MainWindow] = []

    def show(
        workspace: Workspace, page: str = "", *, width: int = 1366, height: int = 688, **settings: Any
    ) -> MainWindow:
        workspace.settings = replace(workspace.settings, **settings)
        look.apply_settings(workspace.settings)
        window = MainWindow(workspace, lambda: NOW)
        window.database_is_open = True
        windows.append(window)
        window.resize(width, height)
        window.show_page(page or window.first_key)
        window.show()
        qtbot.waitUntil(jobs.is_idle, timeout=20_000)
        return window

    yield show
    for window in windows:
        window.close()
        window.deleteLater()
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    forget_deleted()


def forget_deleted() -> None:
    """Delete now what waits to be deleted: otherwise each change of look styles the windows of all tests."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def _english_look(qapp: QApplication) -> Iterator[None]:
    """Start and end each test in English, light, from the left."""
    look.apply("en", "light")
    yield
    look.apply("en", "light")
    gc.collect()  # here, on the thread of the window, while no job is at work


# the form page with a record open


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "en"))


@pytest.fixture
def nairobi(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, language: str
) -> Iterator[FormDesk]:
    """A draft about Nairobi with four settlements; the return of the period before is final."""
    before = begin(workspace, demo_answers("01_slum_upgrading_nairobi_2025_h2.json"), period="2025-H2")
    finish(workspace, before)
    record_id = begin(workspace, demo_answers("11_slum_upgrading_nairobi_draft.json"))
    window = open_window(workspace, language=language)
    found = FormDesk(window, qtbot, record_id)
    found.open()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield found
    assert found.page.leave()


# for the pages that send and receive: folders of their own, windows as a person opens them


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The folder of an office with one final record that waits."""
    folder = make_workspace(tmp_path / "office", "office", "KE", countries=("KEN",))
    add_final_record(folder)
    return folder


@pytest.fixture
def headquarters(tmp_path: Path, office: Path) -> Path:
    """The folder of an empty headquarters; it and the office trust each other."""
    folder = make_workspace(tmp_path / "headquarters", "headquarters", HEADQUARTERS)
    enrol_folders(office, folder)
    return folder


@pytest.fixture
def settled(qtbot: Any) -> Settled:
    """Return a function that waits until no job is left."""

    def wait() -> None:
        qtbot.waitUntil(jobs.is_idle, timeout=20_000)

    return wait


@pytest.fixture
def shown(qtbot: Any, qapp: QApplication, settled: Settled) -> Iterator[Shown]:
    """Return a function that opens the window of a folder; all are closed after the test."""
    windows: list[MainWindow] = []

    def show(folder: Path) -> MainWindow:
        workspace = open_workspace(folder)
        look.apply_settings(workspace.settings)
        window = MainWindow(workspace, lambda: NOW)
        windows.append(window)
        window.show_page(window.first_key)
        window.show()
        settled()
        return window

    yield show
    for window in windows:
        window.close()
        window.deleteLater()
    settled()
    forget_deleted()


# for what office and headquarters say to each other


@pytest.fixture(scope="session")
def talk_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An office and headquarters that has its housing return, and the id of that record."""
    root = tmp_path_factory.mktemp("talk")
    make_workspace(root / "office", "office", "KE", countries=("KEN",), theme="light")
    make_workspace(root / "headquarters", "headquarters", HEADQUARTERS, theme="light")
    enrol_folders(root / "office", root / "headquarters")
    office, headquarters = (open_workspace(root / name) for name in ("office", "headquarters"))
    (root / "stick").mkdir()
    made = TalkDesk(office, headquarters, root / "stick").start()
    office.close()
    headquarters.close()
    return root, made.record_id


@pytest.fixture
def talk(talk_folders: tuple[Path, str], tmp_path: Path) -> Iterator[TalkDesk]:
    """A copy of both workspaces for one test."""
    root, record_id = talk_folders
    shutil.copytree(root, tmp_path / "talk")
    office, headquarters = (open_workspace(tmp_path / "talk" / name) for name in ("office", "headquarters"))
    found = TalkDesk(office, headquarters, tmp_path / "talk" / "stick", record_id)
    with office.read() as session:
        summary = repository.find_record(session, record_id)
    assert summary is not None
    found.label = summary.label
    yield found
    headquarters.close()
    jobs.shut_down(office.close)
