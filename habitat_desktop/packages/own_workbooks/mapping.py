"""Which column of a sheet answers which question; kept in a small file for the next time."""

import json
import re
from collections.abc import Mapping as MappingOf
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.text import clean, fold

COUNTRY, PERIOD = "$country", "$period"  # columns that say what a row is about
_UNSAFE = re.compile(r"[^\w\-]+")
_LONGEST_NAME = 80


class MappingNameError(HabitatError):
    code = "MAPPING_NAME"
    message = N_("A mapping needs a name. Nothing was saved.")


class MappingUnknownError(HabitatError):
    code = "MAPPING_UNKNOWN"
    message = N_(
        "There is no mapping “{name}”, or its file cannot be read. Nothing was changed. List them: habitat "
        "workbook list"
    )


@dataclass(frozen=True)
class Column:
    """One column of the sheet, from 0, with the heading it had; `path` is the question it answers."""

    index: int
    heading: str
    path: str


@dataclass(frozen=True)
class Mapping:
    """How a sheet is read.

    Each row is a record, or, with `repeat` (the path of a repeat), an entry of one record. `header_row`
    counts from 1. `words` gives, for a question, the code of a choice for a text of the sheet (folded).
    `country` (alpha-3) and `period` stand for all rows where no column says them. `month_first`: days are
    written month/day/year.
    """

    form_id: str
    sheet: str
    header_row: int
    columns: tuple[Column, ...] = ()
    repeat: str = ""
    words: MappingOf[str, MappingOf[str, str]] = field(default_factory=dict)
    language: str = "en"
    country: str = ""
    period: str = ""
    month_first: bool = False
    name: str = ""

    def column(self, index: int) -> Column | None:
        return next((one for one in self.columns if one.index == index), None)

    def with_column(self, index: int, heading: str, path: str) -> "Mapping":
        """Return the mapping with column `index` answering `path`; "" for nothing. One column a question."""
        rest = tuple(one for one in self.columns if one.index != index and (one.path != path or not path))
        added = (Column(index, heading, path),) if path else ()
        return replace(self, columns=tuple(sorted((*rest, *added), key=lambda one: one.index)))

    def with_word(self, path: str, text: str, code: str) -> "Mapping":
        """Return the mapping in which `text` in the column of `path` stands for the choice `code`."""
        words = {key: dict(value) for key, value in self.words.items()}
        words.setdefault(path, {})[fold(text)] = code
        return replace(self, words=words)


def save(folder: Path, mapping: Mapping) -> Path:
    """Keep `mapping` under its name in `folder`, in the place of an older one of that name.

    Raises:
        MappingNameError: it has none. OSError as the disk does.
    """
    name = clean(mapping.name).strip()[:_LONGEST_NAME]
    if not name:
        raise MappingNameError
    make_folder(folder)
    path = folder / f"{_UNSAFE.sub('-', name).strip('-') or 'mapping'}.json"
    text = json.dumps(asdict(replace(mapping, name=name)), ensure_ascii=False, indent=1)
    write_whole(path, text.encode("utf-8"))
    return path


def saved(folder: Path) -> list[Mapping]:
    """Return the mappings kept in `folder`, by name; files that cannot be read are passed over."""
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            found.append(_from_json(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
    return sorted(found, key=lambda one: one.name.casefold())


def named(folder: Path, name: str) -> Mapping:
    """Return the mapping called `name`.

    Raises:
        MappingUnknownError: there is none that can be read.
    """
    found = next((one for one in saved(folder) if fold(one.name) == fold(name)), None)
    if found is None:
        raise MappingUnknownError(name=name)
    return found


def _from_json(data: dict[str, Any]) -> Mapping:
    columns = tuple(Column(int(c["index"]), str(c["heading"]), str(c["path"])) for c in data["columns"])
    words = {str(p): {str(t): str(c) for t, c in w.items()} for p, w in data.get("words", {}).items()}
    texts = {
        name: str(data.get(name, ""))
        for name in ("form_id", "sheet", "repeat", "language", "country", "period", "name")
    }
    row = int(data["header_row"])
    if row < 1 or any(column.index < 0 for column in columns):
        raise ValueError(row)
    return Mapping(
        header_row=row, columns=columns, words=words, month_first=data.get("month_first") is True, **texts
    )
