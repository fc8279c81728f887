"""The lesson's prose, one Markdown file a section and language, cut into named parts.

A line `<!-- name -->` begins a part. The prose between two figures of a section is one part,
so a translator sees the section as a whole and the code names what it draws where. Formulas are
written once, the same in each language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

import streamlit as st

from softmax_ui.text import Language, language, prose

FORMULAS: Final[dict[str, str]] = {
    "f_one_hot": r"y \in \{(1,0,0),\ (0,1,0),\ (0,0,1)\}",
    "f_linear": r"\underset{1 \times q}{\mathbf{o}} = \underset{1 \times d}{\mathbf{x}}\;\;"
    r"\underset{d \times q}{\mathbf{W}} + \underset{1 \times q}{\mathbf{b}}",
    "f_softmax": r"p_i = \operatorname{softmax}(\mathbf{o})_i = "
    r"\frac{e^{o_i}}{\sum_{j=1}^{n} e^{o_j}}",
    "f_monotone": r"p_i > p_j \iff o_i > o_j",
    "f_invariance": r"\operatorname{softmax}(\mathbf{o} + c\,\mathbf{1}) = "
    r"\operatorname{softmax}(\mathbf{o})",
    "f_invariance_proof": r"\frac{e^{o_i + c}}{\sum_j e^{o_j + c}} = "
    r"\frac{e^{c}\,e^{o_i}}{e^{c}\sum_j e^{o_j}} = \frac{e^{o_i}}{\sum_j e^{o_j}}",
    "f_jacobian": r"J_{ij} = \frac{\partial p_i}{\partial o_j} = p_i\,(\delta_{ij} - p_j) = "
    r"\begin{cases} p_i - p_i^2, & i = j \\ -p_i\,p_j, & i \neq j \end{cases}",
    "f_half_norm": r"\begin{aligned} \tfrac12 \sum_{i,j} "
    r"\left|\frac{\partial p_i}{\partial o_j}\right| &= "
    r"\tfrac12 \sum_i p_i(1 - p_i) + \tfrac12 \sum_{i \neq j} p_i p_j \\ "
    r"&= 1 - \sum_i p_i^2 \end{aligned}",
    "f_cross_entropy": r"L = -\sum_{i=1}^{n} y_i \ln p_i = -\ln p_t",
    "f_log_sum_exp": r"-\ln p_t = \ln \sum_j e^{o_j} - o_t",
    "f_likelihood": r"-\frac1N \ln \prod_{i=1}^{N} p^{(i)}_{t_i} = "
    r"\frac1N \sum_{i=1}^{N} -\ln p^{(i)}_{t_i}",
    "f_information": r"\underbrace{-\sum_i y_i \ln p_i}_{H(y,\,p)} = "
    r"\underbrace{-\sum_i y_i \ln y_i}_{H(y)} + "
    r"\underbrace{\sum_i y_i \ln \frac{y_i}{p_i}}_{\mathrm{KL}(y \,\|\, p)}",
    "f_gradient": r"\frac{\partial L}{\partial o_j} = p_j - \delta_{tj}, \qquad "
    r"\frac{\partial L}{\partial \mathbf{o}} = \mathbf{p} - \operatorname{onehot}(t)",
    "f_step": r"\mathbf{o} \leftarrow \mathbf{o} - \eta\,(\mathbf{p} - \operatorname{onehot}(t))",
    "f_sigmoid": r"\frac{e^{a}}{e^{a} + e^{b}} = \frac{e^{z}}{e^{z} + 1} = "
    r"\frac{1}{1 + e^{-z}} = \sigma(z)",
    "f_sigmoid_loss": r"\begin{aligned} L &= -y \ln \sigma(z) - (1 - y) \ln(1 - \sigma(z)) \\ "
    r"&= \ln(1 + e^{z}) - y z \\ \frac{\partial L}{\partial z} &= \sigma(z) - y \end{aligned}",
    "f_several_labels": r"L = \sum_{k=1}^{n} \left[\ln(1 + e^{o_k}) - y_k\,o_k\right], \qquad "
    r"y_k \in \{0, 1\}",
    "f_smoothing": r"\mathbf{y} = (1 - \varepsilon) \operatorname{onehot}(t) + "
    r"\frac{\varepsilon}{n}\,\mathbf{1}",
    "f_calibration_error": r"\mathrm{ECE} = \sum_b \frac{n_b}{N}\, "
    r"\left|\mathrm{accuracy}_b - \mathrm{confidence}_b\right|",
    "f_update": r"\begin{gathered} \underset{d \times q}{\mathbf{W}} \leftarrow \mathbf{W} - "
    r"\frac{\eta}{n}\,\underset{d \times n}{\mathbf{X}^{\top}}\,"
    r"\underset{n \times q}{(\mathbf{P} - \mathbf{Y})} \\ \underset{1 \times q}{\mathbf{b}} "
    r"\leftarrow \mathbf{b} - \eta\,\operatorname{mean}(\mathbf{P} - \mathbf{Y}) \end{gathered}",
    "f_stable": r"\operatorname{softmax}(\mathbf{o})_i = "
    r"\frac{e^{o_i - m}}{\sum_j e^{o_j - m}}, \qquad m = \max_j o_j",
}
"""Prose names them as `<<f_softmax>>`; `note_map` has the function that computes each."""

_MARK: Final = re.compile(r"^<!-- (?P<name>[a-z0-9_: ]+) -->$", re.MULTILINE)
_OPTION: Final = re.compile(r"^- (?P<key>\w+): (?P<label>.+)$", re.MULTILINE)


def parts(section: str) -> Mapping[str, str]:
    """Return the parts of a section in the reader's language, shared formulas filled in."""
    return _cut(section, language())


@lru_cache(maxsize=128)
def _cut(section: str, _language: Language) -> dict[str, str]:
    """Cut a section's prose into its parts, once a process."""
    pieces = _MARK.split(prose(f"lesson_{section}", **FORMULAS))
    return {name: body.strip() for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def part(section: str, name: str, /, **values: object) -> str:
    """Return one part; `values` fill in each `<<name>>` in it."""
    text = parts(section)[name]
    for placeholder, value in values.items():
        text = text.replace(f"<<{placeholder}>>", str(value))
    return text


def options(section: str, name: str, /, **values: object) -> dict[str, str]:
    """Return the answers to choose from: a part has a line `- key: label` for each."""
    text = part(section, name, **values)
    return {found["key"]: found["label"].strip() for found in _OPTION.finditer(text)}


def say(section: str, name: str, /, **values: object) -> None:
    """Draw a part of a section's prose."""
    st.markdown(part(section, name, **values))


def shown(values: Sequence[float], digits: int = 4) -> str:
    """Format a row of numbers as code in a sentence.

    >>> shown([0.5, float("nan"), 0.0])
    '`[0.5, nan, 0]`'
    """
    return "`[" + ", ".join(f"{value + 0.0:.{digits}g}" for value in values) + "]`"


def number(value: float, digits: int = 4) -> str:
    """Format a number as code in a sentence.

    >>> number(1.46115)
    '`1.461`'
    """
    return f"`{value + 0.0:.{digits}g}`"


def listed(values: Sequence[float]) -> str:
    """Format numbers for a sentence, with commas and with the sign for minus.

    >>> listed((2.0, -1.0, 0.25))
    '2, −1, 0.25'
    """
    return ", ".join(f"{value + 0.0:.4g}" for value in values).replace("-", "−")


def result(value: float) -> str:
    """Format a computed answer for a sentence, with the sign for minus.

    >>> result(-0.125), result(-1e-12)
    ('−0.125', '0')
    """
    return f"{value:.5g}".replace("-", "−") if abs(value) > 1e-9 else "0"


def fraction(value: float) -> str:
    r"""Return a probability as LaTeX writes it in a line.

    >>> fraction(0.25), fraction(0.3), fraction(0.0)
    ('\\tfrac14', '\\tfrac{3}{10}', '0')
    """
    exact = Fraction(value).limit_denominator(100)
    if exact.denominator == 1:
        return str(exact.numerator)
    if exact.numerator < 10 > exact.denominator:
        return rf"\tfrac{exact.numerator}{exact.denominator}"
    return rf"\tfrac{{{exact.numerator}}}{{{exact.denominator}}}"
