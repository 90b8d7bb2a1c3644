"""What a workspace is set to: one small JSON file, written whole or not at all."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from habitat_desktop.disk import write_whole
from habitat_desktop.errors import N_, HabitatError

Role = Literal["office", "region", "headquarters"]
HEADQUARTERS = "HQ"  # the office code of headquarters in every package
FILE_NAME = "settings.json"
_ALLOWED = {
    "role": ("office", "region", "headquarters"),
    "language": ("ar", "en", "es", "fr", "ru", "zh"),
    "theme": ("system", "light", "dark"),
    "density": ("comfortable", "compact"),
}


class SettingsError(HabitatError):
    code = "SETTINGS_BAD"
    message = N_(
        "The settings file “{path}” cannot be read: {problem}. Nothing was changed, and the records are "
        "untouched. Mend the file or put an earlier copy of it back."
    )


class SettingsValueError(HabitatError):
    """A part of the sentence of `SettingsError`."""

    code = "SETTINGS_BAD"
    message = N_("“{name}” is missing or has a value it cannot have")


class SettingsTextError(HabitatError):
    """A part of the sentence of `SettingsError`."""

    code = "SETTINGS_BAD"
    message = N_("it is no JSON text ({detail})")


class NotAWorkspaceError(HabitatError):
    code = "NOT_A_WORKSPACE"
    message = N_("“{path}” is not a workspace. Make one with: habitat init DIR --office CODE --name NAME")


@dataclass(frozen=True)
class Person:
    """Somebody who works in this workspace; several share one laptop."""

    name: str
    email: str = ""
    function: str = "hpm"  # a code of the choice list reporter_role
    pin: str = field(default="", repr=False)  # what `pins.made_of` gave; "" where none is asked for


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
    database: str = ""  # the address of a database on a server; "" for the file in the workspace
    demonstration: bool = False  # marks every screen "demonstration data"
    transports: tuple[TransportSetting, ...] = field(default=())
    encrypt: bool = False  # packages are encrypted for their recipients
    translator: bool = False  # an office shows the page of languages in its navigation
    second_language: str = ""  # shown under the first in forms when asked for
    backup_folder: str = ""  # a second place for backups, such as a stick; "" for none

    def current_person(self) -> Person:
        """Return the person working now; a nameless one if nobody was entered yet."""
        for person in self.persons:
            if person.name == self.person:
                return person
        return Person(self.person)

    def person_named(self, name: str) -> Person | None:
        """Return the person of that name, None if nobody here has it."""
        return next((person for person in self.persons if person.name == name), None)


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
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(path=path, problem=error.strerror or error) from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(path=path, problem=SettingsTextError(detail=error)) from error
    try:
        return _from_json(data)
    except SettingsValueError as error:
        raise SettingsError(path=path, problem=error) from error


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `settings` beside the database, durably and whole.

    Raises OSError as the disk does; the settings are then as they were.
    """
    text = json.dumps(asdict(settings), ensure_ascii=False, indent=1)
    # the address of a server holds a password
    write_whole(folder / FILE_NAME, text.encode("utf-8"), private=bool(settings.database))


def _from_json(data: object) -> Settings:
    """Return the settings in `data`; names it does not know, of a later version, are passed over."""
    given = _checked(data, Settings, "settings.json")
    for name in ("role", "office", "name"):
        if name not in given:
            raise SettingsValueError(name=name)
    for name, allowed in _ALLOWED.items():
        if name in given and given[name] not in allowed:
            raise SettingsValueError(name=name)
    for name, made in (("persons", Person), ("transports", TransportSetting)):
        items = _items(given, name)
        try:
            given[name] = tuple(made(**_checked(item, made, name)) for item in items)
        except TypeError as error:  # a field without a usual value is missing
            raise SettingsValueError(name=name) from error
    given["countries"] = tuple(_items(given, "countries"))
    if not all(isinstance(country, str) for country in given["countries"]):
        raise SettingsValueError(name="countries")
    return Settings(**given)


def _checked(data: object, made: type[Settings | Person | TransportSetting], name: str) -> dict[str, Any]:
    """Return the fields of `made` in `data`, each of the type of its usual value."""
    if not isinstance(data, dict):
        raise SettingsValueError(name=name)
    known = {f.name: f for f in fields(made)}
    for key in data.keys() & known.keys():
        usual = known[key].default
        kind = type(usual) if isinstance(usual, bool | int) else str
        if key not in ("persons", "transports", "countries") and type(data[key]) is not kind:
            raise SettingsValueError(name=key)
    return {key: data[key] for key in data.keys() & known.keys()}


def _items(given: dict[str, Any], name: str) -> list[Any]:
    items = given.get(name, [])
    if not isinstance(items, list):
        raise SettingsValueError(name=name)
    return items
