"""What is believed of what the browser side of a component reports."""

from __future__ import annotations

import pytest

from softmax_ui.components.reported import position_from


@pytest.mark.parametrize("value", [None, "3", -1, 5, 2.5, True, [1], {"position": 1}])
def test_what_is_no_position_is_none(value: object) -> None:
    assert position_from(value, 5) is None


@pytest.mark.parametrize("value", [0, 4, 2.0])
def test_a_position_is_taken_as_a_whole_number(value: object) -> None:
    found = position_from(value, 5)
    assert found == value
    assert type(found) is int
