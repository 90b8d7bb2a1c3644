"""The columns of the list of records: heading, width and cell of each, by their names in `list_views`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_names import form_title
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import ltr
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.workspace import Workspace

TICK = 44  # px at 100 %


@dataclass(frozen=True)
class Spoken:
    """What cells need besides their record: where they stand, and how "today" is told."""

    workspace: "Workspace"
    now: Callable[[], datetime]


@dataclass(frozen=True)
class ColumnSpec:
    """A column: its heading, its width in px at 100 % (0 takes the rest) and its cell."""

    title: Callable[[], str]
    width: int
    cell: Callable[[RecordSummary, Spoken], kit.Cell]


def tick_cell(is_ticked: bool) -> kit.Cell:
    """Return the cell in which a record is chosen."""
    tip = pgettext("record", "chosen") if is_ticked else pgettext("record", "not chosen")
    return kit.Cell(kind="check", chosen=is_ticked, tip=tip)


def _return(record: RecordSummary, spoken: Spoken) -> kit.Cell:
    title = form_title(spoken.workspace, record.form_id)
    period = period_name(record.period, language()) if record.period else ""
    if not record.subject:
        return kit.Cell(title, period, strong=True)
    return kit.Cell(record.subject, " · ".join(filter(None, (period, title))), strong=True)


def _state(record: RecordSummary, _spoken: Spoken) -> kit.Cell:
    word = kit.state_word(record.state, record.package_number)
    return kit.Cell(word, kind="pill", state=str(record.state))


def _to_do(record: RecordSummary, _spoken: Spoken) -> kit.Cell:
    if record.state == RecordState.QUERY:
        word, tip = pgettext("what is to do", "answer"), _("answer the query")
        return kit.Cell(word, icon="chat_help", icon_tone="warning", tone="warning", strong=True, tip=tip)
    if record.state == RecordState.CONFLICT:
        return kit.Cell(
            pgettext("what is to do", "merge"), icon="branch_fork", icon_tone="state.conflict", tone="text"
        )
    if record.has_draft and record.missing + record.problems:
        count = record.missing + record.problems
        # Translators: how many required answers are missing and how many rules are broken in a draft.
        tip = _("{missing} missing, {problems} to correct").format(
            missing=record.missing, problems=record.problems
        )
        sign = {"icon": "error_circle", "icon_tone": "error", "filled": True}
        return kit.Cell(ltr(str(count)), tone="error", strong=True, tip=tip, **sign)  # type: ignore[arg-type]
    if record.has_draft:
        return kit.Cell(_("finalize"), tone="text_muted")
    return kit.Cell()


def _changed(record: RecordSummary, spoken: Spoken) -> kit.Cell:
    return kit.Cell(relative_time(record.updated_at, spoken.now(), language()), tone="text_muted")


def _revisions(record: RecordSummary, _spoken: Spoken) -> kit.Cell:
    count = record.revisions
    tip = ngettext("{count} revision", "{count} revisions", count).format(count=count)
    return kit.Cell(str(count), kind="number", tone="text_muted", tip=tip)


COLUMNS: dict[str, ColumnSpec] = {
    "return": ColumnSpec(lambda: pgettext("column", "Return"), 0, _return),
    "form": ColumnSpec(
        lambda: pgettext("column", "Form"),
        190,
        lambda record, spoken: kit.Cell(form_title(spoken.workspace, record.form_id), tone="text_muted"),
    ),
    "period": ColumnSpec(
        lambda: pgettext("column", "Period"),
        130,
        lambda record, _spoken: kit.Cell(period_name(record.period, language()) if record.period else ""),
    ),
    "office": ColumnSpec(
        lambda: pgettext("column", "Office"), 64, lambda record, _spoken: kit.Cell(record.office, mono=True)
    ),
    "country": ColumnSpec(
        lambda: pgettext("column", "Country"),
        120,
        lambda record, _spoken: kit.Cell(country_name(record.country, language()) if record.country else ""),
    ),
    "label": ColumnSpec(
        lambda: pgettext("column", "Record"),
        128,
        lambda record, _spoken: kit.Cell(record.label, mono=True, tone="text_muted"),
    ),
    "state": ColumnSpec(lambda: pgettext("column", "State"), 140, _state),
    "to_do": ColumnSpec(lambda: pgettext("column", "To do"), 92, _to_do),
    "answered": ColumnSpec(
        lambda: pgettext("column", "Answered"),
        84,
        lambda record, _spoken: kit.Cell(str(record.answered), kind="number", tone="text_muted"),
    ),
    "changed": ColumnSpec(lambda: pgettext("column", "Changed"), 108, _changed),
    "author": ColumnSpec(
        lambda: pgettext("column", "Changed by"),
        130,
        lambda record, _spoken: kit.Cell(record.updated_by, tone="text_muted"),
    ),
    "version": ColumnSpec(
        lambda: pgettext("column", "Form version"),
        96,
        lambda record, _spoken: kit.Cell(record.form_version, mono=True, tone="text_muted"),
    ),
    "revisions": ColumnSpec(lambda: pgettext("column", "Revisions"), 84, _revisions),
}
