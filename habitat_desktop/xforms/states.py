"""What is shown of a node: frozen, made on demand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from habitat_desktop.errors import N_
from habitat_desktop.xforms.choices import ChoiceList, RecordChoices
from habitat_desktop.xforms.definition import NO_TEXT, Form, Question, Repeat
from habitat_desktop.xforms.instance import AnswerNode, ref_of
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media, Output, Text
from habitat_desktop.xforms.xpath.code import Context, XPathError

_FAILS = "…"
_MOST_INSIDE = 10  # texts inside each other

ErrorKind = Literal["required", "constraint"]

_MESSAGES = {
    "required": N_("This question needs an answer."),
    "constraint": N_("This answer is not allowed here."),
    "choice": N_("This answer is no longer among the choices."),
    "record": N_("“{value}” is not among the records of this office any more. The answer was kept."),
}


@dataclass(frozen=True, slots=True)
class NodeState:
    """One node as it stands. `readonly` of a repeat: nobody may add or remove entries.

    `media` go with the label, `short` is a shorter label for lists, "" where the form has none.
    """

    ref: str
    path: str
    kind: Literal["question", "group", "repeat", "instance", "note"]
    type: str
    value: str
    label: str
    hint: str
    guidance: str
    required: bool
    relevant: bool
    readonly: bool
    valid: bool
    error: ErrorKind | None
    message: str
    choices: tuple[Choice, ...]
    unavailable: tuple[str, str] | None
    appearance: str
    unit: str
    calculated: bool
    media: tuple[Media, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a record from being finalized."""

    ref: str
    kind: ErrorKind
    message: str
    label: str


@dataclass(frozen=True, slots=True)
class Warning_:
    """A soft check that shows: finalizing asks for a justification."""

    ref: str
    message: str


class Presenter:
    """Makes the states of one form in one language. `context` gives where to evaluate a node's texts."""

    def __init__(self, form: Form, language: str, context: Callable[[AnswerNode], Context]) -> None:
        self._form = form
        self.language = language
        self._context = context
        self._depth = 0  # of texts inside texts
        self._other: Presenter | None = None  # of the second language shown beside this one

    def state(self, node: AnswerNode) -> NodeState:
        """Return the state of `node`."""
        place = node.place
        element = place.element
        error = self.error(node)
        question = element if isinstance(element, Question) else None
        return NodeState(
            ref=ref_of(node),
            path=place.path,
            kind="note" if question is not None and question.type == "note" else place.kind,  # type: ignore[arg-type]
            type=question.type
            if question is not None
            else "repeat"
            if isinstance(element, Repeat)
            else "group",
            value=node.value,
            label=self.text(element.label_text, node),
            hint=self.text(element.hint_text, node) if element.hint_text else "",
            guidance=self.text(element.guidance_text, node) if element.guidance_text else "",
            required=node.required,
            relevant=node.relevant,
            readonly=self.is_readonly(node),
            valid=error is None,
            error=error,
            message=self.message(node, error) if error is not None else "",
            choices=self.choices(node) if question is not None and question.is_select else (),
            unavailable=node.unavailable,
            appearance=element.appearance,
            unit=self.unit(question.unit) if question is not None and question.unit else "",
            calculated=question is not None and bool(question.bind.calculate),
            **(self._label_forms(node) if element.label_text.forms else {}),
        )

    def _label_forms(self, node: AnswerNode) -> dict[str, Any]:
        label = node.place.element.label_text
        return {
            "media": label.media(lambda text: self.text(text, node)),
            "short": self.text(label.forms.get("short", NO_TEXT), node),
        }

    def is_readonly(self, node: AnswerNode) -> bool:
        """Tell whether nobody can change `node`."""
        element = node.place.element
        if isinstance(element, Repeat) and node.place.kind == "repeat":
            return element.fixed or node.readonly
        if isinstance(element, Question) and element.bind.calculate and not element.has_control:
            return True
        return node.readonly

    def error(self, node: AnswerNode) -> ErrorKind | None:
        """Return what is wrong with the answer of `node`, if anything."""
        element = node.place.element
        if not node.relevant or not isinstance(element, Question) or element.type == "note":
            return None
        if node.text == "":
            if not node.required or not element.has_control:
                return None
            return "required" if node.unavailable is None or element.strict else None
        if not node.constraint_ok or not self._is_choice(node, element):
            return "constraint"
        return None

    def _is_choice(self, node: AnswerNode, question: Question) -> bool:
        choices: ChoiceList | None = node.place.settings.get("choices")
        if choices is None or choices.is_made_of_records:
            return True
        try:
            known = choices.values(self._context(node))
        except XPathError:
            return True  # nobody can tell; the rules of the form say what fails
        if question.type == "select_one":
            return node.text in known
        return all(one in known for one in node.text.split())

    def gone(self, node: AnswerNode) -> list[str]:
        """Return what of the answer of `node` is a record that is no longer in its list."""
        choices = node.place.settings.get("choices")
        question = node.place.element
        if not node.text or not node.relevant or not isinstance(choices, RecordChoices):
            return []
        assert isinstance(question, Question)
        try:
            return choices.unlisted(self._context(node), node.text, question.type)
        except XPathError:
            return []

    def told_gone(self, gone: list[str]) -> str:
        """Return what is said of records that are no longer in the list of a question."""
        text = self._own_words(_MESSAGES["record"])
        return text.format(value=", ".join(gone))

    def message(self, node: AnswerNode, error: ErrorKind) -> str:
        """Return why the answer of `node` is wrong: the form's words, else ours."""
        bind = node.place.element.bind
        text = bind.required_message if error == "required" else bind.constraint_message
        if error == "constraint" and node.constraint_ok:
            return self._own_words(_MESSAGES["choice"])
        return (self.text(text, node) if text else "") or self._own_words(_MESSAGES[error])

    def _own_words(self, text: str) -> str:
        from habitat_desktop.i18n.catalogues import translate

        return translate("app", self.language, "", text) or text

    def unit(self, text: str) -> str:
        """Return the name of a unit in the language of this presenter."""
        from habitat_desktop.i18n.catalogues import translate

        return translate("reference", self.language, f"unit|{text}", text) or text

    def choices(self, node: AnswerNode) -> tuple[Choice, ...]:
        """Return the choices of `node` now."""
        made: ChoiceList | None = node.place.settings.get("choices")
        if made is None:
            return ()
        try:
            found = made.choices(self._context(node), self.language, self._form.itext, self._rendered)
        except XPathError:
            return ()
        gone = self.gone(node)
        return (*found, *(Choice(one, one) for one in gone)) if gone else found  # the same while it stays

    def text(self, text: Text, node: AnswerNode) -> str:
        """Return `text` with the answers shown in it, as seen from `node`."""
        if text.reference:
            return _shown(node.place.settings["outputs"][text.reference], self._context(node))
        parts = text.in_language(self.language)
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        if not parts:
            return ""
        return self._joined(parts, node)

    def label_in(self, language: str, node: AnswerNode) -> str:
        """Return the label of `node` in another language, with the answers shown in it."""
        if language == self.language:
            return self.text(node.place.element.label_text, node)
        if self._other is None or self._other.language != language:
            self._other = Presenter(self._form, language, self._context)
        return self._other.text(node.place.element.label_text, node)

    def _joined(self, parts: tuple[str | Output, ...], node: AnswerNode) -> str:
        outputs = node.place.settings.get("outputs", {})
        context = self._context(node)
        return "".join(
            part if isinstance(part, str) else _shown(outputs[part.expression], context) for part in parts
        )

    def _rendered(self, text: Text, c: Context) -> str:
        """Return `text` of a choice; what it shows is evaluated from the question."""
        parts = text.in_language(self.language)
        if self._depth >= _MOST_INSIDE:
            raise XPathError(N_("nested too deeply"))  # a text that shows itself
        self._depth += 1
        try:
            return "".join(part if isinstance(part, str) else self._output(part, c) for part in parts)
        finally:
            self._depth -= 1

    def _output(self, part: Output, c: Context) -> str:
        from habitat_desktop.xforms.rules import calculation, compiled

        node = c.current
        assert isinstance(node, AnswerNode)
        code, _ = compiled(part.expression, node.place, "label")
        return _shown(calculation(code), self._context(node))

    def itext(self, text_id: str, c: Context) -> str:
        """Return the itext `text_id`, for jr:itext()."""
        text = self._form.itext.get(text_id)
        return self._rendered(text, c) if text is not None else ""


def _shown(run: Callable[[Context], str], c: Context) -> str:
    """Return what `run` gives; "…" where it fails, so that the rest of the text can still be read."""
    try:
        return run(c)
    except XPathError:
        return _FAILS
