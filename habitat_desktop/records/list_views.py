"""How somebody looks at the list of records: a filter, an order, columns; kept beside the records by name."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from habitat_desktop.disk import write_whole
from habitat_desktop.i18n.text import clean
from habitat_desktop.records.listing import Order
from habitat_desktop.records.record import RecordState

FILE_NAME = "views.json"
COLUMNS: dict[str, Order] = {  # what a list can show, and what it is sorted by then
    "return": "subject",
    "form": "form_id",
    "period": "period",
    "office": "office",
    "country": "country",
    "label": "label",
    "state": "state",
    "to_do": "to_do",
    "answered": "answered",
    "changed": "updated_at",
    "author": "updated_by",
    "version": "form_version",
    "revisions": "revisions",
}
ALWAYS = "return"  # the column that is never taken away: it names the record
USUAL = ("return", "label", "state", "to_do", "changed")
USUAL_OF_MANY = ("return", "office", "label", "state", "changed")  # where there are several offices
DOWNWARDS = ("to_do", "answered", "changed", "revisions")  # the highest first, unless turned round
_MOST_VIEWS, _NAME_LENGTH = 100, 80


@dataclass(frozen=True)
class Filter:
    """Which records are shown; "" is no limit."""

    state: str = ""
    form_id: str = ""
    period: str = ""
    office: str = ""
    country: str = ""
    text: str = ""

    def arguments(self, *, with_state: bool = True) -> dict[str, Any]:
        """Return the arguments of `repository.list_records`, or without the state of `count_by_state`."""
        found: dict[str, Any] = {
            name: value.strip() or None for name, value in asdict(self).items() if name != "state"
        }
        if with_state:
            found["state"] = RecordState(self.state) if self.state else None
        return found

    @property
    def is_open(self) -> bool:
        return self == Filter()


@dataclass(frozen=True)
class View:
    """A filter with its columns, by name; `sort` is a column of `COLUMNS`."""

    name: str = ""
    filter: Filter = field(default_factory=Filter)
    columns: tuple[str, ...] = USUAL
    sort: str = "changed"
    descending: bool = True

    def order(self) -> dict[str, Any]:
        """Return how `repository.list_records` sorts for it."""
        return {"order": COLUMNS[self.sort], "descending": self.descending}


@dataclass(frozen=True)
class Views:
    """All that is kept: the named views, which of them the list opens with, and the columns used last."""

    saved: tuple[View, ...] = ()
    default: str = ""
    columns: tuple[str, ...] = ()

    def named(self, name: str) -> View | None:
        return next((view for view in self.saved if view.name == name), None)

    def with_view(self, view: View) -> "Views":
        """Return these with `view`, in the place of one of the same name."""
        view = replace(view, name=clean(view.name).strip()[:_NAME_LENGTH])
        if self.named(view.name) is not None:
            return replace(self, saved=tuple(view if one.name == view.name else one for one in self.saved))
        return replace(self, saved=(*self.saved, view)[-_MOST_VIEWS:])

    def without(self, name: str) -> "Views":
        left = tuple(view for view in self.saved if view.name != name)
        return replace(self, saved=left, default="" if self.default == name else self.default)


def read_views(folder: Path) -> Views:
    """Return what is kept in the workspace `folder`; a file that cannot be read counts as none."""
    try:
        data = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        saved = tuple(filter(None, map(_view, data["saved"])))
        return Views(saved[:_MOST_VIEWS], str(data.get("default", "")), _columns(data.get("columns") or ()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Views()


def write_views(folder: Path, views: Views) -> None:
    """Keep `views` in the workspace `folder`, whole or not at all. Raises OSError as the disk does."""
    text = json.dumps(asdict(views), ensure_ascii=False, indent=1)
    write_whole(folder / FILE_NAME, text.encode("utf-8"))


def columns_of(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of `wanted` that there are, in the order of all, the first one always."""
    return tuple(name for name in COLUMNS if name in wanted or name == ALWAYS)


def _view(data: Any) -> View | None:
    """Return the view in `data`; None where there is none that can be shown."""
    if not isinstance(data, Mapping) or not str(data.get("name", "")).strip():
        return None
    given = data.get("filter") or {}
    chosen = {one.name: str(given.get(one.name) or "") for one in fields(Filter)}
    if chosen["state"] not in {"", *map(str, RecordState)}:
        chosen["state"] = ""
    sort = str(data.get("sort", ""))
    return View(
        str(data["name"])[:_NAME_LENGTH],
        Filter(**chosen),
        _columns(data.get("columns") or ()) or USUAL,
        sort if sort in COLUMNS else "changed",
        data.get("descending") is not False,
    )


def _columns(names: Any) -> tuple[str, ...]:
    known = tuple(name for name in names if isinstance(name, str) and name in COLUMNS)
    return columns_of(known) if known else ()
