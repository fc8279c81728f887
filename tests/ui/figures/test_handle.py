"""Where a handle may stand."""

from __future__ import annotations

from softmax_ui.figures.handle import nearest


def test_the_nearest_place_is_found_from_both_sides():
    assert [nearest([0.0, 1.0, 10.0], value) for value in (-5, 0.4, 0.6, 5.4, 5.6, 99)] == [
        0, 0, 1, 1, 2, 2,
    ]  # fmt: skip
