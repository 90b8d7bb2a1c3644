"""Python's garbage collection, kept away from what only builds up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Build without looking for garbage, which takes a third of the time where nothing is garbage yet."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # what was built goes to the oldest generation unlooked at
        gc.freeze()
        gc.unfreeze()
        if collecting:
            gc.enable()
