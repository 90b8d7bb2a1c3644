"""The line of home about this laptop: backup, free space, repair, forms."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.glance import Glance
from habitat_desktop.records.record import RecordState

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace

LITTLE_SPACE = 1 << 30  # bytes: below it a backup may not fit


@dataclass(frozen=True)
class Fact:
    """One thing about this laptop; `is_good` gives the tick."""

    is_good: bool
    text: str


def laptop_facts(
    workspace: "Workspace", seen: Glance, now: datetime, versions: Mapping[str, str]
) -> list[Fact]:
    """Return what there is to say, in the order of the line; `versions` are those of the newest forms."""
    return [_backup(workspace, now), *_space(workspace), _repair(seen), _forms(versions, seen)]


def laptop_line(facts: list[Fact]) -> QWidget:
    """Return the facts in one line that wraps where the room is narrow."""
    parts: list[QWidget] = [kit.Label(_("This laptop"), strong=True)]
    for fact in facts:
        sign = ("checkmark_circle", "ok") if fact.is_good else ("info", "accent")
        part = QWidget()
        icon = kit.IconLabel(*sign, 16, filled=fact.is_good)
        part.setLayout(kit.row(icon, kit.Label(fact.text, "caption", "muted"), space=4))
        parts.append(part)
    return kit.flowing(*parts, space=12)


def _backup(workspace: "Workspace", now: datetime) -> Fact:
    times = [path.stat().st_mtime for path in workspace.backups.glob("*.sqlite")]
    if not times:
        return Fact(False, _("No backup yet"))
    when = relative_time(datetime.fromtimestamp(max(times), UTC).astimezone(now.tzinfo), now, language())
    return Fact(True, _("Backup {when}").format(when=iso(when)))


def _space(workspace: "Workspace") -> list[Fact]:
    try:
        free = shutil.disk_usage(workspace.folder).free
    except OSError:  # a stick that was pulled: whatever is done next will say so
        return []
    if free < LITTLE_SPACE:
        text = _("only {count} MB free: make room before you go on")
        return [Fact(False, text.format(count=ltr(format_number(str(free >> 20), language()))))]
    return [Fact(True, _("{count} GB free").format(count=ltr(format_number(str(free >> 30), language()))))]


def _repair(seen: Glance) -> Fact:
    waiting = seen.counts.get(RecordState.WAITING, 0) + seen.counts.get(RecordState.CONFLICT, 0)
    if not waiting:
        return Fact(True, _("nothing waits for repair"))
    text = ngettext("{count} record waits for repair", "{count} records wait for repair", waiting)
    return Fact(False, text.format(count=ltr(str(waiting))))


def _forms(newest: Mapping[str, str], seen: Glance) -> Fact:
    behind = sum(one.form_version != newest.get(one.form_id, one.form_version) for one in seen.drafts)
    if not behind:
        return Fact(True, _("forms up to date"))
    text = ngettext(
        "{count} draft is on an earlier version of its form",
        "{count} drafts are on earlier versions of their forms",
        behind,
    )
    return Fact(False, text.format(count=ltr(str(behind))))
