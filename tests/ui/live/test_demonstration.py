"""Home's short training: what the browser gets is what the engine has made."""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np
import pytest
import torch

from softmax_core.data import Dataset, Split, load_fashion_mnist
from softmax_core.inspection import logits_of
from softmax_core.training import Experiment, Variant, train
from softmax_ui.figures.pictures import LEVELS
from softmax_ui.live import demonstration as module
from softmax_ui.live.demonstration import demonstration, first_look


@pytest.fixture(scope="module")
def few() -> Dataset:
    """The first pictures of the real data set, 2,560 to train on: ten steps."""
    whole = load_fashion_mnist()
    return Dataset(
        Split(whole.train.images[:2560], whole.train.labels[:2560]),
        Split(whole.test.images[:400], whole.test.labels[:400]),
    )


@pytest.fixture
def made(few: Dataset, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(module, "dataset", lambda: few)
    found = demonstration(3)
    assert gzip.decompress(found.compressed) == found.plain
    return found.plain


def decoded(plain: bytes) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """Return the head, the pictures and the shades at each step."""
    line, _, body = plain.partition(b"\n")
    head = json.loads(line)
    pixels, kept = head["size"][0] * head["size"][1], len(head["labels"])
    pictures = np.frombuffer(body[: kept * pixels], np.uint8).reshape(kept, pixels)
    differences = np.frombuffer(body[kept * pixels :], np.int8)
    shades = differences.reshape(len(head["steps"]), -1, pixels).astype(int).cumsum(axis=0)
    return head, pictures, shades


def test_it_says_what_was_trained_and_shows_one_test_picture_a_class(
    made: bytes, few: Dataset
) -> None:
    head, pictures, _ = decoded(made)
    assert (head["seed"], head["pictures"], head["batch_size"]) == (3, 2560, 256)
    assert head["learning_rate"] == 0.1
    assert head["seconds"] >= 0
    assert head["steps"] == [0, 1, 2, 3, 4, 6, 8, 10]
    assert head["labels"] == list(range(10))
    for label, picture in zip(head["labels"], pictures, strict=True):
        first = int((few.test.labels == label).nonzero()[0])
        assert np.array_equal(picture, few.test.images[first].flatten().numpy())


def test_templates_logits_and_accuracy_are_those_of_the_same_training_by_hand(
    made: bytes, few: Dataset
) -> None:
    head, pictures, shades = decoded(made)
    training = train(Experiment([Variant("course")], epochs=1, seed=3), few)
    garments = torch.from_numpy(pictures.copy()).view(-1, 28, 28)
    for place, step in enumerate(head["steps"]):
        while training.step < step:
            training.advance(1)
        state = training.checkpoint()
        weights, bias = state.weights[0], state.bias[0]
        expected = np.clip(weights.numpy() / head["deepest"], -1, 1) * LEVELS
        assert np.abs(shades[place] - expected).max() <= 0.501
        logits = logits_of(garments, weights, bias, "unit").numpy()
        assert np.abs(np.array(head["logits"][place]) - logits).max() <= 0.0006
        right = logits_of(few.test.images, weights, bias, "unit").argmax(1) == few.test.labels
        assert head["right"][place] == pytest.approx(float(right.float().mean()))
    assert head["right"][-1] > head["right"][0]


def test_its_first_moment_is_there_by_itself(
    made: bytes, few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "dataset", lambda: few)
    found = first_look(3)
    assert gzip.decompress(found.compressed) == found.plain
    whole, pictures, shades = decoded(made)
    head, same, first = decoded(found.plain)
    assert head["steps"] == [0]
    assert np.array_equal(same, pictures)
    assert np.array_equal(first[0], shades[0])
    assert head["logits"][0] == whole["logits"][0]
    assert (head["right"][0], head["deepest"]) == (whole["right"][0], whole["deepest"])


def test_a_whole_training_fills_the_scale_of_its_shades() -> None:
    head, _pictures, shades = decoded(demonstration(0).plain)
    assert 0.003 < (np.abs(shades[-1]) == LEVELS).mean() < 0.03
    assert (np.abs(shades[0]) == LEVELS).mean() == 0
    assert head["steps"][-1] == 235
