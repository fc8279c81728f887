"""What is watched survives the way through a URL, and what looks the same is the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from softmax_ui.addresses.training import VIEWS, watching_state
from softmax_ui.live.watched import PATH, Watched


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
    chosen = values(view=view, measures="main", axis="steps", log="log", variant=3, epoch=2)
    watched = Watched.of("a/b?c", "zh", chosen)
    assert asked_for(watched.address()) == watched


def test_settings_that_a_view_does_not_show_make_no_difference() -> None:
    templates = [
        Watched.of("r", "en", values(view="templates", log=log, picture=picture))
        for log, picture in (("auto", -1), ("log", 7))
    ]
    assert templates[0] == templates[1]
    assert templates[0] != Watched.of("r", "en", values(view="templates", variant=2))
    curves = [Watched.of("r", "en", values(log=log)) for log in ("auto", "log")]
    assert curves[0] != curves[1]


def test_nonsense_in_a_request_is_read_as_the_default() -> None:
    given = {"view": "<b>", "variant": "1e9", "log": "?", "lang": "xx", "seen": "x" * 9000}
    assert Watched.from_query("r", given) == Watched.of("r", "en", values())
