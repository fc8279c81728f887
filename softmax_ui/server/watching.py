"""What people watch: a run's newest message, and the frames of its film.

A thousand who watch ask more than a thousand times a second for what is there already. Passing all
of Streamlit's stack takes longer than the answer does, so `HandedOut` stands before it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from types import MappingProxyType
from typing import Any, Final

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from softmax_core.errors import RunNotFound, SoftmaxError
from softmax_ui import cache
from softmax_ui.live.answers import Answer, Answers, Asked, Busy, Closed
from softmax_ui.live.film import Reel, frames
from softmax_ui.live.message import MOVING_MS, STILL, message
from softmax_ui.live.pace import HEADER, Watchers, Way, patience
from softmax_ui.live.watched import PATH, Question, Watched
from softmax_ui.notices import sentence
from softmax_ui.server.codings import coding_for
from softmax_ui.server.connections import client_key
from softmax_ui.text import _, speaking

Fields = list[tuple[bytes, bytes]]

_REFUSED: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_HEADERS: Final[Fields] = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_JSON: Final[Fields] = [(b"content-type", b"application/json"), (b"vary", b"Accept-Encoding")]
_AGAIN: Final = HEADER.lower().encode()

_watchers: Final = Watchers()
_way: Final = Way()


def _rest(told: Mapping[str, Any]) -> float:
    """Return for how many seconds a crowd keeps the wall and the templates of a run that moves."""
    return _watchers.rest if told["again"] == MOVING_MS else 0.0


_answers: Final = Answers(message, still=STILL, rest=_rest)
_frames: Final = Answers(frames, fresh_seconds=60.0)  # of one step they are always the same


class HandedOut:
    """ASGI middleware that answers where a message is at hand, and lets everything else through.

    At hand is one that was made a moment ago, and one that somebody else has asked for already.
    It also notes who opens a page, for whom those who watch are asked for patience and trainings
    give way.
    """

    def __init__(self, app: ASGIApp) -> None:
        base = (st.get_option("server.baseUrlPath") or "").strip("/")
        self._app = app
        self._prefix = f"/{base}/{PATH}/" if base else f"/{PATH}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "websocket":
            _watchers.opens()
            if patience(_watchers.opened) > 1 and (seconds := _way.seconds()):
                cache.give_way(seconds)
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if not path.startswith(self._prefix) or "/" in (run_id := path[len(self._prefix) :]):
            await self._app(scope, receive, send)
            return
        question = Question.of(run_id, scope["query_string"])
        answer = await _at_hand(question.watched, scope)
        if answer is None:
            await self._app(scope, receive, send)
            return
        accepted = b",".join(
            value for name, value in scope["headers"] if name == b"accept-encoding"
        )
        status, headers, content = _reply(answer, question, accepted.decode("latin-1"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


async def _at_hand(watched: Watched, scope: Scope) -> Answer | None:
    client = scope.get("client")
    asker = client_key(client[0]) if client else ""
    try:
        answer = _answers.current(watched, asker)
        if answer is None and _answers.is_being_made(watched):
            answer = await _answers.get(watched, asker)
    except Exception:  # whatever it is, the route finds it and says so
        return None
    return answer


async def live(request: Request) -> Response:
    """Answer with a run's message: 200 with JSON, 204 when `seen` is the newest, or an error.

    Whoever has a run's id may watch it; the id is the secret.
    """
    question = Question.of(request.path_params["run_id"], request.scope["query_string"])
    return await _answered(request, _answers, question.watched, question)


async def film(request: Request) -> Response:
    """Answer with frames of a run's film, or an error; whoever may watch a run may see them."""
    reel = Reel.from_query(request.path_params["run_id"], request.query_params)
    seen = request.query_params.get("seen", "")
    return await _answered(request, _frames, reel, Question(reel.watched, seen, None))


async def _answered(
    request: Request, answers: Answers[Asked], asked: Asked, question: Question
) -> Response:
    watched = question.watched
    asker = client_key(request.client.host) if request.client else ""
    try:
        answer = answers.current(asked, asker) or await _while_wanted(
            request, answers.get(asked, asker)
        )
    except (Closed, ClientDisconnect):
        return Response(status_code=503, headers=_REFUSED)
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
    status, headers, content = _reply(answer, question, request.headers.get("accept-encoding", ""))
    return _Bytes(status, headers, content)


def _reply(answer: Answer, question: Question, accepted: str) -> tuple[int, Fields, bytes]:
    """Return status, headers and body for one who asks."""
    headers = [*_HEADERS, *_when_crowded(answer, question)]
    if question.seen == answer.marker:
        return 204, headers, b""
    headers += _JSON
    headers.append((b"etag", b'W/"%b"' % answer.marker.encode()))
    answer = answer.after(question.seen)
    content = answer.plain
    if coding_for(accepted, ("gzip",)) == "gzip":
        content = answer.compressed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", b"%d" % len(content)))
    return 200, headers, content


class _Bytes(Response):
    """An answer whose headers are all there."""

    def __init__(self, status: int, headers: Fields, content: bytes) -> None:
        self.status_code, self.raw_headers, self.body = status, headers, content
        self.background = None


def _when_crowded(answer: Answer, question: Question) -> Fields:
    """Count one who watches a run that moves; the header that asks for patience, if need be.

    It is a header, for the answer is the same bytes for all, and 204 has none.
    """
    if answer.again != MOVING_MS:
        return []
    wait = _watchers.again(MOVING_MS, question.after_ms)
    return [(_AGAIN, b"%d" % wait)] if wait > MOVING_MS else []


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
    return JSONResponse({"message": text}, status, {**_REFUSED, **headers})


def close_watching() -> None:
    """Make no more messages and frames."""
    _answers.close()
    _frames.close()
