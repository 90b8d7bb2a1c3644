"""The columns of a repeat shown as a table: its questions in their order, groups passed through."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from habitat_desktop.xforms.definition import Form, Group, Question, Repeat


@dataclass(frozen=True, eq=False)
class RepeatColumn:
    """One column: a question, or (`question` None) the number of entries of a repeat inside.

    `group` is the group around it that has a heading, None where it stands loose; `warnings` are the paths
    of the soft checks that are about it.
    """

    path: str
    question: Question | None
    element: Question | Repeat
    group: Group | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_calculated(self) -> bool:
        """Whether the form works it out, or only shows it."""
        return self.question is None or bool(self.question.bind.calculate) or not self.question.is_asked

    @property
    def is_number(self) -> bool:
        return self.question is None or self.question.type in ("integer", "decimal", "range")

    def label(self, language: str) -> str:
        """Return its heading as the form has it, with markup; the name where there is none."""
        return self.element.label(language).strip() or self.element.name

    def group_label(self, language: str) -> str:
        return self.group.label(language).strip() if self.group is not None else ""


def repeat_columns(form: Form, path: str) -> tuple[RepeatColumn, ...]:
    """Return the columns of the repeat at `path` ("/data/settlement").

    Raises:
        KeyError: the form has no such element.
    """
    repeat = form.element(path)
    assert isinstance(repeat, Group)
    found: list[RepeatColumn] = []
    for column in _below(repeat, None):
        if column.question is not None and column.question.is_warning:
            if found:
                found[-1] = replace(found[-1], warnings=(*found[-1].warnings, column.path))
        else:
            found.append(column)
    return tuple(found)


def _below(group: Group, heading: Group | None) -> Iterator[RepeatColumn]:
    for child in group.children:
        if isinstance(child, Repeat):
            yield RepeatColumn(child.path, None, child, heading)
        elif isinstance(child, Group):
            yield from _below(child, child if child.label_text else heading)
        elif isinstance(child, Question) and (
            child.is_warning or (child.has_control and child.type != "note")
        ):
            yield RepeatColumn(child.path, child, child, heading)
