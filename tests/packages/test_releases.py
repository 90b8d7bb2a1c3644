# ruff: noqa: E501 - forms are written as tables
"""What headquarters releases is checked as if a stranger had sent it, and installed whole or not at all."""

import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n import catalogues, overlay
from habitat_desktop.i18n.catalogues import explain, gettext_in, translate
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.po import Entry, read_po, write_po
from habitat_desktop.i18n.workshop import new_header
from habitat_desktop.packages import releases
from habitat_desktop.packages.releases import Release, check_release, install_release, sha256_of, state_of
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import Library, load_form
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.xforms.conftest import fixed_environment
from tests.xforms.test_bad_forms import workbook

TOWNS = b"name,label\nnbo,Nairobi\nmsa,Mombasa\n"


@dataclass
class Place:
    """The parts of a workspace that releases are installed in."""

    folder: Path
    shipped: Path

    @property
    def forms(self) -> Path:
        return self.folder / "forms"

    @property
    def library(self) -> Library:
        return Library([self.shipped, self.forms], self.folder / "cache")

    @property
    def translations(self) -> Path:
        return self.folder / "translations"

    def files(self) -> dict[str, bytes]:
        """Everything that lies here but the cache, to see that nothing was changed."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and "cache" not in path.parts
        }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "workspace", tmp_path / "shipped")
    made.shipped.mkdir()
    catalogues.read_also(made.translations)
    yield made
    catalogues.read_also(None)


def release_of(what: releases.What, name: str, content: bytes, number: int = 1, **changes: object) -> Release:
    file_name = {"form": f"{name}.xlsx", "reference": name, "language": "fr.po"}[what]
    made = Release(what, name, number, "", sha256_of(content), len(content), file_name)
    return replace(made, **changes)  # type: ignore[arg-type]


def form_of(
    folder: Path, version: str = "1", *, form_id: str = "visits", label: str = "Town", **more: str
) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [["type", "name", "label"], ["select_one_from_file towns.csv", "town", label]]
    rows += [["text", name, text] for name, text in more.items()]
    settings = [["form_id", "version", "form_title"], [form_id, version, "Visits"]]
    return workbook(folder / "made.xlsx", rows, settings=settings).read_bytes()


def po_of(texts: dict[str, str] | list[Entry], language: str = "fr", domain: str = "app") -> bytes:
    entries = (
        texts
        if isinstance(texts, list)
        else [Entry(source, strings=[translated]) for source, translated in texts.items()]
    )
    return write_po([new_header(language, domain), *entries]).encode()


def towns(place: Place) -> list[str]:
    form = place.library.form("visits")
    return [choice.label for choice in FormInstance(form, fixed_environment()).state("/data/town").choices]


def refusal(place: Place, release: Release, content: bytes) -> HabitatError:
    """Return why it is refused, having seen that nothing was changed and that it is told in a sentence."""
    before = place.files()
    with pytest.raises(HabitatError) as refused:
        install_release(place, release, content)
    assert place.files() == before
    sentence = explain(refused.value)
    assert sentence.endswith(".") and "{file}" not in sentence and "{problem}" not in sentence
    return refused.value


# -- lists -----------------------------------------------------------------------------------------------


def test_a_released_list_is_used_by_every_form_that_names_it(place: Place, tmp_path: Path) -> None:
    (place.shipped / "visits.xlsx").write_bytes(form_of(tmp_path / "made"))
    (place.shipped / "towns.csv").write_bytes(TOWNS)
    library = place.library
    assert towns(place) == ["Nairobi", "Mombasa"]
    before = library.form("visits").hash
    longer = TOWNS + "ksm,Kisumu\nnkr,Nakuru – “the lake”\n".encode()
    assert install_release(place, release_of("reference", "towns.csv", longer, 1), longer) == "installed"
    assert towns(place) == ["Nairobi", "Mombasa", "Kisumu", "Nakuru – “the lake”"]
    # a library that has read the form before notices, and the form is still the one that records name
    assert len(FormInstance(library.form("visits"), fixed_environment()).state("/data/town").choices) == 4
    assert library.form("visits").hash == before


def test_an_older_list_never_replaces_a_newer_one(place: Place, tmp_path: Path) -> None:
    (place.shipped / "visits.xlsx").write_bytes(form_of(tmp_path / "made"))
    contents = {number: TOWNS + f"t{number},Town {number}\n".encode() for number in (1, 2, 3)}
    said = {
        number: install_release(
            place, release_of("reference", "towns.csv", contents[number], number), contents[number]
        )
        for number in (2, 1, 3, 2)
    }
    assert said == {2: "superseded", 1: "superseded", 3: "installed"}
    assert towns(place)[-1] == "Town 3"
    assert len(list(place.forms.rglob("*.csv"))) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"name,label\n",
        b"name,name\na,b\n",
        b"name,\na,b\n",
        b"name,label\na\n",
        b"name,label\na,b,c\n",
        b'name,label\na,"b\n',
        b"name,label\na,\xff\n",
        b"name,label\na,b\0\n",
        b"name,label\na,\x1b[31m\n",
        b"PK\x03\x04name,label\na,b\n",
        "name,label\na,b\n".encode("utf-16"),
        b",".join(b"c%d" % number for number in range(300)) + b"\n" + b"," * 299 + b"\n",
        b"name,label\n" + b"a,b\n" * 600_000,
        b"code,label\nnbo,Nairobi\n",  # forms look for “name”
    ],
)
def test_a_list_that_is_none_changes_nothing(place: Place, content: bytes) -> None:
    (place.shipped / "towns.csv").write_bytes(TOWNS)
    refusal(place, release_of("reference", "towns.csv", content), content)


def test_a_list_of_a_hundred_megabytes_is_not_even_read(place: Place) -> None:
    content = b"name,label\n" + b"a,b\n" * (25 << 20)
    found = refusal(place, release_of("reference", "towns.csv", content), content)
    assert found.code == "LIST_REFUSED"


def test_a_damaged_list_is_passed_over_and_told(place: Place, tmp_path: Path) -> None:
    (place.shipped / "visits.xlsx").write_bytes(form_of(tmp_path / "made"))
    (place.shipped / "towns.csv").write_bytes(TOWNS)
    longer = TOWNS + b"ksm,Kisumu\n"
    release = release_of("reference", "towns.csv", longer)
    install_release(place, release, longer)
    (path,) = place.forms.rglob("*.csv")
    path.write_bytes(longer.replace(b"Kisumu", b"Kisumo"))
    assert towns(place) == ["Nairobi", "Mombasa"]
    assert releases.damaged(place) == [path]
    assert install_release(place, release, longer) == "installed"
    assert releases.damaged(place) == []
    assert towns(place)[-1] == "Kisumu"


# -- forms -----------------------------------------------------------------------------------------------


def test_a_released_form_is_installed_and_finds_the_released_list(place: Place, tmp_path: Path) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    first = form_of(tmp_path / "first", "1")
    release = release_of("form", "visits", first, version="1")
    assert install_release(place, release, first) == "installed"
    assert install_release(place, release, first) == "installed"
    assert state_of(place, release) == "installed"
    second = form_of(tmp_path / "second", "2", note="Note")
    install_release(place, release_of("form", "visits", second, 2, version="2"), second)
    assert [info.version for info in place.library.forms()] == ["1", "2"]
    assert "/data/note" in place.library.form("visits").elements
    hashes = place.library.form("visits").hash
    longer = TOWNS + b"ksm,Kisumu\n"
    install_release(place, release_of("reference", "towns.csv", longer, 2), longer)
    assert towns(place)[-1] == "Kisumu"
    assert place.library.form("visits").hash == hashes  # the same everywhere, whichever list has come by then


def test_a_released_form_that_was_changed_is_passed_over_told_and_installed_again(
    place: Place, tmp_path: Path
) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    first, other = form_of(tmp_path / "first"), form_of(tmp_path / "other", note="Note")
    release = release_of("form", "visits", first, version="1")
    install_release(place, release, first)
    (installed,) = place.forms.glob("*/visits.xlsx")
    installed.write_bytes(other)
    assert place.library.forms() == []
    assert releases.damaged(place) == [installed.parent]
    assert state_of(place, release) == "open"
    assert install_release(place, release, first) == "installed"
    assert "/data/note" not in place.library.form("visits").elements
    assert releases.damaged(place) == []
    mended = form_of(tmp_path / "mended", label="Town or city")
    installed.write_bytes(b"")
    install_release(place, release_of("form", "visits", mended, 2, version="1"), mended)
    assert releases.damaged(place) == []
    assert len(list(place.forms.glob("*/*.xlsx"))) == 1


def test_mended_texts_of_a_shipped_form_leave_its_definition_as_records_name_it(
    place: Place, tmp_path: Path
) -> None:
    (place.shipped / "visits.xlsx").write_bytes(form_of(tmp_path / "made"))
    (place.shipped / "towns.csv").write_bytes(TOWNS)
    before = place.library.form("visits")
    mended = form_of(tmp_path / "mended", label="Town or city")
    made, content = releases.describe(place, "visits.xlsx", mended)
    assert made.hash == before.hash
    install_release(place, replace(made, number=1), content)
    after = place.library.form("visits")
    assert after.element("/data/town").label("en") == "Town or city"
    assert after.hash == before.hash
    longer = TOWNS + b"ksm,Kisumu\n"
    install_release(place, release_of("reference", "towns.csv", longer), longer)
    assert towns(place)[-1] == "Kisumu" and place.library.form("visits").hash == before.hash
    (installed,) = place.forms.glob("*/visits.xlsx")
    installed.write_bytes(b"")
    install_release(place, replace(made, number=1), content)
    assert place.library.form("visits").hash == before.hash


def test_a_form_is_defined_as_at_headquarters_whatever_the_program_ships(
    place: Place, tmp_path: Path
) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    content = form_of(tmp_path / "made")
    made, _content = releases.describe(place, "visits.xlsx", content)  # a version not shipped so far
    later = Place(tmp_path / "later", tmp_path / "shipped later")
    later.shipped.mkdir()
    (later.shipped / "visits.xlsx").write_bytes(content)  # a later program ships it with its list
    (later.shipped / "towns.csv").write_bytes(TOWNS + b"ksm,Kisumu\n")
    assert later.library.form("visits").hash != made.hash
    install_release(later, release_of("reference", "towns.csv", TOWNS), TOWNS)
    install_release(later, replace(made, number=1), content)
    assert later.library.form("visits").hash == made.hash


def test_forms_an_office_added_itself_keep_their_own_lists(place: Place, tmp_path: Path) -> None:
    form_of(tmp_path / "own", form_id="own")
    (tmp_path / "own" / "towns.csv").write_text("code,name,label\n1,x,Other\n", encoding="utf-8")
    library = place.library
    library.add(tmp_path / "own" / "made.xlsx")
    assert install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS) == "installed"
    own = place.library.form("own")
    shown = FormInstance(own, fixed_environment()).state("/data/town").choices
    assert [choice.label for choice in shown] == ["Other"]


def test_a_ready_xform_is_released_as_well(place: Place, tmp_path: Path) -> None:
    made = workbook(
        tmp_path / "small.xlsx",
        [["type", "name", "label"], ["text", "a", "A"]],
        settings=[["form_id", "version"], ["small", "1"]],
    )
    xml = convert_workbook(made, translate=False).xml.encode()
    release, content = releases.describe(place, "small.xml", xml)
    assert (release.what, release.name, release.version) == ("form", "small", "1")
    assert install_release(place, replace(release, number=1), content) == "installed"
    assert "/data/a" in place.library.form("small").elements


def test_a_list_whose_name_differs_in_capitals_alone_is_refused(place: Place) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    refusal(place, release_of("reference", "Towns.csv", TOWNS), TOWNS)


def test_a_version_is_never_used_again_for_other_questions(place: Place, tmp_path: Path) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    first, other = form_of(tmp_path / "first"), form_of(tmp_path / "other", note="Note")
    install_release(place, release_of("form", "visits", first, version="1"), first)
    found = refusal(place, release_of("form", "visits", other, 2, version="1"), other)
    assert found.code == "VERSION_TAKEN"


def test_mended_texts_of_a_version_take_its_place_and_older_ones_do_not(place: Place, tmp_path: Path) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    first, mended = form_of(tmp_path / "first"), form_of(tmp_path / "mended", label="Town or city")
    one = release_of("form", "visits", first, 1, version="1")
    two = release_of("form", "visits", mended, 2, version="1")
    assert install_release(place, two, mended) == "installed"
    assert install_release(place, one, first) == "superseded"
    assert place.library.form("visits").element("/data/town").label("en") == "Town or city"


def test_a_form_without_its_list_waits_for_it(place: Place, tmp_path: Path) -> None:
    content = form_of(tmp_path / "made")
    release = release_of("form", "visits", content, version="1")
    assert "towns.csv" in explain(refusal(place, release, content))
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    assert install_release(place, release, content) == "installed"


@pytest.mark.parametrize(
    "changes",
    [{"name": "other"}, {"version": "2"}, {"sha256": "0" * 64}, {"size": 1}, {"file_name": "visits.csv"}],
)
def test_a_form_that_is_not_the_one_announced_is_refused(
    place: Place, tmp_path: Path, changes: dict[str, object]
) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    content = form_of(tmp_path / "made")
    refusal(place, replace(release_of("form", "visits", content, version="1"), **changes), content)  # type: ignore[arg-type]


def test_a_form_of_no_version_is_refused(place: Place, tmp_path: Path) -> None:
    install_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    content = form_of(tmp_path / "made", "")
    refusal(place, release_of("form", "visits", content), content)


def test_hostile_workbooks_are_refused(place: Place, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (200 << 20))
    entity = b'<?xml version="1.0"?><!DOCTYPE h [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><h>&b;</h>'
    for content, name in (
        (bomb.read_bytes(), "visits.xlsx"),
        (b"PK\x03\x04 nothing", "visits.xlsx"),
        (entity, "visits.xml"),
        (b"", "visits.xml"),
    ):
        refusal(place, release_of("form", "visits", content, version="1", file_name=name), content)


@pytest.mark.parametrize(
    "name",
    [
        "../visits.xlsx",
        "..\\visits.xlsx",
        "/etc/visits.xlsx",
        "C:visits.xlsx",
        ".visits.xlsx",
        "~$visits.xlsx",
        "visits.xlsx\0.po",
        "visits\u202excslx.xlsx",
        "con.xlsx",
        "LPT1 .xlsx",
        "visits.exe",
        "visits.XLSX\n",
        "a" * 300 + ".xlsx",
        ".xlsx",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(place: Place, tmp_path: Path, name: str) -> None:
    content = form_of(tmp_path / "made")
    for what in ("form", "reference", "language"):
        refusal(place, replace(release_of("form", "visits", content), what=what, file_name=name), content)  # type: ignore[arg-type]


def test_a_form_of_headquarters_speaks_the_languages_of_the_catalogues(tmp_path: Path) -> None:
    made = Place(tmp_path / "workspace", catalogues.data_dir("forms"))
    content = (made.shipped / "housing_policy.xlsx").read_bytes()
    path = tmp_path / "housing_policy.xlsx"
    path.write_bytes(content)
    version = load_form(path, foreign=False).version
    catalogues.read_also(made.translations)
    release = release_of("form", "housing_policy", content, version=version)
    assert install_release(made, release, content) == "installed"
    form = made.library.form("housing_policy", version)
    assert made.forms in form.path.parents
    assert set(form.languages) == {"ar", "en", "es", "fr", "ru", "zh"}
    question = next(iter(form.walk())).path
    shown = form.element(question).label("fr")
    context = f"housing_policy|{question.removeprefix('/data/')}|label"
    mended = po_of(
        [Entry(form.element(question).label("en"), context=context, strings=["Libellé corrigé"])],
        domain="forms/housing_policy",
    )
    install_release(made, release_of("language", "fr/forms/housing_policy", mended), mended)
    again = made.library.form("housing_policy", version)
    assert (shown, again.element(question).label("fr")) != (shown, shown)
    assert again.element(question).label("fr") == "Libellé corrigé"
    assert again.element(question).label("es") == form.element(question).label("es")
    assert again.hash == form.hash
    shutil.rmtree(made.translations)
    catalogues.reload()
    assert made.library.form("housing_policy", version).element(question).label("fr") == shown


# -- translations ----------------------------------------------------------------------------------------


def test_a_released_translation_wins_and_the_rest_stays_as_shipped(place: Place) -> None:
    shipped = gettext_in("fr", "Role")
    content = po_of({"Drafts": "Sauvegarder", "A text of a newer program": "Un texte"})
    release = release_of("language", "fr/app", content)
    assert install_release(place, release, content) == "installed"
    assert gettext_in("fr", "Drafts") == "Sauvegarder"
    assert gettext_in("fr", "A text of a newer program") == "Un texte"
    assert gettext_in("fr", "Role") == shipped
    assert translate("app", "es", "", "Drafts") != "Sauvegarder"
    assert (place.translations / "fr" / "app.po").is_file()
    assert state_of(place, release) == "installed"


def test_a_later_release_takes_the_place_of_the_one_before(place: Place) -> None:
    first, second = po_of({"Drafts": "Un", "Role": "Un"}), po_of({"Drafts": "Deux"})
    shipped = gettext_in("fr", "Role")
    install_release(place, release_of("language", "fr/app", second, 2), second)
    assert install_release(place, release_of("language", "fr/app", first, 1), first) == "superseded"
    assert (gettext_in("fr", "Drafts"), gettext_in("fr", "Role")) == ("Deux", shipped)


def _broken(**changes: object) -> bytes:
    return po_of([Entry("{count} of {all}", **changes)])  # type: ignore[arg-type]


REFUSED = {
    "a lost placeholder": _broken(strings=["{count}"]),
    "another placeholder": _broken(strings=["{count} {all} {secret}"]),
    "a format that fills memory": _broken(strings=["{count} {all} {count:>999999999}"]),
    "an attribute": _broken(strings=["{count} {all} {count.__class__}"]),
    "a lone brace": _broken(strings=["{count} {all} {"]),
    "an override of direction": _broken(strings=["{count} {all} \u202e"]),
    "a control character": _broken(strings=["{count} {all} \x1b[31m"]),
    "added markup": _broken(strings=["{count} {all} <b>!</b>"]),
    "a missing plural form": _broken(plural="{count} {all}", strings=["{count} {all}"] * 3),
    "the same text twice": po_of([Entry("Drafts", strings=["Un"]), Entry("Drafts", strings=["Deux"])]),
    "a text of a book": po_of({"Drafts": "a" * 30_000}),
    "nothing": b"",
    "no header": b'msgid "Drafts"\nmsgstr "Un"\n',
    "a header alone": po_of({}),
    "English": po_of({"Drafts": "Keep"}, "en"),
    "no language of ours": po_of({"Drafts": "Speichern"}).replace(b"Language: fr", b"Language: de"),
    "another plural rule": po_of({"Drafts": "Un"}).replace(b"(n > 1)", b"n==1 or __import__('os')"),
    "Latin-1": po_of({"Drafts": "Enregistré"}).decode().encode("latin-1", "replace"),
    "no PO": b"<html>",
    "too much": b"# " + b"x" * (5 << 20) + b"\n" + po_of({"Drafts": "Un"}),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_a_translation_that_would_break_something_is_refused(place: Place, content: bytes) -> None:
    before = gettext_in("fr", "Drafts")
    refusal(place, release_of("language", "fr/app", content), content)
    assert gettext_in("fr", "Drafts") == before


@pytest.mark.parametrize("name", ["es/app", "fr", "fr/", "../fr/app", "fr/forms/../app", "de/app"])
def test_a_catalogue_that_is_not_the_one_announced_is_refused(place: Place, name: str) -> None:
    content = po_of([Entry("Drafts", strings=["Un"])])
    refusal(place, release_of("language", name, content), content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-3],
        lambda data: data.replace(b"Sauvegarder", b"Sauvegardez"),
        lambda data: b"",
        lambda data: b"\xff\xfe" + data,
        lambda data: data.partition(b"\n")[2],
        lambda data: b"x" * (9 << 20),
    ],
)
def test_a_damaged_translation_is_passed_over_and_told(
    place: Place, damage: Callable[[bytes], bytes]
) -> None:
    shipped = gettext_in("fr", "Drafts")
    content = po_of({"Drafts": "Sauvegarder"})
    release = release_of("language", "fr/app", content)
    install_release(place, release, content)
    path = place.translations / "fr" / "app.po"
    path.write_bytes(damage(path.read_bytes()))
    catalogues.reload()
    assert gettext_in("fr", "Drafts") == shipped
    assert releases.damaged(place) == [path]
    assert install_release(place, release, content) == "installed"
    assert gettext_in("fr", "Drafts") == "Sauvegarder"


def test_what_travels_are_the_texts_that_differ_from_the_program(place: Place) -> None:
    save, cancel = gettext_in("fr", "Drafts"), gettext_in("fr", "Role")
    made, content = releases.describe(place, "fr.po", po_of({"Drafts": "Sauvegarder", "Role": cancel}))
    assert (made.what, made.name) == ("language", "fr/app")
    entries = list(read_po(content.decode()))[1:]
    assert [entry.id for entry in entries] == ["Drafts"]
    assert entries[0].comments == [f"was: {overlay.fingerprint([save])}"]
    with pytest.raises(HabitatError, match="already"):
        releases.describe(place, "fr.po", po_of({"Drafts": save}))


@pytest.mark.parametrize(
    ("made_with", "was", "shown"),
    [
        ("0.0.9", "what was shipped then", "shipped"),  # a newer program, with a newer text
        ("0.0.9", "shipped", "released"),  # a newer program, with the text that the release mends
        ("9.0", "what was shipped then", "released"),  # an older program than the one of headquarters
    ],
)
def test_a_newer_program_with_a_newer_text_knows_better(
    place: Place, made_with: str, was: str, shown: str
) -> None:
    texts = {"shipped": gettext_in("fr", "Drafts"), "released": "Sauvegarder"}
    _made, content = releases.describe(place, "fr.po", po_of({"Drafts": "Sauvegarder"}))
    shipped = overlay.fingerprint([texts["shipped"]])
    said = content.decode().replace(shipped, overlay.fingerprint([texts.get(was, was)]))
    said = said.replace("X-Habitat-Program: 0.1.0", f"X-Habitat-Program: {made_with}")
    install_release(place, release_of("language", "fr/app", said.encode()), said.encode())
    assert gettext_in("fr", "Drafts") == texts[shown]


@pytest.mark.parametrize("sign", ["<a ", "](", "${", "{", "%(a"])
def test_a_text_of_beginnings_alone_costs_no_time_by_its_square(place: Place, sign: str) -> None:
    text = sign * (overlay.TEXT_LIMIT // len(sign) - 5)
    entries = [Entry(f"{number} {text}", strings=[text]) for number in range(30)]
    before = time.process_time()
    found = overlay.check(po_of(entries), "fr.po")
    assert len(found.entries) == 30
    assert time.process_time() - before < 5  # by its square it was a minute


def test_every_shipped_catalogue_may_be_released(place: Place) -> None:
    for language in sorted(languages().keys() - {"en"}):
        folder = catalogues.data_dir("translations") / language
        for path in sorted(folder.rglob("*.po")):
            found = overlay.check(path.read_bytes(), path.name)
            assert overlay.path_in(folder.parent, found.name) == path


def test_what_a_package_says_is_no_release_unless_every_part_is(place: Place) -> None:
    good = release_of("reference", "towns.csv", TOWNS)
    assert Release.from_document(good.document()) == good
    for changes in (
        {"what": "program"}, {"number": True}, {"number": -1}, {"number": 2**40}, {"size": "1"}, {"sha256": "../x"},
        {"name": ""}, {"name": "x" * 999}, {"version": None}, {"note": "x" * 9999},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="not a release"):
            Release.from_document({**good.document(), **changes})
    with pytest.raises(ValueError, match="not a release"):
        Release.from_document({})


def test_a_full_disk_leaves_what_was_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    content = po_of({"Drafts": "Un"})
    install_release(place, release_of("language", "fr/app", content), content)
    before = place.files()
    longer = po_of({"Drafts": "Deux"})
    path = place.translations / "fr" / "app.po"
    (path.parent / "app.po.part").mkdir()  # nothing can be written there
    with pytest.raises(HabitatError):
        install_release(place, release_of("language", "fr/app", longer, 2), longer)
    assert place.files() == before
    assert gettext_in("fr", "Drafts") == "Un"


def test_nothing_is_written_by_a_check(place: Place, tmp_path: Path) -> None:
    check_release(place, release_of("reference", "towns.csv", TOWNS), TOWNS)
    assert place.files() == {}
