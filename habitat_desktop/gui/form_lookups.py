"""Looks in the store for returns about the same: a twin of this period, and the return of the last one."""

from typing import TYPE_CHECKING, Any

from habitat_desktop.gui import jobs
from habitat_desktop.gui.record_opening import is_about_the_same, read_previous, read_twins
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.environments import preloaded
from habitat_desktop.records.record import RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage
    from habitat_desktop.gui.sitting import Sitting


class Lookups:
    """Remembers what the record was about, and asks again when that changes."""

    def __init__(self, page: "FormPage") -> None:
        self._page = page
        self._heading: Any = None
        self._key: tuple[str, ...] = ()
        self.head_refs: set[str] = set()  # questions whose answers stand in the head of the record

    def follow(self, sitting: "Sitting") -> None:
        """Take the record as it is when it is opened: nothing has to be asked."""
        form = sitting.entry.form
        self._heading, self._key = sitting.entry.heading(), sitting.record_key
        self.head_refs = {*form.subject, *form.key, *preloaded(form).values()}

    def look(self, sitting: "Sitting") -> None:
        """Ask again where the record is about something else than before."""
        heading, key = sitting.entry.heading(), sitting.record_key
        is_other = not is_about_the_same(heading, self._heading)
        if is_other or key != self._key:
            self._heading, self._key = heading, key
            self._look_up_twins(sitting)
        if is_other:
            self._look_up_previous(sitting)

    def _look_up_twins(self, sitting: "Sitting") -> None:
        """Ask whether there is a return of the same key already, now that this one has a key."""
        workspace, entry, heading, key = self._page.workspace, sitting.entry, self._heading, self._key
        if sitting.readonly or not key:
            return

        def work(progress: Progress) -> list[RecordSummary]:
            return read_twins(workspace, entry.form, heading, entry.office, entry.record_id, key)

        jobs.run(work, sitting, done=lambda found: self._tell_twins(sitting, found))

    def _tell_twins(self, sitting: "Sitting", twins: list[RecordSummary]) -> None:
        page = self._page
        if sitting is not page.sitting or not twins:
            return
        newest = twins[0]
        text = _(
            "There is a return about the same for this period already: {record}. "
            "Open that one, unless this one is about something else."
        ).format(record=ltr(newest.label))
        go = (pgettext("button", "Open"), lambda: page.frame.show_page("form", record_id=newest.record_id))
        page.news.tell("info", text, go)

    def _look_up_previous(self, sitting: "Sitting") -> None:
        workspace, form, heading = self._page.workspace, sitting.entry.form, self._heading

        def work(progress: Progress) -> Any:
            return read_previous(workspace, form, heading, sitting.entry.office)

        jobs.run(work, sitting, done=lambda found: self._previous_found(sitting, *found))

    def _previous_found(self, sitting: "Sitting", previous: Any, period: str) -> None:
        if sitting is self._page.sitting:
            sitting.look_back(previous, period)
            head = self._page.ledger.head
            head.period = period_name(period, language()) if period else ""
            head.update()
