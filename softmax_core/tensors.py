"""What every function of rows shares: its class axis, its class indices, its checks, its blocks."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from softmax_core.errors import InvalidInput, InvalidTarget

INDEX_TYPES: Final = frozenset(
    {
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.uint8,
        torch.uint16,
        torch.uint32,
        torch.uint64,
    }
)
# So many entries, and what is computed from them, stay in a processor's last cache.
BLOCK: Final = 2**20


def kind_of(given: object) -> str:
    """Name what was given: a tensor by its dtype, anything else by its type.

    Args:
        given: any object.

    Returns:
        Words for a message.

    Example:
        >>> kind_of(torch.tensor(1)), kind_of([1])
        ('torch.int64', 'list')
    """
    return str(given.dtype) if isinstance(given, Tensor) else type(given).__name__


def class_axis(dim: object, shape: tuple[int, ...]) -> int | None:
    """Find the class axis, counted from 0.

    Args:
        dim: the axis; negative numbers count from the last one.
        shape: the shape that it is an axis of.

    Returns:
        The axis, or None if the shape has no such axis.

    Example:
        >>> class_axis(-1, (2, 3)), class_axis(2, (2, 3))
        (1, None)
    """
    try:
        axis = operator.index(dim)  # type: ignore[arg-type]
    except TypeError:
        return None
    return axis % len(shape) if -len(shape) <= axis < len(shape) else None


def holds(condition: Tensor) -> bool:
    """Tell whether a condition on values is known to hold.

    There are no values to look at while torch compiles or exports a function, in `torch.vmap`, and
    in meta and fake tensors. Checks of values step aside there: what is refused elsewhere is then
    computed, and nan stays nan.

    Args:
        condition: a bool tensor with one entry.

    Returns:
        Its value; False where it has none.

    Example:
        >>> holds(torch.tensor(True)), holds(torch.zeros((), device="meta"))
        (True, False)
    """
    if torch.compiler.is_compiling():
        return False
    try:
        return bool(condition)
    except RuntimeError:  # torch's answer where a tensor has no value
        return False


def class_indices(indices: Tensor, classes: int | None, name: str = "Target") -> Tensor:
    """Check class indices, and widen them to the type that torch indexes with.

    Args:
        indices: of any integer dtype, any shape.
        classes: number of classes, or None for any number of them.
        name: what the indices are, as a message begins with it.

    Returns:
        int64, of the same shape.

    Raises:
        InvalidTarget: not an integer tensor, or an index outside the classes.

    Example:
        >>> class_indices(torch.tensor([200], dtype=torch.uint8), 256)
        tensor([200])
    """
    kind = kind_of(indices)
    if not isinstance(indices, Tensor) or indices.dtype not in INDEX_TYPES:
        raise InvalidTarget(
            kind,
            classes or 0,
            f"{name} is of type {kind}; give class indices, an integer tensor. (One-hot rows: "
            "their argmax.)",
        )
    # Before any comparison: torch would convert the number of classes to the narrower type.
    # What int64 does not hold becomes negative.
    wide = indices.long()
    if classes is None:
        return wide
    outside = (wide < 0) | (wide >= classes)
    if holds(outside.any()):
        value = str(indices[outside][0].item())
        raise InvalidTarget(
            value,
            classes,
            f"{name} {value} is not a class: with {classes} classes they are 0 to {classes - 1}.",
        )
    return wide


def by_blocks(
    form: Callable[..., Tensor], rows: Tensor, indices: Tensor | None = None, *, axis: int
) -> Tensor:
    """Compute a function of rows block by block, so that what it needs stays in the cache.

    On large tensors this takes a third of the time, and little more memory than the result.

    Args:
        form: maps rows, and indices if given, to rows or to one number a row; each row by itself.
        rows: (…, n).
        indices: one a row, (…), or None.
        axis: the class axis of the rows, counted from 0.

    Returns:
        What `form` gives for all rows at once.

    Example:
        >>> by_blocks(lambda rows: rows.sum(dim=1), torch.ones(1000, 1000), axis=1).shape
        torch.Size([1000])
    """
    inputs = (rows,) if indices is None else (rows, indices)
    # A compiler makes its own blocks, and must not take the number of rows for a constant.
    if torch.compiler.is_compiling() or rows.dim() < 2 or rows.numel() <= BLOCK:
        return form(*inputs)
    along = max((k for k in range(rows.dim()) if k != axis), key=lambda k: rows.shape[k])
    without_classes = along - (along > axis)
    count = max(1, BLOCK * rows.shape[along] // rows.numel())
    parts = [torch.split(rows, count, along)]
    if indices is not None:
        parts.append(torch.split(indices, count, without_classes))
    try:
        found = [form(*part) for part in zip(*parts, strict=True)]
    except InvalidInput:
        return form(*inputs)  # refuses the same row, by its place among all
    return torch.cat(found, along if found[0].dim() == rows.dim() else without_classes)
