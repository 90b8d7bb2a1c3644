"""What concerns a whole workbook: its sheets, columns and settings, and the files beside it."""

import re
from pathlib import PurePosixPath

from habitat_desktop.errors import N_
from habitat_desktop.xforms.checking.lists import Lists
from habitat_desktop.xforms.checking.references import without_references
from habitat_desktop.xforms.checking.sheets import SHEETS, Book, Column, nearest, straight
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.definition import list_beside
from habitat_desktop.xforms.itext import MEDIA
from habitat_desktop.xforms.xlsform_words import is_name, known_columns
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import Call, Expression, XPathSyntaxError

_SEARCHED = re.compile(r"""\bsearch\(\s*(['"‘’“”])([^'"‘’“”]+)['"‘’“”]""")
_CHECKED_SHEETS = ("survey", "choices", "settings")
# other people's words for columns, too far from ours to be found by likeness
_OTHER_WORDS = {"question": "label", "text": "label", "list": "list_name", "condition": "relevant"}


def check_sheets(book: Book) -> None:
    """Note sheets and columns whose names are probably misspelt."""
    for name in book.sheet_names:
        if name.lower() in SHEETS or name.startswith("_"):
            continue
        similar = nearest(name, SHEETS, 0.8)
        if similar and not book.sheets[similar].columns:
            book.add("SHEET_MISNAMED", name, 0, "", nearest=similar, name=name)
    for sheet in _CHECKED_SHEETS:
        _check_columns(book, sheet)
        for columns in book.sheets[sheet].meaning.values():
            _check_twice(book, sheet, columns)


def _check_twice(book: Book, sheet: str, columns: list[Column]) -> None:
    """Note a header that is another word for a column that stands there already."""
    languages = [column.language for column in columns]
    for place, column in enumerate(columns):
        if column.other and column.language in languages[:place] and column.name != "form_id":
            book.add("COLUMN_TWICE", sheet, 1, column, name=column.header)


def _check_columns(book: Book, sheet: str) -> None:
    """Note columns that look like one that is known; others are an author's own, and in choices filters."""
    known = known_columns(sheet)
    present = book.sheets[sheet].meaning
    for column in book.sheets[sheet].columns.values():
        if sheet == "choices" and " " in column.name and not column.known:
            book.add(
                "COLUMN_SPACE", sheet, 1, column, nearest="_".join(column.name.split()), name=column.header
            )
            continue
        if column.known or column.header.startswith(("habitat", "bind::", "body::")):
            continue
        base = column.name.partition(":")[0]
        language = column.header[len(base) :] if column.header.startswith(base) else ""
        if language and not language.startswith("::"):
            language = f":{language}"
        similar = nearest(base, known, 0.8 if sheet != "choices" else 0.75)
        if sheet == "choices" and similar not in ("label", "name", "list_name", "image", "audio", "video"):
            continue
        if sheet == "survey" and not similar and base.lower() in _OTHER_WORDS:
            similar = _OTHER_WORDS[base.lower()]
        if similar and (language or similar not in present):
            book.add("COLUMN_UNKNOWN", sheet, 1, column, nearest=similar + language, name=column.header)


def check_settings(book: Book) -> None:
    """Note settings that are missing or cannot be what they are."""
    for name in ("form_id", "version"):
        if not book.setting(name):
            book.add("SETTING_MISSING", "settings", 2, name, name=name)
    form_id, name = book.setting("form_id"), book.setting("name")
    if " " in form_id:
        _bad(book, "form_id", form_id, N_("a form_id has no spaces"))
    if name and not is_name(name):
        book.add("NAME_BAD", "settings", 2, "name", name=name)


def _bad(book: Book, name: str, value: str, problem: str) -> None:
    book.add("SETTING_BAD", "settings", 2, name, name=name, value=value, problem=problem)


def check_files(book: Book, items: list[Item], lists: Lists) -> None:
    """Note pictures, sounds and data files that are not beside the form."""
    folder = book.path.parent
    places = (folder, folder / f"{book.path.stem}-media")
    for sheet in ("survey", "choices"):
        for row in book.sheets[sheet].rows:
            for name in MEDIA:
                for column, file in row.texts(name):
                    if "${" in file or any((place / PurePosixPath(file).name).is_file() for place in places):
                        continue
                    book.add("MEDIA_MISSING", sheet, row.number, column, file=file, folder=places[1].name)
    for item in items:
        searched = _SEARCHED.search(item.row["appearance"])
        if searched is not None and not list_beside(folder, f"{searched[2]}.csv").is_file():
            name = searched[2]
            plain = name.removesuffix(".csv")
            slipped = {} if plain == name else {"wrong": name, "right": plain}
            book.add(
                "FORM_FILE_MISSING", "survey", item.row.number, "appearance", file=f"{name}.csv", **slipped
            )
        elif searched is not None:
            lists.check_columns(item.row, "appearance", f"{searched[2]}.csv", _searched_columns(item))
        if item.word in ("csv-external", "xml-external"):
            file = f"{item.name}.{item.word[:3]}"
            if not list_beside(folder, file).is_file():
                book.add("FORM_FILE_MISSING", "survey", item.row.number, "name", file=file)


def _searched_columns(item: Item) -> list[Expression]:
    """Return the arguments of a search() that name columns of its list."""
    text = without_references(straight(item.row["appearance"]))
    begin, end = text.index("search("), text.rfind(")") + 1
    try:
        call = parse(text[begin:end])
    except XPathSyntaxError:
        return []
    return call.arguments[2::2] if isinstance(call, Call) else []
