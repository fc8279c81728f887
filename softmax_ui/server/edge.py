"""The edge: what a request must be before Streamlit sees it, and what every answer carries.

It is an ASGI middleware of the app itself, so it is there however the app is served.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from softmax_ui.server.codings import IDENTITY, coding_for
from softmax_ui.server.connections import client_key, descriptor_limit, websockets_at_most
from softmax_ui.server.headers import with_headers
from softmax_ui.server.hosts import Hosts
from softmax_ui.server.uploads import Uploads
from softmax_ui.sharing import setting
from softmax_ui.streamlit_inside.messages import is_from_a_page
from softmax_ui.streamlit_inside.uploads import ROUTE as UPLOADS

_LOG: Final = logging.getLogger(__name__)
_HIDDEN: Final = ("_stcore/metrics", "_stcore/agent", "_stcore/script-health-check")
_UNSAFE: Final = ("POST", "PUT", "PATCH", "DELETE")
_UNFIT: Final = 1003  # RFC 6455: data of a kind that is not accepted
_RETRY: Final = {"Retry-After": "5"}


class Edge:
    """Refuses foreign names, foreign pages and too much; adds headers.

    Args:
        app: what lies behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._hosts = Hosts.of_this_server()
        self._uploads = Uploads()
        self._websockets: Counter[str] = Counter()
        base = (st.get_option("server.baseUrlPath") or "").strip("/")
        self._base = f"/{base}/" if base else "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        accepted = headers.get("accept-encoding", "")
        # What compresses looks for the word alone.
        if "gzip" in accepted and coding_for(accepted, ("gzip",)) == IDENTITY:
            scope = _with_header(scope, b"accept-encoding", b"identity")
        path = scope["path"].removeprefix(self._base).lstrip("/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_headers(message.get("headers", ()), scope["path"])
            await send(message)

        refusal = self._refusal(scope, headers, path)
        is_upload = scope.get("method") == "PUT" and path.startswith(UPLOADS)
        if refusal is None and is_upload:
            await self._uploads.until_drawn(_session(path))
            refusal = self._uploads.refusal(_session(path), headers)
        if refusal is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "reason": refusal[1]})  # a 403 to the client
        elif refusal is not None:
            status, reason = refusal
            answer = PlainTextResponse(reason, status, _RETRY if status in (429, 503) else None)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send_with_headers)
        elif scope["type"] == "websocket":
            await self._websocket(_as_our_own(scope, headers), receive, send_with_headers)
        elif is_upload:
            await self._upload(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers, path: str) -> tuple[int, str] | None:
        """Return a status and a reason; None for what may go on."""
        hosts, origin = headers.getlist("host"), headers.get("origin")
        if len(hosts) > 1 or (hosts and not self._hosts.allow(hosts[0])):
            _LOG.warning("refused the host %s: SOFTMAX_HOSTS does not name it", hosts[0])
            return 403, (
                "This server does not go by this name. Whoever runs it can allow the name "
                "in SOFTMAX_HOSTS (docs/serving.md)."
            )
        if path.startswith(_HIDDEN):
            return 404, "Not found."
        acts = scope["type"] == "websocket" or scope["method"] in _UNSAFE
        if acts and origin is not None and not self._may_act(origin, hosts):
            _LOG.warning("refused a page of %s that is not ours", origin)
            return 403, "Another site's page may do nothing here."
        if scope["type"] == "websocket":
            held = self._websockets[_key(scope)]
            if held >= websockets_at_most(descriptor_limit(), setting("SOFTMAX_PER_ADDRESS")):
                _LOG.warning("%s holds %d websockets, as many as one may", _key(scope), held)
                return 503, "Too many pages are open from this address."
        return None

    def _may_act(self, origin: str, hosts: list[str]) -> bool:
        if not st.get_option("server.enableCORS"):  # whoever runs the server wants it so
            return True
        return self._hosts.allow_origin(origin, hosts[0] if hosts else "")

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_closed = False

        async def send_while_open(message: Message) -> None:
            nonlocal is_closed
            if is_closed:
                return
            try:
                await send(message)
            except RuntimeError as error:  # uvicorn has closed it in the meantime
                if "websocket.close" not in str(error):
                    raise
                is_closed = True

        async def receive_fit() -> Message:
            nonlocal is_closed
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    is_closed = is_closed or message["type"] == "websocket.disconnect"
                    return message
                is_fit = is_from_a_page(message.get("bytes") or b"\xff")
                if is_fit:
                    return message
                if is_fit is None:
                    break
            is_closed = True
            await send({"type": "websocket.close", "code": _UNFIT})
            return {"type": "websocket.disconnect", "code": _UNFIT}

        key = _key(scope)
        self._websockets[key] += 1
        try:
            await self._app(scope, receive_fit, send_while_open)
        finally:
            self._websockets[key] -= 1
            if not self._websockets[key]:
                del self._websockets[key]

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session_id = _session(scope["path"].removeprefix(self._base).lstrip("/"))
        size = int(Headers(scope=scope)["content-length"])
        self._uploads.begin(session_id, size)
        try:
            await self._app(scope, receive, send)
        finally:
            self._uploads.end(session_id, size)


def _key(scope: Scope) -> str:
    return client_key(scope["client"][0]) if scope.get("client") else ""


def _session(path: str) -> str:
    return path.removeprefix(UPLOADS).partition("/")[0]


def _as_our_own(scope: Scope, headers: Headers) -> Scope:
    """Return the request with our own origin, for the page was found to be one that may speak.

    Of an origin that is another than the host, Streamlit asks a public service for this machine's
    address, and the event loop waits for the answer.
    """
    if "origin" not in headers or "host" not in headers:
        return scope
    scheme = "https" if scope["scheme"] == "wss" else "http"
    ours = f"{scheme}://{headers['host']}".encode("latin-1")
    return _with_header(scope, b"origin", ours)


def _with_header(scope: Scope, name: bytes, value: bytes) -> Scope:
    changed = [(key, value if key == name else old) for key, old in scope["headers"]]
    return {**scope, "headers": changed}
