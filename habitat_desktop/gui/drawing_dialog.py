"""Signing, drawing and marking a picture: the paper, its pens, undo and clear; a name may be typed."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QButtonGroup, QComboBox, QDialog, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.drawing import Paper, inks
from habitat_desktop.gui.question_base import Line
from habitat_desktop.i18n.catalogues import _, pgettext

Drawn = Literal["signature", "draw", "annotate"]
_SIZES = {"signature": QSize(900, 300), "draw": QSize(1200, 800), "annotate": QSize(1200, 800)}  # px
_WIDTHS = (2, 4, 9)  # px of a paper 1,000 px wide


class DrawingDialog(QDialog):
    """Gives a picture: `image()` once it was accepted."""

    def __init__(self, parent: QWidget, kind: Drawn, ground: QImage | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        titles = {"signature": _("Sign here"), "draw": _("Draw"), "annotate": _("Mark the picture")}
        self.setWindowTitle(titles[kind])
        self.kind = kind
        self.paper = Paper(_SIZES[kind], ground)
        self.typed = Line()
        self.typed.follow_text()
        self.undo = kit.Button(_("Undo"), icon="arrow_undo", small=True, does=self.paper.undo)
        self.clear = kit.Button(_("Clear"), icon="delete", small=True, does=self.paper.clear)
        self.done_button = kit.PrimaryButton(pgettext("button", "Keep"), "checkmark", self._submit)
        self.done_button.setDefault(True)
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self._lay_out()
        self.paper.changed.connect(self._enable)
        self.typed.textChanged.connect(self.paper.type_name)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self.paper, self.paper.undo)
        self._enable()

    def _lay_out(self) -> None:
        named = kit.column(space=4)
        if self.kind == "signature":
            named.addWidget(kit.field_label(_("Or type the name"), self.typed))
            named.addWidget(self.typed)
        layout = kit.column(
            kit.flowing(*self._pens(), self.undo, self.clear, space=4),
            (self.paper, 1),
            named,
            self.problem,
            kit.row(None, kit.Button(pgettext("button", "Cancel"), does=self.reject), self.done_button),
            space=8,
            margins=(16, 12, 16, 12),
        )
        self.setLayout(layout)
        room = self.parentWidget()
        most = room.window().size() - QSize(40, 24) if room is not None else QSize(1000, 660)
        wide = round(900 * min(1.2, theme.current().scale))
        high = 420 if self.kind == "signature" else 640
        self.resize(QSize(wide, high).boundedTo(most).expandedTo(QSize(420, 320)))

    def _pens(self) -> list[QWidget]:
        """Return the choice of colour and the three widths."""
        self.colours = QComboBox()
        self.colours.setAccessibleName(_("Colour of the pen"))
        words = {
            "text": pgettext("colour", "Black"),
            "accent": pgettext("colour", "Blue"),
            "error": pgettext("colour", "Red"),
            "ok": pgettext("colour", "Green"),
            "warning_mark": pgettext("colour", "Orange"),
        }
        for token, ink in inks().items():
            swatch = QPixmap(14, 14)
            swatch.fill(QColor(ink))
            self.colours.addItem(QIcon(swatch), words[token], ink)
        self.colours.activated.connect(self._choose_colour)
        self.widths = QButtonGroup(self)
        names = (pgettext("pen", "Thin"), pgettext("pen", "Medium"), pgettext("pen", "Thick"))
        buttons: list[QWidget] = [self.colours]
        share = self.paper.size_px.width() / 1000
        for number, (name, width) in enumerate(zip(names, _WIDTHS, strict=True)):
            button = kit.Button(name, "segment", small=True)
            self.widths.addButton(button, number)
            button.clicked.connect(lambda _on=False, width=width: self._choose_width(width * share))
            buttons.append(button)
        start = 2 if self.kind == "annotate" else 1
        self.widths.button(start).setChecked(True)
        self._choose_width(_WIDTHS[start] * share)
        if self.kind == "annotate":
            self.colours.setCurrentIndex(2)
            self._choose_colour()
        return buttons

    def _choose_colour(self) -> None:
        self.paper.colour = str(self.colours.currentData())

    def _choose_width(self, width: float) -> None:
        self.paper.width_px = max(1.0, width)

    def _enable(self) -> None:
        self.undo.setEnabled(self.paper.can_undo)
        self.clear.setEnabled(bool(self.paper.strokes))
        if not self.paper.is_blank:
            self.problem.hide()

    def _submit(self) -> None:
        if self.paper.is_blank:
            text = _("There is nothing on the paper yet. Draw with the mouse or a pen.")
            if self.kind == "signature":
                text = _("There is nothing on the paper yet. Sign with the mouse or a pen, or type the name.")
            self.problem.setText(text)
            self.problem.show()
            return
        self.accept()

    def image(self) -> QImage:
        return self.paper.image()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self.typed if self.kind == "signature" else self.colours).setFocus(Qt.FocusReason.OtherFocusReason)
