"""Past periods to compare with, loaded from elsewhere: they stand beside the questions and are never sent.

They are no records: one file for each form, country and period, beside the database, written whole. A record
of the same period about the same wins over them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.i18n.periods import previous_period
from habitat_desktop.i18n.text import fold
from habitat_desktop.records.record import Heading

FOLDER = "comparison"


@dataclass(frozen=True)
class Compared:
    """What one return of a past period said: its subject as shown, its answers as they are stored."""

    subject: str
    answers: Mapping[str, Any]


def keep(
    workspace: Path, form_id: str, country: str, period: str, returns: Iterable[Compared], source: str
) -> Path:
    """Keep `returns` for comparison, in the place of what was kept for that form, country and period.

    `source` is the name of the file they came from. Raises OSError as the disk does.
    """
    path = _path(workspace, form_id, country, period)
    make_folder(path.parent)
    rows = [{"subject": one.subject, "answers": one.answers} for one in returns]
    text = json.dumps({"source": source, "returns": rows}, ensure_ascii=False, indent=1)
    write_whole(path, text.encode("utf-8"))
    return path


def before(workspace: Path, heading: Heading) -> Compared | None:
    """Return what was loaded for the period before, about the same country and subject."""
    try:
        period = previous_period(heading.period) if heading.period else None
    except ValueError:
        return None
    if period is None:
        return None
    found = read(workspace, heading.form_id, heading.country, period)
    wanted = fold(heading.subject)
    return next((one for one in found if fold(one.subject) == wanted), None)


def read(workspace: Path, form_id: str, country: str, period: str) -> list[Compared]:
    """Return what was kept for a form, country and period; [] where it cannot be read."""
    try:
        data = json.loads(_path(workspace, form_id, country, period).read_text(encoding="utf-8"))
        return [Compared(str(row["subject"]), dict(row["answers"])) for row in data["returns"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []


def _path(workspace: Path, form_id: str, country: str, period: str) -> Path:
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in f"{country}-{period}")
    return workspace / FOLDER / form_id / f"{safe}.json"
