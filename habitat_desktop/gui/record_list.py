"""The list of records: all ids, and rows fetched by the page as they are looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace

PAGE_ROWS = 200
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Filter:
    """Which records are shown; "" is no limit."""

    state: str = ""
    form_id: str = ""
    period: str = ""
    office: str = ""
    text: str = ""

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `repository.list_records`."""
        return {
            "state": RecordState(self.state) if self.state else None,
            "form_id": self.form_id or None,
            "period": self.period or None,
            "office": self.office or None,
            "text": self.text.strip() or None,
        }

    @property
    def is_open(self) -> bool:
        return self == Filter()


@dataclass(frozen=True)
class _Rows:
    """What a job brings: the ids of a new filter (None: as before) and the summaries of one page."""

    ids: list[str] | None
    page: int
    records: list[RecordSummary]


class RecordList(QAbstractTableModel):
    """Records of one filter, newest first: all ids, and the pages of rows that were looked at."""

    loaded = Signal()  # the rows of a new filter are there

    def __init__(
        self, workspace: "Workspace", now: Callable[[], datetime], with_office: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._now = now
        self._with_office = with_office
        self._ids: list[str] = []
        self._pages: dict[int, list[RecordSummary]] = {}
        self._asked: set[int] = set()
        self._cells: dict[int, tuple[kit.Cell, ...]] = {}
        self._job: jobs.Job | None = None

    def show_filter(self, wanted: Filter) -> None:
        """Read the rows of `wanted`; those shown stay until the new ones have come."""
        if self._job is not None:
            self._job.forget()
        self._job = self._read(0, wanted)

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

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads())

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = index.row()
        cells = self._cells.get(row)
        if cells is None:
            record = self.record(row)
            if record is None:
                return kit.cell_data(_ON_ITS_WAY, role)
            cells = self._cells[row] = self._row(record)
        return kit.cell_data(cells[index.column()], role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads()[section]
        return None

    def _heads(self) -> tuple[str, ...]:
        office = (pgettext("column", "Office"),) if self._with_office else ()
        return (
            pgettext("column", "Return"),
            *office,
            pgettext("column", "Record"),
            pgettext("column", "State"),
            pgettext("column", "To do"),
            pgettext("column", "Changed"),
        )

    def _row(self, record: RecordSummary) -> tuple[kit.Cell, ...]:
        title = form_title(self._workspace, record.form_id)
        period = period_name(record.period, language())
        office = (kit.Cell(record.office, mono=True),) if self._with_office else ()
        number = record.package_number
        return (
            kit.Cell(
                record.subject or title, f"{period} · {title}" if record.subject else period, strong=True
            ),
            *office,
            kit.Cell(record.label, mono=True, tone="text_muted"),
            kit.Cell(kit.state_word(record.state, number), kind="pill", state=str(record.state)),
            _to_do(record),
            kit.Cell(relative_time(record.updated_at, self._now(), language()), tone="text_muted"),
        )

    def _ask(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self._read(page, None)

    def _read(self, page: int, wanted: Filter | None) -> jobs.Job:
        workspace, known = self._workspace, self._ids

        def work(progress: Progress) -> _Rows:
            from habitat_desktop.records import repository

            with workspace.read() as session:
                ids = known if wanted is None else repository.list_ids(session, **wanted.arguments())
                part = ids[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
                rows = repository.summaries(session, part)
            return _Rows(None if wanted is None else ids, page, rows)

        return jobs.run(work, self, done=lambda rows: self._take(rows, known))

    def _take(self, rows: _Rows, known: list[str]) -> None:
        if rows.ids is not None:
            self.beginResetModel()
            self._ids, self._pages, self._asked = rows.ids, {0: rows.records}, {0}
            self._cells.clear()
            self.endResetModel()
            self.loaded.emit()
        elif known is self._ids:  # else the page belongs to a filter that is gone
            self._pages[rows.page] = rows.records
            first = rows.page * PAGE_ROWS
            last = min(first + PAGE_ROWS, len(self._ids)) - 1
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))


_ON_ITS_WAY = kit.Cell("…", tone="text_faint")


def _to_do(record: RecordSummary) -> kit.Cell:
    if record.state == RecordState.QUERY:
        return kit.Cell(_("answer the query"), icon="chat_help", icon_tone="warning", tone="warning")
    if record.has_draft and record.missing + record.problems:
        count = record.missing + record.problems
        # Translators: how many required answers are missing and how many rules are broken in a draft.
        tip = _("{missing} missing, {problems} to correct").format(
            missing=record.missing, problems=record.problems
        )
        sign = {"icon": "error_circle", "icon_tone": "error", "filled": True}
        return kit.Cell(ltr(str(count)), tone="error", strong=True, tip=tip, **sign)  # type: ignore[arg-type]
    if record.has_draft:
        return kit.Cell(_("finalize"), tone="text_muted")
    return kit.Cell()
