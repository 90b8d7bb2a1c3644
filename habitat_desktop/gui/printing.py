"""Prints a page of HTML to a PDF, through Qt: the same fonts and directions as the window has."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTextFrame,
    QTextOption,
    QTextTable,
)

from habitat_desktop.disk import PART, move, sync_file

_MARGIN = 15  # millimetres
_FOOT = 24  # points below the text, for the number of the page
_POINTS = 10
_FAMILIES = (
    "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans CJK SC", "Microsoft YaHei",
    "PingFang SC", "WenQuanYi Zen Hei", "Droid Sans Fallback", "DejaVu Sans", "Arial",
)  # fmt: skip


def write_pdf(page: str, path: Path, *, title: str, right_to_left: bool) -> None:
    """Write a page of HTML as a PDF on A4 lying on its side, with the number of the page below.

    It is there whole or not at all. Raises OSError as the disk does.
    """
    application = QGuiApplication.instance() or QGuiApplication(["habitat"])
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb"):  # tells what the disk says; QPdfWriter would only say no
            pass
        _print(page, part, title, right_to_left)
        sync_file(part)
        move(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    del application


def _print(page: str, path: Path, title: str, right_to_left: bool) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    writer.setCreator("Habitat Desktop")
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins,
                    QPageLayout.Unit.Millimeter)
    )  # fmt: skip
    writer.setResolution(72 * 4)
    document = _document(page, writer, right_to_left)
    whole = writer.pageLayout().paintRectPixels(writer.resolution())
    foot = round(_FOOT * writer.resolution() / 72)
    document.setPageSize(QSizeF(whole.width(), whole.height() - foot))
    painter = QPainter(writer)
    if not painter.isActive():
        raise OSError(f"cannot print to {path.name}")
    try:
        _paint_pages(painter, writer, document, QRectF(0, 0, whole.width(), whole.height()), foot)
    finally:
        painter.end()


def _document(page: str, writer: QPdfWriter, right_to_left: bool) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    known = set(QFontDatabase.families())
    font = QFont([family for family in _FAMILIES if family in known] or ["sans-serif"])
    font.setPointSize(_POINTS)
    document.setDefaultFont(font)
    direction = Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight
    option = QTextOption()
    option.setTextDirection(direction)
    document.setDefaultTextOption(option)
    document.setHtml(page)
    if right_to_left:
        _turn(document.rootFrame(), direction)
    return document


def _turn(frame: QTextFrame, direction: Qt.LayoutDirection) -> None:
    """Let tables begin at the right: Qt takes their direction from nowhere else."""
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            form = child.format()
            form.setLayoutDirection(direction)
            child.setFormat(form)
        _turn(child, direction)


def _paint_pages(
    painter: QPainter, writer: QPdfWriter, document: QTextDocument, whole: QRectF, foot: int
) -> None:
    count, height = document.pageCount(), whole.height() - foot
    context = QAbstractTextDocumentLayout.PaintContext()
    for number in range(count):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * height)
        view = QRectF(0, number * height, whole.width(), height)
        painter.setClipRect(view)
        context.clip = view
        document.documentLayout().draw(painter, context)
        painter.restore()
        below = QRectF(0, height, whole.width(), foot)
        painter.drawText(
            below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, f"{number + 1} / {count}"
        )
