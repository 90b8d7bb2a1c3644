"""Reference lists: shipped, translated, and released by headquarters."""

from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.i18n import lists


@pytest.fixture(autouse=True)
def shipped() -> Any:
    yield
    lists.use_released({})


def test_a_label_is_given_in_each_language_and_an_unknown_code_as_it_is() -> None:
    assert lists.list_label("yes_no", "yes", "en") == "Yes"
    assert lists.list_label("yes_no", "yes", "fr") == "Oui"
    assert lists.list_label("yes_no", "perhaps", "fr") == "perhaps"


def test_a_released_list_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "regional_office.csv"
    file.write_text("name,label,seat\nROAAS,Regional Office for Africa,Nairobi\nNEW,New Office,Dakar\n")
    before = lists.list_labels("regional_office")
    lists.use_released({"regional_office": file})
    assert lists.list_labels("regional_office") == {
        "ROAAS": "Regional Office for Africa",
        "NEW": "New Office",
    }
    assert lists.list_rows("regional_office")[1]["seat"] == "Dakar"
    lists.use_released({})
    assert lists.list_labels("regional_office") == before
