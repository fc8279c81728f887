"""A class answers: 1,000 phones open the page, join, and vote within ten seconds.

    python -m tests.benchmarks.class_answers --phones 1000 --seconds 10

It starts the real app on localhost with a store of its own, opens a class in it as its teacher
does, and lets phones come over connections of their own, evenly over the seconds, as browsers do:
the page, what all see, the own question, a vote, and then again and again what is new. At the end
it compares what the phones were told with what lies on the disk. Bounded: at most 2,000 phones and
60 seconds. The figures are of this machine, with the clients on it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from softmax_core.classroom import ClassQuestion, Classroom
from softmax_core.runs import Store
from tests.benchmarks.watching import cpu_seconds
from tests.browser.server import end_server, start_server

MOST_PHONES: Final = 2_000
MOST_SECONDS: Final = 60
QUESTION: Final = ClassQuestion("lesson", "log_two")
_POLL_SECONDS: Final = 2.0


@dataclass
class Seen:
    """What the phones saw together."""

    statuses: Counter[str] = field(default_factory=Counter)
    votes: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    received: int = 0


class Phone:
    """One browser with a connection that is kept."""

    def __init__(self, base: str, code: str, number: int, seen: Seen) -> None:
        parts = urlsplit(base)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._code, self._key, self._seen = code, f"{number:064x}", seen

    async def come(self, until: float) -> None:
        """Open the page, join, vote twice, and look at what is new until the end."""
        try:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            self._seen.statuses[type(error).__name__] += 1
            return
        self._reader, self._writer = reader, writer
        try:
            began = monotonic()
            await self._ask("GET", f"/class?code={self._code}")
            state = await self._ask("GET", f"/class/now?code={self._code}&lang=en")
            mine = await self._post("mine")
            self._seen.pages.append(monotonic() - began)
            assert mine["kind"] == "number"
            for sequence, answer in ((1, "0.5"), (2, f"0.{random.randrange(1, 99):02d}")):
                began = monotonic()
                await self._post("vote", round=1, answer=answer, sequence=sequence)
                self._seen.votes.append(monotonic() - began)
            while monotonic() < until:
                await asyncio.sleep(_POLL_SECONDS * (0.75 + random.random() / 2))
                marker = state["marker"]
                await self._ask("GET", f"/class/now?code={self._code}&lang=en&seen={marker}")
        except (OSError, asyncio.IncompleteReadError, ValueError, KeyError) as error:
            self._seen.statuses[type(error).__name__] += 1
        finally:
            writer.close()

    async def _post(self, name: str, **more: Any) -> Any:
        return await self._ask(
            "POST", f"/class/{name}?lang=en", {"key": self._key, "code": self._code, **more}
        )

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Origin: http://{self._host}:{self._port}\r\nAccept: */*\r\n"
        )
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + content)
        answered = await self._reader.readuntil(b"\r\n\r\n")
        lines = answered.decode("latin-1").split("\r\n")
        status = lines[0].split(" ")[1]
        self._seen.statuses[status] += 1
        fields = {name.lower(): value for name, _c, value in (x.partition(": ") for x in lines[1:])}
        got = await self._reader.readexactly(int(fields.get("content-length", 0)))
        self._seen.received += len(answered) + len(got)
        return json.loads(got) if got and "json" in fields.get("content-type", "") else None


def main() -> None:
    """Let them come, and print what they saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--phones", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    phones, seconds = min(asked.phones, MOST_PHONES), min(asked.seconds, MOST_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        with Store(Path(folder) / "runs.sqlite") as store:
            room = Classroom(store)
            code = room.open().code
            room.ask(QUESTION)
        server, base = start_server(
            Path(folder), env={"SOFTMAX_RUNS": folder, "SOFTMAX_SHARED": "1"}
        )
        try:
            seen = Seen()
            before, began = cpu_seconds(server.pid), monotonic()
            own = os.times()
            asyncio.run(_all(base, code, phones, seconds, seen))
            spent, lasted = cpu_seconds(server.pid) - before, monotonic() - began
            now = os.times()
        finally:
            end_server(server)
        with Store(Path(folder) / "runs.sqlite") as store:
            kept = Classroom(store).votes(1)
    errors = {k: n for k, n in seen.statuses.items() if k not in ("200", "204")}
    print(f"phones              {phones} within {seconds:g} s, all of it {lasted:.1f} s")
    print(f"requests            {sum(seen.statuses.values()):,}: {dict(seen.statuses)}")
    print(f"errors              {errors or 'none'}")
    print(f"votes on the disk   {len(kept)} of {phones}, each once")
    print(f"page and question   {_spread(seen.pages)}")
    print(f"a vote until kept   {_spread(seen.votes)}")
    print(f"the server          {spent:.1f} s of processor, {spent / lasted:.2f} of a core")
    clients = now.user + now.system - own.user - own.system
    print(f"the clients         {clients:.1f} s of processor")
    print(f"sent                {seen.received / phones / 1000:.1f} kB a phone")


async def _all(base: str, code: str, phones: int, seconds: float, seen: Seen) -> None:
    until = monotonic() + seconds + 5

    async def one(number: int) -> None:
        await asyncio.sleep(seconds * number / phones)
        await Phone(base, code, number, seen).come(until)

    await asyncio.gather(*map(one, range(phones)))


def _spread(values: list[float]) -> str:
    if len(values) < 2:
        return "-"
    ordered = sorted(values)
    return (
        f"median {1000 * statistics.median(ordered):.0f} ms, p95 "
        f"{1000 * ordered[int(0.95 * len(ordered))]:.0f} ms, the last {1000 * ordered[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
