"""Every recorded XPath vector through our compiler, counted per dialect."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from habitat_desktop.xforms.xpath.code import Code, Context, XPathError, as_boolean, as_number, as_string
from habitat_desktop.xforms.xpath.syntax import XPathSyntaxError
from tests.xforms.conformance.documents import Recorded, recorded
from tests.xforms.conformance.material import case_id, judge, known_differences, packed

# the clock stands where it stood when the vectors were recorded; only chance gives something else
_CHANCE = re.compile(r"\b(?:random|uuid|randomize)\(")
_OURS = ("openrosa", "native")
_KEY = ("expr", "context_xml", "context_node", "expected", "type", "dialect", "lang", "tz")


def test_every_vector_gives_what_was_recorded_or_stands_in_the_table() -> None:
    failed: dict[str, str] = {}
    passed: set[str] = set()
    counts: Counter[str] = Counter()
    dialects: dict[str, str] = {}
    for vector, document in _vectors():
        case = case_id(*(vector[name] for name in _KEY))
        dialects[case] = vector["dialect"]
        kind = vector["dialect"] + (" with chance or clock" if vector["nondeterministic"] else "")
        told = _difference(vector, document)
        if told:
            failed[case] = f"{kind}: {vector['expr']!r} at {vector['context_node']}: {told}"
        else:
            passed.add(case)
        counts[f"{kind}: {'other' if told else 'same'}"] += 1
    print(*(f"{name} {count}" for name, count in sorted(counts.items())), sep="\n")
    judge("vectors", failed, passed)
    other, same = (sum(counts[f"{name}: {how}"] for name in _OURS) for how in ("other", "same"))
    assert same / (same + other) >= 0.99, "of the vectors of our dialect that leave nothing to chance"
    for difference in known_differences("vectors").values():
        found = {dialects[case] for case in difference.cases}
        assert ("JavaRosa" in difference.against) == (found == {"openrosa-javarosa"}), difference.reason


def _vectors() -> Iterator[tuple[dict[str, Any], Recorded]]:
    """Yield every vector with its document, which vectors of the same one share."""
    documents: dict[tuple[Any, ...], Recorded] = {}
    for vector in packed("vectors", "xpath_vectors.json.gz"):
        key = (vector["context_xml"], vector["lang"], vector["tz"])
        if key not in documents:
            documents[key] = recorded(*key)
        yield vector, documents[key]


def _difference(vector: dict[str, Any], document: Recorded) -> str:
    """Return what was expected and what came instead; "" where they are the same."""
    expected, kind = vector["expected"], vector["type"]
    try:
        code, context = document.evaluate(vector["expr"], vector["context_node"] or "/")
        got = _result(code, context, kind, expected, document)
    except (XPathError, XPathSyntaxError) as error:
        return "" if kind == "error" else f"expected {expected!r}, refused: {error}"
    except Exception as error:
        raise AssertionError(f"{vector['expr']!r} crashed") from error
    if kind == "error":
        return f"should be refused, got {got!r}"
    if vector["nondeterministic"] and _CHANCE.search(vector["expr"]) and kind != "string-match":
        same = _alike(got, expected)
    else:
        same = _same(got, _wanted(expected, kind))
    return "" if same else f"expected {expected!r}, got {got!r}"


def _wanted(expected: Any, kind: str) -> Any:
    """Return `expected` as `_result` gives it."""
    if kind == "number":
        return float(expected)
    if kind == "number-rounded":
        return float(expected["value"])
    if kind == "string-match":
        return re.compile(expected)
    if kind == "nodeset-unordered":
        return sorted(expected)
    return expected


def _result(code: Code, context: Context, kind: str, expected: Any, document: Recorded) -> Any:
    """Return the result of `code` turned into the type `kind`."""
    if kind == "boolean":
        return as_boolean(code)(context)
    if kind == "number":
        return as_number(code)(context)
    if kind == "number-rounded":
        return math.floor(as_number(code)(context) * expected["factor"] + 0.5) / expected["factor"]
    if kind.startswith("nodeset"):
        found = code.run(context)
        paths = [document.paths.get(node, node.name) for node in found] if isinstance(found, list) else found
        return sorted(paths) if kind == "nodeset-unordered" else paths
    text = as_string(code)(context)
    return len(text) if kind == "string-length" else text


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, re.Pattern):
        return wanted.search(got) is not None
    if isinstance(wanted, float) and isinstance(got, float):
        return math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-12) or (got != got and wanted != wanted)
    return bool(got == wanted)


def _alike(got: Any, recorded: Any) -> bool:
    """Tell whether two results of chance are of one kind: a fraction, a text of one shape, the same nodes."""
    if isinstance(recorded, list):
        return sorted(got) == sorted(recorded)
    if isinstance(recorded, float):
        return isinstance(got, float) and 0 <= got < 1
    if isinstance(recorded, str):
        return re.sub("[0-9A-Za-z]", "x", got) == re.sub("[0-9A-Za-z]", "x", recorded)
    return _same(got, recorded)
