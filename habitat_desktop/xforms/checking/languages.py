"""The languages of a workbook: columns that name none, texts that some language lacks."""

import re
from collections.abc import Iterable

from habitat_desktop.xforms.checking.sheets import Book, Row

_TEXTS = {
    "survey": ("label", "hint", "guidance_hint", "constraint_message", "required_message"),
    "choices": ("label",),
}
_MEDIA = ("image", "big-image", "audio", "video")
_CODE = re.compile(r".*\([A-Za-z]{2,3}([-_][A-Za-z0-9]+)*\)\s*|[a-z]{2,3}(-[A-Za-z0-9]+)*")
_SHOWN_ROWS = 5


def check_languages(book: Book) -> None:
    """Note unnamed languages beside named ones, languages without a code, and missing translations."""
    default = book.setting("default_language")
    named = _named(book)
    for language, (sheet, name) in named.items():
        if not _CODE.fullmatch(language):
            column = next(c for c in book.sheets[sheet].meaning[name] if c.language == language)
            book.add("LANGUAGE_CODE", sheet, 1, column, language=language)
    if not named:
        return
    unnamed = _check_unnamed(book, default)
    if default and default not in named and not unnamed:
        book.add(
            "LANGUAGE_UNKNOWN",
            "settings",
            2,
            "default_language",
            language=default,
            languages=", ".join(named),
        )
    for sheet, names in _TEXTS.items():
        for name in names:
            _check_missing(book, sheet, name, named, default)


def _named(book: Book) -> dict[str, tuple[str, str]]:
    """Return the languages the columns name, with the sheet and column that is first to do so."""
    found: dict[str, tuple[str, str]] = {}
    for sheet, names in _TEXTS.items():
        for name in (*names, *_MEDIA):
            for column in book.sheets[sheet].meaning.get(name, ()):
                if column.language:
                    found.setdefault(column.language, (sheet, name))
    return found


def _check_unnamed(book: Book, default: str) -> bool:
    """Tell whether columns of texts name no language; that is said where no setting names it."""
    found = False
    for sheet, names in _TEXTS.items():
        for name in names:
            for column in book.sheets[sheet].meaning.get(name, ()):
                if not column.language:
                    found = True
                    if not default:
                        book.add("LANGUAGE_UNNAMED", sheet, 1, column, name=name)
    return found


def _check_missing(book: Book, sheet: str, name: str, languages: Iterable[str], default: str) -> None:
    """Note for each language how many texts of the column `name` it lacks."""
    rows: list[tuple[Row, set[str]]] = []
    for row in book.sheets[sheet].rows:
        written = {column.language or default for column, _ in row.texts(name)}
        if written:
            rows.append((row, written))
    for language in dict.fromkeys([*languages, *([default] if default else [])]):
        lacking = [row.number for row, written in rows if language not in written]
        if not lacking:
            continue
        column = next((c for c in book.sheets[sheet].meaning[name] if c.language == language), name)
        book.add(
            "TRANSLATION_MISSING",
            sheet,
            lacking[0],
            column,
            count=len(lacking),
            name=name,
            language=language,
            rows=_first(lacking),
        )


def _first(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:_SHOWN_ROWS]))
    return f"{shown} …" if len(rows) > _SHOWN_ROWS else shown
