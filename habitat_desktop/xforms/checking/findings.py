"""What a check finds: plain data, so that it can come out of a child process, told when it is shown."""

from dataclasses import dataclass, field
from typing import Any, Literal

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, explain, listed
from habitat_desktop.xforms.checking.codes import CODES, TOOLS
from habitat_desktop.xforms.problems import Reason

Severity = Literal["error", "warning", "info"]

_MOST_OF_A_KIND = 500  # a list of a million bad choices is told by its first ones
_MOST_GUESSES = 30
_NEAREST = N_("Did you mean “{nearest}”?")
_INSTEAD = N_("Write {right} instead of {wrong}.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in no language yet. `nearest` is what was meant; `path` is that of the XForm."""

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    nearest: str = ""
    tools: tuple[str, ...] = ()
    cell: str = ""
    path: str = ""

    @property
    def severity(self) -> Severity:
        """How bad it is: the code says."""
        return CODES[self.code].severity


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing to mend. `message` and `hint` are in the current language.

    `row` is the 1-based row of the sheet, 0 where it is not known; for an XForm it is the line of the file.
    `cell` is the address as Excel writes it, `path` the question in the XForm. `tools` are those concerned
    by what does not travel: collect, kobo, webforms, enketo, desktop.
    """

    code: str
    severity: Severity
    sheet: str
    row: int
    column: str
    cell: str
    path: str
    message: str
    hint: str
    tools: tuple[str, ...] = ()


def carried(reason: Reason) -> dict[str, Any]:
    """Return `reason` as plain data, to be translated where the finding is told."""
    return {"reason": reason.message, "context": {name: str(value) for name, value in reason.context.items()}}


class Findings:
    """Collects findings, each place once for each code."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self._known: set[tuple[object, ...]] = set()
        self._counts: dict[str, int] = {}
        self._left_out: dict[str, int] = {}

    def add(self, finding: Finding) -> None:
        """Keep `finding`, unless the same was said of the same place, or very often already."""
        key = (finding.code, finding.sheet, finding.row, finding.column, finding.path, str(finding.context))
        count = self._counts.get(finding.code, 0)
        if key in self._known:
            return
        if count >= _MOST_OF_A_KIND:
            self._left_out[finding.code] = self._left_out.get(finding.code, 0) + 1
            return
        self._known.add(key)
        self._counts[finding.code] = count + 1
        self.found.append(finding)

    def tell_left_out(self) -> None:
        """Add how many findings were left out, being too many of a kind."""
        for code, count in self._left_out.items():
            self.found.append(Finding("AND_MORE", context={"count": count, "code": code}))

    def many(self, code: str) -> bool:
        """Whether `code` was found so often that looking for what was meant is no longer worth the time."""
        return self._counts.get(code, 0) >= _MOST_GUESSES


def told(finding: Finding) -> FormProblem:
    """Return `finding` in the current language."""
    code = CODES[finding.code]
    context = dict(finding.context)
    problem = context.get("problem")
    if isinstance(problem, dict):
        context["problem"] = Reason(problem["reason"], **problem["context"])
    elif problem:
        context["problem"] = _(problem)
    context["tools"] = listed(TOOLS[tool] for tool in finding.tools)
    hint = ""
    if finding.nearest:
        hint = explain(Reason(_NEAREST, nearest=finding.nearest))
    elif context.get("right"):
        hint = explain(Reason(_INSTEAD, **context))
    elif code.hint:
        hint = explain(Reason(code.hint, **context))
    return FormProblem(
        code=finding.code,
        severity=code.severity,
        sheet=finding.sheet,
        row=finding.row,
        column=finding.column,
        cell=finding.cell,
        path=finding.path,
        message=explain(Reason(code.message, **context)),
        hint=hint,
        tools=tuple(finding.tools),
    )
