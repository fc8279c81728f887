"""The formulas of the lesson in LaTeX: written once, the same in each language.

Prose names them as `<<f_softmax>>`. `softmax_core` computes them; the map of the
note (`note_map.py`) names the function for each.
"""

from __future__ import annotations

from typing import Final

FORMULAS: Final[dict[str, str]] = {
    "f_one_hot": r"y \in \{(1,0,0),\ (0,1,0),\ (0,0,1)\}",
    "f_linear": r"\mathbf{o} = \mathbf{x}\,\mathbf{W} + \mathbf{b}",
    "f_softmax": r"p_i = \operatorname{softmax}(\mathbf{o})_i = "
    r"\frac{e^{o_i}}{\sum_{j=1}^{n} e^{o_j}}",
    "f_monotone": r"p_i > p_j \iff o_i > o_j",
    "f_invariance": r"\operatorname{softmax}(\mathbf{o} + c\,\mathbf{1}) = "
    r"\operatorname{softmax}(\mathbf{o})",
    "f_invariance_proof": r"\frac{e^{o_i + c}}{\sum_j e^{o_j + c}} = "
    r"\frac{e^{c}\,e^{o_i}}{e^{c}\sum_j e^{o_j}} = \frac{e^{o_i}}{\sum_j e^{o_j}}",
    "f_jacobian": r"J_{ij} = \frac{\partial p_i}{\partial o_j} = p_i\,(\delta_{ij} - p_j) = "
    r"\begin{cases} p_i - p_i^2, & i = j \\ -p_i\,p_j, & i \neq j \end{cases}",
    "f_half_norm": r"\tfrac12 \sum_{i,j} \left|\frac{\partial p_i}{\partial o_j}\right| = "
    r"\tfrac12 \sum_i p_i(1 - p_i) + \tfrac12 \sum_{i \neq j} p_i p_j = 1 - \sum_i p_i^2",
    "f_cross_entropy": r"L = -\sum_{i=1}^{n} y_i \ln p_i = -\ln p_t",
    "f_log_sum_exp": r"-\ln p_t = \ln \sum_j e^{o_j} - o_t",
    "f_gradient": r"\frac{\partial L}{\partial o_j} = p_j - \delta_{tj}, \qquad "
    r"\frac{\partial L}{\partial \mathbf{o}} = \mathbf{p} - \operatorname{onehot}(t)",
    "f_step": r"\mathbf{o} \leftarrow \mathbf{o} - \eta\,(\mathbf{p} - \operatorname{onehot}(t))",
    "f_update": r"\mathbf{W} \leftarrow \mathbf{W} - \frac{\eta}{n}\,(\mathbf{P} - \mathbf{Y})"
    r"^{\top}\mathbf{X}, \qquad \mathbf{b} \leftarrow \mathbf{b} - \eta\,"
    r"\operatorname{mean}(\mathbf{P} - \mathbf{Y})",
    "f_stable": r"\operatorname{softmax}(\mathbf{o})_i = "
    r"\frac{e^{o_i - m}}{\sum_j e^{o_j - m}}, \qquad m = \max_j o_j",
}
