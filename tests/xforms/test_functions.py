# ruff: noqa: E501 - forms are written as tables
"""Every function of the language, with results worked out from its definition, and what it refuses."""

import base64
import math
import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from habitat_desktop.xforms.problems import FormRuleError, Reason
from habitat_desktop.xforms.secondary import document
from habitat_desktop.xforms.xpath.code import Context, Session, XPathError
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.functions import FUNCTIONS
from habitat_desktop.xforms.xpath.values import to_string
from tests.xforms.conftest import Fill, value

NAIROBI = ZoneInfo("Africa/Nairobi")
DOCUMENT = document(
    b"""<data xml:lang="fr-SN" id="top"><town>Kisumu</town><people>610082</people><none/><mixed>12 rooms</mixed>
    <row><size>3</size><kind>a</kind></row><row><size>4</size><kind>b</kind></row><row><size/><kind>c</kind></row>
    <crops>maize beans millet</crops><born>1990-05-04</born><seen>2026-01-15T21:45:30.500+01:00</seen>
    <here>-1.5 36.5 1600 5</here><there>-1.5 37.5 0 0</there><yes>1</yes><no/></data>"""
)

TEXT = [
    ("string(people div 2)", "305041"),
    ("string(row)", "3a"),
    ("string(1 = 2)", "false"),
    ("concat(town, ' ', row/kind)", "Kisumu abc"),
    ("concat()", ""),
    ("join(', ', row/kind, 'd')", "a, b, c, d"),
    ("join('/')", ""),
    ("substr('Nairobi', 0, 3)", "Nai"),
    ("substr('Nairobi', 4)", "obi"),
    ("substr('Nairobi', -3, -1)", "ob"),
    ("substr('Nairobi', 5, 2)", ""),
    ("substring('Nairobi', 1.5, 2.6)", "air"),
    ("substring('Nairobi', 0, 3)", "Na"),
    ("substring-before('2026-01-15', '-')", "2026"),
    ("substring-before('2026', '-')", ""),
    ("substring-after('2026-01-15', '-')", "01-15"),
    ("translate('KE 01', ' KE', '_k')", "k_01"),
    ("string-length('Türkiye')", "7"),
    ("string-length(none)", "0"),
    ("normalize-space('  two \n words ')", "two words"),
    ("contains(town, 'sum')", "true"),
    ("starts-with(town, 'kis')", "false"),
    ("ends-with(town, 'mu')", "true"),
    ("ends-with(town, '')", "true"),
    ("name(/data)", "data"),
    ("local-name(row/@*)", ""),
    ("namespace-uri(/data)", ""),
    ("base64-decode('S2lzdW11')", "Kisumu"),
    ("base64-decode('not base64')", ""),
    ("depend(town, people)", "Kisumu"),
    ("property('country')", "KEN"),
    ("property('planet')", ""),
]
# FIPS 180-4 and RFC 1321 give these of "abc"
DIGESTS = [
    ("MD5", "900150983cd24fb0d6963f7d28e17f72", "kAFQmDzST7DWlj99KOF/cg=="),
    ("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
    (
        "SHA-256",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
    ),
    (
        "SHA-384",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn",
    ),
    (
        "SHA-512",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
    ),
]
LOGIC = [
    ("if(people > 1000000, 'large', 'small')", "small"),
    ("if(yes, town, nosuch(1, 2))", "Kisumu"),
    ("false() and nosuch()", "false"),
    ("true() or count(1)", "true"),
    ("coalesce(none, '', town)", "Kisumu"),
    ("coalesce(none, number('x'))", ""),
    ("boolean(row)", "true"),
    ("boolean('false')", "true"),
    ("boolean(number('x'))", "false"),
    ("boolean-from-string('true')", "true"),
    ("boolean-from-string('TRUE')", "false"),
    ("boolean-from-string(yes)", "true"),
    ("not(none = '')", "false"),
    ("not(none)", "false"),
    ("true() != false()", "true"),
    ("regex(town, '^[A-Z][a-z]+$')", "true"),
    ("regex(town, 'sum')", "true"),
    ("regex(town, '^sum$')", "false"),
    ("regex('+254 700', '^\\+\\d{3} \\d{3}$')", "true"),
    ("regex('مرحبا', '^\\p{L}+$')", "true"),
    ("regex('٣', '^\\d$')", "false"),
    ("regex('aa', '^(?<sign>a)\\k<sign>$')", "true"),
    ("regex('ab', '(?<=a)b')", "true"),
    ("checklist(1, 2, yes, no)", "true"),
    ("checklist(1, 1, row/size)", "false"),
    ("checklist(-1, -1, no)", "true"),
    ("checklist(2, -1, yes, no)", "false"),
    ("checklist(-1, 1, 1, 1, 0)", "false"),
    ("weighted-checklist(3, 5, yes, 3, no, 9)", "true"),
    ("weighted-checklist(8, -1, row/kind, row/size)", "false"),
    ("weighted-checklist(7, 7, row[position() < 3]/kind, row[position() < 3]/size)", "true"),
    ("lang('fr')", "true"),
    ("lang('fr-BE')", "false"),
    ("selected(crops, 'beans')", "true"),
    ("selected(crops, 'bean')", "false"),
    ("is-selected(crops, 'maize')", "true"),
    ("selected-at(crops, 0)", "maize"),
    ("selected-at(crops, -1)", ""),
    ("selected-at(crops, 3)", ""),
    ("count-selected(crops)", "3"),
    ("count-selected(none)", "0"),
]
NUMBERS = [
    ("number(people)", 610082),
    ("number('  -3.50 ')", -3.5),
    ("number('1e3')", math.nan),
    ("number(none)", math.nan),
    ("number(true())", 1),
    ("int(-3.9)", -3),
    ("int('x')", math.nan),
    ("round(3.5)", 4),
    ("round(-3.5)", -4),
    ("round(2.345, 2)", 2.35),
    ("round(1250, -2)", 1300),
    ("round(1 div 0)", math.inf),
    ("floor(-3.2)", -4),
    ("ceiling(-3.8)", -3),
    ("abs(-2.5)", 2.5),
    ("pow(2, -1)", 0.5),
    ("pow(0, -1)", math.inf),
    ("pow(-8, 1 div 3)", math.nan),
    ("sqrt(2.25)", 1.5),
    ("sqrt(-1)", math.nan),
    ("exp(0)", 1),
    ("exp10(-2)", 0.01),
    ("log(exp(2))", 2),
    ("log(-1)", math.nan),
    ("log10(0.001)", -3),
    ("pi()", 3.141592653589793),
    ("sin(pi() div 6)", 0.5),
    ("cos(pi())", -1),
    ("tan(pi() div 4)", 1),
    ("asin(1)", math.pi / 2),
    ("acos(0)", math.pi / 2),
    ("acos(2)", math.nan),
    ("atan(1)", math.pi / 4),
    ("atan2(-1, -1)", -3 * math.pi / 4),
    ("sum(row[size != '']/size)", 7),
    ("sum(row/size)", math.nan),
    ("sum(nothing)", 0),
    ("min(row[1]/size, 2)", 2),
    ("max(row[size > 0]/size)", 4),
    ("max(none)", math.nan),
    ("min()", math.nan),
    ("count(row)", 3),
    ("count(nothing)", 0),
    ("count-non-empty(row/size)", 2),
    ("position(row[2])", 2),
    ("count(row[position() = last()])", 1),
    ("count(id('top'))", 1),
    ("count(randomize(row))", 3),
    ("count(current()/row)", 3),
    ("string-length(uuid())", 36),
    ("string-length(uuid(8))", 8),
    ("string-length(uuid(0))", 0),
]
# Nairobi is three hours ahead of UTC all year
DATES = [
    ("string(today())", "2026-01-15"),
    ("string(now())", "2026-01-15T10:30:00.000+03:00"),
    ("date('2026-3-7')", "2026-03-07"),
    ("date(born)", "1990-05-04"),
    ("date(0)", "1970-01-01"),
    ("date('1990-05-04') - date('1990-05-01')", "3"),
    ("date('2026-02-29')", ""),
    ("date('soon')", ""),
    ("date('')", ""),
    ("date-time('2026-01-15')", "2026-01-15"),
    ("date-time(seen)", "2026-01-15T23:45:30.500+03:00"),
    ("decimal-date-time('1970-01-01T00:00:00Z')", "0"),
    ("decimal-date-time('1970-01-03')", "1.875"),
    ("decimal-date-time('soon')", "NaN"),
    ("number('1970-01-03')", "1.875"),
    ("decimal-time('18:00')", "0.75"),
    ("decimal-time('06:00:00.000+00:00')", "0.375"),
    ("decimal-time('22:30:00Z')", "0.0625"),
    ("decimal-time(seen) * 24 > 23.75", "true"),
    ("decimal-time('24:00')", "NaN"),
    ("decimal-time('12:00:60')", "NaN"),
    ("decimal-time('12:00+03:60')", "NaN"),
    ("format-date(born, '%Y %y %m %n %b %d %e %a')", "1990 90 05 5 May 04 4 Fri"),
    ("format-date(seen, '%d.%m. %H')", "15.01. 23"),
    ("format-date-time(seen, '%H:%M:%S.%3 %h')", "23:45:30.500 23"),
    ("format-date(born, '100%')", "100%"),
    ("format-date(none, '%Y')", ""),
    ("'2026-01-15T00:00:00+03:00' <= today()", "true"),
    ("born < '1990-05-04T00:00:01'", "true"),
    ("today() + 1 = '2026-01-16'", "true"),
    ("string(today() + 1) = '2026-01-16'", "false"),
]
PLACES = [
    ("distance(here, there)", 111280.7),
    ("distance('0 0; 0 1; 0 0')", 2 * 111318.85),
    ("distance('0 0')", 0),
    ("distance('a')", math.nan),
    ("distance('91 0; 0 0')", math.nan),
    ("area('0 0; 0 1; 1 1; 1 0; 0 0')", 1.2391e10),
    ("enclosed-area('0 0; 0 1; 1 1; 1 0')", 1.2391e10),
    ("area('nowhere')", 0),
    ("area('0 0; 0 1')", 0),
]
FENCES = [
    ("geofence('0.5 0.5', '0 0; 0 1; 1 1; 1 0; 0 0')", True),
    ("geofence('1.5 0.5', '0 0; 0 1; 1 1; 1 0; 0 0')", False),
    ("geofence('0.5 0.5', '0 0; 0 1; 1 1; 1 0')", False),
    ("geofence(none, '0 0; 0 1; 1 1; 0 0')", False),
    ("intersects('0 0; 0 2; 2 2; 2 1; -1 1')", True),
    ("intersects('0 0; 0 2; 2 2; 2 0; 0 0')", False),
    ("intersects('0 0; 0 2; 2 2; 2 0')", False),
    ("intersects('0 0; 0 2; 0 1')", True),
    ("intersects('0 0; 0 2; 1 1; 0 1')", True),
    ("intersects('0 0; 1 1')", False),
    ("intersects('0 0; 1 0; 1 1; 0 0; 2 0; 0 0')", True),
    ("intersects(none)", False),
]


def run(expression: str, language: str = "en", at: str = "/data") -> object:
    """The result of `expression` seen from the node at the path `at`."""
    session = Session(
        DOCUMENT,
        NAIROBI,
        now=lambda: datetime(2026, 1, 15, 10, 30, tzinfo=NAIROBI),
        uuid=lambda: "00000000-0000-4000-8000-000000000001",
        random=random.Random(1),
        properties={"country": "KEN"},
        language=language,
    )
    node = Compiler().compile_text(at).run(Context(session, DOCUMENT))[0]
    return Compiler().compile_text(expression).run(Context(session, node))


@pytest.mark.parametrize(("expression", "result"), TEXT + LOGIC + DATES)
def test_a_function_gives_text_truth_or_a_date(expression: str, result: str) -> None:
    assert to_string(run(expression)) == result  # type: ignore[arg-type]


@pytest.mark.parametrize(("expression", "result"), NUMBERS)
def test_a_function_gives_a_number(expression: str, result: float) -> None:
    assert run(expression) == pytest.approx(result, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(("expression", "result"), PLACES)
def test_a_function_measures_places(expression: str, result: float) -> None:
    assert run(expression) == pytest.approx(result, rel=1e-4, nan_ok=True)


@pytest.mark.parametrize(("expression", "result"), FENCES)
def test_a_function_tells_how_places_lie(expression: str, result: bool) -> None:
    assert run(expression) is result


@pytest.mark.parametrize(("algorithm", "hexadecimal", "short"), DIGESTS)
def test_digests_in_both_encodings(algorithm: str, hexadecimal: str, short: str) -> None:
    assert run(f"digest('abc', '{algorithm}', 'hex')") == hexadecimal
    assert run(f"digest('abc', '{algorithm}', 'base64')") == run(f"digest('abc', '{algorithm}')") == short


# RFC 8032, section 7.1, test 2: the message is the letter r
PUBLIC_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


@pytest.mark.parametrize(
    ("content", "key", "text"),
    [
        (SIGNATURE + b"r", PUBLIC_KEY, "r"),
        (SIGNATURE + b"R", PUBLIC_KEY, ""),
        (SIGNATURE[:-1] + b"\xff" + b"r", PUBLIC_KEY, ""),
        (b"\xff" * 64 + b"r", PUBLIC_KEY, ""),
        (b"short", PUBLIC_KEY, ""),
        (SIGNATURE + b"r", PUBLIC_KEY[:5], ""),
        (SIGNATURE + b"r", b"\xff" * 32, ""),
        (SIGNATURE + b"r", b"\x02" + bytes(31), ""),
    ],
)
def test_a_signed_text_counts_only_with_its_signature(content: bytes, key: bytes, text: str) -> None:
    signed, public = (base64.b64encode(part).decode() for part in (content, key))
    assert run(f"extract-signed('{signed}', '{public}')") == text
    assert run(f"extract-signed('{signed}', '?')") == ""


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fr", "4 mai ven."),
        ("es", "4 may vie"),
        ("ru", "4 мая пт"),
        ("ar", "4 مايو الجمعة"),
        ("zh", "4 5月 周五"),
        ("sw", "4 Mei Ijumaa"),
        ("pt-BR", "4 mai. sex."),
        ("xx", "4 May Fri"),
        ("", "4 May Fri"),
        ("default", "4 May Fri"),
    ],
)
def test_names_of_months_and_days_are_in_the_language_of_the_form(language: str, shown: str) -> None:
    assert run("format-date(born, '%e %b %a')", language) == shown


def test_chance_comes_from_the_session() -> None:
    assert run("random()") == random.Random(1).random()
    kinds = run("randomize(row, 7)")
    assert isinstance(kinds, list)
    assert [node.string_value() for node in kinds] == [node.string_value() for node in kinds]
    assert run("join('', randomize(row/kind, ''))") == run("join('', randomize(row/kind, 0))")
    assert run("join('', randomize(row/kind, 'a word'))") == run("join('', randomize(row/kind, 'a word'))")


@pytest.mark.parametrize(
    "expression",
    [
        "nosuch(1)",
        "true(1)",
        "not()",
        "if(1, 2)",
        "coalesce()",
        "selected('a')",
        "count('a')",
        "sum(3)",
        "count-non-empty(1)",
        "position('a')",
        "randomize('a')",
        "round()",
        "round(1, 2, 3)",
        "pow(2)",
        "pi(1)",
        "substr('a')",
        "translate('a', 'b')",
        "regex('a')",
        "digest('a')",
        "decimal-time()",
        "format-date(born)",
        "pulldata('a', 'b', 'c')",
        "indexed-repeat(row, row)",
        "indexed-repeat(row, row, 1, row)",
        "jr:itext()",
        "jr:choice-name('a')",
        "geofence('0 0')",
        "distance()",
        "nosuch() or true()",
        "if(nosuch(), 1, 2)",
    ],
)
def test_wrong_counts_and_kinds_of_arguments_are_refused_at_once(expression: str) -> None:
    with pytest.raises(XPathError):
        Compiler().compile_text(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "digest('a', 'CRC32')",
        "digest('a', 'MD5', 'octal')",
        "regex('a', '[')",
        "regex('a', '(a')",
        "regex('a', 'a{9999999}')",
        "regex('a', '((((a{100}){100}){100}){100})')",
        "regex('aaa', '^(?R)$')",
        "if(yes, nosuch(), 1)",
        "true() and nosuch()",
    ],
)
def test_what_shows_only_when_it_runs_is_an_error_of_the_form(expression: str) -> None:
    with pytest.raises(XPathError):
        run(expression)


def test_form_check_refuses_also_what_may_never_run() -> None:
    with pytest.raises(XPathError):
        Compiler(strict=True).compile_text("if(true(), 1, nosuch())")


def test_a_pattern_that_would_never_end_is_stopped() -> None:
    with pytest.raises(XPathError, match="takes too long"):
        run(f"regex('{'a' * 60}b', '^(a|aa)+$')")


FORM = """
| survey       |             |           |               |                                                      |
|              | type        | name      | label::English (en) | calculation                                    |
|              | select_one yn | roof    | A roof?       |                                                      |
|              | text        | wish      | Wish          |                                                      |
|              | begin repeat | room     | Room          |                                                      |
|              | integer     | size      | Size          |                                                      |
|              | calculate   | before    |               | indexed-repeat(${size}, ${room}, position(..) - 1)   |
|              | calculate   | place     |               | position(..)                                         |
|              | end repeat  |           |               |                                                      |
|              | calculate   | said      |               | jr:choice-name(${roof}, '${roof}')                   |
|              | calculate   | second    |               | indexed-repeat(${size}, ${room}, 2)                  |
|              | calculate   | far       |               | indexed-repeat(${size}, ${room}, 9)                  |
|              | calculate   | drawn     |               | once(random())                                       |
|              | calculate   | priced    |               | pulldata('prices', 'price', 'kind', ${wish})         |
|              | calculate   | cheapest  |               | instance('prices')/root/item[kind = current()/../wish]/price |
|              | calculate   | spoken    |               | jr:itext('/data/wish:label')                         |
|              | csv-external | prices   |               |                                                      |
| choices      |             |           |               |                                                      |
|              | list_name   | name      | label::English (en) |                                                |
|              | yn          | yes       | Yes, a roof   |                                                      |
|              | yn          | no        | No roof       |                                                      |
"""


def test_functions_that_only_a_form_can_answer(fill: Fill) -> None:
    instance = fill(FORM, lists={"prices.csv": "kind,price\ndoor,40\nwindow,25"})
    instance.answer("/data/roof", "yes")
    instance.answer("/data/wish", "window")
    instance.answer("/data/room[1]/size", "12")
    instance.answer(instance.add("/data/room") + "/size", "20")
    assert value(instance, "said") == "Yes, a roof"
    assert value(instance, "priced") == value(instance, "cheapest") == "25"
    assert value(instance, "second") == "20"
    assert value(instance, "far") == ""
    assert value(instance, "room[1]/before") == ""
    assert value(instance, "room[2]/before") == "12"
    assert value(instance, "room[2]/place") == "2"
    assert value(instance, "drawn") == to_string(random.Random(1).random())
    assert value(instance, "spoken") == "Wish"


def test_every_function_is_tried_here() -> None:
    tried = " ".join(expression for expression, _ in TEXT + LOGIC + DATES + NUMBERS + PLACES + FENCES) + FORM
    tried += "digest(random(extract-signed(search("  # tried in tests of their own
    assert [name for name in FUNCTIONS if f"{name}(" not in tried] == []


def test_a_form_names_the_question_whose_pattern_never_ends(fill: Fill) -> None:
    instance = fill(
        """
        | survey |      |      |       |                         |
        |        | type | name | label | constraint              |
        |        | text | code | Code  | regex(., '^(a\\|aa)+$') |
        """
    )
    instance.answer("/data/code", "aaa")
    with pytest.raises(FormRuleError) as refused:
        instance.answer("/data/code", "a" * 60 + "b")
    assert refused.value.context["question"] == "code"
    assert isinstance(refused.value.context["problem"], Reason), "so that it is translated where it is shown"
