"""Places on the earth as people write them: decimal degrees or degrees, minutes and seconds, with the letters
of six languages, or as a map site gives them. What is stored is "latitude longitude altitude accuracy".

Reading never guesses: what can be two places is asked back.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from habitat_desktop.i18n.catalogues import pgettext
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.i18n.text import fold, ltr

LONGEST = 400  # signs of one place; a link from a map site may be long
MOST_POINTS = 1_000  # of one answer; a cell of Excel holds no more
_PLACES = Decimal("0.0000001")  # degrees; a centimetre
_NONE = Decimal(0)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Place:
    """Degrees north and east (south and west are negative); altitude and accuracy in metres, 0 if unknown."""

    latitude: Decimal
    longitude: Decimal
    altitude: Decimal = _NONE
    accuracy: Decimal = _NONE

    @property
    def stored(self) -> str:
        parts = (self.latitude, self.longitude, self.altitude, self.accuracy)
        return " ".join(plain_number(part) for part in parts)

    @property
    def pair(self) -> tuple[float, float]:
        return float(self.latitude), float(self.longitude)


class AmbiguousPlace(ValueError):
    """The text can be read in two ways, or in one that nobody may have meant; a person picks one."""

    def __init__(self, text: str, readings: tuple[Place, ...]) -> None:
        super().__init__(f"{text!r} can be read as {readings}")
        self.readings = readings


def plain_number(number: Decimal) -> str:
    """Return a number without exponent and without noughts at its end."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def parse_place(text: str) -> Place:
    """Return the place that `text` names.

    Raises:
        AmbiguousPlace: it has `readings`, the most likely first.
        ValueError: no place.
    """
    if len(text) > LONGEST:
        raise ValueError(text[:40])
    linked = _of_link(text.strip())
    if linked is not None:
        return linked
    signs = _normal(text)
    readings: list[Place] = []
    is_asked = False
    for decimal_comma in _commas(signs):
        found, unsure = _readings(_tokens(signs, decimal_comma))
        for place in found:
            if place not in readings:
                readings.append(place)
        is_asked = is_asked or unsure
    if not readings:
        raise ValueError(text)
    if len(readings) > 1 or is_asked or len(_commas(signs)) > 1:
        raise AmbiguousPlace(text, tuple(readings))
    return readings[0]


@dataclass(frozen=True)
class PlacesRead:
    """What a text of many lines gave. `problems` are (number of the line from 1, its text)."""

    places: tuple[Place, ...]
    problems: tuple[tuple[int, str], ...] = ()


def parse_places(text: str) -> PlacesRead:
    """Read one place a line, or several in one line divided by semicolons; lines without digits are headings.

    A line that can be read in two ways counts as a problem: it is typed alone then.
    """
    places: list[Place] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not _DIGIT.search(line):
            continue
        found = _line(line, MOST_POINTS - len(places))
        if found is None:
            problems.append((number, line.strip()[:LONGEST]))
        else:
            places += found
        if len(problems) > MOST_POINTS or len(places) >= MOST_POINTS:
            break
    return PlacesRead(tuple(places), tuple(problems))


def _line(line: str, most: int) -> list[Place] | None:
    """Read one line: a place, or at most `most` with semicolons between them."""
    for parts in ([line], [part for part in line.split(";") if part.strip()][:most]):
        try:
            return [parse_place(part) for part in parts]
        except ValueError:
            continue
    return None


def read_stored(value: str) -> tuple[Place, ...]:
    """Return the places of a stored geopoint, geotrace or geoshape; () where it is none."""
    places = []
    for part in value.split(";"):
        words = part.split()
        if not words:
            continue
        try:
            numbers = [Decimal(word) for word in words[:4]]
        except ArithmeticError:
            return ()
        if len(numbers) < 2 or not all(number.is_finite() for number in numbers):
            return ()
        if not _is_on_earth(numbers[0], numbers[1]):
            return ()
        places.append(Place(*numbers))
    return tuple(places)


def written(place: Place) -> str:
    """Return a place as every map understands it: "-1.286, 36.817"."""
    return f"{plain_number(place.latitude)}, {plain_number(place.longitude)}"


def said(place: Place, language: str) -> str:
    """Return a place in words of the language now: "1.286° S, 36.817° E"."""
    north = edit_number(plain_number(abs(place.latitude)), language)
    east = edit_number(plain_number(abs(place.longitude)), language)
    latitude = (
        # Translators: degrees of latitude, north of the equator; {degrees} has its sign: "1.286° N".
        pgettext("latitude", "{degrees} N")
        if place.latitude >= 0
        # Translators: degrees of latitude, south of the equator; {degrees} has its sign: "1.286° S".
        else pgettext("latitude", "{degrees} S")
    )
    longitude = (
        # Translators: degrees of longitude, east of Greenwich; {degrees} has its sign: "36.817° E".
        pgettext("longitude", "{degrees} E")
        if place.longitude >= 0
        # Translators: degrees of longitude, west of Greenwich; {degrees} has its sign: "36.817° W".
        else pgettext("longitude", "{degrees} W")
    )
    # Translators: a place: its latitude, such as "1.286° S", and its longitude, such as "36.817° E".
    return pgettext("place", "{latitude}, {longitude}").format(
        latitude=latitude.format(degrees=ltr(f"{north}°")),
        longitude=longitude.format(degrees=ltr(f"{east}°")),
    )


def said_length(metres: float, language: str) -> str:
    """Return a length in metres, from one kilometre on in kilometres."""
    if metres < 1000:
        # Translators: a length in metres.
        return pgettext("length", "{number} m").format(number=ltr(_rounded(metres, language)))
    # Translators: a length in kilometres.
    return pgettext("length", "{number} km").format(number=ltr(_rounded(metres / 1000, language)))


def said_area(square_metres: float, language: str) -> str:
    """Return an area in square metres, hectares or square kilometres, as large as it is."""
    if square_metres < 10_000:
        # Translators: an area in square metres.
        pattern, number = pgettext("area", "{number} m²"), square_metres
    elif square_metres < 1_000_000:
        # Translators: an area in hectares.
        pattern, number = pgettext("area", "{number} ha"), square_metres / 10_000
    else:
        # Translators: an area in square kilometres.
        pattern, number = pgettext("area", "{number} km²"), square_metres / 1_000_000
    return pattern.format(number=ltr(_rounded(number, language)))


def _rounded(number: float, language: str) -> str:
    decimals = 0 if number >= 100 else 1 if number >= 10 else 2
    return format_number(plain_number(Decimal(f"{number:.{decimals}f}")), language)


# reading

_NUMBER = r"(?:(?<![\d°'\"])[-+]\s*)?(?:\d+(?:[{marks}]\d+)?|(?<!\d)[{marks}]\d+)"
_SIGNS = str.maketrans(
    {"º": "°", "˚": "°", "ᵒ": "°", "“": '"', "”": '"', "″": '"', "„": '"', "〃": '"', "ʺ": '"', "＂": '"',
     "′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "ʹ": "'", "＇": "'", "،": ",", "、": ";", "؛": ";",
     "(": " ", ")": " ", "[": " ", "]": " ", "±": ";", "=": " ", ":": " "}
)  # fmt: skip
_WORDS = {
    "N": "n north northern nord norte с сш север северная северной ش شمال شمالا شمالي 北 北纬 北緯",
    "S": "s south southern sud sur ю юш юг южная южной ج جنوب جنوبا جنوبي 南 南纬 南緯",
    "E": "e east eastern est este в вд восток восточная восточной ق شرق شرقا شرقي 东 東 东经 東經",
    "W": "w o west western ouest oeste з зд запад западная западной غ غرب غربا غربي 西 西经 西經",
    "lat": "lat latitude latitud широта широты ш عرض العرض 纬度 緯度",
    "lon": "lon lng long longitude longitud долгота долготы д طول الطول 经度 經度",
    "°": "deg degree degrees degré degrés grado grados градус градуса градусов درجه درجة 度",
    "'": "min minute minutes minuto minutos минута минуты минут دقيقه دقيقة 分",
    '"': "sec second seconds seconde secondes segundo segundos секунда секунды секунд ثانيه ثانية 秒",
    "": "m м م 米 خط دائرة and et y и و",
}
_LATITUDE, _LONGITUDE = ("N", "S", "lat"), ("E", "W", "lon")
_MARKS = ("°", "'", '"')


@cache
def _words() -> dict[str, str]:
    return {fold(word): meaning for meaning, words in _WORDS.items() for word in words.split()}


def _normal(text: str) -> str:
    """Return `text` folded, with one sign for each meaning: degrees °, minutes ', seconds "."""
    signs = text.translate(_SIGNS).replace("\u066c", "").replace("\u066b", ".")
    return fold(re.sub(r"[\n\t]", " ; ", signs)).replace("''", '"')


def _commas(signs: str) -> tuple[bool, ...]:
    """Return how commas can be read: False = they divide, True = those between two digits are decimal."""
    if not re.search(r"\d,\d", signs) or re.search(r"\d\.\d", signs):
        return (False,)
    others = re.search(r",\s|[;/|°'\"]|\d\s+[-+]?\d|[^\W\d_]", signs)
    return (True,) if others else (False, True)


Token = tuple[str, Decimal, bool]  # kind, number, whether it has a sign


def _tokens(signs: str, decimal_comma: bool) -> list[Token] | None:
    """Cut a text into numbers, letters of directions, marks and dividers; None where it has anything else."""
    number = _NUMBER.format(marks=".," if decimal_comma else ".")
    tokens: list[Token] = []
    at = 0
    for match in re.finditer(rf"({number})|([^\W\d_]+)|([°'\"])|([,;/|]|(?<=[\d°'\"])-)", signs):
        between = signs[at : match.start()].strip()
        if between and (between.strip(" .") or not tokens or tokens[-1][0] == "number"):
            return None  # a full stop stands behind a word only
        at = match.end()
        if match[1]:
            digits = match[1].replace(" ", "").replace(",", ".")
            if len(digits) > 25:
                return None
            tokens.append(("number", Decimal(digits), digits[0] in "+-"))
        elif match[2]:
            meanings = _meanings(match[2])
            if meanings is None:
                return None
            tokens += [(meaning, _NONE, False) for meaning in meanings if meaning]
        else:
            tokens.append((match[3] or ";", _NONE, False))
    return None if signs[at:].strip(" .") else tokens


def _meanings(word: str) -> list[str] | None:
    """Return what a word says; words written without spaces between them are taken apart."""
    words, found = _words(), []
    while word:
        size = next((n for n in range(len(word), 0, -1) if word[:n] in words), 0)
        if not size or (size < len(word) and word.isascii()):
            return None
        found.append(words[word[:size]])
        word = word[size:]
    return found


def _readings(tokens: list[Token] | None) -> tuple[list[Place], bool]:
    """Return the places the tokens can be, and whether to ask even if it is one."""
    if not tokens:
        return [], False
    kinds = [kind for kind, _number, _sign in tokens]
    named = [kind for kind in kinds if kind in "NSEW"]
    if not named:
        named = [kind for kind in kinds if kind in ("lat", "lon")]
    else:
        tokens = [token for token in tokens if token[0] not in ("lat", "lon")]
    if named:
        return _named(tokens, named)
    if "°" in kinds:
        return _ordered(_groups_by_degree(tokens))
    groups = _groups_by_divider(tokens)
    return _ordered(groups) if len(groups) > 1 else _bare(groups[0] if groups else [])


def _named(tokens: list[Token], named: list[str]) -> tuple[list[Place], bool]:
    """Read two angles with their directions, in either order."""
    if len(named) != 2 or (named[0] in _LATITUDE) == (named[1] in _LATITUDE):
        return [], False
    kinds = [token[0] for token in tokens]
    first, second = kinds.index(named[0]), len(kinds) - 1 - kinds[::-1].index(named[1])
    if "number" in kinds[:first]:  # 1.2 S 36.8 E 1700
        parts, rest = (tokens[:first], tokens[first + 1 : second]), tokens[second + 1 :]
    else:
        parts, rest = (tokens[first + 1 : second], tokens[second + 1 :]), []
        cuts = [n for n, token in enumerate(parts[1]) if token[0] == ";"]
        if cuts:
            parts, rest = (parts[0], parts[1][: cuts[0]]), parts[1][cuts[0] :]
    is_asked = False
    angles: dict[bool, list[Decimal]] = {}
    for name, part in zip(named, parts, strict=True):
        angle = _angle(part)
        if angle is None:
            return [], False
        negative = name in ("S", "W")
        if name in "NSEW" and any(token[2] and token[1] < 0 for token in part):
            is_asked = True  # -1.2 S: north or south?
            angles[name in _LATITUDE] = [-abs(angle), abs(angle)]
        else:
            angles[name in _LATITUDE] = [-angle if negative else angle]
    heights = [token[1] for token in rest if token[0] == "number"]
    pairs = [(latitude, longitude) for latitude in angles[True] for longitude in angles[False]]
    return _places(pairs, heights), is_asked


def _groups_by_degree(tokens: list[Token]) -> list[list[Token]]:
    """Cut before each number with a degree sign; a divider after one starts the next."""
    groups: list[list[Token]] = []
    for number, token in enumerate(tokens):
        following = tokens[number + 1][0] if number + 1 < len(tokens) else ""
        if token[0] == ";":
            if groups and groups[-1]:
                groups.append([])
        elif (token[0] == "number" and following == "°" and (not groups or groups[-1])) or not groups:
            groups.append([token])
        else:
            groups[-1].append(token)
    return [group for group in groups if group]


def _groups_by_divider(tokens: list[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token[0] == ";":
            groups.append([])
        else:
            groups[-1].append(token)
    return [group for group in groups if group]


def _ordered(groups: list[list[Token]]) -> tuple[list[Place], bool]:
    """Read latitude, longitude, and perhaps altitude and accuracy; ask where only the other order can be."""
    if not 2 <= len(groups) <= 4:
        return [], False
    latitude, longitude = _angle(groups[0]), _angle(groups[1])
    heights = [token[1] for group in groups[2:] for token in group if token[0] == "number"]
    if latitude is None or longitude is None or len(heights) != len(groups) - 2:
        return [], False
    found = _places([(latitude, longitude)], heights)
    if found:
        return found, False
    return _places([(longitude, latitude)], heights), True


def _bare(tokens: list[Token]) -> tuple[list[Place], bool]:
    """Read numbers with nothing but spaces between them."""
    if any(token[0] != "number" for token in tokens):
        return [], False
    numbers = len(tokens)
    if numbers in (2, 3, 4):
        found, swapped = _ordered([[token] for token in tokens])
        if numbers == 4:
            found += [place for place in _ordered([tokens[:2], tokens[2:]])[0] if not swapped]
        # 1 17 10 may be the degrees, minutes and seconds of a latitude alone
        is_angle = numbers == 3 and _angle(tokens) is not None
        return found, swapped or is_angle
    return _ordered([tokens[: numbers // 2], tokens[numbers // 2 :]]) if numbers == 6 else ([], False)


def _angle(tokens: list[Token]) -> Decimal | None:
    """Return the degrees of one angle of one to three numbers with or without their marks."""
    tokens = [token for token in tokens if token[0] != ";"]
    numbers = [token for token in tokens if token[0] == "number"]
    marks = [token[0] for token in tokens if token[0] in _MARKS]
    if not 1 <= len(numbers) <= 3 or marks != list(_MARKS[: len(marks)]) or len(marks) > len(numbers):
        return None
    if len(tokens) != len(numbers) + len(marks):
        return None
    parts = [number for _kind, number, _sign in numbers]
    if any(part != part.to_integral_value() for part in parts[:-1]):
        return None
    if any(not 0 <= part < 60 for part in parts[1:]) or any(sign for *_rest, sign in numbers[1:]):
        return None
    negative = numbers[0][2] and parts[0].is_signed()
    total = abs(parts[0])
    for part, share in zip(parts[1:], (60, 3600), strict=False):
        total += part / share
    total = total.quantize(_PLACES) if len(parts) > 1 else total
    return -total if negative else total


def _places(pairs: list[tuple[Decimal, Decimal]], heights: list[Decimal]) -> list[Place]:
    if len(heights) > 2 or any(abs(height) > 100_000 for height in heights):
        return []
    if len(heights) == 2 and heights[1] < 0:
        return []
    return [Place(*pair, *heights) for pair in pairs if _is_on_earth(*pair)]


def _is_on_earth(latitude: Decimal, longitude: Decimal) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


_DEGREES = r"(-?\d{1,3}(?:\.\d{1,20})?)"
_BETWEEN = r"(?:,|%2C)(?:\+|%20| )?"
_LINKS = (
    re.compile(rf"!3d{_DEGREES}!4d{_DEGREES}"),
    re.compile(rf"[?&]mlat={_DEGREES}&mlon={_DEGREES}"),
    re.compile(
        rf"[?&](?:q|query|ll|sll|center|destination|daddr|cp)=(?:loc:)?{_DEGREES}{_BETWEEN}{_DEGREES}"
    ),
    re.compile(rf"[/@]{_DEGREES},{_DEGREES}(?:,|/|$)"),
    re.compile(rf"#(?:map=)?\d{{1,2}}(?:\.\d{{1,9}})?/{_DEGREES}/{_DEGREES}"),
    re.compile(rf"^geo:{_DEGREES},{_DEGREES}"),
)


def _of_link(text: str) -> Place | None:
    """Return the place in a link of a map site, None where it is no such link."""
    if not re.match(r"https?://|geo:", text, re.IGNORECASE):
        return None
    for pattern in _LINKS:
        match = pattern.search(text)
        if match and _is_on_earth(Decimal(match[1]), Decimal(match[2])):
            return Place(Decimal(match[1]), Decimal(match[2]))
    return None


def place_at(latitude: float, longitude: float, decimals: int) -> Place:
    """Return the place at these degrees, written with so many decimals."""
    return Place(Decimal(f"{latitude:.{decimals}f}"), Decimal(f"{longitude:.{decimals}f}"))
