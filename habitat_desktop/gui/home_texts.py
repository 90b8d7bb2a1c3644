"""The sentences of home, apart from its layout."""

from habitat_desktop.gui import kit
from habitat_desktop.gui.home_facts import DueForm
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import iso
from habitat_desktop.records.record import PackageEntry, RecordState, RecordSummary


def way_steps(sent: PackageEntry | None) -> list[tuple[RecordState, str, str]]:
    package = kit.state_word("package", sent.number if sent is not None else None)
    return [
        (RecordState.DRAFT, "edit", _("Drafts")),
        # Translators: records that are final and not yet in a package.
        (RecordState.FINAL, "document_checkmark", pgettext("records", "Ready")),
        (RecordState.PACKAGE, "box", package),
        (RecordState.RECEIVED, "mail_inbox_checkmark", kit.state_word("received")),
        (RecordState.ACCEPTED, "checkmark_circle", kit.state_word("accepted")),
    ]


def ready_sentence(ready: int) -> str:
    if not ready:
        return _("Every final record is on its way")
    return ngettext(
        "{count} record is ready and not yet sent", "{count} records are ready and not yet sent", ready
    ).format(count=ready)


def step_words(form: DueForm) -> str:
    step = form.step
    if step.kind == "start":
        return pgettext("next step", "Start")
    if step.kind == "continue":
        if step.subject:
            return _("Continue {subject}").format(subject=iso(step.subject))
        return _("Continue")
    if step.kind == "query":
        return ngettext("Answer {count} query", "Answer {count} queries", step.count).format(count=step.count)
    return _("Check and send") if step.kind == "send" else _("Nothing to do")


def draft_line(record: RecordSummary, saved: str) -> str:
    if record.missing:
        return ngettext(
            "saved {when} · {count} required answer missing",
            "saved {when} · {count} required answers missing",
            record.missing,
        ).format(when=saved, count=record.missing)
    if record.problems:
        return ngettext(
            "saved {when} · {count} problem", "saved {when} · {count} problems", record.problems
        ).format(when=saved, count=record.problems)
    return _("saved {when} · ready to finalize").format(when=saved)
