"""One language at one size of window: looks at every scene, tells and pictures what it finds."""

import json
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor, QPainter, QPen

from habitat_desktop.gui import app as gui_app
from habitat_desktop.i18n import catalogues, pseudo
from habitat_desktop.i18n.languages import LANGUAGES, languages
from habitat_desktop.i18n.names import countries, country_name
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.library import Library
from tests.fit import scenes, words
from tests.fit.findings import Finding, faults, finding, settle, texts

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")


@dataclass
class Accepted:
    """A finding that is right as it is, and why."""

    kind: str
    text: str
    reason: str
    scene: str = ""
    used: bool = False

    def holds(self, scene: str, finding: Finding) -> bool:
        same = self.kind == finding.kind and self.text in finding.text and self.scene in scene
        self.used = self.used or same
        return same


@dataclass(frozen=True)
class Told:
    """A finding with the scene it was found in."""

    scene: str
    language: str
    finding: Finding


@dataclass(frozen=True)
class Demonstration:
    """Workspaces of an office and of headquarters, and the pseudo-languages with the forms in them."""

    office: Path
    headquarters: Path
    pseudo: Path
    pseudo_forms: Path
    data: frozenset[str]  # words that people wrote
    said: frozenset[str]  # whole texts that people wrote


def read_exceptions() -> list[Accepted]:
    """Return the findings that are right as they are."""
    rows = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")).get("exception", [])
    return [Accepted(**row) for row in rows]


def demonstration(folder: Path) -> Demonstration:
    """Play the demonstration and write the pseudo-languages."""
    demo = [
        sys.executable,
        "-m",
        "habitat_desktop",
        "demo",
        str(folder / "demo"),
        "--no-screenshots",
        "--no-reports",
        "--no-window",
    ]
    subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
    office, headquarters = folder / "demo" / "kenya", folder / "demo" / "headquarters"
    words.write_pseudo(folder / "pseudo")
    catalogues.read_from(folder / "pseudo")
    Library([data_dir("forms")], folder / "pseudo-forms").forms()
    catalogues.read_from(None)
    written = [*_written(office), *_written(headquarters)]
    data = words.words_of(written) | _words_of_the_world()
    return Demonstration(
        office, headquarters, folder / "pseudo", folder / "pseudo-forms", data, frozenset(written)
    )


@dataclass
class Check:
    """Looks at the scenes in one language."""

    made: Demonstration
    language: str
    size: tuple[int, int]
    folder: Path
    exceptions: list[Accepted]
    pictures_all: bool = False
    looked_at: int = 0
    found: int = 0
    _seen: set[tuple[str, str, str]] = field(default_factory=set)

    def run(self, place: Path, only: str = "", *, pages: tuple[str, ...] = ()) -> list[Told]:
        """Look at every scene whose name holds `only`, or at these `pages` of the office alone.

        `place` is for copies of the workspaces.
        """
        gui_app.make_app()
        is_pseudo = self.language in words.SPOKEN
        catalogues.read_from(self.made.pseudo if is_pseudo else None)
        try:
            seen = self._scenes(place, is_pseudo, pages)
            return [told for scene in seen if only in scene.name for told in self.look_at(scene)]
        finally:
            catalogues.read_from(None)

    def _scenes(self, place: Path, is_pseudo: bool, pages: tuple[str, ...]) -> Iterator[scenes.Scene]:
        spoken = words.SPOKEN.get(self.language, self.language)
        cache = self.made.pseudo_forms if is_pseudo else None
        for source in (self.made.office, self.made.headquarters)[: 1 if pages else 2]:
            folder = scenes.copied(source, place / source.name, cache)
            with scenes.window_of(folder, spoken, self.size) as window:
                yield from scenes.pages(window, pages)
                if not pages:
                    yield from scenes.dialogs(window)
                if source == self.made.office and not pages:
                    yield from scenes.forms(window)
        yield from scenes.wizard(place / "new", spoken, self.size)

    def look_at(self, scene: scenes.Scene) -> list[Told]:
        """Return what is wrong with a scene and picture it; what was told of another is not told again."""
        self.looked_at += 1
        found = self._faults(scene)
        for _try in range(6):  # layouts come to rest in their own time
            if not found:
                break
            settle()
            found = self._faults(scene)
        fresh = [one for one in found if (one.kind, one.widget, one.text) not in self._seen]
        told = [one for one in fresh if not any(e.holds(scene.name, one) for e in self.exceptions)]
        self._seen |= {(one.kind, one.widget, one.text) for one in fresh}
        if told or self.pictures_all:
            self._picture(scene, told)
        for one in told:
            print(f"  {scene.name} {self.language}: {one}", flush=True)
        self.found += len(told)
        return [Told(scene.name, self.language, one) for one in told]

    def _faults(self, scene: scenes.Scene) -> list[Finding]:
        spoken = words.SPOKEN.get(self.language, self.language)
        rtl = languages()[spoken].direction == "rtl"
        return [*faults(scene.window, rtl=rtl), *self._untranslated(scene)]

    def _untranslated(self, scene: scenes.Scene) -> Iterator[Finding]:
        seen = list(texts(scene.window))
        shown = [text for _widget, text in seen if text not in self.made.said]
        if self.language == pseudo.ACCENTED:
            strange: Iterable[tuple[str, str]] = words.unmarked(shown, self.made.data)
        elif self.language in LANGUAGES and self.language != "en":
            strange = words.english(shown, self.language, self.made.said)
        else:
            return
        for text, why in strange:
            widget = next(widget for widget, said in seen if said == text)
            yield finding("not translated", scene.window, widget, text, why)

    def _picture(self, scene: scenes.Scene, found: list[Finding]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        picture = scene.window.grab()
        painter = QPainter(picture)
        painter.setPen(QPen(QColor("#d6006c"), 2))
        for one in found:
            painter.drawRect(one.place.adjusted(-2, -2, 2, 2))
        painter.end()
        picture.save(str(self.folder / f"{scene.name}-{self.language}-{self.size[0]}.png"))


def _written(folder: Path) -> Iterator[str]:
    """Yield what people wrote: answers, names, subjects, files; whole, and what stands in JSON by itself."""
    yield str(folder)
    yield from (path.name for path in folder.rglob("*"))
    yield from _strings(json.loads((folder / "settings.json").read_text(encoding="utf-8")))
    with closing(sqlite3.connect(folder / "records.sqlite")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, str):
                        with suppress(ValueError):
                            yield from _strings(json.loads(value))
                        yield value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _words_of_the_world() -> frozenset[str]:
    """Return words that are no texts of the catalogues: names of countries, months, languages, codes."""
    found = [country_name(code, "fr") for code in countries()] + countries()
    for row in languages().values():
        found += [row.endonym, *row.months, *row.months_in_date, *row.months_short]
    found.append(json.dumps(sorted(map(str, data_dir("forms").rglob("*")))))
    return words.words_of(found)
