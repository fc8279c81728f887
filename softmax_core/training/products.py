"""The two matrix products of a step, with the fastest exact float32 routine in torch.

torch's `addmm` calls MKL, which uses only half of a 512-bit vector on AMD processors; oneDNN, which
torch also contains, uses all of it. Measured with 10 to 160 rows of 800: 0.7 to 0.45 times the time
with AVX-512, but 1.1 to 1.6 times with AVX2, where MKL is faster. Both compute in the same type and
to the same accuracy. The bits of a row do not depend on the other rows.
"""

from __future__ import annotations

from typing import Final

import torch

# The operator that torch.compile uses for matrix products. torch is pinned; builds without oneDNN
# use `addmm`.
_ONEDNN: Final = (
    torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    and torch.backends.cpu.get_cpu_capability().startswith("AVX512")
)


def times_transposed(left: torch.Tensor, right: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """Compute scale · left · rightᵀ.

    Args:
        left: floating (m, k).
        right: (n, k), of the same type and device; may be a transposed view.
        scale: the factor of the product.

    Returns:
        (m, n).

    Example:
        >>> times_transposed(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
        tensor([[11.,  2.]])
    """
    if not (_ONEDNN and left.dtype == torch.float32 and left.device.type == "cpu"):
        # With beta = 0 the first argument is not read.
        return torch.addmm(left.new_empty(()), left, right.t(), beta=0, alpha=scale)
    left_is_smaller = left.shape[1] < right.shape[0]
    product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
        left * scale if left_is_smaller else left, right, None, "none", [], ""
    )
    return product if left_is_smaller else product.mul_(scale)
