"""The class over HTTP: who may ask, answer and see what, and what is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from softmax_core.classroom import Ballot, ClassQuestion, Classroom
from softmax_core.runs import Store
from softmax_ui import cache, teacher
from softmax_ui.questions.posed import posed
from softmax_ui.questions.tally import seed_of
from softmax_ui.server import classroom as server
from softmax_ui.server.edge import Edge

ANN, BEN = "a" * 64, "b" * 64
CHOICE = ClassQuestion("choice", "Which?", ("one", "two"), right=1)
JSON = (b"content-type", b"application/json")
HOST = (b"host", b"localhost")


class Client:
    """Sends requests to the routes, behind the edge, as a server does."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.app = Starlette(routes=server.class_routes(""), middleware=[Middleware(Edge)])

    def post(
        self, name: str, body: Any, *headers: tuple[bytes, bytes], raw: bytes | None = None
    ) -> tuple[int, Any]:
        content = json.dumps(body).encode() if raw is None else raw
        return self.send("POST", name, content, headers or (JSON,))

    def get(self, name: str, *headers: tuple[bytes, bytes]) -> tuple[int, Any]:
        return self.send("GET", name, b"", headers)

    def send(
        self, method: str, name: str, content: bytes, headers: tuple[tuple[bytes, bytes], ...]
    ) -> tuple[int, Any]:
        path, _mark, query = name.partition("?")
        scope = {
            "type": "http", "method": method, "path": f"/class{path}", "scheme": "http",
            "query_string": query.encode(), "headers": [HOST, *headers],
            "client": ("203.0.113.7", 1),
        }  # fmt: skip
        sent: list[Any] = []
        bodies = iter([{"type": "http.request", "body": content}])

        async def receive() -> Any:
            if waiting := next(bodies, None):
                return waiting
            await asyncio.Event().wait()
            return {}

        async def send(part: Any) -> None:
            sent.append(part)

        self.loop.run_until_complete(self.app(scope, receive, send))
        text = b"".join(part.get("body", b"") for part in sent[1:])
        kind = dict(sent[0]["headers"]).get(b"content-type", b"")
        return sent[0]["status"], json.loads(text) if kind == b"application/json" else text


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    server.close_phones()
    made.loop.close()


@pytest.fixture
def room(own_store: Store, client: Client) -> Classroom:
    assert own_store
    assert client
    found = cache.classroom()
    found.open()
    return found


def code(room: Classroom) -> str:
    assert room.current
    return room.current.code


def me(room: Classroom, key: str = ANN, **more: Any) -> dict[str, Any]:
    return {"key": key, "code": code(room), **more}


def vote(room: Classroom, answer: Any, key: str = ANN, sequence: int = 1) -> dict[str, Any]:
    return me(room, key, round=len(room.rounds), answer=answer, sequence=sequence)


def now(client: Client, room: Classroom) -> Any:
    status, said = client.get(f"/now?code={code(room)}")
    assert status == 200
    return said


def test_a_question_goes_from_the_teacher_to_the_phones_and_back(
    client: Client, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.phones().answers, "_fresh_seconds", 0.0)
    assert now(client, room)["state"] == "waiting"
    assert client.post("/mine", me(room, name="Ann\u202e"))[1]["round"] == 0
    room.ask(CHOICE)
    assert now(client, room) == {**now(client, room), "state": "open", "round": 1}
    status, mine = client.post("/mine", me(room))
    assert (status, mine["kind"], mine["answer"]) == (200, "choice", None)
    assert [key for key, _label in mine["options"]] == ["0", "1"]
    assert client.post("/vote", vote(room, "0"))[0] == 200
    assert client.post("/vote", vote(room, "1", sequence=2))[0] == 200
    assert client.post("/vote", vote(room, "0", sequence=1))[0] == 200, "a late copy of the first"
    assert client.post("/vote", vote(room, "0", BEN))[0] == 200
    assert "rounds" not in now(client, room), "phones see no answers of others before it is closed"
    room.close()
    (counted,) = now(client, room)["rounds"]
    assert [(bar["count"], bar["right"]) for bar in counted["bars"]] == [(1, None), (1, None)]
    assert client.post("/vote", vote(room, "0", sequence=3))[0] == 409
    assert "right" not in client.post("/mine", me(room))[1]
    room.solve()
    solved = client.post("/mine", me(room))[1]
    assert (solved["answer"], solved["right"], solved["is_right"]) == ("1", "two", True)
    assert solved["yours"] == "two"
    assert solved["sequence"] == 2, "from which a phone counts on when its clock was set back"
    assert client.post("/mine", me(room, BEN))[1]["is_right"] is False
    (counted,) = now(client, room)["rounds"]
    assert [(bar["count"], bar["right"]) for bar in counted["bars"]] == [(1, False), (1, True)]
    assert [learner.name for learner in room.learners()] == ["Ann", ""]


def test_each_learner_is_graded_with_their_own_numbers(client: Client, room: Classroom) -> None:
    room.ask(ClassQuestion("lesson", "longer_neck"))
    assert room.current
    rights = {}
    for key in (ANN, BEN, *(f"{number:064x}" for number in range(1, 11))):
        seed = f"{seed_of(room.current.id, 1)} {room.voter(key)}"
        rights[key] = posed(room.rounds[0].question, seed).right()
        assert client.post("/vote", vote(room, rights[key], key))[0] == 200
    assert len(set(rights.values())) > 1
    room.solve()
    assert all(client.post("/mine", me(room, key))[1]["is_right"] for key in rights)


def test_a_question_that_the_lesson_no_longer_has_is_said_to_be_gone_and_stops_nothing(
    client: Client, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class outlives its server, and the next version may ask other questions."""
    monkeypatch.setattr(server.phones().answers, "_fresh_seconds", 0.0)
    room.ask(ClassQuestion("lesson", "of_an_older_version"))
    room.record([Ballot(1, "left", ["b", "a"], 1)])
    status, mine = client.post("/mine", me(room))
    assert (status, mine["kind"], mine["options"]) == (200, "gone", [])
    assert mine["text"] == [["", "This question is no longer in the lesson."]]
    assert client.post("/vote", vote(room, "a"))[0] == 400
    room.close()
    room.solve()
    (counted,) = now(client, room)["rounds"]
    assert (counted["votes"], counted["bars"], counted["right"]) == (1, [], None)
    solved = client.post("/mine?lang=zh", me(room))[1]
    assert (solved["right"], "is_right" in solved, "section" in solved) == ("", False, False)
    assert solved["text"] == [["", "课程里已经没有这道题了。"]]
    room.ask(CHOICE)
    assert client.post("/vote", vote(room, "0"))[0] == 200


def test_once_the_answer_is_shown_both_rounds_say_what_was_right(
    client: Client, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.phones().answers, "_fresh_seconds", 0.0)
    room.ask(CHOICE)
    client.post("/vote", vote(room, "0"))
    room.close()
    room.ask_again()
    client.post("/vote", vote(room, "1"))
    room.close()
    before = now(client, room)["rounds"]
    assert {bar["right"] for one in before for bar in one["bars"]} == {None}
    assert not any("right" in one for one in before)
    room.solve()
    first, second = now(client, room)["rounds"]
    assert [bar["right"] for bar in first["bars"]] == [False, True]
    assert first["bars"][1]["label"] == "two"
    assert (first["right"], second["right"]) == (0, 1)


def test_a_phone_that_has_the_newest_is_told_so(client: Client, room: Classroom) -> None:
    marker = now(client, room)["marker"]
    assert client.get(f"/now?code={code(room)}&seen={marker}")[0] == 204


def test_a_class_that_is_deleted_is_not_there(client: Client, room: Classroom) -> None:
    before = code(room)
    room.delete()
    assert client.get(f"/now?code={before}")[0] == 404
    assert client.post("/mine", {"key": ANN, "code": before})[0] == 404


@pytest.mark.parametrize("guess", ["", "AAAAAA", "x" * 5000, "<b>", "%00", "١٢٣٤٥٦"])
def test_a_wrong_code_is_refused_whatever_it_is(
    client: Client, room: Classroom, guess: str
) -> None:
    assert code(room) != guess
    assert client.post("/mine", {"key": ANN, "code": guess})[0] in (404, 413)
    assert client.post("/mine", {"key": ANN, "code": [guess]})[0] in (404, 413)


def test_guessing_codes_is_bounded_and_stops_nobody_who_has_joined(
    client: Client, room: Classroom
) -> None:
    room.ask(CHOICE)
    held = client.post("/mine", me(room))[1]["pass"]
    guesses = [client.get("/now?code=AAAAAA")[0] for _guess in range(610)]
    assert (guesses.count(404), guesses.count(429)) == (600, 10)
    assert client.get(f"/now?code={code(room)}")[0] == 429, "the right one too, for a while"
    assert client.post("/vote", vote(room, "0"))[0] == 429
    assert client.get(f"/now?code={code(room)}&pass={held}")[0] == 200
    assert client.post("/vote", {**vote(room, "0"), "pass": held})[0] == 200
    for wrong in ("", held[:-1], "é", held.upper()):
        assert client.get(f"/now?pass={quote(wrong)}")[0] == 429
    for odd in ("\ud800", 7, None, [held]):
        assert client.post("/mine", {"key": ANN, "code": "AAAAAA", "pass": odd})[0] == 429
    room.open()
    assert client.get(f"/now?pass={held}")[0] == 429, "of another class"


def test_a_browser_that_sends_too_often_is_told_to_wait(client: Client, room: Classroom) -> None:
    assert {client.post("/mine", me(room))[0] for _time in range(45)} == {200, 429}
    assert client.post("/mine", me(room, BEN))[0] == 200, "another one is not"


@pytest.mark.parametrize(
    ("headers", "raw", "status"),
    [
        ((JSON, (b"origin", b"https://evil.example")), None, 403),
        (((b"content-type", b"text/plain"),), None, 415),
        (((b"content-type", b"application/x-www-form-urlencoded"),), None, 415),
        ((JSON,), b"x" * 5000, 413),
        ((JSON,), b"{", 400),
        ((JSON,), b"[]", 400),
        ((JSON,), b"\xff", 400),
        ((JSON,), b"[" * 4000, 400),
    ],
    ids=["origin", "text", "form", "large", "half", "list", "bytes", "nested"],
)
def test_what_is_no_vote_of_ours_is_refused(
    client: Client,
    room: Classroom,
    headers: tuple[tuple[bytes, bytes], ...],
    raw: bytes | None,
    status: int,
) -> None:
    room.ask(CHOICE)
    assert client.post("/vote", vote(room, "0"), *headers, raw=raw)[0] == status
    assert room.votes(1) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"key": "a" * 63}, {"key": None}, {"key": ["a" * 64]}, {"key": "A" * 64},
        {"answer": "2"}, {"answer": 0}, {"answer": None}, {"answer": ["0"]}, {"answer": {}},
        {"sequence": -1}, {"sequence": 2.5}, {"sequence": True}, {"sequence": 2**60},
        {"sequence": None}, {"round": "1"}, {"round": None}, {"round": -1},
    ],
    ids=str,
)  # fmt: skip
def test_a_vote_is_judged_strictly(client: Client, room: Classroom, change: dict[str, Any]) -> None:
    room.ask(CHOICE)
    assert client.post("/vote", {**vote(room, "0"), **change})[0] == 400
    assert room.votes(1) == {}


@pytest.mark.parametrize("number", [0, 2, 10**6])
def test_a_vote_for_another_round_does_not_count(
    client: Client, room: Classroom, number: int
) -> None:
    room.ask(CHOICE)
    assert client.post("/vote", {**vote(room, "0"), "round": number})[0] == 409


def test_a_name_is_short_and_hides_nothing(client: Client, room: Classroom) -> None:
    assert client.post("/mine", me(room, name="x" * 41))[0] == 400
    assert client.post("/mine", me(room, name=7))[0] == 400
    assert client.post("/mine", me(room, name="=A\n\u202eB\u200b"))[0] == 200
    assert [learner.name for learner in room.learners()] == ["=A B"]


def test_progress_is_a_count_of_who_has_joined(client: Client, room: Classroom) -> None:
    told = me(room, section="softmax", answered=3, right=2)
    assert client.post("/progress", told)[0] == 200
    for change in ({"section": "nowhere"}, {"answered": -1}, {"right": 10**6}, {"section": ["x"]}):
        assert client.post("/progress", {**told, **change})[0] == 400
    (learner,) = room.learners()
    assert (learner.name, learner.section, learner.answered, learner.right) == ("", "softmax", 3, 2)


def test_the_board_is_for_the_teachers_page_alone(client: Client, room: Classroom) -> None:
    room.ask(CHOICE)
    client.post("/vote", vote(room, "0"))
    assert client.get("/board")[0] == 403
    assert client.get("/board", (b"x-board", b"guess"))[0] == 403
    assert client.get("/board", (b"x-board", "\u00e9".encode("latin-1")))[0] == 403
    status, said = client.get("/board", (b"x-board", server.board_ticket().encode()))
    assert status == 200
    assert (said["learners"], said["rounds"][0]["votes"]) == (1, 1)
    assert code(room) not in json.dumps(said)
    assert said["standing"].endswith(" 1 open")
    before = server.board_ticket()
    teacher.new_link("http://localhost")
    assert client.get("/board", (b"x-board", before.encode()))[0] == 403, "a link made anew ends it"
    assert client.get("/board", (b"x-board", server.board_ticket().encode()))[0] == 200


def test_the_page_for_phones_speaks_the_readers_language_and_holds_no_markup_of_words(
    client: Client, room: Classroom
) -> None:
    assert room
    status, english = client.get("")
    assert status == 200
    assert b'<html lang="en">' in english
    assert "输入老师展示的课堂码".encode() in client.get("?lang=zh")[1]
    assert b'<script type="module" src="modules/' in english


def test_votes_that_come_together_are_all_kept(client: Client, room: Classroom) -> None:
    room.ask(CHOICE)
    keys = [f"{number:064x}" for number in range(60)]

    async def all_at_once() -> list[bool]:
        ballots = [Ballot(1, room.voter(key), "1", 1) for key in keys]
        return await asyncio.gather(*map(server.phones().ballots.keep, ballots))

    assert client.loop.run_until_complete(all_at_once()) == [True] * 60
    assert len(room.votes(1)) == 60
