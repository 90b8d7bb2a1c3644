"""`make fit`: every page in every language at the smallest window; prints and pictures what does not fit.

python -m tests.fit [--languages ar,en-XA] [--sizes 683x384,1366x720] [--only home] [--folder build/fit]
"""

import argparse
import sys
import tempfile
from pathlib import Path

from habitat_desktop.i18n import pseudo
from habitat_desktop.i18n.languages import LANGUAGES
from tests.fit.check import Check, Told, demonstration, read_exceptions


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--languages", default=",".join([*LANGUAGES, pseudo.ACCENTED, pseudo.MIRRORED]))
    arguments.add_argument("--sizes", default="683x384,1366x720")
    arguments.add_argument("--only", default="", help="scenes whose name has this in it")
    arguments.add_argument("--folder", type=Path, default=Path("build/fit"))
    arguments.add_argument(
        "--all", action="store_true", help="picture every scene, not only those with findings"
    )
    given = arguments.parse_args()
    exceptions = read_exceptions()
    with tempfile.TemporaryDirectory() as name:
        told: list[Told] = []
        made = demonstration(Path(name))
        for size in given.sizes.split(","):
            wide, high = map(int, size.split("x"))
            for language in given.languages.split(","):
                check = Check(made, language, (wide, high), given.folder, exceptions, given.all)
                told += check.run(Path(name) / f"{language}-{size}", given.only)
                print(f"{size} {language}: {check.looked_at} pictures, {check.found} findings", flush=True)
    unused = [str(one) for one in exceptions if not one.used]
    for line in unused if not given.only else ():
        print(f"an exception that is not needed any more: {line}")
    print(f"{len(told)} findings" + (f", pictures in {given.folder}" if told else ""))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
