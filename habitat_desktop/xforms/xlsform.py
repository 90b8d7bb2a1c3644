"""XLSForm workbook -> XForm XML. The only module that knows pyxform, which is imported when needed."""

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.limits import check_sheets, check_table, check_workbook
from habitat_desktop.xforms.problems import FormCellError, FormError, FormTooLargeError, NotAFormError, Reason
from habitat_desktop.xforms.translation import TEXT_COLUMNS, add_translations, title_translations
from habitat_desktop.xforms.xform import HABITAT_URI

Sheet = list[dict[str, str]]
Workbook = dict[str, Any]

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_NO_ROW = re.compile(r"\[row\s*:\s*(\d+|unknown)\]\s*")
_SHEET = re.compile(r"[Oo]n the '([^']+)' sheet")
_COLUMN = re.compile(r"the '([^']+)' (?:value|column)")
_TYPE = re.compile(r"[Uu]nknown question type '([^']*)'")
_EXTERNAL = re.compile(r"select[_ ]one[_ ]external\s+")
_LIST_COLUMNS = ("list_name", "list name")
_FORM_ID = ("form_id", "id_string", "set_form_id")
_OWN_SETTINGS = {
    "habitat_period": "period",
    "habitat_subject": "subject",
    "habitat_key": "key",
    "habitat_from": "from",
}


@dataclass(slots=True)
class Converted:
    """The result of a conversion. `rows` gives the row of the survey sheet each path came from."""

    xml: str
    titles: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def convert_workbook(path: Path, *, translate: bool) -> Converted:
    """Convert the workbook at `path`; with `translate` our catalogues add the other languages.

    Raises:
        NotAFormError: no workbook, or one without a survey sheet.
        FormCellError: a cell breaks the XLSForm rules.
        FormError: another fault pyxform found.
    """
    return convert_sheets(read_workbook(path), path, translate=translate)


def read_workbook(path: Path) -> Workbook:
    """Return the sheets of the workbook at `path` as pyxform reads them.

    Raises:
        NotAFormError: it is no workbook, or damaged.
        FormTooLargeError: it is past the limits of `limits`.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import md_to_dict, xls_to_dict, xlsx_to_dict

    suffix = path.suffix.lower()
    if suffix not in (".md", ".xls"):
        check_workbook(path)
    data = path.read_bytes()
    try:
        if suffix == ".md":
            check_table(data, path.name)
            workbook = dict(md_to_dict(data.decode("utf-8")))
        elif suffix == ".xls":
            workbook = dict(xls_to_dict(BytesIO(data)))
        else:
            workbook = dict(xlsx_to_dict(BytesIO(data)))
    except PyXFormError as error:
        raise NotAFormError(path=path.name, problem=_plain(str(error))) from error
    except (
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        SyntaxError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:
        raise NotAFormError(
            path=path.name, problem=Reason(N_("the workbook is damaged ({detail})"), detail=error)
        ) from error
    check_sheets(workbook, path.name)
    return workbook


# WORKAROUND: pyxform straightens typographic quotes in every cell, also in texts, where French and Chinese
# need them; they go through it as letters nobody uses (pyxform/parsing/sheet_headers.py, SMART_QUOTES).
_HIDDEN = {ord(quote): 0xE100 + place for place, quote in enumerate("‘’“”")}
_SHOWN = {hidden: quote for quote, hidden in _HIDDEN.items()}


def _keep_quotes(workbook: Workbook) -> None:
    for sheet in ("survey", "choices"):
        for row in workbook.get(sheet) or ():
            for column, text in row.items():
                if isinstance(text, str) and column.partition("::")[0].strip().lower() in TEXT_COLUMNS:
                    row[column] = text.translate(_HIDDEN)


def _bring_choices_inside(workbook: Workbook, settings: dict[str, str]) -> None:
    """Make the sheet `external_choices` part of `choices`.

    It only spares old phones long lists: pyxform leaves its questions without a list, for ODK Collect to look
    up in a file of its own. A name may stand twice in such a list.
    """
    outside: Sheet = workbook.get("external_choices") or []
    asked = [row for row in workbook["survey"] if _EXTERNAL.match(str(row.get("type", "")))]
    if not (outside and asked):
        return
    inside: Sheet = workbook.get("choices") or []
    header = _headers(workbook, "choices")
    column = next((name for name in header if name.lower() in _LIST_COLUMNS), "list_name")
    taken = {row.get(column) for row in inside}
    rows = [{column if k.lower() in _LIST_COLUMNS else k: v for k, v in row.items()} for row in outside]
    for row in rows:
        if row.get(column) in taken:
            row[column] = f"{row[column]}_external"
    known = {row.get(column) for row in rows}
    for row in asked:
        name = _EXTERNAL.sub("", row["type"]).strip()
        row["type"] = f"select_one {name if name in known else f'{name}_external'}"
    workbook["choices"] = [*inside, *rows]
    workbook["choices_header"] = [dict.fromkeys((*header, *(key for row in rows for key in row)))]
    settings["allow_choice_duplicates"] = "yes"


def convert_sheets(workbook: Workbook, path: Path, *, translate: bool) -> Converted:
    """Convert sheets already read; `path` stands in errors and gives the form id where settings have none."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    if not workbook.get("survey"):
        raise NotAFormError(
            path=path.name, problem=Reason(N_("there is no sheet “survey” with questions in it"))
        )
    settings = _settings(workbook)
    form_id = settings.setdefault(next((name for name in _FORM_ID if name in settings), "form_id"), path.stem)
    rows = question_rows(workbook["survey"])
    titles: dict[str, str] = {}
    if translate and not any("::" in header and _is_text(header) for header in _headers(workbook, "survey")):
        titles = title_translations(form_id, settings.get("form_title", ""))
        add_translations(workbook, form_id, settings)
    _bring_choices_inside(workbook, settings)
    _keep_quotes(workbook)
    workbook["settings_header"] = [dict.fromkeys(settings)]
    workbook["fallback_form_name"] = path.stem
    try:
        result = convert(workbook, validate=False)
    except PyXFormError as error:
        raise conversion_error(str(error), path, workbook["survey"]) from error
    except (RecursionError, MemoryError) as error:
        raise FormTooLargeError(path=path.name) from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise FormError(
            path=path.name, problem=Reason(N_("it could not be converted ({detail})"), detail=error)
        ) from error
    warnings = [" ".join(warning.split()) for warning in result.warnings]
    return Converted(result.xform.translate(_SHOWN), titles, rows, warnings)


def _is_text(header: str) -> bool:
    return not header.startswith(("bind::", "body::", "instance::", "control::", "attribute::"))


def _headers(workbook: Workbook, sheet: str) -> list[str]:
    found = workbook.get(f"{sheet}_header") or [{}]
    return [str(header) for header in found[0]]


def _settings(workbook: Workbook) -> dict[str, str]:
    """Return the row of settings, our own columns turned into attributes of the instance."""
    rows: Sheet = workbook.get("settings") or [{}]
    settings = _plain_headers(rows[0]) if rows else {}
    own = {name: settings.pop(name) for name in _OWN_SETTINGS if name in settings}
    for name, value in own.items():
        settings[f"attribute::habitat:{_OWN_SETTINGS[name]}"] = value
    uses_ours = bool(own) or any("habitat:" in header for header in _headers(workbook, "survey"))
    if uses_ours and "habitat=" not in settings.get("namespaces", ""):
        settings["namespaces"] = f'{settings.get("namespaces", "")} habitat="{HABITAT_URI}"'.strip()
    workbook["settings"] = [settings]
    return settings


def _plain_headers(row: dict[str, str]) -> dict[str, str]:
    """Return a row of settings with its headers as pyxform reads them: “Form ID” is form_id.

    A header that stands there twice that way is left to pyxform, which refuses it.
    """
    plain: dict[str, str] = {}
    for header, value in row.items():
        word = "_".join(header.split()).lower()
        plain[header if ":" in header or word in row or word in plain else word] = value
    return plain


def question_rows(survey: Sheet) -> dict[str, int]:
    """Return the 1-based row of the survey sheet for each path of the instance."""
    rows: dict[str, int] = {}
    trail = ["/data"]
    for number, row in enumerate(survey, 2):
        kind = str(row.get("type", "")).strip().lower().replace("_", " ")
        name = str(row.get("name", "")).strip()
        if kind.startswith("end ") and len(trail) > 1:
            trail.pop()
            continue
        if not name:
            continue
        path = f"{trail[-1]}/{name}"
        rows[path] = number
        if kind.startswith("begin "):
            trail.append(path)
    return rows


def conversion_error(message: str, path: Path, survey: Sheet) -> FormError:
    """Return the error for a `message` of pyxform, with sheet, row and column where it has them."""
    row, sheet, column = _ROW.search(message), _SHEET.search(message), _COLUMN.search(message)
    kind = _TYPE.search(message)
    number = int(row.group(1)) if row else _row_of_type(survey, kind.group(1)) if kind else 0
    if not number:
        return FormError(path=path.name, problem=_plain(message))
    name = column.group(1) if column else "type" if kind else ""
    return FormCellError(
        sheet=sheet.group(1) if sheet else "survey",
        row=number,
        column=name,
        problem=_plain(message),
        path=path.name,
    )


def _row_of_type(survey: Sheet, kind: str) -> int:
    return next((number for number, row in enumerate(survey, 2) if row.get("type") == kind), 0)


def _plain(message: str) -> str:
    """Return a message of pyxform in one line, without its row mark."""
    return " ".join(_NO_ROW.sub("", message).split())
