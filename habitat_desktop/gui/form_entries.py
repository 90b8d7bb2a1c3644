"""Adds and removes entries of repeats on the form page, and takes steps back."""

from typing import TYPE_CHECKING

from habitat_desktop.gui import form_sections
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import iso

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage


class EntryChanges:
    """What a person does to the entries of the record shown."""

    def __init__(self, page: "FormPage") -> None:
        self._page = page

    def add(self, repeat: str) -> None:
        """Add an entry to `repeat` and go to its first answer."""
        page = self._page
        if page.sitting is None or page.tree is None or page.sitting.readonly:
            return
        page.ledger.commit()
        ref = page.sitting.add(repeat)
        key = page.tree.first_page_of(ref)
        if key and key != page.key:
            page.show_section(key)
        else:
            first = next((row for row in page.ledger.rows if row.startswith(f"{ref}/")), "")
            if first:
                page.ledger.focus_row(first)

    def remove(self, ref: str) -> None:
        """Remove the entry `ref`; a banner offers to take that back."""
        page = self._page
        if page.sitting is None or page.sitting.readonly:
            return
        page.ledger.commit()
        if page.key == ref or page.key.startswith(f"{ref}/"):
            page.key = form_sections.repeat_of(ref)
        page.sitting.remove(ref)

    def remove_shown(self) -> None:
        """Remove the entry that is the section shown."""
        page = self._page
        if page.tree is not None:
            section = page.tree.section(page.key)
            if section is not None and section.kind == "entry":
                self.remove(section.ref)

    def tell_removed(self, name: str) -> None:
        self._page.news.tell(
            "info",
            _("“{entry}” was removed.").format(entry=iso(name)),
            (pgettext("button", "Undo"), self.undo),
        )

    def undo(self) -> None:
        """Take the last change of the draft back."""
        if self._page.sitting is not None:
            self._page.news.clear_told()
            self._page.sitting.undo()

    def redo(self) -> None:
        if self._page.sitting is not None:
            self._page.sitting.redo()
