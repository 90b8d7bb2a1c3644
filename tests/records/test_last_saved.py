"""A new record of a form that asks for it begins with what its office saved last."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.entry import Entry, open_entry, start_entry
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import load_text

_FORM = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
  <instance><data id="{form_id}" version="1"><street/></data></instance>
  <instance id="__last-saved" src="jr://instance/last-saved"/>
  <setvalue event="odk-instance-first-load" ref="/data/street"
    value="instance('__last-saved')/data/street"/>
</model></h:head><h:body><input ref="/data/street"/></h:body></h:html>
"""
_START = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def _begin(database: Database, form: Form, hours: int, office: str = "KE") -> Entry:
    with database.begin() as session:
        return start_entry(
            session,
            form,
            Settings(role="office", office=office, name="Kenya"),
            country="KEN",
            period="2026-H1",
            language="en",
            at=_START + timedelta(hours=hours),
        )


def _save(database: Database, entry: Entry, street: str, hours: int) -> None:
    entry.answer("/data/street", street)
    with database.begin() as session:
        repository.save_draft(session, entry.draft(at=_START + timedelta(hours=hours)))


def test_a_new_record_begins_with_the_answers_saved_last(database: Database, tmp_path: Path) -> None:
    form = load_text(_FORM.format(form_id="visit"), tmp_path)
    first = _begin(database, form, 0)
    assert first.instance.state("/data/street").value == ""
    _save(database, first, "Hill Road", 1)
    _save(database, _begin(database, form, 2), "Lake Road", 3)
    assert _begin(database, form, 4).instance.state("/data/street").value == "Lake Road"


def test_records_of_other_forms_and_offices_do_not_count(database: Database, tmp_path: Path) -> None:
    form = load_text(_FORM.format(form_id="visit"), tmp_path)
    other = load_text(_FORM.format(form_id="other"), tmp_path)
    _save(database, _begin(database, form, 0), "Hill Road", 1)
    assert _begin(database, other, 2).instance.state("/data/street").value == ""
    assert _begin(database, form, 2, office="UG").instance.state("/data/street").value == ""


def test_a_record_opened_again_keeps_its_answers(database: Database, tmp_path: Path) -> None:
    form = load_text(_FORM.format(form_id="visit"), tmp_path)
    first = _begin(database, form, 0)
    _save(database, first, "Hill Road", 1)
    _save(database, _begin(database, form, 2), "Lake Road", 3)
    with database.begin() as session:
        settings = Settings(role="office", office="KE", name="Kenya")
        again = open_entry(session, lambda _id, _version: form, settings, first.record_id, language="en")
    assert again.instance.state("/data/street").value == "Hill Road"


def test_answers_that_this_version_of_the_form_cannot_hold_are_left_out(
    database: Database, tmp_path: Path
) -> None:
    text = _FORM.format(form_id="visit").replace("<street/>", "<street/><size/>")
    size = '<bind nodeset="/data/size" type="{}"/></model>'
    old = load_text(text.replace("</model>", size.format("string")), tmp_path)
    new = load_text(text.replace("</model>", size.format("int")), tmp_path)
    first = _begin(database, old, 0)
    first.instance.answer("/data/size", "many")
    _save(database, first, "Hill Road", 1)
    assert _begin(database, new, 2).instance.state("/data/street").value == "Hill Road"


def test_what_was_saved_last_never_keeps_a_new_record_from_beginning(
    database: Database, tmp_path: Path
) -> None:
    text = _FORM.format(form_id="visit").replace("<street/>", "<street/><check/>")
    rule = """<bind nodeset="/data/check" calculate="if(/data/street = '', 1, regex('a', {}))"/></model>"""
    old = load_text(text.replace("</model>", rule.format("'a'")), tmp_path)
    new = load_text(text.replace("</model>", rule.format("'('")), tmp_path)
    _save(database, _begin(database, old, 0), "Hill Road", 1)
    assert _begin(database, new, 2).instance.state("/data/street").value == ""
