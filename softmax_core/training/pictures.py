"""Pictures as the engine reads them: uint8 rows, converted to float32 one minibatch at a time.

The data set stays uint8, one copy per process. A minibatch is gathered as bytes, a quarter of the
memory traffic of floats, and converted afterwards.

Each row has a column a pixel, a constant 1 whose weight is the bias, and zeros up to a multiple of
16 (the matrix product is faster with rows of 800 than of 785).
"""

from __future__ import annotations

from typing import Final

import torch

from softmax_core.inspection import PixelScale

_ALIGNED: Final = 16  # float32 in a line of the processor's cache


def row_width(pixels: int) -> int:
    """Return the number of columns of a row: the pixels, the constant, and the zeros after it.

    Args:
        pixels: of one picture.

    Returns:
        The next multiple of 16.

    Example:
        >>> row_width(28 * 28), row_width(8 * 8)
        (800, 80)
    """
    return -(-(pixels + 1) // _ALIGNED) * _ALIGNED


class Pictures:
    """A set of pictures with labels, read by index into a reused buffer.

    Attributes:
        labels: int64 (N,).
        scale: the factor for the products W Xᵀ and (P - Y)ᵀX, applied to them rather than to the
            pixels because they are smaller.
    """

    def __init__(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        pixel_scale: PixelScale,
        moments: tuple[float, float],
        largest: int,
    ) -> None:
        """Keep the pictures as a view, and allocate buffers for up to `largest` of them."""
        self.labels = labels
        self.scale = 1.0 / 255.0 if pixel_scale == "unit" else 1.0
        self._rows = images.flatten(1)
        pixels = self._rows.shape[1]
        self._moments = moments if pixel_scale == "standardized" else None
        self._bytes = torch.empty((largest, pixels), dtype=torch.uint8, device=images.device)
        self._rows_wide = torch.zeros((largest, row_width(pixels)), device=images.device)
        self._rows_wide[:, pixels] = 1.0 / self.scale
        self._pixels = self._rows_wide[:, :pixels]

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._rows)

    def at(self, indices: torch.Tensor) -> torch.Tensor:
        """Return the rows of the given pictures, float32 (n, width), valid until the next call."""
        gathered = torch.index_select(self._rows, 0, indices, out=self._bytes[: len(indices)])
        return self._widen(gathered)

    def between(self, start: int, stop: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the rows and labels of consecutive pictures, valid until the next call."""
        return self._widen(self._rows[start:stop]), self.labels[start:stop]

    def _widen(self, gathered: torch.Tensor) -> torch.Tensor:
        pixels = self._pixels[: len(gathered)].copy_(gathered)
        if self._moments is not None:
            mean, deviation = self._moments
            pixels.mul_(1.0 / (255.0 * deviation)).sub_(mean / deviation)
        return self._rows_wide[: len(gathered)]


def pixel_moments(images: torch.Tensor) -> tuple[float, float]:
    """Compute the mean and standard deviation of all pixels, divided by 255.

    Both are computed from the histogram in integers, so they are exact up to the final divisions
    and the same on every machine.

    Args:
        images: uint8, any shape.

    Returns:
        Mean and (population) standard deviation, in units of full brightness.

    Example:
        >>> pixel_moments(torch.tensor([0, 255], dtype=torch.uint8))
        (0.5, 0.5)
    """
    counts = torch.bincount(images.reshape(-1), minlength=256).tolist()
    number = sum(counts)
    total = sum(value * count for value, count in enumerate(counts))
    squares = sum(value * value * count for value, count in enumerate(counts))
    variance = (squares * number - total * total) / (number * number)
    return float(total / number / 255.0), float(variance**0.5 / 255.0)
