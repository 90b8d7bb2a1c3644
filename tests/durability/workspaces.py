"""What the next start must find in the workspaces of `traced_office`, wherever the power went."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages import exporting, files
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.records import sqlite_file, verify
from habitat_desktop.workspace import Workspace, open_workspace
from habitat_desktop.xforms.library import Library
from tests.durability.office import Fact, losses
from tests.durability.power_cuts import Check, Tree
from tests.durability.traced_office import OFFICE, OLD


def checker(whole: Tree) -> Check:
    """Return the check for a recording that ended with the tree `whole`."""

    def check(root: Path, facts: list[Fact]) -> list[str]:
        found = []
        for name in (OFFICE, OLD):
            if name == OLD and not (root / OLD / "backups").exists():
                continue  # nothing has touched it yet
            told = [fact for fact in facts if fact["in"] == name]
            complete = {Path(p).name: content for p, content in whole.items() if content is not None}
            found += [f"{name}: {wrong}" for wrong in _wrong(root / name, told, complete)]
        return found

    return check


def _wrong(folder: Path, facts: list[Fact], complete: dict[str, bytes]) -> Iterator[str]:
    try:
        workspace = open_workspace(folder)
    except HabitatError as error:
        if any("workspace" in fact for fact in facts) or error.code != "NOT_A_WORKSPACE":
            yield f"unopenable: {error}"
        return
    try:
        yield from _wrong_files(workspace, facts)
        database = workspace.database
        exporting.finish_packages(database, workspace.settings, workspace.outgoing)
    except HabitatError as error:
        yield f"unopenable: {error.code} {error}"
        return
    finally:
        workspace.close()
    try:
        yield from losses(workspace.database_path, _kept(facts))
    except sqlite3.Error as error:
        yield f"unreadable: {error}"
        return
    if folder.name == OFFICE:
        yield from _wrong_packages(workspace, complete)
    begun = next((n for n, fact in enumerate(facts) if "restoring" in fact), None)
    if begun is not None and any("restored" in fact for fact in facts):
        others = [path for path in folder.rglob("*.sqlite") if path != workspace.database_path]
        if all(losses(path, facts[:begun]) for path in others):
            yield "lost: what was in the database that was replaced"


def _kept(facts: list[Fact]) -> list[Fact]:
    """Return the facts that must be in the database: with a restore begun, those the backup has."""
    named = [next(iter(set(fact) - {"in"} & {"backup", "restoring", "restored"}), "") for fact in facts]
    if "restoring" not in named:
        return facts
    after = facts[named.index("restored") :] if "restored" in named else []
    return facts[: named.index("backup")] + after


def _wrong_files(workspace: Workspace, facts: list[Fact]) -> Iterator[str]:
    kept = (
        [path.read_bytes() for path in workspace.quarantine.glob("*")]
        if workspace.quarantine.is_dir()
        else []
    )
    transports = [transport.name for transport in workspace.settings.transports]
    for fact in facts:
        if "transport" in fact and fact["transport"] not in transports:
            yield f"lost: {fact}"
        if "key" in fact and Keyring(workspace.keys).public.key_id != fact["key"]:
            yield f"lost: {fact}"
        if "form" in fact:
            try:
                Library([workspace.folder / "forms"], workspace.cache).form(fact["form"])
            except (HabitatError, KeyError) as error:
                yield f"lost: {fact}: {error}"
        if "quarantined" in fact and fact["quarantined"].encode("latin-1") not in kept:
            yield f"lost: {fact}"
        if "backup" in fact and not (workspace.backups / fact["backup"]).is_file():
            yield f"lost: {fact}"
    for path in workspace.backups.glob("*.sqlite"):
        if verify.check_backup(path):
            yield f"half a backup: {path.name}"


def _wrong_packages(workspace: Workspace, complete: dict[str, bytes]) -> Iterator[str]:
    """Look for half packages, for noted ones whose file is not there, and for lost attachments."""
    try:
        with closing(sqlite_file.connect_readonly(workspace.database_path)) as connection:
            noted = connection.execute("SELECT direction, file_name, payload_sha256 FROM packages").fetchall()
            attached = [row[0] for row in connection.execute("SELECT sha256 FROM attachments")]
    except sqlite3.Error as error:
        yield f"unreadable: {error}"
        return
    for folder in (workspace.outgoing, workspace.incoming):
        for path in folder.glob("*"):
            if path.suffix != files.PART and path.read_bytes() != complete.get(path.name):
                yield f"half a package: {path.name}"
    for direction, name, sha256 in noted:
        path = workspace.outgoing / name if direction == "out" else workspace.incoming / f"{sha256}.xlsx"
        if not path.is_file():
            yield f"a noted package without its file: {path.name}"
    for sha256 in attached:
        path = workspace.attachments / sha256
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield f"lost: the attached file {sha256[:12]}"
