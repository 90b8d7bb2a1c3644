"""One change somebody made in Excel, and the sentence that says it in the language of the reader."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language, listed
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.i18n.text import has_rtl, iso, ltr, visible
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.layout import DATE, FLAG, MULTIPLE, NUMBER, VALUE
from habitat_desktop.packages.texts import HEADERS
from habitat_desktop.xforms.definition import Form, Question

FormFinder = Callable[[str, str], Form | None]  # by form_id and version

EDITED, HEADER_EDITED, HEADERS_REMOVED = "CELL_EDITED", "HEADER_EDITED", "HEADERS_REMOVED"
ROW_REMOVED, ROW_ADDED, ROW_TWICE = "ROW_REMOVED", "ROW_ADDED", "ROW_TWICE"
COLUMN_REMOVED, COLUMN_ADDED, SHEET_REMOVED, SHEET_ADDED = (
    "COLUMN_REMOVED", "COLUMN_ADDED", "SHEET_REMOVED", "SHEET_ADDED",
)  # fmt: skip

_SENTENCES = {
    # Translators: {old} and {new} are answers, quoted where they are text: 1,643 became 1,743
    EDITED: N_("Sheet “{sheet}”, cell {cell}, question “{question}”, record {label}: {old} became {new}."),
    HEADER_EDITED: N_("Sheet “{sheet}”, cell {cell}: the column name {old} became {new}."),
    HEADERS_REMOVED: N_("Sheet “{sheet}”: the row of column names was removed."),
    ROW_REMOVED: N_("Sheet “{sheet}”: the row of record {label} was removed."),
    ROW_ADDED: N_("Sheet “{sheet}”, row {row}: a row was added. It was not read."),
    ROW_TWICE: N_("Sheet “{sheet}”, row {row}: the row of record {label} stands there a second time."),
    COLUMN_REMOVED: N_("Sheet “{sheet}”: the column “{question}” was removed."),
    COLUMN_ADDED: N_("Sheet “{sheet}”, cell {cell}: {new} was added. It was not read."),
    SHEET_REMOVED: N_("The sheet “{sheet}” was removed."),
    SHEET_ADDED: N_("The sheet “{sheet}” was added. It was not read."),
}
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SHOWN_LENGTH = 200  # characters of an answer in a sentence


@dataclass(frozen=True)
class Finding:
    """One change somebody made in the visible sheets.

    `sheet` is the name the sheet has now, `cell` "C7", or "" where it is not about a cell; `question` is the
    technical name of row 1. `old` and `new` are plain: ISO dates, numbers with a point, codes of choices.
    What is said of them (`title`, `old_text`, `new_text`) is filled in by `in_words`.
    """

    code: str
    sheet: str
    cell: str = ""
    record_id: str = ""
    label: str = ""  # of the record
    question: str = ""
    old: str = ""
    new: str = ""
    ref: str = ""  # of the answer in the instance, "/data/settlement[2]/st_name"
    kind: str = ""  # of the column, see `layout`
    choice: str = ""  # of the column, where it stands for one choice of a select_multiple
    form_id: str = ""
    form_version: str = ""
    revision_id: str = ""
    new_type: str = ""  # what the cell holds now: "text", "number", "date" or "flag"
    title: str = ""
    old_text: str = ""
    new_text: str = ""

    @property
    def message(self) -> str:
        """The finding as a sentence in the language spoken now."""
        rtl = languages()[language()].direction == "rtl"
        sides = self.old_text or _shown(self, self.old, None), self.new_text or _shown(self, self.new, None)
        values = {
            "sheet": visible(self.sheet),
            "cell": self.cell,
            "row": re.sub("[A-Z]", "", self.cell),
            "label": self.label,
            "question": self.title or _(HEADERS.get(self.question, "")) or self.question,
            "old": sides[0],
            "new": sides[1],
        }
        codes = {"cell", "row", "label"}
        said = {
            name: (ltr(text) if name in codes else iso(text)) if rtl else iso(text) if has_rtl(text) else text
            for name, text in values.items()
        }
        return _(_SENTENCES[self.code]).format(**said)

    def json(self) -> dict[str, str]:
        """Return the finding in the shape of `package inspect --json`."""
        names = ("code", "sheet", "cell", "record_id", "question", "old", "new", "message")
        return {name: getattr(self, name) for name in names}

    def document(self) -> dict[str, str]:
        """Return what is stored of it: no words, they belong to the language of a reader."""
        return {name: text for name, text in vars(self).items() if text and name not in _WORDS}


_WORDS = ("title", "old_text", "new_text")
_FIELDS = {field.name for field in fields(Finding)} - set(_WORDS)


def from_document(document: Mapping[str, Any], find_form: FormFinder | None = None) -> Finding:
    """Return the finding that `document()` described, in words of the language spoken now."""
    known = {name: str(text) for name, text in document.items() if name in _FIELDS}
    return in_words([Finding(**{"code": "", "sheet": ""} | known)], find_form)[0]


def in_words(findings: Iterable[Finding], find_form: FormFinder | None) -> list[Finding]:
    """Return `findings` with labels of questions and choices in the language spoken now."""
    return [_in_words(finding, find_form) for finding in findings]


def _in_words(finding: Finding, find_form: FormFinder | None) -> Finding:
    form = find_form(finding.form_id, finding.form_version) if find_form and finding.form_id else None
    header = finding.question
    if finding.kind == FLAG:
        header = header.removesuffix(f"/{finding.choice}")
    question = form.elements.get(f"/data/{header}") if form is not None else None
    if form is None or not isinstance(question, Question):
        return replace(
            finding, old_text=_shown(finding, finding.old, None), new_text=_shown(finding, finding.new, None)
        )
    spoken = language()
    labels = dict(choice_labels(form, question, spoken)) if question.is_select else {}
    title = question.label(spoken) or question.name
    if finding.kind == FLAG:
        text = _("{question}: {choice}")
        title = text.format(question=title, choice=labels.get(finding.choice, finding.choice))
    return replace(
        finding,
        title=title,
        old_text=_shown(finding, finding.old, labels, unit=bool(question.unit)),
        new_text=_shown(finding, finding.new, labels, unit=bool(question.unit)),
    )


def _shown(finding: Finding, text: str, labels: Mapping[str, str] | None, unit: bool = True) -> str:
    """Return an answer as a person reads it; `unit`: numbers of this question are grouped."""
    if not text:
        # Translators: stands for an answer that is blank: 1,643 became (empty)
        return _("(empty)")
    spoken, kind = language(), finding.kind
    if kind == DATE:
        shown = format_date(text, spoken) if len(text) == 10 else text
        return shown if shown != text else _quoted(text)
    if kind in (NUMBER, VALUE) and _PLAIN_NUMBER.fullmatch(text):
        return format_number(text, spoken) if unit else edit_number(text, spoken)
    if kind == FLAG and text in ("0", "1"):
        return _("yes") if text == "1" else _("no")
    if labels:
        codes = text.split() if kind == MULTIPLE else [text]
        if all(code in labels for code in codes):
            return _quoted(listed(labels[code] for code in codes))
    return _quoted(text)


def _quoted(text: str) -> str:
    short = visible(text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…")
    # Translators: the quotation marks of your language around an answer
    return _("“{text}”").format(text=short)
