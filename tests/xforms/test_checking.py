"""`form check`: each code is produced by a form, at the cell where the author looks for it."""

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from habitat_desktop.xforms.checking import CODES, FormProblem, check_form
from tests.xforms.test_bad_forms import workbook

Check = Callable[..., list[FormProblem]]

SETTINGS = """
| settings |         |         |
|          | form_id | version |
|          | f       | 1       |
"""

# code, sheet, row, column, the form: what stands in no sheet has row 0
CASES = [
    (
        "TYPE_MISSING",
        *("survey", 3, "type"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a    | A     |
        |        |      | b    | B     |
        """,
    ),
    (
        "TYPE_UNKNOWN",
        *("survey", 2, "type"),
        """
        | survey |        |      |       |
        |        | type   | name | label |
        |        | intger | a    | A     |
        """,
    ),
    (
        "NAME_MISSING",
        *("survey", 2, "name"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text |      | A     |
        """,
    ),
    (
        "NAME_BAD",
        *("survey", 2, "name"),
        """
        | survey |      |         |       |
        |        | type | name    | label |
        |        | text | 1 house | A     |
        """,
    ),
    (
        "NAME_TWICE",
        *("survey", 3, "name"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a    | A     |
        |        | text | a    | B     |
        """,
    ),
    (
        "NAME_CASE",
        *("survey", 3, "name"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a    | A     |
        |        | text | A    | B     |
        """,
    ),
    (
        "NAME_RESERVED",
        *("survey", 2, "name"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | meta | A     |
        """,
    ),
    (
        "NAME_LONG",
        *("survey", 2, "name"),
        f"""
        | survey |              |            |       |
        |        | type         | name       | label |
        |        | begin repeat | {"r" * 32} | R     |
        |        | text         | a          | A     |
        |        | end repeat   |            |       |
        """,
    ),
    (
        "BEGIN_WITHOUT_END",
        *("survey", 2, "type"),
        """
        | survey |             |      |       |
        |        | type        | name | label |
        |        | begin group | g    | G     |
        |        | text        | a    | A     |
        """,
    ),
    (
        "END_WITHOUT_BEGIN",
        *("survey", 3, "type"),
        """
        | survey |           |      |       |
        |        | type      | name | label |
        |        | text      | a    | A     |
        |        | end group |      |       |
        """,
    ),
    (
        "END_MISMATCH",
        *("survey", 4, "type"),
        """
        | survey |             |      |       |
        |        | type        | name | label |
        |        | begin group | g    | G     |
        |        | text        | a    | A     |
        |        | end repeat  |      |       |
        """,
    ),
    (
        "GROUP_EMPTY",
        *("survey", 2, "type"),
        """
        | survey |             |      |       |
        |        | type        | name | label |
        |        | begin group | g    | G     |
        |        | end group   |      |       |
        |        | text        | a    | A     |
        """,
    ),
    (
        "LABEL_MISSING",
        *("survey", 2, "label"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a    |       |
        |        | text | b    | B     |
        """,
    ),
    (
        "REPEAT_NO_LABEL",
        *("survey", 2, "label"),
        """
        | survey |              |      |       |
        |        | type         | name | label |
        |        | begin repeat | r    |       |
        |        | text         | a    | A     |
        |        | end repeat   |      |       |
        """,
    ),
    (
        "IMAGE_FULL_SIZE",
        *("survey", 2, "parameters"),
        """
        | survey |       |      |       |
        |        | type  | name | label |
        |        | image | a    | A     |
        """,
    ),
    (
        "CALCULATION_MISSING",
        *("survey", 3, "calculation"),
        """
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | integer   | a    | A     |             |
        |        | calculate | b    |       |             |
        """,
    ),
    (
        "REPEAT_COUNT_BAD",
        *("survey", 3, "repeat_count"),
        """
        | survey |              |      |       |              |
        |        | type         | name | label | repeat_count |
        |        | integer      | n    | N     |              |
        |        | begin repeat | r    | R     | n            |
        |        | text         | a    | A     |              |
        |        | end repeat   |      |       |              |
        """,
    ),
    (
        "TRIGGER_BAD",
        *("survey", 3, "trigger"),
        """
        | survey |           |      |       |             |         |
        |        | type      | name | label | calculation | trigger |
        |        | integer   | a    | A     |             |         |
        |        | calculate | b    |       | now()       | a       |
        """,
    ),
    (
        "TRIGGER_MISSING",
        *("survey", 3, "trigger"),
        """
        | survey |                     |      |       |         |
        |        | type                | name | label | trigger |
        |        | integer             | a    | A     |         |
        |        | background-geopoint | b    |       |         |
        """,
    ),
    (
        "TRIGGER_HIDDEN",
        *("survey", 4, "trigger"),
        """
        | survey |           |      |       |             |         |
        |        | type      | name | label | calculation | trigger |
        |        | integer   | a    | A     |             |         |
        |        | calculate | b    |       | ${a} + 1    |         |
        |        | calculate | c    |       | now()       | ${b}    |
        """,
    ),
    (
        "OTHER_FILTERED",
        *("survey", 2, "choice_filter"),
        """
        | survey  |                            |      |       |               |
        |         | type                       | name | label | choice_filter |
        |         | select_one yes_no or_other | a    | A     | name = 'y'    |
        | choices |                            |      |       |               |
        |         | list_name                  | name | label |               |
        |         | yes_no                     | y    | Yes   |               |
        """,
    ),
    (
        "ENTITY_BAD",
        *("survey", 2, "save_to"),
        """
        | survey |      |      |       |         |
        |        | type | name | label | save_to |
        |        | text | a    | A     | house   |
        """,
    ),
    (
        "PARAMETER_BAD",
        *("survey", 2, "parameters"),
        """
        | survey |       |      |       |            |
        |        | type  | name | label | parameters |
        |        | range | a    | A     | start 1    |
        """,
    ),
    (
        "PARAMETER_UNKNOWN",
        *("survey", 2, "parameters"),
        """
        | survey |       |      |       |                 |
        |        | type  | name | label | parameters      |
        |        | range | a    | A     | strat=1 end=5   |
        """,
    ),
    (
        "PARAMETER_VALUE",
        *("survey", 2, "parameters"),
        """
        | survey |       |      |       |                      |
        |        | type  | name | label | parameters           |
        |        | range | a    | A     | start=1 end=5 step=9 |
        """,
    ),
    (
        "CONSTRAINT_NO_MESSAGE",
        *("survey", 2, "constraint"),
        """
        | survey |         |      |       |            |
        |        | type    | name | label | constraint |
        |        | integer | a    | A     | . > 0      |
        """,
    ),
    (
        "MESSAGE_NO_CONSTRAINT",
        *("survey", 2, "constraint_message"),
        """
        | survey |         |      |       |                    |
        |        | type    | name | label | constraint_message |
        |        | integer | a    | A     | Too many           |
        """,
    ),
    (
        "REQUIRED_POINTLESS",
        *("survey", 2, "required"),
        """
        | survey |      |      |       |          |
        |        | type | name | label | required |
        |        | note | a    | A     | yes      |
        """,
    ),
    (
        "APPEARANCE_UNKNOWN",
        *("survey", 2, "appearance"),
        """
        | survey |      |      |       |            |
        |        | type | name | label | appearance |
        |        | text | a    | A     | mutliline  |
        """,
    ),
    (
        "LIST_MISSING",
        *("survey", 2, "type"),
        """
        | survey |            |      |       |
        |        | type       | name | label |
        |        | select_one | a    | A     |
        """,
    ),
    (
        "LIST_UNKNOWN",
        *("survey", 2, "type"),
        """
        | survey  |                  |      |       |
        |         | type             | name | label |
        |         | select_one yesno | a    | A     |
        | choices |                  |      |       |
        |         | list_name        | name | label |
        |         | yes_no           | y    | Yes   |
        """,
    ),
    (
        "LIST_FILE_BAD",
        *("survey", 2, "type"),
        """
        | survey |                               |      |       |
        |        | type                          | name | label |
        |        | select_one_from_file list.txt | a    | A     |
        """,
    ),
    (
        "CHOICE_NO_LIST",
        *("choices", 3, "list_name"),
        """
        | survey  |                   |      |       |
        |         | type              | name | label |
        |         | select_one yes_no | a    | A     |
        | choices |                   |      |       |
        |         | list_name         | name | label |
        |         | yes_no            | y    | Yes   |
        |         |                   | n    | No    |
        """,
    ),
    (
        "CHOICE_NO_NAME",
        *("choices", 3, "name"),
        """
        | survey  |                   |      |       |
        |         | type              | name | label |
        |         | select_one yes_no | a    | A     |
        | choices |                   |      |       |
        |         | list_name         | name | label |
        |         | yes_no            | y    | Yes   |
        |         | yes_no            |      | No    |
        """,
    ),
    (
        "CHOICE_NO_LABEL",
        *("choices", 3, "label"),
        """
        | survey  |                   |      |       |
        |         | type              | name | label |
        |         | select_one yes_no | a    | A     |
        | choices |                   |      |       |
        |         | list_name         | name | label |
        |         | yes_no            | y    | Yes   |
        |         | yes_no            | n    |       |
        """,
    ),
    (
        "CHOICE_TWICE",
        *("choices", 3, "name"),
        """
        | survey  |                   |      |       |
        |         | type              | name | label |
        |         | select_one yes_no | a    | A     |
        | choices |                   |      |       |
        |         | list_name         | name | label |
        |         | yes_no            | y    | Yes   |
        |         | yes_no            | y    | No    |
        """,
    ),
    (
        "CHOICE_SPACE",
        *("choices", 2, "name"),
        """
        | survey  |                        |        |       |
        |         | type                   | name   | label |
        |         | select_multiple yes_no | a      | A     |
        | choices |                        |        |       |
        |         | list_name              | name   | label |
        |         | yes_no                 | oh yes | Yes   |
        """,
    ),
    (
        "FILTER_COLUMN",
        *("survey", 3, "choice_filter"),
        """
        | survey  |                   |      |       |                   |
        |         | type              | name | label | choice_filter     |
        |         | text              | r    | R     |                   |
        |         | select_one cities | a    | A     | religion = ${r}   |
        | choices |                   |      |       |                   |
        |         | list_name         | name | label | region            |
        |         | cities            | y    | Yes   | north             |
        """,
    ),
    (
        "REFERENCE_UNKNOWN",
        *("survey", 3, "relevant"),
        """
        | survey |         |         |       |              |
        |        | type    | name    | label | relevant     |
        |        | integer | rooms   | A     |              |
        |        | integer | windows | B     | ${romms} > 0 |
        """,
    ),
    (
        "REFERENCE_AMBIGUOUS",
        *("survey", 6, "relevant"),
        """
        | survey |             |      |       |          |
        |        | type        | name | label | relevant |
        |        | begin group | g    | G     |          |
        |        | integer     | a    | A     |          |
        |        | end group   |      |       |          |
        |        | begin group | h    | H     |          |
        |        | integer     | a    | A     | ${a} > 0 |
        |        | end group   |      |       |          |
        """,
    ),
    (
        "REFERENCE_BAD",
        *("survey", 3, "label"),
        """
        | survey |      |      |           |
        |        | type | name | label     |
        |        | text | a    | A         |
        |        | text | b    | B of ${ a |
        """,
    ),
    (
        "FORM_EXPRESSION",
        *("survey", 3, "relevant"),
        """
        | survey |         |         |       |                |
        |        | type    | name    | label | relevant       |
        |        | integer | rooms   | A     |                |
        |        | integer | windows | B     | (${rooms} >> 0 |
        """,
    ),
    (
        "FUNCTION_UNKNOWN",
        *("survey", 2, "calculation"),
        """
        | survey |           |      |       |                 |
        |        | type      | name | label | calculation     |
        |        | calculate | a    |       | colaesce(1, 2)  |
        |        | text      | b    | B     |                 |
        """,
    ),
    (
        "ARGUMENT_COUNT",
        *("survey", 2, "calculation"),
        """
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | calculate | a    |       | if(1, 2)    |
        |        | text      | b    | B     |             |
        """,
    ),
    (
        "FORM_PATH",
        *("survey", 2, "calculation"),
        """
        | survey |           |      |       |                 |
        |        | type      | name | label | calculation     |
        |        | calculate | a    |       | /data/ghost + 1 |
        |        | text      | b    | B     |                 |
        """,
    ),
    (
        "FORM_WORD",
        *("survey", 3, "relevant"),
        """
        | survey |      |      |       |            |
        |        | type | name | label | relevant   |
        |        | text | a    | A     |            |
        |        | text | b    | B     | ${a} = yes |
        """,
    ),
    (
        "FORM_CYCLE",
        *("survey", 2, ""),
        """
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | calculate | a    |       | ${b} + 1    |
        |        | calculate | b    |       | ${a} + 1    |
        |        | text      | c    | C     |             |
        """,
    ),
    (
        "FORM_SELF",
        *("survey", 2, "relevant"),
        """
        | survey |      |      |       |            |
        |        | type | name | label | relevant   |
        |        | text | a    | A     | ${a} = '1' |
        |        | text | b    | B     |            |
        """,
    ),
    (
        "FORM_FILE_MISSING",
        *("survey", 2, "type"),
        """
        | survey |                                 |      |       |
        |        | type                            | name | label |
        |        | select_one_from_file cities.csv | a    | A     |
        """,
    ),
    (
        "MEDIA_MISSING",
        *("survey", 2, "media::image"),
        """
        | survey |      |      |       |              |
        |        | type | name | label | media::image |
        |        | text | a    | A     | house.png    |
        """,
    ),
    (
        "FORM_CONVERTER",
        *("", 0, ""),
        """
        | survey |         |      |       |
        |        | type    | name | label |
        |        | include | a    | A     |
        """,
    ),
    (
        "FORM_REMARK",
        *("survey", 2, ""),
        """
        | survey |      |      |       |          |
        |        | type | name | label | disabled |
        |        | text | a    | A     | no       |
        """,
    ),
    (
        "SHEET_MISNAMED",
        *("setings", 0, ""),
        """
        | survey  |         |      |       |
        |         | type    | name | label |
        |         | text    | a    | A     |
        | setings |         |      |       |
        |         | form_id |      |       |
        |         | x       |      |       |
        """,
    ),
    (
        "COLUMN_MISSING",
        *("survey", 1, "type"),
        """
        | survey |      |      |       |
        |        | tipe | name | label |
        |        | text | a    | A     |
        """,
    ),
    (
        "COLUMN_TWICE",
        *("survey", 1, "relevance"),
        """
        | survey |      |      |       |          |           |
        |        | type | name | label | relevant | relevance |
        |        | text | a    | A     |          |           |
        """,
    ),
    (
        "COLUMN_SPACE",
        *("choices", 1, "my notes"),
        """
        | survey  |                   |      |       |          |
        |         | type              | name | label |          |
        |         | select_one yes_no | a    | A     |          |
        | choices |                   |      |       |          |
        |         | list_name         | name | label | my notes |
        |         | yes_no            | y    | Yes   | new      |
        """,
    ),
    (
        "COLUMN_UNKNOWN",
        *("survey", 1, "relevent"),
        """
        | survey |      |      |       |          |
        |        | type | name | label | relevent |
        |        | text | a    | A     | 1 = 1    |
        """,
    ),
    (
        "SETTING_MISSING",
        *("settings", 2, "version"),
        """
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a    | A     |
        """,
    ),
    (
        "SETTING_BAD",
        *("settings", 2, "form_id"),
        """
        | survey   |         |      |       |
        |          | type    | name | label |
        |          | text    | a    | A     |
        | settings |         |      |       |
        |          | form_id |      |       |
        |          | my form |      |       |
        """,
    ),
    (
        "LANGUAGE_UNKNOWN",
        *("settings", 2, "default_language"),
        """
        | survey   |                  |      |                    |
        |          | type             | name | label::French (fr) |
        |          | text             | a    | A                  |
        | settings |                  |      |                    |
        |          | default_language |      |                    |
        |          | Spanish (es)     |      |                    |
        """,
    ),
    (
        "LANGUAGE_UNNAMED",
        *("survey", 1, "label"),
        """
        | survey |      |      |       |                    |
        |        | type | name | label | label::French (fr) |
        |        | text | a    | A     | A                  |
        """,
    ),
    (
        "LANGUAGE_CODE",
        *("survey", 1, "label::Français"),
        """
        | survey |      |      |                     |                 |
        |        | type | name | label::English (en) | label::Français |
        |        | text | a    | A                   | A               |
        """,
    ),
    (
        "TRANSLATION_MISSING",
        *("survey", 3, "label::French (fr)"),
        """
        | survey |      |      |                     |                    |
        |        | type | name | label::English (en) | label::French (fr) |
        |        | text | a    | A                   | A                  |
        |        | text | b    | B                   |                    |
        """,
    ),
    (
        "TRAVEL_FUNCTION",
        *("survey", 2, "calculation"),
        """
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | calculate | a    |       | floor(1.5)  |
        |        | text      | b    | B     |             |
        """,
    ),
    (
        "TRAVEL_AXIS",
        *("survey", 3, "calculation"),
        """
        | survey |           |      |       |                             |
        |        | type      | name | label | calculation                 |
        |        | integer   | a    | A     |                             |
        |        | calculate | b    |       | count(preceding-sibling::*) |
        """,
    ),
    (
        "TRAVEL_DATES",
        *("survey", 3, "relevant"),
        """
        | survey |      |      |       |                     |
        |        | type | name | label | relevant            |
        |        | date | a    | A     |                     |
        |        | text | b    | B     | ${a} > '2026-01-01' |
        """,
    ),
    (
        "TRAVEL_APPEARANCE",
        *("survey", 2, "appearance"),
        """
        | survey |      |      |       |            |
        |        | type | name | label | appearance |
        |        | date | a    | A     | ethiopian  |
        """,
    ),
    (
        "TRAVEL_FEATURE",
        *("survey", 3, "type"),
        """
        | survey |       |      |       |
        |        | type  | name | label |
        |        | text  | a    | A     |
        |        | audit |      |       |
        """,
    ),
    (
        "DESKTOP_FEATURE",
        *("survey", 2, "type"),
        """
        | survey |         |      |       |
        |        | type    | name | label |
        |        | barcode | a    | A     |
        """,
    ),
    (
        "WAS_BAD",
        *("survey", 2, "bind::habitat:was"),
        """
        | survey |         |      |       |                    |
        |        | type    | name | label | bind::habitat:was  |
        |        | integer | a    | A     | an old question    |
        """,
    ),
    (
        "WAS_STILL_THERE",
        *("survey", 3, "bind::habitat:was"),
        """
        | survey |         |      |       |                    |
        |        | type    | name | label | bind::habitat:was  |
        |        | integer | a    | A     |                    |
        |        | integer | b    | B     | a                  |
        """,
    ),
    (
        "WAS_TAKES",
        *("survey", 2, "bind::habitat:takes"),
        """
        | survey |         |      |       |                    |                     |
        |        | type    | name | label | bind::habitat:was  | bind::habitat:takes |
        |        | integer | a    | A     | b                  | half                |
        """,
    ),
    (
        "ROLLOVER_BAD",
        *("survey", 2, "bind::habitat:rollover"),
        """
        | survey |         |      |       |                         |
        |        | type    | name | label | bind::habitat:rollover  |
        |        | integer | a    | A     | keep                    |
        """,
    ),
    (
        "RECORDS_BAD",
        *("survey", 2, "bind::habitat:records"),
        """
        | survey |                                      |      |       |                       |
        |        | type                                 | name | label | bind::habitat:records |
        |        | select_one_from_file records.csv     | a    | A     | project_status        |
        """,
    ),
    (
        "RECORDS_FILE",
        *("survey", 2, "bind::habitat:records"),
        """
        | survey |         |      |       |                       |
        |        | type    | name | label | bind::habitat:records |
        |        | text    | a    | A     | f a a                 |
        """,
    ),
    (
        "RECORDS_FORM",
        *("survey", 2, "bind::habitat:records"),
        """
        | survey |                                      |      |       |                       |
        |        | type                                 | name | label | bind::habitat:records |
        |        | select_one_from_file records.csv     | a    | A     | nowhere code title    |
        """,
    ),
    (
        "RECORDS_QUESTION",
        *("survey", 2, "bind::habitat:records"),
        """
        | survey |                                      |      |       |                           |
        |        | type                                 | name | label | bind::habitat:records     |
        |        | select_one_from_file records.csv     | a    | A     | project_status codex hdr  |
        """,
    ),
    (
        "HABITAT_COLUMNS",
        *("survey", 1, ""),
        """
        | survey |         |      |       |                     |
        |        | type    | name | label | bind::habitat:unit  |
        |        | integer | a    | A     | households          |
        """,
    ),
    (
        "CHOICE_UNKNOWN",
        *("survey", 3, "relevant"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | relevant |
        |         | select_one yes_no | a | A |  |
        |         | text | b | B | ${a} = 'Yes' |
        | choices |                   |      |       |  |
        |         | list_name         | name | label |  |
        |         | yes_no            | yes  | Yes   |  |
        |         | yes_no            | no   | No    |  |
        """,
    ),
    (
        "LIST_UNUSED",
        *("choices", 2, "list_name"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | relevant |
        |         | text | a | A |  |
        | choices |                   |      |       |  |
        |         | list_name         | name | label |  |
        |         | yes_no            | yes  | Yes   |  |
        |         | yes_no            | no   | No    |  |
        """,
    ),
    (
        "MULTIPLE_COMPARED",
        *("survey", 3, "relevant"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | relevant |
        |         | select_multiple yes_no | a | A |  |
        |         | text | b | B | ${a} = 'yes' |
        | choices |                   |      |       |  |
        |         | list_name         | name | label |  |
        |         | yes_no            | yes  | Yes   |  |
        |         | yes_no            | no   | No    |  |
        """,
    ),
    (
        "TEXT_REFERENCE",
        *("survey", 3, "calculation"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | calculation |
        |         | text | a | A |  |
        |         | calculate | b |  | 'Hi ${a}' |
        """,
    ),
    (
        "COMPARED_TWICE",
        *("survey", 3, "relevant"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | relevant |
        |         | integer | a | A |  |
        |         | text | b | B | 18 < ${a} < 60 |
        """,
    ),
    (
        "REGEX_BAD",
        *("survey", 2, "constraint"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | constraint |
        |         | text | a | A | regex(., '[a-z') |
        """,
    ),
    (
        "CONSTRAINT_OTHER",
        *("survey", 3, "constraint"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | constraint |
        |         | integer | a | A |  |
        |         | integer | b | B | ${a} > 5 |
        """,
    ),
    (
        "DEFAULT_BAD",
        *("survey", 2, "default"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | default |
        |         | date | a | A | 31/12/2025 |
        """,
    ),
    (
        "TRAVEL_BLANKS",
        *("survey", 5, "calculation"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | calculation |
        |         | begin repeat | r | R |  |
        |         | integer | a | A |  |
        |         | end repeat |  |  |  |
        |         | calculate | b |  | sum(${a}) |
        """,
    ),
    (
        "TRAVEL_TRUE",
        *("survey", 4, "relevant"),
        """
        | survey  |  |  |  |  |
        |         | type | name | label | calculation | relevant |
        |         | integer | a | A |  |
        |         | calculate | b | | ${a} > 1 | |
        |         | text | c | C | | ${b} = 'true' |
        """,
    ),
]
ELSEWHERE = {"FILE_COLUMN", "NOT_A_FORM", "FORM_TOO_LARGE", "TRAVEL_LONG_LIST", "AND_MORE"}


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check the form of a Markdown table; settings are added where it has none."""

    def run(table: str, name: str = "form.md") -> list[FormProblem]:
        text = textwrap.dedent(table).strip() + "\n"
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (tmp_path / "records.csv").write_text("name,label,record,country,period\n", encoding="utf-8")
        return check_form(path, foreign=False)

    return run


@pytest.mark.parametrize(("code", "sheet", "row", "column", "table"), CASES, ids=[case[0] for case in CASES])
def test_each_fault_is_told_at_its_cell(
    check: Check, code: str, sheet: str, row: int, column: str, table: str
) -> None:
    found = check(table)
    assert (code, sheet, row, column) in [(p.code, p.sheet, p.row, p.column) for p in found]
    others = {p.code for p in found if p.severity == "error"} - {code}
    assert not others, "one fault is told once, and nothing is made up"


def test_every_code_is_produced_by_a_form() -> None:
    assert {case[0] for case in CASES} | ELSEWHERE == set(CODES)


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("NOT_A_FORM", lambda path: path.write_bytes(b"x")),
        ("TRAVEL_LONG_LIST", lambda path: long_list(path)),
        ("AND_MORE", lambda path: workbook(path, [["type", "name"], *([["text", "a"]] * 502)])),
    ],
)
def test_faults_of_whole_files_are_told(tmp_path: Path, code: str, make: Callable[[Path], object]) -> None:
    path = tmp_path / "form.xlsx"
    make(path)
    assert code in {problem.code for problem in check_form(path)}


def long_list(path: Path) -> None:
    survey = [["type", "name", "label"], ["select_one village", "a", "A"]]
    choices = [["list_name", "name", "label"], *(["village", f"v{i}", f"V{i}"] for i in range(501))]
    workbook(path, survey, choices=choices)


def test_a_form_nested_too_deeply_is_told(tmp_path: Path) -> None:
    path = tmp_path / "form.xml"
    path.write_text(xform(calculate="+".join("1" * 20_000)), encoding="utf-8")
    assert [problem.code for problem in check_form(path)] == ["FORM_TOO_LARGE"]


def xform(relevant: str = "", calculate: str = "", appearance: str = "") -> str:
    calculate, relevant = calculate and f'calculate="{calculate}"', relevant and f'relevant="{relevant}"'
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
    <h:head><h:title>F</h:title><model>
    <instance><data id="f" version="1"><a/><b/><c/></data></instance>
    <bind nodeset="/data/a" type="string"/>
    <bind nodeset="/data/b" type="string" {relevant}/>
    <bind nodeset="/data/c" type="string" {calculate}/>
    </model></h:head>
    <h:body><input ref="/data/a" appearance="{appearance}"><label>A</label></input>
    <input ref="/data/b"><label>B</label></input></h:body></h:html>"""


def test_an_xform_is_told_by_line_and_path(check: Check) -> None:
    found = check(
        xform(relevant="colaesce(1)", calculate="if(/data/a, 1)", appearance="ethiopian"), "form.xml"
    )
    assert [(p.code, p.row, p.column, p.path) for p in found] == [
        ("TRAVEL_APPEARANCE", 4, "appearance", "/data/a"),
        ("FUNCTION_UNKNOWN", 5, "relevant", "/data/b"),
        ("ARGUMENT_COUNT", 6, "calculation", "/data/c"),
    ]
    assert "coalesce" in found[1].hint


def test_an_xform_names_every_circle(check: Check) -> None:
    (circle,) = check(xform(relevant="/data/c = 1", calculate="/data/b + 1"), "form.xml")
    assert circle.code == "FORM_CYCLE"
    assert {"/data/b (5)", "/data/c (6)"} <= set(circle.message.split(": ")[1].split(" → "))


def test_all_faults_are_told_at_once_with_the_cells_as_excel_names_them(tmp_path: Path) -> None:
    survey = [
        ["type", "", "name", "label", "relevant", "calculate"],
        ["intger", "", "a", "A", "", ""],
        ["select_one yesno", "", "b", "B", "${aa} > 1", ""],
        ["begin group", "", "g", "G", "", ""],
        ["calculate", "", "c", "", "", "cuont(${b})"],
    ]
    choices = [["list_name", "name", "label"], ["yes_no", "y", "Yes"], ["yes_no", "y", "Aye"]]
    found = check_form(workbook(tmp_path / "form.xlsx", survey, choices=choices))
    assert [(p.code, p.sheet, p.cell) for p in found if p.severity == "error"] == [
        ("TYPE_UNKNOWN", "survey", "A2"),
        ("LIST_UNKNOWN", "survey", "A3"),
        ("REFERENCE_UNKNOWN", "survey", "E3"),
        ("BEGIN_WITHOUT_END", "survey", "A4"),
        ("FUNCTION_UNKNOWN", "survey", "F5"),
        ("CHOICE_TWICE", "choices", "B3"),
    ]
    assert [p.hint for p in found if p.code in ("TYPE_UNKNOWN", "LIST_UNKNOWN", "FUNCTION_UNKNOWN")] == [
        "Did you mean “integer”?",
        "Did you mean “yes_no”?",
        "Did you mean “count”?",
    ]


def test_a_header_that_stands_twice_is_told_with_both_sheets_and_cells(tmp_path: Path) -> None:
    rows = [["type", "name", "label", "label"], ["text", "a", "A", "B"]]
    (problem,) = check_form(workbook(tmp_path / "form.xlsx", rows))
    assert (problem.code, problem.sheet, problem.cell) == ("COLUMN_TWICE", "survey", "D1")


@pytest.mark.parametrize(
    ("expression", "position"),
    [("${rooms} > ", 11), ("(${rooms} + 1", 14), ("${rooms} > > 1", 12), ("colaesce(${rooms}, 1)", 1)],
)
def test_the_position_of_a_syntax_error_is_that_in_the_cell(
    check: Check, expression: str, position: int
) -> None:
    found = check(f"""
        | survey |         |       |       |              |
        |        | type    | name  | label | relevant     |
        |        | integer | rooms | A     |              |
        |        | integer | b     | B     | {expression} |
    """)
    (problem,) = [p for p in found if p.severity == "error"]
    assert re.search(r"character (\d+)", problem.message)[1] == str(position)  # type: ignore[index]


def test_several_circles_are_told_with_their_rows(check: Check) -> None:
    found = check("""
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | calculate | a    |       | ${b} + 1    |
        |        | calculate | b    |       | ${a} + 1    |
        |        | calculate | c    |       | ${d} + 1    |
        |        | calculate | d    |       | ${c} + 1    |
        |        | text      | e    | E     |             |
    """)
    circles = [p.message for p in found if p.code == "FORM_CYCLE"]
    assert len(circles) == 2
    assert "/data/a (2)" in circles[0] and "/data/d (5)" in circles[1]


def test_an_end_closes_the_group_it_belongs_to_and_the_open_one_is_told(check: Check) -> None:
    found = check("""
        | survey |              |      |       |
        |        | type         | name | label |
        |        | begin repeat | r    | R     |
        |        | begin group  | g    | G     |
        |        | text         | a    | A     |
        |        | end repeat   |      |       |
    """)
    assert [(p.code, p.row) for p in found if p.severity == "error"] == [("BEGIN_WITHOUT_END", 3)]


def test_missing_translations_are_counted_with_their_first_rows(check: Check) -> None:
    rows = "\n".join(f"|  | text | q{i} | Q{i} | |" for i in range(7))
    found = check(
        "| survey | | | | |\n"
        "|  | type | name | label::English (en) | label::French (fr) |\n"
        "|  | text | a | A | A |\n" + rows
    )
    (problem,) = [p for p in found if p.code == "TRANSLATION_MISSING"]
    assert ": 7 (rows 3, 4, 5, 6, 7 …)" in problem.message


def test_media_beside_the_form_or_in_its_folder_are_found(tmp_path: Path) -> None:
    rows = [["type", "name", "label", "image"], ["text", "a", "A", "a.png"], ["text", "b", "B", "b.png"]]
    path = workbook(tmp_path / "form.xlsx", rows)
    (tmp_path / "a.png").touch()
    (tmp_path / "form-media").mkdir()
    (tmp_path / "form-media" / "b.png").touch()
    assert "MEDIA_MISSING" not in {problem.code for problem in check_form(path)}


def test_a_filter_may_read_the_columns_of_a_list_file(tmp_path: Path, check: Check) -> None:
    (tmp_path / "cities.csv").write_text("name,label,region\nx,X,north\n", encoding="utf-8")
    table = """
        | survey |                                 |      |       |               |
        |        | type                            | name | label | choice_filter |
        |        | text                            | r    | R     |               |
        |        | select_one_from_file cities.csv | a    | A     | {} = ${{r}}   |
    """
    assert "FILTER_COLUMN" not in {p.code for p in check(table.format("region"))}
    (problem,) = [p for p in check(table.format("regoin")) if p.code == "FILTER_COLUMN"]
    assert "region" in problem.hint


@pytest.mark.parametrize("lists", [["yes", "no"], ["TRUE"]])
def test_duplicates_may_be_allowed(check: Check, lists: list[str]) -> None:
    found = check(f"""
        | survey   |                         |      |       |
        |          | type                    | name | label |
        |          | select_one yes_no       | a    | A     |
        | choices  |                         |      |       |
        |          | list_name               | name | label |
        |          | yes_no                  | y    | Yes   |
        |          | yes_no                  | y    | Aye   |
        | settings |                         |      |       |
        |          | allow_choice_duplicates |      |       |
        |          | {lists[0]}              |      |       |
    """)
    assert "CHOICE_TWICE" not in {p.code for p in found}


@pytest.mark.parametrize("form_id", ["slum_upgrading", "project_status", "housing_policy"])
def test_the_shipped_forms_have_no_error_and_no_warning(forms_folder: Path, form_id: str) -> None:
    assert {p.code for p in check_form(forms_folder / f"{form_id}.xlsx")} == {"HABITAT_COLUMNS"}


def test_what_does_not_travel_names_the_tools(check: Check) -> None:
    found = check("""
        | survey |           |      |       |                  |                |
        |        | type      | name | label | calculation      | appearance     |
        |        | calculate | a    |       | substring('a',1) |                |
        |        | calculate | b    |       | geofence('','')  |                |
        |        | text      | c    | C     |                  | ex:org.app.Act |
    """)
    tools = {(p.code, p.row): p.tools for p in found if p.tools}
    assert tools == {
        ("TRAVEL_FUNCTION", 2): ("collect", "kobo"),
        ("TRAVEL_FUNCTION", 3): ("kobo", "enketo"),
        ("TRAVEL_FEATURE", 4): ("webforms", "enketo"),
        ("DESKTOP_FEATURE", 4): ("desktop",),
    }


def test_what_a_desktop_cannot_do_is_told_of_xforms_too(check: Check) -> None:
    found = check(xform(appearance="ex:org.app.Act"), "form.xml")
    assert [(p.code, p.row, p.tools) for p in found] == [
        ("TRAVEL_FEATURE", 4, ("webforms", "enketo")),
        ("DESKTOP_FEATURE", 4, ("desktop",)),
    ]


def test_an_intent_in_a_column_of_its_own_needs_a_telephone(check: Check) -> None:
    found = check("""
        | survey |      |      |       |                |
        |        | type | name | label | body::intent   |
        |        | text | a    | A     | ex:org.app.Act |
    """)
    assert [(p.row, p.tools) for p in found if p.code == "DESKTOP_FEATURE"] == [(2, ("desktop",))]


def test_a_reference_too_many_is_named_as_it_is_written(check: Check) -> None:
    found = check("""
        | survey |         |      |       |               |
        |        | type    | name | label | relevant      |
        |        | integer | a    | A     |               |
        |        | text    | b    | B     | ${a} = 1 ${a} |
    """)
    (problem,) = [p for p in found if p.severity == "error"]
    assert problem.code == "FORM_EXPRESSION" and "character 10: unexpected “${a}”" in problem.message


@pytest.mark.parametrize("fault", ["${ghost}", "nosuch()", "1 +"])
def test_circles_are_told_beside_other_faults(check: Check, fault: str) -> None:
    found = check(f"""
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | calculate | a    |       | ${{b}} + 1  |
        |        | calculate | b    |       | ${{a}} + 1  |
        |        | calculate | c    |       | {fault}     |
        |        | text      | d    | D     |             |
    """)
    assert sorted(p.row for p in found if p.severity == "error") == [2, 4]
    assert "FORM_CYCLE" in {p.code for p in found}


def test_the_reason_of_a_syntax_error_comes_out_of_the_child_to_be_translated(tmp_path: Path) -> None:
    rows = [["type", "name", "label", "relevant"], ["text", "a", "A", "1 + )"]]
    (problem,) = [p for p in check_form(workbook(tmp_path / "f.xlsx", rows)) if p.severity == "error"]
    assert problem.message.endswith("character 5: unexpected “)”")


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("${n} == 1", "Write = instead of ==."),
        ("${n} => 1", "Write >= instead of =>."),
        ("${n} <> 1", "Write != instead of <>."),
        ("${n} = 1 && ${n} = 2", "Write and instead of &&."),
        ("${n} = 1 OR ${n} = 2", "Write or instead of OR."),
        ("${n} / 2", "Write div instead of /."),
        ("${n}/${n}", "Write div instead of /."),
        ("${n} % 2", "Write mod instead of %."),
        ("not ${n}", "Write not(${n}) instead of not ${n}."),
        ("$(n) > 1", "Write ${n} instead of $(n)."),
        ("{n} > 1", "Write ${n} instead of {n}."),
        ("if(${n} > 1; '=='; 'b')", "Write , instead of ;."),
        ("len(${n})", "Did you mean “string-length”?"),
        ("${n} > today", "Write today() instead of today."),
    ],
)
def test_what_other_languages_write_is_told_as_it_is_written_here(
    check: Check, expression: str, hint: str
) -> None:
    found = check(f"""
        | survey |           |      |       |              |
        |        | type      | name | label | calculation  |
        |        | integer   | n    | N     |              |
        |        | calculate | c    |       | {expression} |
    """)
    assert [p.hint for p in found if p.hint] == [hint]


def test_a_yes_of_another_language_is_told_as_it_is_written_here(check: Check) -> None:
    found = check("""
        | survey |      |      |       |          |
        |        | type | name | label | required |
        |        | text | a    | A     | Oui      |
    """)
    assert [p.hint for p in found if p.code == "FORM_WORD"] == ["Write yes instead of Oui."]


def test_bare_words_and_missing_files_are_told_beside_what_keeps_the_form_from_converting(
    check: Check,
) -> None:
    found = check("""
        | survey |                 |      |       |                 |                 |          |
        |        | type            | name | label | relevant        | appearance      | required |
        |        | intger          | a    | A     |                 |                 | yes      |
        |        | text            | b    | B     | b > 18          |                 | no       |
        |        | text            | c    | C     | selected(${b}, no) |                 |          |
        |        | select_one yn   | d    | D     |                 | search('townz') |          |
        | choices |                |      |       |                 |                 |          |
        |        | list_name       | name | label |                 |                 |          |
        |        | yn              | key  | label |                 |                 |          |
    """)
    told = [(p.code, p.row, p.column) for p in found if p.sheet == "survey"]
    assert told == [
        ("TYPE_UNKNOWN", 2, "type"),
        ("FORM_WORD", 3, "relevant"),
        ("FORM_WORD", 4, "relevant"),
        ("FORM_FILE_MISSING", 5, "appearance"),
        ("TRAVEL_APPEARANCE", 5, "appearance"),
    ]


def test_the_name_of_a_list_stands_without_its_ending(tmp_path: Path, check: Check) -> None:
    (tmp_path / "towns.csv").write_text("name,label\n", encoding="utf-8")
    found = check("""
        | survey |           |      |       |                                     |
        |        | type      | name | label | calculation                         |
        |        | calculate | a    |       | pulldata('towns.csv', 'label', 'name', 'x') |
        |        | text      | b    | B     |                                     |
    """)
    (problem,) = [p for p in found if p.severity == "error"]
    assert (problem.code, problem.row) == ("FORM_FILE_MISSING", 2)
    assert problem.hint == "Write towns instead of towns.csv."


def test_two_ends_that_are_swapped_are_told_once(check: Check) -> None:
    found = check("""
        | survey |              |      |       |
        |        | type         | name | label |
        |        | begin group  | g    | G     |
        |        | begin repeat | r    | R     |
        |        | text         | a    | A     |
        |        | end group    |      |       |
        |        | end repeat   |      |       |
    """)
    assert [(p.code, p.row) for p in found if p.severity == "error"] == [("END_MISMATCH", 5)]


def test_a_name_with_a_prefix_nobody_declares_is_told_at_its_cell(check: Check) -> None:
    found = check("""
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a:b  | A     |
    """)
    assert [(p.code, p.row, p.hint) for p in found if p.row == 2 and p.hint] == [
        ("NAME_BAD", 2, "Did you mean “a_b”?")
    ]


def test_a_language_with_one_colon_is_told_with_two(check: Check) -> None:
    found = check("""
        | survey |      |      |                     |             |
        |        | type | name | label::English (en) | hint:French |
        |        | text | a    | A                   | B           |
    """)
    assert [p.hint for p in found if p.code == "COLUMN_UNKNOWN"] == ["Did you mean “hint::French”?"]


def test_what_is_drawn_is_no_picture_in_full_size(check: Check) -> None:
    found = check("""
        | survey |       |      |       |            |
        |        | type  | name | label | appearance |
        |        | image | a    | A     | signature  |
    """)
    assert "IMAGE_FULL_SIZE" not in {p.code for p in found}


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    (problem,) = check_form(tmp_path)
    assert "folder" in problem.message


@pytest.mark.parametrize(
    ("value", "hint"),
    [("Yes", "Did you mean “yes”?"), ("Not at all", "Did you mean “no”?"), ("xxx", "")],
)
def test_a_value_outside_the_list_is_told_with_what_was_meant(check: Check, value: str, hint: str) -> None:
    found = check(f"""
        | survey  |                        |      |       |                          |
        |         | type                   | name | label | relevant                 |
        |         | select_multiple yes_no | a    | A     |                          |
        |         | text                   | b    | B     | selected(${{a}}, '{value}') |
        | choices |                        |      |       |                          |
        |         | list_name              | name | label |                          |
        |         | yes_no                 | yes  | Yes   |                          |
        |         | yes_no                 | no   | Not at all |                     |
    """)
    assert [(p.row, p.hint) for p in found if p.code == "CHOICE_UNKNOWN"] == [(3, hint)]


def test_sound_expressions_are_left_alone(check: Check) -> None:
    found = check("""
        | survey   |                          |      |       |                                  |                    |         |          |
        |          | type                     | name | label | calculation                      | constraint         | default | required |
        |          | select_one yes_no        | a    | A     |                                  | . = 'no' or ${b} = '' | yes  |          |
        |          | select_multiple yes_no   | b    | B     |                                  | count-selected(.) < 3 | yes no |       |
        |          | select_one yes_no or_other | c  | C     |                                  |                    | other   |          |
        |          | text                     | d    | D     | jr:choice-name(${a}, '${a}')     |                    |         |          |
        |          | date                     | e    | E     |                                  | ${e} <= today()    | 2025-12-31 |       |
        |          | calculate                | f    |       | if(${a} = 'yes' and ${b} != '', 1, 0) |               |         |          |
        |          | begin repeat             | r    | R     |                                  |                    |         |          |
        |          | integer                  | n    | N     |                                  | . > 1              | 5       | yes      |
        |          | calculate                | m    |       | sum(${n})                        |                    |         |          |
        |          | end repeat               |      |       |                                  |                    |         |          |
        |          | calculate                | s    |       | sum(${n}) + max(${n})            |                    |         |          |
        | choices  |                          |      |       |                                  |                    |         |          |
        |          | list_name                | name | label |                                  |                    |         |          |
        |          | yes_no                   | yes  | Yes   |                                  |                    |         |          |
        |          | yes_no                   | no   | No    |                                  |                    |         |          |
    """)  # noqa: E501
    assert {p.code for p in found} <= {"CONSTRAINT_NO_MESSAGE", "SETTING_MISSING", "FORM_REMARK"}


def test_columns_a_list_file_lacks_are_told(tmp_path: Path, check: Check) -> None:
    (tmp_path / "towns.csv").write_text("key,label,county\n", encoding="utf-8")
    found = check("""
        | survey  |                                |      |       |                                      |                                |            |
        |         | type                           | name | label | calculation                          | appearance                     | parameters |
        |         | select_one_from_file towns.csv | a    | A     |                                      |                                |            |
        |         | select_one_from_file towns.csv | b    | B     |                                      |                                | value=key  |
        |         | calculate                      | c    |       | pulldata('towns', 'pop', 'key', 'x') |                                |            |
        |         | select_one town                | d    | D     |  | minimal search('towns', 'matches', 'countee', 'x')                |            |
        | choices |                                |      |       |                                      |                                |            |
        |         | list_name                      | name | label |                                      |                                |            |
        |         | town                           | key  | label |                                      |                                |            |
    """)  # noqa: E501
    told = [(p.row, p.column, p.hint) for p in found if p.code == "FILE_COLUMN"]
    assert told == [
        (2, "type", ""),
        (4, "calculation", ""),
        (5, "appearance", "Did you mean “county”?"),
    ]


@pytest.mark.parametrize("type_", ["text", "txet"])
@pytest.mark.parametrize(
    ("column", "expression", "told"),
    [
        ("calculation", "${s} + 1", True),
        ("relevant", ". = '1'", True),
        ("calculation", "if(${s} = '', 1, ${s})", False),
        ("constraint", "${s} != ''", False),
    ],
)
def test_what_reads_itself_is_told_whether_the_form_converts_or_not(
    check: Check, type_: str, column: str, expression: str, told: bool
) -> None:
    found = check(f"""
        | survey |         |      |       |              |
        |        | type    | name | label | {column}     |
        |        | {type_} | n    | N     |              |
        |        | text    | s    | S     | {expression} |
    """)
    assert [(p.row, p.column) for p in found if p.code == "FORM_SELF"] == ([(3, column)] if told else [])
