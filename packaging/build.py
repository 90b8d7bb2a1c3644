"""Build the program for this platform into dist/habitat, and say how large it became."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Compile the catalogues, run PyInstaller and print the size of the result."""
    subprocess.run([sys.executable, "-m", "habitat_desktop.i18n", "compile"], cwd=ROOT, check=True)
    shutil.rmtree(ROOT / "build" / "converted", ignore_errors=True)
    convert = "from pathlib import Path; from habitat_desktop.xforms.library import convert_shipped; "
    convert += "convert_shipped(Path('build/converted'))"
    subprocess.run([sys.executable, "-c", convert], cwd=ROOT, check=True)
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "packaging/habitat.spec"],
        cwd=ROOT,
        check=True,
    )
    folder = ROOT / "dist" / "habitat"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{folder.relative_to(ROOT)}: {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
