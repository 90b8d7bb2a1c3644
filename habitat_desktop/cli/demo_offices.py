"""The other offices of the demonstration: they report too, so that headquarters has something to consolidate.

Each has a workspace of its own and sends one package; one office says nothing, as offices do.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.i18n.catalogues import language, ngettext
from habitat_desktop.i18n.names import country_name
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import Person, Settings
from habitat_desktop.workspace import Workspace, create_workspace

if TYPE_CHECKING:
    from habitat_desktop.cli.demo import Story

PERIOD = "2026-H1"
DUE = "2026-07-31"
_FROM_ALL = ("project_status", "slum_upgrading", "housing_policy")  # expected of every office


@dataclass(frozen=True)
class Office:
    """An office of the demonstration; one that is `silent` is expected to report and does not."""

    code: str
    country: str
    person: str
    language: str
    silent: bool

    @property
    def returns(self) -> list[dict[str, Any]]:
        """Its returns, in the order of their files."""
        folder = data_dir("demo") / "offices" / self.code
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def offices() -> list[Office]:
    """Return the offices of the demonstration but the first, in the order of their codes."""
    path = data_dir("demo") / "offices" / "offices.json"
    return [
        Office(row["office"], row["country"], row["person"], row["language"], bool(row.get("silent")))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def report(story: "Story") -> None:
    """Say what is expected of all, let them report, and accept what is marked so."""
    _expect(story)
    packages, accepted = [], []
    for office in offices():
        if office.returns:
            package, labels = _report(story, office)
            packages.append(package)
            accepted += labels
    _take_in(story, packages, accepted)


def _expect(story: "Story") -> None:
    from habitat_desktop.hq.expected_plans import one_for_each
    from habitat_desktop.records.expected_acts import Known, expect_all

    headquarters = story.headquarters
    codes = [story.office.settings.office, *(office.code for office in offices())]
    forms = {info.form_id for info in headquarters.library.forms()}
    known = Known(forms.__contains__)
    terms = [term for form_id in _FROM_ALL for term in one_for_each(codes, form_id, PERIOD, DUE, known)]
    with headquarters.begin() as session:
        made = expect_all(session, headquarters.hand(), terms)
    story.tell(
        ngettext(
            "Headquarters expects {count} return", "Headquarters expects {count} returns", len(made.added)
        ).format(count=len(made.added))
    )


def _report(story: "Story", office: Office) -> tuple[Path, list[str]]:
    """Return the package of `office` and the labels of the records that are to be accepted."""
    from habitat_desktop.cli.demo import make_package, trust
    from habitat_desktop.records.sample import enter

    workspace = _workspace(story, office)
    try:
        trust(workspace, story.headquarters, workspace.folder)
        trust(story.headquarters, workspace, workspace.folder)
        returns = office.returns
        entries = enter(workspace, returns, office.country, story.folder)
        accepted = [
            entry.label for entry, item in zip(entries, returns, strict=True) if item.get("accepted", True)
        ]
        return make_package(workspace, story.exchange, "HQ").path, accepted
    finally:
        workspace.close()


def _workspace(story: "Story", office: Office) -> Workspace:
    return create_workspace(
        story.folder / "offices" / office.code,
        Settings(
            role="office",
            office=office.code,
            name=country_name(office.country, language()),
            countries=(office.country,),
            persons=(Person(office.person, "", "hpm"),),
            person=office.person,
            language=office.language,
            demonstration=True,
        ),
    )


def _take_in(story: "Story", packages: list[Path], accepted: list[str]) -> None:
    from habitat_desktop.cli.exchange import import_all
    from habitat_desktop.records import deciding

    headquarters = story.headquarters
    import_all(headquarters, tuple(packages))
    for label in accepted:
        with headquarters.begin() as session:
            deciding.accept(session, headquarters.library.form, headquarters.hand(), label)
    story.tell(
        ngettext(
            "{count} more office reports; headquarters accepts {accepted} of its records",
            "{count} more offices report; headquarters accepts {accepted} of their records",
            len(packages),
        ).format(count=len(packages), accepted=len(accepted)),
        story.folder / "offices",
    )
