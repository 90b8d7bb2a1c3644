"""The ways packages travel. A transport is one module here and one line in `TRANSPORTS`."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.sync.transports.folder import FolderTransport
from habitat_desktop.sync.transports.transport import NameTakenError, RemoteFile, Transport, TransportError

__all__ = [
    "TRANSPORTS",
    "NameTakenError",
    "RemoteFile",
    "Transport",
    "TransportError",
    "UnknownTransportError",
    "open_transport",
]


class UnknownTransportError(HabitatError):
    code = "TRANSPORT_KIND"
    message = N_("“{url}” is no address this program knows. Give a folder. Nothing was changed.")


def _folder(url: str) -> Transport:
    return FolderTransport(Path(url))


def _file(url: str) -> Transport:
    path = unquote(urlsplit(url).path)
    if path[2:3] == ":":  # file:///D:/folder
        path = path[1:]
    return FolderTransport(Path(path))


TRANSPORTS: dict[str, Callable[[str], Transport]] = {"": _folder, "file": _file}  # by scheme of the address


def open_transport(url: str) -> Transport:
    """Return the transport for an address; it is reached when it is first used.

    Raises:
        UnknownTransportError: no transport has this scheme.
    """
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if scheme not in TRANSPORTS:
        raise UnknownTransportError(url=url)
    return TRANSPORTS[scheme](url)
