"""The buttons that order a run about: each at its own place, and every click counts.

Streamlit's own buttons tell that they were pressed, not how often: of five quick clicks two arrive.
Here the browser numbers what is ordered and sends whatever has not been answered for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, cast, get_args

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep, reported
from softmax_ui.text import _

Kind = Literal["pause", "resume", "step", "step_epoch", "stop"]

KEY: Final = "run_orders"
MOST: Final = 100
"""Orders in one report; more than a hand gives between two."""

_KINDS: Final = get_args(Kind)
_component = browser_side("run_orders", html='<div class="run-orders"></div>', isolate_styles=False)


def run_orders(labels: Mapping[Kind, str], allowed: Collection[Kind], done: int) -> None:
    """Draw the buttons.

    Args:
        labels: what stands on each, in this order.
        allowed: those that can be pressed; the others keep their places.
        done: number of the last order that was obeyed or refused.
    """
    _component(
        key=KEY,
        data={
            "labels": dict(labels),
            "allowed": list(allowed),
            "done": done,
            "ordered": _("Ordered: {orders}"),
        },
        on_orders_change=keep,
    )


def orders_after(done: int) -> list[tuple[int, Kind]]:
    """Return what was ordered after an order: number and kind of each, in order."""
    given = reported(KEY, "orders")
    found = [_order(each) for each in given[:MOST]] if isinstance(given, list) else []
    return sorted({order for order in found if order and order[0] > done})


def _order(given: Any) -> tuple[int, Kind] | None:
    """Return an order as the browser says it, or None for anything that is not one."""
    match given:
        case [int() | float() as number, str() as kind] if kind in _KINDS:
            return (int(number), cast(Kind, kind)) if 0 < number < 2**53 else None
    return None
