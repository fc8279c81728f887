"""What the buttons of a run report: every click once, and nothing but what they can order."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from softmax_core.runs import Store, ThreadRunner
from softmax_core.training import Experiment, Variant
from softmax_ui.components.run_orders import KEY, MOST, orders_after
from softmax_ui.screens.run.controls import obey_orders


def reports(monkeypatch: pytest.MonkeyPatch, orders: Any, **session: Any) -> None:
    monkeypatch.setattr(st, "session_state", {**session, KEY: {"orders": orders}})


def test_each_order_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reports(monkeypatch, [[3.0, "step"], [4.0, "stop"], [2.0, "step"]])
    assert orders_after(0) == [(2, "step"), (3, "step"), (4, "stop")]
    assert orders_after(3) == [(4, "stop")]
    assert orders_after(4) == []


@pytest.mark.parametrize(
    "given",
    [
        None,
        "step",
        {"orders": 1},
        [1, "step", None, [], [1], [1, "step", 2], ["1", "step"], [1, "delete"], [1, ["step"]]],
        [[0, "step"], [-1, "step"], [2.0**60, "stop"]],
        [[float("inf"), "step"], [float("nan"), "step"]],
    ],
)  # fmt: skip
def test_anything_else_orders_nothing(monkeypatch: pytest.MonkeyPatch, given: Any) -> None:
    reports(monkeypatch, given)
    assert orders_after(0) == []


def test_no_report_orders_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    reports(monkeypatch, [[number, "step"] for number in range(1, 10_000)])
    assert len(orders_after(0)) == MOST


@pytest.mark.parametrize(
    ("status", "ordered", "commands"),
    [
        ("paused", ["step"] * 5, [("step", 4), ("step",)]),
        ("paused", ["step_epoch"] * 2, [("step_epoch", 2)]),
        ("running", ["stop", "stop"], [("stop",)]),
        ("stopped", ["stop"], []),
        ("paused", ["pause"], []),
        ("running", ["resume"], []),
        ("running", ["pause", "stop"], [("pause",), ("stop",)]),
    ],
)
def test_clicks_add_up_and_a_second_one_on_what_is_done_does_nothing(
    own_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    status: Any,
    ordered: list[str],
    commands: list[tuple[Any, ...]],
) -> None:
    monkeypatch.setenv("SOFTMAX_SHARED", "0")
    monkeypatch.setattr(st, "get_option", lambda _name: "localhost")
    run = own_store.create(Experiment([Variant("v")]), 2350)
    own_store.set_status(run.id, status)
    told: list[tuple[Any, ...]] = []
    for name in ("pause", "resume", "step", "step_epoch", "stop"):

        def obey(_runner: ThreadRunner, _run_id: str, *given: Any, name: str = name) -> None:
            told.append((name, *given))
            after = {"pause": "paused", "stop": "stopped", "step_epoch": "running"}
            own_store.set_status(run.id, after.get(name, "paused"))  # type: ignore[arg-type]

        monkeypatch.setattr(ThreadRunner, name, obey)
    monkeypatch.setattr(ThreadRunner, "set_speed", lambda *_given: None)
    orders = [[number, kind] for number, kind in enumerate(ordered, start=1)]
    reports(monkeypatch, orders)
    obey_orders(run.id)
    assert told == commands
    obey_orders(run.id)
    assert told == commands, "a report that is still there is not obeyed twice"
