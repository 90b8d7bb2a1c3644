"""What the program tells a form of itself: person, address, this installation."""

from pathlib import Path

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import open_entry, start_entry
from habitat_desktop.settings import Person, Settings
from habitat_desktop.xforms.library import load_text

_NAMES = ("username", "email", "deviceid", "phonenumber")
_BINDS = "".join(
    f'<bind nodeset="/data/{name}" jr:preload="property" jr:preloadParams="{name}"/>' for name in _NAMES
)
_FORM = f"""
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><model>
  <instance><data id="visit" version="1">{"".join(f"<{name}/>" for name in _NAMES)}
    <visit jr:template=""><device/></visit></data></instance>
  {_BINDS}
  <bind nodeset="/data/visit/device" jr:preload="property" jr:preloadParams="deviceid"/>
</model></h:head><h:body><repeat nodeset="/data/visit"/></h:body></h:html>
"""
_SETTINGS = Settings(
    role="office",
    office="KE",
    name="Kenya",
    person="Amina",
    persons=(Person("Amina", "amina@example.org"),),
)


def test_a_form_learns_the_person_and_the_installation(database: Database, tmp_path: Path) -> None:
    form = load_text(_FORM, tmp_path)
    with database.begin() as session:
        entry = start_entry(session, form, _SETTINGS, country="KEN", period="2026-H1", language="en")
        device = f"habitat_desktop:{repository.installation(session)}"
    known = [entry.instance.state(f"/data/{name}").value for name in _NAMES]
    assert known == ["Amina", "amina@example.org", device, ""]
    with database.begin() as session:
        again = open_entry(session, lambda form_id, version: form, _SETTINGS, entry.record_id, language="en")
    added = again.instance.add("/data/visit")
    assert again.instance.state(f"{added}/device").value == device
