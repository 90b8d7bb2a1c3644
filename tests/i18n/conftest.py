"""A small checkout of its own: sources, forms and translations that tools may change."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from habitat_desktop.i18n.workshop import Workshop
from habitat_desktop.resources import data_dir

WriteForm = Callable[..., Path]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty checkout with the pinned languages and two agreed terms."""
    (tmp_path / "habitat_desktop").mkdir()
    (tmp_path / "forms").mkdir()
    (tmp_path / "translations").mkdir()
    shutil.copy(data_dir("translations") / "languages.toml", tmp_path / "translations")
    (tmp_path / "translations" / "glossary.csv").write_text(
        "term,en,fr,es,ru,ar,zh,note\n"
        "slum,Slum,bidonville,tugurio,трущоба,حي فقير,贫民窟,\n"
        "slum_up,Slum upgrading,réaménagement des bidonvilles / taudis,mejora,"
        "благоустройство трущоб,تحسين الأحياء الفقيرة,贫民窟改造,\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def workshop(checkout: Path) -> Workshop:
    """The tools' view of the checkout."""
    return Workshop(checkout)


@pytest.fixture
def write_form(checkout: Path) -> WriteForm:
    """Write an XLSForm from rows of its survey and choices sheets."""

    def write(
        form_id: str, survey: list[dict[str, object]], choices: list[tuple[object, ...]] = (), title: str = ""
    ):
        book = Workbook()
        sheet = book.active
        sheet.title = "survey"
        heads = list(dict.fromkeys(key for row in survey for key in row)) or ["type"]
        sheet.append(heads)
        for row in survey:
            sheet.append([row.get(head) for head in heads])
        sheet = book.create_sheet("choices")
        sheet.append(["list_name", "name", "label"])
        for row in choices:
            sheet.append(row)
        sheet = book.create_sheet("settings")
        sheet.append(["form_title", "form_id", "version"])
        sheet.append([title, form_id, 1])
        path = checkout / "forms" / f"{form_id}.xlsx"
        book.save(path)
        return path

    return write
