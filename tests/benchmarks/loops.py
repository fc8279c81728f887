"""The training loops that `make bench` compares, each one epoch over the same pictures."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep

import torch

from softmax_core.data import Dataset, Split, data_folder
from softmax_core.data.torchvision_download import import_torchvision_datasets
from softmax_core.folders import RUNS_VARIABLE
from softmax_core.runs import Runner
from softmax_core.training import EpochRecord, Experiment, Variant, train
from softmax_core.training.attribution import attribute
from softmax_core.training.engine import EVALUATION_BATCH, Training
from softmax_core.training.products import times_transposed
from softmax_ui import cache
from softmax_ui.live.answers import Answer
from softmax_ui.live.message import MOVING_MS, message
from softmax_ui.live.watched import Watched

BATCH = 256
WATCHED_EPOCHS = 20  # long enough for many messages to the page


def experiment(variants: int, epochs: int = 1) -> Experiment:
    return Experiment([Variant(f"v{k}") for k in range(variants)], epochs=epochs)


def letters(training: int = 12_000, test: int = 2_000) -> Dataset:
    """Noise of 64 x 64 pixels in 26 classes: the largest pictures that people bring."""
    chance = torch.Generator().manual_seed(0)

    def split(count: int) -> Split:
        images = torch.randint(0, 256, (count, 64, 64), generator=chance, dtype=torch.uint8)
        return Split(images, torch.randint(0, 26, (count,), generator=chance))

    return Dataset(split(training), split(test), tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "letters")


def course_loop() -> Callable[[], float]:
    """DataLoader, ToTensor, autograd, as the course writes it."""
    datasets = import_torchvision_datasets()
    transforms = importlib.import_module("torchvision.transforms")

    def loader(train_set: bool) -> torch.utils.data.DataLoader:
        pictures = datasets.FashionMNIST(
            data_folder(), train=train_set, transform=transforms.ToTensor()
        )
        return torch.utils.data.DataLoader(pictures, BATCH, shuffle=train_set)

    train_iter, test_iter = loader(True), loader(False)
    weights = torch.normal(0, 0.01, size=(784, 10), requires_grad=True)
    bias = torch.zeros(10, requires_grad=True)

    def net(pixels: torch.Tensor) -> torch.Tensor:
        exponentials = torch.exp(pixels.reshape((-1, 784)) @ weights + bias)
        return exponentials / exponentials.sum(dim=1, keepdim=True)

    def one_epoch() -> float:
        begun = perf_counter()
        for pixels, labels in train_iter:
            loss = -torch.log(net(pixels)[range(len(labels)), labels])
            loss.sum().backward()
            with torch.no_grad():
                for parameter in (weights, bias):
                    assert parameter.grad is not None
                    parameter -= 0.1 * parameter.grad / len(labels)
                    parameter.grad.zero_()
        with torch.no_grad():
            sum(int((net(pixels).argmax(dim=1) == labels).sum()) for pixels, labels in test_iter)
        return perf_counter() - begun

    return one_epoch


def in_memory_autograd(dataset: Dataset) -> Callable[[], float]:
    """The same with the pictures as one float tensor, still by autograd."""
    pixels = dataset.train.images.reshape(-1, 784).float() / 255
    test_pixels = dataset.test.images.reshape(-1, 784).float() / 255
    labels = dataset.train.labels
    weights = torch.normal(0, 0.01, size=(784, 10), requires_grad=True)
    bias = torch.zeros(10, requires_grad=True)

    def one_epoch() -> float:
        begun = perf_counter()
        for chosen in torch.randperm(len(labels)).split(BATCH):
            logits = pixels[chosen] @ weights + bias
            torch.nn.functional.cross_entropy(logits, labels[chosen]).backward()
            with torch.no_grad():
                for parameter in (weights, bias):
                    assert parameter.grad is not None
                    parameter -= 0.1 * parameter.grad
                    parameter.grad.zero_()
        with torch.no_grad():
            int(((test_pixels @ weights + bias).argmax(dim=1) == dataset.test.labels).sum())
        return perf_counter() - begun

    return one_epoch


def scikit_learn(dataset: Dataset) -> Callable[[], float] | None:
    """One epoch of SGDClassifier (picture by picture, one against the rest), if installed."""
    try:
        from sklearn.linear_model import SGDClassifier
    except ImportError:
        return None
    pixels = (dataset.train.images.reshape(-1, 784).float() / 255).numpy()
    test_pixels = (dataset.test.images.reshape(-1, 784).float() / 255).numpy()
    labels = dataset.train.labels.numpy()

    def one_epoch() -> float:
        begun = perf_counter()
        model = SGDClassifier(loss="log_loss")
        model.partial_fit(pixels, labels, classes=range(10))
        model.predict(test_pixels)
        return perf_counter() - begun

    return one_epoch


def ours(dataset: Dataset, variants: int) -> Callable[[], float]:
    """One epoch of the engine, every record made; prepared before, as the loops above are."""
    training = train(experiment(variants, epochs=1000), dataset)

    def one_epoch() -> float:
        begun = perf_counter()
        while not isinstance(training.advance()[-1], EpochRecord):
            pass
        return perf_counter() - begun

    return one_epoch


def cost_of_parts(dataset: Dataset, variants: int, repeats: int) -> float:
    """How much longer a replay is that keeps each picture's part, in processor time an epoch.

    With momentum and weight decay, which cost the most; both kinds in turn, and their medians.
    """
    chosen = [Variant(f"v{k}", momentum=0.9, weight_decay=1e-4) for k in range(variants)]
    short, long = (Experiment(chosen, epochs=epochs) for epochs in (1, 3))

    def an_epoch(make: Callable[[Experiment], object]) -> float:
        spent = []
        for trained in (short, long):
            begun = process_time()
            make(trained)
            spent.append(process_time() - begun)
        return (spent[1] - spent[0]) / 2

    kept, plain = [], []
    for _ in range(repeats):
        kept.append(an_epoch(lambda trained: attribute(trained, dataset)))
        plain.append(an_epoch(lambda trained: _to_its_end(train(trained, dataset))))
    return median(kept) / median(plain) - 1


def _to_its_end(training: Training) -> None:
    while training.advance():
        pass


def ours_as_a_loop(dataset: Dataset) -> Callable[[], float]:
    """The same with one variant by the loop that a notebook writes, a record at a time."""
    training = train(experiment(1, epochs=1000), dataset)

    def one_epoch() -> float:
        begun = perf_counter()
        for record in training:
            if isinstance(record, EpochRecord):
                break
        return perf_counter() - begun

    return one_epoch


def floor(
    dataset: Dataset,
    variants: int,
    product: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = times_transposed,
) -> Callable[[], float]:
    """Gather and the matrix products alone, on one thread as the engine.

    Two products a minibatch and, as every loop here reads the test set once, one for it.

    Args:
        dataset: the pictures.
        variants: how many are multiplied at once.
        product: left · rightᵀ; the engine's own routine, unless another is to be measured.
    """
    size, outputs = dataset.pixels, variants * dataset.classes
    rows, test_rows = (split.images.reshape(-1, size) for split in (dataset.train, dataset.test))
    taken = torch.empty((BATCH, size), dtype=torch.uint8)
    pixels = torch.empty((EVALUATION_BATCH, size))
    weights = torch.randn(outputs, size)
    error = torch.randn(outputs, BATCH)
    order = torch.randperm(len(rows))

    def train_on(chosen: torch.Tensor) -> None:
        count = len(chosen)
        torch.index_select(rows, 0, chosen, out=taken[:count])
        minibatch = pixels[:count].copy_(taken[:count])
        product(weights, minibatch)
        product(error[:, :count], minibatch.t())

    def one_epoch() -> float:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        begun = perf_counter()
        for chosen in order.split(BATCH):
            train_on(chosen)
        for some in test_rows.split(EVALUATION_BATCH):
            product(weights, pixels[: len(some)].copy_(some))
        seconds = perf_counter() - begun
        torch.set_num_threads(threads)
        return seconds

    return one_epoch


def by_the_runner(watched: bool) -> Callable[[], float]:
    """The app's runner storing everything; with a page's messages made beside it, or without."""

    def one_epoch() -> float:
        with app_runner() as runner:
            run = runner.start(experiment(1, WATCHED_EPOCHS))
            ended = threading.Event()
            page = threading.Thread(target=_watch, args=(run.id, ended))
            if watched:
                page.start()
            while runner.store.run(run.id).status not in ("finished", "failed"):
                sleep(0.02)
            ended.set()
            if watched:
                page.join()
            return float(runner.store.steps(run.id).seconds[-1]) / WATCHED_EPOCHS

    return one_epoch


@contextmanager
def app_runner() -> Iterator[Runner]:
    """The app's own runner, with a store that is gone afterwards."""
    with TemporaryDirectory() as folder:
        os.environ[RUNS_VARIABLE] = folder
        try:
            yield cache.runner()
        finally:
            cache.close_runs()
            del os.environ[RUNS_VARIABLE]


def _watch(run_id: str, ended: threading.Event) -> None:
    """Make the messages that one page asks for; what sends them is not in it."""
    watched = Watched.from_query(run_id, {})
    while not ended.wait(MOVING_MS / 1000):
        Answer.of(message(watched))
