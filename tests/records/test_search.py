"""Search finds exactly what holds the words typed, in six languages, alike on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habitat_desktop.i18n.text import clean, fold
from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from tests.records.making import revision

STORED = {
    "ar-alef": "تحسين الأحياء الفقيرة في إقليم أسوان",
    "ar-ya": "مستشفى على الطريق",
    "ar-marbuta": "مدينة القاهرة",
    "ar-tatweel": "ســـكن مُلائِم",
    "ar-hamza": "المسؤولون عن البيئة",
    "ar-digits": "٤٣٩٧٠٧٣ أسرة",
    "fr-accents": "Réhabilitation à Saint-Étienne, près de la forêt",
    "fr-ligature": "Œuvre sociale, cœur de ville",
    "fr-elision": "L’accès à l’eau",
    "ru-yo": "Ещё ёлки и жильё",
    "ru-short-i": "Йошкар-Ола, районный центр",
    "es-enye": "Ñuñoa, pequeña montaña",
    "es-accents": "Urbanización informal: ¿cuántos?",
    "zh-words": "社会保障性住房项目",
    "zh-mixed": "上海市（UN－HABITAT）２０２６年",
    "tr": "İSTANBUL ve Iğdır, Diyarbakır",
    "full-width": "ＳＬＵＭ　１２３４",
    "per-cent": "100 % of 50%_done",
    "backslash": r"C:\share\_x, it's 'quoted'; --",
    "slash": "either/or /% /_",
    "number": "population 4397073",
    "long": "word " * 20_000 + "needle-at-the-end",
    "repeat": "",
}
REPEAT = {
    "settlement": [{"$id": "abc123xyz", "name": "Kibera"}, {"$id": "q7", "visit": [{"note": "Mathare"}]}]
}

TYPED = [
    ("الاحياء", "ar-alef"),
    ("أسوان", "ar-alef"),
    ("اسوان", "ar-alef"),
    ("مستشفي", "ar-ya"),
    ("مستشفى", "ar-ya"),
    ("مدينه", "ar-marbuta"),
    ("القاهره", "ar-marbuta"),
    ("سكن", "ar-tatweel"),
    ("ملائم", "ar-tatweel"),
    ("مُلائم", "ar-tatweel"),
    ("مسوول", "ar-hamza"),
    ("4397073", "ar-digits number"),
    ("٤٣٩٧٠٧٣", "ar-digits number"),
    ("4,397,073", "ar-digits number"),
    ("4.397.073", "ar-digits number"),
    ("rehabilitation", "fr-accents"),
    ("RÉHABILITATION ÉTIENNE", "fr-accents"),
    ("foret", "fr-accents"),
    ("oeuvre", "fr-ligature"),
    ("cœur", "fr-ligature"),
    ("l'eau", "fr-elision"),
    ("l’eau", "fr-elision"),
    ("еще", "ru-yo"),
    ("ЕЩЁ ЖИЛЬЕ", "ru-yo"),
    ("йошкар", "ru-short-i"),
    ("nunoa", "es-enye"),
    ("ÑUÑOA", "es-enye"),
    ("montana", "es-enye"),
    ("urbanizacion", "es-accents"),
    ("cuantos?", "es-accents"),
    ("房", "zh-words"),
    ("住房", "zh-words"),
    ("房住", ""),
    ("住 社", "zh-words"),
    ("上海", "zh-mixed"),
    ("un-habitat", "zh-mixed"),
    ("(un", "zh-mixed"),
    ("2026年", "zh-mixed"),
    ("istanbul", "tr"),
    ("İstanbul", "tr"),
    ("ığdır", "tr"),
    ("IĞDIR", "tr"),
    ("slum 123", "full-width"),
    ("１２３４", "full-width"),
    ("%", "per-cent slash"),
    ("%_", "per-cent"),
    ("0%", "per-cent"),
    ("1_0", ""),
    ("\\", "backslash"),
    ("\\_x", "backslash"),
    ("'quoted';", "backslash"),
    ("--", "backslash"),
    ("/%", "slash"),
    ("/", "slash"),
    ("needle-at-the-end", "long"),
    ("kibera mathare", "repeat"),
    ("abc123xyz", ""),
    ("\x00", " ".join(STORED)),
    ("needle\x00-at\ud800", "long"),
    ("slum " * 3000, "full-width"),
    ("x" * 100_000, ""),
    (" ".join(f"w{n}" for n in range(3000)), ""),
]  # fmt: skip


@pytest.fixture
def store(place: Path | str) -> Iterator[Database]:
    database = Database.open(place)
    with database.begin() as session:
        texts = {key: {"text": clean(text)} for key, text in STORED.items()} | {"repeat": REPEAT}
        repository.add_revisions(
            session,
            [
                revision(number, record_id=key, answers=answers, subject="")
                for number, (key, answers) in enumerate(texts.items(), 1)
            ],
        )
    yield database
    database.close()


def _found(database: Database, text: str) -> set[str]:
    with database.read() as session:
        return set(repository.list_ids(session, text=text))


def test_words_are_found_however_they_are_typed(store: Database) -> None:
    wrong = {
        typed[:40]: found
        for typed, expected in TYPED
        if (found := _found(store, typed)) != set(expected.split())
    }
    assert wrong == {}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(STORED)), st.integers(0, 60), st.integers(1, 9)), max_size=2)
)
def test_a_piece_of_any_text_finds_all_that_hold_it_and_no_other(
    store: Database, pieces: list[tuple[str, int, int]]
) -> None:
    typed = " ".join(STORED[key][start : start + length] for key, start, length in pieces)
    words = fold(typed).split()
    texts = {key: fold(f"KE-TEST-{key}") + "\n" + fold(text) for key, text in STORED.items()}
    texts["repeat"] = fold("KE-TEST-repeat") + "\nkibera\nmathare"
    assert _found(store, typed) == {key for key, text in texts.items() if all(word in text for word in words)}
