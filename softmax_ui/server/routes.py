"""The server's part beside Streamlit's pages: what is watched, the documents, and shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import MappingProxyType
from typing import Any, Final

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from softmax_core.errors import RunNotFound, SoftmaxError
from softmax_core.folders import store_place
from softmax_ui import cache, teacher
from softmax_ui.live.answers import Answer, Answers, Asked, Busy, Closed
from softmax_ui.live.demonstration import PATH as DEMONSTRATION
from softmax_ui.live.film import PATH as FILM
from softmax_ui.live.film import Reel, frames
from softmax_ui.live.message import MOVING_MS, message
from softmax_ui.live.pace import HEADER, Watchers
from softmax_ui.live.watched import PATH, Watched
from softmax_ui.notices import sentence
from softmax_ui.server.classroom import class_routes, close_phones
from softmax_ui.server.codings import coding_for
from softmax_ui.server.connections import bounded_connections, client_key, descriptor_limit
from softmax_ui.server.demonstrations import FIRST, close_demonstrations, show_demonstration
from softmax_ui.server.documents import document_routes
from softmax_ui.server.ending import storing_first
from softmax_ui.server.exports import close_exports, export
from softmax_ui.server.logs import legible_log
from softmax_ui.server.memory import give_back
from softmax_ui.server.no_such_page import NoSuchPage
from softmax_ui.sharing import is_shared
from softmax_ui.streamlit_inside.sockets import send_at_once
from softmax_ui.text import _, speaking

_FOLLOW_SECONDS: Final = 2.0
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_answers: Final = Answers(message)
_watchers: Final = Watchers()
_frames: Final = Answers(frames, fresh_seconds=60.0)  # of one step they are always the same


def routes() -> Sequence[BaseRoute]:
    """Return the routes that are not Streamlit's, below the same base path as its own."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    return [
        Route(f"{prefix}/{PATH}/{{run_id}}", live, methods=["GET"]),
        *(
            Route(f"{prefix}/{DEMONSTRATION}/{{seed}}{which}", show_demonstration, methods=["GET"])
            for which in ("", FIRST)
        ),
        Route(f"{prefix}/{FILM}/{{run_id}}", film, methods=["GET"]),
        Route(f"{prefix}/export/{{run_id}}/{{table}}.csv", export, methods=["GET"]),
        *class_routes(prefix),
        *document_routes(prefix),
        NoSuchPage(prefix),
    ]


async def live(request: Request) -> Response:
    """Answer with a run's message: 200 with JSON, 204 when `seen` is the newest, or an error.

    Whoever has a run's id may watch it; the id is the secret.
    """
    watched = Watched.from_query(request.path_params["run_id"], request.query_params)
    return await _answered(request, _answers, watched, watched)


async def film(request: Request) -> Response:
    """Answer with frames of a run's film, or an error; whoever may watch a run may see them."""
    reel = Reel.from_query(request.path_params["run_id"], request.query_params)
    return await _answered(request, _frames, reel, reel.watched)


async def _answered(
    request: Request, answers: Answers[Asked], asked: Asked, watched: Watched
) -> Response:
    asker = client_key(request.client.host) if request.client else ""
    try:
        answer = answers.current(asked, asker) or await _while_wanted(
            request, answers.get(asked, asker)
        )
    except (Closed, ClientDisconnect):
        return Response(status_code=503, headers=_HEADERS)
    except Busy:
        return _refusal(503, watched, None, {"Retry-After": "1"})
    except RunNotFound as error:
        return _refusal(404, watched, error)
    except SoftmaxError as error:
        logging.getLogger(__name__).warning("shown to the reader: %s", error)
        return _refusal(503, watched, error)
    except Exception:
        logging.getLogger(__name__).exception("the live part of run %s", watched.run_id)
        return _refusal(500, watched, None)
    told = {**_HEADERS, **_when_crowded(answer)}
    if request.query_params.get("seen") == answer.marker:
        return Response(status_code=204, headers=told)
    headers = {**told, "Content-Type": "application/json", "Vary": "Accept-Encoding"}
    if coding_for(request.headers.get("accept-encoding", ""), ("gzip",)) != "gzip":
        return Response(answer.plain, headers=headers)
    return Response(answer.compressed, headers={**headers, "Content-Encoding": "gzip"})


def _when_crowded(answer: Answer) -> dict[str, str]:
    """Count one who watches a run that moves; the header that asks for patience, if need be.

    It is a header, for the answer is the same bytes for all, and 204 has none.
    """
    if answer.again != MOVING_MS:
        return {}
    wait = _watchers.again(MOVING_MS)
    return {HEADER: str(wait)} if wait > MOVING_MS else {}


async def _while_wanted(request: Request, answer: Coroutine[Any, Any, Answer]) -> Answer:
    """Return an answer that has to be made; for one who leaves it is not made."""
    making = asyncio.create_task(answer)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait((making, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not making.done():
            raise ClientDisconnect
        return making.result()
    finally:
        making.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refusal(
    status: int,
    watched: Watched,
    error: SoftmaxError | None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> JSONResponse:
    with speaking(watched.language):
        if error:
            text = sentence(error)
        elif status == 503:
            text = _("The server is busy. The page tries again by itself.")
        else:
            text = _("Something did not work on the server.")
    # The page shows plain text, so the backticks around a value are taken out.
    text = text.replace("`", "")
    return JSONResponse({"message": text}, status, {**_HEADERS, **headers})


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Set the log, the sockets and their bounds up at startup; store the runs at shutdown."""
    send_at_once()
    giving_back = asyncio.create_task(give_back())
    await _get_ready()
    following = asyncio.create_task(_follow_limits())
    _introduce_teacher()
    with legible_log():
        async with bounded_connections(descriptor_limit()):
            with storing_first(close_runs):
                yield
    giving_back.cancel()
    following.cancel()


async def _get_ready() -> None:
    """Open the store before anybody is let in, where others serve meanwhile.

    Whoever comes from a replica that has ended should not wait for torch to be imported.
    """
    if isinstance(store_place(), str):
        with suppress(SoftmaxError):  # the pages say what is wrong with the store
            await asyncio.to_thread(cache.runner)


async def _follow_limits() -> None:
    """Take over what the teacher has set on another server of this store."""
    while isinstance(store_place(), str):
        with suppress(SoftmaxError, RuntimeError):  # the store is away, or this server is ending
            await asyncio.to_thread(cache.follow_limits)
        await asyncio.sleep(_FOLLOW_SECONDS)


def _introduce_teacher() -> None:
    """Print the teacher's link of a shared server, the first time that it serves these runs."""
    if not is_shared():
        return
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    address = f"http://localhost:{st.get_option('server.port')}" + (f"/{base}" if base else "")
    try:
        link = teacher.first_link(address)
    except (OSError, SoftmaxError):  # the pages say what is wrong with the folder, or the store
        return
    if link is None:
        return
    print(
        "The teacher's link, which sees and steers every run here; it is shown once, and "
        f"`softmax-explorer teacher` makes another: {link}",
        flush=True,
    )


def close_runs() -> None:
    """Stop every run at its next step, store it, and close the store."""
    _answers.close()
    close_phones()
    close_demonstrations()
    _frames.close()
    close_exports()
    cache.close_runs()
