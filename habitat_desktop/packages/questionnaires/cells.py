"""What stands in the cells of a questionnaire: the answers it is made with, and what may be typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, gettext_in, translate
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.packages.layout import Cell, date_cell, number_cell, text_cell
from habitat_desktop.packages.questionnaires.conditions import Bounds
from habitat_desktop.packages.questionnaires.manifest import ROWS, SLOTS, Answer, Item
from habitat_desktop.packages.questionnaires.plan import Asked
from habitat_desktop.packages.texts import UNAVAILABLE

NUMBERS = frozenset(("integer", "decimal", "range"))
LONGEST_TEXT = 32_000
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # letters of a warning, Excel's limits
_FAR = 999_999_999_999_999
# Why there is no answer, in the order offered; the same words as in the window
REASONS = {
    "no_survey": N_("No survey or register has it"),
    "not_applicable": N_("Does not apply here"),
    "refused": N_("Refused by those who have it"),
    "coming_later": N_("Comes later"),
}


def yes_no(language: str) -> tuple[str, str]:
    """Return the words for yes and no."""
    return tuple(  # type: ignore[return-value]
        translate("reference", language, f"lists/yes_no|{code}", word) or word
        for code, word in (("yes", "Yes"), ("no", "No"))
    )


def reason_words() -> list[tuple[str, str]]:
    """Return every way to say in any language why there is no answer: (words, code)."""
    found = []
    for language in LANGUAGES:
        for words in (REASONS, UNAVAILABLE):
            found += [(gettext_in(language, word), code) for code, word in words.items()]
    return found


def answer_cell(item: Item, answer: Answer, labels: Mapping[str, str], language: str, slot: int = 0) -> Cell:
    """Return the cell of an answer a questionnaire is made with: of slot `slot` where it has several."""
    if isinstance(answer, dict) or not answer:
        return ""
    if isinstance(answer, list):
        if item.mode != SLOTS:
            return text_cell(" ".join(answer))
        if slot == item.slots - 1 and len(answer) > item.slots:  # more than there is room for
            return text_cell("; ".join(labels.get(code, code) for code in answer[slot:]))
        return text_cell(labels.get(answer[slot], answer[slot])) if slot < len(answer) else ""
    if item.type in NUMBERS:
        return number_cell(answer)
    if item.type == "date":
        return date_cell(answer)
    if item.choices:
        return text_cell(labels.get(answer, answer))
    if item.type == "acknowledge":
        return yes_no(language)[0]
    return text_cell(answer)


def choice_cell(answer: Answer, code: str, language: str) -> Cell:
    """Return the cell of one choice of a question with a row for each."""
    return yes_no(language)[0] if isinstance(answer, list) and code in answer else ""


def reason_cells(answer: Answer, language: str) -> tuple[str, str]:
    """Return the cells that say why there is no answer, and the remark."""
    if not isinstance(answer, dict):
        return "", ""
    about = answer["$unavailable"]
    reason = gettext_in(language, REASONS.get(about["reason"], about["reason"]))
    return reason, text_cell(about["remark"])


def style_of(item: Item) -> tuple[str, int]:
    """Return kind and decimals of the format of an answer's cell, as `Looks.answer` takes them."""
    if item.type in NUMBERS:
        if item.unit == "%":
            return "percent", -1
        if item.unit and item.type == "integer":
            return "quantity", 0
        return "number", -1
    return {"date": "date"}.get(item.type, "choice" if item.choices else "text"), -1


def decimals_of(cell: Cell) -> int:
    """Return how many decimals a number has."""
    text = format(Decimal(repr(cell)), "f") if isinstance(cell, int | float) else ""
    return len(text.partition(".")[2]) if "." in text and not text.endswith(".0") else 0


# -- in words --------------------------------------------------------------------------------------------


def how_to_answer(asked: Asked, language: str) -> str:
    """Return what form the answer takes."""
    item = asked.item
    if item.mode == ROWS:
        return _("“{yes}” for each that applies").format(yes=yes_no(language)[0])
    if item.type == "rank":
        return _("all choices, the most important one first")
    if item.mode == SLOTS:
        return _("as many from the list as apply, one in each row")
    if item.type in NUMBERS:
        return _number_in_words(item, asked.bounds, language)
    if item.type == "text" and asked.bounds.longest:
        return _("text of at most {count} letters").format(count=asked.bounds.longest)
    said = {
        "date": _("a date: day, month, year"),
        "time": _("a time, such as 09:30"),
        "dateTime": _("a date and time, such as 2026-01-31 09:30"),
        "select_one": _("one from the list"),
        "geopoint": _("latitude and longitude, such as -1.286 36.817"),
        "geotrace": _("latitudes and longitudes, divided by semicolons"),
        "geoshape": _("latitudes and longitudes, divided by semicolons"),
        "acknowledge": _("“{yes}” once it is read").format(yes=yes_no(language)[0]),
    }
    return said.get(item.type, _("text"))


def _number_in_words(item: Item, bounds: Bounds, language: str) -> str:

    def shown(limit: Decimal | None) -> str | None:
        # a year has no unit and is not grouped
        return limit if limit is None else format_number(limit, language) if item.unit else f"{limit:f}"

    low, high = shown(bounds.low), shown(bounds.high)
    whole = item.type == "integer"
    if low is not None and high is not None:
        text = _("a whole number from {low} to {high}") if whole else _("a number from {low} to {high}")
    elif low is not None and bounds.low != 0:
        text = _("a whole number, at least {low}") if whole else _("a number, at least {low}")
    elif high is not None:
        text = _("a whole number, at most {high}") if whole else _("a number, at most {high}")
    else:
        text = _("a whole number") if whole else _("a number")
    return text.format(low=low, high=high)


# -- data validation -------------------------------------------------------------------------------------


def validation(asked: Asked, source: str, words: str = "", cell: str = "") -> dict[str, Any] | None:
    """Return the rule of an answer's cell, as XlsxWriter takes it; it warns and forbids nothing.

    `source` is the range of the list. In a table `words` is the range of the words for a missing answer,
    which may stand in any cell, and `cell` the first cell the rule is for.
    """
    item = asked.item
    warn = {
        "error_type": "warning",
        "error_title": _("Please check")[:LONGEST_TITLE],
        "error_message": _("This is not the kind of answer the question asks for. Keep it all the same?")[
            :LONGEST_MESSAGE
        ],
        "ignore_blank": True,
    }
    if source:
        return {"validate": "list", "source": source, **warn}
    bounds = asked.bounds
    if item.type in NUMBERS or item.type == "date":
        rule = _number_rule(item, bounds) if item.type in NUMBERS else _date_rule()
        return {**(_or_words(rule, words, cell) if words else rule), **warn}
    if item.type in ("text", "barcode"):
        return {"validate": "length", "criteria": "<=", "value": bounds.longest or LONGEST_TEXT, **warn}
    return None


def _number_rule(item: Item, bounds: Bounds) -> dict[str, Any]:
    low = -_FAR if bounds.low is None else float(bounds.low)
    high = _FAR if bounds.high is None else float(bounds.high)
    kind = "integer" if item.type == "integer" else "decimal"
    if kind == "integer":
        low, high = int(low), int(high)
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def _date_rule() -> dict[str, Any]:
    from datetime import date

    return {
        "validate": "date", "criteria": "between", "minimum": date(1900, 3, 1), "maximum": date(2199, 12, 31),
    }  # fmt: skip


def _or_words(rule: Mapping[str, Any], words: str, cell: str) -> dict[str, Any]:
    """Let the words for a missing answer stand in the place of a number or a date."""
    if rule["validate"] == "date":
        number = f"AND(ISNUMBER({cell}),{cell}>=61)"
    else:
        whole = f",{cell}=INT({cell})" if rule["validate"] == "integer" else ""
        number = f"AND(ISNUMBER({cell}),{cell}>={rule['minimum']:.15g},{cell}<={rule['maximum']:.15g}{whole})"
    return {"validate": "custom", "value": f"=OR({number},COUNTIF({words},{cell})>0)"}
