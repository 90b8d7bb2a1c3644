"""The quiet sign of saving in the head of the form page, and the banner where the disk refuses."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from habitat_desktop.gui.form_texts import saved_words

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage
    from habitat_desktop.gui.sitting import Sitting


TYPED_MS = 1200  # what is typed is on its way to the disk after this time, also while typing goes on


class TypedText:
    """Remembers in the draft what stands half typed in the fields; nothing is worked out for that."""

    def __init__(self, page: "FormPage") -> None:
        self._page = page
        self._timer = QTimer(page)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPED_MS)
        self._timer.timeout.connect(self.note)
        page.ledger.touched.connect(self._touched)

    def note(self) -> None:
        """Remember now what is typed now."""
        self._timer.stop()
        page = self._page
        if page.sitting is not None and page.ledger.rows:
            page.sitting.note_typed(page.ledger.typed(), page.ledger.shown_refs())

    def _touched(self) -> None:
        if not self._timer.isActive():  # never put off: who types on and on is saved as well
            self._timer.start()


class SavingSign:
    """Shows whether what was answered is on the disk."""

    def __init__(self, page: "FormPage") -> None:
        self._page = page

    def follow(self, sitting: "Sitting") -> None:
        """Show the saving of `sitting` from now on."""
        sitting.autosave.saving.connect(self.show)
        sitting.autosave.saved.connect(lambda _at: self._saved())
        sitting.autosave.failed.connect(self.show_failure)

    def show(self) -> None:
        """Show the sign as it is now."""
        sitting, header = self._page.sitting, self._page.header
        if sitting is None:
            return
        header.show_history(sitting.entry.can_undo, sitting.entry.can_redo)
        if sitting.autosave.error is not None:
            header.show_saving("failed")
        elif not sitting.autosave.is_idle:
            header.show_saving("saving")
        elif sitting.saved_at is not None:
            header.show_saving("saved", saved_words(sitting.saved_at, self._page.frame.now()))
        else:
            header.show_saving("")

    def show_again(self) -> None:
        """Show sign and failure in the language now."""
        self.show()
        sitting = self._page.sitting
        if sitting is not None and sitting.autosave.error is not None:
            self.show_failure(sitting.autosave.error)

    def show_failure(self, error: Exception) -> None:
        self._page.news.show_failure(error, self._try_again)
        self.show()

    def _saved(self) -> None:
        self._page.news.clear_failure()
        self.show()

    def _try_again(self) -> None:
        if self._page.sitting is not None:
            self._page.sitting.save()
