from habitat_desktop.i18n.extract import write_templates
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.update import EDITED, MOVED, NEW, SAME, update_catalogue, update_language


def test_the_five_cases_of_a_changed_text():
    old = [
        Entry("Closed", context="p|choices/status/closed|label", strings=["Clôturé"], comments=["by hand"]),
        Entry("Closed", context="s|choices/issue/closed|label", strings=["Fermé"]),
        Entry(
            "Number of direct benificiaries", context="f|b|label", strings=["Nombre de bénéficiaires directs"]
        ),
        Entry(
            "Number of indirect beneficiaries",
            context="f|i|label",
            strings=["Nombre de bénéficiaires indirects"],
        ),
        Entry("Name of the site", context="f|site/site_name|label", strings=["Nom du site"]),
    ]
    template = [
        Entry("Closed", context="p|choices/status/closed|label", notes=["an answer"]),
        Entry("Closed.", context="s|choices/issue/closed|label"),
        Entry("Number of direct beneficiaries", context="f|b|label"),
        Entry("Number of indirect beneficiaries", context="f|i|label"),
        Entry("Name of the site", context="f|sites/name|label"),
        Entry("Closed", context="x|choices/other/closed|label"),
        Entry("Something new", context="f|n|label"),
    ]
    entries, report = update_catalogue(old, template)
    said = [(entry.id, entry.strings, entry.fuzzy, entry.previous) for entry in entries if not entry.obsolete]
    assert said == [
        ("Closed", ["Clôturé"], False, []),
        ("Closed.", ["Fermé"], True, ['msgid "Closed"']),
        (
            "Number of direct beneficiaries",
            ["Nombre de bénéficiaires directs"],
            True,
            ['msgid "Number of direct benificiaries"'],
        ),
        ("Number of indirect beneficiaries", ["Nombre de bénéficiaires indirects"], False, []),
        (
            "Name of the site",
            ["Nom du site"],
            True,
            ['msgctxt "f|site/site_name|label"', 'msgid "Name of the site"'],
        ),
        ("Closed", [], False, []),
        ("Something new", [], False, []),
    ]
    assert report == {SAME: 2, EDITED: 2, MOVED: 1, NEW: 2}
    assert entries[0].comments == ["by hand"]
    assert entries[0].notes == ["an answer"]


def test_a_text_that_goes_and_comes_back_keeps_its_translation():
    kept, _report = update_catalogue([Entry("Save", strings=["Enregistrer"])], [Entry("Open")])
    assert [(entry.id, entry.obsolete) for entry in kept] == [("Open", False), ("Save", True)]
    back, report = update_catalogue(kept, [Entry("Open"), Entry("Save")])
    assert [(entry.id, entry.strings, entry.obsolete) for entry in back] == [
        ("Open", [], False),
        ("Save", ["Enregistrer"], False),
    ]
    assert report == {SAME: 2}


def test_a_fuzzy_entry_stays_fuzzy_until_a_person_has_looked():
    old = [Entry("Save", strings=["Sauver"], flags=["fuzzy"], previous=['msgid "Keep"'])]
    [entry], _report = update_catalogue(old, [Entry("Save", flags=["python-brace-format"])])
    assert entry.flags == ["python-brace-format", "fuzzy"]
    assert entry.previous == ['msgid "Keep"']


def test_a_text_that_becomes_a_plural_is_translated_anew():
    [entry, gone], report = update_catalogue([Entry("File", strings=["Fichier"])], [Entry("File", "Files")])
    assert (entry.strings, entry.fuzzy) == ([], False)
    assert report == {NEW: 1}
    assert gone.obsolete


def test_a_list_that_forms_share_now_takes_its_translation_along(checkout, workshop, write_form):
    choices = [("state", "open", "Open for business")]
    write_form("a", [{"type": "text", "name": "q", "label": "Name"}], choices)
    write_templates(checkout)
    update_language(workshop, "fr")
    entries = workshop.catalogue("fr", "forms/a")
    for entry in entries[1:]:
        entry.strings = [f"fr {entry.id}"]
    workshop.save("fr", "forms/a", entries)
    write_form("b", [{"type": "text", "name": "q", "label": "Name"}], choices)
    (checkout / "forms" / "lists").mkdir(exist_ok=True)
    (checkout / "forms" / "lists" / "state.csv").write_text(
        "name,label\nopen,Open for business\n", encoding="utf-8"
    )
    write_templates(checkout)
    update_language(workshop, "fr")
    [_head, shared] = workshop.catalogue("fr", "reference")
    assert (shared.context, shared.strings, shared.fuzzy) == (
        "lists/state|open",
        ["fr Open for business"],
        True,
    )
    [question] = [entry for entry in workshop.catalogue("fr", "forms/b") if entry.context == "b|q|label"]
    assert (question.strings, question.fuzzy) == (["fr Name"], True)


def test_updating_twice_changes_nothing_and_keeps_the_header_comments(checkout, workshop):
    (checkout / "habitat_desktop" / "a.py").write_text('_("Save")\n', encoding="utf-8")
    write_templates(checkout)
    update_language(workshop, "ar")
    entries = workshop.catalogue("ar", "app")
    assert "not yet reviewed by a person" in entries[0].comments
    entries[0].comments = ["Team of Cairo"]
    workshop.save("ar", "app", entries)
    update_language(workshop, "ar")
    text = workshop.path("ar", "app").read_text(encoding="utf-8")
    update_language(workshop, "ar")
    assert workshop.path("ar", "app").read_text(encoding="utf-8") == text
    assert text.startswith("# Team of Cairo\n")
