"""The order of the pictures in an epoch, and the validation split."""

from __future__ import annotations

import hashlib

import torch

from softmax_core.errors import InvalidExperiment


def epoch_order(seed: int, epoch: int, count: int) -> torch.Tensor:
    """Compute the order in which an epoch visits the pictures.

    Every epoch has its own generator, so its order does not depend on earlier epochs: a training
    that continues at epoch 7 needs no random state from epoch 6.

    Args:
        seed: the experiment's seed.
        epoch: the epoch; the first is 1.
        count: number of pictures.

    Returns:
        int64 (count,), a permutation of 0 … count - 1, determined by the three arguments.

    Example:
        >>> sorted(epoch_order(seed=0, epoch=1, count=5).tolist())
        [0, 1, 2, 3, 4]
    """
    return torch.randperm(count, generator=_generator(f"order/{seed}/{epoch}"))


def split_validation(
    count: int, validation_size: int, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Split the training pictures into a training and a validation part, at random.

    Args:
        count: number of training pictures.
        validation_size: number of pictures held out; 0 for none.
        seed: the experiment's seed.

    Returns:
        The indices trained on, int64 (count - validation_size,), and those held out, int64
        (validation_size,), both ascending and disjoint.

    Raises:
        InvalidExperiment: `validation_size` is negative, or leaves no picture to train on.

    Example:
        >>> train, validation = split_validation(count=5, validation_size=2, seed=0)
        >>> sorted(train.tolist() + validation.tolist())
        [0, 1, 2, 3, 4]
    """
    if not 0 <= validation_size < count:
        allowed = f"a whole number from 0 to {count - 1}"
        raise InvalidExperiment("validation_size", validation_size, allowed)
    shuffled = torch.randperm(count, generator=_generator(f"validation/{seed}"))
    held_out, kept = shuffled[:validation_size], shuffled[validation_size:]
    return kept.sort().values, held_out.sort().values


def _generator(stream: str) -> torch.Generator:
    """Return a generator seeded with the first four bytes of the sha256 of the stream's name.

    A hash, because with seed + epoch, epoch 2 of seed 0 would equal epoch 1 of seed 1. Four bytes,
    because torch's Mersenne Twister takes no more.
    """
    digest = hashlib.sha256(stream.encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:4], "big"))
