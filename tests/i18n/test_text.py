import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.i18n.text import clean, fold, has_rtl, iso, latin_digits, ltr, reads_from_right, sort_key

anything = st.text(st.characters())  # surrogates too


@given(anything)
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_composed_or_not_text_is_found_alike(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(unicodedata.normalize("NFKC", text)) == fold(unicodedata.normalize("NFC", text))


@given(anything)
def test_clean_text_can_travel(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    for sign in cleaned:
        assert sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")
        assert (
            sign not in "\u200b\u2060\ufeff\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        )
        assert ord(sign) & 0xFFFE != 0xFFFE
        assert not 0xFDD0 <= ord(sign) <= 0xFDEF


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\u2028b\u2029c\x0bd\x0ce\x85f", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("nul\x00 bell\x07", "nul bell"),
        ("\ufeffstart", "start"),
        ("ab\u202edc\u202c", "abdc"),
        ("\u2068value\u2069", "value"),
        ("\ud800lone", "lone"),
        ("end\uffff", "end"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("\u200fعربي", "\u200fعربي"),
        ("plain ASCII", "plain ASCII"),
        ("  spaces stay  ", "  spaces stay  "),
        ("", ""),
    ],
)
def test_what_cleaning_does(text, cleaned):
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élan", "elan"),
        ("ÑANDÚ", "nandu"),
        ("ёлка", "елка"),
        ("ЙОД", "иод"),
        ("أَحْمَد", "احمد"),
        ("مدرسة", "مدرسه"),
        ("عـــلى", "علي"),
        ("إسماعيل", "اسماعيل"),
        ("مسؤول", "مسوول"),
        ("ﻻ", "لا"),
        ("کتاب", "كتاب"),
        ("ＵＮ－ＨＡＢＩＴＡＴ　１２", "un-habitat 12"),
        ("١٢٣", "123"),
        ("Œuvre", "oeuvre"),
        ("İstanbul", "istanbul"),
        ("Iğdır", "igdir"),
        ("DIYARBAKIR", "Diyarbakır"),
        ("قراءة", "قراه"),
        ("Ёлкино", "елкино"),
        ("Málaga", "malaga"),
        ("Évêché", "eveche"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("n\u0303", "ñ"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("\u2068سلام\u2069", "سلام"),
        ("two  \u00a0 words\n", "two words"),
        ("住房（政策）", "住房(政策)"),
    ],
)
def test_spellings_that_a_search_takes_for_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("住房", "住宅"), ("дом", "дым"), ("سلم", "سلام"), ("a b", "ab")])
def test_spellings_that_stay_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    once = fold(text)
    assert fold(once) == once


def test_values_are_isolated_and_nothing_stays_nothing():
    assert iso("KE-7F3K") == "\u2068KE-7F3K\u2069"
    assert ltr("+254 20") == "\u2066+254 20\u2069"
    assert iso("") == ltr("") == ""


def test_letters_from_right_to_left_are_seen():
    assert has_rtl("a ب")
    assert has_rtl("שלום")
    assert not has_rtl("Nairobi, Москва, 北京 123")


def test_digits_of_every_script_become_latin():
    assert latin_digits("٣ ۴ ५ ６ 7 ½ ²") == "3 4 5 6 7 ½ ²"


def test_two_characters_of_chinese_are_found_inside_a_word():
    assert fold("房屋") in fold("贫民窟房屋改造")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Åland", "Albania", "Côte d’Ivoire", "Cuba", "Türkiye", "Turkmenistan"]),
        ("es", ["Nadar", "Nube", "Ñandú", "Oro"]),
        ("fr", ["Éthiopie", "Fidji", "île", "Îles Cook", "Inde"]),
        ("ru", ["Елец", "Ёлка", "Ель", "Иван", "Йемен", "Киев"]),
        ("ar", ["آسيا", "إثيوبيا", "أرمينيا", "تونس", "كوبا", "لبنان", "هايتي", "اليمن"][:7]),
        ("zh", ["阿根廷", "巴西", "德国", "法国", "肯尼亚", "中国"]),
    ],
)
def test_words_stand_where_readers_look_for_them(language, words):
    mixed = words[1::2] + words[::2]
    assert sorted(mixed, key=lambda word: sort_key(word, language)) == words


def test_what_differs_in_marks_or_case_only_has_an_order_too():
    assert sorted(["Cote", "côte", "cote", "Côte"], key=lambda word: sort_key(word, "fr")) == [
        "cote", "Cote", "côte", "Côte"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "from_right"),
    [("KE-7 عربي", False), ("12 عربي", True), ("“שלום”", True), ("2026-07", None), ("", None)],
)
def test_the_first_letter_says_from_where_a_text_is_read(text, from_right):
    assert reads_from_right(text) is from_right
