"""Pictures from anywhere, read within bounds: what is no picture is refused, a large one is made smaller.

Nothing here touches a widget: all of it runs off the window's thread.
"""

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from habitat_desktop.errors import N_, HabitatError

THUMBNAIL = QSize(96, 64)  # px at most
SUFFIXES = ("png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp")
_FORMATS = frozenset((*SUFFIXES, "jpg"))
_MOST_PIXELS = 50_000_000  # 200 MB while it is read
_MOST_PIXELS_JPEG = 200_000_000  # read at a fraction of its size
_MOST_MB = 256  # Qt gives up a picture that would need more
_MOST_KEPT = 60  # thumbnails
_thumbnails: "OrderedDict[Path, QImage]" = OrderedDict()


class NoPictureError(HabitatError):
    code = "NO_PICTURE"
    message = N_(
        "“{file}” is no picture that can be shown: it is damaged, or something else under the name of a "
        "picture. The answer is unchanged. Open it in the program it comes from and save it as PNG or JPEG."
    )


class PictureTooLargeError(HabitatError):
    code = "PICTURE_TOO_LARGE"
    message = N_(
        "The picture “{file}” has {width} × {height} points, more than can be read here. The answer is "
        "unchanged. Make it smaller and choose it again."
    )


def read_picture(path: Path, most: QSize | None = None) -> QImage:
    """Return the picture in the file the right way up, no larger than `most`.

    Raises:
        NoPictureError: there is none of a kind that is known here, or it is damaged.
        PictureTooLargeError: it has more points than can be read.
    """
    QImageReader.setAllocationLimit(_MOST_MB)
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)  # never by its name: a drawing in SVG would be run, not read
    reader.setAutoTransform(True)
    kind = bytes(reader.format().data()).decode("ascii", "replace")
    size = reader.size()
    if kind not in _FORMATS or not size.isValid() or size.isEmpty():
        raise NoPictureError(file=path.name)
    if size.width() * size.height() > (_MOST_PIXELS_JPEG if kind == "jpeg" else _MOST_PIXELS):
        raise PictureTooLargeError(file=path.name, width=size.width(), height=size.height())
    if most is not None and (size.width() > most.width() or size.height() > most.height()):
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    if kind == "jpeg" and not _is_whole(path):
        raise NoPictureError(file=path.name)
    image = reader.read()
    if image.isNull():
        raise NoPictureError(file=path.name)
    return image


def _is_whole(path: Path) -> bool:
    """Whether a JPEG has its end: the reader fills up with grey what is lacking."""
    with path.open("rb") as file:
        file.seek(0, 2)
        size = file.tell()
        file.seek(size // 2)
        return b"\xff\xd9" in file.read()


def size_of(path: Path) -> QSize:
    """Return the width and height of the picture in the file."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    return reader.size()


def thumbnail(path: Path, ratio: float) -> QImage | None:
    """Return a small picture of the file, None where it is no picture; a few are kept."""
    found = _thumbnails.get(path)
    if found is not None:
        _thumbnails.move_to_end(path)
        return found
    try:
        image = read_picture(path, THUMBNAIL * ratio)
    except (HabitatError, OSError):
        return None
    image.setDevicePixelRatio(ratio)
    _thumbnails[path] = image
    while len(_thumbnails) > _MOST_KEPT:
        _thumbnails.popitem(last=False)
    return image


def kept_thumbnail(path: Path) -> QImage | None:
    """Return a thumbnail that was read before."""
    return _thumbnails.get(path)


def shrunk(path: Path, most: int, folder: Path) -> Path:
    """Return the picture with at most `most` points on its longer side: the file itself, or one in `folder`.

    Raises:
        NoPictureError, PictureTooLargeError: as `read_picture`.
        OSError: it cannot be written.
    """
    size = size_of(path)
    if not most or max(size.width(), size.height()) <= most:
        return path
    image = read_picture(path, QSize(most, most))
    suffix = ".jpg" if path.suffix.lower() in (".jpg", ".jpeg") else ".png"
    return save(image, folder / f"{path.stem}{suffix}")


def save(image: QImage, target: Path) -> Path:
    """Write a picture; the ending of `target` says how.

    Raises:
        OSError: it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(target), None, 90 if target.suffix == ".jpg" else -1):
        raise OSError(None, "the picture could not be written", str(target))
    return target
