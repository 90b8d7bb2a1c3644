"""Every form of the conformance folder loads, is filled with its defaults, written out and read again."""

import json
import random
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pyxform

from habitat_desktop.errors import HabitatError
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.xforms.conformance.material import case_id, folder, judge, known_differences

_NAIROBI = ZoneInfo("Africa/Nairobi")


def _environment() -> Environment:
    return Environment(
        now=lambda: datetime(2026, 1, 15, 10, 0, tzinfo=_NAIROBI),
        uuid=lambda: "00000000-0000-4000-8000-000000000001",
        random=random.Random(1),
        timezone=_NAIROBI,
    )


def _forms() -> Iterator[Path]:
    root = folder("forms") / "forms"
    for row in json.loads((root / "manifest.json").read_text(encoding="utf-8")):
        if row["kind"] in ("xform", "xlsform"):
            yield root / row["file"]


def _xform(path: Path) -> bytes:
    """Return the XForm at `path`; workbooks are converted without a child process, which takes long."""
    if path.suffix == ".xml":
        return path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return convert_workbook(path, translate=False).xml.encode("utf-8")


def _load(path: Path) -> Form:
    form = parse_xform(_xform(path), path=path)
    program_of(form)
    return form


def _case(path: Path) -> str:
    return case_id(path.relative_to(folder("forms") / "forms").as_posix())


def _shown(instance: FormInstance) -> list[tuple[Any, ...]]:
    """Return what can be seen of `instance`; the ids of a submission are new each time."""
    return [
        (s.ref, s.value, s.relevant, s.required, s.readonly, s.error, s.label, len(s.choices))
        for s in instance.states()
        if not s.ref.endswith("instanceID")
    ]


def _difference(first: FormInstance, second: FormInstance) -> str:
    mine, theirs = _shown(first), _shown(second)
    if mine == theirs:
        return ""
    only = [f"was {row}" for row in mine if row not in theirs] + [
        f"is {row}" for row in theirs if row not in mine
    ]
    return "; ".join(only[:4]) or "another order"


def _fault(path: Path) -> str:
    """Return what goes wrong with the form at `path`, "" when nothing does."""
    try:
        form = _load(path)
        instance = FormInstance(form, _environment())
        answers = json.loads(json.dumps(instance.answers(relevant_only=False)))
        again = FormInstance(form, _environment(), answers)
        xml = instance.submission_xml()
        received = FormInstance.from_submission(form, _environment(), xml)
    except HabitatError as error:
        return f"{type(error).__name__}: {error}"
    told = _difference(instance, again)
    if told:
        return f"answers read again: {told}"
    if received.unread:
        return f"not read again: {received.unread}"
    sent = received.submission_xml()
    return "" if xml == sent else f"submission read again: {xml} became {sent}"


def test_every_form_loads_and_is_read_again_as_it_was_written() -> None:
    failed: dict[str, str] = {}
    passed: set[str] = set()
    for path in _forms():
        told = _fault(path)
        if told:
            failed[_case(path)] = f"{path.name}: {told}"
        else:
            passed.add(_case(path))
    judge("forms", failed, passed)


def test_what_we_refuse_in_an_xform_javarosa_refuses_too(tmp_path: Path) -> None:
    known = known_differences("forms")
    jar = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    if shutil.which("java") is None or not jar.is_file():
        pytest.skip("NOT RUN: JavaRosa's opinion on the forms we refuse (no Java)")
    written = []
    for path in _forms():
        if _case(path) in known and "JavaRosa" in known[_case(path)].side:
            written.append(tmp_path / f"{_case(path)}.xml")
            written[-1].write_bytes(_xform(path))
    assert written
    for path in written:
        done = subprocess.run(["java", "-jar", str(jar), str(path)], capture_output=True, check=False)
        assert done.returncode != 0, path.name
