"""Answers as a person gives them, checked against their question before they are stored."""

from habitat_desktop.errors import N_
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.instance import AnswerNode
from habitat_desktop.xforms.problems import FormRuleError, NotInListError, Reason, WrongTypeError
from habitat_desktop.xforms.question_types import range_problem, value_problem
from habitat_desktop.xforms.xpath.code import Context, XPathError


def checked(question: Question, ref: str, text: str) -> str:
    """Return `text` as it is stored, once it is known to be a value of the type of `question`.

    Raises:
        WrongTypeError: it is none, or nothing a range offers.
    """
    if question.type not in ("text", "hidden"):
        text = text.strip()
    expected = value_problem(text, question.type, question.bind.data_type)
    if expected:
        raise WrongTypeError(ref=ref, value=text, expected=Reason(expected))
    if question.type == "range":
        outside = range_problem(text, question.parameters)
        if outside is not None:
            raise WrongTypeError(ref=ref, value=text, expected=outside)
    return text


def chosen(node: AnswerNode, context: Context, ref: str, text: str) -> str:
    """Return the choices in `text` in the order of the list, those of a ranking in their own.

    Raises:
        NotInListError: one is not among the choices now.
        WrongTypeError: a ranking leaves some out.
        FormRuleError: the choice filter fails.
    """
    question = node.place.element
    assert isinstance(question, Question)
    given = [text] if question.type == "select_one" else list(dict.fromkeys(text.split()))
    choices = node.place.settings["choices"]
    try:
        known = choices.values(context)
    except XPathError as error:
        raise FormRuleError(question=node.name, column="choice_filter", problem=error) from error
    kept = node.value.split() if choices.is_made_of_records else ()  # of records that are gone
    for one in given:
        if one not in known and one not in kept:
            raise NotInListError(ref=ref, value=one)
    if question.type == "rank" and len(given) < len(known):
        raise WrongTypeError(ref=ref, value=text, expected=Reason(N_("all choices, the first one first")))
    if question.type == "select_multiple":
        given = [
            *choices.ordered(context, given),
            *(one for one in given if one in kept and one not in known),
        ]
    return " ".join(given)
