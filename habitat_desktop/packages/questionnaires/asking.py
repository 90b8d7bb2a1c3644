"""What a questionnaire asks: the questions of a form in reading order, with what is known already.

Not asked is what the program fills in or works out, notes, and attached files, which travel beside the
workbook. A repeat is a table, one row for each entry; where it has many questions, each entry has a sheet
of its own, as on paper.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.layout import unique_name
from habitat_desktop.packages.questionnaires.conditions import Speaker, bounds_of, must_be_answered
from habitat_desktop.packages.questionnaires.errors import NothingToAskError, UnknownSectionError
from habitat_desktop.packages.questionnaires.manifest import (
    COVER,
    LISTS_SHEET,
    ROWS,
    SHEET,
    SLOTS,
    Entry,
    Item,
    Shown,
)
from habitat_desktop.packages.questionnaires.plan import Asked, Heading, Plan, PreviousRow, Sheet, entry_name
from habitat_desktop.packages.questionnaires.stored import for_people, in_words, stored_answer, stored_codes
from habitat_desktop.records.entry import Entry as Sitting
from habitat_desktop.records.previous import naming_question
from habitat_desktop.xforms.definition import Element, Form, Group, Question, Repeat
from habitat_desktop.xforms.question_types import ATTACHMENTS

_MOST_ROWS = 60  # choices with a row each; of longer lists the answers are chosen one by one
_MOST_COLUMNS = 12  # choices with a column each, in a table
_TABLE_WIDTH = 14  # columns of answers in a table that is not inside another one
_SLOTS, _SLOTS_IN_TABLE = 10, 4
_SPARE_ROWS, _SPARE_SHEETS, _MOST_SHEETS = 8, 3, 40
NewId = Callable[[str], str]


def plan_sheets(
    sitting: Sitting, sections: Sequence[str], previous: Mapping[str, Any], new_id: NewId
) -> Plan:
    """Lay out what is asked about the record of `sitting`, in the language spoken now.

    `sections` are names of the form's sections, or paths such as "settlement/ladders"; none means all.
    `previous` are last period's answers. `new_id` gives a new entry its id.

    Raises:
        UnknownSectionError, NothingToAskError.
    """
    return _Planner(sitting, sections, previous, new_id).plan()


def is_asked(question: Question) -> bool:
    """Whether a questionnaire asks `question`: a person answers it, and the program does not know it."""
    return (
        question.is_asked
        and question.preload is None
        and not question.bind.calculate
        and question.type not in ATTACHMENTS
    )


def section_names(form: Form) -> list[str]:
    """Return the names of the parts of a form that have something to ask."""
    return [child.name for child in form.root.children if any(is_asked(one) for one in questions_of(child))]


def questions_of(element: Element) -> Iterator[Question]:
    """Yield `element` itself, or every question below it."""
    if isinstance(element, Question):
        yield element
    elif isinstance(element, Group):
        for child in element.children:
            yield from questions_of(child)


class _Planner:
    def __init__(
        self, sitting: Sitting, sections: Sequence[str], previous: Mapping[str, Any], new_id: NewId
    ) -> None:
        self._form = sitting.form
        self._instance = sitting.instance
        self._answers = sitting.instance.answers(relevant_only=False, complete=True)
        self._previous = previous
        self._new_id = new_id
        self._wanted = self._paths(sections)
        self._sections = tuple(sections)
        self._numbers: dict[str, str] = {}
        self._items: dict[str, Item] = {}
        self._lists: dict[str, tuple[tuple[str, str], ...]] = {}
        self._by_labels: dict[tuple[tuple[str, str], ...], str] = {}
        self._number()
        self._speaker = Speaker(self._form, self._numbers, self._choices)
        self._names = {SHEET.casefold(), LISTS_SHEET.casefold()}
        self._sheets: list[Sheet] = []
        self._entries: list[Entry] = []
        self._tables = 0

    def plan(self) -> Plan:
        cover = Shown(COVER, COVER, unique_name(_("Read me first"), self._names))
        title = self._form.title(language())
        main = Sheet(Shown("s1", "questions", unique_name(_("Questions"), self._names)), title)
        self._sheets.append(main)
        root = self._form.root
        self._group(root, root.path, self._answers, self._previous, None, main, level=1)
        if not any(isinstance(row, Asked) for row in main.rows):
            self._sheets.remove(main)
        shown = {row.item.key for sheet in self._sheets for row in sheet.rows if isinstance(row, Asked)}
        shown |= {asked.item.key for sheet in self._sheets for asked in sheet.columns}
        items = [item for item in self._items.values() if item.key in shown]
        if not items:
            raise NothingToAskError(form=self._form.form_id)
        files = [
            one.label(language()) or one.name
            for one in self._form.walk()
            if isinstance(one, Question) and one.type in ATTACHMENTS and self._is_wanted(one)
        ]
        return Plan(cover, self._sheets, items, self._entries, self._lists, files, self._sections)

    # -- which questions -----------------------------------------------------------------------------

    def _paths(self, sections: Sequence[str]) -> list[str]:
        root = self._form.root.path
        paths = []
        for name in sections:
            path = f"{root}/{name.strip().strip('/').removeprefix('data/')}"
            element = self._form.elements.get(path)
            if element is None or not any(is_asked(one) for one in questions_of(element)):
                raise UnknownSectionError(
                    form=self._form.form_id, section=name, sections=", ".join(section_names(self._form))
                )
            paths.append(path)
        return paths

    def _is_wanted(self, element: Element) -> bool:
        path = element.path
        return not self._wanted or any(path == one or path.startswith(f"{one}/") for one in self._wanted)

    def _asked_below(self, element: Element) -> list[Question]:
        return [one for one in questions_of(element) if one.path in self._numbers]

    def _number(self) -> None:
        in_table: dict[str, bool] = {}
        for element in self._form.walk():
            if not (isinstance(element, Question) and is_asked(element) and self._is_wanted(element)):
                continue
            repeat = _repeat_of(element)
            if repeat is not None and repeat.path not in in_table:
                in_table[repeat.path] = self._is_table(repeat)
            number = str(len(self._items) + 1)
            self._numbers[element.path] = number
            table = repeat is not None and in_table[repeat.path]
            self._items[element.path] = self._with_list(self._item(element, number, table))

    def _item(self, question: Question, number: str, in_table: bool) -> Item:
        label = question.label(language()) or question.name
        item = Item(number, question.path, question.type, label, question.unit)
        if question.type == "rank":
            return replace(item, mode=SLOTS, slots=len(self._choices(question)) or _SLOTS)
        if question.type != "select_multiple":
            return item
        count = len(self._choices(question))
        if 0 < count <= (_MOST_COLUMNS if in_table else _MOST_ROWS):
            return replace(item, mode=ROWS, slots=count)
        return replace(item, mode=SLOTS, slots=min(_SLOTS_IN_TABLE if in_table else _SLOTS, count or _SLOTS))

    def _is_table(self, repeat: Repeat) -> bool:
        if _repeat_of(repeat) is not None:
            return True
        if max(_count(self._answers, repeat), _count(self._previous, repeat)) > _MOST_SHEETS:
            return True
        width = 0
        for question in questions_of(repeat):
            if _repeat_of(question) is repeat and is_asked(question) and self._is_wanted(question):
                count = len(self._choices(question)) if question.type == "select_multiple" else 1
                width += count if count <= _MOST_COLUMNS else _SLOTS_IN_TABLE
        return width <= _TABLE_WIDTH

    def _choices(self, question: Question) -> list[tuple[str, str]]:
        found = choice_labels(self._form, question, language())
        if found or not question.is_select:
            return found
        # a list kept in a file beside the form: what the form offers in the first entry
        ref = self._first_ref(question)
        return [(one.value, one.label) for one in self._instance.state(ref).choices] if ref else []

    def _first_ref(self, element: Element) -> str:
        """Return where `element` stands in the first entries of the repeats around it, "" in none."""
        repeat = _repeat_of(element)
        if repeat is None:
            return element.path
        around = self._first_ref(repeat)
        entries = self._instance.instances(around) if around else []
        return entries[0] + element.path[len(repeat.path) :] if entries else ""

    def _with_list(self, item: Item) -> Item:
        question = self._form.element(item.path)
        assert isinstance(question, Question)
        choices = tuple(self._choices(question)) if question.is_select else ()
        if not choices:
            return item
        if choices not in self._by_labels:
            self._by_labels[choices] = f"list{len(self._lists) + 1}"
            self._lists[self._by_labels[choices]] = choices
        return replace(item, choices=self._by_labels[choices])

    # -- rows ----------------------------------------------------------------------------------------

    def _group(
        self,
        group: Group,
        ref: str,
        answers: Mapping[str, Any],
        previous: Mapping[str, Any],
        entry: Entry | None,
        sheet: Sheet,
        level: int,
    ) -> None:
        for child in group.children:
            if not self._asked_below(child):
                continue
            if isinstance(child, Question):
                sheet.rows.append(
                    self._asked(
                        child, f"{ref}/{child.name}", answers.get(child.name), previous.get(child.name)
                    )
                )
            elif isinstance(child, Repeat):
                self._repeat(child, ref, answers, previous, entry, sheet, level)
            elif isinstance(child, Group):
                label = child.label(language())
                note = self._speaker.only_if(child)
                if label or note:
                    sheet.rows.append(Heading(label or note, note if label else "", level))
                inside, before = answers.get(child.name), previous.get(child.name)
                self._group(
                    child, f"{ref}/{child.name}",
                    inside if isinstance(inside, Mapping) else {},
                    before if isinstance(before, Mapping) else {},
                    entry, sheet, level + 1 if label else level,
                )  # fmt: skip

    def _asked(self, question: Question, ref: str, answer: Any, previous: Any) -> Asked:
        item = self._items[question.path]
        choices = tuple(self._choices(question)) if question.is_select else ()
        return Asked(
            item=item,
            question=question,
            label=self._text(question, ref),
            hint=question.hint(language()),
            only_if=self._speaker.only_if(question),
            bounds=bounds_of(question),
            must=must_be_answered(question),
            choices=choices,
            answer=stored_answer(answer, question),
            previous=for_people(stored_answer(previous, question), question, dict(choices)),
            previous_codes=tuple(stored_codes(previous)) if item.mode == ROWS else (),
        )

    def _text(self, question: Question, ref: str) -> str:
        label = question.label(language())
        if "…" in label and "[]" not in ref:
            label = self._instance.state(ref).label or label
        return label or question.name

    # -- repeats -------------------------------------------------------------------------------------

    def _repeat(
        self,
        repeat: Repeat,
        ref: str,
        answers: Mapping[str, Any],
        previous: Mapping[str, Any],
        entry: Entry | None,
        sheet: Sheet,
        level: int,
    ) -> None:
        label = repeat.label(language()) or repeat.name
        if self._is_table(repeat):
            table = self._table(repeat, label)
            self._fill_table(table, repeat, ref, answers, previous, entry)
            where = table.shown.name
        else:
            made = self._entry_sheets(repeat, label, ref, answers, previous, entry)
            where = made[0].shown.name if made else ""
            table = made[0] if made else sheet
        if where and not any(isinstance(row, Heading) and row.sheet == where for row in sheet.rows):
            note = _("These questions have sheets of their own, beginning with “{sheet}”.")
            if self._is_table(repeat):
                note = _("These questions have a sheet of their own: “{sheet}”.")
            sheet.rows.append(Heading(label, note.format(sheet=where), level, where))

    def _table(self, repeat: Repeat, label: str) -> Sheet:
        known = next((one for one in self._sheets if one.shown.of == repeat.path), None)
        if known is not None:
            return known
        self._tables += 1
        shown = Shown(f"t{self._tables}", "table", unique_name(label, self._names), repeat.path)
        table = Sheet(shown, label, self._speaker.only_if(repeat))
        for question in questions_of(repeat):
            if _repeat_of(question) is repeat and question.path in self._numbers:
                table.columns.append(self._asked(question, "[]", None, None))
        outer = _repeat_of(repeat)
        table.around = (outer.label(language()) or outer.name) if outer is not None else ""
        self._sheets.append(table)
        return table

    def _fill_table(
        self,
        table: Sheet,
        repeat: Repeat,
        ref: str,
        answers: Mapping[str, Any],
        previous: Mapping[str, Any],
        parent: Entry | None,
    ) -> None:
        if parent is not None:
            table.parents.append(parent)
        there = _entries(answers.get(repeat.name))
        inner = [one for one in repeat.children if isinstance(one, Repeat) and self._asked_below(one)]
        for position, values in enumerate(there, 1):
            entry = self._entry(repeat, parent, position, values)
            table.entries.append(entry)
            for asked in table.columns:
                answer = stored_answer(_below(values, asked.question, repeat), asked.question)
                if answer:
                    table.answers[asked.item.key, entry.key] = answer
            for one in inner:
                self._repeat(one, f"{ref}/{repeat.name}[{position}]", values, {}, entry, table, 2)
        for values in _entries(previous.get(repeat.name)):
            shown = {
                asked.item.key: for_people(
                    stored_answer(_below(values, asked.question, repeat), asked.question),
                    asked.question,
                    dict(asked.choices),
                )
                for asked in table.columns
            }
            if any(shown.values()):
                table.previous.append(PreviousRow(_name(parent), shown))
        if not repeat.fixed and self._is_wanted(repeat):
            self._add_spare_rows(table, repeat, parent, len(there), inner)

    def _add_spare_rows(
        self, table: Sheet, repeat: Repeat, parent: Entry | None, there: int, inner: Sequence[Repeat]
    ) -> None:
        """Add room for new entries: of a table inside another repeat once, for all entries around it."""
        if parent is not None and any(entry.is_new for entry in table.entries):
            spare = [entry for entry in table.entries if entry.is_new]
            table.entries = [entry for entry in table.entries if not entry.is_new] + spare
            return
        for number in range(1, _SPARE_ROWS + 1):
            shown = str(there + number) if parent is None else f"+{number}"
            entry = self._add_entry(repeat, "", shown, "", "", is_new=True)
            table.entries.append(entry)
            if parent is None:
                for one in inner:
                    self._repeat(one, "[]", {}, {}, entry, table, 2)

    def _entry_sheets(
        self,
        repeat: Repeat,
        label: str,
        ref: str,
        answers: Mapping[str, Any],
        previous: Mapping[str, Any],
        parent: Entry | None,
    ) -> list[Sheet]:
        there = _entries(answers.get(repeat.name))
        before = _entries(previous.get(repeat.name))
        naming = naming_question(self._form, repeat.path) or ""
        made = []
        for position, (values, last) in enumerate(_beside(there, before, naming), 1):
            entry = self._entry(repeat, parent, position, values)
            place = f"{ref}/{repeat.name}[{position}]"
            made.append(self._entry_sheet(repeat, label, place, values, last, entry))
        if repeat.fixed or not self._is_wanted(repeat):  # who is asked a part adds nothing
            return made
        spare = min(max(_SPARE_SHEETS - len(there), 1, len(before)), _MOST_SHEETS)
        for number in range(len(there) + 1, len(there) + spare + 1):
            last = before.pop(0) if before else {}
            entry = self._add_entry(repeat, parent.key if parent else "", str(number), "", "", is_new=True)
            made.append(self._entry_sheet(repeat, label, "[]", {}, last, entry))
        # tables inside the entries come after the last of them
        inner = [one for one in self._sheets if one.shown.of.startswith(f"{repeat.path}/")]
        self._sheets = [one for one in self._sheets if one not in inner] + inner
        return made

    def _entry_sheet(
        self,
        repeat: Repeat,
        label: str,
        ref: str,
        answers: Mapping[str, Any],
        previous: Mapping[str, Any],
        entry: Entry,
    ) -> Sheet:
        name = unique_name(f"{label[:24]} {entry.number}", self._names)
        # Translators: title of the sheet of one entry, such as: Settlements: 2
        title = _("{repeat}: {number}").format(repeat=label, number=entry.number)
        if entry.name:
            title = f"{title} · {entry.name}"
        sheet = Sheet(Shown(entry.key, "entry", name, entry.key), title, self._speaker.only_if(repeat))
        sheet.entry = entry
        self._sheets.append(sheet)
        self._group(repeat, ref, answers, previous, entry, sheet, 1)
        return sheet

    def _entry(self, repeat: Repeat, parent: Entry | None, position: int, values: Mapping[str, Any]) -> Entry:
        naming = naming_question(self._form, repeat.path) or ""
        value = values.get(naming)
        question = self._form.elements.get(f"{repeat.path}/{naming}")
        choices = (
            dict(self._choices(question)) if isinstance(question, Question) and question.is_select else {}
        )
        name = in_words(stored_answer(value, question), choices) if isinstance(question, Question) else ""
        number = f"{parent.number}.{position}" if parent else str(position)
        around = parent.key if parent else ""
        return self._add_entry(repeat, around, number, str(values.get("$id", "")), name, is_new=False)

    def _add_entry(
        self, repeat: Repeat, parent: str, number: str, entry_id: str, name: str, *, is_new: bool
    ) -> Entry:
        key = f"e{len(self._entries) + 1}"
        entry = Entry(key, repeat.path, parent, number, entry_id or self._new_id(key), is_new, name)
        self._entries.append(entry)
        return entry


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _count(answers: Mapping[str, Any], repeat: Repeat) -> int:
    """Return how many entries a repeat has that is inside no other one."""
    node: Any = answers
    for name in repeat.path.split("/")[2:]:
        node = node.get(name) if isinstance(node, Mapping) else None
    return len(_entries(node))


def _beside(
    there: Sequence[Mapping[str, Any]], before: list[Mapping[str, Any]], naming: str
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return each entry with what last period said of it; `before` keeps what stands beside none.

    Entries are the same by name; one nobody has begun takes the first that is left.
    """
    found: list[Mapping[str, Any]] = []
    for values in there:
        name = values.get(naming)
        same = next((one for one in before if name and one.get(naming) == name), {})
        if same:
            before.remove(same)
        found.append(same)
    for number, values in enumerate(there):
        if before and not found[number] and not values.get(naming):
            found[number] = before.pop(0)
    return list(zip(there, found, strict=True))


def _below(values: Mapping[str, Any], question: Question, repeat: Repeat) -> Any:
    node: Any = values
    for name in question.path[len(repeat.path) + 1 :].split("/"):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _name(entry: Entry | None) -> str:
    return entry_name(entry) if entry is not None else ""


def _repeat_of(element: Element) -> Repeat | None:
    around = element.parent
    while around is not None and not isinstance(around, Repeat):
        around = around.parent
    return around
