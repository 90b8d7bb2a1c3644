"""The rules of a form in plain words: when a question is asked, and what its answer must be.

Only what can be told plainly is told; of every other condition it is said that the question may not apply.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _, language, listed
from habitat_desktop.xforms.definition import Element, Form, Question
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Negate,
    Number,
    Path,
    String,
    XPathSyntaxError,
)

_MOST_NAMED = 4  # choices named in one condition
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
Choices = Callable[[Question], Iterable[tuple[str, str]]]


class _NotPlain(Exception):
    """The condition cannot be told plainly."""


@dataclass(frozen=True)
class Bounds:
    """What a number, or the length of a text, may be; None where nothing is said."""

    low: Decimal | None = None
    high: Decimal | None = None
    longest: int | None = None


@dataclass(frozen=True)
class Speaker:
    """Says conditions in the language spoken now. `numbers` are those of the questions asked, by path."""

    form: Form
    numbers: Mapping[str, str]
    choices: Choices

    def only_if(self, element: Element) -> str:
        """Return when `element` is asked, as a sentence; "" where it always is."""
        text = element.bind.relevant.strip()
        if not text:
            return ""
        try:
            said = self._said(parse(text), element)
        except (_NotPlain, XPathSyntaxError, KeyError):
            said = ""
        if not said:
            return _("If it applies.")
        # Translators: under a question; {condition} is such as: question 12 is “Yes”.
        return _("Only if {condition}.").format(condition=said)

    def _said(self, node: Expression, place: Element) -> str:
        if isinstance(node, Binary) and node.operator in ("and", "or"):
            return self._joined(node, place)
        if isinstance(node, Call) and node.name == "selected" and len(node.arguments) == 2:
            return self._selected(node, place)
        if isinstance(node, Binary) and node.operator in _TURNED:
            return self._compared(node, place)
        raise _NotPlain

    def _joined(self, node: Binary, place: Element) -> str:
        alike = self._one_of(node, place) if node.operator == "or" else ""
        if alike:
            return alike
        sides = _operands(node, node.operator)
        if node.operator == "and":
            sides = _without_blank_tests(sides)
        said = []
        for side in sides:
            inner = isinstance(side, Binary) and side.operator in ("and", "or")
            text = self._one_of(side, place) if inner else self._said(side, place)
            if not text:
                raise _NotPlain  # brackets are no plain words
            said.append(text)
        return _joined(said, _("{one} and {other}") if node.operator == "and" else _("{one} or {other}"))

    def _one_of(self, node: Expression, place: Element) -> str:
        """Return "question 3 is “A” or “B”" where one question is compared with several choices."""
        found = []
        for side in _operands(node, "or"):
            compared = _comparison(side)
            if compared is None or compared[1] != "=":
                return ""
            found.append((self._question(compared[0], place), compared[2]))
        if len({question.path for question, _value in found}) != 1 or len(found) > _MOST_NAMED:
            return ""
        return self._is_one_of(found[0][0], [value for _question, value in found])

    def _is_one_of(self, question: Question, values: list[str]) -> str:
        names = [_quoted(self._choice(question, value)) for value in values]
        together = [listed(names[:-1]), names[-1]] if len(names) > 1 else names
        shown = _joined(together, _("{one} or {other}"))
        return _("{question} is {answer}").format(question=self._name(question), answer=shown)

    def _selected(self, node: Call, place: Element) -> str:
        path, value = node.arguments
        if not isinstance(value, String):
            raise _NotPlain
        question = self._question(path, place)
        answer = _quoted(self._choice(question, value.value))
        return _("{answer} is chosen in {question}").format(question=self._name(question), answer=answer)

    def _compared(self, node: Binary, place: Element) -> str:
        compared = _comparison(node)
        if compared is None:
            raise _NotPlain
        path, operator, value = compared
        question = self._question(path, place)
        name = self._name(question)
        if value == "":
            said = {"!=": _("{question} has an answer"), "=": _("{question} has no answer")}.get(operator)
            if said is None:
                raise _NotPlain
            return said.format(question=name)
        if question.is_select:
            return self._compared_choice(question, operator, value)
        sayings = {
            ">": _("{question} is more than {value}"),
            ">=": _("{question} is {value} or more"),
            "<": _("{question} is less than {value}"),
            "<=": _("{question} is {value} or less"),
            "=": _("{question} is {value}"),
            "!=": _("{question} is not {value}"),
        }
        return sayings[operator].format(question=name, value=value)

    def _compared_choice(self, question: Question, operator: str, value: str) -> str:
        if operator == "=":
            return self._is_one_of(question, [value])
        if operator == "!=":
            answer = _quoted(self._choice(question, value))
            return _("{question} is not {answer}").format(question=self._name(question), answer=answer)
        codes = [code for code, _label in self.choices(question)]
        kept = [code for code in codes if _holds(code, operator, value)]
        if not kept:
            raise _NotPlain
        if len(kept) <= 2:
            return self._is_one_of(question, kept)
        if kept != codes[codes.index(kept[0]) :]:
            raise _NotPlain
        answer = _quoted(self._choice(question, kept[0]))
        said = _("{question} is {answer} or one further down its list")
        return said.format(question=self._name(question), answer=answer)

    def _question(self, path: Expression, place: Element) -> Question:
        if isinstance(path, Call) and path.name in ("number", "string") and len(path.arguments) == 1:
            path = path.arguments[0]
        found = self.form.elements.get(_resolved(path, place))
        if not isinstance(found, Question):
            raise _NotPlain
        return found

    def _name(self, question: Question) -> str:
        number = self.numbers.get(question.path)
        if number is not None:
            return _("question {number}").format(number=number)
        label = question.label(language())
        if not label or "…" in label:
            raise _NotPlain
        return _quoted(label)

    def _choice(self, question: Question, value: str) -> str:
        label = dict(self.choices(question)).get(value, "")
        if not label:
            raise _NotPlain
        return label


def _resolved(path: Expression, place: Element) -> str:
    """Return the path of an expression that names one place seen from `place`."""
    if not isinstance(path, Path) or not isinstance(path.start, str):
        raise _NotPlain
    names: list[str] = [] if path.start == "root" else place.path.split("/")[1:]
    for step in path.steps:
        if not step.is_simple() or step.axis == "attribute":
            raise _NotPlain
        if step.axis == "parent":
            names.pop()
        elif step.axis == "child":
            names.append(step.name)
    return "/" + "/".join(names)


def _comparison(node: Expression) -> tuple[Expression, str, str] | None:
    """Return (path, operator, value) of a comparison of one place with one value."""
    if not isinstance(node, Binary) or node.operator not in _TURNED:
        return None
    for path, operator, value in (
        (node.left, node.operator, node.right),
        (node.right, _TURNED[node.operator], node.left),
    ):
        if isinstance(path, Path | Call):
            if isinstance(value, String):
                return path, operator, value.value
            number = _number(value)
            if number is not None:
                return path, operator, number
    return None


def _number(node: Expression) -> str | None:
    if isinstance(node, Negate):
        inner = _number(node.operand)
        return None if inner is None else f"-{inner}"
    return format(node.value, ".15g") if isinstance(node, Number) else None


def _quoted(text: str) -> str:
    """Return an answer in the quotation marks of the language spoken now."""
    # Translators: an answer in quotation marks
    return _("“{answer}”").format(answer=text)


def _joined(parts: Sequence[str], pattern: str) -> str:
    """Return parts joined by a pattern such as "{one} and {other}"."""
    whole = parts[0]
    for part in parts[1:]:
        whole = pattern.format(one=whole, other=part)
    return whole


def _operands(node: Expression, operator: str) -> list[Expression]:
    if isinstance(node, Binary) and node.operator == operator:
        return [*_operands(node.left, operator), *_operands(node.right, operator)]
    return [node]


def _without_blank_tests(sides: list[Expression]) -> list[Expression]:
    """Leave out "it has an answer" where another condition says more about the same place."""

    def place(node: Expression) -> str:
        compared = _comparison(node)
        if compared is None or not isinstance(compared[0], Path):
            return ""
        return "/".join(f"{step.axis}:{step.name}" for step in compared[0].steps)

    told = [(place(side), _comparison(side), side) for side in sides]
    more = {where for where, compared, _side in told if compared is not None and compared[2] != ""}
    kept = [
        side
        for where, compared, side in told
        if not (compared is not None and compared[1:] == ("!=", "") and where in more)
    ]
    return kept or sides


def _holds(code: str, operator: str, value: str) -> bool:
    try:
        one, other = Decimal(code), Decimal(value)
    except ArithmeticError:
        return False
    return {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}[operator]


# -- what an answer must be ------------------------------------------------------------------------------


def bounds_of(question: Question) -> Bounds:
    """Return the limits the constraint of `question` sets in so many figures."""
    if question.type == "range":
        low, high = _decimal(question.parameters.get("start")), _decimal(question.parameters.get("end"))
        return Bounds(low, high) if low is None or high is None else Bounds(min(low, high), max(low, high))
    try:
        sides = _operands(parse(question.bind.constraint), "and") if question.bind.constraint.strip() else []
    except XPathSyntaxError:
        return Bounds()
    whole = question.type == "integer"
    low = high = None
    longest = None
    for side in sides:
        compared = _comparison(side)
        limit = _decimal(compared[2]) if compared is not None else None
        if compared is None or limit is None:
            continue
        path, operator, _value = compared
        step = Decimal(1) if whole else Decimal(0)
        if _is_self(path):
            if operator in (">", ">="):
                low = limit + step if operator == ">" else limit
            elif operator in ("<", "<="):
                high = limit - step if operator == "<" else limit
        elif isinstance(path, Call) and path.name == "string-length" and operator == "<=":
            longest = int(limit)
    return Bounds(low, high, longest)


def must_be_answered(question: Question) -> bool:
    """Whether the form wants an answer wherever the question is asked."""
    return question.bind.required.strip() == "true()"


def _is_self(path: Expression) -> bool:
    return (
        isinstance(path, Path)
        and path.start == "context"
        and len(path.steps) == 1
        and path.steps[0].axis == "self"
    )


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return None
