"""What a form learns from outside: clock, chance, person, language. Passed in, so that tests decide it."""

import os
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import Enum, auto
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def system_timezone() -> tzinfo:
    """Return the zone that TZ names, else the one this computer is set to."""
    name = os.environ.get("TZ", "").lstrip(":")
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return datetime.now().astimezone().tzinfo or UTC


class Opening(Enum):
    """What a form instance is opened for.

    FILL: a person begins or goes on; preloads and load events happen. RESUME: answers given a moment ago
    come back, as in undo; rules run, but nothing begins again and what was drawn by chance or read off the
    clock stays. LOOK: what was signed is shown; nothing is calculated, counted or set.
    """

    FILL = auto()
    RESUME = auto()
    LOOK = auto()


@dataclass(frozen=True)
class Environment:
    """`now` gives aware times; `properties` are the values of jr:preload="property".

    `location` tells where the computer is, as a geopoint. `last_saved` gives the XML of the newest submission
    of the same form; None where there is none. Both are asked only where a form needs them. `record_rows`
    are the rows of the lists that are made of records (`Form.record_lists`), by the name of the list.
    """

    now: Callable[[], datetime]
    uuid: Callable[[], str]
    random: random.Random
    timezone: tzinfo
    properties: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    location: Callable[[], str | None] = lambda: None
    last_saved: Callable[[], str | None] = lambda: None
    record_rows: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)

    @classmethod
    def system(cls, properties: Mapping[str, str] | None = None, language: str = "en") -> "Environment":
        """Return the environment of this computer."""
        return cls(
            now=lambda: datetime.now(UTC),
            uuid=lambda: str(uuid.uuid4()),
            random=random.SystemRandom(),
            timezone=system_timezone(),
            properties=properties or {},
            language=language,
        )
