"""Any answers a person may give read back as they were."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from habitat_desktop.i18n.text import clean
from habitat_desktop.xforms.engine import FormInstance
from tests.xforms.conftest import MakeForm, fixed_environment

TABLE = """
| survey  |                     |        |       |                |                     |
|         | type                | name   | label | relevant       | calculation         |
|         | text                | title  | T     |                |                     |
|         | integer             | many   | M     |                |                     |
|         | begin group         | inner  | I     | ${many} > 0    |                     |
|         | decimal             | share  | S     |                |                     |
|         | select_multiple abc | kinds  | K     |                |                     |
|         | begin repeat        | row    | R     |                |                     |
|         | date                | day    | D     |                |                     |
|         | text                | remark | X     |                |                     |
|         | end repeat          |        |       |                |                     |
|         | end group           |        |       |                |                     |
|         | calculate           | rows   |       |                | count(${row})       |
| choices |                     |        |       |                |                     |
|         | list_name           | name   | label |                |                     |
|         | abc                 | a      | A     |                |                     |
|         | abc                 | b      | B     |                |                     |
"""

TEXT = st.text(max_size=30).map(clean).filter(bool)
REASON = st.sampled_from(["no_survey", "not_applicable", "refused", "coming_later"])
UNAVAILABLE = st.builds(
    lambda reason, remark: {"$unavailable": {"reason": reason, "remark": remark}}, REASON, TEXT
)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return strategy | UNAVAILABLE


ROW = st.fixed_dictionaries(
    {}, optional={"day": some(st.dates().map(lambda d: d.isoformat())), "remark": some(TEXT)}
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "title": some(TEXT),
        "many": some(st.integers(-(10**9), 10**9).map(str)),
        "inner": st.fixed_dictionaries(
            {},
            optional={
                "share": some(st.decimals(-1000, 1000, places=3).map(lambda d: f"{d:f}")),
                "kinds": some(st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2, unique=True)),
                "row": st.lists(ROW, min_size=1, max_size=3),
            },
        ).filter(bool),
    },
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS)
def test_answers_read_back_as_they_were_given(form: MakeForm, answers: dict[str, Any]) -> None:
    made = _form(form)
    instance = FormInstance(made, fixed_environment(), answers)
    taken = instance.answers(relevant_only=False)
    rows = len(answers.get("inner", {}).get("row", []))
    assert taken == {**answers, "rows": str(rows)}
    assert FormInstance(made, fixed_environment(), taken).answers(relevant_only=False) == taken
    etree.fromstring(instance.submission_xml())


_made: list[Any] = []


def _form(form: MakeForm) -> Any:
    if not _made:
        _made.append(form(TABLE))
    return _made[0]
