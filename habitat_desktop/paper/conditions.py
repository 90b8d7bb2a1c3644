"""The condition of a question in plain words: “Is there a policy?” is Yes.

Said is what people write: answers that are or are not something, are more or less than a number, include a
choice, joined by "and" and "or". What needs calculating is not said (None), rather than said wrongly.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from habitat_desktop.i18n.catalogues import _, language, listed, pgettext
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.xforms.choices import listed_choices
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

_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"is": "is not", "includes": "includes not", "answered": "blank"}
_OPPOSITE |= {after: before for before, after in _OPPOSITE.items()}
_MOST_NAMED = 6  # choices in one condition
_LONGEST = 90  # letters of a question in a condition
_CHOICES = 60  # of a list whose numbers are compared


class _UnsaidError(Exception):
    """This condition is not said in words."""


@dataclass(frozen=True)
class _Clause:
    """What one question must say: `verb` is "is", "is not", "includes", "includes not", "answered", "blank"
    or an operator; `values` are codes, numbers, or alternatives of codes.
    """

    question: Question
    verb: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Joined:
    """Several conditions, joined by "and" or "or"."""

    by: str
    parts: tuple["_Condition", ...]


_Condition = _Clause | _Joined


def condition_words(form: Form, element: Element) -> str | None:
    """Return in the language spoken now when `element` is asked, "" where always, None where not said."""
    if not element.bind.relevant.strip():
        return ""
    try:
        return _words(form, _read(form, element, parse(element.bind.relevant)), inside=False)
    except (XPathSyntaxError, _UnsaidError):
        return None


# -- reading -----------------------------------------------------------------------------------------------


def _read(form: Form, element: Element, tree: Expression) -> _Condition:
    if isinstance(tree, Binary) and tree.operator in ("and", "or"):
        parts: list[_Condition] = []
        for side in (tree.left, tree.right):
            found = _read(form, element, side)
            same = isinstance(found, _Joined) and found.by == tree.operator
            parts += found.parts if isinstance(found, _Joined) and same else (found,)
        return _gathered(tree.operator, parts)
    if isinstance(tree, Binary) and tree.operator in _COMPARE:
        return _comparison(form, element, tree)
    if isinstance(tree, Call) and tree.name == "selected" and len(tree.arguments) == 2:
        code = tree.arguments[1]
        if isinstance(code, String):
            return _Clause(_question(form, element, tree.arguments[0]), "includes", (code.value,))
    if isinstance(tree, Call) and tree.name in ("not", "boolean") and len(tree.arguments) == 1:
        found = _read(form, element, tree.arguments[0])
        if tree.name == "boolean":
            return found
        if isinstance(found, _Clause) and found.verb in _OPPOSITE:
            return _Clause(found.question, _OPPOSITE[found.verb], found.values)
    raise _UnsaidError


def _comparison(form: Form, element: Element, tree: Binary) -> _Clause:
    left, right, verb = tree.left, tree.right, tree.operator
    if isinstance(left, String | Number):
        left, right, verb = right, left, _MIRRORED[verb]
    if isinstance(left, Call) and left.name == "string-length" and len(left.arguments) == 1:
        question = _question(form, element, left.arguments[0])
        if isinstance(right, Number) and right.value == 0 and verb in (">", "=", "!="):
            return _Clause(question, "blank" if verb == "=" else "answered")
        raise _UnsaidError
    if isinstance(left, Call) and left.name in ("number", "int", "string") and len(left.arguments) == 1:
        left = left.arguments[0]
    question = _question(form, element, left)
    if isinstance(right, String) and not right.value and verb in ("=", "!="):
        return _Clause(question, "blank" if verb == "=" else "answered")
    value = _value(right)
    if verb in ("=", "!=") and not (isinstance(right, Number) and question.is_select):
        return _Clause(question, "is" if verb == "=" else "is not", (value,))
    return _Clause(question, verb, (value,))


def _value(tree: Expression) -> str:
    if isinstance(tree, Negate) and isinstance(tree.operand, Number):
        return f"-{_value(tree.operand)}"
    if isinstance(tree, Number):
        return f"{tree.value:.10g}"
    if isinstance(tree, String):
        return tree.value
    raise _UnsaidError


def _question(form: Form, element: Element, tree: Expression) -> Question:
    """Return the question a path leads to, with an answer people gave themselves."""
    if not isinstance(tree, Path) or not isinstance(tree.start, str):
        raise _UnsaidError
    names = [] if tree.start == "root" else element.path.split("/")[1:]
    for step in tree.steps:
        if not step.is_simple() or step.axis == "attribute":
            raise _UnsaidError
        if step.axis == "parent":
            names = names[:-1]
        elif step.axis == "child":
            names = [*names, step.name]
    found = form.elements.get("/" + "/".join(names))
    if not isinstance(found, Question) or not found.has_control:
        raise _UnsaidError
    return found


def _gathered(by: str, parts: Sequence[_Condition]) -> _Condition:
    """Join what is said of one question: is A, is B becomes is A or B; answered and above 0 the second alone.

    A comparison is never true of an answer that is missing, so "answered" says nothing beside one.
    """
    merges = "is" if by == "or" else "is not"
    found: dict[tuple[str, str] | int, _Condition] = {}
    for number, part in enumerate(parts):
        key: tuple[str, str] | int = number
        if isinstance(part, _Clause):
            is_merged = part.verb == merges or (part.verb == "includes" and by == "or")
            key = (part.question.path, part.verb if is_merged else f"{part.verb} {part.values}")
            before = found.get(key)
            if isinstance(before, _Clause) and before.values != part.values:
                part = _Clause(part.question, part.verb, (*before.values, *part.values))
        found[key] = part
    kept = list(found.values())
    if by == "and":
        kept = [one for one in kept if not _is_implied(one, kept)]
    return kept[0] if len(kept) == 1 else _Joined(by, tuple(kept))


def _is_implied(one: _Condition, among: Sequence[_Condition]) -> bool:
    if not isinstance(one, _Clause) or one.verb != "answered":
        return False
    return any(
        isinstance(other, _Clause) and other is not one and other.question is one.question for other in among
    )


# -- saying ------------------------------------------------------------------------------------------------


def _words(form: Form, condition: _Condition, *, inside: bool) -> str:
    if isinstance(condition, _Clause):
        return _clause(form, condition)
    if inside and condition.by == "and":  # "this or that and the other" can be read in two ways
        raise _UnsaidError
    parts = [_words(form, part, inside=True) for part in condition.parts]
    if len(parts) > _MOST_NAMED:
        raise _UnsaidError
    if condition.by == "or":
        said = _one_of(parts)
        # Translators: alternatives inside a longer condition: "either “Stage” is Draft or “Cost” is 0".
        return _("either {alternatives}").format(alternatives=said) if inside else said
    # Translators: the last two of several conditions, such as "“Stage” is Draft and “Cost” is answered".
    pattern = pgettext("conditions", "{first} and {second}")
    return pattern.format(first=listed(parts[:-1]), second=parts[-1])


def _one_of(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    # Translators: the last two of several alternatives, such as "Draft or Adopted".
    pattern = pgettext("alternatives", "{first} or {second}")
    return pattern.format(first=listed(parts[:-1]), second=parts[-1])


def _clause(form: Form, clause: _Clause) -> str:
    question = iso(_short(clause.question.label(language()) or clause.question.name))
    if clause.question.is_select and clause.verb in _COMPARE:
        clause = _as_choices(form, clause)
    if len(clause.values) > _MOST_NAMED:
        raise _UnsaidError
    answer = _one_of(_answers(form, clause)) if clause.values else ""
    match clause.verb:
        case "is" | "=":
            text = _("“{question}” is {answer}")
        case "is not" | "!=":
            text = _("“{question}” is not {answer}")
        case "includes":
            text = _("“{question}” includes {answer}")
        case "includes not":
            text = _("“{question}” does not include {answer}")
        case "answered":
            text = _("“{question}” is answered")
        case "blank":
            text = _("“{question}” is not answered")
        case ">":
            text = _("“{question}” is more than {answer}")
        case ">=":
            text = _("“{question}” is at least {answer}")
        case "<":
            text = _("“{question}” is less than {answer}")
        case _:
            text = _("“{question}” is at most {answer}")
    return text.format(question=question, answer=answer)


def _as_choices(form: Form, clause: _Clause) -> _Clause:
    """Name the choices whose number is meant: people see words, not codes."""
    codes = [one.value for one in listed_choices(form, clause.question, language())[: _CHOICES + 1]]
    try:
        limit = Decimal(clause.values[0])
        chosen = [code for code in codes if _COMPARE[clause.verb](Decimal(code), limit)]
    except InvalidOperation:
        raise _UnsaidError from None
    others = [code for code in codes if code not in chosen]
    if not chosen or not others or len(codes) > _CHOICES:
        raise _UnsaidError
    if len(chosen) <= len(others):
        return _Clause(clause.question, "is", tuple(chosen))
    return _Clause(clause.question, "is not", tuple(others))


def _answers(form: Form, clause: _Clause) -> list[str]:
    if clause.question.is_select:
        labels = dict(choice_labels(form, clause.question, language()))
        if any(code not in labels for code in clause.values):
            labels |= {one.value: one.label for one in listed_choices(form, clause.question, language())}
        if any(code not in labels for code in clause.values):
            raise _UnsaidError
        # Translators: the label of a choice inside a sentence, in quotation marks.
        return [
            pgettext("a choice", "“{text}”").format(text=iso(_short(labels[code]))) for code in clause.values
        ]
    counts = clause.question.unit
    shown = format_number if counts else edit_number
    return [ltr(shown(one, language())) for one in clause.values]


def _short(text: str) -> str:
    """Return a label that can stand inside a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
