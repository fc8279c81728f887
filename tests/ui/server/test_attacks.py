"""Each attack of docs/security.md, made on a real server, which goes on serving everybody else.

Attackers come from 127.0.0.1, the person who is to be served from another address of loopback
where there is one.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from softmax_core.runs import open_store
from softmax_core.training.experiment import Experiment, Variant
from softmax_ui.server.connections import MOST_FRAME
from softmax_ui.server.uploads import MOST_FILES
from tests.browser import server as app
from tests.ui.server.client import Answer, Client

PER_ADDRESS = 40
TOGETHER_MB = 30
DESCRIPTORS = 600  # few, so that an attack on them is over in a moment
MB = 2**20
FORM = "--x\r\nContent-Disposition: form-data; name=f; filename=a.png\r\n\r\n"


@dataclass(frozen=True)
class Server:
    base: str
    pid: int
    log: Path
    run: str

    def client(self, source: str = "127.0.0.1") -> Client:
        return Client(self.base, source, timeout=30)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        with self.client() as client:
            return client.get(path, headers)

    def websocket(self, **headers: str) -> int:
        with self.client() as client:
            return client.open_websocket(headers).status

    def serves_others(self) -> bool:
        """Tell whether somebody else opens a page as if nothing had happened."""
        with self.client("127.0.0.9") as client:
            return client.open_websocket().status == 101 and bool(client.session())

    def memory(self) -> float:
        """Return the resident memory in MB."""
        size = subprocess.check_output(["ps", "-o", "rss=", "-p", str(self.pid)], text=True)
        return int(size) / 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "runs").mkdir()
    store = open_store(folder / "runs" / "runs.sqlite", max_bytes=2**30)
    run = store.create(Experiment([Variant("one"), Variant("two")]), total_steps=1000).id
    store.set_status(run, "finished")
    store.close()
    process, base = app.start_server(
        folder,
        env={"SOFTMAX_PER_ADDRESS": str(PER_ADDRESS), "SOFTMAX_UPLOAD_MB": str(TOGETHER_MB)},
        descriptors=DESCRIPTORS,
    )
    yield Server(base, process.pid, folder / "server.log", run)
    app.end_server(process)


def test_one_address_cannot_take_all_websockets(server: Server) -> None:
    with ExitStack() as open_ones:
        opened = Counter(
            open_ones.enter_context(server.client()).open_websocket().status
            for _ in range(PER_ADDRESS + 10)
        )
        assert opened == {101: PER_ADDRESS, 403: 10}
        assert server.serves_others()


def test_half_a_request_takes_nobodys_place(server: Server) -> None:
    said = server.log.stat().st_size
    with ExitStack() as open_ones:
        for _ in range(DESCRIPTORS + 100):
            half = open_ones.enter_context(server.client())
            half.socket.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-")
        assert server.serves_others()
    assert server.log.stat().st_size - said < 10_000


def test_the_limit_of_descriptors_is_said_to_be_low(server: Server) -> None:
    assert f"only {DESCRIPTORS} files and connections may be open" in server.log.read_text()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:1", "null", "http://localhost.evil.example", "x"],
)
def test_a_foreign_page_opens_no_websocket(server: Server, origin: str) -> None:
    assert server.websocket(Origin=origin) == 403


def test_our_own_page_opens_one(server: Server) -> None:
    host = server.base.removeprefix("http://")
    for name in (host, host.replace("localhost", "127.0.0.1"), host.replace("localhost", "[::1]")):
        assert server.websocket(Host=name, Origin=f"http://{name}") == 101


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", ""])
def test_a_foreign_name_gets_nothing(server: Server, host: str) -> None:
    paths = ("/", f"/live/{server.run}", "/_stcore/health", "/static/index.html")
    assert {server.get(path, {"Host": host}).status for path in paths} == {403}
    assert server.websocket(Host=host) == 403


def test_a_page_without_an_uploader_takes_no_upload(server: Server) -> None:
    with server.client() as page:
        page.open_websocket()
        assert upload(server, page.session(), "a", b"x" * 1000) == 403
        assert upload(server, "no-such-session", "a", b"x" * 1000) == 403


def test_a_file_that_is_chosen_while_the_page_is_drawn_waits_for_it(server: Server) -> None:
    """After a reconnection the browser shows the uploader before the new server has drawn it."""
    for _ in range(3):
        with server.client() as page:
            page.open_websocket()
            assert upload(server, page.begun("runs"), "a", b"x" * 1000) == 204


def test_a_session_keeps_few_uploads(server: Server) -> None:
    with server.client() as page:
        page.open_websocket()
        session = page.session("runs")
        taken = [upload(server, session, str(name), b"x" * (8 * MB)) for name in range(4)]
        before = server.memory()
        taken += [upload(server, session, str(name), b"x" * (8 * MB)) for name in range(4, 24)]
        assert set(taken) == {204}  # the newest is always taken
        assert server.memory() - before < 8 * (MOST_FILES + 5)


def test_a_page_of_data_sets_holds_no_more_together_than_one_set_may_be(server: Server) -> None:
    with server.client() as page:
        page.open_websocket()
        session = page.session("training_dashboard", "bring=1")
        before = server.memory()
        taken = [upload(server, session, str(name), b"x" * (8 * MB)) for name in range(20)]
        assert taken == [204] * 3 + [413] * 17
        assert server.memory() - before < 2 * TOGETHER_MB
        assert server.serves_others()


def test_a_message_of_more_than_our_pages_send_is_not_read(server: Server) -> None:
    with server.client() as page:
        page.open_websocket()
        page.session()
        page.send_frame(b"x", claimed=MOST_FRAME + 1)
        assert page.closed()


def test_what_is_no_message_leaves_no_traceback(server: Server) -> None:
    said = server.log.stat().st_size
    for sent in (b"\x81\x80\0\0\0\0", b"\x82\x81\0\0\0\0\xff"):  # a text; no protobuf
        with server.client() as page:
            page.open_websocket()
            page.session()
            page.socket.sendall(sent)
            assert page.closed()
    with server.client() as page:
        page.open_websocket()
        page.session()
        message = BackMsg()
        for id in page.components:
            message.rerun_script.widget_states.widgets.add(id=id, json_value='{"no JSON')
        assert page.components
        page.send(message)
        assert page.closed()
    written = server.log.read_text()[said:]
    assert "Traceback" not in written, written


def test_a_page_cannot_empty_the_caches_of_all(server: Server) -> None:
    with server.client() as page:
        page.open_websocket()
        page.session()
        for order in (BackMsg(clear_cache=True), BackMsg(set_run_on_save=True)):
            page.send(order)
        assert page.session()  # it is not answered, and the page goes on
    assert "cache" not in server.log.read_text()


def test_a_component_that_holds_too_much_is_not_heard(server: Server) -> None:
    secrets = {f"run{number}": f"{number:064x}" for number in range(200_000)}
    with server.client() as page:
        page.open_websocket()
        page.session("training_dashboard")
        message = BackMsg()
        held = json.dumps({"held": {"key": "a" * 64, "secrets": secrets}})
        message.rerun_script.widget_states.widgets.add(id="any", json_value=held)
        with pytest.raises(OSError, match=r"reset|pipe|aborted"):
            page.send(message)
    assert server.serves_others()


def test_a_flood_of_questions_is_answered_at_once_or_told_to_come_again(server: Server) -> None:
    path = f"/live/{server.run}?view=templates"
    with ExitStack() as open_ones:
        asking = [open_ones.enter_context(server.client()) for _ in range(300)]
        for number, client in enumerate(asking):
            client.begin(f"{path}&step={number}")
        answers = [client.answer() for client in asking]
    counted = Counter(answer.status for answer in answers)
    assert set(counted) == {200, 503}
    assert {answer.headers["retry-after"] for answer in answers if answer.status == 503} == {"1"}
    assert server.get(path).status == 200


def test_a_page_may_be_framed_by_no_other_site(server: Server) -> None:
    page = server.get("/training_dashboard?run=x")
    policy = dict(
        rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; ")
    )
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert "microphone=()" in page.headers["permissions-policy"]
    assert json.loads(server.get("/_stcore/host-config").body)["allowedOrigins"] == []


def test_what_the_server_says_of_itself_is_not_public(server: Server) -> None:
    for path in ("/_stcore/metrics", "//_stcore/metrics", "/_stcore/%6detrics"):
        assert server.get(path).status in (400, 404)
        assert b"openmetrics" not in server.get(path).body


def test_nothing_that_steers_a_terminal_reaches_the_log(server: Server) -> None:
    said = server.log.stat().st_size
    for sign in "\x9b\u202e\u200b":
        server.websocket(Origin=f"http://{sign}31m")
    log = server.log.read_bytes()[said:].decode()
    assert not any(sign in log for sign in "\x9b\u202e\u200b")


def test_who_refuses_gzip_gets_none(server: Server) -> None:
    answer = server.get(f"/live/{server.run}", {"Accept-Encoding": "gzip;q=0"})
    assert json.loads(answer.body)["status"] == "finished"


def upload(server: Server, session: str, name: str, content: bytes) -> int:
    """Upload a file as a browser does, and return the status."""
    cookie = server.get("/_stcore/health").headers["set-cookie"].partition(";")[0]
    with server.client() as client:
        # What is refused is not read to its end.
        with suppress(ConnectionError):
            client.begin(
                f"/_stcore/upload_file/{session}/{name}",
                "PUT",
                {
                    "Cookie": cookie,
                    "X-Xsrftoken": cookie.partition("=")[2],
                    "Content-Type": "multipart/form-data; boundary=x",
                },
                FORM.encode() + content + b"\r\n--x--\r\n",
            )
        return client.answer().status
