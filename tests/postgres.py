"""A real PostgreSQL for the tests: one throw-away server a worker, one empty database a test.

The server ends when its standard input is closed, so none is left behind by a run that was killed.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

USER, PASSWORD = "habitat", secrets.token_hex(8)
_STARTING_S = 60
# ends the server when whoever started it is gone; "$@" is the server and its arguments
_GUARD = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'
_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=50")


class Server:
    """A running server; `stop` and `start` again keep its databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._owner = "postgres" if os.name == "posix" and os.geteuid() == 0 else None  # it refuses root
        self._numbers = count(1)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        password = folder / "password"
        password.write_text(PASSWORD, encoding="ascii")
        for path in (folder, password):
            if self._owner is not None:
                shutil.chown(path, self._owner)
        # the order of texts of a usual server, which is not that of SQLite
        order = ("--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8")
        login = (f"--username={USER}", f"--pwfile={password}", "--auth=scram-sha-256")
        data = str(folder / "data")
        made = self._run([str(_programs() / "initdb"), "--no-sync", "-D", data, *login, *order])
        if made.wait() != 0:
            pytest.fail(f"initdb failed:\n{self._log()}")
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        place = ["-D", str(self.folder / "data"), "-h", "127.0.0.1", "-p", str(self.port)]
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        server = [str(_programs() / "postgres"), *place, "-k", str(self.folder), *settings]
        self._process = self._run(["sh", "-c", _GUARD, "guard", *server], stdin=subprocess.PIPE)
        end = time.monotonic() + _STARTING_S
        while True:
            try:
                psycopg.connect(self.conninfo("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    pytest.fail(f"PostgreSQL did not start:\n{self._log()}")
                time.sleep(0.05)

    def stop(self) -> None:
        """End the server as an administrator would; connections are cut."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def conninfo(self, database: str) -> str:
        """Return what psycopg itself connects with."""
        login = f"user={USER} password={PASSWORD}"
        return f"host=127.0.0.1 port={self.port} dbname={database} {login} connect_timeout=5"

    def address(self, database: str, password: str = PASSWORD) -> str:
        """Return what `Database.open` takes."""
        return f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, give its name and drop it afterwards."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, command: list[str], **options: int) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._owner,
                group=self._owner,
                extra_groups=None if self._owner is None else [],
                **options,
            )

    def _log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")[-2000:]


@contextmanager
def running() -> Iterator[Server]:
    """Run a server for as long as the block lasts."""
    # not below pytest's folder, which only its own user may enter
    folder = Path(tempfile.mkdtemp(prefix="habitat-postgres-"))
    try:
        server = Server(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Return the folder of initdb and postgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    elsewhere = shutil.which("initdb")
    if not found and elsewhere is None:
        pytest.fail(
            "PostgreSQL is not installed. `make system-test` installs it, as does your system's own package "
            "`postgresql`; these tests do not pass without it."
        )
    return found[-1].parent if found else Path(str(elsewhere)).resolve().parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server all tests of this process share; a test that stops it starts it again."""
    with running() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[str]:
    """The address of an empty database of this test's own, as `Database.open` takes it."""
    with postgres_server.database() as name:
        yield postgres_server.address(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a database is to be made: a file, then a server. What takes it runs on both."""
    if request.param == "sqlite":
        return tmp_path / "records.sqlite"
    address: str = request.getfixturevalue("postgres")
    return address
