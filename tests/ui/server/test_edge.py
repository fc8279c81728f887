"""What the edge hands on to Streamlit, and what it adds to an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import streamlit as st
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from softmax_ui.server.edge import Edge
from softmax_ui.streamlit_inside.messages import is_from_a_page


def through(scope: dict[str, Any], answer: Any = None) -> tuple[list[Any], list[Any]]:
    """Send a request through an edge; return what lay behind it got, and what was answered."""
    seen: list[Any] = []
    sent: list[Any] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        if answer is not None:
            await answer(scope, receive, send)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    whole = {"method": "GET", "scheme": "http", "client": ("203.0.113.1", 1), **scope}
    asyncio.run(Edge(behind)(whole, receive, send))
    return seen, sent


def headers(sent: list[Any]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_streamlit_never_sees_an_origin_for_which_it_would_ask_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOFTMAX_HOSTS", "class.example.org")
    given = [(b"host", b"localhost:8501"), (b"origin", b"https://class.example.org")]
    scope = {"type": "websocket", "scheme": "ws", "path": "/_stcore/stream", "headers": given}
    seen, _sent = through(scope)
    assert (b"origin", b"http://localhost:8501") in seen[0]["headers"]


def test_a_foreign_page_changes_nothing_by_an_ordinary_request_either() -> None:
    given = [(b"host", b"localhost"), (b"origin", b"https://evil.example")]
    for method in ("PUT", "POST", "DELETE"):
        path = "/_stcore/upload_file/s/f"
        seen, sent = through({"type": "http", "method": method, "path": path, "headers": given})
        assert (seen, sent[0]["status"]) == ([], 403)


def test_a_teachers_site_may_frame_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTMAX_FRAMES", "https://school.example; https://*.lms.example x")
    scope = {"type": "http", "path": "/", "headers": [(b"host", b"localhost")]}
    _seen, sent = through(scope, HTMLResponse("<p>"))
    assert "frame-ancestors 'self' https://*.lms.example;" in (
        headers(sent)["content-security-policy"] + ";"
    )
    assert "x-frame-options" not in headers(sent)


def test_what_people_made_is_shown_and_never_run() -> None:
    scope = {"type": "http", "path": "/media/x.svg", "headers": [(b"host", b"localhost")]}
    for answer in (PlainTextResponse("x"), HTMLResponse("<script>")):
        _seen, sent = through(scope, answer)
        assert "sandbox" in headers(sent)["content-security-policy"]


def test_what_an_answer_says_itself_is_left_to_it() -> None:
    scope = {"type": "http", "path": "/x.png", "headers": [(b"host", b"localhost")]}
    own = {"Cross-Origin-Resource-Policy": "cross-origin"}
    _seen, sent = through(scope, PlainTextResponse("x", headers=own))
    assert headers(sent)["cross-origin-resource-policy"] == "cross-origin"
    assert headers(sent)["x-content-type-options"] == "nosniff"
    names = [name for name, _value in sent[0]["headers"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("accepted", "passed"),
    [
        ("br, gzip", "br, gzip"), ("*;q=0.5, gzip", "*;q=0.5, gzip"),
        ("gzip;q=0", "identity"), ("gzip;q=0, *", "identity"),
    ],
)  # fmt: skip
def test_whoever_refuses_gzip_gets_none(accepted: str, passed: str) -> None:
    seen, _sent = through(
        {
            "type": "http",
            "path": "/",
            "headers": [(b"host", b"localhost"), (b"accept-encoding", accepted.encode())],
        }
    )
    assert dict(seen[0]["headers"])[b"accept-encoding"].decode() == passed


def test_below_a_base_path_the_same_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    real = st.get_option
    given = {"server.baseUrlPath": "/softmax/"}
    monkeypatch.setattr(st, "get_option", lambda name: given.get(name) or real(name))
    scope = {"type": "http", "path": "/softmax/_stcore/metrics", "headers": []}
    seen, sent = through(scope)
    assert (seen, sent[0]["status"]) == ([], 404)


@pytest.mark.parametrize(
    "value", ["{", "NaN", "[-Infinity]", "[" * 100_000, "1" * 5000, "", "'x'", '{"a": 1} x']
)
def test_a_component_reports_json_or_is_not_heard(value: str) -> None:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="x", json_value=value)
    assert is_from_a_page(message.SerializeToString()) is None


def test_what_our_pages_report_is_heard() -> None:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="x", json_value='{"held": [1, null]}')
    message.rerun_script.widget_states.widgets.add(id="y", string_value="{ no JSON")
    assert is_from_a_page(message.SerializeToString())
    assert is_from_a_page(b"\xff\xff") is None
