"""Damages packages at random: none may crash or hang the reader, and none may be read as another package.

    python -m tests.packages.fuzzing --count 100000 --seed 7

Every mutant is refused with a code, or its payload is the very same as before; and a sheet that is read
quickly holds what the slow parser finds in it.
"""

import argparse
import io
import random
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from habitat_desktop.incoming import errors, sheets
from habitat_desktop.incoming.process_limits import limit_process
from habitat_desktop.incoming.values import Context
from habitat_desktop.incoming.workbook import OpenedWorkbook, open_workbook
from habitat_desktop.incoming.xml_parts import text_of
from habitat_desktop.packages import keys, payload

SECONDS, MEGABYTES = 5, 500
_FILE = "mutant.xlsx"
_PIECES = (
    b'r="A1"', b'r="ZZZ9999999"', b' t="s"', b' t="zz"', b' t="inlineStr"', b"<v>-1</v>", b"<v>999999</v>",
    b"<!--x-->", b"<![CDATA[x]]>", b"<?x y?>", b"&#0;", b"&#xD800;", b"&amp;", b"]]>", b"</row>",
    b'<row r="4">',
    b"<c/>", b"</c>", b"\0", b"\xff", b"\xe2\x80\x8f", b"_x000D_", b"<f>1+1</f>", b' s="9"', b"NaN", b"1e999",
    b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', b"<!DOCTYPE x>", b"</sheetData>", b"<sheetData>",
    b'xmlns="urn:x"', b"<is><t>x</t></is>", b'<c r="B3"><v>7</v></c>',
)  # fmt: skip


@dataclass
class Base:
    """A sound package: its bytes, its parts and its payload."""

    data: bytes
    content: bytes
    parts: dict[str, bytes]

    @classmethod
    def of(cls, data: bytes) -> "Base":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        return cls(data, _payload(open_workbook(data, _FILE))[0], parts)


@dataclass
class Outcome:
    """What became of all mutants: how many had each code, the slowest, and what went wrong."""

    codes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    faults: list[str] = field(default_factory=list)


def mutants(base: Base, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield damaged packages without end, each kind of damage in turn; the same seed gives the same ones."""
    chance = random.Random(seed)
    kinds: tuple[Callable[[Base, random.Random], bytes], ...] = (_raw, _in_xml, _in_cells)
    while True:
        for kind in kinds:
            yield kind.__name__.strip("_"), kind(base, chance)


def _raw(base: Base, chance: random.Random) -> bytes:
    data = bytearray(base.data)
    for _time in range(chance.choice((1, 1, 2, 8, 40))):
        place = chance.randrange(len(data))
        kind = chance.randrange(5)
        if kind == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[place : place + chance.randrange(1, 50)]
        elif kind == 2:
            data[place:place] = chance.randbytes(chance.randrange(1, 20))
        elif kind == 3:
            data[place : place + 4] = chance.choice(
                (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"\0\0\0\0", b"\xff" * 4)
            )
        else:
            other = chance.randrange(len(data))
            data[place:place] = data[other : other + chance.randrange(1, 200)]
        if len(data) < 100:
            break
    return bytes(data)


def _in_xml(base: Base, chance: random.Random) -> bytes:
    parts = dict(base.parts)
    for _time in range(chance.choice((1, 1, 3))):
        name = chance.choice(list(parts))
        data = bytearray(parts[name])
        for _change in range(chance.choice((1, 2, 5))):
            place = chance.randrange(len(data) + 1)
            kind = chance.randrange(4)
            if kind == 0:
                data[place:place] = chance.choice(_PIECES)
            elif kind == 1:
                del data[place : place + chance.randrange(1, 30)]
            elif kind == 2:
                other = chance.randrange(len(data) + 1)
                data[place:place] = data[other : other + chance.randrange(1, 60)]
            elif place < len(data):
                data[place] = chance.randrange(256)
        parts[name] = bytes(data)
    return _packed(parts)


def _in_cells(base: Base, chance: random.Random) -> bytes:
    """Change, move, copy or drop whole cells, rows and shared texts: the archive and its XML stay sound."""
    parts = dict(base.parts)
    names = [name for name in parts if "/worksheets/" in name or name.endswith("sharedStrings.xml")]
    for _time in range(chance.choice((1, 2, 4))):
        name = chance.choice(names)
        mark = chance.choice((b"</c>", b"</row>")) if "worksheets" in name else b"</si>"
        pieces = parts[name].split(mark)
        if len(pieces) < 3:
            continue
        one, other = chance.randrange(len(pieces) - 1), chance.randrange(len(pieces) - 1)
        kind = chance.randrange(4)
        if kind == 0:
            pieces[one], pieces[other] = pieces[other], pieces[one]
        elif kind == 1:
            pieces.insert(one, pieces[other])
        elif kind == 2:
            del pieces[one]
        else:
            value = str(chance.choice((0, -1, 7, 10**17, chance.randrange(3000)))).encode()
            head, found, _rest = pieces[one].partition(b"<v>")
            pieces[one] = head + found + value + b"</v>" if found else pieces[other]
        parts[name] = mark.join(pieces)
    return _packed(parts)


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def judge(base: Base, data: bytes) -> str:
    """Return the code of the refusal, or "read".

    Raises:
        AssertionError: the mutant was read as something else.
        Exception: the reader failed in a way nobody expects.
    """
    try:
        opened = open_workbook(data, _FILE)
        content, seal = _payload(opened)
        if not keys.verify(keys.PACKAGE_DOMAIN, content, seal.key, seal.signature):
            return "BAD_SIGNATURE"
        assert content == base.content, "another payload was accepted"
        for entry in opened.entries:
            if entry.part:
                _check_both_ways(opened, entry.name)
    except errors.IncomingError as error:
        return error.code
    return "read"


def _payload(opened: OpenedWorkbook) -> tuple[bytes, payload.Seal]:
    name = next((name for name in opened.names if name.casefold() == payload.SHEET), None)
    envelope = payload.from_cells(opened.rows(name) if name is not None else [], _FILE)
    payload.decode(envelope.payload, _FILE)
    return envelope.payload, envelope.seal


def _check_both_ways(opened: OpenedWorkbook, name: str) -> None:
    quick = opened.rows(name)
    context = opened.context
    text = text_of(opened.archive.read(context.part), _FILE, context.part)
    slow = sheets._Parsed(_like(context)).rows(text).lines
    assert quick == slow, f"sheet {name!r} is read in two ways"


def _like(context: Context) -> Context:
    return Context(
        _FILE, context.strings, context.date_styles, context.is_1904, sheet=context.sheet, part=context.part
    )


def run(base: Base, count: int, seed: int, report: Callable[[Outcome], None] | None = None) -> Outcome:
    """Judge `count` mutants."""
    outcome = Outcome()
    for number, (kind, data) in zip(range(count), mutants(base, seed), strict=False):
        start = time.process_time()
        try:
            code = judge(base, data)
        except Exception:
            code = "FAULT"
            outcome.faults.append(
                f"mutant {number} of seed {seed} ({kind}): {traceback.format_exc(limit=-3)}"
            )
        spent = time.process_time() - start
        outcome.slowest_s = max(outcome.slowest_s, spent)
        if spent > SECONDS:
            outcome.faults.append(f"mutant {number} of seed {seed} ({kind}): {spent:.1f} s")
        outcome.codes[code] += 1
        if report is not None and number % 5000 == 4999:
            report(outcome)
    return outcome


def small_base(folder: Path) -> Base:
    """Return a package of three records to be damaged."""
    from tests.packages.offices import package_of, revision_of, write

    return Base.of(write(folder / "base.xlsx", package_of([revision_of(n) for n in (1, 2, 3)])).read_bytes())


def main() -> int:
    """Run from the command line; 1 where anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    print(f"{options.count:,} mutants, seed {options.seed}", flush=True)
    with TemporaryDirectory() as folder:
        base = small_base(Path(folder))
    limit_process((MEGABYTES + 1500) << 20)  # this process holds more than the child: the store, the forms
    start = time.monotonic()
    outcome = run(base, options.count, options.seed, _say_how_far)
    for code, count in outcome.codes.most_common():
        print(f"{count:8,}  {code}")
    print(f"slowest {outcome.slowest_s:.2f} s of the processor; {_peak_mb():.0f} MB at most; ", end="")
    print(f"{time.monotonic() - start:.0f} s altogether; {len(outcome.faults)} faults")
    print("\n".join(outcome.faults[:20]))
    return 1 if outcome.faults else 0


def _say_how_far(outcome: Outcome) -> None:
    print(f"  {outcome.codes.total():,}, {len(outcome.faults)} faults", flush=True)


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
