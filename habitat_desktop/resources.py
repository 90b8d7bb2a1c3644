"""Where the shipped data lies: in the wheel, in the built program or in a checkout."""

from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(str(files("habitat_desktop")))


def data_dir(name: str) -> Path:
    """Return the shipped folder `name`: "forms", "translations" or "icons"."""
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name
