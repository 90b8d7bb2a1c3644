"""Opens every report the demonstration wrote: `reports_written.py FOLDER` ends with 1 if one says nothing."""

import sys
from pathlib import Path

import docx
import openpyxl

from habitat_desktop.cli import demo_reports


def opens(path: Path) -> bool:
    """Whether a report can be opened and has something to say."""
    if path.suffix == ".docx":
        return len(docx.Document(str(path)).tables) > 2
    if path.suffix == ".xlsx":
        return len(openpyxl.load_workbook(path).sheetnames) > 1
    return path.read_bytes().startswith(b"%PDF") and path.stat().st_size > 10_000


def main(folder: Path) -> int:
    """Say how many reports were opened, and which say nothing."""
    wanted = demo_reports.files(folder)
    bad = [path for path in wanted if not path.is_file() or not opens(path)]
    print(f"{len(wanted) - len(bad)} of {len(wanted)} reports of the demonstration open", *bad, sep="\n  ")
    return int(bool(bad) or not wanted)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
