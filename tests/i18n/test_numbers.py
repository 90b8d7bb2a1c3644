from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.numbers import AmbiguousNumber, edit_number, format_number, parse_number

numbers = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=3) | st.integers(
    -(10**15), 10**15
).map(Decimal)


def in_digits(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in text)


@given(numbers, st.sampled_from(LANGUAGES), st.sampled_from("0٠۰०０"))
def test_what_is_written_is_read_back_or_asked_never_wrong(number, language, zero):
    shown = in_digits(format_number(number, language), zero)
    try:
        read = {parse_number(shown, language)}
    except AmbiguousNumber as ambiguous:
        read = set(ambiguous.readings)
        assert len(read) == 2
    assert number in read


@given(numbers, st.sampled_from(LANGUAGES))
def test_the_text_in_a_field_is_read_back_or_asked(number, language):
    try:
        assert parse_number(edit_number(number, language), language) == number
    except AmbiguousNumber as ambiguous:
        assert number in ambiguous.readings


# as other programs write numbers that are copied into ours: separators, digits and marks of nine locales
ELSEWHERE = ("ar_001", "ar_EG", "en", "es", "es_MX", "fr", "ru", "zh", "de_CH")
MARKS = ("{}", "\u200f{}", "\u061c{}", "\u200e{}\u200e", "\u2068{}\u2069", "\u202b{}\u202c", "  {}\u00a0")


@given(
    numbers,
    st.sampled_from(ELSEWHERE),
    st.sampled_from("0٠۰०０"),
    st.sampled_from(MARKS),
    st.sampled_from(["-", "−", "－", "behind"]),
)
def test_numbers_of_nine_locales_are_read_or_asked_never_wrong(number, locale, zero, mark, minus):
    from babel.numbers import format_decimal

    system = "default" if locale == "ar_EG" else "latn"
    text = format_decimal(abs(number), "#,##0.###", locale=locale, numbering_system=system)
    if number < 0:
        text = f"{text}-" if minus == "behind" else f"{minus}{text}"
    shown = mark.format(in_digits(text, zero))
    try:
        read = {parse_number(shown, "ar")}
    except AmbiguousNumber as ambiguous:
        read = set(ambiguous.readings)
        assert len(read) == 2
    assert number in read


@given(st.text(max_size=30), st.sampled_from(LANGUAGES))
def test_any_text_is_a_number_or_a_value_error(text, language):
    try:
        assert parse_number(text, language).is_finite()
    except ValueError as error:
        assert str(error) or text == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1,23", "1.23"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1 234.567", "1234.567"),
        ("1'234'567", "1234567"),
        ("1’234’567.25", "1234567.25"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12,34,567.5", None),
        ("١٢٣٤", "1234"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("١٬٢٣٤", "1234"),
        ("٠٫٥", "0.5"),
        ("۱۲۳", "123"),
        ("१२३", "123"),
        ("١٢،٥", "12.5"),
        ("١٢-", "-12"),
        ("\u200f-١٢", "-12"),
        ("−7", "-7"),
        ("+7", "7"),
        ("１２３４．５", "1234.5"),
        ("－３，５", "-3.5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        (".5", "0.5"),
        ("1234,567", "1234.567"),
        ("-0", "0"),
        (" 12 ", "12"),
        ("\u206812\u2069", "12"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_read_alike_in_every_language(text, number, language):
    if number is None:
        with pytest.raises(ValueError, match="12,34"):
            parse_number(text, language)
    else:
        assert str(parse_number(text, language)) == number


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12.345", "999,999", "١.٢٣٤"])
def test_a_lone_separator_before_three_digits_is_asked_back(text):
    with pytest.raises(AmbiguousNumber) as caught:
        parse_number(text, "en")
    thousands, decimal = caught.value.readings
    assert thousands == decimal * 1000


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1e5", "0x1F", "12 34", "1 2345", "1.", "1..2", "1,2,3", "1.2,3.4", "--1", "1-2", "NaN",
     "∞", "½", "٣٫", "1 234 5", "12a", "5%", "9" * 50, "1,23,456", "²"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"\A"):
        parse_number(text, "en")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ar", "1,234,567.50"),
        ("en", "1,234,567.50"),
        ("es", "1.234.567,50"),
        ("fr", "1\u202f234\u202f567,50"),
        ("ru", "1\u00a0234\u00a0567,50"),
        ("zh", "1,234,567.50"),
    ],
)
def test_each_language_writes_its_own_signs_with_latin_digits(language, shown):
    assert format_number("1234567.50", language) == shown


def test_spanish_groups_from_five_digits_on():
    assert format_number("1234", "es") == "1234"
    assert format_number("12345", "es") == "12.345"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("-0.4", 0, "0"),
        ("1.005", 2, "1.01"),
        ("7", 2, "7.00"),
        ("123456789012345678901234567890.5", 1, "123,456,789,012,345,678,901,234,567,890.5"),
        ("1E+3", None, "1,000"),
    ],
)
def test_rounding_is_half_away_from_zero(value, decimals, shown):
    assert format_number(value, "en", decimals) == shown


@pytest.mark.parametrize("text", ["", "many", "NaN", "Infinity", "2026-01-01"])
def test_what_is_no_number_stays_visible(text):
    assert format_number(text, "fr") == text


def test_an_unknown_language_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        parse_number("1", "de")
