"""The conformance folder: where it is, and the table of the differences we know and want.

The material lies outside the repository. Where it is absent the tests say NOT RUN with the number of cases,
and no claim rests on that run.
"""

import gzip
import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_CASES = {
    "vectors": "3,793 XPath vectors",
    "scenarios": "461 recorded form scenarios",
    "forms": "272 forms among 346 files",
}


def shared() -> Path:
    """Return the folder with the material: HABITAT_SHARED, else `shared` beside the checkout."""
    return Path(os.environ.get("HABITAT_SHARED") or _ROOT.parent / "shared")


def folder(kind: str) -> Path:
    """Return the conformance folder; where there is none, skip and say how much was not run."""
    found = shared() / "conformance"
    if not found.is_dir():
        pytest.skip(f"NOT RUN: {_CASES[kind]} (no conformance folder; set HABITAT_SHARED)")
    return found


def packed(kind: str, name: str) -> Any:
    """Return the JSON in the packed file `name` of the conformance folder."""
    with gzip.open(folder(kind) / name, "rt", encoding="utf-8") as file:
        return json.load(file)


def case_id(*key: object) -> str:
    """Return the name of a case in the table: the first 12 digits of the SHA-256 of what makes it up."""
    text = json.dumps(key, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Difference:
    """One reason to differ. `side` is whom we follow instead: "ODK specification", "ODK Web Forms", ...

    `against` is who does otherwise, where the table says so; `cases` are the ids of the vectors, scenarios
    or forms it accounts for.
    """

    reason: str
    side: str
    cases: tuple[str, ...]
    against: str = ""


def known_differences(kind: str) -> dict[str, Difference]:
    """Return the table of `kind` ("vectors", "scenarios", "forms") by case."""
    table = tomllib.loads((_HERE / "known_differences" / f"{kind}.toml").read_text(encoding="utf-8"))
    found: dict[str, Difference] = {}
    for row in table.get("difference", []):
        difference = Difference(row["reason"], row["side"], tuple(row["cases"]), row.get("against", ""))
        for case in difference.cases:
            assert case not in found, f"{case} stands twice in the table of {kind}"
            found[case] = difference
    return found


def judge(kind: str, failed: dict[str, str], passed: set[str]) -> str:
    """Hold the failures against the table and return the counts as a line.

    `failed` tells of each failing case what was expected and what came. A failure that is not in the table
    fails the test, and so does a case in the table that passes.
    """
    known = known_differences(kind)
    fresh = [f"{case}: {told}" for case, told in failed.items() if case not in known]
    stale = sorted(known.keys() - failed.keys())
    line = f"{kind}: {len(passed)} pass, {len(failed) - len(fresh)} known differences, {len(fresh)} fail"
    print(line)
    assert not fresh, f"{line}\n" + "\n".join(fresh[:50])
    assert not stale, f"in the table of {kind}, but no longer different: {stale[:50]}"
    return line
