"""Where the shipped data lies: in the wheel, in the built program or in a checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache  # nothing is shipped later
def data_dir(name: str) -> Path:
    """Return the shipped folder `name`: "forms", "translations", "icons", "theme", "map" or "demo";
    "converted" are forms made ready when the program was built.
    """
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name
