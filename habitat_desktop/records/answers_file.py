"""Answers files: one object that mirrors the instance below its root, put into an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records.entry import Entry
from habitat_desktop.xforms.answers import canonical
from habitat_desktop.xforms.definition import Element, Group, Question, Repeat
from habitat_desktop.xforms.entry_ids import ENTRY_ID
from habitat_desktop.xforms.problems import NotInListError, Reason
from habitat_desktop.xforms.question_types import ATTACHMENTS

LISTS = frozenset({"select_multiple", "rank"})


class AttachmentError(HabitatError):
    code = "ATTACHMENT_UNREADABLE"
    message = N_("Question “{question}”: the file “{path}” cannot be read: {problem}. Nothing was attached.")


@dataclass(frozen=True)
class AnswerProblem:
    """One answer of an answers file that does not fit; `error` says why in a sentence.

    `label` is what the question is called, `offered` the values of its list where the answer is none of them.
    """

    ref: str
    error: HabitatError
    label: str = ""
    form: str = ""
    offered: tuple[str, ...] = ()


class UnknownQuestionError(HabitatError):
    code = "UNKNOWN_QUESTION"
    message = N_("The form has no question “{ref}”. Look at its questions with: habitat form show {form}")


class WrongShapeError(HabitatError):
    code = "WRONG_SHAPE"
    message = N_("“{ref}” must be {expected}.")


def fill(
    entry: Entry, answers: object, *, attach: Callable[[Path], str], base: Path, whole: bool
) -> list[AnswerProblem]:
    """Answer a whole form from one object that mirrors the instance below its root.

    Groups are objects, repeats lists of objects, select_multiple a list; attachments are paths relative to
    `base`, handed to `attach`, which returns the value to keep. Every problem is collected; calculated
    values in the object are passed over, the program works them out itself. Entries that name their "$id", as
    `record show --ids` gives it, are told by it, others by their position. `whole` says that the object is
    the whole return: a repeat it does not name has no instances then, otherwise it stays as it is.
    """
    filler = _Filler(entry, attach, base)
    filler.whole_form(answers, whole)
    return filler.problems


class _Filler:
    def __init__(self, entry: Entry, attach: Callable[[Path], str], base: Path) -> None:
        self.entry = entry
        self.attach = attach
        self.base = base
        self.problems: list[AnswerProblem] = []
        self._later: list[tuple[str, Question, object]] = []

    def whole_form(self, answers: object, whole: bool) -> None:
        """Fill everything; a choice whose list depends on a later answer is tried again at the end."""
        root = self.entry.form.root
        self.group(root.path, root, answers, whole)
        later, self._later = self._later, []
        for ref, question, value in later:
            self._try(ref, question, value)

    def group(self, ref: str, group: Group, answers: object, whole: bool) -> None:
        if not isinstance(answers, Mapping):
            self._problem(ref, WrongShapeError(ref=ref, expected=Reason(N_("an object"))))
            return
        children = {child.name: child for child in group.children if not _is_meta(child)}
        for name in answers:
            if name not in children and name != "meta" and not name.startswith("$"):
                unknown = UnknownQuestionError(ref=f"{ref}/{name}", form=self.entry.form.form_id)
                self._problem(f"{ref}/{name}", unknown)
        for name, child in children.items():
            given = answers.get(name)
            if isinstance(child, Repeat):
                if name in answers or whole:
                    self._repeat(f"{ref}/{name}", child, [] if given is None else given, whole)
            elif isinstance(child, Group):
                if name in answers or whole:
                    self.group(f"{ref}/{name}", child, {} if given is None else given, whole)
            elif name in answers and isinstance(child, Question):
                self._question(f"{ref}/{name}", child, given)

    def _repeat(self, ref: str, repeat: Repeat, answers: object, whole: bool) -> None:
        if not isinstance(answers, list):
            self._problem(ref, WrongShapeError(ref=ref, expected=Reason(N_("a list of objects"))))
            return
        present = self.entry.instance.instances(ref)
        if repeat.fixed:
            if answers and len(present) != len(answers):
                expected = Reason(
                    N_("a list of as many objects as the form has here: {count}"), count=len(present)
                )
                self._problem(ref, WrongShapeError(ref=ref, expected=expected))
                return
            answers = answers or [{} for _ref in present]
        given: list[Any] = answers
        if not repeat.fixed and any(map(_entry_id, given)):
            self._entries_by_id(ref, repeat, given, whole)
            return
        while len(present) > len(answers):
            self.entry.remove(present.pop())
        there_before = len(present)
        while len(present) < len(answers):
            present.append(self.entry.instance.add(ref))
        for position, (instance_ref, item) in enumerate(zip(present, answers, strict=True)):
            self.group(instance_ref, repeat, item, whole or position >= there_before)

    def _entries_by_id(self, ref: str, repeat: Repeat, answers: list[Any], whole: bool) -> None:
        """Change the entries that are named, add the others at the end, take out those that are not named."""
        instance = self.entry.instance
        named = {_entry_id(item) for item in answers} - {""}
        for there in reversed(instance.instances(ref)):
            if instance.entry_id(there) not in named:
                self.entry.remove(there)
        known = {instance.entry_id(there): there for there in instance.instances(ref)}
        for item in answers:
            there = known.pop(_entry_id(item), "")
            if there:
                self.group(there, repeat, item, whole)
                continue
            added = instance.add(ref)
            instance.name_entry(added, _entry_id(item))
            self.group(added, repeat, item, True)

    def _question(self, ref: str, question: Question, value: object) -> None:
        state = self.entry.instance.state(ref)
        if question.type == "note" or (state.readonly and (state.calculated or not question.preload)):
            return
        try:
            self._answer(ref, question, value)
        except NotInListError:
            self._later.append((ref, question, value))
        except HabitatError as error:
            self._problem(ref, error)

    def _try(self, ref: str, question: Question, value: object) -> None:
        try:
            self._answer(ref, question, value)
        except HabitatError as error:
            self._problem(ref, error)

    def _answer(self, ref: str, question: Question, value: object) -> None:
        entry = self.entry
        before = entry.instance.state(ref).value
        if isinstance(value, Mapping):
            if set(value) != {"$unavailable"} or not isinstance(value["$unavailable"], Mapping):
                raise WrongShapeError(ref=ref, expected=Reason(N_("one value")))
            why = value["$unavailable"]
            entry.instance.mark_unavailable(ref, str(why.get("reason") or ""), str(why.get("remark") or ""))
        elif isinstance(value, list):
            if question.type not in LISTS or not all(_is_scalar(item) for item in value):
                raise WrongShapeError(ref=ref, expected=Reason(N_("one value")))
            entry.instance.answer(ref, canonical(value))
        elif value is not None and not _is_scalar(value):
            raise WrongShapeError(ref=ref, expected=Reason(N_("a text or a number")))
        elif question.type in ATTACHMENTS and value:
            entry.instance.answer(ref, self._attached(ref, str(value)))
        else:
            entry.instance.answer(ref, canonical(value))
        entry.wrote(ref, same=bool(before) and entry.instance.state(ref).value == before)

    def _attached(self, ref: str, value: str) -> str:
        path = self.base / value
        try:
            return self.attach(path)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            problem = getattr(error, "strerror", None) or error
            raise AttachmentError(question=ref, path=path, problem=problem) from error

    def _problem(self, ref: str, error: HabitatError) -> None:
        try:
            state = self.entry.instance.state(ref)
        except HabitatError:  # the form has no such question
            self.problems.append(AnswerProblem(ref, error))
            return
        choices = state.choices if isinstance(error, NotInListError) else ()
        label, offered = " ".join(state.label.split()), tuple(one.value for one in choices)
        self.problems.append(AnswerProblem(ref, error, label, self.entry.form.form_id, offered))


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _entry_id(item: Any) -> str:
    given = item.get(ENTRY_ID) if isinstance(item, Mapping) else None
    return given if isinstance(given, str) else ""


def _is_meta(element: Element) -> bool:
    """Whether this is the group the program fills by itself; a file may bring it along from elsewhere."""
    return (
        element.name.rpartition(":")[2] == "meta" and element.parent is not None and not element.parent.parent
    )
