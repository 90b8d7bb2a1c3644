"""The ${references} of a cell in the syntax tree: each is a name of its own kind there."""

import re

from habitat_desktop.xforms.xpath.syntax import Expression, Path

REFERENCE = re.compile(r"\$\{([^}]*)\}|\$\{[^}]*$")
MARK = "\u1d3f"  # begins the name that stands for a ${reference}; no author writes it
_PLAIN = re.compile(r"[\w.-]+")
_STAND_IN = re.compile(f" {MARK}([\\w.-]*) *")


def without_references(text: str) -> str:
    """Return `text` with a path in the place of each ${reference}, character for character."""
    return REFERENCE.sub(_stand_in, text)


def _stand_in(reference: re.Match[str]) -> str:
    name = reference[1] or ""
    return f" {MARK}{name if _PLAIN.fullmatch(name) else ''}".ljust(len(reference[0]))


def with_references(text: str) -> str:
    """Return a piece of what `without_references` gave as the author wrote it, but for some spaces."""
    return _STAND_IN.sub(r"${\1}", text)


def referred(tree: Expression, own: str = "") -> str:
    """Return the name that `tree` is a plain ${reference} to, "" where it is none; `own` is that of `.`."""
    if not isinstance(tree, Path) or tree.start != "context" or len(tree.steps) != 1:
        return ""
    (step,) = tree.steps
    if step.axis == "self" and step.test == "node" and not step.predicates:
        return own
    return step.name[1:] if step.is_child() and step.name.startswith(MARK) else ""
