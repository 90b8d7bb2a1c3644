"""A few hundred damaged packages in every run; `make fuzz-packages` judges 100,000."""

import os
import random
from pathlib import Path

from tests.packages.fuzzing import run, small_base

COUNT = int(os.environ.get("HABITAT_FUZZ_PACKAGES", "400"))


def test_no_damaged_package_is_read_as_another_one(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 30)
    print(f"seed {seed}")  # shown where the test fails
    outcome = run(small_base(tmp_path), COUNT, seed)
    assert outcome.faults == []
    assert outcome.codes.total() == COUNT
    assert outcome.codes["read"] > COUNT / 20  # or the damage is such that nothing deeper is tried
    assert len(outcome.codes) > 5
