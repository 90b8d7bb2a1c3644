"""Pictures, sounds and short names that go with labels and choices, by language and with answers in them."""

from pathlib import Path

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media
from habitat_desktop.xforms.library import Library, load_text
from tests.xforms.conftest import Fill, fixed_environment

_ROOFS = """
    | survey  |                  |      |       |              |                  |                     |
    |         | type             | name | label | media::image | media::big-image | media::audio::Fr (fr) |
    |         | select_one roofs | roof | Roof  | roof.png     | roof-big.png     | toit.mp3            |
    | choices |                  |      |       |              |                  |                     |
    |         | list_name        | name | label | media::image | media::video     |                     |
    |         | roofs            | tin  | Tin   | tin.png      | tin.mp4          |                     |
    |         | roofs            | tile | Tile  |              |                  |                     |
"""


def test_a_label_brings_its_media(fill: Fill) -> None:
    state = fill(_ROOFS).state("/data/roof")
    assert state.label == "Roof"
    assert state.media == (
        Media("image", "roof.png"),
        Media("audio", "toit.mp3"),
        Media("big-image", "roof-big.png"),
    )


def test_choices_bring_theirs(fill: Fill) -> None:
    assert fill(_ROOFS).state("/data/roof").choices == (
        Choice("tin", "Tin", (Media("image", "tin.png"), Media("video", "tin.mp4"))),
        Choice("tile", "Tile"),
    )


def test_a_label_without_media_brings_none(fill: Fill) -> None:
    state = fill("""
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | plot | Plot  |
    """).state("/data/plot")
    assert (state.media, state.short) == ((), "")


_XML = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
  <itext>
    <translation lang="English (en)" default="true()">
      <text id="sex"><value>The sex of <output value="/data/name"/></value>
        <value form="short">Sex (<output value="/data/name"/>)</value>
        <value form="guidance">Ask <output value="/data/name"/></value>
        <value form="image">jr://images/<output value="/data/name"/>.png</value></text>
      <text id="f"><value form="long">Female person</value><value form="short">F</value></text>
      <text id="m"><value form="image">jr://images/m.png</value></text>
    </translation>
    <translation lang="Français (fr)">
      <text id="sex"><value>Le sexe</value><value form="image">jr://images/fr.png</value></text>
    </translation>
  </itext>
  <instance><data id="form"><name>Ada</name><sex/></data></instance>
</model></h:head><h:body>
  <input ref="/data/name"><label>Name</label></input>
  <select1 ref="/data/sex"><label ref="jr:itext('sex')"/><hint ref="jr:itext('sex')"/>
    <item><label ref="jr:itext('f')"/><value>f</value></item>
    <item><label ref="jr:itext('m')"/><value>m</value></item>
  </select1>
</h:body></h:html>
"""


def test_answers_are_shown_in_every_form_of_a_text(tmp_path: Path) -> None:
    instance = FormInstance(load_text(_XML, tmp_path), fixed_environment())
    changed = instance.answer("/data/name", "Eve")
    assert "/data/sex" in changed
    state = instance.state("/data/sex")
    assert (state.label, state.short, state.guidance) == ("The sex of Eve", "Sex (Eve)", "Ask Eve")
    assert state.media == (Media("image", "Eve.png"),)


def test_each_language_has_its_own_media_and_else_those_of_the_first(tmp_path: Path) -> None:
    instance = FormInstance(load_text(_XML, tmp_path), fixed_environment())
    instance.set_language("fr")
    state = instance.state("/data/sex")
    assert (state.label, state.short, state.media) == ("Le sexe", "Sex (Ada)", (Media("image", "fr.png"),))
    assert state.choices[0] == Choice("f", "Female person", (), "F")
    assert state.choices[1] == Choice("m", "", (Media("image", "m.png"),))


def test_media_beside_a_form_are_installed_with_it(tmp_path: Path) -> None:
    path = tmp_path / "survey.xml"
    path.write_text(_XML, encoding="utf-8")
    (tmp_path / "survey-media").mkdir()
    (tmp_path / "survey-media" / "m.png").write_bytes(b"png")
    (tmp_path / "other.png").write_bytes(b"png")
    installed = Library([tmp_path / "forms"]).add(path)
    assert (installed.path.parent / "m.png").read_bytes() == b"png"
    assert not (installed.path.parent / "other.png").exists()
