"""The map on which places are set: the land of the world, or a map picture of the office."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.map_view import MapView, Sight
from habitat_desktop.gui.question_places_parts import PlaceLine
from habitat_desktop.gui.question_places_texts import (
    no_place,
    place_words,
)
from habitat_desktop.i18n.catalogues import _, explain, ngettext, pgettext
from habitat_desktop.i18n.coordinates import Place, parse_place, written
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

_last: dict[str, Sight] = {}  # where a person looked before, while the program runs


class MapDialog(QDialog):
    """Sets one place, or the points of a line or an area. `places` are those on the map now."""

    def __init__(
        self,
        parent: QWidget,
        places: Sequence[Place],
        *,
        kind: str = "geopoint",
        maps: Path | None = None,
        readonly: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(_("Set places on the map") if not readonly else _("Places on the map"))
        self.places = list(places)
        self._kind, self._maps, self._readonly = kind, maps, readonly
        self._kept: list[Any] = []  # `MapPicture`s
        self.view = MapView()
        self.said = kit.Label("", wrap=True)
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(_("Map shown"))
        self.bring = kit.Button(_("Use a map picture…"), icon="image", small=True, does=self.ask_picture)
        words = _("Remove the point") if kind == "geopoint" else _("Remove the last point")
        self.clear = kit.Button(words, icon="delete", small=True, does=self._remove_last)
        self.done_button = kit.PrimaryButton(self._verb(), "checkmark", self.accept)
        self.done_button.setDefault(True)
        self._lay_out()
        self._connect()
        self._offer_maps()
        self._show()

    def _verb(self) -> str:
        if self._readonly:
            return pgettext("button", "Close")
        return pgettext("button", "Use this place") if self._kind == "geopoint" else _("Use these points")

    def _lay_out(self) -> None:
        near = kit.IconButton("add", _("Larger"), lambda: self.view.zoom(1.5), keys="+")
        far = kit.IconButton("subtract", _("Smaller"), lambda: self.view.zoom(1 / 1.5), keys="-")
        all_points = kit.IconButton("home", _("Show all points"), self.view.fit, keys="Home")
        cancel = kit.Button(pgettext("button", "Cancel"), does=self.reject)
        source = kit.Label(map_sentence(), "caption", "muted", wrap=True)
        for part in (cancel, self.clear):
            part.setVisible(not self._readonly)
        self.bring.setVisible(self._maps is not None)
        self.chooser.setVisible(self._maps is not None)
        self.setLayout(
            kit.column(
                kit.row(self.chooser, self.bring, None, near, far, all_points),
                (self.view, 1),
                self.said,
                self.problem,
                source,
                kit.row(self.clear, None, cancel, self.done_button),
                space=8,
                margins=(16, 12, 16, 12),
            )
        )
        room = self.parentWidget()
        size = QSize(round(900 * min(1.2, theme.current().scale)), 640)
        self.resize(size.boundedTo(room.window().size() - QSize(24, 24)) if room is not None else size)

    def _connect(self) -> None:
        self.view.clicked.connect(self._set)
        self.view.removed.connect(self._remove_last)
        self.chooser.activated.connect(lambda *_: self._show_map(self.chooser.currentIndex() - 1))

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if not self.places and "sight" in _last:
            self.view._look(_last["sight"])
        else:
            self.view.fit()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        _last["sight"] = self.view.sight
        super().done(result)

    # points

    def _set(self, place: Place) -> None:
        if self._readonly:
            return
        if self._kind == "geopoint":
            self.places = [place]
        else:
            self.places.append(place)
        self._show()

    def _remove_last(self) -> None:
        if self.places and not self._readonly:
            self.places.pop()
            self._show()

    def _show(self) -> None:
        self.view.show_places(self.places, line=self._kind == "geotrace", area=self._kind == "geoshape")
        if not self.places:
            self.said.setText(
                _("Click where it is, or bring it into the middle with the arrow keys and press Space.")
            )
        elif self._kind == "geopoint":
            self.said.setText(place_words(self.places[0]))
        else:
            count = len(self.places)
            text = ngettext(
                "{count} point, the last at {place}", "{count} points, the last at {place}", count
            )
            self.said.setText(text.format(count=ltr(str(count)), place=place_words(self.places[-1])))
        self.clear.setEnabled(bool(self.places))

    # map pictures

    def _offer_maps(self, chosen: str = "") -> None:
        """List the maps kept in the workspace; read off the window's thread."""
        self.chooser.clear()
        self.chooser.addItem(_("Land of the world"))
        folder = self._maps
        if folder is None:
            return

        def work(progress: Progress) -> list[Any]:
            from habitat_desktop.records.map_pictures import kept_maps

            return kept_maps(folder)

        jobs.run(work, self, done=partial(self._offered, chosen))

    def _offered(self, chosen: str, maps: list[Any]) -> None:
        self._kept = maps
        for one in maps:
            self.chooser.addItem(one.name)
        at = next((number for number, one in enumerate(maps) if one.path.name == chosen), -1)
        if at >= 0:
            self.chooser.setCurrentIndex(at + 1)
            self._show_map(at)

    def _show_map(self, number: int) -> None:
        self._tell("")
        if not 0 <= number < len(self._kept):
            self.view.show_picture(None, None, None)
            return
        one = self._kept[number]

        def work(progress: Progress) -> QImage:
            return read_map(one.path)

        def done(image: QImage) -> None:
            self.view.show_picture(image, one.north_west, one.south_east)

        jobs.run(work, self, done=done, failed=self._failed)

    def ask_picture(self) -> None:
        """Ask for a picture and its corners, and keep both."""
        kinds = _("Pictures") + " (*.png *.jpg *.jpeg *.tif *.tiff *.webp *.gif *.bmp)"
        path, _kind = QFileDialog.getOpenFileName(self, self.bring.text().rstrip("…"), "", kinds)
        if path:
            self.take_picture(Path(path))

    def take_picture(self, path: Path) -> None:
        """Look at a picture and its world file, then ask for the corners."""

        def work(progress: Progress) -> tuple[Path, tuple[Place, Place] | None, str]:
            from habitat_desktop.gui.question_files_pictures import size_of
            from habitat_desktop.records.map_pictures import corners_in, world_file_beside

            read_map(path)
            world, size = world_file_beside(path), size_of(path)
            if world is None:
                return path, None, ""
            try:
                return path, corners_in(world, size.width(), size.height()), ""
            except HabitatError as error:
                return path, None, explain(error)

        jobs.run(work, self, done=lambda found: self._ask_corners(*found), failed=self._failed)

    def _ask_corners(self, path: Path, corners: tuple[Place, Place] | None, problem: str) -> None:
        self._tell("")
        dialog = CornersDialog(self, path.name, corners, problem)
        dialog.accepted.connect(lambda: self._keep(path, dialog))
        dialog.open()

    def _keep(self, path: Path, dialog: "CornersDialog") -> None:
        folder, corners = self._maps, dialog.corners
        if folder is None or corners is None:
            return
        north_west, south_east = corners

        def work(progress: Progress) -> str:
            from habitat_desktop.records.map_pictures import keep_map

            return keep_map(folder, path, north_west, south_east).path.name

        jobs.run(work, self, done=self._offer_maps, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HabitatError):
            self._tell(explain(error))
        elif isinstance(error, OSError):
            text = _("The map picture could not be read or kept: {problem}.")
            self._tell(text.format(problem=iso(error.strerror or str(error))))
        else:
            jobs.report_failure(error)

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


class CornersDialog(QDialog):
    """Asks for the places of the top left and the bottom right corner of a map picture."""

    def __init__(self, parent: QWidget, name: str, corners: tuple[Place, Place] | None, problem: str) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Corners of the map picture"))
        self.setMinimumWidth(round(460 * theme.current().scale))
        self.corners = corners
        self.top_left, self.bottom_right = PlaceLine(), PlaceLine()
        for line, place in zip((self.top_left, self.bottom_right), corners or (), strict=False):
            line.setText(written(place))
        self.problem = kit.Label(problem, tone="error", wrap=True)
        self.problem.setVisible(bool(problem))
        text = _(
            "Where are the corners of “{file}”? North is at the top. The picture is kept for the next time."
        )
        keep = kit.PrimaryButton(_("Keep and show the map"), "checkmark", self._submit)
        keep.setDefault(True)
        self.setLayout(
            kit.column(
                kit.Label(text.format(file=iso(name)), wrap=True),
                kit.field_label(_("Top left corner (north-west)"), self.top_left),
                self.top_left,
                kit.field_label(_("Bottom right corner (south-east)"), self.bottom_right),
                self.bottom_right,
                self.problem,
                kit.row(None, kit.Button(pgettext("button", "Cancel"), does=self.reject), keep),
                space=8,
                margins=(24, 20, 24, 16),
            )
        )

    def _submit(self) -> None:
        from habitat_desktop.records.map_pictures import checked

        places = []
        for line in (self.top_left, self.bottom_right):
            try:
                places.append(parse_place(line.text()))
            except ValueError:
                self._say(no_place(line.text()), line)
                return
        try:
            self.corners = checked(*places)
        except HabitatError as error:
            self._say(explain(error), self.top_left)
            return
        self.accept()

    def _say(self, text: str, line: QWidget) -> None:
        self.problem.setText(text)
        self.problem.show()
        line.setFocus(Qt.FocusReason.OtherFocusReason)


def map_sentence() -> str:
    """Return where the map is from, and what the United Nations say under every map."""
    return _(
        "Land: Natural Earth, without boundary lines. The boundaries and names shown and the designations "
        "used on this map do not imply official endorsement or acceptance by the United Nations."
    )


def read_map(path: Path) -> QImage:
    """Return a map picture as it is drawn, no larger than a screen needs.

    Raises:
        NoPictureError, PictureTooLargeError: it cannot be shown.
    """
    from habitat_desktop.gui.question_files_pictures import read_picture

    return read_picture(path, QSize(4000, 4000))
