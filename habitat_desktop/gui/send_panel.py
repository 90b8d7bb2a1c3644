"""The panel "Send it": the package that lies here, and the ways it can travel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.kit.buttons import Kind
from habitat_desktop.gui.outbox_texts import Made
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.settings import TransportSetting

WIDTH = 340


@dataclass(frozen=True)
class SendState:
    """What the panel shows: packages ready here, and where they may go.

    `peers` counts those a package would be made for; headquarters sends to many, so it has no e-mail way.
    """

    made: tuple[Made, ...]
    peers: int
    transports: tuple[TransportSetting, ...]
    is_office: bool
    number: int
    is_encrypted: bool = False  # packages are made for the eyes of the two sides alone


class SendPanel(kit.Card):
    """Shows a `SendState` and says what the person wants."""

    make_wanted = Signal()
    mail_wanted = Signal()
    folder_wanted = Signal()
    shown_wanted = Signal()  # show the file in its folder
    exchange_wanted = Signal(object)  # TransportSetting

    def __init__(self) -> None:
        super().__init__(_("Send it"))
        self.setAccessibleName(_("Send it"))
        self._box = kit.column(space=4)
        self._ways = kit.column(space=0)
        self.body.addLayout(self._box)
        self.body.addLayout(self._ways)
        self.body.addStretch(1)
        self.body.addWidget(_drop_zone())
        self.buttons: dict[str, kit.Button] = {}

    def show_state(self, state: SendState) -> None:
        focused = next((key for key, button in self.buttons.items() if button.hasFocus()), "")
        kit.clear(self._box)
        kit.clear(self._ways)
        self.buttons = {}
        if state.made:
            self._box.addWidget(self._made_box(state))
        elif state.peers:
            self._box.addWidget(self._make_box(state))
        else:
            self._box.addWidget(kit.Label(_("There is nothing to send now."), tone="muted", wrap=True))
        ways = self._way_rows(state)
        for index, way in enumerate(ways):
            self._ways.addWidget(kit.rule_row(*way, last=index == len(ways) - 1))
        if focused in self.buttons:
            self.buttons[focused].setFocus()

    def set_busy(self, busy: bool) -> None:
        """Take no second order while one is carried out."""
        for button in self.buttons.values():
            button.setEnabled(not busy)

    def focus_first(self) -> None:
        """Give the focus to what is to be done first."""
        for key in ("make", "mail", "folder"):
            if key in self.buttons:
                self.buttons[key].setFocus()
                return

    def _made_box(self, state: SendState) -> QFrame:
        if len(state.made) == 1:
            # a long name may break at its hyphens only, so it is elided in the middle of the panel's width
            name: QWidget = kit.Label(ltr(state.made[0].path.name), mono=True, strong=True, select=True)
            name.setProperty("role", "caption")
            text = _("One Excel workbook. Anyone can read it; changes made in Excel are noticed.")
            if state.is_encrypted:
                text = _("Encrypted: only the other side and this workspace can open it.")
        else:
            count = len(state.made)
            name = kit.Label(
                ngettext("{count} package is ready", "{count} packages are ready", count).format(count=count),
                strong=True,
            )
            text = _(
                "One Excel workbook for each office. Anyone can read them; changes made in Excel are noticed."
            )
        show = self._button("show", _("Show in folder"), "link", self.shown_wanted.emit)
        words = kit.column(name, kit.Label(text, "caption", "muted", wrap=True), kit.row(show, None), space=0)
        return kit.frame(
            "sunk", kit.row(_top("document_table", "ok"), (words, 1), space=8, margins=(12, 8, 12, 4))
        )

    def _make_box(self, state: SendState) -> QFrame:
        if state.is_office:
            title = _("Package {number} is not made yet").format(number=ltr(str(state.number)))
            make = _("Make the package")
        else:
            title = ngettext("{count} office waits", "{count} offices wait", state.peers).format(
                count=state.peers
            )
            make = _("Make packages")  # how many stands above it
        text = _("It becomes an Excel workbook that anyone can read. Each way below makes it first.")
        if state.is_encrypted:
            text = _("It will be encrypted. Each way below makes it first.")
        button = self._button("make", make, "primary", self.make_wanted.emit, icon="box")
        words = kit.column(
            kit.Label(title, strong=True, wrap=True),
            kit.Label(text, "caption", "muted", wrap=True),
            4,
            button,
            space=2,
        )
        return kit.frame(
            "sunk", kit.row(_top("box", "text_muted"), (words, 1), space=8, margins=(12, 8, 12, 12))
        )

    def _way_rows(self, state: SendState) -> list[Sequence[QWidget]]:
        rows: list[Sequence[QWidget]] = []
        can_send = bool(state.made or state.peers)
        if state.is_office and can_send:
            mail = self._button(
                "mail", _("Open mail"), "primary" if state.made else "plain", self.mail_wanted.emit
            )
            text = _("Opens your mail program; you attach the file, which is shown in its folder")
            rows.append((_top("mail", "accent"), _words(_("E-mail"), text), mail))
        if can_send:
            # Translators: opens a dialog in which a folder is chosen.
            folder = self._button("folder", _("Choose…"), "plain", self.folder_wanted.emit)
            folder.setAccessibleName(_("Choose a USB stick or folder"))
            text = _("Written there, then read back and compared")
            rows.append((_top("usb_stick", "accent"), _words(_("USB stick or folder"), text), folder))
        for transport in state.transports:
            title = _("Shared folder “{name}”").format(name=iso(transport.name))
            send = self._button(
                f"transport:{transport.name}", _("Exchange"), "plain", self._exchanging(transport)
            )
            send.setAccessibleName(_("Exchange over {name}").format(name=transport.name))
            send.setToolTip(ltr(transport.url))
            rows.append(
                (_top("folder", "accent"), _words(title, _("Sends what waits and takes in what came")), send)
            )
        return rows

    def _button(
        self, key: str, text: str, kind: Kind, does: Callable[[], object], icon: str = ""
    ) -> kit.Button:
        button = kit.Button(text, kind, icon, does)
        self.buttons[key] = button
        return button

    def _exchanging(self, transport: TransportSetting) -> Callable[[], None]:
        return lambda: self.exchange_wanted.emit(transport)


def _drop_zone() -> QFrame:
    """Say where files may be dropped; the window takes them anywhere (`drop.py`)."""
    text = _("Take in packages; you can also drop the files anywhere on this window")
    words = kit.Label(text, "caption", "muted", wrap=True)
    return kit.frame(
        "sunk", kit.row(_top("arrow_download", "accent"), (words, 1), space=8, margins=(12, 8, 12, 8))
    )


def _top(icon: str, token: str) -> QWidget:
    """Return an icon that stays at the first line of the words beside it."""
    holder = QWidget()
    holder.setFixedWidth(20)
    layout = kit.column(kit.IconLabel(icon, token), None)
    holder.setLayout(layout)
    return holder


def _words(title: str, text: str) -> QWidget:
    holder = QWidget()
    label = kit.Label(title, strong=True, wrap=True)
    below = kit.Label(text, "caption", "muted", wrap=True)
    for one in (label, below):
        one.setMinimumWidth(1)  # wider than the panel, a row would reckon its height for that width
    holder.setLayout(kit.column(label, below, space=0))
    kit.expand(holder, vertical=False)
    return holder
