"""What the page of sending says about an outbox: cells, steps, checks and sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.gui import kit
from habitat_desktop.gui.steps import Step
from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext
from habitat_desktop.i18n.dates import relative_time
from habitat_desktop.i18n.names import country_name, country_of_iso2
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.record import PackageEntry, RecordSummary, utc_time
from habitat_desktop.settings import HEADQUARTERS

if TYPE_CHECKING:
    from habitat_desktop.sync.outbox import PeerBox, Waiting

MAIL_LIMIT_MB = 10  # what most mail servers take


@dataclass(frozen=True)
class Made:
    """A package that lies here, ready to be sent.

    `is_checked` says whether it was read back and every cell agrees; None if it was made before
    this sitting. `changes` counts what was changed in the file in Excel since it was made.
    """

    path: Path
    number: int
    to: str
    size_bytes: int
    is_checked: bool | None
    changes: int = 0
    is_encrypted: bool = False


@dataclass(frozen=True)
class Check:
    """One line of what was checked."""

    text: str
    is_good: bool = True
    edited: Path | None = None  # the package that was changed in Excel


def office_title(code: str) -> str:
    """Return how an office is called: headquarters, its country, or its code."""
    if code == HEADQUARTERS:
        return _("Headquarters")
    alpha3 = country_of_iso2(code)
    return country_name(alpha3, language()) if alpha3 else code


def when(at: str | datetime, now: datetime | None = None) -> str:
    """Return "today 09:41", "yesterday", else the day."""
    moment = utc_time(at) if isinstance(at, str) else at
    return relative_time(moment.astimezone(), now or datetime.now(UTC).astimezone(), language())


def record_title(record: RecordSummary) -> str:
    """Return what a record is about: its subject, else its country."""
    return record.subject or country_name(record.country, language())


def form_and_period(record: RecordSummary, form_title: str) -> str:
    """Return the form, the period and the label of a record in one line."""
    period = period_name(record.period, language()) if record.period else ""
    return " · ".join(part for part in (iso(form_title), iso(period), ltr(record.label)) if part)


def reason_text(waiting: "Waiting") -> str:
    """Return why a record is in the package."""
    if waiting.reason == "revision":
        # Translators: why a record is in a package: it was changed and this is its revision number so and so.
        return _("revision {number}").format(number=ltr(str(waiting.record.revisions)))
    return {
        "new": pgettext("why a record is in a package", "new"),
        "again": pgettext("why a record is in a package", "again, no receipt yet"),
        "withdrawn": pgettext("why a record is in a package", "withdrawn"),
        "conflict": pgettext("why a record is in a package", "two revisions, both go"),
    }[waiting.reason]


def record_rows(box: "PeerBox", titles: Mapping[str, str]) -> list[list[kit.Cell]]:
    """Return the rows of "Contents of package n"; what goes again is quieter than what is new."""
    rows = []
    for waiting in box.waiting:
        record = waiting.record
        again = waiting.reason == "again"
        rows.append(
            [
                kit.Cell(
                    record_title(record),
                    sub=form_and_period(record, titles.get(record.form_id, record.form_id)),
                    strong=not again,
                    tone="text_muted" if again else "text",
                ),
                kit.Cell(
                    kit.state_word(record.state, record.package_number), kind="pill", state=str(record.state)
                ),
                kit.Cell(reason_text(waiting), tone="text_muted"),
                kit.Cell(str(waiting.files), kind="number"),
            ]
        )
    if box.acts:
        rows.append(
            [
                kit.Cell(
                    acts_text(box.acts), sub=_("Conversation with headquarters"), strong=not box.is_made
                ),
                kit.Cell(""),
                kit.Cell(pgettext("why a record is in a package", "new"), tone="text_muted"),
                kit.Cell(""),
            ]
        )
    return rows


def office_rows(boxes: Sequence["PeerBox"]) -> list[list[kit.Cell]]:
    """Return one row an office that headquarters owes a package."""
    rows = []
    for box in boxes:
        last = box.sent[0] if box.sent else None
        rows.append(
            [
                kit.Cell(office_title(box.peer), sub=ltr(box.peer), strong=True),
                kit.Cell(goes_text(box)),
                kit.Cell(package_text(last) if last else _("none yet"), tone="text_muted"),
                kit.Cell(str(box.number), kind="number"),
            ]
        )
    return rows


def made_rows(made: Sequence[Made]) -> list[list[kit.Cell]]:
    """Return one row a package of headquarters that is ready to be sent."""
    return [
        [
            kit.Cell(office_title(package.to), sub=ltr(package.to), strong=True),
            kit.Cell(ltr(package.path.name), mono=True),
            kit.Cell(size_text(package.size_bytes), tone="text_muted"),
            kit.Cell(str(package.number), kind="number"),
        ]
        for package in made
    ]


def goes_text(box: "PeerBox") -> str:
    """Return what the next package to an office carries: "2 receipts, 1 record"."""
    parts = []
    if box.receipts:
        parts.append(ngettext("{count} receipt", "{count} receipts", box.receipts).format(count=box.receipts))
    if box.waiting:
        count = len(box.waiting)
        parts.append(ngettext("{count} record", "{count} records", count).format(count=count))
    if box.acts:
        parts.append(acts_text(box.acts))
    return listed(parts)


def acts_text(count: int) -> str:
    """Return how many acts go along."""
    text = ngettext("{count} question, answer or decision", "{count} questions, answers or decisions", count)
    return text.format(count=count)


def package_text(entry: PackageEntry) -> str:
    """Return a package in a few words: "no. 12, 16 Jul"."""
    # Translators: a package with its number and when it was made: "no. 12, 16 Jul".
    return _("no. {number}, {when}").format(number=ltr(str(entry.number)), when=when(entry.made_at))


def subtitle(box: "PeerBox") -> str:
    """Return the line below the title of an office's page."""
    if not box.waiting and not box.acts:
        return ""
    count = len(box.waiting)
    records = ngettext("{count} record", "{count} records", count).format(count=count)
    if box.acts:
        records = listed(([records] if count else []) + [acts_text(box.acts)])
    number = ltr(str(box.latest.number if box.is_made and box.latest else box.number))
    if box.since is None:
        return _("Package {number} · {records}").format(number=number, records=records)
    return _("Package {number} · {records} · since the receipt of {when}").format(
        number=number, records=records, when=when(box.since)
    )


def steps(boxes: Sequence["PeerBox"], *, is_made: bool, is_handed_over: bool, is_office: bool) -> list[Step]:
    """Return the steps as they stand; `is_handed_over`: one of the ways to send was used.

    The last step of an office is the receipt of headquarters; headquarters waits for none.
    """
    waits = any(not box.is_empty for box in boxes) or is_made
    words = [_("Choose"), _("Check"), _("Make the package"), _("Send")]
    if is_office:
        words.append(_("Receipt"))
    if not waits:
        return [Step(word, "later") for word in words]
    now = 4 if is_made and is_handed_over else 3 if is_made else 2
    return [
        Step(word, "done" if index < now else "now" if index == now else "later")
        for index, word in enumerate(words)
    ]


def checks(boxes: Sequence["PeerBox"], made: Sequence[Made]) -> list[Check]:
    """Return what was checked, in the order in which it matters."""
    waiting = [item for box in boxes for item in box.waiting]
    lines = []
    if waiting:
        count = len(waiting)
        lines.append(
            Check(
                ngettext(
                    "{count} record is complete and valid",
                    "All {count} records are complete and valid",
                    count,
                ).format(count=count)
            )
        )
        warnings = sum(item.warnings for item in waiting)
        if warnings:
            lines.append(
                Check(
                    ngettext(
                        "{count} warning was answered with a reason",
                        "{count} warnings were answered with a reason",
                        warnings,
                    ).format(count=warnings)
                )
            )
    acts = sum(box.acts for box in boxes)
    if acts:
        lines.append(Check(acts_text(acts)))
    files = sum(item.files for item in waiting)
    if files:
        text = ngettext("{count} attached file", "{count} attached files", files).format(count=files)
        lines.append(Check(text))
    if not made:
        return lines
    if all(package.is_checked for package in made):
        lines.append(Check(_("Read back after writing: every cell agrees")))
    elif any(package.is_checked is False for package in made):
        lines.append(Check(_("The package could not be read back; make it again"), is_good=False))
    for package in made:
        if package.changes:
            text = ngettext(
                "{count} change was made in Excel since. The package goes as it was made; your file is kept.",
                "{count} changes were made in Excel since. The package goes as it was made; "
                "your file is kept.",
                package.changes,
            )
            lines.append(Check(text.format(count=package.changes), is_good=False, edited=package.path))
    largest = max(package.size_bytes for package in made)
    is_small = largest <= MAIL_LIMIT_MB * 1_000_000
    if is_small:
        text = _("{size}: most mail servers take up to {limit} MB")
    else:
        text = _("{size}: too large for most mail servers ({limit} MB); take a USB stick or a shared folder")
    lines.append(Check(text.format(size=iso(size_text(largest)), limit=MAIL_LIMIT_MB), is_small))
    return lines


def size_text(size_bytes: int) -> str:
    """Return a size as people say it: "34 kB", "2.4 MB"."""
    if size_bytes < 100_000:
        return _("{size} kB").format(size=max(1, round(size_bytes / 1000)))
    return _("{size} MB").format(size=format_number(f"{size_bytes / 1_000_000:.1f}", language()))


def earlier_text(entry: PackageEntry, now: datetime | None = None) -> str:
    """Return one earlier package after its number: when, how much, and what became of it."""
    records = ngettext("{count} record", "{count} records", entry.records).format(count=entry.records)
    if entry.receipt_at:
        return _("{when} · {records} · receipt of {receipt}").format(
            when=when(entry.made_at), records=records, receipt=when(entry.receipt_at)
        )
    days = ((now or datetime.now(UTC)) - utc_time(entry.made_at)).days
    if days < 1:
        return _("{when} · {records} · no receipt yet, goes again").format(
            when=when(entry.made_at), records=records
        )
    return ngettext(
        "{when} · {records} · no receipt for {count} day, goes again",
        "{when} · {records} · no receipt for {count} days, goes again",
        days,
    ).format(when=when(entry.made_at), records=records, count=days)


def chosen_words(inside: int, outside: int) -> tuple[str, str]:
    """Return what is said to somebody who chose records for the package: how many go, and why others stay."""
    title = ngettext(
        "{count} of the chosen records goes with this package",
        "{count} of the chosen records go with this package",
        inside,
    ).format(count=inside)
    text = ngettext(
        "{count} stays here: it is not final yet, or it has arrived already.",
        "{count} stay here: they are not final yet, or have arrived already.",
        outside,
    ).format(count=outside)
    return title, text if outside else ""
