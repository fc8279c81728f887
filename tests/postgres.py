"""A real PostgreSQL server for tests: its own folder, its own port, on this machine alone.

Its programs are Debian's, or those of the wheel pgserver. As root they run as an unprivileged user:
PostgreSQL refuses root.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import quote

USER = "softmax"
OLDEST = 15
_START_SECONDS = 60.0
# Nothing here has to outlive a power cut.
_SETTINGS = ("fsync=off", "full_page_writes=off", "autovacuum_naptime=1s", "max_connections=60")


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine."""


def programs() -> Path:
    """Return the folder with PostgreSQL's programs: Debian's newest, else the wheel's."""
    debian = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and int(folder.parent.name) >= OLDEST
    ]
    if debian:
        return max(debian, key=lambda folder: int(folder.parent.name))
    wheel = find_spec("pgserver")
    if wheel is None or wheel.origin is None:
        raise NoPostgres("These tests need PostgreSQL 15 or newer: make servers")
    return Path(wheel.origin).parent / "pginstall" / "bin"


class PostgresServer:
    """A server that was started, until the end of the block.

    Args:
        settings: further ones, as "max_connections=5".
        password: of its user; None to let everybody on this machine in.

    Attributes:
        port: on 127.0.0.1.
        folder: of its data, its socket and its log.
    """

    def __init__(self, settings: Sequence[str] = (), password: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="softmax-postgres-"))
        self.port = _free_port()
        self._settings = (*_SETTINGS, *settings)
        self._programs = programs()
        self._password = password
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        else:
            self._as = []
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def url(self, name: str = "postgres", user: str = USER, password: str | None = None) -> str:
        """Return the address of a database."""
        secret = password or self._password
        who = user if secret is None else f"{user}:{quote(secret)}"
        return f"postgresql://{who}@127.0.0.1:{self.port}/{name}"

    def new_database(self, options: str = "") -> str:
        """Make an empty database, and return its address."""
        name = f"softmax_{next(self._names)}"
        self.run(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete a database, whoever still uses it."""
        self.run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def run(self, query: str, name: str = "postgres") -> None:
        """Run a query in a database, as the server's owner."""
        import psycopg

        with psycopg.connect(self.url(name), autocommit=True, connect_timeout=10) as connection:
            connection.execute(query)

    def pids(self) -> list[int]:
        """Return its process ids: the first one's, and those of its connections and helpers."""
        assert self._process
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        command = [
            *self._as,
            str(self._programs / "postgres"),
            *("-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)),
            *("-c", "listen_addresses=127.0.0.1"),
            *itertools.chain.from_iterable(("-c", setting) for setting in self._settings),
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT breaks connections off, SIGQUIT is a crash with a recovery."""
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server and start it again."""
        self.stop(how)
        self.start()

    def close(self) -> None:
        """End the server and delete all it had."""
        self.stop(signal.SIGQUIT)  # nothing of it is kept
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> None:
        command = [*self._as, str(self._programs / "initdb"), "-D", str(self.folder / "data")]
        command += ["-U", USER, "-E", "UTF8", "--no-locale", "-N"]
        if self._password is None:
            command += ["-A", "trust"]
        else:
            secret = self.folder / "password"
            secret.write_text(self._password)
            secret.chmod(0o644)
            command += ["-A", "scram-sha-256", "--pwfile", str(secret)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise NoPostgres(done.stderr)

    def _is_ready(self) -> bool:
        asked = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


if __name__ == "__main__":  # the Makefile asks whether there is one
    try:
        programs()
    except NoPostgres:
        raise SystemExit(1) from None
