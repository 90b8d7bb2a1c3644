"""What the page of languages does with files that travel: workbooks for translators, and language packs."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.disk import write_whole
from habitat_desktop.gui.language_work import Place
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.i18n.parcel_return import Plan
    from habitat_desktop.i18n.parcels import Wanted
    from habitat_desktop.packages.publishing import Publication
    from habitat_desktop.workspace import Workspace


@dataclass(frozen=True)
class Order:
    """Which texts a workbook is for; `limit` 0 is all of them."""

    language: str
    wanted: "Wanted"
    room: str  # a domain, "" for all
    limit: int


def export(place: Place, order: Order, path: Path, progress: Progress) -> tuple[int, int]:
    """Write a workbook; return how many texts it has, and how many were left out. None: no file."""
    from habitat_desktop.i18n.parcel_book import parcel_bytes
    from habitat_desktop.i18n.parcels import make_parcel

    domains = (order.room,) if order.room else ()
    parcel = make_parcel(place.workshop(), order.language, order.wanted, domains, order.limit)
    if parcel.lines:
        write_whole(path, parcel_bytes(parcel))
    return parcel.texts, parcel.left


def plan(place: Place, path: Path, force: bool, progress: Progress) -> "Plan":
    """Say what a workbook that came back would change."""
    from habitat_desktop.i18n.parcel_return import plan_import

    return plan_import(place.workshop(), _parcel(path), force=force)


def apply(place: Place, path: Path, force: bool, name: str, now: datetime, progress: Progress) -> "Plan":
    """Take in a workbook that came back; the files as they were are kept."""
    from habitat_desktop.i18n.parcel_return import apply_plan, plan_import

    parcel = _parcel(path)
    workshop = place.to_change()
    with workshop.working_on(parcel.language):
        made = plan_import(workshop, parcel, force=force)
        apply_plan(workshop, made, name, now.date().isoformat(), now.strftime("%Y%m%dT%H%M%S"))
    return made


def _parcel(path: Path) -> Any:
    from habitat_desktop.i18n.parcel_rows import read_parcel
    from habitat_desktop.packages.reader import read_workbook

    return read_parcel(path.name, [(sheet.name, sheet.rows) for sheet in read_workbook(path).sheets])


def make_pack(place: Place, language: str, path: Path, progress: Progress) -> Path:
    from habitat_desktop.packages.language_packs import build

    write_whole(path, build(place.workshop(), language))
    return path


def for_trial(place: Place, pack: Path | None, progress: Progress) -> tuple[Path, str]:
    """Return the copy of the catalogues to try, and the language of `pack`, "" without one."""
    from habitat_desktop.packages.language_packs import copied_for_trial, read_pack

    read = read_pack(pack) if pack is not None else None
    return copied_for_trial(place.workshop(), place.folder, read), read.language if read is not None else ""


def publish(
    workspace: "Workspace", place: Place, language: str, reason: str, progress: Progress
) -> "list[Publication]":
    """Publish what is translated to all offices."""
    from habitat_desktop.packages.language_packs import build, publish_pack, read_pack

    folder = workspace.cache / "trial"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{language}.zip"
    write_whole(path, build(place.workshop(), language))
    return publish_pack(workspace, workspace.hand(), path.name, read_pack(path), reason=reason)
