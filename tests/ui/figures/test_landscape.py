"""The landscape over the triangle."""

from __future__ import annotations

import pytest
import torch

from softmax_core import half_l1_norm
from softmax_ui.figures.handle import Path
from softmax_ui.figures.landscape import CENTRE, JACOBIAN, LEVELS, RINGS, landscape, planar


def test_the_rings_shrink_to_the_centre_in_equal_levels():
    radii = [ring.radius for ring in RINGS]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] == pytest.approx(3**-0.5)
    assert LEVELS[-1] == 0.65 < CENTRE == pytest.approx(2 / 3)
    assert [ring.label for ring in RINGS if ring.label] == ["0.2", "0.4", "0.6"]


def test_a_labelled_ring_goes_through_the_points_of_its_level():
    radius = next(ring.radius for ring in RINGS if ring.label == "0.4")
    (x, y), (cx, cy) = planar(torch.tensor([[0.2, 0.2, 0.6], [1 / 3] * 3]).double())
    assert half_l1_norm(torch.tensor([0.2, 0.2, 0.6])).item() == pytest.approx(0.56)
    assert ((x - cx) ** 2 + (y - cy) ** 2) ** 0.5 < radius  # 0.56 lies inside of 0.4
    (x, y), _ = planar(torch.tensor([[0.1, 0.1, 0.8], [1 / 3] * 3]).double())
    assert ((x - cx) ** 2 + (y - cy) ** 2) ** 0.5 > radius  # 0.34 lies outside


def test_walks_and_words_go_along():
    walk = Path("w", [[0, 0]], "red")
    shown = landscape("title", "ABC", [walk], "note")
    assert (shown.title, shown.corners, shown.paths, shown.note) == ("title", "ABC", [walk], "note")
    assert shown.colour == JACOBIAN
