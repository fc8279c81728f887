"""Worker processes that a test starts, stops, hangs, cuts off and ends."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import select
import signal
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import torch

from softmax_core.errors import StoreUnreachable
from softmax_core.runs import Store
from tests.core.runs.conftest import tiny_dataset

PICTURES = 3000
"""More than in other tests, so that a run lasts long enough to be interrupted."""


def work(url: str, slots: int, silent_seconds: float, namespace: str = "") -> None:
    """Train the runs of a database until the process is ended; from another network, if named."""
    if namespace:
        _enter(namespace)
    from softmax_core.runs.cluster import worker as module

    setattr(module, "_SILENT_SECONDS", silent_seconds)  # noqa: B010
    logging.disable(logging.WARNING)  # what a fault makes is said a hundred times
    torch.set_num_threads(1)
    dataset = tiny_dataset(PICTURES)
    with Store(url) as store:
        worker = module.Worker(store, lambda _data: dataset, slots)
        signal.signal(signal.SIGTERM, lambda *_told: worker.stop())
        try:
            worker.run()
        except StoreUnreachable:
            os._exit(1)


class Workers:
    """Worker processes; all are ended with the block, also those that hang."""

    def __init__(self) -> None:
        # They have imported torch already, so that one is there within a second.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(
            ["softmax_core.runs.cluster.worker", "tests.core.runs.cluster.processes"]
        )
        self._started: list[BaseProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        for process in self._started:
            process.kill()
            process.join()

    def start(
        self, url: str, slots: int = 1, silent_seconds: float = 60.0, namespace: str = ""
    ) -> int:
        """Start a worker, and return its process number."""
        given = (url, slots, silent_seconds, namespace)
        process = self._context.Process(target=work, args=given, daemon=True)
        process.start()
        self._started.append(process)
        assert process.pid is not None
        return process.pid

    def end(self, pid: int, how: signal.Signals = signal.SIGKILL) -> None:
        """End a worker and wait until it has ended."""
        os.kill(pid, how)
        self.ended(pid)

    def ended(self, pid: int) -> int:
        """Wait until a worker has ended, and return its exit status."""
        (process,) = [each for each in self._started if each.pid == pid]
        process.join(40)
        assert process.exitcode is not None, "it did not end"
        return process.exitcode


class Wire:
    """A way to a database that can be cut: then nothing passes, and nothing says so.

    Args:
        url: the database's address.
        here: where it begins, listening; None for a port of this machine.

    Attributes:
        url: the same, by this way.
    """

    def __init__(self, url: str, here: socket.socket | None = None) -> None:
        there = urlsplit(url)
        assert there.hostname is not None
        assert there.port is not None
        self._there = there.hostname, there.port
        self._here = here or socket.create_server(("127.0.0.1", 0))
        address, port = self._here.getsockname()
        self.url = url.replace(f"{there.hostname}:{there.port}/", f"{address}:{port}/")
        self._whole = threading.Event()
        self._whole.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.mend()
        self._here.close()
        for pair in self._pairs:
            for each in pair:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Let nothing pass any more."""
        self._whole.clear()

    def mend(self) -> None:
        """Let everything pass again, what was sent meanwhile too."""
        self._whole.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._here.accept()
                far = socket.create_connection(self._there)
                self._pairs.append((near, far))
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError), near, far:
            while True:
                for sender in select.select([near, far], [], [])[0]:
                    content = sender.recv(65_536)
                    self._whole.wait()
                    if not content:
                        return
                    (far if sender is near else near).sendall(content)


_NEAR, _FAR = "10.203.0.1", "10.203.0.2"


class CannotMakeNetwork(Exception):
    """Network namespaces are Linux's, and root's."""


class Network:
    """Two networks with a cable between them, as two machines have; by iproute2.

    Both are beside this machine's own, whose browsers would take a new cable for another network
    and drop what they are loading.

    Attributes:
        namespace: the name of the far one.

    Raises:
        CannotMakeNetwork: they cannot be made here.
    """

    def __init__(self) -> None:
        self._near, self.namespace = (f"softmax-{os.getpid()}-{end}" for end in ("near", "far"))
        try:
            _ip("netns", "add", self._near)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotMakeNetwork("network namespaces need Linux, root and iproute2") from error
        try:
            _ip("netns", "add", self.namespace)
            there = ("peer", "name", "cable", "netns", self.namespace)
            _ip("-n", self._near, "link", "add", "cable", "type", "veth", *there)
            for namespace, address in ((self._near, _NEAR), (self.namespace, _FAR)):
                _ip("-n", namespace, "addr", "add", f"{address}/30", "dev", "cable")
                _ip("-n", namespace, "link", "set", "cable", "up")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def listen(self) -> socket.socket:
        """Return a socket that listens at the near end; a socket stays in the network it is of."""
        with ThreadPoolExecutor(1, initializer=_enter, initargs=(self._near,)) as inside:
            return inside.submit(socket.create_server, (_NEAR, 0)).result()

    def close(self) -> None:
        """Remove them; the cable goes with them."""
        for namespace in (self._near, self.namespace):
            with suppress(subprocess.CalledProcessError):  # it had not been made yet
                _ip("netns", "del", namespace)

    def cut(self) -> None:
        """Take the cable out: nothing passes, and nobody is told."""
        _ip("-n", self._near, "link", "set", "cable", "down")

    def mend(self) -> None:
        """Put it back."""
        _ip("-n", self._near, "link", "set", "cable", "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _enter(namespace: str) -> None:
    """Move this thread into a network namespace; Python has this from 3.12 on."""
    new_network = 0x40000000
    with Path("/run/netns", namespace).open("rb") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), new_network):
            raise OSError(ctypes.get_errno(), "setns")
