"""Pictures made here: a signature, a drawing, marks on a picture."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.question_files import FileQuestion
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.drawing_dialog import DrawingDialog, Drawn

_LARGEST = QSize(2400, 2400)  # px of a picture that is marked


class DrawnQuestion(FileQuestion):
    """A picture that is drawn; a file may be chosen, pasted or dropped as well."""

    @cached_property
    def kind(self) -> "Drawn":
        words = self.question.appearance.split()
        return "annotate" if "annotate" in words else "draw" if "draw" in words else "signature"

    @cached_property
    def draw(self) -> kit.Button:
        words = {
            "signature": pgettext("button", "Sign…"),
            "draw": pgettext("button", "Draw…"),
            "annotate": pgettext("button", "Mark the picture…"),
        }
        return kit.Button(words[self.kind], icon="edit", does=self.begin)

    def more_ways(self) -> tuple[kit.Button, ...]:
        return (self.draw,)

    def field(self) -> QWidget:
        return super().field() if self._is_fixed else self.draw

    def begin(self) -> None:
        """Open the paper; over the picture that is here, where one is marked or drawn on."""
        stored = self._stored()
        if self.kind == "signature" or (stored is None and self.kind == "draw"):
            self.open_paper(None)
        elif stored is None:
            path = self.choose_path()
            if path is not None:
                self._begin_with(path)
        else:
            self._begin_with(stored)

    def _begin_with(self, path: Path) -> None:
        def work(progress: Progress) -> QImage:
            from habitat_desktop.gui.question_files_pictures import read_picture

            return read_picture(path, _LARGEST)

        jobs.run(work, self, done=self.open_paper, failed=self._failed)

    def open_paper(self, ground: QImage | None) -> None:
        from habitat_desktop.gui.drawing_dialog import DrawingDialog

        dialog = DrawingDialog(self, self.kind, ground)
        dialog.accepted.connect(lambda: self._drawn(dialog))
        dialog.open()

    def _drawn(self, dialog: "DrawingDialog") -> None:
        names = {"signature": _("Signature"), "draw": _("Drawing"), "annotate": _("Marked picture")}
        self.take_image(dialog.image(), names[self.kind])
