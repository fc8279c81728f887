"""The server's part beside Streamlit's pages: what is watched, the documents, and shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import streamlit as st
from starlette.routing import BaseRoute, Route

from softmax_core.errors import SoftmaxError, StoreUnreachable
from softmax_core.folders import store_place
from softmax_ui import cache, teacher
from softmax_ui.live.demonstration import PATH as DEMONSTRATION
from softmax_ui.live.film import PATH as FILM
from softmax_ui.live.watched import PATH
from softmax_ui.server.classroom import class_routes, close_phones
from softmax_ui.server.connections import bounded_connections, descriptor_limit
from softmax_ui.server.demonstrations import FIRST, close_demonstrations, show_demonstration
from softmax_ui.server.documents import document_routes
from softmax_ui.server.ending import storing_first
from softmax_ui.server.exports import close_exports, export
from softmax_ui.server.logs import legible_log
from softmax_ui.server.memory import give_back
from softmax_ui.server.no_such_page import NoSuchPage
from softmax_ui.server.watching import close_watching, film, live
from softmax_ui.sharing import is_shared
from softmax_ui.streamlit_inside.callbacks import finish_callbacks
from softmax_ui.streamlit_inside.sockets import send_at_once

_FOLLOW_SECONDS: Final = 2.0


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


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Set the log, the sockets and their bounds up at startup; store the runs at shutdown."""
    send_at_once()
    finish_callbacks()
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
    if _shares_store():
        with suppress(SoftmaxError):  # the pages say what is wrong with the store
            await asyncio.to_thread(cache.runner)


async def _follow_limits() -> None:
    """Take over what the teacher has set on another server of this store."""
    while _shares_store():
        with suppress(SoftmaxError, RuntimeError):  # the store is away, or this server is ending
            await asyncio.to_thread(cache.follow_limits)
        await asyncio.sleep(_FOLLOW_SECONDS)


def _shares_store() -> bool:
    """Tell whether other servers use the same store."""
    try:
        return isinstance(store_place(), str)
    except StoreUnreachable:  # the pages say so
        return False


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
    close_watching()
    close_phones()
    close_demonstrations()
    close_exports()
    cache.close_runs()
