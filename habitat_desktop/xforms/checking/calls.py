"""The function calls of an expression: functions there are not, and wrong numbers of arguments."""

from collections.abc import Iterator
from typing import Any

from habitat_desktop.xforms.checking.sheets import nearest
from habitat_desktop.xforms.checking.slips import function_meant
from habitat_desktop.xforms.xpath.functions import FUNCTIONS
from habitat_desktop.xforms.xpath.syntax import Call, Expression, parts


def bad_calls(tree: Expression) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (code, nearest, context) for each call in `tree` that cannot be."""
    for call in parts(tree):
        if not isinstance(call, Call):
            continue
        function = FUNCTIONS.get(call.name)
        place = {"function": call.name, "position": call.position + 1}
        given = len(call.arguments)
        if function is None:
            yield "FUNCTION_UNKNOWN", function_meant(call.name) or nearest(call.name, FUNCTIONS), place
        elif given < function.least or (function.most is not None and given > function.most):
            takes = _takes(function.least, function.most)
            yield "ARGUMENT_COUNT", "", {**place, "takes": takes, "given": given}


def _takes(least: int, most: int | None) -> str:
    if most is None:
        return f"≥ {least}"
    return str(least) if most == least else f"{least}–{most}"
