"""An answer as a person reads it, in the language spoken now."""

import re
from collections.abc import Mapping
from typing import Any

from habitat_desktop.i18n.catalogues import _, language, listed
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.texts import UNAVAILABLE
from habitat_desktop.xforms.definition import Form, Question

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def answer_words(form: Form | None, ref: str, value: Any) -> str:
    """Return `value` of the question at `ref` in words; “not available” says why.

    Without the form, codes and plain numbers are shown as they are kept.
    """
    if value in (None, "", [], {}):
        return _("(empty)")
    if isinstance(value, Mapping):
        return _unavailable(value)
    element = form.elements.get(re.sub(r"\[[^\]]*\]", "", ref)) if form is not None else None
    question = element if isinstance(element, Question) else None
    labels: dict[str, str] = {}
    if form is not None and question is not None and question.is_select:
        labels = dict(choice_labels(form, question, language()))
    if isinstance(value, list):
        return listed(labels.get(str(one), str(one)) for one in value)
    text = str(value)
    if question is None or text in labels:
        return labels.get(text, text)
    if question.type in ("integer", "decimal", "range") and _NUMBER.fullmatch(text):
        return format_number(text, language()) if question.unit else edit_number(text, language())
    return format_date(text, language()) if question.type == "date" and len(text) == 10 else text


def _unavailable(value: Mapping[str, Any]) -> str:
    why = value.get("$unavailable")
    if not isinstance(why, Mapping):
        return _("(empty)")
    reason, remark = str(why.get("reason", "")), str(why.get("remark", ""))
    words = (
        _(UNAVAILABLE[reason])
        if reason in UNAVAILABLE
        else _("not available: {reason}").format(reason=reason)
    )
    return f"{words}: {remark}" if remark else words
