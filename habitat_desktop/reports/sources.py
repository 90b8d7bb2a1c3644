"""Numbers for what figures were worked out from: figures from the very same records share a number."""

from collections.abc import Iterable
from dataclasses import dataclass

from habitat_desktop.reports.document import Cell, Document, Figure


@dataclass(frozen=True)
class Source:
    """The records behind one or more figures; `number` counts from 1, in the order they are read."""

    number: int
    record_ids: tuple[str, ...]


class Sources:
    """The sources of a document."""

    def __init__(self, document: Document) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self._of_figure: dict[tuple[str, ...], int] = {}
        self.all: list[Source] = []
        self._labels = {line.record_id: line.label for line in document.records}
        for cell in document.cells():
            if isinstance(cell, Figure) and cell.records:
                self._note(cell)

    def _note(self, figure: Figure) -> None:
        if figure.records in self._of_figure:
            return
        key = frozenset(figure.records)
        if key not in self._numbers:
            self._numbers[key] = len(self.all) + 1
            self.all.append(Source(len(self.all) + 1, figure.records))
        self._of_figure[figure.records] = self._numbers[key]

    def number(self, cell: Cell) -> int:
        """Return the number of the source of a figure; 0 for one without records and for other cells."""
        return self._of_figure.get(cell.records, 0) if isinstance(cell, Figure) and cell.records else 0

    def labels(self, record_ids: Iterable[str]) -> list[str]:
        """Return the labels of records, in order of the labels."""
        return sorted(self._labels.get(one, one) for one in record_ids)
