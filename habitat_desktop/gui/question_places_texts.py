"""Places in words. No Qt."""

from collections.abc import Sequence

from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.i18n.coordinates import (
    AmbiguousPlace,
    Place,
    parse_place,
    plain_number,
    read_stored,
    said,
    said_area,
    said_length,
)
from habitat_desktop.i18n.numbers import edit_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.xforms.xpath.functions.geo import area_m2, length_m

FEWEST = {"geopoint": 1, "geotrace": 2, "geoshape": 3}


def no_place(text: str) -> str:
    """Say that `text` is no place."""
    problem = _(
        "“{text}” is no place. Write latitude and longitude, such as {example}, "
        "or degrees, minutes and seconds."
    )
    return problem.format(text=iso(text[:60]), example=ltr("-1.286, 36.817"))


def place_words(place: Place) -> str:
    """Return a place with its altitude and accuracy, as people read it."""
    spoken = language()
    text = said(place, spoken)
    if place.altitude:
        height = edit_number(plain_number(place.altitude), spoken)
        # Translators: {place} is such as "1.286° S, 36.817° E"; {number} of metres above the sea.
        text = _("{place}, altitude {number} m").format(place=text, number=ltr(height))
    if place.accuracy:
        around = edit_number(plain_number(place.accuracy), spoken)
        # Translators: {place} is such as "1.286° S, 36.817° E"; it is right to {number} metres.
        text = _("{place}, accurate to {number} m").format(place=text, number=ltr(around))
    return text


def readings_of(text: str) -> tuple[Place, ...]:
    """Return the places an ambiguous text can be; () for any other."""
    try:
        parse_place(text)
    except AmbiguousPlace as asked:
        return asked.readings
    except ValueError:
        pass
    return ()


def which_place(text: str) -> str:
    """Ask which place was meant."""
    return _("“{text}” can be read in more than one way. Choose the place that is meant.").format(
        text=iso(text)
    )


def corners(value: str, kind: str) -> tuple[Place, ...]:
    """Return the places of a stored answer; of an area each once, though it is stored closed."""
    places = read_stored(value)
    if kind == "geoshape" and len(places) > 1 and places[0] == places[-1]:
        return places[:-1]
    return places


def points_text(places: Sequence[Place], kind: str) -> str:
    """Return how many points there are, and how long the line or how large the area is."""
    count, spoken = len(places), language()
    if not count:
        return ""
    points = ngettext("{count} point", "{count} points", count).format(count=ltr(str(count)))
    pairs = [place.pair for place in places]
    if count < FEWEST[kind]:
        return points
    if kind == "geoshape":
        # Translators: of an area on the map: "4 points, 1.2 ha, 450 m around".
        text = _("{points}, {area}, {length} around")
        around = said_length(length_m([*pairs, pairs[0]]), spoken)
        return text.format(points=points, area=said_area(area_m2(pairs), spoken), length=around)
    # Translators: of a line on the map: "5 points, 2.4 km long".
    return _("{points}, {length} long").format(points=points, length=said_length(length_m(pairs), spoken))


def shown_places(value: str, kind: str) -> str:
    """Return a stored answer of type `kind` as people read it; what is no place stays as it is."""
    places = corners(value, kind)
    if not places:
        return value
    return place_words(places[0]) if kind == "geopoint" else points_text(places, kind)
