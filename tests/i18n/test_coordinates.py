"""Places as people in six languages write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.i18n.coordinates import (
    MOST_POINTS,
    AmbiguousPlace,
    Place,
    parse_place,
    parse_places,
    plain_number,
    read_stored,
    said,
    said_area,
    said_length,
    written,
)

NAIROBI = "-1.2861111 36.825 0 0"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("-1.286, 36.817", "-1.286 36.817 0 0"),
        ("-1.286,36.817", "-1.286 36.817 0 0"),
        ("-1.286 36.817", "-1.286 36.817 0 0"),
        ("−1,286 36,817", "-1.286 36.817 0 0"),
        ("1,286; 36,817", "1.286 36.817 0 0"),
        ("1,28, 36,81", "1.28 36.81 0 0"),
        ("(-1.286, 36.817)", "-1.286 36.817 0 0"),
        ("-1.286\t36.817", "-1.286 36.817 0 0"),
        ("-1.286 36.817 1700 5", "-1.286 36.817 1700 5"),
        ("1.286 S 36.817 E 1700 m ± 5 m", "-1.286 36.817 1700 5"),
        ("1°17′10″S 36°49′30″E", NAIROBI),
        ("1º17'10''S, 36º49'30''E", NAIROBI),
        ("36°49'30\"E 1°17'10\"S", NAIROBI),
        ("S1 17 10 E36 49 30", NAIROBI),
        ("-1 17 10 36 49 30", NAIROBI),
        ("1-17-10 S 36-49-30 E", NAIROBI),
        ("-1° 17.1666666', 36° 49.5'", "-1.2861111 36.825 0 0"),
        ("48,85 N 2,35 O", "48.85 -2.35 0 0"),
        ("1°17′10″ ю.ш. 36°49′30″ в.д.", NAIROBI),
        ("1,5 с 36,8 з", "1.5 -36.8 0 0"),
        ("٣٦٫٨ ق ١٫٢ ج", "-1.2 36.8 0 0"),
        ("-١٫٢٩، ٣٦٫٨", "-1.29 36.8 0 0"),
        ("1.5 شمالاً، 36.8 شرقًا", "1.5 36.8 0 0"),
        ("南纬1度17分10秒东经36度49分30秒", NAIROBI),
        ("北纬１．５，西经３６．８", "1.5 -36.8 0 0"),
        ("Lat: -1.28 Lon: 36.8", "-1.28 36.8 0 0"),
        ("longitude 36.8, latitude -1.28", "-1.28 36.8 0 0"),
        ("https://www.google.com/maps/@-1.2921,36.8219,15z", "-1.2921 36.8219 0 0"),
        ("https://www.google.com/maps/place/X/@1,2,3z/data=!3d-1.29!4d36.82", "-1.29 36.82 0 0"),
        ("https://www.openstreetmap.org/#map=15/-1.2921/36.8219", "-1.2921 36.8219 0 0"),
        ("https://maps.google.com/?q=-1.29,36.82", "-1.29 36.82 0 0"),
        ("geo:-1.29,36.82", "-1.29 36.82 0 0"),
    ],
)
def test_a_place_is_read_as_people_write_it(text: str, stored: str) -> None:
    assert parse_place(text).stored == stored


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("12,5", ["12 5 0 0"]),  # or 12.5 and half a place
        ("12 30 5 15", ["12 30 5 15", "12.5 5.25 0 0"]),
        ("1 17 10", ["1 17 10 0"]),  # or a latitude alone
        ("120.5 -1.2", ["-1.2 120.5 0 0"]),  # only the other order can be
        ("-1.28 S 36.8 E", ["-1.28 36.8 0 0", "1.28 36.8 0 0"]),
        ("1,28,36,81", ["1 28 36 81", "1.28 36.81 0 0"]),
    ],
)
def test_what_can_be_two_places_is_asked(text: str, readings: list[str]) -> None:
    with pytest.raises(AmbiguousPlace) as asked:
        parse_place(text)
    assert [place.stored for place in asked.value.readings] == readings


@pytest.mark.parametrize(
    "text",
    ["", "Nairobi", "12", "95, 190", "1.2 N 3.4 S", "1 75 0 S 36 0 0 E", "1e5 3", "1.2.3 4", "N E",
     "1.5° 20' N 3 E", "37M 257000 9857000", "https://example.org/a", "1 2 3 4 5",
     "0" * 500, "1, 2, 3, -4", "\u202e", "--1 2"],
)  # fmt: skip
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_place(text)
    assert not isinstance(refused.value, AmbiguousPlace)


degrees_ = st.decimals(-90, 90, places=6)
meridians = st.decimals(-180, 180, places=6)


@settings(max_examples=120, deadline=None)
@given(degrees_, meridians, st.sampled_from(["{0}, {1}", "{0} {1}", "{0};{1}", "{0},{1}", "({0}, {1})"]))
def test_a_decimal_place_is_what_it_says(latitude: Decimal, longitude: Decimal, pattern: str) -> None:
    text = pattern.format(f"{latitude:f}", f"{longitude:f}")
    place = parse_place(text)
    assert (place.latitude, place.longitude) == (latitude, longitude)
    assert read_stored(place.stored) == (place,)
    assert parse_place(written(place)) == place


@settings(max_examples=120, deadline=None)
@given(degrees_, meridians, st.sampled_from(["en", "fr", "es", "ru", "ar", "zh"]))
def test_what_is_said_can_be_typed_again(latitude: Decimal, longitude: Decimal, language: str) -> None:
    place = Place(latitude, longitude)
    marks = "".join(sign for sign in said(place, language) if sign not in "\u2066\u2069\u2068")
    assert parse_place(marks) == place


@settings(max_examples=120, deadline=None)
@given(
    st.tuples(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59), st.sampled_from("NS")),
    st.tuples(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.sampled_from("EW")),
    st.sampled_from(["{0}°{1}′{2}″{3}", "{3} {0} {1} {2}", "{0} {1} {2} {3}", "{3}{0}° {1}' {2}''"]),
    st.booleans(),
)
def test_degrees_minutes_and_seconds_in_any_order(
    north: tuple[int, int, int, str], east: tuple[int, int, int, str], pattern: str, east_first: bool
) -> None:
    parts = [pattern.format(*north), pattern.format(*east)]
    place = parse_place(" ".join(reversed(parts) if east_first else parts))
    for number, (whole, minutes, seconds, letter) in zip(
        (place.latitude, place.longitude), (north, east), strict=True
    ):
        expected = whole + minutes / 60 + seconds / 3600
        assert abs(float(number) - (-expected if letter in "SW" else expected)) < 1e-6


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("0123456789.,;°'\"NSEWnsew -+٣، 北南\t/", max_size=40))
def test_rubbish_is_a_place_on_earth_or_none(text: str) -> None:
    try:
        readings: tuple[Place, ...] = (parse_place(text),)
    except AmbiguousPlace as asked:
        readings = asked.readings
    except ValueError:
        return
    for place in readings:
        assert abs(place.latitude) <= 90 and abs(place.longitude) <= 180
        assert read_stored(place.stored) == (place,)


def test_many_lines_are_read_and_those_that_are_none_are_named() -> None:
    read = parse_places("Lat\tLon\n-1.1\t36.1\nnowhere 7\n\n-1,2; 36,2\n-1.3 36.3 0 0; -1.4 36.4 0 0;\n12,5")
    assert [written(place) for place in read.places] == [
        "-1.1, 36.1", "-1.2, 36.2", "-1.3, 36.3", "-1.4, 36.4",
    ]  # fmt: skip
    assert read.problems == ((3, "nowhere 7"), (7, "12,5"))


def test_five_megabytes_pasted_are_read_up_to_the_limit() -> None:
    assert len(parse_places("-1.5, 36.5\n" * 400_000).places) == MOST_POINTS
    assert len(parse_places("-1.5 36.5;" * 400_000).places) == MOST_POINTS
    assert parse_places("x1 " * 1_500_000).places == ()


def test_lengths_and_areas_are_said_in_the_unit_that_fits() -> None:
    assert [said_length(number, "en") for number in (12.345, 2_340.0)] == [
        "\u206612.3\u2069 m", "\u20662.34\u2069 km",
    ]  # fmt: skip
    assert [said_area(number, "fr") for number in (12.0, 12_500.0, 3.2e6)] == [
        "\u206612\u2069 m²", "\u20661,25\u2069 ha", "\u20663,2\u2069 km²",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["", "x y", "1", "91 0", "0 181", "NaN 1", "1 2; x"])
def test_a_stored_value_that_is_no_place_gives_none(value: str) -> None:
    assert read_stored(value) == ()


def test_numbers_lose_their_noughts_only_behind_the_point() -> None:
    assert [plain_number(Decimal(text)) for text in ("1.500", "100", "0.0", "-0", "1E+2")] == [
        "1.5", "100", "0", "0", "100",
    ]  # fmt: skip
