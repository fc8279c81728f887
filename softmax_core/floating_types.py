"""The four floating types that the precision page compares, and their limits."""

from __future__ import annotations

import math
from typing import Final

import torch

TYPES: Final[dict[str, torch.dtype]] = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}


def largest_number(dtype: torch.dtype) -> float:
    """Return the largest finite number of a type.

    (2 - eps) · 2^(largest exponent)

    Args:
        dtype: a floating type.

    Returns:
        The number, as a Python float.

    Example:
        >>> largest_number(torch.float16)
        65504.0
    """
    return float(torch.finfo(dtype).max)


def smallest_number(dtype: torch.dtype) -> float:
    """Return the smallest positive number of a type, a subnormal one with a single digit.

    eps · (smallest normal number)

    Args:
        dtype: a floating type.

    Returns:
        The number, as a Python float.

    Example:
        >>> smallest_number(torch.float32) == 2.0**-149
        True
    """
    kind = torch.finfo(dtype)
    return float(kind.eps * kind.tiny)


def overflow_threshold(dtype: torch.dtype) -> float:
    """Compute the largest logit whose exponential is finite in a type.

    ln(largest finite number)

    Args:
        dtype: a floating type.

    Returns:
        The threshold, as a Python float.

    Example:
        >>> [round(overflow_threshold(dtype), 2) for dtype in TYPES.values()]
        [11.09, 88.72, 88.72, 709.78]
    """
    return math.log(largest_number(dtype))


def underflow_threshold(dtype: torch.dtype) -> float:
    """Compute the logit below which the exponential rounds to 0 in a type.

    ln(½ · smallest number)

    Args:
        dtype: a floating type.

    Returns:
        The threshold, as a Python float.

    Example:
        >>> round(underflow_threshold(torch.float32), 2)
        -103.97
    """
    # Not ln(smallest / 2): half of float64's smallest number is 0 in Python's floats.
    return math.log(smallest_number(dtype)) - math.log(2)


def type_digits(dtype: torch.dtype) -> float:
    """Compute the number of significant decimal digits of a type: -log10(eps / 2).

    Args:
        dtype: a floating type.

    Returns:
        The number of digits, not an integer.

    Example:
        >>> [round(type_digits(dtype), 1) for dtype in TYPES.values()]
        [3.3, 2.4, 7.2, 16.0]
    """
    return -math.log10(torch.finfo(dtype).eps / 2)
