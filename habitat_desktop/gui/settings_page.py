"""Settings: topics at the leading side, each a list of dataclasses; everything takes effect at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from habitat_desktop.gui import commands, kit, theme
from habitat_desktop.gui.backups_card import BackupsCard
from habitat_desktop.gui.country_picker import CountriesDialog
from habitat_desktop.gui.keys_panel import KeysPanel
from habitat_desktop.gui.menus import TEXT_SIZES
from habitat_desktop.gui.navigation import NavItem, PageList
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.persons_card import PersonsCard
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.text import clean, iso
from habitat_desktop.settings import Settings, TransportSetting

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

EXCHANGE = "exchange"  # the name of the transport this page sets
_FIELD_WIDTH = 360
_TOPICS_FROM = 760  # logical px of the page: below it the topics are icons


@dataclass(frozen=True)
class Setting:
    """One setting: the field of `Settings` it changes, its words, and how it is chosen."""

    key: str
    label: Callable[[], str]
    kind: Literal["choice", "text", "countries", "folder", "fact"]
    choices: Sequence[tuple[object, Callable[[], str]]] = ()
    help: Callable[[], str] | None = None


@dataclass(frozen=True)
class Topic:
    """One page of settings."""

    key: str
    title: Callable[[], str]
    icon: str
    settings: tuple[Setting, ...] = ()


def _spoken(code: str) -> Callable[[], str]:
    return lambda: languages()[code].endonym


def _percent(size: int) -> Callable[[], str]:
    return lambda: _("{percent} %").format(percent=size)


TOPICS = (
    Topic(
        "look",
        lambda: _("Language and look"),
        "local_language",
        (
            Setting(
                "language",
                lambda: _("Language"),
                "choice",
                [(code, _spoken(code)) for code in ("ar", "en", "es", "fr", "ru", "zh")],
                lambda: _("Of the window and of new returns. Answers stay as they were written."),
            ),
            Setting("theme", lambda: _("Theme"), "choice", commands.THEMES),
            Setting(
                "density",
                lambda: _("Density"),
                "choice",
                commands.DENSITIES,
                lambda: _("Compact shows more rows of a table."),
            ),
            Setting("text_percent", lambda: _("Text size"), "choice", [(s, _percent(s)) for s in TEXT_SIZES]),
            Setting(
                "translator",
                lambda: _("Page for translators"),
                "choice",
                (
                    (False, lambda: _("Only in the menu “Help”")),
                    (True, lambda: _("In the navigation too")),
                ),
                lambda: _("At headquarters it is always in the navigation."),
            ),
        ),
    ),
    Topic(
        "office",
        lambda: _("Office"),
        "building",
        (
            Setting("name", lambda: _("Name of the office"), "text"),
            Setting(
                "office",
                lambda: _("Office code"),
                "fact",
                help=lambda: _("Stands in every label and package and is never changed."),
            ),
            Setting("countries", lambda: _("Countries"), "countries"),
        ),
    ),
    Topic("persons", lambda: _("People on this laptop"), "people"),
    Topic(
        "exchange",
        lambda: _("Exchange"),
        "folder",
        (
            Setting(
                "transports",
                lambda: _("Exchange folder"),
                "folder",
                help=lambda: _(
                    "A folder both sides can reach: a shared drive or a memory stick. Leave it empty "
                    "to send packages by e-mail."
                ),
            ),
            Setting(
                "encrypt",
                lambda: _("Who can read packages"),
                "choice",
                (
                    (False, lambda: _("Anybody, in Excel")),
                    (True, lambda: _("Only the two sides: encrypted")),
                ),
                lambda: _(
                    "An encrypted package is opened only by the other side, this workspace and the sealed "
                    "recovery key of headquarters. It cannot be read in Excel."
                ),
            ),
            Setting("folder", lambda: _("Workspace folder"), "fact"),
        ),
    ),
    Topic("keys", lambda: _("Keys"), "key"),
    Topic("backups", lambda: _("Backups"), "save"),
)


class SettingsPage(Page):
    """Topics and their settings; each change is kept at once and can be undone."""

    # topics that are more than a list of settings
    _cards: ClassVar[dict[str, "Callable[[SettingsPage], QWidget]"]] = {
        "persons": PersonsCard,
        "keys": KeysPanel,
        "backups": BackupsCard,
    }

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._topic = TOPICS[0].key
        self._head = kit.PageHead("")
        self.topics = PageList(self)
        self.topics.picked.connect(self._show_topic)
        self._stack = QStackedWidget()
        self.setLayout(
            kit.column(
                self._head,
                (kit.row(self.topics, (self._stack, 1), space=16), 1),
                space=12,
                margins=kit.PAGE_MARGINS,
            )
        )
        self.retranslate()

    def enter(self, **context: Any) -> None:
        """Show the settings; `topic` names the page of them."""
        if "topic" in context:
            self._topic = context["topic"]
        self.retranslate()

    def retranslate(self) -> None:
        self._head.set_texts(_("Settings"), _("Everything takes effect at once."))
        self.topics.setAccessibleName(_("Topics of the settings"))
        self.topics.items_model.show_items([NavItem(t.key, t.title(), t.icon) for t in TOPICS])
        self._fit()
        self._show_topic(self._topic)

    def regions(self) -> Sequence[QWidget]:
        return (self.topics, self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the topics by their icons alone where the settings need the room."""
        scale = theme.current().scale
        self.topics.narrow = self.width() < _TOPICS_FROM * scale
        self.topics.setFixedWidth(round((44 if self.topics.narrow else 220) * scale))
        self.topics.viewport().update()

    def change(self, label: str, **changes: Any) -> None:
        """Keep `changes` and offer to undo them."""
        before = {key: getattr(self.workspace.settings, key) for key in changes}
        if before == changes:
            return
        self.frame.update_settings(**changes)
        self.frame.clear_news()
        title = _("Changed: {setting}").format(setting=iso(label))
        self.frame.notify("ok", title, "", (_("Undo"), lambda: self._undo(before)))

    def _undo(self, before: dict[str, Any]) -> None:
        self.frame.update_settings(**before)
        self.frame.clear_news()

    def _show_topic(self, key: str) -> None:
        self._topic = key
        topic = next(topic for topic in TOPICS if topic.key == key)
        self.topics.choose(key)
        focus = self.focusWidget()
        held = focus.objectName() if focus is not None else ""
        kit.drop_pages(self._stack)
        content = QWidget()
        card = self._cards[key](self) if key in self._cards else self._card(topic)
        beside_scroll_bar = (12, 0, 0, 0) if theme.current().rtl else (0, 0, 12, 0)
        content.setLayout(kit.column(card, None, margins=beside_scroll_bar))
        self._stack.addWidget(kit.scrolling(content))
        again = content.findChild(QWidget, held) if held else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, topic: Topic) -> kit.Card:
        card = kit.Card(topic.title())
        form = QFormLayout()
        form.setContentsMargins(0, 4, 0, 4)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(12)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for setting in topic.settings:
            field = self._field(setting)
            field.setObjectName(setting.key)
            _name(field, setting.label())
            parts = kit.column(kit.row((field, 100), None), space=4)
            if setting.help is not None:
                parts.addWidget(kit.Label(setting.help(), "caption", "muted", wrap=True))
            box = QWidget()
            box.setLayout(parts)
            label = kit.field_label(setting.label(), field)
            label.setFixedHeight(theme.current().size("control_height"))
            form.addRow(label, box)
        card.body.addLayout(form)
        return card

    # fields

    def _field(self, setting: Setting) -> QWidget:
        value = getattr(self.workspace.settings, setting.key, None)
        if setting.kind == "choice":
            return self._choice(setting, value)
        if setting.kind == "text":
            return self._text(setting, str(value))
        if setting.kind == "countries":
            return self._countries(setting, self.workspace.settings)
        if setting.kind == "folder":
            return self._folder(setting)
        if setting.kind == "fact" and setting.key == "office":
            return kit.Label(str(value), mono=True, select=True)
        fact = str(self.workspace.folder) if setting.key == "folder" else str(value)
        return kit.Label(fact, mono=True, wrap=True, select=True)

    def _choice(self, setting: Setting, value: object) -> QComboBox:
        box = QComboBox()
        for choice, words in setting.choices:
            box.addItem(words(), choice)
        box.setCurrentIndex(max(box.findData(value), 0))
        box.setToolTip(box.currentText())
        _limit(box)
        label = setting.label()
        box.activated.connect(lambda _i: self.change(label, **{setting.key: box.currentData()}))
        return box

    def _text(self, setting: Setting, value: str) -> QLineEdit:
        field = QLineEdit(value)
        _limit(field)
        label = setting.label()

        def keep() -> None:
            text = clean(field.text()).strip()
            if text:
                self.change(label, **{setting.key: text})
            else:
                field.setText(value)  # an office without a name cannot be addressed

        field.editingFinished.connect(keep)
        return field

    def _countries(self, setting: Setting, settings: Settings) -> QWidget:
        names = [country_name(code, language()) for code in settings.countries]
        words = pgettext("list separator", ", ").join(names) or _("none")

        def choose() -> None:
            dialog = CountriesDialog(self, settings.countries)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.accepted.connect(lambda: self.change(setting.label(), countries=dialog.codes()))
            dialog.open()

        box = QWidget()
        change = kit.Button(_("Change…"), does=choose)
        change.setAccessibleName(_("Change the countries"))
        box.setLayout(kit.row((kit.Label(words, wrap=True), 1), change))
        return box

    def _folder(self, setting: Setting) -> QWidget:
        transports = self.workspace.settings.transports
        now = next((t.url for t in transports if t.name == EXCHANGE), "")
        field = QLineEdit(now)
        field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        field.setAccessibleName(setting.label())

        def keep(url: str) -> None:
            others = tuple(t for t in self.workspace.settings.transports if t.name != EXCHANGE)
            mine = (TransportSetting(EXCHANGE, url),) if url else ()
            self.change(setting.label(), transports=mine + others)

        def choose() -> None:
            start = field.text() or str(Path.home())
            chosen = QFileDialog.getExistingDirectory(self, _("Choose a folder"), start)
            if chosen:
                keep(str(Path(chosen)))

        field.editingFinished.connect(lambda: keep(field.text().strip()))
        box = QWidget()
        box.setLayout(kit.row((field, 1), kit.Button(_("Choose a folder…"), icon="folder", does=choose)))
        return box


def _limit(field: QWidget) -> None:
    field.setMaximumWidth(round(_FIELD_WIDTH * theme.current().scale))
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


def _name(field: QWidget, text: str) -> None:
    if isinstance(field, QComboBox | QLineEdit):
        field.setAccessibleName(text)
