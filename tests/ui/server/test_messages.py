"""One client sends what no page sends while another's run trains: the run goes on and is stored."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from softmax_core.runs import Store
from softmax_core.runs.run import Run
from tests.benchmarks.session import Session
from tests.browser.server import end_server, start_server

PATIENCE = 60.0
KINDS = [field.name for field in BackMsg.DESCRIPTOR.fields if field.message_type is None]


async def everything_at_once(base: str) -> None:
    """Send each message that has no page behind it, from a client that has opened no page."""
    address = f"ws://{urlsplit(base).netloc}/_stcore/stream"
    async with connect(address, subprotocols=[Subprotocol("streamlit")]) as socket:
        for kind in KINDS:
            message = BackMsg()
            setattr(message, kind, True)
            await socket.send(message.SerializeToString())
        message = BackMsg()
        message.backend_operation_request.install_skills.SetInParent()
        await socket.send(message.SerializeToString())
        await socket.send(BackMsg(app_heartbeat=True).SerializeToString())
        await asyncio.wait_for(socket.recv(), PATIENCE)  # all before it has been read


async def the_run(store: Store, beyond: int) -> Run:
    """Return the one run, once it has made more steps than that."""
    until = monotonic() + PATIENCE
    while not (runs := store.runs()) or runs[0].step <= beyond:
        assert monotonic() < until, f"no step after {beyond}: {runs}"
        await asyncio.sleep(0.05)
    return runs[0]


async def attacked(base: str, store: Store) -> int:
    """Start a run from a page, make the attack, and return a step from well after it."""
    owner = Session(base, "training_dashboard", "epochs=400")
    page = asyncio.create_task(owner.stay(monotonic() + 4 * PATIENCE))
    await asyncio.wait_for(owner.drawn.wait(), PATIENCE)
    assert not owner.errors
    await owner.press("start")
    before = await the_run(store, 200)
    await everything_at_once(base)
    after = await the_run(store, before.step + 1000)
    page.cancel()
    assert after.status == "running"
    return after.step


def test_no_message_stops_the_runs_of_others(tmp_path: Path) -> None:
    server, base = start_server(tmp_path)
    try:
        with Store(tmp_path / "runs" / "runs.sqlite") as store:
            reached = asyncio.run(attacked(base, store))
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=15)
    finally:
        end_server(server)
    with Store(tmp_path / "runs" / "runs.sqlite") as store:
        (run,) = store.runs()
        checkpoint = store.checkpoint(run.id)
        assert run.status == "interrupted"
        assert run.step > reached
        assert checkpoint is not None
        assert checkpoint.step == run.step == len(store.steps(run.id))
