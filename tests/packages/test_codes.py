"""Every code of a file not let in explains itself without a file, and its sentence can be said again."""

import importlib
import re
from string import Formatter

import pytest

from habitat_desktop.incoming.errors import kinds, plain
from habitat_desktop.packages import errors

importlib.import_module("habitat_desktop.packages.questionnaires.errors")  # whatever else is loaded
KINDS = [error for error in kinds() if error.__module__.startswith("habitat_desktop") and error.meaning]


@pytest.mark.parametrize("error", KINDS, ids=lambda error: error.__name__)
def test_a_code_says_what_happened_what_was_kept_and_what_to_do(error: type[errors.PackageError]) -> None:
    for text in (error.meaning, error.kept, error.to_do):
        assert re.fullmatch(r"[A-Z].*[.]", text, re.S), error.code
        assert not [name for _text, name, _spec, _conversion in Formatter().parse(text) if name]
    assert re.fullmatch(r"[A-Z][A-Z_]+", error.code)


def test_one_error_has_one_code() -> None:
    codes = [error.code for error in KINDS]
    assert sorted(codes) == sorted(set(codes))
    listed = [error.code for error in KINDS if error.is_quarantined]
    assert [meaning.code for meaning in errors.all_codes()] == listed != codes


@pytest.mark.parametrize("error", KINDS, ids=lambda error: error.__name__)
def test_a_sentence_can_be_said_again(error: type[errors.PackageError]) -> None:
    names = [name for _text, name, _spec, _conversion in Formatter().parse(error.message) if name]
    said = error(**dict.fromkeys(names, "x"))
    again = errors.again(error.code, plain(said.context.items()))
    assert type(again) is error
    assert str(again) == str(said)


def test_an_error_of_a_newer_program_is_none_of_ours() -> None:
    assert errors.again("NOT_YET_THOUGHT_OF", {"file": "a.xlsx"}) is None
    assert errors.again("ZIP_BOMB", {"file": "a.xlsx"}) is None
