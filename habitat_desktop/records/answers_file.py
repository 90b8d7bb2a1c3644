"""Answers files: one object that mirrors the instance below its root, put into an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import clean
from habitat_desktop.records.entry import Entry
from habitat_desktop.xforms.definition import Group, Question, Repeat

FILE_TYPES = frozenset({"image", "audio", "video", "file"})


class AttachmentError(HabitatError):
    code = "ATTACHMENT_UNREADABLE"
    message = N_("Question “{question}”: the file “{path}” cannot be read: {problem}. Nothing was attached.")


@dataclass(frozen=True)
class AnswerProblem:
    """One answer of an answers file that does not fit; `error` says why in a sentence."""

    ref: str
    error: HabitatError


class UnknownQuestionError(HabitatError):
    code = "UNKNOWN_QUESTION"
    message = N_("The form has no question “{ref}”. Look at its questions with: habitat form show {form}")


class WrongShapeError(HabitatError):
    code = "WRONG_SHAPE"
    message = N_("“{ref}” must be {expected}.")


def fill(
    entry: Entry, answers: Mapping[str, Any], *, attach: Callable[[Path], str], base: Path, whole: bool
) -> list[AnswerProblem]:
    """Answer a whole form from one object that mirrors the instance below its root.

    Groups are objects, repeats lists of objects, select_multiple a list; attachments are paths relative to
    `base`, handed to `attach`, which returns the value to keep. Every problem is collected; calculated
    values in the object are passed over, the program works them out itself. `whole` says that the object is
    the whole return: a repeat it does not name has no instances then, otherwise it stays as it is.
    """
    filler = _Filler(entry, attach, base)
    filler.group("/data", entry.form.root, answers, whole)
    return filler.problems


class _Filler:
    def __init__(self, entry: Entry, attach: Callable[[Path], str], base: Path) -> None:
        self.entry = entry
        self.attach = attach
        self.base = base
        self.problems: list[AnswerProblem] = []

    def group(self, ref: str, group: Group, answers: object, whole: bool) -> None:
        if not isinstance(answers, Mapping):
            self._problem(ref, WrongShapeError(ref=ref, expected=_("an object")))
            return
        children = {child.name: child for child in group.children}
        for name in answers:
            if name not in children:
                self._problem(
                    f"{ref}/{name}",
                    UnknownQuestionError(ref=f"{ref}/{name}", form=self.entry.form.form_id),
                )
        for name, child in children.items():
            if isinstance(child, Repeat):
                if name in answers or whole:
                    self._repeat(f"{ref}/{name}", child, answers.get(name, []), whole)
            elif isinstance(child, Group):
                if name in answers or whole:
                    self.group(f"{ref}/{name}", child, answers.get(name, {}), whole)
            elif name not in answers:
                continue
            elif isinstance(child, Question):
                self._question(f"{ref}/{name}", child, answers[name])

    def _repeat(self, ref: str, repeat: Repeat, answers: object, whole: bool) -> None:
        if not isinstance(answers, list):
            self._problem(ref, WrongShapeError(ref=ref, expected=_("a list of objects")))
            return
        present = self.entry.instance.instances(ref)
        while len(present) > len(answers):
            self.entry.instance.remove(present.pop())
        there_before = len(present)
        while len(present) < len(answers):
            present.append(self.entry.instance.add(ref))
        for position, (instance_ref, item) in enumerate(zip(present, answers, strict=True)):
            self.group(instance_ref, repeat, item, whole or position >= there_before)

    def _question(self, ref: str, question: Question, value: object) -> None:
        state = self.entry.instance.state(ref)
        if state.calculated or (state.readonly and not question.preload):
            return
        try:
            self._answer(ref, question, value)
        except HabitatError as error:
            self._problem(ref, error)

    def _answer(self, ref: str, question: Question, value: object) -> None:
        entry = self.entry
        if isinstance(value, Mapping):
            if set(value) != {"$unavailable"} or not isinstance(value["$unavailable"], Mapping):
                raise WrongShapeError(ref=ref, expected=_("a value"))
            why = value["$unavailable"]
            entry.instance.mark_unavailable(
                ref, str(why.get("reason", "")), clean(str(why.get("remark", "")))
            )
        elif isinstance(value, list):
            entry.instance.answer(ref, [clean(str(item)) for item in value])
        elif isinstance(value, bool) or not isinstance(value, str | int | float | None.__class__):
            raise WrongShapeError(ref=ref, expected=_("a text or a number"))
        elif question.type in FILE_TYPES and value:
            entry.instance.answer(ref, self._attached(ref, str(value)))
        else:
            entry.instance.answer(ref, None if value is None else clean(_number_text(value)))
        entry._authors[ref] = entry.person

    def _attached(self, ref: str, value: str) -> str:
        path = self.base / value
        try:
            return self.attach(path)
        except OSError as error:
            raise AttachmentError(question=ref, path=path, problem=error.strerror or error) from error

    def _problem(self, ref: str, error: HabitatError) -> None:
        self.problems.append(AnswerProblem(ref, error))


def _number_text(value: str | int | float) -> str:
    """Return the plain decimal text of a JSON number (never 1e+16), or the text itself."""
    if isinstance(value, float):
        return f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"
    return str(value)
