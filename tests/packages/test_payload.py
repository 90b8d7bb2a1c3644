"""The payload: what goes in comes out, and nothing else does."""

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitat_desktop.packages import errors, payload
from habitat_desktop.packages.package import Attachment, Package
from habitat_desktop.records.record import Receipt
from tests.packages.offices import NASTY, full_answers, package_of, revision_of

_texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=40).filter(lambda t: all(sign.isprintable() or sign == "\n" for sign in t)),
)
_names = st.text(string.ascii_lowercase, min_size=1, max_size=6)
_answers: st.SearchStrategy[Any] = st.recursive(
    st.one_of(_texts, st.lists(_texts, max_size=3)),
    lambda inner: st.one_of(
        st.dictionaries(_names, inner, max_size=4),
        st.lists(st.dictionaries(_names, inner, max_size=3), max_size=3),
    ),
    max_leaves=12,
)


def _read(package: Package) -> Package:
    return payload.decode(
        payload.from_cells(payload.to_cells(payload.encode(package)), "a.xlsx").payload, "a.xlsx"
    )


@settings(deadline=None)
@given(st.lists(st.dictionaries(_names, _answers, max_size=5), max_size=4))
def test_any_answers_come_out_as_they_went_in(answers: list[dict[str, Any]]) -> None:
    package = package_of([revision_of(number, item) for number, item in enumerate(answers, 1)])
    assert _read(package) == package


def test_receipts_and_attachments_come_out_as_they_went_in() -> None:
    receipt = Receipt("ab" * 32, 7, "laptop-2", "imported", "2026-07-01T00:00:00.000000Z", ("cd" * 32,))
    plan = Attachment("ef" * 32, "مخطط.png", "image/png", 3)
    package = replace(package_of([revision_of()]), receipts=(receipt,), attachments=(plan,))
    assert _read(package) == package


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (payload.encode(package_of([revision_of(1), revision_of(2)])) for _ in range(2))
    assert first == second


def _cells() -> list[tuple[str, str]]:
    return payload.to_cells(payload.encode(package_of([revision_of(n, full_answers()) for n in range(1, 4)])))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_changed_character_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    cells = _cells()
    whole = payload.from_cells(cells, "a.xlsx")
    row = data.draw(st.sampled_from([n for n, (name, value) in enumerate(cells) if value]))
    name, value = cells[row]
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(
        st.sampled_from(string.ascii_letters + string.digits + "+/= -").filter(lambda c: c != value[place])
    )
    cells[row] = (name, value[:place] + other + value[place + 1 :])
    try:
        found = payload.from_cells(cells, "a.xlsx")
    except errors.PackageError:
        return
    assert found.payload == whole.payload  # the last block of zlib ends in bits that nobody reads
    if name not in ("key", "signature"):  # those are checked with what they sign, by `trust`
        assert found == whole


def test_rows_in_another_order_are_read_all_the_same() -> None:
    cells = _cells()
    assert payload.from_cells(reversed(cells), "a.xlsx") == payload.from_cells(cells, "a.xlsx")


def test_a_missing_piece_is_named() -> None:
    cells = [(name, value) for name, value in _cells() if name != "000001"]
    with pytest.raises(errors.PayloadIncompleteError) as caught:
        payload.from_cells(cells, "a.xlsx")
    assert caught.value.context["piece"] == 1


def test_a_newer_format_is_named() -> None:
    cells = [(name, value.replace("/v1", "/v9")) for name, value in _cells()]
    with pytest.raises(errors.NewerFormatError) as caught:
        payload.from_cells(cells, "a.xlsx")
    assert caught.value.context["format"] == "habitat-desktop/package/v9"


def test_a_sheet_with_something_else_is_no_package() -> None:
    with pytest.raises(errors.NoPackageSheetError):
        payload.from_cells([["name", "value"], ["a", 1.0]], "a.xlsx")


@pytest.mark.parametrize("content", [b"[]", b"{}", b"{", b'{"format":1}', b"\xff", b"[" * 100_000])
def test_a_payload_of_another_shape_is_damaged_or_newer_but_never_a_crash(content: bytes) -> None:
    with pytest.raises(errors.PackageError):
        payload.decode(content, "a.xlsx")


def test_a_payload_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = _cells()
    monkeypatch.setattr(payload, "SIZE_LIMIT", 100)
    with pytest.raises(errors.PayloadTooBigError):
        payload.from_cells(cells, "a.xlsx")
