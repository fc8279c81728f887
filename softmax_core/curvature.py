"""How curved the mean cross-entropy is, and the learning rate above which descent is unstable.

The Hessian of the cross-entropy of one picture in its logits is diag(p) - p pᵀ, whatever its label;
in the weights it is that, times x xᵀ. It is never built: only its product with a direction is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from softmax_core.activations import softmax
from softmax_core.errors import InvalidLogits
from softmax_core.inspection import PixelScale, logits_of, scaled_pixels

TOLERANCE: Final = 1e-4
MOST_PRODUCTS: Final = 200
_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Curvature:
    """The largest eigenvalue of a Hessian.

    Attributes:
        eigenvalue: λ, the Rayleigh quotient found; never above the largest eigenvalue but for
            rounding.
        residual: ‖Hv - λv‖ at a v of length 1: some eigenvalue is within it of λ, and the largest
            is nearer than that, by about residual² over its distance from the others.
        products: Hessian-vector products made.
    """

    eigenvalue: float
    residual: float
    products: int

    @property
    def speed_limit(self) -> float:
        """2 / λ: above this learning rate plain descent grows along the steepest direction."""
        return 2 / self.eigenvalue if self.eigenvalue > 0 else math.inf


class HessianOfLoss:
    """The Hessian of the mean cross-entropy over pictures, at given weights.

    Attributes:
        shape: (n, D + 1), the shape of a direction: a column for each feature, then one for b.
    """

    def __init__(
        self,
        images: Tensor,
        weights: Tensor,
        bias: Tensor,
        pixel_scale: PixelScale = "unit",
        moments: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        """Keep the pictures as they are, and the probabilities of all of them.

        Args:
            images: uint8 (N, H, W); at least one.
            weights: W, floating (n, D), D = H · W; the type that products are computed in.
            bias: b, (n,).
            pixel_scale: as in `Experiment`.
            moments: as in `scaled_pixels`.

        Raises:
            InvalidLogits: no pictures, or a logit that is not finite: there is no curvature.
        """
        if len(images) == 0:
            raise InvalidLogits("empty", "0", "There are 0 pictures; their mean has no value.")
        logits = _logits(images, weights, bias, pixel_scale, moments)
        if not logits.isfinite().all():
            raise InvalidLogits(
                "infinite", "nan", "A logit is not finite: training has diverged at these weights."
            )
        self.shape = (len(weights), weights.shape[1] + 1)
        self._images, self._scale, self._moments = images, pixel_scale, moments
        self._probabilities = softmax(logits)

    def __matmul__(self, direction: Tensor) -> Tensor:
        """Multiply the Hessian with a direction.

        Hv = (1/N) Σ_i (p_i ∘ u_i - p_i (p_i·u_i)) x_iᵀ, u_i = V x_i, x with a 1 for b

        Args:
            direction: V, floating (n, D + 1).

        Returns:
            float64, of the same shape. A few thousand pictures are in memory as features at once.

        Source: Pearlmutter, Fast Exact Multiplication by the Hessian (1994), for this model.
        """
        of_weights = direction[:, :-1].to(self._probabilities.dtype)
        of_bias = direction[:, -1].to(self._probabilities.dtype)
        product = torch.zeros(self.shape, dtype=torch.float64)
        for images, p in zip(
            torch.split(self._images, _AT_ONCE),
            torch.split(self._probabilities, _AT_ONCE),
            strict=True,
        ):
            x = scaled_pixels(images, self._scale, self._moments).to(p.dtype)
            weighted = p * torch.addmm(of_bias, x, of_weights.T)
            change = weighted - p * weighted.sum(dim=1, keepdim=True)
            product[:, :-1] += change.T @ x
            product[:, -1] += change.sum(dim=0)
        return product / len(self._images)


def largest_curvature(
    hessian: HessianOfLoss,
    *,
    tolerance: float = TOLERANCE,
    most: int = MOST_PRODUCTS,
    seed: int = 0,
    on_product: Callable[[int], None] | None = None,
) -> Curvature:
    """Find the largest eigenvalue of a Hessian of the loss, by Lanczos' iteration.

    λ = max vᵀHv / vᵀv; above η = 2/λ a step of descent overshoots and grows along that v.

    Args:
        hessian: the Hessian. With weight decay, add its λ to the result.
        tolerance: the residual to reach, as a share of λ.
        most: the largest number of products; the residual says what was reached.
        seed: of the first direction.
        on_product: called with the number of products after each; what it raises ends the search.

    Returns:
        The eigenvalue, with its residual.

    Example:
        >>> pictures = torch.tensor([[[0, 255]], [[255, 0]]], dtype=torch.uint8)
        >>> at_zero = HessianOfLoss(pictures, torch.zeros(2, 2), torch.zeros(2))
        >>> found = largest_curvature(at_zero)
        >>> round(found.eigenvalue, 4), round(found.speed_limit, 4)
        (0.75, 2.6667)

    Source: Lanczos, An Iteration Method for the Solution of the Eigenvalue Problem (1950), with
    all directions kept orthogonal; Cohen et al., Gradient Descent on Neural Networks Typically
    Occurs at the Edge of Stability (2021), for 2/λ.
    """
    size = math.prod(hessian.shape)
    start = torch.randn(size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    basis = [start / start.norm()]
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        product = (hessian @ basis[-1].view(hessian.shape)).flatten()
        diagonal.append(float(product @ basis[-1]))
        known = torch.stack(basis)
        # Twice: once leaves what rounding makes of large parts.
        for _ in range(2):
            product -= known.T @ (known @ product)
        length = float(product.norm())
        value, last = _largest(diagonal, beside)
        residual = length * abs(last)
        if on_product is not None:
            on_product(len(diagonal))
        if residual <= tolerance * abs(value) or len(diagonal) >= min(most, size):
            return Curvature(value, residual, len(diagonal))
        basis.append(product / length)
        beside.append(length)


def step_to_step(losses: Tensor) -> Tensor:
    """Compute how much a loss jumps from each step to the next, on average.

    (1/(S - 1)) Σ_s |L_(s+1) - L_s|

    Args:
        losses: floating (S, R), S steps of R variants; at least two steps.

    Returns:
        float64 (R,); nan where a loss is.

    Example:
        >>> step_to_step(torch.tensor([[1.0, 2.0], [3.0, 2.0], [2.0, 2.0]])).tolist()
        [1.5, 0.0]
    """
    return losses.double().diff(dim=0).abs().mean(dim=0)


def _largest(diagonal: list[float], beside: list[float]) -> tuple[float, float]:
    """Return the largest eigenvalue of a tridiagonal matrix, and its vector's last entry."""
    matrix = torch.diag(torch.tensor(diagonal, dtype=torch.float64))
    if beside:
        off = torch.diag(torch.tensor(beside, dtype=torch.float64), 1)
        matrix = matrix + off + off.T
    values, vectors = torch.linalg.eigh(matrix)
    return float(values[-1]), float(vectors[-1, -1])


def _logits(
    images: Tensor,
    weights: Tensor,
    bias: Tensor,
    pixel_scale: PixelScale,
    moments: tuple[float, float],
) -> Tensor:
    if weights.dtype == torch.float32:
        return logits_of(images, weights, bias, pixel_scale, moments)
    parts = [
        torch.addmm(bias, scaled_pixels(some, pixel_scale, moments).to(weights.dtype), weights.T)
        for some in torch.split(images, _AT_ONCE)
    ]
    return torch.cat(parts)
