"""Opens the workbook of a questionnaire: through gate and child process, then what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.text import clean
from habitat_desktop.packages import payload
from habitat_desktop.packages.cells import plain
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.questionnaires.errors import (
    IsAPackageError,
    NotAQuestionnaireError,
    QuestionnaireDamagedError,
)
from habitat_desktop.packages.questionnaires.found import Remark
from habitat_desktop.packages.questionnaires.locating import marks
from habitat_desktop.packages.questionnaires.manifest import KEPT, SHEET, Manifest, from_cells, from_json
from habitat_desktop.packages.reader import Reader, Workbook

_LONGEST = 200


@dataclass(frozen=True)
class Supplier:
    """Who supplied the answers, as the workbook or the person who takes it in says."""

    name: str = ""
    organization: str = ""
    date: str = ""

    @property
    def author(self) -> str:
        """What stands beside every answer."""
        return " / ".join(filter(None, (self.organization, self.name)))


@dataclass(frozen=True)
class OpenedQuestionnaire:
    """A workbook with what it says of itself; `remarks` tell how that was found."""

    workbook: Workbook
    manifest: Manifest
    remarks: tuple[Remark, ...] = ()

    def supplier(self, filled_in_by: Mapping[str, Cell], said: str) -> Supplier:
        """Return who supplied the answers: as `said`, else as the workbook says."""
        texts = {
            name: clean(plain(cell)).replace("\n", " ").strip()[:_LONGEST]
            for name, cell in filled_in_by.items()
        }
        if said.strip():
            organization, _slash, name = clean(said).rpartition("/")
            return Supplier(name.strip()[:_LONGEST], organization.strip()[:_LONGEST], texts.get("date", ""))
        name = texts.get("name", "")
        organization = texts.get("organization", "")
        if name and not organization:
            organization = self.manifest.to
        return Supplier(name or organization, organization if name else "", texts.get("date", ""))


def read_questionnaire(path: Path, kept: Path) -> OpenedQuestionnaire:
    """Open the questionnaire at `path`; `kept` has copies of what those made here say of themselves.

    Raises:
        PackageError: it cannot be opened, or is no questionnaire.
    """
    with Reader() as reader:
        workbook = reader.read(path)
    sheet = workbook.sheet(SHEET)
    damaged: HabitatError | None = None
    if sheet is not None:
        try:
            return OpenedQuestionnaire(workbook, from_cells(sheet.rows, path.name))
        except QuestionnaireDamagedError as error:
            damaged = error
    if workbook.sheet(payload.SHEET) is not None:
        raise IsAPackageError(file=path.name)
    manifest = _kept(workbook, kept)
    if manifest is None:
        raise damaged or NotAQuestionnaireError(file=path.name)
    remark = Remark(
        "HIDDEN_SHEET_DAMAGED",
        N_("The hidden sheet “{sheet}” was changed or removed. The copy kept here was used in its place."),
        (("sheet", SHEET),),
    )
    return OpenedQuestionnaire(workbook, manifest, (remark,))


def _kept(workbook: Workbook, folder: Path) -> Manifest | None:
    """Return what the questionnaire said of itself when it was made here, if that is known."""
    ids = marks(workbook)
    if len(ids) != 1:
        return None
    file = folder / f"{ids.pop()}{KEPT}"
    try:
        return from_json(file.read_bytes())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
