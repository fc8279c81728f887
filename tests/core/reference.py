"""The same formulas with 50 digits, straight from their definitions, for the tests to compare."""

from __future__ import annotations

from collections.abc import Sequence

from mpmath import mp, mpf

mp.dps = 50
EPS = 2.0**-52
TINY = 2.0**-1022  # the smallest normal float64: below it a relative error has no bound


def exact_softmax(logits: Sequence[float]) -> list[mpf]:
    if mp.inf in logits:
        return [mpf(o == mp.inf) for o in logits]
    # Shifting is exact at this precision only if nothing is lost, so 700 digits hold 1e300 + 1.
    with mp.workdps(700):
        top = max(mpf(o) for o in logits)
        terms = [mp.exp(mpf(o) - top) for o in logits]
        total = mp.fsum(terms)
        return [+(term / total) for term in terms]


def exact_log_softmax(logits: Sequence[float]) -> list[mpf]:
    if mp.inf in logits:
        return [mpf(0) if o == mp.inf else -mp.inf for o in logits]
    with mp.workdps(700):
        top = max(mpf(o) for o in logits)
        log_total = mp.log(mp.fsum(mp.exp(mpf(o) - top) for o in logits))
        return [mpf(o) - top - log_total for o in logits]


def exact_others(p: Sequence[mpf]) -> list[mpf]:
    """Sum the others instead of subtracting: 50 digits do not hold 1 - 1e-300 either."""
    return [mp.fsum(q for j, q in enumerate(p) if j != i) for i in range(len(p))]


def exact_half_l1(logits: Sequence[float]) -> mpf:
    p = exact_softmax(logits)
    return mp.fsum(a * b for a, b in zip(p, exact_others(p), strict=True))


def exact_squared_error(logits: Sequence[float], target: int) -> mpf:
    p = exact_softmax(logits)
    missing = exact_others(p)[target]
    return (missing**2 + mp.fsum(q**2 for j, q in enumerate(p) if j != target)) / 2


def exact_squared_error_gradient(logits: Sequence[float], target: int) -> list[mpf]:
    """Multiply Jacobian and residual, with more digits than the cancellation can eat."""
    with mp.workdps(1400):
        top = max(mpf(o) for o in logits)
        terms = [mp.exp(mpf(o) - top) for o in logits]
        total = mp.fsum(terms)
        p = [term / total for term in terms]
        residual = [q - (j == target) for j, q in enumerate(p)]
        mean = mp.fsum(q * r for q, r in zip(p, residual, strict=True))
        return [+(q * (r - mean)) for q, r in zip(p, residual, strict=True)]
