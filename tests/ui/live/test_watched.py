"""What is watched survives the way through a URL, and what looks the same is the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from softmax_ui.addresses.training import VIEWS, watching_state
from softmax_ui.live.watched import PATH, Question, Watched


def values(**changes: Any) -> dict[str, Any]:
    defaults = {name: setting.default for name, setting in watching_state().settings.items()}
    return {**defaults, **changes}


def asked_for(address: str) -> Watched:
    parts = urlsplit(address)
    first, run_id = parts.path.split("/")
    assert first == PATH
    return Watched.from_query(unquote(run_id), dict(parse_qsl(parts.query)))


@pytest.mark.parametrize("view", VIEWS)
def test_the_address_asks_for_what_is_watched(view: str) -> None:
    chosen = values(
        view=view, axis="steps", log="log", x_log=True, smooth=0.5, variant=3, wall=2, pins=(7, 3)
    )
    watched = Watched.of("a/b?c", "zh", chosen)
    assert asked_for(watched.address()) == watched


def test_what_nothing_moving_depends_on_makes_no_difference() -> None:
    assert Watched.of("r", "en", values(epoch=3)) == Watched.of("r", "en", values(numbers="shares"))
    others = {"log": "log", "smooth": 0.5, "variant": 2, "wall": 1, "pins": (4,)}
    for name, value in others.items():
        assert Watched.of("r", "en", values(**{name: value})) != Watched.of("r", "en", values())


def test_those_who_ask_about_different_pictures_share_a_message() -> None:
    nothing, first, second = (Watched.of("r", "en", values(picture=p)) for p in (-1, 3, 500))
    assert first == second
    assert nothing != first, "with a picture the page follows the epochs"
    confusion = [Watched.of("r", "en", values(view="confusion", picture=p)) for p in (-1, 3)]
    assert confusion[0] == confusion[1]


def test_nonsense_in_a_request_is_read_as_the_default() -> None:
    given = {"view": "<b>", "variant": "1e9", "log": "?", "lang": "xx", "seen": "x" * 9000}
    assert Watched.from_query("r", given) == Watched.of("r", "en", values())


def test_a_question_is_what_is_watched_and_what_the_page_has() -> None:
    question = Question.of("r", b"view=curves&seen=abc&lang=zh&after=750")
    assert question == Question(Watched.of("r", "zh", values(view="curves")), "abc", 750)
    assert Question.of("r", b"") == Question(Watched.of("r", "en", values()), "", None)
    given = "&pins=" + "%2C".join("7" for _ in range(3000))
    assert Question.of("r", given.encode()).watched == Watched.of("r", "en", values())
