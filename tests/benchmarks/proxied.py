"""The app behind the real haproxy, as deploy/haproxy.cfg has it: what is promised is tried.

`python -m tests.benchmarks.proxied`, where haproxy and openssl are installed. Each line that it
prints is a promise of docs/serving.md; it ends with an error at the first that does not hold.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from softmax_ui.components.modules import PLOTLY
from tests.browser.server import ROOT, end_server, free_port, start_server

HOST: Final = "softmax.example"
CONFIGURATION: Final = ROOT / "deploy" / "haproxy.cfg"


@contextmanager
def proxied() -> Iterator[tuple[int, int, Path]]:
    """Start the app and haproxy before it; its two ports, TLS first, and its log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        app, base = start_server(folder, env={"SOFTMAX_SHARED": "1", "SOFTMAX_HOSTS": HOST})
        try:
            tls, plain = free_port(), free_port()
            environment = {
                **os.environ,
                "SOFTMAX_HOST": HOST,
                "SOFTMAX_CERTIFICATE": str(certificate(folder)),
                "SOFTMAX_SERVER": base.removeprefix("http://"),
                "SOFTMAX_HTTP": f"127.0.0.1:{plain}",
                "SOFTMAX_HTTPS": f"127.0.0.1:{tls}",
            }
            log = folder / "haproxy.log"
            with log.open("wb") as output:
                proxy = subprocess.Popen(
                    ["haproxy", "-db", "-f", str(CONFIGURATION)],
                    env=environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            try:
                until_it_listens(tls, proxy, log)
                yield tls, plain, log
            finally:
                end_server(proxy)
        finally:
            end_server(app)


def certificate(folder: Path) -> Path:
    """Make a certificate that nobody trusts, with its key, as haproxy takes them."""
    key, public, both = (folder / name for name in ("key.pem", "public.pem", "both.pem"))
    wanted = ["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "1", "-subj", f"/CN={HOST}"]
    subprocess.run(
        ["openssl", *wanted, "-keyout", key, "-out", public], check=True, capture_output=True
    )
    both.write_text(public.read_text() + key.read_text())
    return both


def until_it_listens(port: int, proxy: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for haproxy, or say why it does not come."""
    deadline = monotonic() + 10
    while proxy.poll() is None and monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"haproxy does not start:\n{log.read_text()}")


def trusting() -> ssl.SSLContext:
    """Return a context that takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Asking:
    """Requests to the proxy, each over a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """Ask, and return the answer, its body read."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=trusting(), timeout=30
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": HOST, **named})
        answer = connection.getresponse()
        answer.text = answer.read().decode("latin-1")  # type: ignore[attr-defined]
        connection.close()
        return answer

    def status(self, path: str, method: str = "GET", body: bytes | None = None, **h: str) -> int:
        """Return the status of an answer."""
        return self(path, method, body, **h).status


def holds(promise: str, kept: object) -> None:
    """Say that a promise is kept, or end."""
    if not kept:
        raise SystemExit(f"NOT KEPT: {promise}")
    print(f"kept: {promise}", flush=True)


def try_requests(ask: Asking, plain: int) -> None:
    """Try names, paths, methods, bodies and headers."""
    home = ask("/")
    holds(
        "a page is served, with HSTS",
        home.status == 200 and home.getheader("Strict-Transport-Security"),
    )
    holds("nothing says which server it is", home.getheader("Server") is None)
    holds("another name is refused", ask.status("/", Host="evil.example") == 421)
    holds("a port beside the name is not", ask.status("/", Host=f"{HOST}:{ask.port}") == 200)
    insecure = http.client.HTTPConnection("127.0.0.1", plain, timeout=10)
    insecure.request("GET", "/runs?x=1", headers={"Host": HOST})
    moved = insecure.getresponse()
    target = moved.getheader("Location")
    holds(
        "without TLS one is led to TLS", (moved.status, target) == (308, f"https://{HOST}/runs?x=1")
    )
    for path in (
        "/_stcore/metrics",
        "/%5fstcore/%6detrics",
        "/_stcore/agent/mcp",
        "/_STCORE/METRICS",
    ):
        holds(f"{path} is not for the public", ask.status(path) == 404)
    for path in ("/a//b", "/static/../app.py", "/static/%2e%2e/app.py", "/a%5cb"):
        holds(f"{path} is refused", ask.status(path) == 400)
    holds("what is up is still told", ask.status("/_stcore/health") == 200)
    holds("only uploads have a method that writes", ask.status("/", "POST", b"x") == 405)
    answered = ask.status("/class/vote", "POST", b"{}", Content_Type="application/json")
    holds("an answer of a class gets through", answered not in (405, 411, 413, 502, 503))
    holds("a long one is refused", ask.status("/class/vote", "POST", b"x" * 5000) == 413)
    holds("a body for a page is refused", ask.status("/", "GET", b"x" * 10) == 413)
    upload = "/_stcore/upload_file/session/file"
    length = {"Content_Length": "212000000"}
    holds("an upload of 212 MB is refused unread", ask.status(upload, "PUT", b"", **length) == 413)
    chunked = ask(upload, "PUT", None, Transfer_Encoding="chunked", Content_Type="x")
    holds("an upload of unknown length is refused", chunked.status == 411)
    small = ask.status(upload, "PUT", b"x" * 1000)
    holds(
        f"a small one reaches the app, which knows no such session ({small})", small in (400, 403)
    )


def try_files(ask: Asking) -> None:
    """Try that files come out of the proxy's memory, each in the form that was asked for."""
    for coding in ("gzip", "br"):
        ask(f"/{PLOTLY}", accept_encoding=coding)
        again = ask(f"/{PLOTLY}", accept_encoding=coding)
        holds(
            f"plotly.js comes in {coding}, {again.getheader('Age')} s old",
            again.getheader("Content-Encoding") == coding and again.getheader("Age") is not None,
        )
    tag = again.getheader("ETag") or ""
    holds("who has it gets 304", ask.status(f"/{PLOTLY}", if_none_match=tag) == 304)
    holds("a run's answer is never kept", ask("/live/nobody").getheader("Age") is None)


def try_slowness(port: int) -> None:
    """Send half a head, and half a body, and wait for the end of the patience."""
    host = f"Host: {HOST}\r\n"
    upload = f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\n{host}Content-Length: 9\r\n\r\nx"
    for what, words in (("head", f"GET / HTTP/1.1\r\n{host}"), ("body", upload)):
        with socket.create_connection(("127.0.0.1", port)) as raw:
            slow = trusting().wrap_socket(raw)
            slow.settimeout(20)
            slow.sendall(words.encode())
            began = monotonic()
            answer = slow.recv(1000)
            took = monotonic() - began
            holds(
                f"half a {what} is given up after {took:.0f} s",
                b" 408 " in answer and 8 < took < 13,
            )


async def try_websockets(port: int) -> None:
    """Open the page's websocket, with the right origin and a foreign one, and too many of them."""

    def open_one(origin: str) -> connect:
        return connect(
            f"wss://{HOST}/_stcore/stream",
            host="127.0.0.1",
            port=port,
            ssl=trusting(),
            origin=Origin(origin),
            subprotocols=[Subprotocol("streamlit")],
        )

    async with open_one(f"https://{HOST}"):
        holds("the page's websocket passes", True)
    try:
        async with open_one("https://evil.example"):
            holds("a foreign page's does not", False)
    except InvalidStatus as refused:
        holds(f"a foreign page's does not ({refused.response.status_code})", True)
    opened, refusals = [], []
    for _ in range(260):
        try:
            opened.append(await open_one(f"https://{HOST}"))
        except InvalidStatus as refused:
            refusals.append(refused.response.status_code)
    holds(
        f"an address has {len(opened)} websockets, and then 429",
        len(opened) == 250 and set(refusals) == {429},
    )
    for socket_ in opened:
        await socket_.close()


def main() -> None:
    """Try everything."""
    for program in ("haproxy", "openssl"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed: apt-get install {program}")
    with proxied() as (port, plain, log):
        ask = Asking(port)
        try_requests(ask, plain)
        try_files(ask)
        asyncio.run(try_websockets(port))
        try_slowness(port)
        ask("/live/secretsecret?seen=secret")
        holds(
            "no log has a run's id",
            "/live 404" in log.read_text() and "secret" not in log.read_text(),
        )


if __name__ == "__main__":
    main()
