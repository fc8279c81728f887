"""`python -m tests.benchmarks.answers` (`make bench` runs it too): what an answer costs the server.

A page that watches a run asks the route live/<run> two or three times a second. For runs of 1, 4
and 16 variants, short and long, and for each view of the dashboard, this prints the processor time
of an answer that is made anew (the records read, the figures, JSON, gzip; nothing in a cache), that
of one which is handed out because somebody has just asked for the same, by the real server over
HTTP, and the bytes of the body. The run is trained on the real data, and goes on in slow motion
while the answers are made, so that each has something new. The goals: 20 ms and 30 kB.
"""

from __future__ import annotations

import argparse
import http.client
import logging
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.benchmarks.watching import cpu_seconds
from tests.browser.server import end_server, start_server

GOAL_MS: Final = 20
GOAL_BYTES: Final = 30_000
SLOW: Final = 30.0
ASKED: Final = 1500
VIEWS: Final = ("why", "curves")
"""The others move as much as "why" does; "curves" has two figures more."""


def trained(variants: int, epochs: int) -> str:
    """Train a run for so many epochs, let it go on slowly, and return its id."""
    from softmax_core.training import Experiment, Variant
    from softmax_ui.cache import runner, store

    rates = [0.005 * (position + 1) for position in range(variants)]
    experiment = Experiment([Variant(f"η {rate:g}", rate) for rate in rates], epochs=epochs + 5)
    run = runner().start(experiment)
    while store().run(run.id).step < run.total_steps * epochs // experiment.epochs:
        time.sleep(0.05)
    runner().set_speed(run.id, SLOW)
    return run.id


def made_anew(run_id: str, view: str, times: int) -> tuple[list[float], int]:
    """Return the milliseconds of processor time of each answer, and the bytes of the last."""
    from softmax_ui import cache
    from softmax_ui.live.answers import Answer
    from softmax_ui.live.message import message
    from softmax_ui.live.templates import template_pictures
    from softmax_ui.live.watched import Watched

    watched = Watched.from_query(run_id, {"view": view})
    Answer.of(message(watched))  # the records so far are read once, by whoever asks first
    costs = []
    for _ in range(times):
        time.sleep(0.3)
        cache._stored_weights.clear()
        template_pictures.clear()
        began = time.thread_time()
        answer = Answer.of(message(watched))
        costs.append(1000 * (time.thread_time() - began))
    return costs, len(answer.compressed)


def handed_out(base: str, pid: int, address: str) -> float:
    """Return the server's milliseconds of processor time for one of many equal questions."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc)
    connection.connect()

    def ask() -> None:
        connection.request("GET", f"/{address}", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        answer.read()

    ask()
    began = cpu_seconds(pid)
    for _ in range(ASKED):
        ask()
    connection.close()
    return 1000 * (cpu_seconds(pid) - began) / ASKED


def main() -> None:
    """Read the options, train, ask, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.answers", description=__doc__)
    parser.add_argument("--times", type=int, default=15, help="answers made of each kind")
    parser.add_argument("--variants", type=int, nargs="*", default=[1, 4, 16])
    parser.add_argument("--epochs", type=int, nargs="*", default=[2, 40])
    given = parser.parse_args()
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # there is no page around the caches
    with tempfile.TemporaryDirectory() as name:
        os.environ["SOFTMAX_RUNS"] = str(Path(name) / "runs")
        from softmax_ui.cache import close_runs, runner

        rows = []
        for variants in given.variants:
            for epochs in given.epochs:
                run_id = trained(variants, epochs)
                for view in VIEWS:
                    costs, size = made_anew(run_id, view, given.times)
                    rows.append((variants, epochs, view, costs, size, run_id))
                runner().stop(run_id)
        close_runs()
        process, base = start_server(Path(name))
        print("variants epochs  view       made anew, ms: median, most   handed out, ms   bytes")
        try:
            for variants, epochs, view, costs, size, run_id in rows:
                shared = handed_out(base, process.pid, f"live/{run_id}?view={view}")
                median, most = statistics.median(costs), max(costs)
                missed = median > GOAL_MS or size > GOAL_BYTES
                print(
                    f"{variants:8}{epochs:7}  {view:10}{median:21.1f}{most:7.1f}{shared:17.2f}"
                    f"{size:8,}{'   above the goal' if missed else ''}",
                    flush=True,
                )
        finally:
            end_server(process)


if __name__ == "__main__":
    main()
