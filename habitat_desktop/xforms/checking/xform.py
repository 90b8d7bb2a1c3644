"""What a check says of an XForm: lines of the file, and what will not travel."""

from collections.abc import Iterator

from habitat_desktop.xforms.binding import lay_out
from habitat_desktop.xforms.checking.findings import Finding
from habitat_desktop.xforms.checking.form import expressions
from habitat_desktop.xforms.checking.travel import appearance_features, date_texts, features
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.limits import xml_parser
from habitat_desktop.xforms.xform_body import absolute
from habitat_desktop.xforms.xform_names import XF
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import XPathSyntaxError

_SHOWN_TEXTS = 5


def lines_of(xml: bytes, root_path: str) -> dict[str, int]:
    """Return the line of the bind of each path, of its control where it has none."""
    from lxml import etree

    lines: dict[str, int] = {}
    html = etree.fromstring(xml, xml_parser())
    for bind in html.iter(f"{XF}bind"):
        _note(lines, absolute(bind.get("nodeset") or bind.get("ref") or "", root_path), bind.sourceline)
    for control in html.iter():
        ref = control.get("ref") or control.get("nodeset") if isinstance(control.tag, str) else None
        if ref:
            _note(lines, absolute(ref, root_path), control.sourceline)
    return lines


def _note(lines: dict[str, int], path: str, line: int | None) -> None:
    if line is not None:
        lines.setdefault(path, line)


def check_xform(form: Form) -> Iterator[Finding]:
    """Yield what of `form` will not travel, and the texts some language lacks."""
    for place in lay_out(form).by_path.values():
        for column, expression in expressions(place):
            try:
                tree = parse(expression)
            except XPathSyntaxError:
                continue  # said elsewhere
            for code, tools, context in features(tree):
                yield Finding(code, column=column, context=context, tools=tools, path=place.path)
            for date in date_texts(tree):
                told: dict[str, str | int] = {"date": date}
                tools = ("collect", "kobo")
                yield Finding("TRAVEL_DATES", column=column, context=told, tools=tools, path=place.path)
        element = place.element
        for code, word, tools in appearance_features(element.appearance):
            if code == "DESKTOP_FEATURE":
                continue  # the form itself knows these
            name = "feature" if code.endswith("FEATURE") else "appearance"
            yield Finding(code, column="appearance", context={name: word}, tools=tools, path=place.path)
    yield from _missing(form)


def _missing(form: Form) -> Iterator[Finding]:
    for language in form.languages:
        lacking = [name for name, text in form.itext.items() if text.parts and language not in text.parts]
        if lacking:
            shown = ", ".join(lacking[:_SHOWN_TEXTS]) + (" …" if len(lacking) > _SHOWN_TEXTS else "")
            context: dict[str, str | int] = {
                "count": len(lacking),
                "name": "itext",
                "language": language,
                "rows": shown,
            }
            yield Finding("TRANSLATION_MISSING", column="itext", context=context)
