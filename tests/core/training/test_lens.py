"""The lens shows the step that the engine makes, and the gradient that autograd finds."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from softmax_core.data import Dataset, Split
from softmax_core.training import Checkpoint, Experiment, StepRecord, Variant, train
from softmax_core.training.lens import Lens, look_at_step, measured, minibatch_after
from softmax_core.training.pictures import pixel_moments

GENERATOR = torch.Generator().manual_seed(3)


def random_split(count: int) -> Split:
    images = torch.randint(0, 256, (count, 28, 28), dtype=torch.uint8, generator=GENERATOR)
    return Split(images, torch.randint(0, 10, (count,), generator=GENERATOR))


DATASET = Dataset(train=random_split(70), test=random_split(10))

VARIANTS = [
    Variant("plain"),
    Variant("all at once", momentum=0.9, weight_decay=0.01, learning_rate=0.03),
    Variant("squared", loss="squared_error", momentum=0.5),
    Variant("naive", softmax="naive"),
    Variant("naive squared", softmax="naive", loss="squared_error", init_std=0.05),
    Variant("smoothed", label_smoothing=0.3, momentum=0.5),
    Variant("naive smoothed", softmax="naive", label_smoothing=0.1),
]


def experiment(**changes: object) -> Experiment:
    described = {"batch_size": 16, "epochs": 2, "seed": 5, "validation_size": 10}
    return dataclasses.replace(
        Experiment(tuple(VARIANTS)),
        **{**described, **changes},  # type: ignore[arg-type]
    )


def looked(
    chosen: Experiment, after: int, variant: int
) -> tuple[Lens, Checkpoint, Checkpoint, StepRecord]:
    """The lens on a step, the checkpoints around it, and the engine's record of it."""
    training = train(chosen, DATASET)
    records = iter(training)
    while training.step < after:
        next(records)
    before = training.checkpoint()
    record = next(record for record in records if isinstance(record, StepRecord))
    held_in = minibatch_pictures(chosen)
    moments = pixel_moments(DATASET.train.images[held_in])
    lens = look_at_step(chosen, DATASET, before, variant, moments)
    assert lens is not None
    return lens, before, training.checkpoint(), record


def minibatch_pictures(chosen: Experiment) -> torch.Tensor:
    """All pictures trained on: those of the four minibatches of an epoch."""
    parts = [minibatch_after(chosen, 70, step) for step in range(4)]
    return torch.cat([part for part in parts if part is not None])


@pytest.mark.parametrize("variant", range(len(VARIANTS)), ids=[v.name for v in VARIANTS])
@pytest.mark.parametrize("after", [0, 3, 5])
@pytest.mark.parametrize("scale", ["unit", "standardized"])
def test_the_update_is_the_one_that_the_engine_makes(variant: int, after: int, scale: str) -> None:
    chosen = experiment(pixel_scale=scale, schedule="cosine")
    lens, before, behind, record = looked(chosen, after, variant)
    assert lens.step == record.step == after + 1
    made = behind.weights[variant] - before.weights[variant]
    torch.testing.assert_close(lens.weights_update, made, rtol=1e-3, atol=1e-6)
    made = behind.bias[variant] - before.bias[variant]
    torch.testing.assert_close(lens.bias_update, made, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("variant", range(len(VARIANTS)), ids=[v.name for v in VARIANTS])
def test_the_figures_are_those_of_the_engines_record(variant: int) -> None:
    lens, _before, _behind, record = looked(experiment(), 5, variant)
    assert lens.losses.mean().item() == pytest.approx(record.loss[variant], rel=1e-4)
    right = (lens.logits.argmax(dim=1) == lens.labels).float().mean().item()
    assert right == pytest.approx(record.accuracy[variant])
    norm = torch.hypot(lens.weights_gradient.norm(), lens.bias_gradient.norm())
    assert norm.item() == pytest.approx(record.gradient_norm[variant], rel=1e-4)


@pytest.mark.parametrize("variant", range(len(VARIANTS)), ids=[v.name for v in VARIANTS])
def test_the_gradient_is_the_one_that_autograd_finds(variant: int) -> None:
    lens, before, _behind, _record = looked(experiment(), 5, variant)
    weights = before.weights[variant].double().requires_grad_()
    bias = before.bias[variant].double().requires_grad_()
    p = torch.softmax(lens.features.double() @ weights.T + bias, dim=1)
    one_hot = torch.nn.functional.one_hot(lens.labels, 10)
    if VARIANTS[variant].loss == "squared_error":
        loss = 0.5 * (p - one_hot).square().sum(dim=1).mean()
    else:
        amount = VARIANTS[variant].label_smoothing
        label = (1 - amount) * one_hot + amount / 10
        loss = -(p.log() * label).sum(dim=1).mean()
    in_weights, in_bias = torch.autograd.grad(loss, (weights, bias))
    torch.testing.assert_close(lens.weights_gradient.double(), in_weights, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(lens.bias_gradient.double(), in_bias, rtol=1e-3, atol=1e-5)


def test_for_cross_entropy_the_gradient_in_the_logits_is_p_minus_y() -> None:
    lens, *_ = looked(experiment(), 2, 0)
    torch.testing.assert_close(lens.logit_gradient, lens.error)
    torch.testing.assert_close(lens.error.sum(dim=1), torch.zeros(16), atol=1e-6, rtol=0)


def test_an_epochs_minibatches_hold_every_picture_trained_on_once() -> None:
    chosen = experiment()
    seen = minibatch_pictures(chosen).tolist()
    assert len(seen) == len(set(seen)) == 60
    sizes = [
        len(part) for step in range(4) if (part := minibatch_after(chosen, 70, step)) is not None
    ]
    assert sizes == [16, 16, 16, 12]


def test_after_the_last_step_there_is_nothing_to_look_at() -> None:
    chosen = experiment()
    assert minibatch_after(chosen, 70, 7) is not None
    assert minibatch_after(chosen, 70, 8) is None
    training = train(chosen, DATASET)
    for _record in training:
        pass
    assert look_at_step(chosen, DATASET, training.checkpoint(), 0) is None


def test_a_variant_without_numbers_is_shown_without_numbers() -> None:
    training = train(experiment(), DATASET)
    before = training.checkpoint()
    before.weights[0].fill_(torch.nan)
    lens = look_at_step(experiment(), DATASET, before, 0)
    assert lens is not None
    assert lens.probabilities.isnan().all()
    assert lens.weights_update.isnan().all()


@pytest.mark.parametrize("variant", VARIANTS, ids=[v.name for v in VARIANTS])
def test_a_picture_without_numbers_leaves_the_others_theirs(variant: Variant) -> None:
    logits = torch.tensor([[1.0, 2.0, 0.0], [1.0, torch.nan, 0.0], [0.0, 0.0, 3.0]])
    labels = torch.tensor([1, 1, 0])
    p, losses, gradient = measured(variant, logits, labels)
    assert all(figure[1].isnan().all() for figure in (p, losses, gradient))
    for figure, alone in zip(
        (p, losses, gradient), measured(variant, logits[[0, 2]], labels[[0, 2]]), strict=True
    ):
        torch.testing.assert_close(figure[[0, 2]], alone)
