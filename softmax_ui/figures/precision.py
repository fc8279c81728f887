"""The same logits in four floating types: a card for each type, and a chart of correct digits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from torch import Tensor

from softmax_core.activations import SoftmaxForm
from softmax_core.floating_types import TYPES, type_digits
from softmax_core.precision import FORMS, QUANTITIES, Quantity, Reading
from softmax_ui.figures.handle import Curve, HandleChart, Line

TYPE_COLOURS: Final[Mapping[str, str]] = {
    "float16": "#e76300",
    "bfloat16": "#b65ed7",
    "float32": "#3f90da",
    "float64": "#2e8b57",
}
TYPE_LINES: Final[Mapping[str, Line]] = {
    "float16": "dot",
    "bfloat16": "dash",
    "float32": "dashdot",
    "float64": "solid",
}
FORM_WIDTHS: Final[Mapping[SoftmaxForm, float]] = {"naive": 1.5, "stable": 3.5}
SIGNS: Final[Mapping[str, str]] = {
    "exact": "✓",
    "rounded": "≈",
    "silently_wrong": "⚠",
    "inf": "∞",
    "nan": "✗",
    "refused": "⊘",
}
_SHOWN: Final = 4  # values of a row that are written out
Words = Mapping[str, str]

_STYLE: Final = """<style>
.readings{--line:color-mix(in srgb,currentColor 14%,transparent);
display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr))}
.readings section{border:1px solid var(--line);border-radius:12px;padding:12px 16px 4px;min-width:0}
.readings caption{caption-side:top;text-align:left;font-size:16px;font-weight:600;
color:inherit;padding:0 0 6px}
.readings caption small{font-weight:400;opacity:.7;margin-left:8px}
.readings table{table-layout:fixed;border-collapse:collapse;width:100%;margin:0;
font-variant-numeric:tabular-nums}
.readings col:first-child{width:6.6em}
.readings :is(th,td){border:0;border-top:1px solid var(--line);padding:6px 10px 6px 0;
text-align:left;vertical-align:top;font-size:14px;font-weight:400}
.readings thead :is(th,td){border-top:0;opacity:.7;font-size:13px}
.readings tbody th{opacity:.8}
.readings code{background:none;padding:0;color:inherit;font-size:13px;overflow-wrap:anywhere}
.readings .mark{display:block;font-size:13px}
.readings .exact{color:color-mix(in srgb,#2e8b57 72%,currentcolor)}.readings .rounded{opacity:.7}
.readings :is(.silently_wrong,.inf,.nan){font-weight:600;
color:color-mix(in srgb,#d9480f 78%,currentcolor)}
.readings .refused{opacity:.7;font-style:italic}
@media (max-width:640px){.readings section{padding:10px 12px 2px}
.readings col:first-child{width:5.4em}.readings :is(th,td,code){font-size:12.5px}
.readings th{overflow-wrap:anywhere}}
</style>"""


def readings_html(
    readings: Sequence[Reading], words: Words, types: Sequence[str] = tuple(TYPES)
) -> str:
    """Build a card for each of the types as HTML: three quantities, by naive and by stable form.

    The words are naive, stable, the three quantities, the six verdicts, digits (with {digits}) and
    lost (with {lost}); they are escaped.
    """
    found = {(r.dtype, r.form, r.quantity): r for r in readings}
    cards = "".join(_card(name, found, words) for name in types)
    return f'{_STYLE}<div class="readings">{cards}</div>'


def _card(
    name: str, found: Mapping[tuple[str, SoftmaxForm, Quantity], Reading], words: Words
) -> str:
    digits = words["digits"].format(digits=f"{type_digits(TYPES[name]):.1f}")
    heads = "".join(f"<th scope='col'>{escape(words[form])}</th>" for form in FORMS)
    rows = "".join(
        f"<tr><th scope='row'>{escape(words[quantity])}</th>"
        + "".join(_cell(found[name, form, quantity], words) for form in FORMS)
        + "</tr>"
        for quantity in QUANTITIES
    )
    return (
        f"<section><table><caption>{name}<small>{escape(digits)}</small></caption>"
        f"<col><col><col><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _cell(reading: Reading, words: Words) -> str:
    mark = f"{SIGNS[reading.outcome]} {words[reading.outcome]}"
    if reading.outcome in ("rounded", "silently_wrong") and reading.digits_lost >= 0.05:
        mark += " · " + words["lost"].format(lost=f"{reading.digits_lost:.1f}")
    return (
        f"<td><code>{escape(written(reading.values))}</code>"
        f"<span class='mark {reading.outcome}'>{escape(mark)}</span></td>"
    )


def written(values: Sequence[float]) -> str:
    """Format the first few values with four significant digits, the rest as an ellipsis.

    >>> written([0.25, -4.1e-9, float("nan"), 0.0, 1.0])
    '[0.25, −4.1e−9, nan, 0, …]'
    >>> written([0.69314718])
    '0.6931'
    """
    parts = [_number(value) for value in values[:_SHOWN]]
    if len(values) == 1:
        return parts[0]
    if not parts:
        return "–"
    return "[" + ", ".join([*parts, "…"] if len(values) > _SHOWN else parts) + "]"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value).replace("-", "−").replace("inf", "∞")
    text = f"{value + 0.0:.4g}"
    mantissa, sign, exponent = text.partition("e")
    return (mantissa + sign + (str(int(exponent)) if sign else "")).replace("-", "−")


def digits_chart(
    places: Sequence[float],
    digits: Mapping[tuple[str, SoftmaxForm, Quantity], Tensor],
    quantity: Quantity,
    words: Words,
    types: Sequence[str] = tuple(TYPES),
) -> HandleChart:
    """Draw the number of correct digits over one logit, in each of the types and by both forms.

    `digits` are the results of `sweep` at the places; the words are naive, stable, logit and right.
    """
    curves = [
        Curve(
            f"{name}, {words[form]}",
            digits[name, form, quantity].tolist(),
            TYPE_COLOURS[name],
            TYPE_LINES[name],
            width=width,
        )
        for name in types
        for form, width in FORM_WIDTHS.items()
    ]
    return HandleChart(
        symbol="x",
        x=list(places),
        x_title=words["logit"],
        y_title=words["right"],
        y_range=(0.0, 16.5),
        curves=curves,
    )
