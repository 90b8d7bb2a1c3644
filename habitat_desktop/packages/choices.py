"""The choices of a question as its form lists them, whatever a filter shows while it is filled in."""

import re

from habitat_desktop.i18n.catalogues import translate
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import LISTS, Form, Question, Source
from habitat_desktop.xforms.itext import Text

_INSTANCE = re.compile(r"\s*instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_MOST = 2_000  # choices of a list kept in a file
_ITEXT = re.compile(r"\s*jr:itext\(\s*([\w.-]+)\s*\)\s*$")


def choice_labels(form: Form, question: Question, language: str) -> list[tuple[str, str]]:
    """Return value and label of every choice; of lists in files those that all forms share."""
    if question.choices:
        return [(choice.value, choice.label_text.static(language)) for choice in question.choices]
    found = _INSTANCE.match(question.itemset.nodeset) if question.itemset is not None else None
    source = form.sources.get(found[1]) if found else None
    if source is not None and (data_dir("forms") / LISTS / f"{source.list_name}.csv").is_file():
        return [(one.value, one.label) for one in listed_choices(form, question, language)][:_MOST]
    if source is None or question.itemset is None or source.tree is None:
        return []
    key = f"packages.choices {source.name} {language}"
    if key not in form.memory:
        form.memory[key] = _items(form, source, question.itemset.value, question.itemset.label, language)
    labels: list[tuple[str, str]] = form.memory[key]
    return labels


def _items(form: Form, source: Source, value: str, label: str, language: str) -> list[tuple[str, str]]:
    from lxml import etree

    by_id = _ITEXT.match(label)
    labels: dict[str, str] = {}
    for item in source.tree.iter("{*}item"):
        fields = {
            etree.QName(child).localname: child.text or "" for child in item if isinstance(child.tag, str)
        }
        code = fields.get(value, "")
        if by_id:
            text = form.itext.get(fields.get(by_id[1], ""), Text()).static(language)
        else:
            text = fields.get(label, "")
        labels.setdefault(code, _translated(form.form_id, source.name, code, text, language))
    labels.pop("", None)
    return list(labels.items())


def _translated(form_id: str, list_name: str, code: str, text: str, language: str) -> str:
    own = translate(f"forms/{form_id}", language, f"{form_id}|choices/{list_name}/{code}|label", text)
    return own or translate("reference", language, f"lists/{list_name}|{code}", text) or text
