"""The functions of XPath 1.0 and of ODK XForms; importing this package fills the table."""

from habitat_desktop.xforms.xpath.functions import (
    dates,
    geo,
    lists,
    nodesets,
    numbers,
    patterns,
    questions,
    signatures,
    strings,
)
from habitat_desktop.xforms.xpath.functions.registry import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "dates",
    "geo",
    "lists",
    "nodesets",
    "numbers",
    "patterns",
    "questions",
    "signatures",
    "strings",
]
