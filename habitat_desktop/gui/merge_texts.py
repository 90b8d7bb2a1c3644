"""What the merge page says about a merge: names of rows, values, groups and sides."""

import re
from typing import TYPE_CHECKING, Any

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.record import Revision

if TYPE_CHECKING:
    from habitat_desktop.records.aligning import Refs
    from habitat_desktop.records.merges import RecordMerge
    from habitat_desktop.records.merging import Row

_STEP = re.compile(r"([^\[]+)\[(\d+)\]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_OPEN, _DONE = ("circle", "warning"), ("checkmark_circle", "ok")


def group_title(group: str, found: "RecordMerge") -> str:
    """Return the heading above the rows of `group`."""
    rows = found.rows_in(group)
    count = len(rows)
    still = sum(1 for row in rows if row.is_open)
    if group == "clash":
        text = _("Both changed the same question")
        need = ngettext("{open} of {count} needs you", "{open} of {count} need you", still)
        return f"{text} · {need.format(open=ltr(str(still)), count=ltr(str(count)))}"
    titles = {
        "problem": _("Changed on one side only, but a rule of the form does not hold"),
        "only": _("Changed on one side only: merged by itself"),
        "same": _("Changed in the same way on every side"),
        "unchanged": _("Changed by nobody"),
    }
    questions = ngettext("{count} question", "{count} questions", count).format(count=ltr(str(count)))
    return f"{titles[group]} · {questions}"


def side_title(letter: str, side: Revision) -> str:
    """Return how a side is called: its letter and its laptop."""
    return _("{letter}: laptop {laptop}").format(letter=letter, laptop=ltr(side.installation[:4].upper()))


def side_line(side: Revision) -> str:
    """Return who made a side and when."""
    made = format_date(side.made_at[:10], language(), "medium")
    return _("{person}, {when}").format(person=iso(side.author), when=iso(made))


def row_title(found: "RecordMerge", row: "Row", refs: "Refs") -> tuple[str, str]:
    """Return what a row is about, and below it the entry it belongs to."""
    element = found.form.elements.get(row.path)
    label = (element.label(language()) if element is not None else "") or row.path.rpartition("/")[2]
    if row.what == "withdrawal":
        return _("Is the record withdrawn?"), ""
    if row.what == "order":
        return _("Order of the entries: {list}").format(list=iso(label)), entry_words(found, row, refs)
    if row.what == "justification":
        return _("Reason given for: {question}").format(question=iso(label)), entry_words(found, row, refs)
    return label, entry_words(found, row, refs)


def entry_words(found: "RecordMerge", row: "Row", refs: "Refs") -> str:
    """Return the entries of lists a row lies in: "Settlement 2"."""
    if "[" not in row.ref:
        return ""
    placed = refs.placed(row.ref)
    if not placed:
        return _("in an entry that is not there on every side")
    names, path = [], ""
    for step in placed.lstrip("/").split("/"):
        match = _STEP.fullmatch(step)
        path += f"/{match[1] if match else step}"
        if match is not None:
            element = found.form.elements.get(path)
            name = (element.label(language()) if element is not None else "") or match[1]
            names.append(f"{name} {ltr(match[2])}")
    return " · ".join(names)


def value_words(found: "RecordMerge", row: "Row", value: Any) -> str:
    """Return a value as a person reads it; "" for none."""
    if row.what == "entry":
        return (
            pgettext("entry of a list", "not there")
            if value is None
            else pgettext("entry of a list", "there")
        )
    if row.what == "withdrawal":
        return _("withdrawn") if value == "withdrawn" else _("kept")
    if row.what == "order":
        return ngettext("{count} entry", "{count} entries", len(value or [])).format(count=len(value or []))
    if value in (None, "", []):
        return _("(empty)")
    if isinstance(value, dict):
        reason = value.get("$unavailable", {}).get("reason", "")
        return _("not available: {reason}").format(reason=reason)
    labels = _labels(found, row)
    if isinstance(value, list):
        return listed(labels.get(str(one), str(one)) for one in value)
    text = str(value)
    if text in labels:
        return labels[text]
    element = found.form.elements.get(row.path)
    kind = getattr(element, "type", "")
    if kind in ("integer", "decimal") and _NUMBER.fullmatch(text):
        return (
            format_number(text, language()) if getattr(element, "unit", "") else edit_number(text, language())
        )
    return format_date(text, language()) if kind == "date" and len(text) == 10 else text


def _labels(found: "RecordMerge", row: "Row") -> dict[str, str]:
    from habitat_desktop.packages.choices import choice_labels
    from habitat_desktop.xforms.definition import Question

    element = found.form.elements.get(row.path)
    if not isinstance(element, Question) or not element.is_select:
        return {}
    return dict(choice_labels(found.form, element, language()))


def row_cells(found: "RecordMerge", row: "Row", refs: "Refs") -> list[kit.Cell]:
    """Return a row of the table: question, before, each side, the outcome."""
    title, below = row_title(found, row, refs)
    edge = "warning_mark" if row.kind == "clash" else ""
    cells = [
        kit.Cell(iso(title), sub=below, strong=True, wrap=not below, edge=edge),
        kit.Cell(iso(value_words(found, row, row.base)), tone="text_muted", wrap=True),
    ]
    for letter, value in zip(found.letters, row.sides, strict=True):
        words = iso(value_words(found, row, value))
        changed = letter in row.changed
        if row.kind == "clash":
            chosen = row.choice == letter
            icon, tone = ("checkmark_circle", "accent") if chosen else ("circle", "text_muted")
            cells.append(
                kit.Cell(
                    words, strong=chosen, icon=icon, icon_tone=tone, filled=chosen, tip=_tip(words, chosen)
                )
            )
        else:
            cells.append(kit.Cell(words, strong=changed, tone="text" if changed else "text_muted", wrap=True))
    return [*cells, _outcome(found, row)]


def _tip(words: str, chosen: bool) -> str:
    return _("{value}, chosen").format(value=words) if chosen else words


def _outcome(found: "RecordMerge", row: "Row") -> kit.Cell:
    if row.is_open:
        return kit.Cell(_("Please choose"), strong=True, tone="warning", icon=_OPEN[0], icon_tone=_OPEN[1])
    words = iso(value_words(found, row, row.merged))
    problem = next((one for one in found.problems if one.ref == row.ref), None)
    if problem is not None:
        return kit.Cell(words, sub=problem.message, strong=True, icon="error_circle", icon_tone="error")
    return kit.Cell(words, strong=True, icon=_DONE[0], icon_tone=_DONE[1], filled=True)


def needs_a_person(found: "RecordMerge", row: "Row") -> bool:
    """Whether a row is open, or breaks a rule of the form as it is merged."""
    return row.is_open or any(problem.ref == row.ref for problem in found.problems)


def footer_words(found: "RecordMerge") -> str:
    """Return what stands between the person and the end of the merge, or what happens to the rest."""
    if not found.merged.open_rows and found.problems and not found.merged.withdrawn:
        first = found.problems[0]
        text = ngettext(
            "{count} rule of the form does not hold yet: {question}, {message}",
            "{count} rules of the form do not hold yet, the first: {question}, {message}",
            len(found.problems),
        )
        question, message = iso(first.label or first.ref), iso(first.message)
        return text.format(count=len(found.problems), question=question, message=message)
    return _("Values not chosen stay in the history. Undo works until the merge is sent.")
