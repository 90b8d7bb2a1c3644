"""The columns and settings that speak to this program alone: records, rollover, key, period."""

from collections.abc import Iterator
from pathlib import Path

from habitat_desktop.errors import N_
from habitat_desktop.i18n.periods import PERIODICITIES, period_bounds
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.checking.sheets import Book, nearest
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.problems import FormError
from habitat_desktop.xforms.record_lists import RECORDS, RecordList, read_record_list
from habitat_desktop.xforms.xlsform import read_workbook

_RECORDS, _ROLLOVER = f"bind::{RECORDS}", "bind::habitat:rollover"
_ROLLOVERS = ("carry", "confirm", "clear")
_SUFFIXES = (".xlsx", ".xls", ".md", ".xml")


def check_ours(book: Book, items: list[Item]) -> None:
    """Note what our own columns and settings name and there is not."""
    for item in items:
        rollover = item.row.cells.get(_ROLLOVER, "").strip()
        if rollover and rollover not in _ROLLOVERS:
            similar = nearest(rollover, _ROLLOVERS, 0.6)
            book.add("ROLLOVER_BAD", "survey", item.row.number, _ROLLOVER, nearest=similar, value=rollover)
        records = item.row.cells.get(_RECORDS, "").strip()
        if records:
            _check_records(book, item, records)
    _check_settings(book, items)


def _check_settings(book: Book, items: list[Item]) -> None:
    names = {name for item in items for name in (item.name, f"/data/{_path(item)}")}
    for setting in ("habitat_subject", "habitat_key"):
        for name in book.setting(setting).split():
            if name not in names and "instanceName" not in name:
                _bad(book, setting, name, N_("the form has no such question"))
    period = book.setting("habitat_period")
    if period and period not in PERIODICITIES:
        _bad(book, "habitat_period", period, N_("it is half-year, year, biennium or ad hoc"))
    begins = book.setting("habitat_from")
    try:
        if begins:
            period_bounds(begins)
    except ValueError:
        _bad(book, "habitat_from", begins, N_("a period is written as 2026-H1, 2026 or 2026-2027"))


def _bad(book: Book, name: str, value: str, problem: str) -> None:
    book.add("SETTING_BAD", "settings", 2, name, name=name, value=value, problem=problem)


def _path(item: Item) -> str:
    return f"{_path(item.inside)}/{item.name}" if item.inside is not None else item.name


def _check_records(book: Book, item: Item, text: str) -> None:
    row, wanted = item.row.number, read_record_list(text)
    if wanted is None:
        book.add("RECORDS_BAD", "survey", row, _RECORDS, value=text)
        return
    if not (item.word.replace(" ", "_") == "select_one_from_file" and item.type.list_name.endswith(".csv")):
        book.add("RECORDS_FILE", "survey", row, _RECORDS, name=item.name)
    if wanted.form_id == book.setting("form_id"):
        known = frozenset(row.word("name") for row in book.survey.rows) - {""}
    else:
        file = _file_of(book.path.parent, wanted.form_id)
        if file is None:
            beside = (path.stem for path in _forms(book.path.parent))
            similar = nearest(wanted.form_id, beside)
            book.add("RECORDS_FORM", "survey", row, _RECORDS, nearest=similar, form=wanted.form_id)
            return
        known = _names_in(file)
    _check_names(book, row, wanted, known)


def _check_names(book: Book, row: int, wanted: RecordList, known: frozenset[str]) -> None:
    for name in (wanted.value, wanted.label) if known else ():
        if name.rpartition("/")[2] not in known:
            similar = nearest(name, known)
            context = {"name": name, "form": wanted.form_id}
            book.add("RECORDS_QUESTION", "survey", row, _RECORDS, nearest=similar, **context)


def _forms(folder: Path) -> Iterator[Path]:
    for place in (folder, data_dir("forms")):
        yield from (path for path in place.glob("*") if path.suffix.lower() in _SUFFIXES)


def _file_of(folder: Path, form_id: str) -> Path | None:
    """Return the file of a form beside the one that is checked, or shipped; forms are named by their id."""
    return next((path for path in _forms(folder) if path.stem == form_id), None)


def _names_in(path: Path) -> frozenset[str]:
    """Return the names in the survey of another form; none where it cannot be told."""
    if path.suffix.lower() == ".xml":
        return frozenset()
    try:
        survey = read_workbook(path).get("survey") or ()
    except (FormError, OSError):
        return frozenset()
    return frozenset(str(row.get("name", "")).strip() for row in survey) - {""}
