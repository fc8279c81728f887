"""One request to our routes without a server, beside a route that takes what they leave."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

STREAMLITS = "Streamlit's"


@dataclass(frozen=True)
class Got:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


def asked(
    routes: Sequence[BaseRoute],
    address: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    scheme: str = "http",
) -> Got:
    """Ask our routes, and one that takes what they leave, as Streamlit's do."""
    rest = Route("/{path:path}", lambda _request: PlainTextResponse(STREAMLITS))
    app = Starlette(routes=[*routes, rest])
    parts, sent = urlsplit(address), []
    scope = {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "path": parts.path,
        "raw_path": quote(parts.path).encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(part: Any) -> None:
        sent.append(part)

    asyncio.run(app(scope, receive, send))
    found = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Got(sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:]))
