"""A thread with a connection of its own, which hears what the database notifies of."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Final

import psycopg

from softmax_core.errors import StoreError
from softmax_core.runs.postgres import PostgresDatabase, translated

_AGAIN_SECONDS: Final = 0.25  # between two attempts to connect
_LOG = logging.getLogger(__name__)


class Listener:
    """Calls back for each notification, and now and then; it connects again for ever.

    Args:
        database: where.
        channels: what to listen to.
        heard: called with the channel and what was notified.
        every: seconds between two calls of `tick`.
        tick: called with the connection, in autocommit mode; also right after connecting, when
            notifications may have been missed.
        name: of the thread.
    """

    def __init__(
        self,
        database: PostgresDatabase,
        channels: Sequence[str],
        heard: Callable[[str, str], None],
        *,
        every: float,
        tick: Callable[[psycopg.Connection[Any]], object],
        name: str,
    ) -> None:
        self._database = database
        self._channels = channels
        self._heard = heard
        self._every = every
        self._tick = tick
        self.connections = 0  # how often it has connected: again where the database was away
        self._ending = threading.Event()
        self._at = monotonic()
        self._said = ""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def silent_seconds(self) -> float:
        """For how long it has waited for one answer; one that fails is an answer."""
        return monotonic() - self._at

    def close(self, timeout: float = 2.0) -> None:
        """End the thread."""
        self._ending.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._at = monotonic()
            try:
                with self._database.connect() as connection:
                    for channel in self._channels:
                        connection.execute(f'LISTEN "{channel}"'.encode())
                    self.connections += 1
                    self._listen(connection)
            except psycopg.Error as error:
                self._say(str(translated(self._database.where, error)))
            except StoreError as error:
                self._say(str(error))
            except Exception:
                _LOG.exception("while listening")
            self._ending.wait(_AGAIN_SECONDS)

    def _say(self, trouble: str) -> None:
        """Say why it begins anew: once, though a database that only reads refuses every tick."""
        if trouble != self._said and not self._ending.is_set():
            self._said = trouble
            _LOG.warning("%s It is tried again until it works.", trouble)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        due = 0.0
        while not self._ending.is_set():
            self._at = monotonic()
            if monotonic() >= due:
                self._tick(connection)
                self._said = ""
                due = monotonic() + self._every
            wait = min(max(due - monotonic(), 0.001), 0.25)  # its end is noticed as well
            for note in connection.notifies(timeout=wait, stop_after=1):
                self._heard(note.channel, note.payload)
