"""Weights and logits as sums over the training pictures, for every option of the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from softmax_core.data import Dataset, Split
from softmax_core.errors import InvalidExperiment
from softmax_core.inspection import scaled_pixels
from softmax_core.training import Experiment, RateChange, Variant, train
from softmax_core.training.attribution import (
    Attribution,
    attribute,
    pictures_for_half,
    retrain_without,
    share_of,
    shares_of_classes,
    strongest,
)

GENERATOR = torch.Generator().manual_seed(4)


def random_split(count: int) -> Split:
    """Pictures of which each class has a bright band of its own, so that there is much to learn."""
    labels = torch.randint(0, 10, (count,), generator=GENERATOR)
    images = torch.randint(0, 120, (count, 28, 28), dtype=torch.uint8, generator=GENERATOR)
    for image, label in zip(images, labels.tolist(), strict=True):
        image[2 * label : 2 * label + 4] += 120
    return Split(images, labels)


DATASET = Dataset(train=random_split(150), test=random_split(20))
VARIANTS = (
    Variant("plain"),
    Variant("momentum", learning_rate=0.02, momentum=0.9),
    Variant("decay", weight_decay=0.05),
    Variant("both", learning_rate=0.02, momentum=0.9, weight_decay=0.05),
    Variant("squared", learning_rate=0.5, loss="squared_error", momentum=0.5),
    Variant("naive", softmax="naive", init_std=0.0),
    Variant("naive squared", softmax="naive", loss="squared_error", init_std=0.03),
    Variant("smoothed", label_smoothing=0.2, weight_decay=0.01),
    Variant("naive smoothed", softmax="naive", label_smoothing=0.2, init_std=0.0),
)
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "cosine": {"schedule": "cosine"},
    "held out": {"validation_size": 30, "batch_size": 48},
    "standardized": {"pixel_scale": "standardized", "validation_size": 30},
    "raw": {"pixel_scale": "raw"},
    "one": {"batch_size": 1, "epochs": 1},
}
CHANGES = (RateChange(3, 0, 0.03), RateChange(3, 3, 0.01), RateChange(7, 3, 0.005))
EPSILON = torch.finfo(torch.float32).eps


def experiment(name: str) -> Experiment:
    chosen = replace(Experiment(VARIANTS, batch_size=32, epochs=3, seed=6), **SETTINGS[name])
    slower = {"raw": 1e-5, "standardized": 0.05}.get(name, 1.0)
    smaller = 0.01 if name == "raw" else 1.0  # exp of larger logits overflows, naively
    variants = [
        replace(v, learning_rate=v.learning_rate * slower, init_std=v.init_std * smaller)
        for v in VARIANTS
    ]
    return replace(chosen, variants=variants)


def changes(name: str) -> list[RateChange]:
    slower = {"raw": 1e-5, "standardized": 0.05}.get(name, 1.0)
    return [replace(change, learning_rate=change.learning_rate * slower) for change in CHANGES]


def tolerance(found: Attribution, variant: int) -> float:
    """What rounding can add: half a unit of the largest weight in each step, kept by momentum."""
    steps, momentum = found.checkpoint.step, VARIANTS[variant].momentum
    largest = max(found.checkpoint.weights[variant].abs().max().item(), 1e-3)
    return 2 * EPSILON * largest * steps / (1 - momentum)


@pytest.mark.parametrize("name", list(SETTINGS))
@pytest.mark.parametrize("until", [None, 6])
def test_weights_and_logits_are_the_sums_over_the_training_pictures(
    name: str, until: int | None
) -> None:
    chosen = experiment(name)
    found = attribute(chosen, DATASET, rate_changes=changes(name), until=until)
    training = train(chosen, DATASET, rate_changes=changes(name))
    while training.step < found.checkpoint.step:
        training.advance(found.checkpoint.step - training.step)
    own = training.checkpoint()
    assert torch.equal(own.weights, found.checkpoint.weights)
    assert torch.equal(own.bias, found.checkpoint.bias)
    for variant in range(len(VARIANTS)):
        weights, bias = found.rebuilt(DATASET.train.images, variant)
        allowed = tolerance(found, variant)
        off = (weights - own.weights[variant].double()).abs().max().item()
        assert off <= allowed, (VARIANTS[variant].name, off / allowed)
        off = (bias - own.bias[variant].double()).abs().max().item()
        assert off <= allowed + 2 * EPSILON * own.bias[variant].abs().max().item() * own.step
        picture = DATASET.test.images[3]
        x = scaled_pixels(picture, chosen.pixel_scale, found.moments).double()
        logits = own.weights[variant].double() @ x + own.bias[variant].double()
        parts = found.contributions(DATASET.train.images, picture, variant)
        scale = parts.of_pictures.abs().sum(dim=0).max().item()
        allowed = 2 * tolerance(found, variant) * x.abs().sum().item() + EPSILON * scale
        torch.testing.assert_close(parts.logits, logits, rtol=0, atol=allowed)


def test_of_plain_descent_the_identity_holds_to_a_few_units_in_the_last_place() -> None:
    found = attribute(experiment("plain"), DATASET)
    weights, _bias = found.rebuilt(DATASET.train.images, 0)
    own = found.checkpoint.weights[0].double()
    assert ((weights - own).abs().max() / own.abs().max()).item() < 1e-6


def test_only_pictures_trained_on_have_pushed_and_only_decay_moves_the_start() -> None:
    chosen = experiment("held out")
    found = attribute(chosen, DATASET)
    pushed = (found.pushes != 0).any(dim=2)
    assert pushed[0].sum() == 120
    assert torch.equal(pushed[0], pushed[3])
    assert found.of_start[[0, 1, 4]].tolist() == [1, 1, 1]
    assert (found.of_start[[2, 3]] < 1).all()
    without_decay = attribute(replace(chosen, variants=VARIANTS[:2]), DATASET)
    assert without_decay.bias_pushes is without_decay.pushes


def test_pushes_of_cross_entropy_sum_to_nothing_over_the_classes() -> None:
    found = attribute(experiment("plain"), DATASET)
    assert found.pushes[0].sum(dim=1).abs().max() < 1e-7


def test_progress_is_told_and_may_end_the_replay() -> None:
    told: list[tuple[int, int]] = []
    attribute(experiment("plain"), DATASET, on_progress=lambda *made: told.append(made))
    assert told[-1] == (15, 15)
    assert [made for made, _ in told] == sorted(made for made, _ in told)

    def cancel(made: int, _steps: int) -> None:
        if made >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attribute(experiment("plain"), DATASET, on_progress=cancel)


def test_one_step_without_pictures_is_what_the_sum_says() -> None:
    """After one step the parts of the others are what they were: the sum is the truth."""
    chosen = experiment("plain")
    left_out = torch.arange(150) % 3 == 0
    found = attribute(chosen, DATASET, until=1)
    without = retrain_without(chosen, DATASET, left_out, until=1)
    x = scaled_pixels(DATASET.test.images[0], "unit").double()
    for variant in range(len(VARIANTS)):
        said = found.contributions(DATASET.train.images, DATASET.test.images[0], variant)
        true = without.weights[variant].double() @ x + without.bias[variant].double()
        torch.testing.assert_close(said.without(left_out), true, rtol=0, atol=1e-5)


def test_retraining_is_training_on_pictures_whose_gradients_are_nothing() -> None:
    chosen = experiment("plain")
    nobody = retrain_without(chosen, DATASET, torch.zeros(150).bool())
    training = train(chosen, DATASET)
    while training.advance():
        pass
    assert torch.equal(nobody.weights, training.checkpoint().weights)
    assert torch.equal(nobody.bias, training.checkpoint().bias)
    everybody = retrain_without(chosen, DATASET, torch.ones(150).bool())
    start = train(chosen, DATASET).checkpoint()
    assert torch.equal(everybody.weights[0], start.weights[0])
    assert torch.equal(everybody.bias[0], torch.zeros(10))


def test_without_a_whole_class_its_logit_falls_further_than_the_sum_says_or_less() -> None:
    """Over many steps the others' parts change too: both are shown, and they differ."""
    chosen, k = experiment("plain"), int(DATASET.test.labels[0])
    left_out = DATASET.train.labels == k
    found = attribute(chosen, DATASET)
    without = retrain_without(chosen, DATASET, left_out)
    picture = DATASET.test.images[0]
    said = found.contributions(DATASET.train.images, picture, 0)
    x = scaled_pixels(picture, "unit").double()
    true = without.weights[0].double() @ x + without.bias[0].double()
    assert said.without(left_out)[k] < said.logits[k]
    assert true[k] < said.logits[k]
    assert not torch.allclose(said.without(left_out), true, atol=1e-3)


def test_the_shares_are_of_the_contributions() -> None:
    found = attribute(experiment("plain"), DATASET)
    parts = found.contributions(DATASET.train.images, DATASET.test.images[0], 0)
    k = int(parts.logits.argmax())
    of_class = parts.of_class(k)
    shares = shares_of_classes(of_class, DATASET.train.labels, 10)
    torch.testing.assert_close(shares.sum() + parts.of_start[k], parts.logits[k])
    assert shares.argmax() == k
    first, last = strongest(of_class, 5)
    assert of_class[first[0]] == of_class.max()
    assert of_class[last[0]] == of_class.min()
    assert 0 < pictures_for_half(of_class) <= 75
    assert share_of(of_class, of_class > 0) + share_of(of_class, of_class <= 0) == pytest.approx(1)
    assert pictures_for_half(torch.zeros(3)) == 0
    assert share_of(torch.zeros(3), torch.ones(3).bool()) == 0
    difference = parts.of_class(k, against=(k + 1) % 10)
    torch.testing.assert_close(difference, of_class - parts.of_class((k + 1) % 10))


def test_what_cannot_be_replayed_is_refused_by_name() -> None:
    with pytest.raises(InvalidExperiment, match="until"):
        attribute(experiment("plain"), DATASET, until=16)
    with pytest.raises(InvalidExperiment, match="left_out"):
        retrain_without(experiment("plain"), DATASET, torch.zeros(3).bool())
