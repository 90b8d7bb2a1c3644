"""Lists are read lazily: whichever way leads to an item first, it is the same node with the same text."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from habitat_desktop.xforms.definition import Source
from habitat_desktop.xforms.list_nodes import InstanceNode
from habitat_desktop.xforms.secondary import load_source
from habitat_desktop.xforms.xpath.nodes import Node

LIST = """<instance id="l"><root>
  <item><name>a</name><label>A <!-- note -->of one</label><of>1</of></item>
  <item><name>b</name><label>B</label><of>2</of></item>
  <item><name>c</name><label/><of>1</of></item></root></instance>"""
CSV = "name,label,of\na,A of one,1\nb,B,2\nc,,1\n"


@pytest.fixture(params=["xml", "csv"])
def towns(request: pytest.FixtureRequest, tmp_path: Path) -> InstanceNode:
    if request.param == "xml":
        return load_source(Source("l", etree.fromstring(LIST)))
    path = tmp_path / "l.csv"
    path.write_text(CSV, encoding="utf-8")
    return load_source(Source("l", None, path, "jr://file-csv/l.csv"))


def _names(nodes: object) -> list[str]:
    return [node.cell("name") for node in nodes]  # type: ignore[attr-defined]


ITEM = ("root", "item")


def test_items_are_found_by_a_column(towns: InstanceNode) -> None:
    assert _names(towns.items_where(ITEM, "of", "1")) == ["a", "c"]
    assert _names(towns.items_where(ITEM, "label", "")) == ["c"]
    assert _names(towns.items_where(ITEM, "of", "3")) == []
    assert _names(towns.items_where(ITEM, "nothing", "")) == []


def test_an_item_found_by_index_and_the_one_walked_to_are_one_node(towns: InstanceNode) -> None:
    found = towns.items_where(ITEM, "name", "b")[0]
    walked = towns.items(ITEM)
    assert walked[1] is found
    assert towns.items_where(ITEM, "name", "c")[0] is walked[2]
    assert found.parent is not None and found.parent.elements()[-1] is not None


def test_cells_are_the_same_before_and_after_the_nodes_are_made(towns: InstanceNode) -> None:
    item = towns.items_where(ITEM, "name", "a")[0]
    before = [item.cell(name) for name in ("name", "label", "of", "nothing")]
    assert [child.string_value() for child in item.elements() if child.name != "#text"] == [
        "a",
        "A of one",
        "1",
    ]
    assert (
        [item.cell(name) for name in ("name", "label", "of", "nothing")]
        == before
        == ["a", "A of one", "1", ""]
    )


def test_items_with_a_column_twice_or_not_at_all_are_found_all_the_same() -> None:
    uneven = etree.fromstring(
        "<instance id='l'><root><item><name>a</name><tag>x</tag><tag>y</tag></item>"
        "<item><name>b</name></item>"
        "<other><tag>x</tag></other><item><name>c</name><tag>x</tag><tag>x</tag></item></root></instance>"
    )
    found = load_source(Source("l", uneven))
    assert _names(found.items_where(ITEM, "tag", "x")) == ["a", "c"]
    assert _names(found.items_where(ITEM, "tag", "y")) == ["a"]


def test_short_and_long_rows_of_a_table_are_read(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name;label\na\n\nb;B;more\n", encoding="utf-8-sig")
    found = load_source(Source("l", None, path))
    assert [(item.cell("name"), item.cell("label")) for item in found.items(ITEM)] == [("a", ""), ("b", "B")]


def test_an_empty_table_has_no_items(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("", encoding="utf-8")
    found = load_source(Source("l", None, path))
    assert found.items(ITEM) == [] and list(found.items_where(ITEM, "name", "a")) == []


def test_threads_that_look_at_a_list_at_once_see_all_of_it() -> None:
    items = "".join(f"<item><name>n{number}</name></item>" for number in range(2000))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            towns = load_source(Source("l", etree.fromstring(f"<instance><root>{items}</root></instance>")))
            with ThreadPoolExecutor(4) as pool:
                seen = list(pool.map(lambda _, list_=towns: _everything(list_), range(4)))
            assert [len(one) for one in seen] == [2000] * 4
            assert all(one is other for one, other in zip(seen[0], seen[-1], strict=True))
    finally:
        sys.setswitchinterval(interval)


def _everything(towns: InstanceNode) -> list[Node]:
    (root,) = towns.named("root")
    assert len(root.elements()) == 2000
    return list(root.named("item"))
