"""The hash of a definition: equal for the same logic, whatever the language of its texts."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from habitat_desktop.xforms.definition import NO_BIND, Action, Element, Group, Question, Repeat, Seed, Source
from habitat_desktop.xforms.record_lists import RECORDS
from habitat_desktop.xforms.xpath.lexer import normalized

_TEXT_COLUMNS = ("label", "itextId", "hint")


def definition_hash(
    form_id: str,
    version: str,
    root: Group,
    seed: Seed,
    actions: tuple[Action, ...],
    sources: Mapping[str, Source],
) -> str:
    """Return the SHA-256 (hex) of all that decides which answers are right.

    Labels, hints and messages are left out; files beside the form count byte for byte.
    """
    content = [
        form_id,
        version,
        list(_elements(root)),
        _seed(seed),
        sorted(
            [
                *([] if a.kind == "setvalue" else [a.kind]),
                *(list(a.events), normalized(a.source), a.ref, normalized(a.value), a.text, a.place),
            ]
            for a in actions
        ),
        [[name, _source(source)] for name, source in sorted(sources.items())],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _elements(element: Element) -> Iterator[list[Any]]:
    bind = element.bind
    row: list[Any] = [
        element.path,
        bind.data_type,
        *(
            normalized(text)
            for text in (bind.relevant, bind.constraint, bind.required, bind.readonly, bind.calculate)
        ),
        list(bind.preload or ()),
    ]
    if isinstance(element, Question):
        row += [element.type, element.unit, element.rollover, element.strict]
        row += [[choice.value for choice in element.choices]]
        if element.itemset is not None:
            row += [normalized(element.itemset.nodeset), element.itemset.value]
        if RECORDS in bind.attributes:
            row += [bind.attributes[RECORDS].split()]
    if isinstance(element, Repeat):
        row += ["repeat", normalized(element.count), element.fixed, _seed(element.template)]
    yield row
    for attribute in element.attributes:
        if attribute.bind is not NO_BIND:
            yield from _elements(attribute)
    if isinstance(element, Group):
        for child in element.children:
            yield from _elements(child)


def _seed(seed: Seed | None) -> list[Any]:
    if seed is None:
        return []
    attributes = [list(pair) for pair in seed.attributes if pair[0] not in ("id", "version")]
    return [seed.name, seed.text.strip(), attributes, [_seed(child) for child in seed.children]]


def _source(source: Source) -> list[Any]:
    if source.path is not None:
        known = source.path.is_file()
        return [source.uri, hashlib.sha256(source.path.read_bytes()).hexdigest() if known else ""]
    if source.tree is None:
        return [source.uri]
    rows = []
    for item in source.tree.iter():
        if isinstance(item.tag, str):
            name = item.tag.rpartition("}")[2]
            if name not in _TEXT_COLUMNS:
                rows.append([name, (item.text or "").strip()])
    return rows
