"""One package in the inbox: its cells in the table, and five plain lines about it in the panel."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import kit
from habitat_desktop.gui.outbox_texts import office_title, when
from habitat_desktop.i18n.catalogues import _, explain, language, listed, ngettext, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.hq.inbox import Arrival, PackageDetail

_FINDINGS_SHOWN = 5
_SIGNATURE_CODES = {
    "NOT_SIGNED",
    "SIGNATURE_BAD",
    "UNKNOWN_KEY",
    "KEY_OF_OTHER_OFFICE",
    "REVOKED_KEY",
    "REPLACED_KEY",
}


def arrival_title(arrival: "Arrival") -> str:
    """Return whom it is from."""
    if arrival.entry is None:
        return _("Unknown sender")
    return office_title(arrival.entry.peer)


def edits_of(arrival: "Arrival", detail: "PackageDetail | None") -> int:
    """Return how much was changed in Excel, in any of the files this package came in."""
    noted = arrival.entry.findings if arrival.entry is not None else 0
    return max(noted, len(detail.findings) if detail is not None else 0)


def attention_of(arrival: "Arrival", detail: "PackageDetail | None") -> set[str]:
    """Return what is special about it: "edited", "missing"."""
    found = set()
    if edits_of(arrival, detail):
        found.add("edited")
    if arrival.missing:
        found.add("missing")
    return found


def arrival_state(arrival: "Arrival", detail: "PackageDetail | None") -> tuple[str, str]:
    """Return the state whose sign it gets, and the word."""
    if arrival.kind == "quarantined":
        return "quarantine", kit.state_word("quarantine")
    if arrival.kind == "waiting":
        return "waiting", pgettext("packages", "Waiting")
    if edits_of(arrival, detail):
        return "query", pgettext("packages", "Edited in Excel")
    return "received", pgettext("packages", "Taken in")


def arrival_cells(arrival: "Arrival", detail: "PackageDetail | None") -> list[kit.Cell]:
    """Return its row: from, signature, contents, state, came."""
    state, word = arrival_state(arrival, detail)
    entry = arrival.entry
    if entry is None:
        below = ltr(arrival.file_name)
    else:
        # Translators: a package in a list: its sender, its receiver and its number: "KE-HQ no. 13".
        below = _("{sender}-{receiver} no. {number}").format(
            sender=entry.peer, receiver="HQ", number=entry.number
        )
    return [
        kit.Cell(arrival_title(arrival), sub=below, strong=True),
        _signature_cell(arrival),
        kit.Cell(special_text(arrival, detail), sub=_contents_text(arrival)),
        kit.Cell(word, kind="pill", state=state),
        kit.Cell(when(arrival.came_at), tone="text_muted"),
    ]


def signature_of(arrival: "Arrival") -> tuple[str, str, str]:
    """Return the icon, the colour and the word for the signature of a package."""
    if arrival.entry is not None and arrival.entry.key_id:
        return "shield_checkmark", "ok", pgettext("signature", "Signed")
    if arrival.entry is not None:  # taken in before packages were signed
        return "circle", "text_muted", pgettext("signature", "Not signed")
    if arrival.problem is not None and arrival.problem.code in _SIGNATURE_CODES:
        return "shield_error", "error", pgettext("signature", "Not valid")
    return "circle", "text_muted", pgettext("signature", "Not checked")


def _signature_cell(arrival: "Arrival") -> kit.Cell:
    icon, tone, word = signature_of(arrival)
    is_verdict = tone != "text_muted"
    return kit.Cell(word, tone=tone, icon=icon, icon_tone=tone, filled=is_verdict, strong=tone == "error")


def special_text(arrival: "Arrival", detail: "PackageDetail | None") -> str:
    """Return what is special about it, in a few words."""
    if arrival.kind == "quarantined":
        return _("not let in")
    if count := edits_of(arrival, detail):
        return ngettext("{count} cell changed in Excel", "{count} cells changed in Excel", count).format(
            count=count
        )
    if arrival.kind == "waiting":
        return _("waits for an earlier revision")
    if arrival.missing:
        return _("no. {number} is missing, contents are here").format(number=ltr(str(arrival.missing[-1])))
    return _("all taken in")


def _contents_text(arrival: "Arrival") -> str:
    if arrival.entry is None:
        return _("nothing taken in")
    return ngettext("{count} record", "{count} records", arrival.entry.records).format(
        count=arrival.entry.records
    )


class ArrivalPanel(QFrame):
    """Who sent it, what is in it, what was changed, what is missing, and what happens next."""

    records_wanted = Signal(object)  # list of record ids
    edits_wanted = Signal()
    quarantine_wanted = Signal(str)  # the name under which a file is kept

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setAccessibleName(_("About this package"))
        self._body = kit.column(space=8, margins=(16, 12, 16, 12))
        holder = kit.frame("surface", self._body)
        self.setLayout(kit.column(kit.scrolling(holder), margins=(1, 4, 1, 4)))
        self.lines: list[str] = []
        self.show_nothing()

    def show_nothing(self) -> None:
        kit.clear(self._body)
        self.lines = []
        self._body.addWidget(
            kit.EmptyState("mail_inbox", _("No package chosen"), _("Choose one to see what is in it."))
        )

    def show_arrival(
        self, arrival: "Arrival", detail: "PackageDetail | None", titles: Mapping[str, str]
    ) -> None:
        """Show `arrival`; `detail` is None until its file has been read."""
        kit.clear(self._body)
        self.lines = []
        entry = arrival.entry
        title = arrival_title(arrival)
        if entry is not None:
            # Translators: the head of a panel about one package: "Kenya, package 7".
            title = _("{office}, package {number}").format(office=iso(title), number=ltr(str(entry.number)))
        self._body.addWidget(kit.Label(title, "subtitle", strong=True, wrap=True))
        self._body.addWidget(kit.Label(self._made_text(arrival, detail), "caption", "muted", wrap=True))
        state, word = arrival_state(arrival, detail)
        self._body.addLayout(kit.row(kit.Pill(state, text=word), None))
        if arrival.problem is not None:
            self._kept_out(arrival, arrival.problem)
        else:
            self._taken_in(arrival, detail, titles)
        self._body.addStretch(1)

    def show_problem(self, error: Exception) -> None:
        """Show that the stored file cannot be read any more."""
        text = explain(error) if isinstance(error, HabitatError) else str(error)
        self._line("warning", "warning", _("The file cannot be read again"), text)

    def _made_text(self, arrival: "Arrival", detail: "PackageDetail | None") -> str:
        if arrival.entry is None:
            return _("came {when}").format(when=when(arrival.came_at))
        if detail is None:
            return _("came {when}").format(when=when(arrival.came_at))
        day = format_date(detail.made_at, language(), "long")
        if not detail.author:
            return _("made {day}").format(day=day)
        return _("made {day} by {person}").format(day=day, person=iso(detail.author))

    def _kept_out(self, arrival: "Arrival", problem: HabitatError) -> None:
        self._line("shield_error", "error", _("Not let in"), explain(problem))
        self._line("folder", "text_muted", _("The file is kept"), ltr(arrival.stored.name))
        self._line("checkmark_circle", "ok", _("Nothing was changed"), _("No record was touched by it."))
        name = arrival.stored.name
        show = kit.Button(
            _("Show in quarantine"), icon="shield_error", does=lambda: self.quarantine_wanted.emit(name)
        )
        self._body.addLayout(kit.row(show, None))

    def _taken_in(
        self, arrival: "Arrival", detail: "PackageDetail | None", titles: Mapping[str, str]
    ) -> None:
        entry = arrival.entry
        assert entry is not None
        records = ngettext("{count} record", "{count} records", entry.records).format(count=entry.records)
        revisions = ngettext("{count} revision", "{count} revisions", entry.revisions).format(
            count=entry.revisions
        )
        if detail is None:
            self._line("hourglass", "text_muted", _("Reading the package"), "")
        else:
            self._line("checkmark_circle", "ok", _("The contents are whole"), ltr(entry.file_name))
        if entry.key_id:
            office = iso(office_title(entry.peer))
            text = _("With a key of {office} that is trusted here.").format(office=office)
            self._line("shield_checkmark", "ok", _("The signature is right"), text)
        by_form = _by_form(detail, titles) if detail else ""
        # Translators: two counts: "9 records, 12 revisions".
        both = pgettext("two counts", "{first}, {second}").format(first=records, second=revisions)
        self._line("mail_inbox_checkmark", "state.received", both, by_form)
        if detail is not None:
            self._changed(detail, edits_of(arrival, detail))
        self._complete(arrival)
        if entry.receipt_at:
            text = _("The receipt went out {when}").format(when=when(entry.receipt_at))
            self._line("send", "text_muted", text, "")
        else:
            text = _("It goes with the next package to {office}.").format(
                office=iso(office_title(entry.peer))
            )
            self._line("send", "text_muted", _("The receipt waits"), text)
        if detail is not None and detail.heads:
            ids = list(dict.fromkeys(revision.record_id for revision in detail.heads))
            text = ngettext("Open the record", "Open the {count} records", len(ids)).format(count=len(ids))
            self.open_button = kit.Button(
                text, icon="document_table", does=lambda: self.records_wanted.emit(ids)
            )
            self._body.addSpacing(4)
            self._body.addLayout(kit.row(self.open_button, None))

    def _changed(self, detail: "PackageDetail", count: int) -> None:
        if not count:
            self._line("checkmark_circle", "ok", _("Nothing was changed in Excel"), _("Every cell agrees."))
            return
        title = ngettext(
            "{count} cell was changed in Excel", "{count} cells were changed in Excel", count
        ).format(count=count)
        cells = [
            ltr(f"{finding.sheet} {finding.cell}".strip()) for finding in detail.findings[:_FINDINGS_SHOWN]
        ]
        more = " …" if cells and count > _FINDINGS_SHOWN else ""
        text = _("Nothing was overwritten: what the program wrote was taken in. {cells}").format(
            cells=listed(cells) + more
        )
        self._line("chat_help", "warning", title, text)
        words = ngettext("See the cell", "See the {count} cells", count).format(count=count)
        self.edits_button = kit.PrimaryButton(words, "edit", self.edits_wanted.emit)
        self._body.addLayout(kit.row(self.edits_button, None))

    def _complete(self, arrival: "Arrival") -> None:
        assert arrival.entry is not None
        if arrival.kind == "waiting":
            text = _("They are kept and show up as soon as the earlier one comes.")
            self._line("hourglass", "state.waiting", _("Some revisions wait for an earlier one"), text)
        elif arrival.missing:
            numbers = listed(str(number) for number in arrival.missing[-8:])
            title = ngettext(
                "Package {numbers} is missing", "Packages {numbers} are missing", len(arrival.missing)
            )
            text = _("What was in it is here: packages carry everything again until the receipt comes.")
            self._line("info", "accent", title.format(numbers=ltr(numbers)), text)
        else:
            number = arrival.entry.number
            text = ngettext(
                "It is the first package of this laptop.",
                "Packages 1 to {number} of this laptop are here.",
                number,
            ).format(number=ltr(str(number)))
            self._line("info", "accent", _("Nothing is missing"), text)

    def _line(self, icon: str, token: str, title: str, text: str) -> None:
        self.lines.append(f"{title}. {text}".strip())
        words = kit.column(kit.Label(title, strong=True, wrap=True), space=0)
        if text:
            words.addWidget(kit.Label(text, "caption", "muted", wrap=True, select=True))
        layout = kit.row(space=8)
        layout.addWidget(kit.IconLabel(icon, token, 16, filled=True), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        line = QWidget()
        line.setLayout(layout)
        line.setAccessibleName(self.lines[-1])
        self._body.addWidget(line)


def _by_form(detail: "PackageDetail", titles: Mapping[str, str]) -> str:
    counts = Counter(revision.heading.form_id for revision in detail.heads)
    # Translators: a form and how many records of it: "Slum upgrading 4".
    pair = _("{form} {count}")
    return listed(
        pair.format(form=iso(titles.get(form_id, form_id)), count=ltr(str(count)))
        for form_id, count in counts.items()
    )
