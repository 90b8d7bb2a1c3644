"""Forms written in the test as the table a form author would recognise, run with a fixed clock and ids."""

import itertools
import random
import textwrap
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import load_text
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook

_XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
  xmlns:odk="http://www.opendatakit.org/xforms">
  <h:head><h:title>T</h:title><model><instance><data id="t"{attributes}>{instance}</data></instance>{model}
  </model></h:head><h:body>{body}</h:body></h:html>"""
NAIROBI = ZoneInfo("Africa/Nairobi")

MakeForm = Callable[..., Form]
Fill = Callable[..., FormInstance]
FillXForm = Callable[..., FormInstance]


def fixed_environment(language: str = "en", **properties: str) -> Environment:
    """An environment in which nothing is left to chance: ids count up, the clock stands."""
    numbers = itertools.count(1)
    return Environment(
        now=lambda: datetime(2026, 1, 15, 10, 0, tzinfo=NAIROBI),
        uuid=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        random=random.Random(1),
        timezone=NAIROBI,
        properties=properties,
        language=language,
    )


@pytest.fixture
def form(tmp_path: Path) -> MakeForm:
    """Make a form of a Markdown table; `lists` are CSV files beside it, by name."""

    def make(table: str, lists: Mapping[str, str] | None = None) -> Form:
        for name, content in (lists or {}).items():
            (tmp_path / name).write_text(textwrap.dedent(content).strip() + "\n", encoding="utf-8")
        path = tmp_path / "form.md"
        path.write_text(textwrap.dedent(table).strip() + "\n", encoding="utf-8")
        converted = convert_workbook(path, translate=False)
        made = parse_xform(converted.xml.encode("utf-8"), path=path)
        program_of(made)
        return made

    return make


@pytest.fixture
def fill(form: MakeForm) -> Fill:
    """Start filling the form of a Markdown table."""

    def start(
        table: str,
        *,
        lists: Mapping[str, str] | None = None,
        answers: dict[str, Any] | None = None,
        language: str = "en",
        **properties: str,
    ) -> FormInstance:
        return FormInstance(form(table, lists), fixed_environment(language, **properties), answers)

    return start


@pytest.fixture
def fill_xform(tmp_path: Path) -> FillXForm:
    """Start filling the form of the XForm parts `instance` (below the root), `model` and `body`."""

    def start(
        instance: str,
        model: str = "",
        body: str = "",
        *,
        attributes: str = "",
        answers: dict[str, Any] | None = None,
        **properties: str,
    ) -> FormInstance:
        text = _XFORM.format(instance=instance, model=model, body=body, attributes=attributes)
        return FormInstance(load_text(text, tmp_path), fixed_environment(**properties), answers)

    return start


def value(instance: FormInstance, ref: str) -> str:
    """The value at `ref`, written from the root on."""
    return instance.state(f"/data/{ref}").value
