"""A lecture hall on this machine: PostgreSQL, replicas, workers, and the real haproxy before them.

All of it is real and is started as people start it; all of it listens on loopback, and ends with
the block. Each process can be killed, stopped and started alone.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.browser.server import ROOT, end_server, free_port
from tests.postgres import PostgresServer

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
COOKIE = "REPLICA"
NAMES = ("a", "b", "c", "d")
"""What the balancer calls its replicas in the cookie."""
SECONDS = 300.0
"""How long one waits for a process, on a machine that is busy with something else."""


class NoBalancer(Exception):
    """haproxy is not installed here."""


@dataclass
class Process:
    """A process of the hall, and how to start it once more."""

    command: list[str]
    env: Mapping[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.popen
        return self.popen.pid

    def start(self) -> None:
        """Start it; what it says comes after what it said before."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.env}, stdout=log, stderr=log
            )

    def signal(self, how: signal.Signals) -> None:
        """Send it a signal."""
        assert self.popen
        self.popen.send_signal(how)

    def kill(self) -> None:
        """End it at once."""
        self.signal(signal.SIGKILL)
        assert self.popen
        self.popen.wait()

    def end(self) -> None:
        """End it politely, if it is there."""
        if self.popen is not None and self.popen.poll() is None:
            end_server(self.popen)

    def says(self) -> str:
        """Return the end of its log."""
        return self.log.read_text(errors="replace")[-3000:]


class Hall:
    """The processes, until the end of the block.

    Args:
        folder: for logs and what each process keeps.
        replicas: number of servers, 4 at most.
        workers: number of workers, each with one slot.
        env: further settings of replicas and workers.
        host: the name by which it is opened.
        balanced: whether there is a balancer; without it the replicas are asked in turn.
        nice: by how much the workers leave the processor to all others.

    Attributes:
        base: the balancer's address.
        replicas: their processes; `NAMES` has their names in the cookie.
        addresses: their own addresses.
        workers: their processes.
        balancer: its process.

    Raises:
        NoBalancer: haproxy is not installed.
        NoPostgres: nor is PostgreSQL.
    """

    def __init__(
        self,
        folder: Path,
        replicas: int = 2,
        workers: int = 1,
        env: Mapping[str, str] | None = None,
        *,
        host: str = "localhost",
        balanced: bool = True,
        nice: int = 0,
    ) -> None:
        self.balanced = balanced
        if balanced and shutil.which("haproxy") is None:
            raise NoBalancer("These tests need haproxy: make servers")
        self.database = PostgresServer()
        self.url = self.database.new_database()
        settings = {
            "SOFTMAX_STORE": self.url,
            "SOFTMAX_SHARED": "1",
            "SOFTMAX_RUNS": str(folder / "runs"),
            **(env or {}),
        }
        program = [sys.executable, "-m", "softmax_ui.command"]
        ports = [free_port() for _replica in range(replicas)]
        self.addresses = [f"http://localhost:{port}" for port in ports]
        self.replicas = [
            Process([*program, "--port", str(port)], settings, folder / f"replica-{name}.log")
            for port, name in zip(ports, NAMES, strict=False)
        ]
        self.workers = [
            Process(
                [*(["nice", "-n", str(nice)] if nice else []), *program, "work", "--slots", "1"],
                settings,
                folder / f"worker-{number}.log",
            )
            for number in range(workers)
        ]
        front = free_port()
        self.base = f"http://{host}:{front}"
        servers = {
            f"SOFTMAX_SERVER{'' if number == 1 else f'_{number}'}": f"127.0.0.1:{port}"
            for number, port in enumerate(ports, start=1)
        }
        self.balancer = Process(
            ["haproxy", "-db", "-f", str(CONFIGURATION)],
            {"SOFTMAX_HOST": host, "SOFTMAX_HTTP": f"127.0.0.1:{front}", **servers},
            folder / "haproxy.log",
        )

    def __enter__(self) -> Self:
        """Start all, and wait until the balancer finds every replica."""
        try:
            for process in (*self.replicas, *self.workers):
                process.start()
            for number in range(len(self.replicas)):
                self.until_up(number)
            if self.balanced:
                self.balancer.start()
                self.until_balanced()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_raised: object) -> None:
        """End all."""
        self.close()

    def close(self) -> None:
        """End all processes, the database last."""
        for process in (self.balancer, *self.replicas, *self.workers):
            process.end()
        self.database.close()

    def until_up(self, number: int) -> None:
        """Wait until a replica answers by itself."""
        process, deadline = self.replicas[number], time.monotonic() + SECONDS
        while not answers(f"{self.addresses[number]}/_stcore/health"):
            assert process.popen
            if process.popen.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"a replica does not start:\n{process.says()}")
            time.sleep(0.1)

    def until_balanced(self) -> None:
        """Wait until the balancer sends new browsers to every replica."""
        seen: set[str] = set()
        deadline = time.monotonic() + SECONDS
        while seen != set(NAMES[: len(self.replicas)]):
            if time.monotonic() > deadline:
                raise AssertionError(f"only {seen} are balanced:\n{self.balancer.says()}")
            seen.add(self.newcomer() or "")
            seen.discard("")
            time.sleep(0.05)

    def newcomer(self) -> str | None:
        """Return the name of the replica that somebody new is sent to; None where there is none."""
        try:
            with urllib.request.urlopen(f"{self.base}/_stcore/health", timeout=5) as answer:
                cookies = answer.headers.get_all("Set-Cookie") or []
        except (urllib.error.URLError, OSError):
            return None
        found = [each for each in cookies if each.startswith(f"{COOKIE}=")]
        return found[0].partition("=")[2].partition(";")[0] if found else None


def answers(address: str) -> bool:
    """Tell whether something answers with 200."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
