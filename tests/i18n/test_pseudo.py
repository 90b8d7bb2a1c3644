import pytest

from habitat_desktop.i18n.pseudo import accented, mirrored
from habitat_desktop.i18n.text import has_rtl

TEXTS = ["Save", "Row {row} of ${sheet}", "<b>Bold</b> &Open", "%s and %(n)d", "100 %"]


@pytest.mark.parametrize("text", TEXTS)
def test_long_and_accented_text_keeps_its_fields(text):
    changed = accented(text)
    assert len(changed) >= len(text) * 1.35
    assert changed[0] + changed[-1] == "[]"
    for kept in ("{row}", "${sheet}", "<b>", "&", "%s", "%(n)d"):
        assert (kept in changed) == (kept in text)


@pytest.mark.parametrize("text", TEXTS)
def test_mirrored_text_is_written_from_right_to_left_and_keeps_its_fields(text):
    changed = mirrored(text)
    assert has_rtl(changed) or text == "100 %"
    for kept in ("{row}", "${sheet}", "<b>", "%s", "%(n)d"):
        assert (kept in changed) == (kept in text)
