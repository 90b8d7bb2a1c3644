"""What a record says of itself while it is being filled."""

from pathlib import Path

import pytest

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import finalize, open_entry, open_revision, start_entry
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import load_text
from tests.records.making import NOW

_SETTINGS = Settings(role="office", office="KE", name="Kenya", person="Amina")


def named(folder: Path, prefix: str = "", attributes: str = "") -> Form:
    """A form of two questions with an instance name made of both."""
    text = f"""
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:orx="http://openrosa.org/xforms" xmlns:habitat="urn:habitat-desktop:xforms"><h:head><model>
  <instance><data id="visit" version="1"{attributes}><head/><town/>
    <{prefix}meta><{prefix}instanceName/></{prefix}meta></data></instance>
  <bind nodeset="/data/{prefix}meta/{prefix}instanceName" calculate="concat(/data/head, ' ', /data/town)"/>
</model></h:head><h:body><input ref="/data/head"/><input ref="/data/town"/></h:body></h:html>"""
    return load_text(text, folder)


@pytest.mark.parametrize("prefix", ["", "orx:"])
def test_the_instance_name_is_the_subject(database: Database, tmp_path: Path, prefix: str) -> None:
    with database.begin() as session:
        entry = start_entry(
            session, named(tmp_path, prefix), _SETTINGS, country="KEN", period="2026", language="en"
        )
        assert entry.heading().subject == ""
        entry.answer("/data/head", "Amina")
        entry.answer("/data/town", "Nairobi")
        assert entry.heading().subject == "Amina Nairobi"
        repository.save_draft(session, entry.draft(at=NOW))
        (shown,) = repository.list_records(session)
    assert shown.subject == "Amina Nairobi"


def test_the_subject_a_form_names_itself_goes_before_the_instance_name(
    database: Database, tmp_path: Path
) -> None:
    form = named(tmp_path, attributes=' habitat:subject="town"')
    with database.begin() as session:
        entry = start_entry(session, form, _SETTINGS, country="KEN", period="2026", language="en")
    entry.answer("/data/town", "Nairobi")
    assert entry.heading().subject == "Nairobi"


def test_a_revision_that_is_looked_at_shows_what_was_signed(database: Database, tmp_path: Path) -> None:
    text = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:odk="http://www.opendatakit.org/xforms"><h:head><model><instance>
  <data id="visit" version="1"><town/><seen/><aged/></data></instance>
  <setvalue event="odk-instance-load" ref="/data/seen" value="now()"/>
  <bind nodeset="/data/aged" calculate="if(/data/town = '', '', random())"/></model></h:head>
  <h:body><input ref="/data/town"/></h:body></h:html>"""
    form = load_text(text, tmp_path)
    with database.begin() as session:
        entry = start_entry(session, form, _SETTINGS, country="KEN", period="2026", language="en")
        entry.answer("/data/town", "Kisumu")
        repository.save_draft(session, entry.draft(at=NOW))
        signed = finalize(session, entry, at=NOW)
    with database.read() as session:
        looks = [
            open_entry(session, lambda *_of: form, _SETTINGS, entry.record_id, language="en", readonly=True),
            open_revision(signed, lambda *_of: form, _SETTINGS, language="en"),
        ]
    assert [shown.instance.answers(relevant_only=True) for shown in looks] == [signed.answers] * 2
