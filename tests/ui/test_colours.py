"""The colours keep apart for every kind of colour vision; computed, not judged by eye."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from softmax_ui.colours import (
    CLASS_COLOURS,
    DIVERGING,
    FIRST,
    NEGATIVE,
    POSITIVE,
    SECOND,
    SEQUENTIAL,
    VARIANT_COLOURS,
)
from softmax_ui.figures.training import FAINT

ROOT = Path(__file__).parents[2]
# Linear RGB as dichromats see it: Machado, Oliveira and Fernandes (2009), severity 1.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Linear RGB to OKLab: Ottosson (2020).
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> np.ndarray:
    """The linear RGB of a colour such as #2f66d0."""
    share = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), dtype=np.uint8) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def seen(colour: str, vision: str) -> np.ndarray:
    """Where in OKLab a colour lies for a kind of colour vision."""
    return TO_LAB @ np.cbrt(TO_CONES @ np.clip(VISION[vision] @ linear(colour), 0, 1))


def closest(colours: tuple[str, ...], vision: str) -> float:
    """The smallest distance between any two of the colours."""
    spots = [seen(colour, vision) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(spots, 2))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours after WCAG."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, paper: str, share: float) -> str:
    """The colour that a share of one makes upon a paper, as browsers mix them."""
    above, below = (np.array([*bytes.fromhex(one.removeprefix("#"))]) for one in (colour, paper))
    return "#" + bytes(np.rint(share * above + (1 - share) * below).astype(np.uint8)).hex()


@pytest.mark.parametrize("vision", VISION)
def test_any_two_colours_stay_apart(vision: str) -> None:
    assert closest(CLASS_COLOURS[:3], vision) > 0.12
    assert closest(CLASS_COLOURS[:10], vision) > 0.07
    assert closest(CLASS_COLOURS, vision) > 0.04
    assert closest((FIRST, SECOND), vision) > 0.15


@pytest.mark.parametrize("vision", VISION)
def test_the_two_signs_are_told_apart(vision: str) -> None:
    assert closest((NEGATIVE, POSITIVE), vision) > 0.2


def test_a_sign_is_not_taken_for_a_class() -> None:
    others = (FIRST, SECOND, *CLASS_COLOURS[:10])
    for sign in (NEGATIVE, POSITIVE):
        assert min(closest((sign, other), "full") for other in others) > 0.12


def test_the_board_has_the_same_signs() -> None:
    style = (ROOT / "softmax_ui/components/logit_board/component.css").read_text()
    assert f"--board-positive: {POSITIVE};" in style
    assert f"--board-negative: {NEGATIVE};" in style


def test_there_are_enough_of_them() -> None:
    assert len(set(CLASS_COLOURS)) == 20
    assert len(VARIANT_COLOURS) == 16


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stand_out_from_the_paper(theme: str) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    paper = settings["backgroundColor"]
    assert min(contrast(c, paper) for c in (*CLASS_COLOURS, FIRST, SECOND)) > 2.7
    assert min(contrast(sign, paper) for sign in (POSITIVE, NEGATIVE)) > 3
    assert contrast(settings["textColor"], paper) > 12
    assert contrast(settings["linkColor"], paper) > 6
    assert contrast(settings["primaryColor"], paper) > 4.5
    # Minibatches beneath the lines of the epochs are fainter, but are there to be seen.
    assert min(contrast(mixed(c, paper, FAINT), paper) for c in VARIANT_COLOURS) > 2
    # A primary button writes in the colour of the paper (page.css), so this covers its text too.


def test_plotly_takes_the_scale_with_the_variables_of_the_theme() -> None:
    for scale in (SEQUENTIAL, DIVERGING):
        assert tuple(go.Heatmap(z=[[0, 1]], colorscale=scale).colorscale) == scale
