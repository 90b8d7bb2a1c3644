"""Who takes part in the stories, what travels between them, and what each of them must hold."""

from dataclasses import dataclass, field
from pathlib import Path

LAPTOPS = {"KE1": "KE", "KE2": "KE", "UG1": "UG"}
REGION = "RO1"
DESKS = {**LAPTOPS, REGION: "ROAF", "HQ": "HQ"}
HEADQUARTERS = "HQ"
OFFICES = sorted(set(LAPTOPS.values()))


class Crash(BaseException):
    """The process ends here; not an Exception, so that nothing can handle it."""


@dataclass(frozen=True)
class Parcel:
    """A file on its way. `told` is what headquarters held when it made it; `harm` what happened to it."""

    path: Path
    sender: str  # a desk
    to: str  # an office
    revisions: frozenset[str]
    told: frozenset[str] = frozenset()
    harm: str = ""
    edits: int = 0
    acts: frozenset[str] = frozenset()


@dataclass
class Account:
    """What one desk must hold: revisions, acts, and what headquarters' word let it call received."""

    has: set[str] = field(default_factory=set)
    may_call_received: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)

    def copy(self) -> "Account":
        """What a backup holds."""
        return Account(set(self.has), set(self.may_call_received), set(self.acts))
