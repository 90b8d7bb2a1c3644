import pytest

from habitat_desktop.i18n.checks import check_catalogue, check_language, entry_errors, entry_warnings
from habitat_desktop.i18n.extract import write_templates
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.update import update_language
from habitat_desktop.i18n.workshop import glossary_hits, plural_examples

MANY = "{count} records"


def errors(language: str, source: str, *strings: str, plural: str | None = None) -> list[str]:
    entry = Entry(source, plural, strings=list(strings))
    return [name for name, _message in entry_errors(entry, languages()[language])]


def warnings(language: str, source: str, *strings: str, glossary: dict[str, str] | None = None) -> list[str]:
    entry = Entry(source, strings=list(strings))
    return [name for name, _message in entry_warnings(entry, languages()[language], glossary or {})]


@pytest.mark.parametrize(
    ("source", "translation", "found"),
    [
        ("Sheet {sheet}, row {row}", "Ligne {row}, feuille {sheet}", []),
        ("Sheet {sheet}, row {row}", "Ligne {row}", ["placeholder"]),
        ("Row {row}", "Ligne {row} {row}", ["placeholder"]),
        ("Row {row}", "Ligne {line}", ["placeholder"]),
        ("Households in ${site}?", "Ménages à ${site} ?", []),
        ("Households in ${site}?", "Ménages à {site} ?", ["placeholder"]),
        ("%s of %s", "%s", ["placeholder"]),
        ("%(n)d files", "%(n)d fichiers", []),
        ("100 % done", "fini à 100 %", []),
        ("See <b>this</b>", "Voir <b>ceci</b>", []),
        ("See <b>this</b>", "Voir <i>ceci</i>", ["markup"]),
        ("**Bold**", "**Gras*", ["markup"]),
        (", ", "、", []),
        ("and ", "et", ["space"]),
        ("Value", "\u2068Valeur\u2069", []),
        ("Value", "\u2068Valeur", ["bidi"]),
        ("Value", "\u2069Valeur\u2068", ["bidi"]),
        ("Value", "\u202bValeur\u202c", ["bidi"]),
        ("Value", "Vale\u0301ur", ["not-NFC"]),
        ("Value", " Valeur", ["space"]),
        ("Value\n", "Valeur", ["space"]),
    ],
)
def test_what_would_break_the_program_is_an_error(source, translation, found):
    assert errors("fr", source, translation) == found


def test_every_plural_form_is_filled_and_says_the_number():
    ru = ("{count} запись", "{count} записи", "{count} записей")
    assert errors("ru", "{count} record", *ru, plural=MANY) == []
    assert errors("ru", "{count} record", *ru[:2], plural=MANY) == ["forms"]
    assert errors("ru", "{count} record", *ru[:2], "", plural=MANY) == ["forms"]
    # the first Russian form serves 1, 21, 31 ...: it cannot say "one"
    assert errors("ru", "{count} record", "одна запись", *ru[1:], plural=MANY) == ["placeholder"]
    assert errors("zh", "{count} record", "{count} 条记录", plural=MANY) == []
    assert errors("fr", "Plain", "a", "b") == ["forms"]


def test_a_form_for_exactly_one_number_may_say_it_in_a_word():
    ar = ["لا سجلات", "سجل واحد", "سجلان", "{count} سجلات", "{count} سجلاً", "{count} سجل"]
    assert errors("ar", "{count} record", *ar, plural=MANY) == []
    assert errors("ar", "{count} record", *ar[:3], "سجلات", *ar[4:], plural=MANY) == ["placeholder"]
    assert errors("ar", "{count} record", "{number}", *ar[1:], plural=MANY) == ["placeholder"]
    # but not drop another value
    both = "{count} records of {office}"
    full = ["من {office}", "من {office}", "من {office}", *["{count} من {office}"] * 3]
    assert errors("ar", "{count} record of {office}", *full, plural=both) == []
    assert errors("ar", "{count} record of {office}", "لا", *full[1:], plural=both) == ["placeholder"]


def test_the_numbers_of_each_plural_form_come_from_the_rule():
    arabic = plural_examples(languages()["ar"])
    assert [numbers[0] for numbers in arabic] == [0, 1, 2, 3, 11, 100]
    assert 1_000_000 in arabic[5]
    assert plural_examples(languages()["fr"])[0] == (0, 1)


@pytest.mark.parametrize(
    ("language", "source", "translation", "found"),
    [
        ("zh", "Which city?", "哪个城市？", []),
        ("zh", "Which city?", "哪个城市?", ["end-punctuation"]),
        ("zh", "Saved.", "已保存。", []),
        ("ar", "Which city?", "أي مدينة؟", []),
        ("ar", "Which city?", "أي مدينة?", ["end-punctuation"]),
        ("ar", "Saved.", "تم الحفظ.", []),
        ("ar", "Saved", "تـــم", ["kashida"]),
        ("fr", "Which city?", "Quelle ville\u202f?", []),
        ("fr", "Which city?", "Quelle ville\u00a0?", []),
        ("fr", "Which city?", "Quelle ville ?", ["french-space"]),
        ("fr", "Which city?", "Quelle ville?", ["french-space"]),
        ("fr", "At 09:41", "À 09:41", []),
        ("fr", "The “file”", "Le «\u00a0fichier\u00a0»", []),
        ("fr", "The “file”", "Le « fichier »", ["french-space"]),
        ("es", "Which city?", "¿Qué ciudad?", []),
        ("es", "Which city?", "Qué ciudad?", ["spanish-marks"]),
        ("es", "Return details", "Return details", ["same-as-source"]),
        ("es", "km", "km", []),
        ("es", "Total", "Total", []),
        ("ru", "Total", "Total", ["same-as-source"]),
        ("ru", "In the city", "в в городе", []),
        ("ru", "In the city", "вот вот городе", ["double-word"]),
        ("fr", "&Open", "&Ouvrir", []),
        ("fr", "&Open", "Ouvrir", ["mnemonic"]),
    ],
)
def test_what_a_person_should_look_at_is_a_warning(language, source, translation, found):
    assert warnings(language, source, translation) == found


@pytest.mark.parametrize(
    ("language", "source", "translation", "agreed", "found"),
    [
        ("fr", "Slums of the city", "Bidonvilles de la ville", "bidonville", []),
        ("fr", "Slums of the city", "Taudis de la ville", "bidonville", ["glossary"]),
        ("fr", "Slums of the city", "Taudis de la ville", "bidonville / taudis", []),
        ("ru", "Slums of the city", "В трущобах города", "трущоба", []),
        ("ar", "Slums of the city", "في الأحياء الفقيرة بالمدينة", "حي فقير / أحياء فقيرة", []),
        ("zh", "Slums of the city", "城市的贫民窟", "《贫民窟》", []),
        ("zh", "Slums of the city", "城市", "贫民窟", ["glossary"]),
        ("fr", "Slumber", "Sommeil", "bidonville", []),
    ],
)
def test_agreed_terms_are_found_in_their_inflected_forms(language, source, translation, agreed, found):
    assert warnings(language, source, translation, glossary={"Slum": agreed}) == found


def test_a_longer_term_hides_the_shorter_one_it_contains():
    glossary = {"Slum": "s", "Slum upgrading": "su"}
    assert glossary_hits("Slum upgrading in Nairobi", glossary) == {"Slum upgrading": "su"}
    assert glossary_hits("Slum upgrading of a slum", glossary) == glossary
    assert glossary_hits("Nothing here", glossary) == {}


@pytest.fixture
def french(checkout, workshop):
    """A French catalogue with two texts, waiting."""
    (checkout / "habitat_desktop" / "a.py").write_text('_("Save")\n_("Slums here")\n', encoding="utf-8")
    write_templates(checkout)
    update_language(workshop, "fr")
    return workshop


def names(workshop, *, strict: bool = False) -> list[str]:
    return [problem.name for problem in check_catalogue(workshop, "fr", "app", strict=strict)]


def change(workshop, edit) -> None:
    entries = workshop.catalogue("fr", "app")
    edit(entries)
    workshop.save("fr", "app", entries)


def test_untranslated_and_fuzzy_texts_block_only_a_release(french):
    assert names(french) == []
    assert names(french, strict=True) == ["untranslated", "untranslated"]

    def edit(entries):
        entries[1].strings = ["Enregistrer"]
        entries[2].strings, entries[2].flags = ["Bidonvilles"], ["fuzzy"]

    change(french, edit)
    assert names(french) == []
    assert names(french, strict=True) == ["fuzzy"]


def test_a_warning_that_is_wrong_is_silenced_by_name(french):
    change(french, lambda entries: setattr(entries[2], "strings", ["Slums here"]))
    assert names(french) == ["same-as-source", "glossary"]
    change(french, lambda entries: setattr(entries[2], "comments", ["check-ok: glossary, same-as-source"]))
    assert names(french) == []


def test_a_header_with_another_plural_rule_is_an_error(french):
    def edit(entries):
        entries[0].strings = [entries[0].strings[0].replace("(n > 1)", "(n != 1)")]

    change(french, edit)
    assert names(french) == ["header"]


def test_texts_that_stand_twice_or_not_in_the_template_are_errors(french):
    change(french, lambda entries: entries.append(entries[1]))
    assert names(french) == ["duplicate", "duplicate"]
    change(french, lambda entries: entries.__delitem__(slice(2, None)))
    assert names(french) == ["stale"]


def test_a_missing_catalogue_is_an_error(french):
    french.path("fr", "app").unlink()
    assert [problem.name for problem in check_language(french, "fr")] == ["missing"]


def test_a_problem_says_where_it_is(french):
    change(french, lambda entries: setattr(entries[1], "strings", ["Save "]))
    problem = next(check_catalogue(french, "fr", "app"))
    assert str(problem).startswith("error: fr/app: space: ")
    assert "“Save”" in str(problem)


@pytest.mark.parametrize("text", ["Ouvrir\u200b", "\ufeffOuvrir", "Ou\x07vrir", "Ou\u00advrir"])
def test_what_cannot_be_seen_is_an_error(text):
    found = [name for name, _message in entry_errors(Entry("Open", strings=[text]), languages()["fr"])]
    assert "unseen" in found


@pytest.mark.parametrize(
    ("language", "source", "translation", "found"),
    [
        ("ar", "A, b", "أولا, ثانيا", ["inner-punctuation"]),
        ("ar", "A, b", "أولا، ثانيا", []),
        ("ar", "Key", "کلید", ["foreign-letter"]),
        ("zh", "A, b", "甲,乙", ["inner-punctuation"]),
        ("zh", "At 09:41", "在 09:41", []),
        ("ru", "Is it", "Чі", ["foreign-letter"]),
        ("fr", "One\ntwo", "Un deux", ["lines"]),
    ],
)
def test_signs_and_letters_of_another_language_are_warnings(language, source, translation, found):
    assert warnings(language, source, translation) == found


def test_one_english_text_in_different_words_is_a_warning(checkout, workshop, write_form):
    (checkout / "habitat_desktop" / "a.py").write_text(
        '_("Closed")\n_("Planned")\npgettext("a shop", "Closed")\n', encoding="utf-8"
    )
    survey = [
        {"type": "note", "name": name, "label": name.title()} for name in ("closed", "planned", "other")
    ]
    write_form("a", survey)
    write_templates(checkout)
    update_language(workshop, "fr")
    said = {"app": ["Clos", "Prévu", "Fermé"], "forms/a": ["Fermé", "Prévues", "Autre"]}
    for domain, texts in said.items():
        entries = workshop.catalogue("fr", domain)
        for entry, text in zip(entries[1:], texts, strict=True):
            entry.strings = [text]
        workshop.save("fr", domain, entries)
    [problem] = check_language(workshop, "fr")
    assert (problem.severity, problem.name, problem.domain, problem.id) == (
        "warning", "inconsistent", "forms/a", "Closed",
    )  # fmt: skip
    entries[1].comments = ["check-ok: inconsistent"]
    workshop.save("fr", "forms/a", entries)
    assert list(check_language(workshop, "fr")) == []
