"""A form with one repeat of every kind of column, for tables of entries; and a draft of it in memory."""

import itertools
import random
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from habitat_desktop.records.entry import Entry
from habitat_desktop.records.record import Draft, Heading
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import load_text

NAIROBI = ZoneInfo("Africa/Nairobi")
AT = datetime(2026, 7, 1, 8, 0, tzinfo=NAIROBI)
PLACE = "/data/place"


def _texts() -> str:
    words = {
        "en": ("Informal settlement", "Peri-urban growth", "Old housing", "Flood", "Fire, and smoke", "None"),
        "fr": (
            "Quartier informel",
            "Croissance périurbaine",
            "Logement ancien",
            "Inondation",
            "Feu",
            "Aucun",
        ),
        "ar": ("مستوطنة عشوائية", "نمو شبه حضري", "سكن قديم", "فيضان", "حريق", "لا شيء"),
    }
    names = ("inf", "peri", "old", "flood", "fire", "none")
    return "".join(
        f'<translation lang="{language}">'
        + "".join(
            f'<text id="{name}"><value>{word}</value></text>' for name, word in zip(names, said, strict=True)
        )
        + "</translation>"
        for language, said in words.items()
    )


def _items(*names: str) -> str:
    return "".join(f"<item><label ref=\"jr:itext('{name}')\"/><value>{name}</value></item>" for name in names)


FORM = f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Places</h:title><model>
  <itext>{_texts()}</itext>
  <instance><data id="places" version="1"><city/><place jr:template=""><name/><code/><kind/><pop><total/>
    <women/><share/></pop><area/><built/><dangers/><why/><fixed>1</fixed><warn_pop/><money><source/></money></place>
    <people/></data></instance>
  <bind nodeset="/data/place/code" constraint="regex(., '^[A-Z]{{2,5}}$')"
    jr:constraintMsg="Two to five capital letters"/>
  <bind nodeset="/data/place/kind"/>
  <bind nodeset="/data/place/pop/total" type="int" constraint=". &gt;= 0" required="true()"/>
  <bind nodeset="/data/place/pop/women" type="int" constraint="../total = '' or . &lt;= ../total"
    jr:constraintMsg="Not more than the total"/>
  <bind nodeset="/data/place/pop/share" type="decimal" readonly="true()"
    calculate="if(../total &gt; 0, round(../women div ../total * 100, 1), '')"/>
  <bind nodeset="/data/place/area" type="decimal"/>
  <bind nodeset="/data/place/built" type="date"/>
  <bind nodeset="/data/place/why" relevant="../kind = 'old'"/>
  <bind nodeset="/data/place/fixed" type="int" readonly="true()"/>
  <bind nodeset="/data/place/warn_pop" type="string" readonly="true()" relevant="../pop/total &gt; 100000"/>
  <bind nodeset="/data/people" calculate="sum(/data/place/pop/total)"/></model></h:head><h:body>
  <input ref="/data/city"><label>City</label></input>
  <group ref="/data/place"><label>Places</label><repeat nodeset="/data/place">
    <input ref="/data/place/name"><label>Name</label></input>
    <input ref="/data/place/code"><label>Code</label></input>
    <select1 ref="/data/place/kind"><label>Kind</label>{_items("inf", "peri", "old")}</select1>
    <group ref="/data/place/pop"><label>Population</label>
      <input ref="/data/place/pop/total"><label>Total</label></input>
      <input ref="/data/place/pop/women"><label>Women</label></input>
      <input ref="/data/place/pop/share"><label>Share of women</label></input></group>
    <input ref="/data/place/area"><label>Area</label></input>
    <input ref="/data/place/built"><label>Built on</label></input>
    <select ref="/data/place/dangers"><label>Dangers</label>{_items("flood", "fire", "none")}</select>
    <input ref="/data/place/why"><label>Why is it kept?</label></input>
    <input ref="/data/place/fixed"><label>Checked</label></input>
    <input ref="/data/place/warn_pop"><label>That is a large place.</label></input>
    <group ref="/data/place/money"><label>Money</label><repeat nodeset="/data/place/money">
      <input ref="/data/place/money/source"><label>Source</label></input></repeat></group>
  </repeat></group></h:body></h:html>"""


def places_form(folder: Path) -> Form:
    return load_text(FORM, folder)


def places_entry(form: Form, rows: int = 3, language: str = "en", *, readonly: bool = False) -> Entry:
    """Return a draft with `rows` places: "Place 1" with 1,000 people, and so on."""
    numbers = itertools.count(1)
    environment = Environment(
        now=lambda: AT,
        uuid=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        random=random.Random(1),
        timezone=NAIROBI,
        language=language,
    )
    answers = {
        "city": "Nairobi",
        "place": [
            {
                "name": f"Place {number}",
                "kind": ("inf", "peri", "old")[number % 3],
                "pop": {"total": str(1000 * number), "women": str(490 * number)},
            }
            for number in range(1, rows + 1)
        ],
    }
    instance = FormInstance(form, environment, answers)
    draft = Draft(
        record_id="r-1", office="KE", label="KE-1", heading=Heading("places", "1", form.hash, "KEN", "", ""),
        parents=(), answers={}, authors={f"{PLACE}[1]/name": "Amina"}, justifications={}, language=language,
        answered=0, missing=0, problems=0, saved_at=AT, saved_by="Amina",
    )  # fmt: skip
    return Entry(form, instance, draft, person="Njeri", readonly=readonly)
