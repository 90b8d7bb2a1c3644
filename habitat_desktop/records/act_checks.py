"""Recomputes what must hold of every act: checksum, columns, chain, signature, person and reason.

Standard library only: a backup is checked without the weight of the store.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from habitat_desktop.records import roles
from habitat_desktop.records.act import Act
from habitat_desktop.records.record import canonical_json
from habitat_desktop.records.store_problem import StoreProblem

_TEXTS = ("office", "installation", "act_id", "kind", "record_id", "revision_id", "about", "after")
_ORDER = "FROM acts ORDER BY office, installation, number"
QUERY = f"SELECT number, {', '.join(_TEXTS)}, signature, document {_ORDER}"
# bytes as they are: one that is no sign any more would end the reading of all that comes behind it
SQLITE_QUERY = (
    f"SELECT number, {', '.join(f'CAST({name} AS BLOB)' for name in (*_TEXTS, 'signature', 'document'))} "
    f"{_ORDER}"
)

# what damage to a file makes of acts; a hole may be filled later, and what others wrote is no damage
DAMAGE = frozenset({"ACT_HASH", "ACT_UNREADABLE", "ACT_COLUMNS", "ACT_LINK"})

Chain = tuple[str, str]  # office, installation
Judge = Callable[[Act], bool | None]  # whether the signature is good; None where the key is not known


class ActCheck:
    """Checks the rows of `QUERY` or `SQLITE_QUERY`, which come chain by chain.

    `judge` knows the keys; without one no signature is checked. The acts of the installation `life` are
    signed here: their keys must be known.
    """

    def __init__(self, judge: Judge | None = None, life: str = "") -> None:
        self._judge = judge
        self._life = life
        self.highest: defaultdict[Chain, int] = defaultdict(int)
        self.unchecked = 0  # acts whose key is not known here

    def problems(self, rows: Iterable[Sequence[Any]]) -> Iterator[StoreProblem]:
        """Yield what does not hold."""
        before = ("", "")  # the chain of the row before this one, and what was the id there
        for row in rows:
            number, said, content = _cells(row)
            chain, act_id = (said["office"], said["installation"]), said["act_id"]
            if not isinstance(number, int):
                yield _problem("ACT_UNREADABLE", chain, 0, act_id)
                continue
            last = self.highest[chain]
            if number > last + 1:
                yield _problem("ACT_GONE", chain, last + 1, detail=str(number - 1))
            self.highest[chain] = number
            act, found = _read(chain, number, said, content)
            yield from found
            if act is not None:
                if last == number - 1 and act.previous != (before[1] if last else ""):
                    yield _problem("ACT_LINK", chain, number, act_id)
                yield from self._signed(act, chain)
            before = ("/".join(chain), act_id)

    def _signed(self, act: Act, chain: Chain) -> Iterator[StoreProblem]:
        if self._judge is None:
            return
        good = self._judge(act)
        if good is None:
            self.unchecked += 1
            if act.installation == self._life:
                yield _problem("ACT_KEY", chain, act.number, act.act_id)
        elif not good:
            yield _problem("ACT_SIGNATURE", chain, act.number, act.act_id)

    def tails(
        self, lives: Collection[str], confirmed: Iterable[Mapping[str, Sequence[Sequence[int]]]]
    ) -> Iterator[StoreProblem]:
        """Yield where the chains of `lives` are shorter than what others say they have of them."""
        told: defaultdict[Chain, int] = defaultdict(int)
        for have in confirmed:
            for name, ranges in have.items():
                office, _slash, life = name.partition("/")
                if life in lives:
                    told[office, life] = max(told[office, life], *(last for _first, last in ranges), 0)
        for chain, last in sorted(told.items()):
            if self.highest[chain] < last:
                yield _problem("ACT_TAIL", chain, self.highest[chain] + 1, detail=str(last))


def _cells(row: Sequence[Any]) -> tuple[Any, dict[str, str], bytes]:
    """Return number, texts and content of a row, whatever damage made of them."""
    number, *texts, document = row
    said = {
        name: text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
        for name, text in zip((*_TEXTS, "signature"), texts, strict=True)
    }
    if isinstance(document, bytes):
        return number, said, document
    return number, said, document.encode() if isinstance(document, str) else canonical_json(document)


def _read(
    chain: Chain, number: int, columns: Mapping[str, Any], content: bytes
) -> tuple[Act | None, list[StoreProblem]]:
    """Return the act in a row, if it can be read, and what is wrong with it by itself."""
    act_id = columns["act_id"]
    if hashlib.sha256(content).hexdigest() != act_id:
        return None, [_problem("ACT_HASH", chain, number, act_id)]
    try:
        act = Act.from_document(json.loads(content), str(columns["signature"]))
        after = json.loads(columns["after"]) if isinstance(columns["after"], str) else columns["after"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, [_problem("ACT_UNREADABLE", chain, number, act_id)]
    repeated = {**columns, "number": number, "after": after}
    found = [
        _problem("ACT_COLUMNS", chain, number, act_id, detail=name)
        for name, value in act.document().items()
        if name in repeated and repeated[name] != value
    ]
    known = roles.WRITES.get(act.kind) or roles.NOTES.get(act.kind)
    if known is not None and act.role not in known:
        found.append(_problem("ACT_ROLE", chain, number, act_id, detail=act.role))
    if not act.person.strip():
        found.append(_problem("ACT_NOBODY", chain, number, act_id))
    if act.kind in roles.REASON_NEEDED and not act.reason.strip():
        found.append(_problem("ACT_WHY", chain, number, act_id))
    return act, found


def _problem(code: str, chain: Chain, number: int, act_id: str = "", detail: str = "") -> StoreProblem:
    return StoreProblem(code, "/".join(filter(None, chain)), number, act_id=act_id, detail=detail)
