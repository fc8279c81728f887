"""The answers to "why" add up: evidence to logits, cells to the confusion matrix."""

from __future__ import annotations

import pytest
import torch

from softmax_core import confusion_matrix, softmax
from softmax_core.inspection import (
    PixelScale,
    evidence,
    likely_wrong_labels,
    logits_of,
    pictures_in_cell,
    recall_and_precision,
    scaled_pixels,
    surest_mistakes,
)
from softmax_core.training.experiment import PIXEL_SCALES
from softmax_core.training.pictures import Pictures, pixel_moments

GENERATOR = torch.Generator().manual_seed(0)
IMAGES = torch.randint(0, 256, (50, 28, 28), dtype=torch.uint8, generator=GENERATOR)
LABELS = torch.randint(0, 10, (50,), generator=GENERATOR)
WEIGHTS = torch.randn((10, 784), generator=GENERATOR) * 0.05
BIAS = torch.randn(10, generator=GENERATOR)
MOMENTS = pixel_moments(IMAGES)


@pytest.mark.parametrize("scale", PIXEL_SCALES)
def test_features_are_those_that_the_engine_trains_on(scale: PixelScale) -> None:
    pictures = Pictures(IMAGES, LABELS, scale, MOMENTS, 50)
    pixels, _labels = pictures.between(0, 50)
    expected = pixels[:, :784] * pictures.scale
    torch.testing.assert_close(scaled_pixels(IMAGES, scale, MOMENTS), expected)


@pytest.mark.parametrize("scale", PIXEL_SCALES)
def test_evidence_and_bias_sum_to_the_logits(scale: PixelScale) -> None:
    features = scaled_pixels(IMAGES, scale, MOMENTS).double()
    summed = evidence(features, WEIGHTS.double()).sum(-1) + BIAS
    found = logits_of(IMAGES, WEIGHTS, BIAS, scale, MOMENTS).double()
    torch.testing.assert_close(summed, found, rtol=1e-4, atol=1e-3)


def test_logits_are_the_same_in_one_piece_and_in_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = logits_of(IMAGES, WEIGHTS, BIAS, "unit")
    monkeypatch.setattr("softmax_core.inspection._AT_ONCE", 7)
    torch.testing.assert_close(logits_of(IMAGES, WEIGHTS, BIAS, "unit"), whole)
    assert logits_of(IMAGES[:0], WEIGHTS, BIAS, "unit").shape == (0, 10)


def test_recall_and_precision_agree_with_counting() -> None:
    logits = logits_of(IMAGES, WEIGHTS, BIAS, "unit")
    counts = confusion_matrix(logits, LABELS)
    recall, precision = recall_and_precision(counts)
    predicted = logits.argmax(dim=1)
    for k in range(10):
        labelled, called = LABELS.eq(k), predicted.eq(k)
        both = (labelled & called).sum().item()
        if labelled.any():
            assert recall[k].item() == pytest.approx(both / labelled.sum().item())
        if called.any():
            assert precision[k].item() == pytest.approx(both / called.sum().item())


def test_a_class_that_was_never_predicted_has_no_precision() -> None:
    recall, precision = recall_and_precision(torch.tensor([[2, 0], [3, 0]]))
    assert recall.tolist() == [1.0, 0.0]
    assert precision[0].item() == pytest.approx(0.4)
    assert precision[1].isnan()


def test_the_cells_hold_every_picture_once() -> None:
    logits = logits_of(IMAGES, WEIGHTS, BIAS, "unit")
    counts = confusion_matrix(logits, LABELS)
    seen: list[int] = []
    for true in range(10):
        for predicted in range(10):
            cell = pictures_in_cell(logits, LABELS, true, predicted, most=50)
            assert len(cell) == counts[true, predicted]
            seen += cell.tolist()
    assert sorted(seen) == list(range(50))


def test_a_cells_most_confident_picture_comes_first_and_the_rest_may_be_left_out() -> None:
    logits = torch.tensor([[2.0, 0.0], [9.0, 0.0], [4.0, 0.0], [0.0, 1.0]])
    labels = torch.tensor([1, 1, 1, 1])
    assert pictures_in_cell(logits, labels, 1, 0, most=10).tolist() == [1, 2, 0]
    assert pictures_in_cell(logits, labels, 1, 0, most=2).tolist() == [1, 2]


def test_confidence_orders_even_where_the_probability_rounds_to_one() -> None:
    logits = torch.tensor([[30.0, 0.0], [60.0, 0.0], [40.0, 0.0]])
    labels = torch.tensor([1, 1, 1])
    assert surest_mistakes(logits, labels, 3).tolist() == [1, 2, 0]


def test_the_surest_mistakes_are_mistakes_by_falling_probability() -> None:
    logits = logits_of(IMAGES, WEIGHTS, BIAS, "unit")
    found = surest_mistakes(logits, LABELS, 8)
    assert (logits[found].argmax(dim=1) != LABELS[found]).all()
    confidence = softmax(logits[found]).amax(dim=1)
    assert (confidence.diff() <= 0).all()
    others = (logits.argmax(dim=1) != LABELS).nonzero().flatten().tolist()
    left_out = [index for index in others if index not in found.tolist()]
    assert softmax(logits[left_out]).amax() <= confidence[-1]


def confident(*rows: tuple[int, float]) -> torch.Tensor:
    """Logits of three classes with the given probability for one class, the rest shared."""
    p = torch.full((len(rows), 3), 0.0)
    for row, (winner, share) in enumerate(rows):
        p[row] = (1 - share) / 2
        p[row, winner] = share
    return p.log()


def test_a_swapped_label_is_the_first_suspect_with_the_right_suggestion() -> None:
    logits = confident((0, 0.9), (0, 0.92), (1, 0.95), (1, 0.9), (2, 0.9), (2, 0.97), (1, 0.99))
    labels = torch.tensor([0, 0, 1, 1, 2, 2, 2])
    found = likely_wrong_labels(logits, labels, 5)
    assert found.pictures.tolist() == [6]
    assert found.suggested.tolist() == [1]


def test_the_most_suspicious_label_comes_first_and_the_rest_may_be_left_out() -> None:
    logits = confident((0, 0.9), (0, 0.9), (1, 0.9), (1, 0.9), (1, 0.92), (1, 0.99), (1, 0.95))
    labels = torch.tensor([0, 0, 1, 1, 2, 2, 2])
    assert likely_wrong_labels(logits, labels, 5).pictures.tolist() == [5, 6, 4]
    assert likely_wrong_labels(logits, labels, 2).pictures.tolist() == [5, 6]


def test_a_class_that_is_never_sure_needs_less_to_be_suggested() -> None:
    # The pictures labelled 1 get 0.5 for class 1 at best, so 0.55 passes its bar; those labelled 0
    # get 0.99, so 0.9 for class 0 does not pass, although it is the surer mistake.
    logits = confident((0, 0.99), (0, 0.99), (1, 0.5), (1, 0.5), (1, 0.55), (0, 0.9))
    labels = torch.tensor([0, 0, 1, 1, 2, 2])
    assert surest_mistakes(logits, labels, 1).tolist() == [5]
    assert likely_wrong_labels(logits, labels, 5).pictures.tolist() == [4]


def test_a_label_that_no_picture_has_is_never_suggested() -> None:
    logits = confident((2, 0.99), (0, 0.9), (1, 0.9))
    labels = torch.tensor([0, 0, 1])
    assert 2 not in likely_wrong_labels(logits, labels, 3).suggested.tolist()
