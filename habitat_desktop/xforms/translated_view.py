"""A question among its neighbours with texts that are not in the form yet: for the preview of translators."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from habitat_desktop.xforms.definition import Element, Form, Question
from habitat_desktop.xforms.engine import Environment, FormInstance, NodeState, Opening

if TYPE_CHECKING:
    from habitat_desktop.xforms.library import Library

Translate = Callable[[str, str], str]  # domain, context -> the text, "" where there is none

_SAMPLES = {"integer": "1200", "decimal": "3.5"}  # numbers show how much room the field leaves


@dataclass(frozen=True)
class TranslatedView:
    """What is shown around one text: headings from the form downwards, and questions as they stand there.

    `path` is the question the text belongs to, "" where it is a heading; `column` is what it is of it.
    """

    headings: tuple[str, ...]
    questions: tuple[tuple[Question, NodeState], ...]
    path: str
    column: str


def translated_view(
    library: "Library", context: str, language: str, translate: Translate
) -> TranslatedView | None:
    """Return what the office sees around the text of a form that stands at `context`; None if there is none.

    Raises:
        FormError: the form cannot be used.
    """
    form_id, _bar, rest = context.partition("|")
    place, _bar, column = rest.rpartition("|")
    if place == "settings" or not place:
        return TranslatedView((translate(f"forms/{form_id}", context),), (), "", column)
    form = library.form(form_id)
    element = _element(form, place)
    if element is None:
        return None
    instance = FormInstance(form, Environment.system(language=language), {}, opening=Opening.LOOK)
    states = {state.path: state for state in _states(instance, element)}

    def told(path: str, column: str) -> str:
        below = path.removeprefix(f"{form.root.path}/")
        return translate(f"forms/{form_id}", f"{form_id}|{below}|{column}")

    shown = [
        (question, _with_texts(form_id, question, states[question.path], told, translate))
        for question in _around(form, element)
        if question.path in states
    ]
    title = translate(f"forms/{form_id}", f"{form_id}|settings|form_title")
    headings = [title, *(told(path, "label") for path in _above(form, element))]
    is_question = isinstance(element, Question)
    return TranslatedView(
        tuple(filter(None, headings)), tuple(shown), element.path if is_question else "", column
    )


def _element(form: Form, place: str) -> Element | None:
    """Return what a text belongs to; of an answer the first question that offers it."""
    if not place.startswith("choices/"):
        return form.elements.get(f"{form.root.path}/{place}")
    name = place.split("/")[1]
    found = (one for one in form.walk() if isinstance(one, Question) and one.list_name == name)
    return next((one for one in found if one.is_asked), None)


def _above(form: Form, element: Element) -> Iterator[str]:
    """Yield the paths of the groups around `element`, outermost first, with its own if it is one."""
    root = form.root.path
    steps = element.path.removeprefix(f"{root}/").split("/")
    steps = steps[:-1] if isinstance(element, Question) else steps
    for count in range(1, len(steps) + 1):
        yield "/".join([root, *steps[:count]])


def _around(form: Form, element: Element) -> list[Question]:
    """Return the question with the one before and the one after it, or the first of a group."""
    shown = [one for one in form.walk() if isinstance(one, Question) and one.has_control]
    if not isinstance(element, Question):
        return [one for one in shown if one.path.startswith(f"{element.path}/")][:2]
    group = element.path.rpartition("/")[0]
    beside = [one for one in shown if one.path.rpartition("/")[0] == group]
    if element not in beside:
        return [element]
    place = beside.index(element)
    return beside[max(0, place - 1) : place + 2]


def _states(instance: FormInstance, element: Element) -> Iterator[NodeState]:
    """Yield the states near `element`; a repeat gets an entry where it has none."""
    for _try in range(4):
        found = list(instance.states())
        group = element.path if not isinstance(element, Question) else element.path.rpartition("/")[0]
        if any(state.path.startswith(group) and state.kind in ("question", "note") for state in found):
            yield from found
            return
        inside = (one for one in found if one.kind == "repeat" and group.startswith(one.path))
        repeat = next((one.ref for one in inside if not instance.instances(one.ref)), None)
        if repeat is None:
            yield from found
            return
        instance.add(repeat)


def _with_texts(
    form_id: str, question: Question, state: NodeState, told: Callable[[str, str], str], translate: Translate
) -> NodeState:
    choices = tuple(
        replace(
            choice,
            label=translate(
                f"forms/{form_id}", f"{form_id}|choices/{question.list_name}/{choice.value}|label"
            )
            or translate("reference", f"lists/{question.list_name}|{choice.value}")
            or choice.label,
        )
        for choice in state.choices
    )
    return replace(
        state,
        label=told(question.path, "label") or state.label,
        hint=told(question.path, "hint") or state.hint,
        guidance=told(question.path, "guidance_hint") or state.guidance,
        message=told(question.path, "constraint_message") or told(question.path, "required_message"),
        unit=translate("reference", f"unit|{question.unit}") or state.unit,
        value=state.value or _SAMPLES.get(state.type, ""),
        choices=choices,
        relevant=True,
        readonly=False,
    )
