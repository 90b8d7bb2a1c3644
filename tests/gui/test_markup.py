"""The markup of labels: what is shown, what is left as it is written, and that nothing else gets through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.gui.markup import has_markup, plain, rich


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("**Welcome** to us", "Welcome to us", "<b>Welcome</b> to us"),
        ("__a__ and *b* and _c_", "a and b and c", "<b>a</b> and <i>b</i> and <i>c</i>"),
        ("***both***", "both", "<i><b>both</b></i>"),
        ("**مرحبا** بكم", "مرحبا بكم", "<b>مرحبا</b> بكم"),
        ('<span style="color:red">Stop</span>', "Stop", '<span style="color:red">Stop</span>'),
        ("<b>x</b><br>y & z", "x\ny & z", "<b>x</b><br>y &amp; z"),
        ("# One\ntwo", "One\ntwo", '<b style="font-size:x-large">One</b><br>two'),
        ("[us](https://x.org/a_b_c)", "us", '<a href="https://x.org/a_b_c">us</a>'),
        (r"\*as it is\*", "*as it is*", "*as it is*"),
    ],
)
def test_known_markup_is_shown_and_left_out_of_plain_words(text: str, words: str, html: str) -> None:
    assert plain(text) == words
    assert rich(text) == html
    assert has_markup(text)


@pytest.mark.parametrize(
    "text",
    ["snake_case_name", "2*3*4 = 24", "a * b * c", "Total #1", "5 < 6", "<b>open", "* one", "___", "[1] (2)"],
)
def test_signs_that_are_no_markup_stay(text: str) -> None:
    assert plain(text) == text
    assert not has_markup(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="file:///etc/passwd">',
        "[x](javascript:alert)",
        "[x](file:///etc/passwd)",
        '<a href="javascript:x">y</a>',
    ],
)
def test_anything_else_is_shown_as_it_is_written(text: str) -> None:
    assert plain(text) == text
    assert not has_markup(text)
    assert "<" not in rich(text)


def test_a_style_may_give_colour_and_font_only() -> None:
    text = '<span style="background:url(x); color: #a00; font-family: Noto Sans" onclick="x">t</span>'
    assert rich(text) == '<span style="color:#a00;font-family:Noto Sans">t</span>'


@given(st.text(alphabet='*_#[](<>/ \n\\bspan"=:style;ah', max_size=60))
def test_only_known_tags_come_out_whatever_goes_in(text: str) -> None:
    allowed = re.compile(
        r'</?[biu]>|</?span>|<br>|</a>|<a href="[^"<>]*">'
        r'|<b style="font-size:[a-z-]+">|<span style="[^"<>]*">'
    )
    assert "<" not in allowed.sub("", rich(text))


@pytest.mark.parametrize("text", ["**a ", "*a ", "_a ", "__a ", "[a](", "<span ", "<b>", "# ", "#  ", "\\"])
def test_long_texts_take_no_time(text: str) -> None:
    assert isinstance(plain(text * 10_000 + "x"), str)
