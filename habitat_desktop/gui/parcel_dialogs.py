"""Questions before a workbook for translators is written, and what one that came back would change."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.language_work import language_name, one_line, room_name
from habitat_desktop.gui.parcel_work import Order
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.i18n.parcel_return import Plan

_LIMITS = (50, 100, 300, 0)
_WIDE, _HIGH = 760, 460  # px at 100 %


class ExportDialog(QDialog):
    """Which texts go into the workbook: what is open in them, where they stand, and how many."""

    ordered = Signal(object)  # an Order

    def __init__(self, parent: QWidget, language: str, rooms: Mapping[str, str]) -> None:
        """`rooms` are the names of the catalogues by domain."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("An Excel file to translate: {language}").format(language=iso(language_name(language)))
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self._language = language
        self.wanted = _combo(
            {
                "waiting": _("What has no valid translation"),
                "changed": _("Only where the English was changed"),
                "review": _("What is translated and nobody has read"),
                "all": _("Everything"),
            }
        )
        self.room = _combo({"": _("Everywhere"), **rooms})
        limits = {
            limit: ngettext("{count} text at most", "{count} texts at most", limit).format(
                count=ltr(str(limit))
            )
            for limit in _LIMITS
        }
        self.limit = _combo({**limits, 0: _("All of them")})
        self.limit.setCurrentIndex(1)
        write = kit.PrimaryButton(_("Write the file…"), "save", self._order)
        write.setDefault(True)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        text = _("Whoever gets the file needs Excel or LibreOffice and nothing else.")
        self.setLayout(
            kit.column(
                kit.Label(title, "subtitle", strong=True, wrap=True),
                kit.Label(text, tone="muted", wrap=True),
                kit.field_label(_("Which texts"), self.wanted),
                self.wanted,
                kit.field_label(_("Where they stand"), self.room),
                self.room,
                kit.field_label(_("How many"), self.limit),
                self.limit,
                8,
                kit.row(None, cancel, write),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )
        self.wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _order(self) -> None:
        order = Order(
            self._language, self.wanted.currentData(), self.room.currentData(), self.limit.currentData()
        )
        self.accept()
        self.ordered.emit(order)


class ImportDialog(QDialog):
    """What a workbook that came back would change, before anything is changed."""

    confirmed = Signal(bool)  # also replace what was translated here meanwhile
    planned_again = Signal(bool)

    def __init__(self, parent: QWidget, plan: "Plan", by: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        scale = theme.current().scale
        self.resize(round(_WIDE * scale), round(_HIGH * scale))
        self._title = kit.Label("", "subtitle", strong=True, wrap=True)
        self._line = kit.Label("", tone="muted", wrap=True)
        self.table = kit.Table(_("What would change"), two_lines=True)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(100)
        self.force = QCheckBox(_("Also replace what was translated here meanwhile"))
        self.force.toggled.connect(self.planned_again)
        text = _("The files as they were are kept.")
        if by:
            text = _("It is noted as the work of {person}. The files as they were are kept.").format(
                person=iso(by)
            )
        self.take = kit.PrimaryButton("", "checkmark", self._confirm)
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        card = kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1)))
        self.setLayout(
            kit.column(
                self._title,
                self._line,
                (card, 1),
                self.force,
                kit.Label(text, "caption", "muted", wrap=True),
                kit.row(None, cancel, self.take),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )
        self.show_plan(plan)

    def show_plan(self, plan: "Plan") -> None:
        """Show what would happen now."""
        taken = len(plan.changes) + len(plan.confirmed)
        name = iso(language_name(plan.language))
        title = ngettext(
            "{language}: {count} text would be taken in", "{language}: {count} texts would be taken in", taken
        ).format(language=name, count=ltr(str(taken)))
        self.setWindowTitle(title)
        self._title.setText(title)
        self._line.setText(_counts(plan))
        rows = [_refused(finding) for finding in plan.findings if finding.kept_out]
        rows += [_changed(change) for change in plan.changes]
        rows += [_confirmed(entry) for _domain, entry in plan.confirmed]
        rows += [_refused(finding) for finding in plan.findings if not finding.kept_out]
        heads = (pgettext("column", "English"), pgettext("column", "What happens"))
        self.model.show_rows(heads, rows)
        self.table.set_columns(300, 0)
        self.take.setText(_("Take them in"))
        self.take.setEnabled(taken > 0)
        self.take.setToolTip("" if taken else _("Nothing in the file can be taken in."))

    def _confirm(self) -> None:
        self.take.setEnabled(False)
        self.confirmed.emit(self.force.isChecked())
        self.accept()


def _counts(plan: "Plan") -> str:
    kept = sum(finding.kept_out for finding in plan.findings)
    parts = []
    if plan.copied:
        text = ngettext(
            "{count} other place asks the same and takes it over.",
            "{count} other places ask the same and take them over.",
            plan.copied,
        )
        parts.append(text.format(count=ltr(str(plan.copied))))
    if kept:
        text = ngettext("{count} row is left out.", "{count} rows are left out.", kept)
        parts.append(text.format(count=ltr(str(kept))))
    left = plan.open + plan.unchanged
    if left:
        text = ngettext(
            "{count} text was left empty or is unchanged.",
            "{count} texts were left empty or are unchanged.",
            left,
        )
        parts.append(text.format(count=ltr(str(left))))
    return " ".join(parts)


def _changed(change: Any) -> tuple[kit.Cell, kit.Cell]:
    before = one_line(change.entry.strings[-1] if change.entry.strings else "") or "—"
    # Translators: the translation there was, which the one above it replaces.
    text = _("instead of: {text}").format(text=iso(before))
    return kit.Cell(one_line(change.entry.id)), kit.Cell(one_line(change.strings[-1]), text, icon="edit")


def _confirmed(entry: Any) -> tuple[kit.Cell, kit.Cell]:
    cell = kit.Cell(
        one_line(entry.strings[-1]),
        _("read and confirmed"),
        icon="checkmark_circle",
        icon_tone="ok",
        filled=True,
    )
    return kit.Cell(one_line(entry.id)), cell


def _refused(finding: Any) -> tuple[kit.Cell, kit.Cell]:
    icon, tone = ("error_circle", "error") if finding.kept_out else ("info", "text_muted")
    # Translators: where a row stands in the file of a translator.
    place = _("Sheet “{sheet}”, row {row}").format(sheet=finding.sheet, row=ltr(str(finding.row)))
    cell = kit.Cell(
        one_line(finding.message), place, icon=icon, icon_tone=tone, filled=True, tip=finding.message
    )
    return kit.Cell(one_line(finding.english)), cell


def _combo(choices: Mapping[Any, str]) -> QComboBox:
    box = QComboBox()
    for data, words in choices.items():
        box.addItem(words, data)
    return box


def named(rooms: "list[str]", titles: Mapping[str, str]) -> dict[str, str]:
    """Return the names of catalogues, as a person calls what they are the texts of."""
    words = {"app": _("Interface"), "reference": _("Lists and units")}
    return {room: words.get(room) or room_name(room, titles) for room in rooms}
