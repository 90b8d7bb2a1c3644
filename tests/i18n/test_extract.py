import pytest

from habitat_desktop.i18n.extract import NotACheckoutError, extract, stale_templates, write_templates

SOURCE = """
_("Save")
# Translators: a verb
pgettext("button", "Open")
ngettext("{count} record", "{count} records", n)
pgettext_in(language, "when", "today {time}")
gettext_in(language, "Plain")
ngettext_in(language, "one", "many", n)
message = N_("“{path}” is "
             "damaged.")
_(variable)
_("Save")
"""


def keys(entries):
    return [(entry.context, entry.id, entry.plural) for entry in entries]


def test_marked_texts_of_python_sources(checkout):
    (checkout / "habitat_desktop" / "a.py").write_text(SOURCE, encoding="utf-8")
    (checkout / "habitat_desktop" / "b.py").write_text('_("Save")', encoding="utf-8")
    app = extract(checkout)["app"]
    assert keys(app) == [
        (None, "Save", None),
        ("button", "Open", None),
        (None, "{count} record", "{count} records"),
        ("when", "today {time}", None),
        (None, "Plain", None),
        (None, "one", "many"),
        (None, "“{path}” is damaged.", None),
    ]
    assert app[0].places == ["habitat_desktop/a.py", "habitat_desktop/b.py"]
    assert app[1].notes == ["Translators: a verb"] or app[1].notes == ["a verb"]
    assert app[2].flags == ["python-brace-format"]


def test_texts_of_a_form_have_the_contexts_the_forms_room_looks_up(checkout, write_form):
    write_form(
        "housing",
        [
            {"type": "begin group", "name": "hdr", "label": "Return"},
            {
                "type": "integer",
                "name": "year",
                "label": "Year",
                "hint": "Four  digits",
                "bind::habitat:unit": "years",
            },
            {"type": "begin_repeat", "name": "place", "label": "Places"},
            {
                "type": "select_one state",
                "name": "state",
                "label": "State of ${name}",
                "required_message": "Needed.",
            },
            {"type": "end_repeat"},
            {"type": "end group"},
            {
                "type": "note",
                "name": "warn_x",
                "label": "Look.",
                "guidance_hint": "Why",
                "constraint_message": "No",
            },
            {"type": "calculate", "name": "total", "label": None},
            {"type": "note", "name": "shown", "label": "${total} – 2026"},
        ],
        [("state", "open", "Open"), ("state", 1, 2026), ("state", None, "nameless")],
        title="Housing",
    )
    domains = extract(checkout)
    assert keys(domains["forms/housing"]) == [
        ("housing|settings|form_title", "Housing", None),
        ("housing|hdr|label", "Return", None),
        ("housing|hdr/year|label", "Year", None),
        ("housing|hdr/year|hint", "Four digits", None),
        ("housing|hdr/place|label", "Places", None),
        ("housing|hdr/place/state|label", "State of ${name}", None),
        ("housing|hdr/place/state|required_message", "Needed.", None),
        ("housing|warn_x|label", "Look.", None),
        ("housing|warn_x|guidance_hint", "Why", None),
        ("housing|warn_x|constraint_message", "No", None),
        ("housing|choices/state/open|label", "Open", None),
        ("housing|choices/state/1|label", "2026", None),
    ]
    assert keys(domains["reference"]) == [("unit|years", "years", None)]
    [reference] = [entry for entry in domains["forms/housing"] if "${" in entry.id]
    assert any("${...}" in note for note in reference.notes)


def test_reference_lists_are_translated_once_for_all_forms(checkout, write_form):
    lists = checkout / "forms" / "lists"
    lists.mkdir()
    (lists / "yes_no.csv").write_text("name,label\nyes,Yes\nno,No\n", encoding="utf-8")
    (lists / "sources.csv").write_text("list,title,source\nyes_no,Yes or no,ours\n", encoding="utf-8")
    (lists / "countries.csv").write_text("code,name\nKEN,Kenya\n", encoding="utf-8")
    yes_no = [("yes_no", "yes", "Yes"), ("yes_no", "no", "No")]
    write_form("a", [{"type": "note", "name": "n", "label": "N"}], [*yes_no, ("own", "x", "Closed")])
    write_form("b", [{"type": "note", "name": "n", "label": "N"}], [*yes_no, ("own", "x", "Closed")])
    domains = extract(checkout)
    assert keys(domains["reference"]) == [("lists/yes_no|yes", "Yes", None), ("lists/yes_no|no", "No", None)]
    assert domains["reference"][0].places == ["forms/lists/yes_no.csv"]
    assert domains["reference"][0].notes == ["Item of the list “Yes or no”."]
    assert keys(domains["forms/a"])[-1] == ("a|choices/own/x|label", "Closed", None)
    assert keys(domains["forms/b"])[-1] == ("b|choices/own/x|label", "Closed", None)


def test_english_headings_of_a_form_may_name_the_language(checkout, write_form):
    write_form("a", [{"type": "text", "name": "q", "label::English (en)": "Name"}])
    assert keys(extract(checkout)["forms/a"]) == [("a|q|label", "Name", None)]


def test_templates_are_written_once_and_stay_fresh_until_a_text_changes(checkout, write_form):
    source = checkout / "habitat_desktop" / "a.py"
    source.write_text('_("Save")\n', encoding="utf-8")
    form = write_form("a", [{"type": "text", "name": "q", "label": "Name"}])
    pot = checkout / "translations" / "pot"
    assert write_templates(checkout) == [pot / "app.pot", pot / "forms" / "a.pot", pot / "reference.pot"]
    assert stale_templates(checkout) == []
    source.write_text('x = 1\n\n_("Save")\n', encoding="utf-8")
    assert stale_templates(checkout) == []
    source.write_text('_("Save all")\n', encoding="utf-8")
    assert stale_templates(checkout) == [pot / "app.pot"]
    form.unlink()
    assert write_templates(checkout) == [pot / "app.pot", pot / "forms" / "a.pot"]
    assert not (pot / "forms" / "a.pot").exists()
    text = (pot / "app.pot").read_text(encoding="utf-8")
    assert "2026" not in text
    assert ".py:" not in text


def test_an_installed_program_has_no_texts_to_collect(tmp_path):
    with pytest.raises(NotACheckoutError):
        write_templates(tmp_path)
    assert list(tmp_path.iterdir()) == []
