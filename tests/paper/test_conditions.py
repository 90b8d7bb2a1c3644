"""When a question is asked, in words a person with a pen understands."""

from pathlib import Path

import pytest

from habitat_desktop.i18n.catalogues import speaking
from habitat_desktop.paper.conditions import condition_words
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook

_HEAD = """
| survey | | | | |
| | type | name | label | relevant | calculation |
| | select_one yn | policy | Is there a policy? | |
| | select_one stage | stage | Stage | |
| | select_multiple who | who | Who took part? | |
| | integer | cost | Cost | |
| | calculate | sum | | | 1 |
"""
_TAIL = """
| choices | | | | |
| | list_name | name | label | |
| | yn | yes | Yes | |
| | yn | no | No | |
| | stage | 1 | Draft | |
| | stage | 2 | Adopted | |
| | stage | 3 | Under way | |
| | stage | 4 | Ended | |
| | who | city | The city | |
| | who | ngo | An NGO | |
"""


def asked_if(tmp_path: Path, relevant: str) -> str | None:
    """Return the words for a question with that condition."""
    row = f"| | text | why | Why? | {relevant} |"
    path = tmp_path / "form.md"
    path.write_text(f"{_HEAD.strip()}\n{row}\n{_TAIL.strip()}\n", encoding="utf-8")
    form = parse_xform(convert_workbook(path, translate=False).xml.encode("utf-8"), path=path)
    words = condition_words(form, form.elements["/data/why"])
    return None if words is None else "".join(one for one in words if one not in "\u2066\u2068\u2069")


@pytest.mark.parametrize(
    ("relevant", "words"),
    [
        ("", ""),
        ("${policy} = 'yes'", "“Is there a policy?” is “Yes”"),
        ("'yes' = ${policy}", "“Is there a policy?” is “Yes”"),
        ("not(${policy} = 'yes')", "“Is there a policy?” is not “Yes”"),
        ("${policy} != '' and ${policy} != 'no'", "“Is there a policy?” is not “No”"),
        ("${stage} = '1' or ${stage} = '2' or ${stage} = '4'", "“Stage” is “Draft”, “Adopted” or “Ended”"),
        ("number(${stage}) >= 3", "“Stage” is “Under way” or “Ended”"),
        ("number(${stage}) > 1", "“Stage” is not “Draft”"),
        ("selected(${who}, 'ngo')", "“Who took part?” includes “An NGO”"),
        ("not(selected(${who}, 'ngo'))", "“Who took part?” does not include “An NGO”"),
        ("${cost} > 1000", "“Cost” is more than 1000"),
        ("string-length(${cost}) > 0", "“Cost” is answered"),
        (
            "${policy} = 'yes' and (${cost} = '' or ${cost} > 5)",
            "“Is there a policy?” is “Yes” and either “Cost” is not answered or “Cost” is more than 5",
        ),
    ],
)
def test_what_people_write_is_said(tmp_path: Path, relevant: str, words: str) -> None:
    assert asked_if(tmp_path, relevant) == words


@pytest.mark.parametrize(
    "relevant",
    [
        "${sum} > 3",  # nobody sees what is worked out
        "${cost} > ${sum}",
        "count-selected(${who}) > 1",
        "${policy} = 'yes' and ${cost} > 5 or ${cost} = 1",  # could be read in two ways
        "${policy} = 'maybe'",  # no such choice
    ],
)
def test_what_would_be_said_wrongly_is_not_said(tmp_path: Path, relevant: str) -> None:
    assert asked_if(tmp_path, relevant) is None


def test_most_conditions_of_our_forms_are_said_in_every_language(forms_folder: Path) -> None:
    for name in ("slum_upgrading", "project_status", "housing_policy"):
        form = load_form(forms_folder / f"{name}.xlsx", foreign=False)
        for language in ("en", "ar"):
            with speaking(language):
                said = [condition_words(form, one) for one in _conditional(form)]
            assert sum(one is None for one in said) * 10 < len(said)


def _conditional(form: Form) -> list[Question]:
    return [
        one
        for one in form.walk()
        if isinstance(one, Question) and one.has_control and one.type != "note" and one.bind.relevant
    ]
