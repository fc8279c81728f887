from __future__ import annotations

from softmax_ui.live.film import MOST_FRAMES, Reel, address
from softmax_ui.live.watched import Watched


def test_what_is_asked_for_is_bounded() -> None:
    for given, stride, count in (
        ({"stride": "20", "count": "8"}, 20, 8),
        ({"stride": "0", "count": "1000000"}, 1, MOST_FRAMES),
        ({"stride": "-5", "count": "x"}, 1, 1),
        ({"stride": "9" * 5000, "count": "٣"}, 1, 1),
        ({}, 1, 1),
    ):
        reel = Reel.from_query("abc", given)
        assert (reel.stride, reel.count) == (stride, count)


def test_the_address_of_frames_keeps_the_variant_and_leaves_the_step_open() -> None:
    query = {"view": "confusion", "variant": "3", "lang": "zh"}
    asked = address(Watched.from_query("a/b", query))
    assert asked == "film/a%2Fb?lang=zh&view=confusion&variant=3"
    reel = Reel.from_query("a/b", {**query, "step": "40"})
    assert reel.watched.values()["step"] == 40
