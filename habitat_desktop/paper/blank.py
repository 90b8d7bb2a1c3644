"""A form to be filled in by hand: every question with room for its answer, and when it is asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.paper.conditions import condition_words
from habitat_desktop.paper.document import (
    NO_WORDS,
    Block,
    Column,
    Entries,
    Fact,
    Heading,
    Item,
    Note,
    OnlyIf,
    Paper,
    Picture,
    Room,
    Said,
    Words,
)
from habitat_desktop.paper.signing import signatures
from habitat_desktop.paper.tongues import Tongues
from habitat_desktop.paper.values import both, room_for
from habitat_desktop.progress import Progress
from habitat_desktop.xforms.definition import Element, Form, Group, Question, Repeat

_MOST_COLUMNS = 6
_SHORT = frozenset(("short", "number", "date", "month", "year", "time"))
_TABLE_ROWS = 8


@dataclass(frozen=True)
class Wanted:
    """What is printed: in which languages, which sections (paths at the top of the form; none named: all).

    Of a record: whether questions without an answer and open queries are printed too. Of a blank form: how
    many empty `entries` of each list. `hints` None: on a blank form only.
    """

    tongues: Tongues
    sections: frozenset[str] = frozenset()
    unanswered: bool = True
    queries: bool = False
    hints: bool | None = None
    signing: bool = True
    entries: int = 1

    def has(self, path: str) -> bool:
        """Whether what stands at the top of the form at `path` is printed."""
        return not self.sections or path in self.sections


def blank_paper(form: Form, wanted: Wanted, progress: Progress | None = None) -> Paper:
    """Return the form to be filled in by hand.

    Raises:
        Cancelled: through `progress`, which counts elements of the form.
    """
    writer = _Writer(form, wanted, progress or Progress())
    title = wanted.tongues.words(form.title)
    blocks: list[Block] = [Note(wanted.tongues.own(lambda: _how_to_fill()), is_quiet=True)]
    blocks += writer.blocks(one for one in form.root.children if wanted.has(one.path))
    if wanted.signing:
        blocks.append(signatures(wanted.tongues))
    to_fill: tuple[Callable[[], str], ...] = (
        lambda: _("Record"), lambda: _("Office"), lambda: _("Country"), lambda: _("Period"),
        lambda: _("Filled in by"), lambda: _("Date"),
    )  # fmt: skip
    facts = [Fact(wanted.tongues.own(say), "") for say in to_fill]
    foot = wanted.tongues.own(
        lambda: _("{form}, version {version}").format(form=iso(form.form_id), version=ltr(form.version))
    ).text
    return Paper(
        title, wanted.tongues.language, wanted.tongues.also if wanted.tongues.is_double else "",
        facts, blocks, head=title.text, foot=foot,
    )  # fmt: skip


def _how_to_fill() -> str:
    return _(
        "Questions with * need an answer. Tick one of the circles, or as many squares as apply. "
        "Where an answer is not available, write why."
    )


class _Writer:
    def __init__(self, form: Form, wanted: Wanted, progress: Progress) -> None:
        self._form, self._wanted, self._tongues = form, wanted, wanted.tongues
        self._progress = progress
        self._done, self._total = 0, len(form.elements)

    def blocks(self, elements: Iterable[Element], level: int = 1) -> Iterator[Block]:
        """Yield what is printed of `elements`; neighbours with the same condition stand below it once."""
        shown = [one for one in elements if self._is_printed(one)]
        for relevant, run in groupby(shown, key=lambda one: one.bind.relevant.strip()):
            together = list(run)
            inner = [block for one in together for block in self._block(one, level)]
            if relevant and inner:
                yield OnlyIf(self._condition(together[0]), inner)
            else:
                yield from inner

    def _is_printed(self, element: Element) -> bool:
        self._done += 1
        self._progress.step(self._done, self._total)
        if isinstance(element, Question):
            is_computed_note = element.type == "note" and (
                element.is_warning or (element.bind.relevant.strip() and not self._condition_said(element))
            )
            return element.has_control and not is_computed_note
        return True

    def _condition_said(self, element: Element) -> bool:
        return condition_words(self._form, element) is not None

    def _condition(self, element: Element) -> Words:
        def say(_language: str) -> str:
            condition = condition_words(self._form, element)
            if condition is None:
                return _("Only if it applies:")
            # Translators: above questions on a printed form that are filled in under a condition.
            return _("If {condition}:").format(condition=condition)

        return self._tongues.words(say)

    def _block(self, element: Element, level: int) -> Iterator[Block]:
        if isinstance(element, Question):
            yield self._question(element)
        elif isinstance(element, Repeat):
            yield from self._repeat(element, level)
        elif isinstance(element, Group):
            inner = list(self.blocks(element.children, level + 1))
            label = self._label(element)
            if inner and label:
                yield Heading(label, min(level, 2))
                yield from self._hint_note(element)
            yield from inner

    def _label(self, element: Element) -> Words:
        tongues = self._tongues
        return both(element.label(tongues.language), element.label(tongues.also) if tongues.is_double else "")

    def _hint(self, element: Element) -> Words:
        if self._wanted.hints is False:
            return NO_WORDS
        tongues = self._tongues
        return both(element.hint(tongues.language), element.hint(tongues.also) if tongues.is_double else "")

    def _hint_note(self, element: Element) -> Iterator[Block]:
        hint = self._hint(element)
        if hint:
            yield Note(hint, is_quiet=True)

    def _question(self, question: Question) -> Block:
        if question.type == "note":
            return Note(self._label(question) or Words(question.name))
        label = self._label(question) or Words(question.name)
        if question.bind.calculate or question.bind.readonly.strip() == "true()":
            said = Said(self._tongues.own(lambda: _("worked out by the program")), is_missing=True)
            return Item(label, [said], is_quiet=True)
        pictures = [
            Picture(path, media.file)
            for media in question.label_text.media(lambda text: text.static(self._tongues.language))
            if media.kind == "image" and (path := self._form.beside(media.file)) is not None
        ]
        return Item(
            label,
            [*pictures, room_for(self._form, question, self._tongues)],
            hint=self._hint(question),
            is_required=question.bind.required.strip() == "true()",
        )

    def _repeat(self, repeat: Repeat, level: int) -> Iterator[Block]:
        label = self._label(repeat) or Words(repeat.name)
        table = self._table(repeat)
        if table is not None:
            yield Heading(label, min(level, 2))
            yield from self._hint_note(repeat)
            yield table
            return
        inner = list(self.blocks(repeat.children, level + 2))
        if not inner:
            return
        yield Heading(label, min(level, 2))
        yield from self._hint_note(repeat)
        again = self._tongues.own(
            lambda: _("One block for each entry. Copy these pages where there are more entries.")
        )
        yield Note(again, is_quiet=True)
        for number in range(1, self._wanted.entries + 1):
            name = entry_number(self._tongues, number) if self._wanted.entries > 1 else self._no_number()
            yield Heading(name, 3)
            yield from inner

    def _no_number(self) -> Words:
        return self._tongues.own(lambda: _("Entry no. ________"))

    def _table(self, repeat: Repeat) -> Entries | None:
        """Return a table to write in, where all questions of the repeat are few and short."""
        asked: list[Question] = []
        for element in repeat.children:
            if not isinstance(element, Question) or element.bind.relevant.strip():
                return None
            if element.has_control and element.type != "note" and not element.bind.calculate:
                asked.append(element)
        bodies = [room_for(self._form, one, self._tongues) for one in asked]
        fits = all(isinstance(body, Room) and body.measure in _SHORT and not body.note for body in bodies)
        if not asked or len(asked) > _MOST_COLUMNS or not fits:
            return None
        columns = [
            Column(with_unit(self._label(one), body), share=1.0 if _is_narrow(body) else 1.6)
            for one, body in zip(asked, bodies, strict=True)
        ]
        rows: Sequence[Sequence[None]] = [[None] * len(columns)] * max(_TABLE_ROWS, self._wanted.entries)
        return Entries(columns, rows)


def entry_number(tongues: Tongues, number: int) -> Words:
    """Return "Entry 3"."""
    return tongues.own(lambda: _("Entry {number}").format(number=ltr(str(number))))


def with_unit(label: Words, body: object) -> Words:
    """Return the title of a column with its unit."""
    unit = body.unit if isinstance(body, Room) else NO_WORDS
    if not unit:
        return label
    also = f"{label.also} ({unit.also or unit.text})" if label.also else ""
    return Words(f"{label.text} ({unit.text})", also)


def _is_narrow(body: object) -> bool:
    return isinstance(body, Room) and body.measure in ("number", "year", "time")
