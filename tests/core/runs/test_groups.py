from __future__ import annotations

import numpy as np
import pytest

from softmax_core.runs import Line, band, spread


def test_the_spread_is_that_of_a_sample() -> None:
    found = spread([0.8138, 0.8346, 0.83])
    assert found is not None
    assert found.mean == pytest.approx(np.mean([0.8138, 0.8346, 0.83]))
    assert found.deviation == pytest.approx(np.std([0.8138, 0.8346, 0.83], ddof=1))
    assert spread([]) is None


def test_a_band_reaches_as_far_as_all_of_its_curves() -> None:
    long = Line(np.arange(1.0, 6.0), np.arange(1.0, 6.0))
    short = Line(np.array([1.0, 2.5]), np.array([3.0, 4.5]))
    found = band([long, short])
    assert found.x.tolist() == [1.0, 2.5]
    assert found.mean.tolist() == [2.0, 3.5]
    assert found.deviation == pytest.approx([np.sqrt(2), np.sqrt(2)])
    assert found.count == 2


def test_curves_without_points_have_an_empty_band() -> None:
    nothing = Line(np.empty(0), np.empty(0))
    assert len(band([nothing, Line(np.ones(1), np.ones(1))]).x) == 0
