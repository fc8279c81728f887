"""Divide pictures into a training and a test split, in which no picture stands twice.

A picture is known by its content: files of other names, or pictures that became the same when they
were reduced, are one. What a model has learned by heart must not count as recognised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Which pictures are trained on and which are tested on.

    Attributes:
        training: positions, int64, ascending.
        test: positions, int64, ascending.
        in_both: number of training pictures that were left out, because they are in the test
            split that was given.
        repeated: number of pictures that stand for a second time in their split.
        contradictory: number of pictures that occur with another label too.
    """

    training: Tensor
    test: Tensor
    in_both: int
    repeated: int
    contradictory: int


def divide(
    images: Tensor,
    labels: Tensor,
    for_test: Tensor | None = None,
    *,
    share: float = TEST_SHARE,
    seed: int = 0,
) -> Division:
    """Divide pictures; a division that is given is kept, but for pictures in both splits.

    Args:
        images: uint8 (N, height, width).
        labels: class indices, int64 (N,).
        for_test: bool (N,), the division that is given, or None for one by chance: of each class
            about `share` of the pictures, at least one, and copies of a picture together.
        share: of the pictures of a class, for the test.
        seed: determines the division by chance.

    Returns:
        The division.

    Example:
        >>> images = torch.arange(10, dtype=torch.uint8).view(10, 1, 1)
        >>> division = divide(images, torch.arange(10) % 2)
        >>> len(division.training), len(division.test)
        (8, 2)
    """
    groups: dict[bytes, list[int]] = {}
    for position, image in enumerate(images):
        groups.setdefault(hashlib.sha256(image.numpy().tobytes()).digest(), []).append(position)
    listed = labels.tolist()
    contradictory = sum(
        len(group) for group in groups.values() if len({listed[k] for k in group}) > 1
    )
    if for_test is None:
        chosen = _by_chance(list(groups.values()), listed, share, seed)
        dropped: set[int] = set()
    else:
        chosen = set(for_test.nonzero().flatten().tolist())
        dropped = {
            k for group in groups.values() if chosen.intersection(group) for k in group
        } - chosen
    training = [k for k in range(len(listed)) if k not in chosen and k not in dropped]
    parts = (set(training), chosen)
    repeated = sum(
        max(len(part.intersection(group)) - 1, 0) for group in groups.values() for part in parts
    )
    return Division(
        torch.tensor(training, dtype=torch.int64),
        torch.tensor(sorted(chosen), dtype=torch.int64),
        len(dropped),
        repeated,
        contradictory,
    )


def _by_chance(
    groups: Sequence[Sequence[int]], labels: Sequence[int], share: float, seed: int
) -> set[int]:
    """Choose the pictures of the test split, class by class."""
    chosen: set[int] = set()
    for label in sorted(set(labels)):
        of_class = [group for group in groups if labels[group[0]] == label]
        wanted = max(round(share * sum(map(len, of_class))), 1)
        digest = hashlib.sha256(f"test/{seed}/{label}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:4], "big"))
        order = torch.randperm(len(of_class), generator=generator).tolist()
        taken = 0
        for position in order[:-1]:  # one is left to learn from
            if taken >= wanted:
                break
            chosen.update(of_class[position])
            taken += len(of_class[position])
    return chosen
