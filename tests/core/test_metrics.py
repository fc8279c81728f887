"""Accuracy, the confusion matrix and the accumulator, against plain counting."""

from __future__ import annotations

import pytest
import torch
from sklearn.metrics import balanced_accuracy_score

from softmax_core import Accumulator, accuracy, confusion_matrix
from softmax_core.errors import InvalidLogits, InvalidTarget
from softmax_core.metrics import balanced_accuracy

SCORES = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5], [0.4, 0.4, 0.2], [0.0, 0.9, 0.1]])
LABELS = torch.tensor([0, 2, 0, 1])


def test_accuracy_is_a_share_not_the_notes_count():
    assert accuracy(SCORES, LABELS) == 0.75  # a tie goes to the first
    assert accuracy(SCORES.argmax(dim=-1), LABELS) == 0.75
    assert accuracy(SCORES.T, LABELS, dim=0) == 0.75
    assert accuracy(SCORES.reshape(2, 2, 3), LABELS.reshape(2, 2)) == 0.75


def test_a_share_of_a_large_set_is_exact():
    labels = torch.zeros(2**24 + 3, dtype=torch.uint8)  # float32 cannot count as far as this
    predicted = labels.clone()
    predicted[0] = 1
    assert accuracy(predicted, labels) == (2**24 + 2) / (2**24 + 3)


def test_confusion_matrix_has_a_row_for_each_true_class():
    assert confusion_matrix(SCORES, LABELS, 3).tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]
    by_index = confusion_matrix(SCORES.argmax(dim=-1).to(torch.uint8), LABELS.to(torch.uint8))
    assert by_index.shape == (10, 10)
    assert by_index[0, 2].item() == 1
    assert by_index.sum().item() == 4


def test_its_diagonal_is_the_accuracy():
    labels = torch.randint(10, (500,), generator=torch.Generator().manual_seed(0))
    scores = torch.randn(500, 10, generator=torch.Generator().manual_seed(1))
    table = confusion_matrix(scores, labels)
    assert table.trace().item() / 500 == accuracy(scores, labels)
    assert torch.equal(table.sum(dim=1), torch.bincount(labels, minlength=10))


@pytest.mark.parametrize(
    ("predictions", "labels", "says"),
    [
        (torch.tensor([0, 3]), torch.tensor([0, 1]), "prediction 3 is not a class"),
        (torch.tensor([0, 1]), torch.tensor([0, -1]), "label -1 is not a class"),
        (torch.tensor([0, 1, 2]), torch.tensor([0, 1]), r"\(2,\) beside \(3,\)"),
        (torch.zeros(4, 3), torch.tensor([0, 1]), r"\(2,\) beside \(4, 3\)"),
        (torch.zeros(2), torch.tensor([0, 1]), "floating scores"),
    ],
)
def test_what_cannot_be_counted_is_refused(predictions, labels, says):
    with pytest.raises(InvalidTarget, match=says):
        confusion_matrix(predictions, labels, 3)


def test_no_labels_and_nan_scores_are_refused():
    with pytest.raises(InvalidTarget, match="0 labels"):
        accuracy(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))
    with pytest.raises(InvalidLogits, match="nan"):
        accuracy(torch.full((1, 3), float("nan")), torch.tensor([0]))


def test_accumulator_adds_side_by_side():
    metric = Accumulator(3)
    metric.add(1, 2.5, torch.tensor(4))
    metric.add(1, 0.5, torch.tensor(-1.0))
    assert metric.data == [2.0, 3.0, 3.0]
    assert metric[1] == 3.0
    metric.reset()
    assert metric.data == [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="argument"):
        metric.add(1, 2)


def test_balanced_accuracy_is_scikit_learns_and_leaves_out_classes_that_do_not_occur():
    chance = torch.Generator().manual_seed(2)
    labels = torch.multinomial(torch.tensor([0.7, 0.2, 0.1]), 500, True, generator=chance)
    predicted = torch.randint(0, 4, (500,), generator=chance)
    predicted[::2] = labels[::2]
    found = balanced_accuracy(confusion_matrix(predicted.clamp(max=2), labels, 3))
    assert found == pytest.approx(balanced_accuracy_score(labels, predicted.clamp(max=2)))
    assert balanced_accuracy(torch.tensor([[90, 0], [10, 0]])) == 0.5
    assert balanced_accuracy(torch.tensor([[3, 1], [0, 0]])) == 0.75
    assert torch.tensor(balanced_accuracy(torch.zeros(2, 2))).isnan()
