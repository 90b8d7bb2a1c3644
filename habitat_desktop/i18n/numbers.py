"""Numbers and dates as people type and read them; what is stored is plain decimal text and ISO dates.

Reading never guesses: "1,234" can be a thousand or a decimal number, so it is asked back.
"""

import re
from decimal import Decimal, InvalidOperation

from habitat_desktop.i18n.dates import format_date, format_datetime, parse_date, relative_time
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import latin_digits

__all__ = [
    "AmbiguousNumber",
    "edit_number",
    "format_date",
    "format_datetime",
    "format_number",
    "parse_date",
    "parse_number",
    "relative_time",
]

_SPACE = " \t\u00a0\u2007\u2008\u2009\u202f\u3000"
_INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DECIMAL_ONLY, _GROUP_ONLY = "\u066b", "\u066c"  # Arabic signs that have one meaning only
_SIGNS = str.maketrans(
    {"−": "-", "‐": "-", "‑": "-", "–": "-", "－": "-", "﹣": "-", "＋": "+", "．": ".", "。": ".", "，": ",",
     "،": ",", "’": "'", "‘": "'", "ʼ": "'", "＇": "'"}
)  # fmt: skip
_SPACED = re.compile(rf"(\d{{1,3}})((?:[{_SPACE}'{_GROUP_ONLY}]\d{{3}})+)(?=$|[.,{_DECIMAL_ONLY}])")
_MAX_DIGITS = 40  # nobody types more; Decimal would take millions


class AmbiguousNumber(ValueError):
    """The text can be read in two ways; a person picks one."""

    def __init__(self, text: str, readings: tuple[Decimal, Decimal]) -> None:
        super().__init__(f"{text!r} can be read as {readings[0]} or {readings[1]}")
        self.readings = readings


def parse_number(text: str, language: str) -> Decimal:
    """Return the number a person typed, in the digits of any script and with either decimal separator.

    `language` settles nothing that is ambiguous: people in one office type both ways.

    Raises:
        AmbiguousNumber: "1,234" and the like; `readings` has the thousand first, then the decimal.
        ValueError: no number.
    """
    languages()[language]
    signs = latin_digits(_INVISIBLE.sub("", text).strip()).translate(_SIGNS)
    sign, digits = _split_sign(signs)
    if not digits or len(digits) > 2 * _MAX_DIGITS or not digits[-1].isdigit():
        raise ValueError(text)
    spaced = _SPACED.match(digits)
    if spaced:
        digits = spaced[1] + re.sub(r"\D", "", spaced[2]) + digits[spaced.end() :]
    if not re.fullmatch(rf"[\d.,{_DECIMAL_ONLY}]+", digits):
        raise ValueError(text)
    whole, fraction = _split(digits, text)
    if fraction is not None and spaced is None and _two_readings(digits, whole, fraction):
        thousands, decimal = Decimal(f"{sign}{whole}{fraction}"), Decimal(f"{sign}{whole}.{fraction}")
        raise AmbiguousNumber(text, (thousands, decimal))
    if len(whole) + len(fraction or "") > _MAX_DIGITS:
        raise ValueError(text)
    number = Decimal(f"{sign}{whole}" + (f".{fraction}" if fraction else ""))
    return number or abs(number)  # no negative zero


def _split_sign(text: str) -> tuple[str, str]:
    """Take the sign off; Arabic writers may put it at the end."""
    if text.endswith("-") and text[:1] not in ("-", "+"):
        return "-", text[:-1].strip()
    if text[:1] in ("-", "+"):
        return text[0].replace("+", ""), text[1:].strip()
    return "", text


def _split(digits: str, text: str) -> tuple[str, str | None]:
    """Return the digits before and after the decimal mark."""
    if _DECIMAL_ONLY in digits:
        whole, _, fraction = digits.partition(_DECIMAL_ONLY)
        if not fraction.isdigit() or not re.fullmatch(r"\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+", whole):
            raise ValueError(text)
        return re.sub("[.,]", "", whole), fraction
    marks = re.findall("[.,]", digits)
    if not marks:
        return digits, None
    last = marks[-1]
    if marks.count(last) > 1:  # 1.234.567 is grouped throughout
        if len(set(marks)) > 1 or not re.fullmatch(rf"\d{{1,3}}(?:\{last}\d{{3}})+", digits):
            raise ValueError(text)
        return digits.replace(last, ""), None
    whole, _, fraction = digits.rpartition(last)
    other = "," if last == "." else "."
    if other in whole:  # 1.234,5: the last mark is the decimal one
        if not re.fullmatch(rf"\d{{1,3}}(?:\{other}\d{{3}})+", whole):
            raise ValueError(text)
        whole = whole.replace(other, "")
    return whole or "0", fraction


def _two_readings(digits: str, whole: str, fraction: str) -> bool:
    """Whether the one separator can be a group mark: one to three digits before it, three after it."""
    return (
        _DECIMAL_ONLY not in digits
        and len(re.findall("[.,]", digits)) == 1
        and len(fraction) == 3
        and len(whole) <= 3
        and not whole.startswith("0")
    )


def format_number(value: str | Decimal, language: str, decimals: int | None = None) -> str:
    """Return a stored number as `language` writes it, with Latin digits; "" stays "".

    `decimals` rounds half away from zero; None keeps the digits as stored. Text that is no number is
    returned as it is: what was stored must stay visible.
    """
    text = str(value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    if decimals is not None:
        from decimal import ROUND_HALF_UP, localcontext

        with localcontext() as context:
            context.prec = max(28, number.adjusted() + decimals + 3)
            number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    row = languages()[language]
    plain = f"{number:f}"
    negative = plain.startswith("-")
    whole, _, fraction = plain.lstrip("-").partition(".")
    if len(whole) >= 3 + row.minimum_grouping:
        head = len(whole) % 3
        groups = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
        whole = row.group.join(groups)
    shown = whole + (row.decimal + fraction if fraction else "")
    return f"-{shown}" if negative and number else shown


def edit_number(value: str | Decimal, language: str) -> str:
    """Return a stored number as it stands in a field: with the decimal mark of `language`, without groups."""
    return str(value).replace(".", languages()[language].decimal)
