"""The filters above the list of records: search, form, period, office and country, states, columns, views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QMenu, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.collation import in_order
from habitat_desktop.gui.form_names import newest_forms
from habitat_desktop.gui.record_columns import COLUMNS
from habitat_desktop.gui.top_bar import SearchField
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import current_period, period_name, previous_period
from habitat_desktop.i18n.text import clean, iso, ltr
from habitat_desktop.records.list_views import ALWAYS, Filter, View, Views, columns_of
from habitat_desktop.records.record import RecordState

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

CHIPS = ("draft", "final", "package", "received", "accepted", "query", "conflict", "waiting", "withdrawn")
_ALWAYS_SHOWN = {  # the others appear when there are any
    "office": ("draft", "final", "package", "received", "accepted"),
    "region": ("received", "accepted"),
    "headquarters": ("received", "accepted"),
}


class RecordFilters(QWidget):
    """What is shown and how; `changed` tells the new filter, the page reads it from `filter`."""

    changed = Signal()
    columns_chosen = Signal(tuple)
    view_chosen = Signal(object)  # a `View`
    views_changed = Signal(object)  # the `Views` to keep

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__()
        self._frame = frame
        self.filter = Filter()
        self.views = Views()
        self._columns: tuple[str, ...] = ()
        self._current: Callable[[], View] = View
        self._known: Mapping[str, Sequence[str]] = {}
        self._counts: Mapping[RecordState, int] = {}
        self._is_office = frame.workspace.settings.role == "office"
        self.search = SearchField()
        self.search.setMinimumWidth(290 if self._is_office else 236)
        self.search.searched.connect(self._search_for)
        self.search.entered.connect(self._search_for)
        self.boxes = {name: QComboBox() for name in ("form_id", "period", "office", "country")}
        for name, box in self.boxes.items():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
            box.setMaximumWidth(210 if self._is_office else 172)
            box.activated.connect(self._telling(name))
        for name in ("office", "country"):
            self.boxes[name].setVisible(False)
        self.columns_button = kit.QuietButton("", "document_table")
        self.columns_menu = _StayingMenu(self.columns_button)
        self.columns_button.setMenu(self.columns_menu)
        self.views_button = kit.QuietButton("", "save")
        self.views_menu = QMenu(self.views_button)
        self.views_menu.aboutToShow.connect(self._fill_views)
        self.views_button.setMenu(self.views_menu)
        self.chips = kit.StateChips()
        self.chips.chosen.connect(lambda key: self._narrow(state=key))
        tools = kit.flowing(self.search, *self.boxes.values(), self.columns_button, self.views_button)
        self.setLayout(kit.column(tools, self.chips, space=8))

    def know_view(self, current: Callable[[], View]) -> None:
        """Say where the view as it is now comes from: it is what "Save this view" keeps."""
        self._current = current

    def show_filter(self, wanted: Filter) -> None:
        """Show `wanted` in all controls without telling it as a change."""
        self.filter = wanted
        self.search.setText(wanted.text)
        self._fill_boxes()
        self.show_counts(self._counts)

    def show_counts(self, counts: Mapping[RecordState, int]) -> None:
        """Show how many records there are in each state under the other filters."""
        self._counts = counts
        chips = [kit.Chip("", pgettext("filter", "All"), sum(counts.values()))]
        for state in CHIPS:
            count = counts.get(RecordState(state), 0)
            always = _ALWAYS_SHOWN[self._frame.workspace.settings.role]
            if count or state in always or state == self.filter.state:
                chips.append(kit.Chip(state, kit.state_word(state), count, kit.state_icon(state)))
        self.chips.show_chips(chips, self.filter.state)

    def show_known(self, known: Mapping[str, Sequence[str]]) -> None:
        """Offer the periods, offices and countries that any record has."""
        if known != self._known:
            self._known = known
            self._fill_boxes()

    def show_columns(self, columns: tuple[str, ...]) -> None:
        """Tick what is shown in the menu of columns."""
        self._columns = columns
        self.columns_menu.clear()
        for name, spec in COLUMNS.items():
            action = self.columns_menu.addAction(spec.title())
            action.setCheckable(True)
            action.setChecked(name in columns)
            action.setEnabled(name != ALWAYS)
            action.toggled.connect(self._choosing(name))

    def retranslate(self) -> None:
        self.search.name(_("Search all answers, any language"))
        self.boxes["form_id"].setAccessibleName(_("Form"))
        self.boxes["period"].setAccessibleName(_("Period"))
        self.boxes["office"].setAccessibleName(_("Office"))
        self.boxes["country"].setAccessibleName(_("Country"))
        self.columns_button.setText(pgettext("button", "Columns"))
        self.views_button.setText(pgettext("button", "Saved views"))
        self._fill_boxes()
        self.show_columns(self._columns)
        self.show_counts(self._counts)

    # filters

    def _telling(self, name: str) -> Callable[[int], None]:
        return lambda _index: self._narrow(**{name: str(self.boxes[name].currentData() or "")})

    def _narrow(self, **changes: str) -> None:
        self.filter = replace(self.filter, **changes)
        self.show_counts(self._counts)
        self.changed.emit()

    def _search_for(self, text: str) -> None:
        if text != self.filter.text:
            self._narrow(text=text)

    def _fill_boxes(self) -> None:
        known = newest_forms(self._frame.workspace).values()
        titles = [(info.title(language()), info.form_id) for info in known]
        forms = in_order(titles, lambda row: row[0])
        _fill(self.boxes["form_id"], [(_("All forms"), ""), *forms], self.filter.form_id)
        periods = [(period_name(key, language()), key) for key in self._periods()]
        _fill(self.boxes["period"], [(_("All periods"), ""), *periods], self.filter.period)
        offices = [(ltr(code), code) for code in self._known.get("office", ())]
        countries = [(country_name(code, language()), code) for code in self._known.get("country", ())]
        countries = in_order(countries, lambda row: row[0])
        _fill(self.boxes["office"], [(_("All offices"), ""), *offices], self.filter.office)
        _fill(self.boxes["country"], [(_("All countries"), ""), *countries], self.filter.country)
        self.boxes["office"].setVisible(not self._is_office and len(offices) > 1)
        self.boxes["country"].setVisible(len(countries) > 1)

    def _periods(self) -> list[str]:
        """Return the periods to offer: those of records, else those around today; the newest first."""
        keys = list(self._known.get("period", ()))
        if not keys:
            for periodicity in ("half-year", "year", "biennium"):
                key: str | None = current_period(self._frame.now().date(), periodicity)
                for _step in range(3):
                    if key is not None:
                        keys.append(key)
                        key = previous_period(key)
        if self.filter.period and self.filter.period not in keys:
            keys.append(self.filter.period)
        return sorted(keys, key=_newest, reverse=True)

    # columns and views

    def _choosing(self, name: str) -> Callable[[bool], None]:
        def choose(on: bool) -> None:
            wanted = {*self._columns, name} if on else set(self._columns) - {name}
            self._columns = columns_of(tuple(wanted))
            self.columns_chosen.emit(self._columns)

        return choose

    def _fill_views(self) -> None:
        menu = self.views_menu
        menu.clear()
        now = self._current()
        same = next((view for view in self.views.saved if replace(view, name="") == now), None)
        everything = menu.addAction(_("All records"))
        everything.triggered.connect(lambda *_: self.view_chosen.emit(None))
        for view in self.views.saved:
            text = view.name
            if view.name == self.views.default:
                # Translators: a saved view of the list with which the list opens.
                text = _("{view} (opens the list)").format(view=iso(view.name))
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(view is same)
            action.triggered.connect(self._showing(view))
        menu.addSeparator()
        menu.addAction(_("Save this view…")).triggered.connect(lambda *_: self.ask_for_name())
        if same is not None:
            opens = menu.addAction(_("Open the list with this view"))
            opens.setCheckable(True)
            opens.setChecked(same.name == self.views.default)
            opens.toggled.connect(self._opening_with(same.name))
            text = _("Delete the view “{view}”").format(view=iso(same.name))
            menu.addAction(text).triggered.connect(lambda *_: self._keep(self.views.without(same.name)))

    def _showing(self, view: View) -> Callable[..., None]:
        return lambda *_: self.view_chosen.emit(view)

    def _opening_with(self, name: str) -> Callable[[bool], None]:
        return lambda on: self._keep(replace(self.views, default=name if on else ""))

    def ask_for_name(self) -> None:
        """Ask what the view as it is now shall be called, and keep it."""
        dialog = ViewNameDialog(self)
        dialog.named.connect(
            lambda name: self._keep(self.views.with_view(replace(self._current(), name=name)))
        )
        dialog.open()

    def _keep(self, views: Views) -> None:
        self.views = views
        self.views_changed.emit(views)


class ViewNameDialog(QDialog):
    """Asks for the name of a view; one that is there already is replaced."""

    named = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("Save this view")
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self.field = QLineEdit()
        self.field.setMaxLength(80)
        self.save_button = kit.PrimaryButton(_("Save the view"), "save", self._save)
        self.save_button.setDefault(True)
        text = _("Filters, order and columns are kept under this name. A view of the same name is replaced.")
        self.setLayout(
            kit.column(
                kit.Label(title, "subtitle", strong=True),
                kit.Label(text, tone="muted", wrap=True),
                kit.field_label(_("Name"), self.field),
                self.field,
                8,
                kit.row(None, kit.Button(pgettext("button", "Cancel"), does=self.reject), self.save_button),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        name = clean(self.field.text()).strip()
        if not name:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.named.emit(name)
        self.accept()


class _StayingMenu(QMenu):
    """A menu of ticks that stays while several are changed."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.toggle()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        is_tick = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and is_tick and action is not None and action.isCheckable():
            action.toggle()
            return
        super().keyPressEvent(event)


def _newest(period: str) -> tuple[str, int, str]:
    """Return what sorts periods by their beginning; longer ones stand above their parts."""
    from habitat_desktop.i18n.periods import period_bounds

    try:
        start, end = period_bounds(period)
    except ValueError:
        return ("", 0, period)
    return (str(end), (end - start).days, period)


def _fill(box: QComboBox, items: Sequence[tuple[str, str]], chosen: str) -> None:
    box.blockSignals(True)
    box.clear()
    for text, value in items:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    box.blockSignals(False)
