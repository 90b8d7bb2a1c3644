"""A record as it is printed: what was asked, what was answered, why an answer is missing or unusual."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.packages.texts import UNAVAILABLE
from habitat_desktop.paper.blank import Wanted
from habitat_desktop.paper.conditions import condition_words
from habitat_desktop.paper.document import (
    NO_WORDS,
    Answer,
    Block,
    Body,
    Boxes,
    Choice,
    Column,
    Entries,
    Heading,
    Item,
    Message,
    Note,
    Picture,
    Said,
    Words,
)
from habitat_desktop.paper.values import (
    NUMERIC,
    both,
    date_words,
    moment_words,
    number_words,
    place_words,
    unit_words,
)
from habitat_desktop.progress import Progress
from habitat_desktop.records.entry import Entry
from habitat_desktop.records.previous import naming_question
from habitat_desktop.xforms.definition import Element, Group, Question, Repeat
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.question_types import ATTACHMENTS
from habitat_desktop.xforms.was import repeat_around

_MOST_COLUMNS = 7
_LONGEST_CELL = 48  # letters
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")


@dataclass(frozen=True)
class Beside:
    """What is known of a record beside its answers, by ref or by the hash of a file.

    `queries` are the open ones in words, `files` the names of attached files, `folder` holds their bytes.
    """

    folder: Path
    queries: Mapping[str, Sequence[Words]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    is_draft: bool = False


@dataclass(frozen=True)
class _Also:
    """What the second language says of a node."""

    label: str
    hint: str
    message: str
    choices: Mapping[str, str]


def filled_blocks(entry: Entry, wanted: Wanted, beside: Beside, progress: Progress) -> list[Block]:
    """Return what is printed of a record, in the order of its form.

    The entry is left in the language of the paper. Raises Cancelled through `progress`.
    """
    return list(_Writer(entry, wanted, beside, progress).blocks())


class _Writer:
    def __init__(self, entry: Entry, wanted: Wanted, beside: Beside, progress: Progress) -> None:
        self._entry, self._instance, self._form = entry, entry.instance, entry.form
        self._wanted, self._tongues, self._beside = wanted, wanted.tongues, beside
        self._progress = progress
        self._also = self._said_also() if self._tongues.is_double else {}
        entry.set_language(self._tongues.language)
        self._done, self._total = 0, 1

    def _said_also(self) -> dict[str, _Also]:
        self._entry.set_language(self._tongues.also)
        found = {}
        for state in self._instance.states():
            if state.relevant:
                choices = {one.value: one.label for one in state.choices} if state.value else {}
                found[state.ref] = _Also(state.label, state.hint, state.message, choices)
        return found

    # walking

    def blocks(self) -> Iterator[Block]:
        """Yield what is printed."""
        tops = [ref for ref in self._instance.children(self._form.root.path) if self._wanted.has(ref)]
        outer = (one for one in self._form.walk() if isinstance(one, Repeat) and not repeat_around(one))
        self._total = len(tops) + sum(len(self._instance.instances(one.path)) for one in outer)
        yield from self._nodes(tops, level=1)

    def _step(self) -> None:
        self._done += 1
        self._progress.step(min(self._done, self._total), self._total)

    def _nodes(self, refs: Iterable[str], level: int) -> Iterator[Block]:
        """Yield what is printed of the nodes at `refs`; a warning belongs to the question before it."""
        before: Item | None = None
        for ref in refs:
            if level == 1:
                self._step()
            state = self._instance.state(ref)
            question = self._form.elements[state.path]
            if isinstance(question, Question) and question.is_warning and state.relevant:
                message = self._warning(state)
                if before is None:
                    yield Item(NO_WORDS, [], messages=[message])
                else:
                    before = _with_message(before, message)
                continue
            if before is not None:
                yield before
                before = None
            for block in self._node(ref, level):
                if before is not None:
                    yield before
                before = block if isinstance(block, Item) else None
                if before is None:
                    yield block
        if before is not None:
            yield before

    def _node(self, ref: str, level: int) -> Iterator[Block]:
        state = self._instance.state(ref)
        element = self._form.elements[state.path]
        if not state.relevant:
            yield from self._not_asked(element, level)
        elif isinstance(element, Repeat):
            yield from self._repeat(state, element, level)
        elif isinstance(element, Group):
            inner = list(self._nodes(self._instance.children(ref), level + 1))
            label = self._label(state)
            if inner and label:
                yield Heading(label, min(level, 2))
            yield from inner
        elif isinstance(element, Question):
            yield from self._question(state, element)

    def _not_asked(self, element: Element, level: int) -> Iterator[Block]:
        """Say of a whole section why it is missing; of single questions it would only be in the way."""
        if level > 1 or not isinstance(element, Group):
            return
        label = self._tongues.words(element.label)
        condition = condition_words(self._form, element)
        if not label or condition is None:
            return
        yield Heading(label, 1)

        def say(_language: str) -> str:
            text = _("Not asked: this section applies only if {condition}.")
            return text.format(condition=condition_words(self._form, element))

        yield Note(self._tongues.words(say), is_quiet=True)

    # entries

    def _repeat(self, state: NodeState, repeat: Repeat, level: int) -> Iterator[Block]:
        refs = self._instance.instances(state.ref)
        label = self._label(state) or Words(repeat.name)
        if not refs:
            if self._wanted.unanswered:
                yield Heading(label, min(level, 2))
                yield Note(self._tongues.own(lambda: _("No entries.")), is_quiet=True)
            return
        yield Heading(label, min(level, 2))
        table = self._table(repeat, refs)
        if table is not None:
            yield table
            return
        naming = naming_question(self._form, repeat.path)
        for number, ref in enumerate(refs, 1):
            self._step()
            yield Heading(self._entry_name(ref, number, naming), 3)
            yield from self._nodes(self._instance.children(ref), level + 2)

    def _entry_name(self, ref: str, number: int, naming: str | None) -> Words:
        name = ""
        if naming is not None:
            state = self._instance.state(f"{ref}/{naming}")
            labels = {one.value: one.label for one in state.choices}
            name = labels.get(state.value, state.value)

        def say(_language: str) -> str:
            if not name.strip():
                return _("Entry {number}").format(number=ltr(str(number)))
            # Translators: the title of one entry of a list: "Entry 3: Kibera".
            return _("Entry {number}: {name}").format(number=ltr(str(number)), name=iso(name))

        return self._tongues.words(say)

    def _table(self, repeat: Repeat, refs: Sequence[str]) -> Entries | None:
        """Return the entries as a table where their answers are few and short, else None."""
        asked = [one for one in repeat.children if isinstance(one, Question) and one.has_control]
        if len(asked) < len([one for one in repeat.children if not _is_hidden(one)]):
            return None
        if any(one.type == "note" and not one.is_warning for one in asked):
            return None
        asked = [one for one in asked if one.type != "note"]
        if not 0 < len(asked) <= _MOST_COLUMNS:
            return None
        rows: list[list[Answer | Said]] = []
        for ref in refs:
            row: list[Answer | Said] = []
            for question in asked:
                state = self._instance.state(f"{ref}/{question.name}")
                cell = self._cell(state, question)
                if cell is None or self._messages(state):
                    return None
                row.append(cell)
            if self._has_warning(repeat, ref):
                return None
            rows.append(row)
        columns = [self._column(question, refs[0]) for question in asked]
        return Entries(columns, rows)

    def _has_warning(self, repeat: Repeat, ref: str) -> bool:
        notes = (one for one in repeat.children if isinstance(one, Question) and one.is_warning)
        return any(self._instance.state(f"{ref}/{one.name}").relevant for one in notes)

    def _column(self, question: Question, entry: str) -> Column:
        label = self._label(self._instance.state(f"{entry}/{question.name}")) or Words(question.name)
        unit = unit_words(question, self._tongues)
        if unit:
            also = f"{label.also} ({unit.also or unit.text})" if label.also else ""
            label = Words(f"{label.text} ({unit.text})", also)
        is_number = question.type in NUMERIC
        return Column(label, is_number, share=1.0 if is_number else 1.5)

    def _cell(self, state: NodeState, question: Question) -> Answer | Said | None:
        if not state.relevant:
            return Said(Words(""))
        if state.value and question.type in (*ATTACHMENTS, "geotrace", "geoshape"):
            return None
        if question.type == "select_multiple" and len(state.value.split()) > 1:
            return None
        body = self._bodies(state, question)[0]
        if isinstance(body, Boxes):
            body = Said(body.choices[0].words)
        if isinstance(body, Answer):
            return Answer(body.text, is_number=body.is_number) if len(body.text) <= _LONGEST_CELL else None
        if isinstance(body, Said):
            is_gap = body.is_missing and not state.unavailable
            return Said(Words("")) if is_gap else body if len(body.words.text) <= _LONGEST_CELL else None
        return None

    # questions

    def _question(self, state: NodeState, question: Question) -> Iterator[Block]:
        if not question.has_control:
            return
        if question.type == "note":
            if state.label.strip():
                yield Note(self._label(state))
            return
        is_quiet = bool(question.bind.calculate) or (state.readonly and not self._entry.readonly)
        is_empty = not state.value and state.unavailable is None
        messages = self._messages(state)
        if is_empty and (question.bind.calculate or (not self._wanted.unanswered and not messages)):
            return
        hint = NO_WORDS
        if self._wanted.hints and state.hint:
            hint = both(state.hint, self._said(state).hint if self._also else "")
        yield Item(
            self._label(state) or Words(question.name),
            self._bodies(state, question),
            hint=hint,
            is_quiet=is_quiet,
            messages=messages,
        )

    def _label(self, state: NodeState) -> Words:
        return both(state.label, self._said(state).label if self._also else "")

    def _said(self, state: NodeState) -> _Also:
        return self._also.get(state.ref) or _Also("", "", "", {})

    def _bodies(self, state: NodeState, question: Question) -> list[Body]:
        """Return the answer as it is read; always one at least."""
        value, tongues = state.value, self._tongues
        if state.unavailable is not None:
            return [Said(self._why_missing(*state.unavailable), is_missing=True)]
        if not value:
            return [Said(tongues.own(lambda: _("Not answered")), is_missing=True)]
        if question.type == "acknowledge":
            return [Said(tongues.own(lambda: _("Yes, read")))]
        if question.is_select:
            return self._chosen(state, question)
        if question.type in NUMERIC:
            text = number_words(value, question.unit, state.appearance, tongues.language)
            return [Answer(text, unit_words(question, tongues), is_number=True)]
        if question.type == "date":
            return [Said(tongues.words(lambda spoken: date_words(value, state.appearance, spoken)))]
        if question.type == "dateTime":
            return [Said(tongues.words(lambda spoken: moment_words(value, spoken)))]
        if question.type == "time":
            return [Answer(ltr(value[:5]))]
        if question.type in ("geopoint", "geotrace", "geoshape"):
            return [Answer(place_words(value))]
        if question.type in ATTACHMENTS:
            return [self._attached(value)]
        return [Answer(value, unit_words(question, tongues))]

    def _chosen(self, state: NodeState, question: Question) -> list[Body]:
        also = self._said(state).choices if self._also else {}
        labels = {one.value: one.label for one in state.choices}
        codes = [state.value] if question.type == "select_one" else state.value.split()
        words = [both(labels.get(code) or code, also.get(code, "")) for code in codes]
        if question.type == "select_one":
            return [Said(words[0])]
        is_ranked = question.type == "rank"
        boxes = [Choice(one, True, place if is_ranked else 0) for place, one in enumerate(words, 1)]
        return [Boxes(boxes, is_several=True, is_ranked=is_ranked)]

    def _attached(self, value: str) -> Body:
        name = self._beside.files.get(value.partition(".")[0], value)
        if value.lower().endswith(_PICTURES):
            return Picture(self._beside.folder / value.partition(".")[0], name)
        return Answer(name)

    def _why_missing(self, reason: str, remark: str) -> Words:
        def say(_language: str) -> str:
            known = UNAVAILABLE.get(reason)
            words = _(known) if known else _("not available: {reason}").format(reason=reason)
            if not remark.strip():
                return words
            return _("{reason} ({remark})").format(reason=words, remark=iso(remark.strip()))

        return self._tongues.words(say)

    # what is said about an answer

    def _messages(self, state: NodeState) -> list[Message]:
        found: list[Message] = []
        if state.error is not None and self._beside.is_draft:
            found.append(
                Message("error", both(state.message, self._said(state).message if self._also else ""))
            )
        gone = self._instance.told_gone(state.ref) if state.choices else ""
        if gone:
            found.append(self._warned(Words(gone), state.ref))
        if self._wanted.queries:
            found += [Message("query", words) for words in self._beside.queries.get(state.ref, ())]
        return found

    def _warning(self, state: NodeState) -> Message:
        return self._warned(self._label(state), state.ref)

    def _warned(self, warning: Words, ref: str) -> Message:
        said = self._tongues.own(lambda: _("Warning: {text}"))
        also = said.also or said.text
        words = Words(
            said.text.format(text=warning.text), also.format(text=warning.also) if warning.also else ""
        )
        reason = self._entry.justifications.get(ref, "").strip()
        if not reason:
            return Message("warning", words)
        # Translators: why a person says that a warning is right.
        pattern = self._tongues.own(lambda: _("Justification: {text}")).text
        return Message("warning", words, pattern.format(text=iso(reason)))


def _is_hidden(element: Element) -> bool:
    return isinstance(element, Question) and not element.has_control


def _with_message(item: Item, message: Message) -> Item:
    return Item(item.label, item.body, item.hint, item.is_required, item.is_quiet, [*item.messages, message])
