"""Any number of classes, any small size; and Fashion-MNIST with the bits that it always had."""

from __future__ import annotations

import hashlib

import pytest
import torch
from torch import Tensor

from softmax_core.data import Dataset, Split, epoch_order
from softmax_core.errors import InvalidData, InvalidExperiment
from softmax_core.training import Checkpoint, EpochRecord, Experiment, Variant, train
from softmax_core.training.formulas import class_probabilities
from softmax_core.training.lens import look_at_step
from softmax_core.training.products import times_transposed


def pictures(classes: int, height: int, width: int, count: int = 300, seed: int = 0) -> Split:
    """Class k is bright in a band of its own; the rest is noise."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % classes
    images = torch.randint(0, 120, (count, height * width), generator=generator, dtype=torch.uint8)
    bands = torch.arange(height * width) * classes // (height * width)
    images += 120 * (bands == labels[:, None]).to(torch.uint8)
    return Split(images.view(count, height, width), labels)


def data_set(classes: int, height: int, width: int) -> Dataset:
    names = tuple(f"class {k}" for k in range(classes))
    train_split, test_split = (pictures(classes, height, width, seed=seed) for seed in (0, 1))
    return Dataset(train_split, test_split, names, "bands")


def last_epoch(experiment: Experiment, dataset: Dataset) -> EpochRecord:
    return [r for r in train(experiment, dataset) if isinstance(r, EpochRecord)][-1]


# -- what was there before -----------------------------------------------------------------------


def weights_as_before(experiment: Experiment, split: Split) -> Tensor:
    """The engine's loop as it was for ten classes and 784 pixels alone, for cross-entropy."""
    variant = experiment.variants[0]
    draw = torch.randn((10, 784), generator=torch.Generator().manual_seed(experiment.seed))
    table = torch.zeros((1, 10, 800))
    table[..., :784] = torch.tensor([variant.init_std]).view(-1, 1, 1) * draw
    rows = torch.zeros((experiment.batch_size, 800))
    rows[:, 784] = 255.0
    for epoch in range(1, experiment.epochs + 1):
        order = epoch_order(experiment.seed, epoch, len(split))
        for chosen in order.split(experiment.batch_size):
            here = rows[: len(chosen)]
            here[:, :784] = split.images.reshape(-1, 784)[chosen]
            logits = times_transposed(table.view(-1, 800), here, 1 / 255).view(1, 10, -1)
            one_hot = torch.eye(10).index_select(1, split.labels[chosen])
            error = class_probabilities(logits) - one_hot
            gradient = times_transposed(
                error.view(-1, len(chosen)), here.t(), 1 / 255 / len(chosen)
            )
            rates = torch.tensor([variant.learning_rate]).view(-1, 1, 1)
            table.addcmul_(gradient.view_as(table), rates, value=-1.0)
    return table[..., :784]


def test_ten_classes_of_28_x_28_have_the_bits_they_always_had():
    dataset = data_set(10, 28, 28)
    experiment = Experiment([Variant("a", 0.3)], batch_size=64, epochs=2, seed=5)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        expected = weights_as_before(experiment, dataset.train)
    finally:
        torch.set_num_threads(threads)
    training = train(experiment, dataset)
    list(training)
    assert torch.equal(training.checkpoint().weights, expected)


def test_the_digest_of_ten_classes_of_28_x_28_is_the_one_of_before():
    dataset = data_set(10, 28, 28)
    found = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        found.update(b"300 torch.uint8" + split.images.numpy().tobytes())
        found.update(b"300 torch.int64" + split.labels.numpy().tobytes())
    assert dataset.fingerprint == found.hexdigest()


def test_an_experiment_has_the_fingerprint_that_older_checkpoints_name():
    assert Experiment([Variant("course")], epochs=1).fingerprint.startswith("6ee4203ba78838e8")


# -- any sizes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("classes", "height", "width"), [(2, 4, 4), (3, 8, 6), (26, 64, 64), (50, 16, 25), (10, 28, 28)]
)
def test_any_size_is_learned_and_goes_on_from_a_checkpoint_bit_for_bit(classes, height, width):
    dataset = data_set(classes, height, width)
    variants = [Variant("a", 0.5, momentum=0.5), Variant("b", 0.5, "squared_error")]
    experiment = Experiment(variants, batch_size=32, epochs=8)
    whole = train(experiment, dataset)
    stopped = train(experiment, dataset)
    for _ in range(13):
        next(stopped)
    going_on = train(
        experiment, dataset, start=Checkpoint.from_bytes(stopped.checkpoint().to_bytes())
    )
    records = list(whole)
    assert list(going_on) == records[13:]
    assert going_on.checkpoint().to_bytes() == whole.checkpoint().to_bytes()
    assert whole.checkpoint().weights.shape == (2, classes, height * width)
    last = records[-1]
    assert isinstance(last, EpochRecord)
    assert torch.tensor(last.confusion).shape == (2, classes, classes)
    assert last.test_accuracy[0] > 0.9


def test_the_lens_computes_the_step_of_the_engine_at_any_size():
    dataset = data_set(3, 8, 6)
    experiment = Experiment([Variant("a", 0.5, momentum=0.5)], batch_size=32, epochs=1)
    training = train(experiment, dataset)
    next(training)
    before = training.checkpoint()
    next(training)
    lens = look_at_step(experiment, dataset, before, 0)
    assert lens is not None
    assert lens.features.shape == (32, 48)
    moved = training.checkpoint().weights[0] - before.weights[0]
    torch.testing.assert_close(lens.weights_update, moved, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("classes", [2, 3, 26])
def test_it_is_torchs_own_softmax_regression(classes):
    dataset = data_set(classes, 8, 8)
    experiment = Experiment(
        [Variant("a", 0.2, momentum=0.9, weight_decay=1e-3)], batch_size=32, epochs=3
    )
    training = train(experiment, dataset)
    start = training.checkpoint()
    list(training)
    model = torch.nn.Linear(64, classes)
    with torch.no_grad():
        model.weight.copy_(start.weights[0])
        model.bias.copy_(start.bias[0])
    groups = [
        {"params": [model.weight], "weight_decay": 1e-3},
        {"params": [model.bias], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.SGD(groups, lr=0.2, momentum=0.9)
    for epoch in range(1, 4):
        for chosen in epoch_order(0, epoch, len(dataset.train)).split(32):
            features = dataset.train.images[chosen].flatten(1) / 255
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(
                model(features), dataset.train.labels[chosen]
            ).backward()
            optimiser.step()
    end = training.checkpoint()
    torch.testing.assert_close(end.weights[0], model.weight.detach(), rtol=1e-3, atol=2e-5)
    torch.testing.assert_close(end.bias[0], model.bias.detach(), rtol=1e-3, atol=2e-5)


def test_two_classes_are_logistic_regression():
    """Softmax of two logits is σ of their difference, and W_1 - W_0 descends as a logistic model.

    Each of the two rows moves by half of what their difference does, so the rate is twice as large.
    """
    dataset = data_set(2, 6, 6)
    training = train(Experiment([Variant("a", 0.1)], batch_size=50, epochs=4), dataset)
    start = training.checkpoint()
    list(training)
    w = (start.weights[0, 1] - start.weights[0, 0]).double()
    b = torch.zeros((), dtype=torch.float64)
    for epoch in range(1, 5):
        for chosen in epoch_order(0, epoch, len(dataset.train)).split(50):
            x = dataset.train.images[chosen].flatten(1).double() / 255
            error = torch.sigmoid(x @ w + b) - dataset.train.labels[chosen]
            w -= 0.2 * (error @ x) / len(chosen)
            b -= 0.2 * error.mean()
    end = training.checkpoint()
    found = (end.weights[0, 1] - end.weights[0, 0]).double()
    torch.testing.assert_close(found, w, rtol=1e-4, atol=1e-5)
    assert (end.bias[0, 1] - end.bias[0, 0]).item() == pytest.approx(b.item(), abs=1e-5)


@pytest.mark.parametrize(
    ("classes", "height", "width"), [(1, 8, 8), (51, 8, 8), (5, 3, 8), (5, 8, 3), (5, 65, 8)]
)
def test_too_few_or_too_many_are_refused(classes, height, width):
    with pytest.raises(InvalidData):
        train(Experiment([Variant("a")], batch_size=16), data_set(classes, height, width))


def test_two_splits_of_two_sizes_are_refused():
    dataset = Dataset(pictures(3, 8, 8), pictures(3, 8, 9), ("a", "b", "c"))
    with pytest.raises(InvalidData, match=r"test.images .* 8 x 8, as the training pictures"):
        train(Experiment([Variant("a")], batch_size=16), dataset)


def test_pictures_of_the_same_bytes_and_another_size_are_another_data_set():
    wide, high = pictures(4, 8, 16), pictures(4, 16, 8)
    assert torch.equal(wide.images.flatten(1), high.images.flatten(1))
    names = tuple("abcd")
    assert Dataset(wide, wide, names).fingerprint != Dataset(high, high, names).fingerprint
    more = Dataset(wide, wide, tuple("abcde"))
    assert more.fingerprint != Dataset(wide, wide, names).fingerprint


def test_an_experiment_meets_the_number_of_pictures():
    dataset = data_set(3, 8, 8)
    with pytest.raises(InvalidExperiment, match="at most the 300 pictures trained on"):
        train(Experiment([Variant("a")], batch_size=301), dataset)
    with pytest.raises(InvalidExperiment, match="validation_size is 300"):
        train(Experiment([Variant("a")], batch_size=1, validation_size=300), dataset)
    assert last_epoch(Experiment([Variant("a")], batch_size=300, epochs=1), dataset).step == 1
