"""Pictures as the engine reads them: uint8 rows, turned into pixels a minibatch at a time.

The data set stays uint8, one copy a process. A minibatch is gathered as bytes, a quarter of the
memory traffic of floats, and only then widened.

Each row is widened to 800 columns: 784 pixels, one that is always on, whose weight is the bias,
and 15 that are always 0 (a row length that the matrix product reads faster than 785).
"""

from __future__ import annotations

import torch

from softmax_core.inspection import PixelScale

PIXELS = 784
ALWAYS_ON = PIXELS
WIDTH = 800


class Pictures:
    """A set of pictures with their labels, read by index into one reused buffer.

    Attributes:
        labels: int64 (N,).
        scale: what the products W Xᵀ and (P - Y)ᵀX are to be multiplied by; it stands outside
            the pixels because the products are smaller than the pictures.
    """

    def __init__(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        pixel_scale: PixelScale,
        moments: tuple[float, float],
        largest: int,
    ) -> None:
        """Lay out the rows and the buffers.

        Args:
            images: uint8 (N, 28, 28); kept as a view.
            labels: int64 (N,).
            pixel_scale: as in `Experiment`.
            moments: mean and standard deviation of the training pixels divided by 255.
            largest: pictures that are read at once at the most.
        """
        self.labels = labels
        self.scale = 1.0 / 255.0 if pixel_scale == "unit" else 1.0
        self._rows = images.reshape(len(images), PIXELS)
        self._moments = moments if pixel_scale == "standardized" else None
        self._bytes = torch.empty((largest, PIXELS), dtype=torch.uint8, device=images.device)
        self._rows_wide = torch.zeros((largest, WIDTH), device=images.device)
        self._rows_wide[:, ALWAYS_ON] = 1.0 / self.scale
        self._pixels = self._rows_wide[:, :PIXELS]

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._rows)

    def at(self, indices: torch.Tensor) -> torch.Tensor:
        """Return rows float32 (n, 800) of the named pictures; the next call overwrites them."""
        gathered = torch.index_select(self._rows, 0, indices, out=self._bytes[: len(indices)])
        return self._widen(gathered)

    def between(self, start: int, stop: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return rows and labels of a run of consecutive pictures, by the same buffer."""
        return self._widen(self._rows[start:stop]), self.labels[start:stop]

    def _widen(self, gathered: torch.Tensor) -> torch.Tensor:
        pixels = self._pixels[: len(gathered)].copy_(gathered)
        if self._moments is not None:
            mean, deviation = self._moments
            pixels.mul_(1.0 / (255.0 * deviation)).sub_(mean / deviation)
        return self._rows_wide[: len(gathered)]


def pixel_moments(images: torch.Tensor) -> tuple[float, float]:
    """Return mean and standard deviation of all pixels, divided by 255.

    Both come from the histogram of the bytes in whole numbers, so they are exact to the last
    divisions and the same on every machine.

    Args:
        images: uint8, any shape.

    Returns:
        Mean and (population) standard deviation, in units of the full brightness.

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
