"""A block of cells pasted into the table of a repeat: planned, looked at, then carried out as one change.

The plan tries the block on the draft and takes it back: only so is known what a rule of the form says to it.
Every cell is in the plan: it fits, or it is a misfit with its reason and what can be done about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import clean, fold, ltr
from habitat_desktop.records.cell_texts import CellReading, Habits, learn, read_cell, shown_cell
from habitat_desktop.records.cell_words import ChoiceWords
from habitat_desktop.records.clipboard_text import as_written
from habitat_desktop.records.entry import Entry
from habitat_desktop.records.entry_blocks import BlockOutcome, CellValue, put_block
from habitat_desktop.records.repeat_columns import RepeatColumn
from habitat_desktop.xforms.entry_table import EntryTable
from habitat_desktop.xforms.problems import AnswerError

RemedyKind = Literal["reading", "choice", "mark", "keep"]


@dataclass(frozen=True)
class PastedCell:
    """One cell of the clipboard; `given` is (type of question, stored value) where it came from a table."""

    text: str
    given: tuple[str, str] | None = None


@dataclass(frozen=True)
class Remedy:
    """What can be done about a cell that does not fit: `value` is pasted, None leaves the cell as it is."""

    kind: RemedyKind
    value: str | None
    shown: str


@dataclass(frozen=True)
class Misfit:
    """A cell of the block that does not fit, or several of one column for the same reason.

    `rows` are the rows of the table from 0, `column` that of the block from 0, `place` its number in the
    table from 1. The first of `remedies` is the one that is proposed.
    """

    rows: tuple[int, ...]
    column: int
    place: int
    question: str
    text: str
    why: str
    remedies: tuple[Remedy, ...]
    path: str

    @property
    def kind(self) -> tuple[object, ...]:
        """What misfits have in common that one decision can settle."""
        return (self.column, self.why if self.remedies[0].kind != "reading" else "", self.remedies[0].kind)


@dataclass(frozen=True)
class PastePlan:
    """What pasting a block would do. `size` is its rows and columns, `fits` what is pasted in any case."""

    repeat: str
    size: tuple[int, int]
    added: int
    fits: tuple[CellValue, ...]
    fitting: int  # cells of the block that fit, blank ones that find nothing to clear among them
    misfits: tuple[Misfit, ...]
    outcome: BlockOutcome | None = None  # pasted already
    heading: bool = False  # the first row had the names of the columns and is left out

    @property
    def cells(self) -> int:
        """How many cells the block has."""
        return self.size[0] * self.size[1]


@dataclass(frozen=True)
class PasteTarget:
    """Where a block goes: the rows of the table in the order shown, and the columns, both from the first
    cell on. Rows past the last one are added. `first` is the number of the first column, from 1.
    """

    repeat: str
    rows: tuple[int, ...]
    columns: tuple[RepeatColumn, ...]
    first: int = 1


Block = Sequence[Sequence[PastedCell]]


def plan_paste(
    entry: Entry, target: PasteTarget, block: Block, language: str, *, keep_if_fits: bool = False
) -> PastePlan:
    """Return what pasting `block` into `target` would do; the draft stays as it is.

    With `keep_if_fits` a block all of whose cells fit is pasted at once: the plan then has its `outcome`.

    Raises:
        FormError: the form cannot work with so many entries.
    """
    return _Planner(entry, target, block, language).plan(keep_if_fits)


def apply_paste(entry: Entry, plan: PastePlan, chosen: Sequence[Remedy] = ()) -> BlockOutcome:
    """Paste what fits and, for each misfit, what was `chosen` for it (in their order); one change.

    Without `chosen` misfits are left as they are.

    Raises:
        NotARepeatError, FormError: nothing is changed.
    """
    cells = list(plan.fits)
    for misfit, remedy in zip(plan.misfits, chosen, strict=False):
        if remedy.value is not None:
            cells += [CellValue(row, misfit.path, remedy.value) for row in misfit.rows]
    return put_block(entry, plan.repeat, cells, added=plan.added)


class _Planner:
    def __init__(self, entry: Entry, target: PasteTarget, block: Block, language: str) -> None:
        self._entry, self._target, self._language = entry, target, language
        self._table = EntryTable(entry.instance, target.repeat)
        self._width = max((len(row) for row in block), default=0)
        self._heading = len(block) > 1 and self._is_heading(block[0])
        self._block = block[1:] if self._heading else block
        known = target.rows[: len(self._block)]
        more = len(self._block) - len(known)
        self._added = more if more and self._table.may_grow else 0
        first = self._table.rows
        self._rows = (*known, *range(first, first + self._added))
        self._lost_rows = more - self._added
        self._fits: list[CellValue] = []
        self._fitting = 0
        self._misfits: list[Misfit] = []
        self._changed: set[str] = set()
        self._taken: list[str] = []
        self._fixed: dict[tuple[int, str], Misfit] = {}

    def plan(self, keep_if_fits: bool) -> PastePlan:
        with self._entry.trial() as trial:
            if self._added:
                self._table.add(self._added)
                self._changed |= self._table.run()
            width = range(min(self._width, len(self._target.columns)))
            tried = [self._column(number) for number in width]
            for number, cells in zip(width, tried, strict=True):
                self._judge(number, cells)
            for number in range(len(self._target.columns), self._width):
                self._outside(number)
            self._told_rows()
            misfits = (*self._misfits, *self._fixed.values())
            if keep_if_fits and not misfits:
                trial.is_kept = True
                self._entry.wrote_all(self._taken)
        outcome = BlockOutcome(frozenset(self._changed), len(self._taken), ()) if trial.is_kept else None
        return PastePlan(
            self._target.repeat,
            (len(self._block), self._width),
            self._added,
            tuple(self._fits),
            self._fitting,
            tuple(sorted(misfits, key=lambda one: (one.rows[:1], one.column))),
            outcome,
            self._heading,
        )

    def _text(self, row: int, column: int) -> PastedCell:
        line = self._block[row]
        return line[column] if column < len(line) else PastedCell("")

    def _is_heading(self, line: Sequence[PastedCell]) -> bool:
        """Whether a row has the names of the columns it stands in, and nothing else."""
        columns = self._target.columns
        said = [
            (fold(cell.text), column)
            for cell, column in zip(line, columns, strict=False)
            if cell.text.strip()
        ]
        languages = (self._language, *self._entry.form.languages)
        return bool(said) and all(
            text in {fold(column.element.name), *(fold(column.label(one)) for one in languages)}
            for text, column in said
        )

    # -- trying ----------------------------------------------------------------------------------------

    def _column(self, number: int) -> list[tuple[int, str, str]]:
        """Put a column of the block into the table; return row, text and value of the cells it took."""
        column = self._target.columns[number]
        question = column.question
        texts = [self._text(row, number) for row in range(len(self._rows))]
        if question is None:
            for row, cell in zip(self._rows, texts, strict=True):
                self._is_fixed(
                    number, row, cell.text, _("These are entries of their own. Open the row as a page.")
                )
            return []
        words = None
        if question.is_select:
            words = ChoiceWords(self._entry.form, question, self._language)
        habits = self._habits
        known: dict[tuple[str, int], CellReading] = {}
        tried = []
        for row, cell in zip(self._rows, texts, strict=True):
            state = self._table.cell(row, column.path)
            if state.readonly or question.type == "note":
                self._readonly(number, row, cell, words)
                continue
            choices = self._table.choices(row, column.path) if question.is_select else ()
            key = (cell.text, id(choices))
            reading = self._given(question.type, cell, choices) or known.get(key)
            if reading is None:
                reading = known[key] = read_cell(
                    question, as_written(cell.text), self._language, words, choices, habits
                )
            value = self._put(row, column, reading)
            if value is None:
                self._misfit(number, row, cell.text, reading)
            else:
                tried.append((row, cell.text, value))
        self._changed |= self._table.run()
        return tried

    @property
    def _habits(self) -> Habits:
        if not hasattr(self, "_learnt"):
            self._learnt = Habits()
            for number, column in enumerate(self._target.columns[: self._width]):
                if column.question is not None:
                    learn(
                        self._learnt,
                        column.question,
                        (self._text(row, number).text for row in range(len(self._block))),
                    )
        return self._learnt

    def _given(self, kind: str, cell: PastedCell, choices: tuple[object, ...]) -> CellReading | None:
        """Return the value of a cell copied from a table like this one."""
        if cell.given is None or cell.given[0] != kind:
            return None
        return CellReading(cell.given[1])

    def _put(self, row: int, column: RepeatColumn, reading: CellReading) -> str | None:
        """Try a value; return it as the form stores it, None where it is refused."""
        if reading.value is None:
            return None
        try:
            if self._table.put(row, column.path, reading.value):
                self._taken.append(self._table.ref(row, column.path))
        except AnswerError:
            return None
        return self._table.value(row, column.path)

    # -- judging ---------------------------------------------------------------------------------------

    def _judge(self, number: int, cells: Sequence[tuple[int, str, str]]) -> None:
        """Sort the cells of a column, all of the block being in the table."""
        column = self._target.columns[number]
        for row, text, value in cells:
            state = self._table.cell(row, column.path)
            if state.value != value:
                self._misfit(
                    number, row, text, CellReading(None, _("It does not go with the other answers."))
                )
            elif value and not state.relevant:
                self._misfit(number, row, text, CellReading(None, _("Not asked in this row")), marked=value)
            elif value and state.error == "constraint":
                why = self._table.message(row, column.path)
                self._misfit(number, row, text, CellReading(None, why), marked=value)
            else:
                self._fits.append(CellValue(row, column.path, value))
                self._fitting += 1

    def _misfit(self, number: int, row: int, text: str, reading: CellReading, marked: str = "") -> None:
        column = self._target.columns[number]
        kind: RemedyKind = (
            "choice" if column.question is not None and column.question.is_select else "reading"
        )
        remedies = [Remedy(kind, one.value, one.shown) for one in reading.offers]
        leave = Remedy("keep", None, _("Leave as it is"))
        if marked and reading.why == _("Not asked in this row"):
            remedies += [leave, Remedy("mark", marked, _("Paste all the same"))]
        elif marked:
            remedies += [Remedy("mark", marked, _("Paste and mark as a problem")), leave]
        else:
            remedies.append(leave)
        why = reading.why or _("This answer is not allowed here.")
        self._misfits.append(self._made(number, (row,), text, why, tuple(remedies)))

    def _made(
        self, number: int, rows: tuple[int, ...], text: str, why: str, remedies: tuple[Remedy, ...]
    ) -> Misfit:
        known = number < len(self._target.columns)
        column = self._target.columns[number] if known else None
        label = column.label(self._language) if column is not None else ""
        path = column.path if column is not None else ""
        return Misfit(rows, number, self._target.first + number, label, text, why, remedies, path)

    def _is_fixed(self, number: int, row: int, text: str, why: str) -> None:
        """Note a cell that nobody may fill in, together with its neighbours above."""
        if not text.strip():
            self._fitting += 1
            return
        leave = (Remedy("keep", None, _("Leave as it is")),)
        found = self._fixed.get((number, why))
        if found is None:
            self._fixed[number, why] = self._made(number, (row,), text, why, leave)
        else:
            self._fixed[number, why] = replace(found, rows=(*found.rows, row), text="")

    def _readonly(self, number: int, row: int, cell: PastedCell, words: ChoiceWords | None) -> None:
        """Take a cell of a question the form answers itself: the same value is no news."""
        column = self._target.columns[number]
        question = column.question
        assert question is not None
        value = self._table.value(row, column.path)
        choices = self._table.choices(row, column.path) if question.is_select else ()
        shown = shown_cell(question, value, self._language, words, choices)
        same = cell.text.strip() in (shown, value) or (cell.given is not None and cell.given[1] == value)
        why = _("The form works this out") if question.bind.calculate else _("Nobody can change this here")
        self._is_fixed(number, row, "" if same else cell.text, why)

    def _outside(self, number: int) -> None:
        for row in range(len(self._rows)):
            self._is_fixed(
                number, self._rows[row], self._text(row, number).text, _("There is no column here")
            )

    def _told_rows(self) -> None:
        """Note the rows of the block for which there is no entry and none may be added."""
        lost = range(len(self._rows), len(self._block))
        for number in range(self._width):
            for row in lost:
                why = _("The form fixes how many rows there are")
                self._is_fixed(
                    number, self._table.rows + row - len(self._rows), self._text(row, number).text, why
                )


def plain_block(rows: Sequence[Sequence[str]]) -> list[list[PastedCell]]:
    """Return the cells of a block that was read from text."""
    return [[PastedCell(clean_cell(text)) for text in row] for row in rows]


def clean_cell(text: str) -> str:
    """Return the text of a cell as it may be stored."""
    return text if text.isascii() and text.isprintable() else clean(text)


def spread(block: Block, rows: int, columns: int) -> Block:
    """Return `block` as often as it fits into a selection of `rows` and `columns`, as Excel pastes it."""
    high, wide = len(block), max((len(row) for row in block), default=0)
    if not high or not wide or rows % high or columns % wide or (rows, columns) == (high, wide):
        return block
    blank = PastedCell("")
    full = [[*row, *[blank] * (wide - len(row))] for row in block]
    return [full[row % high] * (columns // wide) for row in range(rows)]


def rows_text(rows: Sequence[int]) -> str:
    """Return where rows stand: "Row 3", "Rows 3 to 11"."""
    first, last = min(rows) + 1, max(rows) + 1
    if first == last:
        return _("Row {row}").format(row=ltr(str(first)))
    return ngettext(
        "{count} row, from {first} to {last}", "{count} rows, from {first} to {last}", len(rows)
    ).format(count=ltr(str(len(rows))), first=ltr(str(first)), last=ltr(str(last)))


def same_for_all(plan: PastePlan, chosen: Sequence[Remedy], index: int) -> list[Remedy]:
    """Return `chosen` with what was chosen for one misfit taken for all of its kind."""
    wanted, kind = chosen[index], plan.misfits[index].kind
    place = plan.misfits[index].remedies.index(wanted)
    found = []
    for misfit, now in zip(plan.misfits, chosen, strict=True):
        same = misfit.kind == kind and len(misfit.remedies) == len(plan.misfits[index].remedies)
        found.append(misfit.remedies[place] if same else now)
    return found


def summary(plan: PastePlan) -> str:
    """Return what the plan says in one line: “69 of 72 cells fit. 3 need a look.”"""
    need = plan.cells - plan.fitting
    fit = _("{count} of {total} cells fit.").format(count=ltr(str(plan.fitting)), total=ltr(str(plan.cells)))
    look = ngettext("{count} needs a look.", "{count} need a look.", need).format(count=ltr(str(need)))
    return f"{fit} {look}"
