"""Choices: paths into secondary instances answered by hash index, and the choice lists of questions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitat_desktop.xforms.itext import Media
from habitat_desktop.xforms.xpath.code import Code, Context, Kind, as_string
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.paths import Walk, compile_predicate
from habitat_desktop.xforms.xpath.syntax import Binary, Call, Expression, Number, Path, Step, String, parts

if TYPE_CHECKING:
    from habitat_desktop.xforms.xpath.compiler import Compiler

_CONTEXT_CALLS = frozenset(("position", "last", "random", "now", "once", "uuid"))
_OWN_NODE_CALLS = frozenset(("string", "number", "string-length", "normalize-space", "name", "local-name"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice as it is shown."""

    value: str
    label: str
    media: tuple[Media, ...] = ()
    short: str = ""


def _depends_on_item(expression: Expression) -> bool:
    """Tell whether `expression`, inside a predicate, depends on the item looked at."""
    for part in parts(expression):
        if isinstance(part, Path) and part.start == "context":
            return True
        if isinstance(part, Call) and (
            part.name in _CONTEXT_CALLS or (part.name in _OWN_NODE_CALLS and not part.arguments)
        ):
            return True
    return False


def _column(expression: Expression) -> str:
    """Return the child of the item that `expression` names, "" when it is anything else."""
    if isinstance(expression, Path) and expression.start == "context" and len(expression.steps) == 1:
        step = expression.steps[0]
        return step.name if step.is_child() else ""
    return ""


def _equality(expression: Expression) -> tuple[str, Expression] | None:
    """Return (column, operand) when `expression` compares a column of the item with something else."""
    if not isinstance(expression, Binary) or expression.operator != "=":
        return None
    for column, operand in ((expression.left, expression.right), (expression.right, expression.left)):
        name = _column(column)
        if name and not _depends_on_item(operand) and not isinstance(operand, Number):
            return name, operand
    return None


def _conditions(predicates: list[Expression]) -> list[Expression]:
    """Return `predicates` with those joined by "and" taken apart."""
    found: list[Expression] = []
    for predicate in predicates:
        if isinstance(predicate, Binary) and predicate.operator == "and":
            found.extend(_conditions([predicate.left, predicate.right]))
        else:
            found.append(predicate)
    return found


def _list_steps(path: Path) -> tuple[String, list[Step], int] | None:
    """Return (instance name, steps, index of the step with predicates) for a path that can be indexed."""
    start = path.start
    if not isinstance(start, Call) or start.name != "instance" or len(start.arguments) != 1:
        return None
    name = start.arguments[0]
    filtered = [i for i, step in enumerate(path.steps) if step.predicates]
    if not isinstance(name, String) or len(filtered) != 1:
        return None
    steps = path.steps[: filtered[0] + 1]
    if any(step.axis != "child" or step.test != "name" or step.name.endswith("*") for step in steps):
        return None
    return name, path.steps, filtered[0]


def indexed_path(path: Path, compiler: "Compiler") -> Code | None:
    """Return code for `instance('x')/root/item[column = ...]/...` that looks the items up; else None."""
    known = _list_steps(path)
    if known is None:
        return None
    name, steps, at = known
    conditions = _conditions(steps[at].predicates)
    equal = next((i for i, condition in enumerate(conditions) if _equality(condition)), None)
    if equal is None or any(_may_be_position(condition) for condition in conditions):
        return None
    found = _equality(conditions.pop(equal))
    assert found is not None
    column, operand = found
    code = compiler.predicate(operand)
    if code.kind not in (Kind.STRING, Kind.NODES) or (code.kind is Kind.NODES and code.single is None):
        return None  # numbers and sets of nodes compare by other rules than text
    wanted = as_string(code)
    keeps = [compile_predicate(compiler.predicate(condition)) for condition in conditions]
    walks = [compiler.step(step) for step in steps[at + 1 :]]
    route = tuple(step.name for step in steps[: at + 1])
    return Code(Kind.NODES, _lookup(name.value, route, column, wanted, [*keeps, *walks]))


def _may_be_position(condition: Expression) -> bool:
    """Tell whether `condition` may be a number, so that it would count positions."""
    return not (
        isinstance(condition, Binary) and condition.operator in ("=", "!=", "<", "<=", ">", ">=", "or")
    ) and (
        not isinstance(condition, Call)
        or condition.name not in ("not", "selected", "contains", "starts-with")
    )


def _lookup(
    name: str, route: tuple[str, ...], column: str, wanted: Callable[[Context], str], walks: list[Walk]
) -> Callable[[Context], list[Node]]:
    def run(c: Context) -> list[Node]:
        source: Any = c.session.instance(name)
        if source is None:
            return []
        nodes: list[Node] = source.items_where(route, column, wanted(c))
        for walk in walks:
            nodes = walk(nodes, c)
        return nodes

    return run
