"""Adds our translations to a workbook, as the language columns a form author would have written."""

from collections.abc import Iterable
from typing import Any

from habitat_desktop.i18n.catalogues import translate
from habitat_desktop.i18n.languages import languages

TEXT_COLUMNS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
_SOURCE = "en"


def target_languages() -> list[tuple[str, str]]:
    """Return (code, name as in XLSForm columns) of the languages we translate into."""
    return [
        (code, f"{language.endonym} ({code})") for code, language in languages().items() if code != _SOURCE
    ]


def title_translations(form_id: str, title: str) -> dict[str, str]:
    """Return the title of a form by language code, where it is translated."""
    found = {}
    for code, _ in target_languages():
        text = translate(f"forms/{form_id}", code, f"{form_id}|settings|form_title", title)
        if text:
            found[code] = text
    return found


def add_translations(workbook: dict[str, Any], form_id: str, settings: dict[str, str]) -> None:
    """Give the sheets survey and choices a column per text and language that has any translation.

    A text a language lacks is filled with the English one, so that no label is ever empty.
    """
    settings.setdefault("default_language", "English (en)")
    for code, name in target_languages():
        survey = list(_survey_texts(workbook["survey"], form_id, code))
        choices = list(_choice_texts(workbook.get("choices") or [], form_id, code))
        if not any(text for *_, text in [*survey, *choices]):
            continue
        _write(workbook, "survey", name, survey)
        _write(workbook, "choices", name, choices)


_Texts = Iterable[tuple[dict[str, str], str, str | None]]


def _survey_texts(rows: list[dict[str, str]], form_id: str, code: str) -> _Texts:
    """Yield (row, column, translation) for every text of the survey sheet."""
    trail: list[str] = []
    for row in rows:
        kind = str(row.get("type", "")).strip().lower().replace("_", " ")
        name = str(row.get("name", "")).strip()
        if kind.startswith("end "):
            del trail[-1:]
            continue
        path = "/".join([*trail, name])
        if kind.startswith("begin "):
            trail.append(name)
        for column in TEXT_COLUMNS:
            text = row.get(column)
            if text:
                context = f"{form_id}|{path}|{column}"
                yield row, column, translate(f"forms/{form_id}", code, context, str(text))


def _choice_texts(rows: list[dict[str, str]], form_id: str, code: str) -> _Texts:
    for row in rows:
        text = row.get("label")
        if not text:
            continue
        choices = str(row.get("list_name") or row.get("list name") or "").strip()
        name = str(row.get("name", "")).strip()
        own = translate(f"forms/{form_id}", code, f"{form_id}|choices/{choices}/{name}|label", str(text))
        yield row, "label", own or translate("reference", code, f"lists/{choices}|{name}", str(text))


def _write(workbook: dict[str, Any], sheet: str, name: str, texts: _Texts) -> None:
    headers = workbook.get(f"{sheet}_header") or [{}]
    for row, column, text in texts:
        key = f"{column}::{name}"
        row[key] = text or row[column]
        headers[0].setdefault(key, None)
    workbook[f"{sheet}_header"] = headers
