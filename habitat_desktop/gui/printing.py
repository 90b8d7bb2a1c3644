"""Prints to a PDF or a printer, through Qt: reports as pages of HTML, forms and records as papers."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)

from habitat_desktop.gui.printed_pages import Pages, lay_out
from habitat_desktop.paper.document import Paper, PaperSize
from habitat_desktop.progress import Progress

_DOTS = 1200  # an inch
_SIZES = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}
_MARGIN = 15  # millimetres
_FOOT = 24  # points below the text, for the number of the page
_POINTS = 10
_MOST_HEADINGS = 40  # moved to a new page: each costs a layout
_FAMILIES = (
    "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans CJK SC", "Microsoft YaHei",
    "PingFang SC", "WenQuanYi Zen Hei", "Droid Sans Fallback", "DejaVu Sans", "Arial",
)  # fmt: skip


def write_pdf(page: str, path: Path, *, title: str, right_to_left: bool) -> None:
    """Write a page of HTML as a PDF on A4 lying on its side, with the number of the page below.

    `page` is as `as_page` makes it for print. Raises OSError as the disk does.
    """
    application = QGuiApplication.instance() or QGuiApplication(["habitat"])
    _print(page, path, title, right_to_left)
    del application


def _print(page: str, path: Path, title: str, right_to_left: bool) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    writer.setCreator("Habitat Desktop")
    writer.setResolution(72 * 4)
    print_report(page, writer, right_to_left=right_to_left)


def print_report(page: str, device: QPagedPaintDevice, *, right_to_left: bool) -> int:
    """Paint a page of HTML, as `as_page` makes it for print, on A4 lying on its side; return the pages.

    May run on the worker. Raises OSError: the device takes no page.
    """
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    device.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins,
                    QPageLayout.Unit.Millimeter)
    )  # fmt: skip
    dots = device.logicalDpiX()
    document = _document(page, device, right_to_left)
    whole = device.pageLayout().paintRectPixels(dots)
    foot = round(_FOOT * dots / 72)
    document.setPageSize(QSizeF(whole.width(), whole.height() - foot))
    _keep_headings_with_text(document)
    painter = QPainter(device)
    if not painter.isActive():
        raise OSError("no page can be printed there")
    try:
        _paint_pages(painter, device, document, QRectF(0, 0, whole.width(), whole.height()), foot)
    finally:
        painter.end()
    return document.pageCount()


def _document(page: str, writer: QPagedPaintDevice, right_to_left: bool) -> QTextDocument:
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
    return document


def _keep_headings_with_text(document: QTextDocument) -> None:
    """Let a heading begin a new page where what it heads would stand on the next one."""
    height = document.pageSize().height()
    layout = document.documentLayout()
    for _round in range(_MOST_HEADINGS):
        block = document.begin()
        while block.isValid():
            below = block.next()
            if block.blockFormat().headingLevel() and below.isValid():
                here, there = (layout.blockBoundingRect(one).top() for one in (block, below))
                if here // height != there // height:
                    break
            block = below
        if not block.isValid():
            return
        form = block.blockFormat()
        form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(block).setBlockFormat(form)
        _lay_out_anew(document)


def _lay_out_anew(document: QTextDocument) -> None:
    """Lay everything out: what Qt lays out anew by itself after a change leaves out headings below it."""
    size = document.pageSize()
    document.setPageSize(QSizeF(size.width(), size.height() + 1))
    document.setPageSize(size)


def _paint_pages(
    painter: QPainter, writer: QPagedPaintDevice, document: QTextDocument, whole: QRectF, foot: int
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


def laid_out(papers: Sequence[Paper], size: PaperSize, progress: Progress | None = None) -> Iterator[Pages]:
    """Yield the pages of papers one by one.

    Raises:
        Cancelled: through `progress`, which counts papers, or the blocks of the only one.
    """
    progress = progress or Progress()
    for number, paper in enumerate(papers):
        progress.step(number, len(papers))
        yield lay_out(paper, size, progress if len(papers) == 1 else None)


def write_papers(
    papers: Sequence[Paper], path: Path, size: PaperSize, progress: Progress | None = None
) -> int:
    """Write printed forms into one PDF, each with pages of its own numbers, and return how many pages it has.

    Raises as `write_pages` and `laid_out` do.
    """
    application = QGuiApplication.instance() or QGuiApplication(["habitat"])
    title = papers[0].head if len(papers) == 1 else path.stem
    count = write_pages(laid_out(papers, size, progress), path, size, title=title)
    del application
    return count


def write_pages(
    pages: Iterable[Pages], path: Path, size: PaperSize, *, title: str, progress: Progress | None = None
) -> int:
    """Write pages into one PDF and return how many there are. May run on the worker.

    The file is there when all is written, never a part of it.

    Raises:
        OSError: as the disk does.
        Cancelled: through `progress`, which counts pages.
    """
    from habitat_desktop.disk import write_whole

    with tempfile.TemporaryDirectory(prefix="habitat-print-") as folder:
        made = Path(folder) / "paper.pdf"
        writer = QPdfWriter(str(made))
        writer.setTitle(title)
        writer.setCreator("Habitat Desktop")
        writer.setResolution(_DOTS)
        count = print_pages(pages, writer, size, progress)
        write_whole(path, made.read_bytes())
    return count


def print_pages(
    pages: Iterable[Pages], device: QPagedPaintDevice, size: PaperSize, progress: Progress | None = None
) -> int:
    """Paint pages on a printer or a PDF and return how many there are.

    Raises:
        OSError: the device takes no page.
        Cancelled: through `progress`, which counts pages.
    """
    progress = progress or Progress()
    paper = QPageSize(_SIZES[size])
    device.setPageLayout(QPageLayout(paper, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    painter = QPainter()
    count = 0
    try:
        for one in pages:
            for index in range(len(one.pages)):
                progress.step(count, count + len(one.pages) - index)
                if not (device.newPage() if painter.isActive() else painter.begin(device)):
                    raise OSError(f"page {count + 1} cannot be printed")
                painter.save()
                painter.scale(device.logicalDpiX() / 72, device.logicalDpiY() / 72)
                one.paint(painter, index)
                painter.restore()
                count += 1
    finally:
        if painter.isActive():
            painter.end()
    return count
