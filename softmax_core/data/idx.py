"""Read idx files, the format of the MNIST family.

Two zero bytes, a type code (8 for unsigned bytes), the number of dimensions, each dimension as a
big-endian 32-bit integer, then the values in row-major order.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

import torch

from softmax_core.errors import DataDamaged

_UNSIGNED_BYTES = 8


def read_idx(path: Path, dimensions: int) -> torch.Tensor:
    """Read a file of unsigned bytes; the tensor shares the buffer that was read.

    Args:
        path: an extracted idx file.
        dimensions: the expected number of dimensions, 3 for pictures, 1 for labels.

    Returns:
        uint8, of the shape in the header.

    Raises:
        DataDamaged: the header or the length is not as expected.
    """
    buffer = bytearray(path.stat().st_size)  # writable, as frombuffer wants it without a copy
    with path.open("rb") as file:
        file.readinto(buffer)
    return idx_values(buffer, dimensions, path)


def idx_values(buffer: bytearray, dimensions: int, path: Path) -> torch.Tensor:
    """Return the values of a file that was read; the tensor shares the buffer.

    Args:
        buffer: the file's bytes.
        dimensions: the expected number of dimensions.
        path: the file, for what is said of a damaged one.

    Returns:
        uint8, of the shape in the header.

    Raises:
        DataDamaged: the header or the length is not as expected.
    """
    header = 4 + 4 * dimensions
    if len(buffer) < header or buffer[:4] != bytes((0, 0, _UNSIGNED_BYTES, dimensions)):
        wanted = f"an idx header of {dimensions} dimensions"
        raise DataDamaged(path, wanted, f"{bytes(buffer[:4])!r}")
    shape = struct.unpack_from(f">{dimensions}I", buffer, 4)
    if len(buffer) != header + math.prod(shape):
        raise DataDamaged(path, f"{header + math.prod(shape)} bytes", f"{len(buffer)} bytes")
    if math.prod(shape) == 0:
        return torch.empty(shape, dtype=torch.uint8)
    return torch.frombuffer(buffer, dtype=torch.uint8, offset=header).view(shape)
