"""What stored returns answered with choices that a list no longer has: told, never changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import ngettext
from habitat_desktop.records import listing, revisions
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.released_lists import Table, read_list

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session
    from habitat_desktop.xforms.library import Library

_Asked = dict[tuple[str, str], dict[tuple[str, ...], str]]  # form and version -> question -> column
_INSTANCE = re.compile(r"\s*instance\(\s*['\"]([^'\"]+)['\"]\s*\)")


@dataclass(frozen=True)
class GoneValue:
    """A value that is not in the list `file` and stands in `count` returns, such as that called `label`."""

    file: str
    value: str
    count: int
    label: str

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return ngettext(
            "“{value}” is not in the list “{file}”, and {count} return holds it: {label}. It keeps its "
            "answer.",
            "“{value}” is not in the list “{file}”, and {count} returns hold it, for example {label}. They "
            "keep their answers.",
            self.count,
        ).format(**vars(self))


def gone_values(
    database: "Database", library: "Library", name: str, table: Table | None = None
) -> list[GoneValue]:
    """Return the values in returns that the list `name` does not have; `table` is what it would be.

    Looked at are the current revisions of all returns, and the questions whose choices are the list.
    """
    if table is None:
        here = library.lists_named(name)
        if not here:
            return []
        table = read_list(here[0])
    asked = _questions(library, name)  # before anybody who writes waits for us
    if not asked:
        return []
    with database.read() as session:
        found = _values_held(session, asked, table)
    return [GoneValue(name, value, len(labels), labels[0]) for value, labels in sorted(found.items())]


def _values_held(session: "Session", asked: _Asked, table: Table) -> dict[str, list[str]]:
    """Return the values that are not in the table, and the labels of the returns that hold them."""
    found: dict[str, list[str]] = {}
    for form_id in sorted({form_id for form_id, _version in asked}):
        for record in listing.list_records(session, form_id=form_id, order="label"):
            revision = revisions.current(session, record.record_id)
            if revision is None or revision.kind == "withdraw":
                continue
            questions = asked.get((form_id, revision.heading.form_version), {})
            for value in sorted(_values(revision.answers, questions, table)):
                found.setdefault(value, []).append(record.label)
    return found


def _questions(library: "Library", name: str) -> _Asked:
    """Return, by form and version, where a question stands whose choices are the list, and its column."""
    found = {}
    for info in library.forms():
        if not library.is_ours(info.path):
            continue  # it has lists of its own
        try:
            form = library.form(info.form_id, info.version)
        except HabitatError:
            continue
        questions = dict(_of_form(form, name))
        if questions:
            found[info.form_id, info.version] = questions
    return found


def _of_form(form: Form, name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    lists = {
        key for key, source in form.sources.items() if source.path is not None and source.path.name == name
    }
    for element in form.walk() if lists else ():
        if isinstance(element, Question) and element.itemset is not None:
            match = _INSTANCE.match(element.itemset.nodeset)
            if match and match[1] in lists:
                yield tuple(element.path.split("/")[2:]), element.itemset.value


def _values(answers: Any, questions: dict[tuple[str, ...], str], table: Table) -> set[str]:
    return {
        value
        for path, column in questions.items()
        for value in _at(answers, path)
        if value and value not in table.column(column)
    }


def _at(answers: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the values of a question in all entries of the repeats around it."""
    if isinstance(answers, list):
        for one in answers:
            yield from _at(one, path)
    elif path and isinstance(answers, dict):
        yield from _at(answers.get(path[0]), path[1:])
    elif not path and isinstance(answers, str):
        yield answers
