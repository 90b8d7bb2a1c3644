"""Forms in all languages at once: an XLSForm with a column for each, out of the catalogues and back in.

Every text column carries a language, English too, and the default language is named: without that other
tools make one language more of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from habitat_desktop.disk import write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.checks import entry_errors, entry_warnings
from habitat_desktop.i18n.languages import SOURCE, languages
from habitat_desktop.i18n.parcel_return import Change, Finding, Plan, Why, fitted
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.workshop import TARGETS, Workshop
from habitat_desktop.xforms.definition import list_beside
from habitat_desktop.xforms.translation import TEXT_COLUMNS, target_languages

ENGLISH = "English (en)"
TITLES_SHEET = "_form_title"

_FROM_FILE = re.compile(r"select_(?:one|multiple)_from_file\s+(\S+)")
_PULLED = re.compile(r"pulldata\(\s*['\"]([\w.-]+)['\"]")
_CODE = re.compile(r"\(?\b([a-z]{2})\b(?:[-_][A-Za-z]+)?\)?")
_NAMES = {"english": "en", "arabic": "ar", "spanish": "es", "french": "fr", "russian": "ru", "chinese": "zh"}
_HEAD_TINT = "#E1F1F9"
_WIDTHS = {"type": 26, "name": 22, "list_name": 22}

Rows = Sequence[Sequence[Any]]


class FormNotShippedError(HabitatError):
    code = "NO_SUCH_FORM_TEXTS"
    message = N_("There are no texts of a form “{form}”. There are: {known}. Nothing was written.")


class NoLanguagesError(HabitatError):
    code = "NO_LANGUAGE_COLUMNS"
    message = N_(
        "“{file}” has no texts that could be taken in: it needs the sheets “survey” and “settings” with the "
        "form id, the English texts, and a column such as “label::Français (fr)”. Nothing was changed."
    )


@dataclass(frozen=True)
class FormText:
    """One text of a workbook: where it stands and the contexts under which it may be translated."""

    sheet: str
    row: int  # 1-based
    column: str  # label, hint, ...
    english: str
    domains: tuple[tuple[str, str], ...]  # (domain, context), the form's own first


@dataclass(frozen=True)
class Multilingual:
    """A form in all languages as a workbook, and the lists it reads from files beside it."""

    content: bytes
    lists: tuple[Path, ...]
    missing: Mapping[str, int]  # texts by language that are English for want of a translation


# -- where texts stand ---------------------------------------------------------------------------------------


def form_texts(
    form_id: str, sheets: Mapping[str, Rows], column_of: Mapping[str, Mapping[str, int]]
) -> Iterator[FormText]:
    """Yield the texts of the sheets survey and choices; `column_of` finds "label" and others on each."""
    domain = f"forms/{form_id}"
    trail: list[str] = []
    columns = column_of["survey"]
    for number, row in enumerate(sheets["survey"][1:], 2):
        kind = _at(row, columns.get("type")).lower().replace("_", " ")
        name = _at(row, columns.get("name"))
        if kind.startswith("end "):
            del trail[-1:]
            continue
        path = "/".join([*trail, name])
        if kind.startswith("begin "):
            trail.append(name)
        for column in TEXT_COLUMNS:
            if english := _at(row, columns.get(column)):
                yield FormText("survey", number, column, english, ((domain, f"{form_id}|{path}|{column}"),))
    columns = column_of.get("choices", {})
    for number, row in enumerate(sheets.get("choices", ())[1:], 2):
        choices, name = (
            _at(row, columns.get("list_name", columns.get("list name"))),
            _at(row, columns.get("name")),
        )
        if english := _at(row, columns.get("label")):
            own = domain, f"{form_id}|choices/{choices}/{name}|label"
            shared = "reference", f"lists/{choices}|{name}"
            yield FormText("choices", number, "label", english, (own, shared))


def _at(row: Sequence[Any], place: int | None) -> str:
    if place is None or place >= len(row):
        return ""
    value = row[place]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else re.sub(" +", " ", str(value)).strip()


# -- out -----------------------------------------------------------------------------------------------------


def export_form(workshop: Workshop, form_id: str, forms: Path) -> Multilingual:
    """Return the form `form_id` of the folder `forms` in all languages.

    A text that a language lacks stands there in English, so that no respondent sees an empty label.

    Raises:
        FormNotShippedError: there is no such form.
    """
    path = forms / f"{form_id}.xlsx"
    known = [one.stem for one in sorted(forms.glob("*.xlsx")) if f"forms/{one.stem}" in workshop.domains()]
    if form_id not in known:
        raise FormNotShippedError(form=form_id, known=", ".join(known))
    sheets = _own_sheets(path)
    columns = {name: _plain_columns(rows) for name, rows in sheets.items()}
    said = _Said(workshop, form_id)
    texts: dict[tuple[str, int, str], FormText] = {
        (text.sheet, text.row, text.column): text for text in form_texts(form_id, sheets, columns)
    }
    title = _at(sheets["settings"][1], columns["settings"].get("form_title"))
    out = BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            if name in ("survey", "choices"):
                _write(book, name, list(_with_languages(name, rows, texts, said)))
            elif name == "settings":
                _write(book, name, _with_default_language(rows))
            else:
                _write(book, name, [list(row) for row in rows])
        _write(book, TITLES_SHEET, [["language", "form_title"], *said.titles(title)])
    cells = [cell for row in sheets["survey"] for cell in row if isinstance(cell, str)]
    lists = [match[1] for cell in cells if (match := _FROM_FILE.match(cell))]
    lists += [f"{name.removesuffix('.csv')}.csv" for cell in cells for name in _PULLED.findall(cell)]
    files = tuple(list_beside(forms, name) for name in dict.fromkeys(lists))
    return Multilingual(out.getvalue(), tuple(path for path in files if path.is_file()), dict(said.missing))


def write_lists(made: Multilingual, folder: Path) -> list[Path]:
    """Copy the lists a form reads into `folder`; what lies there already stays."""
    copies = []
    for path in made.lists:
        copy = folder / path.name
        if not copy.exists():
            write_whole(copy, path.read_bytes())
        copies.append(copy)
    return copies


class _Said:
    """What the catalogues say about one form."""

    def __init__(self, workshop: Workshop, form_id: str) -> None:
        self._form_id = form_id
        self.missing = dict.fromkeys(TARGETS, 0)
        self._known = {
            language: {
                (domain, entry.context, _plain(entry.id)): entry.strings[0]
                for domain in (f"forms/{form_id}", "reference")
                for entry in workshop.catalogue(language, domain)
                if entry.id and entry.translated and not entry.obsolete
            }
            for language in TARGETS
        }

    def text(self, language: str, text: FormText) -> str:
        for domain, context in text.domains:
            if found := self._known[language].get((domain, context, _plain(text.english))):
                return found
        self.missing[language] += any(sign.isalpha() for sign in re.sub(r"\$\{[^}]*\}", "", text.english))
        return text.english

    def titles(self, title: str) -> Iterator[list[str]]:
        context = f"{self._form_id}|settings|form_title"
        yield [ENGLISH, title]
        for code, name in target_languages():
            yield [name, self._known[code].get((f"forms/{self._form_id}", context, _plain(title)), title)]


def _with_languages(
    sheet: str, rows: Rows, texts: Mapping[tuple[str, int, str], FormText], said: _Said
) -> Iterator[list[Any]]:
    names = target_languages()
    head = [_at(rows[0], place) for place in range(len(rows[0]))]
    bare = [name.partition("::")[0] if name.endswith(f"::{ENGLISH}") else name for name in head]
    translated = [name in TEXT_COLUMNS for name in bare]
    for number, row in enumerate(rows, 1):
        out: list[Any] = []
        for place, column in enumerate(bare):
            value = row[place] if place < len(row) else None
            if not translated[place]:
                out.append(value)
            elif number == 1:
                out += [f"{column}::{ENGLISH}", *(f"{column}::{name}" for _code, name in names)]
            else:
                text = texts.get((sheet, number, column))
                out += [value, *(said.text(code, text) if text else None for code, _name in names)]
        yield out


def _with_default_language(rows: Rows) -> list[list[Any]]:
    head, values = [str(cell or "") for cell in rows[0]], [*rows[1]]
    if "default_language" not in head:
        head.append("default_language")
    values += [None] * (len(head) - len(values))
    values[head.index("default_language")] = ENGLISH
    return [head, values]


def _write(book: Any, name: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": _HEAD_TINT, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    arabic = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "reading_order": 2})
    heads = [str(cell or "") for cell in rows[0]]
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            head = heads[place] if place < len(heads) else ""
            look = bold if number == 0 else arabic if head.endswith("(ar)") else wrapped
            if value is None or value == "":
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, place, value, look)
            else:
                sheet.write_string(number, place, str(value), look)
    for place, head in enumerate(heads):
        sheet.set_column(place, place, _WIDTHS.get(head, 34 if "::" in head else 16))
    sheet.freeze_panes(1, 2)


def _own_sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Read a form of ours, which needs no gate."""
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    return {
        sheet.title.strip().lower(): [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def _plain_columns(rows: Rows) -> dict[str, int]:
    """Find the columns by name; the English of a text column counts as the column itself."""
    found: dict[str, int] = {}
    for place, cell in enumerate(rows[0] if rows else ()):
        name, _sign, language = str(cell or "").strip().partition("::")
        if name and (not language or language_of(language) == SOURCE or name not in TEXT_COLUMNS):
            found.setdefault(name if name in TEXT_COLUMNS or not language else f"{name}::{language}", place)
    return found


# -- in ------------------------------------------------------------------------------------------------------


def language_of(name: str) -> str:
    """Return the code of a language as a heading names it: "Français (fr)", "fr", "French"; "" for none."""
    name = name.strip()
    endonyms = {row.endonym.casefold(): code for code, row in languages().items()}
    folded = name.partition("(")[0].strip().casefold()
    if match := _CODE.search(name.rpartition("(")[2] if "(" in name else name):
        code = match[1]
        if code in languages() and ("(" in name or match[0] == name):
            return code
    return endonyms.get(folded) or _NAMES.get(folded, "")


def plan_form_import(
    workshop: Workshop, file: str, sheets: Mapping[str, Rows], *, force: bool = False
) -> list[Plan]:
    """Say what the texts of a multilingual workbook would change in the catalogues, language by language.

    A text is taken where context and English agree with what we know; the rest is told by its row.

    Raises:
        NoLanguagesError: there is nothing in it that could be taken.
    """
    known = {name.strip().lower(): rows for name, rows in sheets.items()}
    columns = {name: _plain_columns(rows) for name, rows in known.items()}
    settings = known.get("settings", ())
    form_id = _at(settings[1], columns["settings"].get("form_id")) if len(settings) > 1 else ""
    survey = known.get("survey", ())
    has_english = bool(survey) and any(column in columns["survey"] for column in TEXT_COLUMNS)
    if not form_id or not has_english:
        raise NoLanguagesError(file=file)
    if f"forms/{form_id}" not in workshop.domains():
        forms = [name.partition("/")[2] for name in workshop.domains() if name.startswith("forms/")]
        raise FormNotShippedError(form=form_id, known=", ".join(forms))
    texts = list(form_texts(form_id, known, columns))
    titles = _titles(form_id, known.get(TITLES_SHEET, ()))
    plans = []
    for language in TARGETS:
        places = {sheet: _language_columns(rows, language) for sheet, rows in known.items()}
        if any(places.values()):
            taking = _Taking(workshop, file, language, force)
            plans.append(taking.plan(texts, known, places, titles.get(language)))
    if not plans:
        raise NoLanguagesError(file=file)
    return plans


def _titles(form_id: str, rows: Rows) -> dict[str, tuple[FormText, str]]:
    """Return the title of the form by language, as `export_form` writes it, with its place."""
    said = {language_of(_at(row, 0)): (number, _at(row, 1)) for number, row in enumerate(rows, 1)}
    english = said.get(SOURCE, (0, ""))[1]
    where = ((f"forms/{form_id}", f"{form_id}|settings|form_title"),)
    return {
        language: (FormText(TITLES_SHEET, number, "form_title", english, where), title)
        for language, (number, title) in said.items()
        if language in TARGETS and title and english
    }


def _language_columns(rows: Rows, language: str) -> dict[str, int]:
    found = {}
    for place, cell in enumerate(rows[0] if rows else ()):
        name, _sign, said = str(cell or "").strip().partition("::")
        if name in TEXT_COLUMNS and language_of(said) == language:
            found[name] = place
    return found


class _Taking:
    """Takes the texts of one language."""

    def __init__(self, workshop: Workshop, file: str, language: str, force: bool) -> None:
        self._row = languages()[language]
        self._force = force
        self._glossary = workshop.glossary(language)
        catalogues = {domain: workshop.catalogue(language, domain) for domain in workshop.domains()}
        self._plan = Plan(file, language, catalogues=catalogues)
        self._known: dict[tuple[str, str], list[Entry]] = {}
        for domain, entries in catalogues.items():
            for entry in entries:
                if entry.context and not entry.obsolete:
                    self._known.setdefault((domain, entry.context), []).append(entry)
        self._taken: dict[int, str] = {}

    def plan(
        self,
        texts: list[FormText],
        sheets: Mapping[str, Rows],
        places: Mapping[str, Mapping[str, int]],
        title: tuple[FormText, str] | None,
    ) -> Plan:
        if title is not None:
            self._take(*title)
        for text in texts:
            said = _at(sheets[text.sheet][text.row - 1], places.get(text.sheet, {}).get(text.column))
            if said in ("", "-"):  # pyxform writes "-" where nothing stands
                self._plan.open += 1
            else:
                self._take(text, said)
        return self._plan

    def _take(self, text: FormText, said: str) -> None:
        found = [(one[0], entry) for one in text.domains for entry in self._known.get(one, ())]
        agreed = [(domain, entry) for domain, entry in found if _plain(entry.id) == _plain(text.english)]
        if not agreed:
            if said == text.english:
                self._plan.open += 1
            elif found:
                message = _("the English here is another one: “{text}”").format(text=found[0][1].id)
                self._tell("changed", text, message)
            else:
                self._tell("unknown", text, _("the form has no such text here"))
            return
        domain, entry = agreed[0]
        string = fitted(said, entry.id)
        if entry.strings == [string] and entry.translated:
            self._plan.unchanged += 1
        elif said == text.english:  # as the export fills gaps
            self._plan.open += 1
        elif self._taken.get(id(entry), string) != string:
            self._tell("refused", text, _("another row says something else for the same text"))
        elif entry.translated and not self._force:
            message = _("it is translated already: “{text}”; that stays (--force takes this one)")
            self._tell("kept", text, message.format(text=entry.strings[0]))
        elif id(entry) not in self._taken:
            self._check(domain, entry, string, text)

    def _check(self, domain: str, entry: Entry, string: str, text: FormText) -> None:
        written = replace(entry, strings=[string])
        faults = [message for _name, message in entry_errors(written, self._row)]
        if faults:
            self._tell("refused", text, "; ".join(dict.fromkeys(faults)))
            return
        for _name, message in entry_warnings(written, self._row, self._glossary):
            self._tell("look", text, message)
        self._taken[id(entry)] = string
        self._plan.changes.append(Change(domain, entry, (string,)))

    def _tell(self, why: Why, text: FormText, message: str) -> None:
        self._plan.findings.append(Finding(why, text.sheet, text.row, text.english, message))


def _plain(text: str) -> str:
    return " ".join(text.split())
