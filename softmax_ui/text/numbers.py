"""Numbers inside formulas."""

from __future__ import annotations

import math


def tex(value: float, digits: int = 3) -> str:
    r"""Write a number's significant digits, with a power of ten where zeros would hide it.

    >>> tex(8.2446e-09, 2), tex(1.41421356), tex(-104.6931, 5), tex(0.0), tex(float("nan"))
    ('8.2 \\times 10^{-9}', '1.41', '-104.69', '0', '\\mathrm{nan}')
    """
    if math.isnan(value):
        return r"\mathrm{nan}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if -4 < int(exponent) < 6:
        return f"{float(f'{value:.{digits}g}'):.{max(digits - 1 - int(exponent), 0)}f}"
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def tex_row(values: list[float], digits: int = 3) -> str:
    r"""Write a row of numbers in brackets.

    >>> tex_row([0.5, -1.0])
    '[0.500,\\ -1.00]'
    """
    return "[" + r",\ ".join(tex(value, digits) for value in values) + "]"


def typed(value: float) -> str:
    r"""Write a number as a person types it, with up to ten digits.

    >>> typed(100.0), typed(100000001.0), typed(-0.5), typed(1e-12)
    ('100', '100000001', '-0.5', '10^{-12}')
    """
    mantissa, e, exponent = f"{value:.10g}".partition("e")
    if not e:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \times {power}"


def typed_row(values: list[float]) -> str:
    r"""Write a row as a person types it.

    >>> typed_row([2.0, 0.1])
    '[2,\\ 0.1]'
    """
    return "[" + r",\ ".join(map(typed, values)) + "]"


def tex_percent(share: float) -> str:
    r"""Write a share as whole percents.

    >>> tex_percent(0.254)
    '25\\%'
    """
    return rf"{100 * share:.0f}\%"


def written(value: float) -> str:
    """Return a number with about four digits that matter.

    >>> written(0.12345), written(-12.345), written(1.5e-7), written(0.0), written(float("nan"))
    ('0.1235', '-12.345', '1.50e-07', '0', 'nan')
    """
    if value == 0:
        return "0"
    if value != value or abs(value) == float("inf"):
        return f"{value}"
    if abs(value) < 0.0005 or abs(value) >= 100_000:
        return f"{value:.2e}"
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.3f}"
