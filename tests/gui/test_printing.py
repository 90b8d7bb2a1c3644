"""Printed forms and records, read back from the PDF as a person gets it: pages, words, squares."""

import re
import subprocess
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from habitat_desktop.gui.printed_ink import Side, Squares
from habitat_desktop.gui.printed_pages import SIZES, lay_out
from habitat_desktop.gui.printing import write_papers
from habitat_desktop.paper.blank import Wanted, blank_paper
from habitat_desktop.paper.document import Item, Paper, Room, Words
from habitat_desktop.paper.qr import modules
from habitat_desktop.paper.record import record_papers
from habitat_desktop.paper.tongues import Tongues
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import repository
from habitat_desktop.workspace import Workspace
from tests.gui.form_desk import begin, demo_answers

AT = datetime(2026, 7, 19, 14, 45, tzinfo=UTC)
DRAFT = "11_slum_upgrading_nairobi_draft.json"
_MARKS = re.compile("[\u200e\u200f\u2066-\u2069\u202a-\u202e]")


def pages_of(path: Path) -> list[str]:
    """Return the text of every page of a PDF."""
    found = subprocess.run(
        ["pdftotext", str(path), "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return unicodedata.normalize("NFKC", _MARKS.sub("", found.stdout)).split("\f")[:-1]


def papers_of(workspace: Workspace, records: Sequence[str], wanted: Wanted) -> list[Paper]:
    with workspace.read() as session:
        return record_papers(
            session, workspace.library.form, workspace.settings, records, wanted,
            attachments=workspace.attachments, at=AT,
        )  # fmt: skip


@pytest.fixture
def record(workspace: Workspace, qapp: QApplication) -> str:
    """A draft of the slum-upgrading return with answers, an error, a warning and its justification."""
    return begin(workspace, demo_answers(DRAFT))


def test_a_record_is_printed_with_pages_label_and_what_applies(
    workspace: Workspace, record: str, tmp_path: Path
) -> None:
    with workspace.begin() as session:
        draft = repository.find_draft(session, record)
        assert draft is not None
        reasons = {"/data/settlement[1]/warn_hh_size": "Counted with the tenants of compounds."}
        repository.save_draft(session, replace(draft, justifications=reasons))
    papers = papers_of(workspace, [record], Wanted(Tongues("en")))
    count = write_papers(papers, tmp_path / "record.pdf", "A4")
    pages = pages_of(tmp_path / "record.pdf")
    assert len(pages) == count
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {count}" in page
        assert papers[0].label in page and "Draft" in page
    text = " ".join(" ".join(pages).split())
    assert "Nairobi" in text and "4,900,000 persons" in text and "Entry 1: Kibera" in text
    assert "Warning: The mean household size is unusual" in text
    assert "Justification: Counted with the tenants of compounds." in text
    assert "Signature" in pages[-1] and "Cleared by" in pages[-1]
    # the breakdown by age is said to be unknown there: its questions are not printed for that settlement
    kibera = text[text.index("Entry 1: Kibera") : text.index("Household deprivations")]
    assert "Is the breakdown by age known? No" in kibera and "Age 0–14" not in kibera


@pytest.mark.parametrize(
    ("language", "word"), [("ar", "كينيا"), ("zh", "肯尼亚"), ("fr", "Premier semestre 2026")]
)
def test_it_speaks_the_language_asked_for_and_english_below(
    workspace: Workspace, record: str, tmp_path: Path, language: str, word: str
) -> None:
    papers = papers_of(workspace, [record], Wanted(Tongues(language, "en"), frozenset({"/data/hdr"})))
    write_papers(papers, tmp_path / "record.pdf", "Letter")
    text = "".join(pages_of(tmp_path / "record.pdf"))
    assert word in text.replace("\u202f", " ")
    assert "Reporting year" in text and "Nairobi" not in text.split("Reporting year")[1]
    width = subprocess.run(
        ["pdfinfo", str(tmp_path / "record.pdf")], capture_output=True, text=True, check=True
    )
    assert "612 x 792" in width.stdout


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_squares_show_the_record_id_and_are_never_mirrored(
    workspace: Workspace, record: str, tmp_path: Path, language: str
) -> None:
    paper = papers_of(workspace, [record], Wanted(Tongues(language), frozenset({"/data/hdr"})))[0]
    write_papers([paper], tmp_path / "record.pdf", "A4")
    subprocess.run(
        ["pdftoppm", "-r", "288", "-f", "1", "-l", "1", "-png", "-singlefile", "record.pdf", "page"],
        cwd=tmp_path, check=True,
    )  # fmt: skip
    image = QImage(str(tmp_path / "page.png"))
    pages = lay_out(paper, "A4")
    top, box = pages.pages[0].boxes[0]
    squares = next(ink for ink in box.inks if isinstance(ink, Squares))
    margin, head = 45.0, 22.0
    left = margin + Side(SIZES["A4"][0] - 2 * margin, language == "ar").left(squares.x, squares.width)
    scale, each = image.width() / SIZES["A4"][0], squares.width / len(squares.rows)

    def is_black(row: int, column: int) -> int:
        x = (left + (column + 0.5) * each) * scale
        y = (margin + head + top + squares.top + (row + 0.5) * each) * scale
        return int(image.pixelColor(int(x), int(y)).lightness() < 128)

    wanted = modules(record)
    assert [[is_black(row, column) for column in range(len(wanted))] for row in range(len(wanted))] == [
        list(row) for row in wanted
    ]


def test_a_blank_form_has_all_questions_with_room_and_when_they_are_asked(
    workspace: Workspace, qapp: QApplication, tmp_path: Path
) -> None:
    form = workspace.library.form("slum_upgrading")
    paper = blank_paper(form, Wanted(Tongues("en")))
    items = [block for block in paper.walk() if isinstance(block, Item)]
    asked = [one for one in items if not one.is_quiet]
    assert len(asked) >= form.questions - 12  # those in a table are its columns
    assert sum(isinstance(one.body[-1], Room) for one in asked) > 50
    write_papers([paper], tmp_path / "blank.pdf", "A4")
    text = " ".join(" ".join(pages_of(tmp_path / "blank.pdf")).split())
    assert "If “Phase of participatory slum upgrading” is not “Not in the programme" in text
    assert "Census or latest official estimate." in text  # a hint
    assert "Nairobi" not in text


def test_several_records_stand_in_one_pdf_each_with_its_own_numbers(
    workspace: Workspace, record: str, tmp_path: Path
) -> None:
    other = begin(workspace, demo_answers("05_slum_upgrading_kisumu.json"))
    papers = papers_of(workspace, [record, other], Wanted(Tongues("en"), frozenset({"/data/hdr"})))
    count = write_papers(papers, tmp_path / "two.pdf", "A4")
    pages = pages_of(tmp_path / "two.pdf")
    assert len(pages) == count
    assert [page.count("Page 1 of") for page in pages].count(1) == 2
    assert papers[1].label in pages[-1] and papers[0].label not in pages[-1]


def test_a_very_long_answer_is_printed_whole_and_cancelling_leaves_no_file(
    qapp: QApplication, tmp_path: Path
) -> None:
    from habitat_desktop.paper.document import Answer

    words = " ".join(f"word{number}" for number in range(6000))
    items = [Item(Words("What happened?"), [Answer(words)])] * 2
    paper = Paper(Words("Long"), "en", "", [], items, head="Long")
    write_papers([paper], tmp_path / "long.pdf", "A4")
    found = re.findall(r"word\d+", " ".join(pages_of(tmp_path / "long.pdf")))
    assert found == [f"word{number}" for number in range(6000)] * 2

    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write_papers([paper], tmp_path / "none.pdf", "A4", progress)
    assert not (tmp_path / "none.pdf").exists()


def test_pictures_stand_at_their_question_and_all_files_in_a_list(
    workspace: Workspace, record: str, tmp_path: Path
) -> None:
    picture = QImage(60, 40, QImage.Format.Format_RGB32)
    picture.fill(0xFFCC3333)
    picture.save(str(tmp_path / "plan.png"))
    with workspace.begin() as session:
        value = repository.attach(session, workspace.attachments, "KE", tmp_path / "plan.png")
        draft = repository.find_draft(session, record)
        assert draft is not None
        answers = {**draft.answers, "ftr": {**draft.answers.get("ftr", {}), "supporting_document": value}}
        repository.save_draft(session, replace(draft, answers=answers))
    papers = papers_of(workspace, [record], Wanted(Tongues("en"), frozenset({"/data/ftr"})))
    write_papers(papers, tmp_path / "files.pdf", "A4")
    text = "".join(pages_of(tmp_path / "files.pdf"))
    assert "Attached files" in text and text.count("plan.png") == 2 and "image/png" in text
    images = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "files.pdf")], check=True, capture_output=True, text=True
    )
    assert " 60 " in images.stdout and " 40 " in images.stdout
    # a file that has vanished is named all the same
    (workspace.attachments / value.partition(".")[0]).unlink()
    write_papers(papers, tmp_path / "gone.pdf", "A4")
    assert "".join(pages_of(tmp_path / "gone.pdf")).count("plan.png") == 2
