"""Choice lists the program itself uses beside the forms: functions of persons, regional offices.

English labels stand in translations/lists/<list>.csv, translations in the domain "reference".
"""

import csv
from functools import cache

from habitat_desktop.i18n.catalogues import translate
from habitat_desktop.resources import data_dir


@cache
def list_labels(name: str) -> dict[str, str]:
    """Return the English labels of a list by code, in order.

    Raises:
        FileNotFoundError: there is no such list.
    """
    path = data_dir("translations") / "lists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}


def list_label(name: str, code: str, language: str) -> str:
    """Return the label of `code` in `language`; an unknown code as it is."""
    label = list_labels(name).get(code, code)
    return translate("reference", language, f"lists/{name}|{code}", label) or label
