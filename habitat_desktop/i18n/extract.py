"""Collect what is translated: Python sources, XLSForm workbooks, shared lists and units -> translations/pot/.

Contexts are what the rooms look up: see `translations/README.md`. Nothing that changes without a text
changing (dates, line numbers) is written, so a diff shows texts only.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.po import Entry, read_po, write_po

FORM_COLUMNS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "gettext_in": (2,),
    "ngettext_in": (2, 3),
    "pgettext_in": ((2, "c"), 3),
}
_NO_LABELS = ("sources", "countries", "resolution_outcome_map")  # names of countries stand in names/
_COMMENT_TAG = "Translators:"
_FIELD = re.compile(r"\{\w+\}")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_LETTER = re.compile(r"[^\W\d_]")
_HEADER = (
    "Project-Id-Version: habitat_desktop\n"
    "Language: {language}\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
)


@dataclass
class _Form:
    """What one workbook says, before it is known which lists are shared."""

    form_id: str
    texts: list[Entry] = field(default_factory=list)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # list -> (name, label)
    units: list[str] = field(default_factory=list)
    place: str = ""


class NotACheckoutError(HabitatError):
    code = "NOT_A_CHECKOUT"
    message = N_("“{path}” holds no program sources, so no texts can be collected. Nothing was changed.")


def header(language: str, plural_forms: str = "") -> Entry:
    """Return the header entry of a catalogue; a template has no language and no plural forms."""
    text = _HEADER.format(language=language)
    if plural_forms:
        text += f"Plural-Forms: {plural_forms}\n"
    return Entry("", strings=[text])


def extract(root: Path) -> dict[str, list[Entry]]:
    """Return the texts of a checkout by domain: "app", "reference", "forms/<form_id>".

    Raises:
        NotACheckoutError: `root` is an installed program or another folder.
    """
    if not (root / "habitat_desktop").is_dir():
        raise NotACheckoutError(path=root)
    forms = [_read_form(path, root) for path in sorted((root / "forms").glob("*.xlsx"))]
    shared = _shared_lists(root)
    domains = {
        "app": _merged(_python_texts(root)),
        "reference": _merged(_reference_texts(root, forms, shared)),
    }
    for form in forms:
        own = [name for name in form.choices if name not in shared]
        choices = [_choice(form, name, row) for name in own for row in form.choices[name]]
        domains[f"forms/{form.form_id}"] = _merged([*form.texts, *choices])
    return domains


def write_templates(root: Path) -> list[Path]:
    """Write translations/pot/ anew; return the files that changed, also those that were removed."""
    texts = _templates(root)
    changed = stale_templates(root, texts)
    for path in changed:
        if path in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    return changed


def stale_templates(root: Path, texts: dict[Path, str] | None = None) -> list[Path]:
    """Return the templates that differ from what the sources say now."""
    texts = _templates(root) if texts is None else texts
    known = set((root / "translations" / "pot").rglob("*.pot"))
    fresh = {path for path in known & texts.keys() if path.read_text(encoding="utf-8") == texts[path]}
    return sorted((known | texts.keys()) - fresh)


def _templates(root: Path) -> dict[Path, str]:
    folder = root / "translations" / "pot"
    return {folder / f"{name}.pot": write_po([header(""), *rows]) for name, rows in extract(root).items()}


def read_catalogue(path: Path) -> list[Entry]:
    """Return the entries of a PO or POT file, its header first; [] if there is no such file."""
    if not path.is_file():
        return []
    return list(read_po(path.read_text(encoding="utf-8"), str(path)))


def _merged(entries: Iterable[Entry]) -> list[Entry]:
    """Put equal texts together, at the place of the first."""
    found: dict[tuple[str | None, str], Entry] = {}
    for entry in entries:
        first = found.setdefault(entry.key, entry)
        if first is entry:
            continue
        first.plural = first.plural or entry.plural
        for own, more in ((first.notes, entry.notes), (first.places, entry.places)):
            own.extend(text for text in more if text not in own)
    return list(found.values())


def _python_texts(root: Path) -> Iterator[Entry]:
    from babel.messages.extract import extract as extract_texts

    for path in sorted((root / "habitat_desktop").rglob("*.py")):
        place = path.relative_to(root).as_posix()
        with path.open("rb") as file:
            found = extract_texts("python", file, _KEYWORDS, [_COMMENT_TAG], strip_comment_tags=True)
            for _line, text, comments, context in found:
                one, many = text if isinstance(text, tuple) else (text, None)
                entry = Entry(one, many, context, notes=list(comments), places=[place])
                if _FIELD.search(one + (many or "")):
                    entry.flags.append("python-brace-format")
                yield entry


def _read_form(path: Path, root: Path) -> _Form:
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        sheets = {sheet.title.strip().lower(): list(_rows(sheet)) for sheet in workbook}
    finally:
        workbook.close()
    settings = next(iter(sheets.get("settings", [])), {})
    form = _Form(settings.get("form_id") or path.stem, place=path.relative_to(root).as_posix())
    title = settings.get("form_title", "")
    if _translatable(title):
        context = f"{form.form_id}|settings|form_title"
        form.texts.append(Entry(title, context=context, notes=["Title of the form."], places=[form.place]))
    _read_survey(form, sheets.get("survey", []))
    for row in sheets.get("choices", []):
        name = row.get("list_name") or row.get("list name")
        if name and row.get("name"):
            form.choices.setdefault(name, []).append((row["name"], _text(row, "label")))
    return form


def _read_survey(form: _Form, rows: list[dict[str, str]]) -> None:
    groups: list[str] = []
    for row in rows:
        kind = row.get("type", "").replace("_", " ")
        if kind.startswith("end "):
            groups.pop()
            continue
        path = "/".join([*groups, row.get("name", "")])
        for column in FORM_COLUMNS:
            text = _text(row, column)
            if _translatable(text):
                notes = [_note(column, row)]
                if _REFERENCE.search(text):
                    notes.append("Keep ${...} exactly as it is; it may move within the sentence.")
                context = f"{form.form_id}|{path}|{column}"
                form.texts.append(Entry(text, context=context, notes=notes, places=[form.place]))
        if unit := row.get("bind::habitat:unit"):
            form.units.append(unit)
        if kind.startswith("begin "):
            groups.append(row.get("name", ""))


def _note(column: str, row: dict[str, str]) -> str:
    kind = row.get("type", "")
    if kind == "note" and row.get("name", "").startswith("warn_"):
        kind = "warning that stands beside the questions; here:"
    elif kind.startswith("begin"):
        kind = kind.removeprefix("begin").strip(" _") + ", a heading over several questions; here:"
    elif column != "label" and row.get("label"):
        kind = f"{kind} question “{row['label']}”; here:"
    else:
        kind = f"{kind} question; here:"
    return f"{kind} {column}."


def _shared_lists(root: Path) -> dict[str, str]:
    """Return titles of the reference lists by name: they are translated once, whichever forms use them."""
    folder = root / "forms" / "lists"
    titles: dict[str, str] = {}
    if (folder / "sources.csv").is_file():
        with (folder / "sources.csv").open(encoding="utf-8", newline="") as file:
            titles = {row["list"]: row["title"] for row in csv.DictReader(file)}
    names = (path.stem for path in sorted(folder.glob("*.csv")) if path.stem not in _NO_LABELS)
    return {name: titles.get(name, name) for name in names}


def _reference_texts(root: Path, forms: list[_Form], shared: dict[str, str]) -> Iterator[Entry]:
    for name, title in shared.items():
        path = root / "forms" / "lists" / f"{name}.csv"
        place = path.relative_to(root).as_posix()
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if _translatable(row.get("label") or ""):
                    context, note = f"lists/{name}|{row['name']}", f"Item of the list “{title}”."
                    yield Entry(row["label"], context=context, notes=[note], places=[place])
    for form in forms:
        for unit in form.units:
            if _translatable(unit):
                note = "Unit written after a number in a narrow column."
                yield Entry(unit, context=f"unit|{unit}", notes=[note], places=[form.place])


def _choice(form: _Form, name: str, row: tuple[str, str]) -> Entry:
    code, label = row
    context = f"{form.form_id}|choices/{name}/{code}|label"
    return Entry(label, context=context, notes=[f"Answer in the list “{name}”."], places=[form.place])


def _rows(sheet: Iterable[object]) -> Iterator[dict[str, str]]:
    rows = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    heads = [str(head or "").strip() for head in next(rows, ())]
    for row in rows:
        cells = {head: _cell(value) for head, value in zip(heads, row, strict=False) if head}
        if any(cells.values()):
            yield cells


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # pyxform writes runs of spaces as one: the text that is looked up later has one too
    return "" if value is None else re.sub(" +", " ", str(value)).strip()


def _text(row: dict[str, str], column: str) -> str:
    """Return the English text of a translatable column, whichever of its two headings it has."""
    return row.get(column) or row.get(f"{column}::English (en)", "")


def _translatable(text: str) -> bool:
    return _LETTER.search(_REFERENCE.sub("", text)) is not None
