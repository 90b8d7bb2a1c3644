"""Bring a database to the schema of this program. Alembic is imported only when that is due."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

CURRENT = "0003"
OLDER: tuple[str, ...] = ("0001", "0002")  # versions this program can bring up to date, oldest first


def upgrade(connection: "Connection") -> None:
    """Run the migrations that are missing, in the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    folder = str(Path(__file__).parent / "migrations")  # real files also in the built program
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
