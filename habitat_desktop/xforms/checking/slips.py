"""What people write who know other languages than XPath: a spreadsheet's, a programmer's, their own."""

import re
from collections.abc import Mapping

_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
# what is written -> what is meant, \N being group N; the first that is found in an expression is told
_SLIPS = tuple(
    (re.compile(wrong), right)
    for wrong, right in (
        (r"==", "="),
        (r"=>", ">="),
        (r"=<", "<="),
        (r"<>", "!="),
        (r"&&?", "and"),
        (r"\|\|", "or"),
        (r"(?<![\w{.-])(?!and\b|or\b)(?i:and|or)(?![\w}.-])", ""),
        (r"\$\(\s*([^\W\d][\w.-]*)\s*\)", "${\\1}"),
        (r"(?<!\$)\{\s*([^\W\d][\w.-]*)\s*\}", "${\\1}"),
        (r"(?<=\})\s*(/)", "div"),
        (r"(?<=[\d)])\s*(/)(?=\s*[\d$(])", "div"),
        (r"%", "mod"),
        (r"(?<![\w{.-])(?i:not)\s+(\$\{[^}]*\}|[^\W\d][\w.-]*)", "not(\\1)"),
        (r";", ","),
    )
)
_CALLS = {"today": "today()", "now": "now()", "true": "true()", "false": "false()"}
_YES = frozenset(("oui", "si", "sí", "sim", "ja", "ndiyo", "evet", "да", "是", "نعم", "y", "x", "1"))
_NO = frozenset(("non", "não", "nao", "nein", "hapana", "hayır", "нет", "否", "لا", "n"))
_FUNCTIONS = {"len": "string-length", "length": "string-length", "concatenate": "concat"}


def slip(expression: str) -> Mapping[str, str]:
    """Return `wrong` and `right` for what keeps `expression` from being read; nothing where it is unknown."""
    blanked = _TEXT.sub(lambda text: "'" + " " * (len(text[0]) - 2) + "'", expression)
    for pattern, right in _SLIPS:
        found = pattern.search(blanked)
        if found is None:
            continue
        wrong = found[1] if right == "div" else found[0]
        return {"wrong": wrong, "right": found.expand(right) if right else wrong.lower()}
    return {}


def word_slip(word: str, column: str) -> Mapping[str, str]:
    """Return `wrong` and `right` for a bare `word` in `column` that is no question."""
    lower = word.lower()
    right = _CALLS.get(lower, "")
    if column in ("required", "readonly"):
        right = right or ("yes" if lower in _YES else "no" if lower in _NO else "")
    return {"wrong": word, "right": right} if right else {}


def function_meant(name: str) -> str:
    """Return the function that spreadsheets call `name`, "" where it is not known."""
    return _FUNCTIONS.get(name.lower(), "")
