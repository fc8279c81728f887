"""The route to home's short trainings: each is made once, one at a time, and kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from softmax_core.errors import SoftmaxError
from softmax_ui.live.demonstration import SEEDS, Demonstration, demonstration
from softmax_ui.notices import sentence
from softmax_ui.server.codings import coding_for
from softmax_ui.server.language import language_of
from softmax_ui.text import speaking

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Demonstrations:
    """What was trained, by seed; belongs to one event loop."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="demonstration")
        self._made: dict[int, asyncio.Future[Demonstration]] = {}

    async def get(self, seed: int) -> Demonstration:
        """Return the training with a seed; whoever asks first has it made.

        Raises:
            SoftmaxError: the pictures are not there; the next one who asks tries again.
        """
        made = self._made.get(seed)
        if made is None or (made.done() and (made.cancelled() or made.exception())):
            loop = asyncio.get_running_loop()
            made = self._made[seed] = loop.run_in_executor(self._worker, demonstration, seed)
        # One who leaves takes it from nobody else.
        return await asyncio.shield(made)

    def close(self) -> None:
        """Train no more; what is being made is finished."""
        self._worker.shutdown(wait=False, cancel_futures=True)


_demonstrations: Final = Demonstrations()
close_demonstrations: Final = _demonstrations.close


async def show_demonstration(request: Request) -> Response:
    """Answer with a training: 200, 404 for a seed that there is not, 503 without the pictures."""
    text = request.path_params["seed"]
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text) < SEEDS):
        return Response(status_code=404, headers=_HEADERS)
    try:
        made = await _demonstrations.get(int(text))
    except SoftmaxError as error:
        with speaking(language_of(request)):
            said = sentence(error).replace("`", "")
        return JSONResponse({"message": said}, 503, _HEADERS)
    headers = {**_HEADERS, "Content-Type": "application/octet-stream", "Vary": "Accept-Encoding"}
    if coding_for(request.headers.get("accept-encoding", ""), ("gzip",)) != "gzip":
        return Response(made.plain, headers=headers)
    return Response(made.compressed, headers={**headers, "Content-Encoding": "gzip"})
