"""The offices at headquarters: what each has sent by form for one period, and what it is owed."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QStackedLayout, QVBoxLayout, QWidget

from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.office_panel import OfficePanel
from habitat_desktop.gui.outbox_texts import office_title, package_text
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.sending import form_titles
from habitat_desktop.gui.side_by_side import SideBySide
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import fold, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.hq.offices import Board, OfficeCounts
    from habitat_desktop.workspace import Workspace

_OFFICE_MIN, _FORM_MIN, _FORM_MAX = 128, 48, 168
_MIDDLE_COLUMNS, _LAST_MIN = (140, 72), 120  # received and records; last package
_PANEL_WIDTH = 312
_HEAD_LINES, _HEAD_PADDING = 4, 11
_TABLE_MIN_HEIGHT = 32 + 4 * 36
_LEGEND = ("accepted", "received", "query", "conflict", "waiting", "none")
Index = QModelIndex | QPersistentModelIndex


class BoardTable(kit.CellTable):
    """A table whose narrow columns say their whole title, and whose signs their meaning, on request."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._titles: Sequence[str] = ()

    def show_board(
        self, heads: Sequence[str], titles: Sequence[str], rows: Sequence[Sequence[kit.Cell]]
    ) -> None:
        self._titles = titles
        self.show_rows(heads, rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.AccessibleTextRole and index.isValid():
            cell = super().data(index, kit.CELL_ROLE)
            return ", ".join(filter(None, (cell.tip, cell.text))) if cell.tip else cell.spoken
        return super().data(index, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return self._titles[section] if section < len(self._titles) else None
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = super().headerData(section, orientation, role) or int(Qt.AlignmentFlag.AlignLeading)
            return int(side) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        return super().headerData(section, orientation, role)


class OfficesPage(Page):
    """A board of offices by forms, chips that filter it, and a panel about the office chosen."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._board: Board | None = None
        self._titles: dict[str, str] = {}
        self._shown: list[OfficeCounts] = []
        self._period, self._filter, self._text, self._wanted = "", "all", "", ""
        self._layout = QVBoxLayout()
        self._layout.setContentsMargins(*kit.NO_MARGINS)
        self.setLayout(self._layout)
        self._build()

    # Page

    def enter(self, **context: Any) -> None:
        """`office`: the code of the office to choose."""
        self._wanted = context.get("office", "")
        self.refresh()

    def refresh(self) -> None:
        jobs.run(partial(_read_board, self.workspace, self._period), self, done=self._read)

    def retranslate(self) -> None:
        self._build()
        self._show_all()
        self.refresh()

    def regions(self) -> Sequence[QWidget]:
        return (self.head, self.chips, self.table, self.panel)

    def search(self, text: str) -> bool:
        self._text = fold(text)
        self._show_rows()
        return True

    # building

    def _build(self) -> None:
        kit.clear(self._layout)
        self.periods = QComboBox()
        self.periods.setAccessibleName(_("Period"))
        self.periods.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.periods.activated.connect(lambda _index: self._choose_period(self.periods.currentData()))
        self.packages_button = kit.Button(_("Make packages"), icon="send", does=self._make_packages)
        self.head = kit.PageHead(_("Offices"), "", self.periods, self.packages_button)
        self.chips = kit.StateChips()
        self.chips.chosen.connect(self._choose_filter)
        self.table = kit.Table(_("Offices and what they sent"))
        self.table.setMinimumHeight(_TABLE_MIN_HEIGHT)
        self.model = BoardTable(self.table)
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(
            lambda index, _before: self._choose(index.row())
        )
        self.table.opened.connect(lambda row: self._open_records(self._shown[row].office))
        self._empty_layout = kit.column()
        empty = QWidget()
        empty.setLayout(self._empty_layout)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        card = QFrame()
        card.setProperty("part", "card")
        card.setLayout(kit.column((self._stack, 1), kit.line(), _legend(), space=0, margins=(1, 1, 1, 1)))
        self.panel = OfficePanel()
        self.panel.records_wanted.connect(self._open_records)
        self.panel.package_wanted.connect(self._make_packages)
        content = QWidget()
        content.setLayout(
            kit.column(
                self.chips,
                (SideBySide(card, self.panel, width=_PANEL_WIDTH), 1),
                space=8,
                margins=(20, 0, 20, 12),
            )
        )
        head = QWidget()
        head.setLayout(kit.column(self.head, margins=(20, 12, 20, 8)))
        self._layout.addWidget(head)
        self._layout.addWidget(kit.scrolling(content), 1)

    # showing

    def _read(self, read: "tuple[Board, dict[str, str]]") -> None:
        self._board, self._titles = read
        self._period = self._board.period
        self._show_all()

    def _show_all(self) -> None:
        board = self._board
        if board is None:
            return
        self.periods.clear()
        for period in board.periods:
            self.periods.addItem(period_name(period, language()), period)
        self.periods.setCurrentIndex(max(self.periods.findData(board.period), 0))
        self.periods.setVisible(bool(board.periods))
        self.head.set_texts(_("Offices"), _subtitle(board))
        owed = sum(1 for office in board.offices if office.receipts_due)
        self.packages_button.setVisible(owed > 0)
        self.packages_button.setText(
            ngettext("Make packages for {count} office", "Make packages for {count} offices", owed).format(
                count=owed
            )
        )
        self._show_chips(board)
        self._show_rows()

    def _show_chips(self, board: "Board") -> None:
        now = self.frame.now()
        silent = sum(1 for office in board.offices if office.is_silent(now))
        owed = sum(1 for office in board.offices if office.receipts_due)
        chips = [kit.Chip("all", pgettext("offices", "All"), len(board.offices))]
        if silent or self._filter == "silent":
            chips.append(kit.Chip("silent", _("Silent for 30 days"), silent, "calendar_clock"))
        if owed or self._filter == "owed":
            chips.append(kit.Chip("owed", _("Waiting for a receipt"), owed, "send"))
        self.chips.show_chips(chips, self._filter)

    def _show_rows(self) -> None:
        board = self._board
        if board is None:
            return
        wanted = self._wanted or self._chosen_office()
        now = self.frame.now()
        self._shown = [
            office
            for office in board.offices
            if self._text in fold(f"{office_title(office.office)} {office.office}")
            and (self._filter != "silent" or office.is_silent(now))
            and (self._filter != "owed" or office.receipts_due)
        ]
        titles = [self._titles.get(form_id, form_id) for form_id in board.forms]
        heads = [_("Office"), *titles, _("Received"), _("Records"), _("Last package")]
        rows = [office_cells(office, board.forms, titles) for office in self._shown]
        self.model.show_board(heads, ["", *titles], rows)
        self._fit_columns()
        if self._shown:
            self._stack.setCurrentWidget(self.table)
            row = next((i for i, office in enumerate(self._shown) if office.office == wanted), 0)
            self._wanted = ""
            kit.select_row(self.table, row)
            self._choose(row)
        else:
            self._show_empty(board)
            self.panel.show_nothing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the forms what room there is, so that the board never needs to scroll sideways."""
        look = theme.current()
        forms = len(self._board.forms) if self._board else 0
        if not forms:
            return
        rows = range(self.model.rowCount())
        last = [str(self.model.index(row, self.model.columnCount() - 1).data()) for row in rows]
        widest = max((look.metrics().horizontalAdvance(text) for text in last), default=0) / look.scale
        ends = (*_MIDDLE_COLUMNS, max(_LAST_MIN, round(widest) + 2 * _HEAD_PADDING))
        room = self.table.viewport().width() / look.scale - _OFFICE_MIN - sum(ends)
        form_width = max(_FORM_MIN, min(_FORM_MAX, int(room / forms)))
        self.table.set_columns(0, *[form_width] * forms, *ends)
        self._fit_heads(round(form_width * look.scale))

    def _fit_heads(self, width: int) -> None:
        """Give the heads the lines that the titles need: their first words are often the same."""
        metrics = theme.current().metrics("caption", strong=True)
        room = QRect(0, 0, max(width - 2 * _HEAD_PADDING, 24), 1000)
        flags = int(Qt.TextFlag.TextWordWrap)
        titles = [self._titles.get(form_id, form_id) for form_id in self._board.forms] if self._board else []
        high = max((metrics.boundingRect(room, flags, title).height() for title in titles), default=0)
        high = min(high, _HEAD_LINES * metrics.lineSpacing())
        self.table.horizontalHeader().setFixedHeight(max(high + 12, metrics.height() + 16))

    def _show_empty(self, board: "Board") -> None:
        kit.clear(self._empty_layout)
        if board.offices:
            clear = kit.Button(_("Show all"), does=lambda: self._choose_filter("all"))
            state = kit.EmptyState(
                "search", _("No office fits"), _("Choose another filter or clear the search."), clear
            )
        else:
            inbox = kit.Button(_("Go to the inbox"), does=lambda: self.frame.show_page("inbox"))
            text = _("An office shows up here as soon as its first package has come.")
            state = kit.EmptyState("building_government", _("No office has sent anything yet"), text, inbox)
        self._empty_layout.addWidget(state)
        self._stack.setCurrentIndex(1)

    # what the person does

    def _choose_period(self, period: str) -> None:
        self._period = period
        self.refresh()

    def _make_packages(self) -> None:
        self.frame.show_page("exchange", start="make")

    def _choose_filter(self, key: str) -> None:
        self._filter = key
        if self._board is not None:
            self._show_chips(self._board)
        self._show_rows()

    def _chosen_office(self) -> str:
        row = self.table.currentIndex().row()
        return self._shown[row].office if 0 <= row < len(self._shown) else ""

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            office = self._shown[row]
            self.panel.show_office(office, self._titles, is_silent=office.is_silent(self.frame.now()))

    def _open_records(self, office: str) -> None:
        self.frame.show_page("records", office=office)


def office_cells(office: "OfficeCounts", forms: Sequence[str], titles: Sequence[str]) -> list[kit.Cell]:
    """Return the row of an office; each sign says its meaning in the tooltip and to screen readers."""
    name = office_title(office.office)
    cells = [kit.Cell(name)]
    for form_id, title in zip(forms, titles, strict=True):
        found = office.forms.get(form_id)
        state = str(found.state) if found else "none"
        # Translators: what a sign in a table of offices and forms means: "Ghana, Housing policy: Received".
        tip = _("{office}, {form}: {state}").format(office=name, form=title, state=kit.state_word(state))
        if found is None:
            cells.append(kit.Cell(icon=kit.state_icon("none"), icon_tone="state.none", tip=tip))
            continue
        text = ltr(str(found.count))
        cells.append(kit.Cell(text, kind="pill", state=state, tip=tip))
    counts = Counter(str(cell.state) for cell in office.forms.values())
    done = sum(1 for form_id in forms if form_id in office.forms)
    said = _("{done} of {total}").format(done=done, total=len(forms))
    last = office.last_package
    return [
        *cells,
        kit.Cell(
            said, kind="bar", parts=tuple((n, f"state.{s}") for s, n in counts.items()), total=len(forms)
        ),
        kit.Cell(ltr(str(sum(cell.count for cell in office.forms.values()))), kind="number"),
        kit.Cell(package_text(last) if last else _("none yet"), tone="text_muted"),
    ]


def _subtitle(board: "Board") -> str:
    count = len(board.offices)
    if not count:
        return ""
    offices = ngettext("{count} office", "{count} offices", count).format(count=count)
    returns = ngettext("{count} return came", "{count} returns came", board.received).format(
        count=board.received
    )
    if not board.period:
        return offices
    return _("{period} · {offices} · {returns}").format(
        period=period_name(board.period, language()), offices=offices, returns=returns
    )


def _legend() -> QWidget:
    """Return the signs and their words."""
    parts: list[QWidget] = []
    for state in _LEGEND:
        parts += [
            kit.IconLabel(kit.state_icon(state), f"state.{state}", 16),
            kit.Label(
                pgettext("state of a record", "Waiting") if state == "waiting" else kit.state_word(state),
                "caption",
                "muted",
            ),
        ]
    flow = kit.FlowLayout(12)
    for icon, word in zip(parts[::2], parts[1::2], strict=True):
        both = QWidget()
        both.setLayout(kit.row(icon, word, space=4))
        flow.addWidget(both)
    signs, holder = QWidget(), QWidget()
    signs.setLayout(flow)
    holder.setLayout(kit.column(signs, margins=(12, 8, 12, 8)))
    return holder


def _read_board(workspace: "Workspace", period: str, progress: Progress) -> "tuple[Board, dict[str, str]]":
    from habitat_desktop.hq.offices import board

    titles = form_titles(workspace)
    with workspace.read() as session:
        return board(session, period, titles), titles
