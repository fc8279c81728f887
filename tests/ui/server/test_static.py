"""What browsers get of our files, plotly.js and Streamlit's own, and that there are no others."""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
import time
from pathlib import PurePosixPath
from typing import Any

import brotli
import pytest
import streamlit as st
from starlette.responses import PlainTextResponse

from softmax_ui.components.modules import MODULES, PLOTLY, addresses
from softmax_ui.server.codings import coding_for
from softmax_ui.server.static import KINDS, File, Static
from softmax_ui.streamlit_inside.built import WIDGETS, built_files, scripts

ENTRY = addresses("logit_board")[0]
SLIDER = f"static/js/{scripts('Slider')[0]}"
FONT = next(name for name in built_files() if name.endswith(".woff2"))
EVERY = pytest.mark.parametrize("address", [ENTRY, PLOTLY, SLIDER])


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path, as the server does; return status, headers and body."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.replace("_", "-").encode(), headers[name].encode()) for name in headers],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(part: Any) -> None:
        sent.append(part)

    asyncio.run(Static(PlainTextResponse("somebody else's"))(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:])


def content(address: str) -> bytes:
    return MODULES[address] if address in MODULES else built_files()[address].read_bytes()


@EVERY
def test_a_script_is_javascript_and_kept_for_good(address: str) -> None:
    status, headers, body = ask(f"/{address}")
    assert status == 200
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in headers
    assert body == content(address)
    assert int(headers["content-length"]) == len(body)


@EVERY
@pytest.mark.parametrize(("accepted", "unpack"), [("gzip", gzip), ("br, gzip", brotli)])
def test_it_is_sent_compressed_to_whoever_can_unpack_it(
    address: str, accepted: str, unpack: Any
) -> None:
    status, headers, body = ask(f"/{address}", accept_encoding=accepted)
    assert status == 200
    assert headers["content-encoding"] == accepted.split(",")[0]
    assert headers["vary"] == "Accept-Encoding"
    assert unpack.decompress(body) == content(address)
    assert len(body) < 0.6 * len(content(address))


def test_it_is_compressed_once_whoever_asks_at_the_same_time() -> None:
    read = []

    def slowly() -> bytes:
        time.sleep(0.05)
        read.append("once")
        return b"let it be;" * 1000

    file = File("a.js", slowly)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(file.make("gzip"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == ["once"]
    assert all(answer is file.made("gzip") for answer in found)


def test_a_font_is_not_compressed_again() -> None:
    status, headers, body = ask(f"/{FONT}", accept_encoding="br, gzip")
    assert (status, body) == (200, content(FONT))
    assert headers["content-type"] == "font/woff2"
    assert "content-encoding" not in headers
    assert "vary" not in headers


def test_the_head_alone_is_to_be_had() -> None:
    status, headers, body = ask(f"/{ENTRY}", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == len(content(ENTRY))


def test_all_that_streamlit_has_built_is_under_a_digest() -> None:
    assert {f"static/js/{name}" for name in scripts(*WIDGETS)} < built_files().keys()
    plain = [name for name in built_files() if not re.search(r"\.[\w-]{8}\.\w+$", name)]
    assert plain == []
    assert {PurePosixPath(name).suffix for name in built_files()} == set(KINDS)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip; q=0.0", "identity"),
        ("gzip;q=0, br;q=0", "identity"),
        ("br;q=0.2, gzip;q=0.9", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", "identity"),
        ("*", "br"),
        ("identity", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("gzip;q=x", "identity"),
        ("bridge, gzipped", "identity"),
        (";;q=,", "identity"),
    ],
)
def test_a_client_gets_the_coding_that_it_asks_for(accepted: str, chosen: str) -> None:
    assert coding_for(accepted, ("br", "gzip")) == chosen
    assert ask(f"/{ENTRY}", accept_encoding=accepted)[1].get("content-encoding", "identity") == (
        chosen
    )


def test_whoever_has_it_gets_304_and_whoever_has_an_older_one_gets_it() -> None:
    _, headers, _ = ask(f"/{ENTRY}")
    tag = headers["etag"]
    status, again, body = ask(f"/{ENTRY}", if_none_match=f'"other", {tag}')
    assert (status, body) == (304, b"")
    assert again["etag"] == tag
    assert again["cache-control"] == headers["cache-control"]
    for other in (tag.removeprefix("W/"), "*"):
        assert ask(f"/{ENTRY}", if_none_match=other, accept_encoding="br")[0] == 304
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
    status, headers, _ = ask(f"/{ENTRY}", method="POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/runs", "/static/js/", "/static/js/nothing.js", "/static"])
def test_what_is_no_file_is_answered_by_the_others(path: str) -> None:
    assert ask(path)[2] == b"somebody else's"


def test_files_lie_below_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/softmax/"}.get)
    for address in (ENTRY, SLIDER):
        assert ask(f"/softmax/{address}")[2] == content(address)
        assert ask(f"/{address}")[2] == b"somebody else's"
