from __future__ import annotations

import pytest
import torch

from softmax_core.data import epoch_order, split_validation
from softmax_core.errors import InvalidExperiment

COUNT = 1000
PINNED_ORDER = [6, 7, 4, 1, 0, 5, 3, 2]
PINNED_VALIDATION = [0, 4, 5]


def test_an_order_visits_every_picture_once() -> None:
    order = epoch_order(seed=3, epoch=2, count=COUNT)
    assert order.dtype == torch.int64
    assert order.sort().values.tolist() == list(range(COUNT))
    assert order.tolist() != list(range(COUNT))


def test_the_order_is_the_same_on_every_machine() -> None:
    # Written down once: a change here breaks every stored run's resume.
    assert epoch_order(seed=0, epoch=1, count=8).tolist() == PINNED_ORDER
    assert split_validation(10, 3, seed=0)[1].tolist() == PINNED_VALIDATION


def test_neither_seed_nor_epoch_nor_their_sum_shares_an_order() -> None:
    pairs = [(seed, epoch) for seed in range(4) for epoch in range(1, 5)]
    orders = {tuple(epoch_order(seed, epoch, COUNT).tolist()) for seed, epoch in pairs}
    assert len(orders) == len(pairs)


def test_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    epoch_order(0, 1, COUNT)
    split_validation(COUNT, 10, 0)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("size", [0, 1, 300, COUNT - 1])
def test_a_split_parts_the_pictures(size: int) -> None:
    train, validation = split_validation(COUNT, size, seed=1)
    assert (len(train), len(validation)) == (COUNT - size, size)
    assert train.tolist() == sorted(train.tolist())
    assert validation.tolist() == sorted(validation.tolist())
    assert sorted(train.tolist() + validation.tolist()) == list(range(COUNT))


def test_the_held_out_pictures_depend_on_the_seed() -> None:
    first, second = (split_validation(COUNT, 300, seed)[1].tolist() for seed in (1, 2))
    assert first != second
    assert first == split_validation(COUNT, 300, 1)[1].tolist()


@pytest.mark.parametrize("size", [-1, COUNT, COUNT + 1])
def test_holding_out_fewer_than_none_or_all_is_refused(size: int) -> None:
    with pytest.raises(InvalidExperiment, match="from 0 to 999") as caught:
        split_validation(COUNT, size, seed=0)
    assert caught.value.field == "validation_size"
