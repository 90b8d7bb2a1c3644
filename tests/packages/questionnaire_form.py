"""A form in which every way to ask a question occurs, and a desk that makes questionnaires of it."""

from functools import cache
from pathlib import Path
from typing import Any

from pyxform.xls2xform import convert

from habitat_desktop.packages.keys import ActSigner
from habitat_desktop.packages.questionnaires.making import QuestionnaireMade, Wanted, create
from habitat_desktop.packages.questionnaires.outcome import QuestionnaireTaken
from habitat_desktop.packages.questionnaires.taking import Options, take_questionnaire
from habitat_desktop.records import journal, repository
from habitat_desktop.records.act import HERE, Act, Actor
from habitat_desktop.records.entry import open_entry, start_entry
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_ids import without_ids
from habitat_desktop.xforms.problems import UnknownVersionError
from habitat_desktop.xforms.xform import parse_xform
from tests.packages.offices import Desk

FORM_ID = "survey"
_SURVEY = """
| survey |  |  |  |  |  |  |  |  |  |
| | type | name | label | hint | relevant | constraint | required | bind::habitat:unit | calculation |
| | begin group | place | The place | | | | | | |
| | text | city | City | Official name | | | yes | | |
| | integer | people | Residents | | | . > 0 and . < 50000000 | | persons | |
| | decimal | share | Share in slums | | | . >= 0 and . <= 100 | | % | |
| | date | surveyed | Date of the survey | | | | | | |
| | time | opens | Opens at | | | | | | |
| | geopoint | point | Position | | | | | | |
| | end group | place | | | | | | | |
| | begin group | land | Land | | ${people} > 0 | | | | |
| | select_one tenure | tenure | Main tenure | | | | yes | | |
| | text | why_other | Which other | | ${tenure} = 'other' | string-length(.) <= 40 | | | |
| | select_multiple risk | risks | Risks | | | | | | |
| | select_one yn | insured | Insured | | selected(${risks}, 'fire') | | | | |
| | acknowledge | seen | Seen | | | | | | |
| | select_multiple long | topics | Topics | | | | | | |
| | end group | land | | | | | | | |
| | note | thanks | Thank you | | | | | | |
| | calculate | density | | | | | | | ${people} div 696 |
| | file | map | Map | | | | | | |
| | begin repeat | donor | Donors | | | | | | |
| | text | do_name | Donor | | | | yes | | |
| | integer | do_usd | Amount | | | . >= 0 | | US$ | |
| | select_multiple tenure | do_for | For | | | | | | |
| | begin repeat | part | Instalments | | | | | | |
| | date | pa_date | Paid on | | | | | | |
| | integer | pa_usd | Paid | | | | | US$ | |
| | end repeat | part | | | | | | | |
| | end repeat | donor | | | | | | | |
| | begin repeat | visit | Visits | | | | | | |
| | text | vi_name | Settlement | | | | yes | | |
| | select_multiple many | vi_seen | Seen there | | | | | | |
| | select_multiple many | vi_lacks | Lacks | | | | | | |
| | integer | vi_homes | Homes | | | | | | |
| | begin repeat | talk | Talks | | | | | | |
| | text | ta_with | With whom | | | | | | |
| | end repeat | talk | | | | | | | |
| | end repeat | visit | | | | | | | |
| | text | remarks | Remarks | | | | | | |
"""
_CHOICES = """
| choices |  |  |  |
| | list_name | name | label |
| | tenure | owner | Owner |
| | tenure | tenant | Tenant |
| | tenure | other | Other |
| | risk | flood | Flood |
| | risk | fire | Fire |
| | risk | slide | Landslide |
| | yn | yes | Yes |
| | yn | no | No |
""" + "".join(f"| | many | m{number} | Thing {number} |\n" for number in range(1, 13))
_CHOICES += "".join(f"| | long | t{number} | Topic {number} |\n" for number in range(1, 71))
_SETTINGS = """
| settings |  |  |  |  |
| | form_title | form_id | version | namespaces |
| | Survey of a city | survey | {version} | habitat="urn:habitat-desktop:xforms" |
"""


def made_of(survey: str, version: str) -> Form:
    """Return the form these rows describe."""
    text = survey + _CHOICES + _SETTINGS.format(version=version)
    return parse_xform(convert(text).xform.encode(), path=Path("survey.xlsx"))


@cache
def survey() -> Form:
    """The form of these tests."""
    return made_of(_SURVEY, "1")


@cache
def newer() -> Form:
    """Its second version: a question renamed, one gone, one new, a repeat renamed."""
    text = _SURVEY.replace("| bind::habitat:unit |", "| bind::habitat:was | bind::habitat:unit |", 1)
    rows = []
    for row in text.splitlines():
        cells = row.split("|")
        if len(cells) > 10 and cells[2].strip() != "type":
            was = {"city": "", "people": ""}.get(cells[3].strip(), "")
            cells.insert(9, f" {was} ")
            if cells[3].strip() == "people":
                cells[3], cells[9] = " residents ", " people "
            if cells[3].strip() == "visit":
                cells[3], cells[9] = " trip ", " visit "
            if cells[3].strip() == "opens":
                continue
        rows.append("|".join(cells).replace("${people}", "${residents}"))
    return made_of("\n".join(rows) + "\n", "2")


class Office:
    """A desk that fills in `survey`."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.forms = {"1": survey()}
        self.made = 0

    def form(self, form_id: str, version: str | None = None, /) -> Form:
        found = self.forms.get(version or max(self.forms))
        if found is None:
            raise UnknownVersionError(form_id=form_id, version=version)
        return found

    @property
    def kept(self) -> Path:
        return self.folder / "questionnaires"

    def make(self, path: Path | None = None, **wanted: Any) -> QuestionnaireMade:
        """Make a questionnaire; without a record a new draft is begun."""
        self.made += 1
        options: dict[str, Any] = {"country": "KEN", "period": "2026-H1", "to": "Ministry"} | wanted
        if "record" not in options:
            options["form"] = self.form(FORM_ID)
        return create(
            self.desk.database,
            self.desk.settings,
            self.form,
            Wanted(**options),
            path or self.folder / f"{self.made}.xlsx",
            self.kept,
            self.actor,
        )  # fmt: skip

    def take(self, path: Path, **options: Any) -> QuestionnaireTaken:
        return take_questionnaire(
            self.desk.database,
            self.desk.settings,
            path,
            self.form,
            self.kept,
            Options(**options),
            self.actor,
        )  # fmt: skip

    def start(self, answers: dict[str, Any] | None = None) -> str:
        """Begin a draft with these answers and return its record."""
        from habitat_desktop.records.answers_file import fill

        with self.desk.database.begin() as session:
            sitting = start_entry(
                session,
                self.form(FORM_ID),
                self.desk.settings,
                country="KEN",
                period="2026-H1",
                language="en",
            )
            problems = fill(sitting, answers or {}, attach=lambda path: "", base=self.folder, whole=True)
            assert not problems
            repository.save_draft(session, sitting.draft(at=self.desk.tick()))
        return sitting.record_id

    def answer(self, record: str, **answers: str) -> None:
        """Let the officer answer questions, by ref with "__" for "/"."""
        with self.desk.database.begin() as session:
            sitting = open_entry(session, self.form, self.desk.settings, record, language="en")
            for name, value in answers.items():
                sitting.answer("/data/" + name.replace("__", "/"), value)
            repository.save_draft(session, sitting.draft(at=self.desk.tick()))

    def draft(self, record: str) -> Any:
        with self.desk.database.read() as session:
            return repository.find_draft(session, record)

    def answers(self, record: str) -> dict[str, Any]:
        """What the draft says, without the ids of entries."""
        found: dict[str, Any] = without_ids(self.draft(record).answers)
        found.pop("density", None)
        found.pop("meta", None)
        return found

    @property
    def actor(self) -> Actor:
        """The officer, with the key of the desk."""
        desk, settings = self.desk, self.desk.settings
        signer = ActSigner(desk.keyring)
        return Actor(settings.role, settings.office, settings.person, "en", signer, desk.tick())

    def acts(self) -> list[Act]:
        """The acts of the journal."""
        with self.desk.database.read() as session:
            return list(journal.acts(session, office=HERE))
