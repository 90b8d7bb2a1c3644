"""Demonstration returns, entered through the same engine and store as any other."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from habitat_desktop.records import repository
from habitat_desktop.records.answers_file import fill
from habitat_desktop.records.entry import Entry, finalize, start_entry
from habitat_desktop.resources import data_dir

if TYPE_CHECKING:
    from habitat_desktop.progress import Progress
    from habitat_desktop.records.database import Session
    from habitat_desktop.settings import Settings
    from habitat_desktop.xforms.library import Library


class Place(Protocol):
    """What entering a return needs of a workspace."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def library(self) -> "Library": ...
    def begin(self) -> "AbstractContextManager[Session]": ...


def sample_returns() -> list[dict[str, Any]]:
    """Return the returns of the demonstration office: form, period, answers, whether they are finalized."""
    folder = data_dir("demo")
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def enter(
    workspace: Place,
    returns: Sequence[dict[str, Any]],
    country: str,
    base: Path,
    progress: "Progress | None" = None,
) -> list[Entry]:
    """Enter `returns` of a `country` (alpha-3); attachments lie below `base`.

    Raises:
        HabitatError: an answer does not fit its form.
        Cancelled: somebody asked to stop; the returns entered so far stay.
    """
    entries = []
    for number, item in enumerate(returns):
        if progress is not None:
            progress.step(number, len(returns))
        form = workspace.library.form(item["form"])
        with workspace.begin() as session:
            entry = start_entry(
                session,
                form,
                workspace.settings,
                country=country,
                period=item["period"],
                language=workspace.settings.language,
            )
            problems = fill(entry, item["answers"], attach=str, base=base, whole=True)
            if problems:
                raise problems[0].error
            for ref, text in item.get("justifications", {}).items():
                entry.justify(ref, text)
            repository.save_draft(session, entry.draft(at=datetime.now(UTC)))
            if item["finalize"]:
                finalize(session, entry)
        entries.append(entry)
    return entries
