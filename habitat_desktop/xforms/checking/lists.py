"""The choices sheet, and the lists the questions take their choices from."""

import csv
import re
from collections.abc import Iterable
from itertools import islice

from habitat_desktop.xforms.checking.references import MARK
from habitat_desktop.xforms.checking.sheets import Book, Column, Row, nearest
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.definition import list_beside
from habitat_desktop.xforms.xlsform_words import is_yes, select_kind
from habitat_desktop.xforms.xpath.syntax import Expression, String

LIST_FILES = (".csv", ".xml", ".geojson")
_WORD = re.compile(r"[\w.-]+")
_PAIR = re.compile(r"(value|label)\s*=\s*([\w.-]+)")
_INSTANCE = re.compile(r"""instance\(\s*['"‘’“”]([^'"‘’“”]+)""")
_LONG_LIST = 500  # choices inside the form; Collect reads them all at each opening


class Lists:
    """The lists of a workbook: rows of the choices sheet by list_name."""

    def __init__(self, book: Book, items: Iterable[Item]) -> None:
        self._book = book
        self.inside = _by_list(book, "choices")
        self.outside = _by_list(book, "external_choices")
        self._questions = [item for item in items if item.type.list_name and item.type.kind == "select"]

    def check(self) -> None:
        """Note what is wrong with choices, and with what questions say of lists."""
        book = self._book
        if book.choices.rows and not book.choices.has("name"):
            similar = nearest("name", book.choices.columns)
            book.add("COLUMN_MISSING", "choices", 1, "name", nearest=similar, name="name")
            return
        multiple = set()
        for item in self._questions:
            self._check_question(item)
            if select_kind(item.word) == "select_multiple":
                multiple.add(item.type.list_name)
        for name, rows in self.inside.items():
            self._check_list(name, rows, name in multiple)

    def columns(self, name: str) -> frozenset[str] | None:
        """Return the columns of the list `name`; None where they are not known."""
        if name.endswith(".csv"):
            return self._csv_columns(name)
        if name not in self.inside:
            return None
        sheet = self._book.choices
        return frozenset((*sheet.meaning, *sheet.columns)) - {"list_name"}

    def check_columns(self, row: Row, column: str | Column, file: str, named: Iterable[Expression]) -> None:
        """Note texts of `named` that are no column of the CSV `file`."""
        known = self._csv_columns(file)
        if not known:
            return
        for name in named:
            if isinstance(name, String) and MARK not in name.value and name.value not in known:
                similar = nearest(name.value, known)
                self._book.add(
                    "FILE_COLUMN", "survey", row.number, column, nearest=similar, file=file, name=name.value
                )

    def check_unused(self, items: Iterable[Item]) -> None:
        """Note lists of the choices sheet that nothing names."""
        used = {item.type.list_name for item in items}
        if any("${" in name for name in used):
            return
        for row in self._book.survey.rows:
            used.update(row.word("type").split(), _WORD.findall(row["parameters"]))
            for text in row.cells.values():
                used.update(_INSTANCE.findall(text) if "instance(" in text else ())
        for name in self.inside.keys() - used:
            self._book.add("LIST_UNUSED", "choices", self.inside[name][0].number, "list_name", list=name)

    def _csv_columns(self, name: str) -> frozenset[str] | None:
        path = list_beside(self._book.path.parent, name)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                return frozenset(column.strip() for column in next(csv.reader(islice(file, 1)), ()))
        except (OSError, UnicodeDecodeError, csv.Error, ValueError):
            return None

    def _check_question(self, item: Item) -> None:
        book, name, row = self._book, item.type.list_name, item.row
        if item.type.or_other and row["choice_filter"]:
            book.add("OTHER_FILTERED", "survey", row.number, "choice_filter")
        from_file = item.word.replace(" ", "_").endswith("from_file")
        if from_file and not name.endswith(LIST_FILES):
            book.add("LIST_FILE_BAD", "survey", row.number, "type", file=name)
        elif name.endswith(LIST_FILES):
            if not list_beside(book.path.parent, name).is_file():
                book.add("FORM_FILE_MISSING", "survey", row.number, "type", file=name)
            elif name.endswith(".csv"):
                given = {"value": "name", "label": "label", **dict(_PAIR.findall(row["parameters"]))}
                self.check_columns(row, "type", name, [String(given["value"]), String(given["label"])])
        elif "${" not in name:
            known = self.outside if select_kind(item.word) == "select_one_external" else self.inside
            if name not in known:
                similar = book.near("LIST_UNKNOWN", name, known)
                book.add("LIST_UNKNOWN", "survey", row.number, "type", nearest=similar, list=name)

    def _check_list(self, name: str, rows: list[Row], multiple: bool) -> None:
        book = self._book
        repeated = is_yes(book.setting("allow_choice_duplicates"))
        seen: dict[str, int] = {}
        for row in rows:
            choice = row["name"]
            if not choice:
                book.add("CHOICE_NO_NAME", "choices", row.number, "name")
                continue
            if not any(row[column] for column in ("label", "image", "big-image", "audio", "video")):
                book.add("CHOICE_NO_LABEL", "choices", row.number, "label", name=choice)
            if multiple and " " in choice:
                book.add("CHOICE_SPACE", "choices", row.number, "name", name=choice, list=name)
            first = seen.setdefault(choice, row.number)
            if first != row.number and not repeated:
                book.add("CHOICE_TWICE", "choices", row.number, "name", name=choice, list=name, other=first)
        if len(rows) > _LONG_LIST:
            book.add(
                "TRAVEL_LONG_LIST",
                "choices",
                rows[0].number,
                "list_name",
                tools=("collect", "kobo"),
                list=name,
                count=len(rows),
            )


def _by_list(book: Book, sheet: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in book.sheets[sheet].rows:
        name = row["list_name"]
        if name:
            found.setdefault(name, []).append(row)
        elif row["name"] or row["label"]:
            book.add("CHOICE_NO_LIST", sheet, row.number, "list_name")
    return found
