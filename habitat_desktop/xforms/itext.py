"""Texts in several languages, with the places where an answer is shown inside them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Output:
    """A place in a text that shows the result of `expression`."""

    expression: str


Parts = tuple[str | Output, ...]
MEDIA = ("image", "audio", "video", "big-image")


class Media(NamedTuple):
    """A file shown or played with a text: `kind` is one of `MEDIA`, `file` its name beside the form."""

    kind: str
    file: str


_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\s*\)\s*$")


def language_code(name: str) -> str:
    """Return the short code of a language named as in XLSForm: "Français (fr)" -> "fr"."""
    match = _CODE.search(name)
    return match.group(1) if match else name.strip()


def file_name(uri: str) -> str:
    """Return the last part of an address such as jr://images/a.png, which is looked for beside the form."""
    return re.split(r"[\\/:]", uri)[-1]


@dataclass(frozen=True, slots=True)
class Text:
    """One text by language code; "" is the language of texts that name none.

    `default` is shown where a language lacks the text. `reference` is an expression of jr:itext() whose id
    depends on answers. `forms` are what else itext has under the same id: "short", "guidance" and the
    addresses of media.
    """

    parts: Mapping[str, Parts] = field(default_factory=dict)
    default: str = ""
    reference: str = ""
    forms: Mapping[str, "Text"] = field(default_factory=lambda: _NO_FORMS)

    def in_language(self, language: str) -> Parts:
        """Return the parts in `language`, else in the default one, else in any."""
        found = self.parts.get(language)
        if found is None:
            found = self.parts.get(self.default)
        if found is None:
            found = next(iter(self.parts.values()), ())
        return found

    def static(self, language: str) -> str:
        """Return the text in `language`; answers shown inside it appear as "…"."""
        return "".join(part if isinstance(part, str) else "…" for part in self.in_language(language))

    def expressions(self) -> set[str]:
        """Return every expression shown in the text, in any language."""
        found = {
            part.expression for parts in self.parts.values() for part in parts if isinstance(part, Output)
        }
        for form in self.forms.values():
            found |= form.expressions()
        return found | {self.reference} if self.reference else found

    def media(self, render: Callable[["Text"], str]) -> tuple[Media, ...]:
        """Return the media that go with the text; `render` gives a text as it is shown."""
        found = ((kind, render(self.forms[kind])) for kind in MEDIA if kind in self.forms)
        return tuple(Media(kind, file_name(uri)) for kind, uri in found if uri)

    def __bool__(self) -> bool:
        return bool(self.parts) or bool(self.reference) or bool(self.forms)


_NO_FORMS: Mapping[str, Text] = {}
