"""What the head of the form page says of the record that is open. No Qt."""

from datetime import datetime

from habitat_desktop.gui.form_header import HeadView, revision_words
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.numbers import format_date, format_datetime
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.record import Heading, RecordState

SEPARATOR = " · "


def record_title(sitting: Sitting) -> str:
    """Return "Slum-upgrading status return · Nairobi"."""
    title = sitting.entry.form.title(language())
    subject = sitting.entry.heading().subject
    return SEPARATOR.join(iso(part) for part in (title, subject) if part)


def record_line(sitting: Sitting, *, label: bool = True) -> str:
    """Return "KE-7F3K-0042 · First half 2026 · demonstration data"."""
    heading = sitting.entry.heading()
    period = period_name(heading.period, language()) if heading.period else ""
    mark = _("demonstration data") if sitting.workspace.settings.demonstration else ""
    parts = [ltr(sitting.entry.label) if label else "", iso(period), mark]
    return SEPARATOR.join(part for part in parts if part)


def head_view(sitting: Sitting, now: datetime) -> HeadView:
    """Return what the head shows."""
    settings = sitting.workspace.settings
    revisions = [
        (one.revision_id, format_datetime(one.made_at, language(), "medium", now.tzinfo), one.author)
        for one in sitting.opened.revisions
    ]
    return HeadView(
        title=record_title(sitting),
        line=record_line(sitting),
        state=str(sitting.state),
        package_number=sitting.package_number,
        facts=tuple(_facts(sitting, sitting.entry.heading())),
        readonly=sitting.readonly,
        may_edit=(
            settings.role == "office"
            and settings.office == sitting.entry.office
            and sitting.state not in (RecordState.WITHDRAWN, RecordState.CONFLICT)
        ),
        revisions=revision_words(revisions),
        revision_id=sitting.opened.revision_id,
    )


def saved_words(at: datetime, now: datetime) -> str:
    """Return "Saved 14:32" for today, else "Saved on 14 Jul 2026"."""
    here = at.astimezone(now.tzinfo)
    if here.date() == now.date():
        # Translators: every answer is saved; {time} is such as 14:32.
        return _("Saved {time}").format(time=ltr(f"{here:%H:%M}"))
    # Translators: every answer is saved; {date} is such as 14 Jul 2026.
    return _("Saved on {date}").format(date=iso(format_date(here.date().isoformat(), language())))


def _facts(sitting: Sitting, heading: Heading) -> list[tuple[str, str]]:
    """Return what the program knows and the form therefore does not ask."""
    form = sitting.entry.form
    facts = [
        (_("Record"), ltr(sitting.entry.label)),
        (_("Record id"), ltr(sitting.entry.record_id)),
        (_("Office"), ltr(sitting.entry.office)),
        (_("Country"), country_name(heading.country, language()) if heading.country else ""),
        (_("Person"), iso(sitting.entry.person)),
        (_("Form"), _("{form}, version {version}").format(form=iso(form.form_id), version=ltr(form.version))),
        (_("Record of the period before"), ltr(heading.previous_record)),
    ]
    return [(name, value) for name, value in facts if value]
