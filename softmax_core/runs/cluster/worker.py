"""A worker: it takes runs whose turn it is out of the queue, and trains them.

A job of the queue holds one of the worker's slots. A run that uses little of a processor (paused,
at a slow pace, a few single steps) gives its slot back when others wait, and stays in its thread;
when it needs one again it leaves for the queue like everybody.
"""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from softmax_core.data import Dataset, Description
from softmax_core.errors import RunDamaged, RunTaken, StoreError, StoreUnreachable
from softmax_core.runs.cluster import claims, queue
from softmax_core.runs.cluster.claims import ClaimedRun
from softmax_core.runs.cluster.desired import ORDERS_CHANNEL
from softmax_core.runs.cluster.listening import Listener
from softmax_core.runs.job import Heard, Job, Leave, Order
from softmax_core.runs.postgres import PostgresDatabase
from softmax_core.runs.run import Run, reason
from softmax_core.runs.store import Store
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training, train
from softmax_core.training.records import RateChange

_TICK_SECONDS: Final = 0.5
_SWEEP_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.25  # between two attempts to reach the queue
_PAUSED_SECONDS: Final = 30.0
"""For how long a paused run answers at once from its thread."""
_OPENING_SECONDS: Final = 2.0
_LEFT_SECONDS: Final = 1.0
_ENDING_SECONDS: Final = 2.0
_SILENT_SECONDS: Final = 15.0
"""Beyond what the network itself gives up after; then something between holds the connections."""
_LIGHT_A_SLOT: Final = 8
"""How many runs that use little of a processor train beside those in the slots, for each slot."""
_LOG: Final = logging.getLogger(__name__)
# Of a database that does not answer it would log each of its tasks with a traceback.
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)


@dataclass(slots=True, eq=False)
class _Held:
    """A run that this worker has: its claim, its job, its thread.

    Attributes:
        slot: whether it holds a slot.
        idle_since: when it was seen at rest first, or None.
    """

    claim: ClaimedRun
    job: Job
    slot: bool
    idle_since: float | None = None
    thread: threading.Thread | None = field(default=None, repr=False)


class Worker:
    """Trains runs of a store in PostgreSQL, so many at once, until it is stopped.

    Args:
        store: the store.
        load_dataset: returns the data set of a description, or raises `DatasetMissing`.
        slots: how many runs it trains at once; one processor core each.
        device: the torch device.
    """

    def __init__(
        self,
        store: Store,
        load_dataset: Callable[[Description], Dataset],
        slots: int = 1,
        device: str = "cpu",
    ) -> None:
        assert isinstance(store.database, PostgresDatabase)
        self.name = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.slots = slots
        self._store = store
        self._database = store.database
        self._load_dataset = load_dataset
        self._device = device
        self._changed = threading.Condition()
        self._runs: dict[str, _Held] = {}
        self._others_wait = False
        self._ending = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._left: set[asyncio.Task[None]] = set()  # what takes turns, or is about to end
        self._sweep_at = 0.0
        # For each queue, how many of its runs are trained at once.
        self._at_once = {queue.QUEUE: slots, queue.LIGHT: _LIGHT_A_SLOT * slots}
        self._turns = {
            name: ThreadPoolExecutor(count, thread_name_prefix=name)
            for name, count in self._at_once.items()
        }
        queue.make_tables(self._database)

    def run(self) -> None:
        """Train what comes, until `stop`; then let all runs go on elsewhere.

        Raises:
            StoreUnreachable: the database holds the connection and says nothing: others have its
                runs by now, and threads may wait for ever. The process has to end.
        """
        listener = Listener(
            self._database,
            [ORDERS_CHANNEL, queue.CHANNEL.format(queue.QUEUE)],
            self._heard,
            every=_TICK_SECONDS,
            tick=self._tick,
            name="orders",
        )
        loop = asyncio.new_event_loop()
        try:  # what still waits for the database then is left as it is: it may wait for ever
            loop.run_until_complete(self._fetch(listener))
        finally:
            loop.close()
            self._ending.set()
            self._leave_all()
            listener.close()
            for turns in self._turns.values():
                turns.shutdown(wait=False)

    def stop(self) -> None:
        """Let `run` come to its end; also from another thread or a signal's handler."""
        self._ending.set()
        loop, fetching = self._loop, self._fetching
        if loop is not None and fetching is not None:
            with suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(fetching.cancel)
        with self._changed:
            self._changed.notify_all()

    # -- turns -------------------------------------------------------------------------------------

    async def _fetch(self, listener: Listener) -> None:
        """Take turns from the queue; where it cannot be reached, try again."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(
            lambda _loop, told: _LOG.debug("a turn could not be ended: %s", told["message"])
        )
        while not self._ending.is_set():
            self._fetching = asyncio.create_task(self._fetch_until_lost(listener))
            try:
                await self._fetching
            except asyncio.CancelledError:
                if not self._ending.is_set():
                    raise
                if self._left:
                    await asyncio.wait(self._left, timeout=_LEFT_SECONDS)
                return
            except (ConnectorException, psycopg.Error, OSError):
                _LOG.debug("the queue cannot be reached", exc_info=True)  # the listener says so
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _fetch_until_lost(self, listener: Listener) -> None:
        """Take turns until the connection is another one: what waits for the old one is left.

        A pool that has lost its connections tries again later and later, so it is made anew.
        """
        app = App(
            connector=PsycopgConnector(
                conninfo=self._database.conninfo, min_size=1, max_size=2, timeout=2.0
            )
        )

        @app.task(name=queue.TASK, queue=queue.QUEUE, pass_context=True)
        async def turn(context: JobContext, run_id: str) -> None:
            name = context.job.queue
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._turns[name], self._turn, run_id, name == queue.QUEUE)

        connections = max(listener.connections, 1)
        try:
            await asyncio.to_thread(lambda: self._database.connect().close())
            async with asyncio.timeout(_OPENING_SECONDS):
                await app.open_async()
        except BaseException:
            with suppress(ConnectorException, psycopg.Error):
                await app.close_async()
            raise
        fetching = asyncio.create_task(self._fetch_from(app))
        self._left.add(fetching)
        fetching.add_done_callback(self._left.discard)
        try:
            while not fetching.done() and listener.connections <= connections:
                await asyncio.wait([fetching], timeout=0.2)
                self._refuse_silence(listener)
        finally:
            fetching.cancel()

    async def _fetch_from(self, app: App) -> None:
        """Take turns from all queues; none of them ends by itself while the database answers."""
        queues = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[name],
                    concurrency=count,
                    fetch_job_polling_interval=1.0,
                    shutdown_graceful_timeout=0.1,
                    delete_jobs="always",
                    install_signal_handlers=False,
                )
            )
            for name, count in self._at_once.items()
        ]
        try:
            await asyncio.wait(queues, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in queues:
                each.cancel()
            await asyncio.gather(*queues, return_exceptions=True)
            with suppress(ConnectorException, psycopg.Error):
                await app.close_async()

    def _refuse_silence(self, listener: Listener) -> None:
        if listener.silent_seconds > _SILENT_SECONDS:
            where = self._database.where
            raise StoreUnreachable(
                where,
                f"{where} has said nothing for {_SILENT_SECONDS:g} s. Start this worker again.",
                "gone",
            )

    def _turn(self, run_id: str, slot: bool) -> None:
        """Train a run; return when it has ended or needs no slot."""
        if self._ending.is_set():
            return
        try:
            held = self._begin(run_id, slot)
        except StoreError as error:  # it is submitted again
            _LOG.warning("run %s could not begin: %s", run_id, error)
            return
        if held is None:
            return
        with self._changed:
            while not held.job.done and not (slot and self._spares(held)):
                self._changed.wait(1.0)
            held.slot = False

    def _begin(self, run_id: str, slot: bool) -> _Held | None:
        """Claim a run and start its thread; None where another worker has it."""
        claimed = claims.claim(self._store, run_id, self.name)
        if claimed is None:
            return None
        try:
            run = claimed.run(run_id)
        except RunDamaged as error:
            claimed.set_status(run_id, "failed", reason(error))
            return None
        job = Job(
            run,
            claimed,
            self._training,
            self._changed,
            claimed.new_orders(),
            self._changed.notify_all,
            claimed.heard,
        )
        held = _Held(claimed, job, slot)
        with self._changed:
            before = self._runs.get(run_id)
            self._runs[run_id] = held
        if before is not None:  # this worker had lost it, and its thread is about to notice
            _LOG.info("run %s was taken back", run_id)
        held.thread = threading.Thread(target=self._train, args=(held,), name=f"run {run_id}")
        held.thread.start()
        return held

    def _training(self, run: Run, start: Checkpoint | None, changes: list[RateChange]) -> Training:
        dataset = self._load_dataset(run.data)
        return train(
            run.experiment, dataset, device=self._device, start=start, rate_changes=changes
        )

    def _train(self, held: _Held) -> None:
        """Run a job; the target of a training thread."""
        try:
            held.job.train()
        finally:
            with self._changed:
                held.job.done, held.job.idle = True, False
                if self._runs.get(held.job.run_id) is held:
                    del self._runs[held.job.run_id]
                self._changed.notify_all()

    def _spares(self, held: _Held) -> bool:
        """Whether a run gives its slot back; needs the lock."""
        if not held.job.idle and not held.job.is_light():
            return False
        beside = sum(not each.slot for each in self._runs.values())
        return self._others_wait and beside < _LIGHT_A_SLOT * self.slots

    # -- orders ------------------------------------------------------------------------------------

    def _heard(self, channel: str, what: str) -> None:
        if channel != ORDERS_CHANNEL:
            self._look_who_waits()
        elif what in self._runs:
            self._obey(what)

    def _obey(self, run_id: str) -> None:
        """Give a job the orders that lead to what is wanted of its run now."""
        held = self._runs.get(run_id)
        if held is None:
            return
        try:
            given = held.claim.new_orders()
        except RunTaken:
            given = [Leave("interrupted")]  # which it can no longer write
        with self._changed:
            job = held.job
            if job.leaving is not None and not job.idle:
                return  # whoever begins with it next reads what is wanted
            # An idle run has not seen an order to leave yet, so it can be withdrawn.
            if job.leaving == "paused":
                job.orders[:] = [order for order in job.orders if order != Leave("paused")]
                held.claim.leaving = False
            if not held.slot and _needs_slot(job, given):
                given = [Leave("queued")]
            job.orders.extend(given)
            if job.idle and any(not isinstance(order, Heard) for order in given):
                held.idle_since = None
            self._changed.notify_all()

    def _tick(self, connection: Any) -> None:
        """Give a sign of life, hear what was missed, and look after what nobody trains."""
        now = monotonic()
        with self._changed:
            held = list(self._runs.values())
        for run_id in claims.beat(connection, self.name, self.slots, [h.claim for h in held]):
            self._obey(run_id)
        self._look_who_waits()
        self._rest_long(held, now)
        claims.resubmit(self._store)
        queue.rank(connection)
        if now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_SECONDS
            queue.sweep(connection)

    def _look_who_waits(self) -> None:
        with self._database.reading() as connection:
            waiting = bool(queue.waiting(connection))
        with self._changed:
            self._others_wait = waiting
            self._changed.notify_all()

    def _rest_long(self, held: list[_Held], now: float) -> None:
        """Let runs that were paused long ago leave their threads."""
        with self._changed:
            for each in held:
                if not each.job.idle:
                    each.idle_since = None
                elif each.idle_since is None:
                    each.idle_since = now
                elif now - each.idle_since > _PAUSED_SECONDS and each.job.leaving is None:
                    each.claim.leaving = True
                    each.job.orders.append(Leave("paused"))
            self._changed.notify_all()

    def _leave_all(self) -> None:
        """Let every run go on elsewhere: store it, and queue it before all others."""
        with self._changed:
            held = list(self._runs.values())
            for each in held:
                each.claim.leaving, each.claim.priority = True, queue.AGAIN
                resting = each.job.idle or each.job.status == "paused"
                each.job.orders.append(Leave("paused" if resting else "queued"))
            self._changed.notify_all()
        deadline = monotonic() + _ENDING_SECONDS
        for each in held:
            if each.thread is not None:
                each.thread.join(max(deadline - monotonic(), 0.0))


def _needs_slot(job: Job, given: list[Order]) -> bool:
    """Whether a job that has no slot would need one with these orders; needs the lock."""
    return any(not isinstance(order, Heard) for order in given) and not job.is_light(*given)
