"""Every code of a file that is not let in: what happened, what was kept, what to do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import fold

if TYPE_CHECKING:
    from habitat_desktop.incoming.errors import CodeMeaning

_CODE_WIDTH = 190
_HAPPENED, _TO_DO = 5, 6  # how the two texts share the rest


class CodeList(QWidget):
    """A table of wrapped texts; a search leaves the codes that fit."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[QFrame, str]] = []
        self._body = kit.column(space=0)
        self._card = kit.frame("card", kit.column(self._body, None, margins=(1, 1, 1, 1)))
        holder = QWidget()
        holder.setLayout(kit.column(self._card, margins=(20, 0, 20, 12)))
        self._area: QScrollArea = kit.reading(holder, _("What the codes mean"))
        self.setLayout(kit.column((self._area, 1)))

    @property
    def codes(self) -> list[str]:
        """The codes shown, in their order."""
        return [words.partition(" ")[0].upper() for row, words in self._rows if not row.isHidden()]

    def fill(self) -> None:
        """Show every code; called when the list is first looked at."""
        if self._rows:
            return
        from habitat_desktop.packages import errors

        heads = (_("Code"), _("What happened"), _("What to do next"))
        self._body.addWidget(self._head(*heads))
        meanings = errors.all_codes()
        for number, meaning in enumerate(meanings):
            self._body.addWidget(self._row(meaning, last=number == len(meanings) - 1))

    def search(self, folded: str) -> None:
        """Show the codes whose texts hold `folded` (see `i18n.text.fold`)."""
        self.fill()
        for row, words in self._rows:
            row.setVisible(folded in words)

    def _head(self, *titles: str) -> QFrame:
        code, *rest = (kit.Label(title, "caption", "muted", strong=True) for title in titles)
        happened, to_do = (kit.column(label) for label in rest)
        return self._line("tinted", code, happened, to_do, space=8)

    def _row(self, meaning: "CodeMeaning", *, last: bool) -> QFrame:
        code = kit.Label(meaning.code, mono=True, select=True)
        happened = kit.column(
            kit.Label(_(meaning.meaning), strong=True, wrap=True, select=True),
            kit.Label(_(meaning.kept), "caption", "muted", wrap=True),
            None,
            space=0,
        )
        to_do = kit.column(kit.Label(_(meaning.to_do), wrap=True, select=True), None)
        row = self._line("surface" if last else "row", code, happened, to_do, space=10)
        said = " ".join((meaning.code, _(meaning.meaning), _(meaning.kept), _(meaning.to_do)))
        row.setAccessibleName(said)
        self._rows.append((row, fold(said)))
        return row

    @staticmethod
    def _line(part: str, code: QWidget, happened: QLayout, to_do: QLayout, *, space: int) -> QFrame:
        code.setFixedWidth(round(_CODE_WIDTH * theme.current().scale))
        layout = kit.row(space=16, margins=(16, space, 16, space))
        layout.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(happened, _HAPPENED)
        layout.addLayout(to_do, _TO_DO)
        return kit.frame(part, layout)
