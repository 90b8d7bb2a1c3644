"""How many questions are answered: what a person gave, not what the program worked out."""

from tests.xforms.conftest import Fill


def test_only_relevant_answers_of_a_person_count(fill: Fill) -> None:
    instance = fill("""
        | survey |           |         |         |             |                |          |
        |        | type      | name    | label   | calculation | relevant       | required |
        |        | integer   | rooms   | Rooms   |             |                |          |
        |        | integer   | windows | Windows |             | ${rooms} > 0   | yes      |
        |        | calculate | twice   |         | ${rooms} * 2 |               |          |
        |        | note      | thanks  | Thanks  |             |                |          |
    """)
    assert instance.answered() == 0
    instance.answer("/data/rooms", "2")
    instance.answer("/data/windows", "4")
    assert instance.answered() == 2
    instance.answer("/data/rooms", "0")
    assert instance.answered() == 1
    instance.answer("/data/rooms", "1")
    instance.mark_unavailable("/data/windows", "no_survey")
    assert instance.answered() == 2
