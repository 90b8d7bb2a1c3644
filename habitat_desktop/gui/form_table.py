"""A repeat of the record shown as a table in place of its pages: opened, followed, closed."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from habitat_desktop.gui.form_sections import plain_path, repeat_of
from habitat_desktop.xforms.definition import Repeat
from habitat_desktop.xforms.problems import UnknownQuestionError

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage
    from habitat_desktop.gui.repeat_grid import RepeatGrid


class TablePlace:
    """Where the form page shows a table. What the pages show is brought up to date when it closes."""

    def __init__(self, page: "FormPage") -> None:
        self._page = page
        self.grid: RepeatGrid | None = None
        self.is_open = False
        self.is_wanted = False  # as soon as the record is open

    def open_first(self) -> bool:
        """Show the first repeat of the form as a table."""
        self.is_wanted = False
        sitting = self._page.sitting
        elements = sitting.entry.form.walk() if sitting is not None else ()
        return any(self.open(one.path) for one in elements if isinstance(one, Repeat))

    def open(self, repeat: str, ref: str = "") -> bool:
        """Show the entries of `repeat` as a table, at the cell of `ref`; False where it is no repeat."""
        page = self._page
        sitting = page.sitting
        if sitting is None or not isinstance(sitting.entry.form.elements.get(plain_path(repeat)), Repeat):
            return False
        page.ledger.commit()
        if self.grid is None:
            from habitat_desktop.gui.repeat_grid import RepeatGrid

            self.grid = RepeatGrid(page.news)
            self.grid.page_wanted.connect(self.close_at)
        row = page.ledger.focused_row()
        self.is_open = True
        self.grid.show_repeat(sitting, repeat, ref or (row.ref if row is not None else "") or page.key)
        page.body.show_table(self.grid)
        self.grid.view.setFocus()
        return True

    def close(self) -> None:
        """Show the pages again, at the section that was shown."""
        if self.is_open and self.grid is not None:
            self.grid.commit()
            self.is_open = False
            self._page.body.show_table(None)

    def close_at(self, ref: str) -> None:
        """Show the page of the entry, question or repeat at `ref`."""
        page = self._page
        self.close()
        page.show_pages()
        if page.tree is None:
            return
        if not page.go_to(ref):
            key = page.tree.first_page_of(ref)
            if key:
                page.show_section(key)

    def toggle(self) -> None:
        """Go from the pages of a repeat to its table, and back."""
        page = self._page
        if self.is_open and self.grid is not None:
            self.close_at(self.grid.current_ref() or self.grid.repeat)
            return
        if page.tree is not None:
            repeat = page.tree.repeat_around(page.key) or self._first_repeat()
            if repeat:
                self.open(repeat)

    def go_to(self, ref: str) -> bool:
        """Go to the cell of `ref` in the table shown; False where it is not in it."""
        return self.is_open and self.grid is not None and self.grid.focus_cell(ref)

    def next_problem(self, refs: list[str], by: int) -> str:
        """Return which of the problems `refs`, in the order of the form, comes after the current cell."""
        assert self.grid is not None and self.grid.model is not None
        model = self.grid.model
        index = self.grid.view.currentIndex()
        here = (index.row(), index.column()) if index.isValid() else (-1, -1)
        places = {ref: model.place_of(ref) for ref in refs}
        inside = sorted((place, ref) for ref, place in places.items() if place is not None)
        ahead = [ref for place, ref in inside if (place > here if by > 0 else place < here)]
        if ahead:
            return ahead[0] if by > 0 else ahead[-1]
        outside = [ref for ref in refs if places[ref] is None]
        if not outside:
            return inside[0][1] if by > 0 else inside[-1][1]
        known = [number for number, ref in enumerate(refs) if places[ref] is not None]
        last = (known[-1] if by > 0 else known[0]) if known else -1
        order = [*refs[last + 1 :], *refs[: last + 1]] if by > 0 else [*refs[:last][::-1], *refs[last:][::-1]]
        return next(ref for ref in order if places[ref] is None)

    def commit(self) -> None:
        """Take what is typed in the table."""
        if self.is_open and self.grid is not None:
            self.grid.commit()

    def follow(self, refs: set[str]) -> None:
        """Show the cells of `refs` again; where entries came or went, the table."""
        if self.grid is None or self.grid.model is None:
            return
        if self.grid.model.is_outdated():
            self.reload()
        else:
            self.grid.refresh(refs)

    def reload(self) -> None:
        """Show the table again; where its repeat is gone, the pages."""
        page, grid = self._page, self.grid
        if not self.is_open or grid is None or page.sitting is None:
            return
        page.sitting.forget_gone()
        try:
            page.sitting.node(grid.repeat)
        except UnknownQuestionError:
            self.close()
            page.show_pages()
            return
        grid.reload()

    def show_again(self) -> None:
        if self.is_open and self.grid is not None:
            self.reload()
            self.grid.view.setFocus()

    def retranslate(self) -> None:
        if self.grid is not None:
            self.grid.retranslate()

    def regions(self) -> tuple[QWidget, ...]:
        return (self.grid.view,) if self.is_open and self.grid is not None else ()

    def _first_repeat(self) -> str:
        """Return the repeat among the rows of the section shown, "" where there is none."""
        page = self._page
        assert page.tree is not None
        section = page.tree.section(page.key)
        items = section.items if section is not None else []
        for item in items:
            if item.kind == "add":
                return item.ref
            if item.kind in ("link", "entry"):
                return repeat_of(item.ref)
        return ""
