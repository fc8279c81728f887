"""Pictures hold the pixels they were made of; signs keep their colours."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from softmax_ui.figures.pictures import (
    diverging_picture,
    four_together,
    grey_picture,
    largest,
)


def opened(uri: str) -> Image.Image:
    head, _, body = uri.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(body)))


def rgb(values: np.ndarray, limit: float) -> np.ndarray:
    return np.asarray(opened(diverging_picture(values, limit)).convert("RGB")).astype(int)


def test_a_grey_picture_holds_its_pixels() -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(opened(grey_picture(image))), image)


def test_four_pictures_stand_in_two_rows_with_black_between_them() -> None:
    images = np.random.default_rng(0).integers(1, 256, (4, 28, 28), dtype=np.uint8)
    whole = np.asarray(opened(four_together(images)))
    corners = [(0, 0), (0, 30), (30, 0), (30, 30)]
    assert whole.shape == (58, 58)
    for image, (top, left) in zip(images, corners, strict=True):
        np.testing.assert_array_equal(whole[top : top + 28, left : left + 28], image)
    assert not whole[28:30].any()
    assert not whole[:, 28:30].any()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_where_a_class_has_fewer_pictures_their_places_are_black(count: int) -> None:
    images = np.full((count, 8, 6), 200, np.uint8)
    whole = np.asarray(opened(four_together(images)))
    assert whole.shape == (18, 14)
    assert (whole == 200).sum() == count * 48


def test_positive_is_green_negative_is_purple_and_zero_is_pale() -> None:
    (positive, negative, zero), *_ = rgb(np.array([[0.5, -0.5, 0.0]]), 1.0)
    assert positive[1] > positive[[0, 2]].max()
    assert negative[1] < negative[[0, 2]].min()
    assert zero.min() > 230


def test_what_is_larger_is_darker_up_to_the_limit() -> None:
    (small, large, beyond), *_ = rgb(np.array([[0.2, 1.0, 7.0]]), 1.0)
    assert small.sum() > large.sum()
    assert beyond.tolist() == large.tolist()


def test_opposite_signs_are_equally_far_from_zero() -> None:
    row = opened(diverging_picture(np.array([[-0.3, 0.3, 0.0]]), 1.0))
    below, above, zero = np.asarray(row)[0].astype(int)
    assert zero - below == above - zero > 0


def test_what_is_not_a_number_is_grey() -> None:
    (missing,), *_ = rgb(np.array([[np.nan]]), 1.0)
    assert missing.tolist() == [0x9A, 0xA0, 0xA6]


def test_all_zero_weights_are_drawn_pale() -> None:
    assert rgb(np.zeros((2, 2)), 0.0).min() > 230


def test_largest_ignores_what_is_not_finite() -> None:
    assert largest([np.array([1.0, np.inf]), np.array([-2.0, np.nan])]) == 2.0
    assert largest([np.array([np.nan])]) == 0.0


def test_a_noisy_template_stays_under_a_kilobyte() -> None:
    noise = np.random.default_rng(0).normal(size=(28, 28))
    assert len(diverging_picture(noise, 3.0)) < 1_050


@pytest.mark.parametrize("shape", [(28, 28), (8, 31)])
def test_the_size_is_the_arrays(shape: tuple[int, int]) -> None:
    assert opened(diverging_picture(np.zeros(shape), 1.0)).size == shape[::-1]
