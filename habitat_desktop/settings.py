"""What a workspace is set to: one small JSON file, written whole or not at all."""

import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from habitat_desktop.errors import N_, HabitatError

Role = Literal["office", "region", "headquarters"]
HEADQUARTERS = "HQ"  # the office code of headquarters in every package
FILE_NAME = "settings.json"


class SettingsError(HabitatError):
    code = "SETTINGS_BAD"
    message = N_("The settings file “{path}” cannot be read: {problem}. Nothing was changed.")


class NotAWorkspaceError(HabitatError):
    code = "NOT_A_WORKSPACE"
    message = N_("“{path}” is not a workspace. Make one with: habitat init DIR --office CODE --name NAME")


@dataclass(frozen=True)
class Person:
    """Somebody who works in this workspace; several share one laptop."""

    name: str
    email: str = ""
    function: str = "hpm"  # a code of the choice list reporter_role


@dataclass(frozen=True)
class TransportSetting:
    """One way packages travel: a name and an address (a folder, later sftp:// or https://)."""

    name: str
    url: str


@dataclass(frozen=True)
class Settings:
    """All settings of one workspace.

    `office` is the office code used in record labels and packages; `countries` are ISO 3166-1 alpha-3.
    """

    role: Role
    office: str
    name: str
    countries: tuple[str, ...] = ()
    language: str = "en"
    persons: tuple[Person, ...] = ()
    person: str = ""  # the name of the person working now
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["comfortable", "compact"] = "comfortable"
    text_percent: int = 100
    demonstration: bool = False  # marks every screen "demonstration data"
    transports: tuple[TransportSetting, ...] = field(default=())

    def current_person(self) -> Person:
        """Return the person working now; a nameless one if nobody was entered yet."""
        for person in self.persons:
            if person.name == self.person:
                return person
        return Person(self.person)


def read_settings(folder: Path) -> Settings:
    """Read the settings of the workspace in `folder`.

    Raises:
        NotAWorkspaceError: there is no settings file.
        SettingsError: the file is damaged.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise NotAWorkspaceError(path=folder)
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingsError(path=path, problem=error) from error


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `settings` beside the database, durably and whole."""
    path = folder / FILE_NAME
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(settings), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _from_json(data: dict[str, Any]) -> Settings:
    known = {f.name for f in fields(Settings)}
    settings = Settings(**{k: v for k, v in data.items() if k in known})
    return replace(
        settings,
        countries=tuple(data.get("countries", ())),
        persons=tuple(Person(**p) for p in data.get("persons", ())),
        transports=tuple(TransportSetting(**t) for t in data.get("transports", ())),
    )
