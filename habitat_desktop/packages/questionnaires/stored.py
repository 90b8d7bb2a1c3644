"""Answers as the record stores them, in one shape, and in words."""

from collections.abc import Mapping
from typing import Any

from habitat_desktop.i18n.catalogues import language
from habitat_desktop.i18n.numbers import format_date, format_number
from habitat_desktop.packages.questionnaires.manifest import Answer
from habitat_desktop.packages.texts import words
from habitat_desktop.xforms.definition import Question


def in_words(answer: Answer, labels: Mapping[str, str]) -> str:
    """Return an answer as people read it."""
    if isinstance(answer, dict):
        about = answer["$unavailable"]
        word = words().get(about["reason"], about["reason"])
        return f"{word}: {about['remark']}" if about["remark"] else word
    if isinstance(answer, list):
        return ", ".join(labels.get(code, code) for code in answer)
    return labels.get(answer, answer)


def for_people(answer: Answer, question: Question, labels: Mapping[str, str]) -> str:
    """Return an answer as it is shown: quantities in groups of three, dates as the language writes them."""
    if isinstance(answer, str) and answer:
        if question.unit:
            return format_number(answer, language())
        if question.type == "date":
            return format_date(answer, language())
    return in_words(answer, labels)


def stored_answer(value: Any, question: Question) -> Answer:
    """Return a stored answer in one shape: text, codes, or why there is none."""
    if isinstance(value, Mapping):
        about = value.get("$unavailable")
        if not isinstance(about, Mapping):
            return ""
        reason, remark = str(about.get("reason", "")), str(about.get("remark", ""))
        return {"$unavailable": {"reason": reason, "remark": remark}}
    if question.type in ("select_multiple", "rank"):
        return stored_codes(value) or ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def stored_codes(value: Any) -> list[str]:
    """Return the codes of a question that takes several."""
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value).split() if isinstance(value, str) else []
