"""The routes to home's short trainings: each is made once, one at a time, and kept.

What a training begins with is made first, so that a page has something to show meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from softmax_core.errors import SoftmaxError
from softmax_ui.live.demonstration import SEEDS, Demonstration, demonstration, first_look
from softmax_ui.notices import sentence
from softmax_ui.server.codings import coding_for
from softmax_ui.server.language import language_of
from softmax_ui.text import speaking

FIRST: Final = "/first"
"""What the address of a training's beginning ends with."""

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


_Made = dict[int, asyncio.Future[Demonstration]]


class Demonstrations:
    """What was trained, by seed; belongs to one event loop."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="demonstration")
        self._first: _Made = {}
        self._whole: _Made = {}

    async def get(self, seed: int, *, first: bool = False) -> Demonstration:
        """Return the training with a seed, or what it begins with; whoever asks first has it made.

        Raises:
            SoftmaxError: the pictures are not there; the next one who asks tries again.
        """
        begun = self._begin(self._first, first_look, seed)
        made = begun if first else self._begin(self._whole, demonstration, seed)
        begun.add_done_callback(_heard)
        # One who leaves takes it from nobody else.
        return await asyncio.shield(made)

    def _begin(
        self, kept: _Made, make: Callable[[int], Demonstration], seed: int
    ) -> asyncio.Future[Demonstration]:
        made = kept.get(seed)
        if made is None or (made.done() and (made.cancelled() or made.exception())):
            loop = asyncio.get_running_loop()
            made = kept[seed] = loop.run_in_executor(self._worker, make, seed)
        return made

    def close(self) -> None:
        """Train no more; what is being made is finished."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def _heard(made: asyncio.Future[Demonstration]) -> None:
    """Take note of an error that nobody waits for: the training that follows has it too."""
    if not made.cancelled():
        made.exception()


_demonstrations: Final = Demonstrations()
close_demonstrations: Final = _demonstrations.close


async def show_demonstration(request: Request) -> Response:
    """Answer with a training, or with what it begins with.

    200; 404 for a seed that there is not, 503 without the pictures.
    """
    text = request.path_params["seed"]
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text) < SEEDS):
        return Response(status_code=404, headers=_HEADERS)
    try:
        made = await _demonstrations.get(int(text), first=request.url.path.endswith(FIRST))
    except SoftmaxError as error:
        with speaking(language_of(request)):
            said = sentence(error).replace("`", "")
        return JSONResponse({"message": said}, 503, _HEADERS)
    headers = {**_HEADERS, "Content-Type": "application/octet-stream", "Vary": "Accept-Encoding"}
    if coding_for(request.headers.get("accept-encoding", ""), ("gzip",)) != "gzip":
        return Response(made.plain, headers=headers)
    return Response(made.compressed, headers={**headers, "Content-Encoding": "gzip"})
