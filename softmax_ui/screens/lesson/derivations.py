"""The derivations of the note with numbers in every line, as LaTeX.

The numbers come from softmax_core; this module only writes them down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from softmax_core.derivation import JacobianEntry


def tex(value: float, digits: int = 4) -> str:
    r"""Return a number as LaTeX, a power of ten where it is very large or small.

    >>> tex(0.25), tex(1.5e-9), tex(-2.0)
    ('0.25', '1.5\\times 10^{-9}', '-2')
    """
    if math.isnan(value):
        return r"\mathrm{nan}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    text = f"{value + 0.0:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"


def vector(values: Sequence[float], digits: int = 4) -> str:
    r"""Return a row of numbers as LaTeX.

    >>> vector([1.0, -0.5])
    '(1,\\ -0.5)'
    """
    return "(" + r",\ ".join(tex(value, digits) for value in values) + ")"


def matrix(rows: Sequence[Sequence[float]], digits: int = 3) -> str:
    r"""Return a matrix of numbers as LaTeX.

    >>> matrix([[1.0, 0.0]])
    '\\begin{bmatrix} 1 & 0 \\end{bmatrix}'
    """
    body = r" \\ ".join(" & ".join(tex(value, digits) for value in row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def aligned(*lines: str) -> str:
    """Return lines of equations, each with a `&` where it is aligned, as one block of LaTeX."""
    return r"\begin{aligned} " + r" \\[0.4em] ".join(lines) + r" \end{aligned}"


def softmax_lines(
    logits: Sequence[float], exponentials: Sequence[float], probabilities: Sequence[float]
) -> str:
    """Write each probability as its exponential over their sum."""
    total = sum(exponentials)
    return aligned(
        *(
            rf"p_{k + 1} &= \frac{{e^{{{tex(o)}}}}}{{"
            + " + ".join(f"e^{{{tex(other)}}}" for other in logits)
            + rf"}} = \frac{{{tex(e)}}}{{{tex(total)}}} = {tex(p)}"
            for k, (o, e, p) in enumerate(zip(logits, exponentials, probabilities, strict=True))
        )
    )


def linear_line(
    features: Sequence[float], column: Sequence[float], bias: float, logit: float, position: int
) -> str:
    """Write one logit as a sum of products."""
    products = " + ".join(
        rf"{_bracketed(x)} \cdot {_bracketed(w)}" for x, w in zip(features, column, strict=True)
    )
    k = position + 1
    return aligned(
        rf"o_{k} &= \textstyle\sum_i x_i\,w_{{i{k}}} + b_{k}",
        rf"&= {products} + {_bracketed(bias)}",
        rf"&= {tex(logit)}",
    )


def jacobian_lines(entry: JacobianEntry, logits: Sequence[float]) -> str:
    """Write the quotient rule for one entry of the Jacobian, as the note does, line by line."""
    i, j = entry.i + 1, entry.j + 1
    o_i, o_j = tex(logits[entry.i]), tex(logits[entry.j])
    slope = f"e^{{{o_i}}}" if entry.i == entry.j else "0"
    lines = [
        rf"\frac{{\partial p_{i}}}{{\partial o_{j}}} &= \frac{{\partial}}{{\partial o_{j}}}"
        rf"\frac{{e^{{o_{i}}}}}{{s}},\qquad s = \textstyle\sum_k e^{{o_k}} = {tex(entry.total)}",
        rf"&= \frac{{{slope}\cdot s - e^{{{o_i}}}\cdot e^{{{o_j}}}}}{{s^2}}",
        rf"&= \frac{{{tex(entry.e_i_slope)}\cdot {tex(entry.total)} - "
        rf"{tex(entry.e_i)}\cdot {tex(entry.e_j)}}}{{{tex(entry.total)}^2}}"
        rf" = \frac{{{tex(entry.numerator)}}}{{{tex(entry.total**2)}}}",
    ]
    if entry.i == entry.j:
        lines.append(rf"&= p_{i} - p_{i}^2 = {tex(entry.p_i)} - {tex(entry.p_i)}^2")
    else:
        lines.append(rf"&= -p_{i}\,p_{j} = -{tex(entry.p_i)}\cdot {tex(entry.p_j)}")
    lines.append(rf"&= {tex(entry.value)}")
    return aligned(*lines)


def norm_lines(probabilities: Sequence[float], half_sum: float, value: float) -> str:
    """Write half the sum of the Jacobian's entries both ways."""
    squares = " - ".join(f"{tex(p)}^2" for p in probabilities)
    return aligned(
        rf"\tfrac12\textstyle\sum_{{i,j}}|J_{{ij}}| &= {tex(half_sum, 6)}",
        rf"1 - \textstyle\sum_i p_i^2 &= 1 - {squares}",
        rf"&= {tex(value, 6)}",
    )


def loss_lines(
    target: int, one_hot: Sequence[float], probabilities: Sequence[float], loss: float
) -> str:
    """Write the cross-entropy's sum, of which only the true class's term is left."""
    terms = " + ".join(
        rf"{tex(y)}\cdot\ln {tex(p)}" for y, p in zip(one_hot, probabilities, strict=True)
    )
    t = target + 1
    return aligned(
        r"L &= -\textstyle\sum_i y_i \ln p_i",
        rf"&= -\left({terms}\right)",
        rf"&= -\ln p_{t} = -\ln {tex(probabilities[target])} = {tex(loss)}",
    )


def likelihood_lines(
    counts: Sequence[int], probabilities: Sequence[float], product: float, logarithm: float
) -> str:
    """Write the likelihood of labels as a product, and its logarithm as a sum."""
    factors = r" \cdot ".join(
        rf"{tex(p)}^{{{c}}}" for p, c in zip(probabilities, counts, strict=True)
    )
    terms = " + ".join(rf"{c}\ln {tex(p)}" for p, c in zip(probabilities, counts, strict=True))
    total = sum(counts)
    return aligned(
        rf"\textstyle\prod_i p_{{t_i}} &= {factors}",
        rf"&= {tex(product)}",
        rf"\textstyle\sum_i \ln p_{{t_i}} &= {terms}",
        rf"&= {tex(logarithm)}",
        rf"L &= -\tfrac{{1}}{{{total}}} \cdot {_bracketed(logarithm)} = {tex(-logarithm / total)}",
    )


def information_lines(cross_entropy: float, entropy: float, divergence: float) -> str:
    """Write the cross-entropy as entropy and divergence."""
    return aligned(
        r"H(y, p) &= H(y) + \mathrm{KL}(y \,\|\, p)",
        rf"{tex(cross_entropy, 5)} &= {tex(entropy, 5)} + {tex(divergence, 5)}",
    )


def sigmoid_lines(a: float, b: float, probability: float) -> str:
    """Write softmax of two logits as the sigmoid of their difference."""
    z = a - b
    return aligned(
        rf"\operatorname{{softmax}}({tex(a)},\ {tex(b)})_1 "
        rf"&= \operatorname{{softmax}}({tex(z)},\ 0)_1",
        rf"&= \frac{{1}}{{1 + e^{{{tex(-z)}}}}} = {tex(probability)}",
    )


def gradient_lines(
    target: int, j: int, probabilities: Sequence[float], entry: float, derivative: float
) -> str:
    """Write the chain rule from -ln p_t through the Jacobian's entry [t, j] to p_j - δ_tj."""
    t, k = target + 1, j + 1
    p_t, p_j = probabilities[target], probabilities[j]
    inner = rf"p_{t}(1 - p_{t})" if target == j else rf"(-p_{t}\,p_{k})"
    result = rf"p_{t} - 1 = {tex(p_t)} - 1" if target == j else rf"p_{k} = {tex(p_j)}"
    last = [] if target != j else [rf"&= {tex(derivative)}"]
    return aligned(
        rf"\frac{{\partial L}}{{\partial o_{k}}} &= \frac{{\partial(-\ln p_{t})}}{{\partial p_{t}}}"
        rf"\cdot\frac{{\partial p_{t}}}{{\partial o_{k}}}",
        rf"&= -\frac{{1}}{{p_{t}}}\cdot {inner}"
        rf" = -\frac{{1}}{{{tex(p_t)}}}\cdot {_bracketed(entry)}",
        rf"&= {result}",
        *last,
    )


def _bracketed(value: float) -> str:
    """Format a number inside a sum or product, with brackets around a negative one."""
    return f"({tex(value)})" if value < 0 else tex(value)
