"""The list of records: all ids, rows fetched by the page as they are looked at, and which are ticked."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.record_columns import COLUMNS, Spoken, tick_cell
from habitat_desktop.records.list_views import USUAL, View
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace

PAGE_ROWS = 200
_JOBS = 20  # pages on their way that can still be forgotten
_SHORT = 5_000  # rows; of a longer list the ids are read when somebody goes beyond the first page
_KEPT_CELLS = 4_000  # rows whose cells are kept; more were scrolled past long ago
Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_START = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
_NUMBERS = ("answered", "revisions")


@dataclass(frozen=True)
class Found:
    """What the first look at a view brings: its first ids and rows, and how many there are by state."""

    ids: list[str]
    records: list[RecordSummary]
    total: int
    counts: dict[RecordState, int]


class RecordList(QAbstractTableModel):
    """Records of one view: the first page at once, all ids and the other pages when they are needed.

    The first column is the tick. Ticks are kept by id: they stay while the order or the filter changes.
    """

    loaded = Signal()  # the rows of a new view are there
    ids_came = Signal()  # all ids are known: every row can be found and ticked
    ticks_changed = Signal()

    def __init__(self, workspace: "Workspace", now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._spoken = Spoken(workspace, now)
        self.columns: tuple[str, ...] = USUAL
        self.counts: dict[RecordState, int] = {}
        self.ticked: dict[str, None] = {}  # ids in the order they were ticked
        self._ids: list[str] = []
        self._total = 0
        self._pages: dict[int, list[RecordSummary]] = {}
        self._asked: set[int] = set()
        self._cells: dict[int, tuple[kit.Cell, ...]] = {}
        self._jobs: list[jobs.Job] = []
        self._view = View()
        self._wants_all_ticked = False
        self._asked_for_ids = False

    def show_view(self, view: View) -> None:
        """Read the rows of `view`; those shown stay until the new ones have come."""
        for job in self._jobs:
            job.forget()
        self._view = view
        self._wants_all_ticked = self._asked_for_ids = False
        self._jobs = [
            jobs.run(lambda _p: _first(self._workspace, view), self, done=self._take_first),
        ]

    def show_columns(self, columns: tuple[str, ...]) -> None:
        """Show other columns of the same rows."""
        if columns != self.columns:
            self.beginResetModel()
            self.columns = columns
            self._cells.clear()
            self.endResetModel()

    def record(self, row: int) -> RecordSummary | None:
        """Return the record of `row`, None while its page is on its way."""
        page = self._pages.get(row // PAGE_ROWS)
        place = row % PAGE_ROWS
        if page is None:
            self._ask(row // PAGE_ROWS)
        return page[place] if page is not None and place < len(page) else None

    def row_of(self, record_id: str) -> int:
        return self._ids.index(record_id) if record_id in self._ids else -1

    def forget_texts(self) -> None:
        """Say every cell anew: the language changed."""
        self.beginResetModel()
        self._cells.clear()
        self.endResetModel()

    # ticks

    def tick(self, row: int, on: bool | None = None) -> None:
        """Tick the record of `row` or take the tick away; `on` None turns it over."""
        if not 0 <= row < len(self._ids):
            return
        record_id = self._ids[row]
        wanted = record_id not in self.ticked if on is None else on
        if wanted:
            self.ticked[record_id] = None
        else:
            self.ticked.pop(record_id, None)
        self._show_ticks(row, row)

    def tick_range(self, first: int, last: int) -> None:
        """Tick every record from one row to another."""
        start, end = sorted((first, last))
        self.ticked.update(dict.fromkeys(self._ids[start : end + 1]))
        self._show_ticks(start, end)

    def tick_all(self) -> None:
        """Tick every record of this view; a second time takes all ticks away."""
        if not self.knows_all:
            self._wants_all_ticked = True  # as soon as their ids are here
            self.fetch_ids()
            return
        if self._ids and all(one in self.ticked for one in self._ids):
            self.clear_ticks()
            return
        self.ticked.update(dict.fromkeys(self._ids))
        self._show_ticks(0, len(self._ids) - 1)

    def clear_ticks(self) -> None:
        self.ticked.clear()
        self._show_ticks(0, max(len(self._ids) - 1, 0))

    def keep_ticked(self, record_ids: Iterable[str]) -> None:
        """Keep the ticks of these records only."""
        wanted = set(record_ids)
        self.ticked = {one: None for one in self.ticked if one in wanted}
        self._show_ticks(0, max(len(self._ids) - 1, 0))

    def _show_ticks(self, first: int, last: int) -> None:
        if self._total:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))
        self.ticks_changed.emit()

    # the model

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns) + 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row, column = index.row(), index.column()
        if column == 0:
            is_ticked = row < len(self._ids) and self._ids[row] in self.ticked
            if role == Qt.ItemDataRole.CheckStateRole:  # for screen readers; the cell itself is painted
                return None
            return kit.cell_data(tick_cell(is_ticked), role)
        cells = self._cells.get(row)
        if cells is None:
            record = self.record(row)
            if record is None:
                return kit.cell_data(_ON_ITS_WAY, role)
            if len(self._cells) > _KEPT_CELLS:
                self._cells.clear()
            cells = self._cells[row] = tuple(
                COLUMNS[name].cell(record, self._spoken) for name in self.columns
            )
        return kit.cell_data(cells[column - 1], role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if section == 0:
            return "" if role == Qt.ItemDataRole.DisplayRole else None
        name = self.columns[section - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[name].title()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_RIGHT if name in _NUMBERS else _START)
        return None

    # reading

    def _take_first(self, found: Found) -> None:
        self.beginResetModel()
        self._ids, self._total, self.counts = found.ids, found.total, found.counts
        self._pages, self._asked = {0: found.records}, {0}
        self._cells.clear()
        self.endResetModel()
        self.loaded.emit()
        if found.total <= _SHORT:
            self.fetch_ids()

    @property
    def knows_all(self) -> bool:
        """Whether the ids of all rows are here."""
        return len(self._ids) >= self._total

    def fetch_ids(self) -> None:
        """Read the ids of all rows, if they are not here or on their way: of a long list it takes a while."""
        if self.knows_all or self._asked_for_ids:
            return
        self._asked_for_ids = True
        view = self._view
        job = jobs.run(lambda _p: _all_ids(self._workspace, view), self, done=self._take_ids)
        self._jobs.append(job)

    def _take_ids(self, ids: list[str]) -> None:
        """Take in all ids: between the two looks records may have come or gone."""
        if len(ids) != self._total or ids[: len(self._ids)] != self._ids:
            self.beginResetModel()
            self._ids, self._total = ids, len(ids)
            self._pages, self._asked = {}, set()
            self._cells.clear()
            self.endResetModel()
            self.loaded.emit()
        else:
            self._ids = ids
            asked, self._asked = self._asked, set(self._pages)
            for page in sorted(asked - self._asked):
                self._ask(page)
        if self._wants_all_ticked:
            self._wants_all_ticked = False
            self.tick_all()
        self.ids_came.emit()

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        part = self._ids[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
        if not part:
            self.fetch_ids()
            return
        job = jobs.run(
            lambda _p: _page(self._workspace, part), self, done=lambda rows: self._take_page(page, part, rows)
        )
        self._jobs = [*self._jobs[-_JOBS:], job]

    def _take_page(self, page: int, part: list[str], records: list[RecordSummary]) -> None:
        first = page * PAGE_ROWS
        if self._ids[first : first + PAGE_ROWS] != part:  # it belongs to a list that is gone
            self._asked.discard(page)
            return
        self._pages[page] = records
        last = min(first + PAGE_ROWS, self._total) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))


_ON_ITS_WAY = kit.Cell("…", tone="text_faint")


def _first(workspace: "Workspace", view: View) -> Found:
    from habitat_desktop.records import repository

    wanted = RecordState(view.filter.state) if view.filter.state else None
    with workspace.read() as session:
        if view.filter.text.strip():  # found by reading everything: once for the rows and the numbers
            known = repository.ids_with_states(
                session, **view.filter.arguments(with_state=False), **view.order()
            )
            met = Counter(state for _record_id, state in known)
            counts = {state: met[state] for state in RecordState}
            ids = [record_id for record_id, state in known if wanted in (None, state)]
            return Found(ids, repository.summaries(session, ids[:PAGE_ROWS]), len(ids), counts)
        counts = repository.count_by_state(session, **view.filter.arguments(with_state=False))
        total = counts[wanted] if wanted else sum(counts.values())
        ids = repository.list_ids(session, **view.filter.arguments(), **view.order(), limit=PAGE_ROWS)
        if len(ids) < PAGE_ROWS:
            total = len(ids)
        return Found(ids, repository.summaries(session, ids), total, counts)


def _all_ids(workspace: "Workspace", view: View) -> list[str]:
    from habitat_desktop.records import repository

    with workspace.read() as session:
        return repository.list_ids(session, **view.filter.arguments(), **view.order())


def _page(workspace: "Workspace", ids: list[str]) -> list[RecordSummary]:
    from habitat_desktop.records import repository

    with workspace.read() as session:
        return repository.summaries(session, ids)
