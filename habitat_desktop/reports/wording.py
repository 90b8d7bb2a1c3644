"""How cells are written in words: what Word, HTML and the terminal show in common."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import has_rtl, iso, ltr
from habitat_desktop.packages.texts import unit_name
from habitat_desktop.reports.document import (
    Cell,
    Code,
    Column,
    Day,
    Figure,
    Measure,
    Missing,
    Number,
    Paragraph,
    Quote,
    RecordName,
    Room,
    Text,
)

DASH = "–"
_FIELD = re.compile(r"\{(\w+)\}")


def is_right_to_left() -> bool:
    """Whether the language spoken now is written from right to left."""
    return languages()[language()].direction == "rtl"


def code_words(text: str) -> str:
    """Return a code as it stands in a sentence: isolated only where the language runs from the right."""
    return ltr(text) if is_right_to_left() else text


def number_words(value: Decimal | None, decimals: int, measure: Measure, unit: str = "") -> str:
    """Return a number as it is written; a dash where it is not known."""
    if value is None:
        return DASH
    text = format_number(value, language(), decimals)
    if measure == "percent":
        # Translators: a percentage, such as "87 %" or "87%"; keep the space (or none) that is usual.
        return pgettext("percentage", "{number}%").format(number=text)
    if unit:
        return f"{text} {unit_name(unit)}"
    return text


def n_of_n(figure: Figure) -> str:
    """Return "12 of 15"."""
    return pgettext("how many have come", "{n} of {total}").format(
        n=format_number(str(figure.known), language()), total=format_number(str(figure.total), language())
    )


def in_a_row(sentences: Iterable[str]) -> str:
    """Return sentences as one text; in Chinese none is set apart by a space."""
    return ("" if language() == "zh" else " ").join(sentences)


def column_title(column: Column) -> str:
    """Return the head of a column, with its unit."""
    if not column.unit:
        return column.title
    unit = unit_name(column.unit)
    unit = ltr(unit) if is_right_to_left() and not has_rtl(unit) else unit
    return _("{question} ({unit})").format(question=column.title, unit=unit)


def cell_words(cell: Cell) -> str:
    """Return a cell as one text, in the language spoken now; dates as they fit into a table."""
    match cell:
        case Text(text=text) | Quote(text=text):
            return text
        case Code(text=text) | RecordName(label=text):
            return code_words(text)
        case Number(value, decimals, measure, unit):
            return number_words(value, decimals, measure, unit)
        case Figure():
            return figure_words(cell)
        case Day(day):
            return format_date(day, language(), "short")
        case Missing(reason):
            return f"{DASH} ({reason})" if reason else DASH
        case Room():
            return ""


def figure_words(figure: Figure) -> str:
    """Return a figure with how many gave it, where that is not all."""
    words = number_words(figure.value, figure.decimals, figure.measure, figure.unit)
    if not figure.is_partial:
        return words
    # Translators: a sum, and of how many of the records it was worked out, such as "1,200 (3 of 5)".
    return pgettext("figure and coverage", "{figure} ({n_of_n})").format(figure=words, n_of_n=n_of_n(figure))


def filled(paragraph: Paragraph, mark: Callable[[Cell], str] | None = None) -> str:
    """Return a paragraph as one text; `mark` gives what stands behind the words of a cell."""
    return "".join(text if cell is None else cell_words(cell) + (mark(cell) if mark else "")
                   for text, cell in pieces(paragraph))  # fmt: skip


def pieces(paragraph: Paragraph) -> list[tuple[str, Cell | None]]:
    """Return a paragraph as its texts and cells, in order."""
    found: list[tuple[str, Cell | None]] = []
    end = 0
    for match in _FIELD.finditer(paragraph.text):
        if match[1] in paragraph.values:
            found.append((paragraph.text[end : match.start()], None))
            found.append(("", paragraph.values[match[1]]))
            end = match.end()
    found.append((paragraph.text[end:], None))
    return [(text, cell) for text, cell in found if text or cell is not None]


def language_name(code: str) -> str:
    """Return the name of a language in the language spoken now, an unknown code as it is."""
    from babel import Locale

    return Locale.parse(language()).languages.get(code, code) if code in languages() else code


def quote_mark(quote: Quote) -> str:
    """Return the remark that a text is left in its language; "" where it is the language of the report."""
    if not quote.language or quote.language == language():
        return ""
    # Translators: behind a text somebody wrote in another language than that of the report.
    return _("[in {language}]").format(language=iso(language_name(quote.language)))
