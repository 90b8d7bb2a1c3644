"""regex(): patterns of strangers, which end within a second whatever they are."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.code import XPathError
from habitat_desktop.xforms.xpath.functions.registry import BOOLEAN, STRING, plain

_TIMEOUT_S = 1.0
_LONGEST_PATTERN = 10_000
_LARGEST_PATTERN = 20_000  # its length with every counted repetition written out
_SHORT = 200  # characters of text over which a simple pattern needs milliseconds at the worst

# one sign or set after the other, each perhaps repeated: no groups, no alternatives
_SIMPLE = re.compile(
    r"\^?(?:(?:\[\^?(?:[^\[\]\\&|~-]|-(?!-))+\]|\\[dws.+*?/()\-]|[^\W_]|[ @,:;#%/_-])"
    r"(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})?)*\$?"
)
_CHOICE = re.compile(r"(?:\\.|\[[^\]]*\]|[^\\\[])(?:[?*+]|\{\d+,\d*\})")
_MOST_CHOICES = 2
_RECURSION = re.compile(r"\(\?(?:R|&|P>|[+-]?\d)")  # in neither Java nor JavaScript, and it fills the memory
_REFERENCE = re.compile(r"(\\\\)|\\k(?=<)")
_PROPERTY = re.compile(r"\\[pP]\{")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d*)(?:,(\d*))?\}|.", re.DOTALL)


@plain("regex", STRING, STRING, gives=BOOLEAN)
def _regex(text: str, pattern: str) -> bool:
    """Tell whether `pattern` is found in `text`, anywhere unless it says ^ and $."""
    search = _simple(pattern) if len(text) <= _SHORT else None
    return search(text) is not None if search is not None else _found(pattern, text)


@lru_cache(maxsize=200)
def _simple(pattern: str) -> Callable[[str], Any] | None:
    """Return the search of a pattern that cannot take long; None for any other.

    It spares ordinary forms the import of a second engine.
    """
    if _SIMPLE.fullmatch(pattern[:_SHORT]) is None or len(_CHOICE.findall(pattern)) > _MOST_CHOICES:
        return None
    try:
        return re.compile(pattern, re.ASCII).search if len(pattern) <= _SHORT else None
    except re.error as error:
        raise _not_a_pattern(pattern, error) from error


@lru_cache(maxsize=200)
def _guarded(pattern: str) -> Any:
    """Return the compiled pattern of the engine that can be stopped."""
    import regex

    pattern = _REFERENCE.sub(lambda found: found[1] or r"\g", pattern)
    if (
        len(pattern) > _LONGEST_PATTERN
        or _written_out(pattern) > _LARGEST_PATTERN
        or _RECURSION.search(pattern)
    ):
        raise XPathError(N_("the pattern of regex() is too large"))
    try:
        # \d and \w mean ASCII, as elsewhere, but the flag would also cripple \p{L}
        return regex.compile(pattern, 0 if _PROPERTY.search(pattern) else regex.ASCII)
    except regex.error as error:
        raise _not_a_pattern(pattern, error) from error
    except (RecursionError, MemoryError) as error:
        raise XPathError(N_("the pattern of regex() is too large")) from error


def is_pattern(pattern: str) -> bool:
    """Whether regex() can read `pattern`."""
    try:
        _guarded(pattern)
    except XPathError:
        return False
    return True


def _found(pattern: str, text: str) -> bool:
    try:
        return _guarded(pattern).search(text, timeout=_TIMEOUT_S) is not None
    except (TimeoutError, MemoryError) as error:
        raise XPathError(
            N_("the pattern “{pattern}” takes too long on this answer"), pattern=pattern[:80]
        ) from error


def _not_a_pattern(pattern: str, error: Exception) -> XPathError:
    return XPathError(
        N_("the pattern “{pattern}” is no regular expression: {error}"), pattern=pattern[:80], error=error
    )


def _written_out(pattern: str) -> int:
    """Return the length of `pattern` with x{3} written xxx, as the engine keeps it in memory."""
    sizes = [0]
    last = 0
    for piece in _PIECE.finditer(pattern):
        if piece[0] == "(":
            sizes.append(0)
            continue
        if piece[0] == ")" and len(sizes) > 1:
            last = sizes.pop()
        elif piece[1] is not None or piece[2] is not None:
            times = max(int(count[:9]) for count in (piece[1], piece[2], "1") if count)
            sizes[-1] += last * (times - 1)
            last *= times
            continue
        else:
            last = 1
        sizes[-1] += last
    return sum(sizes)
