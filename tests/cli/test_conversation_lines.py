"""Lines of a conversation: none wider than a screen, whatever it is written in."""

import pytest
from rich.cells import cell_len

from habitat_desktop.cli.conversation_lines import inside, named_question, plain, said_by, under
from habitat_desktop.i18n.catalogues import set_language


@pytest.mark.parametrize(
    "text",
    ["words " * 60, "城市人口" * 60, "مرحبا بكم " * 40, "x" * 300, "", "two\nlines"],
)
def test_no_line_is_wider_than_a_screen(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    under(text)
    lines = capsys.readouterr().out.splitlines()
    assert lines and max(map(cell_len, lines)) <= 80
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_an_id_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    under("word " * 14 + "KE-7F3K-0042/Q3 and so on")
    assert "KE-7F3K-0042/Q3" in capsys.readouterr().out.splitlines()[1]


def test_what_came_from_elsewhere_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in said_by("A\x1b[2J", "2026-11-21T10:00:00.000000Z", "B\x1b[31m")
    assert inside("plain") == "plain" and inside("مرحبا") == "\u2068مرحبا\u2069"
    assert named_question("Homes", "/data/place[2]/homes") == "Homes (place[2]/homes)"
    assert named_question("Homes", "/data/homes") == "Homes"


def test_isolates_are_printed_only_where_direction_matters() -> None:
    arabic = "of \u2068نيروبي\u2069"
    assert plain("of \u2068Nairobi\u2069, \u2066KE\u2069") == "of Nairobi, KE" and plain(arabic) == arabic
    try:
        set_language("ar")
        assert plain("\u2066KE\u2069") == "\u2066KE\u2069"
    finally:
        set_language("en")
