"""What browsers get of our modules and of plotly.js, and that they get nothing else."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette

from softmax_ui.components.modules import MODULES, PLOTLY, addresses
from softmax_ui.server import routes as server

ENTRY = addresses("logit_board")[0]


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask the routes for a path, as the server does; return status, headers and body."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), headers[name].encode()) for name in headers],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(part: Any) -> None:
        sent.append(part)

    asyncio.run(Starlette(routes=server.routes())(scope, receive, send))  # type: ignore[arg-type]
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:])


@pytest.mark.parametrize("address", [ENTRY, PLOTLY])
def test_a_module_is_javascript_and_kept_for_good(address: str) -> None:
    status, headers, body = ask(f"/{address}")
    assert status == 200
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in headers
    assert body == MODULES[address].content


@pytest.mark.parametrize("address", [ENTRY, PLOTLY])
def test_it_is_compressed_once_for_whoever_can_unpack_it(address: str) -> None:
    status, headers, body = ask(f"/{address}", accept_encoding="br, gzip")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == MODULES[address].content
    assert MODULES[address].compressed is MODULES[address].compressed
    assert ask(f"/{address}", accept_encoding="gzip")[2] == body


def test_whoever_has_it_gets_304_and_whoever_has_an_older_one_gets_it() -> None:
    _, headers, _ = ask(f"/{ENTRY}")
    tag = headers["etag"]
    status, again, body = ask(f"/{ENTRY}", if_none_match=f'"other", {tag}')
    assert (status, body) == (304, b"")
    assert again["etag"] == tag
    assert again["cache-control"] == headers["cache-control"]
    assert ask(f"/{ENTRY}", if_none_match='W/"other"')[0] == 200
    assert ask(f"/{PLOTLY}", if_none_match=tag)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/modules/",
        "/modules/component.js",
        f"/{ENTRY}/",
        f"/{ENTRY.replace(ENTRY.split('/')[1], '0' * 16)}",
        f"/{ENTRY.rsplit('/', 1)[0]}/component.css",
        f"/{ENTRY.rsplit('/', 1)[0]}/__init__.py",
        f"/{ENTRY.rsplit('/', 1)[0]}/../logit_board/component.js",
        f"/{PLOTLY}/../../../../../etc/passwd",
        "/modules//etc/passwd",
        "/modules/..\\..\\app.py",
    ],
)
def test_there_is_nothing_else_and_no_way_out(path: str) -> None:
    status, headers, body = ask(path)
    assert (status, body) == (404, b"")
    assert headers["cache-control"] == "no-store"


def test_it_is_only_read() -> None:
    assert ask(f"/{ENTRY}", method="POST")[0] == 405


def test_modules_lie_below_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/softmax/"}.get)
    assert ask(f"/softmax/{ENTRY}")[0] == 200
    assert ask(f"/{ENTRY}")[0] == 404
