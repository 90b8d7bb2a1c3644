"""Lines of a conversation for people: indented, wrapped, ids never broken."""

import re

import click

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import has_rtl, iso, visible

_WIDTH = 80


def under(text: str, indent: int = 4) -> None:
    """Print a text below the line it belongs to, wrapped by what signs take on a screen."""
    from rich.console import Console
    from rich.text import Text

    space, console = " " * indent, Console(width=_WIDTH)
    for line in text.split("\n"):
        for part in Text(line).wrap(console, _WIDTH - indent) or [Text()]:
            click.echo(f"{space}{part.plain}".rstrip())


def inside(text: str) -> str:
    """Return what somebody wrote as it stands inside a sentence: isolated where direction matters."""
    text = "\n".join(map(visible, text.split("\n")))
    return iso(text) if has_rtl(text) or languages()[language()].direction == "rtl" else text


def plain(text: str) -> str:
    """Return a text without isolates where direction does not matter: not every terminal can show them."""
    keep = has_rtl(text) or languages()[language()].direction == "rtl"
    return text if keep else re.sub("[\u2066-\u2069]", "", text)


def named_question(question: str, ref: str) -> str:
    """Return what a question is called, with its place where it is one of several entries."""
    place = ref.removeprefix("/data/")
    return f"{inside(question)} ({inside(place)})" if "[" in place else inside(question)


def said_by(person: str, at: str, text: str) -> str:
    """Return who said something, when, and what."""
    when = format_datetime(at, language())
    text = inside(text) if text else "–"
    return _("{person}, {when}: {text}").format(person=inside(person), when=inside(when), text=text)
