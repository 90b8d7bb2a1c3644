"""What became of the answers in a questionnaire, cell by cell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import has_rtl, iso, visible
from habitat_desktop.packages.questionnaires.found import Place, Remark
from habitat_desktop.packages.questionnaires.manifest import Manifest
from habitat_desktop.packages.questionnaires.opening import Supplier

Outcome = Literal["taken", "already", "left", "conflict"]


def _isolated(text: str) -> str:
    """Return a value as it stands in a sentence: where direction matters, it cannot reorder that."""
    is_rtl = languages()[language()].direction == "rtl"
    return iso(text) if is_rtl or has_rtl(text) else text


@dataclass(frozen=True)
class CellTaken:
    """What became of the answer in one cell; `ref` is its place in the record, "" where it has none.

    `code` and `note` say why it was left, or what a person should know although it was taken.
    """

    place: Place
    number: str
    question: str
    ref: str
    old: str
    new: str
    outcome: Outcome
    code: str = ""
    note: str = ""

    @property
    def message(self) -> str:
        """What became of it as a sentence with its place, in the language spoken now."""
        if self.number:
            about = _("Sheet “{sheet}”, row {row}, cell {cell}, question {number} “{question}”: {said}")
        else:
            about = _("Sheet “{sheet}”, row {row}, cell {cell}: {said}")
        return about.format(
            sheet=_isolated(visible(self.place.sheet)),
            row=self.place.row + 1,
            cell=_isolated(self.place.cell),
            number=self.number,
            question=_isolated(self.question),
            said=self._said,
        )

    @property
    def _said(self) -> str:
        if self.outcome in ("left", "conflict"):
            return self.note
        if self.outcome == "already":
            said = _("the record says “{new}” already.").format(new=_isolated(self.new))
        elif self.old:
            said = _("“{old}” becomes “{new}”.").format(old=_isolated(self.old), new=_isolated(self.new))
        else:
            said = _("“{new}” is taken.").format(new=_isolated(self.new))
        return f"{said} {self.note}".strip()

    def json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            "row": self.place.row + 1,
            "column": self.place.cell.rstrip("0123456789"),
            "number": self.number,
            "question": self.question,
            "ref": self.ref,
            "old": self.old,
            "new": self.new,
            "outcome": self.outcome,
            "code": self.code or None,
            "message": self.message,
        }


@dataclass(frozen=True)
class QuestionnaireTaken:
    """What became of one questionnaire. `version` is that of the form the record is on now."""

    file: Path
    manifest: Manifest
    supplier: Supplier
    version: str
    cells: tuple[CellTaken, ...]
    remarks: tuple[Remark, ...]
    preview: bool

    def of(self, outcome: Outcome) -> list[CellTaken]:
        """Return the cells with this outcome."""
        return [cell for cell in self.cells if cell.outcome == outcome]

    @property
    def is_mapped(self) -> bool:
        """Whether it was made with another version of the form than the record is on."""
        return self.version != self.manifest.form_version
