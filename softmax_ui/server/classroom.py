"""The class on phones: a page without a session of Streamlit's, its state, and the votes.

A session costs a thread, a websocket and 200 kB; a phone that answers costs a request. What all see
is made once (`live.classroom`); votes that come together are stored together, and each is
acknowledged when it is on the disk. A browser is told by a key of its own, in the body and never in
an address; the server keeps a digest of it.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from softmax_core.classroom import Ballot, Classroom
from softmax_core.classroom.classroom import ALPHABET, CODE_LENGTH, LATEST, MAX_LEARNER_NAME
from softmax_core.classroom.question import cleaned
from softmax_core.errors import SoftmaxError
from softmax_ui import cache, teacher
from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.components.modules import addresses
from softmax_ui.figures.theme import FONT
from softmax_ui.live.answers import Answers, Busy, Closed
from softmax_ui.live.classroom import PATH, Seen, class_message
from softmax_ui.notices import sentence
from softmax_ui.pages import LESSON
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.posed import Posed, message, posed
from softmax_ui.questions.posed import said as in_words
from softmax_ui.questions.replies import what_is_wrong
from softmax_ui.questions.tally import seed_of
from softmax_ui.server.codings import coding_for
from softmax_ui.server.connections import client_key
from softmax_ui.server.language import language_of
from softmax_ui.text import Language, _, as_language, speaking
from softmax_ui.text.lines import one_line

MOST_BYTES: Final = 4096
"""Of a body: a vote takes 200."""
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_TEMPLATE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("class.html")


class Refused(Exception):
    """A request that is answered with a status and a sentence; arguments: these two."""


class Rate:
    """How often somebody may do something: `most` times in `seconds`. Belongs to one event loop."""

    def __init__(self, most: int, seconds: float, kept: int = 20_000) -> None:
        self._most, self._seconds, self._kept = most, seconds, kept
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def allows(self, who: str, *, counts: bool = True) -> bool:
        """Tell whether it is not too often, and count this time."""
        began, count = self._seen.pop(who, (0.0, 0))
        if monotonic() - began > self._seconds:
            began, count = monotonic(), 0
        self._seen[who] = (began, count + counts)
        if len(self._seen) > self._kept:
            self._seen.popitem(last=False)
        return count < self._most


@dataclass(slots=True)
class _Waiting:
    ballot: Ballot
    kept: asyncio.Future[bool]


class Ballots:
    """Votes on their way to the disk: those that come together are stored together."""

    def __init__(self, worker: ThreadPoolExecutor) -> None:
        self._worker = worker
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, ballot: Ballot) -> bool:
        """Store a vote, and return whether it counts once it is on the disk."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(ballot, loop.create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await asyncio.shield(waiting.kept)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            ballots = [each.ballot for each in batch]
            try:
                kept = await loop.run_in_executor(self._worker, _record, ballots)
            except Exception as error:
                for each in batch:
                    if not each.kept.done():
                        each.kept.set_exception(error)
                continue
            for each, counts in zip(batch, kept, strict=True):
                if not each.kept.done():
                    each.kept.set_result(counts)


def _record(ballots: Sequence[Ballot]) -> list[bool]:
    return cache.classroom().record(ballots)


class Phones:
    """What the routes of the class share. Belongs to one event loop."""

    def __init__(self) -> None:
        self.worker = ThreadPoolExecutor(1, thread_name_prefix="class")
        self.answers: Answers[Seen] = Answers(class_message)
        self.ballots = Ballots(self.worker)
        self.guesses = Rate(600, 60.0)  # wrong codes of an address; there are 900 million
        self.posts = Rate(40, 10.0)  # of a browser
        self.posts_of_all = Rate(6000, 10.0)  # of an address, behind which a school may be

    def close(self) -> None:
        """Make no more messages; what is being stored is finished."""
        self.answers.close()
        self.worker.shutdown(wait=True)


_phones: Phones | None = None


def phones() -> Phones:
    """Return what the routes share, one of it a process."""
    global _phones
    if _phones is None:
        _phones = Phones()
    return _phones


def close_phones() -> None:
    """End it; a vote that was taken is stored first."""
    global _phones
    if _phones is not None:
        _phones.close()
        _phones = None


def board_ticket() -> str:
    """Return what a teacher's page names to be told what the front of the class sees.

    It ends with the teacher's link: another link has another one. It is the same on all servers
    that have one secret for their cookies.
    """
    return _signed(f"board {teacher.digest()}")


def _pass(class_id: str) -> str:
    """Return what a phone that has joined names instead of the code, so that it guesses nothing."""
    return _signed(f"pass {class_id}")[:32]


def _signed(text: str) -> str:
    secret = str(st.get_option("server.cookieSecret"))
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def class_routes(prefix: str) -> Sequence[Route]:
    """Return the routes, below the base path that all addresses begin with."""
    base = f"{prefix}/{PATH}"
    return [
        Route(base, show_page, methods=["GET"]),
        Route(f"{base}/", without_slash, methods=["GET"]),
        Route(f"{base}/now", now, methods=["GET"]),
        Route(f"{base}/board", board, methods=["GET"]),
        Route(f"{base}/mine", mine, methods=["POST"]),
        Route(f"{base}/vote", vote, methods=["POST"]),
        Route(f"{base}/progress", progress, methods=["POST"]),
    ]


async def show_page(request: Request) -> Response:
    """Answer with the page for phones; the same one for all."""
    lang = language_of(request)
    with speaking(lang):
        html = _TEMPLATE.render(
            language="zh-CN" if lang == "zh" else "en",
            other=("English", "en") if lang == "zh" else ("中文", "zh"),
            font=FONT,
            title=_("Answer with your class"),
            description=_("Enter the code that your teacher shows, and answer on this device."),
            modules=addresses("class_phone"),
            lesson=LESSON.address,
            words=_words(),
        )
    return HTMLResponse(html, headers={**_HEADERS, "Vary": "Accept-Language"})


async def without_slash(request: Request) -> Response:
    """Lead to the page for phones from its address with a slash at the end, as many type it."""
    query = request.url.query
    # Relative, so that it is right behind a proxy that takes a prefix away too.
    return RedirectResponse(f"../{PATH}{f'?{query}' if query else ''}")


async def now(request: Request) -> Response:
    """Answer with the state that all phones of the class see: 200, 204 when `seen` is it, 404."""
    lang = as_language(request.query_params.get("lang")) or "en"
    try:
        class_id = await _class_of(request, request.query_params)
    except Refused as refusal:
        return _refusal(refusal, lang)
    except SoftmaxError as error:
        return _trouble(error, lang)
    except RuntimeError:  # the server is ending
        return Response(status_code=503, headers=_HEADERS)
    return await _made(request, Seen(class_id, lang, at_front=False))


async def board(request: Request) -> Response:
    """Answer with what stands at the front, for a page that was drawn for the teacher."""
    lang = as_language(request.query_params.get("lang")) or "en"
    try:
        ticket = await asyncio.to_thread(board_ticket)
        if not _same(ticket, request.headers.get("x-board", "")):
            return _refusal(Refused(403, "teacher"), lang)
        opened = (await _fresh()).current
    except SoftmaxError as error:
        return _trouble(error, lang)
    except RuntimeError:
        return Response(status_code=503, headers=_HEADERS)
    return await _made(request, Seen(opened.id if opened else "", lang, at_front=True))


async def mine(request: Request) -> Response:
    """Answer with a learner's own question, vote and grade; whoever asks has joined."""

    def make(given: Mapping[str, Any], voter: str, lang: Language) -> dict[str, Any]:
        room = cache.classroom()
        name = given.get("name")
        if name is not None:
            if not isinstance(name, str) or len(name) > MAX_LEARNER_NAME:
                raise Refused(400, "body")
            name = one_line(cleaned(name))
        if not room.join(voter, name=name):
            raise Refused(503, "full")
        opened, rounds = room.current, room.rounds
        if opened is None:
            raise Refused(404, "code")
        said: dict[str, Any] = {"pass": _pass(opened.id), "round": 0}
        if not rounds:
            return said
        last = rounds[-1]
        with speaking(lang):
            one = posed(last.question, f"{seed_of(opened.id, last.number)} {voter}")
            ballot = room.ballot(last.number, voter)
            answer = ballot and ballot.answer
            # A phone whose clock was set back counts on from its last vote, not from its clock.
            said |= {"sequence": ballot.sequence if ballot else 0}
            said |= {"round": last.number, "answer": answer, **message(one)}
            if last.solved:
                said["right"] = one.right()
                if answer is not None:
                    said["yours"] = in_words(one, answer)
                said |= _graded(one, answer)
                if one.asked:
                    said["section"] = one.asked.question.section
        return said

    return await _post(request, make)


async def vote(request: Request) -> Response:
    """Store a vote: 200 when it is on the disk and counts, 409 when its round is not open."""

    def check(given: Mapping[str, Any], voter: str, _lang: Language) -> Ballot:
        room = cache.classroom()
        number, sequence = given.get("round"), given.get("sequence")
        if not (_is_whole(number, 10**6) and _is_whole(sequence, LATEST)):
            raise Refused(400, "body")
        opened, rounds = room.current, room.rounds
        if opened is None or number != len(rounds):
            raise Refused(409, "closed")
        one = posed(rounds[-1].question, f"{seed_of(opened.id, len(rounds))} {voter}")
        answer = one.taken(given.get("answer"))
        if answer is None:
            raise Refused(400, "answer")
        if not room.join(voter):
            raise Refused(503, "full")
        return Ballot(len(rounds), voter, answer, int(sequence or 0))

    async def keep(ballot: Ballot) -> dict[str, Any]:
        if not await phones().ballots.keep(ballot):
            raise Refused(409, "closed")
        return {"round": ballot.round, "answer": ballot.answer}

    return await _post(request, check, keep)


async def progress(request: Request) -> Response:
    """Store how far a learner is in the lesson; only who has joined the class tells it."""

    def store(given: Mapping[str, Any], voter: str, _lang: Language) -> dict[str, Any]:
        section, counts = given.get("section"), (given.get("answered"), given.get("right"))
        if section not in SECTIONS or not all(_is_whole(each, len(QUESTIONS)) for each in counts):
            raise Refused(400, "body")
        answered, right = map(int, counts)  # type: ignore[arg-type]
        if not cache.classroom().join(
            voter, progress=(str(section), answered, min(right, answered))
        ):
            raise Refused(503, "full")
        return {}

    return await _post(request, store)


async def _post(request: Request, act: Any, then: Any = None) -> Response:
    """Read and judge a body, do something in the class's thread, and answer with JSON."""
    lang = as_language(request.query_params.get("lang")) or "en"
    try:
        given = await _body(request)
        key = given.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise Refused(400, "body")
        shared = phones()
        asker = client_key(request.client.host) if request.client else ""
        if not shared.posts_of_all.allows(asker) or not shared.posts.allows(key):
            raise Refused(429, "often")
        await _class_of(request, given)
        voter = cache.classroom().voter(key)
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(shared.worker, act, given, voter, lang)
        return JSONResponse(await then(done) if then else done, headers=_HEADERS)
    except Refused as refusal:
        return _refusal(refusal, lang)
    except SoftmaxError as error:
        return _trouble(error, lang)
    except (ClientDisconnect, RuntimeError):  # left, or the server is ending
        return Response(status_code=503, headers=_HEADERS)


async def _body(request: Request) -> Mapping[str, Any]:
    # A form of another site may send text, but no JSON without asking first.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "body")
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > MOST_BYTES:
            raise Refused(413, "body")
    try:
        given = json.loads(read.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "body") from None
    if not isinstance(given, dict):
        raise Refused(400, "body")
    return given


async def _fresh() -> Classroom:
    """Return the class as the store has it, read in the class's thread and not here."""
    room = cache.classroom()
    if not room.is_fresh:
        await asyncio.get_running_loop().run_in_executor(phones().worker, room.refresh)
    return room


async def _class_of(request: Request, given: Mapping[str, Any]) -> str:
    """Return the class whose code is given; guessing one is bounded.

    Who has joined gives a pass as well: behind the address of a school, they answer on while
    somebody beside them guesses.

    Raises:
        Refused: there is none, or one guessed too often.
    """
    opened, held = (await _fresh()).current, given.get("pass")
    if opened and isinstance(held, str) and _same(_pass(opened.id), held):
        return opened.id
    asker = client_key(request.client.host) if request.client else ""
    if not phones().guesses.allows(asker, counts=False):
        raise Refused(429, "often")
    code = given.get("code")
    typed = code.strip().upper() if isinstance(code, str) and len(code) < 40 else ""
    is_code = opened is not None and _CODE.fullmatch(typed)
    if opened and is_code and _same(opened.code, typed):
        return opened.id
    phones().guesses.allows(asker)
    raise Refused(404, "code")


def _same(kept: str, given: str) -> bool:
    """Compare with a secret in constant time; what is given may be anything."""
    return hmac.compare_digest(kept.encode(), given.encode(errors="replace"))


async def _made(request: Request, seen: Seen) -> Response:
    asker = client_key(request.client.host) if request.client else ""
    try:
        answer = phones().answers.current(seen, asker) or await phones().answers.get(seen, asker)
    except (Busy, Closed):
        return Response(status_code=503, headers={**_HEADERS, "Retry-After": "1"})
    except SoftmaxError as error:
        return _trouble(error, seen.language)
    if request.query_params.get("seen") == answer.marker:
        return Response(status_code=204, headers=_HEADERS)
    headers = {**_HEADERS, "Content-Type": "application/json", "Vary": "Accept-Encoding"}
    if coding_for(request.headers.get("accept-encoding", ""), ("gzip",)) != "gzip":
        return Response(answer.plain, headers=headers)
    return Response(answer.compressed, headers={**headers, "Content-Encoding": "gzip"})


def _graded(one: Posed, answer: Any) -> dict[str, Any]:
    if answer is None:
        return {}
    found = one.mark(answer)
    if found is None:
        return {}
    if found.right or one.asked is None:
        return {"is_right": found.right}
    return {"is_right": False, "why": what_is_wrong(found, one.asked)}


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _trouble(error: SoftmaxError, lang: Language) -> JSONResponse:
    with speaking(lang):
        said = sentence(error).replace("`", "")
    return JSONResponse({"message": said}, 503, _HEADERS)


def _refusal(refusal: Refused, lang: Language) -> JSONResponse:
    status, why = refusal.args
    with speaking(lang):
        said = {
            "body": _("This device sent something that is not an answer."),
            "often": _("That was too many times in a row. Wait a moment, then go on."),
            "code": _("There is no class with this code. Look at the board once more."),
            "closed": _("The question is closed; this answer came too late."),
            "answer": _("This is not an answer to the question."),
            "full": _("The class is full."),
            "teacher": _("Only the teacher may do this."),
        }[why]
    return JSONResponse({"message": said, "why": why}, status, _HEADERS)


def _words() -> dict[str, str]:
    """Return what the page says, in the reader's language."""
    return {
        "code": _("Code"),
        "name": _("Your name, if you want your teacher to see it"),
        "join": _("Join"),
        "waiting": _("You are in. The question comes when your teacher asks it."),
        "answer": _("Your answer"),
        "number": _("A number; 1/8, 12.5% and ln 2 are numbers, too"),
        "send": _("Send"),
        "sent": _("Your answer is in. You may change it until the question is closed."),
        "sending": _("Sending …"),
        "unsent": _("Not sent yet: the server does not answer. It is tried again by itself."),
        "closed": _("Closed. Talk with your neighbour, and look at the board."),
        "solved": _("The answer"),
        "right": _("Your answer is right."),
        "wrong": _("Your answer is not right."),
        "none": _("You gave no answer."),
        "yours": _("Your answer: {answer}", answer="{answer}"),
        "is": _("It is:"),
        "opinion": _("There is no right answer: it was a question of opinion."),
        "why": _("See why, in the lesson"),
        "gone": _("This class has ended. Thank you for coming."),
        "lost": _("The connection is lost; your answers are safe. It is tried again by itself."),
        "order": _("Tap in the right order, the first one first."),
        "drag": _("Drag the logits so that softmax gives these probabilities:"),
        "logit": _("logit of {name}", name="{name}"),
        "round": _("Round {n}", n="{n}"),
        "leave": _("Another class"),
        "lesson": _("Open the lesson"),
        "counted": _(
            "In the lesson, this browser then tells the class how far you are, only as a count."
        ),
    }
