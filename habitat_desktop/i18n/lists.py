"""Reference lists: forms/lists/<list>.csv, one place for all forms and for what the program itself uses.

English labels stand in the column "label", translations in the domain "reference" under
"lists/<list>|<name>". A list that headquarters released takes the place of the shipped one.
"""

import csv
from functools import lru_cache
from pathlib import Path

from habitat_desktop.i18n.catalogues import translate
from habitat_desktop.resources import data_dir

SOURCES = "sources"  # where each list comes from, and as of when
_released: dict[str, Path] = {}


def list_path(name: str) -> Path:
    """Return the file of the list in use."""
    return _released.get(name) or data_dir("forms") / "lists" / f"{name}.csv"


def use_released(lists: dict[str, Path]) -> None:
    """Read these files in place of the shipped lists from now on; an empty dict goes back to those."""
    _released.clear()
    _released.update(lists)


def list_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a list by column, in order.

    Raises:
        FileNotFoundError: there is no such list.
    """
    path = list_path(name)
    return _rows(path, path.stat().st_mtime_ns)


def list_labels(name: str) -> dict[str, str]:
    """Return the English labels of a list by code, in order.

    Raises:
        FileNotFoundError: there is no such list.
    """
    return {row["name"]: row.get("label", row["name"]) for row in list_rows(name)}


def list_label(name: str, code: str, language: str) -> str:
    """Return the label of `code` in `language`; an unknown code as it is."""
    label = list_labels(name).get(code, code)
    return translate("reference", language, f"lists/{name}|{code}", label) or label


@lru_cache(maxsize=256)
def _rows(path: Path, _changed: int) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple({key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file))
