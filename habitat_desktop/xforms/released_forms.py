"""What each version of the forms of the program is: `forms/released.csv`, a line a version, never changed.

`python -m habitat_desktop.xforms.released_forms` adds the lines of new versions. A form whose content changed
needs a new version once its line went out with a program; until then `--again FORM` writes its line anew.
Lists beside a form count for nothing here: headquarters extends them without a new version.
"""

import argparse
import csv
import io
import sys
from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path

from habitat_desktop.disk import write_whole
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.definition import EARLIER, Form
from habitat_desktop.xforms.library import load_form, version_key

NAME = "released.csv"


@dataclass(frozen=True)
class ReleasedForm:
    """One line: `from_period` is the first period the version is for, "" for every one; `date` is ISO."""

    form_id: str
    version: str
    from_period: str
    definition_hash: str
    date: str

    @property
    def key(self) -> tuple[str, list[tuple[int, str]]]:
        return self.form_id, version_key(self.version)


@dataclass(frozen=True)
class Difference:
    """A form that is not what its line says: "new" has none, "changed" another content or first period."""

    form_id: str
    version: str
    how: str


def read_released(folder: Path) -> list[ReleasedForm]:
    """Return the lines of the file in `folder`, none where there is no file."""
    path = folder / NAME
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [ReleasedForm(**row) for row in csv.DictReader(file)]


def line_of(form: Form, today: date) -> ReleasedForm:
    """Return the line of a form that is released `today`."""
    return ReleasedForm(form.form_id, form.version, form.from_period, form.logic, today.isoformat())


def differences(folder: Path) -> list[Difference]:
    """Return which workbooks in `folder` are not what the lines say, and lines that stand there twice."""
    known = read_released(folder)
    keys = [(one.form_id, one.version) for one in known]
    found = [Difference(*key, "twice") for key in sorted({key for key in keys if keys.count(key) > 1})]
    by_key = {(one.form_id, one.version): one for one in known}
    for form in _forms(folder):
        line = by_key.get((form.form_id, form.version))
        if line is None:
            found.append(Difference(form.form_id, form.version, "new"))
        elif (line.definition_hash, line.from_period) != (form.logic, form.from_period):
            found.append(Difference(form.form_id, form.version, "changed"))
    return found


def update(folder: Path, today: date, again: Collection[str] = ()) -> list[Difference]:
    """Add the lines of new versions, and those of the forms `again` anew; return what still differs."""
    lines = {(one.form_id, one.version): one for one in read_released(folder)}
    for form in _forms(folder):
        key = (form.form_id, form.version)
        line = line_of(form, today)
        if key not in lines or form.form_id in again:
            lines[key] = line
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(ReleasedForm)])
    writer.writerows(astuple(line) for line in sorted(lines.values(), key=lambda one: one.key))
    write_whole(folder / NAME, text.getvalue().encode())
    return differences(folder)


def _forms(folder: Path) -> Iterator[Form]:
    for path in (*sorted(folder.glob("*.xlsx")), *sorted((folder / EARLIER).glob("*.xlsx"))):
        if not path.name.startswith(("~", ".")):
            yield load_form(path, foreign=False)


def main(arguments: list[str]) -> int:
    """Run the command; 1 where a form changed without a new version."""
    parser = argparse.ArgumentParser(prog="python -m habitat_desktop.xforms.released_forms")
    parser.add_argument("--again", metavar="FORM", action="append", default=[])
    parser.add_argument("--folder", type=Path, default=data_dir("forms"))
    asked = parser.parse_args(arguments)
    left = update(asked.folder, datetime.now(UTC).date(), asked.again)
    for one in left:
        print(f"{one.form_id} {one.version}: {one.how}; give it a new version, or --again {one.form_id}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
